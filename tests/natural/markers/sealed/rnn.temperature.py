"""As teaching assistants who have marked hundreds of these: hot and cold exchanged, and the axis again."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("log_domain")
def temperature(o, tau):
    z = (o - np.amax(o, axis=1)[:, None]) / o.dtype.type(tau)
    lse = np.logaddexp.reduce(z, axis=1)
    return np.exp(z - lse.reshape(-1, 1))


@wrong(
    "times_tau",
    "Multiplies the scores by tau, so that a small tau makes the rows flatter instead of sharper.",
    "At tau = 1 you are right, elsewhere it works the wrong way round: with a small tau your likely symbols get less likely.",
)
def temperature(o, tau):
    z = o * tau
    z = z - z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


@wrong(
    "after_the_softmax",
    "Divides the probabilities by tau and normalises again, which cancels tau.",
    "Your result is the same for every tau. Where does tau stand in the formula, inside the exponential or outside?",
)
def temperature(o, tau):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    p = p / tau
    return p / p.sum(axis=-1, keepdims=True)


@wrong(
    "sum_without_keepdims",
    "Sums over the K symbols but drops that axis, so the division fails, or divides columns by sums of rows when B happens to equal K.",
    "Print the shapes of the numerator and of your sum. With which axis of the numerator does NumPy line up a sum of shape (B,)?",
)
def temperature(o, tau):
    p = np.exp((o - o.max(axis=1, keepdims=True)) / tau)
    return p / p.sum(axis=1)


@wrong(
    "maximum_not_divided",
    "Takes the undivided maximum of the scores from the scores divided by tau, so at a small tau the largest exponent is far above 0 and overflows.",
    "With moderate scores you are right; with scores of 1000 and tau below 1 you return NaN. What is your largest exponent then?",
)
def temperature(o, tau):
    p = np.exp(o / tau - np.max(o, axis=-1, keepdims=True))
    return p / np.sum(p, axis=-1, keepdims=True)
