"""As programmers who skim: cosine_similarity and masked_fill of torch, epsilons and constants of repositories."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("masked_fill_softmax")
def find_used(k, beta, M, used):
    on = used.astype(bool)
    M = np.where(on[..., None], M, 0)
    dot = np.einsum("bjd,bnd->bjn", k, M)
    norm = np.einsum("bj,bn->bjn", np.linalg.norm(k, axis=-1), np.linalg.norm(M, axis=-1))
    z = np.where(on[:, None], beta[..., None] * dot / (norm + 1e-8), -np.inf)
    z = np.exp(z - z.max(-1, keepdims=True))
    return z / z.sum(-1, keepdims=True)


@right("boolean_gather_per_example")
def find_used(k, beta, M, used):
    out = np.zeros((*k.shape[:2], M.shape[1]), k.dtype)
    for b, keep in enumerate(used == 1):
        rows = M[b, keep]
        K = k[b] @ rows.T / (np.linalg.norm(k[b], axis=-1)[:, None] * np.linalg.norm(rows, axis=-1) + 1e-8)
        z = beta[b, :, None] * K
        z = np.exp(z - z.max(-1, keepdims=True))
        out[b, :, keep] = (z / z.sum(-1, keepdims=True)).T
    return out


@right("pairwise_sigmoid_form")
def find_used(k, beta, M, used):
    # w_i = 1 / sum_j exp(z_j - z_i): no maximum needed, overflow only to inf
    on = used.astype(bool)
    Mu = np.where(on[:, :, None], M, 0)
    K = np.einsum("bjd,bnd->bjn", k, Mu)
    K /= np.sqrt((k * k).sum(-1))[..., None] * np.sqrt((Mu * Mu).sum(-1))[:, None] + 1e-8
    z = beta[..., None] * K
    gap = np.minimum(z[..., None, :] - z[..., :, None], 80)
    s = np.where(on[:, None, None, :], np.exp(gap), 0).sum(-1)
    return np.where(on[:, None, :], 1 / s, 0).astype(k.dtype)


@wrong(
    "in_torch",
    "The answer comes from torch; the task asks for NumPy only.",
    "Which library may the task's answer use?",
)
def find_used(k, beta, M, used):
    import torch

    k, beta, M, off = torch.tensor(k), torch.tensor(beta), torch.tensor(M), torch.tensor(used == 0)
    M = M.masked_fill(off[..., None], 0)
    K = torch.bmm(k, M.transpose(1, 2)) / (k.norm(dim=-1)[..., None] * M.norm(dim=-1)[:, None] + 1e-8)
    return torch.softmax((beta[..., None] * K).masked_fill(off[:, None], -float("inf")), -1).numpy()


@right("logaddexp_reduce")
def find_used(k, beta, M, used):
    w = np.zeros(k.shape[:2] + (M.shape[1],), k.dtype)
    for b in range(k.shape[0]):
        idx = np.flatnonzero(used[b])
        for j in range(k.shape[1]):
            rows = M[b, idx]
            z = beta[b, j] * (rows @ k[b, j]) / (np.linalg.norm(rows, axis=-1) * np.linalg.norm(k[b, j]) + 1e-8)
            w[b, j, idx] = np.exp(z - np.logaddexp.reduce(z))
    return w


def _K(k, M, used):
    M = np.where(used[..., None] > 0, M, 0)
    return np.einsum("bjd,bnd->bjn", k, M) / (
        np.linalg.norm(k, axis=-1)[..., None] * np.linalg.norm(M, axis=-1)[:, None] + 1e-8
    )


def _sm(z, axis=-1):
    z = np.exp(z - z.max(axis, keepdims=True))
    return z / z.sum(axis, keepdims=True)


@wrong(
    "fill_minus_one",
    "Rows not in use get the likeness -1, the smallest cosine, and still a share.",
    "What is exp(-beta) for beta = 1? Who gets that share?",
)
def find_used(k, beta, M, used):
    K = np.where(used[:, None] > 0, _K(k, M, used), -1)
    return _sm(beta[..., None] * K).astype(k.dtype)


@wrong(
    "fill_before_beta",
    "-5 is filled in for the likeness before beta multiplies: for a small beta some weight leaks.",
    "beta = 0.5: what is exp of beta times -5? Is it 0?",
)
def find_used(k, beta, M, used):
    K = np.where(used[:, None] > 0, _K(k, M, used), -5)
    return _sm(beta[..., None] * K).astype(k.dtype)


@wrong(
    "fill_too_small",
    "Rows not in use get the score -100; with beta 1000 scores of -1000 are smaller.",
    "A row in use with K = -1 and beta = 1000: which score is lower?",
)
def find_used(k, beta, M, used):
    z = np.where(used[:, None] > 0, beta[..., None] * _K(k, M, used), -100)
    z = np.exp(z - z.max(-1, keepdims=True))
    return (z / z.sum(-1, keepdims=True)).astype(k.dtype)


@wrong(
    "epsilon_of_torch_max",
    "The product of the lengths is clamped from below at 1, far too large an epsilon.",
    "A short row and a short key: is their likeness still a cosine?",
)
def find_used(k, beta, M, used):
    Mu = np.where(used[..., None] > 0, M, 0)
    den = np.linalg.norm(k, axis=-1)[..., None] * np.linalg.norm(Mu, axis=-1)[:, None]
    K = np.einsum("bjd,bnd->bjn", k, Mu) / np.maximum(den, 1.0).astype(k.dtype)
    return _sm(np.where(used[:, None] > 0, beta[..., None] * K, -np.inf))


@wrong(
    "renormalised_with_epsilon",
    "Softmax over all, masked, and divided by the sum plus 1e-8: with a large beta all is lost.",
    "A row not in use fits best and beta = 1000. What is left to divide?",
)
def find_used(k, beta, M, used):
    K = np.einsum("bjd,bnd->bjn", k, M) / (
        np.linalg.norm(k, axis=-1)[..., None] * np.linalg.norm(M, axis=-1)[:, None] + 1e-8
    )
    p = _sm(beta[..., None] * K) * used[:, None].astype(k.dtype)
    return p / (p.sum(-1, keepdims=True) + 1e-8).astype(k.dtype)


@wrong("beta_clamped", "beta is clamped to 2 'for stability'.", "Let beta grow from 3 to 1000. Do your weights change?")
def find_used(k, beta, M, used):
    z = np.minimum(beta, 2)[..., None] * _K(k, M, used)
    return _sm(np.where(used[:, None] > 0, z, -np.inf)).astype(k.dtype)


@wrong(
    "softplus_of_beta",
    "beta goes through a softplus, as in the repository where it is raw.",
    "beta = 1: by what do you multiply K?",
)
def find_used(k, beta, M, used):
    z = np.logaddexp(0, beta)[..., None] * _K(k, M, used)
    return _sm(np.where(used[:, None] > 0, z, -np.inf)).astype(k.dtype)


@wrong(
    "epsilon_added_to_vectors",
    "1e-2 is added to the vectors before the norm (pytorch-ntm adds a constant to both).",
    "Is a zero key alike to anything? And by your code?",
)
def find_used(k, beta, M, used):
    return find_used_(k + 1e-2, beta, M + 1e-2, used)


def find_used_(k, beta, M, used):
    z = beta[..., None] * _K(k, M, used)
    return _sm(np.where(used[:, None] > 0, z, -np.inf)).astype(k.dtype)


@wrong(
    "mask_inverted",
    "used is taken for a padding mask: what is in use is filled with -inf.",
    "In your mask, does 1 mean keep or drop?",
)
def find_used(k, beta, M, used):
    off = 1 - used
    Mu = np.where(off[..., None] > 0, M, 0)
    z = np.where(off[:, None] > 0, beta[..., None] * _K(k, Mu, off), -1e30)
    return _sm(z).astype(k.dtype)


@wrong("softmax_over_heads", "Softmax over dim=1, the heads.", "Sum your w over the rows. Is it 1?")
def find_used(k, beta, M, used):
    p = _sm(beta[..., None] * _K(k, M, used), axis=1)
    return (p * used[:, None]).astype(k.dtype)


@wrong(
    "beta_on_the_wrong_axis",
    "beta[:, None] puts the heads' strengths on the rows where J = N, else that of head 0.",
    "Change beta[0, 1]: which head should change?",
)
def find_used(k, beta, M, used):
    J, N = k.shape[1], M.shape[1]
    bb = beta[:, None, :] if J == N else beta[:, :1, None]
    z = bb * _K(k, M, used)
    return _sm(np.where(used[:, None] > 0, z, -np.inf)).astype(k.dtype)


@wrong(
    "union_of_used",
    "The rows in use by any example are used for all.",
    "Row 2 is in use in example 0 only. Which weight has it in example 1?",
)
def find_used(k, beta, M, used):
    u = np.broadcast_to(used.any(0), used.shape).astype(int)
    z = beta[..., None] * _K(k, np.nan_to_num(M), u)
    return _sm(np.where(u[:, None] > 0, z, -np.inf)).astype(k.dtype)


@wrong("clamped_cosine", "Negative likeness is cut to 0.", "Two rows with K = -1 and 0: have they the same weight?")
def find_used(k, beta, M, used):
    z = beta[..., None] * np.maximum(_K(k, M, used), 0)
    return _sm(np.where(used[:, None] > 0, z, -np.inf)).astype(k.dtype)


@wrong(
    "norm_over_the_batch",
    "np.linalg.norm(M, axis=1) takes the columns' lengths, one number of them for all.",
    "Which axis of M are the D numbers of a row?",
)
def find_used(k, beta, M, used):
    Mu = np.where(used[..., None] > 0, M, 0)
    mn = np.linalg.norm(Mu, axis=1).mean(-1)[:, None, None]
    K = np.einsum("bjd,bnd->bjn", k, Mu) / (np.linalg.norm(k, axis=-1)[..., None] * mn + 1e-8)
    z = beta[..., None] * K
    return _sm(np.where(used[:, None] > 0, z, -np.inf)).astype(k.dtype)


@wrong(
    "nan_by_zero_times_anything",
    "The rows not in use are multiplied by 0 after the norm: infinite or NaN rows spoil the sum.",
    "A row not in use holds NaN. What is 0 times NaN?",
)
def find_used(k, beta, M, used):
    K = np.einsum("bjd,bnd->bjn", k, M) / (
        np.linalg.norm(k, axis=-1)[..., None] * np.linalg.norm(M, axis=-1)[:, None] + 1e-8
    )
    z = beta[..., None] * K
    z = z - 1e4 * (1 - used[:, None]).astype(k.dtype)
    return _sm(z) * used[:, None].astype(k.dtype)
