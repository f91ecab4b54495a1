"""The GRU-D: what it reads, one step of it, and the gradient of its decay; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.irregular.draws import WORDS, gappy, means, values
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.lstm_gru import sigmoid
from rnncourse.shapes import B_F, B_H, F_, H3_, H3_F, H3_H, H_, H_F, T_B_F, checked

LN2 = float(np.log(2))

# ---------------------------------------------------------------------------------------------------------------------
# What the cell reads


@checked
def grud_inputs(x: T_B_F, m: T_B_F, delta: T_B_F, x_first: B_F, x_mean: F_, w_x: F_, b_x: F_) -> tuple[T_B_F, T_B_F]:
    r"""The decay of each input, and something between the value last observed and the mean where nothing was observed.

    .. math:: \hat x_t = m_t \odot x_t + (1 - m_t) \odot (\gamma_t \odot x^{last}_t + (1 - \gamma_t) \odot \bar x)

    Returns γ and x̂.
    """
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    x_hat, last = np.empty_like(x), x_first
    for t in range(len(x)):
        guess = gamma[t] * last + (1 - gamma[t]) * x_mean
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * guess
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, x_hat


sign(globals(), "grud_inputs")

GAMMA, GUESS = "np.exp(-np.maximum(0, w_x * delta + b_x))", "gamma[t] * last + (1 - gamma[t]) * x_mean"
READ, LAST = "x_hat[t] = m[t] * x[t] + (1 - m[t]) * guess", "last = m[t] * x[t] + (1 - m[t]) * last"
# A hint's sequence: 4 before it, then a 6 at the second of four steps; the mean is 2, and γ is 1/2 throughout.
HALF: dict[str, Any] = {
    "x": [[[90]], [[6]], [[80]], [[70]]],
    "m": [[[0]], [[1]], [[0]], [[0]]],
    "delta": [[[1]], [[1]], [[1]], [[1]]],
    "x_first": [[4]],
    "x_mean": [2],
    "w_x": [LN2],
    "b_x": [0],
}
TWO_FEATURES: dict[str, Any] = {
    "x": [[[90, 80]]],
    "m": [[[0, 0]]],
    "delta": [[[1, 3]]],
    "x_first": [[4, 8]],
    "x_mean": [2, -2],
    "w_x": [LN2, 2 * LN2],
    "b_x": [0, -LN2],
}
# The same in words.
SIX = "Take x = 90, 6, 80, 70, where the 6 alone was observed, and 4 before it. The mean is 2."
PAIRED = (
    "Take x = (90, 80), both missing, last observed as (4, 8), the means 2, -2. Let δ = (1, 3), w = (ln 2, 2 ln 2), "
    "b = (0, -ln 2)."
)
IMPUTE_MISTAKES = (
    Mistake(
        "I8",
        "the value last observed is not used",
        "γ is 1: nothing has decayed. What do you fill in, and is it the value last observed?",
        "A gap is filled with something between two numbers. Which two are in your line?",
        {
            "the mean": edit(grud_inputs, GUESS, "x_mean + 0 * last"),
            "zero": edit(grud_inputs, GUESS, "0 * last * gamma[t]"),
            "zero in its place": edit(grud_inputs, GUESS, "0 * last + (1 - gamma[t]) * x_mean"),
        },
        test=f"{SIX} With δ = 1, w = 0 and b = 0, γ is 1. What is read at step 3?",
        tries=(trial(lambda a: a[1][2, 0, 0], **{**HALF, "w_x": [0]}),),
    ),
    Mistake(
        "I9",
        "no decay towards the mean",
        "After a very long gap: what do you fill in, and what would be the best guess?",
        "What the last value loses, something else has to gain.",
        {
            "towards zero": edit(grud_inputs, GUESS, "gamma[t] * last"),
            "not at all": edit(grud_inputs, GUESS, "last"),
            "the mean added whole": edit(grud_inputs, GUESS, "gamma[t] * last + x_mean"),
            "one mean for all features": edit(grud_inputs, GUESS, "gamma[t] * last + (1 - gamma[t]) * x_mean.mean()"),
        },
        test=f"{PAIRED} What is read?",
        tries=(trial(lambda a: a[1][0, 0], **TWO_FEATURES),),
    ),
    Mistake(
        "I10",
        "what stands in x now decays, though nothing was observed",
        "Change a number of x where m is 0. Does x̂ change?",
        "Nothing was measured there. Which value is it that decays?",
        {
            "": edit(grud_inputs, GUESS, "gamma[t] * x[t] + (1 - gamma[t]) * x_mean"),
            "the step before": edit(
                grud_inputs, GUESS, "gamma[t] * (x[t - 1] if t else last) + (1 - gamma[t]) * x_mean"
            ),
            "last is whatever came": edit(grud_inputs, LAST, "last = x[t]"),
            "not filled": edit(grud_inputs, READ, "x_hat[t] = x[t]"),
        },
        test=f"{SIX} With δ = 1, w = ln 2 and b = 0, γ is 1/2. What is read at step 4?",
        tries=(trial(lambda a: a[1][3, 0, 0], **HALF),),
    ),
    Mistake(
        "I11",
        "the value last observed is taken from what was filled in",
        "Two gaps in a row. Does the second guess start from what was observed, or from the first guess?",
        "δ counts the whole time since the observation already. Which values may call themselves observed?",
        {
            "": edit(grud_inputs, LAST, "last = x_hat[t]"),
            "decayed": edit(grud_inputs, LAST, "last = m[t] * x[t] + (1 - m[t]) * gamma[t] * last"),
        },
        test=f"{SIX} With δ = 1, w = ln 2 and b = 0, γ is 1/2. What is read at steps 3 and 4?",
        tries=(trial(lambda a: a[1][2:, 0, 0], **HALF),),
    ),
    Mistake(
        "I12",
        "γ can exceed 1, or is bent elsewhere",
        "Let w δ + b be negative. What is γ then? May a memory grow by waiting?",
        "There is a max in the formula. What is inside it, and what outside?",
        {
            "no max": edit(grud_inputs, GAMMA, "np.exp(-(w_x * delta + b_x))"),
            "max of the product alone": edit(grud_inputs, GAMMA, "np.exp(-(np.maximum(0, w_x * delta) + b_x))"),
            "the minus inside": edit(grud_inputs, GAMMA, "np.exp(np.maximum(0, -(w_x * delta + b_x)))"),
            "size": edit(grud_inputs, GAMMA, "np.exp(-np.abs(w_x * delta + b_x))"),
            "zero instead of one": edit(
                grud_inputs, GAMMA, "np.where(w_x * delta + b_x > 0, np.exp(-np.maximum(0, w_x * delta + b_x)), 0)"
            ),
        },
        test="Take w = 1, δ = 1 and b = -2. What is γ?",
        tries=(trial(lambda a: a[0][0, 0, 0], **{**HALF, "w_x": [1], "b_x": [-2]}),),
    ),
    Mistake(
        "I13",
        "another decay",
        "Let w δ + b grow from 0. Where does your γ start, and where does it go?",
        "It starts at 1, falls, and never becomes 0 or negative. Compare with the formula, sign by sign.",
        {
            "growing": edit(grud_inputs, GAMMA, "np.exp(np.maximum(0, w_x * delta + b_x))"),
            "stuck at one": edit(grud_inputs, GAMMA, "np.exp(np.minimum(0, w_x * delta + b_x))"),
            "one minus": edit(grud_inputs, GAMMA, "1 - np.exp(-np.maximum(0, w_x * delta + b_x))"),
            "base 2": edit(grud_inputs, GAMMA, "2 ** (-np.maximum(0, w_x * delta + b_x))"),
            "a line": edit(grud_inputs, GAMMA, "1 - np.minimum(1, np.maximum(0, w_x * delta + b_x))"),
            "one over": edit(grud_inputs, GAMMA, "1 / (1 + np.maximum(0, w_x * delta + b_x))"),
            "without the exponential": edit(grud_inputs, GAMMA, "np.maximum(0, w_x * delta + b_x)"),
        },
        test="Take w = 1, b = 0 and δ = 2. What is γ?",
        tries=(trial(lambda a: a[0][0, 0, 0], **{**HALF, "w_x": [1], "delta": [[[2]]] * 4}),),
    ),
    Mistake(
        "I13w",
        "another argument of the decay",
        "Which numbers does γ of one feature hang on: whose δ, whose w and b, of which step?",
        "Each feature decays by its own interval at this step, with its own w and b.",
        {
            "no b": edit(grud_inputs, GAMMA, "np.exp(-np.maximum(0, w_x * delta + 0 * b_x))"),
            "no w": edit(grud_inputs, GAMMA, "np.exp(-np.maximum(0, delta + b_x + 0 * w_x))"),
            "b times δ": edit(grud_inputs, GAMMA, "np.exp(-np.maximum(0, (w_x + b_x) * delta))"),
            "less b": edit(grud_inputs, GAMMA, "np.exp(-np.maximum(0, w_x * delta - b_x))"),
            "all intervals": edit(
                grud_inputs, GAMMA, "np.exp(-np.maximum(0, (w_x * delta).sum(axis=2, keepdims=True) + b_x))"
            ),
            "w and b of the first": edit(grud_inputs, GAMMA, "np.exp(-np.maximum(0, w_x[0] * delta + b_x[0]))"),
            "divided": edit(grud_inputs, GAMMA, "np.exp(-np.maximum(0, delta / w_x + b_x))"),
        },
        test=f"{PAIRED} Print γ.",
        tries=(trial(lambda a: a[0][0, 0], **TWO_FEATURES),),
    ),
    Mistake(
        "I14",
        "γ and 1 - γ exchanged",
        "γ is 1: the last value is as good as new. Which of the two has the say in your guess?",
        "Which number should win when nothing has decayed yet?",
        {
            "": edit(grud_inputs, GUESS, "(1 - gamma[t]) * last + gamma[t] * x_mean"),
        },
        test=f"{SIX} With δ = 1, w = 0 and b = 0, γ is 1. What is read at step 3?",
        tries=(trial(lambda a: a[1][2, 0, 0], **{**HALF, "w_x": [0]}),),
    ),
    Mistake(
        "I15x",
        "what was observed decays too",
        "Is x̂ equal to x wherever m is 1?",
        "An observation is read as it is.",
        {
            "": edit(
                grud_inputs, READ, "x_hat[t] = gamma[t] * (m[t] * x[t] + (1 - m[t]) * last) + (1 - gamma[t]) * x_mean"
            ),
            "times γ": edit(grud_inputs, READ, "x_hat[t] = gamma[t] * m[t] * x[t] + (1 - m[t]) * guess"),
            "and the guess added": edit(grud_inputs, READ, "x_hat[t] = m[t] * x[t] + guess"),
        },
        test=f"{SIX} With δ = 1, w = ln 2 and b = 0, γ is 1/2. What is read at step 2?",
        tries=(trial(lambda a: a[1][1, 0, 0], **HALF),),
    ),
    Mistake(
        "I18",
        "the mask inverted",
        "What does m = 1 mean on this page? Is x̂ equal to x there?",
        "Where m is 1, the value was observed.",
        {
            "": edit(grud_inputs, READ, "x_hat[t] = (1 - m[t]) * x[t] + m[t] * guess")
            + edit(grud_inputs, LAST, "last = (1 - m[t]) * x[t] + m[t] * last"),
            "in what is read": edit(grud_inputs, READ, "x_hat[t] = (1 - m[t]) * x[t] + m[t] * guess"),
            "in what is kept": edit(grud_inputs, LAST, "last = (1 - m[t]) * x[t] + m[t] * last"),
        },
        test=f"{SIX} With δ = 1, w = 0 and b = 0, γ is 1. What is read at steps 2 and 4?",
        tries=(trial(lambda a: a[1][[1, 3], 0, 0], **{**HALF, "w_x": [0]}),),
    ),
    Mistake(
        "I50",
        "another value before the first observation",
        "Nothing has been observed yet. Which value decays at the first step?",
        "One of the arguments says what was known before the sequence.",
        {
            "the mean": edit(
                grud_inputs, "x_hat, last = np.empty_like(x), x_first", "x_hat, last = np.empty_like(x), x_mean"
            ),
            "zero": edit(
                grud_inputs, "x_hat, last = np.empty_like(x), x_first", "x_hat, last = np.empty_like(x), 0 * x_first"
            ),
            "the first of x": edit(
                grud_inputs, "x_hat, last = np.empty_like(x), x_first", "x_hat, last = np.empty_like(x), x[0]"
            ),
            "at every step": edit(grud_inputs, LAST, "last = m[t] * x[t] + (1 - m[t]) * x_first"),
        },
        test=f"{SIX} With δ = 1, w = 0 and b = 0, γ is 1. What is read at steps 1 and 4?",
        tries=(trial(lambda a: a[1][[0, 3], 0, 0], **{**HALF, "w_x": [0]}),),
    ),
    Mistake(
        "I51",
        "the last observation comes from another step or example",
        "At a gap: is the value that you let decay of an earlier step, and of the same example?",
        "Last means before this step, in this sequence.",
        {
            "one step older": edit(
                grud_inputs,
                "for t in range(len(x)):",
                "older = x_first\n    for t in range(len(x)):",
            )
            + edit(grud_inputs, GUESS, "gamma[t] * older + (1 - gamma[t]) * x_mean\n        older = last"),
            "of any feature": edit(
                grud_inputs,
                LAST,
                "any_m = m[t].max(axis=1, keepdims=True)\n        last = any_m * x[t] + (1 - any_m) * last",
            ),
            "of the first example": edit(grud_inputs, GUESS, "gamma[t] * last[:1] + (1 - gamma[t]) * x_mean"),
        },
        test="Let w = 0, b = 0, δ = 1, the means 0. Two examples were last observed as (4, 3) and (2, 1). At step "
        "2 their x is (90, 6) and (5, 7), of which the 90 is missing. At step 1 all is 90, at step 3 all is "
        "80, and missing. Print x̂ of step 3.",
        tries=(
            trial(
                lambda a: a[1][2].ravel(),
                x=[[[90, 90], [90, 90]], [[90, 6], [5, 7]], [[80, 80], [80, 80]]],
                m=[[[0, 0], [0, 0]], [[0, 1], [1, 1]], [[0, 0], [0, 0]]],
                delta=[[[1, 1]] * 2] * 3,
                x_first=[[4, 3], [2, 1]],
                x_mean=[0, 0],
                w_x=[0, 0],
                b_x=[0, 0],
            ),
        ),
    ),
)


def sequence(r: Generator, T: int, B: int, F: int, w: tuple[float, float], b: tuple[float, float]) -> tuple[Array, ...]:
    """Intervals of any size, so that each part of an answer can be right by itself."""
    m = gappy(r, T, B, F) if T > 2 else np.zeros((T, B, F))
    x = values(r, m)
    return (
        x,
        m,
        r.uniform(0.4, 3, m.shape),
        x[0] + r.uniform(1, 2, (B, F)),
        means(r, F),
        r.uniform(*w, F),
        r.uniform(*b, F),
    )


def bent(r: Generator, T: int, B: int, F: int) -> tuple[Array, ...]:
    """Some have not begun to decay, in each feature, and in each some have."""
    while True:
        arguments = sequence(r, T, B, F, (0.3, 0.7), (-0.8, -0.4))
        m, a = arguments[1], arguments[5] * arguments[2] + arguments[6]
        both = [
            ((m == 0) & part & (np.arange(T)[:, None, None] > 0)).any(axis=(0, 1)).all() for part in (a > 0.1, a < -0.1)
        ]
        if all(both):
            return arguments


impute_exercise = Exercise(
    name="irregular.grud_inputs",
    task="What the GRU-D reads along a sequence: the decay γ of each input (eq-irregular-input-decay), and x̂ "
    "(eq-irregular-impute), from the value last observed before each step (eq-irregular-last), which x_first is at the "
    "beginning. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B F", "the values; where m is 0 they mean nothing"),
        Value("m", "T B F", "1 where a value was observed, 0 where not"),
        Value("delta", "T B F", "how long ago it was last observed"),
        Value("x_first", "B F", "what was last observed before the sequence"),
        Value("x_mean", "F", "the mean of each feature"),
        Value("w_x", "F", "how fast each decays"),
        Value("b_x", "F", "what is added to it"),
    ),
    outputs=(Value("gamma", "T B F", "the decay"), Value("x_hat", "T B F", "what is read")),
    reference=grud_inputs,
    cases={
        "general": lambda r: bent(r, 8, 3, 2),
        "no decay": lambda r: sequence(r, 6, 2, 3, (0.3, 0.4), (-12, -11)),
        "long waits": lambda r: sequence(r, 6, 3, 2, (3, 4), (1, 2)),
        "float32": lambda r: in_float32(bent(r, 7, 2, 3)),
    },
    facets=(
        Facet("decay", 3, ("general", "long waits", "float32"), ("gamma",)),
        Facet("what is read without decay", 2, ("no decay",), ("x_hat",)),
        Facet("what is read after long waits", 1, ("long waits",), ("x_hat",)),
        Facet("what is read", 2, ("general", "float32"), ("x_hat",)),
    ),
    mistakes=IMPUTE_MISTAKES,
    words=WORDS,
)

# ---------------------------------------------------------------------------------------------------------------------
# One step of the cell


@checked
def grud_cell(
    x_hat: B_F,
    m_t: B_F,
    delta_t: B_F,
    h_prev: B_H,
    W_ih: H3_F,
    W_hh: H3_H,
    W_mh: H3_F,
    b: H3_,
    W_d: H_F,
    b_d: H_,
) -> tuple[B_H, B_H, B_H, B_H, B_H]:
    r"""A step of the GRU-D that has its input filled already.

    .. math:: \hat h = \gamma \odot h_{t-1}, \qquad h_t = (1 - z_t) \odot n_t + z_t \odot \hat h

    Returns ĥ, r, z, n and h.
    """
    gamma = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d))
    h_hat = gamma * h_prev
    a_r, a_z, a_n = np.split(x_hat @ W_ih.T + m_t @ W_mh.T + b, 3, axis=1)
    W_hr, W_hz, W_hn = np.split(W_hh, 3)
    r_t = sigmoid(a_r + h_hat @ W_hr.T)
    z_t = sigmoid(a_z + h_hat @ W_hz.T)
    n_t = np.tanh(a_n + (r_t * h_hat) @ W_hn.T)
    h_t = (1 - z_t) * n_t + z_t * h_hat
    return h_hat, r_t, z_t, n_t, h_t


sign(globals(), "grud_cell")

DECAY, DECAYED = "np.exp(-np.maximum(0, delta_t @ W_d.T + b_d))", "h_hat = gamma * h_prev"
INPUTS = "x_hat @ W_ih.T + m_t @ W_mh.T + b"
R, Z = "r_t = sigmoid(a_r + h_hat @ W_hr.T)", "z_t = sigmoid(a_z + h_hat @ W_hz.T)"
N, H = "n_t = np.tanh(a_n + (r_t * h_hat) @ W_hn.T)", "h_t = (1 - z_t) * n_t + z_t * h_hat"


def unit(**changed: Any) -> dict[str, Any]:
    """A hint's step: of two features and one unit, everything 0 that is not changed."""
    return {
        "x_hat": [[0, 0]],
        "m_t": [[0, 0]],
        "delta_t": [[0, 0]],
        "h_prev": [[0]],
        "W_ih": [[0, 0]] * 3,
        "W_hh": [[0]] * 3,
        "W_mh": [[0, 0]] * 3,
        "b": [0, 0, 0],
        "W_d": [[0, 0]],
        "b_d": [0],
        **changed,
    }


WAITED = unit(delta_t=[[1, 2]], W_d=[[LN2, 0]], h_prev=[[0.8]])  # of 0.8 one half is left
STEP_MISTAKES = (
    Mistake(
        "I15",
        "the state does not decay, or too late",
        "Nothing was observed for a long time. Which state enters your gates: the whole one, or what is left of it?",
        "First the state decays, then the gates read it.",
        {
            "not at all": edit(grud_cell, DECAYED, "h_hat = h_prev + 0 * gamma"),
            "after the update": edit(grud_cell, DECAYED, "h_hat = h_prev")
            + edit(grud_cell, H, "h_t = gamma * ((1 - z_t) * n_t + z_t * h_hat)"),
        },
        test="Take h = 0.8, δ = (1, 2), W_d = (ln 2, 0), all else 0. What is ĥ?",
        tries=(trial(lambda a: a[0][0, 0], **WAITED),),
    ),
    Mistake(
        "I15t",
        "the state decays twice",
        "How often is the state multiplied by what is left of it, on its way to the new state?",
        "Every place reads ĥ, as it is. What stands in yours?",
        {
            "in the gates": edit(grud_cell, "a_r + h_hat @", "a_r + (gamma * h_hat) @")
            + edit(grud_cell, "a_z + h_hat @", "a_z + (gamma * h_hat) @"),
            "in the candidate": edit(grud_cell, "(r_t * h_hat)", "(r_t * gamma * h_hat)"),
            "in the mix": edit(grud_cell, "z_t * h_hat", "z_t * gamma * h_hat"),
            "all of the mix": edit(grud_cell, H, "h_t = gamma * ((1 - z_t) * n_t + z_t * h_hat)"),
        },
        test="Take h = 0.8, δ = (1, 2), W_d = (ln 2, 0), W_hh = (1, 1, 1), all else 0. Print r, z, n and the new "
        "state.",
        tries=(trial(lambda a: [a[1][0, 0], a[2][0, 0], a[3][0, 0], a[4][0, 0]], **{**WAITED, "W_hh": [[1]] * 3}),),
    ),
    Mistake(
        "I16",
        "the state that has not decayed is used somewhere",
        "In how many places does a step use the state? Which state is it in each?",
        "After the first line the old state has gone: there is only what is left of it.",
        {
            "in the mix": edit(grud_cell, "z_t * h_hat", "z_t * h_prev"),
            "in the candidate": edit(grud_cell, "(r_t * h_hat)", "(r_t * h_prev)"),
            "in the reset gate": edit(grud_cell, "a_r + h_hat @", "a_r + h_prev @"),
            "in the update gate": edit(grud_cell, "a_z + h_hat @", "a_z + h_prev @"),
            "in both gates": edit(grud_cell, "a_r + h_hat @", "a_r + h_prev @")
            + edit(grud_cell, "a_z + h_hat @", "a_z + h_prev @"),
            "everywhere but in the mix": edit(grud_cell, "a_r + h_hat @", "a_r + h_prev @")
            + edit(grud_cell, "a_z + h_hat @", "a_z + h_prev @")
            + edit(grud_cell, "(r_t * h_hat)", "(r_t * h_prev)"),
        },
        test="Take h = 0.8, δ = (1, 2), W_d = (ln 2, 0), W_hh = (1, 1, 1), all else 0. Print r, z, n and the new "
        "state.",
        tries=(trial(lambda a: [a[1][0, 0], a[2][0, 0], a[3][0, 0], a[4][0, 0]], **{**WAITED, "W_hh": [[1]] * 3}),),
    ),
    Mistake(
        "I17",
        "the mask does not reach the network",
        "Change m, and nothing else. Which of r, z and n change with you, and which should?",
        "The network has to know what was observed and what is a guess. How many formulas have an m?",
        {
            "nowhere": edit(grud_cell, " + m_t @ W_mh.T", " + 0 * m_t @ W_mh.T"),
            "not in the candidate": edit(grud_cell, "np.tanh(a_n +", "np.tanh(a_n - m_t @ np.split(W_mh, 3)[2].T +"),
            "not in the gates": edit(grud_cell, "sigmoid(a_r +", "sigmoid(a_r - m_t @ np.split(W_mh, 3)[0].T +")
            + edit(grud_cell, "sigmoid(a_z +", "sigmoid(a_z - m_t @ np.split(W_mh, 3)[1].T +"),
        },
        test="Take m = (1, 0), all weights of the mask 1, and all else 0. Print r, z and n.",
        tries=(trial(lambda a: [a[1][0, 0], a[2][0, 0], a[3][0, 0]], **unit(m_t=[[1, 0]], W_mh=[[1, 1]] * 3)),),
    ),
    Mistake(
        "I18",
        "the mask inverted, or read by other weights",
        "What does m = 1 mean on this page? Does your network read m, or 1 - m, and by which weights?",
        "The formulas say which of the two goes in beside x̂. It has weights of its own.",
        {
            "": edit(grud_cell, "m_t @ W_mh.T", "(1 - m_t) @ W_mh.T"),
            "weights of the input": edit(grud_cell, "m_t @ W_mh.T", "m_t @ W_ih.T + 0 * m_t @ W_mh.T"),
        },
        test="Take x̂ = (1, 1), weights of the input 0.1, of the mask 0.2, all else 0. Print r and n, with m = (0,"
        " 0), then with m = (1, 0).",
        tries=(
            trial(
                lambda a, b: [a[1][0, 0], a[3][0, 0], b[1][0, 0], b[3][0, 0]],
                {"m_t": [[1, 0]]},
                **unit(x_hat=[[1, 1]], W_ih=[[0.1, 0.1]] * 3, W_mh=[[0.2, 0.2]] * 3),
            ),
        ),
    ),
    Mistake(
        "I18x",
        "the mask put on the input",
        "x̂ was filled before. What becomes of a filled value in your product?",
        "Where nothing was observed, x̂ has the best guess. Does your network read that guess?",
        {
            "": edit(grud_cell, "x_hat @ W_ih.T", "(m_t * x_hat) @ W_ih.T"),
            "inverted": edit(grud_cell, "x_hat @ W_ih.T", "((1 - m_t) * x_hat) @ W_ih.T"),
        },
        test="Take x̂ = (1, 1), m = (1, 0), each row of W_ih (0.1, 0.2), all else 0. Print r, z and n.",
        tries=(
            trial(
                lambda a: [a[1][0, 0], a[2][0, 0], a[3][0, 0]],
                **unit(x_hat=[[1, 1]], m_t=[[1, 0]], W_ih=[[0.1, 0.2]] * 3),
            ),
        ),
    ),
    Mistake(
        "I12",
        "the decay of the state is another",
        "Let W_d δ + b_d be negative, then large. What is left of the state in each case, with you?",
        "A share between 0 and 1 is left, and all of it as long as the sum is negative.",
        {
            "no max": edit(grud_cell, DECAY, "np.exp(-(delta_t @ W_d.T + b_d))"),
            "growing": edit(grud_cell, DECAY, "np.exp(np.maximum(0, delta_t @ W_d.T + b_d))"),
            "one minus": edit(grud_cell, DECAY, "1 - np.exp(-np.maximum(0, delta_t @ W_d.T + b_d))"),
            "no b": edit(grud_cell, DECAY, "np.exp(-np.maximum(0, delta_t @ W_d.T + 0 * b_d))"),
            "max of the product alone": edit(grud_cell, DECAY, "np.exp(-(np.maximum(0, delta_t @ W_d.T) + b_d))"),
            "a sigmoid": edit(grud_cell, DECAY, "sigmoid(delta_t @ W_d.T + b_d)"),
            "size": edit(grud_cell, DECAY, "np.exp(-np.abs(delta_t @ W_d.T + b_d))"),
            "less b": edit(grud_cell, DECAY, "np.exp(-np.maximum(0, delta_t @ W_d.T - b_d))"),
        },
        test="Take h = 0.8, δ = (1, 2), W_d = (ln 2, 0), all else 0. Print ĥ, once with b_d = ln 2, once with -2 ln 2.",
        tries=(trial(lambda a, b: [a[0][0, 0], b[0][0, 0]], {"b_d": [-2 * LN2]}, **{**WAITED, "b_d": [LN2]}),),
    ),
    Mistake(
        "I19",
        "each unit decays by something else than all intervals",
        "Change the interval of one feature. Which units decay otherwise, with you?",
        "A unit has a weight for each interval. What do you do with the products?",
        {
            "their mean": edit(grud_cell, "delta_t @ W_d.T", "delta_t @ W_d.T / delta_t.shape[1]"),
            "the first alone": edit(grud_cell, "delta_t @ W_d.T", "delta_t[:, :1] @ W_d[:, :1].T"),
            "the mean interval": edit(
                grud_cell, "delta_t @ W_d.T", "(0 * delta_t + delta_t.mean(axis=1, keepdims=True)) @ W_d.T"
            ),
            "the longest": edit(
                grud_cell, "delta_t @ W_d.T", "(0 * delta_t + delta_t.max(axis=1, keepdims=True)) @ W_d.T"
            ),
            "missing ones alone": edit(grud_cell, "delta_t @ W_d.T", "((1 - m_t) * delta_t) @ W_d.T"),
            "observed ones alone": edit(grud_cell, "delta_t @ W_d.T", "(m_t * delta_t) @ W_d.T"),
        },
        test="Take h = 0.8, δ = (1, 2), m = (1, 0), W_d = (ln 2, 0.7 ln 2), all else 0. What is ĥ?",
        tries=(trial(lambda a: a[0][0, 0], **{**WAITED, "m_t": [[1, 0]], "W_d": [[LN2, 0.7 * LN2]]}),),
    ),
    Mistake(
        "L20",
        "z and 1 - z exchanged",
        "Open the update gate: z is nearly 1. Does your unit keep its state, or replace it?",
        "The paper has it the other way round. Which did this page choose?",
        {
            "": edit(grud_cell, H, "h_t = z_t * n_t + (1 - z_t) * h_hat"),
        },
        test="Take h = 0.8, the biases 0, 9, -9, all else 0. What is the new state?",
        tries=(trial(lambda a: a[4][0, 0], **unit(h_prev=[[0.8]], b=[0, 9, -9])),),
    ),
    Mistake(
        "L21",
        "the reset acts elsewhere",
        "Two published forms differ in where r acts. Is it before the product with the weights here, or after it?",
        "r multiplies the state, unit by unit, before the units are mixed.",
        {
            "after the product": edit(grud_cell, "(r_t * h_hat) @ W_hn.T", "r_t * (h_hat @ W_hn.T)"),
            "nowhere": edit(grud_cell, "(r_t * h_hat) @ W_hn.T", "h_hat @ W_hn.T"),
            "on everything": edit(grud_cell, N, "n_t = np.tanh(r_t * (a_n + h_hat @ W_hn.T))"),
            "in the mix too": edit(grud_cell, "z_t * h_hat", "z_t * r_t * h_hat"),
            "one minus": edit(grud_cell, "(r_t * h_hat)", "((1 - r_t) * h_hat)"),
        },
        test="Take two units with h = (0.8, -0.4), x̂ = 1 and W_in = (0.2, 0.3). Let b_r = (-1, 2) and W_hn = ((1,"
        " 0.5), (0.5, 1)), all else 0. Print n and the new state.",
        tries=(
            trial(
                lambda a: [*a[3][0], *a[4][0]],
                x_hat=[[1]],
                m_t=[[0]],
                delta_t=[[0]],
                h_prev=[[0.8, -0.4]],
                W_ih=[[0]] * 4 + [[0.2], [0.3]],
                W_hh=[[0, 0]] * 4 + [[1, 0.5], [0.5, 1]],
                W_mh=[[0]] * 6,
                b=[-1, 2, 0, 0, 0, 0],
                W_d=[[0], [0]],
                b_d=[0, 0],
            ),
        ),
    ),
    Mistake(
        "L24",
        "blocks in another order",
        "Which rows of the matrices belong to r, which to z, which to n?",
        "The order is said in the task, and other sources have others.",
        {
            "z, r, n": edit(grud_cell, "a_r, a_z, a_n =", "a_z, a_r, a_n =")
            + edit(grud_cell, "W_hr, W_hz, W_hn =", "W_hz, W_hr, W_hn ="),
            "n, r, z": edit(grud_cell, "a_r, a_z, a_n =", "a_n, a_r, a_z =")
            + edit(grud_cell, "W_hr, W_hz, W_hn =", "W_hn, W_hr, W_hz ="),
            "of the state alone": edit(grud_cell, "W_hr, W_hz, W_hn =", "W_hz, W_hr, W_hn ="),
        },
        test="Take W_hh = (1, 2, 3), the biases 0.1, 0.2 and 0.3, h = 0.8, all else 0. Print r, z and n.",
        tries=(
            trial(
                lambda a: [a[1][0, 0], a[2][0, 0], a[3][0, 0]],
                **unit(h_prev=[[0.8]], W_hh=[[1], [2], [3]], b=[0.1, 0.2, 0.3]),
            ),
        ),
    ),
    Mistake(
        "R6",
        "the weights of the state transposed",
        "Rows or columns: which index of the weights of the state belongs to the unit that is computed?",
        "States lie in rows, and each row of a matrix belongs to the unit that it computes.",
        {
            "all": edit(grud_cell, "h_hat @ W_hr.T", "h_hat @ W_hr")
            + edit(grud_cell, "h_hat @ W_hz.T", "h_hat @ W_hz")
            + edit(grud_cell, "(r_t * h_hat) @ W_hn.T", "(r_t * h_hat) @ W_hn"),
        },
        test="Take two units with h = (0.8, -0.4). Each block of W_hh has the rows (0, 1) and (0, 0), all else is "
        "0. Print r.",
        tries=(
            trial(
                lambda a: a[1][0],
                x_hat=[[0]],
                m_t=[[0]],
                delta_t=[[0]],
                h_prev=[[0.8, -0.4]],
                W_ih=[[0]] * 6,
                W_hh=[[0, 1], [0, 0]] * 3,
                W_mh=[[0]] * 6,
                b=[0] * 6,
                W_d=[[0], [0]],
                b_d=[0, 0],
            ),
        ),
    ),
    Mistake(
        "R9",
        "another squashing function",
        "Between which numbers do r, z and n lie in the task, and with you?",
        "Gates lie between 0 and 1, the candidate between -1 and 1.",
        {
            "tanh for gates": edit(grud_cell, "r_t = sigmoid(", "r_t = np.tanh(")
            + edit(grud_cell, "z_t = sigmoid(", "z_t = np.tanh("),
            "sigmoid for the candidate": edit(grud_cell, "n_t = np.tanh(", "n_t = sigmoid("),
            "no tanh": edit(grud_cell, "n_t = np.tanh(", "n_t = ("),
        },
        test="Take the biases -2, -2, -2 and all else 0. Print r, z and n.",
        tries=(trial(lambda a: [a[1][0, 0], a[2][0, 0], a[3][0, 0]], **unit(b=[-2, -2, -2])),),
    ),
    Mistake(
        "R7",
        "a bias is left out, or counts twice",
        "With all weights and inputs 0: what should r, z and n be?",
        "There is one bias, in each of the three formulas once.",
        {
            "left out": edit(grud_cell, INPUTS, "x_hat @ W_ih.T + m_t @ W_mh.T + 0 * b"),
            "twice": edit(grud_cell, INPUTS, "x_hat @ W_ih.T + m_t @ W_mh.T + 2 * b"),
        },
        test="Take the biases 1, 2, 3 and all else 0. Print r, z and n.",
        tries=(trial(lambda a: [a[1][0, 0], a[2][0, 0], a[3][0, 0]], **unit(b=[1, 2, 3])),),
    ),
)


def step_of(r: Generator, B: int, F: int, H: int) -> tuple[Array, ...]:
    """Some units have begun to decay, and some not."""
    while True:
        m = (r.random((B, F)) < 0.5).astype(float)
        m[0, :2] = 1, 0
        m[2:3] = 0  # nothing observed: the state moves on all the same
        delta, W_d, b_d = r.uniform(0.4, 3, (B, F)), r.uniform(-0.3, 0.6, (H, F)), r.uniform(-0.7, 0.7, H)
        a = delta @ W_d.T + b_d
        if (a > 0.2).any() and (a < -0.2).any() and (a.max(axis=0) > 0.2).sum() > 1:
            break
    weights = (r.normal(0, 0.8, shape) for shape in ((3 * H, F), (3 * H, H), (3 * H, F), (3 * H,)))
    return r.normal(size=(B, F)), m, delta, r.uniform(-1, 1, (B, H)), *weights, W_d, b_d


step_exercise = Exercise(
    name="irregular.grud_cell",
    task="One step of the GRU-D whose input has been filled already: the state decays (eq-irregular-state-decay, "
    "eq-irregular-state), the mask reaches the gates (eq-irregular-gates) and the candidate (eq-irregular-candidate), "
    "and z = 1 keeps (eq-irregular-update). Rows in the order r, z, n; the reset acts before the product. Keep the "
    "dtype; NumPy only.",
    arguments=(
        Value("x_hat", "B F", "the filled input"),
        Value("m_t", "B F", "1 where it was observed, 0 where not"),
        Value("delta_t", "B F", "how long ago it was last observed"),
        Value("h_prev", "B H", "the state before"),
        Value("W_ih", "3H F", "weights of the input"),
        Value("W_hh", "3H H", "weights of the state"),
        Value("W_mh", "3H F", "weights of the mask"),
        Value("b", "3H", "biases"),
        Value("W_d", "H F", "weights of the decay"),
        Value("b_d", "H", "biases of the decay"),
    ),
    outputs=(
        Value("h_hat", "B H", "the decayed state"),
        Value("r_t", "B H", "reset gate"),
        Value("z_t", "B H", "update gate"),
        Value("n_t", "B H", "candidate"),
        Value("h_t", "B H", "the new state"),
    ),
    reference=grud_cell,
    cases={
        "general": lambda r: step_of(r, 3, 2, 4),
        "one example": lambda r: step_of(r, 1, 3, 5),
        "float32": lambda r: in_float32(step_of(r, 2, 3, 4)),
    },
    facets=(
        Facet("decayed state", 2, (), ("h_hat",)),
        Facet("gates", 2, (), ("r_t", "z_t")),
        Facet("candidate", 2, (), ("n_t",)),
        Facet("new state", 2, (), ("h_t",)),
    ),
    mistakes=STEP_MISTAKES,
    words=WORDS,
    gates="rzn",
)

# ---------------------------------------------------------------------------------------------------------------------
# The gradient of the decay


@checked
def decay_gradient(
    dx_hat: T_B_F, m: T_B_F, delta: T_B_F, x_last: T_B_F, x_mean: F_, w_x: F_, b_x: F_
) -> tuple[F_, F_, F_, T_B_F]:
    r"""What reaches w, b, the mean and the values last observed, of a gradient of the filled input.

    .. math:: da_t = -\gamma_t \odot [a_t > 0] \odot (1 - m_t) \odot (x^{last}_t - \bar x) \odot d\hat x_t

    Returns dw_x, db_x, dx_mean and dx_last.
    """
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    dguess = (1 - m) * dx_hat
    dgamma = dguess * (x_last - x_mean)
    da = dgamma * -gamma * (a > 0)
    dw_x = (da * delta).sum(axis=(0, 1))
    db_x = da.sum(axis=(0, 1))
    dx_mean = (dguess * (1 - gamma)).sum(axis=(0, 1))
    dx_last = dguess * gamma
    return dw_x, db_x, dx_mean, dx_last


sign(globals(), "decay_gradient")

DA, DGUESS, DGAMMA = "da = dgamma * -gamma * (a > 0)", "(1 - m) * dx_hat", "dguess * (x_last - x_mean)"
DW, DB = "dw_x = (da * delta).sum(axis=(0, 1))", "db_x = da.sum(axis=(0, 1))"
DMEAN, DLAST = "dx_mean = (dguess * (1 - gamma)).sum(axis=(0, 1))", "dx_last = dguess * gamma"
# A hint's sequence: γ is 1/2, then 1/4; the last values are 4 and 6, the mean is 2.
STEEP: dict[str, Any] = {
    "dx_hat": [[[1]], [[1]]],
    "m": [[[0]], [[0]]],
    "delta": [[[1]], [[2]]],
    "x_last": [[[4]], [[6]]],
    "x_mean": [2],
    "w_x": [LN2],
    "b_x": [0],
}
# The same in words, and a single step of it.
BOTH = "Take two missing steps with the last values 4 and 6, the mean 2, dx̂ = 1. Let δ = 1 and 2, w = ln 2, b = 0."
SINGLE = "Take a single missing step with the last value 4, the mean 2 and dx̂ = 1."
GRADIENT_MISTAKES = (
    Mistake(
        "I60",
        "what was observed sends a gradient back",
        "Where m is 1, x̂ is x. Does it hang on w, b, the mean or the value before? What reaches them from there?",
        "Only a guess depends on the decay. Which entries of the gradient pass on?",
        {
            "all": edit(decay_gradient, DGUESS, "dx_hat + 0 * m"),
            "the observed ones alone": edit(decay_gradient, DGUESS, "m * dx_hat"),
            "all, in the mean": edit(decay_gradient, "(dguess * (1 - gamma))", "(dx_hat * (1 - gamma))"),
            "all, in the last values": edit(decay_gradient, DLAST, "dx_last = dx_hat * gamma"),
            "all, in w and b": edit(decay_gradient, DGAMMA, "dx_hat * (x_last - x_mean)"),
        },
        test="Take two observed steps with the last values 4 and 6, the mean 2, dx̂ = 1. Let δ = 1 and 2, w = ln "
        "2, b = 0. Print the gradients of w, b, the mean and both last values.",
        tries=(trial(lambda a: [a[0][0], a[1][0], a[2][0], *a[3][:, 0, 0]], **{**STEEP, "m": [[[1]], [[1]]]}),),
    ),
    Mistake(
        "I61",
        "a gradient passes where γ rests at 1",
        "Let w δ + b be negative at some step. Does γ move there when w moves a little?",
        "The max is flat on one side of 0. Where in your lines is that?",
        {
            "": edit(decay_gradient, DA, "da = dgamma * -gamma + 0 * a"),
            "no max at all": edit(decay_gradient, DA, "da = dgamma * -np.exp(-a)"),
            "the other side": edit(decay_gradient, "(a > 0)", "(a <= 0)"),
            "where w is negative": edit(decay_gradient, "(a > 0)", "(w_x > 0)"),
        },
        test=f"{BOTH} Print the gradient of b; then again with b = -9.",
        tries=(
            trial(
                lambda a, b: [a[1][0], b[1][0]],
                {"b_x": [-9]},
                **STEEP,
            ),
        ),
    ),
    Mistake(
        "I62",
        "the slope of the decay is another",
        "Let w grow a little. By how much does γ fall, for how much γ there is?",
        "The derivative of an exponential is itself, times the derivative of what is inside.",
        {
            "without γ": edit(decay_gradient, DA, "da = -dgamma * (a > 0)"),
            "of a sigmoid": edit(decay_gradient, DA, "da = dgamma * -gamma * (1 - gamma) * (a > 0)"),
            "times a": edit(decay_gradient, DA, "da = dgamma * -gamma * np.maximum(0, a)"),
            "squared": edit(decay_gradient, DA, "da = dgamma * -(gamma**2) * (a > 0)"),
        },
        test=f"{SINGLE} Let δ = 1, w = ln 2, b = 0. What is the gradient of b?",
        tries=(
            trial(
                lambda a: a[1][0],
                **{**STEEP, "dx_hat": [[[1]]], "m": [[[0]]], "delta": [[[1]]], "x_last": [[[4]]]},
            ),
        ),
    ),
    Mistake(
        "I62s",
        "the other sign in w and b",
        "Let γ grow a little: does x̂ move towards the last value or the mean? And which way does γ go when w grows?",
        "Two signs meet in da: that of the slope of γ, and that of the distance which γ multiplies.",
        edit(decay_gradient, DA, "da = dgamma * gamma * (a > 0)"),
        test=f"{SINGLE} Let δ = 1, w = ln 2, b = 0. What is the gradient of b?",
        tries=(
            trial(
                lambda a: a[1][0],
                **{**STEEP, "dx_hat": [[[1]]], "m": [[[0]]], "delta": [[[1]]], "x_last": [[[4]]]},
            ),
        ),
    ),
    Mistake(
        "I63",
        "what γ multiplies is another",
        "Let γ grow a little. By how much does x̂ move: by the last value, or by its distance from something?",
        "γ stands in the guess twice.",
        {
            "the last value alone": edit(decay_gradient, DGAMMA, "dguess * (x_last - 0 * x_mean)"),
            "their sum": edit(decay_gradient, DGAMMA, "dguess * (x_last + x_mean)"),
            "the mean alone": edit(decay_gradient, DGAMMA, "dguess * (0 * x_last - x_mean)"),
            "left out": edit(decay_gradient, DGAMMA, "dguess + 0 * (x_last - x_mean)"),
        },
        test=f"{SINGLE} Let δ = 1, w = ln 2, b = 0. What is the gradient of b?",
        tries=(
            trial(
                lambda a: a[1][0],
                **{**STEEP, "dx_hat": [[[1]]], "m": [[[0]]], "delta": [[[1]]], "x_last": [[[4]]]},
            ),
        ),
    ),
    Mistake(
        "I64",
        "the interval does not multiply, or multiplies too much",
        "By what was w multiplied, and by what was b?",
        "The same da reaches both; on its way to w it meets one factor.",
        {
            "not in w": edit(decay_gradient, DW, "dw_x = (da + 0 * delta).sum(axis=(0, 1))"),
            "in b too": edit(decay_gradient, DB, "db_x = (da * delta).sum(axis=(0, 1))"),
            "w instead": edit(decay_gradient, DW, "dw_x = (da * w_x).sum(axis=(0, 1))"),
            "divided": edit(decay_gradient, DW, "dw_x = (da / delta).sum(axis=(0, 1))"),
            "one interval for all": edit(
                decay_gradient, DW, "dw_x = (da * delta.mean(axis=2, keepdims=True)).sum(axis=(0, 1))"
            ),
        },
        test="Take a single step with m = (0, 0), δ = (2, 3), b = (0, 0) and dx̂ = (1, 1). The last values are (4,"
        " 4), the means (2, 2), w is (0.5 ln 2, ln 2). Print the gradients of w, then those of b.",
        tries=(
            trial(
                lambda a: [*a[0], *a[1]],
                dx_hat=[[[1, 1]]],
                m=[[[0, 0]]],
                delta=[[[2, 3]]],
                x_last=[[[4, 4]]],
                x_mean=[2, 2],
                w_x=[LN2 / 2, LN2],
                b_x=[0, 0],
            ),
        ),
    ),
    Mistake(
        "I65",
        "a mean, or a part of the sum",
        "The same sequence twice in the batch: what should happen to the gradients of w, b and the mean?",
        "A weight that is used at each step of each example gets a part from each.",
        {
            "mean over the batch": edit(decay_gradient, DW, "dw_x = (da * delta).sum(axis=(0, 1)) / m.shape[1]")
            + edit(decay_gradient, DB, "db_x = da.sum(axis=(0, 1)) / m.shape[1]")
            + edit(decay_gradient, DMEAN, "dx_mean = (dguess * (1 - gamma)).sum(axis=(0, 1)) / m.shape[1]"),
            "mean over all": edit(decay_gradient, DW, "dw_x = (da * delta).mean(axis=(0, 1))")
            + edit(decay_gradient, DB, "db_x = da.mean(axis=(0, 1))")
            + edit(decay_gradient, DMEAN, "dx_mean = (dguess * (1 - gamma)).mean(axis=(0, 1))"),
            "the last step alone": edit(decay_gradient, DW, "dw_x = (da * delta)[-1].sum(axis=0)")
            + edit(decay_gradient, DB, "db_x = da[-1].sum(axis=0)")
            + edit(decay_gradient, DMEAN, "dx_mean = (dguess * (1 - gamma))[-1].sum(axis=0)"),
            "over the missing": edit(
                decay_gradient, DW, "dw_x = (da * delta).sum(axis=(0, 1)) / (1 - m).sum(axis=(0, 1))"
            )
            + edit(decay_gradient, DB, "db_x = da.sum(axis=(0, 1)) / (1 - m).sum(axis=(0, 1))")
            + edit(
                decay_gradient, DMEAN, "dx_mean = (dguess * (1 - gamma)).sum(axis=(0, 1)) / (1 - m).sum(axis=(0, 1))"
            ),
        },
        test=f"{BOTH} Put the same twice in the batch. What is the gradient of the mean?",
        tries=(
            trial(
                lambda a: a[2][0],
                dx_hat=[[[1], [1]], [[1], [1]]],
                m=[[[0], [0]], [[0], [0]]],
                delta=[[[1], [1]], [[2], [2]]],
                x_last=[[[4], [4]], [[6], [6]]],
                x_mean=[2],
                w_x=[LN2],
                b_x=[0],
            ),
        ),
    ),
    Mistake(
        "I66",
        "the shares of mean and last value",
        "The guess is a mixture. What is the share of the mean in it, and what that of the last value?",
        "A gradient comes back by the share by which the value went in.",
        {
            "exchanged": edit(decay_gradient, DMEAN, "dx_mean = (dguess * gamma).sum(axis=(0, 1))")
            + edit(decay_gradient, DLAST, "dx_last = dguess * (1 - gamma)"),
            "the mean whole": edit(decay_gradient, DMEAN, "dx_mean = dguess.sum(axis=(0, 1))"),
            "the last value whole": edit(decay_gradient, DLAST, "dx_last = dguess"),
            "the mean's sign": edit(decay_gradient, DMEAN, "dx_mean = -(dguess * gamma).sum(axis=(0, 1))"),
            "the mean's, of γ": edit(decay_gradient, DMEAN, "dx_mean = (dguess * gamma).sum(axis=(0, 1))"),
        },
        test=f"{SINGLE} Let δ = 2, w = ln 2, b = 0. Print the gradients of the mean and of the last value.",
        tries=(
            trial(
                lambda a: [a[2][0], a[3][0, 0, 0]],
                **{**STEEP, "dx_hat": [[[1]]], "m": [[[0]]], "delta": [[[2]]], "x_last": [[[4]]]},
            ),
        ),
    ),
    Mistake(
        "I67",
        "the last values get a sum",
        "How many values last observed are there: one for each feature, or one for each step and example?",
        "Each is an argument of its own here. What would a sum over steps speak of?",
        {
            "added up backwards": edit(
                decay_gradient, DLAST, "dx_last = np.cumsum((dguess * gamma)[::-1], axis=0)[::-1]"
            ),
            "carried while missing": edit(
                decay_gradient,
                DLAST,
                "dx_last = dguess * gamma\n    for t in reversed(range(len(m) - 1)):\n"
                "        dx_last[t] = dx_last[t] + (1 - m[t]) * dx_last[t + 1]",
            ),
        },
        test=f"{BOTH} Print the gradients of both last values.",
        tries=(trial(lambda a: a[3][:, 0, 0], **STEEP),),
    ),
)


def backwards(r: Generator, T: int, B: int, F: int, missing: bool = False, steep: bool = False) -> tuple[Array, ...]:
    """Some have not begun to decay, in each feature, unless ``steep``; ``missing``: nothing was observed."""
    while True:
        m = np.zeros((T, B, F)) if missing else gappy(r, T, B, F)
        delta, w = r.uniform(0.4, 3, m.shape), r.uniform(0.3, 0.7, F)
        b = r.uniform(0.1, 0.4, F) if steep else r.uniform(-0.8, -0.4, F)
        a, x_mean = w * delta + b, means(r, F)
        apart = np.where(m == 0, np.abs(a), 1).min() > 0.02
        both = all(((m == 0) & part).any(axis=(0, 1)).all() for part in (a > 0.1, a < -0.1))
        if apart and (both or steep):
            return r.normal(size=m.shape), m, delta, x_mean + r.normal(size=m.shape), x_mean, w, b


gradient_exercise = Exercise(
    name="irregular.decay_gradient",
    task="Given the gradient of the loss with respect to the filled input of a GRU-D (eq-irregular-impute), all later "
    "steps included, the gradients of w and b of the decay (eq-irregular-input-decay) and of the mean, summed over "
    "steps and examples, and of each value last observed, an argument of its own. Where the decay rests at 1 its "
    "slope is 0. "
    "Keep the dtype; NumPy only.",
    arguments=(
        Value("dx_hat", "T B F", "gradient of the filled input"),
        Value("m", "T B F", "1 where a value was observed, 0 where not"),
        Value("delta", "T B F", "how long ago it was last observed"),
        Value("x_last", "T B F", "the value last observed before the step"),
        Value("x_mean", "F", "the mean of each feature"),
        Value("w_x", "F", "how fast each decays"),
        Value("b_x", "F", "what is added to it"),
    ),
    outputs=(
        Value("dw_x", "F", "gradient of w"),
        Value("db_x", "F", "gradient of b"),
        Value("dx_mean", "F", "gradient of the mean"),
        Value("dx_last", "T B F", "gradient of each value last observed"),
    ),
    reference=decay_gradient,
    cases={
        "general": lambda r: backwards(r, 6, 3, 2),
        "nothing observed": lambda r: backwards(r, 4, 2, 3, missing=True),
        "one step": lambda r: backwards(r, 1, 2, 3, missing=True, steep=True),
        "float32": lambda r: in_float32(backwards(r, 5, 2, 3)),
    },
    facets=(
        Facet("gradient of w", 2, (), ("dw_x",)),
        Facet("gradient of b", 1, (), ("db_x",)),
        Facet("gradient of the mean", 2, (), ("dx_mean",)),
        Facet("gradients of the last values", 1, (), ("dx_last",)),
    ),
    mistakes=GRADIENT_MISTAKES,
    words=WORDS,
)
