"""after.by_chunks"""
import numpy as np


# ---- right
def r_difference(k, v, q, L):
    # run step by step; what the state at the beginning of the piece does not answer comes from inside
    T, B, D = k.shape
    V = v.shape[2]
    S = np.zeros((B, V, D), v.dtype)
    start = S
    inside, before, ends = [], [], []
    for t in range(T):
        if t % L == 0:
            start = S
            own = np.zeros_like(S)
        own = own + v[t][:, :, None] * k[t][:, None, :]
        S = S + v[t][:, :, None] * k[t][:, None, :]
        before.append((start @ q[t][:, :, None]).squeeze(-1))
        inside.append((own @ q[t][:, :, None]).squeeze(-1))
        if (t + 1) % L == 0 or t == T - 1:
            ends.append(S)
    return np.stack(inside), np.stack(before), np.stack(ends)


def r_padded_parallel(k, v, q, L):
    T, B, D = k.shape
    N = (T + L - 1) // L
    pad = ((0, N * L - T), (0, 0), (0, 0))
    kk, vv, qq = (np.pad(u, pad).reshape(N, L, B, -1) for u in (k, v, q))
    mask = np.tril(np.ones((L, L), dtype=k.dtype))
    inside = np.einsum("ntbd,nsbd,ts,nsbv->ntbv", qq, kk, mask, vv)
    S = np.cumsum(np.einsum("nsbv,nsbd->nbvd", vv, kk), axis=0)
    S0 = np.concatenate([np.zeros_like(S[:1]), S[:-1]])
    before = np.einsum("nbvd,ntbd->ntbv", S0, qq)
    return inside.reshape(N * L, B, -1)[:T], before.reshape(N * L, B, -1)[:T], S


def r_recursion_on_pieces(k, v, q, L):
    def rec(k, v, q, S):
        kc, vc, qc = k[:L].swapaxes(0, 1), v[:L].swapaxes(0, 1), q[:L].swapaxes(0, 1)
        ins = np.tril(qc @ kc.swapaxes(1, 2)) @ vc
        bef = qc @ S.swapaxes(1, 2)
        S = S + vc.swapaxes(1, 2) @ kc
        res = [(ins.swapaxes(0, 1), bef.swapaxes(0, 1), S)]
        return res if len(k) <= L else res + rec(k[L:], v[L:], q[L:], S)

    S0 = np.zeros((k.shape[1], v.shape[2], k.shape[2]), k.dtype)
    a, b, c = zip(*rec(k, v, q, S0))
    return np.concatenate(a), np.concatenate(b), np.stack(c)


# ---- wrong
def pieces(k, v, q, L):
    for i in range(0, len(k), L):
        yield k[i:i + L], v[i:i + L], q[i:i + L]


def look_back(kc, vc, qc):
    return np.einsum("bts,sbv->tbv", np.tril(np.einsum("tbd,sbd->bts", qc, kc)), vc)


def zero_state(k, v):
    return np.zeros((k.shape[1], v.shape[2], k.shape[2]), k.dtype)


def w_last_state_only(k, v, q, L):
    S = zero_state(k, v)
    ins, bef = [], []
    for kc, vc, qc in pieces(k, v, q, L):
        ins.append(look_back(kc, vc, qc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
    return np.concatenate(ins), np.concatenate(bef), S


def w_output_and_states(k, v, q, L):
    S = zero_state(k, v)
    o, Ss = [], []
    for kc, vc, qc in pieces(k, v, q, L):
        o.append(look_back(kc, vc, qc) + np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(o), np.stack(Ss)


def w_same_state_appended(k, v, q, L):
    S = zero_state(k, v)
    ins, bef, Ss = [], [], []
    for kc, vc, qc in pieces(k, v, q, L):
        ins.append(look_back(kc, vc, qc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S += np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_padding_returned(k, v, q, L):
    T, B, D = k.shape
    pad = -T % L
    k, v, q = (np.concatenate([u, np.zeros((pad,) + u.shape[1:], u.dtype)]) for u in (k, v, q))
    S = zero_state(k, v)
    ins, bef, Ss = [], [], []
    for kc, vc, qc in pieces(k, v, q, L):
        ins.append(look_back(kc, vc, qc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_L_pieces(k, v, q, L):
    S = zero_state(k, v)
    ins, bef, Ss = [], [], []
    for kc, vc, qc in zip(np.array_split(k, L), np.array_split(v, L), np.array_split(q, L)):
        ins.append(look_back(kc, vc, qc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_reshape_needs_multiple(k, v, q, L):
    T, B, D = k.shape
    V = v.shape[2]
    N = T // L
    kc, qc, vc = k.reshape(N, L, B, D), q.reshape(N, L, B, D), v.reshape(N, L, B, V)
    A = np.tril(np.einsum("ntbd,nsbd->nbts", qc, kc))
    inside = np.einsum("nbts,nsbv->ntbv", A, vc).reshape(T, B, V)
    S = np.cumsum(np.einsum("nsbv,nsbd->nbvd", vc, kc), axis=0)
    before = np.zeros((N, L, B, V), v.dtype)
    before[1:] = np.einsum("nbvd,ntbd->ntbv", S[:-1], qc[1:])
    return inside, before.reshape(T, B, V), S


def w_normalised(k, v, q, L):
    # divide by the sum of the scores, as linear attention does
    S = zero_state(k, v)
    z = np.zeros_like(k[0])
    ins, bef, Ss = [], [], []
    for kc, vc, qc in pieces(k, v, q, L):
        zc = z + np.cumsum(kc, axis=0)
        den = (zc * qc).sum(-1, keepdims=True)
        ins.append(look_back(kc, vc, qc) / den)
        bef.append(np.einsum("bvd,tbd->tbv", S, qc) / den)
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        z = z + kc.sum(axis=0)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_scores_over_batch(k, v, q, L):
    S = zero_state(k, v)
    ins, bef, Ss = [], [], []
    for kc, vc, qc in pieces(k, v, q, L):
        A = np.tril(np.tensordot(qc, kc, axes=([1, 2], [1, 2])))
        ins.append(np.tensordot(A, vc, axes=1))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_state_adds_mean(k, v, q, L):
    S = zero_state(k, v)
    ins, bef, Ss = [], [], []
    for kc, vc, qc in pieces(k, v, q, L):
        ins.append(look_back(kc, vc, qc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.mean(vc[:, :, :, None] * kc[:, :, None, :], axis=0)
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_state_of_sums(k, v, q, L):
    # rank-one update with the sums of the piece
    S = zero_state(k, v)
    ins, bef, Ss = [], [], []
    for kc, vc, qc in pieces(k, v, q, L):
        ins.append(look_back(kc, vc, qc))
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("bv,bd->bvd", vc.sum(0), kc.sum(0))
        Ss.append(S)
    return np.concatenate(ins), np.concatenate(bef), np.stack(Ss)


def w_window_of_L(k, v, q, L):
    # local attention: the last L steps
    T, B, D = k.shape
    inside = np.zeros_like(v)
    for t in range(T):
        for s in range(max(0, t - L + 1), t + 1):
            inside[t] += (q[t] * k[s]).sum(-1, keepdims=True) * v[s]
    S = zero_state(k, v)
    bef, Ss = [], []
    for kc, vc, qc in pieces(k, v, q, L):
        bef.append(np.einsum("bvd,tbd->tbv", S, qc))
        S = S + np.einsum("sbv,sbd->bvd", vc, kc)
        Ss.append(S)
    return inside, np.concatenate(bef), np.stack(Ss)


def w_before_with_running_state(k, v, q, L):
    T, B, D = k.shape
    S = zero_state(k, v)
    inside, before = np.zeros_like(v), np.zeros_like(v)
    Ss = []
    for t in range(T):
        i = t // L * L
        before[t] = np.einsum("bvd,bd->bv", S, q[t])
        for s in range(i, t + 1):
            inside[t] += np.einsum("bd,bd->b", q[t], k[s])[:, None] * v[s]
        S = S + np.einsum("bv,bd->bvd", v[t], k[t])
        if t % L == L - 1 or t == T - 1:
            Ss.append(S)
    return inside, before, np.stack(Ss)


RIGHT = {
    "difference": r_difference,
    "padded_parallel": r_padded_parallel,
    "recursion_on_pieces": r_recursion_on_pieces,
}
WRONG = {
    "last_state_only": (
        w_last_state_only,
        "returns the last state only, (B, V, D)",
        "How many states are asked for if there are N pieces?",
    ),
    "output_and_states": (
        w_output_and_states,
        "adds inside and before up and returns two arrays instead of three",
        "Which three arrays does the task name?",
    ),
    "same_state_appended": (
        w_same_state_appended,
        "appends the same array each time and changes it in place, so that all states are the last",
        "Are S[0] and S[1] of your result different? What does += do to the one in the list?",
    ),
    "padding_returned": (
        w_padding_returned,
        "the padding of the last piece is returned as well, so there are more than T rows",
        "How many rows has your inside for T = 7 and L = 3?",
    ),
    "L_pieces": (
        w_L_pieces,
        "cuts into L pieces instead of pieces of L steps",
        "For T = 9 and L = 4, how long is your first piece?",
    ),
    "reshape_needs_multiple": (
        w_reshape_needs_multiple,
        "works only if T is a multiple of L",
        "What does the task say about the last piece? Try T = 7 and L = 3.",
    ),
    "normalised": (
        w_normalised,
        "divides by the sum of the scores, as the memory of the exercise before",
        "Does this memory divide? Compare with o = S q.",
    ),
    "scores_over_batch": (
        w_scores_over_batch,
        "the scores are summed over the examples",
        "Can example 1 change what example 2 finds? Compare B = 1 with B = 2.",
    ),
    "state_adds_mean": (
        w_state_adds_mean,
        "adds the mean of the piece's pairs to the state, not their sum",
        "Does your S depend on how the same steps are cut into pieces? Should the last one?",
    ),
    "state_of_sums": (
        w_state_of_sums,
        "multiplies the sum of the values by the sum of the keys, so that each value meets every key",
        "With two steps, which pairs v kᵀ are in your S? Which should be?",
    ),
    "window_of_L": (
        w_window_of_L,
        "inside looks back L steps over the borders of pieces",
        "At the first step of the second piece, how far back does yours look?",
    ),
    "before_with_running_state": (
        w_before_with_running_state,
        "before asks a state that has read the earlier steps of the same piece already",
        "What should before be in the whole first piece? Add yours to inside: what is counted twice?",
    ),
}
