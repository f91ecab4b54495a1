"""As programmers who skim: split and chunk of torch, orders and activations of repositories."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _cut(p, J, D):
    q = p.reshape(len(p), J, -1)
    C = q.shape[-1] - 3 * D - 3
    return np.split(q, np.cumsum([D, 1, 1, C, 1, D]), axis=-1)


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def softplus(z):
    return np.logaddexp(0, z)


def softmax(z, axis=-1):
    z = np.exp(z - z.max(axis, keepdims=True))
    return z / z.sum(axis, keepdims=True)


@right("split_by_sizes")
def head_numbers(p, J, D):
    k, b, g, s, c, e, a = _cut(p, J, D)
    return (
        np.tanh(k),
        softplus(b)[..., 0],
        sigmoid(g)[..., 0],
        softmax(s),
        1 + softplus(c)[..., 0],
        sigmoid(e),
        np.tanh(a),
    )


@right("in_torch")
def head_numbers(p, J, D):
    import torch
    import torch.nn.functional as F

    q = torch.tensor(p).view(p.shape[0], J, -1)
    C = q.shape[-1] - 3 * D - 3
    k, b, g, s, c, e, a = q.split([D, 1, 1, C, 1, D, D], dim=-1)
    sp = lambda z: F.softplus(z.squeeze(-1), threshold=50)  # noqa: E731
    out = (k.tanh(), sp(b), g.squeeze(-1).sigmoid(), s.softmax(-1), 1 + sp(c), e.sigmoid(), a.tanh())
    return tuple(z.numpy() for z in out)


@right("iterator_over_slices")
def head_numbers(p, J, D):
    heads = np.stack(np.split(p, J, axis=1), axis=1)
    C = heads.shape[-1] - 3 * D - 3
    at = iter(np.cumsum([0, D, 1, 1, C, 1, D]))
    take = lambda width: (lambda o: heads[..., o : o + width])(next(at))  # noqa: E731
    k = np.tanh(take(D))
    beta = softplus(take(1)).squeeze(-1)
    g = sigmoid(take(1)).squeeze(-1)
    s = softmax(take(C))
    gamma = softplus(take(1)).squeeze(-1) + 1
    e = sigmoid(take(D))
    return k, beta, g, s, gamma, e, np.tanh(take(D))


@right("head_by_head_stack")
def head_numbers(p, J, D):
    size = p.shape[1] // J

    def one(h):
        return (
            np.tanh(h[:, :D]),
            softplus(h[:, D]),
            sigmoid(h[:, D + 1]),
            softmax(h[:, D + 2 : size - 2 * D - 1]),
            1 + softplus(h[:, size - 2 * D - 1]),
            sigmoid(h[:, size - 2 * D : size - D]),
            np.tanh(h[:, size - D :]),
        )

    parts = [one(p[:, j * size : (j + 1) * size]) for j in range(J)]
    return tuple(np.stack(z, axis=1) for z in zip(*parts))


@right("stable_by_where")
def head_numbers(p, J, D):
    k, b, g, s, c, e, a = _cut(p, J, D)
    sg = lambda z: (1 + np.tanh(z / 2)) / 2  # noqa: E731
    sp = lambda z: np.where(z > 0, z, 0) + np.log1p(np.exp(-np.abs(z)))  # noqa: E731
    return np.tanh(k), sp(b[..., 0]), sg(g[..., 0]), softmax(s), 1 + sp(c[..., 0]), sg(e), np.tanh(a)


def _mk(p, J, D, **by):
    parts = dict(zip(["k", "b", "g", "s", "c", "e", "a"], _cut(p, J, D)))
    f = dict(k=np.tanh, b=softplus, g=sigmoid, s=softmax, c=lambda z: 1 + softplus(z), e=sigmoid, a=np.tanh) | by
    out = {n: f[n](v) for n, v in parts.items()}
    return out["k"], out["b"][..., 0], out["g"][..., 0], out["s"], out["c"][..., 0], out["e"], out["a"]


@wrong(
    "view_heads_last",
    "view(B, -1, J): the heads are taken for the fastest axis.",
    "Are the numbers of head 0 next to one another in p?",
)
def head_numbers(p, J, D):
    q = p.reshape(len(p), -1, J).swapaxes(1, 2).reshape(len(p), -1)
    return _mk(q, J, D)


@wrong(
    "chunked_by_kind",
    "All heads' keys first, then all betas: grouped by kind.",
    "Which number follows the key of head 0?",
)
def head_numbers(p, J, D):
    B = len(p)
    C = p.shape[1] // J - 3 * D - 3
    parts = np.split(p, np.cumsum([J * D, J, J, J * C, J, J * D]), axis=-1)
    q = np.concatenate([z.reshape(B, J, -1) for z in parts], axis=-1).reshape(B, -1)
    return _mk(q, J, D)


@wrong(
    "reads_like_pytorch_ntm",
    "e and a stand in the other order (add before erase).",
    "Which D numbers come last by the table?",
)
def head_numbers(p, J, D):
    k, b, g, s, c, a, e = _cut(p, J, D)
    return (
        np.tanh(k),
        softplus(b)[..., 0],
        sigmoid(g)[..., 0],
        softmax(s),
        1 + softplus(c)[..., 0],
        sigmoid(e),
        np.tanh(a),
    )


@wrong(
    "gamma_before_shifts",
    "The sharpening is read before the shifts.",
    "What stands between the gate and the sharpening?",
)
def head_numbers(p, J, D):
    q = p.reshape(len(p), J, -1)
    C = q.shape[-1] - 3 * D - 3
    k, b, g, c, s, e, a = np.split(q, np.cumsum([D, 1, 1, 1, C, D]), axis=-1)
    return (
        np.tanh(k),
        softplus(b)[..., 0],
        sigmoid(g)[..., 0],
        softmax(s),
        1 + softplus(c)[..., 0],
        sigmoid(e),
        np.tanh(a),
    )


@wrong(
    "writes_before_addressing",
    "Erase and added vector are read directly behind the key.",
    "What follows the key by the table?",
)
def head_numbers(p, J, D):
    q = p.reshape(len(p), J, -1)
    C = q.shape[-1] - 3 * D - 3
    k, e, a, b, g, s, c = np.split(q, np.cumsum([D, D, D, 1, 1, C]), axis=-1)
    return (
        np.tanh(k),
        softplus(b)[..., 0],
        sigmoid(g)[..., 0],
        softmax(s),
        1 + softplus(c)[..., 0],
        sigmoid(e),
        np.tanh(a),
    )


@wrong("beta_plus_one", "The strength also gets 1 added.", "The smallest possible beta: 0 or 1?")
def head_numbers(p, J, D):
    return _mk(p, J, D, b=lambda z: 1 + softplus(z))


@wrong("gamma_one_plus_relu", "gamma = max(1, z), a hinge.", "z = 0: is gamma 1 or 1 + log 2?")
def head_numbers(p, J, D):
    return _mk(p, J, D, c=lambda z: np.maximum(z, 1))


@wrong("exp_for_beta", "beta = exp, as in ntm-lasagne's first versions.", "z = 10: is beta near 10 or near 22026?")
def head_numbers(p, J, D):
    return _mk(p, J, D, b=lambda z: np.exp(np.minimum(z, 80)))


@wrong("softmax_flat", "Softmax over all shifts of all heads.", "Sum s of one head.")
def head_numbers(p, J, D):
    return _mk(p, J, D, s=lambda z: softmax(z.reshape(len(z), -1)).reshape(z.shape))


@wrong("softmax_dim_one", "Softmax over dim=1, the heads.", "With one head, what is every shift by your code?")
def head_numbers(p, J, D):
    return _mk(p, J, D, s=lambda z: softmax(z, axis=1))


@wrong("naive_softplus", "np.log1p(np.exp(z)) is inf for z = 1000.", "What is np.exp(1000)?")
def head_numbers(p, J, D):
    return _mk(p, J, D, b=lambda z: np.log1p(np.exp(z)), c=lambda z: 1 + np.log1p(np.exp(z)))


@wrong(
    "clipped_input",
    "All numbers are clipped to ±2 first 'for stability'.",
    "z = 1000: what is softplus of it, and yours?",
)
def head_numbers(p, J, D):
    return _mk(np.clip(p, -2, 2), J, D)


@wrong(
    "softplus_threshold_low",
    "Softplus with a threshold at 1: from there on z itself.",
    "What is softplus(1.5)? 1.5 or 1.70?",
)
def head_numbers(p, J, D):
    sp = lambda z: np.where(z > 1, z, softplus(np.minimum(z, 1)))  # noqa: E731
    return _mk(p, J, D, b=sp, c=lambda z: 1 + sp(z))


@wrong("erase_tanh", "The erase vector goes through tanh, so it can be negative.", "Which range has an erase vector?")
def head_numbers(p, J, D):
    return _mk(p, J, D, e=np.tanh)


@wrong("linear_add", "The added vector is linear (no tanh).", "Which range has a by the table?")
def head_numbers(p, J, D):
    return _mk(p, J, D, a=lambda z: z.copy())


@wrong("shift_softmax_log", "Returns log_softmax for the shifts.", "Are your shifts at least 0?")
def head_numbers(p, J, D):
    return _mk(p, J, D, s=lambda z: z - np.logaddexp.reduce(z, axis=-1, keepdims=True))


@wrong(
    "all_heads_share_head_zero",
    "Head 0's numbers are broadcast to all heads (a slice [:, :1]).",
    "Change the last number of p. Does anything change?",
)
def head_numbers(p, J, D):
    size = p.shape[1] // J
    return _mk(np.tile(p[:, :size], (1, J)), J, D)


@wrong("activations_in_place", "np.tanh(..., out=...) writes into views of p.", "Print p before and after the call.")
def head_numbers(p, J, D):
    q = p.reshape(len(p), J, -1)
    np.tanh(q[..., :D], out=q[..., :D])
    k, b, g, s, c, e, a = _cut(p, J, D)
    return (
        k.copy(),
        softplus(b)[..., 0],
        sigmoid(g)[..., 0],
        softmax(s),
        1 + softplus(c)[..., 0],
        sigmoid(e),
        np.tanh(a),
    )
