"""As teaching assistants who have marked hundreds of these: which norm, and of what."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("dot_products")
def relative_error(a, b):
    a, b = np.ravel(a), np.ravel(b)
    d = a - b
    bottom = np.sqrt(a.dot(a)) + np.sqrt(b.dot(b))
    if bottom == 0:
        return 0.0
    return float(np.sqrt(d.dot(d)) / bottom)


@wrong(
    "element_by_element",
    "Takes the relative error of each element and then the mean, so small elements count as much as large ones.",
    "For arrays of one number you are right. How many fractions does the formula have, one for each element or one for all?",
)
def relative_error(a, b):
    top, bottom = np.abs(a - b), np.abs(a) + np.abs(b)
    ratio = np.divide(top, bottom, out=np.zeros(np.shape(top)), where=bottom > 0)
    return float(ratio.mean())


@wrong(
    "larger_of_the_norms",
    "Divides by the larger of the two norms, as in a well-known lecture on gradient checks, instead of by their sum.",
    "Opposite arrays give 2 with yours, and should give 1. Compare what you divide by with the formula of this task.",
)
def relative_error(a, b):
    m = max(np.linalg.norm(a), np.linalg.norm(b))
    if m == 0:
        return 0.0
    return float(np.linalg.norm(a - b) / m)


@wrong(
    "eps_below",
    "Adds 1e-8 to the denominator against 0/0, so for small arrays the error comes out far too small.",
    "Two opposite arrays of norm 1e-10 should give 1; yours gives about 0.02. Is there only one case that needs protection?",
)
def relative_error(a, b):
    num = np.linalg.norm(a - b)
    den = np.linalg.norm(a) + np.linalg.norm(b) + 1e-8
    return float(num / den)


@wrong(
    "ord_2",
    "Asks np.linalg.norm for ord=2, which for a matrix is the largest singular value and for three axes an error.",
    "Vectors are right, matrices are not, and three axes fail. Look up what ord=2 means to np.linalg.norm for a matrix.",
)
def relative_error(a, b):
    if not a.any() and not b.any():
        return 0.0
    return float(np.linalg.norm(a - b, ord=2) / (np.linalg.norm(a, ord=2) + np.linalg.norm(b, ord=2)))
