"""As students of physics in the lab: the derivative on paper, index by index, then loops."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("index_by_index")
def recall_backward(dr, k, beta, M):
    B, N, D = M.shape
    dk, dbeta, dM = np.zeros_like(k), np.zeros_like(beta), np.zeros_like(M)
    for b in range(B):
        z = np.array([beta[b] * np.dot(k[b], M[b, i]) for i in range(N)])
        w = np.exp(z - z.max())
        w = w / w.sum()
        r = sum(w[i] * M[b, i] for i in range(N))
        for i in range(N):
            dz = w[i] * np.dot(dr[b], M[b, i] - r)
            dk[b] += dz * beta[b] * M[b, i]
            dbeta[b] += dz * np.dot(k[b], M[b, i])
            dM[b, i] = w[i] * dr[b] + dz * beta[b] * k[b]
    return dk, dbeta, dM


@right("with_the_jacobian")
def recall_backward(dr, k, beta, M):
    dks, dbs, dMs = [], [], []
    for d, q, be, m in zip(dr, k, beta, M):
        z = be * (m @ q)
        w = np.exp(z - max(z))
        w /= w.sum()
        J = np.diag(w) - np.outer(w, w)
        dz = J @ (m @ d)
        dks.append(be * m.T @ dz)
        dbs.append((m @ q) @ dz)
        dMs.append(np.outer(w, d) + be * np.outer(dz, q))
    return np.array(dks), np.array(dbs), np.array(dMs)


@right("column_vectors_batched")
def recall_backward(dr, k, beta, M):
    kc, drc = k[:, :, None], dr[:, :, None]
    be = beta[:, None, None]
    sim = M @ kc
    z = be * sim
    w = np.exp(z - z.max(axis=1, keepdims=True))
    w = w / w.sum(axis=1, keepdims=True)
    dw = M @ drc
    dz = w * (dw - (w * dw).sum(axis=1, keepdims=True))
    dsim = be * dz
    dk = (M.transpose(0, 2, 1) @ dsim)[:, :, 0]
    dbeta = (dz * sim).sum(axis=(1, 2))
    dM = w @ drc.transpose(0, 2, 1) + dsim @ kc.transpose(0, 2, 1)
    return dk, dbeta, dM


@right("covariance_of_the_rows")
def recall_backward(dr, k, beta, M):
    z = beta[:, None] * (M * k[:, None, :]).sum(-1)
    w = np.exp(z - z.max(1)[:, None])
    w = w / w.sum(1)[:, None]
    r = (w[:, :, None] * M).sum(1)
    Mc = M - r[:, None, :]
    # dr/d(beta k) is the covariance matrix of the rows
    C = np.matmul((w[:, :, None] * Mc).transpose(0, 2, 1), Mc)
    dq = np.matmul(C, dr[:, :, None])[:, :, 0]
    q = beta[:, None] * k
    dz = w * (Mc * dr[:, None, :]).sum(-1)
    dM = w[:, :, None] * dr[:, None, :] + dz[:, :, None] * q[:, None, :]
    return beta[:, None] * dq, (k * dq).sum(1), dM


@right("logsumexp_and_einsum")
def recall_backward(dr, k, beta, M):
    from scipy.special import logsumexp

    s = np.einsum("bnd,bd->bn", M, k)
    z = s * beta[:, None]
    w = np.exp(z - logsumexp(z, axis=1, keepdims=True))
    dw = np.einsum("bnd,bd->bn", M, dr)
    dz = w * dw
    dz = dz - w * dz.sum(axis=1, keepdims=True)
    dk = np.einsum("b,bn,bnd->bd", beta, dz, M)
    dbeta = np.einsum("bn,bn->b", dz, s)
    dM = np.einsum("bn,bd->bnd", w, dr) + np.einsum("b,bn,bd->bnd", beta, dz, k)
    return dk, dbeta, dM


def _w(k, beta, M):
    sim = (M @ k[:, :, None])[:, :, 0]
    z = beta[:, None] * sim
    w = np.exp(z - z.max(axis=1, keepdims=True))
    return sim, w / w.sum(axis=1, keepdims=True)


@wrong(
    "memory_by_reading_only",
    "dM has only the part of what is read, not of where the head looks.",
    "The memory acts twice. Which of the two ways is in your dM?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    dw = (M @ dr[:, :, None])[:, :, 0]
    dz = w * (dw - np.sum(w * dw, axis=1, keepdims=True))
    dk = beta[:, None] * (dz[:, None, :] @ M)[:, 0]
    dM = w[:, :, None] * dr[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "memory_by_looking_only",
    "dM has only the part of where the head looks; what is read is missing.",
    "With beta = 0 w does not depend on M. Is dM 0 then?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    dw = (M @ dr[:, :, None])[:, :, 0]
    dz = w * (dw - np.sum(w * dw, axis=1, keepdims=True))
    dk = beta[:, None] * (dz[:, None, :] @ M)[:, 0]
    dM = beta[:, None, None] * dz[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "diagonal_jacobian",
    "Takes only the diagonal w(1 - w) of the softmax's Jacobian.",
    "If z(1) grows, what happens to w(0)? Where is that in your line?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    dw = (M @ dr[:, :, None])[:, :, 0]
    dz = dw * w * (1 - w)
    dk = beta[:, None] * (dz[:, None, :] @ M)[:, 0]
    dM = w[:, :, None] * dr[:, None, :] + beta[:, None, None] * dz[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "dz_is_w_dw",
    "dz = w dw: the part of the denominator is forgotten.",
    "Add a constant to all z. Does w change? Do your dz sum to 0?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    dw = (M @ dr[:, :, None])[:, :, 0]
    dz = w * dw
    dk = beta[:, None] * (dz[:, None, :] @ M)[:, 0]
    dM = w[:, :, None] * dr[:, None, :] + beta[:, None, None] * dz[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "beta_missing_in_dk",
    "dk lacks the factor beta.",
    "Compare your dk with a difference quotient for beta = 2. What is the ratio?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    dw = (M @ dr[:, :, None])[:, :, 0]
    dz = w * (dw - np.sum(w * dw, axis=1, keepdims=True))
    dk = (dz[:, None, :] @ M)[:, 0]
    dM = w[:, :, None] * dr[:, None, :] + beta[:, None, None] * dz[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "beta_missing_in_dM",
    "The second part of dM lacks the factor beta.",
    "z = beta k M(i). What is its derivative by M(i)?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    dw = (M @ dr[:, :, None])[:, :, 0]
    dz = w * (dw - np.sum(w * dw, axis=1, keepdims=True))
    dk = beta[:, None] * (dz[:, None, :] @ M)[:, 0]
    dM = w[:, :, None] * dr[:, None, :] + dz[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "dbeta_with_z",
    "dbeta is summed with z, which already holds beta.",
    "z = beta s. What is the derivative of z by beta?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    z = beta[:, None] * sim
    dw = (M @ dr[:, :, None])[:, :, 0]
    dz = w * (dw - np.sum(w * dw, axis=1, keepdims=True))
    dk = beta[:, None] * (dz[:, None, :] @ M)[:, 0]
    dM = w[:, :, None] * dr[:, None, :] + beta[:, None, None] * dz[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * z, axis=1), dM


@wrong(
    "softmax_over_examples", "The softmax runs over the examples (axis 0).", "Along which axis must your w sum to 1?"
)
def recall_backward(dr, k, beta, M):
    sim = np.sum(M * k[:, None, :], axis=2)
    z = beta[:, None] * sim
    w = np.exp(z - z.max(axis=0))
    w = w / w.sum(axis=0)
    dw = np.sum(M * dr[:, None, :], axis=2)
    dz = w * (dw - np.sum(w * dw, axis=0))
    dk = beta[:, None] * np.sum(dz[:, :, None] * M, axis=1)
    dM = w[:, :, None] * dr[:, None, :] + beta[:, None, None] * dz[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "exp_overflows",
    "exp z without a maximum subtracted: infinite for a large beta.",
    "What is exp(1000)? What can you subtract from z without changing w?",
)
def recall_backward(dr, k, beta, M):
    sim = np.sum(M * k[:, None, :], axis=2)
    w = np.exp(beta[:, None] * sim)
    w = w / w.sum(axis=1, keepdims=True)
    dw = np.sum(M * dr[:, None, :], axis=2)
    dz = w * (dw - np.sum(w * dw, axis=1, keepdims=True))
    dk = beta[:, None] * np.sum(dz[:, :, None] * M, axis=1)
    dM = w[:, :, None] * dr[:, None, :] + beta[:, None, None] * dz[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "beta_squared",
    "beta is put into dz and then multiplied once more.",
    "How often does beta stand in your dk? Compare it with a difference quotient.",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    dw = (M @ dr[:, :, None])[:, :, 0]
    dz = beta[:, None] * w * (dw - np.sum(w * dw, axis=1, keepdims=True))
    dk = beta[:, None] * (dz[:, None, :] @ M)[:, 0]
    dM = w[:, :, None] * dr[:, None, :] + beta[:, None, None] * dz[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "mean_of_dw_subtracted",
    "Subtracts the plain mean of dw, not its mean under w.",
    "Which mean of dw is in the Jacobian, by 1/N or by w?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    dw = (M @ dr[:, :, None])[:, :, 0]
    dz = w * (dw - dw.mean(axis=1, keepdims=True))
    dk = beta[:, None] * (dz[:, None, :] @ M)[:, 0]
    dM = w[:, :, None] * dr[:, None, :] + beta[:, None, None] * dz[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "dz_with_dw_for_memory",
    "The looking part of dM takes dw where dz belongs.",
    "Through how many steps does the gradient go from w back to M? Is the softmax one?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    dw = (M @ dr[:, :, None])[:, :, 0]
    dz = w * (dw - np.sum(w * dw, axis=1, keepdims=True))
    dk = beta[:, None] * (dz[:, None, :] @ M)[:, 0]
    dM = w[:, :, None] * dr[:, None, :] + beta[:, None, None] * dw[:, :, None] * k[:, None, :]
    return dk, np.sum(dz * sim, axis=1), dM


@wrong(
    "weighting_constant",
    "Takes w for a constant, so dk and dbeta are made from w itself.",
    "If k changes, does w change? Where is that in dk?",
)
def recall_backward(dr, k, beta, M):
    sim, w = _w(k, beta, M)
    dw = (M @ dr[:, :, None])[:, :, 0]
    dk = beta[:, None] * (w[:, None, :] @ M)[:, 0] * dr
    dM = w[:, :, None] * dr[:, None, :]
    return dk, np.sum(dw * sim * w, axis=1), dM
