"""after.normalised_memory"""
import numpy as np


def phi(u):
    out = u + 1
    neg = u <= 0
    out[neg] = np.exp(u[neg])
    return out


# ---- right
def r_cumsum(k, v, q):
    pk, pq = phi(k), phi(q)
    S = np.cumsum(v[:, :, :, None] * pk[:, :, None, :], axis=0)
    z = np.cumsum(pk, axis=0)
    return np.einsum("tbvd,tbd->tbv", S, pq) / np.einsum("tbd,tbd->tb", z, pq)[:, :, None]


def r_ones_column(k, v, q):
    # append a 1 to each value: its answer is the denominator
    T, B, V = v.shape
    v1 = np.concatenate([v, np.ones((T, B, 1), v.dtype)], axis=2)
    M = np.zeros((B, V + 1, k.shape[2]), v.dtype)
    out = np.empty_like(v)
    for t in range(T):
        M += v1[t][:, :, None] @ phi(k[t])[:, None, :]
        r = np.einsum("bij,bj->bi", M, phi(q[t]))
        out[t] = r[:, :-1] / r[:, -1:]
    return out


def r_recursive_per_example(k, v, q):
    def go(t, b, S, z):
        if t == len(k):
            return []
        a = phi(k[t, b])
        S, z = S + np.outer(v[t, b], a), z + a
        c = phi(q[t, b])
        return [S.dot(c) / z.dot(c)] + go(t + 1, b, S, z)

    cols = [go(0, b, v.dtype.type(0), v.dtype.type(0)) for b in range(k.shape[1])]
    return np.stack([np.stack(c) for c in cols], axis=1)


# ---- wrong
def w_divides_by_count(k, v, q):
    T = len(k)
    A = np.tril(np.einsum("tbd,sbd->bts", phi(q), phi(k)))
    o = np.einsum("bts,sbv->tbv", A, v)
    return o / np.arange(1, T + 1, dtype=v.dtype)[:, None, None]


def w_z_of_all_steps(k, v, q):
    pk, pq = phi(k), phi(q)
    S = np.cumsum(np.einsum("tbv,tbd->tbvd", v, pk), axis=0)
    z = pk.sum(axis=0)
    return np.einsum("tbvd,tbd->tbv", S, pq) / (pq * z).sum(-1)[..., None]


def w_triu(k, v, q):
    A = np.triu(np.einsum("tbd,sbd->bts", phi(q), phi(k)))
    A = A / A.sum(axis=-1, keepdims=True)
    return np.einsum("bts,sbv->tbv", A, v)


def w_exp_everywhere(k, v, q):
    pk, pq = np.exp(k), np.exp(q)
    A = np.tril(np.einsum("tbd,sbd->bts", pq, pk))
    A = A / A.sum(axis=-1, keepdims=True)
    return np.einsum("bts,sbv->tbv", A, v)


def w_where_turned(k, v, q):
    def f(u):
        return np.where(u > 0, np.exp(u), u + 1)

    S = 0
    z = 0
    o = []
    for t in range(len(k)):
        S = S + v[t][:, :, None] * f(k[t])[:, None, :]
        z = z + f(k[t])
        fq = f(q[t])
        o.append((S * fq[:, None, :]).sum(-1) / (z * fq).sum(-1, keepdims=True))
    return np.stack(o)


def w_first_pair_twice(k, v, q):
    pk, pq = phi(k), phi(q)
    S = np.einsum("bv,bd->bvd", v[0], pk[0])
    z = pk[0].copy()
    o = []
    for t in range(len(k)):
        S += np.einsum("bv,bd->bvd", v[t], pk[t])
        z += pk[t]
        o.append(np.einsum("bvd,bd->bv", S, pq[t]) / (z * pq[t]).sum(-1, keepdims=True))
    return np.stack(o)


def w_delta_rule(k, v, q):
    # DeltaNet: write what the memory does not know yet
    T, B, D = k.shape
    S = np.zeros((B, v.shape[2], D), v.dtype)
    z = np.zeros((B, D), v.dtype)
    o = np.empty_like(v)
    for t in range(T):
        pk, pq = phi(k[t]), phi(q[t])
        old = np.einsum("bvd,bd->bv", S, pk)
        S = S + np.einsum("bv,bd->bvd", v[t] - old, pk)
        z = z + pk
        o[t] = np.einsum("bvd,bd->bv", S, pq) / np.einsum("bd,bd->b", z, pq)[:, None]
    return o


def w_denominator_without_axis(k, v, q):
    T, B, D = k.shape
    S = np.zeros((B, v.shape[2], D), v.dtype)
    z = np.zeros((B, D), v.dtype)
    o = np.empty_like(v)
    for t in range(T):
        pk, pq = phi(k[t]), phi(q[t])
        S = S + v[t][:, :, None] * pk[:, None, :]
        z = z + pk
        o[t] = (S * pq[:, None, :]).sum(-1) / (z * pq).sum(-1)
    return o


def w_denominator_over_batch(k, v, q):
    pk, pq = phi(k), phi(q)
    S = np.cumsum(v[..., None] * pk[:, :, None], axis=0)
    z = np.cumsum(pk, axis=0)
    o = []
    for t in range(len(k)):
        o.append(np.einsum("bvd,bd->bv", S[t], pq[t]) / np.sum(z[t] * pq[t]))
    return np.array(o)


def w_divides_by_z_elementwise(k, v, q):
    # normalise the memory first, then ask it
    pk, pq = phi(k), phi(q)
    S = np.cumsum(v[:, :, :, None] * pk[:, :, None, :], axis=0)
    z = np.cumsum(pk, axis=0)
    return np.einsum("tbvd,tbd->tbv", S / z[:, :, None, :], pq)


def w_float64_state(k, v, q):
    T, B, D = k.shape
    S = np.zeros((B, v.shape[2], D))
    z = np.zeros((B, D))
    o = []
    for t in range(T):
        pk, pq = phi(k[t]), phi(q[t])
        S += v[t][:, :, None] * pk[:, None, :]
        z += pk
        o.append((S @ pq[:, :, None])[..., 0] / (z * pq).sum(-1, keepdims=True))
    return np.stack(o)


def w_batch_first(k, v, q):
    # (N, L, D) as in fast_transformers
    pk, pq = phi(k), phi(q)
    A = np.tril(np.einsum("nld,nmd->nlm", pq, pk))
    A = A / A.sum(-1, keepdims=True)
    return np.einsum("nlm,nmv->nlv", A, v)


RIGHT = {
    "cumsum": r_cumsum,
    "ones_column": r_ones_column,
    "recursive_per_example": r_recursive_per_example,
}
WRONG = {
    "divides_by_count": (
        w_divides_by_count,
        "divides by the number of steps, not by the sum of the weights",
        "Do the weights of the values add up to 1 in your answer?",
    ),
    "z_of_all_steps": (
        w_z_of_all_steps,
        "z has the keys of all steps, later ones too, at each step",
        "Which keys may z_1 contain?",
    ),
    "triu": (
        w_triu,
        "the mask is turned: each step sees itself and the later ones",
        "In your matrix, which of rows and columns is the one who asks? Which half is the past?",
    ),
    "exp_everywhere": (
        w_exp_everywhere,
        "takes the exponential for φ also where u > 0",
        "What is φ(2) by the formula, and in yours?",
    ),
    "where_turned": (
        w_where_turned,
        "the two branches of φ are exchanged",
        "Compute φ(-3) with your function: is it positive?",
    ),
    "first_pair_twice": (
        w_first_pair_twice,
        "writes the first pair twice: as the initial state and again at the first step",
        "From what do S and z begin in the task? How often is the first pair in your S_1?",
    ),
    "delta_rule": (
        w_delta_rule,
        "subtracts what the memory answers already, as the delta rule does",
        "What does the formula add to S: v, or v less something?",
    ),
    "denominator_without_axis": (
        w_denominator_without_axis,
        "the denominator (B,) meets the numerator (B, V) along the wrong axis",
        "Print the shapes on both sides of your division. With which axis does (B,) line up?",
    ),
    "denominator_over_batch": (
        w_denominator_over_batch,
        "the denominator is summed over the examples too",
        "Is your denominator one number for each example? Compare B = 1 and B = 2.",
    ),
    "divides_by_z_elementwise": (
        w_divides_by_z_elementwise,
        "divides the columns of S by z before asking, instead of dividing by z·φ(q)",
        "What shape has the denominator of the formula: D numbers or one?",
    ),
    "float64_state": (
        w_float64_state,
        "the states, and so the result, are float64 although float32 came in",
        "What dtype does np.zeros have here, and what comes of float32 with float64?",
    ),
    "batch_first": (
        w_batch_first,
        "takes the first axis for the examples and the second for time",
        "Which axis counts the steps? Over which does your mask run?",
    ),
}
