import functools

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("ndindex")
def numerical_gradient(f, theta, eps=1e-6):
    gradient = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        step = np.zeros_like(theta)
        step[j] = eps
        gradient[j] = (f(theta + step) - f(theta - step)) / (2 * eps)
    return gradient


@right("theta_itself_restored")
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros(theta.shape)
    it = np.nditer(theta, flags=["multi_index"])
    while not it.finished:
        j = it.multi_index
        saved = theta[j]
        theta[j] = saved + eps
        plus = f(theta)
        theta[j] = saved - eps
        minus = f(theta)
        theta[j] = saved
        grad[j] = (plus - minus) / 2 / eps
        it.iternext()
    return grad


@right("fourth_order")
def numerical_gradient(f, theta, eps=1e-3):
    def entry(j):
        e = np.zeros_like(theta)
        e[j] = eps
        return (8 * (f(theta + e) - f(theta - e)) - (f(theta + 2 * e) - f(theta - 2 * e))) / (12 * eps)

    return np.array([entry(j) for j in np.ndindex(theta.shape)]).reshape(theta.shape)


@right("vectorize_flat")
def numerical_gradient(f, theta, eps=1e-6):
    def partial(j):
        e = np.zeros(theta.size)
        e[j] = eps
        e = e.reshape(theta.shape)
        return (f(theta + e) - f(theta - e)) / (2 * eps)

    return np.vectorize(partial, otypes=[float])(np.arange(theta.size)).reshape(theta.shape)


def _general(order, f, theta, eps=1e-6):
    g = np.empty_like(theta, order=order)
    for j in np.ndindex(theta.shape):
        d = np.zeros(theta.shape)
        d[j] = eps
        g[j] = 0.5 * (f(theta + d) - f(theta - d)) / eps
    return g


right("partial_fortran")(functools.partial(_general, "F"))


@right("richardson")
def numerical_gradient(f, theta, eps=1e-4):
    a, b = (RIGHT["ndindex"](f, theta, e) for e in (eps, eps / 2))
    return (4 * b - a) / 3


# ---------------------------------------------------------------- wrong

@wrong("forward_difference", "One-sided: (f(θ+ε) - f(θ)) / ε.", "One-sided difference: not accurate enough; move down as well.")
def numerical_gradient(f, theta, eps=1e-6):
    g, at = np.empty_like(theta), f(theta)
    for j in np.ndindex(theta.shape):
        d = np.zeros_like(theta)
        d[j] = eps
        g[j] = (f(theta + d) - at) / eps
    return g


@wrong("divided_by_eps", "Divided by ε instead of 2ε: twice too large.", "Twice too large: the two points are 2ε apart.")
def numerical_gradient(f, theta, eps=1e-6):
    return 2 * RIGHT["ndindex"](f, theta, eps)


@wrong("not_divided", "Not divided at all.", "Divide by 2ε.")
def numerical_gradient(f, theta, eps=1e-6):
    g = np.empty_like(theta)
    for j in np.ndindex(theta.shape):
        d = np.zeros_like(theta)
        d[j] = eps
        g[j] = f(theta + d) - f(theta - d)
    return g


@wrong("eps_1e-10", "ε = 1e-10: rounding.", "ε is so small that rounding takes over.")
def numerical_gradient(f, theta, eps=1e-10):
    return RIGHT["ndindex"](f, theta, eps)


@wrong("eps_too_large", "ε = 0.1.", "ε is too large: the curvature shows.")
def numerical_gradient(f, theta, eps=0.1):
    return RIGHT["ndindex"](f, theta, eps)


@wrong("minus", "f(θ-ε) - f(θ+ε): the sign.", "The sign.")
def numerical_gradient(f, theta, eps=1e-6):
    return -RIGHT["ndindex"](f, theta, eps)


@wrong("step_not_reset", "The step array is not set back: all entries so far move together.", "One entry at a time: the step keeps the entries before.")
def numerical_gradient(f, theta, eps=1e-6):
    g, d = np.empty_like(theta), np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        d[j] = eps
        g[j] = (f(theta + d) - f(theta - d)) / (2 * eps)
    return g


@wrong("rows_only", "range(len(theta)): whole rows move.", "Of a matrix whole rows move: use np.ndindex(theta.shape).")
def numerical_gradient(f, theta, eps=1e-6):
    g = np.empty_like(theta)
    for j in range(len(theta)):
        d = np.zeros_like(theta)
        d[j] = eps
        g[j] = (f(theta + d) - f(theta - d)) / (2 * eps)
    return g


@wrong("flat_to_f", "f is called with the flat array.", "f wants an array of θ's shape.")
def numerical_gradient(f, theta, eps=1e-6):
    flat = theta.ravel()
    return np.array([(f(flat + eps * e) - f(flat - eps * e)) / (2 * eps) for e in np.eye(flat.size)]).reshape(theta.shape)


@wrong("theta_left_moved", "θ is moved and not put back.", "θ is not as it was.")
def numerical_gradient(f, theta, eps=1e-6):
    g = np.empty_like(theta)
    for j in np.ndindex(theta.shape):
        theta[j] += eps
        up = f(theta)
        theta[j] -= 2 * eps
        g[j] = (up - f(theta)) / (2 * eps)
    return g


@wrong("float32", "The gradient is computed in float32.", "float32 is too coarse: stay in float64.")
def numerical_gradient(f, theta, eps=1e-6):
    return RIGHT["ndindex"](lambda q: np.float32(f(q)), theta, eps).astype(np.float32)


@wrong("average", "(f₊ + f₋) / 2: a sum for a difference.", "Difference, not sum.")
def numerical_gradient(f, theta, eps=1e-6):
    g = np.empty_like(theta)
    for j in np.ndindex(theta.shape):
        d = np.zeros_like(theta)
        d[j] = eps
        g[j] = (f(theta + d) + f(theta - d)) / (2 * eps)
    return g


@wrong("relative_step", "The step is ε times θ_j, but the division is by 2ε.", "Divide by the step that was made.")
def numerical_gradient(f, theta, eps=1e-6):
    g = np.empty_like(theta)
    for j in np.ndindex(theta.shape):
        d = np.zeros_like(theta)
        d[j] = eps * theta[j]
        g[j] = (f(theta + d) - f(theta - d)) / (2 * eps)
    return g


@wrong("eps_required", "eps has no default value: TypeError.", "The check calls numerical_gradient(f, theta): give eps a default.")
def numerical_gradient(f, theta, eps):
    return RIGHT["ndindex"](f, theta, eps)


@wrong("forward_and_half", "Two mistakes: one-sided and divided by 2ε: half.", "One-sided difference divided by 2ε: half of it.")
def numerical_gradient(f, theta, eps=1e-6):
    return WRONG["forward_difference"][0](f, theta, eps) / 2


@wrong("library", "The library.", "Write your own.")
def numerical_gradient(f, theta, eps=1e-6):
    from rnncourse import bptt

    return bptt.numerical_gradient(f, theta)


