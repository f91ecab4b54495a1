r"""The Neural Turing machine made fast: the mathematics of :mod:`rnncourse.ntm`, and its backward pass by hand.

What buys the time, most first:

- All heads are addressed at once: one array (B, J, N) for J heads instead of J of them.
- The memory is (B, D, N), its rows the last axis. A step's sums over rows and its outer products are batched matrix
  products, which NumPy hands to the matrix library; what is left are multiplications of whole arrays.
- Whatever does not depend on the step before leaves the loop: the input's share of the controller, the outputs,
  the slopes of all nonlinearities, the gradients of all weights.
- The minus of :math:`\sigma(a) = 1 / (1 + e^{-a})` is folded into the weights.
- Everything is written into memory already there, see :func:`rnncourse.kernels._layer.empty`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from rnncourse._arrays import Array, expect
from rnncourse.kernels._layer import Product, Tape, empty, everything_but

EPSILON = 1e-8  # of the cosine, as in the reading version
FLOOR = 1e-30  # stands for a weight of zero, whose logarithm is asked for; float32 has it


class Weights(NamedTuple):
    """As :class:`rnncourse.ntm.Weights`; also their gradients."""

    W_ih: Array
    b_h: Array
    W_hp: Array
    b_hp: Array
    W_ho: Array
    b_ho: Array
    W_hh: Array | None = None


class State(NamedTuple):
    """As :class:`rnncourse.ntm.State`; also its gradients."""

    r: Array
    w: Array
    M: Array
    h: Array | None = None
    c: Array | None = None


class Gradients(NamedTuple):
    """Gradients of the loss, each in the shape of what it belongs to; dx is None where it was not asked for."""

    dweights: Weights
    dx: Array | None
    dstate: State


class Inputs(NamedTuple):
    """A sequence (T, B, F), a :class:`State`, :class:`Weights`; also their gradients."""

    x: Array
    r: Array
    w: Array
    M: Array
    h: Array | None
    c: Array | None
    W_ih: Array
    b_h: Array
    W_hp: Array
    b_hp: Array
    W_ho: Array
    b_ho: Array
    W_hh: Array | None


class Outputs(NamedTuple):
    """Outputs, where the heads have been (T, B, J, N), the last state; also what reaches them, None for zeros."""

    o: Any
    places: Any
    r: Any
    w: Any
    M: Any
    h: Any
    c: Any


DEPENDS: dict[str, tuple[str, ...]] = {"places": ()}


class _Sizes(NamedTuple):
    T: int
    B: int
    F: int
    H: int
    J: int
    R: int
    N: int
    D: int
    C: int  # 2S+1 shifts

    @property
    def V(self) -> int:
        return self.J - self.R

    @property
    def ends(self) -> tuple[int, ...]:
        """Where k, a, e, g, beta and gamma end among the head's parameters; s goes to the last."""
        J, V, D = self.J, self.V, self.D
        return tuple(np.cumsum([J * D, V * D, V * D, J, J, J]).tolist())


class _Pieces(NamedTuple):
    """Views of the heads' parameters (T, B, P), shaped to be multiplied with (T, B, J, N)."""

    k: Any
    a: Any
    e: Any
    g: Any
    beta: Any
    gamma: Any
    s: Any


class Kept(NamedTuple):
    """What the backward pass reads."""

    hr: Array  # (T+1, B, H + R·D): [h_t; r_t], the first from the state to start from
    gates: Array  # (T, B, 4H) i, f, g, o of an LSTM; (T, B, H) otherwise, of no use
    cells: Array | None  # (T+1, B, H)
    tanh_c: Array | None  # (T, B, H)
    P: Array  # (T, B, P) heads' parameters after their nonlinearities
    M: Array  # (T+1, B, D, N)
    w: Array  # (T+1, B, J, N)
    w_c: Array  # (T, B, J, N), by content
    moved: Array  # (T, B, J, N), w_c - w_{t-1}
    padded: Array  # (T, B, J, S+N+S), after the gate, with both ends continued
    w_s: Array  # (T, B, J, N), after the shift
    log_w: Array  # its logarithm
    cos: Array  # (T, B, J, N)
    lengths: Array  # (T, B, J, N): the denominator of the cosine
    rows: Array  # (T, B, 1, N) lengths of the rows
    keys: Array  # (T, B, J, 1) lengths of the keys


def forward(
    x: Array,
    state: State,
    weights: Weights,
    keep: bool = True,
    product: Product = np.dot,
) -> tuple[Array, Array, State, Tape | None]:
    r"""The outputs along a sequence, where the heads have been, and the last state.

    .. math:: (o_t, \text{state}_t) = \operatorname{step}(x_t, \text{state}_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-ntm-forward``, with everything that :func:`rnncourse.ntm.step` uses. Source: Graves et al. (2014).

    Shapes: x (T, B, F), state and weights as in :mod:`rnncourse.ntm`; returns o (T, B, K), w (T, B, J, N), a
    :class:`State` and the tape. With ``keep=False`` there is no tape, and of the memory only two steps are held.
    ``product(a, b, out)`` multiplies two matrices into a C-contiguous third.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when W_hp does not fit the
    heads, or unless h, c and W_hh are all there or none.
    """
    _expect(x, state, weights)
    inputs = Inputs(x, *state, *weights)  # type: ignore[arg-type]
    outputs, kept = forward_unchecked(inputs, product, keep)
    last = State(*outputs[2:])
    return outputs.o, outputs.places, last, None if kept is None else Tape(inputs, kept, product)


def _expect(x: Array, state: State, weights: Weights) -> None:
    given = {"x": (x, "T B F"), "r": (state.r, "B R D"), "w": (state.w, "B J N"), "M": (state.M, "B N D")}
    z = expect(**given)
    if len({array is None for array in (state.h, state.c, weights.W_hh)}) > 1:
        raise ValueError("expected h, c and W_hh, or none of them (a feed-forward controller)")
    H = expect(**given, W_hp=(weights.W_hp, "P H"))["H"]
    J, V, D, P = z["J"], z["J"] - z["R"], z["D"], len(weights.W_hp)
    C, rest = divmod(P - J * D - 2 * V * D - 3 * J, J)
    if V < 1 or rest or C < 1 or C % 2 == 0 or z["N"] < C:
        got = f"got {P} with J={J}, V={V}, D={D}, N={z['N']}"
        raise ValueError(f"W_hp: expected J·(D+3) + 2·V·D + J·(2S+1) rows, V ≥ 1, 2S+1 ≤ N, {got}")
    G, seen, shown = (H if weights.W_hh is None else 4 * H), z["F"] + z["R"] * D, H + z["R"] * D
    others: dict[str, tuple[Any, str]] = {
        "W_ih": (weights.W_ih, f"{G} {seen}"),
        "b_h": (weights.b_h, f"{G}"),
        "b_hp": (weights.b_hp, "P"),
        "W_ho": (weights.W_ho, f"K {shown}"),
        "b_ho": (weights.b_ho, "K"),
    }
    if weights.W_hh is not None:
        others |= {"W_hh": (weights.W_hh, f"{G} H"), "h": (state.h, "B H"), "c": (state.c, "B H")}
    expect(**given, W_hp=(weights.W_hp, "P H"), **others)


def _sizes(inputs: Inputs) -> _Sizes:
    (T, B, F), (J, N), (R, D), (P, H) = inputs.x.shape, inputs.w.shape[1:], inputs.r.shape[1:], inputs.W_hp.shape
    return _Sizes(T, B, F, H, J, R, N, D, (P - J * D - 2 * (J - R) * D - 3 * J) // J)


def _pieces(P: Array, z: _Sizes) -> _Pieces:
    k, a, e, g, beta, gamma, s = np.split(P, z.ends, axis=-1)
    T, B, J, D = z.T, z.B, z.J, z.D
    per_head, written = (T, B, J, 1), (T, B, z.V, D)
    return _Pieces(
        k=k.reshape(T, B, J, D),
        a=a.reshape(written),
        e=e.reshape(written),
        g=g.reshape(per_head),
        beta=beta.reshape(per_head),
        gamma=gamma.reshape(per_head),
        s=s.reshape(T, B, J, z.C),
    )


def _wrap(padded: Array, S: int) -> None:
    """Fill the S columns at each end of (…, S + N + S) with those at the other end of the N."""
    if S:
        padded[..., :S], padded[..., -S:] = padded[..., -2 * S : -S], padded[..., S : 2 * S]


def forward_unchecked(inputs: Inputs, product: Product, keep: bool = True) -> tuple[Outputs, Kept | None]:
    """:func:`forward` without a look at its arguments; NaN goes through, as in torch."""
    x, state, weights = inputs.x, State(*inputs[1:6]), Weights(*inputs[6:])
    z, dtype = _sizes(inputs), x.dtype
    T, B, F, H, J, R, N, D, C = z
    V, S, lstm = z.V, C // 2, weights.W_hh is not None
    G = 4 * H if lstm else H

    def take(*shape: int) -> Array:
        return empty(shape, dtype)

    hr, P = take(T + 1, B, H + R * D), take(T, B, len(weights.W_hp))
    h, r = hr[:, :, :H], hr[:, :, H:].reshape(T + 1, B, R, D)
    h[0], r[0] = 0 if state.h is None else state.h, state.r
    held = T + 1 if keep else 2
    M, w = take(held, B, D, N), take(T + 1, B, J, N)
    M[0], w[0] = state.M.transpose(0, 2, 1), state.w
    kept = T if keep else 1
    w_c, moved, w_s, log_w, cos, lengths = (take(kept, B, J, N) for _ in range(6))
    padded = take(kept, B, J, N + 2 * S)
    rows, keys = take(kept, B, 1, N), take(kept, B, J, 1)
    cells, tanh_c = (take(T + 1, B, H), take(T, B, H)) if lstm else (None, None)
    if cells is not None:
        cells[0] = state.c

    # controller: the input's share of all steps, and the minus of the sigmoids
    W_x, W_r, b = weights.W_ih[:, :F], weights.W_ih[:, F:], weights.b_h
    one, sign = np.ones((), dtype), np.full(G, -1, dtype)
    if weights.W_hh is not None:
        sign[2 * H : 3 * H] = 1
        W_x, b = W_x * sign[:, None], b * sign
        W_r = np.concatenate([weights.W_hh, W_r], axis=1) * sign[:, None]
    gates = take(T, B, G)
    product(x.reshape(T * B, F), W_x.T, gates.reshape(T * B, G))
    gates += b
    W_r_T, W_hp_T, b_hp = np.ascontiguousarray(W_r.T), weights.W_hp.T.copy(), weights.b_hp.copy()
    _, end_a, _, end_g, end_beta, end_gamma = z.ends
    W_hp_T[:, end_a:end_g] *= -1
    b_hp[end_a:end_g] *= -1

    p, seen = _pieces(P, z), hr if lstm else hr[:, :, H:]
    recurrent, of_heads = take(B, G), take(B, J, N)
    one_row, sum_D, sum_N = take(B, J, 1), np.ones((1, D), dtype), np.ones((N, 1), dtype)
    of_memory, alone, together = take(B, D, N), np.zeros((V, B, J, D), dtype), np.zeros((B, J, D), dtype)
    tiny = np.finfo(dtype).tiny
    for t in range(T):
        i = t if keep else 0
        a_t, h_t = gates[t], h[t + 1]
        product(seen[t], W_r_T, recurrent)
        np.add(a_t, recurrent, a_t)
        if cells is None or tanh_c is None:
            np.tanh(a_t, h_t)
        else:
            np.tanh(a_t[:, 2 * H : 3 * H], a_t[:, 2 * H : 3 * H])
            _sigmoid(a_t[:, : 2 * H], one)
            _sigmoid(a_t[:, 3 * H :], one)
            np.multiply(a_t[:, H : 2 * H], cells[t], cells[t + 1])
            np.multiply(a_t[:, :H], a_t[:, 2 * H : 3 * H], tanh_c[t])
            np.add(cells[t + 1], tanh_c[t], cells[t + 1])
            np.tanh(cells[t + 1], tanh_c[t])
            np.multiply(a_t[:, 3 * H :], tanh_c[t], h_t)

        # what the controller tells the heads
        p_t, k, a, e, g, beta, gamma, s = P[t], *(piece[t] for piece in p)
        product(h_t, W_hp_T, p_t)
        np.add(p_t, b_hp, p_t)
        np.tanh(p_t[:, :end_a], p_t[:, :end_a])
        _sigmoid(p_t[:, end_a:end_g], one)
        np.logaddexp(0, p_t[:, end_g:end_gamma], p_t[:, end_g:end_gamma])
        np.add(p_t[:, end_beta:end_gamma], 1, p_t[:, end_beta:end_gamma])
        np.subtract(s, np.maximum.reduce(s, -1, None, None, True), s)
        np.exp(s, s)
        np.divide(s, np.add.reduce(s, -1, None, None, True), s)

        # by content
        M_prev, w_prev = M[t if keep else t & 1], w[t]
        np.multiply(M_prev, M_prev, of_memory)
        np.matmul(sum_D, of_memory, rows[i])
        np.sqrt(rows[i], rows[i])
        np.matmul(k[:, :, None], k[:, :, :, None], keys[i][:, :, None])
        np.sqrt(keys[i], keys[i])
        np.multiply(keys[i], rows[i], lengths[i])
        np.add(lengths[i], EPSILON, lengths[i])
        np.matmul(k, M_prev, cos[i])
        np.divide(cos[i], lengths[i], cos[i])
        np.multiply(cos[i], beta, w_c[i])
        _softmax(w_c[i], sum_N, one_row)

        # by place: gate, shift, sharpening
        np.subtract(w_c[i], w_prev, moved[i])
        np.multiply(moved[i], g, of_heads)
        np.add(w_prev, of_heads, padded[i, :, :, S : S + N])
        _wrap(padded[i], S)
        np.multiply(padded[i, :, :, 2 * S :], s[:, :, :1], w_s[i])
        for j in range(1, C):
            np.multiply(padded[i, :, :, 2 * S - j : 2 * S - j + N], s[:, :, j : j + 1], of_heads)
            np.add(w_s[i], of_heads, w_s[i])
        np.maximum(w_s[i], FLOOR, w_s[i])
        np.log(w_s[i], log_w[i])
        w_t = w[t + 1]
        np.multiply(log_w[i], gamma, w_t)
        _softmax(w_t, sum_N, one_row)

        # read, erase, add
        np.matmul(w_t[:, :R], M_prev.transpose(0, 2, 1), r[t + 1])
        M_t = M[t + 1 if keep else (t + 1) & 1]
        before = M_prev
        for v in range(V):
            _outer(alone[v], R + v, e[:, v], w_t, of_memory)
            np.multiply(before, of_memory, of_memory)
            np.subtract(before, of_memory, M_t)
            before = M_t
        together[:, R:] = a
        np.matmul(together.transpose(0, 2, 1), w_t, of_memory)
        np.add(M_t, of_memory, M_t)

    np.maximum(rows, tiny, rows)  # divided by in the backward pass; a length of zero has the derivative zero
    np.maximum(keys, tiny, keys)
    o = np.empty((T, B, len(weights.W_ho)), dtype)
    product(hr[1:].reshape(T * B, -1), weights.W_ho.T, o.reshape(T * B, -1))
    o += weights.b_ho
    M_T = M[T if keep else T & 1].transpose(0, 2, 1).copy()
    h_T, c_T = h[T].copy() if lstm else None, None if cells is None else cells[T].copy()
    outputs = Outputs(o, w[1:].copy(), r[T].copy(), w[T].copy(), M_T, h_T, c_T)
    of_heads_and_rows = w, w_c, moved, padded, w_s, log_w, cos, lengths, rows, keys
    return outputs, Kept(hr, gates, cells, tanh_c, P, M, *of_heads_and_rows) if keep else None


def _outer(alone: Array, j: int, e: Array, w: Array, out: Array) -> None:
    """Erase vectors e (B, D) times the weighting of head j, from w (B, J, N): (B, D, N).

    As a product over all heads, in which zeros silence the others: NumPy leaves a product with an inner size of one
    to a loop of its own, which takes many times as long.
    """
    alone[:, j] = e
    np.matmul(alone.transpose(0, 2, 1), w, out)


def _sigmoid(a: Array, one: Array) -> None:
    """σ(-a), in place."""
    np.exp(a, a)
    np.add(a, one, a)
    np.divide(one, a, a)


def _softmax(a: Array, ones: Array, total: Array) -> None:
    """Over the last axis, in place; total is scratch of one number a row."""
    np.maximum.reduce(a, -1, None, total, True)
    np.subtract(a, total, a)
    np.exp(a, a)
    np.matmul(a, ones, total)
    np.divide(a, total, a)


def _softmax_backward(dp: Array, p: Array, da: Array, scratch: Array, total: Array) -> None:
    """From dp to da = p ⊙ (dp − Σ p ⊙ dp), over the last axis."""
    np.matmul(dp[:, :, None], p[:, :, :, None], total[:, :, None])
    np.subtract(dp, total, scratch)
    np.multiply(p, scratch, da)


def backward(do: Array | None, tape: Tape, dstate: State | None = None, input_gradient: bool = True) -> Gradients:
    r"""Back-propagation through time, through controller, heads and memory.

    Equations ``eq-ntm-dwrite``, ``eq-ntm-dsharpen``, ``eq-ntm-dshift``, ``eq-ntm-dgate``, ``eq-ntm-dcontent`` and
    ``eq-ntm-dcosine``, in this order, as :mod:`rnncourse.ntm` has them one by one. Source: chain rule on its forward
    functions.

    Shapes: do (T, B, K), what reaches the outputs; dstate, what reaches the last state besides. None stands for zeros.
    Returns :class:`Gradients`, without dx if ``input_gradient`` is false.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    inputs, kept, product = tape
    z, K = _sizes(inputs), len(inputs.W_ho)
    if do is not None:
        expect(x=(inputs.x, "T B F"), do=(do, f"T B {K}"))
    if dstate is not None:
        shapes = [f"B {z.R} {z.D}", f"B {z.J} {z.N}", f"B {z.N} {z.D}", f"B {z.H}", f"B {z.H}"]
        given = zip(State._fields, dstate, shapes, strict=True)
        expect(x=(inputs.x, "T B F"), **{f"d{name}": (q, shape) for name, q, shape in given if q is not None})
    wanted = everything_but(Inputs) if input_gradient else everything_but(Inputs, "x")
    upstream: Any = Outputs(do, None, *(dstate or (None,) * 5))
    d: Any = backward_unchecked(upstream, inputs, kept, product, wanted)
    return Gradients(Weights(*d[6:]), d.x, State(*d[1:6]))


def backward_unchecked(upstream: Any, inputs: Inputs, kept: Kept, product: Product, wanted: Any) -> Inputs:
    """:func:`backward` without a look at its arguments."""
    do, x, weights, z = upstream.o, inputs.x, Weights(*inputs[6:]), _sizes(inputs)
    dstate: Any = upstream[2:]
    hr, gates, cells, tanh_c, P, M, w, w_c, moved, padded, w_s, log_w, cos, lengths, rows, keys = kept
    T, B, F, H, J, R, N, D, C = z
    V, S, dtype, lstm = z.V, C // 2, x.dtype, weights.W_hh is not None
    K, G = len(weights.W_ho), gates.shape[2]

    def take(*shape: int) -> Array:
        return empty(shape, dtype)

    dhr = take(T, B, H + R * D)
    if do is None:
        dhr[...] = 0
    else:
        product(do.reshape(T * B, K), weights.W_ho, dhr.reshape(T * B, -1))
    dh, dr = dhr[:, :, :H], dhr[:, :, H:].reshape(T, B, R, D)
    dw, dM, dc = take(B, J, N), take(B, D, N), take(B, H)
    dw[...], dM[...], dc[...] = 0, 0, 0
    dr_T, dw_T, dM_T, dh_T, dc_T = dstate
    for array, arrived in ((dr[-1], dr_T), (dw, dw_T), (dh[-1], dh_T), (dc, dc_T)):
        if arrived is not None:
            np.add(array, arrived, array)
    if dM_T is not None:
        dM[...] = dM_T.transpose(0, 2, 1)

    end = z.ends[-1]
    slope = _head_slopes(P, z, take(T, B, end))
    da, dP = take(T, B, G), take(T, B, P.shape[2])
    reach, through = _controller_slopes(hr, gates, cells, tanh_c, take(T, B, G), take(T, B, H), H)
    W_r = weights.W_ih[:, F:] if weights.W_hh is None else np.concatenate([weights.W_hh, weights.W_ih[:, F:]], axis=1)
    W_r, carry = np.ascontiguousarray(W_r), take(B, W_r.shape[1])
    seen = dhr if lstm else dhr[:, :, H:]

    p, dp = _pieces(P, z), _pieces(dP, z)
    t1, t2, total, from_heads = take(B, J, N), take(B, J, N), take(B, J, 1), take(B, H)
    of_w, of_read = take(B, V, N), take(B, R, N)
    d_padded = take(B, J, N + 2 * S)
    one, two, three = d_padded.strides
    middle, windows = d_padded[:, :, S : S + N], as_strided(d_padded, (B, J, C, N), (one, two, three, three))
    Q, Q_v, erased = take(B, D, N), take(B, D, N), take(B, D, N)
    places, vectors = take(B, R + J, N), take(B, R + J, D)
    alone, lengths_D, k_total = np.zeros((V, B, J, D), dtype), take(B, D, J), take(B, J, D)
    for t in range(T - 1, -1, -1):
        k, a, e, g, beta, gamma, s = (piece[t] for piece in p)
        dk, da_v, de, dg, dbeta, dgamma, ds = (piece[t] for piece in dp)
        M_prev, w_t = M[t], w[t + 1]
        read, write = w_t[:, :R], w_t[:, R:]

        # add, erase (de without its sign, which is in the slope)
        np.matmul(write, dM.transpose(0, 2, 1), da_v)
        np.matmul(a, dM, of_w)
        np.add(dw[:, R:], of_w, dw[:, R:])
        np.multiply(dM, M_prev, Q)
        for v in range(V):
            of_others = Q
            for u in range(V):
                if u != v:
                    _outer(alone[u], R + u, e[:, u], w_t, erased)
                    np.subtract(1, erased, erased)
                    of_others = np.multiply(of_others, erased, Q_v)
            np.matmul(write[:, v, None], of_others.transpose(0, 2, 1), de[:, v, None])
            np.matmul(e[:, v, None], of_others, of_w[:, :1])
            np.subtract(dw[:, R + v], of_w[:, 0], dw[:, R + v])
        for v in range(V):
            _outer(alone[v], R + v, e[:, v], w_t, erased)
            np.multiply(dM, erased, erased)
            np.subtract(dM, erased, dM)

        # read
        np.matmul(dr[t], M_prev, of_read)
        np.add(dw[:, :R], of_read, dw[:, :R])

        # sharpening
        _softmax_backward(dw, w_t, t1, t2, total)
        np.matmul(t1[:, :, None], log_w[t][:, :, :, None], dgamma[:, :, None])
        np.multiply(t1, gamma, t1)
        np.divide(t1, w_s[t], middle)

        # shift
        _wrap(d_padded, S)
        np.einsum("bjcn,bjn->bjc", windows, padded[t, :, :, S : S + N], out=ds)
        np.multiply(d_padded[:, :, :N], s[:, :, :1], t1)
        for j in range(1, C):
            np.multiply(d_padded[:, :, j : j + N], s[:, :, j : j + 1], t2)
            np.add(t1, t2, t1)

        # gate
        np.matmul(t1[:, :, None], moved[t][:, :, :, None], dg[:, :, None])
        np.multiply(t1, g, t2)
        np.subtract(t1, t2, dw)

        # content
        d_dot = places[:, R:]
        _softmax_backward(t2, w_c[t], d_dot, t1, total)
        np.matmul(d_dot[:, :, None], cos[t][:, :, :, None], dbeta[:, :, None])
        np.multiply(d_dot, beta, d_dot)
        np.divide(d_dot, lengths[t], d_dot)
        np.multiply(d_dot, cos[t], t2)  # the gradient of the lengths, with its sign changed
        np.matmul(d_dot, M_prev.transpose(0, 2, 1), dk)
        np.matmul(t2, rows[t].transpose(0, 2, 1), total)
        np.divide(total, keys[t], total)
        vectors[:, :R], vectors[:, R:] = dr[t], k
        np.multiply(k, total, k_total)
        np.subtract(dk, k_total, dk)
        places[:, :R] = read
        np.matmul(vectors.transpose(0, 2, 1), places, Q)
        np.add(dM, Q, dM)
        np.divide(t2, rows[t], t2)
        lengths_D[...] = keys[t].transpose(0, 2, 1)
        np.matmul(lengths_D, t2, Q)
        np.multiply(Q, M_prev, Q)
        np.subtract(dM, Q, dM)

        # what the controller told the heads
        dp_t = dP[t]
        np.multiply(dp_t[:, :end], slope[t], dp_t[:, :end])
        np.multiply(ds, s, ds)
        np.subtract(ds, s * np.add.reduce(ds, -1, None, None, True), ds)
        product(dp_t, weights.W_hp, from_heads)
        np.add(dh[t], from_heads, dh[t])

        # controller
        da_t = da[t]
        if lstm:
            np.multiply(dh[t], through[t], from_heads)
            np.add(dc, from_heads, dc)
            np.multiply(reach[t, :, : 3 * H].reshape(B, 3, H), dc[:, None], da_t[:, : 3 * H].reshape(B, 3, H))
            np.multiply(reach[t, :, 3 * H :], dh[t], da_t[:, 3 * H :])
            np.multiply(dc, gates[t, :, H : 2 * H], dc)
        else:
            np.multiply(dh[t], through[t], da_t)
        product(da_t, W_r, carry)
        if t > 0:
            np.add(seen[t - 1], carry, seen[t - 1])

    return _gradients(do, inputs, hr, da, dP, dw, dM, dc, carry, product, wanted.x)


def _head_slopes(P: Array, z: _Sizes, slope: Array) -> Array:
    """Derivatives of tanh, sigmoid and softplus at all parameters but s; that of e has its sign changed."""
    _, end_a, end_e, end_g, end_beta, end_gamma = z.ends
    squashed, sigmoids = P[:, :, :end_a], P[:, :, end_a:end_g]
    slope[:, :, :end_a] = 1 - squashed * squashed
    slope[:, :, end_a:end_g] = sigmoids * (1 - sigmoids)
    slope[:, :, end_a:end_e] *= -1
    slope[:, :, end_g:end_beta] = -np.expm1(-P[:, :, end_g:end_beta])
    slope[:, :, end_beta:] = -np.expm1(1 - P[:, :, end_beta:end_gamma])
    return slope


def _controller_slopes(
    hr: Array, gates: Array, cells: Array | None, tanh_c: Array | None, reach: Array, through: Array, H: int
) -> tuple[Array, Array]:
    """What dc (for o: dh) is multiplied with to reach the LSTM's gates, and dh to reach dc; or the slope of tanh."""
    if cells is None or tanh_c is None:
        h = hr[1:, :, :H]
        np.subtract(1, h * h, through)
        return reach, through
    i, f, g, o = (gates[:, :, j * H : (j + 1) * H] for j in range(4))
    reach[:, :, :H] = g * i * (1 - i)
    reach[:, :, H : 2 * H] = cells[:-1] * f * (1 - f)
    reach[:, :, 2 * H : 3 * H] = i * (1 - g * g)
    reach[:, :, 3 * H :] = tanh_c * o * (1 - o)
    np.multiply(o, 1 - tanh_c * tanh_c, through)
    return reach, through


def _gradients(
    do: Array | None,
    inputs: Inputs,
    hr: Array,
    da: Array,
    dP: Array,
    dw: Array,
    dM: Array,
    dc: Array,
    carry: Array,
    product: Product,
    wanted: bool,
) -> Inputs:
    """The gradients of all weights in one product each, from what all steps kept; of x and of the first state."""
    z, weights, x = _sizes(inputs), Weights(*inputs[6:]), inputs.x
    T, B, F, H = z.T, z.B, z.F, z.H
    n, lstm = T * B, weights.W_hh is not None
    da, dP, before, after = da.reshape(n, -1), dP.reshape(n, -1), hr[:-1].reshape(n, -1), hr[1:].reshape(n, -1)
    ones = np.ones((1, n), x.dtype)

    def of(dz: Array, seen: Array) -> Array:
        product(dz.T, seen, out := np.empty((dz.shape[1], seen.shape[1]), x.dtype))
        return out

    def of_bias(dz: Array) -> Array:
        product(ones, dz, out := np.empty((1, dz.shape[1]), x.dtype))
        return out[0]

    if do is None:
        dW_ho, db_ho = np.zeros_like(weights.W_ho), np.zeros_like(weights.b_ho)
    else:
        dW_ho, db_ho = of(do.reshape(n, -1), after), of_bias(do.reshape(n, -1))
    dW_ih = np.concatenate([of(da, x.reshape(n, F)), of(da, before[:, H:])], axis=1)
    dweights = Weights(
        dW_ih, of_bias(da), of(dP, after[:, :H]), of_bias(dP), dW_ho, db_ho, of(da, before[:, :H]) if lstm else None
    )
    dx = np.empty(x.shape, x.dtype) if wanted else None
    if dx is not None:
        product(da, weights.W_ih[:, :F], dx.reshape(n, F))
    dr0 = carry[:, H:] if lstm else carry
    dstate = State(
        dr0.reshape(B, z.R, z.D).copy(),
        dw.copy(),
        dM.transpose(0, 2, 1).copy(),
        carry[:, :H].copy() if lstm else None,
        dc.copy() if lstm else None,
    )
    return Inputs(dx, *dstate, *dweights)  # type: ignore[arg-type]
