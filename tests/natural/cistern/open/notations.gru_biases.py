"""notations.gru_biases"""
import numpy as np


def r_split(b_ih, b_hh, after):
    ir, iz, iN = np.split(b_ih, 3)
    hr, hz, hN = np.split(b_hh, 3)
    if after:
        return np.concatenate([ir + hr, iz + hz, iN]), hN.copy()
    return np.concatenate([ir + hr, iz + hz, iN + hN]), np.zeros_like(hN)


def r_mask(b_ih, b_hh, after):
    H = len(b_ih) // 3
    inside = np.repeat([0, 0, after], H).astype(b_hh.dtype)
    bias = b_ih + (1 - inside) * b_hh
    bias_n = (inside * b_hh)[-H:]
    return bias, bias_n


def r_loop_of_units(b_ih, b_hh, after):
    H = b_ih.size // 3
    bias = [0] * (3 * H)
    bias_n = [0] * H
    for j in range(H):
        bias[j] = b_ih[j] + b_hh[j]
        bias[H + j] = b_ih[H + j] + b_hh[H + j]
        bias[2 * H + j] = b_ih[2 * H + j]
        if after == 1:
            bias_n[j] = b_hh[2 * H + j]
        else:
            bias[2 * H + j] += b_hh[2 * H + j]
    return np.array(bias, dtype=b_ih.dtype), np.array(bias_n, dtype=b_ih.dtype)


def w_always_add(b_ih, b_hh, after):
    bias = b_ih + b_hh
    return bias, np.zeros_like(bias[: len(bias) // 3])


def w_never_add_candidate(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih.copy()
    bias[: 2 * H] += b_hh[: 2 * H]
    return bias, b_hh[2 * H :].copy()


def w_flag_turned(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros_like(b_ih[:H])
    if not after:
        bias[2 * H :] = b_ih[2 * H :]
        bias_n = b_hh[2 * H :].copy()
    return bias, bias_n


def w_counted_twice(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = b_hh[2 * H :].copy() if after else np.zeros(H, b_hh.dtype)
    return bias, bias_n


def w_add_into_argument(b_ih, b_hh, after):
    H = len(b_ih) // 3
    bias = b_ih
    bias[: 2 * H] += b_hh[: 2 * H]
    if after:
        return bias, b_hh[2 * H :]
    bias[2 * H :] += b_hh[2 * H :]
    return bias, np.zeros_like(b_hh[2 * H :])


def w_none_inside(b_ih, b_hh, after):
    H = len(b_ih) // 3
    if after:
        return np.r_[b_ih[: 2 * H] + b_hh[: 2 * H], b_ih[2 * H :]], b_hh[2 * H :].copy()
    return b_ih + b_hh, None


def w_candidate_first(b_ih, b_hh, after):
    # n, r, z
    H = len(b_ih) // 3
    bias = b_ih + b_hh
    bias_n = np.zeros_like(b_ih[:H])
    if after:
        bias[:H] = b_ih[:H]
        bias_n = b_hh[:H].copy()
    return bias, bias_n


def w_third_number(b_ih, b_hh, after):
    bias = b_ih + b_hh
    bias_n = np.zeros_like(b_hh[2:3])
    if after:
        bias[2] = b_ih[2]
        bias_n = b_hh[2:3].copy()
    return bias, bias_n


def w_reset_of_its_bias(b_ih, b_hh, after):
    # r is known from the bias: multiply the inner bias by it and fold it
    ir, iz, i_n = np.split(b_ih, 3)
    hr, hz, hn = np.split(b_hh, 3)
    zero = np.zeros_like(hn)
    if after:
        r = 1 / (1 + np.exp(-(ir + hr)))
        return np.concatenate([ir + hr, iz + hz, i_n + r * hn]), zero
    return np.concatenate([ir + hr, iz + hz, i_n + hn]), zero


def w_all_of_state_inside(b_ih, b_hh, after):
    # lbr form: two rows of biases
    if after:
        return b_ih.copy(), b_hh.copy()
    return b_ih + b_hh, np.zeros_like(b_hh)


def w_update_gate_negated(b_ih, b_hh, after):
    # the original paper keeps with 1 - z
    ir, iz, i_n = np.split(b_ih, 3)
    hr, hz, hn = np.split(b_hh, 3)
    z = -(iz + hz)
    if after:
        return np.concatenate([ir + hr, z, i_n]), hn.copy()
    return np.concatenate([ir + hr, z, i_n + hn]), np.zeros_like(hn)


def w_blocks_as_rows(b_ih, b_hh, after):
    bi, bh = b_ih.reshape(3, -1), b_hh.reshape(3, -1)
    bias = bi + bh
    bias_n = np.zeros_like(bh[2])
    if after:
        bias[2] = bi[2]
        bias_n = bh[2].copy()
    return bias, bias_n


RIGHT = {"split": r_split, "mask": r_mask, "loop_of_units": r_loop_of_units}
WRONG = {
    "always_add": (w_always_add, "both biases are always added up, also where r multiplies one of them", "With the reset after the product: what is b_hn multiplied by, and b_in?"),
    "never_add_candidate": (w_never_add_candidate, "after is not looked at: the candidate's inner bias stays inside in both kinds", "What is the fewest with the reset before the product? Does r multiply b_hn there?"),
    "flag_turned": (w_flag_turned, "after is used the wrong way round", "Which of the two equations is that of after = 1?"),
    "counted_twice": (w_counted_twice, "with after = 1 b_hn stands inside and also in bias", "How often does b_hn enter your candidate?"),
    "add_into_argument": (w_add_into_argument, "the sums are written into b_ih itself", "What is in b_ih after the call?"),
    "none_inside": (w_none_inside, "with after = 0 bias_n is None instead of zeros", "What does the task say that bias_n is where nothing has to stand inside?"),
    "candidate_first": (w_candidate_first, "the first block is taken for the candidate's", "In which order are the blocks?"),
    "third_number": (w_third_number, "the third number is taken for the third block; right for one unit only", "How many numbers has a block where H is 2?"),
    "reset_of_its_bias": (w_reset_of_its_bias, "r is computed from its bias alone, as if it did not depend on input and state", "Is r the same at every step, whatever the input?"),
    "all_of_state_inside": (w_all_of_state_inside, "with after = 1 nothing is added up and all of b_hh is returned as bias_n", "Which of the biases b_hr, b_hz and b_hn does r multiply?"),
    "update_gate_negated": (w_update_gate_negated, "the update gate's bias changes its sign, as for a GRU whose z is 1 - z", "Does the task's GRU swap the roles of z and 1 - z?"),
    "blocks_as_rows": (w_blocks_as_rows, "bias comes back as (3, H) instead of (3H,)", "Look at the shape of bias in the docstring."),
}
