"""As students of control in the lab: a running index, 1-based offsets, and softplus from the formula."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _sg(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def _sp(z):
    return np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z)))


def _soft(z):
    z = np.exp(z - z.max(axis=-1, keepdims=True))
    return z / z.sum(axis=-1, keepdims=True)


@right("running_index")
def head_numbers(p, J, D):
    B, P = p.shape
    L = P // J
    C = L - 3 - 3 * D
    k, e, a = (np.zeros((B, J, D), dtype=p.dtype) for _ in range(3))
    beta, g, gamma = (np.zeros((B, J), dtype=p.dtype) for _ in range(3))
    s = np.zeros((B, J, C), dtype=p.dtype)
    for j in range(J):
        pos = j * L
        k[:, j] = np.tanh(p[:, pos : pos + D])
        pos += D
        beta[:, j] = _sp(p[:, pos])
        pos += 1
        g[:, j] = _sg(p[:, pos])
        pos += 1
        s[:, j] = _soft(p[:, pos : pos + C])
        pos += C
        gamma[:, j] = 1 + _sp(p[:, pos])
        pos += 1
        e[:, j] = _sg(p[:, pos : pos + D])
        pos += D
        a[:, j] = np.tanh(p[:, pos : pos + D])
    return k, beta, g, s, gamma, e, a


@right("reshape_and_split")
def head_numbers(p, J, D):
    q = p.reshape(p.shape[0], J, -1)
    C = q.shape[2] - 3 * D - 3
    k, be, g, s, ga, e, a = np.split(q, np.cumsum([D, 1, 1, C, 1, D]), axis=2)
    return np.tanh(k), _sp(be[..., 0]), _sg(g[..., 0]), _soft(s), 1 + _sp(ga[..., 0]), _sg(e), np.tanh(a)


@right("from_both_ends")
def head_numbers(p, J, D):
    q = p.reshape(len(p), J, p.shape[1] // J)
    k = np.tanh(q[:, :, :D])
    a = np.tanh(q[:, :, -D:])
    e = 0.5 * (1 + np.tanh(0.5 * q[:, :, -2 * D : -D]))
    gamma = 1 + np.logaddexp(0, q[:, :, -2 * D - 1])
    beta = np.logaddexp(0, q[:, :, D])
    g = 0.5 * (1 + np.tanh(0.5 * q[:, :, D + 1]))
    s = _soft(q[:, :, D + 2 : -2 * D - 1])
    return k, beta, g, s, gamma, e, a


@right("scipy_special")
def head_numbers(p, J, D):
    from scipy.special import expit, softmax

    B = p.shape[0]
    C = p.shape[1] // J - 3 * D - 3
    p = p.reshape(B, J, 3 * D + 3 + C)
    i = D + 2 + C
    sp = lambda z: -np.log(expit(-z)) if abs(z) < 30 else max(z, z * 0)  # noqa: E731
    vsp = np.vectorize(sp, otypes=[p.dtype])
    return (
        np.tanh(p[:, :, 0:D]),
        vsp(p[:, :, D]),
        expit(p[:, :, D + 1]),
        softmax(p[:, :, D + 2 : i], axis=-1),
        1 + vsp(p[:, :, i]),
        expit(p[:, :, i + 1 : i + 1 + D]),
        np.tanh(p[:, :, i + 1 + D :]),
    )


@right("one_example_one_head_at_a_time")
def head_numbers(p, J, D):
    res = [[], [], [], [], [], [], []]
    for row in p:
        one = [[] for _ in res]
        for h in np.array_split(row, J):
            C = len(h) - 3 * D - 3
            one[0].append(np.tanh(h[:D]))
            one[1].append(_sp(h[D]))
            one[2].append(_sg(h[D + 1]))
            one[3].append(_soft(h[D + 2 : D + 2 + C]))
            one[4].append(1 + _sp(h[D + 2 + C]))
            one[5].append(_sg(h[D + 3 + C : 2 * D + 3 + C]))
            one[6].append(np.tanh(h[2 * D + 3 + C :]))
        for i in range(7):
            res[i].append(one[i])
    return tuple(np.array(r, dtype=p.dtype) for r in res)


def _parts(p, J, D):
    q = p.reshape(p.shape[0], J, -1)
    C = q.shape[2] - 3 * D - 3
    k, be, g, s, ga, e, a = np.split(q, np.cumsum([D, 1, 1, C, 1, D]), axis=2)
    return k, be[..., 0], g[..., 0], s, ga[..., 0], e, a


@wrong(
    "kinds_before_heads",
    "Takes all keys of all heads first, then all strengths, and so on.",
    "Where do the numbers of head 1 begin? Behind which number of head 0?",
)
def head_numbers(p, J, D):
    B, P = p.shape
    C = P // J - 3 * D - 3
    k, be, g, s, ga, e, a = np.split(p, np.cumsum([J * D, J, J, J * C, J, J * D]), axis=1)
    k, s, e, a = (z.reshape(B, J, -1) for z in (k, s, e, a))
    return np.tanh(k), _sp(be), _sg(g), _soft(s), 1 + _sp(ga), _sg(e), np.tanh(a)


@wrong(
    "fortran_reshape",
    "Reshapes to (B, L, J) in MATLAB's order: the heads are interleaved.",
    "Is p[0, 1] the second number of head 0 or the first of head 1?",
)
def head_numbers(p, J, D):
    B, P = p.shape
    q = p.reshape(B, P // J, J).transpose(0, 2, 1).reshape(B, P)
    k, be, g, s, ga, e, a = _parts(q, J, D)
    return np.tanh(k), _sp(be), _sg(g), _soft(s), 1 + _sp(ga), _sg(e), np.tanh(a)


@wrong("softplus_overflows", "log(1 + exp z) overflows for large z.", "What is your softplus of 1000?")
def head_numbers(p, J, D):
    k, be, g, s, ga, e, a = _parts(p, J, D)
    return np.tanh(k), np.log(1 + np.exp(be)), _sg(g), _soft(s), 1 + np.log(1 + np.exp(ga)), _sg(e), np.tanh(a)


@wrong(
    "gamma_without_one",
    "gamma lacks the 1: it can be smaller than 1.",
    "What is the smallest gamma you can return? And of the table?",
)
def head_numbers(p, J, D):
    k, be, g, s, ga, e, a = _parts(p, J, D)
    return np.tanh(k), _sp(be), _sg(g), _soft(s), _sp(ga), _sg(e), np.tanh(a)


@wrong(
    "softmax_over_heads",
    "The softmax of the shifts runs over the heads.",
    "Sum s over the C shifts of one head. Is it 1?",
)
def head_numbers(p, J, D):
    k, be, g, s, ga, e, a = _parts(p, J, D)
    s = np.exp(s - s.max(axis=1, keepdims=True))
    s = s / s.sum(axis=1, keepdims=True)
    return np.tanh(k), _sp(be), _sg(g), s, 1 + _sp(ga), _sg(e), np.tanh(a)


@wrong(
    "gate_and_strength_swapped", "The gate is read before the strength.", "Which number follows the key by the table?"
)
def head_numbers(p, J, D):
    k, g, be, s, ga, e, a = _parts(p, J, D)
    return np.tanh(k), _sp(be), _sg(g), _soft(s), 1 + _sp(ga), _sg(e), np.tanh(a)


@wrong(
    "added_before_erased",
    "The added vector is read before the erase vector.",
    "Which D numbers stand last by the table?",
)
def head_numbers(p, J, D):
    k, be, g, s, ga, a, e = _parts(p, J, D)
    return np.tanh(k), _sp(be), _sg(g), _soft(s), 1 + _sp(ga), _sg(e), np.tanh(a)


@wrong(
    "relu_for_softplus",
    "The strength and gamma go through a ramp max(z, 0).",
    "What is softplus(0)? And by your function?",
)
def head_numbers(p, J, D):
    k, be, g, s, ga, e, a = _parts(p, J, D)
    return np.tanh(k), np.maximum(be, 0), _sg(g), _soft(s), 1 + np.maximum(ga, 0), _sg(e), np.tanh(a)


@wrong(
    "added_vector_sigmoid",
    "The added vector goes through the sigmoid too.",
    "Can a of yours be negative? Should it be?",
)
def head_numbers(p, J, D):
    k, be, g, s, ga, e, a = _parts(p, J, D)
    return np.tanh(k), _sp(be), _sg(g), _soft(s), 1 + _sp(ga), _sg(e), _sg(a)


@wrong("key_raw", "The key is taken as it is, without tanh.", "Between which numbers is each entry of k by the table?")
def head_numbers(p, J, D):
    k, be, g, s, ga, e, a = _parts(p, J, D)
    return k.copy(), _sp(be), _sg(g), _soft(s), 1 + _sp(ga), _sg(e), np.tanh(a)


@wrong(
    "softplus_capped",
    "Clips z to ±20 before the exponential: large strengths stop at 20.",
    "What is softplus(1000) to a digit? And yours?",
)
def head_numbers(p, J, D):
    k, be, g, s, ga, e, a = _parts(p, J, D)
    sp = lambda z: np.log(1 + np.exp(np.clip(z, -20, 20)))  # noqa: E731
    return np.tanh(k), sp(be), _sg(g), _soft(s), 1 + sp(ga), _sg(e), np.tanh(a)


@wrong("kept_dimension", "The single numbers keep an axis of length 1.", "Which shape has beta by the stub? And yours?")
def head_numbers(p, J, D):
    q = p.reshape(p.shape[0], J, -1)
    C = q.shape[2] - 3 * D - 3
    k, be, g, s, ga, e, a = np.split(q, np.cumsum([D, 1, 1, C, 1, D]), axis=2)
    return np.tanh(k), _sp(be), _sg(g), _soft(s), 1 + _sp(ga), _sg(e), np.tanh(a)


@wrong(
    "three_shifts_always",
    "Takes C = 3 for given; what follows is cut off wrongly for other C.",
    "How many shifts follow from P, J and D? Is it always 3?",
)
def head_numbers(p, J, D):
    q = p.reshape(p.shape[0], J, -1)
    k, be, g, s, ga, e, a = np.split(q, np.cumsum([D, 1, 1, 3, 1, D]), axis=2)
    return np.tanh(k), _sp(be[..., 0]), _sg(g[..., 0]), _soft(s), 1 + _sp(ga[..., 0]), _sg(e), np.tanh(a[..., :D])


@wrong(
    "shifts_by_their_sum",
    "The shifts are exponentials divided by the sum over shifts and heads of an example.",
    "Sum s over the shifts of each head. What is it?",
)
def head_numbers(p, J, D):
    k, be, g, s, ga, e, a = _parts(p, J, D)
    s = np.exp(s - s.max(axis=(1, 2), keepdims=True))
    s = s / s.sum(axis=(1, 2), keepdims=True)
    return np.tanh(k), _sp(be), _sg(g), s, 1 + _sp(ga), _sg(e), np.tanh(a)


@wrong(
    "softplus_of_gamma_plus_one",
    "gamma = softplus(z + 1): the 1 stands inside.",
    "For z = -100, what is gamma by the table? And by your line?",
)
def head_numbers(p, J, D):
    k, be, g, s, ga, e, a = _parts(p, J, D)
    return np.tanh(k), _sp(be), _sg(g), _soft(s), _sp(1 + ga), _sg(e), np.tanh(a)
