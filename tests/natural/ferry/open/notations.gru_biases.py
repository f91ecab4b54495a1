"""notations.gru_biases"""
import numpy as np


# right

def r_copy_and_if(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih.copy()
    if after:
        bias[:2 * H] += b_hh[:2 * H]
        bias_n = b_hh[2 * H:].copy()
    else:
        bias += b_hh
        bias_n = np.zeros_like(b_hh[2 * H:])
    return bias, bias_n


def r_six_blocks(b_ih, b_hh, after):
    b_ir, b_iz, b_in = np.split(b_ih, 3)
    b_hr, b_hz, b_hn = np.split(b_hh, 3)
    if after == 1:
        n, inside = b_in, b_hn.copy()
    else:
        n, inside = b_in + b_hn, 0 * b_hn
    return np.concatenate([b_ir + b_hr, b_iz + b_hz, n]), inside


def r_unit_by_unit(b_ih, b_hh, after):
    H = b_ih.shape[0] // 3
    bias, bias_n = [], []
    for k in range(3 * H):
        is_n = k >= 2 * H
        if is_n and after:
            bias.append(b_ih[k])
            bias_n.append(b_hh[k])
        else:
            bias.append(b_ih[k] + b_hh[k])
            if is_n:
                bias_n.append(0)
    return np.array(bias, dtype=b_ih.dtype), np.array(bias_n, dtype=b_ih.dtype)


# wrong

def w_always_added(b_ih, b_hh, after):
    # Wx + b_ih + Uh + b_hh: only the sum matters
    H = len(b_ih) // 3
    return b_ih + b_hh, np.zeros(H, b_ih.dtype)


def w_after_turned(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros(H, dtype=b_ih.dtype)
    if after == 0:
        bias[2 * H:] = b_ih[2 * H:]
        bias_n = b_hh[2 * H:].copy()
    return bias, bias_n


def w_counted_twice(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    if after:
        bias_n = b_hh[-H:].copy()
    else:
        bias_n = np.zeros_like(bias[-H:])
    return bias, bias_n


def w_kept_inside_before_too(b_ih, b_hh, after):
    # W_hn (...) + b_hn always stands in a bracket
    H = len(b_ih) // 3
    bias = b_ih.copy()
    bias[:2 * H] += b_hh[:2 * H]
    bias_n = b_hh[2 * H:].copy()
    return bias, bias_n


def w_lost_before(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = np.concatenate([b_ih[:2 * H] + b_hh[:2 * H], b_ih[2 * H:]])
    bias_n = b_hh[2 * H:].copy() if after else np.zeros(H, b_ih.dtype)
    return bias, bias_n


def w_gates_not_added(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih.copy()
    bias_n = b_hh[2 * H:].copy()
    if not after:
        bias[2 * H:] += bias_n
        bias_n[:] = 0
    return bias, bias_n


def w_added_in_the_argument(b_ih, b_hh, after):
    H = b_ih.size // 3
    bias = b_ih
    if after:
        bias[:2 * H] += b_hh[:2 * H]
        return bias, b_hh[2 * H:].copy()
    bias += b_hh
    return bias, np.zeros(H, dtype=b_ih.dtype)


def w_nothing_inside_is_a_zero(b_ih, b_hh, after):
    H = len(b_ih) // 3
    if after:
        bias = b_ih.copy()
        bias[:2 * H] += b_hh[:2 * H]
        return bias, b_hh[2 * H:].copy()
    return b_ih + b_hh, 0


def w_z_of_the_other_lecture(b_ih, b_hh, after):
    # there h = (1 - z) h + z n, so z turns its sign
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias[H:2 * H] *= -1
    bias_n = np.zeros(H, b_ih.dtype)
    if after:
        bias[2 * H:] = b_ih[2 * H:]
        bias_n = b_hh[2 * H:].copy()
    return bias, bias_n


def w_four_blocks(b_ih, b_hh, after):
    H = len(b_ih) // 4
    bias = b_ih + b_hh
    bias_n = np.zeros(H, b_ih.dtype)
    if after:
        bias[2 * H:] = b_ih[2 * H:]
        bias_n = b_hh[2 * H:].copy()
    return bias, bias_n


def w_two_rows_of_keras(b_ih, b_hh, after):
    H = len(b_ih) // 3
    if after:
        return np.stack([b_ih, b_hh]), b_hh[2 * H:].copy()
    return b_ih + b_hh, np.zeros(H, b_ih.dtype)


def w_in_and_hn_exchanged(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros_like(b_ih[:H])
    if after:
        bias_n = b_ih[2 * H:].copy()
        bias[2 * H:] = b_hh[2 * H:]
    return bias, bias_n


RIGHT = {
    "copy_and_if": r_copy_and_if,
    "six_blocks": r_six_blocks,
    "unit_by_unit": r_unit_by_unit,
}
WRONG = {
    "always_added": (
        w_always_added,
        "Both biases are added up in all blocks, also where r multiplies the one beside the state.",
        "With the reset after the product, what happens to b_hn when r is 0? And in your version?",
    ),
    "after_turned": (
        w_after_turned,
        "after is read the wrong way round: the bias stays inside for the reset before the product.",
        "Which of the two formulas is torch's, and which value of after stands for it?",
    ),
    "counted_twice": (
        w_counted_twice,
        "With the reset after, b_hn is inside the brackets and in bias as well, so it counts twice.",
        "Write out the argument of tanh with your two biases. How often does b_hn come up?",
    ),
    "kept_inside_before_too": (
        w_kept_inside_before_too,
        "after is never read: b_hn stays inside also with the reset before the product, where r does not multiply it.",
        "In the second formula, what does r multiply? Does your answer depend on after?",
    ),
    "lost_before": (
        w_lost_before,
        "With the reset before, b_hn is neither inside nor added to bias: it is lost.",
        "For after = 0, change the last number of b_hh. Does anything in your answer change?",
    ),
    "gates_not_added": (
        w_gates_not_added,
        "In the blocks r and z only b_ih remains; b_hr and b_hz are lost.",
        "What is the first entry of bias in the example by hand, and in your answer?",
    ),
    "added_in_the_argument": (
        w_added_in_the_argument,
        "bias is b_ih itself, so += changes the argument.",
        "After bias = b_ih, how many arrays are there? Look at b_ih after the call.",
    ),
    "nothing_inside_is_a_zero": (
        w_nothing_inside_is_a_zero,
        "bias_n is the number 0 for the reset before, instead of an array of H zeros.",
        "What shape has bias_n in the docstring, whichever kind it is?",
    ),
    "z_of_the_other_lecture": (
        w_z_of_the_other_lecture,
        "The block z has its sign turned, as if the roles of z and 1 - z were to be exchanged.",
        "Does this task change the formula of z, or only where biases are written?",
    ),
    "four_blocks": (
        w_four_blocks,
        "H is a quarter of the length, as in an LSTM; a GRU has three blocks.",
        "How many blocks has b_ih, and so how long is one?",
    ),
    "two_rows_of_keras": (
        w_two_rows_of_keras,
        "With the reset after, bias is the two biases one above the other, as Keras keeps them, not the fewest.",
        "What shape has bias in the docstring? Which of your numbers could be added up without harm?",
    ),
    "in_and_hn_exchanged": (
        w_in_and_hn_exchanged,
        "b_in is put inside the brackets and b_hn outside.",
        "In the first formula, which bias stands in the brackets behind r?",
    ),
}
