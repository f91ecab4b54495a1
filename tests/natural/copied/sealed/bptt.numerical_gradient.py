"""As a student who copies a gradient check: central differences."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("nditer_on_a_copy")
def f(f, theta, eps=1e-6):
    x = theta.copy()
    grad = np.zeros_like(x)
    it = np.nditer(grad, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        oldval = theta[ix]
        x[ix] = oldval + eps
        fxph = f(x.copy())
        x[ix] = oldval - eps
        fxmh = f(x.copy())
        x[ix] = oldval
        grad[ix] = (fxph - fxmh) / (2 * eps)
        it.iternext()
    return grad


@right("flat_vector_and_unit_matrix")
def f(f, theta, eps=1e-6):
    v = theta.reshape(-1)
    steps = eps * np.identity(v.size)
    up = np.array([f((v + s).reshape(theta.shape)) for s in steps], dtype=float)
    down = np.array([f((v - s).reshape(theta.shape)) for s in steps], dtype=float)
    return ((up - down) / (2 * eps)).reshape(theta.shape)


@right("two_copies_an_entry")
def f(f, theta, eps=1e-6):
    def slope(j):
        plus, minus = np.array(theta), np.array(theta)
        plus[j] += eps
        minus[j] -= eps
        return (f(plus) - f(minus)) / (2 * eps)

    gradient = np.empty_like(theta)
    for j, _ in np.ndenumerate(theta):
        gradient[j] = slope(j)
    return gradient


@wrong(
    "forward_difference",
    "Compares f(θ + ε) with f(θ) itself, the one-sided difference from the first slide on derivatives.",
    "Try f(θ) = Σ θ² with eps = 0.1. On how many sides of θ do you look?",
)
def f(f, theta, eps=1e-6):
    fx = f(theta)
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        step = np.zeros_like(theta)
        step[j] = eps
        grad[j] = (f(theta + step) - fx) / eps
    return grad


@wrong(
    "walks_theta_itself",
    "Moves θ itself up, twice down and up again; rounding leaves its last digits changed.",
    "Compare θ before and after with ==, not with allclose. Is (a + e) - 2e + e always a in floating point?",
)
def f(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        theta[j] += eps
        up = f(theta)
        theta[j] -= 2 * eps
        down = f(theta)
        theta[j] += eps
        grad[j] = (up - down) / (2 * eps)
    return grad


@wrong(
    "all_entries_at_once",
    "Adds eps to the whole array, right for a single number only: every entry gets the sum of the gradient.",
    "Your entries are all equal. How many numbers of θ move in θ + eps?",
)
def f(f, theta, eps=1e-6):
    gradapprox = (f(theta + eps) - f(theta - eps)) / (2 * eps)
    return np.ones_like(theta) * gradapprox


@wrong(
    "eps_of_its_own",
    "Sets eps to 1e-4 inside, the value of the course notes, and ignores the argument.",
    "Call it with eps = 0.5 and with the default on a function that is not quadratic. Should the results be equal?",
)
def f(f, theta, eps=1e-6):
    eps = 1e-4
    gradient = np.empty_like(theta)
    for j in np.ndindex(theta.shape):
        step = np.zeros_like(theta)
        step[j] = eps
        gradient[j] = (f(theta + step) - f(theta - step)) / (2 * eps)
    return gradient


@wrong(
    "two_loops_for_a_matrix",
    "Runs over rows and columns, so θ must be a matrix: a bias or a batch of sequences raises.",
    "Call it with a vector of three numbers. What does the task say about the shape of θ?",
)
def f(f, theta, eps=1e-6):
    rows, cols = theta.shape
    grad = np.zeros((rows, cols))
    for i in range(rows):
        for j in range(cols):
            plus, minus = theta.copy(), theta.copy()
            plus[i, j] += eps
            minus[i, j] -= eps
            grad[i, j] = (f(plus) - f(minus)) / (2 * eps)
    return grad


@wrong(
    "complex_step",
    "Replaces the difference by the imaginary part at a complex step, which an f of real arrays that returns a float cannot do.",
    "What does your function hand to f, and what does the task say that f takes and returns?",
)
def f(f, theta, eps=1e-6):
    # more accurate: no subtractive cancellation
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        z = theta.astype(complex)
        z[j] += 1j * eps
        grad[j] = np.imag(f(z)) / eps
    return grad


@wrong(
    "step_relative_to_the_entry",
    "Takes eps times the size of the entry for the step, which is 0 for an entry that is 0.",
    "Put a 0 into θ. How far does your function move that entry?",
)
def f(f, theta, eps=1e-6):
    gradient = np.empty_like(theta)
    with np.errstate(divide="ignore", invalid="ignore"):
        for j in np.ndindex(theta.shape):
            step = np.zeros_like(theta)
            step[j] = eps * np.abs(theta[j])
            gradient[j] = np.float64(f(theta + step) - f(theta - step)) / (2 * step[j])
    return gradient
