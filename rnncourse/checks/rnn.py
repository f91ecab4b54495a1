r"""Exercises of the chapter on the vanilla recurrent network, and what goes wrong in them.

The ids of mistakes are stable names. Several ways of writing one mistake share an id.

::

    R1  h0 ignored; the same numbers as h[t-1] read at t=0 from an array of zeros (R2)
    R3  the state is not carried: every step starts from h0
    R4  batch read as time; R5: reshape in place of a transpose
    R6  W_hh transposed; R6i: W_ih; R6o: W_ho (silent only where the matrix is square)
    R7  one bias dropped, or added twice; R7o: b_ho dropped
    R8  the recurrence passes through z_t; R9: another nonlinearity; R10: tanh before the recurrent term
    R9o, R14o  tanh, softmax applied to the outputs
    R11  the state from before the step; R12: the last state in the place of every step
    R13  softmax over another axis; R14: softmax twice; R20: nats and bits mixed up
    R15  temperature after the softmax, or not at all; R15s: softmax of p/τ; R16: o·τ; R17: τ twice
    R18  argmax in place of a draw; R18c: the draw off by one symbol; R18b: only on a border; R18u: one u for all rows
    R19  perplexity of averages; R19e: no exponential; R19n: exp(-L); R19s: the counts not used
    R21  targets that are not the next symbol; R21c: chunks that do not continue each other; R21n: number of chunks
    R22  prompt fed off by one
    C1  sum for mean; C2: mean over K too; C3: no minus; C4: overflow; C5: -p for -log p; C6: logarithm; C7: no sum

Not here: R18 without a given u (statistical), R17 in the form that divides again inside a sampling loop (shows after
the first symbol only; the exercise draws one), R12 as shared memory (seen by its values), and a loss that is
wrong in training alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse import rnn
from rnncourse.checks.engine import Array, Exercise, Facet, Mistake, Switches, Value

Z0, STEP = "zero state", "one step"

HINTS: dict[str, tuple[str, str]] = {
    "R1": (
        "Your first step does not depend on one of the arguments. Which one?",
        "The state before the first step is given. Look at what stands in for h_{t-1} when t is the first index; "
        "in an array of states, index t-1 is then -1, and Python counts that from the end.",
    ),
    "R3": (
        "From step 2 on your states look as if they had never seen the steps before. What changes from one pass of "
        "your loop to the next?",
        "Every step starts from the initial state. The state that a step makes must be what the next one starts from.",
    ),
    "R4": (
        "Exchange two examples of the batch: the others should not change. Do yours?",
        "Arrays are (T, B, features): the first axis is time. Your loop runs over the second.",
    ),
    "R5": (
        "The shape is right, but follow one example through your arrays: do its values stay together?",
        "Reshaping keeps the order in memory and cuts it up anew; exchanging two axes is another operation.",
    ),
    "R6": (
        "Let one hidden unit feed one other unit only. Does row i of your W_hh collect what unit i receives, or what "
        "it sends?",
        "Examples are rows, and row i of W_hh belongs to the receiving unit i. Then which side of the product does "
        "each factor stand on, and does the matrix stand as it is?",
    ),
    "R6i": (
        "Row i of W_ih holds what unit i receives from the inputs. Does your product use it so? (With as many inputs "
        "as units, the shapes do not complain.)",
        "W_ih has shape (H, F) and a row of x_t has F numbers: the sum runs over the second axis of W_ih.",
    ),
    "R6o": (
        "Row k of W_ho holds what output k collects from the units. Does your product use it so? (With as many outputs "
        "as units, the shapes do not complain.)",
        "W_ho has shape (K, H) and a row of h_t has H numbers: the sum runs over the second axis of W_ho.",
    ),
    "R7": (
        "With all weights and inputs zero, what should h be? Which arguments does it depend on then?",
        "There are two biases, one beside each matrix; each belongs into the sum exactly once.",
    ),
    "R7o": (
        "With W_ho zero, what should the outputs be?",
        "One argument of the output layer is not used.",
    ),
    "R8": (
        "Which quantity is the state that the next step receives: the one before or the one after the squashing?",
        "What you return is squashed, what you carry to the next step is not.",
    ),
    "R9": (
        "In what range should the numbers of h lie, and do they reach both of its ends?",
        "The function that squashes z_t is not the one on the page: compare the ranges of tanh, the logistic function, "
        "the rectifier and the identity.",
    ),
    "R9o": (
        "May an output before the softmax be 5? May one of yours?",
        "The outputs are scores of any size; only the hidden state is squashed.",
    ),
    "R10": (
        "A state should stay between -1 and 1. Does yours? Where does the bracket of tanh close?",
        "The recurrent term belongs to z_t too: it is added before tanh, not after.",
    ),
    "R11": (
        "Has what you give out for step t already seen input t?",
        "You use the state from before the step in the place of the one after it.",
    ),
    "R12": (
        "All your steps are equal to the last one. Do they share their memory?",
        "A list can hold the same array many times; writing into it then changes every entry.",
    ),
    "R13": (
        "Which sums of your probabilities should be one? Compute them.",
        "The softmax runs over the symbols, the last axis, for every step and example by itself.",
    ),
    "R14": (
        "Make the network very sure of the right symbol: your loss cannot get near zero. What happens to the scores "
        "before the logarithm, and how often?",
        "The softmax is taken twice. The cross-entropy asks for the logarithm of probabilities that were made once.",
    ),
    "R14o": (
        "Do your outputs sum to one? The page makes probabilities in another equation.",
        "These are the scores before the softmax; the softmax comes with the loss.",
    ),
    "R15": (
        "Let τ go towards 0: does your distribution become sure of one symbol?",
        "A temperature that acts on finished probabilities cancels when they are made to sum to one again, as if it "
        "were not there. It belongs to the scores.",
    ),
    "R15s": (
        "At τ = 1 nothing should change. Is your softmax taken of scores or of probabilities?",
        "The softmax is taken twice; the temperature belongs to the scores, before the only one.",
    ),
    "R16": (
        "Is a low temperature bold or cautious with you? On the page it is bold: sure of the likeliest symbol.",
        "Below 1, the temperature should make differences between scores larger. Yours makes them smaller.",
    ),
    "R17": (
        "Look at your answer for τ = 2: is it not what you would want at τ = 4?",
        "The temperature acts twice.",
    ),
    "R18": (
        "Draw a thousand times: are your frequencies the probabilities? Which argument does your draw not use?",
        "Taking the likeliest symbol is no draw. u decides where on the cumulated probabilities you land.",
    ),
    "R18c": (
        "Take u just above 0 and just below 1: which symbols come out?",
        "Your symbol is one away. The one sought is the first whose cumulated probability exceeds u.",
    ),
    "R18b": (
        "Two symbols are equally likely, and u is exactly one half: which of them do you draw?",
        "The sum has to exceed u, not merely to reach it: look at how you compare the two when they are equal.",
    ),
    "R18u": (
        "Do two rows with equal scores always get the same symbol from you?",
        "Every row of the batch has its own entry of u.",
    ),
    "R18f": (
        "Which of your sums should end at 1? Compute the last one of each row.",
        "The probabilities are cumulated over the symbols, not over the rows.",
    ),
    "R19": (
        "Perplexity is one number for the whole text. Over what is the mean taken, and when: before or after the "
        "exponential?",
        "Long parts count for more than short ones, and averages of exponentials are not exponentials of averages. "
        "Bring everything together first.",
    ),
    "R19e": ("A model that knows nothing of 50 symbols has perplexity 50. Yours?", "The last step, exp, is missing."),
    "R19n": ("Should a better model have a larger perplexity? Can it be below 1?", "A sign is turned round."),
    "R19s": (
        "If every part were twice as long at the same loss a symbol, would your perplexity change?",
        "One of the two arguments is not used: the loss is needed a symbol, not a part.",
    ),
    "R20": (
        "Which base has your logarithm? One of 8 equally likely symbols takes 3 bits, and 2.08 nats.",
        "Nats become bits by one constant factor, the logarithm of 2; ask yourself which of the two numbers is larger.",
    ),
    "R21": (
        "Cover the last symbol of an input chunk: is its target still in view?",
        "The target of each symbol is the one that follows it in the text, also across the end of a chunk.",
    ),
    "R21c": (
        "Read down one column, across the border of two chunks: is it text?",
        "Every column reads its own stretch of the text; chunk c goes on in it where chunk c-1 stopped.",
    ),
    "R21n": (
        "Count: how many symbols does a text need so that the last one of the last chunk still has a target?",
        "One symbol more than B·T·C. Try a text of exactly B·T·C symbols and one of B·T·C + 1.",
    ),
    "R22": (
        "Write down which symbols the network has read after your prompt, in order. Is each of them there once?",
        "The first or the last symbol of the prompt is read too often or not at all, or the order is another.",
    ),
    "C1": (
        "Double the length of the text: should the loss double?",
        "The loss is a mean over steps and examples alike; compare the number of terms with what you divide by.",
    ),
    "C2": (
        "Over how many numbers is your mean taken? How many right symbols are there?",
        "Only the right symbols count, T·B of them; K does not occur in the divisor.",
    ),
    "C3": ("Can a loss be negative? Which sign has the logarithm of a probability?", "A minus is missing."),
    "C4": (
        "Scores of ±1000 are allowed. What is exp(1000), and what is the logarithm of exp(-1000)?",
        "Softmax does not change when the same number is taken from all scores; and the logarithm of a quotient is a "
        "difference, which needs no quotient.",
    ),
    "C5": (
        "What does a probability near 0 of the right symbol cost? It should cost more than 1.",
        "A logarithm is missing.",
    ),
    "C6": (
        "Do your rows sum to one? Can a probability be negative?",
        "These are logarithms of probabilities.",
    ),
    "C7": (
        "Do your rows sum to one?",
        "Exponentials are not yet probabilities: something has to be divided by.",
    ),
}


def known(id: str, *forms: str, keeps: tuple[str, ...] = ()) -> Mistake:
    """A mistake with the hints from above."""
    return Mistake(id, *HINTS[id], keeps=keeps, forms=forms or (id,))


# ---------------------------------------------------------------------------------------------------------------------
# The network


def weights(r: Generator, F: int, H: int, dtype: Any = float) -> tuple[Array, ...]:
    """W_ih, W_hh, b_ih, b_hh: asymmetric, biases non-zero and different, states neither tiny nor saturated."""
    arrays = (r.normal(size=(H, F)) / np.sqrt(F), r.normal(size=(H, H)) / np.sqrt(H))
    biases = (r.uniform(0.2, 0.6, H), -r.uniform(0.3, 0.9, H))
    return tuple(a.astype(dtype) for a in (*arrays, *biases))


def network(
    r: Generator, T: int, B: int, F: int, H: int, *, K: int = 0, h0: float = 0.8, dtype: Any = float
) -> tuple[Array, ...]:
    """x, h0, the four weights, and W_ho, b_ho where K is given."""
    data = ((0.8 * r.normal(size=(T, B, F))).astype(dtype), (h0 * r.uniform(-1, 1, (B, H))).astype(dtype))
    out = (r.normal(size=(K, H)).astype(dtype), r.uniform(0.3, 0.9, K).astype(dtype)) if K else ()
    return (*data, *weights(r, F, H, dtype), *out)


def sequence_cases(K: tuple[int, ...] = (0, 0, 0, 0, 0, 0, 0)) -> dict[str, Any]:
    """Cases of anything that reads a sequence: sizes all different, then the degenerate ones."""
    return {
        "general": lambda r: network(r, 5, 3, 4, 6, K=K[0]),
        Z0: lambda r: network(r, 4, 2, 3, 5, K=K[1], h0=0.0),
        STEP: lambda r: network(r, 1, 3, 4, 5, K=K[2]),
        "one example": lambda r: network(r, 4, 1, 3, 5, K=K[3]),
        "square": lambda r: network(r, 3, 3, 4, 4, K=K[4]),
        "size one": lambda r: network(r, 3, 2, 1, 1, K=K[5]),
        "float32": lambda r: network(r, 4, 2, 3, 5, K=K[6], dtype=np.float32),
    }


WEIGHTS = (Value("W_ih", "H F"), Value("W_hh", "H H"), Value("b_ih", "H"), Value("b_hh", "H"))
H0 = Value("h0", "B H", "the state before the first step")
GIVEN = ("general", "one example", "square", "size one", "float32")


def _cell(x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array, *, m: Switches) -> Array:
    """z_t and h_t are told apart by R8 alone: see :func:`_states`."""
    if "R1 cell" in m:
        h_prev = np.zeros_like(h_prev)
    inputs = x_t @ (W_ih if "R6i" in m else W_ih.T) + b_ih
    if "R7 no b_ih" in m:
        inputs = inputs - b_ih
    if "R7 b_ih twice" in m:
        inputs = inputs + b_ih
    bias = 0 * b_hh if "R7 no b_hh" in m else 2 * b_hh if "R7 b_hh twice" in m else b_hh
    recurrent = h_prev @ (W_hh if "R6" in m else W_hh.T)
    if "R10" in m:
        return np.tanh(inputs + bias) + recurrent
    if "R10 b_hh outside" in m:
        return np.tanh(inputs) + recurrent + bias
    z_t = inputs + recurrent + bias
    if "R9 logistic" in m:
        return 1 / (1 + np.exp(-z_t))
    if "R9 rectifier" in m:
        return np.maximum(z_t, 0)
    return z_t if "R9 linear" in m or "R8" in m else np.tanh(z_t)


def _states(x: Array, h0: Array, *weights: Array, m: Switches) -> Array:
    if "R5 inputs" in m:
        x = x.reshape(x.shape[1], x.shape[0], -1).swapaxes(0, 1)
    if "R5 swapped inputs" in m:
        x = x.swapaxes(0, 1).reshape(x.shape)
    if "R4" in m or "R4 stacked" in m:
        x = x.swapaxes(0, 1)
    h = np.zeros_like(h0) if "R1" in m else h0
    states = []
    for x_t in x:
        new = _cell(x_t, h, *weights, m=m)
        states.append(h if "R11" in m else new)
        h = h if "R3" in m else new
    if "R12" in m:
        states = states[-1:] * len(states)
    h = np.stack(states, axis=1 if "R4" in m else 0)
    if "R8" in m:
        h = np.tanh(h)
    if "R5 states" in m:
        h = h.swapaxes(0, 1).reshape(h.shape)
    return h


CELL = ("R7 no b_ih", "R7 no b_hh", "R7 b_ih twice", "R7 b_hh twice")
NONLINEAR = ("R9 linear", "R9 logistic", "R9 rectifier")


def recurrence(one_step: str, from_zero: str) -> tuple[Mistake, ...]:
    """The mistakes of anything that reads a sequence, and which facets survive them."""
    return (
        known("R1", keeps=(from_zero,)),
        known("R3", keeps=(one_step,)),
        known("R4", "R4", "R4 stacked"),
        known("R5", "R5 inputs", "R5 swapped inputs", keeps=(one_step,)),
        known("R6"),
        known("R6i"),
        known("R7", *CELL),
        known("R8", keeps=(one_step,)),
        known("R9", *NONLINEAR),
        known("R10", "R10", "R10 b_hh outside"),
    )


ZERO_FACET = "a sequence from a zero state"


def states_facets() -> tuple[Facet, ...]:
    """A step, a sequence from zero, a sequence from a given state."""
    return (
        Facet("one step", 1, (STEP,)),
        Facet(ZERO_FACET, 2, (Z0,)),
        Facet("a sequence from a given state", 3, GIVEN),
    )


cell = Exercise(
    name="rnn.cell",
    task="One step of the network (eq-rnn-cell). Rows of x_t and h_prev are examples. Keep the dtype; NumPy only.",
    arguments=(Value("x_t", "B F"), Value("h_prev", "B H"), *WEIGHTS),
    outputs=(Value("h_t", "B H"),),
    reference=rnn.cell,
    variant=_cell,
    cases={
        "general": lambda r: one(network(r, 1, 3, 4, 6)),
        Z0: lambda r: one(network(r, 1, 2, 3, 5, h0=0.0)),
        "no input": lambda r: silent(one(network(r, 1, 2, 3, 5))),
        "one example": lambda r: one(network(r, 1, 1, 3, 5)),
        "square": lambda r: one(network(r, 1, 4, 4, 4)),
        "size one": lambda r: one(network(r, 1, 2, 1, 1)),
        "float32": lambda r: one(network(r, 1, 2, 3, 5, dtype=np.float32)),
    },
    facets=(
        Facet("the share of the input (zero state)", 1, (Z0,)),
        Facet("the share of the state (zero input)", 1, ("no input",)),
        Facet("both together", 3, GIVEN),
    ),
    mistakes=(
        known("R1", "R1 cell", keeps=("the share of the input (zero state)",)),
        known("R6", keeps=("the share of the input (zero state)",)),
        known("R6i"),
        known("R7", *CELL),
        known("R9", *NONLINEAR),
        known("R10", keeps=("the share of the input (zero state)",)),
        known("R10", "R10 b_hh outside"),
    ),
)


def one(arguments: tuple[Array, ...]) -> tuple[Array, ...]:
    """A sequence of one step as that step."""
    return (arguments[0][0], *arguments[1:])


def silent(arguments: tuple[Array, ...]) -> tuple[Array, ...]:
    """The same without input."""
    return (np.zeros_like(arguments[0]), *arguments[1:])


forward = Exercise(
    name="rnn.forward",
    task="The states along a sequence (eq-rnn-forward): the cell, step after step. h0 is not among the states "
    "returned. Keep the dtype; NumPy only.",
    arguments=(Value("x", "T B F"), H0, *WEIGHTS),
    outputs=(Value("h", "T B H", "h_1 to h_T"),),
    reference=rnn.forward,
    smaller=("rnn.cell",),
    variant=_states,
    cases=sequence_cases(),
    facets=states_facets(),
    mistakes=(
        *recurrence("one step", ZERO_FACET),
        known("R5", "R5 states", keeps=("one step",)),
        known("R11"),
        known("R12", keeps=("one step",)),
    ),
    one_step=(STEP, "rnn.cell"),
)


def _output(x: Array, h0: Array, *arrays: Array, m: Switches) -> Array:
    W_ho, b_ho = arrays[-2:]
    h = _states(x, h0, *arrays[:-2], m=m)
    o = h @ (W_ho if "R6o" in m else W_ho.T) + (0 if "R7o" in m else b_ho)
    if "R9o" in m:
        o = np.tanh(o)
    return rnn.softmax(o) if "R14o" in m else o


output = Exercise(
    name="rnn.output",
    task="The outputs of every step, before the softmax (eq-rnn-output), of a network that reads x from h0. "
    "Keep the dtype; NumPy only.",
    arguments=(Value("x", "T B F"), H0, *WEIGHTS, Value("W_ho", "K H"), Value("b_ho", "K")),
    outputs=(Value("o", "T B K", "scores, not probabilities"),),
    probe="b_ho",
    smaller=("rnn.cell", "rnn.forward", "kernels.rnn.forward"),
    reference=lambda *a: rnn.output_layer(rnn.forward(*a[:-2]), *a[-2:]),
    variant=_output,
    cases=sequence_cases(K=(7, 4, 2, 4, 4, 3, 4)),
    facets=states_facets(),
    mistakes=(
        *recurrence("one step", ZERO_FACET),
        known("R5", "R5 states", keeps=("one step",)),
        known("R11"),
        known("R12", keeps=("one step",)),
        known("R6o"),
        known("R7o"),
        known("R9o"),
        known("R14o"),
    ),
    one_step=(STEP, "rnn.cell"),
)


def prompted(r: Generator, T: int, B: int, F: int, H: int, *, last: bool = False, **more: Any) -> tuple[Array, ...]:
    """A prompt without repetitions in a row, and a network that reads it; the last symbol is in it, or it is not."""
    kinds = F if last else F - 1
    prompt = np.cumsum(r.integers(1, kinds, (T, B)), axis=0) % kinds
    if last:
        prompt = (prompt - prompt[0, 0] - 1) % F
    return (prompt, *network(r, T, B, F, H, **more)[1:])


def _prime(prompt: Array, h0: Array, W_ih: Array, *others: Array, m: Switches) -> Array:
    order = {
        "R22 first twice, last never": [prompt[:1], prompt[:-1]],
        "R22 last never": [prompt[:-1]],
        "R22 first never": [prompt[1:]],
        "R22 first twice": [prompt[:1], prompt],
        "R22 last twice": [prompt, prompt[-1:]],
        "R22 only the first": [prompt[:1]],
        "R22 backwards": [prompt[::-1]],
    }
    read = np.concatenate(next((order[s] for s in order if s in m), [prompt]))
    x = (W_ih[read] if "R6i" in m else W_ih.T[read]) @ np.eye(len(W_ih), dtype=W_ih.dtype)  # what the input layer sends
    if not len(x):
        return h0
    return _states(x, h0, np.eye(len(W_ih), dtype=W_ih.dtype), *others, m=m - {"R6i"})[-1]


prime = Exercise(
    name="rnn.prime",
    task="The state after the network has read a prompt, each symbol once and in order (eq-rnn-prime); symbol s enters "
    "as the one-hot vector e_s. Keep the dtype; NumPy only.",
    arguments=(Value("prompt", "T B", "integers in 0 … F-1"), H0, *WEIGHTS),
    outputs=(Value("h_T", "B H"),),
    smaller=("rnn.cell", "rnn.forward", "kernels.rnn.forward"),
    reference=rnn.prime,
    variant=_prime,
    cases={
        "general": lambda r: prompted(r, 5, 3, 7, 6),
        Z0: lambda r: prompted(r, 4, 2, 6, 5, h0=0.0),
        STEP: lambda r: prompted(r, 1, 3, 4, 5, last=True),
        "one example": lambda r: prompted(r, 4, 1, 6, 5),
        "square": lambda r: prompted(r, 3, 3, 4, 4, last=True),
        "size one": lambda r: prompted(r, 3, 2, 3, 1),
        "float32": lambda r: prompted(r, 4, 2, 6, 5, dtype=np.float32),
    },
    facets=(
        Facet("a prompt of one symbol", 1, (STEP,)),
        Facet("a prompt read from a zero state", 2, (Z0,)),
        Facet("a prompt read from a given state", 3, GIVEN),
    ),
    mistakes=(
        known("R1", keeps=("a prompt read from a zero state",)),
        known("R3", keeps=("a prompt of one symbol",)),
        known("R6"),
        known("R6i"),
        known("R7", *CELL),
        known("R9", *NONLINEAR),
        known("R10", "R10", "R10 b_hh outside"),
        known("R22", "R22 first twice, last never", "R22 only the first", keeps=("a prompt of one symbol",)),
        known("R22", "R22 backwards", keeps=("a prompt of one symbol",)),
        known("R22", "R22 last never", "R22 first never", "R22 first twice", "R22 last twice"),
    ),
    one_step=(STEP, "rnn.cell"),
)

# ---------------------------------------------------------------------------------------------------------------------
# Scores, probabilities, losses


def scored(r: Generator, *shape: int, offset: float = 0.0, spread: float = 1.5, dtype: Any = float) -> Array:
    """Scores."""
    return (offset + spread * r.normal(size=shape)).astype(dtype)


def labelled(r: Generator, T: int, B: int, K: int, *, last: bool = False, **more: Any) -> tuple[Array, Array]:
    """Scores and the right symbols: none of them the last of the K, or each, neither the likeliest nor the rarest."""
    o = scored(r, T, B, K, **more)
    if last:
        o.sort(axis=-1)
        return np.roll(o, K // 2, axis=-1), np.full((T, B), K - 1)
    return o, r.integers(0, K - 1, (T, B))


def apart(o: Array, by: float) -> Array:
    """The same scores, those of every second row higher and of the others lower."""
    rows = o.reshape(-1, o.shape[-1])
    return np.asarray(rows + by * np.where(np.arange(len(rows)) % 2, -1, 1)[:, None]).reshape(o.shape)


def _softmax(o: Array, m: Switches, axis: int | None = -1) -> Array:
    largest = o.max(axis=None if "C4 one maximum" in m else axis, keepdims=True)
    e = np.exp(o if "C4 naive" in m else o - largest)
    return e / e.sum(axis=axis, keepdims=True)


def _cross_entropy(o: Array, y: Array, *, m: Switches) -> Any:
    axis = next((v for s, v in {"R13 time": 0, "R13 batch": 1, "R13 all": None}.items() if s in m), -1)
    if "R14" in m:
        o = _softmax(o, m)
    if m & {"C4 naive", "C4 logarithm", "C4 one maximum"}:
        log_p = np.log(_softmax(o, m, axis))
    else:
        shifted = o - o.max(axis=axis, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    picked = np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    if "C5" in m:
        picked = np.exp(picked)
    if "R20" in m:
        picked = picked / np.log(2)
    total = picked.sum()
    divisor = {"C1": 1, "C1 time": y.shape[1], "C1 batch": y.shape[0], "C2": o.size}
    loss = total / next((divisor[s] for s in divisor if s in m), y.size)
    return loss if "C3" in m else -loss


cross_entropy = Exercise(
    name="rnn.cross_entropy",
    task="The mean negative log-likelihood of the right symbols in nats (eq-rnn-nll): over steps and examples. "
    "Scores of ±1000 are allowed. NumPy only.",
    arguments=(Value("o", "T B K", "scores before the softmax"), Value("y", "T B", "integers in 0 … K-1")),
    outputs=(Value("L", "", "a number"),),
    reference=rnn.cross_entropy,
    variant=_cross_entropy,
    cases={
        "general": lambda r: labelled(r, 5, 3, 7),
        "one symbol": lambda r: labelled(r, 1, 1, 6, last=True),
        "one step": lambda r: labelled(r, 1, 4, 6),
        "one example": lambda r: labelled(r, 4, 1, 6),
        "square": lambda r: labelled(r, 4, 4, 4),
        "float32": lambda r: labelled(r, 4, 2, 5, dtype=np.float32),
        "large scores": lambda r: (apart(scored(r, 3, 2, 5), 1000.0), r.integers(0, 5, (3, 2))),
        "far apart": lambda r: labelled(r, 3, 4, 5, spread=1000.0),
    },
    facets=(
        Facet("one symbol", 1, ("one symbol",)),
        Facet("a batch of sequences", 3, ("general", "one step", "one example", "square", "float32")),
        Facet("very large scores", 1, ("large scores", "far apart")),
    ),
    mistakes=(
        known("R13", "R13 time", "R13 batch"),
        known("R13", "R13 all", keeps=("one symbol",)),
        known("R14"),
        known("R20"),
        known("C1", "C1", "C1 time", "C1 batch", keeps=("one symbol",)),
        known("C2"),
        known("C3"),
        known("C4", "C4 naive", "C4 logarithm", "C4 one maximum", keeps=("one symbol", "a batch of sequences")),
        known("C5"),
    ),
)


def _temperature(o: Array, tau: float, *, m: Switches) -> Array:
    axis = 0 if "R13" in m else -1
    tau = 1 / tau if "R16" in m else tau**2 if "R17" in m else tau
    if "R18" in m:
        return np.eye(o.shape[-1], dtype=o.dtype)[o.argmax(axis=-1)]
    if "R15" in m:
        return _softmax(o, m, axis)
    if "R15 p/τ" in m:
        return _softmax(o, m, axis) / tau
    if "R15s" in m:
        return _softmax(_softmax(o, m, axis) / tau, m, axis)
    z = (o / tau).astype(o.dtype)
    if "C7" in m:
        return np.exp(z)
    if "C7 shifted" in m:
        return np.exp(z - z.max(axis=axis, keepdims=True))
    if "C4 power" in m:
        p = _softmax(o, m, axis) ** (1 / tau)
        return (p / p.sum(axis=axis, keepdims=True)).astype(o.dtype)
    p = _softmax(z, m, axis)
    return np.log(p) if "C6" in m else p


TEMPERATURE = ("a temperature of 1", "a temperature below 1", "a temperature above 1")

temperature = Exercise(
    name="rnn.temperature",
    task="The probabilities of the symbols at temperature τ (eq-rnn-temperature). Scores of ±1000 are allowed. "
    "Keep the dtype; NumPy only.",
    arguments=(Value("o", "B K", "scores"), Value("tau", None, "the temperature τ, a float above 0")),
    outputs=(Value("p", "B K", "each row sums to 1"),),
    probe="tau",
    reference=rnn.temperature,
    variant=_temperature,
    cases={
        "general": lambda r: (scored(r, 3, 7), 2.0),
        "cold": lambda r: (scored(r, 4, 5), 0.5),
        "as it is": lambda r: (scored(r, 3, 6), 1.0),
        "one example": lambda r: (scored(r, 1, 6), 1.7),
        "square": lambda r: (scored(r, 4, 4), 0.7),
        "float32": lambda r: (scored(r, 3, 5, dtype=np.float32), 1.5),
        "large and small scores": lambda r: (apart(scored(r, 4, 5), 1000.0), 0.5),
        "far apart and hot": lambda r: (r.permuted(scored(r, 3, 5) + np.linspace(-1000, 1000, 5), axis=-1), 500.0),
    },
    facets=(
        Facet(TEMPERATURE[0], 1, ("as it is",)),
        Facet(TEMPERATURE[1], 2, ("cold", "square")),
        Facet(TEMPERATURE[2], 2, ("general", "one example", "float32")),
        Facet("very large and very small scores", 1, ("large and small scores", "far apart and hot")),
    ),
    mistakes=(
        known("R13"),
        known("R15", "R15", "R15 p/τ", keeps=TEMPERATURE[:1]),
        known("R15s"),
        known("R16", keeps=TEMPERATURE[:1]),
        known("R17", keeps=TEMPERATURE[:1]),
        known("R18"),
        known("C4", "C4 naive", "C4 one maximum", "C4 power", keeps=TEMPERATURE),
        known("C6"),
        known("C7", "C7", "C7 shifted"),
    ),
)


def _sample(o: Array, tau: float, u: Array, *, m: Switches) -> Array:
    p = _temperature(o, tau, m=m & {"R13", "R15", "R15s", "R16", "R17"})
    if "R18" in m:
        return o.argmax(axis=-1)
    u = np.full_like(u, u[0]) if "R18u" in m else u
    cumulated = np.cumsum(p, axis=0 if "R18f" in m else -1)
    k = (cumulated < u[:, None] if "R18b" in m else cumulated <= u[:, None]).sum(axis=-1)
    if "R18c more" in m:
        k = k + 1
    if "R18c less" in m:
        k = k - 1
    return np.clip(k, 0, o.shape[-1] - 1)


def drawn(r: Generator, B: int, K: int, tau: float) -> tuple[Any, ...]:
    """Scores, temperature and uniform numbers, none of them on the border of two symbols."""
    return scored(r, B, K), tau, r.uniform(size=B)


def on_the_border(r: Generator) -> tuple[Any, ...]:
    """Two symbols with scores of 0: however one computes, their probabilities are exactly one half."""
    return np.zeros((4, 2)), 0.5, r.permutation([0.0, 0.25, 0.5, 0.5])


BORDER = "u on the border of two symbols"


sample = Exercise(
    name="rnn.sample",
    task="Draw a symbol for every row at temperature τ: the smallest k whose cumulated probability exceeds u "
    "(eq-rnn-temperature, eq-rnn-sample). u is given, so that the draw can be checked. NumPy only.",
    arguments=(
        Value("o", "B K", "scores"),
        Value("tau", None, "the temperature τ, a float above 0"),
        Value("u", "B", "uniform in [0, 1), one for each row"),
    ),
    outputs=(Value("k", "B", "integers in 0 … K-1", integers=True),),
    probe="u",
    smaller=("rnn.temperature",),
    reference=lambda o, tau, u: rnn.draw(rnn.temperature(o, tau), u),
    variant=_sample,
    cases={
        "general": lambda r: drawn(r, 200, 7, 2.0),
        "cold": lambda r: drawn(r, 200, 5, 0.5),
        "as it is": lambda r: drawn(r, 200, 6, 1.0),
        "two symbols": lambda r: drawn(r, 150, 2, 1.3),
        "on the border": on_the_border,
    },
    facets=(
        Facet(TEMPERATURE[0], 1, ("as it is",)),
        Facet(TEMPERATURE[1], 1, ("cold",)),
        Facet(TEMPERATURE[2], 1, ("general", "two symbols")),
        Facet(BORDER, 1, ("on the border",)),
    ),
    mistakes=(
        known("R13"),
        known("R15", keeps=(TEMPERATURE[0], BORDER)),
        known("R15s", keeps=(BORDER,)),
        known("R16", keeps=(TEMPERATURE[0], BORDER)),
        known("R17", keeps=(TEMPERATURE[0], BORDER)),
        known("R18"),
        known("R18b", keeps=TEMPERATURE),
        known("R18c", "R18c more", "R18c less"),
        known("R18f"),
        known("R18u"),
    ),
)


def scored_parts(r: Generator, J: int, equal: bool = False) -> tuple[Array, Array]:
    """Summed losses and lengths of the parts of a text."""
    counts = np.full(J, r.integers(20, 40)) if equal else r.permutation(np.arange(1, J + 1)) * r.integers(7, 12)
    return counts * r.uniform(0.5, 4.0, J), counts


def _perplexity(nll_sums: Array, counts: Array, *, m: Switches) -> Any:
    if "R19 mean of exp" in m:
        L = np.log(np.mean(np.exp(nll_sums / counts)))
    elif "R19 mean of means" in m:
        L = np.mean(nll_sums / counts)
    elif "R19s" in m:
        L = np.mean(nll_sums)
    elif "R19s sum" in m:
        L = np.sum(nll_sums)
    else:
        L = nll_sums.sum() / counts.sum()
    if "R19n" in m:
        L = -L
    if "R19e" in m:
        return L
    return 2**L if "R20" in m else np.exp(L)


perplexity = Exercise(
    name="rnn.perplexity",
    task="The perplexity of a whole text from the parts in which it was scored (eq-rnn-perplexity). NumPy only.",
    arguments=(
        Value("nll_sums", "J", "summed negative log-likelihood of every part, in nats"),
        Value("counts", "J", "its number of symbols, integers"),
    ),
    outputs=(Value("PP", "", "a number"),),
    reference=rnn.perplexity,
    variant=_perplexity,
    cases={
        "general": lambda r: scored_parts(r, 4),
        "two parts": lambda r: scored_parts(r, 2),
        "one part": lambda r: scored_parts(r, 1),
        "equal parts": lambda r: scored_parts(r, 3, equal=True),
    },
    facets=(
        Facet("one part", 1, ("one part",)),
        Facet("parts of equal length", 1, ("equal parts",)),
        Facet("parts of different lengths", 2, ("general", "two parts")),
    ),
    mistakes=(
        known("R19", "R19 mean of exp", keeps=("one part",)),
        known("R19", "R19 mean of means", keeps=("one part", "parts of equal length")),
        known("R19e"),
        known("R19n"),
        known("R19s", "R19s", "R19s sum"),
        known("R20"),
    ),
)


def _bits_per_character(nll: float, *, m: Switches) -> Any:
    wrong = {
        "R20": nll,
        "R20 power": 2**nll,
        "R20 times": nll * np.log(2),
        "R20 logarithm": np.log2(nll),
        "R20 exp": np.exp(nll),
        "R20 base 10": nll / np.log(10),
    }
    return next((wrong[s] for s in wrong if s in m), nll / np.log(2))


bits_per_character = Exercise(
    name="rnn.bits_per_character",
    task="A loss in nats a character as bits a character (eq-rnn-bits).",
    arguments=(Value("nll", None, "a float, nats a character"),),
    outputs=(Value("bpc", "", "a number"),),
    reference=rnn.bits_per_character,
    variant=_bits_per_character,
    cases={
        "general": lambda r: (float(r.uniform(1.1, 1.9)),),
        "small": lambda r: (float(r.uniform(0.2, 0.6)),),
        "large": lambda r: (float(r.uniform(3.0, 5.0)),),
    },
    facets=(Facet("bits for nats", 1),),
    mistakes=(known("R20", "R20", "R20 power", "R20 times", "R20 logarithm", "R20 exp", "R20 base 10"),),
)


def text(r: Generator, B: int, T: int, C: int, extra: int) -> tuple[Any, ...]:
    """A text of BTC + extra symbols, no symbol twice."""
    return r.permutation(B * T * C + extra) + 1, B, T


def _next_symbol_pairs(ids: Array, B: int, T: int, *, m: Switches) -> Any:
    C = len(ids) // (B * T) if "R21n whole" in m else (len(ids) - 1) // (B * T) - ("R21n one less" in m)
    M = B * C * T

    def cut(s: Array) -> Array:
        s = s[:M]
        if "R21c interleaved" in m:
            return s.reshape(C, T, B)
        if "R21c chunk by chunk" in m:
            return s.reshape(C, B, T).swapaxes(1, 2)
        if "R4" in m:
            return s.reshape(B, C, T).swapaxes(0, 1)
        return s.reshape(B, C, T).transpose(1, 2, 0)

    x = cut(ids)
    if "R21 same" in m:
        return x, x
    if "R21 wrapped" in m:
        return x, np.roll(x, -1, axis=1)
    if "R21 before" in m:
        return x, cut(np.roll(ids, 1))
    if "R21 two ahead" in m:
        return x, cut(np.roll(ids, -2))
    if "R21n whole" in m:
        return x, cut(np.roll(ids, -1))
    return x, cut(ids[1:])


next_symbol_pairs = Exercise(
    name="rnn.next_symbol_pairs",
    task="Cut a text into chunks of inputs x and targets y, the target one symbol ahead (eq-rnn-targets). Column b "
    "reads M = C·T consecutive symbols from number b·M on, chunk c goes on where chunk c-1 stopped; "
    "C = ⌊(N-1)/(B·T)⌋ chunks, what is left over at the end is not used. NumPy only.",
    arguments=(
        Value("ids", "N", "integers"),
        Value("B", None, "columns"),
        Value("T", None, "steps of a chunk"),
    ),
    outputs=(Value("x", "C T B", integers=True), Value("y", "C T B", integers=True)),
    reference=rnn.next_symbol_pairs,
    variant=_next_symbol_pairs,
    cases={
        "general": lambda r: text(r, 3, 4, 5, 6),
        "two chunks": lambda r: text(r, 2, 5, 2, 3),
        "one column": lambda r: text(r, 1, 4, 3, 2),
        "square": lambda r: text(r, 3, 3, 3, 4),
        "steps of one": lambda r: text(r, 4, 1, 3, 2),
        "just enough": lambda r: text(r, 2, 3, 4, 1),
        "one too few": lambda r: text(r, 3, 2, 4, 0),
    },
    facets=(
        Facet("inputs", 2, ("general", "two chunks", "one column", "square", "steps of one"), ("x",)),
        Facet("targets", 2, ("general", "two chunks", "one column", "square", "steps of one"), ("y",)),
        Facet("the number of chunks when the text just fits", 1, ("just enough", "one too few")),
    ),
    mistakes=(
        known("R21", "R21 same", "R21 wrapped", "R21 before", "R21 two ahead", keeps=("inputs",)),
        known("R21c", "R21c interleaved", "R21c chunk by chunk"),
        known("R21n", "R21n whole", keeps=("inputs", "targets")),
        known("R21n", "R21n one less"),
        known("R4"),
    ),
)

EXERCISES = (
    cell,
    forward,
    output,
    cross_entropy,
    temperature,
    sample,
    perplexity,
    bits_per_character,
    next_symbol_pairs,
    prime,
)
