import numpy as np


def relative_error_1(a, b):
    num = np.abs(a - b)
    den = np.maximum(np.abs(a) + np.abs(b), 1e-300)
    return float(np.mean(num / den))


def relative_error_3(a, b):
    eps = 1e-8
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + eps))


def relative_error_4(a, b):
    if a.ndim < 2:
        a, b = np.atleast_2d(a), np.atleast_2d(b)
    a, b = a.reshape(len(a), -1), b.reshape(len(b), -1)
    den = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    return float(np.linalg.norm(a - b, 2) / den) if den else 0.0


def relative_error_9(a, b):
    den = np.abs(a).sum() + np.abs(b).sum()
    if den == 0:
        return 0.0
    return float(np.abs(a - b).sum() / den)


def relative_error_10(a, b):
    if not a.any() or not b.any():
        return 0.0
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


def relative_error_13(a, b):
    d = a
    d -= b
    total = np.linalg.norm(d + b) + np.linalg.norm(b)
    return float(np.linalg.norm(d) / total) if total else 0.0


def relative_error_14(a, b):
    n = a.size
    num = np.sqrt(((a - b) ** 2).sum() / n)
    den = np.sqrt((a**2).sum()) + np.sqrt((b**2).sum())
    return float(num / den) if den > 1e-3 else 0.0


def relative_error_b(a, b):
    scale = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))
    if not scale:
        return 0.0
    u, v = np.ravel(a) / scale, np.ravel(b) / scale
    d = u - v
    return float((d @ d) ** 0.5 / ((u @ u) ** 0.5 + (v @ v) ** 0.5))


RIGHT = {
    "scaled_before_squaring": relative_error_b,
}
WRONG = {
    "statistician_mean_of_ratios": (
        relative_error_1,
        "Averages the relative errors of the entries instead of dividing norms.",
        "Your number is a mean of many ratios. How many ratios are there in eq-bptt-relative-error?",
    ),
    "assistant_epsilon_in_denominator_subtle": (
        relative_error_3,
        "Adds 1e-8 to the denominator, so that very small gradients seem to agree better than they do.",
        "Ordinary gradients are right. What do you get for gradients of the size 1e-9 that are opposite?",
    ),
    "numerics_spectral_norm_subtle": (
        relative_error_4,
        "Uses the spectral norm for matrices instead of the root of the sum of all squares.",
        "Vectors are right. Which norm does your function take for a matrix?",
    ),
    "engineer_absolute_values": (
        relative_error_9,
        "Uses sums of absolute values instead of Euclidean norms.",
        "0 and 1 come out where they should, the rest is off: which norm does the page mean?",
    ),
    "assistant_zero_if_any_is_zero_subtle": (
        relative_error_10,
        "Returns 0 as soon as one of the gradients is zero.",
        "A gradient that is wrongly zero passes your test. In which case does the page say 0?",
    ),
    "c_programmer_subtracts_in_place_subtle": (
        relative_error_13,
        "Subtracts b from the caller's a in place.",
        "The number is right the first time. What is a after your call?",
    ),
    "two_slips_double": (
        relative_error_14,
        "Takes a root mean square above and a root of a sum below, and calls gradients with small norms equal.",
        "One number apiece is right. Do you divide by the number of entries above and below alike, and where does your 1e-3 come from?",
    ),
}
