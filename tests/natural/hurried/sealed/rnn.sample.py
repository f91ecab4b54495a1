"""As students at two in the morning: drawing a symbol, tried with a single row."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def _temperature(o, tau):
    z = (o - o.max(axis=-1, keepdims=True)) / tau
    p = np.exp(z)
    return p / p.sum(axis=-1, keepdims=True)


@right("while_loop_each_row")
def sample(o, tau, u):
    p = _temperature(o, tau)
    B, K = p.shape
    ks = []
    for b in range(B):
        cum = np.cumsum(p[b])
        k = 0
        while k < K - 1 and not cum[k] > u[b]:
            k += 1
        ks.append(k)
    # print(ks)
    return np.array(ks, dtype=int)


@wrong(
    "total_not_reset",
    "The running sum is set to zero before the loop over the rows and not in it, so later rows start with what the row before left.",
    "The first row is right, later ones come out too small. What is in your running sum when the second row begins?",
)
def sample(o, tau, u):
    p = _temperature(o, tau)
    B, K = p.shape
    out = np.zeros(B, dtype=int)
    total = 0.0
    for b in range(B):
        for k in range(K):
            total += p[b, k]
            if total > u[b]:
                out[b] = k
                break
    return out


@wrong(
    "first_random_number_for_all",
    "u[0] is left over from a try with one row, so all rows use the first random number.",
    "Each row has its own random number. Change u[1]: does the second symbol ever change?",
)
def sample(o, tau, u):
    p = _temperature(o, tau)
    cum = np.cumsum(p, axis=1)
    k = (cum <= u[0]).sum(axis=1)
    return np.minimum(k, p.shape[1] - 1)


@wrong(
    "floats_from_zeros",
    "The result is collected in np.zeros(B), which holds floats, so the symbols cannot be used as an index.",
    "The values are right, but try symbols[k] with your answer. What type does np.zeros give if you do not say?",
)
def sample(o, tau, u):
    p = _temperature(o, tau)
    B, K = p.shape
    out = np.zeros(B)
    for b in range(B):
        k = np.searchsorted(np.cumsum(p[b]), u[b], side="right")
        out[b] = min(k, K - 1)
    return out


@wrong(
    "tau_left_at_one",
    "The temperature is still 1.0 in the call, from when the drawing alone was tried, so tau has no effect.",
    "Try a very small tau: the likeliest symbol should come nearly always. Where does tau enter your function?",
)
def sample(o, tau, u):
    p = _temperature(o, 1.0)
    cum = np.cumsum(p, axis=-1)
    return np.minimum((cum <= u[:, None]).sum(axis=-1), o.shape[-1] - 1)
