"""As programmers who skim: roll, pad and conv1d of torch, the shift of pytorch-ntm, powers with epsilons."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _gate(w_c, w_prev, g):
    return g[:, None] * w_c + (1 - g[:, None]) * w_prev


def _shift(wg, s):
    B, N = wg.shape
    S = s.shape[1] // 2
    pad = np.zeros((B, N + 2 * S), wg.dtype)
    for j in range(2 * S + 1):
        pad[:, j : j + N] += s[:, j, None] * wg
    out = pad[:, S : S + N].copy()
    out[:, 0] += pad[:, :S].sum(1)
    out[:, -1] += pad[:, S + N :].sum(1)
    return out


def _sharpen(w, gamma):
    w = w ** gamma[:, None]
    return w / w.sum(-1, keepdims=True)


@right("padded_then_folded")
def move(w_c, w_prev, g, s, gamma):
    return _sharpen(_shift(_gate(w_c, w_prev, g), s), gamma)


@right("one_hot_transport_einsum")
def move(w_c, w_prev, g, s, gamma):
    N, S = w_c.shape[1], s.shape[1] // 2
    dest = np.clip(np.arange(N)[:, None] + np.arange(-S, S + 1), 0, N - 1)
    hot = np.eye(N, dtype=w_c.dtype)[dest]  # from, move, to
    w = np.einsum("bm,bj,mji->bi", _gate(w_c, w_prev, g), s, hot)
    return _sharpen(w, gamma)


@right("np_add_at")
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    flow = _gate(w_c, w_prev, g)[:, :, None] * s[:, None, :]
    dest = np.clip(np.arange(N)[:, None] + np.arange(-S, S + 1), 0, N - 1)
    w = np.zeros_like(w_c)
    np.add.at(w, (np.arange(B)[:, None, None], dest[None]), flow)
    return _sharpen(w, gamma)


@right("bincount")
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    dest = np.add.outer(np.arange(N), np.arange(-S, S + 1)).clip(0, N - 1).ravel()
    rows = []
    for b in range(B):
        wg = g[b] * w_c[b] + (1 - g[b]) * w_prev[b]
        rows.append(np.bincount(dest, weights=np.outer(wg, s[b]).ravel(), minlength=N))
    w = np.array(rows).astype(w_c.dtype)
    lw = np.log(w) * gamma[:, None]
    lw = np.exp(lw - lw.max(-1, keepdims=True))
    return lw / lw.sum(-1, keepdims=True)


@right("differences_of_the_clipped_cdf")
def move(w_c, w_prev, g, s, gamma):
    # distribution function of position + move, cut at the walls
    B, N = w_c.shape
    S = s.shape[1] // 2
    wg = _gate(w_c, w_prev, g).astype(float)
    F = np.cumsum(wg, 1)
    C = np.zeros((B, N))
    for j in range(-S, S + 1):
        i = np.arange(N) - j
        Fi = np.where(i < 0, 0, F[:, np.clip(i, 0, N - 1)])
        C += s[:, S + j, None] * Fi
    C[:, -1] = wg.sum(1) * s.sum(1)
    w = np.diff(C, axis=1, prepend=0)
    return _sharpen(np.maximum(w, 0), gamma).astype(w_c.dtype)


@wrong(
    "roll",
    "np.roll: circular, as in the paper.",
    "Weight on the last row, a move by +1: where does it stay by the task?",
)
def move(w_c, w_prev, g, s, gamma):
    S = s.shape[1] // 2
    wg = _gate(w_c, w_prev, g)
    return _sharpen(sum(s[:, j + S, None] * np.roll(wg, j, 1) for j in range(-S, S + 1)), gamma)


@wrong(
    "conv1d_zero_padding",
    "Zero padding drops what goes beyond the ends.",
    "Does your shifted weighting still sum to 1?",
)
def move(w_c, w_prev, g, s, gamma):
    N, S = w_c.shape[1], s.shape[1] // 2
    wg = np.pad(_gate(w_c, w_prev, g), ((0, 0), (S, S)))
    return _sharpen(sum(s[:, j, None] * wg[:, 2 * S - j : 2 * S - j + N] for j in range(2 * S + 1)), gamma)


@wrong(
    "replicate_padding",
    "Replicate padding before the convolution: the end rows are read several times.",
    "All weight on the first row, all moves +1. Is the first row empty then?",
)
def move(w_c, w_prev, g, s, gamma):
    N, S = w_c.shape[1], s.shape[1] // 2
    wg = np.pad(_gate(w_c, w_prev, g), ((0, 0), (S, S)), mode="edge")
    return _sharpen(sum(s[:, j, None] * wg[:, 2 * S - j : 2 * S - j + N] for j in range(2 * S + 1)), gamma)


@wrong(
    "torch_conv_is_a_correlation",
    "conv1d does not turn the kernel: moves go in the other direction.",
    "s has its last number 1: does the weight go to larger rows?",
)
def move(w_c, w_prev, g, s, gamma):
    return _sharpen(_shift(_gate(w_c, w_prev, g), s[:, ::-1]), gamma)


@wrong(
    "kernel_centre_off_by_one",
    "The first number of s is taken for staying: moves 0 to 2S.",
    "Which number of s belongs to staying?",
)
def move(w_c, w_prev, g, s, gamma):
    N = w_c.shape[1]
    wg = _gate(w_c, w_prev, g)
    w = np.zeros_like(wg)
    for j in range(s.shape[1]):
        for m in range(N):
            w[:, min(m + j, N - 1)] += s[:, j] * wg[:, m]
    return _sharpen(w, gamma)


@wrong(
    "epsilon_in_the_power",
    "(w + 1e-2) to the gamma: rows of no weight get some.",
    "A row that no move reaches: which weight has it?",
)
def move(w_c, w_prev, g, s, gamma):
    w = _shift(_gate(w_c, w_prev, g), s)
    return _sharpen(w + 1e-2, gamma)


@wrong("sum_plus_epsilon", "1e-2 in the denominator: the weights do not sum to 1.", "Sum your weights to six digits.")
def move(w_c, w_prev, g, s, gamma):
    w = _shift(_gate(w_c, w_prev, g), s) ** gamma[:, None]
    return w / (w.sum(-1, keepdims=True) + 1e-2)


@wrong(
    "sharpen_by_softmax_of_log_wrong",
    "softmax(gamma * w): not a power.",
    "Which function of w gives w to the gamma in a softmax: w or its logarithm?",
)
def move(w_c, w_prev, g, s, gamma):
    z = gamma[:, None] * _shift(_gate(w_c, w_prev, g), s)
    z = np.exp(z - z.max(-1, keepdims=True))
    return z / z.sum(-1, keepdims=True)


@wrong(
    "gate_after_shift",
    "The content weighting is shifted and mixed with the previous one afterwards.",
    "Is w_prev shifted too by the task?",
)
def move(w_c, w_prev, g, s, gamma):
    return _sharpen(_gate(_shift(w_c, s), w_prev, g), gamma)


@wrong("gate_of_the_gru", "(1 - g) w_c + g w_prev, the convention of a GRU.", "g = 1: which weighting is left?")
def move(w_c, w_prev, g, s, gamma):
    return _sharpen(_shift(_gate(w_prev, w_c, g), s), gamma)


@wrong("gamma_one_plus", "gamma has 1 added, as where it is raw.", "gamma = 1: should sharpening change anything?")
def move(w_c, w_prev, g, s, gamma):
    return _sharpen(_shift(_gate(w_c, w_prev, g), s), 1 + gamma)


@wrong(
    "temperature", "The power is 1/gamma, a temperature.", "A large gamma: does your weighting get sharper or flatter?"
)
def move(w_c, w_prev, g, s, gamma):
    return _sharpen(_shift(_gate(w_c, w_prev, g), s), 1 / gamma)


@wrong(
    "wall_gets_only_next_move",
    "Only the overflow of one row beyond the end is folded back; what goes further is lost.",
    "S = 2: which rows beyond the end can be reached?",
)
def move(w_c, w_prev, g, s, gamma):
    wg = _gate(w_c, w_prev, g)
    B, N = wg.shape
    S = s.shape[1] // 2
    pad = np.zeros((B, N + 2 * S), wg.dtype)
    for j in range(2 * S + 1):
        pad[:, j : j + N] += s[:, j, None] * wg
    out = pad[:, S : S + N].copy()
    if S:
        out[:, 0] += pad[:, S - 1]
        out[:, -1] += pad[:, S + N]
    return _sharpen(out, gamma)


@wrong(
    "lost_weight_shared_by_all",
    "What goes beyond the ends is shared by all rows (division by the sum).",
    "Which row gets what went beyond the last one?",
)
def move(w_c, w_prev, g, s, gamma):
    wg = _gate(w_c, w_prev, g)
    B, N = wg.shape
    S = s.shape[1] // 2
    w = np.zeros_like(wg)
    for j in range(-S, S + 1):
        for m in range(max(0, -j), min(N, N - j)):
            w[:, m + j] += s[:, S + j] * wg[:, m]
    w = w / w.sum(-1, keepdims=True)
    return _sharpen(w, gamma)


@wrong(
    "ends_folded_crosswise",
    "The overflow of the left is added to the last row and the other way round.",
    "Which end does padding[:S] belong to?",
)
def move(w_c, w_prev, g, s, gamma):
    wg = _gate(w_c, w_prev, g)
    B, N = wg.shape
    S = s.shape[1] // 2
    pad = np.zeros((B, N + 2 * S), wg.dtype)
    for j in range(2 * S + 1):
        pad[:, j : j + N] += s[:, j, None] * wg
    out = pad[:, S : S + N].copy()
    out[:, -1] += pad[:, :S].sum(1)
    out[:, 0] += pad[:, S + N :].sum(1)
    return _sharpen(out, gamma)
