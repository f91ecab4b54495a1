"""As a tired student after work: a little algebra late in the evening, and slices of a torch bias."""
import math

import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


@right("logit_with_expm1")
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    new = b_ih.copy()
    # f = e^(-y), 1 - f = -expm1(-y)
    y = np.log(2) / n.astype(np.float64)
    new[H:2*H] = -y - np.log(-np.expm1(-y)) - b_hh[H:2*H]
    return new


@right("units_one_by_one")
def half_life_bias(b_ih, b_hh, n):
    H = n.shape[0]
    out = np.array(b_ih)
    for j in range(H):
        y = math.log(2) / float(n[j])
        if y < 1:
            logit = -math.log(math.expm1(y))
        else:
            logit = -y - math.log1p(-math.exp(-y))
        out[H + j] = logit - float(b_hh[H + j])
    return out


@right("halving_the_interval")
def half_life_bias(b_ih, b_hh, n):
    # look for the bias with n log σ(b) = -log 2, log σ(b) = -log(1 + e^-b)
    H = len(n)
    n = np.asarray(n, dtype=float)
    low, high = np.full(H, -5000.0), np.full(H, 5000.0)
    for _ in range(200):
        mid = (low + high) / 2
        too_long = n * np.logaddexp(0, -mid) < np.log(2)
        high = np.where(too_long, mid, high)
        low = np.where(too_long, low, mid)
    new = b_ih.copy()
    new[H:2*H] = (low + high) / 2 - b_hh[H:2*H]
    return new


@wrong(
    "other_bias_forgotten",
    "b_ih alone is set to the wanted sum; b_hh, which torch adds, is not taken off.",
    "Put your b_ih and a b_hh of ones into the formula. Does f^n come out as a half?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** (1 / n)
    new = b_ih.copy()
    new[H:2*H] = np.log(f / (1 - f))
    return new


@wrong(
    "other_bias_added",
    "b_hh is added where it should be taken off.",
    "The sum of both is fixed. If b_hh grows, should b_ih grow or shrink?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** (1 / n)
    new = b_ih.copy()
    new[H:2*H] = np.log(f / (1 - f)) + b_hh[H:2*H]
    return new


@wrong(
    "power_instead_of_root",
    "f is ½ to the power of n; the n-th root of ½ is needed.",
    "For a half-life of 2 steps, f · f = ½. Is your f then 0.25 or 0.71?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** n
    new = b_ih.copy()
    new[H:2*H] = np.log(f / (1 - f)) - b_hh[H:2*H]
    return new


@wrong(
    "rows_of_the_input_gate",
    "The first H rows are set, those of the input gate; the rows of f are the second H.",
    "In the order i, f, g, o: from which row to which does f go?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** (1 / n)
    new = b_ih.copy()
    new[:H] = np.log(f / (1 - f)) - b_hh[:H]
    return new


@wrong(
    "gate_set_instead_of_bias",
    "The gate f itself is written as the bias; it still has to go back through σ.",
    "Put your bias into σ. Do you get f?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    new = b_ih.copy()
    new[H:2*H] = 0.5 ** (1 / n) - b_hh[H:2*H]
    return new


@wrong(
    "time_constant_for_half_life",
    "f = e^(-1/n) leaves 1/e after n steps, not a half.",
    "Raise your f to the power of n. Is it 0.5 or 0.37?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = np.exp(-1 / n)
    new = b_ih.copy()
    new[H:2*H] = np.log(f / (1 - f)) - b_hh[H:2*H]
    return new


@wrong(
    "written_into_the_old_bias",
    "The caller's b_ih is changed in place and returned; a new one is asked for.",
    "Print b_ih before and after the call.",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** (1 / n)
    b_ih[H:2*H] = np.log(f / (1 - f)) - b_hh[H:2*H]
    return b_ih


@wrong(
    "logit_upside_down",
    "log((1 - f) / f) has the wrong sign: it makes the gate 1 - f.",
    "A long half-life needs f near 1, so a large bias. Is yours large or very negative?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** (1 / n)
    new = b_ih.copy()
    new[H:2*H] = np.log((1 - f) / f) - b_hh[H:2*H]
    return new


@wrong(
    "half_lives_made_whole",
    "n is rounded down to whole steps (at least 1); it may be any float above 0.",
    "Try n = 2.5 and n = 2. Are your biases different?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    out = b_ih.copy()
    for j in range(H):
        steps = max(int(n[j]), 1)
        f = 0.5 ** (1 / steps)
        out[H + j] = math.log(f / (1 - f)) - b_hh[H + j]
    return out


@wrong(
    "shared_between_both_biases",
    "The difference is halved, as if b_hh took the other half; but b_hh stays as it is.",
    "Add your b_ih and b_hh. Is the sum the one you computed?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** (1 / n)
    new = b_ih.copy()
    new[H:2*H] = (np.log(f / (1 - f)) - b_hh[H:2*H]) / 2
    return new


@wrong(
    "log_with_base_two",
    "The inverse of σ is taken with log2, because halves are spoken of; σ has e in it.",
    "Which number is raised to a power inside σ? Which logarithm undoes that?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 2.0 ** (-1 / n)
    new = b_ih.copy()
    new[H:2*H] = np.log2(f / (1 - f)) - b_hh[H:2*H]
    return new


@wrong(
    "linear_for_the_power",
    "f = 1 - 1/(2n): the loss of one step is half divided by n, as if the cell lost the same amount each step.",
    "For n = 2 your f is 0.75. What is left after two steps?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 1 - 0.5 / n
    new = b_ih.copy()
    new[H:2*H] = np.log(f / (1 - f)) - b_hh[H:2*H]
    return new


@wrong(
    "other_rows_emptied",
    "The new bias starts from zeros, so the rows of i, g and o are lost.",
    "Compare your result with b_ih outside the rows of f.",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** (1 / n)
    new = np.zeros_like(b_ih)
    new[H:2*H] = np.log(f / (1 - f)) - b_hh[H:2*H]
    return new


@wrong(
    "one_minus_f_in_float32",
    "1 - f is taken in the dtype of the arguments; for a long half-life f is rounded near 1, and the bias is wrong in its third digit or infinite.",
    "How many digits of 1 - f are left in float32 for n = 100000? Find 1 - f without a difference.",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** (1 / n)
    new = b_ih.copy()
    new[H:2*H] = np.log(f / (1 - f)) - b_hh[H:2*H]
    return new
