r"""Exercises of the chapter on back-propagation through time, and what goes wrong in them.

::

    R1   h_0 not used: zeros, or h[t-1] at t=0, which is the last state (R2)
    B1   tanh′ left out; B2: of the squashed value; B3: (1-h)²; B3l: 1-h; B3s: h(1-h); B4: inverse
    B5   h_t for h_{t-1} in dW_hh (B24 in RTRL)
    B6   later steps ignored (B22 in RTRL); B7: own step ignored, only the last loss counts
    B8   carry through the transpose; B8t: dW_hh transposed; B8x: dx through the transpose of W_ih
    B9   assigned, not accumulated; B10: bias and batch; B11: divided by T, B or the number of chunks
    B12  time runs forward; B13: dh_0; B14: the carry skips tanh′ (B23 in RTRL); B15: dh_out overwritten
    B16  carry clipped
    B17  not cut at the border of chunks; B17w: a window that slides instead of chunks
    B18  state set back at each chunk; B19: h cut but not c; B19c: c cut but not h
    B20  gradients counted in two chunks; B21: last short chunk dropped
    B25  RTRL: direct part at the wrong unit
    B26  float32 or tiny ε in the numerical gradient, 0/0 in the relative error
    D1   one-sided; D2: factor 2 or sign; D3: all entries moved at once; D4: moved and not put back; D5: ε too large
    E1   not divided; E2: divided by one norm alone; E3: another combination of norms; E4: no square root; E5: by entry

In an RTRL that returns weight gradients alone B22, B23, B24 are B6, B14, B5 of ``backward``, and "assigned" is B7.
Not here: B17 as an error of a graph that was freed and B19 as a graph (their values are here), B26 as a test with an
identity activation (says nothing of the function that is handed in), B20 as a ``.grad`` that is not cleared (its
value is here).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse import bptt, rnn
from rnncourse._arrays import expect, sign
from rnncourse.checks import rnn as network_checks
from rnncourse.checks.engine import Array, Examination, Exercise, Facet, Mistake, Switches, Value
from rnncourse.checks.rnn import H0, STEP, WEIGHTS, _states, network

HINTS: dict[str, tuple[str, str]] = {
    "R1": (
        "By which vector was W_hh multiplied in the very first step? Is it that one which your dW_hh sees?",
        "Before the first step there is h0, not a row of zeros; and h[t-1] at t = 0 is the last state in Python.",
    ),
    "B1": (
        "Push one number through tanh and change it a little: how much of the change comes out?",
        "Between h_t and z_t lies tanh. On the way back its slope multiplies the gradient, entry by entry.",
    ),
    "B2": (
        "Is the value that you are handed from before or from after tanh? Which of the two does your slope expect?",
        "h_t is already squashed. The slope of tanh can be written with it directly, without another tanh.",
    ),
    "B3": (
        "Try h = -0.9: can the slope of tanh be larger than 1?",
        "The square belongs to h alone.",
    ),
    "B3l": (
        "The slope of tanh is the same at z and at -z. Is yours, at h and -h?",
        "A power of h is missing.",
    ),
    "B3s": (
        "At z = 0 tanh is steepest. How large is your slope at h = 0?",
        "That is the slope of the logistic function, written with its own output; h comes from tanh.",
    ),
    "B4": (
        "Should a saturated unit, with h near 1, pass much or little of the gradient?",
        "The slope multiplies on the way back as it does on the way there.",
    ),
    "B5": (
        "By which vector was W_hh multiplied in step t: the state after that step?",
        "Pair dz_t with what stood beside W_hh in z_t.",
    ),
    "B6": (
        "Change h_1 by hand: the losses of which steps change? Which of them do you count?",
        "What comes back from step t+1 has to be added to dh_out_t before anything else happens at step t.",
    ),
    "B7": (
        "It works when only the last step has a loss. And when every step has one?",
        "The own loss of a step and what comes back from later steps, or the shares of all steps: both, added.",
    ),
    "B8": (
        "On the way there unit j spoke to unit i through one entry of W_hh. Does the answer come back through the same "
        "entry?",
        "For column vectors the page transposes on the way back. Your rows are examples: which way is it then?",
    ),
    "B8t": (
        "dW_hh must have an entry for each entry of W_hh: row i for the receiving unit i. Do your rows and columns?",
        "The receiving unit has dz_t, the sending unit has h_{t-1}. Which of them counts rows in your product?",
    ),
    "B8x": (
        "Which input does an entry of your dx_t belong to? (With as many inputs as units, the shapes do not complain.)",
        "W_ih has shape (H, F). Going back, the sum runs over units, its first axis.",
    ),
    "B9": (
        "One matrix was used T times. How many of its uses do you count?",
        "Each step adds its share; an assignment forgets the shares before it.",
    ),
    "B10": (
        "The bias was added to every row of the batch. What does a row contribute to its gradient?",
        "The loss is already a sum over the examples: their shares are added, not averaged, and none is left out.",
    ),
    "B11": (
        "Your gradient is right in its direction. What happens to its length for a sequence or a batch twice as long?",
        "A mean, if there is one, is in dh_out already. Nothing is left to divide by.",
    ),
    "B12": (
        "Of which step do you know the whole dh first?",
        "A step needs what comes back from the step after it, so that one has to be done before.",
    ),
    "B13": (
        "The state before the first step reaches the loss only through that step. Through which matrix?",
        "One more stage leads from the first dz to the gradient of the state before it.",
    ),
    "B14": (
        "Two things happen between h_{t-1} and h_t. How many of them do you undo?",
        "What goes back through W_hh is the gradient of z_t, not that of h_t.",
    ),
    "B15": (
        "Call your function twice with the same arrays. Is the second answer the first?",
        "You add what comes back into dh_out itself; it belongs to whoever calls you.",
    ),
    "B16": (
        "Multiply dh_out by a thousand: a gradient has to grow a thousandfold. Does yours?",
        "Something limits the size of what comes back. Limiting a gradient has its place in training, after the whole "
        "gradient is known.",
    ),
    "B17": (
        "How far back does the loss of your second chunk reach?",
        "At the border of two chunks the state goes on, but nothing comes back.",
    ),
    "B17w": (
        "The steps of one chunk do not all look equally far back. Do yours?",
        "Here the gradient stops at the borders of chunks of k steps; yours looks k steps back from every step.",
    ),
    "B18": (
        "Truncation limits the way back. What happens to the way there, at the border of two chunks?",
        "A chunk starts from the last state of the chunk before it.",
    ),
    "B18p": (
        "Two states are handed from chunk to chunk. Does each of them arrive?",
        "At least one of h and c starts anew in every chunk.",
    ),
    "B19": (
        "There are two ways from one chunk to the next. Along which of them does your gradient still go back?",
        "h is cut at the border and c is not.",
    ),
    "B19c": (
        "There are two ways from one chunk to the next. Along which of them does your gradient still go back?",
        "c is cut at the border and h is not.",
    ),
    "B20": (
        "Do T = 3 with k = 1 and one weight on paper, step by step. Is there a share that you have counted twice?",
        "Either chunks overlap, or what a chunk has collected is still there when the next one is added.",
    ),
    "B21": (
        "Add up the lengths of your chunks. Is it T?",
        "The last chunk is shorter when k does not divide T.",
    ),
    "B6h": (
        "Within a chunk h_{t-1} acts on step t as well. Does your gradient come back that way?",
        "What reaches h_t is dh_out_t and, within the chunk, what comes back through W_hh.",
    ),
    "B6c": (
        "Within a chunk c_{t-1} acts on c_t directly. Does your gradient come back that way?",
        "What reaches c_t comes through h_t and, within the chunk, from c_{t+1}.",
    ),
    "B14a": (
        "How much of c_{t-1} is left in c_t? And how much of dc_t goes back?",
        "A factor on the way there is a factor on the way back.",
    ),
    "B22": (
        "h_{t-1} itself depends on the weight. Where does your recursion say so?",
        "The sensitivities of the step before come in too, through W_hh.",
    ),
    "B23": (
        "Which part of the sum went through tanh: one of its terms, or the whole?",
        "The slope D_t multiplies the bracket, both terms in it.",
    ),
    "B24": (
        "By which vector was W_hh multiplied in step t: the state after that step?",
        "The direct part of the sensitivity of W_hh holds the state from before the step.",
    ),
    "B25": (
        "Which single unit feels a change of the entry (a, i) of W_hh at once?",
        "Row a belongs to the receiving unit; i only says whose state it multiplies.",
    ),
    "B26 float32": (
        "How many digits does f have where you evaluate it, and how many of them are left in the difference?",
        "float32 keeps seven digits; the two values of f agree in nearly all of them.",
    ),
    "B26 tiny": (
        "How many digits of f(θ + ε) and f(θ - ε) agree? Only what differs is left after the subtraction.",
        "Your ε is so small that rounding swallows the difference. Errors balance near the cube root of 1e-16.",
    ),
    "B26 zero": (
        "Two gradients that are both zero: how far are they apart, and what does your division say?",
        "The divisor can be zero, and then both arguments are.",
    ),
    "D1": (
        "Take f(θ) = 500 θ² at θ = 0: what does your difference give, and what is the slope?",
        "You go to one side of θ only. Going equally far to both sides removes the error of first order.",
    ),
    "D2": (
        "Take f(θ) = θ: what comes out? How far apart are the points at which you evaluate f, and which comes first?",
        "The distance between the two points is what the difference is divided by.",
    ),
    "D3": (
        "How many partial derivatives are there, and how many entries of θ do you move at a time?",
        "Each entry needs differences of its own, with all other entries at rest.",
    ),
    "D4": (
        "Where is θ when you come to its second entry?",
        "An entry that was moved has to be back in its place before the next one is moved; best move a copy.",
    ),
    "D5": (
        "Halve ε: does your answer change in its first digits? Then it is not yet a derivative.",
        "The error of a central difference grows with ε². Yours is far too large.",
    ),
    "E1": (
        "Multiply both gradients by 1000: are they further apart, relatively?",
        "The distance has to be divided by the size of the gradients.",
    ),
    "E2": (
        "Exchange the two arguments: does your answer change? And if one of them is zero?",
        "The page divides by both norms together.",
    ),
    "E3": (
        "Take b = -a: the page's answer is 1. Yours?",
        "The page divides by the sum of the two norms.",
    ),
    "E4": (
        "Halve the difference of two gradients: the relative error should halve. Does yours?",
        "A norm is the square root of the sum of squares.",
    ),
    "E5": (
        "One number for the whole gradient: over what do you take the norm, and when do you divide?",
        "Dividing entry by entry lets one tiny entry decide. The norms run over all entries first.",
    ),
}


def known(id: str, *forms: str, keeps: tuple[str, ...] = (), hint: str = "") -> Mistake:
    """A mistake with the hints from above."""
    return Mistake(id, *HINTS[hint or id], keeps=keeps, forms=forms or (id,))


# ---------------------------------------------------------------------------------------------------------------------
# One step, and all steps


def _slope(h: Array, m: Switches) -> Array:
    if "B1" in m:
        return np.ones_like(h)
    if "B2" in m:
        return 1 - np.tanh(h) ** 2
    if "B3" in m:
        return (1 - h) ** 2
    if "B3l" in m:
        return 1 - h
    if "B3s" in m:
        return h * (1 - h)
    return 1 / (1 - h**2) if "B4" in m else 1 - h**2


SLOPES = ("B1", "B2", "B3", "B3l", "B3s", "B4")


def _cell_backward(
    dh_t: Array, x_t: Array, h_prev: Array, h_t: Array, W_ih: Array, W_hh: Array, *, m: Switches
) -> tuple[Array, ...]:
    dz = _slope(h_t, m) * dh_t
    dW_ih, dW_hh, db = dz.T @ x_t, dz.T @ (h_t if "B5" in m else h_prev), dz.sum(axis=0)
    if "B8t" in m:
        dW_hh = dW_hh.T
    if "B10 mean" in m:
        db = dz.mean(axis=0)
    if "B10 first" in m:
        db = dz[0]
    if "B10 not summed" in m:
        db = dz
    if "B11 B" in m:
        dW_ih, dW_hh, db = dW_ih / len(dz), dW_hh / len(dz), db / len(dz)
    dx = dz @ (W_ih.T if "B8x" in m else W_ih)
    dh_rec = (dh_t if "B14" in m else dz) @ (W_hh.T if "B8" in m else W_hh)
    if "B13 cell total" in m:
        dh_rec = dh_t
    if "B13 cell dz" in m:
        dh_rec = dz
    if "B13 cell zeros" in m:
        dh_rec = np.zeros_like(dz)
    return dW_ih, dW_hh, db, dx, dh_rec


def _backward(
    dh_out: Array, x: Array, h0: Array, h: Array, W_ih: Array, W_hh: Array, *, m: Switches
) -> tuple[Array, ...]:
    T = len(x)
    sums = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(h0 if "B10 not summed" in m else W_hh[0])]
    dx, dh_rec, dh = np.zeros_like(x), np.zeros_like(h0), h0
    for t in range(T) if "B12" in m else reversed(range(T)):
        h_prev = h[t - 1] if t > 0 or "R1 wrapped" in m else 0 * h0 if "R1 zeros" in m else h0
        dh = dh_out[t] if "B6" in m else dh_rec if "B7" in m and t < T - 1 else dh_out[t] + dh_rec
        *shares, dx[t], dh_rec = _cell_backward(dh, x[t], h_prev, h[t], W_ih, W_hh, m=m)
        for i, (name, share) in enumerate(zip(("dW_ih", "dW_hh", "db"), shares, strict=True)):
            sums[i] = share if "B9" in m or f"B9 {name}" in m else sums[i] + share
    if "B13 total" in m:
        dh_rec = dh
    if "B13 dz" in m:
        dh_rec = _slope(h[0], m) * dh
    if "B13 zeros" in m:
        dh_rec = np.zeros_like(h0)
    if "B11 T" in m:
        sums = [s / T for s in sums]
    return (*sums, dx, dh_rec)


DW = ("dW_ih", "dW_hh", "db")
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
    task="One step backwards (eq-bptt-dz, eq-bptt-dx, eq-bptt-carry): the gradients of a loss through h_t, where dh_t "
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
        Value("db", "H", "serves b_ih and b_hh alike"),
        Value("dx_t", "B F"),
        Value("dh_rec", "B H", "what the step sends back to h_{t-1}"),
    ),
    reference=lambda *a: tuple(bptt.cell_backward(*a)),
    variant=_cell_backward,
    cases={
        "general": lambda r: step_back(r, 3, 4, 6),
        "one example": lambda r: step_back(r, 1, 3, 5),
        "square": lambda r: step_back(r, 4, 4, 4),
        "size one": lambda r: step_back(r, 2, 1, 1),
        "float32": lambda r: step_back(r, 3, 2, 5, np.float32),
    },
    facets=tuple(Facet(name, 1, outputs=(name,)) for name in (*DW, "dx_t", "dh_rec")),
    mistakes=(
        *(known(id) for id in SLOPES),
        known("B5", keeps=("dW_ih", "db", "dx_t", "dh_rec")),
        known("B8", keeps=(*DW, "dx_t")),
        known("B8t", keeps=("dW_ih", "db", "dx_t", "dh_rec")),
        known("B8x"),
        known("B10", "B10 mean", "B10 first", "B10 not summed", keeps=("dW_ih", "dW_hh", "dx_t", "dh_rec")),
        known("B11", "B11 B", keeps=("dx_t", "dh_rec")),
        known("B13", "B13 cell total", "B13 cell dz", "B13 cell zeros", keeps=(*DW, "dx_t")),
        known("B14", keeps=(*DW, "dx_t")),
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


LAST = "a loss at the last step alone"
PLAIN = ("general", "one example", "square", "size one", "float32")
DH_OUT = Value("dh_out", "T B H", "what reaches h_t from outside")


def limited(seen: Examination) -> bool:
    """Is the answer right for a small dh_out and wrong for a large one, with nothing else changed?"""
    outputs = range(len(seen.exercise.outputs))
    return all(seen.right("small", i) for i in outputs) and not all(seen.right("large", i) for i in outputs)


def dh_out_overwritten(seen: Examination) -> bool:
    """Did dh_out change?"""
    return "dh_out" in seen.changed()


def overwritten(facets: tuple[Facet, ...]) -> Mistake:
    """B15 keeps all values: only the argument shows it."""
    return Mistake("B15", *HINTS["B15"], keeps=tuple(f.name for f in facets), sees=dh_out_overwritten)


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
        Value("db", "H", "serves b_ih and b_hh alike"),
        Value("dx", "T B F", backwards=True),
        Value("dh0", "B H"),
    ),
    reference=lambda *a: tuple(bptt.backward(*a)),
    smaller=("bptt.cell_backward",),
    variant=_backward,
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
        *(known(id) for id in SLOPES),
        known("R1", "R1 zeros", "R1 wrapped", keeps=without("dW_hh")),
        known("B5", keeps=without("dW_hh")),
        known("B6", keeps=("one step",)),
        known("B7", keeps=("one step", LAST)),
        known("B8"),
        known("B8t", keeps=without("dW_hh")),
        known("B8x"),
        known("B9", keeps=("dx", "dh0", "one step")),
        *(known("B9", f"B9 {name}", keeps=(*without(name), "one step")) for name in DW),
        known("B10", "B10 mean", "B10 first", "B10 not summed", keeps=without("db")),
        known("B11", "B11 T", keeps=("dx", "dh0", "one step")),
        known("B11", "B11 B", keeps=("dx", "dh0")),
        known("B12", keeps=("one step",)),
        known("B13", "B13 total", "B13 dz", "B13 zeros", keeps=without("dh0")),
        known("B14"),
        overwritten(BACKWARD_FACETS),
        Mistake("B16", *HINTS["B16"], sees=limited),
    ),
    one_step=(STEP, "bptt.cell_backward"),
)

# ---------------------------------------------------------------------------------------------------------------------
# Forward sensitivities


def _rtrl(
    dh_out: Array, x: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array, *, m: Switches
) -> tuple[Array, ...]:
    T, B, F = x.shape
    H = len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    total, h_prev = np.zeros((H, H + F + 1), dtype=x.dtype), h0
    eye = np.eye(H, dtype=x.dtype)
    states = _states(x, h0, W_ih, W_hh, b_ih, b_hh, m=m)
    for t in range(T):
        h_t = states[t]
        sender = h_t if "B24" in m else 0 * h0 if "R1 zeros" in m and t == 0 else h_prev
        u = np.concatenate([sender, x[t], np.ones_like(x[t][:, :1])], axis=1)
        through = np.einsum("kl,blai->bkai", W_hh.T if "B8" in m else W_hh, P)
        direct = eye[None, :, :, None] * u[:, None, None, :]
        if "B25" in m:
            direct[..., :H] = eye[None, :, None, :] * sender[:, None, None, :]
        if "B25 transposed" in m:
            direct[..., :H] = eye[None, :, None, :] * sender[:, None, :, None]
        if "B22" in m:
            through = 0 * through
        D = _slope(h_t, m)[:, :, None, None]
        P = through + D * direct if "B23" in m else D * (through + direct)
        share = np.einsum("bk,bkai->ai", dh_out[t], P)
        total = share if "B7" in m else total + share
        h_prev = h_t
    if "B11 T" in m:
        total = total / T
    if "B11 B" in m:
        total = total / B
    return total[:, H : H + F], total[:, :H], total[:, -1]


IN_THE_CELL = (network_checks.known("R6"), network_checks.known("R7", *network_checks.CELL))

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
    outputs=(Value("dW_ih", "H F"), Value("dW_hh", "H H"), Value("db", "H", "serves b_ih and b_hh alike")),
    reference=bptt.rtrl,
    smaller=("rnn.cell", "rnn.forward", "kernels.rnn.forward"),
    variant=_rtrl,
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
        *(known(id) for id in SLOPES),
        *IN_THE_CELL,
        known("R1", "R1 zeros", keeps=("dW_ih", "db")),
        known("B7", keeps=("one step", LAST)),
        known("B8", keeps=("one step",)),
        known("B11", "B11 T", keeps=("one step",)),
        known("B11", "B11 B"),
        overwritten(RTRL_FACETS),
        known("B22", keeps=("one step",)),
        known("B23", keeps=("one step",)),
        known("B24", keeps=("dW_ih", "db")),
        known("B25", "B25", "B25 transposed", keeps=("dW_ih", "db")),
    ),
    one_step=(STEP, ""),
)

# ---------------------------------------------------------------------------------------------------------------------
# Truncation


def chunks(T: int, k: int, m: Switches) -> Iterator[slice]:
    """The borders of the chunks."""
    for start in range(0, T - T % k if "B21" in m else T, k):
        yield slice(start, start + k + ("B20 overlapping" in m))


def _truncated(
    dh_out: Array, x: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array, k: int, *, m: Switches
) -> list[Array] | tuple[Array, ...]:
    weights = (W_ih, W_hh, b_ih, b_hh)
    zeros = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(h0 if "B10 not summed" in m else b_ih)]
    if "B17" in m:
        k = len(x)
    if "B17w" in m:
        h = np.concatenate([h0[None], _states(x, h0, *weights, m=m)])
        for t in range(len(x)):
            s = max(0, t + 1 - k)
            dh_out_s = np.zeros_like(dh_out[s : t + 1])
            dh_out_s[-1] = dh_out[t]
            share = _backward(dh_out_s, x[s : t + 1], h[s], h[s + 1 : t + 2], W_ih, W_hh, m=m)
            zeros = [a + b for a, b in zip(zeros, share, strict=False)]
        return tuple(zeros)
    total, piled, state, n = list(zeros), list(zeros), h0, 0
    for chunk in chunks(len(x), k, m):
        h = _states(x[chunk], state, *weights, m=m)
        share = _backward(dh_out[chunk], x[chunk], state, h, W_ih, W_hh, m=m)[:3]
        piled = [a + b for a, b in zip(piled, share, strict=True)]
        add = piled if "B20" in m else share
        total = list(share) if "B9 chunks" in m else [a + b for a, b in zip(total, add, strict=True)]
        state = np.zeros_like(h0) if "B18 zeros" in m else h0 if "B18 h0" in m else h[:k][-1]
        n += 1
    if "B11 chunks" in m:
        total = [g / n for g in total]
    return tuple(total)


KERNELS = ("kernels.rnn.forward", "kernels.rnn.backward")
ONE, EQUAL, SHORTER = "one chunk", "chunks of equal length", "a shorter last chunk"

CHUNK_FACETS = (
    Facet(ONE, 1, ("one chunk", STEP)),
    Facet(EQUAL, 2, ("equal chunks", "chunks of one step")),
    Facet(SHORTER, 2, ("general", "k above T", "square", "size one", "float32")),
)

truncated = Exercise(
    name="bptt.truncated",
    task="Truncated back-propagation (eq-bptt-truncated): chunks of k steps from the first step on, the last one may "
    "be shorter. The state goes on from chunk to chunk, the gradient stops at the border. Sums over all chunks, steps "
    "and the batch, no means. Keep the dtype; NumPy only.",
    arguments=(DH_OUT, Value("x", "T B F"), H0, *WEIGHTS, Value("k", None, "steps of a chunk, an integer above 0")),
    outputs=(Value("dW_ih", "H F"), Value("dW_hh", "H H"), Value("db", "H", "serves b_ih and b_hh alike")),
    probe="k",
    reference=lambda *a: tuple(bptt.truncated(*a)[:3]),
    smaller=("rnn.cell", "rnn.forward", "bptt.cell_backward", "bptt.backward", *KERNELS),
    variant=_truncated,
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
        *(known(id) for id in SLOPES),
        *IN_THE_CELL,
        known("R1", "R1 zeros", "R1 wrapped"),
        known("B5"),
        known("B6"),
        known("B7"),
        known("B8"),
        known("B8t"),
        known("B9"),
        known("B9", "B9 chunks", keeps=(ONE,)),
        known("B10", "B10 mean", "B10 first", "B10 not summed"),
        known("B11", "B11 T", "B11 B"),
        known("B11", "B11 chunks", keeps=(ONE,)),
        known("B12"),
        known("B14"),
        overwritten(CHUNK_FACETS),
        known("B17", "B17", keeps=(ONE,)),
        known("B17w", "B17w", keeps=(ONE,)),
        known("B18", "B18 zeros", "B18 h0", keeps=(ONE,)),
        known("B20", "B20", "B20 overlapping", keeps=(ONE,)),
        known("B21", "B21", keeps=(ONE, EQUAL)),
    ),
    one_step=(STEP, "bptt.cell_backward"),
)


def truncated_pair(
    dh_out: Array, x: Array, h0: Array, c0: Array, W_ih: Array, W_hh: Array, b: Array, a: Array, k: int
) -> tuple[Array, Array, Array]:
    r"""Truncated back-propagation through a cell that carries two states.

    .. math::
       g_t = \tanh(W_{ih} x_t + W_{hh} h_{t-1} + b), \qquad c_t = a \odot c_{t-1} + g_t, \qquad h_t = \tanh c_t

    The smallest cell with two ways from chunk to chunk: h through W_hh, and c, kept in the share a.

    Shapes: dh_out (T, B, H) reaches h, x (T, B, F), h0 and c0 (B, H), W_ih (H, F), W_hh (H, H), b and a (H,), k ≥ 1;
    returns dW_ih, dW_hh, db.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError unless k ≥ 1.
    """
    expect(
        dh_out=(dh_out, "T B H"), x=(x, "T B F"), h0=(h0, "B H"), c0=(c0, "B H"), W_ih=(W_ih, "H F"), W_hh=(W_hh, "H H")
    )
    expect(dh_out=(dh_out, "T B H"), b=(b, "H"), a=(a, "H"))
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
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - h**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih, dW_hh, db = dW_ih + dz.T @ x[t], dW_hh + dz.T @ h_prev, db + dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


sign(globals(), "truncated_pair")


def _truncated_pair(
    dh_out: Array, x: Array, h0: Array, c0: Array, W_ih: Array, W_hh: Array, b: Array, a: Array, k: int, *, m: Switches
) -> tuple[Array, ...]:
    T, h, c, steps = len(x), h0, c0, []
    for t in range(T):
        if t % k == 0:
            h = h0 if "B18p h0" in m else 0 * h0 if "B18p h" in m and t else h
            c = c0 if "B18p c0" in m else 0 * c0 if "B18p c" in m and t else c
            if "B18p" in m and t:
                h, c = 0 * h0, 0 * c0
        h_prev, g = h, np.tanh(x[t] @ W_ih.T + h @ (W_hh if "R6" in m else W_hh.T) + b)
        c = a * c + g
        h = np.tanh(c)
        steps.append((h_prev, g, h))
    total: list[Array] = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)]
    piles = [list(total)]
    dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(T - T % k if "B21" in m else T)):
        h_prev, g, h = steps[t]
        if (t + 1) % k == 0:
            piles.append([0 * s for s in total])
            if "B17" not in m:
                dh_rec = dh_rec if "B19c" in m else 0 * h0
                dc_rec = dc_rec if "B19" in m else 0 * c0
        slope_h = 1.0 if "B1 h" in m else 1 - h**2
        slope_g = 1.0 if "B1 g" in m else 1 - g**2
        dc = slope_h * (dh_out[t] + (0 if "B6h" in m else dh_rec)) + (0 if "B6c" in m else dc_rec)
        dz = slope_g * dc
        shares = (dz.T @ x[t], dz.T @ (h if "B5" in m else h_prev), dz.sum(axis=0))
        piles[-1] = [p + s for p, s in zip(piles[-1], shares, strict=True)]
        dh_rec = dz @ (W_hh.T if "B8" in m else W_hh)
        dc_rec = dc if "B14a" in m else a * dc
    for n, pile in enumerate([p for p in piles if any(np.any(s) for s in p)], start=1):
        total = [s + (n if "B20" in m else 1) * p for s, p in zip(total, pile, strict=True)]
    return tuple(total)


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
    variant=_truncated_pair,
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
        network_checks.known("R6"),
        known("B1", "B1 h", "B1 g"),
        known("B5"),
        known("B6h"),
        known("B6c"),
        known("B8"),
        known("B14a"),
        overwritten(CHUNK_FACETS),
        known("B17", keeps=(ONE,)),
        known("B18p", "B18p", "B18p h", "B18p c", "B18p h0", "B18p c0", keeps=(ONE,)),
        known("B19", keeps=(ONE,)),
        known("B19c", keeps=(ONE,)),
        known("B20", keeps=(ONE,)),
        known("B21", keeps=(ONE, EQUAL)),
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


def objective(r: Generator, *shape: int, curvature: float = 10.0) -> tuple[Any, ...]:
    """A function and a point; near the bottom of the valley where it is steep.

    Size, curvature and slope are alike in all draws, so that a step that is too large or too small for one is so for
    each: by one-sided differences 1e-6 always and 1e-7 never, by central ones 1e-10 always and 1e-8 never. And an entry
    that was left moved changes the slope along every other.
    """
    f, slope = Objective(r, shape, curvature), r.normal(size=shape).reshape(-1)
    away = np.linalg.solve(f.A, 2 * slope / np.abs(slope).max() - f.a * np.cos(f.centre))
    return f, (f.centre + away).reshape(shape)


def _numerical_gradient(f: Any, theta: Array, *, m: Switches) -> Array:
    factor = next((v for s, v in {"D2 twice": 2.0, "D2 half": 0.5, "D2 sign": -1.0}.items() if s in m), 1.0)
    gradient, eps = np.zeros_like(theta), 1e-5
    for j in np.ndindex(theta.shape):
        step = np.zeros_like(theta)
        step[j] = eps
        gradient[j] = factor * (f(theta + step) - f(theta - step)) / (2 * eps)
    return gradient


def moves(seen: Examination) -> list[list[Array]]:
    """For every case: how far from θ the function was evaluated, in order."""
    return [
        [point.astype(float) - seen.given[case][1] for point in outcome.arguments[0].points]
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
    steps = singles(seen)
    tiny_steps = bool(steps) and max(map(abs, steps)) < 2e-9
    vanished = any(case and not any(np.any(move) for move in case) for case in moves(seen))
    return inaccurate(seen) and (tiny_steps or vanished) and not in_float32(seen)


def too_large(seen: Examination) -> bool:
    """Are all steps large?"""
    steps = singles(seen)
    return inaccurate(seen) and bool(steps) and min(map(abs, steps)) > 2e-3 and not one_sided(seen)


def one_sided(seen: Examination) -> bool:
    """Are all steps to one side?"""
    steps = singles(seen)
    one_side = bool(steps) and (min(steps) > 0 or max(steps) < 0)
    return inaccurate(seen) and one_side and not tiny(seen) and not in_float32(seen)


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


numerical_gradient = Exercise(
    name="bptt.numerical_gradient",
    task="The gradient of f at θ by central differences (eq-bptt-fd), one entry at a time. θ is float64; f takes an "
    "array of θ's shape and returns a float. A relative accuracy of 1e-6 is asked for. NumPy only.",
    arguments=(Value("f", None, "a function of one array"), Value("theta", None, "θ, an array of any shape")),
    outputs=(Value("gradient", None, "an array of θ's shape", tolerance=1e-6),),
    probe="theta",
    reference=bptt.numerical_gradient,
    variant=_numerical_gradient,
    expected=lambda f, theta: f.gradient(theta),
    cases={
        "a vector": lambda r: objective(r, 5),
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
        known("D2", "D2 twice", "D2 half", "D2 sign"),
        Mistake("B26", *HINTS["B26 float32"], sees=in_float32),
        Mistake("B26", *HINTS["B26 tiny"], sees=tiny),
        Mistake("D1", *HINTS["D1"], sees=one_sided),
        Mistake("D3", *HINTS["D3"], sees=together),
        Mistake("D4", *HINTS["D4"], sees=left_behind),
        Mistake("D5", *HINTS["D5"], sees=too_large),
    ),
)


def _relative_error(a: Array, b: Array, *, m: Switches) -> Any:
    d, A, B = np.linalg.norm(a - b), np.linalg.norm(a), np.linalg.norm(b)
    if not A + B and "B26" not in m:
        return 0.0
    if "E5" in m:
        return np.mean(np.abs(a - b) / (np.abs(a) + np.abs(b)))
    if "E5 largest" in m:
        return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))
    wrong: dict[str, Any] = {
        "E1": d,
        "E1 mean": np.mean(np.abs(a - b)),
        "E2": d / (B or 1),
        "E2 first": d / (A or 1),
        "E3 largest": d / max(float(A), float(B), 1e-300),
        "E3 of the sum": d / (np.linalg.norm(a + b) or 1),
        "E3 root": d / (np.hypot(A, B) or 1),
        "E3 mean": 2 * d / ((A + B) or 1),
        "E4": d**2 / ((A**2 + B**2) or 1),
    }
    return next((wrong[s] for s in wrong if s in m), d / np.float64(A + B))


def gradients(r: Generator, *shape: int, distance: float = 1.0, size: float = 1.0) -> tuple[Array, Array]:
    """Two gradients a certain distance apart."""
    a = r.normal(size=shape)
    return size * a, size * (a + distance * r.normal(size=shape))


relative_error = Exercise(
    name="bptt.relative_error",
    task="How far two gradients are apart (eq-bptt-relative-error): 0 if they are equal, also if both are zero. "
    "NumPy only.",
    arguments=(Value("a", None, "a gradient, an array of any shape"), Value("b", None, "another, of the same shape")),
    outputs=(Value("error", "", "a number between 0 and 1, right to six digits", tolerance=1e-6),),
    probe="b",
    reference=bptt.relative_error,
    variant=_relative_error,
    cases={
        "a vector": lambda r: gradients(r, 5),
        "a matrix": lambda r: gradients(r, 3, 4, distance=0.01, size=30.0),
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
        Mistake("B26", *HINTS["B26 zero"], keeps=("two different gradients", "one of them zero"), forms=("B26",)),
        known("E1", "E1", "E1 mean"),
        known("E2", "E2", "E2 first"),
        known("E3", "E3 largest", "E3 of the sum", "E3 root", "E3 mean"),
        known("E4"),
        known("E5", "E5", "E5 largest"),
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
