import math

import numpy as np


def relative_error_2(a, b):
    scale = max(np.linalg.norm(a), np.linalg.norm(b))
    if scale == 0:
        return 0.0
    return float(np.linalg.norm(a - b) / (2 * scale))


def relative_error_5(a, b):
    num = np.linalg.norm(a - b, axis=-1)
    den = np.linalg.norm(a, axis=-1) + np.linalg.norm(b, axis=-1)
    ratio = np.divide(num, den, out=np.zeros_like(num, dtype=float), where=den > 0)
    return float(np.mean(ratio))


def relative_error_6(a, b):
    num = np.sum((a - b) ** 2)
    den = np.sum(a**2) + np.sum(b**2)
    return float(num / den) / 2 if den > 0 else 0.0


def relative_error_7(a, b):
    s = a.std() + b.std()
    if s == 0:
        return 0.0
    return float((a - b).std() / s)


def relative_error_8(a, b):
    den = np.linalg.norm(a + b)
    num = np.linalg.norm(a - b)
    if num == 0:
        return 0.0
    return float(min(num / den, 1.0)) if den else 1.0


def relative_error_11(a, b):
    if np.allclose(a, b):
        return 0.0
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


def relative_error_12(a, b):
    total = np.linalg.norm(a) + np.linalg.norm(b)
    if total == 0:
        return 0.0
    return round(float(np.linalg.norm(a - b) / total), 6)


def relative_error_a(a, b):
    norm = lambda v: math.hypot(*v.ravel().tolist())
    total = norm(a) + norm(b)
    return norm(a - b) / total if total else 0.0


def relative_error_c(a, b):
    na, nb, nd = (np.sqrt(np.vdot(v, v)) for v in (a, b, a - b))
    return float(np.divide(nd, na + nb, out=np.zeros(()), where=na + nb > 0))


RIGHT = {
    "hypot_of_all_entries": relative_error_a,
    "divide_where_positive": relative_error_c,
}
WRONG = {
    "engineer_twice_the_larger_norm_subtle": (
        relative_error_2,
        "Divides by twice the larger norm instead of the sum of both.",
        "Right if both norms are equal. If one gradient is zero, is your error 1?",
    ),
    "jax_mean_over_rows_subtle": (
        relative_error_5,
        "Computes the error for each row and averages over the rows.",
        "Vectors are right. A gradient of several axes is one gradient: over which entries do the norms run?",
    ),
    "statistician_squared_norms": (
        relative_error_6,
        "Uses squared norms without taking roots, and halves the ratio to keep it below 1.",
        "Opposite gradients give 1 and equal ones 0, but in between it is off: are there squares in eq-bptt-relative-error?",
    ),
    "statistician_standard_deviations": (
        relative_error_7,
        "Uses standard deviations, which are blind to a common shift of all entries.",
        "Add 1 to all entries of one gradient: your error does not change. What does std subtract?",
    ),
    "tired_norm_of_the_sum": (
        relative_error_8,
        "Divides by the norm of the sum instead of the sum of the norms.",
        "For nearly equal gradients it is nearly right. Is the length of a + b the length of a plus that of b?",
    ),
    "assistant_allclose_first_subtle": (
        relative_error_11,
        "Returns 0 whenever allclose is satisfied, so that errors below about 1e-5 cannot be seen.",
        "Small errors vanish entirely: below which difference does your shortcut report 0?",
    ),
    "literal_reader_rounds_to_six_decimals_subtle": (
        relative_error_12,
        "Rounds to six decimals, so that errors of 1e-7 become 0.",
        "Six digits are not six decimals: what is left of an error of 3.1e-8?",
    ),
}
