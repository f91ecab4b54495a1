"""seq2seq.edit_distance"""
from functools import lru_cache

import numpy as np


def r_memoised_recursion(said, n, y, m):
    def dist(u, v):
        @lru_cache(maxsize=None)
        def d(i, j):
            if i == 0:
                return j
            if j == 0:
                return i
            return min(d(i - 1, j) + 1, d(i, j - 1) + 1, d(i - 1, j - 1) + int(u[i - 1] != v[j - 1]))

        return d(len(u), len(v))

    d = np.array([dist(tuple(said[: n[b], b].tolist()), tuple(y[: m[b], b].tolist())) for b in range(len(n))], dtype=int)
    return d, d.sum().item() / m.sum().item(), float(np.mean(d == 0))


def r_dictionary(said, n, y, m):
    out = np.empty(len(n), dtype=np.int64)
    for b, (N, M) in enumerate(zip(n, m)):
        D = {}
        for i in range(N + 1):
            for j in range(M + 1):
                if i == 0 or j == 0:
                    D[i, j] = i + j
                elif said[i - 1, b] == y[j - 1, b]:
                    D[i, j] = D[i - 1, j - 1]
                else:
                    D[i, j] = 1 + min(D[i - 1, j - 1], D[i - 1, j], D[i, j - 1])
        out[b] = D[N, M]
    return out, float(np.sum(out) / np.sum(m)), float(np.count_nonzero(out == 0) / len(out))


def r_row_with_accumulate(said, n, y, m):
    B = said.shape[1]
    d = np.zeros(B, dtype=int)
    for b in range(B):
        v = y[: m[b], b]
        j = np.arange(m[b] + 1)
        row = j.copy()
        for c in said[: n[b], b]:
            new = row + 1
            new[1:] = np.minimum(new[1:], row[:-1] + (v != c))
            row = np.minimum.accumulate(new - j) + j
        d[b] = row[-1]
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def levenshtein(a, b):
    prev = list(range(len(b) + 1))
    for i, x in enumerate(a):
        cur = [i + 1]
        for j, z in enumerate(b):
            cur.append(min(prev[j + 1] + 1, cur[j] + 1, prev[j] + (x != z)))
        prev = cur
    return prev[-1]


def w_normalised_d(said, n, y, m):
    # fastwer / jiwer give a ratio
    d = np.array([levenshtein(said[: n[b], b], y[: m[b], b]) for b in range(len(n))])
    return d / m, float(d.sum() / m.sum()), float((d == 0).mean())


def w_prints_the_result(said, n, y, m):
    d = np.array([levenshtein(said[: n[b], b], y[: m[b], b]) for b in range(len(n))])
    rate = float(d.sum() / m.sum())
    exact = float((d == 0).mean())
    print(f"d {d}; rate {rate:.4f}; exact {exact}")


def w_rate_mean_over_batch(said, n, y, m):
    d = np.array([levenshtein(said[: n[b], b], y[: m[b], b]) for b in range(len(n))])
    return d, float(d.mean()), float((d == 0).mean())


def w_rate_counts_padding(said, n, y, m):
    d = np.array([levenshtein(said[: n[b], b], y[: m[b], b]) for b in range(len(n))])
    return d, float(d.sum() / y.size), float((d == 0).mean())


def w_no_substitution(said, n, y, m):
    # longest common subsequence: d = n + m - 2 lcs
    d = []
    for b in range(len(n)):
        u, v = said[: n[b], b], y[: m[b], b]
        L = np.zeros((len(u) + 1, len(v) + 1), dtype=int)
        for i in range(1, len(u) + 1):
            for j in range(1, len(v) + 1):
                L[i, j] = L[i - 1, j - 1] + 1 if u[i - 1] == v[j - 1] else max(L[i - 1, j], L[i, j - 1])
        d.append(len(u) + len(v) - 2 * L[-1, -1])
    d = np.array(d)
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_deletion_forgotten(said, n, y, m):
    d = np.zeros(len(n), dtype=int)
    for b in range(len(n)):
        D = np.zeros((n[b] + 1, m[b] + 1), dtype=int)
        D[:, 0] = np.arange(n[b] + 1)
        D[0, :] = np.arange(m[b] + 1)
        for i in range(1, n[b] + 1):
            for j in range(1, m[b] + 1):
                cost = said[i - 1, b] != y[j - 1, b]
                D[i, j] = min(D[i, j - 1] + 1, D[i - 1, j - 1] + cost)
        d[b] = D[n[b], m[b]]
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_symbols_one_ahead(said, n, y, m):
    d = np.zeros(len(n), dtype=int)
    for b in range(len(n)):
        u, v = said[: n[b], b], y[: m[b], b]
        D = np.zeros((n[b] + 1, m[b] + 1), dtype=int)
        D[:, 0] = np.arange(n[b] + 1)
        D[0, :] = np.arange(m[b] + 1)
        for i in range(1, n[b] + 1):
            for j in range(1, m[b] + 1):
                ui = u[i] if i < len(u) else -1
                vj = v[j] if j < len(v) else -1
                D[i, j] = min(D[i - 1, j] + 1, D[i, j - 1] + 1, D[i - 1, j - 1] + (ui != vj))
        d[b] = D[-1, -1]
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_overwritten_row(said, n, y, m):
    d = np.zeros(len(n), dtype=int)
    for b in range(len(n)):
        row = np.arange(m[b] + 1)
        for i in range(1, n[b] + 1):
            row[0] = i
            for j in range(1, m[b] + 1):
                row[j] = min(row[j] + 1, row[j - 1] + 1, row[j - 1] + (said[i - 1, b] != y[j - 1, b]))
        d[b] = row[-1]
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_sets_of_symbols(said, n, y, m):
    d = []
    for b in range(len(n)):
        a = set(said[: n[b], b].tolist())
        t = set(y[: m[b], b].tolist())
        d.append(max(len(a - t), len(t - a)))
    d = np.array(d)
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_lengths_exchanged(said, n, y, m):
    d = np.array([levenshtein(said[: m[b], b], y[: n[b], b]) for b in range(len(n))])
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_exact_by_length(said, n, y, m):
    d = np.array([levenshtein(said[: n[b], b], y[: m[b], b]) for b in range(len(n))])
    return d, float(d.sum() / m.sum()), float((n == m).mean())


def w_prefix_is_enough(said, n, y, m):
    d = np.zeros(len(n), dtype=int)
    for b in range(len(n)):
        N, M = n[b], m[b]
        D = np.zeros((N + 1, M + 1), dtype=int)
        D[:, 0] = np.arange(N + 1)
        D[0] = np.arange(M + 1)
        for i in range(1, N + 1):
            for j in range(1, M + 1):
                D[i, j] = min(D[i - 1, j] + 1, D[i, j - 1] + 1, D[i - 1, j - 1] + (said[i - 1, b] != y[j - 1, b]))
        d[b] = D[:, M].min()
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


RIGHT = {
    "memoised_recursion": r_memoised_recursion,
    "dictionary": r_dictionary,
    "row_with_accumulate": r_row_with_accumulate,
}
WRONG = {
    "normalised_d": (w_normalised_d, "d is divided by the length of the target: fractions, not whole numbers.", "How many changes does your first example need? Is that a whole number?"),
    "prints_the_result": (w_prints_the_result, "The three results are printed, nothing is returned.", "What does your function give back to who calls it?"),
    "rate_mean_over_batch": (w_rate_mean_over_batch, "rate is the mean distance of an example, divided by B.", "By how many things do you divide: examples, or symbols?"),
    "rate_counts_padding": (w_rate_counts_padding, "rate is divided by the size of y, padding counted.", "How many symbols have the targets of the example, and by how many do you divide?"),
    "no_substitution": (w_no_substitution, "Only insertions and deletions (by the longest common subsequence), so a symbol in the place of another costs two.", "What is the distance of two sentences of one different symbol each?"),
    "deletion_forgotten": (w_deletion_forgotten, "The term d[i-1, j] + 1 is missing.", "The minimum has three terms. What change is each, and which do you lack?"),
    "symbols_one_ahead": (w_symbols_one_ahead, "u[i] and v[j] are compared in the cell (i, j); its symbols are u[i-1] and v[j-1] in code.", "In the cell (1, 1), which symbols should be compared? Which index has the first one in Python?"),
    "overwritten_row": (w_overwritten_row, "With one row only, the value at the diagonal has been overwritten: row[j-1] is of the new row.", "When you read row[j - 1] for the diagonal, is it of row i - 1 or already of row i?"),
    "sets_of_symbols": (w_sets_of_symbols, "Sets of symbols are compared, without order and repetitions.", "How far is 1 2 3 from 3 2 1 by your function?"),
    "lengths_exchanged": (w_lengths_exchanged, "said is cut by m and y by n.", "Which length belongs to which of the two?"),
    "exact_by_length": (w_exact_by_length, "exact is the share of examples of the right length.", "An answer of the right length with a wrong symbol: is it right as a whole?"),
    "prefix_is_enough": (w_prefix_is_enough, "The minimum of the last column is taken: what was said behind the best beginning costs nothing.", "What does it cost to say one symbol too many at the end?"),
}
