"""As someone who programs well in MATLAB, R, Julia, C++ or Excel and writes NumPy for the first time: how far apart."""
import math

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("dist_and_hypot")
def relative_error(a, b):
    va, vb = a.ravel().tolist(), b.ravel().tolist()
    below = math.hypot(*va) + math.hypot(*vb)
    if below == 0:
        return 0.0
    return math.dist(va, vb) / below


@right("one_loop_three_sums")
def relative_error(a, b):
    d = sa = sb = 0.0
    for j in np.ndindex(a.shape):
        p, q = float(a[j]), float(b[j])
        d += (p - q) ** 2
        sa += p**2
        sb += q**2
    if sa == 0 and sb == 0:
        return 0.0
    return d**0.5 / (sa**0.5 + sb**0.5)


@right("unit_before_subtracting")
def relative_error(a, b):
    a, b = np.asarray(a, dtype=float).flatten(), np.asarray(b, dtype=float).flatten()
    n = np.sqrt(a @ a) + np.sqrt(b @ b)
    if not n > 0:
        n = 1.0
    d = a / n - b / n
    return float(np.sqrt(d @ d))


@wrong(
    "largest_singular_value",
    "Asks for norm(·, 2) as in MATLAB, which for a matrix is the largest singular value and for three axes raises.",
    "What does the 2 mean for a matrix? Compare with the norm that the task describes in words, and try an array of three axes.",
)
def relative_error(a, b):
    below = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    if below == 0:
        return 0.0
    return float(np.linalg.norm(a - b, 2) / below)


@wrong(
    "zero_by_zero",
    "Divides without looking whether both arrays are zero: 0/0 is NaN.",
    "Try two arrays of zeros. What does the task ask for there?",
)
def relative_error(a, b):
    return float(np.sqrt(np.sum((a - b) ** 2)) / (np.sqrt(np.sum(a**2)) + np.sqrt(np.sum(b**2))))


@wrong(
    "sums_of_squares",
    "Divides sums of squares by each other, as SUMXMY2 and SUMSQ do: the square roots are missing.",
    "Opposite arrays should give 1: what do you get? What belongs around a sum of squares to make it a length?",
)
def relative_error(a, b):
    below = np.sum(a * a) + np.sum(b * b)
    return float(np.sum((a - b) ** 2) / below) if below > 0 else 0.0


@wrong(
    "number_by_number",
    "Computes a relative error for every single number and averages them.",
    "Is the fraction on the page one of numbers or of whole arrays? Try arrays in which one number is tiny.",
)
def relative_error(a, b):
    below = np.abs(a) + np.abs(b)
    safe = np.where(below > 0, below, 1)
    return float(np.mean(np.abs(a - b) / safe))


@wrong(
    "relative_to_the_second",
    "Divides by the norm of b alone, as is usual when b is the exact value.",
    "Exchange a and b: your result changes. Should a distance of two arrays do that?",
)
def relative_error(a, b):
    below = np.linalg.norm(b)
    if below == 0:
        return 0.0 if np.linalg.norm(a) == 0 else 1.0
    return float(np.linalg.norm(a - b) / below)


@wrong(
    "the_builtin_sum",
    "Python's own sum adds up along the first axis only: for a matrix a row remains, and the comparison with 0 raises.",
    "For vectors you are right. What does sum(A) give for a matrix: one number or a row?",
)
def relative_error(a, b):
    below = sum(a**2) ** 0.5 + sum(b**2) ** 0.5
    if below == 0:
        return 0.0
    return float(sum((a - b) ** 2) ** 0.5 / below)


@wrong(
    "absolute_differences",
    "Adds up absolute values (norm of order 1) instead of squares.",
    "Try a = (3, 4) and b = (0, 0.1) by hand. Which norm of (3, 4) is 5?",
)
def relative_error(a, b):
    below = np.abs(a).sum() + np.abs(b).sum()
    return float(np.abs(a - b).sum() / below) if below > 0 else 0.0
