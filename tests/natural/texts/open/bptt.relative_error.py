import math

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("norms")
def relative_error(a, b):
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0


@right("python_lists")
def relative_error(a, b):
    a, b = a.ravel().tolist(), b.ravel().tolist()
    d = math.sqrt(sum((p - q) ** 2 for p, q in zip(a, b)))
    n = math.hypot(*a) + math.hypot(*b)
    return d / n if n else 0.0


@right("nan_to_num")
def relative_error(a, b):
    with np.errstate(invalid="ignore"):
        return float(np.nan_to_num(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))))


@right("vdot")
def relative_error(a, b):
    aa, ab, bb = np.vdot(a, a), np.vdot(a, b), np.vdot(b, b)
    if aa == bb == 0:
        return 0.0
    d = a - b
    return float(np.sqrt(np.vdot(d, d)) / (np.sqrt(aa) + np.sqrt(bb)))


@right("try_except")
def relative_error(a, b):
    norm = lambda q: float(np.sqrt((np.asarray(q) ** 2).sum()))
    try:
        return norm(a - b) / (norm(a) + norm(b))
    except ZeroDivisionError:
        return 0.0


@right("integer_zero_borderline")
def relative_error(a, b):
    if not (a.any() or b.any()):
        return 0
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


# ---------------------------------------------------------------- wrong

def _n(q):
    return float(np.linalg.norm(q))


def _safe(top, bottom):
    return top / bottom if bottom > 0 else 0.0


@wrong("zero_by_zero", "No case for zeros: NaN.", "Both zero: 0/0 is NaN, 0 is asked for.")
def relative_error(a, b):
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


@wrong("by_a_only", "Divided by ‖a‖ only.", "Divide by the sum of both lengths.")
def relative_error(a, b):
    return _safe(_n(a - b), _n(a))


@wrong("by_norm_of_sum", "Divided by ‖a + b‖.", "‖a‖ + ‖b‖, not ‖a + b‖.")
def relative_error(a, b):
    return _safe(_n(a - b), _n(a + b))


@wrong("no_root", "Sums of squares without the root.", "The square root is missing.")
def relative_error(a, b):
    return _safe(float(np.sum((a - b) ** 2)), float(np.sum(a**2) + np.sum(b**2)))


@wrong("absolute_values", "Sums of absolute values (1-norm).", "The root of the sum of squares, not the sum of absolute values.")
def relative_error(a, b):
    return _safe(float(np.abs(a - b).sum()), float(np.abs(a).sum() + np.abs(b).sum()))


@wrong("mean_of_entries", "The mean of the entries' relative errors.", "One quotient of lengths, not a mean of quotients.")
def relative_error(a, b):
    s = np.abs(a) + np.abs(b)
    return float(np.mean(np.where(s > 0, np.abs(a - b) / np.where(s > 0, s, 1), 0)))


@wrong("eps_below", "1e-8 added to the denominator: small gradients look equal.", "The added number makes small gradients look equal.")
def relative_error(a, b):
    return _n(a - b) / (_n(a) + _n(b) + 1e-8)


@wrong("zero_if_one_is_zero", "`if ‖a‖ == 0 or ‖b‖ == 0: return 0`.", "One of them zero: the error is 1, not 0.")
def relative_error(a, b):
    if _n(a) == 0 or _n(b) == 0:
        return 0.0
    return _n(a - b) / (_n(a) + _n(b))


@wrong("none_if_both_zero", "Falls through without return when both are zero.", "Both zero: nothing is returned.")
def relative_error(a, b):
    if _n(a) + _n(b) > 0:
        return _n(a - b) / (_n(a) + _n(b))


@wrong("rowwise", "axis=-1: one error a row.", "One number for the whole array.")
def relative_error(a, b):
    n = lambda q: np.linalg.norm(q, axis=-1)
    bottom = n(a) + n(b)
    return n(a - b) / np.where(bottom > 0, bottom, 1)


@wrong("per_cent", "In per cent.", "Between 0 and 1, not per cent.")
def relative_error(a, b):
    return 100 * _safe(_n(a - b), _n(a) + _n(b))


@wrong("absolute_error", "The absolute error ‖a-b‖.", "Divide by the lengths.")
def relative_error(a, b):
    return _n(a - b)


@wrong("boolean", "np.allclose.", "A number, not a yes or no.")
def relative_error(a, b):
    return np.allclose(a, b)


@wrong("by_a_and_no_zero_case", "Two mistakes: divided by ‖a‖ only, no zero case.", "Divide by the sum, and mind 0/0.")
def relative_error(a, b):
    return float(np.linalg.norm(a - b) / np.linalg.norm(a))


@wrong("axis_loop_crash", "zip over rows, len of a number: TypeError for vectors.", "Works for one shape only: flatten first.")
def relative_error(a, b):
    top = bottom = 0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            top += (a[i, j] - b[i, j]) ** 2
            bottom += a[i, j] ** 2
    return float(np.sqrt(top / bottom))


@wrong("none", "No return.", "Nothing is returned.")
def relative_error(a, b):
    _safe(_n(a - b), _n(a) + _n(b))
