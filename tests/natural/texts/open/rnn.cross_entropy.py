import math

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


# ---------------------------------------------------------------- right

@right("take_along_axis")
def cross_entropy(o, y):
    o = o - o.max(axis=-1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=-1, keepdims=True))
    return float(-np.take_along_axis(log_p, y[..., None], axis=-1).mean())


@right("logaddexp_reduce")
def cross_entropy(o, y):
    t, b = np.indices(y.shape)
    return (np.logaddexp.reduce(o, axis=-1) - o[t, b, y]).mean()


@right("flattened")
def cross_entropy(o, y):
    flat, target = o.reshape(-1, o.shape[-1]), y.ravel()
    flat = flat - np.max(flat, axis=1, keepdims=True)
    loss = np.log(np.sum(np.exp(flat), axis=1)) - flat[np.arange(len(flat)), target]
    return np.sum(loss) / loss.size


@right("boolean_mask")
def cross_entropy(o, y):
    mask = np.arange(o.shape[-1]) == y[..., np.newaxis]
    z = o - o.max(-1, keepdims=True)
    return -(z - np.log(np.exp(z).sum(-1, keepdims=True)))[mask].mean()


class NLL:
    def __init__(self, base=math.e):
        self.base = base

    def __call__(self, scores, targets):
        e = scores - scores.max(axis=-1, keepdims=True)
        logp = e - np.log(np.exp(e).sum(axis=-1))[..., None]
        return -np.mean([logp[i][targets[i]] for i in np.ndindex(targets.shape)]) / math.log(self.base)


right("class")(NLL())


# ---------------------------------------------------------------- wrong

def _softmax(o, axis=-1):
    e = np.exp(o - o.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _pick(p, y):
    return np.take_along_axis(p, y[..., None], axis=-1)[..., 0]


def _log_softmax(o):
    o = o - o.max(axis=-1, keepdims=True)
    return o - np.log(np.exp(o).sum(axis=-1, keepdims=True))


@wrong("no_minus", "The minus is missing: the mean log-likelihood.", "The value is negative: the sign.")
def cross_entropy(o, y):
    return _pick(_log_softmax(o), y).mean()


@wrong("log2_half", "exp with base e but log2 of the sum.", "exp and log have different bases.")
def cross_entropy(o, y):
    o = o - o.max(-1, keepdims=True)
    return -_pick(o - np.log2(np.exp(o).sum(-1, keepdims=True)), y).mean()


@wrong("mean_over_time_only", "Divided by T only.", "Divide by T·B, not by T.")
def cross_entropy(o, y):
    return -_pick(_log_softmax(o), y).sum() / len(o)


@wrong("mean_with_K", "The mean of one-hot times log p runs over K too: K times too small.", "The mean runs over the K symbols as well; it is K times too small.")
def cross_entropy(o, y):
    return -(np.eye(o.shape[-1])[y] * _log_softmax(o)).mean()


@wrong("log_of_underflow", "Stable softmax, then log of a probability that underflowed to 0: inf.", "log(0): take the logarithm before it underflows, o - log Σ exp.")
def cross_entropy(o, y):
    return -np.log(_pick(_softmax(o), y)).mean()


@wrong("clip", "Probabilities are clipped at 1e-7 like in Keras.", "Clipping caps the loss.")
def cross_entropy(o, y):
    return -np.log(np.clip(_pick(_softmax(o), y), 1e-7, 1)).mean()


@wrong("softmax_axis_0", "Softmax over the steps (axis 0).", "The softmax sums over the K symbols, the last axis.")
def cross_entropy(o, y):
    return -np.log(_pick(_softmax(o, axis=0), y)).mean()


@wrong("softmax_over_all", "Normalised over all entries at once.", "Each row of K scores has its own softmax.")
def cross_entropy(o, y):
    e = np.exp(o - o.max())
    return -np.log(_pick(e / e.sum(), y)).mean()


@wrong("softmax_twice", "softmax is applied twice.", "The softmax is applied twice.")
def cross_entropy(o, y):
    return -np.log(_pick(_softmax(_softmax(o)), y)).mean()


@wrong("likeliest_symbol", "The probability of the likeliest symbol, not of the right one.", "y is not used: the right symbol's probability is asked for.")
def cross_entropy(o, y):
    return -_log_softmax(o).max(axis=-1).mean()


@wrong("entropy", "The entropy of the prediction, y is ignored.", "This is the entropy of the prediction; y is not used.")
def cross_entropy(o, y):
    return -(_softmax(o) * _log_softmax(o)).sum(axis=-1).mean()


@wrong("mean_of_probabilities", "log of the mean probability, not mean of the logs.", "Mean of the logs, not log of the mean.")
def cross_entropy(o, y):
    return -np.log(_pick(_softmax(o), y).mean())


@wrong("squared_error", "Squared error to the one-hot vector.", "That is a squared error.")
def cross_entropy(o, y):
    return ((_softmax(o) - np.eye(o.shape[-1])[y]) ** 2).sum(-1).mean()


@wrong("last_step", "Only the last step counts.", "All steps count.")
def cross_entropy(o, y):
    return -_pick(_log_softmax(o), y)[-1].mean()


@wrong("max_not_given_back", "The maximum is taken away in the log-sum but not in the chosen score.", "The maximum is subtracted in one place only.")
def cross_entropy(o, y):
    m = o.max(axis=-1, keepdims=True)
    return (np.log(np.exp(o - m).sum(axis=-1)) - _pick(o, y)).mean()


@wrong("sum_and_bits", "Two mistakes: sum, and log2.", "Sum for mean, and bits for nats.")
def cross_entropy(o, y):
    return -_pick(_log_softmax(o), y).sum() / np.log(2)


@wrong("library", "The library's cross_entropy.", "Write your own.")
def cross_entropy(o, y):
    from rnncourse import rnn

    return rnn.cross_entropy(o, y)


@wrong("string", "A formatted string comes back.", "A string came; return the number.")
def cross_entropy(o, y):
    return f"{-_pick(_log_softmax(o), y).mean():.3f}"


