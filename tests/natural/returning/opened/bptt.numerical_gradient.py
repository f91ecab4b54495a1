import numpy as np


def numerical_gradient_2(f, theta):
    h = 1e-2
    grad = np.empty_like(theta)
    for i in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad


def numerical_gradient_3(f, theta):
    eps = np.finfo(theta.dtype).eps * 100
    grad = np.empty_like(theta)
    for i in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[i] += eps
        down[i] -= eps
        grad[i] = (f(up) - f(down)) / (2 * eps)
    return grad


def numerical_gradient_7(f, theta):
    eps = 1e-6
    n = theta.size
    flat = np.zeros(n)
    for j in range(n):
        e = np.zeros(n)
        e[j] = eps
        e = e.reshape(theta.shape)
        flat[j] = (f(theta + e) - f(theta - e)) / (2 * eps)
    return flat.reshape(theta.shape, order="F")


def numerical_gradient_8(f, theta):
    def central(i, h):
        e = np.zeros_like(theta)
        e[i] = h
        return (f(theta + e) - f(theta - e)) / (2 * h)

    h = 5e-2
    grad = np.empty_like(theta)
    for i in np.ndindex(theta.shape):
        grad[i] = (4 * central(i, h) - central(i, h / 2)) / 3
    return grad


def numerical_gradient_11(f, theta):
    rng = np.random.default_rng(0)
    eps, draws = 1e-6, 200
    grad = np.zeros_like(theta)
    for _ in range(draws):
        v = rng.choice([-1.0, 1.0], size=theta.shape)
        slope = (f(theta + eps * v) - f(theta - eps * v)) / (2 * eps)
        grad += slope * v
    return grad / draws


def numerical_gradient_12(f, theta):
    eps = 1e-3
    grad = np.empty_like(theta)
    moved = theta.copy()
    for i in np.ndindex(theta.shape):
        moved[i] += eps
        up = f(moved)
        moved[i] -= 2 * eps
        down = f(moved)
        grad[i] = (up - down) / eps
    return grad


def numerical_gradient_a(f, theta):
    eps = 1e-6
    basis = np.eye(theta.size).reshape(theta.size, *theta.shape)
    slopes = [(f(theta + eps * e) - f(theta - eps * e)) / (2 * eps) for e in basis]
    return np.array(slopes).reshape(theta.shape)


RIGHT = {
    "list_over_a_basis": numerical_gradient_a,
}
WRONG = {
    "single_precision_habit_large_step_subtle": (
        numerical_gradient_2,
        "Uses ε = 0.01, which is too large for the accuracy that is asked where f curves.",
        "Right where f is a parabola. Which of the two errors on the page grows with ε, and how large is it with yours?",
    ),
    "numerics_step_near_machine_precision_subtle": (
        numerical_gradient_3,
        "Uses ε of about 2e-14, so that rounding leaves hardly a digit.",
        "Your answer is noisy: which of the two errors on the page grows when ε becomes smaller?",
    ),
    "fortran_column_order_subtle": (
        numerical_gradient_7,
        "Unfolds by rows and folds the result back by columns.",
        "Vectors are right. In which order do you count the entries going out, and in which coming back?",
    ),
    "numerics_richardson_weights_exchanged_subtle": (
        numerical_gradient_8,
        "Exchanges the weights of the two differences in Richardson's extrapolation, so that the error does not cancel but grows.",
        "Right where f is a parabola. Which of your two differences is the better one, and which should get the larger weight?",
    ),
    "numerics_random_directions": (
        numerical_gradient_11,
        "Averages slopes along 200 random directions, an estimate with noise instead of one entry at a time.",
        "Right for a single number. How does the error of your estimate fall with the number of directions, and what accuracy is asked for?",
    ),
    "two_slips_double": (
        numerical_gradient_12,
        "Divides by ε instead of 2ε, and never moves an entry back after its turn, so that later entries are differentiated elsewhere.",
        "The first entry is twice too large: how far apart are your two points? Then see at which point you stand when the second entry's turn comes.",
    ),
}
