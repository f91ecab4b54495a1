"""notations.gru_biases"""
import numpy as np


def r_where(b_ih, b_hh, after):
    H = b_ih.shape[0] // 3
    block = np.arange(3 * H) // H
    inside = (block == 2) & bool(after)
    zero = np.zeros_like(b_hh)
    bias = b_ih + np.where(inside, zero, b_hh)
    return bias, np.where(inside, b_hh, zero)[2 * H:]


def r_copy_and_move(b_ih, b_hh, after):
    outer, inner = b_ih.copy(), b_hh.copy()
    H = len(outer) // 3
    until = 2 * H if after else 3 * H
    outer[:until] += inner[:until]
    inner[:until] = 0
    return outer, inner[2 * H:]


def r_one_gate_at_a_time(b_ih, b_hh, after):
    H = int(len(b_ih) / 3)
    parts = []
    bias_n = None
    for k, gate in enumerate("rzn"):
        bi = b_ih[k * H:(k + 1) * H]
        bh = b_hh[k * H:(k + 1) * H]
        if gate == "n" and after == 1:
            parts.append(bi)
            bias_n = bh.copy()
        else:
            parts.append(bi + bh)
    if bias_n is None:
        bias_n = np.zeros(H, dtype=b_hh.dtype)
    return np.hstack(parts), bias_n


def w_is_true(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros(H, b_ih.dtype)
    if after is True:
        bias[2 * H:] = b_ih[2 * H:]
        bias_n = b_hh[2 * H:].copy()
    return bias, bias_n


def w_whole_candidate_inside(b_ih, b_hh, after):
    H = len(b_ih) // 3
    s = b_ih + b_hh
    if after:
        bias_n = s[2 * H:].copy()
        s[2 * H:] = 0
        return s, bias_n
    return s, np.zeros_like(s[:H])


def w_sides_exchanged(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros_like(bias[:H])
    if after:
        bias[2 * H:] = b_hh[2 * H:]
        bias_n = b_ih[2 * H:].copy()
    return bias, bias_n


def w_gates_averaged(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = (b_ih + b_hh) / 2
    if after:
        bias[2 * H:] = b_ih[2 * H:]
        return bias, b_hh[2 * H:].copy()
    return bias, np.zeros_like(bias[:H])


def w_dropped_before(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih.copy()
    bias[:2 * H] += b_hh[:2 * H]
    bias_n = b_hh[2 * H:].copy()
    if not after:
        bias_n = np.zeros_like(bias_n)
    return bias, bias_n


def w_scalar_zero(b_ih, b_hh, after):
    H = len(b_ih) // 3
    ih, hh = b_ih[2 * H:], b_hh[2 * H:]
    gates = b_ih[:2 * H] + b_hh[:2 * H]
    bias = np.concatenate([gates, ih if after else ih + hh])
    bias_n = hh.copy() if after else np.array(0, dtype=hh.dtype)
    return bias, bias_n


def w_float64_zeros(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = np.zeros(3 * H)
    bias_n = np.zeros(H)
    bias[:] = b_ih
    bias[:2 * H] += b_hh[:2 * H]
    if after:
        bias_n[:] = b_hh[2 * H:]
    else:
        bias[2 * H:] += b_hh[2 * H:]
    return bias, bias_n


def w_one_vector(b_ih, b_hh, after):
    # onnxruntime style: rz, n, inner n in one buffer of 4H
    H = len(b_ih) // 3
    rz = b_ih[:2 * H] + b_hh[:2 * H]
    n, inner = b_ih[2 * H:], b_hh[2 * H:]
    if not after:
        n, inner = n + inner, np.zeros_like(inner)
    return np.concatenate([rz, n, inner])


def w_interleaved(b_ih, b_hh, after):
    bi = b_ih.reshape(-1, 3)
    bh = b_hh.reshape(-1, 3)
    bias = bi + bh
    bias_n = np.zeros_like(bh[:, 2])
    if after:
        bias[:, 2] = bi[:, 2]
        bias_n = bh[:, 2].copy()
    return bias.reshape(-1), bias_n


def w_without_zeros(b_ih, b_hh, after):
    # the fewest biases: nothing is stored that is not needed
    H = len(b_ih) // 3
    if after:
        return np.concatenate([b_ih[:2 * H] + b_hh[:2 * H], b_ih[2 * H:]]), b_hh[2 * H:].copy()
    return b_ih + b_hh, np.zeros(0, dtype=b_ih.dtype)


def w_reset_gate_alone(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih.copy()
    bias[:H] += b_hh[:H]
    if after:
        return bias, b_hh[2 * H:].copy()
    bias[2 * H:] += b_hh[2 * H:]
    return bias, np.zeros_like(bias[:H])


def w_returned_other_way(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias, bias_n = b_ih + b_hh, np.zeros_like(b_hh[:H])
    if after:
        bias_n += b_hh[2 * H:]
        bias[2 * H:] = b_ih[2 * H:]
    return bias_n, bias


RIGHT = {"where": r_where, "copy_and_move": r_copy_and_move, "one_gate_at_a_time": r_one_gate_at_a_time}
WRONG = {
    "is_true": (w_is_true, "after is compared with True by identity, so the number 1 counts as 0", "Which branch does your function take where after is the number 1?"),
    "whole_candidate_inside": (w_whole_candidate_inside, "with after = 1 both of the candidate's biases go inside, so r multiplies b_in as well", "Which bias stands outside the brackets in the candidate with after = 1?"),
    "sides_exchanged": (w_sides_exchanged, "with after = 1 b_in goes inside and b_hn stays outside", "Which bias stands beside W_hn h in the equation of after = 1?"),
    "gates_averaged": (w_gates_averaged, "the mean of both biases is taken for their sum", "Look at the example by hand: what becomes of 1 and 10?"),
    "dropped_before": (w_dropped_before, "with after = 0 b_hn is in neither of the two", "Where is b_hn in what you return for after = 0?"),
    "scalar_zero": (w_scalar_zero, "with after = 0 bias_n is a single zero instead of H", "What shape has bias_n, whichever kind it is?"),
    "float64_zeros": (w_float64_zeros, "the new arrays are float64, whatever dtype came in", "Look at the dtype that you return for float32."),
    "one_vector": (w_one_vector, "one vector of 4H is returned instead of two arrays", "How many arrays does the docstring ask for?"),
    "interleaved": (w_interleaved, "the biases are read unit by unit, r, z, n in turn, instead of block by block", "Which entries belong to the candidate where H is 2?"),
    "without_zeros": (w_without_zeros, "with after = 0 bias_n is empty instead of H zeros", "What does the task say that bias_n is with after = 0?"),
    "reset_gate_alone": (w_reset_gate_alone, "the update gate's b_hz is left out", "Which gates see only the sum of their biases?"),
    "returned_other_way": (w_returned_other_way, "bias_n is returned first", "Compare the order of what you return with the docstring."),
}
