"""seq2seq.edit_distance"""
import numpy as np


def r_table_per_example(said, n, y, m):
    B = said.shape[1]
    d = np.zeros(B, dtype=int)
    for b in range(B):
        D = np.zeros((n[b] + 1, m[b] + 1), dtype=int)
        D[:, 0] = np.arange(n[b] + 1)
        D[0, :] = np.arange(m[b] + 1)
        for i in range(1, n[b] + 1):
            for j in range(1, m[b] + 1):
                cost = 0 if said[i - 1, b] == y[j - 1, b] else 1
                D[i, j] = min(D[i - 1, j] + 1, D[i, j - 1] + 1, D[i - 1, j - 1] + cost)
        d[b] = D[n[b], m[b]]
    return d, float(d.sum() / m.sum()), float(np.mean(d == 0))


def r_two_rows(said, n, y, m):
    dists = []
    for b in range(len(n)):
        u = said[: n[b], b].tolist()
        v = y[: m[b], b].tolist()
        prev = list(range(len(v) + 1))
        for i, c in enumerate(u, 1):
            cur = [i]
            for j, e in enumerate(v, 1):
                cur.append(min(prev[j] + 1, cur[-1] + 1, prev[j - 1] + (c != e)))
            prev = cur
        dists.append(prev[-1])
    return np.array(dists), sum(dists) / int(m.sum()), dists.count(0) / len(dists)


def r_whole_batch_table(said, n, y, m):
    T, B = said.shape
    S = y.shape[0]
    D = np.zeros((T + 1, S + 1, B), dtype=int)
    D[:, 0] = np.arange(T + 1)[:, None]
    D[0] = np.arange(S + 1)[:, None]
    for i in range(1, T + 1):
        for j in range(1, S + 1):
            sub = D[i - 1, j - 1] + (said[i - 1] != y[j - 1])
            D[i, j] = np.minimum(np.minimum(D[i - 1, j], D[i, j - 1]) + 1, sub)
    d = D[n, m, np.arange(B)]
    return d, float(d.sum()) / float(m.sum()), float((d == 0).mean())


def lev(u, v):
    """Levenshtein, copied from an older project"""
    row = list(range(len(v) + 1))
    for i in range(1, len(u) + 1):
        old, row = row, [i]
        for j in range(1, len(v) + 1):
            row.append(min(old[j] + 1, row[j - 1] + 1, old[j - 1] + int(u[i - 1] != v[j - 1])))
    return row[-1]


def w_mean_of_rates(said, n, y, m):
    B = len(n)
    d = np.array([lev(said[: n[b], b], y[: m[b], b]) for b in range(B)])
    rate = np.mean(d / m)
    return d, float(rate), float(np.mean(d == 0))


def w_divided_by_said(said, n, y, m):
    d = np.array([lev(said[: n[b], b], y[: m[b], b]) for b in range(len(n))])
    return d, float(d.sum() / max(1, n.sum())), float((d == 0).mean())


def w_padding_compared(said, n, y, m):
    B = said.shape[1]
    d = np.array([lev(list(said[:, b]), list(y[:, b])) for b in range(B)])
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_place_by_place(said, n, y, m):
    B = len(n)
    d = np.zeros(B, dtype=int)
    for b in range(B):
        u, v = said[: n[b], b], y[: m[b], b]
        k = min(len(u), len(v))
        d[b] = np.sum(u[:k] != v[:k]) + abs(len(u) - len(v))
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_substitution_costs_two(said, n, y, m):
    # Jurafsky & Martin: sub-cost 2
    B = len(n)
    d = np.zeros(B, dtype=int)
    for b in range(B):
        N, M = n[b], m[b]
        D = np.zeros((N + 1, M + 1), dtype=int)
        D[:, 0] = range(N + 1)
        D[0, :] = range(M + 1)
        for i in range(1, N + 1):
            for j in range(1, M + 1):
                sub = 0 if said[i - 1, b] == y[j - 1, b] else 2
                D[i, j] = min(D[i - 1, j] + 1, D[i, j - 1] + 1, D[i - 1, j - 1] + sub)
        d[b] = D[-1, -1]
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_borders_zero(said, n, y, m):
    B = len(n)
    d = []
    for b in range(B):
        D = np.zeros((n[b] + 1, m[b] + 1), dtype=int)
        for i in range(1, n[b] + 1):
            for j in range(1, m[b] + 1):
                D[i, j] = min(D[i - 1, j] + 1, D[i, j - 1] + 1, D[i - 1, j - 1] + (said[i - 1, b] != y[j - 1, b]))
        d.append(D[n[b], m[b]])
    d = np.array(d)
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_rate_capped(said, n, y, m):
    d = np.array([lev(said[: n[b], b], y[: m[b], b]) for b in range(len(n))])
    rate = min(1.0, float(d.sum() / m.sum()))
    return d, rate, float((d == 0).mean())


def w_exact_is_symbol_accuracy(said, n, y, m):
    d = np.array([lev(said[: n[b], b], y[: m[b], b]) for b in range(len(n))])
    rate = float(d.sum() / m.sum())
    return d, rate, 1 - rate


def w_damerau(said, n, y, m):
    B = len(n)
    d = np.zeros(B, dtype=int)
    for b in range(B):
        u, v = said[: n[b], b], y[: m[b], b]
        D = np.zeros((len(u) + 1, len(v) + 1), dtype=int)
        D[:, 0] = np.arange(len(u) + 1)
        D[0] = np.arange(len(v) + 1)
        for i in range(1, len(u) + 1):
            for j in range(1, len(v) + 1):
                D[i, j] = min(D[i - 1, j] + 1, D[i, j - 1] + 1, D[i - 1, j - 1] + (u[i - 1] != v[j - 1]))
                if i > 1 and j > 1 and u[i - 1] == v[j - 2] and u[i - 2] == v[j - 1]:
                    D[i, j] = min(D[i, j], D[i - 2, j - 2] + 1)
        d[b] = D[-1, -1]
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_equal_symbols_cost(said, n, y, m):
    B = len(n)
    d = np.zeros(B, dtype=int)
    for b in range(B):
        u, v = said[: n[b], b], y[: m[b], b]
        D = np.zeros((len(u) + 1, len(v) + 1), dtype=int)
        D[:, 0] = np.arange(len(u) + 1)
        D[0] = np.arange(len(v) + 1)
        for i in range(1, len(u) + 1):
            for j in range(1, len(v) + 1):
                D[i, j] = 1 + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
        d[b] = D[-1, -1]
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


def w_exact_any_place(said, n, y, m):
    d = np.array([lev(said[: n[b], b], y[: m[b], b]) for b in range(len(n))])
    exact = float(np.all(d == 0))
    return d, float(d.sum() / m.sum()), exact


def w_cell_before_the_corner(said, n, y, m):
    T, B = said.shape
    S = len(y)
    D = np.zeros((T + 1, S + 1, B), dtype=int)
    D[:, 0, :] = np.arange(T + 1)[:, None]
    D[0, :, :] = np.arange(S + 1)[:, None]
    for i in range(1, T + 1):
        for j in range(1, S + 1):
            D[i, j] = np.min([D[i - 1, j] + 1, D[i, j - 1] + 1, D[i - 1, j - 1] + (said[i - 1] != y[j - 1])], axis=0)
    d = D[n - 1, m - 1, np.arange(B)]
    return d, float(d.sum() / m.sum()), float((d == 0).mean())


RIGHT = {
    "table_per_example": r_table_per_example,
    "two_rows": r_two_rows,
    "whole_batch_table": r_whole_batch_table,
}
WRONG = {
    "mean_of_rates": (w_mean_of_rates, "rate is the mean of each example's own rate.", "A target of 1 and one of 10 symbols: do they count the same in all changes divided by all symbols?"),
    "divided_by_said": (w_divided_by_said, "The changes are divided by the number of symbols said, not by that of the targets.", "Which of the two sentences does the error rate measure itself by?"),
    "padding_compared": (w_padding_compared, "Whole columns are compared, padding included.", "Change a symbol behind the end. Does your distance change?"),
    "place_by_place": (w_place_by_place, "Places are compared one by one, and the difference of the lengths is added: no alignment.", "How far is 2 3 4 from 1 2 3 4: by the text, and by your function?"),
    "substitution_costs_two": (w_substitution_costs_two, "Putting one symbol in the place of another costs 2, as in Jurafsky and Martin.", "What is the distance of two sentences of one different symbol each?"),
    "borders_zero": (w_borders_zero, "The first row and column of the table are 0 and not i and j.", "What does it cost to make a target of three symbols of nothing said?"),
    "rate_capped": (w_rate_capped, "The rate is capped at 1.", "May there be more changes than symbols in the targets? What does the text say of such a rate?"),
    "exact_is_symbol_accuracy": (w_exact_is_symbol_accuracy, "exact is 1 - rate, not the share of examples that are wholly right.", "Two examples, one right, one with a wrong symbol of ten: how many of them are right as a whole?"),
    "damerau": (w_damerau, "Two neighbours exchanged count as one change (Damerau).", "How many of the three kinds of change does 1 2 to 2 1 need?"),
    "equal_symbols_cost": (w_equal_symbols_cost, "The diagonal always costs 1, equal symbols too.", "What is the distance of a sentence from itself in your function?"),
    "exact_any_place": (w_exact_any_place, "exact says whether all examples are right, not how many of them.", "Which values can your exact take with two examples?"),
    "cell_before_the_corner": (w_cell_before_the_corner, "The distance is read at [n - 1, m - 1]; the table has a row and column for the empty sentence, so it is at [n, m].", "Which sentence's beginnings does D[0, 0] stand for? Then where are the whole ones?"),
}
