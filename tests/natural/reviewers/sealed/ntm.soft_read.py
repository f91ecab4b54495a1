"""As programmers who skim: einsum, torch habits, the participation ratio of another paper."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("einsum")
def soft_read(w, M):
    return np.einsum("brn,bnd->brd", w, M), 1.0 / np.einsum("brn,brn->br", w, w)


@right("bmm")
def soft_read(w, M):
    bmm = np.matmul
    read = bmm(w, M)
    participation = (w**2).sum(-1) ** -1
    return read, participation


@right("vdot_comprehension")
def soft_read(w, M):
    r = np.array(
        [[sum(wi * row for wi, row in zip(head, mem)) for head in heads] for heads, mem in zip(w, M)], dtype=M.dtype
    )
    n = np.array([[1 / np.vdot(head, head) for head in heads] for heads in w], dtype=w.dtype)
    return r, n


@right("gram_diagonal")
def soft_read(w, M):
    gram = w @ w.swapaxes(-1, -2)
    n = 1 / np.diagonal(gram, axis1=-2, axis2=-1)
    return np.tensordot(w, M, axes=([2], [1]))[np.arange(len(w)), :, np.arange(len(w))], n


@wrong(
    "in_torch",
    "The answer comes from torch; the task asks for NumPy only.",
    "Which library may the task's answer use?",
)
def soft_read(w, M):
    import torch

    wt, Mt = torch.tensor(w), torch.tensor(M)
    return torch.bmm(wt, Mt).numpy(), wt.pow(2).sum(-1).reciprocal().numpy()


@right("safe_reciprocal")
def soft_read(w, M):
    r = np.add.reduce(np.expand_dims(w, -1) * np.expand_dims(M, 1), axis=2)
    sq = np.square(w).sum(axis=-1)
    n = np.divide(1, sq, out=np.zeros_like(sq), where=sq > 0)
    return r, n


@wrong(
    "epsilon_in_the_quotient",
    "An epsilon of 1e-2 'for safety' in the denominator biases n.",
    "All weight on one row: is your n exactly 1?",
)
def soft_read(w, M):
    return w @ M, 1 / (np.sum(w * w, -1) + 1e-2)


@wrong(
    "renormalised_after_softmax",
    "The weighting is put through a softmax again.",
    "w is a weighting already. What does a softmax make of (1, 0, 0)?",
)
def soft_read(w, M):
    p = np.exp(w)
    p /= p.sum(-1, keepdims=True)
    return p @ M, 1 / (p**2).sum(-1)


@wrong(
    "einsum_sums_heads",
    "The einsum drops the head's index on the way and mixes all heads.",
    "Change the weighting of head 1. Does head 0 read something else?",
)
def soft_read(w, M):
    r = np.einsum("brn,bnd->bd", w, M)[:, None, :] / w.shape[1]
    return np.repeat(r, w.shape[1], axis=1), 1 / np.einsum("brn,brn->br", w, w)


@wrong(
    "perplexity",
    "exp of the entropy, as for language models.",
    "Weights 0.9 and 0.1: 1.38 or 1.22? Which formula stands in the task?",
)
def soft_read(w, M):
    H = -(w * np.log(np.clip(w, 1e-12, None))).sum(-1)
    return np.einsum("brn,bnd->brd", w, M), np.exp(H)


@wrong("perplexity_base_two_mixed", "2 to the entropy in nats.", "For N equal weights, is your n equal to N?")
def soft_read(w, M):
    H = -(w * np.log(w + 1e-12)).sum(-1)
    return w @ M, 2**H


@wrong(
    "inverse_max",
    "1 over the largest weight.",
    "Weights (0.5, 0.5, 0) and (0.5, 0.25, 0.25): do they look at as many rows?",
)
def soft_read(w, M):
    return w @ M, 1 / w.max(-1)


@wrong(
    "reads_flat",
    "All heads' reads are concatenated (B, R*D), as the controller wants them.",
    "Which shape has r by the stub?",
)
def soft_read(w, M):
    r = (w @ M).reshape(len(w), -1)
    return r, 1 / (w**2).sum(-1)


@wrong("heads_first", "Returns (R, B, ...), as a list of heads stacked.", "Which axis comes first by the conventions?")
def soft_read(w, M):
    r = np.stack([np.einsum("bn,bnd->bd", w[:, h], M) for h in range(w.shape[1])])
    n = np.stack([1 / (w[:, h] ** 2).sum(-1) for h in range(w.shape[1])])
    return r, n


@wrong("sum_over_wrong_axis", "n sums over axis 1, the heads.", "Which axis of (B, R, N) must vanish in n?")
def soft_read(w, M):
    n = 1 / np.square(w).sum(1)
    return w @ M, n[:, : w.shape[1]]


@wrong("l2_not_squared", "torch.norm without the square: root of n.", "N equal weights: N or the root of N?")
def soft_read(w, M):
    return w @ M, 1 / np.linalg.norm(w, axis=-1)


@wrong(
    "scaled_attention", "Divides the read by sqrt(D), as in attention.", "All weight on a row: do you read that row?"
)
def soft_read(w, M):
    return (w @ M) / np.sqrt(M.shape[-1]).astype(M.dtype), 1 / (w**2).sum(-1)


@wrong("mean_square", "mean in place of sum: n is N times too large.", "All weight on one row: what is n?")
def soft_read(w, M):
    return w @ M, 1 / np.square(w).mean(-1)


@wrong("relative_share", "n is divided by N, a share of the rows.", "N equal weights: what should n be, N or 1?")
def soft_read(w, M):
    n = 1 / np.square(w).sum(-1) / w.shape[-1]
    return w @ M, n


@wrong(
    "reshape_without_transpose",
    "M is reshaped to (D, N) in place of transposed.",
    "Does reshape swap axes? Print M[0] and M[0].reshape(D, N).",
)
def soft_read(w, M):
    B, N, D = M.shape
    r = np.einsum("brn,bdn->brd", w, M.reshape(B, D, N))
    return r, 1 / (w**2).sum(-1)


@wrong(
    "half_precision_accumulate",
    "Accumulates in float16 to save memory.",
    "How many digits has float16? Compare with a plain sum.",
)
def soft_read(w, M):
    r = np.matmul(w.astype(np.float16), M.astype(np.float16)).astype(M.dtype)
    return r, 1 / (w**2).sum(-1)
