"""As students at two in the morning: one fraction, written three times and edited in two of them."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("squares_by_hand")
def relative_error(a, b):
    top = np.sqrt(((a - b) ** 2).sum())
    bottom = np.sqrt((a**2).sum()) + np.sqrt((b**2).sum())
    if bottom == 0:  # nan otherwise!
        return 0.0
    # print(top, bottom)
    return float(top / bottom)


@wrong(
    "norm_of_a_twice",
    "The norm of a was copied for the second term and a was not changed to b.",
    "Exchange a and b: a distance should stay the same. Does yours? Read the two terms below the fraction line again.",
)
def relative_error(a, b):
    size = np.linalg.norm(a) + np.linalg.norm(a)
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0


@wrong(
    "root_only_above",
    "The square root was added above the fraction line and not below it.",
    "Multiply both arrays by 10: the answer should not change. Which of your three lengths is still a square?",
)
def relative_error(a, b):
    top = np.sqrt(np.sum((a - b) ** 2))
    bottom = np.sum(a**2) + np.sum(b**2)
    if bottom == 0:
        return 0.0
    return float(top / bottom)


@wrong(
    "norm_with_ord_2",
    "np.linalg.norm(…, 2) is the root of the sum of squares for a vector only: for a matrix it is the largest singular value, and for three axes it raises.",
    "With vectors your answer is right. Look up what the second argument of np.linalg.norm means for a matrix, and what happens without it.",
)
def relative_error(a, b):
    size = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    if size == 0:
        return 0.0
    return float(np.linalg.norm(a - b, 2) / size)


@wrong(
    "zero_if_a_is_zero",
    "The rescue from NaN asks whether a alone is zero, and then answers 0 though b is not zero.",
    "A gradient of zeros against one of ones: how far apart are they? For which arrays is the denominator really zero?",
)
def relative_error(a, b):
    if not a.any():  # nan
        return 0.0
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))
