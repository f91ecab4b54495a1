"""As programmers who skim: autograd by hand, softmax backward of a framework, attention's scale."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _fwd(k, beta, M):
    sim = np.einsum("bnd,bd->bn", M, k)
    z = beta[:, None] * sim
    w = np.exp(z - z.max(-1, keepdims=True))
    return sim, w / w.sum(-1, keepdims=True)


@right("reverse_mode_line_by_line")
def recall_backward(dr, k, beta, M):
    sim, w = _fwd(k, beta, M)
    dM = np.einsum("bn,bd->bnd", w, dr)
    dw = np.einsum("bnd,bd->bn", M, dr)
    dz = w * (dw - np.einsum("bn,bn->b", w, dw)[:, None])
    dbeta = np.einsum("bn,bn->b", dz, sim)
    dsim = dz * beta[:, None]
    dM += np.einsum("bn,bd->bnd", dsim, k)
    dk = np.einsum("bn,bnd->bd", dsim, M)
    return dk, dbeta, dM


@right("autograd")
def recall_backward(dr, k, beta, M):
    import torch

    kt, bt, Mt = (torch.tensor(z, requires_grad=True) for z in (k, beta, M))
    w = torch.softmax(bt[:, None] * (Mt * kt[:, None]).sum(-1), -1)
    r = (w[..., None] * Mt).sum(1)
    r.backward(torch.tensor(dr))
    return kt.grad.numpy(), bt.grad.numpy(), Mt.grad.numpy()


@right("through_the_scaled_key")
def recall_backward(dr, k, beta, M):
    q = beta[:, None] * k
    z = (M @ q[..., None])[..., 0]
    w = np.exp(z - np.max(z, axis=-1, keepdims=True))
    w /= w.sum(-1, keepdims=True)
    r = (w[:, None] @ M)[:, 0]
    dz = w * ((M - r[:, None]) @ dr[..., None])[..., 0]
    dq = (dz[:, None] @ M)[:, 0]
    dM = w[..., None] * dr[:, None] + dz[..., None] * q[:, None]
    return beta[:, None] * dq, (dq * k).sum(-1), dM


@right("explicit_jacobian_einsum")
def recall_backward(dr, k, beta, M):
    sim, w = _fwd(k, beta, M)
    J = np.einsum("bn,nm->bnm", w, np.eye(w.shape[1], dtype=w.dtype)) - np.einsum("bn,bm->bnm", w, w)
    dz = np.einsum("bd,bnd,bnm->bm", dr, M, J)
    return (
        np.einsum("bm,b,bmd->bd", dz, beta, M),
        (dz * sim).sum(-1),
        np.einsum("bm,bd->bmd", w, dr) + np.einsum("bm,b,bd->bmd", dz, beta, k),
    )


@right("vmap_of_one_example")
def recall_backward(dr, k, beta, M):
    def one(d, q, s, m):
        sim = m @ q
        w = np.exp(s * sim - np.logaddexp.reduce(s * sim))
        dw = m @ d
        dz = w * (dw - w @ dw)
        return s * (dz @ m), dz @ sim, np.outer(w, d) + s * np.outer(dz, q)

    a, b, c = zip(*map(one, dr, k, beta, M))
    return np.stack(a), np.array(b, dtype=beta.dtype), np.stack(c)


def _bwd(dr, k, beta, M, dz=None, read=1, look=1, kb=1, zb=0, w=None):
    sim, w0 = _fwd(k, beta, M)
    w = w0 if w is None else w
    dw = np.einsum("bnd,bd->bn", M, dr)
    dz = w * (dw - (w * dw).sum(-1, keepdims=True)) if dz is None else dz(w, dw)
    ds = dz * beta[:, None]
    dk = np.einsum("bn,bnd->bd", ds if kb else dz, M)
    dbeta = (dz * (beta[:, None] * sim if zb else sim)).sum(-1)
    dM = read * np.einsum("bn,bd->bnd", w, dr) + look * np.einsum("bn,bd->bnd", ds if kb else dz, k)
    return dk, dbeta, dM


@wrong(
    "detached_weighting",
    "w is detached for M: only what is read carries a gradient into M.",
    "A row moves towards the key. Does w change? Where is that in dM?",
)
def recall_backward(dr, k, beta, M):
    return _bwd(dr, k, beta, M, look=0)


@wrong(
    "detached_values",
    "Values are detached: only the keys' path reaches M.",
    "beta = 0: what is the gradient of a mean by its rows?",
)
def recall_backward(dr, k, beta, M):
    return _bwd(dr, k, beta, M, read=0)


@wrong("sigmoid_backward", "w (1 - w) dw, the backward of a sigmoid.", "Do your dz sum to 0 over the rows?")
def recall_backward(dr, k, beta, M):
    return _bwd(dr, k, beta, M, dz=lambda w, dw: w * (1 - w) * dw)


@wrong(
    "cross_entropy_shortcut",
    "dz = w - dw, the shortcut of softmax with cross entropy.",
    "Is there a cross entropy in this task?",
)
def recall_backward(dr, k, beta, M):
    return _bwd(dr, k, beta, M, dz=lambda w, dw: w - dw)


@wrong(
    "dot_without_w", "Subtracts sum(dw) in place of sum(w dw).", "Your dz should sum to 0. What is sum w (dw - sum dw)?"
)
def recall_backward(dr, k, beta, M):
    return _bwd(dr, k, beta, M, dz=lambda w, dw: w * (dw - dw.sum(-1, keepdims=True)))


@wrong(
    "outer_minus_missing_w",
    "dz = w dw - sum(w dw): the second term lacks its w.",
    "Written out, which factor stands before the sum over j?",
)
def recall_backward(dr, k, beta, M):
    return _bwd(dr, k, beta, M, dz=lambda w, dw: w * dw - (w * dw).sum(-1, keepdims=True))


@wrong("beta_lost", "beta is lost in dk and in dM.", "z = beta k·M. What is its derivative by k?")
def recall_backward(dr, k, beta, M):
    return _bwd(dr, k, beta, M, kb=0)


@wrong("dbeta_times_beta", "dbeta is multiplied by z, not by z / beta.", "What is dz/dbeta: z or the dot product?")
def recall_backward(dr, k, beta, M):
    return _bwd(dr, k, beta, M, zb=1)


@wrong("attention_scale", "Scores are divided by sqrt(D), as in attention.", "Is there a root of D in the task's z?")
def recall_backward(dr, k, beta, M):
    c = np.asarray(1 / np.sqrt(k.shape[-1]), dtype=k.dtype)
    dk, db, dM = _bwd(dr, k, beta * c, M)
    return dk, db * c, dM


@wrong("softmax_over_batch", "Softmax along axis 0.", "Sum your w over the rows of one example.")
def recall_backward(dr, k, beta, M):
    z = beta[:, None] * np.einsum("bnd,bd->bn", M, k)
    w = np.exp(z - z.max(0))
    w = w / w.sum(0)
    return _bwd(dr, k, beta, M, w=w)


@wrong(
    "cosine_look_up",
    "The look-up is by the cosine, as in the paper: key and rows are scaled to length 1.",
    "By what does this head look, the cosine or the dot product?",
)
def recall_backward(dr, k, beta, M):
    kn = k / np.linalg.norm(k, axis=-1, keepdims=True)
    Mn = M / np.linalg.norm(M, axis=-1, keepdims=True)
    sim = np.einsum("bnd,bd->bn", Mn, kn)
    z = beta[:, None] * sim
    w = np.exp(z - z.max(-1, keepdims=True))
    w = w / w.sum(-1, keepdims=True)
    return _bwd(dr, k, beta, M, w=w)


@wrong(
    "read_part_uses_dz",
    "The part of what is read is dz dr instead of w dr.",
    "r = sum w M. What is its derivative by M(i)?",
)
def recall_backward(dr, k, beta, M):
    dk, db, dM = _bwd(dr, k, beta, M, read=0)
    sim, w = _fwd(k, beta, M)
    dw = np.einsum("bnd,bd->bn", M, dr)
    dz = w * (dw - (w * dw).sum(-1, keepdims=True))
    return dk, db, dM + np.einsum("bn,bd->bnd", dz, dr)


@wrong(
    "dr_where_k_belongs",
    "The looking part of dM is an outer product with dr instead of k.",
    "z(i) = beta k·M(i). Which vector is dz/dM(i)?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _fwd(k, beta, M)
    dw = np.einsum("bnd,bd->bn", M, dr)
    dz = w * (dw - (w * dw).sum(-1, keepdims=True))
    dk, db, _ = _bwd(dr, k, beta, M)
    return dk, db, np.einsum("bn,bd->bnd", w + beta[:, None] * dz, dr)


@wrong(
    "clipped_logits",
    "z is clipped to ±2 'against overflow', which changes w.",
    "What does subtracting the maximum change in w? And what does clipping?",
)
def recall_backward(dr, k, beta, M):
    z = np.clip(beta[:, None] * np.einsum("bnd,bd->bn", M, k), -2, 2)
    w = np.exp(z)
    return _bwd(dr, k, beta, M, w=w / w.sum(-1, keepdims=True))


@wrong(
    "mean_over_batch",
    "The gradients are divided by the batch size.",
    "dr is given. Is a mean left that they have to be divided by?",
)
def recall_backward(dr, k, beta, M):
    return tuple(g / len(k) for g in _bwd(dr, k, beta, M))


@wrong(
    "forward_read_returned_for_dbeta",
    "dbeta is the dot product of dr and r: the gradient by a scale of r.",
    "Does r double when beta doubles?",
)
def recall_backward(dr, k, beta, M):
    dk, _, dM = _bwd(dr, k, beta, M)
    _, w = _fwd(k, beta, M)
    return dk, np.einsum("bd,bn,bnd->b", dr, w, M), dM
