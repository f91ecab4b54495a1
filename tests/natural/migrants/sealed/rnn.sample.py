"""As someone who programs well in MATLAB, R, C++, JavaScript or Excel and writes NumPy for the first time: draw a symbol."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def temperature(o, tau):  # exercise 8, done
    p = np.exp((o - o.max(axis=-1, keepdims=True)) / tau)
    return p / p.sum(axis=-1, keepdims=True)


@right("running_sum_and_break")
def sample(o, tau, u):
    p = temperature(o, tau)
    B, K = p.shape
    drawn = np.full(B, K - 1, dtype=np.int64)
    for b in range(B):
        acc = p.dtype.type(0)
        for k in range(K):
            acc = acc + p[b, k]
            if acc > u[b]:
                drawn[b] = k
                break
    return drawn


@right("upper_bound")
def sample(o, tau, u):
    # std::upper_bound on each row
    cum = np.cumsum(temperature(o, tau), axis=1)
    return np.array([np.searchsorted(cum[b, :-1], u[b], side="right") for b in range(len(u))])


@right("first_true")
def sample(o, tau, u):
    above = np.cumsum(temperature(o, tau).T, axis=0) > u  # symbols down, rows across
    above[-1, :] = True
    return above.argmax(axis=0)


@wrong(
    "lower_bound",
    "Takes the first sum that reaches u (≥) instead of exceeding it (>), as std::lower_bound does.",
    "Which symbol does the example draw when u is exactly 0.2? Compare the sign in the formula with yours.",
)
def sample(o, tau, u):
    c = np.cumsum(temperature(o, tau), axis=1)
    k = np.empty(len(u), dtype=int)
    for b in range(len(u)):
        k[b] = np.searchsorted(c[b], u[b], side="left")
    return np.minimum(k, o.shape[1] - 1)


@wrong(
    "symbols_one_to_K",
    "Returns the position counted from 1, as findInterval + 1 or find(…, 1) do.",
    "Which symbols can your function return? The first one of the text has which number here?",
)
def sample(o, tau, u):
    c = np.cumsum(temperature(o, tau), axis=1)
    c[:, -1] = 1.0
    return np.argmax(c > u[:, None], axis=1) + 1


@wrong(
    "flat_cumsum",
    "np.cumsum without an axis runs through the whole flattened array, so only the first row's sums are its own.",
    "Print the shape of your cumulative sums: over how many rows do they add up?",
)
def sample(o, tau, u):
    p = temperature(o, tau)
    B, K = p.shape
    c = np.cumsum(p).reshape(B, K)
    k = np.sum(c <= u[:, None], axis=1)
    return np.minimum(k, K - 1)


@wrong(
    "own_random_numbers",
    "Draws with a generator of its own, as sample() in R would, and does not use u.",
    "Call your function twice with the same u, and once with another u. Where does your randomness come from?",
)
def sample(o, tau, u):
    rng = np.random.default_rng(1234)
    p = temperature(o.astype(float), tau)
    return np.array([rng.choice(p.shape[1], p=row) for row in p])


@wrong(
    "symbols_as_doubles",
    "Fills np.zeros(B), which is an array of doubles as in MATLAB: the symbols are floats and cannot be indices.",
    "The values are right. Use your result as an index into an array: what does Python say?",
)
def sample(o, tau, u):
    p = temperature(o, tau)
    k = np.zeros(p.shape[0])
    for b in range(p.shape[0]):
        k[b] = min(np.count_nonzero(np.cumsum(p[b]) <= u[b]), p.shape[1] - 1)
    return k


@wrong(
    "u_along_the_symbols",
    "Compares (B, K) sums with u (B,) without making u a column: it raises, or lines up rows with symbols if B = K.",
    "Along which axis does NumPy line up u with your table of sums? Write down both shapes, right-aligned.",
)
def sample(o, tau, u):
    c = np.cumsum(temperature(o, tau), axis=1)
    return np.minimum((c <= u).sum(axis=1), o.shape[1] - 1)


@wrong(
    "match_from_the_spreadsheet",
    "As MATCH in Excel, takes the last sum that is not above u, one symbol too early, and symbol 0 if there is none.",
    "Try u = 0.9 in the task's example. Do you want the last sum below u, or the first above it?",
)
def sample(o, tau, u):
    c = np.cumsum(temperature(o, tau), axis=1)
    pos = np.array([np.searchsorted(c[b], u[b], side="right") for b in range(o.shape[0])]) - 1
    return np.clip(pos, 0, o.shape[1] - 1)
