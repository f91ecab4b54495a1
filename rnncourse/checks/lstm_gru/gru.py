r"""Exercises on the GRU: weights of another convention, and which convention a recording comes from.

Not here: L26 and L27 (nothing is asked backwards), and matrices transposed (none is square where it counts).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Form, Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.lstm_gru import sigmoid
from rnncourse.shapes import B_H, H3_, H3_F, H3_H, H3_HF, H_, T_B_F, T_B_H, checked

LOGISTIC = "1 / (1 + np.exp(-a))"

# ---------------------------------------------------------------------------------------------------------------------
# Weights of another convention


@checked
def as_torch(theta: H3_HF, b: H3_, d: H_) -> tuple[H3_F, H3_H, H3_, H3_]:
    r"""Four arrays for torch, from one matrix over the joined h and x whose update gate lets the candidate in.

    .. math:: h_t = (1 - u_t) \odot h_{t-1} + u_t \odot n_t, \qquad z_t = 1 - u_t, \qquad 1 - \sigma(a) = \sigma(-a)

    Returns W_ih, W_hh, b_ih and b_hh; what acts as a sum alone stands in b_ih.
    """
    H = len(d)
    u, r, n = np.split(theta, 3)
    b_u, b_r, b_n = np.split(b, 3)
    W = np.concatenate([r, -u, n])
    b_ih = np.concatenate([b_r, -b_u, b_n])
    b_hh = np.concatenate([0 * b_r, 0 * b_u, d])
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


sign(globals(), "as_torch")

ROWS, BIASES = "W = np.concatenate([r, -u, n])", "b_ih = np.concatenate([b_r, -b_u, b_n])"
STATES = "b_hh = np.concatenate([0 * b_r, 0 * b_u, d])"
CUT = "W[:, H:].copy(), W[:, :H].copy()"


def stacked(rows: str, biases: str = "", state: str = "") -> Form:
    """The blocks in another order, or with other signs."""
    form = edit(as_torch, ROWS, f"W = np.concatenate([{rows}])")
    if biases:
        form += edit(as_torch, BIASES, f"b_ih = np.concatenate([{biases}])")
    return form + edit(as_torch, STATES, f"b_hh = np.concatenate([{state}])") if state else form


TORCH_MISTAKES = (
    Mistake(
        "L20",
        "the update gate not turned round",
        "Set torch's z to 1: does the unit keep or replace? And with u at 1?",
        "One gate is what the other one leaves. Which numbers go into σ for that?",
        {
            "": stacked("r, u, n", "b_r, b_u, b_n"),
        },
        test="Make the bias of u 100, and run one step of both.",
    ),
    Mistake(
        "L20p",
        "the update gate turned round in part",
        "Three things go into the σ of u: from x, from h, and the bias. Which of them have changed their sign?",
        "A minus before a bracket meets every term in it. Which terms are in the bracket of this gate?",
        {
            "weights alone": edit(as_torch, BIASES, "b_ih = np.concatenate([b_r, b_u, b_n])"),
            "biases alone": stacked("r, u, n"),
            "not those of h": edit(as_torch, CUT, "W[:, H:].copy(), np.concatenate([r, u, n])[:, :H]"),
            "not those of x": edit(as_torch, CUT, "np.concatenate([r, u, n])[:, H:], W[:, :H].copy()"),
        },
        test="Set theta to zeros and b to 3, then b to zeros alone. Do u and torch's z add up to 1?",
    ),
    Mistake(
        "L20o",
        "subtracted from 1",
        "Is 1 minus a gate the gate of 1 minus its weights? Try a weight of 0.",
        "What is subtracted from 1 comes out of σ. What has to change before σ?",
        {
            "": stacked("r, 1 - u, n", "b_r, 1 - b_u, b_n"),
            "biases": edit(as_torch, BIASES, "b_ih = np.concatenate([b_r, 1 - b_u, b_n])"),
            "weights": stacked("r, 1 - u, n"),
        },
        test="Compare σ(-2) and σ(1 - 2) with 1 - σ(2).",
    ),
    Mistake(
        "L20s",
        "another block turned round",
        "Which of the three blocks means the opposite in torch?",
        "Only one of the gates is said differently in the two conventions.",
        {
            "r": stacked("-r, u, n", "-b_r, b_u, b_n"),
            "n": stacked("r, u, -n", "b_r, b_u, -b_n"),
            "r and u": stacked("-r, -u, n", "-b_r, -b_u, b_n"),
            "all": stacked("-r, -u, -n", "-b_r, -b_u, -b_n"),
            "u and n": stacked("r, -u, -n", "b_r, -b_u, -b_n"),
        },
        test="Make the biases of one block after the other 100, and run one step of both.",
    ),
    Mistake(
        "L24",
        "blocks in another order",
        "In which order does torch stack its three blocks, and in which order are yours?",
        "The pieces are right, but two of them answer for each other.",
        {
            "as they came": stacked("-u, r, n", "-b_u, b_r, b_n"),
            "as they came, the matrices": stacked("-u, r, n"),
            "as they came, the bias": edit(as_torch, BIASES, "b_ih = np.concatenate([-b_u, b_r, b_n])"),
            "r n z": stacked("r, n, -u", "b_r, b_n, -b_u", "0 * b_r, d, 0 * b_u"),
            "r n z, but for b_hh": stacked("r, n, -u", "b_r, b_n, -b_u"),
            "z n r": stacked("-u, n, r", "-b_u, b_n, b_r", "0 * b_r, d, 0 * b_u"),
            "n r z": stacked("n, r, -u", "b_n, b_r, -b_u", "d, 0 * b_r, 0 * b_u"),
            "n z r": stacked("n, -u, r", "b_n, -b_u, b_r", "d, 0 * b_r, 0 * b_u"),
        },
        test="Number the rows of theta and the entries of b, and print where they come out.",
    ),
    Mistake(
        "L24n",
        "nothing changed but the names",
        "In which two ways do the conventions differ? Which of them does your answer mend?",
        "Order and meaning: the blocks stand elsewhere, and one gate says the opposite.",
        {
            "": stacked("u, r, n", "b_u, b_r, b_n"),
            "the first block negative": stacked("u, -r, n", "b_u, -b_r, b_n"),
        },
        test="Run one step of both with the same numbers.",
    ),
    Mistake(
        "R6c",
        "columns of h and x exchanged",
        "Which entry of the joined vector meets the first column of theta? Which matrix should this column go to?",
        "The lengths add up in either order. What stands first in [h, x]?",
        edit(as_torch, CUT, "W[:, : W.shape[1] - H].copy(), W[:, W.shape[1] - H :].copy()"),
        test="Fill the columns of h with zeros: which of your matrices should vanish?",
    ),
    Mistake(
        "L23",
        "d outside the reset",
        "What does r multiply, to the last term? Which of torch's biases does r reach?",
        "Where r is 0, d should do nothing. Does it do something in yours?",
        {
            "in b_ih": edit(as_torch, BIASES, "b_ih = np.concatenate([b_r, -b_u, b_n + d])")
            + edit(as_torch, STATES, "b_hh = 0 * b"),
            "in b_ih, alone": edit(as_torch, BIASES, "b_ih = np.concatenate([b_r, -b_u, d])")
            + edit(as_torch, STATES, "b_hh = np.concatenate([0 * b_r, 0 * b_u, b_n])"),
            "twice": edit(as_torch, BIASES, "b_ih = np.concatenate([b_r, -b_u, b_n + d])"),
        },
        test="Shut the reset gate by its bias, and change d: does a step of torch's GRU notice?",
    ),
    Mistake(
        "L23h",
        "b inside the reset",
        "Where r is 0, b should still act on the candidate. Does it in yours?",
        "What does r multiply, to the last term? Which of torch's biases does r reach?",
        {
            "all in b_hh": edit(as_torch, BIASES, "b_ih = 0 * b")
            + edit(as_torch, STATES, "b_hh = np.concatenate([b_r, -b_u, b_n + d])"),
        },
        test="Shut the reset gate by its bias, and change the bias of n: should a step of torch's GRU notice?",
    ),
    Mistake(
        "L23o",
        "d left out",
        "Does your answer change when d changes?",
        "Two biases belong to the candidate. Which of torch's two stands inside the brackets of r?",
        {
            "zeros": edit(as_torch, STATES, "b_hh = 0 * b"),
            "b_n": edit(as_torch, STATES, "b_hh = np.concatenate([0 * b_r, 0 * b_u, b_n])"),
        },
        test="Set h and x to zeros, and run one step of both.",
    ),
    Mistake(
        "L23r",
        "d in the rows of another gate",
        "Which rows of b_hh hold the bias of the candidate?",
        "The three blocks of a bias have the order of the rows.",
        {
            "r": edit(as_torch, STATES, "b_hh = np.concatenate([d, 0 * b_r, 0 * b_u])"),
            "z": edit(as_torch, STATES, "b_hh = np.concatenate([0 * b_r, d, 0 * b_u])"),
            "all": edit(as_torch, STATES, "b_hh = np.concatenate([d, d, d])"),
        },
        test="Set b to zeros, and see which entries of your biases are not.",
    ),
    Mistake(
        "L23m",
        "d turned round",
        "Which block means the opposite in torch? Is it the one to which d belongs?",
        "Only one of the gates is said differently in the two conventions.",
        {
            "minus": edit(as_torch, STATES, "b_hh = np.concatenate([0 * b_r, 0 * b_u, -d])"),
        },
        test="Print your b_hh beside d.",
    ),
    Mistake(
        "R7",
        "a bias counted twice",
        "torch adds both of its biases. What is the sum of yours for r and z?",
        "What acts as a sum alone should count once.",
        {
            "": edit(as_torch, STATES, "b_hh = np.concatenate([b_r, -b_u, d])"),
            "all": edit(as_torch, STATES, "b_hh = b_ih.copy()"),
            "all and d": edit(as_torch, STATES, "b_hh = np.concatenate([b_r, -b_u, b_n + d])"),
        },
        test="Set all weights to zeros, and print the gates of both.",
    ),
    Mistake(
        "R7h",
        "the bias in the other one of torch's two",
        "Which of torch's two biases should hold b, by the task?",
        "The numbers are right. Only d has to be where the state comes in.",
        {
            "": edit(as_torch, BIASES, "b_ih = np.concatenate([0 * b_r, 0 * b_u, b_n])")
            + edit(as_torch, STATES, "b_hh = np.concatenate([b_r, -b_u, d])"),
            "halves": edit(as_torch, BIASES, "b_ih = np.concatenate([b_r / 2, -b_u / 2, b_n])")
            + edit(as_torch, STATES, "b_hh = np.concatenate([b_r / 2, -b_u / 2, d])"),
        },
        test="Print both of your biases beside b and d.",
    ),
    Mistake(
        "T8",
        "transposed as other libraries have it",
        "How many rows has torch's W_ih, and how many has yours?",
        "A row for each unit of a gate: the three blocks stand below each other.",
        {
            "": edit(as_torch, CUT, "W[:, H:].T.copy(), W[:, :H].T.copy()"),
            "side by side": edit(as_torch, ROWS, "W = np.concatenate([r, -u, n], axis=1)")
            + edit(as_torch, CUT, "W[:, 3 * H :].copy(), W[:, : 3 * H].copy()"),
        },
        test="Print the shapes of your arrays for H = 2 and F = 3.",
    ),
)


def theirs(r: Generator, H: int, F: int, dtype: Any = float) -> tuple[Any, ...]:
    """Weights of which none is zero."""
    return tuple(r.normal(size=size).astype(dtype) for size in ((3 * H, H + F), 3 * H, H))


torch_exercise = Exercise(
    name="lstm_gru.as_torch",
    task="A GRU h_t = (1 - u_t) ⊙ h_{t-1} + u_t ⊙ n_t whose blocks u, r, n stand in one matrix over the joined (h, x), "
    "with r ⊙ (W h + d) in the candidate, as the four arrays of torch's (eq-lstm-gru-gru): blocks r, z, n, z = 1 "
    "keeps. b goes into b_ih, d into b_hh. Keep the dtype; NumPy only.",
    arguments=(
        Value("theta", "3H H+F", "the rows of u, r and n, in this order; the first H columns meet h"),
        Value("b", "3H", "the biases of u, r and n, outside the brackets of r"),
        Value("d", "H", "the bias within them"),
    ),
    outputs=(
        Value("W_ih", "3H F", "the rows of r, z and n"),
        Value("W_hh", "3H H"),
        Value("b_ih", "3H"),
        Value("b_hh", "3H"),
    ),
    probe="d",
    reference=as_torch,
    gates="rzn",
    cases={
        "general": lambda r: theirs(r, 3, 5),
        "as many of both": lambda r: theirs(r, 4, 4),
        "one unit": lambda r: theirs(r, 1, 2),
        "float32": lambda r: theirs(r, 3, 2, np.float32),
    },
    facets=(
        Facet("W_ih", 2, outputs=("W_ih",)),
        Facet("W_hh", 2, outputs=("W_hh",)),
        Facet("b_ih", 1, outputs=("b_ih",)),
        Facet("b_hh", 1, outputs=("b_hh",)),
    ),
    mistakes=TORCH_MISTAKES,
)

# ---------------------------------------------------------------------------------------------------------------------
# Which GRU is it?


def gru_as(x_t: Array, h_prev: Array, w: Sequence[Array], before: int, replaces: int) -> Array:
    """A step with blocks r, z, n: the reset before the product or after it, z = 1 replaces the state or keeps it."""
    W_ih, W_hh, b_ih, b_hh = w
    x_r, x_z, x_n = np.split(x_t @ W_ih.T + b_ih, 3, axis=1)
    h_r, h_z, h_n = np.split(h_prev @ W_hh.T + b_hh, 3, axis=1)
    r_t, z_t = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    rows = slice(2 * h_prev.shape[1], None)
    a_after = x_n + r_t * h_n
    a_before = x_n + (r_t * h_prev) @ W_hh[rows].T + b_hh[rows]
    n_t, kept = np.tanh(a_before if before else a_after), 1 - z_t if replaces else z_t
    return kept * h_prev + (1 - kept) * n_t


def exchanged(W: Array) -> Array:
    """The first two blocks in each other's place."""
    first, second, third = np.split(W, 3)
    return np.concatenate([second, first, third])


def states_as(x: Array, h0: Array, w: Sequence[Array], before: int, replaces: int, h: Array) -> Array:
    """The states along a sequence; h, those of the recording, are not looked at."""
    h_t, states = h0, []
    for x_t in x:
        h_t = gru_as(x_t, h_t, w, before, replaces)
        states.append(h_t)
    return np.stack(states)


@checked
def which_gru(x: T_B_F, h0: B_H, h: T_B_H, W_ih: H3_F, W_hh: H3_H, b_ih: H3_, b_hh: H3_) -> tuple[Array, Array]:
    r"""How far each of eight GRUs with these weights is from a recording, and which is nearest.

    .. math:: \text{errors}_{jkm} = \sqrt{\frac{1}{TBH} \sum (h^{(jkm)} - h)^2}

    j = 1: the reset before the product; k = 1: z = 1 replaces; m = 1: the blocks are z, r, n. Returns errors
    (2, 2, 2) and the three indices of the smallest.
    """
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for j, k, m in np.ndindex(errors.shape):
        w = [exchanged(W) if m else W for W in (W_ih, W_hh, b_ih, b_hh)]
        away = states_as(x, h0, w, j, k, h) - h
        errors[j, k, m] = np.sqrt((away**2).mean())
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


sign(globals(), "which_gru")

BEFORE = "a_before = x_n + (r_t * h_prev) @ W_hh[rows].T + b_hh[rows]"
AFTER = "a_after = x_n + r_t * h_n"
CHOSEN = "a_before if before else a_after"
MIXED = "kept * h_prev + (1 - kept) * n_t"
MEAN = "np.sqrt((away**2).mean())"
FOUND = "np.array(np.unravel_index(errors.argmin(), errors.shape))"
W_L = "[exchanged(W) if m else W for W in (W_ih, W_hh, b_ih, b_hh)]"
PLACE = "errors[j, k, m] = "
RUN = "away = states_as(x, h0, w, j, k, h) - h"
WHICH_MISTAKES = (
    Mistake(
        "L21",
        "the reset acts in one place in both",
        "Do your errors differ between the two places of the reset? Should they?",
        "One form mixes units and then resets, the other resets and then mixes. What does r multiply in each?",
        {
            "after": edit(gru_as, BEFORE, "a_before = x_n + r_t * h_n"),
            "before": edit(gru_as, AFTER, "a_after = x_n + (r_t * h_prev) @ W_hh[rows].T + b_hh[rows]"),
        },
        test="Take two units of which one alone is reset, and do the candidate by hand in both forms.",
    ),
    Mistake(
        "L21x",
        "the two places of the reset exchanged",
        "Which of your errors belong to the reset before the product? Which index should they have?",
        "One form mixes units and then resets, the other resets and then mixes. Which is called before?",
        {
            "exchanged": edit(gru_as, CHOSEN, "a_after if before else a_before"),
        },
        test="Take two units of which one alone is reset, and do the candidate by hand in both forms.",
    ),
    Mistake(
        "L22",
        "no reset",
        "Set r to 0: does your candidate still know the past?",
        "In both forms the reset stands within the tanh.",
        {
            "after": edit(gru_as, AFTER, "a_after = x_n + h_n"),
            "before": edit(gru_as, BEFORE, "a_before = x_n + h_prev @ W_hh[rows].T + b_hh[rows]"),
            "both": edit(gru_as, AFTER, "a_after = x_n + h_n")
            + edit(gru_as, BEFORE, "a_before = x_n + h_prev @ W_hh[rows].T + b_hh[rows]"),
        },
        test="Make the biases of r -100: does the candidate depend on the state?",
    ),
    Mistake(
        "L23",
        "b_hn in or out of the reset's reach",
        "Set the state to zeros: what is left of the recurrent part of the candidate in each form?",
        "What does r multiply in each form, to the last term?",
        {
            "after": edit(gru_as, AFTER, "a_after = x_n + r_t * (h_n - b_hh[rows]) + b_hh[rows]"),
            "before": edit(gru_as, BEFORE, "a_before = x_n + (r_t * h_prev) @ W_hh[rows].T + r_t * b_hh[rows]"),
        },
        test="Make the biases of r -100, and change b_hh: which of your forms should notice?",
    ),
    Mistake(
        "L23a",
        "what the input sends within the reset's reach",
        "Set r to 0: does your candidate still hear all that the input sends, its bias too?",
        "What does r multiply in each form, to the last term?",
        {
            "all": edit(gru_as, AFTER, "a_after = r_t * (x_n + h_n)"),
            "b_in too": edit(gru_as, AFTER, "a_after = x_n - b_ih[rows] + r_t * (h_n + b_ih[rows])"),
        },
        test="Make the biases of r -100, and change the other entries of b_ih: should your candidate notice?",
    ),
    Mistake(
        "L25",
        "reset in the mix as well",
        "How often should r act on the state in one step?",
        "What is kept of the old state is a matter of the update gate.",
        edit(gru_as, MIXED, "kept * (r_t * h_prev) + (1 - kept) * n_t"),
        test="Make the biases of r -100 and let the update gate keep all.",
    ),
    Mistake(
        "L20",
        "keep and replace exchanged",
        "Which of your errors belong to a GRU in which z = 1 keeps the state?",
        "Read once more which index stands for which.",
        {
            "": edit(gru_as, "1 - z_t if replaces else z_t", "z_t if replaces else 1 - z_t"),
            "the same for both": edit(gru_as, "1 - z_t if replaces else z_t", "z_t"),
            "the other for both": edit(gru_as, "1 - z_t if replaces else z_t", "1 - z_t"),
        },
        test="Make the biases of z 100 and look at the states of each form.",
    ),
    Mistake(
        "L24",
        "blocks exchanged in some of the arrays, or otherwise",
        "In how many arrays do the blocks stand in another order? In how many do you exchange them?",
        "Only r and z change places, and their biases go with them.",
        {
            "not in the biases": edit(
                which_gru, W_L, "[exchanged(W) if m and W.ndim > 1 else W for W in (W_ih, W_hh, b_ih, b_hh)]"
            ),
            "W_ih alone": edit(which_gru, W_L, "[exchanged(W_ih) if m else W_ih, W_hh, b_ih, b_hh]"),
            "W_hh alone": edit(which_gru, W_L, "[W_ih, exchanged(W_hh) if m else W_hh, b_ih, b_hh]"),
            "not in W_hh": edit(
                which_gru,
                W_L,
                "[W if W is W_hh or not m else exchanged(W) for W in (W_ih, W_hh, b_ih, b_hh)]",
            ),
            "of the input alone": edit(
                which_gru,
                W_L,
                "[exchanged(W) if m and (W is W_ih or W is b_ih) else W for W in (W_ih, W_hh, b_ih, b_hh)]",
            ),
            "of the state alone": edit(
                which_gru,
                W_L,
                "[exchanged(W) if m and (W is W_hh or W is b_hh) else W for W in (W_ih, W_hh, b_ih, b_hh)]",
            ),
            "not at all": edit(which_gru, "exchanged(W) if m else W", "W"),
        },
        test="Number the rows of each array, and print them after the exchange.",
    ),
    Mistake(
        "L24x",
        "blocks exchanged for the wrong index",
        "For which index of the order do you exchange the blocks: for 0, or for 1? For which should you?",
        "Read once more what a 1 stands for.",
        {
            "exchanged": edit(which_gru, "exchanged(W) if m else W", "W if m else exchanged(W)"),
        },
        test="Print your eight errors, each with the words for its form.",
    ),
    Mistake(
        "L24b",
        "other blocks exchanged",
        "Which blocks change places between the two orders, and which one stays? And in yours?",
        "Write both orders below each other, block by block.",
        {
            "all three turned round": edit(exchanged, "[second, first, third]", "[third, second, first]"),
            "moved on": edit(exchanged, "[second, first, third]", "[third, first, second]"),
            "moved back": edit(exchanged, "[second, first, third]", "[second, third, first]"),
        },
        test="Number the rows of each array, and print them after the exchange.",
    ),
    Mistake(
        "W1",
        "the three questions in another order",
        "Which index of your errors says where the reset acts?",
        "The numbers are right. In which order does the task put its three questions?",
        {
            "update first": edit(which_gru, PLACE, "errors[k, j, m] = "),
            "order first": edit(which_gru, PLACE, "errors[m, j, k] = "),
            "turned round": edit(which_gru, PLACE, "errors[m, k, j] = "),
            "reset, order, update": edit(which_gru, PLACE, "errors[j, m, k] = "),
        },
        test="Print your eight errors, each with the words for its form.",
    ),
    Mistake(
        "W2",
        "another measure of the distance",
        "What should the error be of a form that is off by 0.1 in every entry? What is yours?",
        "Three steps: the square, the mean over all entries, the root.",
        {
            "no root": edit(which_gru, MEAN, "(away**2).mean()"),
            "sum": edit(which_gru, MEAN, "np.sqrt((away**2).sum())"),
            "sum of squares": edit(which_gru, MEAN, "(away**2).sum()"),
            "over time alone": edit(which_gru, MEAN, "np.sqrt((away**2).sum() / len(away))"),
            "norms": edit(which_gru, MEAN, "np.linalg.norm(away, axis=-1).mean()"),
            "steps and examples": edit(which_gru, MEAN, "np.sqrt((away**2).sum(axis=-1).mean())"),
            "half": edit(which_gru, MEAN, "np.sqrt((away**2).mean() / 2)"),
        },
        test="Compare two arrays of which one is the other plus 0.1.",
    ),
    Mistake(
        "W2a",
        "a distance that is no root of a mean square",
        "One step is off by 0, the next one by 2. What should the error be, and what is yours?",
        "Three steps: the square, the mean over all entries, the root. In which order do you take them?",
        {
            "absolute": edit(which_gru, MEAN, "np.abs(away).mean()"),
            "largest": edit(which_gru, MEAN, "np.abs(away).max()"),
            "mean of roots": edit(which_gru, MEAN, "np.sqrt((away**2).mean(axis=-1)).mean()"),
            "of the mean": edit(which_gru, MEAN, "np.abs(away.mean())"),
        },
        test="Compare two arrays of two steps and one unit that differ by 2 in the second step alone.",
    ),
    Mistake(
        "W3",
        "some of the entries alone compared",
        "Change one state in the middle of the recording, in the last example. Do your errors notice?",
        "Every step, every example and every unit counts.",
        {
            "the last step": edit(which_gru, "(away**2)", "(away[-1:] ** 2)"),
            "the first step": edit(which_gru, "(away**2)", "(away[:1] ** 2)"),
            "the first example": edit(which_gru, "(away**2)", "(away[:, :1] ** 2)"),
        },
        test="Print the shape of what you take the mean of.",
    ),
    Mistake(
        "W4",
        "each step begins from the recording",
        "With which state does your second step begin: with your own first one, or with that of the recording?",
        "A form that is slightly wrong goes further astray with every step, if it is left alone.",
        edit(
            states_as,
            "h_t = gru_as(x_t, h_t, w, before, replaces)",
            "h_t = gru_as(x_t, h[len(states) - 1] if states else h0, w, before, replaces)",
        ),
        test="Change the first state of the recording: does your second step change?",
    ),
    Mistake(
        "W7",
        "a GRU that begins where the one before it ended",
        "With which state does the second of your eight runs begin, and with which the first?",
        "Each of the eight is a program of its own. Where is its start set?",
        {
            "": edit(which_gru, RUN, f"{RUN}\n        h0 = away[-1] + h[-1]"),
            "by the order": edit(
                which_gru,
                RUN,
                f"start = start if m else h0\n        {RUN.replace('h0', 'start')}\n        start = away[-1] + h[-1]",
            ),
        },
        test="Print the first state of each run, with its number.",
    ),
    Mistake(
        "W5",
        "the largest error chosen",
        "Is the form that you name the one that fits best, or the one that fits worst?",
        "Print your eight errors, and look for the one that you name.",
        edit(which_gru, "errors.argmin()", "errors.argmax()"),
        test="Make a recording of your own with a form that you know.",
    ),
    Mistake(
        "W6",
        "another number than the three indices",
        "How many numbers say which form it is, and what may each of them be?",
        "Of an array with three axes an entry has three indices.",
        {
            "its number": edit(which_gru, FOUND, "errors.argmin()"),
            "from 1": edit(which_gru, FOUND, f"{FOUND} + 1"),
        },
        test="Print your errors and your answer, and look up the entry with these indices.",
    ),
    Mistake(
        "W6i",
        "other indices than those of the smallest error",
        "Look up your errors at the three indices that you name. Is that the smallest of the eight?",
        "The first index belongs to the first axis. And is it a place or a yes that you count?",
        {
            "turned round": edit(which_gru, FOUND, f"{FOUND}[::-1]"),
            "1 for 0": edit(which_gru, FOUND, f"1 - {FOUND}"),
            "along each axis": edit(which_gru, FOUND, "errors.argmin(axis=0).ravel()[:3]"),
        },
        test="Print your errors and your answer, and look up the entry with these indices.",
    ),
    Mistake(
        "R1",
        "h0 not used",
        "Does your first step depend on h0? Should it?",
        "Before the first step there is a state.",
        {
            "zeros": edit(states_as, "h_t, states = h0, []", "h_t, states = 0 * h0, []"),
            "the first of the recording": edit(states_as, "h_t, states = h0, []", "h_t, states = h[0], []"),
        },
        test="Take T = 1, and do the step by hand.",
    ),
    Mistake(
        "R3",
        "the state does not go on",
        "Change the first input: should the last state notice? Does it?",
        "Print, in each pass of your loop, the state that the step begins with.",
        edit(states_as, "gru_as(x_t, h_t,", "gru_as(x_t, h0,"),
        test="Take T = 2, and do the second step by hand.",
    ),
    Mistake(
        "L4",
        "the candidate through σ, or a gate through tanh",
        "Can your candidate be negative? Can one of your gates?",
        "Which of the three are shares, and which is a content with a sign?",
        {
            "n": edit(gru_as, f"np.tanh({CHOSEN})", f"sigmoid({CHOSEN})"),
            "r": edit(gru_as, "sigmoid(x_r + h_r)", "np.tanh(x_r + h_r)"),
            "z": edit(gru_as, "sigmoid(x_z + h_z)", "np.tanh(x_z + h_z)"),
        },
        test="Make all biases -100, and print the three.",
    ),
    Mistake(
        "L4n",
        "the candidate as it is",
        "Between which bounds should the candidate lie? Does yours?",
        "Two of the three are shares, and one is a content with a sign. What squashes each of them?",
        {
            "n as it is": edit(gru_as, f"np.tanh({CHOSEN})", f"({CHOSEN})"),
        },
        test="Make all biases 100, and print the three.",
    ),
    Mistake(
        "L8",
        "hard sigmoid",
        "Compare your gate at 3 with σ(3). Is a straight line near enough?",
        "Some libraries put a line with two corners in the place of σ.",
        edit(sigmoid, LOGISTIC, "np.clip(0.2 * a + 0.5, 0, 1)"),
        test="Print your gate at 0, 1, 2 and 3.",
    ),
    Mistake(
        "R7",
        "a bias left out",
        "With all weights, inputs and states zero, does each bias still count?",
        "Two biases for each of the three, and one of them is moved by the reset.",
        {
            "b_ih": edit(gru_as, "x_t @ W_ih.T + b_ih", "x_t @ W_ih.T"),
            "b_hh": edit(gru_as, "h_prev @ W_hh.T + b_hh", "h_prev @ W_hh.T") + edit(gru_as, " + b_hh[rows]", ""),
            "b_hh before": edit(gru_as, " + b_hh[rows]", ""),
            "b_hh after": edit(gru_as, AFTER, "a_after = x_n + r_t * (h_n - b_hh[rows])"),
        },
        test="Set all weights to zeros, and change one bias after the other.",
    ),
)


def recorded(
    r: Generator,
    which: tuple[int, int, int],
    T: int,
    B: int,
    F: int,
    H: int,
    rest: bool = False,
    dtype: Any = float,
    misleads: bool = False,
) -> tuple[Any, ...]:
    """What one of the eight gave, with three digits behind the point.

    Where it ``misleads``, another one would be taken by who looks at one question after the other.
    """
    if misleads:
        state = r.bit_generator.state["state"]
        return tuple(a.copy() for a in misleading(state["state"], state["inc"], which, T, B, F, H))
    return tuple(a.astype(dtype) for a in _recorded(r, which, T, B, F, H, rest))


@functools.lru_cache(64)  # it takes many draws
def misleading(state: int, inc: int, which: tuple[int, int, int], T: int, B: int, F: int, H: int) -> tuple[Array, ...]:
    """The first draw, from this state of a generator on, that misleads."""
    r = np.random.default_rng(0)
    now: Any = r.bit_generator.state
    r.bit_generator.state = {**now, "state": {"state": state, "inc": inc}}
    while True:
        given = _recorded(r, which, T, B, F, H)
        if not alone(which_gru(*given)[0], which):
            return given


def alone(errors: Array, which: tuple[int, int, int]) -> bool:
    """Is each answer also the one whose four errors have the smaller sum?"""
    return all(errors.sum(axis=tuple({0, 1, 2} - {q})).argmin() == which[q] for q in range(3))


def _recorded(
    r: Generator, which: tuple[int, int, int], T: int, B: int, F: int, H: int, rest: bool = False
) -> tuple[Array, ...]:
    x, h0 = 1.5 * r.normal(size=(T, B, F)), r.uniform(-0.9, 0.9, (B, H)) * (not rest)
    W_ih, W_hh = r.normal(size=(3 * H, F)), 1.5 * r.normal(size=(3 * H, H))
    b_ih, b_hh = r.normal(size=(2, 3 * H))
    j, k, m = which
    w = [exchanged(W) if m else W for W in (W_ih, W_hh, b_ih, b_hh)]
    h = np.round(states_as(x, h0, w, j, k, x), 3)
    return x, h0, h, W_ih, W_hh, b_ih, b_hh


which_exercise = Exercise(
    name="lstm_gru.which_gru",
    task="A recording h of a GRU, rounded to three digits, and its weights; not known is which GRU. For each of eight "
    "forms, the root of the mean square of its states, run from h0, less h; and the indices of the smallest. The three "
    "indices: 1 for the reset before the product (eq-lstm-gru-before), 1 for z = 1 replaces, 1 for blocks z, r, n. "
    "NumPy only.",
    arguments=(
        Value("x", "T B F"),
        Value("h0", "B H"),
        Value("h", "T B H", "the recording"),
        Value("W_ih", "3H F", "rows of r, z and n, or of z, r and n"),
        Value("W_hh", "3H H", "as W_ih"),
        Value("b_ih", "3H", "as W_ih"),
        Value("b_hh", "3H", "as W_ih"),
    ),
    outputs=(
        Value(
            "errors",
            note="(2, 2, 2), by reset, update and order",
            parts=(Value("after", "2 2", "of the reset after the product"), Value("before", "2 2", "before it")),
        ),
        Value("which", "3", "the indices of the smallest error", integers=True),
    ),
    probe="h0",
    reference=which_gru,
    cases={
        "general": lambda r: recorded(r, (0, 1, 1), 4, 2, 2, 4, misleads=True),
        "one step": lambda r: recorded(r, (1, 0, 0), 1, 4, 3, 4),
        "from zero": lambda r: recorded(r, (1, 1, 0), 3, 2, 3, 4, rest=True),
        "torch's": lambda r: recorded(r, (0, 0, 0), 2, 3, 2, 3),
        "square": lambda r: recorded(r, (1, 0, 1), 3, 3, 3, 3),
        "float32": lambda r: recorded(r, (0, 0, 1), 2, 2, 2, 3, dtype=np.float32),
    },
    facets=(
        Facet("errors of one step", 2, ("one step",), ("errors",)),
        Facet("errors, reset after the product", 3, outputs=("errors.after",)),
        Facet("errors, reset before it", 3, outputs=("errors.before",)),
        Facet("the GRU that it is, by right errors", 2),
    ),
    mistakes=WHICH_MISTAKES,
)
