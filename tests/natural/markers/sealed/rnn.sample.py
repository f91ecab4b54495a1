"""As teaching assistants who have marked hundreds of these: own dice, no dice, and dice for the first row only."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def temperature(o, tau):
    o = (o - o.max(axis=-1, keepdims=True)) / tau
    p = np.exp(o)
    return p / p.sum(axis=-1, keepdims=True)


@right("searchsorted")
def sample(o, tau, u):
    p = temperature(o, tau)
    drawn = [np.searchsorted(np.cumsum(row), u_b, side="right") for row, u_b in zip(p, u)]
    return np.clip(np.array(drawn, dtype=int), 0, o.shape[1] - 1)


@wrong(
    "own_random_numbers",
    "Draws with np.random.choice and never uses u, so the result differs from run to run.",
    "Call yours twice with the same arguments and compare. The random number has been drawn for you already: where do you use it?",
)
def sample(o, tau, u):
    p = temperature(o, tau).astype(float)
    K = p.shape[1]
    return np.array([np.random.choice(K, p=p[b] / p[b].sum()) for b in range(len(p))])


@wrong(
    "most_likely_symbol",
    "Returns the most likely symbol of each row instead of drawing one.",
    "Neither u nor tau changes your result. How could a symbol of probability 0.3 ever come if the most likely one has 0.5?",
)
def sample(o, tau, u):
    return np.argmax(temperature(o, tau), axis=1)


@wrong(
    "cumsum_of_everything",
    "Adds up the probabilities over the flattened array, so the first row's sums reach 1 and every row is drawn from the first row's probabilities.",
    "Your first row is right. Print the shape of your cumulative sum: is there one for each row?",
)
def sample(o, tau, u):
    p = temperature(o, tau)
    k = np.searchsorted(np.cumsum(p), u, side="right")
    return np.minimum(k, p.shape[1] - 1)


@wrong(
    "at_least_instead_of_exceeds",
    "Takes the first symbol whose sum is at least u, so a u that equals a sum draws one symbol too early.",
    "You are right except where u falls exactly on a sum, as u = 0.2 in the example. What does the task say the sum must do to u?",
)
def sample(o, tau, u):
    cum = np.cumsum(temperature(o, tau), axis=1)
    cum[:, -1] = 1.0
    return np.argmax(cum >= u[:, None], axis=1)
