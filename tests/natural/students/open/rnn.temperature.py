import numpy as np


def temperature_finn(o, tau):
    p = np.empty_like(o)
    for row, out in zip(o, p):
        np.subtract(row, row.max(), out=out)
        np.divide(out, tau, out=out)
        np.exp(out, out=out)
        out /= out.sum()
    return p


def temperature_xenia(o, tau):
    z = (o / tau).T
    log_norm = np.logaddexp.reduce(z, axis=0)
    return np.exp(z - log_norm).T


def temperature_lena(o, tau):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p = p / tau
    return p / p.sum(axis=1, keepdims=True)


def temperature_greta(o, tau):
    p = np.exp(o - np.logaddexp.reduce(o, axis=1, keepdims=True))
    return p ** (1 / tau)


def temperature_fatma(o, tau):
    o /= tau
    e = np.exp(o - o.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def temperature_hugo(o, tau):
    beta = tau
    a = beta * (o - o.max(1, keepdims=True))
    return np.exp(a) / np.exp(a).sum(1, keepdims=True)


def temperature_ben(o, tau):
    tau = np.full((len(o), 1), tau)
    x = np.divide(o, tau)
    x = x - x.max(axis=1, keepdims=True)
    w = np.exp(x)
    return w / w.sum(axis=1, keepdims=True)


RIGHT = {
    'row_by_row': temperature_finn,
    'columns_logsumexp': temperature_xenia,
}

WRONG = {
    'divide_probabilities': (
        temperature_lena,
        'The probabilities are divided by the temperature and normalised again, which changes nothing.',
        'Compare your result for two temperatures. What does the temperature divide, scores or probabilities?',
    ),
    'power_without_norm': (
        temperature_greta,
        'The probabilities are raised to 1/τ but not normalised again.',
        'Sum your rows at a temperature that is not 1.',
    ),
    'divide_in_place': (
        temperature_fatma,
        "o is divided in place, so that the caller's scores change and a second call is colder or warmer.",
        'Call your function twice with the same array. What has become of o?',
    ),
    'beta_inverse': (
        temperature_hugo,
        'The scores are multiplied by τ, which is the inverse temperature of physics.',
        'Does your distribution become flatter or sharper when τ grows? The text says what happens for large τ.',
    ),
    'float64_temperature': (
        temperature_ben,
        'τ is turned into a float64 array, which makes the result float64 whatever the scores are.',
        'Look at the dtype of each factor: what is float32 divided by a float64 array?',
    ),
}
