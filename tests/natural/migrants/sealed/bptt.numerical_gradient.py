"""As someone who programs well in MATLAB, R, Julia, C++ or JavaScript and writes NumPy for the first time: central differences."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("flat_copy")
def numerical_gradient(f, theta, eps=1e-6):
    flat = np.array(theta, dtype=float).ravel()
    g = np.zeros(flat.size)
    for j in range(flat.size):
        keep = flat[j]
        flat[j] = keep + eps
        up = f(flat.reshape(theta.shape).copy())
        flat[j] = keep - eps
        down = f(flat.reshape(theta.shape).copy())
        flat[j] = keep
        g[j] = (up - down) / (2 * eps)
    return g.reshape(theta.shape)


@right("unit_vectors_of_eye")
def numerical_gradient(f, theta, eps=1e-6):
    steps = eps * np.eye(theta.size)
    slopes = [(f(theta + s.reshape(theta.shape)) - f(theta - s.reshape(theta.shape))) / (eps + eps) for s in steps]
    return np.array(slopes, dtype=float).reshape(theta.shape)


@right("column_major_throughout")
def numerical_gradient(f, theta, eps=1e-6):
    # linear indices as in Julia: column-major on the way in and on the way out
    n = theta.size
    v = theta.flatten(order="F")
    g = np.empty(n)
    for j in range(n):
        hi, lo = v.copy(), v.copy()
        hi[j] += eps
        lo[j] -= eps
        g[j] = 0.5 * (f(hi.reshape(theta.shape, order="F")) - f(lo.reshape(theta.shape, order="F"))) / eps
    return g.reshape(theta.shape, order="F")


@wrong(
    "forward_difference",
    "Moves each number up only and compares with f(θ): the forward difference, whose error is much larger.",
    "Try f(θ) = θ² with a large eps such as 0.1: your slope is off. At which two places should f be taken?",
)
def numerical_gradient(f, theta, eps=1e-6):
    f0 = f(theta)
    g = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        moved = theta.copy()
        moved[j] += eps
        g[j] = (f(moved) - f0) / eps
    return g


@wrong(
    "two_names_one_array",
    "plus = theta and minus = theta are no copies: both are the same array, moved up and down again, and the difference is 0.",
    "Your gradient is 0 everywhere. Print plus and minus just before you call f: how many arrays are there?",
)
def numerical_gradient(f, theta, eps=1e-6):
    g = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        plus = theta
        plus[j] += eps
        minus = theta
        minus[j] -= eps
        g[j] = (f(plus) - f(minus)) / (2 * eps)
    return g


@wrong(
    "linear_index",
    "theta[j] with one index is thought to be the j-th number as in MATLAB, but is a whole row: all its numbers move together.",
    "In a matrix, what does a single index pick in NumPy? Print theta[0].",
)
def numerical_gradient(f, theta, eps=1e-6):
    g = np.zeros_like(theta)
    for j in range(len(theta)):
        plus, minus = theta.copy(), theta.copy()
        plus[j] += eps
        minus[j] -= eps
        g[j] = (f(plus) - f(minus)) / (2 * eps)
    return g


@wrong(
    "step_in_an_integer_array",
    "The step is stored in np.full(shape, 0), an array of integers, where 1e-6 becomes 0: nothing moves.",
    "Print your step after you have put eps into it. Which dtype does it have?",
)
def numerical_gradient(f, theta, eps=1e-6):
    g = np.empty(theta.shape)
    for j in np.ndindex(theta.shape):
        e = np.full(theta.shape, 0)
        e[j] = eps
        g[j] = (f(theta + e) - f(theta - e)) / (2 * eps)
    return g


@wrong(
    "all_at_once",
    "Adds eps to the whole array, which moves all numbers together and gives one slope instead of a gradient.",
    "How many numbers should come out, and how many does your expression give? Which of the numbers move in it?",
)
def numerical_gradient(f, theta, eps=1e-6):
    return (f(theta + eps) - f(theta - eps)) / (2 * eps)


@wrong(
    "not_put_back",
    "Moves the caller's numbers up and then down and does not put them back: θ ends at θ - eps.",
    "Print theta before and after the call with eps=0.1. What is missing at the end of your loop?",
)
def numerical_gradient(f, theta, eps=1e-6):
    g = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        theta[j] += eps
        up = f(theta)
        theta[j] -= 2 * eps
        g[j] = (up - f(theta)) / (2 * eps)
    return g


@wrong(
    "row_order_in_column_order_out",
    "Runs through the numbers row by row, but fills the result column by column (order F).",
    "Your slopes are right but stand in other places. In which order do you run through theta, and in which do you fill the result?",
)
def numerical_gradient(f, theta, eps=1e-6):
    slopes = []
    for j in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[j] = eps
        slopes.append((f(theta + e) - f(theta - e)) / (2 * eps))
    return np.array(slopes).reshape(theta.shape, order="F")
