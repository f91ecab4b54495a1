"""irregular.grud_cell"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def r_written_out(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    W_ir, W_iz, W_in = np.split(W_ih, 3)
    W_hr, W_hz, W_hn = np.split(W_hh, 3)
    W_mr, W_mz, W_mn = np.split(W_mh, 3)
    b_r, b_z, b_n = np.split(b, 3)
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    r = sigmoid(x_hat @ W_ir.T + h_hat @ W_hr.T + m_t @ W_mr.T + b_r)
    z = sigmoid(x_hat @ W_iz.T + h_hat @ W_hz.T + m_t @ W_mz.T + b_z)
    n = np.tanh(x_hat @ W_in.T + (r * h_hat) @ W_hn.T + m_t @ W_mn.T + b_n)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def r_columns(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    # column vectors as in the formulas, turned back at the end
    H = h_prev.shape[1]
    x, m, d, h = x_hat.T, m_t.T, delta_t.T, h_prev.T
    h_hat = np.exp(-np.maximum(0, W_d @ d + b_d[:, None])) * h
    a = W_ih @ x + W_mh @ m + b[:, None]
    r = sigmoid(a[:H] + W_hh[:H] @ h_hat)
    z = sigmoid(a[H : 2 * H] + W_hh[H : 2 * H] @ h_hat)
    n = np.tanh(a[2 * H :] + W_hh[2 * H :] @ (r * h_hat))
    h_t = n + z * (h_hat - n)
    return tuple(np.ascontiguousarray(v.T) for v in (h_hat, r, z, n, h_t))


def r_one_patient_at_a_time(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    B, H = h_prev.shape
    results = []
    for i in range(B):
        hh = np.exp(-np.maximum(0, W_d.dot(delta_t[i]) + b_d)) * h_prev[i]
        pre = W_ih.dot(x_hat[i]) + W_mh.dot(m_t[i]) + b
        rz = sigmoid(pre[: 2 * H] + W_hh[: 2 * H].dot(hh))
        r, z = rz[:H], rz[H:]
        n = np.tanh(pre[2 * H :] + W_hh[2 * H :].dot(r * hh))
        results.append([hh, r, z, n, (1 - z) * n + z * hh])
    arr = np.array(results)  # (B, 5, H)
    return tuple(arr[:, k].copy() for k in range(5))


def w_keeps_undecayed(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    r = sigmoid(a[:, :H] + h_hat @ W_hh[:H].T)
    z = sigmoid(a[:, H : 2 * H] + h_hat @ W_hh[H : 2 * H].T)
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_prev


def w_z_of_paper(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    r = sigmoid(a[:, :H] + h_hat @ W_hh[:H].T)
    z = sigmoid(a[:, H : 2 * H] + h_hat @ W_hh[H : 2 * H].T)
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * h_hat + z * n


def w_reset_after(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    i_r, i_z, i_n = np.split(x_hat @ W_ih.T + m_t @ W_mh.T + b, 3, axis=1)
    h_r, h_z, h_n = np.split(h_hat @ W_hh.T, 3, axis=1)
    r = sigmoid(i_r + h_r)
    z = sigmoid(i_z + h_z)
    n = np.tanh(i_n + r * h_n)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_decay_unbounded(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-(delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    r = sigmoid(a[:, :H] + h_hat @ W_hh[:H].T)
    z = sigmoid(a[:, H : 2 * H] + h_hat @ W_hh[H : 2 * H].T)
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_missing_mask(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    missing = 1 - m_t
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + missing @ W_mh.T + b
    r = sigmoid(a[:, :H] + h_hat @ W_hh[:H].T)
    z = sigmoid(a[:, H : 2 * H] + h_hat @ W_hh[H : 2 * H].T)
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_order_z_r(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    z = sigmoid(a[:, :H] + h_hat @ W_hh[:H].T)
    r = sigmoid(a[:, H : 2 * H] + h_hat @ W_hh[H : 2 * H].T)
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_candidate_without_mask(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    xi = x_hat @ W_ih.T + b
    mi = m_t @ W_mh.T
    r = sigmoid(xi[:, :H] + mi[:, :H] + h_hat @ W_hh[:H].T)
    z = sigmoid(xi[:, H : 2 * H] + mi[:, H : 2 * H] + h_hat @ W_hh[H : 2 * H].T)
    n = np.tanh(xi[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_decay_not_transposed(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    r = sigmoid(a[:, :H] + h_hat @ W_hh[:H].T)
    z = sigmoid(a[:, H : 2 * H] + h_hat @ W_hh[H : 2 * H].T)
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_gates_read_h_prev(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    r = sigmoid(a[:, :H] + h_prev @ W_hh[:H].T)
    z = sigmoid(a[:, H : 2 * H] + h_prev @ W_hh[H : 2 * H].T)
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_prefilled_zeros(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    B, H = h_prev.shape
    h_hat, r, z, n, h = (np.zeros((B, H)) for _ in range(5))
    for i in range(B):
        h_hat[i] = np.exp(-np.maximum(0, W_d @ delta_t[i] + b_d)) * h_prev[i]
        a = W_ih @ x_hat[i] + W_mh @ m_t[i] + b
        r[i] = sigmoid(a[:H] + W_hh[:H] @ h_hat[i])
        z[i] = sigmoid(a[H : 2 * H] + W_hh[H : 2 * H] @ h_hat[i])
        n[i] = np.tanh(a[2 * H :] + W_hh[2 * H :] @ (r[i] * h_hat[i]))
        h[i] = (1 - z[i]) * n[i] + z[i] * h_hat[i]
    return h_hat, r, z, n, h


def w_input_masked(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = (m_t * x_hat) @ W_ih.T + m_t @ W_mh.T + b
    r = sigmoid(a[:, :H] + h_hat @ W_hh[:H].T)
    z = sigmoid(a[:, H : 2 * H] + h_hat @ W_hh[H : 2 * H].T)
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_first_of_batch(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    x, m, d, h = x_hat[0], m_t[0], delta_t[0], h_prev[0]
    h_hat = np.exp(-np.maximum(0, W_d @ d + b_d)) * h
    a = W_ih @ x + W_mh @ m + b
    r = sigmoid(a[:H] + W_hh[:H] @ h_hat)
    z = sigmoid(a[H : 2 * H] + W_hh[H : 2 * H] @ h_hat)
    n = np.tanh(a[2 * H :] + W_hh[2 * H :] @ (r * h_hat))
    h_t = (1 - z) * n + z * h_hat
    return tuple(v[None, :] for v in (h_hat, r, z, n, h_t))


RIGHT = {
    "written_out": r_written_out,
    "columns": r_columns,
    "one_patient_at_a_time": r_one_patient_at_a_time,
}
WRONG = {
    "keeps_undecayed": (
        w_keeps_undecayed,
        "The last line keeps h_prev instead of the decayed state.",
        "Which state is kept by z: the one before or after the decay?",
    ),
    "z_of_paper": (
        w_z_of_paper,
        "z and 1 - z are exchanged in the last line, as in the paper.",
        "Here z = 1 keeps the state. What does your last line do when z is 1?",
    ),
    "reset_after": (
        w_reset_after,
        "The reset acts after the product with W_hn, as in torch.",
        "On which side of the product with W_hn does r act in the formula?",
    ),
    "decay_unbounded": (
        w_decay_unbounded,
        "max(0, ·) is missing in the decay: a state may grow.",
        "Can a state grow by decaying? What prevents it in the formula?",
    ),
    "missing_mask": (
        w_missing_mask,
        "1 - m goes into the gates instead of m.",
        "Which of the two is multiplied by W_mh in the formulas: what is observed or what is missing?",
    ),
    "order_z_r": (
        w_order_z_r,
        "The first third of the weights is used for z and the second for r.",
        "In which order do the thirds of the weights stand?",
    ),
    "candidate_without_mask": (
        w_candidate_without_mask,
        "The mask is not read by the candidate n.",
        "Compare the terms of n with those of r: is one missing in yours?",
    ),
    "decay_not_transposed": (
        w_decay_not_transposed,
        "W_d isn't transposed in the product with delta.",
        "W_d is (H, F): over which of its axes should the sum run? Try it with F and H different.",
    ),
    "gates_read_h_prev": (
        w_gates_read_h_prev,
        "r and z read the state before the decay.",
        "Which state do the gates read in the formulas?",
    ),
    "prefilled_zeros": (
        w_prefilled_zeros,
        "The results are float64 for float32 arguments.",
        "Which dtype do your empty arrays have?",
    ),
    "input_masked": (
        w_input_masked,
        "The input is multiplied by the mask, so the fillings are lost.",
        "x_hat has been filled already. What happens to the fillings in your product?",
    ),
    "first_of_batch": (
        w_first_of_batch,
        "Only the first example of the batch is computed.",
        "What shape do the results have for a batch of two?",
    ),
}
