r"""Exercises of the chapter on the vanilla recurrent network, and what goes wrong in them.

The ids of mistakes are stable names. Several ways of writing one mistake share an id.

Not here: R18 without a given u (statistical), R17 in the form that divides again inside a sampling loop (shows after
the first symbol only; the exercise draws one), R12 as shared memory (seen by its values), an array of one's own that
the next call overwrites (each answer is copied before), and a loss that is wrong in training alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse import rnn
from rnncourse.checks.engine import Array, Examination, Exercise, Facet, close
from rnncourse.checks.mistakes import Form, Mistake, edit, instead
from rnncourse.checks.nested import Value

Z0, STEP = "zero state", "one step"

# ---------------------------------------------------------------------------------------------------------------------
# Mistakes, by the reading version's text

LARGEST = "o.max(axis=-1, keepdims=True)"
TAU = "np.maximum(o.dtype.type(tau), np.finfo(o.dtype).tiny)"
CUT = ".reshape(B, C, T).transpose(1, 2, 0)"
IN_A_CIRCLE = ("ids[s : s + B * C * T]", "np.roll(ids, -s)[: B * C * T]")
STACKED = "np.stack(h)"
CALLED = "cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)"
SCORES = "h @ W_ho.T + b_ho"
QUOTIENT_OF = "(lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))"
CUMULATED = "(np.cumsum(p, axis=-1) <= u[:, None]).sum(axis=-1)"
PICKED = "np.take_along_axis(log_softmax(o), y[..., None], axis=-1)"
COLUMNS_ROLLED = "np.roll(x.transpose(2, 0, 1).reshape(B, -1), -1, axis=1)" + CUT
SPREAD = "np.concatenate([ids[s + b * ({0}) : s + b * ({0}) + C * T] for b in range(B)])"
NOTHING_READ = edit(rnn.prime, "[-1]", "[-1] if len(prompt) > 1 else h0")
QUOTIENT = edit(
    rnn.log_softmax,
    "shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))",
    "np.log(np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True))",
)


def softmax_over(axis: str) -> Form:
    """The softmax over another axis."""
    return edit(rnn.log_softmax, LARGEST, f"o.max(axis={axis}, keepdims=True)") + edit(
        rnn.log_softmax, ".sum(axis=-1", f".sum(axis={axis}"
    )


R1 = Mistake(
    "R1",
    "h0 ignored",
    "Your first step does not depend on one of the arguments. Which one?",
    "Double h0 and leave all else as it is: which of your states change? Mind what index -1 means in Python.",
    edit(rnn.forward, "unfold(step, h0, x)", "unfold(step, 0 * h0, x)"),
)
R3 = Mistake(
    "R3",
    "every step starts from h0",
    "From step 2 on your states look as if they had never seen the steps before. What changes from one pass of "
    "your loop to the next?",
    "Follow the state of step 1 by hand. Under which name does it lie, and which one does step 2 read?",
    {
        "": edit(rnn.unfold, "f(h, x_t)", "f(h0, x_t)"),
        "from zero": edit(rnn.unfold, "f(h, x_t)", "f(0 * h0 if states else h0, x_t)"),
    },
)
R3n = Mistake(
    "R3n",
    "no recurrence",
    "Exchange the first two inputs: should the state of the last step notice? Does yours?",
    "Change one argument after the other, and compare. Which of them has no influence on your answer?",
    {
        "": edit(rnn.forward, "h_prev, W_ih", "0 * h_prev, W_ih"),
        "no b_hh": edit(rnn.forward, "h_prev, W_ih", "0 * h_prev, W_ih") + edit(rnn.forward, ", b_hh)", ", 0 * b_hh)"),
    },
)
R4 = Mistake(
    "R4",
    "batch read as time",
    "Exchange two examples of the batch: the others should not change. Do yours?",
    "Time is the first axis. Print the shape of what one pass of your loop takes: how many examples are in it?",
    {
        "": edit(rnn.forward, "h0, x)", "h0, x.swapaxes(0, 1))")
        + edit(rnn.forward, "np.stack(h)", "np.stack(h, axis=1)"),
        "stacked": edit(rnn.forward, "h0, x)", "h0, x.swapaxes(0, 1))"),
    },
)
R5 = Mistake(
    "R5",
    "reshaped in place of transposed",
    "The shape is right, but follow one example through your arrays: do its values stay together?",
    "Number the entries of a small array and reshape it. Which entries have become neighbours?",
    {
        "inputs": edit(rnn.forward, "h0, x)", "h0, x.reshape(x.shape[1], x.shape[0], -1).swapaxes(0, 1))"),
        "swapped inputs": edit(rnn.forward, "h0, x)", "h0, x.swapaxes(0, 1).reshape(x.shape))"),
        "states": edit(rnn.forward, "np.stack(h)", "np.stack(h, axis=1).reshape(np.shape(h))"),
    },
)
R6 = Mistake(
    "R6",
    "W_hh transposed",
    "Let one hidden unit feed one other unit only. Does row i of your W_hh collect what unit i receives, or "
    "what it sends?",
    "Examples are rows, and row i of W_hh belongs to the receiving unit i. Then which side of the product does "
    "each factor stand on, and does the matrix stand as it is?",
    edit(rnn.cell, "W_hh.T", "W_hh"),
)
R6i = Mistake(
    "R6i",
    "W_ih transposed, silent only where it is square",
    "Row i of W_ih holds what unit i receives from the inputs. Does your product use it so? (With as many "
    "inputs as units, the shapes do not complain.)",
    "W_ih has shape (H, F). Over which of its axes does your product sum, and over which should it?",
    edit(rnn.cell, "W_ih.T", "W_ih"),
)
R6o = Mistake(
    "R6o",
    "W_ho transposed, silent only where it is square",
    "Row k of W_ho holds what output k collects from the units. Does your product use it so? (With as many "
    "outputs as units, the shapes do not complain.)",
    "W_ho has shape (K, H). Over which of its axes does your product sum, and over which should it?",
    edit(rnn.output_layer, "W_ho.T", "W_ho"),
)
R6c = Mistake(
    "R6c",
    "input and state joined in another order than their matrices",
    "Which entry of the joined vector meets the first column of the joined matrix? Do the two belong together?",
    "The lengths add up in either order. Set the state to zero, and see which of the two matrices still matters.",
    {
        "state first": edit(
            rnn.cell,
            "x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh",
            "np.hstack([h_prev, x_t]) @ np.hstack([W_ih, W_hh]).T + b_ih + b_hh",
        ),
        "input first": edit(
            rnn.cell,
            "x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh",
            "np.hstack([x_t, h_prev]) @ np.hstack([W_hh, W_ih]).T + b_ih + b_hh",
        ),
    },
)
RESHAPED = edit(rnn.cell, "W_ih.T", "W_ih.reshape(W_ih.shape[::-1])")
R6r = Mistake(
    "R6r",
    "a matrix reshaped in place of transposed",
    "One of your matrices has the right shape. Do its entries still belong to the same unit and the same input?",
    "Number the entries of a small matrix of two rows and three columns. Where does each one go in your code?",
    RESHAPED,
)
ONE_BIAS = {
    "no b_ih": edit(rnn.cell, " + b_ih", ""),
    "no b_hh": edit(rnn.cell, " + b_hh", ""),
    "b_ih twice": edit(rnn.cell, " + b_ih", " + 2 * b_ih"),
    "b_hh twice": edit(rnn.cell, " + b_hh", " + 2 * b_hh"),
}
R7 = Mistake(
    "R7",
    "one bias dropped, or added twice",
    "With all weights and inputs zero, what should h be? Which arguments does it depend on then?",
    "There are two biases, one beside each matrix; each belongs into the sum exactly once.",
    ONE_BIAS,
)
ANY_BIAS = ONE_BIAS | {
    "b_ih for b_hh": edit(rnn.cell, " + b_hh", " + b_ih"),
    "b_hh for b_ih": edit(rnn.cell, " + b_ih", " + b_hh"),
    "neither": edit(rnn.cell, " + b_ih", "") + edit(rnn.cell, " + b_hh", ""),
}
R7s = Mistake(
    "R7s",
    "the biases added up to one number",
    "What shape has the bias that you add? How many units are there?",
    "With all weights and inputs zero, the units should differ from each other. Do yours?",
    edit(rnn.cell, " + b_ih", " + b_ih.sum()") + edit(rnn.cell, " + b_hh", " + b_hh.sum()"),
)
R7t = Mistake(
    "R7t",
    "another sum in the first step than in the later ones",
    "Write down z_1 and z_2 of your code side by side. Are the same terms in both?",
    "Set all weights and inputs to zero: every step should then give the same state.",
    {
        "b_hh later": edit(rnn.forward, "b_ih, b_hh)", "b_ih, 0 * b_hh if h_prev is h0 else b_hh)"),
        "b_hh at first": edit(rnn.forward, "b_ih, b_hh)", "b_ih, b_hh if h_prev is h0 else 0 * b_hh)"),
        "recurrence later": edit(rnn.forward, "h_prev, W_ih", "0 * h0 if h_prev is h0 else h_prev, W_ih")
        + edit(rnn.forward, "b_ih, b_hh)", "b_ih, 0 * b_hh if h_prev is h0 else b_hh)"),
    },
)
BIAS_OF_ITS_STEP = "+ np.arange(1, len(h) + 1, dtype=h.dtype)[:, None, None] * b_ho"
GROWING = edit(
    rnn.forward, f"return {CALLED}", f"nonlocal b_ih\n        b_ih = b_ih + b_hh\n        return {CALLED}"
) + edit(rnn.forward, ", b_hh)", ", 0 * b_hh)")
R7g = Mistake(
    "R7g",
    "a bias that grows from step to step",
    "With all weights and inputs zero, does your last step give the same as your first?",
    "Print what each step adds beside its products. Is it the same in all of them?",
    GROWING,
)
R7o = Mistake(
    "R7o",
    "b_ho dropped",
    "With W_ho zero, what should the outputs be?",
    "Change one argument after the other: which of them leaves your outputs as they are?",
    edit(rnn.output_layer, " + b_ho", ""),
)
R8 = Mistake(
    "R8",
    "the recurrence passes through z_t",
    "Which quantity is the state that the next step receives: the one before or the one after the squashing?",
    "Do two steps by hand. Can the number that the second one multiplies with W_hh be above 1?",
    edit(rnn.cell, "np.tanh(z_t)", "z_t") + edit(rnn.forward, "np.stack(h)", "np.tanh(np.stack(h))"),
)
R8t = Mistake(
    "R8t",
    "the state squashed twice",
    "How often is a state squashed between the step that makes it and the step that uses it?",
    "Give a state of 0.9 and look at the number that meets W_hh.",
    edit(rnn.cell, "h_prev @", "np.tanh(h_prev) @"),
)
R8z = Mistake(
    "R8z",
    "z_t given out in place of h_t",
    "The state that you carry on is right. Is it also what you use for the result of each step?",
    "Compare the ranges: can an entry of what you take for the state be larger than 1?",
    edit(
        rnn.forward,
        STACKED,
        "np.stack([x_t @ W_ih.T + b_ih + before @ W_hh.T + b_hh for x_t, before in zip(x, [h0, *h[:-1]])])",
    ),
)
R9 = Mistake(
    "R9",
    "another nonlinearity",
    "In what range should the numbers of h lie, and do they reach both of its ends?",
    "The function that squashes z_t is not the one on the page. Compare the ranges, and the names letter by letter.",
    {
        "linear": edit(rnn.cell, "np.tanh(z_t)", "z_t"),
        "logistic": edit(rnn.cell, "np.tanh(z_t)", "1 / (1 + np.exp(-z_t))"),
        "rectifier": edit(rnn.cell, "np.tanh(z_t)", "np.maximum(z_t, 0)"),
        "arctan": edit(rnn.cell, "np.tanh(z_t)", "np.arctan(z_t)"),
        "tan": edit(rnn.cell, "np.tanh(z_t)", "np.tan(z_t)"),
    },
)
R9o = Mistake(
    "R9o",
    "the outputs squashed",
    "May an output before the softmax be 5? May one of yours?",
    "Make W_ho ten times as large. What should happen to the outputs, and what happens to yours?",
    {
        "": edit(rnn.output_layer, SCORES, f"np.tanh({SCORES})"),
        "logistic": edit(rnn.output_layer, SCORES, f"1 / (1 + np.exp(-({SCORES})))"),
    },
)
R9h = Mistake(
    "R9h",
    "tanh of half",
    "Compare your function that squashes with tanh at 0.1, at 1 and at 5. Where do they agree?",
    "How steep is tanh at 0, and how steep is yours? Look at each exponent.",
    edit(rnn.cell, "np.tanh(z_t)", "np.tanh(z_t / 2)"),
)


def unit_after_unit(x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array) -> Array:
    """A step in which unit i reads the new values of the units before it."""
    h_t = h_prev.copy()
    for i in range(len(W_hh)):
        h_t[:, i] = np.tanh(x_t @ W_ih[i] + b_ih[i] + h_t @ W_hh[i] + b_hh[i])
    return h_t


R9w = Mistake(
    "R9w",
    "the state overwritten while it is read",
    "All units speak at the same moment. Which values of units 0 and 1 does unit 2 hear in your loop?",
    "Print, before each unit, the state that it reads. Is it the same for all units of a step?",
    instead(rnn.cell, unit_after_unit),
)
R10 = Mistake(
    "R10",
    "a term added after tanh",
    "A state should stay between -1 and 1. Does yours? Where does the bracket of tanh close?",
    "Which terms are in z_t on the page? Give inputs and states of 10 and look at the largest entry of h.",
    {
        "": edit(rnn.cell, " + h_prev @ W_hh.T", "") + edit(rnn.cell, "np.tanh(z_t)", "np.tanh(z_t) + h_prev @ W_hh.T"),
        "b_hh outside": edit(rnn.cell, " + h_prev @ W_hh.T + b_hh", "")
        + edit(rnn.cell, "np.tanh(z_t)", "np.tanh(z_t) + h_prev @ W_hh.T + b_hh"),
        "biases outside": edit(rnn.cell, " + b_ih", "")
        + edit(rnn.cell, " + b_hh", "")
        + edit(rnn.cell, "np.tanh(z_t)", "np.tanh(z_t) + b_ih + b_hh"),
        "input outside": edit(rnn.cell, "x_t @ W_ih.T + b_ih + ", "")
        + edit(rnn.cell, "np.tanh(z_t)", "np.tanh(z_t) + x_t @ W_ih.T + b_ih"),
        "each by itself": edit(rnn.cell, " + h_prev @ W_hh.T + b_hh", "")
        + edit(rnn.cell, "np.tanh(z_t)", "np.tanh(z_t) + np.tanh(h_prev @ W_hh.T + b_hh)"),
    },
)
R11 = Mistake(
    "R11",
    "the state from before the step",
    "Has what you give out for step t already seen input t?",
    "Change the input of step 1 alone. Is your result of step 1 another one?",
    {
        "": edit(rnn.unfold, "h = f(h, x_t)", "before, h = h, f(h, x_t)")
        + edit(rnn.unfold, "append(h)", "append(before)"),
        "h0 put in too late": edit(rnn.forward, "unfold(step, h0, x)", "[h0, *unfold(step, 0 * h0, x)[:-1]]"),
    },
)
R11f = Mistake(
    "R11f",
    "the first input passed over",
    "Which is the first of your states, the one before or the one after the first input?",
    "Change the input of step 1 alone. Which of your steps notice it, and which should?",
    {
        "h0 first": edit(rnn.forward, "unfold(step, h0, x)", "[h0, *unfold(step, h0, x[1:])]"),
        "zeros first": edit(rnn.forward, "unfold(step, h0, x)", "[0 * h0, *unfold(step, 0 * h0, x[1:])]"),
    },
)
R11l = Mistake(
    "R11l",
    "the last step never computed",
    "Look at your last step: what does it hold, and which input has it seen?",
    "Count how often the body of your loop runs for a sequence of two steps.",
    edit(rnn.forward, STACKED, "np.stack([*h[:-1], 0 * h[-1]])"),
)
R11r = Mistake(
    "R11r",
    "time run backwards",
    "Change the last input: which of your states notice, and which should?",
    "Write down for two steps from which state each of them starts.",
    edit(rnn.forward, "unfold(step, h0, x)", "unfold(step, h0, x[::-1])[::-1]"),
)
R12 = Mistake(
    "R12",
    "the last state in the place of every step",
    "All your steps are equal to the last one. Do they share their memory?",
    "A list can hold the same array many times; writing into it then changes every entry.",
    edit(rnn.unfold, "return states", "return states[-1:] * len(states)"),
)
R13 = Mistake(
    "R13",
    "softmax over another axis",
    "Which sums of your probabilities should be one? Compute them.",
    "Sum them along each axis in turn. Along which one do you get ones, and along which should you?",
    {
        "time": softmax_over("0"),
        "batch": softmax_over("1"),
        "time and batch": softmax_over("(0, 1)"),
        "all": softmax_over("None"),
    },
)
R14 = Mistake(
    "R14",
    "softmax twice",
    "Make the network very sure of the right symbol: your loss cannot get near zero. What happens to the "
    "scores before the logarithm, and how often?",
    "Give scores of 100 to the right symbols and 0 to the others. What is your loss, and what should it be?",
    edit(rnn.cross_entropy, "log_softmax(o)", "log_softmax(softmax(o))"),
)
R14o = Mistake(
    "R14o",
    "softmax of the outputs",
    "Do your outputs sum to one? The page makes probabilities in another equation.",
    "Look for a negative number among your outputs. May a score be negative?",
    edit(rnn.output_layer, "h @ W_ho.T + b_ho", "softmax(h @ W_ho.T + b_ho)"),
)
R14h = Mistake(
    "R14h",
    "the states in place of the outputs",
    "What does the last axis of your answer count, and what should it count?",
    "Two arguments have no influence on your answer. In which equation of the page do they stand?",
    edit(rnn.output_layer, SCORES, "h"),
)
R14s = Mistake(
    "R14s",
    "the scores shifted",
    "Is one of these the same in all your rows: the largest score, the mean, the sum of exponentials?",
    "Compute one row by hand from a state, by the equation alone. Which of your lines is not in it?",
    {
        "largest": edit(rnn.output_layer, f"return {SCORES}", f"o = {SCORES}\n    return o - o.max(-1, keepdims=True)"),
        "mean": edit(rnn.output_layer, f"return {SCORES}", f"o = {SCORES}\n    return o - o.mean(-1, keepdims=True)"),
        "logarithm": edit(rnn.output_layer, SCORES, f"log_softmax({SCORES})"),
    },
)
R14c = Mistake(
    "R14c",
    "outputs that add up from step to step",
    "With equal states in all steps, should the outputs of two steps differ? Do yours?",
    "Print what the sum of a step holds before its first product is added.",
    edit(rnn.output_layer, "h @", "np.cumsum(h, axis=0) @"),
)
R15 = Mistake(
    "R15",
    "temperature after the softmax, or not at all",
    "Let τ go towards 0: does your distribution become sure of one symbol?",
    "Compute one row at τ = 1 and at τ = 2, line by line. How does τ change the ratio of two probabilities?",
    {
        "": edit(rnn.temperature, f"below / {TAU}", "below"),
        "p/τ": edit(rnn.temperature, f"softmax(below / {TAU})", "softmax(below) / tau"),
        "p·τ": edit(rnn.temperature, f"softmax(below / {TAU})", "softmax(below) * tau"),
    },
)
R15s = Mistake(
    "R15s",
    "softmax of p/τ",
    "At τ = 1 nothing should change. Is your softmax taken of scores or of probabilities?",
    "Count the exponentials on the way from a score to a probability. How many has the equation?",
    edit(rnn.temperature, f"below / {TAU}", "softmax(below) / tau"),
)
R16 = Mistake(
    "R16",
    "o·τ",
    "Is a low temperature bold or cautious with you? On the page it is bold: sure of the likeliest symbol.",
    "Take two scores, 1 apart, at τ = 0.5. Does your exponent make the gap larger or smaller?",
    {
        "": edit(rnn.temperature, "type(tau)", "type(1 / tau)"),
        "power": edit(
            rnn.temperature,
            f"return softmax(below / {TAU})",
            "p = softmax(o) ** tau\n        return (p / p.sum(axis=-1, keepdims=True)).astype(o.dtype)",
        ),
    },
)
R17 = Mistake(
    "R17",
    "τ twice",
    "Look at your answer for τ = 2: is it not what you would want at τ = 4?",
    "Take two scores, 1 apart, at τ = 2. How far apart are they in your exponent?",
    edit(rnn.temperature, "type(tau)", "type(tau**2)"),
)
R18 = Mistake(
    "R18",
    "argmax in place of a draw",
    "Draw a thousand times: are your frequencies the probabilities? Which argument does your draw not use?",
    "Keep the scores and let u go from 0 to 1. How often does your symbol change?",
    {
        "": edit(rnn.draw, CUMULATED, "p.argmax(axis=-1)"),
        "below 1": edit(
            rnn.temperature,
            f"softmax(below / {TAU})",
            f"softmax(below / {TAU}) if tau >= 1 else np.eye(o.shape[-1])[o.argmax(axis=-1)]",
        ),
    },
)
R18c = Mistake(
    "R18c",
    "the draw off by one symbol",
    "Take u just above 0 and just below 1: which symbols come out?",
    "Take three equal scores and u = 0.5. Which symbol should it be, and which is yours?",
    {
        "more": edit(rnn.draw, "np.minimum(k, last)", "np.minimum(k + 1, last)"),
        "less": edit(rnn.draw, "np.minimum(k, last)", "np.maximum(k - 1, 0)"),
    },
)
R18b = Mistake(
    "R18b",
    "the draw off by one symbol on a border",
    "Two symbols are equally likely, and u is exactly one half: which of them do you draw?",
    "Write down the sums for that u. Does the first of them exceed it, and what does your comparison say?",
    edit(rnn.draw, "<= u", "< u"),
)
R18u = Mistake(
    "R18u",
    "one u for all rows",
    "Do two rows with equal scores always get the same symbol from you?",
    "Change the last entry of u alone. Which of your symbols may change then, and which do?",
    edit(rnn.draw, "u[:, None]", "u[0]"),
)
R18f = Mistake(
    "R18f",
    "cumulated over the rows",
    "Which of your sums should end at 1? Compute the last one of each row.",
    "Print the sums of two rows: at which number does the second row begin, and at which should it?",
    {
        "": edit(rnn.draw, "np.cumsum(p, axis=-1)", "np.cumsum(p, axis=0)"),
        "flat": edit(rnn.draw, "np.cumsum(p, axis=-1)", "np.cumsum(p).reshape(p.shape)"),
    },
)
R18p = Mistake(
    "R18p",
    "u compared with probabilities, not with their sums",
    "Three symbols are equally likely. Between which two numbers must u lie for symbol 1 to come out?",
    "Let u go from 0 to 1 in your comparison: does every symbol come out, in its order?",
    {
        "nearest": edit(rnn.draw, CUMULATED, "np.abs(p - u[:, None]).argmin(axis=-1)"),
        "first above": edit(rnn.draw, CUMULATED, "(p > u[:, None]).argmax(axis=-1)"),
        "counted": edit(rnn.draw, "np.cumsum(p, axis=-1)", "p"),
    },
)
SORTED = "np.take_along_axis(np.argsort({0}, axis=-1), np.minimum(k, last)[:, None], axis=-1)[:, 0]"
R18o = Mistake(
    "R18o",
    "the symbols cumulated in another order",
    "In which order do your sums run through the symbols? Which symbol should come out for u = 0?",
    "Frequencies do not show it. Compare the first of your sums with the probability of symbol 0.",
    {
        "descending": edit(rnn.draw, "cumsum(p", "cumsum(-np.sort(-p, axis=-1)")
        + edit(rnn.draw, "np.minimum(k, last)", SORTED.format("-p")),
        "ascending": edit(rnn.draw, "cumsum(p", "cumsum(np.sort(p, axis=-1)")
        + edit(rnn.draw, "np.minimum(k, last)", SORTED.format("p")),
        "backwards": edit(rnn.draw, "cumsum(p", "cumsum(p[:, ::-1]")
        + edit(rnn.draw, "return np.minimum(k, last)", "return last - np.minimum(k, last)"),
        "backwards, not put back": edit(rnn.draw, "cumsum(p", "cumsum(p[:, ::-1]"),
        "not put back": edit(rnn.draw, "cumsum(p", "cumsum(-np.sort(-p, axis=-1)"),
        "ascending, not put back": edit(rnn.draw, "cumsum(p", "cumsum(np.sort(p, axis=-1)"),
    },
)
R18t = Mistake(
    "R18t",
    "counted from the other end",
    "What do you return for u = 0, and what for u near 1? Which of the two should be symbol 0?",
    "Write the sums of one row in a line and mark u. On which side of it do you count?",
    {
        "": edit(rnn.draw, CUMULATED, "(np.cumsum(p, axis=-1) > u[:, None]).sum(axis=-1) - 1"),
        "one more": edit(rnn.draw, CUMULATED, "(np.cumsum(p, axis=-1) > u[:, None]).sum(axis=-1)"),
        "1 - u": edit(rnn.draw, "u[:, None]", "(1 - u)[:, None]"),
    },
)
R19 = Mistake(
    "R19",
    "perplexity of averages",
    "Perplexity is one number for the whole text. Over what is the mean taken, and when: before or after the "
    "exponential?",
    "Score a text once in one part and once in two of different lengths. Should the two perplexities be equal?",
    {
        "mean of exp": edit(
            rnn.perplexity, "np.exp(nll_sums.sum() / counts.sum())", "np.mean(np.exp(nll_sums / counts))"
        ),
        "mean of means": edit(rnn.perplexity, "nll_sums.sum() / counts.sum()", "np.mean(nll_sums / counts)"),
        "sum of means": edit(rnn.perplexity, "nll_sums.sum() / counts.sum()", "np.sum(nll_sums / counts)"),
        "sum of exp": edit(
            rnn.perplexity, "np.exp(nll_sums.sum() / counts.sum())", "np.sum(np.exp(nll_sums / counts))"
        ),
        "mean by sum": edit(rnn.perplexity, "nll_sums.sum()", "nll_sums.mean()"),
        "sum by mean": edit(rnn.perplexity, "counts.sum())", "counts.mean())"),
        "median of means": edit(rnn.perplexity, "nll_sums.sum() / counts.sum()", "np.median(nll_sums / counts)"),
        "weighted": edit(
            rnn.perplexity,
            "np.exp(nll_sums.sum() / counts.sum())",
            "np.average(np.exp(nll_sums / counts), weights=counts)",
        ),
        "median": edit(rnn.perplexity, "np.exp(nll_sums.sum() / counts.sum())", "np.median(np.exp(nll_sums / counts))"),
        "short parts count most": edit(
            rnn.perplexity, "nll_sums.sum() / counts.sum()", "np.average(nll_sums / counts, weights=1 / counts)"
        ),
        "halved": edit(
            rnn.perplexity,
            "nll_sums.sum() / counts.sum()",
            "float(np.frompyfunc(lambda mean, new: (mean + new) / 2, 2, 1).reduce(nll_sums / counts))",
        ),
    },
)
R19d = Mistake(
    "R19d",
    "the division outside exp",
    "Which number does your exp get: the loss of the whole text, or of one symbol?",
    "Double a text at the same loss a symbol: should its perplexity change? Where does the division stand?",
    edit(rnn.perplexity, "nll_sums.sum() / counts.sum())", "nll_sums.sum()) / counts.sum()"),
)
R19e = Mistake(
    "R19e",
    "no exponential",
    "A model that knows nothing of 50 symbols has perplexity 50. Yours?",
    "Give a loss of 0. What is the perplexity of a model that is always sure and right?",
    edit(rnn.perplexity, "np.exp(", "("),
)
R19n = Mistake(
    "R19n",
    "exp(-L)",
    "Should a better model have a larger perplexity? Can it be below 1?",
    "Let the losses grow. In which direction should the perplexity go, and in which does yours?",
    edit(rnn.perplexity, "np.exp(", "np.exp(-"),
)
R19s = Mistake(
    "R19s",
    "the loss of a part in place of that of a symbol",
    "If every part were twice as long at the same loss a symbol, would your perplexity change?",
    "Double the counts alone. Should the perplexity change, and does yours?",
    {
        "": edit(rnn.perplexity, "nll_sums.sum() / counts.sum()", "nll_sums.mean()"),
        "sum": edit(rnn.perplexity, " / counts.sum()", ""),
        "weighted": edit(rnn.perplexity, "nll_sums.sum()", "(nll_sums * counts).sum()"),
    },
)
R19i = Mistake(
    "R19i",
    "only the whole part of the loss",
    "Try a loss of 1.9 nats a symbol, and one of 1.1. Do you get two numbers?",
    "Look at what your division does with the fraction.",
    edit(rnn.perplexity, "/ counts", "// counts"),
)
R19c = Mistake(
    "R19c",
    "other counts than the given ones",
    "A part has n symbols, and each of them was scored. By how many symbols do you divide for a text of one part?",
    "Take one part with 10 symbols and a sum of 20 nats. What should the exponent be, and what is yours?",
    {
        "one less each": edit(rnn.perplexity, "counts.sum())", "(counts - 1).sum())"),
        "one less": edit(rnn.perplexity, "counts.sum())", "(counts.sum() - 1))"),
        "one more each": edit(rnn.perplexity, "counts.sum())", "(counts + 1).sum())"),
    },
)
R19f = Mistake(
    "R19f",
    "every part taken to be as long as one of them",
    "How many symbols has the whole text? Does your answer change with every entry of counts?",
    "Take two parts of 10 and 30 symbols, and write down the number by which you divide.",
    {
        "first": edit(rnn.perplexity, "counts.sum())", "(counts[0] * len(counts)))"),
        "last": edit(rnn.perplexity, "counts.sum())", "(counts[-1] * len(counts)))"),
    },
)
R20 = Mistake(
    "R20",
    "nats and bits mixed up",
    "Which base has your logarithm? One of 8 equally likely symbols takes 3 bits, and 2.08 nats.",
    "One constant factor leads from nats to bits. Which of the two numbers has to be larger?",
    {
        "": edit(rnn.bits_per_character, "nll / np.log(2.0)", "nll"),
        "times": edit(rnn.bits_per_character, "nll / np.log(2.0)", "nll * np.log(2.0)"),
        "halved": edit(rnn.bits_per_character, "np.log(2.0)", "2.0"),
        "doubled": edit(rnn.bits_per_character, "/ np.log(2.0)", "* 2.0"),
        "base 10": edit(rnn.bits_per_character, "nll / np.log(2.0)", "nll / np.log(10.0)"),
        "logarithm of base 10": edit(rnn.bits_per_character, "np.log(2.0)", "np.log10(2.0)"),
        "upside down": edit(rnn.bits_per_character, "nll / np.log(2.0)", "np.log(2.0) / nll"),
        "base 3": edit(rnn.bits_per_character, "nll / np.log(2.0)", "nll / np.log1p(2.0)"),
    },
)
R20p = Mistake(
    "R20p",
    "no factor but another function",
    "What do you return for a loss of 0 nats? How many bits should that be?",
    "Double the loss in nats: by how much should the bits grow, and by how much do yours?",
    {
        "power": edit(rnn.bits_per_character, "nll / np.log(2.0)", "2**nll"),
        "logarithm": edit(rnn.bits_per_character, "nll / np.log(2.0)", "np.log2(nll)"),
        "exp": edit(rnn.bits_per_character, "nll / np.log(2.0)", "np.exp(nll)"),
        "natural logarithm": edit(rnn.bits_per_character, "nll / np.log(2.0)", "np.log(nll)"),
        "exp over": edit(rnn.bits_per_character, "nll /", "np.exp(nll) /"),
    },
)
R20m = Mistake(
    "R20m",
    "a minus too many",
    "Can a code have a negative length? Which sign has the argument already?",
    "Try a loss of 2.08 nats, and say what your sign would mean.",
    edit(rnn.bits_per_character, "nll /", "-nll /"),
)
R20w = Mistake(
    "R20w",
    "whole bits",
    "Must an average number of bits be a whole number?",
    "Try two losses that are close to each other, 1.5 and 1.6 nats. Do you tell them apart?",
    {
        "up": edit(rnn.bits_per_character, "nll / np.log(2.0)", "np.ceil(nll / np.log(2.0))"),
        "down": edit(rnn.bits_per_character, "nll / np.log(2.0)", "np.floor(nll / np.log(2.0))"),
        "nearest": edit(rnn.bits_per_character, "nll / np.log(2.0)", "np.rint(nll / np.log(2.0))"),
    },
)
R20y = Mistake(
    "R20y",
    "bytes for bits",
    "In which unit is your number, and which one is asked for?",
    "One of 8 equally likely symbols takes 2.08 nats, or 3 bits. What do you return for it?",
    edit(rnn.bits_per_character, "np.log(2.0)", "np.log(2.0) / 8"),
)
R21 = Mistake(
    "R21",
    "targets that are not the next symbol",
    "Cover the last symbol of an input chunk: is its target still in view?",
    "Use the numbers 0, 1, 2, … as the text: each target should be its input plus 1. Where is it not?",
    {
        "same": edit(rnn.next_symbol_pairs, "return x, y", "return x, x"),
        "both ahead": edit(rnn.next_symbol_pairs, "return x, y", "return y, y"),
        "wrapped": edit(rnn.next_symbol_pairs, "return x, y", "return x, np.roll(x, -1, axis=1)"),
        "zero at the end": edit(
            rnn.next_symbol_pairs, "return x, y", "return x, np.concatenate([x[:, 1:], 0 * x[:, :1]], axis=1)"
        ),
        "last again": edit(
            rnn.next_symbol_pairs, "return x, y", "return x, np.concatenate([x[:, 1:], x[:, -1:]], axis=1)"
        ),
        "before": edit(rnn.next_symbol_pairs, *IN_A_CIRCLE) + edit(rnn.next_symbol_pairs, "in (0, 1)", "in (0, -1)"),
        "two ahead": edit(rnn.next_symbol_pairs, *IN_A_CIRCLE) + edit(rnn.next_symbol_pairs, "in (0, 1)", "in (0, 2)"),
    },
)
R21c = Mistake(
    "R21c",
    "chunks that do not continue each other",
    "Read down one column, across the border of two chunks: is it text?",
    "Use the numbers 0, 1, 2, … as the text, and print one column through all chunks. Where does it jump?",
    {
        "interleaved": edit(rnn.next_symbol_pairs, CUT, ".reshape(C, T, B)"),
        "chunk by chunk": edit(rnn.next_symbol_pairs, CUT, ".reshape(C, B, T).swapaxes(1, 2)"),
        "columns interleaved": edit(rnn.next_symbol_pairs, CUT, ".reshape(C * T, B).T.reshape(C, T, B)"),
        "steps far apart": edit(rnn.next_symbol_pairs, CUT, ".reshape(T, C, B).swapaxes(0, 1)"),
        "every C-th": edit(rnn.next_symbol_pairs, CUT, ".reshape(B, T, C).transpose(2, 1, 0)"),
        "overlapping": edit(
            rnn.next_symbol_pairs,
            f"ids[s : s + B * C * T]{CUT}",
            "np.array([[ids[s + c + t : s + c + t + B * C * T : C * T] for t in range(T)] for c in range(C)])",
        ),
    },
)
R21a = Mistake(
    "R21a",
    "the next number in the place of the next symbol",
    "A symbol ahead in what: in the text, or in the alphabet? Compare your targets with the text.",
    "Take the text 5, 2, 9, 4 with B = 1 and T = 3. Which targets should come out, and which do?",
    edit(rnn.next_symbol_pairs, "return x, y", "return x, x + 1"),
)
R21b = Mistake(
    "R21b",
    "targets from another column or another chunk",
    "Along which axis of x does the text run from one symbol to the next? Along which axis do you go?",
    "Use the numbers 0, 1, 2, … as the text: each target should be its input plus 1.",
    {
        "column": edit(rnn.next_symbol_pairs, "return x, y", "return x, np.roll(x, -1, axis=2)"),
        "chunk": edit(rnn.next_symbol_pairs, "return x, y", "return x, np.roll(x, -1, axis=0)"),
        "a chunk ahead": edit(rnn.next_symbol_pairs, *IN_A_CIRCLE) + edit(rnn.next_symbol_pairs, "(0, 1)", "(0, T)"),
    },
)
R21e = Mistake(
    "R21e",
    "the end of a column without the text's next symbol",
    "Look at the last target of column 0 in the last chunk. Which symbol follows there in the text?",
    "Use the numbers 0, 1, 2, … as the text: each target should be its input plus 1.",
    {
        "its first": edit(rnn.next_symbol_pairs, "return x, y", f"return x, {COLUMNS_ROLLED}"),
        "the text's first": edit(
            rnn.next_symbol_pairs,
            "return x, y",
            "y = y.copy()\n    y[-1, -1, -1] = ids[0]\n    return x, y",
        ),
        "its last": edit(
            rnn.next_symbol_pairs, "return x, y", "y = y.copy()\n    y[-1, -1] = x[-1, -1]\n    return x, y"
        ),
        "zero": edit(rnn.next_symbol_pairs, "return x, y", "y = y.copy()\n    y[-1, -1] = 0\n    return x, y"),
    },
)
R21g = Mistake(
    "R21g",
    "a symbol lost between two chunks",
    "Read one column through the inputs of all chunks. Is each symbol of its stretch there once?",
    "Use the numbers 0, 1, 2, … as the text. With which number does chunk 0 stop, and with which does chunk 1 begin?",
    edit(rnn.next_symbol_pairs, "(len(ids) - 1) // (B * T)", "len(ids) // (B * (T + 1))")
    + edit(
        rnn.next_symbol_pairs,
        f"ids[s : s + B * C * T]{CUT}",
        "ids[: B * C * (T + 1)].reshape(B, C, T + 1)[..., s : s + T].transpose(1, 2, 0)",
    ),
)
R21m = Mistake(
    "R21m",
    "columns that do not follow each other",
    "At which symbol does your column 0 stop, and at which does column 1 begin?",
    "Use the numbers 0, 1, 2, … as the text. What is left over should stand at its end alone.",
    {
        "N - 1": edit(rnn.next_symbol_pairs, "ids[s : s + B * C * T]", SPREAD.format("(len(ids) - 1) // B")),
        "N": edit(rnn.next_symbol_pairs, "ids[s : s + B * C * T]", SPREAD.format("len(ids) // B")),
        "T": edit(rnn.next_symbol_pairs, "ids[s : s + B * C * T]", SPREAD.format("T")),
    },
)
R21n = Mistake(
    "R21n",
    "one chunk too many or too few",
    "Count: how many symbols does a text need for the last one of the last chunk to have a target?",
    "Try a text of exactly B·T·C symbols and one of B·T·C + 1. How many chunks has each?",
    {
        "whole": edit(rnn.next_symbol_pairs, *IN_A_CIRCLE) + edit(rnn.next_symbol_pairs, "(len(ids) - 1)", "len(ids)"),
        "one less": edit(rnn.next_symbol_pairs, "// (B * T)", "// (B * T) - 1"),
        "one less than N": edit(rnn.next_symbol_pairs, "(len(ids) - 1) // (B * T)", "len(ids) // (B * T) - 1"),
    },
)
R21p = Mistake(
    "R21p",
    "the text padded",
    "What does the task do with symbols that do not fill a chunk?",
    "Count the chunks of a text of B·T + 2 symbols, by the formula and in your answer.",
    edit(
        rnn.next_symbol_pairs,
        "C = (len(ids) - 1) // (B * T)",
        "C = -((1 - len(ids)) // (B * T))\n    ids = np.pad(ids, (0, B * C * T + 1 - len(ids)))",
    ),
)
R22 = Mistake(
    "R22",
    "prompt fed off by one",
    "Write down which symbols the network has read after your prompt, in order. Is each of them there once?",
    "Count the steps for a prompt of three symbols, and say which symbol enters at each.",
    {
        "first twice, last never": edit(rnn.prime, "[prompt]", "[np.concatenate([prompt[:1], prompt[:-1]])]"),
        "last never": edit(rnn.prime, "[prompt]", "[prompt[:-1]]") + NOTHING_READ,
        "first never": edit(rnn.prime, "[prompt]", "[prompt[1:]]") + NOTHING_READ,
        "first twice": edit(rnn.prime, "[prompt]", "[np.concatenate([prompt[:1], prompt])]"),
        "last twice": edit(rnn.prime, "[prompt]", "[np.concatenate([prompt, prompt[-1:]])]"),
        "backwards": edit(rnn.prime, "[prompt]", "[prompt[::-1]]"),
        "another one before": edit(rnn.prime, "[prompt]", "[np.concatenate([0 * prompt[:1], prompt])]"),
        "twice": edit(rnn.prime, "[prompt]", "[np.concatenate([prompt, prompt])]"),
    },
)
R22a = Mistake(
    "R22a",
    "the states of all steps put together",
    "From how many of the T states is your answer made? Which of them has read the whole prompt?",
    "Take a prompt of two symbols, and compare your answer with the state after the second.",
    {
        "mean": edit(rnn.prime, "[-1]", ".mean(axis=0)"),
        "sum": edit(rnn.prime, "[-1]", ".sum(axis=0)"),
    },
)
R22b = Mistake(
    "R22b",
    "the whole prompt in one step",
    "Exchange two symbols of the prompt: should the state at its end be another one? Is yours?",
    "How often is the cell called for a prompt of three symbols, and which vector enters each time?",
    edit(rnn.prime, "[prompt]", "[prompt].sum(axis=0, keepdims=True)"),
)
R22c = Mistake(
    "R22c",
    "symbols that stay switched on",
    "How many ones are in the vector that enters at the third step? How many should there be?",
    "Print what enters at each step of a prompt of three different symbols.",
    edit(rnn.prime, "one_hot[prompt]", "np.maximum.accumulate(one_hot[prompt])"),
)
R22o = Mistake(
    "R22o",
    "the first symbol alone counts",
    "Change the last symbol of a prompt. Should the state that you return be another one?",
    "Your answer is a state. How many symbols had the network read when it came there?",
    edit(rnn.prime, "[-1]", "[0]"),
)
R22s = Mistake(
    "R22s",
    "the symbols numbered otherwise",
    "Which column of W_ih does your network read for symbol 0? In which range are the integers of the prompt?",
    "Take a prompt of one symbol, once 0 and once the largest, and print the vectors that enter.",
    {
        "from 1": edit(rnn.prime, "[prompt]", "[prompt - 1]"),
        "one more": edit(rnn.prime, "[prompt]", "[(prompt + 1) % len(one_hot)]"),
    },
)


def no_symbol_again(
    prompt: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> Array:  # no edit: each example skips steps of its own
    """The state after a prompt in which a symbol that has come before is passed over."""
    one_hot = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    read = [one_hot[list(dict.fromkeys(symbols))][:, None] for symbols in prompt.T.tolist()]
    last = [rnn.forward(x, h0[b : b + 1], W_ih, W_hh, b_ih, b_hh)[-1] for b, x in enumerate(read)]
    return np.concatenate(last)


def symbol_0_passed_over(
    prompt: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> Array:  # no edit: each example skips steps of its own
    """The state after a prompt in which symbol 0 is taken for filling."""
    one_hot, h = np.eye(W_ih.shape[1], dtype=W_ih.dtype), h0
    for symbols in prompt:
        h = np.where((symbols != 0)[:, None], rnn.cell(one_hot[symbols], h, W_ih, W_hh, b_ih, b_hh), h)
    return h


def sized_by_the_prompt(seen: Examination) -> bool:
    """Does it stop exactly where the last symbol is not in the prompt, and is it right elsewhere?"""
    if all(outcome.trouble != "raised" for outcome in seen.got.values()):
        return False
    small = {case: int(given[0].max()) + 1 < given[2].shape[1] for case, given in seen.given.items()}
    return all((seen.got[c].trouble == "raised") if small[c] else seen.right(c, 0) for c in small)


R22f = Mistake(
    "R22f",
    "as many symbols as this prompt has",
    "How long are your one-hot vectors, and from which argument does that number come? Has every prompt all symbols?",
    "Try a prompt of zeros alone: how many columns has W_ih then, and how many entries has your vector?",
    sees=lambda seen: sized_by_the_prompt(seen),
)
R22r = Mistake(
    "R22r",
    "a symbol that comes again passed over",
    "What should the network read in the word 'hello'? How many steps are that, and how many are yours?",
    "Try a prompt of the same symbol twice, and one where it stands once. Should the states be equal?",
    instead(rnn.prime, no_symbol_again),
)
R22z = Mistake(
    "R22z",
    "symbol 0 passed over",
    "Is symbol 0 a symbol like all others here? Which of your lines makes a difference between them?",
    "Try a prompt of zeros alone. Does the state change from step to step?",
    instead(rnn.prime, symbol_0_passed_over),
)
C1 = Mistake(
    "C1",
    "sum for mean",
    "Make the text twice as long, then the batch twice as large: should the loss double?",
    "The loss is a mean over steps and examples alike; compare the number of terms with what you divide by.",
    {
        "": edit(rnn.cross_entropy, ".mean()", ".sum()"),
        "time": edit(rnn.cross_entropy, ".mean()", ".sum() / y.shape[1]"),
        "batch": edit(rnn.cross_entropy, ".mean()", ".sum() / y.shape[0]"),
    },
)
C2 = Mistake(
    "C2",
    "mean over K too",
    "Over how many numbers is your mean taken? How many right symbols are there?",
    "Give equal scores to all K symbols: the loss is then the logarithm of K. What is yours?",
    edit(rnn.cross_entropy, ".mean()", ".sum() / o.size"),
)
C3 = Mistake(
    "C3",
    "no minus",
    "Can a loss be negative? Which sign has the logarithm of a probability?",
    "Give equal scores to two symbols. Which loss do you get, and which sign should it have?",
    edit(rnn.cross_entropy, "-np", "np"),
)
C4 = Mistake(
    "C4",
    "overflow",
    "Scores of ±1000 are allowed. What is exp(1000), and what is the logarithm of exp(-1000)?",
    "Take the scores 0 and 1000 and print every number on your way. Which is the first that is infinite, or 0?",
    {
        "naive": edit(rnn.log_softmax, "o - o.max", "o - 0 * o.max") + QUOTIENT,
        "logarithm": QUOTIENT,
        "one maximum": edit(rnn.log_softmax, LARGEST, "o.max()") + QUOTIENT,
    },
)
C5 = Mistake(
    "C5",
    "-p for -log p",
    "What does a probability near 0 of the right symbol cost? It should cost more than 1.",
    "Put in 1, 0.5 and 0.01 for the probability. What do you return, and what should each one cost?",
    edit(rnn.cross_entropy, "log_softmax", "softmax"),
)
C8 = Mistake(
    "C8",
    "the logarithm of the mean",
    "Is the logarithm of a mean the mean of the logarithms? Which of the two stands on the page?",
    "Take two symbols of probabilities 1 and 0.25, and compute the loss by hand in both orders.",
    edit(rnn.cross_entropy, "-np", "-np.log(np")
    + edit(rnn.cross_entropy, "log_softmax", "softmax")
    + edit(rnn.cross_entropy, ".mean()", ".mean())"),
)
C9 = Mistake(
    "C9",
    "the squared error",
    "How much can one symbol cost at most in your loss, and how much by the equation on the page?",
    "Let the probability of the right symbol go to 0 and watch both. Which function of it is summed?",
    edit(
        rnn.cross_entropy,
        f"-{PICKED}.mean()",
        "((softmax(o) - np.eye(o.shape[-1])[y]) ** 2).sum(axis=-1).mean()",
    ),
)
C10 = Mistake(
    "C10",
    "the maximum taken from one term only",
    "Add 10 to all scores: the probabilities stay as they are. Does your loss?",
    "Your loss is a difference of two terms. From which of them was the largest score taken?",
    {
        "not from the score": edit(rnn.log_softmax, "return shifted", "return o"),
        "not from the sum": edit(rnn.log_softmax, "np.exp(shifted)", "np.exp(o)"),
    },
)
C11 = Mistake(
    "C11",
    "the targets of all steps and examples picked for each",
    "Print the shape of what your index picks. How many right symbols are there?",
    "Take two steps of one example, and say for each number picked from which step it and its target come.",
    edit(rnn.cross_entropy, PICKED, "log_softmax(o)[..., y]"),
)
C12 = Mistake(
    "C12",
    "a small number that keeps the logarithm finite",
    "How large can the loss of one symbol become in your function? How large should it be?",
    "Try a right symbol whose score is 1000 below the best. Compare your loss with that difference.",
    sees=lambda seen: capped(seen),
)
CLIPPED = {f"{c}": f"(c := np.clip(o, -{c}, {c})) - c.max(axis=-1, keepdims=True)" for c in (50, 100, 500, 700)}
C13 = Mistake(
    "C13",
    "large scores cut off",
    "What becomes of the gap between two scores of 1000 and 990 in your function?",
    "Only differences of scores matter. Which of your lines changes a difference?",
    {c: edit(rnn.log_softmax, f"o - {LARGEST}", clipped) for c, clipped in CLIPPED.items()},
)
C14 = Mistake(
    "C14",
    "divided by one less",
    "How many terms has your sum, and by how many do you divide? Count for two steps of one example.",
    "The loss is a plain mean: equal terms should give that term back. Try it with equal scores.",
    edit(rnn.cross_entropy, ".mean()", ".sum() / max(y.size - 1, 1)"),
)


C15 = Mistake(
    "C15",
    "the exponential of the loss",
    "What is the loss of a network that is always sure and right? What do you return for it?",
    "Give scores of 100 to the right symbols and 0 to the others. Which number do you expect, and which comes?",
    edit(rnn.cross_entropy, "-np", "np.exp(-np") + edit(rnn.cross_entropy, ".mean()", ".mean())"),
)
C16 = Mistake(
    "C16",
    "scores without the sum over all symbols",
    "Raise the scores of all wrong symbols: should the loss notice? Does yours?",
    "Add 10 to all scores, and compare. What makes probabilities of scores on the page?",
    {
        "": edit(rnn.log_softmax, "return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))", "return o"),
        "shifted": edit(rnn.log_softmax, " - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))", ""),
    },
)
C17 = Mistake(
    "C17",
    "the symbols numbered from 1",
    "Which of the K scores do you take for symbol 0? In which range are the integers in y?",
    "Take one step of one example and let y be 0. Print the score that you pick.",
    edit(rnn.cross_entropy, "y[..., None]", "y[..., None] - 1"),
)
C18 = Mistake(
    "C18",
    "the wrong symbols' terms of a binary loss added",
    "How many logarithms does one step of one example add to your loss, and how many on the page?",
    "Is each symbol a question of its own here, yes or no, or are all K together one question?",
    edit(
        rnn.cross_entropy,
        f"-{PICKED}.mean()",
        "-np.where(np.eye(o.shape[-1])[y] > 0, log_softmax(o), "
        "np.log(np.clip(1 - softmax(o), 1e-16, 1))).sum(axis=-1).mean()",
    ),
)


def capped(seen: Examination) -> bool:
    """Is all right but for symbols of a probability near 0, which cost no more than 8 to 750 nats?"""
    case = "far apart"
    if seen.right(case, 0):
        return False
    for other in seen.got:
        got = seen.comparable(other, 0)
        if got is None or (other != case and not close(got, seen.want[other][0], 1e-3)):
            return False
    o, y = seen.given[case]
    cost = -np.take_along_axis(rnn.log_softmax(o), y[..., None], axis=-1)
    got = seen.comparable(case, 0)
    low, high = (np.minimum(cost, most).mean() for most in (8, 750))
    return got is not None and bool(low < got < high)


C6 = Mistake(
    "C6",
    "the logarithm of the softmax",
    "Do your rows sum to one? Can a probability be negative?",
    "Sum a row of yours, and sum the exponentials of that row. Which of the two is 1?",
    {
        "": edit(rnn.temperature, f"softmax(below / {TAU})", f"np.log(softmax(below / {TAU}))"),
        "stable": edit(rnn.temperature, "softmax(", "log_softmax("),
    },
)
C7 = Mistake(
    "C7",
    "no sum to divide by",
    "Do the probabilities of a row sum to one, at every temperature?",
    "Add up one row of your numbers at τ = 2. What has to follow before they are probabilities?",
    {
        "": edit(rnn.temperature, "o - o.max", "o - 0 * o.max") + edit(rnn.temperature, "softmax(", "np.exp("),
        "shifted": edit(rnn.temperature, "softmax(", "np.exp("),
        "power": edit(rnn.temperature, f"softmax(below / {TAU})", "softmax(below) ** (1 / tau)"),
    },
)
T1 = Mistake(
    "T1",
    "only one of score and maximum divided by τ",
    "Write down the exponent of your exp. Which of its terms are divided by τ?",
    "Take equal scores of 1000 at τ = 0.5. Which number does exp get, and which should it get?",
    {
        "the score": edit(
            rnn.temperature, f"softmax(below / {TAU})", f"{QUOTIENT_OF}(o / tau - o.max(axis=-1, keepdims=True))"
        ),
        "the maximum": edit(
            rnn.temperature, f"softmax(below / {TAU})", f"{QUOTIENT_OF}(o - o.max(axis=-1, keepdims=True) / tau)"
        ),
    },
)

T2 = Mistake(
    "T2",
    "a power of the probabilities at τ = 1",
    "With moderate scores you are right. What is left of a gap of 1000 once you have taken a softmax at τ = 1?",
    "Can a temperature of 500 bring back what is 0 already? Which comes first with you, τ or the softmax?",
    edit(
        rnn.temperature,
        f"return softmax(below / {TAU})",
        "p = softmax(o) ** (1 / tau)\n        return (p / p.sum(axis=-1, keepdims=True)).astype(o.dtype)",
    ),
)

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
ANY_CELL = (R6, R6c, R6i, R6r, R7.by(ANY_BIAS), R7s, R8t, R9, R9h, R9w, R10)
ANY_SEQUENCE = (R1, R3, R3n, R4, R5, *ANY_CELL, R7g, R7t, R8, R8z, R11, R11f, R11l, R11r, R12)

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
        replace(
            R1,
            hint="Your step does not depend on one of its arguments. Which one?",
            more="Call it twice with everything equal but the state from before. Should the two answers be equal?",
            made={"cell": edit(rnn.cell, "h_prev @", "0 * h_prev @")},
        ),
        *ANY_CELL,
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
    builds_on={"rnn.cell": rnn.cell},
    cases=sequence_cases(),
    facets=states_facets(),
    mistakes=ANY_SEQUENCE,
    one_step=(STEP, "rnn.cell"),
)


output = Exercise(
    name="rnn.output",
    task="The outputs of every step, before the softmax (eq-rnn-output), of a network that reads x from h0. "
    "Keep the dtype; NumPy only.",
    arguments=(Value("x", "T B F"), H0, *WEIGHTS, Value("W_ho", "K H"), Value("b_ho", "K")),
    outputs=(Value("o", "T B K", "scores, not probabilities"),),
    probe="b_ho",
    smaller=("rnn.cell", "rnn.forward", "kernels.rnn.forward"),
    builds_on={"rnn.forward": rnn.forward, "rnn.cell": rnn.cell},
    reference=lambda *a: rnn.output_layer(rnn.forward(*a[:-2]), *a[-2:]),
    cases=sequence_cases(K=(7, 4, 2, 4, 4, 3, 4)),
    facets=states_facets(),
    mistakes=(
        *(mistake for mistake in ANY_SEQUENCE if mistake not in (R6r, R7g)),
        R6r.by({"W_ih": RESHAPED, "W_ho": edit(rnn.output_layer, "W_ho.T", "W_ho.reshape(W_ho.shape[::-1])")}),
        R7g.by({"b_hh": GROWING, "b_ho": edit(rnn.output_layer, "+ b_ho", BIAS_OF_ITS_STEP)}),
        R6o,
        R7o,
        R9o,
        R14c,
        R14o,
        R14h,
        R14s,
    ),
    one_step=(STEP, "rnn.cell"),
)


def prompted(r: Generator, T: int, B: int, F: int, H: int, *, last: bool = False, **more: Any) -> tuple[Array, ...]:
    """A prompt and a network: no symbol comes twice in a row, one comes again; the last of the F is in it, or not."""
    kinds = F if last else F - 1
    steps = r.integers(1, kinds, (T, B))
    if T > 2:
        steps[2, 0] = kinds - steps[1, 0]  # back to the symbol from before: one comes again
    prompt = np.cumsum(steps, axis=0) % kinds
    prompt = (prompt - prompt[0, 0] - 1) % F if last else (prompt - prompt[0, -1]) % kinds  # 0 is always in it
    if T == 1:
        prompt[0, -1] = 0
    return (prompt, *network(r, T, B, F, H, **more)[1:])


def always_the_same(arguments: tuple[Array, ...]) -> tuple[Array, ...]:
    """One prompt for all cases with it: whoever keeps an answer under its prompt meets other weights there."""
    return (np.array([[1], [0], [1], [3]]), *arguments[1:])


prime = Exercise(
    name="rnn.prime",
    task="The state after the network has read a prompt, one symbol a step from the first to the last (eq-rnn-prime). "
    "A symbol that comes again is read again. Symbol s enters as the one-hot vector e_s. Keep the dtype; NumPy only.",
    arguments=(Value("prompt", "T B", "integers in 0 … F-1"), H0, *WEIGHTS),
    outputs=(Value("h_T", "B H"),),
    smaller=("rnn.cell", "rnn.forward", "kernels.rnn.forward"),
    builds_on={"rnn.forward": rnn.forward, "rnn.cell": rnn.cell},
    reference=rnn.prime,
    cases={
        "general": lambda r: prompted(r, 5, 3, 7, 6),
        Z0: lambda r: prompted(r, 4, 2, 6, 5, h0=0.0),
        STEP: lambda r: prompted(r, 1, 3, 4, 5, last=True),
        "one example": lambda r: always_the_same(prompted(r, 4, 1, 6, 5)),
        "the same prompt": lambda r: always_the_same(prompted(r, 4, 1, 6, 5)),
        "square": lambda r: prompted(r, 3, 3, 4, 4, last=True),
        "size one": lambda r: prompted(r, 3, 2, 3, 1),
        "float32": lambda r: prompted(r, 4, 2, 6, 5, dtype=np.float32),
    },
    facets=(
        Facet("a prompt of one symbol", 1, (STEP,)),
        Facet("a prompt read from a zero state", 2, (Z0,)),
        Facet("a prompt read from a given state", 3, (*GIVEN, "the same prompt")),
    ),
    mistakes=(
        R1,
        R3,
        R3n,
        R4.by(edit(rnn.prime, "[prompt]", "[prompt.T]")),
        R5.by(edit(rnn.prime, "[prompt]", "[prompt.reshape(prompt.shape[1], -1).T]")),
        *ANY_CELL,
        R8z,
        R22,
        R22a,
        R22b,
        R22c,
        R22f,
        R22o,
        R22r,
        R22s,
        R22z,
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


cross_entropy = Exercise(
    name="rnn.cross_entropy",
    task="The mean negative log-likelihood of the right symbols in nats (eq-rnn-nll): over steps and examples. "
    "Scores of ±1000 are allowed. NumPy only.",
    arguments=(Value("o", "T B K", "scores before the softmax"), Value("y", "T B", "integers in 0 … K-1")),
    outputs=(Value("L", "", "a number"),),
    reference=rnn.cross_entropy,
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
        R13,
        R14,
        R20.by(
            {
                "": edit(rnn.cross_entropy, ".mean()", ".mean() / np.log(2)"),
                "base 10": edit(rnn.cross_entropy, ".mean()", ".mean() / np.log(10)"),
                "in the sum": edit(rnn.log_softmax, "np.log(", "np.log2("),
            }
        ),
        R5.by(
            {
                "targets": edit(rnn.cross_entropy, "y[..., None]", "y.T.reshape(y.shape)[..., None]"),
                "scores": edit(rnn.cross_entropy, "log_softmax(o)", "log_softmax(o.swapaxes(0, 1).reshape(o.shape))"),
            }
        ),
        C1,
        C2,
        C3,
        C4,
        C5,
        C8,
        C9,
        C10,
        C11,
        C12,
        C13,
        C14,
        C15,
        C16,
        C17,
        C18,
    ),
)


WRONG_AXIS = R13.by(
    {
        "": softmax_over("0") + edit(rnn.temperature, LARGEST, "o.max(axis=0, keepdims=True)"),
        "rows shifted": edit(rnn.softmax, "np.exp(log_softmax(o))", "np.exp(o) / np.exp(o).sum(axis=0, keepdims=True)"),
        "one maximum": edit(rnn.softmax, "np.exp(log_softmax(o))", "np.exp(o) / np.exp(o).sum(axis=0, keepdims=True)")
        + edit(rnn.temperature, LARGEST, "o.max()"),
        "all": softmax_over("None") + edit(rnn.temperature, LARGEST, "o.max()"),
        "all, rows shifted": softmax_over("None"),
        "naive": edit(rnn.softmax, "np.exp(log_softmax(o))", "np.exp(o) / np.exp(o).sum(axis=0, keepdims=True)")
        + edit(rnn.temperature, "o - o.max", "o - 0 * o.max"),
        "naive, all": edit(rnn.softmax, "np.exp(log_softmax(o))", "np.exp(o) / np.exp(o).sum()")
        + edit(rnn.temperature, "o - o.max", "o - 0 * o.max"),
    }
)
PLAIN_QUOTIENT = edit(rnn.softmax, "np.exp(log_softmax(o))", "np.exp(o) / np.exp(o).sum(axis=-1, keepdims=True)")
TEMPERATURE = ("a temperature of 1", "a temperature below 1", "a temperature above 1")

temperature = Exercise(
    name="rnn.temperature",
    task="The probabilities of the symbols at temperature τ (eq-rnn-temperature). Scores of ±1000 are allowed. "
    "Keep the dtype; NumPy only.",
    arguments=(Value("o", "B K", "scores"), Value("tau", None, "the temperature τ, a float above 0")),
    outputs=(Value("p", "B K", "each row sums to 1"),),
    probe="tau",
    reference=rnn.temperature,
    cases={
        "general": lambda r: (scored(r, 3, 7), 2.0),
        "cold": lambda r: (scored(r, 4, 5), 0.5),
        "as it is": lambda r: (scored(r, 3, 6), 1.0),
        "one example": lambda r: (scored(r, 1, 6), 1.7),
        "square": lambda r: (scored(r, 4, 4), 0.7),
        "float32": lambda r: (scored(r, 3, 5, dtype=np.float32), 1.5),
        "large and small scores": lambda r: (apart(scored(r, 4, 5), 1000.0), 0.9),
        "far apart and hot": lambda r: (r.permuted(scored(r, 3, 5) + np.linspace(-1000, 1000, 5), axis=-1), 500.0),
    },
    facets=(
        Facet(TEMPERATURE[0], 1, ("as it is",)),
        Facet(TEMPERATURE[1], 2, ("cold", "square")),
        Facet(TEMPERATURE[2], 2, ("general", "one example", "float32")),
        Facet("very large and very small scores", 1, ("large and small scores", "far apart and hot")),
    ),
    mistakes=(
        WRONG_AXIS,
        R15,
        R15s,
        R16,
        R17,
        replace(
            R18,
            name="all probability on the likeliest symbol",
            hint="Which symbols have a probability of 0 with you? May an exponential be 0 for scores between -5 and 5?",
            more="Two scores of 0 and 0.1 are nearly equal. How far apart should their probabilities be at τ = 2?",
            made=edit(
                rnn.temperature, f"softmax(below / {TAU})", "np.eye(o.shape[-1], dtype=o.dtype)[o.argmax(axis=-1)]"
            ),
        ),
        C4.by(
            {
                "naive": edit(rnn.temperature, "o - o.max", "o - 0 * o.max") + PLAIN_QUOTIENT,
                "one maximum": edit(rnn.temperature, LARGEST, "o.max()") + PLAIN_QUOTIENT,
                "NaN to 0": edit(rnn.temperature, "o - o.max", "o - 0 * o.max")
                + edit(
                    rnn.softmax, "np.exp(log_softmax(o))", "np.nan_to_num(np.exp(o) / np.exp(o).sum(-1, keepdims=True))"
                ),
            }
        ),
        C6,
        C7,
        C13.by(
            {
                **{c: edit(rnn.temperature, f"o - {LARGEST}", clipped) for c, clipped in CLIPPED.items()},
                **{
                    f"{c} after τ": edit(rnn.temperature, f"below / {TAU}", f"np.clip(o / tau, -{c}, {c})")
                    for c in CLIPPED
                },
            }
        ),
        T1,
        T2,
    ),
)


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
    builds_on={"rnn.temperature": rnn.temperature},
    reference=lambda o, tau, u: rnn.draw(rnn.temperature(o, tau), u),
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
        WRONG_AXIS,
        R15,
        R15s,
        R16,
        R17,
        R18,
        R18b,
        R18c,
        R18f,
        R18o,
        R18p,
        R18t,
        R18u,
        C7,
    ),
)


def scored_parts(r: Generator, J: int, equal: bool = False) -> tuple[Array, Array]:
    """Summed losses and lengths of the parts of a text."""
    counts = np.full(J, r.integers(20, 40)) if equal else r.permutation(np.arange(1, J + 1)) * r.integers(7, 12)
    return counts * r.uniform(0.5, 4.0, J), counts


perplexity = Exercise(
    name="rnn.perplexity",
    task="The perplexity of a whole text from the parts in which it was scored (eq-rnn-perplexity): counts has, of "
    "each part, the number of symbols that were scored, no more and no fewer. NumPy only.",
    arguments=(
        Value("nll_sums", "J", "summed negative log-likelihood of every part, in nats"),
        Value("counts", "J", "how many symbols that sum has a term of, integers"),
    ),
    outputs=(Value("PP", "", "a number"),),
    reference=rnn.perplexity,
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
        R19,
        R19c,
        R19d,
        R19e,
        R19f,
        R19i,
        R19n,
        R19s,
        R20.by(
            {
                "": edit(rnn.perplexity, "np.exp(", "np.exp2("),
                "bits": edit(rnn.perplexity, "/ counts.sum()", "/ counts.sum() / np.log(2.0)"),
            }
        ),
    ),
)


bits_per_character = Exercise(
    name="rnn.bits_per_character",
    task="A loss in nats a character as bits a character (eq-rnn-bits).",
    arguments=(Value("nll", None, "a float, nats a character"),),
    outputs=(Value("bpc", "", "a number"),),
    reference=rnn.bits_per_character,
    cases={
        "general": lambda r: (float(r.uniform(1.1, 1.9)),),
        "small": lambda r: (float(r.uniform(0.2, 0.6)),),
        "large": lambda r: (float(r.uniform(3.0, 5.0)),),
    },
    facets=(Facet("bits for nats", 1),),
    mistakes=(R20, R20m, R20p, R20w, R20y),
)


def text(r: Generator, B: int, T: int, C: int, extra: int) -> tuple[Any, ...]:
    """A text of BTC + extra symbols, no symbol twice."""
    return r.permutation(B * T * C + extra) + 1, B, T


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
        R21,
        R21a,
        R21b,
        R21c,
        R21e,
        R21g,
        R21m,
        R21n,
        R21p,
        replace(
            R4,
            name="time and columns exchanged",
            hint="Which axis of your chunks counts the steps, and which one the columns?",
            more="Use the numbers 0, 1, 2, … as the text. Along which of your axes do they go on by 1?",
            made=edit(rnn.next_symbol_pairs, CUT, ".reshape(B, C, T).swapaxes(0, 1)"),
        ),
        replace(
            R5,
            hint="The shape is right, but follow one column of the text: do its symbols stay together?",
            made=edit(rnn.next_symbol_pairs, CUT, ".reshape(B, C, T).swapaxes(0, 1).reshape(C, T, B)"),
        ),
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
