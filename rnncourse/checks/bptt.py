r"""Exercises of the chapter on back-propagation through time, and what goes wrong in them.

In an RTRL that returns weight gradients alone B22, B23, B24 are B6, B14, B5 of ``backward``, and "assigned" is B7.
Not here: B17 as an error of a graph that was freed and B19 as a graph (their values are here), B26 as a test with an
identity activation (says nothing of the function that is handed in), B20 as a ``.grad`` that is not cleared (its
value is here).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse import bptt, rnn
from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Examination, Exercise, Facet, close, fresh
from rnncourse.checks.mistakes import Form, Mistake, edit, instead
from rnncourse.checks.nested import Value
from rnncourse.checks.rnn import H0, R6, R7, STEP, WEIGHTS, network
from rnncourse.shapes import B_H, H_, H_F, H_H, T_B_F, T_B_H, checked

DW = ("dW_ih", "dW_hh", "db")
DB = Value("db", "H", "the gradient of one bias: b_ih has this one, and b_hh the same")

# ---------------------------------------------------------------------------------------------------------------------
# Mistakes of one step, and of all steps

SLOPES = (bptt.cell_backward, bptt.sensitivity_step)
DIVIDED = {
    "T": edit(bptt.backward, "dW_ih, dW_hh, db, dx", "dW_ih / len(x), dW_hh / len(x), db / len(x), dx"),
    "B": edit(bptt.cell_backward, "dz_t.T @ x_t", "dz_t.T / len(x_t) @ x_t")
    + edit(bptt.cell_backward, "dz_t.T @ h_prev", "dz_t.T / len(x_t) @ h_prev")
    + edit(bptt.cell_backward, "dz_t.sum(axis=0)", "dz_t.sum(axis=0) / len(x_t)"),
}


def assigned(*names: str) -> Form:
    """Sums of which the last share alone is left."""
    form, *others = (edit(bptt.backward, f"{name} +=", f"{name} =") for name in names)
    return sum(others, form)


def sum_over(steps: str) -> Form:
    """Sums of which some steps have no share."""
    form, *others = (edit(bptt.backward, f"{name} += step.{name}", f"{name} += step.{name} * ({steps})") for name in DW)
    return sum(others, form)


def limited(seen: Examination) -> bool:
    """Is the answer right for a small dh_out and wrong for a large one, with nothing else changed?"""
    outputs = range(len(seen.exercise.outputs))
    return all(seen.right("small", i) for i in outputs) and not all(seen.right("large", i) for i in outputs)


def dh_out_overwritten(seen: Examination) -> bool:
    """Did dh_out change?"""
    return "dh_out" in seen.changed()


R1 = Mistake(
    "R1",
    "h0 not used: zeros, or h[t-1] at t=0, which is the last state",
    "By which vector was W_hh multiplied in the very first step? Is it that one which your dW_hh sees?",
    "Before the first step there is h0, not a row of zeros. And h[t-1] at t = 0 is the last state in Python.",
    {
        "zeros": edit(bptt.backward, "else h0", "else 0 * h0"),
        "wrapped": edit(bptt.backward, "h[t - 1] if t > 0 else h0", "h[t - 1]"),
    },
)
B1 = Mistake(
    "B1",
    "tanh′ left out",
    "Push one number through tanh and change it a little: how much of the change comes out?",
    "Between h_t and z_t lies tanh. On the way back its slope multiplies the gradient, entry by entry.",
    edit(SLOPES, "1 - h_t**2", "np.ones_like(h_t)"),
)
B1p = Mistake(
    "B1p",
    "tanh′ left out of some of the gradients",
    "x_t, both biases and h_{t-1} all enter before tanh. Does the gradient of each of them pass through its slope?",
    "Put h_t near 1, where tanh is flat: every gradient of that step should nearly vanish.",
    {
        "db": edit(bptt.cell_backward, "dz_t.sum(axis=0)", "dh_t.sum(axis=0)"),
        "dx": edit(bptt.cell_backward, "dz_t @ W_ih", "dh_t @ W_ih"),
        "but for the matrices": edit(bptt.cell_backward, "dz_t.sum(axis=0)", "dh_t.sum(axis=0)")
        + edit(bptt.cell_backward, "dz_t @ W_ih", "dh_t @ W_ih")
        + edit(bptt.cell_backward, "dz_t @ W_hh", "dh_t @ W_hh"),
    },
)
B2 = Mistake(
    "B2",
    "tanh′ of the squashed value",
    "Is the value that you are handed from before or from after tanh? Which of the two does your slope expect?",
    "h_t is already squashed. The slope of tanh can be written with it directly, without another tanh.",
    edit(SLOPES, "1 - h_t**2", "1 - np.tanh(h_t) ** 2"),
)
B2p = Mistake(
    "B2p",
    "tanh′ at the state before",
    "Two states stand at a step, one before and one after it. At which of them do you take the slope of its tanh?",
    "Let the two states differ much, say 0 before and 0.99 after. How steep is tanh in that step?",
    edit(SLOPES, "1 - h_t**2", "1 - h_prev**2"),
)
B2r = Mistake(
    "B2r",
    "tanh′ of a state computed anew, without the biases",
    "You compute the state of this step once more. What is missing in your sum, and is the state not given?",
    "Compare your own state with the one among the arguments: are they equal?",
    edit(bptt.cell_backward, "1 - h_t**2", "1 - np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T) ** 2"),
)
B3 = Mistake(
    "B3",
    "(1-h)² for tanh′",
    "Try h = -0.9: can the slope of tanh be larger than 1?",
    "The square belongs to h alone.",
    edit(SLOPES, "1 - h_t**2", "(1 - h_t) ** 2"),
)
B3l = Mistake(
    "B3l",
    "1-h for tanh′",
    "The slope of tanh is the same at z and at -z. Is yours, at h and -h?",
    "A power of h is missing.",
    edit(SLOPES, "1 - h_t**2", "1 - h_t"),
)
B3s = Mistake(
    "B3s",
    "h(1-h) for tanh′",
    "At z = 0 tanh is steepest. How large is your slope at h = 0?",
    "That is the slope of the logistic function, written with its own output; h comes from tanh.",
    edit(SLOPES, "1 - h_t**2", "h_t * (1 - h_t)"),
)
B4 = Mistake(
    "B4",
    "the inverse of tanh′",
    "Should a saturated unit, with h near 1, pass much or little of the gradient?",
    "The slope multiplies on the way back as it does on the way there.",
    edit(SLOPES, "1 - h_t**2", "1 / (1 - h_t**2)"),
)
B5 = Mistake(
    "B5",
    "h_t for h_{t-1} in dW_hh",
    "By which vector was W_hh multiplied in step t: the state after that step?",
    "Pair dz_t with what stood beside W_hh in z_t.",
    edit(bptt.cell_backward, "dz_t.T @ h_prev", "dz_t.T @ h_t"),
)
B6 = Mistake(
    "B6",
    "later steps ignored",
    "Change h_1 by hand: the losses of which steps change? Which of them do you count?",
    "What comes back from step t+1 has to be added to dh_out_t before anything else happens at step t.",
    edit(bptt.backward, "dh_out[t] + dh_rec", "dh_out[t]"),
)
B6a = Mistake(
    "B6a",
    "what comes back is added up, not replaced",
    "You go from step t+1 to step t. What of the gradient of h_{t+1} stays, beside what passed tanh and W_hh?",
    "Take T = 3 and a loss at the last step alone. Does h_1 get anything that did not pass through h_2?",
    {
        "carry": edit(bptt.backward, "step.dx_t, step.dh_rec", "step.dx_t, dh_rec + step.dh_rec"),
        "carry but for dh0": edit(bptt.backward, "step.dx_t, step.dh_rec", "step.dx_t, dh_rec + step.dh_rec")
        + edit(bptt.backward, "dh0=dh_rec", "dh0=step.dh_rec"),
        "total": edit(bptt.backward, "step.dx_t, step.dh_rec", "step.dx_t, dh_out[t] + dh_rec + step.dh_rec")
        + edit(bptt.backward, "dh0=dh_rec", "dh0=step.dh_rec"),
    },
)
B6b = Mistake(
    "B6b",
    "what comes back ends after one step",
    "Change h_1 by hand in a sequence of three steps. Does your gradient know that the last loss changes?",
    "Take T = 3 and a loss at the last step alone. What should reach h_1, and what does in yours?",
    edit(
        bptt.backward,
        "step.dx_t, step.dh_rec",
        "step.dx_t, cell_backward(dh_out[t], x[t], h_prev, h[t], W_ih, W_hh).dh_rec",
    )
    + edit(bptt.backward, "dh0=dh_rec", "dh0=step.dh_rec"),
)
B7 = Mistake(
    "B7",
    "own step ignored, only the last loss counts",
    "It works when only the last step has a loss. And when every step has one?",
    "The own loss of a step and what comes back from later steps: both, added. So are the shares of all steps.",
    edit(bptt.backward, "dh_out[t] + dh_rec", "dh_out[t] if t == len(x) - 1 else dh_rec"),
)
B8 = Mistake(
    "B8",
    "back through the transpose of W_hh",
    "On the way there unit j spoke to unit i through one entry of W_hh. Does the answer come back through the "
    "same entry?",
    "For column vectors the page transposes on the way back. Your rows are examples: which way is it then?",
    edit(bptt.cell_backward, "dz_t @ W_hh", "dz_t @ W_hh.T"),
)
B8t = Mistake(
    "B8t",
    "dW_hh transposed",
    "dW_hh must have an entry for each entry of W_hh: row i for the receiving unit i. Are your rows receiving units?",
    "The receiving unit has dz_t, the sending unit has h_{t-1}. Which of them counts rows in your product?",
    edit(bptt.cell_backward, "dz_t.T @ h_prev", "(dz_t.T @ h_prev).T"),
)
B8r = Mistake(
    "B8r",
    "reshaped where axes have to change places",
    "Follow one number through your reshape. Is it still in the row of its unit afterwards?",
    "Reshape an array that holds 0, 1, 2, … and print it before and after.",
    edit(bptt.cell_backward, "dz_t.T @ x_t", "dz_t.reshape(-1, len(x_t)) @ x_t")
    + edit(bptt.cell_backward, "dz_t.T @ h_prev", "dz_t.reshape(-1, len(x_t)) @ h_prev"),
)
B8x = Mistake(
    "B8x",
    "dx through the transpose of W_ih",
    "Which input does an entry of your dx_t belong to? (With as many inputs as units, the shapes do not complain.)",
    "W_ih has shape (H, F). Going back, the sum runs over units, its first axis.",
    edit(bptt.cell_backward, "dz_t @ W_ih", "dz_t @ W_ih.T"),
)
B9 = Mistake(
    "B9",
    "assigned, not accumulated",
    "One matrix was used T times. How many of its uses do you count?",
    "Each step adds its share; an assignment forgets the shares before it.",
    {
        "": assigned(*DW),
        "dW_ih": assigned("dW_ih"),
        "dW_hh": assigned("dW_hh"),
        "db": assigned("db"),
    },
)
B9r = Mistake(
    "B9r",
    "the loop ends after its first round",
    "How often does your loop run? Which steps have a share in what you return?",
    "Print t in your loop, and look at how far each line is indented, the last one above all.",
    edit(bptt.backward, "reversed(range(len(x)))", "[len(x) - 1]")
    + edit(bptt.backward, "np.empty_like(x)", "np.zeros_like(x)"),
)
B10 = Mistake(
    "B10",
    "bias and batch",
    "The bias was added to every row of the batch. What does a row contribute to its gradient?",
    "The loss is already a sum over the examples: their shares are added, not averaged, and none is left out.",
    {
        "mean": edit(bptt.cell_backward, "dz_t.sum(axis=0)", "dz_t.mean(axis=0)"),
        "first": edit(bptt.cell_backward, "dz_t.sum(axis=0)", "dz_t[0]"),
        "not summed": edit(bptt.cell_backward, "dz_t.sum(axis=0)", "dz_t")
        + edit(bptt.backward, "np.zeros_like(W_hh[0])", "np.zeros_like(h0)"),
    },
)
B10b = Mistake(
    "B10b",
    "the last example of the batch alone counts",
    "Every example of the batch used the same weights. How many of them have a share in your gradient?",
    "Call your function with a batch of one, then with two examples that are alike. What should change?",
    {
        "": edit(bptt.cell_backward, "dz_t.T @ x_t", "dz_t[-1:].T @ x_t[-1:]")
        + edit(bptt.cell_backward, "dz_t.T @ h_prev", "dz_t[-1:].T @ h_prev[-1:]")
        + edit(bptt.cell_backward, "dz_t.sum(axis=0)", "dz_t[-1]"),
        "dW_ih": edit(bptt.cell_backward, "dz_t.T @ x_t", "dz_t[-1:].T @ x_t[-1:]"),
        "dW_hh": edit(bptt.cell_backward, "dz_t.T @ h_prev", "dz_t[-1:].T @ h_prev[-1:]"),
        "db": edit(bptt.cell_backward, "dz_t.sum(axis=0)", "dz_t[-1]"),
    },
)
B10c = Mistake(
    "B10c",
    "centred over the batch",
    "You subtract a mean over the batch. What is left of your weight gradients when the batch has one example?",
    "A gradient is a sum of products, one an example. Work it out for a batch of one by hand.",
    edit(bptt.cell_backward, "dz_t.T @ x_t", "dz_t.T @ (x_t - x_t.mean(axis=0))")
    + edit(bptt.cell_backward, "dz_t.T @ h_prev", "dz_t.T @ (h_prev - h_prev.mean(axis=0))"),
)
B10d = Mistake(
    "B10d",
    "db counted once for each bias",
    "Move b_ih alone by a little, and leave b_hh as it is. By how much does z_t move?",
    "Compute the gradient of b_ih alone on paper, then that of b_hh alone. Which of the two is db?",
    edit(bptt.cell_backward, "dz_t.sum(axis=0)", "2 * dz_t.sum(axis=0)"),
)
B11 = Mistake(
    "B11",
    "divided by T, B or the number of chunks",
    "How much longer does your gradient become for a sequence twice as long? And for a batch twice as large?",
    "A mean, if there is one, is in dh_out already. Nothing is left to divide by.",
    DIVIDED,
)
B12 = Mistake(
    "B12",
    "time runs forward",
    "Of which step do you know the whole dh first?",
    "A step needs what comes back from the step after it, so that one has to be done before.",
    edit(bptt.backward, "reversed(range(len(x)))", "range(len(x))"),
)
B12r = Mistake(
    "B12r",
    "collected from the last step on, and not turned round",
    "You collect a list on the way back. Which step does its first entry belong to?",
    "Take T = 2 with a loss at the first step alone. At which place of your list does its share stand?",
    {
        "": edit(bptt.backward, "x[t], h_prev", "x[-1 - t], h_prev")
        + edit(bptt.backward, "h[t - 1] if t > 0 else h0", "h[-2 - t] if t < len(x) - 1 else h0")
        + edit(bptt.backward, "dx[t], dh_rec", "dx[-1 - t], dh_rec"),
        "dx": edit(bptt.backward, "dx[t], dh_rec", "dx[-1 - t], dh_rec"),
    },
)
B12s = Mistake(
    "B12s",
    "a step left out",
    "Follow each step of a sequence with T = 3. Does each of them add its share to every gradient?",
    "Write down the values that t takes in your loop, then try T = 1.",
    {
        "first": edit(bptt.backward, "reversed(range(len(x)))", "reversed(range(1, len(x)))")
        + edit(bptt.backward, "np.empty_like(x)", "np.zeros_like(x)"),
        "last": edit(bptt.backward, "reversed(range(len(x)))", "reversed(range(len(x) - 1))")
        + edit(bptt.backward, "np.empty_like(x)", "np.zeros_like(x)"),
        "weights of the first": sum_over("t > 0"),
        "weights of the last": sum_over("t < len(x) - 1"),
    },
)
B13 = Mistake(
    "B13",
    "the gradient of h0",
    "The state before the first step reaches the loss only through that step. Through which matrix?",
    "One more stage leads from the first dz to the gradient of the state before it.",
    {
        "total": edit(bptt.backward, "dh_out[t] + dh_rec", "dh := dh_out[t] + dh_rec")
        + edit(bptt.backward, "dx, dh0=dh_rec)", "dx, dh0=dh)"),
        "dz": edit(bptt.backward, "dh_out[t] + dh_rec", "dh := dh_out[t] + dh_rec")
        + edit(bptt.backward, "dx, dh0=dh_rec)", "dx, dh0=(1 - h[0] ** 2) * dh)"),
        "zeros": edit(bptt.backward, "dx, dh0=dh_rec)", "dx, dh0=0 * dh_rec)"),
    },
)
B14 = Mistake(
    "B14",
    "what goes back skips tanh′",
    "Two things happen between h_{t-1} and h_t. How many of them do you undo?",
    "What goes back through W_hh is the gradient of z_t, not that of h_t.",
    edit(bptt.cell_backward, "dz_t @ W_hh", "dh_t @ W_hh"),
)
B14d = Mistake(
    "B14d",
    "one of two terms skips tanh′",
    "Two gradients meet at h_t: that of its own loss, and what comes back. Which of them passes through tanh?",
    "Take T = 2, with a loss at the last step alone, then with one at the first step alone. Which one goes wrong?",
    {
        "what comes back": edit(bptt.backward, "dh_out[t] + dh_rec", "dh_out[t] + dh_rec / (1 - h[t] ** 2)"),
        "the own loss": edit(bptt.backward, "dh_out[t] + dh_rec", "dh_out[t] / (1 - h[t] ** 2) + dh_rec"),
    },
)
B14t = Mistake(
    "B14t",
    "tanh′ of the state before as well",
    "You send back the gradient of h_{t-1}. Which step does the tanh belong to that made this state?",
    "Take T = 1 and write down all that lies between h0 and h_1. How many slopes of tanh are there?",
    {
        "": edit(bptt.cell_backward, "dz_t @ W_hh", "(1 - h_prev**2) * (dz_t @ W_hh)"),
        "dh0": edit(bptt.backward, "dh0=dh_rec", "dh0=(1 - h0**2) * dh_rec"),
    },
)
B15 = Mistake(
    "B15",
    "dh_out overwritten",
    "Call your function twice with the same arrays. Is the second answer the first?",
    "You add what comes back into dh_out itself; it belongs to whoever calls you.",
    sees=dh_out_overwritten,
    harmless=True,
)
B16 = Mistake(
    "B16",
    "what goes back is clipped",
    "Multiply dh_out by a thousand: a gradient has to grow a thousandfold. Does yours?",
    "Something limits the size of what comes back. Limiting a gradient has its place in training, after the "
    "whole gradient is known.",
    sees=limited,
)
ANY_SLOPE = (B1, B2, B2p, B3, B3l, B3s, B4)

# ---------------------------------------------------------------------------------------------------------------------
# One step, and all steps


ALL = (*DW, "dx", "dh0")


def without(*lost: str) -> tuple[str, ...]:
    """The facets of single outputs but for some."""
    return tuple(name for name in ALL if name not in lost)


def step_back(r: Generator, B: int, F: int, H: int, dtype: Any = float) -> tuple[Array, ...]:
    """dh_t, x_t, h_prev, h_t, W_ih, W_hh of a network that was run."""
    x, h0, W_ih, W_hh, b_ih, b_hh = network(r, 1, B, F, H, dtype=dtype)
    h_t = rnn.cell(x[0], h0, W_ih, W_hh, b_ih, b_hh)
    return r.normal(size=(B, H)).astype(dtype), x[0], h0, h_t, W_ih, W_hh


cell_backward = Exercise(
    name="bptt.cell_backward",
    task="One step backwards (eq-bptt-dz, eq-bptt-dx, eq-bptt-dh_rec): the gradients of a loss through h_t, where dh_t "
    "is its gradient with respect to h_t. Sums over the batch, no means. Keep the dtype; NumPy only.",
    arguments=(
        Value("dh_t", "B H"),
        Value("x_t", "B F"),
        Value("h_prev", "B H"),
        Value("h_t", "B H", "tanh z_t, already squashed"),
        Value("W_ih", "H F"),
        Value("W_hh", "H H"),
    ),
    outputs=(
        Value("dW_ih", "H F"),
        Value("dW_hh", "H H"),
        DB,
        Value("dx_t", "B F"),
        Value("dh_rec", "B H"),
    ),
    reference=lambda *a: tuple(bptt.cell_backward(*a)),
    cases={
        "general": lambda r: step_back(r, 3, 4, 6),
        "one example": lambda r: step_back(r, 1, 3, 5),
        "square": lambda r: step_back(r, 4, 4, 4),
        "size one": lambda r: step_back(r, 2, 1, 1),
        "float32": lambda r: step_back(r, 3, 2, 5, np.float32),
    },
    facets=tuple(Facet(name, 1, outputs=(name,)) for name in (*DW, "dx_t", "dh_rec")),
    mistakes=(
        *ANY_SLOPE,
        B1p,
        B2r,
        B5,
        B8,
        B8t,
        B8r,
        B8x,
        B10,
        B10b,
        B10c,
        B10d,
        B11.by({"B": DIVIDED["B"]}),
        B13.by(
            {
                "cell total": edit(bptt.cell_backward, "dz_t @ W_hh", "dh_t"),
                "cell dz": edit(bptt.cell_backward, "dz_t @ W_hh", "dz_t"),
                "cell zeros": edit(bptt.cell_backward, "dz_t @ W_hh", "0 * dz_t"),
            }
        ),
        B14,
        B14t.by(B14t.forms["B14t"]),
    ),
)


def sequence_back(
    r: Generator, T: int, B: int, F: int, H: int, *, size: float = 1.0, last: bool = False, dtype: Any = float
) -> tuple[Array, ...]:
    """dh_out, x, h0, the four weights; the loss at every step or at the last one alone."""
    data = network(r, T, B, F, H, dtype=dtype)
    dh_out = size * r.normal(size=(T, B, H))
    if last:
        dh_out[:-1] = 0
    return (dh_out.astype(dtype), *data)


def with_states(arguments: tuple[Array, ...]) -> tuple[Array, ...]:
    """dh_out, x, h0, h, W_ih, W_hh: the states in the place of the biases."""
    dh_out, x, h0, W_ih, W_hh, b_ih, b_hh = arguments
    return dh_out, x, h0, rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh), W_ih, W_hh


def all_steps_reshaped(dh_out: Array, x: Array, h0: Array, h: Array, W_ih: Array, W_hh: Array) -> bptt.Gradients:
    """Back-propagation whose products over all steps at once reshape dz where they should turn it."""
    dz, dh_rec = np.empty_like(h), h0 * 0
    for t in reversed(range(len(x))):
        dz[t] = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dh_rec = dz[t] @ W_hh
    rows, before = dz.reshape(len(W_hh), -1), np.concatenate([h0[None], h[:-1]])
    dW_ih, dW_hh = rows @ x.reshape(-1, x.shape[-1]), rows @ before.reshape(-1, len(W_hh))
    return bptt.Gradients(dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, dh_rec)


LAST = "a loss at the last step alone"
PLAIN = ("general", "one example", "square", "size one", "float32")
DH_OUT = Value("dh_out", "T B H", "what reaches h_t from outside")


def scaled(r: Generator, size: float) -> tuple[Array, ...]:
    """A sequence with a small or a large dh_out."""
    return sequence_back(r, 4, 2, 3, 5, size=size)


BACKWARD_FACETS = (
    *(Facet(name, 1, (*PLAIN, "small", "large"), (name,)) for name in ALL),
    Facet("one step", 1, (STEP,)),
    Facet(LAST, 1, ("loss at the end",)),
)

backward = Exercise(
    name="bptt.backward",
    task="Back-propagation through time (eq-bptt-dh, eq-bptt-W, eq-bptt-U, eq-bptt-b): all gradients of the loss whose "
    "gradient with respect to the states, from outside, is dh_out. Sums over steps and the batch, no means. "
    "Keep the dtype; NumPy only.",
    arguments=(
        DH_OUT,
        Value("x", "T B F"),
        H0,
        Value("h", "T B H", "h_1 to h_T, already squashed"),
        Value("W_ih", "H F"),
        Value("W_hh", "H H"),
    ),
    outputs=(
        Value("dW_ih", "H F"),
        Value("dW_hh", "H H"),
        DB,
        Value("dx", "T B F", backwards=True),
        Value("dh0", "B H"),
    ),
    reference=lambda *a: tuple(bptt.backward(*a)),
    smaller=("bptt.cell_backward",),
    builds_on={"bptt.cell_backward": bptt.cell_backward},
    cases={
        "general": lambda r: with_states(sequence_back(r, 5, 3, 4, 6)),
        STEP: lambda r: with_states(sequence_back(r, 1, 3, 4, 5)),
        "loss at the end": lambda r: with_states(sequence_back(r, 4, 2, 3, 5, last=True)),
        "one example": lambda r: with_states(sequence_back(r, 4, 1, 3, 5)),
        "square": lambda r: with_states(sequence_back(r, 3, 3, 4, 4)),
        "size one": lambda r: with_states(sequence_back(r, 3, 2, 1, 1)),
        "small": lambda r: with_states(scaled(r, 1e-6)),
        "large": lambda r: with_states(scaled(r, 1e3)),
        "float32": lambda r: with_states(sequence_back(r, 4, 2, 3, 5, dtype=np.float32)),
    },
    facets=BACKWARD_FACETS,
    mistakes=(
        *ANY_SLOPE,
        R1,
        B1p,
        B2r,
        B5,
        B6,
        B6a,
        B6b,
        B7,
        B8,
        B8t,
        B8r.by(instead(bptt.backward, all_steps_reshaped)),
        B8x,
        B9,
        B9r,
        B10,
        B10d,
        B11,
        B12,
        B12r,
        B12s,
        B13,
        B14,
        B14d,
        B14t,
        B15,
        B16,
    ),
    one_step=(STEP, "bptt.cell_backward"),
)

# ---------------------------------------------------------------------------------------------------------------------
# Forward sensitivities


B22 = Mistake(
    "B22",
    "later steps ignored in RTRL",
    "h_{t-1} itself depends on the weights and the biases. Where does your recursion say so?",
    "The sensitivities of the step before come in too, through W_hh.",
    edit(bptt.sensitivity_step, "(through_h + direct)", "direct"),
)
B22b = Mistake(
    "B22b",
    "one sensitivity for the whole batch",
    "Each example has states of its own. How many sensitivities do you keep for a batch of three?",
    "Compare with the sum of your answers for each example by itself, as a batch of one.",
    {
        "mean of the sensitivities": edit(
            bptt.rtrl,
            "sensitivity_step(S, x_t, h_prev, h_t, W_hh)",
            "0 * S + sensitivity_step(S, x_t, h_prev, h_t, W_hh).mean(axis=0)",
        ),
        "mean of the examples": edit(
            bptt.rtrl,
            "(H, F), B = W_ih.shape, len(h0)",
            "x, h0 = x.mean(axis=1, keepdims=True), h0.mean(axis=0, keepdims=True)\n"
            "    dh_out = dh_out.sum(axis=1, keepdims=True)\n"
            "    (H, F), B = W_ih.shape, 1",
        ),
    },
)
B22d = Mistake(
    "B22d",
    "sensitivities through a unit's own state alone",
    "Can a weight of unit 1 reach the loss of a later step through unit 2? Which of your numbers says how?",
    "Take two units that feed each other, and a loss at unit 2 alone. What is your gradient for unit 1?",
    edit(bptt.sensitivity_step, "W_hh, S)", "np.diag(np.diag(W_hh)), S)"),
)
B22o = Mistake(
    "B22o",
    "sensitivities overwritten while they are read",
    "You update unit by unit. Which step do the sensitivities of the units already done belong to?",
    "Print what the second unit reads of the first one: is it from before the step, or from after it?",
    edit(
        bptt.sensitivity_step,
        "return (1 - h_t**2)[:, :, None, None] * (through_h + direct)",
        "S = S.copy()\n"
        "    for j in range(len(W_hh)):\n"
        "        through_j = np.einsum('l,blai->bai', W_hh[j], S)\n"
        "        S[:, j] = (1 - h_t**2)[:, j, None, None] * (through_j + direct[:, j])\n"
        "    return S",
    ),
)
B22l = Mistake(
    "B22l",
    "losses and sensitivities of different steps multiplied",
    "A loss at step 1 meets the sensitivity of which step, with you? A weight reaches it by step 1 alone.",
    "Let only the first step of two have a loss. Which of your sensitivities should then count, and which do?",
    {
        "all losses, the last sensitivity": edit(bptt.rtrl, "dtheta += ", "dtheta = ")
        + edit(bptt.rtrl, "dh_out_t, S)", "dh_out.sum(axis=0), S)"),
    },
)
B22q = Mistake(
    "B22q",
    "sensitivities of all steps added up",
    "The sensitivity of step 2: does it hold the use of a weight in step 1 already? What do you add to it?",
    "Let only the last step of two have a loss. How often does the first use of a weight count in your sum?",
    {
        "": edit(bptt.rtrl, "dtheta, h_prev = np.zeros", "added, dtheta, h_prev = 0 * S, np.zeros")
        + edit(bptt.rtrl, "dtheta += ", "added = added + S\n        dtheta += ")
        + edit(bptt.rtrl, "dh_out_t, S)", "dh_out_t, added)"),
    },
)
B22p = Mistake(
    "B22p",
    "the loss of a step meets the sensitivities of the step before",
    "You multiply by the loss of step t. Which step have your sensitivities come through by then?",
    "Take T = 1. What does your function return?",
    edit(bptt.rtrl, "S = sensitivity_step", "before, S = S, sensitivity_step")
    + edit(bptt.rtrl, "dh_out_t, S)", "dh_out_t, before)"),
)
B22s = Mistake(
    "B22s",
    "the sensitivities do not start from zero",
    "Move one weight a little, before the first step. How much does h0 change?",
    "Take T = 1 and print what your sensitivities hold before that step.",
    {
        "ones": edit(bptt.rtrl, "S = np.zeros((B", "S = np.ones((B"),
        "identity": edit(
            bptt.rtrl,
            "dtheta, h_prev = np.zeros",
            "S[:, range(H), range(H)] = 1\n    dtheta, h_prev = np.zeros",
        ),
    },
)
B22t = Mistake(
    "B22t",
    "the total gradient of a state times its total sensitivity",
    "Take the path from a weight in step 1 over h_2 to the last loss. How often do you count it?",
    "Either the gradient or the sensitivity follows the way through later states. Do both do so in yours?",
    edit(
        bptt.rtrl,
        "dtheta, h_prev = np.zeros",
        "h, dh_out = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh), dh_out.copy()\n"
        "    for t in reversed(range(1, len(x))):\n"
        "        dh_out[t - 1] += ((1 - h[t] ** 2) * dh_out[t]) @ W_hh\n"
        "    dtheta, h_prev = np.zeros",
    ),
)
B23 = Mistake(
    "B23",
    "one term of the sensitivity skips tanh′",
    "Which part of the sum went through tanh: one of its terms, or the whole?",
    "The slope D_t multiplies the bracket, both terms in it.",
    {
        "through h": edit(
            bptt.sensitivity_step,
            "(1 - h_t**2)[:, :, None, None] * (through_h + direct)",
            "through_h + (1 - h_t**2)[:, :, None, None] * direct",
        ),
        "direct": edit(
            bptt.sensitivity_step,
            "(1 - h_t**2)[:, :, None, None] * (through_h + direct)",
            "(1 - h_t**2)[:, :, None, None] * through_h + direct",
        ),
    },
)
B23a = Mistake(
    "B23a",
    "tanh′ or W_hh along the wrong axis of the sensitivity",
    "Your sensitivities have two axes of length H: units, and rows of the weights. Along which of them do you work?",
    "Write a word beside each letter of your products: the unit that changes, the row of the weight, the example.",
    {
        "": edit(bptt.sensitivity_step, "[:, :, None, None]", "[:, None, :, None]"),
        "W_hh": edit(bptt.sensitivity_step, '"jl,blai->bjai"', '"al,bjli->bjai"'),
    },
)
B24 = Mistake(
    "B24",
    "h_t for h_{t-1} in the sensitivity",
    "By which vector was W_hh multiplied in step t: the state after that step?",
    "The direct part of the sensitivity of W_hh holds the state from before the step.",
    edit(bptt.sensitivity_step, "[h_prev, x_t", "[h_t, x_t"),
)
B25 = Mistake(
    "B25",
    "the direct part of the sensitivity at the wrong unit",
    "Which single unit feels a change of the entry (a, i) of W_hh at once?",
    "Row a belongs to the receiving unit; i only says whose state it multiplies.",
    edit(
        bptt.sensitivity_step,
        "return",
        "H = len(W_hh)\n"
        "    direct[..., :H] = np.eye(H, dtype=W_hh.dtype)[:, None, :] * phi_t[:, None, None, :H]\n"
        "    return",
    ),
)

B25o = Mistake(
    "B25o",
    "taken apart in another order than put together",
    "You put several weights into one array. Do you take it apart in the order in which you put it together?",
    "Fill that array with 0, 1, 2, … and look at which numbers land in dW_ih, dW_hh and db.",
    {
        "": edit(bptt.rtrl, "[:, H : H + F], dtheta[:, :H]", "[:, :F], dtheta[:, F : H + F]"),
        "flat": edit(bptt.rtrl, "return dtheta[:, H", "dtheta = dtheta.reshape(-1, H).T\n    return dtheta[:, H"),
    },
)

RTRL_FACETS = (
    *(Facet(name, 1, PLAIN, (name,)) for name in DW),
    Facet("one step", 1, (STEP,)),
    Facet(LAST, 1, ("loss at the end",)),
)

rtrl = Exercise(
    name="bptt.rtrl",
    task="The same weight gradients with no step backwards, by forward sensitivities (eq-bptt-sensitivity, "
    "eq-bptt-rtrl). Sums over steps and the batch, no means. Keep the dtype; NumPy only.",
    arguments=(DH_OUT, Value("x", "T B F"), H0, *WEIGHTS),
    outputs=(Value("dW_ih", "H F"), Value("dW_hh", "H H"), DB),
    reference=bptt.rtrl,
    smaller=("rnn.cell", "rnn.forward", "kernels.rnn.forward"),
    cases={
        "general": lambda r: sequence_back(r, 5, 3, 4, 6),
        STEP: lambda r: sequence_back(r, 1, 3, 4, 5),
        "loss at the end": lambda r: sequence_back(r, 4, 2, 3, 5, last=True),
        "one example": lambda r: sequence_back(r, 4, 1, 3, 5),
        "square": lambda r: sequence_back(r, 3, 3, 4, 4),
        "size one": lambda r: sequence_back(r, 3, 2, 1, 1),
        "float32": lambda r: sequence_back(r, 4, 2, 3, 5, dtype=np.float32),
    },
    facets=RTRL_FACETS,
    mistakes=(
        *ANY_SLOPE,
        R6,
        R7,
        R1.by({"zeros": edit(bptt.rtrl, "S, x_t, h_prev", "S, x_t, 0 * h0 if h_prev is h0 else h_prev")}),
        B7.by(edit(bptt.rtrl, "dtheta +=", "dtheta =")),
        B8.by(edit(bptt.sensitivity_step, "W_hh, S", "W_hh.T, S")),
        B8t.by(edit(bptt.rtrl, "dtheta[:, :H]", "dtheta[:, :H].T")),
        B9r.by(edit(bptt.rtrl, "zip(x, dh_out,", "zip(x[:1], dh_out[:1],")),
        B10d.by(edit(bptt.rtrl, "dtheta[:, -1]", "2 * dtheta[:, -1]")),
        B11.by(
            {
                "T": edit(bptt.rtrl, "dh_out_t, S)", "dh_out_t, S) / len(x)"),
                "B": edit(bptt.rtrl, "dh_out_t, S)", "dh_out_t, S) / B"),
            }
        ),
        B15,
        B22,
        B22b,
        B22d,
        B22l,
        B22q,
        B22o,
        B22p,
        B22s,
        B22t,
        B23,
        B23a,
        B24,
        B25,
        B25o,
    ),
    one_step=(STEP, ""),
)

# ---------------------------------------------------------------------------------------------------------------------
# Truncation


def sliding_window(
    dh_out: Array, x: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array, k: int
) -> tuple[Array, ...]:
    """From every step k steps back."""
    h = np.concatenate([h0[None], rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)])
    shares = []
    for t in range(len(x)):
        s = max(0, t + 1 - k)
        own = np.zeros_like(dh_out[s : t + 1])
        own[-1] = dh_out[t]
        shares.append(bptt.backward(own, x[s : t + 1], h[s], h[s + 1 : t + 2], W_ih, W_hh)[:3])
    return tuple(np.sum(share, axis=0) for share in zip(*shares, strict=True))


def chunks_from(starts: str) -> Form:
    """Chunks of which the later ones start at these steps."""
    return edit(
        bptt.truncated,
        "for start in range(0, len(x), k):\n        x_k, dh_out_k = x[start : start + k], dh_out[start : start + k]",
        f"starts = sorted({{0, *{starts}}} - {{len(x)}})\n"
        "    for start, stop in zip(starts, [*starts[1:], len(x)]):\n"
        "        x_k, dh_out_k = x[start:stop], dh_out[start:stop]",
    )


def single_chunks(starts: str) -> Form:
    """Chunks of at most k steps that start there, each from the state of one run over all steps."""
    return edit(
        bptt.truncated,
        "for start in range(0, len(x), k):\n        x_k, dh_out_k = x[start : start + k], dh_out[start : start + k]",
        "h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)\n"
        f"    for start in {starts}:\n"
        "        state = h[start - 1] if start else h0\n"
        "        x_k, dh_out_k = x[start : start + k], dh_out[start : start + k]",
    )


R1k = Mistake(
    "R1",
    "another state than the one before the chunk, in its dW_hh",
    "By which vector was W_hh multiplied in the first step of each chunk? Is it that one which your dW_hh sees?",
    "Stopping a gradient is one thing, changing a number another. Compare dW_hh of one chunk with k = T.",
    {
        "zeros": edit(bptt.backward, "else h0", "else 0 * h0"),
        "zeros later": edit(bptt.truncated, "x_k, state, h_k", "x_k, 0 * state if start else state, h_k"),
        "after": edit(bptt.backward, "h[t - 1] if t > 0 else h0", "h[t - 1]"),
        "the very last": edit(
            bptt.truncated,
            "x_k, state, h_k",
            "x_k, state if start else rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)[-1], h_k",
        ),
        "h0": edit(bptt.truncated, "x_k, state, h_k", "x_k, h0, h_k"),
    },
)
B12k = Mistake(
    "B12s",
    "the last step of each chunk left out",
    "Follow each step of a sequence with T = 4 and k = 2. Does each of them add its share?",
    "Write down the first and the last step of each of your slices. Which step is in none?",
    edit(
        bptt.truncated,
        "dh_out_k, x_k, state, h_k",
        "dh_out_k[: k - 1], x_k[: k - 1], state, h_k[: k - 1]",
    ),
)
B17 = Mistake(
    "B17",
    "not cut at the border of chunks",
    "How far back does the loss of your second chunk reach?",
    "At the border of two chunks the state goes on, but nothing comes back.",
    edit(bptt.truncated, "chunks, state = [], h0", "chunks, state, k = [], h0, len(x)"),
)
B17w = Mistake(
    "B17w",
    "a window that slides instead of chunks",
    "The steps of one chunk do not all look equally far back. Do yours?",
    "Here the gradient stops at the borders of chunks of k steps; yours looks k steps back from every step.",
    instead(bptt.truncated, sliding_window),
)
BORDERS = {
    "from the end": "range(len(x) % k, len(x), k)",
    "one step early": "range(k - 1, len(x), k)",
    "after the first step": "range(1, len(x), k)",
    "of nearly equal length": "np.cumsum([len(c) for c in np.array_split(x, -(-len(x) // k))])",
}
COUNTS = {"": "range(0, len(x), -(-len(x) // k))", "split": "np.cumsum([len(c) for c in np.array_split(x, k)])"}
B17b = Mistake(
    "B17b",
    "the borders of chunks in other places",
    "Write down which steps each of your chunks has, for T = 8 and k = 3. Where does each of them begin?",
    "Compare with the task, word by word: how long is the first chunk, how long is the last one?",
    {word: chunks_from(starts) for word, starts in BORDERS.items()},
)
B17k = Mistake(
    "B17k",
    "k taken for the number of chunks",
    "How many steps does a chunk have in your function when k = 1? What does k count?",
    "Try T = 6 with k = 2, and write down the length of each chunk.",
    {word: chunks_from(starts) for word, starts in COUNTS.items()},
)
B17l = Mistake(
    "B17l",
    "the last k steps alone",
    "Which steps have a share in your gradient, for T = 8 and k = 3?",
    "Let only the first step have a loss. Is there a gradient left in yours?",
    single_chunks("[max(0, len(x) - k)]"),
)
B17c = Mistake(
    "B17c",
    "what a chunk sends back enters the next one",
    "With what does your way back begin in the second chunk? Where does it come from?",
    "Print what comes back at the last step of each chunk, before anything is added.",
    edit(
        bptt.truncated,
        "dh_out_k, x_k, state, h_k",
        "np.concatenate([dh_out_k[:-1], dh_out_k[-1:] + (chunks[-1].dh0 if chunks else 0)]), x_k, state, h_k",
    ),
)
B18 = Mistake(
    "B18",
    "state set back at each chunk",
    "Truncation limits the way back. What happens to the way there, at the border of two chunks?",
    "A chunk starts from the last state of the chunk before it.",
    {
        "zeros": edit(bptt.truncated, "state = h_k[-1]", "state = 0 * h0"),
        "h0": edit(bptt.truncated, "state = h_k[-1]", "state = h0"),
    },
)
B18f = Mistake(
    "B18f",
    "a chunk starts from the first state of the one before",
    "With which state does your second chunk begin? After which step did the network have it?",
    "Run the whole sequence at once, and compare its states with those of your chunks.",
    edit(bptt.truncated, "state = h_k[-1]", "state = h_k[0]"),
)
B20 = Mistake(
    "B20",
    "gradients counted in two chunks",
    "Do T = 3 with k = 2 and one weight on paper, step by step. Is there a share that you have counted twice?",
    "Either chunks overlap, or what a chunk has collected is still there when the next one is added.",
    {
        "": edit(
            bptt.truncated,
            "np.sum([c[i] for c in chunks], axis=0)",
            "np.sum(np.cumsum([c[i] for c in chunks], axis=0), axis=0)",
        ),
        "overlapping": edit(
            bptt.truncated,
            "x[start : start + k], dh_out[start : start + k]",
            "x[start : start + k + 1], dh_out[start : start + k + 1]",
        )
        + edit(bptt.truncated, "h_k[-1]", "h_k[:k][-1]"),
        "shifted": single_chunks("(min(s, max(0, len(x) - k)) for s in range(0, len(x), k))"),
    },
)
B21 = Mistake(
    "B21",
    "last short chunk dropped",
    "Add up the lengths of your chunks. Is it T?",
    "The last chunk is shorter when k does not divide T.",
    {
        "": edit(bptt.truncated, "len(x), k)", "len(x) - len(x) % k, k)")
        + edit(bptt.truncated, "[], h0", "[Gradients(0 * W_ih, 0 * W_hh, 0 * b_ih, x[:0], h0)], h0"),
        "unless alone": edit(bptt.truncated, "len(x), k)", "max(len(x) - len(x) % k, 1), k)"),
    },
)

B21p = Mistake(
    "B21p",
    "the last chunk weighted by its length",
    "Chunks of equal length are right. Is the share of your last chunk a plain sum over its own steps?",
    "Take T = 3 with k = 2. How many steps has the last chunk, and how many shares do you add for it?",
    edit(
        bptt.truncated,
        "np.sum([c[i] for c in chunks], axis=0)",
        "np.sum([c[i] * (len(c.dx) / k) for c in chunks], axis=0)",
    ),
)

KERNELS = ("kernels.rnn.forward", "kernels.rnn.backward")
ONE, EQUAL, SHORTER = "one chunk", "chunks of equal length", "a shorter last chunk"

CHUNK_FACETS = (
    Facet(ONE, 1, ("one chunk", STEP)),
    Facet(EQUAL, 2, ("equal chunks", "chunks of one step")),
    Facet(SHORTER, 2, ("general", "k above T", "square", "size one", "float32")),
)

truncated = Exercise(
    name="bptt.truncated",
    task="Truncated back-propagation (eq-bptt-truncated): chunks of k steps, one beside the other from the first "
    "step on, the last one may be shorter. k counts steps, not chunks. The state goes on from chunk "
    "to chunk, the gradient stops at the border. Sums over all chunks, steps and the batch, no means. Keep the dtype; "
    "NumPy only.",
    arguments=(DH_OUT, Value("x", "T B F"), H0, *WEIGHTS, Value("k", None, "steps of a chunk, an integer above 0")),
    outputs=(Value("dW_ih", "H F"), Value("dW_hh", "H H"), DB),
    probe="k",
    reference=lambda *a: tuple(bptt.truncated(*a)[:3]),
    smaller=("rnn.cell", "rnn.forward", "bptt.cell_backward", "bptt.backward", *KERNELS),
    builds_on={"bptt.backward": bptt.backward, "bptt.cell_backward": bptt.cell_backward},
    cases={
        "general": lambda r: (*sequence_back(r, 8, 3, 4, 6), 3),
        STEP: lambda r: (*sequence_back(r, 1, 3, 4, 5), 1),
        "one chunk": lambda r: (*sequence_back(r, 4, 2, 3, 5), 4),
        "equal chunks": lambda r: (*sequence_back(r, 6, 2, 3, 5), 2),
        "chunks of one step": lambda r: (*sequence_back(r, 4, 2, 3, 5), 1),
        "k above T": lambda r: (*sequence_back(r, 4, 2, 3, 5), 7),
        "square": lambda r: (*sequence_back(r, 5, 5, 4, 4), 2),
        "size one": lambda r: (*sequence_back(r, 5, 2, 1, 1), 3),
        "float32": lambda r: (*sequence_back(r, 7, 2, 3, 5, dtype=np.float32), 3),
    },
    facets=CHUNK_FACETS,
    mistakes=(
        *ANY_SLOPE,
        R6,
        R7,
        R1k,
        B5,
        B6,
        B6a.by({word.removeprefix("B6a "): B6a.forms[word] for word in ("B6a carry", "B6a total")}),
        B7,
        B8,
        B8t,
        B9.by(
            {
                "": assigned(*DW),
                "chunks": edit(bptt.truncated, "np.sum([c[i] for c in chunks], axis=0)", "chunks[-1][i]"),
            }
        ),
        B9r.by(edit(bptt.truncated, "np.sum([c[i] for c in chunks], axis=0)", "chunks[0][i]")),
        B10,
        B10d,
        B11.by(DIVIDED | {"chunks": edit(bptt.truncated, "np.sum([c", "np.mean([c")}),
        B12,
        B12k,
        B14,
        B14d,
        B15,
        B17,
        B17b,
        B17c,
        B17k,
        B17l,
        B17w,
        B18,
        B18f,
        B20,
        B21,
        B21p,
    ),
    one_step=(STEP, "bptt.cell_backward"),
)


@checked
def truncated_pair(
    dh_out: T_B_H, x: T_B_F, h0: B_H, c0: B_H, W_ih: H_F, W_hh: H_H, b: H_, a: H_, k: int
) -> tuple[H_F, H_H, H_]:
    r"""Truncated back-propagation through a cell that carries two states.

    .. math::
       g_t = \tanh(W_{ih} x_t + W_{hh} h_{t-1} + b), \qquad c_t = a \odot c_{t-1} + g_t, \qquad h_t = \tanh c_t

    The smallest cell with two ways from chunk to chunk: h through W_hh, and c, kept in the share a.

    dh_out reaches h, k ≥ 1; returns dW_ih, dW_hh, db. Raises ValueError unless k ≥ 1.
    """
    if k < 1:
        raise ValueError(f"k: expected a chunk of at least 1 step, got {k}")
    T, h, c, steps = len(x), h0, c0, []
    for x_t in x:
        h_prev, g = h, np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        h = np.tanh(c)
        steps.append((h_prev, g, h))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(T)):
        h_prev, g, h = steps[t]
        if (t + 1) % k == 0:  # the next step belongs to another chunk
            dh_rec = np.zeros_like(h0)
            dc_rec = np.zeros_like(c0)
        dc = (1 - h**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih, dW_hh, db = dW_ih + dz.T @ x[t], dW_hh + dz.T @ h_prev, db + dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


sign(globals(), "truncated_pair")


def set_back(line: str) -> Form:
    """A line before every step."""
    return edit(truncated_pair, "for x_t in x:", f"for t, x_t in enumerate(x):\n        {line}")


def cut_where(border: str) -> Form:
    """A border of two chunks after the steps t of which that is true."""
    return edit(truncated_pair, "(t + 1) % k == 0", border)


R1p = Mistake(
    "R1p",
    "a first state not used",
    "Two states are there before the first step. Does your answer change when you change each of them?",
    "Take T = 1 and compute c_1 by hand, from c0 and h0. Do the same numbers stand in your function?",
    {
        "h0": edit(truncated_pair, "h, c, steps = len(x), h0,", "h, c, steps = len(x), 0 * h0,"),
        "c0": edit(truncated_pair, "c0, []", "0 * c0, []"),
        "neither": edit(truncated_pair, "h0, c0, []", "0 * h0, 0 * c0, []"),
    },
)
R8p = Mistake(
    "R8p",
    "another recursion of c",
    "Compare your line for c_t with the one in the task, factor by factor. To what does each factor belong?",
    "Take one step with a = 0, then with a = 1. What should c_1 be in each case, and what is it in yours?",
    {
        "a at g": edit(truncated_pair, "c = a * c + g", "c = c + a * g"),
        "a at g, back as well": edit(truncated_pair, "c = a * c + g", "c = c + a * g")
        + edit(truncated_pair, "(1 - g**2) * dc", "(1 - g**2) * a * dc")
        + edit(truncated_pair, "a * dc", "dc"),
        "leaky": edit(truncated_pair, "c = a * c + g", "c = a * c + (1 - a) * g"),
        "leaky, back as well": edit(truncated_pair, "c = a * c + g", "c = a * c + (1 - a) * g")
        + edit(truncated_pair, "(1 - g**2) * dc", "(1 - g**2) * (1 - a) * dc"),
        "no a": edit(truncated_pair, "c = a * c + g", "c = c + g"),
        "no a, back as well": edit(truncated_pair, "c = a * c + g", "c = c + g") + edit(truncated_pair, "a * dc", "dc"),
    },
)
B2q = Mistake(
    "B2q",
    "a slope at the value of another tanh",
    "There are two tanh in a step, and two slopes. Did each value that you square come out of that very tanh?",
    "Print the values that you square: what comes out of tanh lies between -1 and 1. Which one is whose?",
    {
        "c for h": edit(truncated_pair, "steps.append((h_prev, g, h))", "steps.append((h_prev, g, c))"),
        "h for g": edit(truncated_pair, "1 - g**2", "1 - h**2"),
        "g for h": edit(truncated_pair, "1 - h**2", "1 - g**2"),
        "c for g": edit(truncated_pair, "steps.append((h_prev, g, h))", "steps.append((h_prev, c, h))"),
        "h squashed again": edit(truncated_pair, "1 - h**2", "1 - np.tanh(h) ** 2"),
        "g squashed again": edit(truncated_pair, "1 - g**2", "1 - np.tanh(g) ** 2"),
        "a difference of c for g": edit(truncated_pair, "c = a * c + g", "c, g = a * c + g, a * c + g - c"),
    },
)
B5p = Mistake(
    "B5",
    "another value for h_{t-1} in dW_hh",
    "By which vector was W_hh multiplied in step t? Is it that one which your dW_hh sees?",
    "Pair dz_t with what stood beside W_hh in the sum within g_t.",
    {
        "": edit(truncated_pair, "dz.T @ h_prev", "dz.T @ h"),
        "c": edit(truncated_pair, "h_prev, g = h,", "h_prev, g = c,"),
        "zeros later": edit(truncated_pair, "dz.T @ h_prev", "dz.T @ (h_prev if t % k or not t else 0 * h_prev)"),
        "zeros": edit(truncated_pair, "dz.T @ h_prev", "dz.T @ (h_prev if t % k else 0 * h_prev)"),
    },
)
B14c = Mistake(
    "B14c",
    "what comes back to c passes the outer tanh",
    "Does c_{t+1} read c_t or h_t? Which tanh does that gradient pass, then?",
    "Set W_hh to zero and take T = 2 with a loss at the last step alone. Follow c_1 up to that loss.",
    edit(truncated_pair, "(dh_out[t] + dh_rec) + dc_rec", "(dh_out[t] + dh_rec + dc_rec)"),
)
B18p = Mistake(
    "B18p",
    "a state set back at each chunk",
    "Two states are handed from chunk to chunk. Does each of them arrive?",
    "At least one of h and c starts anew in every chunk.",
    {
        "": set_back("if t % k == 0 and t: h, c = 0 * h0, 0 * c0"),
        "h": set_back("if t % k == 0 and t: h = 0 * h0"),
        "c": set_back("if t % k == 0 and t: c = 0 * c0"),
        "h0": set_back("if t % k == 0: h = h0"),
        "c0": set_back("if t % k == 0: c = c0"),
    },
)
B19 = Mistake(
    "B19",
    "h cut but not c",
    "There are two ways from one chunk to the next. Along which of them does your gradient still go back?",
    "h is cut at the border and c is not.",
    edit(truncated_pair, "dc_rec = np.zeros_like(c0)", "pass"),
)
B19c = Mistake(
    "B19c",
    "c cut but not h",
    "There are two ways from one chunk to the next. Along which of them does your gradient still go back?",
    "c is cut at the border and h is not.",
    edit(truncated_pair, "dh_rec = np.zeros_like(h0)", "pass"),
)
B6h = Mistake(
    "B6h",
    "what comes back to h within a chunk ignored",
    "Within a chunk h_{t-1} acts on step t as well. Does your gradient come back that way?",
    "What reaches h_t is dh_out_t and, within the chunk, what comes back through W_hh.",
    edit(truncated_pair, " + dh_rec", ""),
)
B6c = Mistake(
    "B6c",
    "what comes back to c within a chunk ignored",
    "Within a chunk c_{t-1} acts on c_t directly. Does your gradient come back that way?",
    "What reaches c_t comes through h_t and, within the chunk, from c_{t+1}.",
    edit(truncated_pair, " + dc_rec", ""),
)
B14a = Mistake(
    "B14a",
    "what goes back to c skips a",
    "How much of c_{t-1} is left in c_t? And how much of dc_t goes back?",
    "A factor on the way there is a factor on the way back.",
    edit(truncated_pair, "a * dc", "dc"),
)
B14i = Mistake(
    "B14i",
    "what goes back to c passes the inner tanh",
    "Between c_{t-1} and c_t, which functions does the kept share a·c pass? Does the way back pass the same ones?",
    "Set W_hh to zero and take T = 2 with a loss at the last step alone. Follow c_1 up to that loss.",
    edit(truncated_pair, "a * dc", "a * dz"),
)


def pair(r: Generator, T: int, B: int, F: int, H: int, k: int, dtype: Any = float) -> tuple[Any, ...]:
    """A network of that cell; a keeps a good part, c0 is not tanh's own."""
    x, h0, W_ih, W_hh, b, _ = network(r, T, B, F, H, dtype=dtype)
    c0, a = r.normal(size=(B, H)).astype(dtype), r.uniform(0.5, 0.9, H).astype(dtype)
    return r.normal(size=(T, B, H)).astype(dtype), x, h0, c0, W_ih, W_hh, b, a, k


pair_exercise = Exercise(
    name="bptt.truncated_pair",
    task="Truncated back-propagation through a cell that carries two states: g_t = tanh(W_ih x_t + W_hh h_{t-1} + b), "
    "c_t = a ⊙ c_{t-1} + g_t, h_t = tanh c_t. Chunks of k steps from the first step on, the last one may be shorter. "
    "Both states go on from chunk to chunk, no gradient passes a border. Sums over all chunks, steps and the batch, no "
    "means. Keep the dtype; NumPy only.",
    arguments=(
        DH_OUT,
        Value("x", "T B F"),
        H0,
        Value("c0", "B H", "the other state before the first step"),
        Value("W_ih", "H F"),
        Value("W_hh", "H H"),
        Value("b", "H"),
        Value("a", "H", "the share of c that is kept"),
        Value("k", None, "steps of a chunk, an integer above 0"),
    ),
    outputs=(Value("dW_ih", "H F"), Value("dW_hh", "H H"), Value("db", "H")),
    reference=truncated_pair,
    smaller=("rnn.cell",),
    cases={
        "general": lambda r: pair(r, 8, 3, 4, 6, 3),
        STEP: lambda r: pair(r, 1, 3, 4, 5, 1),
        "one chunk": lambda r: pair(r, 4, 2, 3, 5, 4),
        "equal chunks": lambda r: pair(r, 6, 2, 3, 5, 2),
        "chunks of one step": lambda r: pair(r, 4, 2, 3, 5, 1),
        "k above T": lambda r: pair(r, 4, 2, 3, 5, 7),
        "square": lambda r: pair(r, 5, 5, 4, 4, 2),
        "size one": lambda r: pair(r, 5, 2, 1, 1, 3),
        "float32": lambda r: pair(r, 7, 2, 3, 5, 3, np.float32),
    },
    facets=CHUNK_FACETS,
    mistakes=(
        R1p,
        R6.by(edit(truncated_pair, "W_hh.T", "W_hh")),
        R8p,
        B1.by({"h": edit(truncated_pair, "(1 - h**2)", "1"), "g": edit(truncated_pair, "(1 - g**2)", "1")}),
        B2q,
        B5p,
        B6h,
        B6c,
        B8.by(edit(truncated_pair, "dz @ W_hh", "dz @ W_hh.T")),
        B8t.by(edit(truncated_pair, "dz.T @ h_prev", "(dz.T @ h_prev).T")),
        B9.by(
            {
                "": edit(truncated_pair, "dW_ih + dz.T", "dz.T")
                + edit(truncated_pair, "dW_hh + dz.T", "dz.T")
                + edit(truncated_pair, "db + dz.sum", "dz.sum"),
                "chunks": edit(truncated_pair, "reversed(range(T))", "reversed(range((T - 1) // k * k, T))"),
            }
        ),
        B9r.by(edit(truncated_pair, "reversed(range(T))", "reversed(range(min(k, T)))")),
        B11.by(
            {
                word: edit(
                    truncated_pair, "return dW_ih, dW_hh, db", f"n = {n}\n    return dW_ih / n, dW_hh / n, db / n"
                )
                for word, n in (("T", "T"), ("B", "len(h0)"), ("chunks", "-(-T // k)"))
            }
        ),
        B14a,
        B14c,
        B14i,
        B15,
        B17.by(cut_where("False")),
        B17b.by(
            {
                "from the end": cut_where("(T - t - 1) % k == 0"),
                "one step early": cut_where("(t + 2) % k == 0"),
                "after the first step": cut_where("t % k == 0"),
                "of nearly equal length": cut_where(
                    "t + 1 in np.cumsum([len(c) for c in np.array_split(x, -(-T // k))])"
                ),
            }
        ),
        B17k.by(
            {
                "": cut_where("(t + 1) % -(-T // k) == 0"),
                "split": cut_where("t + 1 in np.cumsum([len(c) for c in np.array_split(x, k)])"),
            }
        ),
        B17l.by(cut_where("False") + edit(truncated_pair, "reversed(range(T))", "reversed(range(max(0, T - k), T))")),
        B18p,
        B19,
        B19c,
        B20.by(
            edit(truncated_pair, "dW_ih + dz", "dW_ih + (n := (T - 1) // k - t // k + 1) * dz")
            + edit(truncated_pair, "dW_hh + dz", "dW_hh + n * dz")
            + edit(truncated_pair, "db + dz", "db + n * dz")
        ),
        B21.by(
            {
                "": edit(truncated_pair, "reversed(range(T))", "reversed(range(T - T % k))"),
                "unless alone": edit(truncated_pair, "reversed(range(T))", "reversed(range(T - T % k or T))"),
            }
        ),
        B21p.by(
            edit(truncated_pair, "dW_ih + dz", "dW_ih + (n := min(k, T - t // k * k) / k) * dz")
            + edit(truncated_pair, "dW_hh + dz", "dW_hh + n * dz")
            + edit(truncated_pair, "db + dz", "db + n * dz")
        ),
    ),
    one_step=(STEP, ""),
)

# ---------------------------------------------------------------------------------------------------------------------
# The numerical check


class Objective:
    """A function of θ with a known gradient; remembers where it was evaluated."""

    def __init__(self, r: Generator, shape: tuple[int, ...], curvature: float) -> None:
        n = int(np.prod(shape))
        signs = r.choice([-1.0, 1.0], n)
        self.A = curvature * (np.eye(n) + np.outer(signs, signs)) / 2
        self.a, self.centre, self.shape = r.normal(size=n), r.normal(size=n), shape
        self.points: list[Array] = []

    def __call__(self, theta: Any) -> float:
        """f(θ) = 100 + Σ a sin θ + ½ (θ - θ*)ᵀ A (θ - θ*), in the precision of θ."""
        point = np.array(theta)
        if point.shape != self.shape:
            raise ValueError(f"f was called with an array of shape {point.shape}, it takes {self.shape}")
        self.points.append(point)
        kind = point.dtype if point.dtype == np.float32 else np.dtype(float)
        with np.errstate(all="ignore"):  # whatever a student has set
            flat = point.reshape(-1).astype(kind)
            away = flat - self.centre.astype(kind)
            value = (self.a.astype(kind) * np.sin(flat)).sum() + away @ self.A.astype(kind) @ away / kind.type(2)
            return float(value + kind.type(100))

    def gradient(self, theta: Array) -> Array:
        """The derivative by hand."""
        flat = theta.reshape(-1)
        return np.asarray(self.a * np.cos(flat) + self.A @ (flat - self.centre)).reshape(self.shape)


def objective(r: Generator, *shape: int, curvature: float = 10.0, zero: bool = False) -> tuple[Any, ...]:
    """A function and a point; near the bottom of the valley where it is steep. Its last entry may be zero.

    Size, curvature and slope are alike in all draws, so that a step that is too large or too small for one is so for
    each: by one-sided differences 1e-6 always and 1e-7 never, by central ones 1e-10 always and 1e-8 never. And an entry
    that was left moved changes the slope along every other.
    """
    f, slope = Objective(r, shape, curvature), r.normal(size=shape).reshape(-1)
    away = np.linalg.solve(f.A, 2 * slope / np.abs(slope).max() - f.a * np.cos(f.centre))
    if zero:
        f.centre[-1] = -away[-1]
    return f, (f.centre + away).reshape(shape)


def moves(seen: Examination) -> list[list[Array]]:
    """For every case: how far from θ the function was evaluated, in order."""
    return [
        [point.real.astype(float) - seen.given[case][1] for point in outcome.arguments[0].points]
        for case, outcome in seen.got.items()
        if outcome.arguments
    ]


def inaccurate(seen: Examination) -> bool:
    """Is any answer wrong?"""
    return not all(seen.right(case, 0) for case in seen.got)


def singles(seen: Examination) -> list[float]:
    """The signed steps, where one entry at a time was moved; else nothing."""
    steps = [move[np.nonzero(move)] for case in moves(seen) for move in case]
    return [float(s[0]) for s in steps if s.size] if all(s.size <= 1 for s in steps) else []


def in_float32(seen: Examination) -> bool:
    """Was f evaluated at float32 points?"""
    points = [p for o in seen.got.values() if o.arguments for p in o.arguments[0].points]
    return inaccurate(seen) and any(p.dtype == np.float32 for p in points)


def tiny(seen: Examination) -> bool:
    """Are all steps tiny?"""
    if not inaccurate(seen):
        return False
    steps = singles(seen)
    return bool(steps) and max(map(abs, steps)) < 2e-9 and not in_float32(seen)


def unmoved(seen: Examination) -> bool:
    """Was f evaluated at θ alone?"""
    still = any(m and not np.any(m) for m in moves(seen))
    return inaccurate(seen) and still and not in_float32(seen) and not complex_points(seen)


def complex_points(seen: Examination) -> bool:
    """Was f evaluated at complex points?"""
    return any(np.iscomplexobj(p) for o in seen.got.values() if o.arguments for p in o.arguments[0].points)


def proportional(seen: Examination) -> bool:
    """Is every step the same share of the entry that it moves?"""
    if not inaccurate(seen) or not singles(seen):
        return False
    steps, entries = [], []
    for case, made in zip((c for c, o in seen.got.items() if o.arguments), moves(seen), strict=True):
        for at, move in ((np.nonzero(move), move) for move in made):
            steps += list(np.abs(move[at]))
            entries += list(np.abs(seen.given[case][1][at]))
    if not all(entries):
        return False
    shares = np.array(steps) / np.array(entries)
    return bool(np.ptp(shares) < 1e-3 * shares.max() and np.ptp(steps) > 1e-3 * max(steps))


def summed(seen: Examination) -> bool:
    """Is every entry of the answer f(θ), up to one factor?"""
    if not inaccurate(seen):
        return False
    factors = []
    for case, given in seen.given.items():
        if (got := seen.comparable(case, 0)) is None:
            return False
        f, theta = fresh(given)
        factors += list(got.reshape(-1) / f(theta))
    return bool(np.ptp(factors) < 1e-4 * np.abs(factors).max())


def too_large(seen: Examination) -> bool:
    """Are all steps large?"""
    if not inaccurate(seen):
        return False
    steps = singles(seen)
    large = bool(steps) and min(map(abs, steps)) > 2e-3
    return large and not one_sided(seen) and not several_sizes(seen)


def one_sided(seen: Examination) -> bool:
    """Are all steps to one side?"""
    if not inaccurate(seen):
        return False
    steps = singles(seen)
    one_side = bool(steps) and (min(steps) > 0 or max(steps) < 0)
    return one_side and not tiny(seen) and not in_float32(seen)


def one_sided_alone(seen: Examination) -> bool:
    """Is that all?"""
    return one_sided(seen) and not half_slope(seen)


def half_slope(seen: Examination) -> bool:
    """Is the answer about half of the right one, with θ itself as one of two points for each entry?"""
    if not one_sided(seen):
        return False
    pairs = [(got, seen.want[case][0]) for case in seen.got if (got := seen.comparable(case, 0)) is not None]
    still = all(sum(not np.any(move) for move in case) >= 1 for case in moves(seen) if case)
    return still and bool(pairs) and all(close(2 * got, want, 0.02) for got, want in pairs)


def several_sizes(seen: Examination) -> bool:
    """Were entries moved by several step sizes, to both sides, each of them large enough and far from right?"""
    if not inaccurate(seen) or in_float32(seen) or one_sided(seen) or min(map(abs, singles(seen)), default=0) < 1e-6:
        return False
    for case in moves(seen):
        by_entry: dict[int, set[float]] = {}
        for move in case:
            for j in np.flatnonzero(move):
                by_entry.setdefault(int(j), set()).add(round(abs(float(move.flat[j])), 12))
        if not by_entry or any(max(sizes) < 1.5 * min(sizes) for sizes in by_entry.values()):
            return False
    return True


def together(seen: Examination) -> bool:
    """Were several entries moved from the start?"""
    return (
        inaccurate(seen)
        and not in_float32(seen)
        and any(np.count_nonzero(next((m for m in case if np.any(m)), np.zeros(1))) > 1 for case in moves(seen))
    )


def left_behind(seen: Examination) -> bool:
    """Did moved entries stay where they were moved to?"""
    counts = [[np.count_nonzero(m) for m in case if np.any(m)] for case in moves(seen)]
    return inaccurate(seen) and not in_float32(seen) and any(c and c[0] == 1 and max(c) > 1 for c in counts)


FLOAT32 = (
    "B26",
    "float32 in the numerical gradient",
    "How many digits does f have where you evaluate it, and how many of them are left in the difference?",
    "float32 keeps seven digits; the two values of f agree in nearly all of them.",
)
B26_FLOAT32 = Mistake(*FLOAT32, sees=in_float32)
B26_VALUES = Mistake(
    *FLOAT32,
    {
        "values": edit(
            bptt.numerical_gradient,
            "f(theta + e_j) - f(theta - e_j)",
            "np.float32(f(theta + e_j)) - np.float32(f(theta - e_j))",
        )
    },
)
B26_TINY = Mistake(
    "B26",
    "tiny ε in the numerical gradient",
    "How many digits of f(θ + ε) and f(θ - ε) agree? Only what differs is left after the subtraction.",
    "Your ε is so small that rounding swallows the difference. Errors balance near the cube root of 1e-16.",
    sees=tiny,
)
D1 = Mistake(
    "D1",
    "one-sided",
    "Take f(θ) = 500 θ² at θ = 0: what does your difference give, and what is the slope?",
    "You go to one side of θ only. Going equally far to both sides removes the error of first order.",
    sees=one_sided_alone,
)
D2 = Mistake(
    "D2",
    "factor 2 or sign",
    "Take f(θ) = θ: what comes out? How far apart are the points at which you evaluate f, and which comes first?",
    "The distance between the two points is what the difference is divided by.",
    {
        "twice": edit(bptt.numerical_gradient, "(2 * eps)", "eps"),
        "half": edit(bptt.numerical_gradient, "(2 * eps)", "(4 * eps)"),
        "sign": edit(bptt.numerical_gradient, "f(theta + e_j) - f(theta - e_j)", "f(theta - e_j) - f(theta + e_j)"),
    },
)
D2s = Mistake(
    "D2s",
    "a sum for a difference",
    "Add 100 to f: its slope stays as it is. Does your answer?",
    "Take a function that is constant. What comes out in yours?",
    sees=summed,
)
D3 = Mistake(
    "D3",
    "all entries moved at once",
    "How many partial derivatives are there, and how many entries of θ do you move at a time?",
    "Each entry needs differences of its own, with all other entries at rest.",
    sees=together,
)
D4 = Mistake(
    "D4",
    "moved and not put back",
    "Where is θ when you come to its second entry?",
    "An entry that was moved has to be back in its place before the next one is moved. Best move a copy.",
    sees=left_behind,
)
D5 = Mistake(
    "D5",
    "ε too large",
    "Halve ε: does your answer change in its first digits? Then it is not yet a derivative.",
    "The error of a central difference grows with ε². Yours is far too large.",
    sees=too_large,
)
D6 = Mistake(
    "D6",
    "a step that is a share of the entry",
    "How far do you move an entry that is 0, and one that is 10? By what do you divide each difference?",
    "Take f(θ) = θ at 0, at 1 and at 10: the slope is 1 everywhere.",
    sees=proportional,
)
D1h = Mistake(
    "D1h",
    "one of the two points is θ itself, the distance that of two",
    "Print the two points at which you evaluate f for entry 0. How far is each of them from θ?",
    "Two names can stand for one array: a step forward and a step back then end where they began.",
    sees=half_slope,
)
D8 = Mistake(
    "D8",
    "differences of several step sizes put together with wrong weights",
    "Print the differences that you put together, one by one. Which of them is closest, and has it the largest weight?",
    "Try f(θ) = θ³ at 1. By how much is each difference off, and what should become of these errors in your sum?",
    sees=several_sizes,
)
D7 = Mistake(
    "D7",
    "θ never moved",
    "Print the points at which you evaluate f. Does any of them differ from θ?",
    "Two names can stand for one array, and a step can be smaller than the last digit of θ.",
    sees=unmoved,
)

D9 = Mistake(
    "D9",
    "a complex step",
    "Print the type of the points at which you evaluate f. What does the task say that f takes?",
    "An imaginary step needs an f of complex numbers. Of which kind are the two points of the formula?",
    sees=complex_points,
)

numerical_gradient = Exercise(
    name="bptt.numerical_gradient",
    task="The gradient of f at θ by central differences (eq-bptt-fd), one entry at a time. θ is float64; f takes an "
    "array of θ's shape and returns a float. A relative accuracy of 1e-6 is asked for. NumPy only.",
    arguments=(Value("f", None, "a function of one array"), Value("theta", None, "θ, an array of any shape")),
    outputs=(Value("gradient", None, "an array of θ's shape", tolerance=1e-6),),
    probe="theta",
    reference=bptt.numerical_gradient,
    expected=lambda f, theta: f.gradient(theta),
    cases={
        "a vector": lambda r: objective(r, 5, zero=True),  # a step that is a share of the entry stands still there
        "a matrix": lambda r: objective(r, 3, 4),
        "three axes": lambda r: objective(r, 2, 1, 3),
        "one number": lambda r: objective(r, 1),
        "steep valley": lambda r: objective(r, 4, curvature=1000.0),
    },
    facets=(
        Facet("a vector", 1, ("a vector", "one number")),
        Facet("an array of any shape", 1, ("a matrix", "three axes")),
        Facet("where f curves strongly", 1, ("steep valley",)),
    ),
    mistakes=(
        D2,
        D2s,
        B26_FLOAT32,
        B26_VALUES,
        B26_TINY,
        D1,
        D1h,
        D3,
        D4,
        D5,
        D6,
        D7,
        D9,
        D8,
    ),
)


B26_ZERO = Mistake(
    "B26",
    "0/0 in the relative error",
    "Two gradients that are both zero: how far are they apart, and what does your function say?",
    "Call it with two arrays of zeros, and follow each line up to what comes back.",
    edit(bptt.relative_error, " if size > 0 else 0.0", ""),
)
E1 = Mistake(
    "E1",
    "not divided",
    "Multiply both gradients by 1000: are they further apart, relatively?",
    "The distance has to be divided by the size of the gradients.",
    {
        "": edit(bptt.relative_error, "np.linalg.norm(a - b) / size", "np.linalg.norm(a - b)"),
        "mean": edit(bptt.relative_error, "np.linalg.norm(a - b) / size", "np.mean(np.abs(a - b))"),
    },
)
E2 = Mistake(
    "E2",
    "divided by one norm alone",
    "Exchange the two arguments: does your answer change? And if one of them is zero?",
    "The page divides by both norms together.",
    {
        "": edit(bptt.relative_error, "np.linalg.norm(a) + np.linalg.norm(b)", "np.linalg.norm(b)"),
        "first": edit(bptt.relative_error, "np.linalg.norm(a) + np.linalg.norm(b)", "np.linalg.norm(a)"),
        "or one": edit(bptt.relative_error, "/ size", "/ (np.linalg.norm(b) or 1)"),
        "first, or one": edit(bptt.relative_error, "/ size", "/ (np.linalg.norm(a) or 1)"),
    },
)
E3 = Mistake(
    "E3",
    "another combination of norms",
    "Take a = (1, 0) and b = (0, 1): what does the page give, and what do you?",
    "The page divides by the sum of the two norms.",
    {
        "largest": edit(
            bptt.relative_error, "np.linalg.norm(a) + np.linalg.norm(b)", "max(np.linalg.norm(a), np.linalg.norm(b))"
        ),
        "of the sum": edit(bptt.relative_error, "np.linalg.norm(a) + np.linalg.norm(b)", "np.linalg.norm(a + b)"),
        "root": edit(
            bptt.relative_error,
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.hypot(np.linalg.norm(a), np.linalg.norm(b))",
        ),
        "mean": edit(
            bptt.relative_error, "np.linalg.norm(a) + np.linalg.norm(b)", "(np.linalg.norm(a) + np.linalg.norm(b)) / 2"
        ),
        "of their lengths": edit(
            bptt.relative_error,
            "np.linalg.norm(a - b) / size",
            "abs(np.linalg.norm(a) - np.linalg.norm(b)) / size",
        ),
        "without brackets": edit(bptt.relative_error, "/ size)", "/ np.linalg.norm(a) + np.linalg.norm(b))"),
        "twice the larger": edit(
            bptt.relative_error,
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "2 * max(np.linalg.norm(a), np.linalg.norm(b))",
        ),
        "product": edit(
            bptt.relative_error, "np.linalg.norm(a) + np.linalg.norm(b)", "np.linalg.norm(a) * np.linalg.norm(b)"
        ),
    },
)
E4 = Mistake(
    "E4",
    "no square root",
    "Multiply both gradients by 10: lengths grow by 10. By how much does each length in your function grow?",
    "A norm is the square root of the sum of squares.",
    {
        "": edit(
            bptt.relative_error,
            "np.linalg.norm(a - b) / size",
            "np.linalg.norm(a - b) ** 2 / (np.linalg.norm(a) ** 2 + np.linalg.norm(b) ** 2)",
        ),
        "halved": edit(
            bptt.relative_error,
            "np.linalg.norm(a - b) / size",
            "np.linalg.norm(a - b) ** 2 / (np.linalg.norm(a) ** 2 + np.linalg.norm(b) ** 2) / 2",
        ),
        "above": edit(bptt.relative_error, "np.linalg.norm(a - b) / size", "np.linalg.norm(a - b) ** 2 / size"),
    },
)
E5 = Mistake(
    "E5",
    "entry by entry",
    "One number for the whole gradient: over what do you take the norm, and when do you divide?",
    "Dividing entry by entry lets one tiny entry decide. The norms run over all entries first.",
    {
        "": edit(
            bptt.relative_error, "np.linalg.norm(a - b) / size", "np.mean(np.abs(a - b) / (np.abs(a) + np.abs(b)))"
        ),
        "largest": edit(
            bptt.relative_error, "np.linalg.norm(a - b) / size", "np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))"
        ),
        "rows": edit(
            bptt.relative_error,
            "np.linalg.norm(a - b) / size",
            "np.mean(np.linalg.norm(a - b, axis=-1) / (np.linalg.norm(a, axis=-1) + np.linalg.norm(b, axis=-1)))",
        ),
    },
)
ANOTHER_NORM = {
    "absolute values": "np.abs({}).sum()",
    "largest": "np.abs({}).max()",
    "spectral": "np.linalg.norm(np.reshape({}, (len(a), -1)), 2)",
    "mean of squares": "np.sqrt(np.mean(({}) ** 2))",
}
E6s = Mistake(
    "E6s",
    "standard deviations for norms",
    "Add 1 to all entries of one gradient. Should the error notice? Does yours?",
    "Print your length of the vector (2, 2, 2). Is it 0?",
    edit(bptt.relative_error, "np.linalg.norm(a - b)", "np.std(a - b)")
    + edit(bptt.relative_error, "np.linalg.norm(a) + np.linalg.norm(b)", "np.std(a) + np.std(b)"),
)


def by_norm(above: str, below: str) -> Form:
    """One norm of the difference, and one of both gradients."""
    return edit(bptt.relative_error, "np.linalg.norm(a - b)", above.format("a - b")) + edit(
        bptt.relative_error,
        "np.linalg.norm(a) + np.linalg.norm(b)",
        f"{below.format('a')} + {below.format('b')}",
    )


E6 = Mistake(
    "E6",
    "another norm",
    "How long is the vector (3, 4) in your function? And the matrix with the rows (3, 0) and (0, 4)?",
    "Above and below stands the same norm, over all entries. Compare both of yours with the length of (3, 4).",
    {
        **{word: by_norm(norm, norm) for word, norm in ANOTHER_NORM.items() if word != "mean of squares"},
        "mean of squares above": by_norm(ANOTHER_NORM["mean of squares"], "np.linalg.norm({})"),
    },
)


def padded(seen: Examination) -> bool:
    """Is something added to the divisor, or does it end at a least size?"""
    if not inaccurate(seen):
        return False
    places = []
    for case, (a, b) in seen.given.items():
        if (got := seen.comparable(case, 0)) is None:
            return False
        places.append((float(np.linalg.norm(a) + np.linalg.norm(b)), float(np.linalg.norm(a - b)), float(got)))
    size, away, error = min(place for place in places if place[0])
    if not 0 < error * size < away:
        return False
    least, added = away / error, away / error - size
    sizes, distances, errors = np.array(places).T
    return any(
        bool(np.all(np.abs(errors * divisors - distances) <= 1e-6 * distances))
        for divisors in (sizes + added, np.maximum(sizes, least))
    )


SMALL = (
    "E7",
    "small gradients look equal",
    "Multiply both gradients by a millionth: the relative error stays as it is. Does yours?",
    "Look for a small number in your function. Below which size of the gradients does it decide?",
)
E7 = Mistake(*SMALL, sees=padded)
E7_THRESHOLD = Mistake(*SMALL, {"threshold": edit(bptt.relative_error, "size > 0", "size > 1e-3")})
E8 = Mistake(
    "E8",
    "zero as soon as one of them is zero",
    "One gradient is zero and the other is not. Are they equal?",
    "Read on the page in which case the answer is 0. Try a zero gradient beside a large one.",
    edit(bptt.relative_error, "size > 0", "np.linalg.norm(a) * np.linalg.norm(b) > 0"),
)


def yes_or_no(seen: Examination) -> bool:
    """Did no case bring a number, but each of them True or False?"""
    return all((got := seen.comparable(case, 0)) is not None and got.dtype == bool for case in seen.got)


E9 = Mistake(
    "E9",
    "yes or no for a number",
    "How far are two gradients apart? Is what you return a distance, or the answer to another question?",
    "Call your function with two gradients and print what comes back. Can it be 0.3?",
    sees=yes_or_no,
)


def gradients(r: Generator, *shape: int, distance: float = 1.0, size: float = 1.0) -> tuple[Array, Array]:
    """Two gradients a certain distance apart."""
    a = r.normal(size=shape)
    return size * a, size * (a + distance * r.normal(size=shape))


relative_error = Exercise(
    name="bptt.relative_error",
    task="How far two gradients are apart (eq-bptt-relative-error): 0 if they are equal, also if both are zero. "
    "NumPy only.",
    arguments=(Value("a", None, "a gradient, an array of any shape"), Value("b", None, "another, of the same shape")),
    outputs=(Value("error", "", "a number between 0 and 1, right to six significant digits", tolerance=1e-6),),
    probe="b",
    reference=bptt.relative_error,
    cases={
        "a vector": lambda r: gradients(r, 5),
        "a matrix": lambda r: gradients(r, 3, 4, distance=1e-7, size=30.0),  # "equal" to np.allclose
        "three axes": lambda r: gradients(r, 2, 3, 2, size=1e-6),  # 1e-8 in a divisor shows, 1e-12 does not
        "both zero": lambda r: (np.zeros(4), np.zeros(4)),
        "one zero": lambda r: (r.normal(size=4), np.zeros(4)),
        "the other zero": lambda r: (np.zeros(4), r.normal(size=4)),
    },
    facets=(
        Facet("two different gradients", 2, ("a vector", "a matrix", "three axes")),
        Facet("one of them zero", 1, ("one zero", "the other zero", "a vector")),
        Facet("both of them zero", 1, ("both zero", "a vector")),
    ),
    mistakes=(
        B26_ZERO,
        E1,
        E2,
        E3,
        E4,
        E5,
        E6,
        E6s,
        E7,
        E7_THRESHOLD,
        E8,
        E9,
    ),
)

EXERCISES = (
    cell_backward,
    backward,
    rtrl,
    truncated,
    pair_exercise,
    numerical_gradient,
    relative_error,
)
