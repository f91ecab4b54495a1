import numpy as np


def numerical_gradient_cem(f, theta):
    eps = 5e-6
    directions = np.eye(theta.size).reshape((-1,) + theta.shape)
    slopes = [(f(theta + eps * d) - f(theta - eps * d)) / (2 * eps) for d in directions]
    return np.array(slopes).reshape(theta.shape)


def numerical_gradient_nora(f, theta):
    eps = 1e-5
    grad = np.zeros(theta.shape)
    it = np.nditer(theta, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        theta[ix] += eps
        up = f(theta)
        theta[ix] -= 2 * eps
        down = f(theta)
        grad[ix] = (up - down) / (2 * eps)
        it.iternext()
    return grad


def numerical_gradient_tara(f, theta):
    eps = 1e-6
    grad = np.zeros_like(theta)
    for i in range(len(theta)):
        plus, minus = theta.copy(), theta.copy()
        plus[i] += eps
        minus[i] -= eps
        grad[i] = (f(plus) - f(minus)) / (2 * eps)
    return grad


def numerical_gradient_gustav(f, theta):
    h = 1e-5
    grad = np.zeros_like(theta)
    for k in np.ndindex(theta.shape):
        plus = theta
        plus[k] = plus[k] + h
        fp = f(plus)
        minus = theta
        minus[k] = minus[k] - h
        fm = f(minus)
        grad[k] = (fp - fm) / (2 * h)
    return grad


def numerical_gradient_emil(f, theta):
    eps = 1e-5
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        e = np.zeros_like(theta)
        e[j] = eps
        grad[j] = round((f(theta + e) - f(theta - e)) / (2 * eps), 4)
    return grad


RIGHT = {
    'identity_rows': numerical_gradient_cem,
}

WRONG = {
    'not_moved_back': (
        numerical_gradient_nora,
        "After the two evaluations the entry is left at minus ε instead of being moved back, in the caller's own array.",
        'Print theta after the call. How far have you moved each entry in all?',
    ),
    'rows_at_once': (
        numerical_gradient_tara,
        'The loop runs over the first axis only, so that all entries of a row are moved together.',
        'It is right for a vector. For a matrix, how many numbers do you move at a time?',
    ),
    'aliases_of_theta': (
        numerical_gradient_gustav,
        'plus and minus are both names of theta itself, so that the second evaluation is made at theta.',
        'Is plus another array than minus? Change one and look at the other.',
    ),
    'rounded_for_display': (
        numerical_gradient_emil,
        'The result is rounded to four decimals.',
        'How many digits of a gradient of 0.001 do you keep? A relative accuracy is asked for.',
    ),
}
