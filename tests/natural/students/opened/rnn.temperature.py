import numpy as np


def temperature_karim(o, tau):
    d = (o[:, None, :] - o[:, :, None]) / tau
    m = np.maximum(d.max(axis=2, keepdims=True), 0)
    return np.exp(-m[..., 0]) / np.exp(d - m).sum(axis=2)


def temperature_mia(o, tau):
    z = o / tau - np.max(o, axis=-1, keepdims=True)
    p = np.exp(z)
    return p / np.sum(p, axis=-1, keepdims=True)


def temperature_rosa(o, tau):
    s = (o - o.max(axis=0)) / tau
    e = np.exp(s)
    return e / e.sum(axis=1)[:, None]


def temperature_kira(o, tau):
    scaled = o / tau
    numerator = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    denominator = np.exp(scaled).sum(axis=-1, keepdims=True)
    return numerator / denominator


def temperature_deniz(o, tau):
    z = np.clip(o / tau, -50, 50)
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


RIGHT = {
    'logistic_of_differences': temperature_karim,
}

WRONG = {
    'max_not_scaled': (
        temperature_mia,
        'The maximum of the undivided scores is subtracted from the divided ones, so large scores over- or underflow.',
        'What is the largest exponent of a row in your function when the scores are near 1000 and the temperature is not 1?',
    ),
    'shift_by_column': (
        temperature_rosa,
        'The maximum is taken along the batch, so every column is shifted by another amount.',
        'Within one row all scores must be shifted alike. Which axis does your maximum run along?',
    ),
    'only_numerator_shifted': (
        temperature_kira,
        'The maximum is subtracted in the numerator but not in the denominator.',
        'Your rows do not sum to 1. Is the same done to the scores above and below the fraction?',
    ),
    'clip_scores': (
        temperature_deniz,
        'The scores are clipped to ±50 against overflow, which makes different large scores equal.',
        'Which probabilities do scores of 1000 and 900 get from you, and which should they get?',
    ),
}
