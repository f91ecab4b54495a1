"""As teaching assistants who have marked hundreds of these: copies that are none, and a bracket."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("rows_of_the_unit_matrix")
def numerical_gradient(f, theta, eps=1e-6):
    steps = (eps * np.eye(theta.size)).reshape((theta.size,) + theta.shape)
    up = np.array([f(theta + s) for s in steps])
    down = np.array([f(theta - s) for s in steps])
    return ((up - down) / (2 * eps)).reshape(theta.shape)


@wrong(
    "two_names_one_array",
    "up and down are both theta itself, not copies, so the step up is undone and the gradient is zero.",
    "Your gradient is zero everywhere. After `up = theta`, how many arrays are there?",
)
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        up = theta
        down = theta
        up[j] += eps
        down[j] -= eps
        grad[j] = (f(up) - f(down)) / (2 * eps)
    return grad


@wrong(
    "divide_then_multiply",
    "Writes / 2 * eps without a bracket, so Python divides by 2 and multiplies by eps.",
    "Your gradient is smaller than it should be by a factor of 1e12 at the usual eps. In which order does Python work through `/ 2 * eps`?",
)
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[j] = eps
        grad[j] = (f(theta + e) - f(theta - e)) / 2 * eps
    return grad


@wrong(
    "one_sided",
    "Takes the one-sided difference from f(theta), whose error is of the order of eps instead of its square.",
    "You are nearly right: for a straight line exactly, for a curve with an error that grows with eps. How many points does the formula use beside theta?",
)
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    f0 = f(theta)
    for j in np.ndindex(theta.shape):
        moved = theta.copy()
        moved[j] = moved[j] + eps
        grad[j] = (f(moved) - f0) / eps
    return grad


@wrong(
    "whole_rows_moved",
    "Loops over range(len(theta)), so for a matrix whole rows are moved at once and each row of the result holds one number, the sum.",
    "For a vector you are right; for a matrix every row holds one number repeated. How many numbers of a matrix does theta[j] reach?",
)
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    for j in range(len(theta)):
        plus, minus = theta.copy(), theta.copy()
        plus[j] += eps
        minus[j] -= eps
        grad[j] = (f(plus) - f(minus)) / (2 * eps)
    return grad
