"""As a tired student after work: counting with loops, powers by repeated products, and logarithms at the end."""
import math

import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def transition(ids, K):
    n = np.ones((K, K))
    for a, b in zip(ids[:-1], ids[1:]):
        n[a, b] += 1
    return n / n.sum(axis=1, keepdims=True)


def power(A, g):
    return np.linalg.matrix_power(A, g)


def bits(p, y):
    G, B = y.shape
    total = 0.0
    for g in range(G):
        for b in range(B):
            total -= math.log2(p[g, b, y[g, b]])
    return total / (G * B)


@right("powers_in_a_loop")
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left, p = np.zeros((G, B, K)), np.zeros((G, B, K))
    for g in range(1, G + 1):
        p_left[g - 1] = power(A, g)[left]
        both = p_left[g - 1] * power(A, G + 1 - g)[:, right].T
        p[g - 1] = both / both.sum(axis=1, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


@right("vectors_from_both_ends")
def fill_gap(ids, K, left, right, y):
    # no powers of the matrix: push a vector from the left and one from the right
    A = transition(ids, K)
    G, B = y.shape
    p_left, p = np.empty((G, B, K)), np.empty((G, B, K))
    for b in range(B):
        from_left, from_right = [], []
        v, w = np.eye(K)[left[b]], np.eye(K)[right[b]]
        for _ in range(G):
            v = v @ A
            w = A @ w
            from_left.append(v)
            from_right.append(w)
        for g in range(G):
            p_left[g, b] = from_left[g]
            product = from_left[g] * from_right[G - 1 - g]
            p[g, b] = product / sum(product)
    return p, bits(p_left, y), bits(p, y)


@right("number_by_number")
def fill_gap(ids, K, left, right, y):
    A = np.zeros((K, K))
    for i in range(K):
        row = [1 + sum(1 for t in range(len(ids) - 1) if ids[t] == i and ids[t + 1] == j) for j in range(K)]
        for j in range(K):
            A[i, j] = row[j] / sum(row)
    powers = [np.eye(K)]
    for _ in range(len(y)):
        powers.append(powers[-1] @ A)
    G, B = y.shape
    p = np.zeros((G, B, K))
    left_bits = both_bits = 0.0
    for g in range(1, G + 1):
        for b in range(B):
            for k in range(K):
                p[g - 1, b, k] = powers[g][left[b], k] * powers[G + 1 - g][k, right[b]]
            p[g - 1, b] /= p[g - 1, b].sum()
            true = y[g - 1, b]
            left_bits -= np.log2(powers[g][left[b], true])
            both_bits -= np.log2(p[g - 1, b, true])
    return p, left_bits / (G * B), both_bits / (G * B)


@wrong(
    "counted_backwards",
    "n[j, i] is counted for i before j: the matrix goes from a symbol to the one before it.",
    "The text 0 1 2: which two entries of n should be counted? Which do you count?",
)
def fill_gap(ids, K, left, right, y):
    n = np.ones((K, K))
    for a, b in zip(ids[:-1], ids[1:]):
        n[b, a] += 1
    A = n / n.sum(axis=1, keepdims=True)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


@wrong(
    "one_only_for_zeros",
    "1 is added only to counts that are zero, not to every count.",
    "A count of 5: what stands in the numerator by the formula?",
)
def fill_gap(ids, K, left, right, y):
    n = np.zeros((K, K))
    for a, b in zip(ids[:-1], ids[1:]):
        n[a, b] += 1
    n[n == 0] = 1
    A = n / n.sum(axis=1, keepdims=True)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


@wrong(
    "columns_sum_to_one",
    "The counts are divided by the sums of the columns; row i should sum to 1, whatever comes after i.",
    "Print A.sum(axis=1). What should stand there?",
)
def fill_gap(ids, K, left, right, y):
    n = np.ones((K, K))
    for a, b in zip(ids[:-1], ids[1:]):
        n[a, b] += 1
    A = n / n.sum(axis=0)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


@wrong(
    "every_entry_to_the_power",
    "A ** g raises each entry to the power of g; a product of g matrices is meant.",
    "Do the rows of your A^2 still sum to 1?",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left = np.array([(A ** g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([(A ** (G + 1 - g))[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


@wrong(
    "one_step_too_few_to_the_right",
    "A^(G-g) in place of A^(G+1-g): the last missing symbol would have to be right itself.",
    "From the last missing symbol to right there is how many steps? Put g = G into your exponent.",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    rows, cols = np.indices(y.shape)
    with np.errstate(divide="ignore"):
        return p, -np.log2(p_left[rows, cols, y]).mean(), -np.log2(p[rows, cols, y]).mean()


@wrong(
    "row_of_right",
    "The row of right is taken, from right to k, instead of its column, from k to right.",
    "Which of the two indices of A^n is where you start? Does the way start at right or end there?",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[right] for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


@wrong(
    "g_from_zero",
    "g counts from 0 in the exponents too: the first missing symbol gets A^0 from the left and A^(G+1) to the right.",
    "The first missing symbol is how many steps behind left? What is your first exponent?",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left, p = np.zeros((G, B, K)), np.zeros((G, B, K))
    for g in range(G):
        p_left[g] = power(A, g)[left]
        both = p_left[g] * power(A, G + 1 - g)[:, right].T
        p[g] = both / both.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        rows, cols = np.indices(y.shape)
        return p, -np.log2(p_left[rows, cols, y]).mean(), -np.log2(p[rows, cols, y]).mean()


@wrong(
    "nats_for_bits",
    "The natural logarithm is used: nats, not bits.",
    "A fair coin costs 1 bit. What does your logarithm say for p = 0.5?",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    rows, cols = np.indices(y.shape)
    return p, -np.log(p_left[rows, cols, y]).mean(), -np.log(p[rows, cols, y]).mean()


@wrong(
    "sum_of_bits",
    "The bits of all missing symbols are added up and not divided by G · B.",
    "If you give every gap twice, should your two numbers double?",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    return p, bits(p_left, y) * y.size, bits(p, y) * y.size


@wrong(
    "log_of_the_mean",
    "The probabilities are averaged first and the logarithm is taken of the mean.",
    "Is the mean inside or outside the logarithm in the task? Try p = 0.5 and p = 0.125.",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    rows, cols = np.indices(y.shape)
    return p, -np.log2(p_left[rows, cols, y].mean()), -np.log2(p[rows, cols, y].mean())


@wrong(
    "normalised_over_the_batch",
    "p is divided by the sum over axis 1, the gaps, and not over the symbols.",
    "Over which axis should p sum to 1?",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=1, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


@wrong(
    "never_normalised",
    "The product of both sides is not divided by its sum over k.",
    "Add up p over k. Is it 1?",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    return p, bits(p_left, y), bits(p, y)


@wrong(
    "true_symbols_help",
    "Each missing symbol is predicted from the true one before it, as in training a language model; y must not help.",
    "Change y. Does your p change?",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    before = np.concatenate([left[None], y[:-1]])
    p_left = A[before]
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


@wrong(
    "last_pair_not_counted",
    "The counting stops one pair too early; the last symbol never counts as a successor.",
    "How many pairs have N symbols? How many does your loop visit?",
)
def fill_gap(ids, K, left, right, y):
    n = np.ones((K, K))
    for t in range(len(ids) - 2):
        n[ids[t], ids[t + 1]] += 1
    A = n / n.sum(axis=1, keepdims=True)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


@wrong(
    "bits_in_the_other_order",
    "The bits from both sides are returned before those from the left alone.",
    "In which order does the task want the two numbers?",
)
def fill_gap(ids, K, left, right, y):
    A = transition(ids, K)
    G, B = y.shape
    p_left = np.array([power(A, g)[left] for g in range(1, G + 1)])
    p = p_left * np.array([power(A, G + 1 - g)[:, right].T for g in range(1, G + 1)])
    p = p / p.sum(axis=2, keepdims=True)
    return p, bits(p, y), bits(p_left, y)
