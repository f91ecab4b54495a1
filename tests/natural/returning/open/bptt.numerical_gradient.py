import numpy as np


def numerical_gradient_1(f, theta):
    eps = 1e-6
    base = f(theta)
    grad = np.zeros_like(theta)
    for i in np.ndindex(theta.shape):
        moved = theta.copy()
        moved[i] += eps
        grad[i] = (f(moved) - base) / eps
    return grad


def numerical_gradient_4(f, theta):
    eps = 1e-6
    grad = np.zeros_like(theta)
    it = np.nditer(theta, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        theta[i] += eps
        f_plus = f(theta)
        theta[i] -= 2 * eps
        f_minus = f(theta)
        theta[i] += eps
        grad[i] = (f_plus - f_minus) / (2 * eps)
        it.iternext()
    return grad


def numerical_gradient_5(f, theta):
    eps = 1e-5
    grad = np.zeros_like(theta)
    for i in range(theta.shape[0]):
        step = np.zeros_like(theta)
        step[i] = eps
        grad[i] = (f(theta + step) - f(theta - step)) / (2 * eps)
    return grad


def numerical_gradient_6(f, theta):
    grad = np.zeros_like(theta)
    for i in np.ndindex(theta.shape):
        h = 1e-5 * abs(theta[i])
        if h == 0:
            continue
        up, down = theta.copy(), theta.copy()
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (up[i] - down[i])
    return grad


def numerical_gradient_9(f, theta):
    eps = 1e-6
    plus = minus = theta.copy()
    grad = np.zeros_like(theta)
    for i in np.ndindex(theta.shape):
        plus[i] += eps
        minus[i] -= eps
        grad[i] = (f(plus) - f(minus)) / (2 * eps)
    return grad


def numerical_gradient_10(f, theta):
    eps = 1e-6
    grad = np.empty_like(theta)
    moved = theta.copy()
    for i in np.ndindex(theta.shape):
        moved[i] += eps
        up = f(moved)
        moved[i] -= eps
        down = f(moved)
        grad[i] = (up - down) / (2 * eps)
    return grad


def numerical_gradient_b(f, theta):
    h = 1e-4
    grad = np.empty_like(theta)
    moved = theta.copy()
    for i in np.ndindex(theta.shape):
        values = []
        for m in (-2, -1, 1, 2):
            moved[i] = theta[i] + m * h
            values.append(f(moved))
        moved[i] = theta[i]
        a, b, c, d = values
        grad[i] = (a - 8 * b + 8 * c - d) / (12 * h)
    return grad


def numerical_gradient_c(f, theta):
    flat = theta.ravel()

    def along(j):
        def g(s):
            line = flat.copy()
            line[j] = s
            return f(line.reshape(theta.shape))

        up, down = flat[j] + 1e-6, flat[j] - 1e-6
        return (g(up) - g(down)) / (up - down)

    return np.fromiter(map(along, range(flat.size)), float, flat.size).reshape(theta.shape)


RIGHT = {
    "five_point_stencil": numerical_gradient_b,
    "closures_along_each_line": numerical_gradient_c,
}
WRONG = {
    "engineer_forward_difference_subtle": (
        numerical_gradient_1,
        "Takes one-sided differences, whose error is of order ε.",
        "Nearly right where f is nearly straight. On how many sides of θ does eq-bptt-fd evaluate f?",
    ),
    "c_programmer_moves_theta_and_back_subtle": (
        numerical_gradient_4,
        "Moves the caller's θ and back again by sums, which leaves it changed in the last digits.",
        "The gradient is right. Is θ after your call bit for bit what it was? (θ + ε) - 2ε + ε need not be θ.",
    ),
    "assistant_first_axis_only_subtle": (
        numerical_gradient_5,
        "Runs over the first axis only and moves a whole row at once.",
        "Vectors are right. For a matrix, how many entries do you move at a time?",
    ),
    "numerics_relative_step_subtle": (
        numerical_gradient_6,
        "The step is relative to the entry, and an entry that is zero gets the gradient 0.",
        "Right wherever θ is not small. What is your step at an entry that is 0?",
    ),
    "tired_two_names_one_array": (
        numerical_gradient_9,
        "plus and minus are the same array, so that the two moves cancel and the gradient is zero.",
        "Everything is zero: are plus and minus two arrays?",
    ),
    "tired_up_and_back_to_the_middle": (
        numerical_gradient_10,
        "The lower value is taken at θ itself, not below it, but the difference is divided by 2ε, so that all is half as large.",
        "Exactly half of what it should be: where do you evaluate f the second time?",
    ),
}
