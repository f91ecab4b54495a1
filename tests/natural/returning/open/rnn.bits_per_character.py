import numpy as np


def bits_per_character_4(nll):
    bits = nll / np.log(2)
    return bits / 8


def bits_per_character_6(nll):
    log_likelihood = -nll
    return log_likelihood / np.log(2)


def bits_per_character_8(nll):
    return nll / np.log1p(2)


_losses = []


def bits_per_character_9(nll):
    _losses.append(nll)
    return float(np.mean(_losses) / np.log(2))


def bits_per_character_10(nll):
    perplexity = np.exp(nll)
    return float(np.ceil(np.log2(perplexity)))


def bits_per_character_11(nll):
    return -nll * np.log(2)


def bits_per_character_b(nll):
    return float(np.logaddexp2(nll * np.log2(np.e), -np.inf))


RIGHT = {
    "logaddexp2_with_nothing": bits_per_character_b,
}
WRONG = {
    "c_programmer_bytes": (
        bits_per_character_4,
        "Divides by 8 as well, as if bytes were asked for.",
        "You are too small by a factor of 8: bits a character, not bytes.",
    ),
    "statistician_sign": (
        bits_per_character_6,
        "Changes the sign, as if the loss were to be a log-likelihood.",
        "The argument is a negative log-likelihood already. Can a code length be negative?",
    ),
    "numerics_log1p": (
        bits_per_character_8,
        "Divides by log1p(2), which is ln 3.",
        "Which number's logarithm does log1p(2) give?",
    ),
    "keras_metric_keeps_state": (
        bits_per_character_9,
        "Keeps all losses of earlier calls in a module-level list and returns their mean.",
        "The first call is right. What has a second call with another loss to do with the first?",
    ),
    "coder_rounds_up_subtle": (
        bits_per_character_10,
        "Rounds up to whole bits.",
        "An ideal coder may need a fraction of a bit a character on average: what does eq-rnn-bits say?",
    ),
    "two_slips_double": (
        bits_per_character_11,
        "Multiplies by ln 2 instead of dividing, and changes the sign.",
        "Bits are positive and more than nats: check the sign and the direction of the conversion.",
    ),
}
