import numpy as np


def numerical_gradient_finn(f, theta):
    eps = 1e-3
    g = np.zeros_like(theta)
    for j in np.ndindex(*theta.shape):
        e = np.zeros_like(theta)
        e[j] = eps
        near = f(theta + e) - f(theta - e)
        far = f(theta + 2 * e) - f(theta - 2 * e)
        g[j] = (8 * near - far) / (12 * eps)
    return g


def numerical_gradient_lena(f, theta):
    work = np.array(theta, copy=True)
    grad = np.empty_like(work)
    it = np.nditer(theta, flags=["multi_index", "zerosize_ok"])
    for value in it:
        i = it.multi_index
        vals = []
        for side in (1e-5, -1e-5):
            work[i] = value + side
            vals.append(f(work.copy()))
        work[i] = value
        grad[i] = np.subtract(*vals) / 2e-5
    return grad


def numerical_gradient_greta(f, theta):
    eps = 1e-5
    f0 = f(theta)
    g = np.zeros_like(theta)
    for idx in np.ndindex(theta.shape):
        th = theta.copy()
        th[idx] += eps
        g[idx] = (f(th) - f0) / eps
    return g


def numerical_gradient_elif(f, theta):
    eps = 1e-6
    e = np.zeros(theta.size)
    out = np.zeros(theta.size)
    for j in range(theta.size):
        e[j] = eps
        step = e.reshape(theta.shape)
        out[j] = (f(theta + step) - f(theta - step)) / (2 * eps)
    return out.reshape(theta.shape)


def numerical_gradient_ben(f, theta):
    eps = np.finfo(float).eps * 100
    g = [(f(theta + eps * e.reshape(theta.shape)) - f(theta - eps * e.reshape(theta.shape))) / (2 * eps)
         for e in np.eye(theta.size)]
    return np.reshape(g, theta.shape)


def numerical_gradient_ivan(f, theta):
    eps = 1e-6

    def partial(j):
        d = np.zeros_like(theta)
        d[j] = eps
        return (f(theta + d) - f(theta - d)) / eps

    g = np.empty_like(theta)
    for j in np.ndindex(theta.shape):
        g[j] = partial(j)
    return g


def numerical_gradient_mia(f, theta):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        eps = 1e-5 * theta[j]
        a, b = theta.copy(), theta.copy()
        a[j] += eps
        b[j] -= eps
        grad[j] = (f(a) - f(b)) / (2 * eps)
    return grad


RIGHT = {
    'five_points': numerical_gradient_finn,
    'nditer_in_a_copy': numerical_gradient_lena,
}

WRONG = {
    'one_sided': (
        numerical_gradient_greta,
        'The forward difference is taken, whose error falls only like ε.',
        'Where f curves, your result is off by more than rounding. How many points on which sides does the formula use?',
    ),
    'direction_not_reset': (
        numerical_gradient_elif,
        'The vector e keeps the entries that were moved before, so that more and more of them are moved at once.',
        'How many entries of e are not zero in the third turn of your loop?',
    ),
    'tiny_step': (
        numerical_gradient_ben,
        'ε is so small that rounding swallows most of the difference.',
        'How many digits of f(θ+ε) and f(θ-ε) differ? Look at the valley in the figure of the page.',
    ),
    'missing_two': (
        numerical_gradient_ivan,
        'The difference over 2ε is divided by ε.',
        'Try f(θ) = θ. How far apart are the two points at which you evaluate f?',
    ),
    'relative_step': (
        numerical_gradient_mia,
        'The step is proportional to the entry, so it is zero where the entry is zero.',
        'What is your step for an entry that is exactly zero?',
    ),
}
