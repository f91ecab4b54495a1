"""As put together from forums, blogs and papers: cumprod, Jacobians, einsum, and what the first LSTM left out."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def straight(dc_T, f):
    direct = np.empty_like(f)
    direct[-1] = dc_T
    for t in range(len(f) - 2, -1, -1):
        direct[t] = direct[t + 1] * f[t + 1]
    return direct


@right("cumprod_and_einsum")
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T, B, H = c.shape
    gates = np.concatenate([f[1:], np.ones_like(f[:1])])
    direct = dc_T * np.cumprod(gates[::-1], axis=0)[::-1]
    W = W_hh.reshape(4, H, H)
    s = np.tanh(c)
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 2, -1, -1):
        n = t + 1
        da = np.stack([
            full[n] * g[n] * i[n] * (1 - i[n]),
            full[n] * c[t] * f[n] * (1 - f[n]),
            full[n] * i[n] * (1 - g[n]**2),
            dh * s[n] * o[n] * (1 - o[n]),
        ])
        dh = np.einsum("gbh,ghk->bk", da, W)
        full[t] = full[n] * f[n] + dh * o[t] * (1 - s[t]**2)
    return np.array(direct), full


@right("jacobian_of_state_and_cell")
def two_paths(dc_T, i, f, g, o, c, W_hh):
    # s = (h, c); J = ds_t/ds_{t-1} as a 2H x 2H matrix for each example
    T, B, H = c.shape
    W_i, W_f, W_g, W_o = W_hh.reshape(4, H, H)
    direct, full = straight(dc_T, f), np.empty_like(c)
    for b in range(B):
        v = np.concatenate([np.zeros_like(dc_T[b]), dc_T[b]])  # dL/d(h_T, c_T)
        full[-1, b] = dc_T[b]
        for t in range(T - 1, 0, -1):
            tc = np.tanh(c[t, b])
            # both are taken before h_t is made of c_t
            c_h = (
                (g[t, b] * i[t, b] * (1 - i[t, b]))[:, None] * W_i
                + (c[t - 1, b] * f[t, b] * (1 - f[t, b]))[:, None] * W_f
                + (i[t, b] * (1 - g[t, b]**2))[:, None] * W_g
            )
            h_h = (tc * o[t, b] * (1 - o[t, b]))[:, None] * W_o
            c_c = np.diag(f[t, b])
            J = np.block([[h_h, np.zeros_like(c_c)], [c_h, c_c]])
            v = v @ J
            # total of c_{t-1}: its own part and through h_{t-1} = o tanh(c)
            v[H:] = v[H:] + v[:H] * o[t - 1, b] * (1 - np.tanh(c[t - 1, b])**2)
            full[t - 1, b] = v[H:]
    return direct, full


@right("recursion_over_the_rest")
def two_paths(dc_T, i, f, g, o, c, W_hh):
    def back(t):
        """dL/dc_t on all ways and dL/dh_t."""
        if t == len(c) - 1:
            return dc_T, np.zeros_like(dc_T)
        dc, dh = back(t + 1)
        i1, f1, g1, o1 = i[t + 1], f[t + 1], g[t + 1], o[t + 1]
        d = np.hstack([
            dc * g1 * (i1 - i1**2), dc * c[t] * (f1 - f1**2), dc * i1 * (1 - g1**2),
            dh * np.tanh(c[t + 1]) * (o1 - o1**2),
        ])
        dh = np.dot(d, W_hh)
        return dc * f1 + dh * o[t] * (1 - np.tanh(c[t])**2), dh

    direct = np.stack([dc_T * np.prod(f[t + 1:], axis=0) for t in range(len(c))])
    full = np.stack([back(t)[0] for t in range(len(c))])
    return direct, full


@wrong(
    "own_gate_in_the_product",
    "The reversed cumprod starts with f_T at the last row already, so every row has its own gate f_t too much.",
    "Is the last row of your direct dc_T, or dc_T times f_T?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    direct = dc_T * np.cumprod(f[::-1], axis=0)[::-1]
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for n in range(len(c) - 1, 0, -1):
        d = np.hstack([full[n] * g[n] * i[n] * (1 - i[n]), full[n] * c[n - 1] * f[n] * (1 - f[n]),
                       full[n] * i[n] * (1 - g[n]**2), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = d @ W_hh
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return direct, full


@wrong(
    "products_divided",
    "The product from t+1 to T is taken as a quotient of two cumulative products; where a gate is quite shut it is 0 / 0.",
    "Set one gate to 0. What is your cumulative product behind it, and what do you divide by?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    P = np.cumprod(f, axis=0)
    direct = dc_T * P[-1] / P
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for n in range(len(c) - 1, 0, -1):
        d = np.hstack([full[n] * g[n] * i[n] * (1 - i[n]), full[n] * c[n - 1] * f[n] * (1 - f[n]),
                       full[n] * i[n] * (1 - g[n]**2), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = d @ W_hh
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return direct, full


@wrong(
    "gates_interleaved",
    "W_hh is reshaped to (H, 4, H), as if the four rows of a unit stood side by side; they stand in blocks of H.",
    "Row 1 of W_hh, with H > 1: which gate and which unit is it? And in your reshape?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    H = c.shape[-1]
    W = W_hh.reshape(H, 4, H)
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for n in range(len(c) - 1, 0, -1):
        d = np.stack([full[n] * g[n] * i[n] * (1 - i[n]), full[n] * c[n - 1] * f[n] * (1 - f[n]),
                      full[n] * i[n] * (1 - g[n]**2), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = np.einsum("gbh,hgk->bk", d, W)
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return straight(dc_T, f), full


@wrong(
    "einsum_from_the_wrong_side",
    "The einsum sums over the second index of each block of W_hh; on the way back it is the first, that of the gate's unit.",
    "W_hh @ h sums over columns. Over what does the way back sum?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    H = c.shape[-1]
    W = W_hh.reshape(4, H, H)
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for n in range(len(c) - 1, 0, -1):
        d = np.stack([full[n] * g[n] * i[n] * (1 - i[n]), full[n] * c[n - 1] * f[n] * (1 - f[n]),
                      full[n] * i[n] * (1 - g[n]**2), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = np.einsum("gbk,ghk->bh", d, W)
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return straight(dc_T, f), full


@wrong(
    "state_gradients_pile_up",
    "dh is added up over the steps: what reached a later state stays in the gradient of an earlier one.",
    "h_t is heard by step t+1 alone. What may stand in its gradient?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for n in range(len(c) - 1, 0, -1):
        d = np.hstack([full[n] * g[n] * i[n] * (1 - i[n]), full[n] * c[n - 1] * f[n] * (1 - f[n]),
                       full[n] * i[n] * (1 - g[n]**2), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = dh + d @ W_hh
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return straight(dc_T, f), full


@wrong(
    "output_gate_fed_by_the_cell",
    "The output gate gets dc like the other three; it makes h, not c, and gets dh.",
    "In which formula does o stand: in that of c_t or in that of h_t?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    full = np.empty_like(c)
    full[-1] = dc_T
    for n in range(len(c) - 1, 0, -1):
        d = np.hstack([full[n] * g[n] * i[n] * (1 - i[n]), full[n] * c[n - 1] * f[n] * (1 - f[n]),
                       full[n] * i[n] * (1 - g[n]**2), full[n] * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = d @ W_hh
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return straight(dc_T, f), full


@wrong(
    "sigmoid_slope_for_the_content",
    "The slope of g is g (1 - g), that of a sigmoid; g is a tanh.",
    "Which function made g? May g (1 - g) be negative?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for n in range(len(c) - 1, 0, -1):
        d = np.hstack([full[n] * g[n] * i[n] * (1 - i[n]), full[n] * c[n - 1] * f[n] * (1 - f[n]),
                       full[n] * i[n] * g[n] * (1 - g[n]), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = d @ W_hh
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return straight(dc_T, f), full


@wrong(
    "direct_added_to_full",
    "direct is added to full, which has it already: the straight way counts twice.",
    "If W_hh is zero, direct and full should be equal. Are they?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for n in range(len(c) - 1, 0, -1):
        d = np.hstack([full[n] * g[n] * i[n] * (1 - i[n]), full[n] * c[n - 1] * f[n] * (1 - f[n]),
                       full[n] * i[n] * (1 - g[n]**2), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = d @ W_hh
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    direct = straight(dc_T, f)
    full[:-1] += direct[:-1]
    return direct, full


@wrong(
    "rows_from_last_to_first",
    "Both lists are built from the last step to the first and never turned round.",
    "Which row of your answer is dc_T? Which one should it be?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    d_c, full_c, dh = dc_T, dc_T, np.zeros_like(dc_T)
    direct, full = [d_c], [full_c]
    for n in range(len(c) - 1, 0, -1):
        d = np.hstack([full_c * g[n] * i[n] * (1 - i[n]), full_c * c[n - 1] * f[n] * (1 - f[n]),
                       full_c * i[n] * (1 - g[n]**2), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = d @ W_hh
        full_c = full_c * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
        d_c = d_c * f[n]
        direct.append(d_c)
        full.append(full_c)
    return np.stack(direct), np.stack(full)


@wrong(
    "gates_cut_off_as_in_the_first_lstm",
    "As in the LSTM of 1997, nothing flows back through the gates and states, so full is only a copy of direct.",
    "Change W_hh. Should dL/dc_1 change, on all ways together?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    direct = straight(dc_T, f)
    return direct, direct.copy()


@wrong(
    "only_the_content_hears_the_state",
    "Only the way through g is followed back to the state; the three gates hear it too.",
    "How many row blocks of W_hh meet h_t? How many do you use?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    H = c.shape[-1]
    full = np.empty_like(c)
    full[-1] = dc_T
    for n in range(len(c) - 1, 0, -1):
        dh = (full[n] * i[n] * (1 - g[n]**2)) @ W_hh[2 * H:3 * H]
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return straight(dc_T, f), full


@wrong(
    "cells_rolled_the_wrong_way",
    "np.roll(c, -1) gives the cell after, where the one before is needed.",
    "Print np.roll([1, 2, 3], -1). Does 2 now stand where 1 was, or where 3 was?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    c_prev = np.roll(c, -1, axis=0)
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for n in range(len(c) - 1, 0, -1):
        d = np.hstack([full[n] * g[n] * i[n] * (1 - i[n]), full[n] * c_prev[n] * f[n] * (1 - f[n]),
                       full[n] * i[n] * (1 - g[n]**2), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = d @ W_hh
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return straight(dc_T, f), full


@wrong(
    "content_and_gate_exchanged",
    "The input gate's gradient has the factor i and the content's the factor g: each should get the other one.",
    "The derivative of i g with respect to i is which of the two?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for n in range(len(c) - 1, 0, -1):
        d = np.hstack([full[n] * i[n] * i[n] * (1 - i[n]), full[n] * c[n - 1] * f[n] * (1 - f[n]),
                       full[n] * g[n] * (1 - g[n]**2), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = d @ W_hh
        full[n - 1] = full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return straight(dc_T, f), full


@wrong(
    "ways_read_off_the_loss_once_more",
    "dc_T is added at every step, as if the loss read every cell; it reads the last one alone.",
    "How often does the loss read a cell? How often do you add dc_T?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    full = np.empty_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for n in range(len(c) - 1, 0, -1):
        d = np.hstack([full[n] * g[n] * i[n] * (1 - i[n]), full[n] * c[n - 1] * f[n] * (1 - f[n]),
                       full[n] * i[n] * (1 - g[n]**2), dh * np.tanh(c[n]) * o[n] * (1 - o[n])])
        dh = d @ W_hh
        full[n - 1] = dc_T + full[n] * f[n] + dh * o[n - 1] * (1 - np.tanh(c[n - 1])**2)
    return straight(dc_T, f), full
