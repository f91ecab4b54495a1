"""after.normalised_memory"""
import numpy as np


def elu_feature_map(u):
    return np.where(u > 0, u + 1, np.exp(np.minimum(u, 0)))


# ---- right
def r_recurrent(k, v, q):
    T, B, D = k.shape
    V = v.shape[2]
    S = np.zeros((B, V, D), dtype=v.dtype)
    z = np.zeros((B, D), dtype=v.dtype)
    o = []
    for t in range(T):
        pk = elu_feature_map(k[t])
        pq = elu_feature_map(q[t])
        S = S + v[t][:, :, None] * pk[:, None, :]
        z = z + pk
        num = (S @ pq[:, :, None])[:, :, 0]
        den = (z * pq).sum(axis=1, keepdims=True)
        o.append(num / den)
    return np.stack(o)


def r_masked_attention(k, v, q):
    K, Q = elu_feature_map(k), elu_feature_map(q)
    A = np.einsum("tbd,sbd->bts", Q, K)
    A = np.tril(A)
    A = A / A.sum(axis=-1, keepdims=True)
    return np.einsum("bts,sbv->tbv", A, v)


def r_running_mean(k, v, q):
    # each answer is a weighted mean of the values so far
    T, B, _ = k.shape
    o = np.zeros_like(v)
    for b in range(B):
        keys = []
        for t in range(T):
            keys.append(elu_feature_map(k[t, b]))
            w = [key @ elu_feature_map(q[t, b]) for key in keys]
            o[t, b] = sum(w_s * v_s for w_s, v_s in zip(w, v[:, b])) / sum(w)
    return o


# ---- wrong
def w_not_divided(k, v, q):
    K, Q = elu_feature_map(k), elu_feature_map(q)
    S = np.cumsum(np.einsum("tbv,tbd->tbvd", v, K), axis=0)
    return np.einsum("tbvd,tbd->tbv", S, Q)


def w_softmax_attention(k, v, q):
    T, B, D = k.shape
    s = np.einsum("tbd,sbd->bts", q, k) / np.sqrt(np.array(D, dtype=k.dtype))
    s = np.where(np.tril(np.ones((T, T), dtype=bool)), s, -np.inf)
    s = np.exp(s - s.max(axis=-1, keepdims=True))
    s = s / s.sum(axis=-1, keepdims=True)
    return np.einsum("bts,sbv->tbv", s, v)


def w_relu_feature_map(k, v, q):
    K, Q = np.maximum(k, 0), np.maximum(q, 0)
    A = np.tril(np.einsum("tbd,sbd->bts", Q, K))
    A = A / A.sum(-1, keepdims=True)
    return np.einsum("bts,sbv->tbv", A, v)


def w_elu_without_plus_one(k, v, q):
    def elu(u):
        return np.where(u > 0, u, np.exp(u) - 1)

    T, B, D = k.shape
    S = np.zeros((B, v.shape[2], D), v.dtype)
    z = np.zeros((B, D), v.dtype)
    o = np.zeros_like(v)
    for t in range(T):
        S += np.einsum("bv,bd->bvd", v[t], elu(k[t]))
        z += elu(k[t])
        o[t] = np.einsum("bvd,bd->bv", S, elu(q[t])) / np.einsum("bd,bd->b", z, elu(q[t]))[:, None]
    return o


def w_query_as_it_is(k, v, q):
    K = elu_feature_map(k)
    S = np.cumsum(v[..., :, None] * K[..., None, :], axis=0)
    z = np.cumsum(K, axis=0)
    num = np.einsum("tbvd,tbd->tbv", S, q)
    den = np.einsum("tbd,tbd->tb", z, q)
    return num / den[..., None]


def w_asks_then_writes(k, v, q):
    T, B, D = k.shape
    S = np.zeros((B, v.shape[2], D), v.dtype)
    z = np.zeros((B, D), v.dtype)
    o = np.zeros_like(v)
    for t in range(T):
        pq = elu_feature_map(q[t])
        den = np.einsum("bd,bd->b", z, pq)[:, None]
        den[den == 0] = 1
        o[t] = np.einsum("bvd,bd->bv", S, pq) / den
        S += np.einsum("bv,bd->bvd", v[t], elu_feature_map(k[t]))
        z += elu_feature_map(k[t])
    return o


def w_not_causal(k, v, q):
    K, Q = elu_feature_map(k), elu_feature_map(q)
    KV = np.einsum("sbd,sbv->bdv", K, v)
    Z = 1 / np.einsum("tbd,bd->tb", Q, K.sum(axis=0))
    return np.einsum("tbd,bdv,tb->tbv", Q, KV, Z)


def w_repo_eps(k, v, q):
    # fast_transformers: Z = 1/(torch.einsum("nlhi,nlhi->nlh", Q, K.cumsum(1)) + self.eps)
    K, Q = elu_feature_map(k), elu_feature_map(q)
    Z = 1 / (np.einsum("tbd,tbd->tb", Q, K.cumsum(0)) + v.dtype.type(1e-6))
    A = np.tril(np.einsum("tbd,sbd->bts", Q, K))
    return np.einsum("bts,sbv->tbv", A, v) * Z[:, :, None]


def w_outer_turned(k, v, q):
    T, B, D = k.shape
    V = v.shape[2]
    S = np.zeros((B, D, V), dtype=v.dtype)
    z = np.zeros((B, D), dtype=v.dtype)
    o = []
    for t in range(T):
        pk, pq = elu_feature_map(k[t]), elu_feature_map(q[t])
        S = S + pk[:, :, None] * v[t][:, None, :]
        z = z + pk
        o.append((S @ pq[:, :, None])[:, :, 0] / (z * pq).sum(1, keepdims=True))
    return np.stack(o)


def w_z_of_raw_keys(k, v, q):
    K, Q = elu_feature_map(k), elu_feature_map(q)
    z = np.cumsum(k, axis=0)
    A = np.tril(np.einsum("tbd,sbd->bts", Q, K))
    num = np.einsum("bts,sbv->tbv", A, v)
    return num / (z * Q).sum(-1, keepdims=True)


def w_one_memory_for_the_batch(k, v, q):
    T, B, D = k.shape
    S = np.zeros((v.shape[2], D), v.dtype)
    z = np.zeros(D, v.dtype)
    o = np.zeros_like(v)
    for t in range(T):
        pk, pq = elu_feature_map(k[t]), elu_feature_map(q[t])
        S = S + v[t].T @ pk
        z = z + pk.sum(axis=0)
        o[t] = pq @ S.T / (pq @ z)[:, None]
    return o


def w_feature_map_in_place(k, v, q):
    for u in (k, q):
        pos = u > 0
        u[pos] += 1
        u[~pos] = np.exp(u[~pos])
    A = np.tril(np.einsum("tbd,sbd->bts", q, k))
    return np.einsum("bts,sbv->tbv", A / A.sum(-1, keepdims=True), v)


RIGHT = {
    "recurrent": r_recurrent,
    "masked_attention": r_masked_attention,
    "running_mean": r_running_mean,
}
WRONG = {
    "not_divided": (
        w_not_divided,
        "the answer is not divided by z·φ(q)",
        "If all values are 1, what should each answer be? What is yours?",
    ),
    "softmax_attention": (
        w_softmax_attention,
        "computes softmax attention with 1/√D instead of linear attention",
        "Where does φ come in? Look for an exponential of a whole dot product.",
    ),
    "relu_feature_map": (
        w_relu_feature_map,
        "takes ReLU for φ",
        "Is your φ positive for negative numbers, as the text says it must be?",
    ),
    "elu_without_plus_one": (
        w_elu_without_plus_one,
        "takes ELU for φ and forgets the 1 that is added to it",
        "What is your φ(0), and what should it be?",
    ),
    "query_as_it_is": (
        w_query_as_it_is,
        "the query does not go through φ",
        "Which of k and q go through φ in the formula of o?",
    ),
    "asks_then_writes": (
        w_asks_then_writes,
        "asks before the pair of the step is written",
        "With one step only, what should the answer be? Which comes first, writing or asking?",
    ),
    "not_causal": (
        w_not_causal,
        "sums over all steps, later ones too",
        "Change the last value: may the first answer change?",
    ),
    "repo_eps": (
        w_repo_eps,
        "adds an eps to the denominator that the formula does not have",
        "With one step, is your answer exactly v_1? What keeps it from that?",
    ),
    "outer_turned": (
        w_outer_turned,
        "S has the keys in its rows and the values in its columns, but is asked as if it were the other way round",
        "Write the shape of v φ(k)ᵀ and of your S next to each other, with D different from V.",
    ),
    "z_of_raw_keys": (
        w_z_of_raw_keys,
        "z adds the keys themselves, not φ of the keys",
        "What does z add up? Can the denominator become negative in yours?",
    ),
    "one_memory_for_the_batch": (
        w_one_memory_for_the_batch,
        "all examples write into one memory",
        "Has your S an axis for the examples?",
    ),
    "feature_map_in_place": (
        w_feature_map_in_place,
        "φ overwrites the arguments k and q",
        "Print k before and after the call.",
    ),
}
