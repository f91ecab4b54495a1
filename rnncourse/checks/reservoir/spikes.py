"""A liquid of spiking units: leak, threshold, reset, rest, spikes that arrive one step later; and what goes wrong."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.reservoir.draws import WORDS, signed
from rnncourse.shapes import N_F, N_N, T_B_F, Natural, Positive, Real, checked


def heard_at_once(
    u: Array, W_ih: Array, W_hh: Array, tau: float, dt: float, theta: float, low: float, rest: int
) -> tuple[Array, Array]:
    """The units one after the other, so that a spike is heard by those behind it in the same step."""
    T, B, N = len(u), u.shape[1], len(W_hh)
    keep = u.dtype.type(math.exp(-dt / tau))
    fired, membranes = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    s, v, left = np.zeros((B, N), u.dtype), np.zeros((B, N), u.dtype), np.zeros((B, N), int)
    for t in range(T):
        for n in range(N):
            v[:, n] = keep * v[:, n] + u[t] @ W_ih[n] + s @ W_hh[n]
            fires = (v[:, n] >= theta) & (left[:, n] == 0)
            v[:, n] = np.where(fires | (left[:, n] > 0), low, v[:, n])
            left[:, n] = np.where(fires, rest, np.maximum(left[:, n] - 1, 0))
            s[:, n] = fires
        fired[t], membranes[t] = s, v
    return fired, membranes


@checked
def spikes(
    u: T_B_F, W_ih: N_F, W_hh: N_N, tau: Positive, dt: Positive, theta: Positive, low: Real, rest: Natural
) -> tuple[Array, Array]:
    r"""Leaky membranes that fire at a threshold, fall to a low value and rest there.

    .. math:: v_t = e^{-\Delta / \tau}\, v_{t-1} + W_{ih} u_t + W_{hh} s_{t-1}, \qquad s_t = \mathbb 1[v_t \ge \theta]

    Returns the spikes and the membranes at the end of each step, (T, B, N) both.
    """
    require(low < theta, f"low: expected less than theta = {theta}, got {low}")
    keep = u.dtype.type(math.exp(-dt / tau))
    s = np.zeros((u.shape[1], len(W_hh)), u.dtype)
    v, left = s, np.zeros(s.shape, int)
    fired, membranes = [], []
    for u_t in u:
        v = keep * v + u_t @ W_ih.T + s @ W_hh.T
        fires = (v >= theta) & (left == 0)
        v = np.where(fires | (left > 0), u.dtype.type(low), v)
        left = np.where(fires, rest, np.maximum(left - 1, 0))
        s = fires.astype(u.dtype)
        fired.append(s)
        membranes.append(v)
    return np.stack(fired), np.stack(membranes)


sign(globals(), "spikes")

KEEP, STEP = "u.dtype.type(math.exp(-dt / tau))", "v = keep * v + u_t @ W_ih.T + s @ W_hh.T"
FIRES, FALLS = "(v >= theta) & (left == 0)", "np.where(fires | (left > 0), u.dtype.type(low), v)"
LEFT, LOOP, RETURNED = (
    "np.where(fires, rest, np.maximum(left - 1, 0))",
    "for u_t in u:",
    "return np.stack(fired), np.stack(membranes)",
)

LN2 = math.log(2)
# What hints ask to try: one unit whose membrane is halved in each step.
ONE: dict[str, Any] = {
    "u": [[[1]], [[0]], [[1]]],
    "W_ih": [[0.5]],
    "W_hh": [[0]],
    "tau": 1.0,
    "dt": LN2,
    "theta": 1.0,
    "low": -0.5,
    "rest": 0,
}
STEADY: dict[str, Any] = {**ONE, "u": [[[1]]] * 5, "W_ih": [[2]]}
TWO: dict[str, Any] = {  # the first unit fires at once, and the second hears it
    **ONE,
    "u": [[[1]], [[0]], [[0]]],
    "W_ih": [[2], [0]],
    "W_hh": [[0, 0], [0.75, 0]],
}


def membrane(w: Any) -> Any:
    """The membrane of the first unit, at each step."""
    return w[1][:, 0, 0]


def firing(w: Any) -> Any:
    """The spikes of the first unit."""
    return w[0][:, 0, 0]


def both(w: Any) -> Any:
    """When the first unit fires, as one number, and its last membranes."""
    return [int("".join(str(int(one)) for one in w[0][:, 0, 0]), 2), *w[1][-3:, 0, 0]]


REST = trial(both, **{**STEADY, "u": [[[1]]] * 8, "W_ih": [[1.125]], "rest": 2})
SPIKES_MISTAKES = (
    Mistake(
        "L1",
        "another leak",
        "Nothing arrives. By which factor does a membrane shrink in a step, in the task and with you?",
        "After a time τ a share of 1/e is left, whatever the steps are: after how many steps is that?",
        {
            "a straight line": edit(spikes, KEEP, "u.dtype.type(1 - dt / tau)"),
            "upside down": edit(spikes, KEEP, "u.dtype.type(math.exp(-tau / dt))"),
            "without τ": edit(spikes, KEEP, "u.dtype.type(math.exp(-dt))"),
            "without the step": edit(spikes, KEEP, "u.dtype.type(math.exp(-1 / tau))"),
            "τ times the step": edit(spikes, KEEP, "u.dtype.type(math.exp(-dt * tau))"),
            "growing": edit(spikes, KEEP, "u.dtype.type(math.exp(dt / tau))"),
            "none": edit(spikes, KEEP, "u.dtype.type(1)"),
            "nothing kept": edit(spikes, KEEP, "u.dtype.type(0)"),
            "what is lost": edit(spikes, KEEP, "u.dtype.type(1 - math.exp(-dt / tau))"),
        },
        test="Take one unit with an input weight of 0.5. Spikes come in at steps 1 and 3, and a step is ln 2. Use "
        "theta = 1. Which membranes come at steps 2 and 3 for τ = 1, and for τ = 2?",
        tries=(trial(lambda v, w: [*membrane(v)[1:], *membrane(w)[1:]], {"tau": 2.0}, **ONE),),
    ),
    Mistake(
        "L1i",
        "what arrives is weakened, too",
        "A single spike arrives at an empty membrane. How high is it at the end of this step?",
        "The leak is for what was there before.",
        {
            "by the leak": edit(spikes, STEP, "v = keep * (v + u_t @ W_ih.T + s @ W_hh.T)"),
            "by what is lost": edit(spikes, STEP, "v = keep * v + (1 - keep) * (u_t @ W_ih.T + s @ W_hh.T)"),
            "by the step over τ": edit(
                spikes, STEP, "v = keep * v + u.dtype.type(dt / tau) * (u_t @ W_ih.T + s @ W_hh.T)"
            ),
            "by the step": edit(spikes, STEP, "v = keep * v + u.dtype.type(dt) * (u_t @ W_ih.T + s @ W_hh.T)"),
            "the spikes of other units alone": edit(spikes, STEP, "v = keep * (v + s @ W_hh.T) + u_t @ W_ih.T"),
        },
        test="Take two units, the first with an input weight of 2 and one spike, in the first of three steps. Its "
        "weight to the second is 0.75. Add a third unit with an input weight of 0.5. Use steps of ln 2, τ = 1, "
        "theta = 1, low = -0.5 and rest = 0. What are the third's first membrane and those of the second?",
        tries=(
            trial(
                lambda w: [w[1][0, 0, 2], *w[1][:, 0, 1]],
                **{**TWO, "W_ih": [[2], [0], [0.5]], "W_hh": [[0, 0, 0], [0.75, 0, 0], [0, 0, 0]]},
            ),
        ),
    ),
    Mistake(
        "L2",
        "another reset",
        "Where does a membrane stand at the end of the step in which its unit fired?",
        "It is set to a number that is given, whatever it was before.",
        {
            "to 0": edit(spikes, FALLS, "np.where(fires | (left > 0), u.dtype.type(0), v)"),
            "the threshold taken away": edit(
                spikes, FALLS, "np.where(fires, v - u.dtype.type(theta), np.where(left > 0, u.dtype.type(low), v))"
            ),
            "lower by low": edit(
                spikes, FALLS, "np.where(fires, v + u.dtype.type(low), np.where(left > 0, u.dtype.type(low), v))"
            ),
            "from the threshold down": edit(
                spikes, FALLS, "np.where(fires | (left > 0), u.dtype.type(theta + low), v)"
            ),
            "none": edit(spikes, FALLS, "np.where(left > 0, u.dtype.type(low), v)"),
            "as it is": edit(spikes, FALLS, "v"),
            "of all units": edit(
                spikes, FALLS, "np.where(fires.any(axis=1, keepdims=True) | (left > 0), u.dtype.type(low), v)"
            ),
            "to 0, then low in the rest": edit(
                spikes, FALLS, "np.where(left > 0, u.dtype.type(low), np.where(fires, u.dtype.type(0), v))"
            ),
        },
        test="Take two units with input weights of 2 and 0.25, and one spike that comes in. Use theta = 1, low = -0.5 "
        "and rest = 0. Which membranes stand there at the end of the step?",
        tries=(
            trial(
                lambda w: w[1][0, 0],
                **{**ONE, "u": [[[1]]], "W_ih": [[2], [0.25]], "W_hh": [[0, 0], [0, 0]]},
            ),
        ),
    ),
    Mistake(
        "L2v",
        "membranes as they were before they were set",
        "Can a membrane that you return lie above the threshold? Can one in the task?",
        "Asked for is what stands there at the end of a step.",
        {
            "": edit(spikes, "fires = (v", "before = v\n        fires = (v")
            + edit(spikes, "membranes.append(v)", "membranes.append(before)"),
            "set a step later": edit(
                spikes,
                STEP,
                "v = np.where(s == 1, u.dtype.type(low), v)\n        v = keep * v + u_t @ W_ih.T + s @ W_hh.T",
            )
            + edit(spikes, FALLS, "np.where(left > 0, u.dtype.type(low), v)"),
            "of the step before": edit(spikes, RETURNED, "return np.stack(fired), np.stack([0 * v, *membranes[:-1]])"),
        },
        test="Take one unit with an input weight of 2, and one spike that comes in. Use theta = 1, low = -0.5 and "
        "rest = 0. Which membrane stands there at the end of the step?",
        tries=(trial(lambda w: membrane(w), **{**STEADY, "u": [[[1]]]}),),
    ),
    Mistake(
        "L2n",
        "a membrane that does not go on from where it was set",
        "A unit fired in the step before, and nothing arrives. Where is its membrane now, with rest = 0?",
        "From the low value the membrane goes on by the same equation.",
        {
            "from 0": edit(
                spikes, STEP, "v = keep * np.where(v == u.dtype.type(low), 0, v) + u_t @ W_ih.T + s @ W_hh.T"
            ),
            "from what it was": edit(spikes, "v, left = s", "inside, v, left = s, s")
            + edit(spikes, STEP, "inside = keep * inside + u_t @ W_ih.T + s @ W_hh.T\n        v = inside"),
        },
        test="Take one unit with an input weight of 2. A spike comes in at the first of three steps. Use theta = 1, "
        "low = -0.5 and rest = 0. Use steps of ln 2 and τ = 1. Which membranes come?",
        tries=(trial(membrane, **{**ONE, "u": [[[1]], [[0]], [[0]]], "W_ih": [[2]]}),),
    ),
    Mistake(
        "L3",
        "another time of rest",
        "rest = 2, and a lot arrives at each step. How many steps lie between two spikes, in the task and with you?",
        "The step in which a unit fires is no step of rest. As many as were asked for come after it.",
        {
            "none": edit(spikes, LEFT, "np.where(fires, 0, np.maximum(left - 1, 0))"),
            "one step more": edit(spikes, LEFT, "np.where(fires, rest + 1, np.maximum(left - 1, 0))"),
            "one step less": edit(spikes, LEFT, "np.where(fires, max(rest - 1, 0), np.maximum(left - 1, 0))"),
            "in units of time": edit(spikes, LEFT, "np.where(fires, math.ceil(rest / dt), np.maximum(left - 1, 0))"),
            "for ever": edit(spikes, LEFT, "np.where(fires, rest, left)"),
            "one step at most": edit(spikes, LEFT, "np.where(fires, min(rest, 1), np.maximum(left - 1, 0))"),
        },
        test="Take one unit with an input weight of 1.125. A spike comes in at each of eight steps. Use theta = 1, "
        "low = -0.5 and rest = 2. Use steps of ln 2 and τ = 1. Read its spikes as one binary number, and print "
        "its last three membranes.",
        tries=(REST,),
    ),
    Mistake(
        "L3b",
        "rest of other units, too",
        "One unit fires, another one does not. Which of them rests?",
        "Each unit of each example rests for itself.",
        {
            "of the example": edit(
                spikes, LEFT, "np.where(fires.any(axis=1, keepdims=True), rest, np.maximum(left - 1, 0))"
            ),
            "of all examples": edit(spikes, LEFT, "np.where(fires.any(axis=0), rest, np.maximum(left - 1, 0))"),
        },
        test="Take two units in two examples, and two steps. In one example a channel with weights of 2 and 0.5 has "
        "spikes. In the other it is one with 0.25 for both. Use theta = 1, low = -0.5 and rest = 2. Use steps of "
        "ln 2 and τ = 1. Which membranes do the two examples have at the end?",
        tries=(
            trial(
                lambda w: w[1][1].ravel(),
                **{
                    **ONE,
                    "u": [[[1, 0], [0, 1]]] * 2,
                    "W_ih": [[2, 0.25], [0.5, 0.25]],
                    "W_hh": [[0, 0], [0, 0]],
                    "rest": 2,
                },
            ),
        ),
    ),
    Mistake(
        "L3v",
        "a membrane that is not held while its unit rests",
        "A lot arrives while a unit rests. Where is its membrane meanwhile, and where is it when the rest is over?",
        "What arrives during the rest is lost.",
        {
            "it goes on, without firing": edit(spikes, FALLS, "np.where(fires, u.dtype.type(low), v)"),
            "it leaks": edit(spikes, STEP, "at = keep * v\n        " + STEP)
            + edit(spikes, FALLS, "np.where(fires, u.dtype.type(low), np.where(left > 0, at, v))"),
            "held at 0": edit(
                spikes, FALLS, "np.where(fires, u.dtype.type(low), np.where(left > 0, 0, v)).astype(u.dtype)"
            ),
            "held, but stored": edit(
                spikes, "v, left = s, np.zeros(s.shape, int)", "v, left, stored = s, np.zeros(s.shape, int), 0 * s"
            )
            + edit(
                spikes,
                STEP,
                "stored = np.where(left > 0, stored + u_t @ W_ih.T + s @ W_hh.T, stored)\n"
                "        v = keep * v + u_t @ W_ih.T + s @ W_hh.T + np.where(left > 0, 0, stored)\n"
                "        stored = np.where(left > 0, stored, 0)",
            ),
        },
        test="Take one unit with an input weight of 1.125. A spike comes in at each of eight steps. Use theta = 1, "
        "low = -0.5 and rest = 2. Use steps of ln 2 and τ = 1. Read its spikes as one binary number, and print "
        "its last three membranes.",
        tries=(REST,),
    ),
    Mistake(
        "L3f",
        "a unit that fires while it rests",
        "rest = 2, and a lot arrives at each step. How many steps lie between two spikes?",
        "While a unit rests, it does not fire, whatever arrives.",
        {
            "": edit(spikes, FIRES, "v >= theta"),
        },
        test="Take one unit with an input weight of 2. A spike comes in at each of five steps. Use theta = 1, low = "
        "-0.5 and rest = 2. Which five spikes come, 0 or 1?",
        tries=(trial(firing, **{**STEADY, "rest": 2}),),
    ),
    Mistake(
        "L4",
        "another condition to fire",
        "A membrane reaches the threshold exactly. Does the unit fire, in the task and with you?",
        "Which membranes make a unit fire? And a membrane far below zero?",
        {
            "above it alone": edit(spikes, FIRES, "(v > theta) & (left == 0)"),
            "on either side": edit(spikes, FIRES, "(np.abs(v) >= theta) & (left == 0)"),
            "one for all": edit(spikes, FIRES, "(v >= 1) & (left == 0)"),
            "above the low value": edit(spikes, FIRES, "(v >= theta + low) & (left == 0)"),
            "in the next step": edit(spikes, "v, left = s", "high, v, left = s > 0, s")
            + edit(spikes, FIRES, "high & (left == 0)\n        high = v >= theta"),
        },
        test="Take three units with input weights of 1.5, -2 and 1.25. Use theta = 1.5 and low = -0.5, and let one "
        "spike come in. Which spikes come, 0 or 1?",
        tries=(
            trial(
                lambda w: w[0][0, 0],
                **{
                    **ONE,
                    "u": [[[1]]],
                    "W_ih": [[1.5], [-2], [1.25]],
                    "W_hh": [[0, 0, 0]] * 3,
                    "theta": 1.5,
                },
            ),
        ),
    ),
    Mistake(
        "L5",
        "spikes of other units at other times, or none",
        "One unit fires in step 1. In which step does another one hear it?",
        "What other units hear are the spikes of the step before.",
        {
            "none": edit(spikes, STEP, "v = keep * v + u_t @ W_ih.T"),
            "in the same step": instead(spikes, heard_at_once),
            "two steps late": edit(
                spikes, STEP, "v = keep * v + u_t @ W_ih.T + (fired[-2] if len(fired) > 1 else 0 * s) @ W_hh.T"
            ),
            "added up": edit(spikes, STEP, "v = keep * v + u_t @ W_ih.T + sum(fired, 0 * s) @ W_hh.T"),
        },
        test="Take two units, the first with an input weight of 2 and one spike, in the first of three steps. Its "
        "weight to the second is 0.75. Use steps of ln 2, τ = 1, theta = 1, low = -0.5 and rest = 0. Which "
        "membranes has the second?",
        tries=(trial(lambda w: w[1][:, 0, 1], **TWO),),
    ),
    Mistake(
        "L5s",
        "own spikes not heard",
        "A unit has a weight on itself, and fires. In which step does it notice, if it does not rest?",
        "Which entries of W_hh does the equation leave out?",
        {"": edit(spikes, STEP, "v = keep * v + u_t @ W_ih.T + s @ (W_hh - np.diag(np.diag(W_hh))).T")},
        test="Take one unit with an input weight of 2 and a weight of 1 on itself. A spike comes in at the first of "
        "three steps. Use steps of ln 2, τ = 1, theta = 1, low = -0.5 and rest = 0. Which membranes come?",
        tries=(trial(membrane, **{**ONE, "u": [[[1]], [[0]], [[0]]], "W_ih": [[2]], "W_hh": [[1]]}),),
    ),
    Mistake(
        "L5v",
        "membranes heard in place of spikes",
        "A unit is near its threshold and does not fire. Do others hear it with you?",
        "Units hear spikes, 0 or 1, and no membranes.",
        {
            "": edit(spikes, STEP, "v = keep * v + u_t @ W_ih.T + v @ W_hh.T"),
            "of those that fire": edit(spikes, STEP, "v = keep * v + u_t @ W_ih.T + (s * v) @ W_hh.T"),
        },
        test="Take two units, the first with an input weight of 2 and one spike, in the first of three steps. Its "
        "weight to the second is 0.75. Use steps of ln 2, τ = 1, theta = 1, low = -0.5 and rest = 0. Which "
        "membranes has the second?",
        tries=(trial(lambda w: w[1][:, 0, 1], **TWO),),
    ),
    Mistake(
        "R6",
        "recurrent weights transposed",
        "Unit 1 hears unit 0, and nobody else. Which entry of W_hh is that?",
        "Units stand in rows of a batch. Which index of W_hh belongs to the unit that hears?",
        edit(spikes, STEP, "v = keep * v + u_t @ W_ih.T + s @ W_hh"),
        test="Take two units, the first with an input weight of 2 and one spike, in the first of three steps. A "
        "weight of 0.75 stands in row 1 and column 0. Use steps of ln 2, τ = 1, theta = 1, low = -0.5 and rest = "
        "0. Which membranes has the second?",
        tries=(trial(lambda w: w[1][:, 0, 1], **TWO),),
    ),
    Mistake(
        "E8",
        "inputs of another step",
        "A spike comes in at step 1. In which step does a membrane notice?",
        "What comes in at a step counts in the same step.",
        {
            "one late": edit(spikes, LOOP, "for u_t in [0 * u[0], *u[:-1]]:"),
            "one early": edit(spikes, LOOP, "for u_t in [*u[1:], 0 * u[0]]:"),
            "backwards": edit(spikes, LOOP, "for u_t in u[::-1]:"),
            "always the first": edit(spikes, LOOP, "for u_t in [u[0]] * len(u):"),
        },
        test="Take one unit with an input weight of 0.5. Spikes come in at steps 1 and 3 of four. Use steps of ln 2, "
        "τ = 1, theta = 1, low = -0.5 and rest = 0. Which membranes come?",
        tries=(trial(membrane, **{**ONE, "u": [[[1]], [[0]], [[1]], [[0]]]}),),
    ),
    Mistake(
        "L6",
        "membranes or spikes carried from one example to the next",
        "Exchange two examples. Are your results exchanged, and otherwise the same?",
        "Each example begins with empty membranes, and rests for itself.",
        {
            "the mean of all heard": edit(
                spikes, STEP, "v = keep * v + u_t @ W_ih.T + s.mean(axis=0) @ W_hh.T + 0 * v"
            ),
            "all inputs": edit(spikes, STEP, "v = keep * v + u_t.mean(axis=0) @ W_ih.T + s @ W_hh.T"),
            "those of the neighbour": edit(
                spikes, STEP, "v = keep * np.roll(v, 1, axis=0) + u_t @ W_ih.T + s @ W_hh.T"
            ),
        },
        test="Take two examples of one unit. A spike comes in at the first step of the first example alone. Use an "
        "input weight of 0.5, then one of 2 with a weight of 1 on itself. Use steps of ln 2, τ = 1, theta = 1, "
        "low = -0.5 and rest = 0. What are the second membranes of both, in each case?",
        tries=(
            trial(
                lambda v, w: [v[1][1, 0, 0], v[1][1, 1, 0], w[1][1, 0, 0], w[1][1, 1, 0]],
                {"W_ih": [[2]], "W_hh": [[1]]},
                **{**ONE, "u": [[[1], [0]], [[0], [0]]]},
            ),
        ),
    ),
    Mistake(
        "L8",
        "another beginning",
        "What are your membranes before step 1? Does a unit rest in step 1?",
        "Before step 1 nothing has arrived, and nobody has fired.",
        {
            "membranes at low": edit(
                spikes, "v, left = s, np.zeros(s.shape, int)", "v, left = s + u.dtype.type(low), np.zeros(s.shape, int)"
            ),
            "all at rest": edit(spikes, "np.zeros(s.shape, int)", "np.full(s.shape, rest)"),
        },
        test="Take one unit with an input weight of 1.125, and one spike that comes in at step 1. Use steps of ln 2 "
        "and τ = 1. Use theta = 1, low = -0.5 and rest = 2. Does it fire, 0 or 1, and which membrane comes?",
        tries=(
            trial(
                lambda w: [w[0][0, 0, 0], w[1][0, 0, 0]],
                **{**ONE, "u": [[[1]]], "W_ih": [[1.125]], "rest": 2},
            ),
        ),
    ),
    Mistake(
        "L7",
        "other spikes returned than those that were fired",
        "Are the spikes that you return 0 and 1, and one where a unit has fired in this step?",
        "A spike belongs to the step in which the threshold was reached.",
        {
            "of the step before": edit(spikes, RETURNED, "return np.stack([0 * s, *fired[:-1]]), np.stack(membranes)"),
            "counted": edit(spikes, RETURNED, "return np.cumsum(np.stack(fired), axis=0), np.stack(membranes)"),
            "also while they rest": edit(
                spikes,
                RETURNED,
                "return (np.stack(membranes) == u.dtype.type(low)).astype(u.dtype), np.stack(membranes)",
            ),
            "doubled": edit(spikes, "fired.append(s)", "fired.append(2 * s)"),
        },
        test="Take one unit with an input weight of 2. A spike comes in at each of five steps. Use theta = 1, low = "
        "-0.5 and rest = 2. Which five spikes come, 0 or 1?",
        tries=(trial(firing, **{**STEADY, "rest": 2}),),
    ),
)

EXACT = (
    1e-5  # where a threshold is just reached, the last digits of the arguments decide; a wrong number is off by more
)
TIE = 1 / 64  # weights that are multiples of it add up exactly


def run_of(r: Generator, T: int, B: int, N: int, F: int, rest: int, size: float, heard: bool) -> tuple[Any, ...]:
    """Inputs so strong that units fire several times, or, where they are weak, never; none comes near the threshold."""
    while True:
        u = (r.random((T, B, F)) < 0.6).astype(float)
        W_ih = signed(r, 0.3 * size, size, N, F)
        W_ih[:, 0] = np.abs(W_ih[:, 0]) * 1.3
        W_hh = signed(r, 0.3, 0.7, N, N) if heard else np.zeros((N, N))
        tau, dt = float(r.uniform(2.5, 4)), float(r.uniform(0.4, 0.7))
        theta, low = float(r.uniform(1.2, 1.6)), -float(r.uniform(0.25, 0.5))
        arguments = (u, W_ih, W_hh, tau, dt, theta, low, rest)
        if telling(arguments, size):
            return arguments


def telling(arguments: tuple[Any, ...], size: float) -> bool:
    """Do all kinds of things happen: silence where inputs are weak, else spikes early and again, and deep membranes?"""
    u, W_ih, W_hh, tau, dt, theta, low, rest = arguments
    s, v = spikes(*arguments)
    N = len(W_hh)
    if size < 0.5:
        return bool(not s.any() and v.max() < 0.9 * min(theta, 1, theta + low) and v.min() > 0.9 * -theta)
    free = np.concatenate([np.zeros_like(v[:1]), v[:-1]]) * math.exp(-dt / tau) + u @ W_ih.T
    arrives = free + np.concatenate([np.zeros_like(s[:1]), s[:-1]]) @ W_hh.T
    clear = all(np.abs(np.abs(arrives) - bound).min() > 1e-3 for bound in (theta, 1, theta + low))
    counts = s.sum(axis=0)
    early = s[: len(s) - 2 * rest - 3].sum(axis=0)
    between = bool(((arrives > 1.02) & (arrives < theta - 0.02) & (v != low)).any())
    resting = np.zeros(v.shape, bool)
    for after in range(1, rest + 1):
        resting[after:] |= s[:-after] == 1
    deep = bool((~resting & (arrives < -theta)).any())
    late = bool((resting & (arrives >= theta)).any()) if rest else True
    quiet = bool((s.sum(axis=2) < N).all() and (counts.min() == 0 or counts.min() < counts.max()))
    return bool(
        clear
        and deep
        and between
        and late
        and quiet
        and (early.sum(axis=1) > 2).all()
        and (counts.max(axis=0) > 0).sum() > 1
    )


def reached(r: Generator, T: int, B: int, N: int) -> tuple[Any, ...]:
    """A single spike comes in, in the first step: of each example half of the units reach the threshold exactly."""
    theta = float(r.integers(70, 100)) * TIE
    first = r.permutation(N) < N // 2  # of the first example; of the next one the others, and so on
    high = np.stack([first if n % 2 == 0 else ~first for n in range(B)], axis=1)
    W_ih = np.where(high, theta, r.integers(20, 34, (N, B)) * TIE)
    u = np.zeros((T, B, B))
    u[0] = np.eye(B)
    return (
        u,
        W_ih,
        np.zeros((N, N)),
        float(r.uniform(2, 4)),
        float(r.uniform(0.4, 0.7)),
        theta,
        -float(r.uniform(0.2, 0.5)),
        1,
    )


spikes_exercise = Exercise(
    name="reservoir.spikes",
    task="Leaky integrate-and-fire units with a step of exactly exp(-dt/tau), which hear the inputs of the step and "
    "all units' spikes of the step before; where a membrane reaches theta the unit fires, its membrane is set "
    "to low and stays there for `rest` steps, in which it does not fire. Without synaptic currents (simpler than "
    "eq-reservoir-liquid). Keep the dtype; NumPy and math only.",
    arguments=(
        Value("u", "T B F", "spikes that come in, 0 and 1"),
        Value("W_ih", "N F", "input weights"),
        Value("W_hh", "N N", "recurrent weights"),
        Value("tau", None, "time constant of the membranes"),
        Value("dt", None, "length of a step"),
        Value("theta", None, "threshold"),
        Value("low", None, "where a membrane falls to"),
        Value("rest", None, "steps of rest after a spike"),
    ),
    outputs=(
        Value("s", "T B N", "spikes", tolerance=EXACT),
        Value("v", "T B N", "membranes at the end of each step", tolerance=EXACT),
    ),
    reference=spikes,
    cases={
        "general": lambda r: run_of(r, 14, 3, 5, 3, 2, 1.1, True),
        "silence": lambda r: run_of(r, 8, 2, 4, 2, 1, 0.12, False),
        "units alone": lambda r: run_of(r, 10, 2, 4, 2, 0, 1.1, False),
        "rest": lambda r: run_of(r, 14, 2, 4, 2, 3, 1.3, False),
        "just reached": lambda r: reached(r, 4, 2, 4),
        "float32": lambda r: in_float32(run_of(r, 12, 2, 4, 3, 0, 1.1, True)),
    },
    facets=(
        Facet("silence", 2, ("silence",)),
        Facet("no rest", 2, ("units alone",)),
        Facet("rest", 1, ("rest",)),
        Facet("network", 2, ("general", "float32")),
        Facet("threshold", 1, ("just reached",)),
    ),
    mistakes=SPIKES_MISTAKES,
    words={**WORDS, "F": "channel"},
)
