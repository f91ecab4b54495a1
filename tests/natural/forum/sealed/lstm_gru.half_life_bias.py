"""As put together from forums, blogs and papers: chrono initialisation, logit from scipy's help page, forget_bias."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("minus_log_of_two_to_the_y_minus_one")
def half_life_bias(b_ih, b_hh, n):
    # σ(b) = 2^(-1/n)  <=>  e^(-b) = 2^(1/n) - 1, written so that nothing overflows
    i, f, g, o = np.split(b_ih, 4)
    y = np.log(2.0) / n.astype(np.float64)
    log_odds = np.where(y > 30, -y, -np.log(np.expm1(np.minimum(y, 30))))
    f = (log_odds - np.split(b_hh, 4)[1]).astype(b_ih.dtype)
    return np.concatenate([i, f, g, o])


@right("log_f_minus_log_one_minus_f")
def half_life_bias(b_ih, b_hh, n):
    log_f = -np.log(2.0) / np.asarray(n, dtype=np.float64)
    # log(1 - e^a), as in Maechler's note: expm1 near 0, log1p far from it
    with np.errstate(all="ignore"):
        log_1mf = np.where(log_f > -np.log(2.0), np.log(-np.expm1(log_f)), np.log1p(-np.exp(log_f)))
    out = b_ih.copy().reshape(4, -1)
    out[1] = log_f - log_1mf - b_hh.reshape(4, -1)[1]
    return out.reshape(-1)


@right("newton")
def half_life_bias(b_ih, b_hh, n):
    # solve log σ(b) = -log(2)/n, with log σ concave and increasing
    target = -np.log(2.0) / np.asarray(n, dtype=np.float64)
    b = np.minimum(target, -np.log(-np.expm1(np.maximum(target, -1.0))) - 1)
    for _ in range(100):
        value = -np.logaddexp(0, -b)
        slope = np.exp(-np.logaddexp(0, b))
        b = b - np.clip((value - target) / slope, -1, 1)
    H = len(n)
    new = np.array(b_ih)
    new[H:2 * H] = b - b_hh[H:2 * H]
    return new


@wrong(
    "chrono_initialisation",
    "Chrono initialisation, b = log(n - 1), takes n for a time constant and not for a half-life; below one step it is nan.",
    "Put your bias for n = 2 into σ and square it. Is it a half?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    new = b_ih.copy()
    with np.errstate(all="ignore"):
        new[H:2 * H] = np.log(n - 1) - b_hh[H:2 * H]
    return new


@wrong(
    "log_n",
    "b = log n, so f = n / (n + 1): a rule of thumb that ends near 1/e for long times, not at a half.",
    "With n = 1, f should be 0.5: so far right. What is f² for n = 2?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    new = b_ih.copy()
    new[H:2 * H] = np.log(n) - b_hh[H:2 * H]
    return new


@wrong(
    "input_gate_set_too",
    "As chrono initialisation does, the bias of the input gate is set to minus that of f; all rows but those of f were to stay.",
    "Compare the first H rows of your result with those of b_ih.",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    y = np.log(2) / n.astype(float)
    bias = -y - np.log(-np.expm1(-y)) - b_hh[H:2 * H]
    new = b_ih.copy()
    new[H:2 * H] = bias
    new[:H] = -bias
    return new


@wrong(
    "logit_with_overflow",
    "2^(1/n) - 1 as exp(log 2 / n) - 1 in the dtype of the arguments: it overflows for a very short half-life, and is rounded for a long one.",
    "Try n = 0.005 and n = 100000 in float32. What does exp(…) - 1 give?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    new = b_ih.copy()
    new[H:2 * H] = -np.log(np.exp(np.log(2).astype(n.dtype) / n) - 1) - b_hh[H:2 * H]
    return new


@wrong(
    "forget_bias_one_more",
    "1 is added on top, the usual forget bias; it changes the half-life that was asked for.",
    "Put your biases back into f^n. Which number comes out instead of a half?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    y = np.log(2) / n.astype(float)
    new = b_ih.copy()
    new[H:2 * H] = 1 - y - np.log(-np.expm1(-y)) - b_hh[H:2 * H]
    return new


@wrong(
    "one_half_life_for_all",
    "All units get the mean half-life; each has its own.",
    "n has H numbers. How many different biases do you make?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    y = np.log(2) / n.astype(float).mean()
    new = b_ih.copy()
    new[H:2 * H] = -y - np.log(-np.expm1(-y)) - b_hh[H:2 * H]
    return new


@wrong(
    "log_f_missing",
    "-log(1 - 2^(-1/n)) is log(1/(1 - f)); the term log f is missing.",
    "Write log(f / (1 - f)) as two terms. Are both in your line?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    y = np.log(2) / n.astype(float)
    new = b_ih.copy()
    new[H:2 * H] = -np.log(-np.expm1(-y)) - b_hh[H:2 * H]
    return new


@wrong(
    "logit_divided_by_n",
    "n is taken into the argument, σ(n b) = ½, which gives b = 0 for all n; the power is outside of σ.",
    "Is σ(b)^n the same as σ(n b)? Try b = 1 and n = 2.",
)
def half_life_bias(b_ih, b_hh, n):
    def logit(p):
        return np.log(p / (1 - p))

    H = len(n)
    new = b_ih.copy()
    new[H:2 * H] = logit(0.5) / n - b_hh[H:2 * H]
    return new


@wrong(
    "at_least_one_step",
    "n is clipped to at least 1; half-lives below one step are allowed.",
    "Try n = 0.5. Which f has lost half after half a step?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    y = np.log(2) / np.clip(n.astype(float), 1, None)
    new = b_ih.copy()
    new[H:2 * H] = -y - np.log(-np.expm1(-y)) - b_hh[H:2 * H]
    return new


@wrong(
    "every_fourth_number",
    "reshape(H, 4) takes every fourth number for f; the rows stand in blocks of H.",
    "With H = 2, which indices of b_ih are those of f: 1 and 5, or 2 and 3?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    y = np.log(2) / n.astype(float)
    new = b_ih.copy().reshape(H, 4)
    new[:, 1] = -y - np.log(-np.expm1(-y)) - b_hh.reshape(H, 4)[:, 1]
    return new.reshape(-1)


@wrong(
    "added_to_the_old_bias",
    "The new value is added to the old b_ih of f, which stays in the sum.",
    "Does your result for f depend on the old b_ih? Should it?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    y = np.log(2) / n.astype(float)
    new = b_ih.copy()
    new[H:2 * H] += (-y - np.log(-np.expm1(-y)) - b_hh[H:2 * H]).astype(new.dtype)
    return new


@wrong(
    "wrong_rows_of_the_other_bias",
    "The first H rows of b_hh are taken off, those of i; f's are the second.",
    "Which rows of b_hh does torch add to the rows H to 2H of b_ih?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    y = np.log(2) / n.astype(float)
    new = b_ih.copy()
    new[H:2 * H] = -y - np.log(-np.expm1(-y)) - b_hh[:H]
    return new


@wrong(
    "order_i_o_f_c",
    "The rows of f are taken from 2H to 3H, as in the order i, o, f, c of ONNX.",
    "Which gate has the third block of H rows in the order of the task?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    y = np.log(2) / n.astype(float)
    new = b_ih.copy()
    new[2 * H:3 * H] = -y - np.log(-np.expm1(-y)) - b_hh[2 * H:3 * H]
    return new


@wrong(
    "double_precision_out",
    "The parts are put together by concatenating with a float64 array, so the result is float64 always.",
    "What is the dtype of your result for float32 biases?",
)
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    y = np.log(2) / n.astype(np.float64)
    f = -y - np.log(-np.expm1(-y)) - b_hh[H:2 * H]
    return np.concatenate([b_ih[:H], f, b_ih[2 * H:]])
