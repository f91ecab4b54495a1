"""As a student who copies the comparison of another gradient check: how far two arrays are apart."""
import math

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("square_roots_of_sums")
def f(a, b):
    def length(v):
        return math.sqrt(float(np.sum(np.square(v))))

    below = length(a) + length(b)
    if below == 0:
        return 0.0
    return length(a - b) / below


@right("flattened_and_dotted")
def f(a, b):
    a, b = np.ravel(a), np.ravel(b)
    d = a - b
    size = np.sqrt(a @ a) + np.sqrt(b @ b)
    return float(np.sqrt(d @ d) / np.where(size == 0, 1, size))


@right("python_numbers_only")
def f(a, b):
    pairs = list(zip(np.asarray(a).flatten().tolist(), np.asarray(b).flatten().tolist()))
    size = math.hypot(*(p for p, _ in pairs)) + math.hypot(*(q for _, q in pairs))
    return math.hypot(*(p - q for p, q in pairs)) / size if size else 0.0


@wrong(
    "worst_entry",
    "Takes the largest relative error of single entries, as cs231n does, and not the ratio of lengths.",
    "Try two arrays that differ only in one tiny entry. How far apart are they as a whole?",
)
def f(a, b):
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))


@wrong(
    "epsilon_below",
    "Adds 1e-8 to the denominator against a division by 0, so that small gradients look nearly equal.",
    "Compare 1e-9 with -1e-9. What should come out, and for which one case only do you need a protection?",
)
def f(a, b):
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-8))


@wrong(
    "squares_without_roots",
    "Forms the ratio of sums of squares without the square roots.",
    "For [1, 0] and [0, 1], compute the result by hand and with your function. What belongs to a length besides the sum of squares?",
)
def f(a, b):
    below = np.sum(a**2) + np.sum(b**2)
    return float(np.sum((a - b) ** 2) / below) if below > 0 else 0.0


@wrong(
    "norm_of_order_two",
    "Asks for np.linalg.norm(…, 2), for a matrix its largest singular value, and an error for three axes.",
    "Compare np.linalg.norm(m, 2) with the square root of the sum of all squares for a 2 by 2 matrix. What does the 2 mean there?",
)
def f(a, b):
    size = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    return float(np.linalg.norm(a - b, 2) / size) if size > 0 else 0.0


@wrong(
    "larger_norm_below",
    "Divides by the larger of the two lengths and not by their sum; opposite arrays give 2.",
    "What does your function say for a and -a? Look at what stands below the bar.",
)
def f(a, b):
    size = max(np.linalg.norm(a), np.linalg.norm(b))
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0


@wrong(
    "close_enough_is_zero",
    "Returns 0 as soon as np.allclose holds, which hides just the errors that are to be measured.",
    "Compare 1 with 1.000001. Does a measure that rounds to 0 tell you how far they are apart?",
)
def f(a, b):
    if np.allclose(a, b):
        return 0.0
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


@wrong(
    "cosine_distance",
    "Uses (1 - cos)/2, which is 0 for equal and 1 for opposite arrays too, but does not see lengths.",
    "What does your function say for a and 2a? Is a gradient that is twice too long right?",
)
def f(a, b):
    a, b = np.ravel(a), np.ravel(b)
    size = np.linalg.norm(a) * np.linalg.norm(b)
    if size == 0:
        return 0.0
    return float((1 - a @ b / size) / 2)
