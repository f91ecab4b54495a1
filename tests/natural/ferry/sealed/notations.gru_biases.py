"""notations.gru_biases"""
import numpy as np


# right

def r_where_r_multiplies(b_ih, b_hh, after):
    H = b_ih.size // 3
    times_r = (np.arange(3 * H) >= 2 * H) & bool(after)
    outside = np.where(times_r, 0, b_hh).astype(b_hh.dtype)
    return b_ih + outside, (b_hh - outside)[2 * H:]


def r_three_rows(b_ih, b_hh, after):
    inp, state = b_ih.reshape(3, -1), b_hh.reshape(3, -1).copy()
    inside = np.zeros_like(state[2])
    if after:
        inside, state[2] = state[2].copy(), 0
    return (inp + state).ravel(), inside


def r_early_return(b_ih, b_hh, after):
    H, = b_ih.shape
    H //= 3
    total = np.sum([b_ih, b_hh], axis=0)
    if not after:
        return total, np.zeros(H, total.dtype)
    return np.append(total[:-H], b_ih[-H:]), np.array(b_hh[-H:])


# wrong

def w_mean_of_both(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = (b_ih + b_hh) / 2
    bias_n = np.zeros(H, dtype=b_ih.dtype)
    if after:
        bias[2 * H:] = b_ih[2 * H:]
        bias_n = b_hh[2 * H:].copy()
    return bias, bias_n


def w_only_r_added(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih.copy()
    bias[:H] += b_hh[:H]
    if after:
        return bias, b_hh[2 * H:].copy()
    bias[2 * H:] += b_hh[2 * H:]
    return bias, np.zeros(H, b_ih.dtype)


def w_gates_zero_inside(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros_like(b_hh)
    if after:
        bias[2 * H:] = b_ih[2 * H:]
        bias_n[2 * H:] = b_hh[2 * H:]
    return bias, bias_n


def w_r_worked_out(b_ih, b_hh, after):
    # r multiplies b_hn, r = sigma(b_ir + b_hr)
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros(H, b_ih.dtype)
    if after:
        r = 1 / (1 + np.exp(-bias[:H]))
        bias[2 * H:] = b_ih[2 * H:]
        bias_n = r * b_hh[2 * H:]
    return bias, bias_n


def w_every_third(b_ih, b_hh, after):
    bias = b_ih + b_hh
    bias_n = np.zeros_like(b_ih[2::3])
    if after:
        bias[2::3] = b_ih[2::3]
        bias_n = b_hh[2::3].copy()
    return bias, bias_n


def w_only_after_written(b_ih, b_hh, after):
    H = len(b_ih) // 3
    if after == 1:
        bias = np.concatenate([b_ih[:2 * H] + b_hh[:2 * H], b_ih[2 * H:]])
        return bias, b_hh[2 * H:].copy()


def w_n_part_separate(b_ih, b_hh, after):
    # gates | candidate
    H = len(b_ih) // 3
    gates = b_ih[:2 * H] + b_hh[:2 * H]
    if after:
        return gates, b_ih[2 * H:].copy(), b_hh[2 * H:].copy()
    return gates, b_ih[2 * H:] + b_hh[2 * H:], np.zeros(H, b_ih.dtype)


def w_none_inside(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias, bias_n = b_ih + b_hh, None
    if after:
        bias[2 * H:] = b_ih[2 * H:]
        bias_n = b_hh[2 * H:].copy()
    return bias, bias_n


def w_inside_zeros_float64(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros(H)
    if after:
        bias[2 * H:] = b_ih[2 * H:]
        bias_n += b_hh[2 * H:]
    return bias, bias_n


def w_all_inside(b_ih, b_hh, after):
    # r * (W_hn h + ...): the n block of both goes in
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros(H, b_ih.dtype)
    if after:
        bias_n = bias[2 * H:].copy()
        bias[2 * H:] = 0
    return bias, bias_n


def w_wiped_in_b_hh(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias_n = np.zeros(H, b_ih.dtype)
    if after:
        bias_n = b_hh[2 * H:].copy()
        b_hh[2 * H:] = 0
    return b_ih + b_hh, bias_n


def w_n_stands_first(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros(H, b_ih.dtype)
    if after:
        bias[:H] = b_ih[:H]
        bias_n = b_hh[:H].copy()
    return bias, bias_n


RIGHT = {
    "where_r_multiplies": r_where_r_multiplies,
    "three_rows": r_three_rows,
    "early_return": r_early_return,
}
WRONG = {
    "mean_of_both": (
        w_mean_of_both,
        "The two biases are averaged instead of added.",
        "Work out the first entry of bias by hand for 1 and 10, and compare.",
    ),
    "only_r_added": (
        w_only_r_added,
        "b_hh is added in the block r alone; that of z is lost.",
        "How many gates see only the sum of their biases? Which entries of b_hh did you use?",
    ),
    "gates_zero_inside": (
        w_gates_zero_inside,
        "bias_n has three blocks, with zeros for the gates, instead of the block n alone.",
        "How long is bias_n in the docstring?",
    ),
    "r_worked_out": (
        w_r_worked_out,
        "b_hn is multiplied by a reset gate computed from the biases alone; r depends on x and h, and multiplies later.",
        "Does r have one value for all inputs? Who multiplies bias_n by r, you or the GRU?",
    ),
    "every_third": (
        w_every_third,
        "A block is taken to be every third entry instead of H that stand together.",
        "With H = 2, which entries of b_ih are the block n?",
    ),
    "only_after_written": (
        w_only_after_written,
        "Only the reset after the product is handled; for after = 0 the function returns None.",
        "What does your function return when after is 0?",
    ),
    "n_part_separate": (
        w_n_part_separate,
        "bias is cut in two, gates and candidate: three arrays come back instead of two.",
        "How many arrays, and of what length, does the docstring name?",
    ),
    "none_inside": (
        w_none_inside,
        "bias_n is None for the reset before the product, instead of an array of zeros.",
        "What does the task say bias_n is, where nothing has to stand inside?",
    ),
    "inside_zeros_float64": (
        w_inside_zeros_float64,
        "bias_n begins as np.zeros(H), float64, and stays so where float32 came in.",
        "Which dtype has bias_n, when both biases are float32?",
    ),
    "all_inside": (
        w_all_inside,
        "With the reset after, b_in goes inside the brackets too, so r multiplies it.",
        "In torch's formula, does r multiply the bias beside the input?",
    ),
    "wiped_in_b_hh": (
        w_wiped_in_b_hh,
        "The values are right, but the block n of the argument b_hh is set to zero on the way.",
        "Print b_hh before and after the call.",
    ),
    "n_stands_first": (
        w_n_stands_first,
        "The first block is taken for the candidate; in torch it is the last.",
        "In which sequence do the blocks r, z, n stand below each other?",
    ),
}
