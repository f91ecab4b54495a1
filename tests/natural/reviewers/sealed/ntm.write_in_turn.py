"""As programmers who skim: pytorch-ntm's write, vectorised too far, closed forms with products."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("einsum_per_head")
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        erase = np.einsum("bn,bd->bnd", w[:, v], e[:, v])
        add = np.einsum("bn,bd->bnd", w[:, v], a[:, v])
        M = M * (1 - erase) + add
    return M


@right("closed_form_products")
def write_in_turn(M, w, e, a):
    keep = 1 - w[..., None] * e[:, :, None, :]  # B V N D
    add = w[..., None] * a[:, :, None, :]
    V = w.shape[1]
    out = M * keep.prod(axis=1)
    for v in range(V):
        out = out + add[:, v] * keep[:, v + 1 :].prod(axis=1)
    return out


@right("reduce")
def write_in_turn(M, w, e, a):
    from functools import reduce

    def step(mem, head):
        wv, ev, av = head
        return mem * (1 - wv[:, :, None] * ev[:, None]) + wv[:, :, None] * av[:, None]

    heads = zip(w.swapaxes(0, 1), e.swapaxes(0, 1), a.swapaxes(0, 1))
    return reduce(step, heads, M)


@right("affine_maps_composed")
def write_in_turn(M, w, e, a):
    # each head is m -> p m + q
    p, q = np.ones_like(M), np.zeros_like(M)
    for v in range(w.shape[1]):
        pv = 1 - np.einsum("bn,bd->bnd", w[:, v], e[:, v])
        qv = np.einsum("bn,bd->bnd", w[:, v], a[:, v])
        p, q = pv * p, pv * q + qv
    return p * M + q


@wrong(
    "in_torch",
    "The answer comes from torch; the task asks for NumPy only.",
    "Which library may the task's answer use?",
)
def write_in_turn(M, w, e, a):
    import torch

    m, w, e, a = (torch.tensor(z) for z in (M, w, e, a))
    for wv, ev, av in zip(w.unbind(1), e.unbind(1), a.unbind(1)):
        m = m * (1 - wv.unsqueeze(-1) * ev.unsqueeze(1)) + torch.bmm(wv.unsqueeze(-1), av.unsqueeze(1))
    return m.numpy()


@wrong(
    "product_of_erases_sum_of_adds",
    "Graves-style parallel writing: erases multiplied, adds summed; no head erases an earlier add.",
    "Head 1 erases the row that head 0 has just written. What is left by your formula?",
)
def write_in_turn(M, w, e, a):
    keep = np.prod(1 - np.einsum("bvn,bvd->bvnd", w, e), axis=1)
    return M * keep + np.einsum("bvn,bvd->bnd", w, a)


@wrong(
    "closed_form_own_erase_too",
    "In the closed form each add is erased by its own head too (product from v, not v + 1).",
    "With one head, should its own erase touch what it adds?",
)
def write_in_turn(M, w, e, a):
    keep = 1 - w[..., None] * e[:, :, None, :]
    add = w[..., None] * a[:, :, None, :]
    out = M * keep.prod(axis=1)
    for v in range(w.shape[1]):
        out = out + add[:, v] * keep[:, v:].prod(axis=1)
    return out


@wrong(
    "closed_form_earlier_erases",
    "In the closed form each add is erased by the earlier heads instead of the later ones.",
    "Which heads come after head v has added, those before or those behind it?",
)
def write_in_turn(M, w, e, a):
    keep = 1 - w[..., None] * e[:, :, None, :]
    add = w[..., None] * a[:, :, None, :]
    out = M * keep.prod(axis=1)
    for v in range(w.shape[1]):
        out = out + add[:, v] * keep[:, :v].prod(axis=1)
    return out


@wrong(
    "first_axis_taken_for_heads",
    "Iterates over axis 0 (examples) as if heads came first; with B = V it even runs.",
    "Which axis of w holds the heads?",
)
def write_in_turn(M, w, e, a):
    M = M.copy()
    for wv, ev, av in zip(w, e, a):
        for v in range(min(len(M), len(wv))):
            k = np.outer(wv[v], ev[v])
            M[v] = M[v] * (1 - k) + np.outer(wv[v], av[v])
    return M


@wrong(
    "erase_clipped",
    "The sum of the erases is clipped to 1, in one step.",
    "Two heads erase half each: does a quarter stay?",
)
def write_in_turn(M, w, e, a):
    E = np.clip(np.einsum("bvn,bvd->bnd", w, e), 0, 1)
    return M * (1 - E) + np.einsum("bvn,bvd->bnd", w, a)


@wrong("reversed_order", "reduce from the right: the last head writes first.", "Which head finds the given memory?")
def write_in_turn(M, w, e, a):
    for v in reversed(range(w.shape[1])):
        k = np.einsum("bn,bd->bnd", w[:, v], e[:, v])
        M = M * (1 - k) + np.einsum("bn,bd->bnd", w[:, v], a[:, v])
    return M


@wrong(
    "residual_write",
    "M - w e + w a: subtracts the erase without the memory (ntm-lasagne's add taken alone).",
    "An empty memory is erased: should it become negative?",
)
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        M = M + np.einsum("bn,bd->bnd", w[:, v], a[:, v] - e[:, v])
    return M


@wrong(
    "stale_read_for_erase",
    "The erase term is computed from the original memory, then subtracted.",
    "What does head 1 erase by your code, the first memory or what head 0 left?",
)
def write_in_turn(M, w, e, a):
    out = M.copy()
    for v in range(w.shape[1]):
        out = out - M * np.einsum("bn,bd->bnd", w[:, v], e[:, v]) + np.einsum("bn,bd->bnd", w[:, v], a[:, v])
    return out


@wrong(
    "lerp_to_a",
    "Lerp towards a with weight w, the erase vector is used as a second gate on a.",
    "e = 0 and w = 1: is the old row still there under what you add?",
)
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        wv = w[:, v, :, None]
        M = M * (1 - wv) + wv * (a[:, v, None, :])
    return M


@wrong(
    "sigmoid_of_erase_again",
    "e goes through a sigmoid again, as in the repository where it is raw.",
    "e has numbers from 0 to 1 already. Does e = 0 erase nothing by your code?",
)
def write_in_turn(M, w, e, a):
    e = 1 / (1 + np.exp(-e))
    for v in range(w.shape[1]):
        M = M * (1 - w[:, v, :, None] * e[:, v, None]) + w[:, v, :, None] * a[:, v, None]
    return M


@wrong(
    "erase_per_row_not_column", "The mean of e is erased in all columns.", "e = (1, 0): which column should be erased?"
)
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        M = M * (1 - w[:, v, :, None] * e[:, v].mean(-1)[:, None, None]) + w[:, v, :, None] * a[:, v, None]
    return M


@wrong(
    "all_intermediate_memories",
    "Returns the memory after every head, stacked (B, V, N, D).",
    "How many memories does the task want back?",
)
def write_in_turn(M, w, e, a):
    out = []
    for v in range(w.shape[1]):
        M = M * (1 - w[:, v, :, None] * e[:, v, None]) + w[:, v, :, None] * a[:, v, None]
        out.append(M)
    return np.stack(out, 1)


@wrong(
    "add_after_all_erases_in_order",
    "The adds are collected and put in at the end, erased by no one.",
    "When does head 0 add: before head 1 erases, or at the end?",
)
def write_in_turn(M, w, e, a):
    add = np.zeros_like(M)
    for v in range(w.shape[1]):
        M = M * (1 - w[:, v, :, None] * e[:, v, None])
        add += w[:, v, :, None] * a[:, v, None]
    return M + add


@wrong("out_argument", "np.multiply(..., out=M) writes into the caller's memory.", "Print M before and after the call.")
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        np.multiply(M, 1 - w[:, v, :, None] * e[:, v, None], out=M)
        np.add(M, w[:, v, :, None] * a[:, v, None], out=M)
    return M.copy()


@wrong(
    "averaged_heads",
    "The heads are averaged to one before writing.",
    "One head of two erases fully. Is half of it left by your code?",
)
def write_in_turn(M, w, e, a):
    w, e, a = w.mean(1), e.mean(1), a.mean(1)
    return M * (1 - w[:, :, None] * e[:, None]) + w[:, :, None] * a[:, None]
