"""As students of control in the lab: rows are measured, w is a column, and the norm comes out of MATLAB's memory."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("loops_like_matlab")
def soft_read(w, M):
    B, R, N = w.shape
    D = M.shape[2]
    r = np.zeros((B, R, D), dtype=M.dtype)
    n = np.zeros((B, R), dtype=w.dtype)
    for b in range(B):
        for h in range(R):
            for i in range(N):
                r[b, h, :] = r[b, h, :] + w[b, h, i] * M[b, i, :]
            n[b, h] = 1 / np.sum(w[b, h, :] ** 2)
    return r, n


@right("matrix_product_per_example")
def soft_read(w, M):
    r = np.stack([np.dot(W, m) for W, m in zip(w, M)])
    n = np.stack([1 / np.diag(W @ W.T) for W in w])
    return r, n


@right("column_vectors")
def soft_read(w, M):
    Mt = M.transpose(0, 2, 1)  # D x N, as M' in MATLAB
    r = np.matmul(Mt, w.transpose(0, 2, 1)).transpose(0, 2, 1)
    n = 1 / np.square(w).sum(axis=2)
    return r, n


@right("norm_squared")
def soft_read(w, M):
    r = w @ M
    n = np.linalg.norm(w, axis=-1) ** -2
    return r, n


@right("broadcast_and_sum")
def soft_read(w, M):
    r = (w[:, :, :, np.newaxis] * M[:, np.newaxis, :, :]).sum(axis=2)
    n = np.reciprocal((w * w).sum(axis=2))
    return r, n


@wrong(
    "count_not_inverted",
    "Returns the sum of squares, not one over it.",
    "A head with all rows alike: should n be N or 1/N?",
)
def soft_read(w, M):
    return w @ M, np.sum(w**2, axis=-1)


@wrong(
    "norm_not_squared",
    "Divides by the norm, not by its square.",
    "For four rows of weight 1/4, what is n by your line? It should be 4.",
)
def soft_read(w, M):
    return w @ M, 1 / np.linalg.norm(w, axis=-1)


@wrong(
    "square_of_the_sum",
    "Squares the sum, which is 1, instead of summing the squares.",
    "Your n is 1 for every head. Which comes first, squaring or summing?",
)
def soft_read(w, M):
    return w @ M, 1 / np.sum(w, axis=-1) ** 2


@wrong(
    "sum_over_heads",
    "n sums over the heads (axis 1), not over the rows.",
    "Which axis of w are the rows? What shape has your n?",
)
def soft_read(w, M):
    r = w @ M
    n = 1 / np.sum(w**2, axis=1)
    return r, n


@wrong("read_with_squares", "Reads with the squared weights.", "Do the weights you read with still sum to 1?")
def soft_read(w, M):
    p = w**2
    r = p @ M
    n = 1 / p.sum(axis=2)
    return r, n


@wrong(
    "entropy_count",
    "Counts rows by the exponential of the entropy, another effective number.",
    "Which formula for n stands in the task? Try weights 3/4 and 1/4: 1.6 or 1.75?",
)
def soft_read(w, M):
    r = w @ M
    H = -np.sum(w * np.log(w + 1e-12), axis=2)
    return r, np.exp(H)


@wrong(
    "first_example_memory", "All examples read the memory of the first.", "Change M[1] alone. Does your r[1] change?"
)
def soft_read(w, M):
    B, R, N = w.shape
    r = np.zeros((B, R, M.shape[2]), dtype=M.dtype)
    for b in range(B):
        r[b] = w[b] @ M[0]
    return r, 1 / np.sum(w**2, axis=2)


@wrong("one_based_rows", "The loop starts at 1, so row 0 is never read.", "Put all weight on row 0. What do you read?")
def soft_read(w, M):
    B, R, N = w.shape
    r = np.zeros((B, R, M.shape[2]), dtype=M.dtype)
    for i in range(1, N):
        r += w[:, :, i : i + 1] * M[:, i : i + 1, :]
    n = 1 / np.sum(w**2, axis=2)
    return r, n


@wrong(
    "mean_over_rows",
    "Takes the mean over the rows: the sum is divided by N a second time.",
    "Put all weight on one row. Is what you read that row?",
)
def soft_read(w, M):
    r = np.mean(w[..., None] * M[:, None], axis=2)
    n = 1 / np.sum(w**2, axis=2)
    return r, n


@wrong(
    "n_for_all_heads_of_an_example",
    "n sums over heads and rows together.",
    "How many numbers n has each example? What shape is asked for?",
)
def soft_read(w, M):
    n = np.zeros(w.shape[:2], dtype=w.dtype)
    for b in range(len(w)):
        n[b, :] = 1 / np.sum(w[b] ** 2)
    return w @ M, n


@wrong(
    "hard_read",
    "Reads the row of the largest weight alone.",
    "With weights 0.6 and 0.4, which share of the second row do you read?",
)
def soft_read(w, M):
    B, R, N = w.shape
    r = np.empty((B, R, M.shape[2]), dtype=M.dtype)
    for b in range(B):
        for h in range(R):
            r[b, h] = M[b, np.argmax(w[b, h])]
    return r, 1 / np.sum(w**2, axis=2)


@wrong(
    "count_rounded", "n is rounded to whole rows.", "With weights 0.6 and 0.4, what is n exactly? What do you return?"
)
def soft_read(w, M):
    return w @ M, np.round(1 / (w**2).sum(axis=2))


@wrong(
    "count_above_threshold",
    "Counts the rows with a weight above 1/N.",
    "Move a little weight from one row to another. Does your n change?",
)
def soft_read(w, M):
    N = w.shape[2]
    return w @ M, np.sum(w >= 1 / N, axis=2).astype(w.dtype)


@wrong(
    "accumulated_over_heads",
    "r is not set to zero for a new head, so head 1 also holds what head 0 read.",
    "Where is r set to zero? Does head 1 start from nothing?",
)
def soft_read(w, M):
    B, R, N = w.shape
    r = np.zeros((B, R, M.shape[2]), dtype=M.dtype)
    for b in range(B):
        acc = np.zeros(M.shape[2], dtype=M.dtype)
        for h in range(R):
            for i in range(N):
                acc = acc + w[b, h, i] * M[b, i]
            r[b, h] = acc
    return r, 1 / np.sum(w**2, axis=2)
