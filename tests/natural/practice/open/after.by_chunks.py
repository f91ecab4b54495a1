"""after.by_chunks"""
import numpy as np


# ---- right
def r_plain_loops(k, v, q, L):
    T, B, D = k.shape
    V = v.shape[2]
    inside = np.zeros((T, B, V), dtype=v.dtype)
    before = np.zeros((T, B, V), dtype=v.dtype)
    S = np.zeros((B, V, D), dtype=v.dtype)
    states = []
    for start in range(0, T, L):
        end = min(start + L, T)
        for b in range(B):
            for t in range(start, end):
                before[t, b] = S[b] @ q[t, b]
                for s in range(start, t + 1):
                    inside[t, b] += (q[t, b] @ k[s, b]) * v[s, b]
        for b in range(B):
            for t in range(start, end):
                S[b] += np.outer(v[t, b], k[t, b])
        states.append(S.copy())
    return inside, before, np.array(states)


def r_chunk_einsum(k, v, q, L):
    S = np.zeros((k.shape[1], v.shape[2], k.shape[2]), k.dtype)
    ins, bef, Ss = [], [], []
    for i in range(0, len(k), L):
        kc, vc, qc = k[i:i + L], v[i:i + L], q[i:i + L]
        A = np.tril(np.einsum("tbd,sbd->bts", qc, kc))
        ins.append(np.einsum("bts,sbv->tbv", A, vc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def r_one_block_mask(k, v, q, L):
    T = len(k)
    t = np.arange(T)
    same = t[:, None] // L == t[None, :] // L
    past = t[:, None] // L > t[None, :] // L
    A = np.einsum("tbd,sbd->bts", q, k)
    zero = np.zeros_like(A)
    inside = np.einsum("bts,sbv->tbv", np.where(same & (t[:, None] >= t), A, zero), v)
    before = np.einsum("bts,sbv->tbv", np.where(past, A, zero), v)
    full = np.cumsum(v[..., :, None] * k[..., None, :], axis=0)
    ends = [min(i + L, T) - 1 for i in range(0, T, L)]
    return inside, before, full[ends]


# ---- wrong
def w_without_own_step(k, v, q, L):
    T, B, D = k.shape
    S = np.zeros((B, v.shape[2], D), k.dtype)
    ins, bef, Ss = [], [], []
    for i in range(0, T, L):
        kc, vc, qc = k[i:i + L], v[i:i + L], q[i:i + L]
        A = np.tril(np.einsum("tbd,sbd->bts", qc, kc), -1)
        ins.append(np.einsum("bts,sbv->tbv", A, vc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_no_mask_in_piece(k, v, q, L):
    T, B, D = k.shape
    S = np.zeros((B, v.shape[2], D), k.dtype)
    ins, bef, Ss = [], [], []
    for i in range(0, T, L):
        kc, vc, qc = k[i:i + L], v[i:i + L], q[i:i + L]
        A = np.einsum("tbd,sbd->bts", qc, kc)
        ins.append(np.einsum("bts,sbv->tbv", A, vc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_mask_transposed(k, v, q, L):
    T, B, D = k.shape
    S = np.zeros((B, v.shape[2], D), k.dtype)
    ins, bef, Ss = [], [], []
    for i in range(0, T, L):
        kc, vc, qc = k[i:i + L], v[i:i + L], q[i:i + L]
        A = np.einsum("sbd,tbd->bst", kc, qc)
        A = np.tril(A)
        ins.append(np.einsum("bst,sbv->tbv", A, vc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_state_read_after_update(k, v, q, L):
    T, B, D = k.shape
    inside = np.zeros_like(v)
    before = np.zeros_like(v)
    S = np.zeros((B, v.shape[2], D), v.dtype)
    Ss = []
    for i in range(0, T, L):
        j = min(i + L, T)
        for t in range(i, j):
            for s in range(i, t + 1):
                inside[t] += np.sum(q[t] * k[s], axis=1, keepdims=True) * v[s]
            S = S + v[t][:, :, None] * k[t][:, None, :]
        for t in range(i, j):
            before[t] = np.einsum("bvd,bd->bv", S, q[t])
        Ss.append(S)
    return inside, before, np.stack(Ss)


def w_state_of_one_piece(k, v, q, L):
    T, B, D = k.shape
    S = np.zeros((B, v.shape[2], D), k.dtype)
    ins, bef, Ss = [], [], []
    for i in range(0, T, L):
        kc, vc, qc = k[i:i + L], v[i:i + L], q[i:i + L]
        A = np.tril(np.einsum("tbd,sbd->bts", qc, kc))
        ins.append(np.einsum("bts,sbv->tbv", A, vc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_states_before_pieces(k, v, q, L):
    T, B, D = k.shape
    S = np.zeros((B, v.shape[2], D), k.dtype)
    ins, bef, Ss = [], [], []
    for i in range(0, T, L):
        kc, vc, qc = k[i:i + L], v[i:i + L], q[i:i + L]
        Ss.append(S)
        A = np.tril(np.einsum("tbd,sbd->bts", qc, kc))
        ins.append(np.einsum("bts,sbv->tbv", A, vc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_rest_dropped(k, v, q, L):
    T, B, D = k.shape
    N = T // L
    inside = np.zeros_like(v)
    before = np.zeros_like(v)
    S = np.zeros((N + 1, B, v.shape[2], D), v.dtype)
    for n in range(N):
        c = slice(n * L, (n + 1) * L)
        A = np.tril(np.einsum("tbd,sbd->bts", q[c], k[c]))
        inside[c] = np.einsum("bts,sbv->tbv", A, v[c])
        before[c] = np.einsum("bvd,tbd->tbv", S[n], q[c])
        S[n + 1] = S[n] + np.einsum("sbv,sbd->bvd", v[c], k[c])
    return inside, before, S[1:].copy()


def w_state_keys_in_rows(k, v, q, L):
    # S = K^T V as in the flash-linear-attention code
    T, B, D = k.shape
    S = np.zeros((B, D, v.shape[2]), k.dtype)
    ins, bef, Ss = [], [], []
    for i in range(0, T, L):
        kc, vc, qc = k[i:i + L], v[i:i + L], q[i:i + L]
        A = np.tril(np.einsum("tbd,sbd->bts", qc, kc))
        ins.append(np.einsum("bts,sbv->tbv", A, vc))
        bef.append(np.einsum("tbd,bdv->tbv", qc, S))
        S = S + np.einsum("sbd,sbv->bdv", kc, vc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_inside_over_all_past(k, v, q, L):
    A = np.tril(np.einsum("tbd,sbd->bts", q, k))
    inside = np.einsum("bts,sbv->tbv", A, v)
    before = np.zeros_like(v)
    S = np.zeros((k.shape[1], v.shape[2], k.shape[2]), k.dtype)
    Ss = []
    for i in range(0, len(k), L):
        before[i:i + L] = np.einsum("bvd,tbd->tbv", S, q[i:i + L])
        S = S + np.einsum("sbv,sbd->bvd", v[i:i + L], k[i:i + L])
        Ss.append(S)
    return inside, before, np.stack(Ss)


def w_scaled(k, v, q, L):
    T, B, D = k.shape
    scale = k.dtype.type(D**-0.5)
    S = np.zeros((B, v.shape[2], D), k.dtype)
    ins, bef, Ss = [], [], []
    for i in range(0, T, L):
        kc, vc, qc = k[i:i + L], v[i:i + L], q[i:i + L] * scale
        A = np.tril(np.einsum("tbd,sbd->bts", qc, kc))
        ins.append(np.einsum("bts,sbv->tbv", A, vc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_pairs_mixed_up(k, v, q, L):
    # score of the pair: k_t . q_s
    T, B, D = k.shape
    inside, before = np.zeros_like(v), np.zeros_like(v)
    S = np.zeros((B, v.shape[2], D), v.dtype)
    Ss = []
    for i in range(0, T, L):
        for t in range(i, min(i + L, T)):
            before[t] = np.einsum("bvd,bd->bv", S, q[t])
            for s in range(i, t + 1):
                inside[t] += (k[t] * q[s]).sum(-1, keepdims=True) * v[s]
        S = S + np.einsum("sbv,sbd->bvd", v[i:i + L], k[i:i + L])
        Ss.append(S)
    return inside, before, np.stack(Ss)


def w_float64_zeros(k, v, q, L):
    T, B, D = k.shape
    V = v.shape[2]
    N = -(-T // L)
    inside, before = np.zeros((T, B, V)), np.zeros((T, B, V))
    states = np.zeros((N, B, V, D))
    S = np.zeros((B, V, D))
    for n in range(N):
        for t in range(n * L, min(T, n * L + L)):
            for s in range(n * L, t + 1):
                inside[t] += (q[t] * k[s]).sum(1)[:, None] * v[s]
            before[t] = (S * q[t][:, None, :]).sum(-1)
        for t in range(n * L, min(T, n * L + L)):
            S += v[t][:, :, None] * k[t][:, None, :]
        states[n] = S
    return inside, before, states


RIGHT = {
    "plain_loops": r_plain_loops,
    "chunk_einsum": r_chunk_einsum,
    "one_block_mask": r_one_block_mask,
}
WRONG = {
    "without_own_step": (
        w_without_own_step,
        "the step itself is left out of inside",
        "Up to which step does the sum go: is t itself in it? Try L = 1.",
    ),
    "no_mask_in_piece": (
        w_no_mask_in_piece,
        "inside has the later steps of the piece too",
        "Change the last value of a piece: may the answer at its first step change?",
    ),
    "mask_transposed": (
        w_mask_transposed,
        "np.tril keeps the later steps, because keys are in the rows of the matrix",
        "In your matrix, which index is the query's? Which half is the past then?",
    ),
    "state_read_after_update": (
        w_state_read_after_update,
        "before asks the state that has read the piece already",
        "In the first piece, what should before be? When does the state read the piece?",
    ),
    "state_of_one_piece": (
        w_state_of_one_piece,
        "each state holds its own piece only; the pieces before are forgotten",
        "What should the state after the second piece still contain?",
    ),
    "states_before_pieces": (
        w_states_before_pieces,
        "returns the states before the pieces, not after them",
        "What is your S[0]? Has it read anything?",
    ),
    "rest_dropped": (
        w_rest_dropped,
        "the last, shorter piece is left out",
        "How many pieces are there for T = 7 and L = 3, and how many in your function?",
    ),
    "state_keys_in_rows": (
        w_state_keys_in_rows,
        "the states are (B, D, V), turned round",
        "Which index of S comes first in v kᵀ, that of values or that of keys?",
    ),
    "inside_over_all_past": (
        w_inside_over_all_past,
        "inside looks back to the very first step, over the pieces before too",
        "Do your inside and before add up to o, or is something counted twice?",
    ),
    "scaled": (
        w_scaled,
        "scales the queries by 1/√D",
        "Compare with o = S q: is there any factor?",
    ),
    "pairs_mixed_up": (
        w_pairs_mixed_up,
        "keys and queries are exchanged: the key of step t meets the queries of the steps before",
        "Who asks at step t? Whose key belongs to v_s?",
    ),
    "float64_zeros": (
        w_float64_zeros,
        "the results are float64 although float32 came in",
        "What dtype do your zeros have?",
    ),
}
