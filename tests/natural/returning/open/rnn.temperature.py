import numpy as np


def temperature_1(o, tau):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    q = p ** (1 / tau)
    return q / q.sum(axis=-1, keepdims=True)


def temperature_5(o, tau):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    scaled = p / tau
    return scaled / scaled.sum(axis=1, keepdims=True)


def temperature_7(o, tau):
    z = o / tau
    z = z - z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum()


def temperature_8(o, tau):
    o /= tau
    o -= o.max(axis=1)[:, None]
    np.exp(o, out=o)
    o /= o.sum(axis=1)[:, None]
    return o


def temperature_9(o, tau):
    precision = 1.0 / tau**2
    z = precision * (o - o.max(axis=-1, keepdims=True))
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def temperature_12(o, tau):
    z = o * tau
    e = np.exp(z - z.max())
    return e / e.sum(axis=0, keepdims=True)


def temperature_a(o, tau):
    z = o / tau
    return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))


def temperature_c(o, tau):
    gaps = (o[:, None, :] - o[:, :, None]) / tau
    with np.errstate(over="ignore"):
        return 1 / np.exp(gaps).sum(axis=-1)


RIGHT = {
    "exp_of_log_softmax": temperature_a,
    "one_over_the_sum_of_ratios": temperature_c,
}
WRONG = {
    "numerics_power_of_probabilities_subtle": (
        temperature_1,
        "Raises the probabilities at temperature 1 to the power 1/τ; those that have underflowed to 0 stay 0 however large τ is.",
        "With moderate scores this is right. What is left of a gap of 1000 after the first softmax, and can a high temperature bring it back?",
    ),
    "assistant_divides_probabilities": (
        temperature_5,
        "Divides the probabilities by τ and normalises again, so that τ has no effect.",
        "Try two temperatures: does your answer change? Temperature divides something else.",
    ),
    "fortran_normalises_the_whole_array_subtle": (
        temperature_7,
        "Normalises by the sum over the whole array instead of by row.",
        "One row is right. What does each of several rows sum to?",
    ),
    "c_programmer_in_place_subtle": (
        temperature_8,
        "Works in the caller's array, whose scores are overwritten by probabilities.",
        "The first call is right. What does the second call find in o?",
    ),
    "statistician_tau_as_scale_squared_subtle": (
        temperature_9,
        "Divides by τ² as by a variance.",
        "At 1 it is right, otherwise the effect is too strong in both directions: which power of τ stands in eq-rnn-temperature?",
    ),
    "two_slips_double": (
        temperature_12,
        "Multiplies by τ instead of dividing, and normalises over the rows of the batch instead of over the symbols.",
        "First see which axis sums to 1, then whether a temperature below 1 makes the highest score more probable.",
    ),
}
