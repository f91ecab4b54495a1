"""What is handed in for the exercises of ``notations``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np

from . import solves

# notations.from_lecture


@solves("notations.from_lecture")
def number_by_number(U, W, V, b, c):
    (F, H), K = U.shape, V.shape[1]
    W_ih, W_hh, W_ho = np.zeros((H, F), U.dtype), np.zeros((H, H), U.dtype), np.zeros((K, H), U.dtype)
    for j in range(H):
        for f in range(F):
            W_ih[j, f] = U[f, j]
        for m in range(H):
            W_hh[j, m] = W[m, j]
        for k in range(K):
            W_ho[k, j] = V[j, k]
    return W_ih, W_hh, np.array(b), np.zeros(H, b.dtype), W_ho, np.array(c)


@solves("notations.from_lecture")
def by_listed_columns(U, W, V, b, c):
    W_ih, W_hh, W_ho = (np.array([M[:, j] for j in range(M.shape[1])]) for M in (U, W, V))
    return [W_ih, W_hh, b + 0, b * 0, W_ho, c + 0]


@solves("notations.from_lecture")
def by_asking_the_network(U, W, V, b, c):
    """Each unit vector is answered by a row of the lecture's matrix."""
    F, H = U.shape
    eye_in, eye_state = np.eye(F, dtype=U.dtype), np.eye(H, dtype=U.dtype)
    return (
        np.einsum("fg,gh->hf", eye_in, U),
        np.einsum("ij,jh->hi", eye_state, W),
        b.copy(),
        np.zeros_like(b),
        np.einsum("ij,jk->ki", eye_state, V),
        c.copy(),
    )


@solves("notations.from_lecture")
def as_views(U, W, V, b, c):
    return U.T, W.T, b, np.zeros_like(b), V.T, c


# notations.from_onnx


@solves("notations.from_onnx")
def by_names(W, R, B):
    H = R.shape[2]

    def named(w):
        return {gate: w[k * H : (k + 1) * H] for k, gate in enumerate("iofc")}

    def course(w):
        blocks = named(w)
        return np.concatenate([blocks[gate] for gate in ("i", "f", "c", "o")])

    return course(W[0]), course(R[0]), course(B[0, : 4 * H]), course(B[0, 4 * H :])


@solves("notations.from_onnx")
def by_indices(W, R, B):
    H = R.shape[-1]
    rows = [k * H + j for k in (0, 2, 3, 1) for j in range(H)]
    return W[0][rows], R[0][rows], B[0][rows], B[0][[4 * H + row for row in rows]]


@solves("notations.from_onnx")
def with_an_axis_for_the_gates(W, R, B):
    _, rows, F = W.shape
    H = rows // 4
    order = [0, 2, 3, 1]
    biases = B.reshape(2, 4, H)[:, order].reshape(2, 4 * H)
    return (
        W.reshape(4, H, F)[order].reshape(rows, F),
        R.reshape(4, H, H)[order].reshape(rows, H),
        biases[0],
        biases[1],
    )


@solves("notations.from_onnx")
def by_moving_the_output_gate_to_the_end(W, R, B):
    H = R.shape[2]
    found = []
    for w in (np.squeeze(W, 0), np.squeeze(R, 0), B[0, : 4 * H], B[0, 4 * H :]):
        w = w.copy()
        gate = w[H : 2 * H].copy()
        w[H : 3 * H] = w[2 * H :].copy()
        w[3 * H :] = gate
        found.append(w)
    return tuple(found)


# notations.gru_biases


@solves("notations.gru_biases")
def block_by_block(b_ih, b_hh, after):
    i_r, i_z, i_n = np.split(b_ih, 3)
    h_r, h_z, h_n = np.split(b_hh, 3)
    if after:
        return np.concatenate([i_r + h_r, i_z + h_z, i_n]), h_n
    return np.concatenate([i_r + h_r, i_z + h_z, i_n + h_n]), np.zeros_like(h_n)


@solves("notations.gru_biases")
def entry_by_entry(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias, bias_n = np.zeros(3 * H, b_ih.dtype), np.zeros(H, b_ih.dtype)
    for j in range(3 * H):
        if j >= 2 * H and after == 1:
            bias[j] = b_ih[j]
            bias_n[j - 2 * H] = b_hh[j]
        else:
            bias[j] = b_ih[j] + b_hh[j]
    return bias, bias_n


@solves("notations.gru_biases")
def all_added_and_taken_out(b_ih, b_hh, after):
    H = b_ih.shape[0] // 3
    outside = np.where((np.arange(3 * H) >= 2 * H) & bool(after), 0, b_hh).astype(b_hh.dtype)
    return b_ih + outside, b_hh[-H:] * b_hh.dtype.type(after)


# notations.from_keras


@solves("notations.from_keras")
def by_columns(kernel, recurrent, bias):
    def torchs(K):
        z, r, h = np.split(K, 3, axis=-1)
        return np.concatenate([r, z, h], axis=-1).T

    return torchs(kernel), torchs(recurrent), torchs(bias[0]), torchs(bias[1])


@solves("notations.from_keras")
def by_loops(kernel, recurrent, bias):
    (F, _), H = kernel.shape, len(recurrent)
    W_ih, W_hh = np.zeros((3 * H, F), kernel.dtype), np.zeros((3 * H, H), kernel.dtype)
    b_ih, b_hh = np.zeros(3 * H, kernel.dtype), np.zeros(3 * H, kernel.dtype)
    for ours, theirs in enumerate((1, 0, 2)):
        for j in range(H):
            row, column = ours * H + j, theirs * H + j
            for f in range(F):
                W_ih[row, f] = kernel[f, column]
            for m in range(H):
                W_hh[row, m] = recurrent[m, column]
            b_ih[row], b_hh[row] = bias[0, column], bias[1, column]
    return W_ih, W_hh, b_ih, b_hh


@solves("notations.from_keras")
def one_array_of_all(kernel, recurrent, bias):
    F, H = len(kernel), len(recurrent)
    z, r, n = np.vstack([kernel, recurrent, bias]).reshape(F + H + 2, 3, H).transpose(1, 2, 0)
    every = np.vstack([r, z, n])
    return every[:, :F], every[:, F : F + H], every[:, -2], every[:, -1]


# notations.hidden_order


@solves("notations.hidden_order")
def unit_by_unit(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    A, R, d, O = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b), np.zeros_like(W_ho)
    for j, old in enumerate(order):
        for k in range(4):
            A[k * H + j] = W_ih[k * H + old]
            d[k * H + j] = b[k * H + old]
            for m in range(H):
                R[k * H + j, m] = W_hh[k * H + old, order[m]]
        O[:, j] = W_ho[:, old]
    return A, R, d, O


@solves("notations.hidden_order")
def by_a_matrix_of_zeros_and_ones(order, W_ih, W_hh, b, W_ho):
    P = np.eye(len(order), dtype=W_ih.dtype)[order]
    four = np.kron(np.eye(4, dtype=W_ih.dtype), P)
    return four @ W_ih, four @ W_hh @ P.T, four @ b, W_ho @ P.T


@solves("notations.hidden_order")
def block_after_block(order, W_ih, W_hh, b, W_ho):
    def moved(w):
        return np.concatenate([block[order] for block in np.split(w, 4)])

    return moved(W_ih), moved(W_hh[:, order]), moved(b), W_ho[:, order]


@solves("notations.hidden_order")
def with_take(order, W_ih, W_hh, b, W_ho):
    H = order.size
    rows = (np.arange(4)[:, None] * H + order).ravel()
    W_hh = np.take(np.take(W_hh, order, axis=1), rows, axis=0)
    return np.take(W_ih, rows, 0), W_hh, np.take(b, rows), np.take(W_ho, order, 1)


# notations.find_order


def squashed(a):
    return 1 / (1 + np.exp(-a))


@solves("notations.find_order")
def by_rows_put_into_order(x, h, W_ih, W_hh, b):
    H = h.shape[2]
    errors = np.zeros(24, h.dtype)
    every = list(permutations(range(4)))
    for n, order in enumerate(every):
        rows = np.concatenate([np.arange(k * H, (k + 1) * H) for k in order])
        A, R, d = W_ih[rows], W_hh[rows], b[rows]
        state, memory, total = np.zeros_like(h[0]), np.zeros_like(h[0]), 0.0
        for t in range(len(x)):
            z = x[t] @ A.T + state @ R.T + d
            i, f, g, o = z[:, :H], z[:, H : 2 * H], z[:, 2 * H : 3 * H], z[:, 3 * H :]
            memory = squashed(f) * memory + squashed(i) * np.tanh(g)
            state = squashed(o) * np.tanh(memory)
            total += float(((state - h[t]) ** 2).sum())
        errors[n] = np.sqrt(total / h.size)
    return errors, np.array(every[errors.argmin()])


@solves("notations.find_order")
def in_plain_python(x, h, W_ih, W_hh, b):
    T, B, H = h.shape

    def logistic(a):
        return 1 / (1 + math.exp(-a)) if a > 0 else math.exp(a) / (1 + math.exp(a))

    errors = []
    for order in permutations(range(4)):
        total = 0.0
        for e in range(B):
            state, memory = [0.0] * H, [0.0] * H
            for t in range(T):
                z = [float(W_ih[r] @ x[t, e]) + float(W_hh[r] @ np.array(state)) + float(b[r]) for r in range(4 * H)]
                for j in range(H):
                    i, f, g, o = (z[k * H + j] for k in order)
                    memory[j] = logistic(f) * memory[j] + logistic(i) * math.tanh(g)
                    state[j] = logistic(o) * math.tanh(memory[j])
                    total += (state[j] - float(h[t, e, j])) ** 2
        errors.append(math.sqrt(total / (T * B * H)))
    best = min(range(24), key=errors.__getitem__)
    return np.array(errors, h.dtype), np.array(list(permutations(range(4)))[best])


@solves("notations.find_order")
def all_orders_at_once(x, h, W_ih, W_hh, b):
    T, B, H = h.shape
    every = np.array(list(permutations(range(4))))
    A, R, d = (w.reshape(4, H, *w.shape[1:])[every] for w in (W_ih, W_hh, b))
    state = memory = np.zeros((24, B, H), h.dtype)
    squares = np.zeros(24)
    for t in range(T):
        z = np.einsum("nkhf,bf->knbh", A, x[t]) + np.einsum("nkhj,nbj->knbh", R, state)
        i, f, g, o = z + d.swapaxes(0, 1)[:, :, None]
        memory = squashed(f) * memory + squashed(i) * np.tanh(g)
        state = squashed(o) * np.tanh(memory)
        squares += ((state - h[t]) ** 2).sum(axis=(1, 2))
    errors = np.sqrt(squares / (T * B * H)).astype(h.dtype)
    return errors, every[np.argmin(errors)]


TYPED = {
    ("notations.from_lecture", "Y1"): """
def from_lecture(U, W, V, b, c):
    W_ih = U.T
    W_hh = W
    W_ho = V.T
    return W_ih.copy(), W_hh.copy(), b.copy(), np.zeros_like(b), W_ho.copy(), c.copy()
""",
    ("notations.from_onnx", "Y21"): """
def from_onnx(W, R, B):
    H = R.shape[2]
    perm = [0, 3, 1, 2]
    def fix(w):
        return np.concatenate([w[p * H:(p + 1) * H] for p in perm])
    return fix(W[0]), fix(R[0]), fix(B[0][:4 * H]), fix(B[0][4 * H:])
""",
    ("notations.gru_biases", "Y10"): """
def gru_biases(b_ih, b_hh, after):
    bias = b_ih + b_hh
    return bias, np.zeros(len(bias) // 3, dtype=bias.dtype)
""",
    ("notations.from_keras", "Y30"): """
def from_keras(kernel, recurrent, bias):
    return kernel.T.copy(), recurrent.T.copy(), bias[0].copy(), bias[1].copy()
""",
    ("notations.hidden_order", "Y40"): """
def hidden_order(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    idx = np.concatenate([order + g * H for g in range(4)])
    return W_ih[idx], W_hh[idx], b[idx], W_ho[:, order]
""",
    ("notations.find_order", "Y57"): """
def find_order(x, h, W_ih, W_hh, b):
    H = h.shape[2]
    orders = list(itertools.permutations(range(4)))
    errs = []
    for p in orders:
        hs = np.zeros_like(h[0])
        out = []
        for t in range(len(x)):
            c = np.zeros_like(h[0])
            z = x[t] @ W_ih.T + hs @ W_hh.T + b
            i, f, g, o = [z[:, k * H:(k + 1) * H] for k in p]
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            hs = sigmoid(o) * np.tanh(c)
            out.append(hs)
        errs.append(np.sqrt(np.mean((np.array(out) - h) ** 2)))
    errs = np.array(errs, dtype=h.dtype)
    return errs, np.array(orders[int(errs.argmin())])
""",
}

KEPT = """
notations.from_lecture, Y1: W_ih; biases; W_ho
notations.from_lecture, Y1 nor the others: biases
notations.from_lecture, Y1u: W_hh; biases; W_ho
notations.from_lecture, Y1u filled anew: W_hh; biases; W_ho
notations.from_lecture, Y1v: W_ih; W_hh; biases
notations.from_lecture, Y1v filled anew: W_ih; W_hh; biases
notations.from_lecture, Y1r: biases
notations.from_lecture, Y1r U and V: W_hh; biases
notations.from_lecture, Y2: biases; W_ho
notations.from_lecture, Y2 and not turned: biases; W_ho
notations.from_lecture, Y2s: W_hh; biases
notations.from_lecture, Y2s and turned: W_hh; biases
notations.from_lecture, Y2s and W not turned: biases
notations.from_lecture, Y3: W_ih; W_hh; W_ho
notations.from_lecture, Y3h in b_hh: W_ih; W_hh; W_ho
notations.from_lecture, Y3h halves: W_ih; W_hh; W_ho
notations.from_lecture, Y3o b: W_ih; W_hh; W_ho
notations.from_lecture, Y3o c: W_ih; W_hh; W_ho
notations.from_lecture, Y3c: W_ih; W_hh; W_ho
notations.from_lecture, Y3c c as the second bias: W_ih; W_hh; W_ho
notations.from_onnx, Y20: -
notations.from_onnx, Y20 the matrices: b_ih; b_hh
notations.from_onnx, Y20b: W_ih; W_hh
notations.from_onnx, Y20b and the state's matrix: W_ih
notations.from_onnx, Y20h: W_ih; W_hh; b_ih
notations.from_onnx, Y20h and the state's matrix: W_ih; b_ih
notations.from_onnx, Y20r: W_ih; b_ih; b_hh
notations.from_onnx, Y21: -
notations.from_onnx, Y21 the biases: W_ih; W_hh
notations.from_onnx, Y22 f and o exchanged: -
notations.from_onnx, Y22 c and f exchanged: -
notations.from_onnx, Y22 c and o exchanged: -
notations.from_onnx, Y22 f first: -
notations.from_onnx, Y22 backwards: -
notations.from_onnx, Y23: -
notations.from_onnx, Y24 every second number: W_ih; W_hh
notations.from_onnx, Y24 every second block: W_ih; W_hh
notations.from_onnx, Y24 the halves exchanged: W_ih; W_hh
notations.from_onnx, Y25 the second zeros: W_ih; W_hh
notations.from_onnx, Y25 in both: W_ih; W_hh
notations.from_onnx, Y25h: W_ih; W_hh; b_ih
notations.from_onnx, Y25h the first twice: W_ih; W_hh; b_ih
notations.from_onnx, Y26: W_ih; W_hh; b_hh
notations.from_onnx, Y26 in both: W_ih; W_hh
notations.gru_biases, Y10: reset before the product
notations.gru_biases, Y10 and one apart: reset before the product; bias_n, reset after the product
notations.gru_biases, Y11: -
notations.gru_biases, Y11 in the sum: bias_n, reset after the product
notations.gru_biases, Y11 in bias_n: bias, reset after the product
notations.gru_biases, Y12: bias, reset after the product; bias_n, reset after the product
notations.gru_biases, Y12 in bias_n: bias, reset after the product; bias_n, reset after the product
notations.gru_biases, Y12s: bias, reset after the product; bias_n, reset after the product
notations.gru_biases, Y12r: reset before the product
notations.gru_biases, Y12r and one apart: reset before the product; bias_n, reset after the product
notations.gru_biases, Y12r one half: reset before the product
notations.gru_biases, Y13: bias_n, reset after the product
notations.gru_biases, Y13 of r: bias_n, reset after the product
notations.gru_biases, Y13 of z: bias_n, reset after the product
notations.gru_biases, Y13i: bias_n, reset after the product
notations.gru_biases, Y13i of r and z: bias_n, reset after the product
notations.gru_biases, Y14 the first: reset before the product
notations.gru_biases, Y14 the middle one: reset before the product
notations.gru_biases, Y14 as bias_n alone: reset before the product; bias, reset after the product
notations.gru_biases, Y15: reset before the product
notations.gru_biases, Y15 in bias_n alone: reset before the product; bias, reset after the product
notations.gru_biases, Y15 the sum in bias_n: reset before the product; bias, reset after the product
notations.gru_biases, Y15 the sum in bias_n, nothing in bias: reset before the product
notations.gru_biases, Y16: bias_n, reset after the product
notations.gru_biases, Y16d: bias_n, reset after the product
notations.gru_biases, Y17: reset before the product
notations.gru_biases, Y17 in bias_n: reset before the product; bias, reset after the product
notations.gru_biases, Y18 of r and z the first alone: reset before the product; bias_n, reset after the product
notations.gru_biases, Y18 all but the last added: reset before the product; bias_n, reset after the product
notations.from_keras, Y30: -
notations.from_keras, Y30 the matrices: b_ih; b_hh
notations.from_keras, Y30 the input's: W_hh; b_hh
notations.from_keras, Y30b: W_ih; W_hh
notations.from_keras, Y30b that of the state: W_ih; W_hh; b_ih
notations.from_keras, Y30r: W_ih; b_ih; b_hh
notations.from_keras, Y30r and its bias: W_ih; b_ih
notations.from_keras, Y31 r, h, z: -
notations.from_keras, Y31 h, z, r: -
notations.from_keras, Y31 h, r, z: -
notations.from_keras, Y31 z, h, r: -
notations.from_keras, Y32: W_ih; b_ih; b_hh
notations.from_keras, Y32 nor that of the input: b_ih; b_hh
notations.from_keras, Y32u: W_hh; b_ih; b_hh
notations.from_keras, Y33: b_ih; b_hh
notations.from_keras, Y33 the state's: W_ih; b_ih; b_hh
notations.from_keras, Y34: W_ih; W_hh
notations.from_keras, Y35: W_ih; W_hh
notations.from_keras, Y35 in both: W_ih; W_hh
notations.from_keras, Y35 in the second: W_ih; W_hh
notations.from_keras, Y35h the second: W_ih; W_hh; b_ih
notations.from_keras, Y35h the first twice: W_ih; W_hh; b_ih
notations.from_keras, Y35m: W_ih; W_hh
notations.from_keras, Y36: -
notations.from_keras, Y36 in the matrices: b_ih; b_hh
notations.from_keras, Y37: -
notations.hidden_order, Y40: W_ih; b; W_ho
notations.hidden_order, Y40r: W_ih; b; W_ho
notations.hidden_order, Y41: W_ih; W_hh; b
notations.hidden_order, Y42: -
notations.hidden_order, Y42 in the rows: W_ho
notations.hidden_order, Y42c: W_ih; b
notations.hidden_order, Y42c of W_hh: W_ih; b; W_ho
notations.hidden_order, Y43: W_ho
notations.hidden_order, Y43 four times: W_ho
notations.hidden_order, Y44: W_ho
notations.hidden_order, Y44u: W_ho
notations.hidden_order, Y45: W_ih; W_hh; W_ho
notations.hidden_order, Y46: W_hh; b; W_ho
notations.hidden_order, Y47: W_ih; W_hh; b
notations.hidden_order, Y48: -
notations.hidden_order, Y48 in the rows: W_ho
notations.hidden_order, Y48 in the columns: W_ih; b
notations.hidden_order, Y49: -
notations.hidden_order, Y49 the rows: W_ho
notations.hidden_order, Y49 the columns: W_ih; b
notations.hidden_order, Y49 the output: W_ih; W_hh; b
notations.find_order, Y50: errors of one step; errors
notations.find_order, Y50r: -
notations.find_order, Y51 i, f, o, g: -
notations.find_order, Y51 i, o, f, g: -
notations.find_order, Y51 f, i, g, o: -
notations.find_order, Y51 i, g, f, o: -
notations.find_order, Y52 backwards: -
notations.find_order, Y52 the first fastest: -
notations.find_order, Y53 no root: -
notations.find_order, Y53 sum: -
notations.find_order, Y53 sum of squares: -
notations.find_order, Y53 over time alone: -
notations.find_order, Y53 half: -
notations.find_order, Y53 norms: -
notations.find_order, Y53a absolute: -
notations.find_order, Y53a largest: -
notations.find_order, Y53a mean of roots: -
notations.find_order, Y53a of the mean: -
notations.find_order, Y53r: -
notations.find_order, Y53r to two digits: -
notations.find_order, Y53r the errors: -
notations.find_order, Y54 the last step: errors of one step
notations.find_order, Y54 the first step: errors of one step
notations.find_order, Y54e unit: -
notations.find_order, Y54t: -
notations.find_order, Y55: errors of one step
notations.find_order, Y56: -
notations.find_order, Y56 with both: -
notations.find_order, Y56 with c: -
notations.find_order, Y56 the first of the recording: -
notations.find_order, Y57 h: errors of one step
notations.find_order, Y57 c: errors of one step
notations.find_order, Y57o: -
notations.find_order, Y58: errors of one step; errors
notations.find_order, Y58c: errors of one step; errors
notations.find_order, Y59 the candidate: -
notations.find_order, Y59 the output gate: -
notations.find_order, Y59 the input gate: -
notations.find_order, Y59h in pieces, 0.2: -
notations.find_order, Y59h in pieces, 1/6: -
notations.find_order, Y59o out: -
notations.find_order, Y59o in: -
notations.find_order, Y59b: -
notations.find_order, Y59b twice: -
notations.find_order, Y59c: -
"""
