import numpy as np


def relative_error_mia(a, b):
    num = np.sqrt(np.sum(np.square(a - b)))
    den = np.sqrt(np.sum(np.square(a))) + np.sqrt(np.sum(np.square(b)))
    return np.divide(num, den, out=np.zeros(()), where=den > 0).item()


def relative_error_greta(a, b):
    m = max(np.linalg.norm(a), np.linalg.norm(b))
    if m == 0:
        return 0.0
    return np.linalg.norm(a - b) / m


def relative_error_wim(a, b):
    den = np.sum(a ** 2) + np.sum(b ** 2)
    if den == 0:
        return 0.0
    return np.sum((a - b) ** 2) / den


def relative_error_ivan(a, b):
    a, b = np.atleast_2d(a), np.atleast_2d(b)
    num = np.linalg.norm(a - b, axis=-1)
    den = np.linalg.norm(a, axis=-1) + np.linalg.norm(b, axis=-1)
    return float(np.mean(np.where(den > 0, num / np.where(den > 0, den, 1), 0)))


def relative_error_kira(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-4)


def relative_error_uwe(a, b):
    den = np.linalg.norm(a + b)
    return 0.0 if den == 0 else np.linalg.norm(a - b) / den


RIGHT = {
    'divide_where': relative_error_mia,
}

WRONG = {
    'divided_by_larger': (
        relative_error_greta,
        'The denominator is the larger of the two norms instead of their sum.',
        'Compare a with -a: your number should not be larger than 1.',
    ),
    'squared_norms': (
        relative_error_wim,
        'The roots are missing: squared norms are divided.',
        'What do the bars around a vector mean? Your number for a = 1 and b = 3 should be one half.',
    ),
    'norm_along_last_axis': (
        relative_error_ivan,
        'norms are taken row by row and the ratios averaged.',
        'How many norms do you take of a matrix? A gradient is one long vector here, whatever its shape.',
    ),
    'safe_epsilon': (
        relative_error_kira,
        '1e-4 is added to the denominator to avoid a division by zero, which spoils the digits, and small gradients completely.',
        'Take gradients of the size 1e-4. What does your small number in the denominator do to them?',
    ),
    'sum_inside_norm': (
        relative_error_uwe,
        'The denominator is the norm of the sum, which is small when the gradients point opposite ways.',
        'Is the length of a + b the sum of the lengths? Try b = -a/2.',
    ),
}
