"""A reservoir on its own predictions, beside inputs that are known in advance; and what goes wrong there."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.reservoir.draws import WORDS, reservoir, signed
from rnncourse.shapes import N_, N_N, T_B_K, Positive, checked

S_B_C = Annotated[Array, "S B C"]
N_n = Annotated[Array, "N n"]
K_m = Annotated[Array, "K m"]


@checked
def free_run(x: T_B_K, u: S_B_C, W_ih: N_n, W_hh: N_N, b: N_, a: Positive, W_ho: K_m) -> tuple[Array, Array]:
    r"""Measured values, then the own predictions as inputs; the readout says by how much the series changes.

    .. math:: h_t = (1 - a)\, h_{t-1} + a \tanh( W_{ih} [x_t; u_t] + W_{hh} h_{t-1} + b ), \qquad
       \hat x_{t+1} = x_t + W_{ho} [h_t; x_t; u_t; 1]

    Returns the predictions from step T + 1 on (S - T + 1, B, K) and the last state (B, N).
    """
    require(len(u) >= len(x), f"u: expected at least T = {len(x)} steps, got {len(u)}")
    T = len(x)
    h = np.zeros((x.shape[1], len(b)), x.dtype)
    run = list(x)
    for t in range(len(u)):
        x_t = run[t]
        z_t = np.concatenate([x_t, u[t]], axis=1)
        old = h
        h = (1 - a) * old + a * np.tanh(z_t @ W_ih.T + old @ W_hh.T + b)
        one = np.ones_like(x_t[:, :1])
        change = np.concatenate([h, z_t, one], axis=1) @ W_ho.T
        if t + 1 >= T:
            run.append(x_t + change)
    x_hat = np.stack(run[T:])
    return x_hat, h


sign(globals(), "free_run")

X, Z = "x_t = run[t]", "z_t = np.concatenate([x_t, u[t]], axis=1)"
STEP, SUM = "(1 - a) * old + a * np.tanh(z_t @ W_ih.T + old @ W_hh.T + b)", "z_t @ W_ih.T + old @ W_hh.T + b"
READ, NEXT = "np.concatenate([h, z_t, one], axis=1) @ W_ho.T", "run.append(x_t + change)"
PREDICTED, RETURNED = "np.stack(run[T:])", "return x_hat, h"
OLD, LOOP = "old = h", "for t in range(len(u)):"

# What hints ask to try. One unit, one value, one known input; what is not said is 0, and a = 1.
STILL: dict[str, Any] = {
    "x": [[[2]], [[3]]],
    "u": [[[0]]] * 5,
    "W_ih": [[0, 0]],
    "W_hh": [[0]],
    "b": [0],
    "a": 1.0,
    "W_ho": [[0, 0, 0, 0]],
}
UP: dict[str, Any] = {**STILL, "W_ho": [[0, 0, 0, 1]]}  # 4, 5, 6, 7
DRIVEN: dict[str, Any] = {**STILL, "u": [[[1]], [[2]], [[4]], [[8]], [[16]]], "W_ho": [[0, 0, 1, 0]]}  # 5, 9, 17, 33
ONCE: dict[str, Any] = {**STILL, "u": [[[0]]] * 2, "b": [100]}  # a state that comes near 1
FULL: dict[str, Any] = {**STILL, "b": [100], "W_ho": [[1, 0, 0, 0]]}  # a state of 1
HEARD: dict[str, Any] = {**STILL, "W_ih": [[0.1, 0]], "W_ho": [[1, 0, 0, 0.5]]}
KEPT: dict[str, Any] = {**STILL, "b": [100], "a": 0.5, "W_ho": [[1, 0, 0, 0]]}  # states 0.5, 0.75, …


def values(w: Any) -> Any:
    """The predictions of the first example."""
    return w[0][:5, 0, 0]


def last(w: Any) -> Any:
    """The state after the last step."""
    return w[1][0, 0]


FREE_MISTAKES = (
    Mistake(
        "E16",
        "something else than the own prediction read in the free run",
        "Which value does your reservoir read in the first step after the measured ones?",
        "After the last measured step, what was predicted for a step is what is read in it.",
        {
            "the last measured value again": edit(free_run, X, "x_t = x[min(t, T - 1)]"),
            "the first measured value": edit(free_run, X, "x_t = run[t] if t < T else x[0]"),
            "zeros": edit(free_run, X, "x_t = run[t] if t < T else 0 * x[0]"),
            "the prediction before": edit(free_run, X, "x_t = run[t] if t < T else run[t - 1]"),
            "measured values from the beginning": edit(free_run, X, "x_t = x[t % T]"),
        },
        test="Take measured values of 2 and 3 and five steps. Let the readout have one weight of 1, that of the "
        "constant. Which predictions come?",
        tries=(trial(values, **UP),),
    ),
    Mistake(
        "E16p",
        "predictions read where there were measured values",
        "Change a measured value in the middle. Does your state notice? Should it?",
        "As long as there are measured values, the reservoir reads them.",
        {
            "after the first": edit(
                free_run, "if t + 1 >= T:", "if t + 1 < T:\n            run[t + 1] = x_t + change\n        else:"
            ),
            "the last one": edit(
                free_run,
                "if t + 1 >= T:",
                "if t + 2 == T:\n            run[t + 1] = x_t + change\n        elif t + 1 >= T:",
            ),
        },
        test="Take measured values of 2 and 7 and five steps. Let the readout have one weight of 1, that of the "
        "constant. Which predictions come?",
        tries=(trial(values, **{**UP, "x": [[[2]], [[7]]]}),),
    ),
    Mistake(
        "E17",
        "a state that was not carried on",
        "What is in the reservoir when prediction begins? Change the first measured value: does the last state notice?",
        "The state goes on from the measured steps to the free ones, and from each step to the next.",
        {
            "zero when the free run begins": edit(free_run, OLD, "old = 0 * h if t == T else h"),
            "zero after the first prediction": edit(
                free_run, NEXT, "run.append(x_t + change)\n            h = 0 * h if t + 1 == T else h"
            ),
            "zero when the last measured value is read": edit(free_run, OLD, "old = 0 * h if t == T - 1 else h"),
            "zero at each step": edit(free_run, OLD, "old = 0 * h"),
            "zero at each free step": edit(free_run, OLD, "old = 0 * h if t >= T else h"),
            "kept through the free run": edit(
                free_run,
                "one = np.ones_like(x_t[:, :1])",
                "h = old if t >= T else h\n        one = np.ones_like(x_t[:, :1])",
            ),
        },
        test="Take one unit without weights, with a bias of 100 and a = 0.5. Its states are 0.5, 0.75, 0.875 and so "
        "on. Let it read two measured values and take three free steps. Which state is the last?",
        tries=(trial(last, **KEPT),),
    ),
    Mistake(
        "E17t",
        "a step of the state too many, or too few",
        "How often is your state updated before the first prediction? How often in all, for S steps?",
        "Each step reads one value, once. The last measured value is read before the first prediction.",
        {
            "the last measured value read twice": edit(
                free_run,
                "one = np.ones_like(x_t[:, :1])",
                "h = (1 - a) * h + a * np.tanh(z_t @ W_ih.T + h @ W_hh.T + b) if t == T - 1 else h\n"
                "        one = np.ones_like(x_t[:, :1])",
            ),
            "the first left out": edit(
                free_run,
                "one = np.ones_like(x_t[:, :1])",
                "h = 0 * h if t == 0 else h\n        one = np.ones_like(x_t[:, :1])",
            ),
            "the last measured one left out": edit(
                free_run,
                "one = np.ones_like(x_t[:, :1])",
                "h = old if t == T - 1 else h\n        one = np.ones_like(x_t[:, :1])",
            ),
        },
        test="Take one unit without weights, with a bias of 100 and a = 0.5. Its states are 0.5, 0.75, 0.875 and so "
        "on. Let it read values of 2 and 3, without a free step. The readout has a weight of 1, that of the state. "
        "What are the last state and the prediction?",
        tries=(trial(lambda w: [last(w), w[0][0, 0, 0]], **{**KEPT, "u": [[[0]]] * 2}),),
    ),
    Mistake(
        "E20",
        "the change taken for the value, or added to another one",
        "A readout says at each step: one more. Which predictions should come after a 3, and which do?",
        "The readout gives a difference: between which two values?",
        {
            "nothing added": edit(free_run, NEXT, "run.append(change)"),
            "to the last measured value": edit(free_run, NEXT, "run.append(x[-1] + change)"),
            "to the value before": edit(free_run, NEXT, "run.append(run[max(t - 1, 0)] + change)"),
            "taken away": edit(free_run, NEXT, "run.append(x_t - change)"),
            "to the state's part": edit(free_run, NEXT, "run.append(2 * x_t + change)"),
        },
        test="Take measured values of 2 and 3 and five steps. Let the readout have one weight of 1, that of the "
        "constant. Which predictions come?",
        tries=(trial(values, **UP),),
    ),
    Mistake(
        "E21",
        "known inputs of another step",
        "Which known input stands beside the first prediction that is read? Which beside the last measured value?",
        "The rows of u belong to the steps from the first measured one on.",
        {
            "one late": edit(free_run, Z, "z_t = np.concatenate([x_t, u[max(t - 1, 0)]], axis=1)"),
            "one late, zeros first": edit(free_run, Z, "z_t = np.concatenate([x_t, u[t - 1] * (t > 0)], axis=1)"),
            "one early": edit(free_run, Z, "z_t = np.concatenate([x_t, u[min(t + 1, len(u) - 1)]], axis=1)"),
            "from the beginning again": edit(
                free_run, Z, "z_t = np.concatenate([x_t, u[t if t < T else t - T]], axis=1)"
            ),
            "one early in the free run": edit(
                free_run, Z, "z_t = np.concatenate([x_t, u[t if t < T else min(t + 1, len(u) - 1)]], axis=1)"
            ),
            "one late in the free run": edit(
                free_run, Z, "z_t = np.concatenate([x_t, u[t if t < T else t - 1]], axis=1)"
            ),
            "the last one of the measured steps": edit(
                free_run, Z, "z_t = np.concatenate([x_t, u[min(t, T - 1)]], axis=1)"
            ),
        },
        test="Take measured values of 2 and 3 and the known inputs 1, 2, 4, 8 and 16. Let the readout have one "
        "weight of 1, that of the known input. Which predictions come?",
        tries=(trial(values, **DRIVEN),),
    ),
    Mistake(
        "E21n",
        "known inputs left out",
        "Change a known input of a free step. Does your prediction notice? Should it?",
        "The reservoir and the readout both get the known input, in measured and in free steps.",
        {
            "in the free run": edit(free_run, Z, "z_t = np.concatenate([x_t, u[t] * (t < T)], axis=1)"),
            "everywhere": edit(free_run, Z, "z_t = np.concatenate([x_t, 0 * u[t]], axis=1)"),
            "in the readout": edit(free_run, READ, "np.concatenate([h, x_t, 0 * u[t], one], axis=1) @ W_ho.T"),
            "in the reservoir": edit(
                free_run, SUM, "np.concatenate([x_t, 0 * u[t]], axis=1) @ W_ih.T + old @ W_hh.T + b"
            ),
        },
        test="Take measured values of 2 and 3 and the known inputs 1, 2, 4, 8 and 16. The reservoir has an input "
        "weight of 0.1 on them. The readout has weights of 1 on the state and the known input. Which predictions come?",
        tries=(trial(values, **{**DRIVEN, "W_ih": [[0, 0.1]], "W_ho": [[1, 0, 1, 0]]}),),
    ),
    Mistake(
        "E21o",
        "the two inputs in another order",
        "Which column of W_ih belongs to the predicted value, the first or the last?",
        "The value stands before the known input, both in the reservoir and in the readout.",
        {
            "in both": edit(free_run, Z, "z_t = np.concatenate([u[t], x_t], axis=1)"),
            "in the reservoir": edit(free_run, SUM, "np.concatenate([u[t], x_t], axis=1) @ W_ih.T + old @ W_hh.T + b"),
            "in the readout": edit(free_run, READ, "np.concatenate([h, u[t], x_t, one], axis=1) @ W_ho.T"),
        },
        test="Take measured values of 2 and 3 and the known inputs 1, 2, 4, 8 and 16. The reservoir has an input "
        "weight of 0.1 on them. The readout has weights of 1 on the state and the known input. Which predictions come?",
        tries=(trial(values, **{**DRIVEN, "W_ih": [[0, 0.1]], "W_ho": [[1, 0, 1, 0]]}),),
    ),
    Mistake(
        "E15o",
        "columns of the readout in another order, or one missing",
        "Which column of W_ho belongs to the constant? Which to the state?",
        "State, value, known input, constant, in this order.",
        {
            "the constant first": edit(free_run, READ, "np.concatenate([one, h, z_t], axis=1) @ W_ho.T"),
            "inputs first": edit(free_run, READ, "np.concatenate([z_t, h, one], axis=1) @ W_ho.T"),
            "no constant": edit(free_run, READ, "np.concatenate([h, z_t], axis=1) @ W_ho[:, :-1].T"),
            "the state alone": edit(free_run, READ, "h @ W_ho[:, : len(b)].T + W_ho[:, -1]"),
            "no state": edit(free_run, READ, "np.concatenate([0 * h, z_t, one], axis=1) @ W_ho.T"),
        },
        test="Take one measured value of 2 and a known input of 3. With a bias of 100 the state is 1. With readout "
        "weights of 1, 10, 100 and 1000, which prediction comes?",
        tries=(trial(values, **{**STILL, "x": [[[2]]], "u": [[[3]]], "b": [100], "W_ho": [[1, 10, 100, 1000]]}),),
    ),
    Mistake(
        "E15s",
        "the state of another step in the readout",
        "Which state does your readout see: the one before the value was read, or the one after?",
        "The state has read the value of its step before the readout sees it.",
        {
            "before": edit(free_run, READ, "np.concatenate([old, z_t, one], axis=1) @ W_ho.T"),
            "what arrives": edit(
                free_run,
                READ,
                "np.concatenate([z_t @ W_ih.T + old @ W_hh.T + b, z_t, one], axis=1) @ W_ho.T",
            ),
            "without the leak": edit(
                free_run,
                READ,
                "np.concatenate([np.tanh(z_t @ W_ih.T + old @ W_hh.T + b), z_t, one], axis=1) @ W_ho.T",
            ),
            "squashed again": edit(free_run, READ, "np.concatenate([np.tanh(h), z_t, one], axis=1) @ W_ho.T"),
        },
        test="Take one measured value of 2 and no other step. With a bias of 100 and a = 0.5 the state is 0.5. The "
        "readout has a weight of 1, that of the state. Which prediction comes?",
        tries=(trial(values, **{**KEPT, "x": [[[2]]], "u": [[[0]]]}),),
    ),
    Mistake(
        "E15t",
        "a prediction squashed, or kept within bounds",
        "Can your predictions leave -1 … 1? Should they?",
        "The readout is linear.",
        {
            "the change": edit(free_run, NEXT, "run.append(x_t + np.tanh(change))"),
            "the value": edit(free_run, NEXT, "run.append(np.tanh(x_t + change))"),
        },
        test="Take measured values of 2 and 3 and five steps. Let the readout have one weight of 1, that of the "
        "constant. Which predictions come?",
        tries=(trial(values, **UP),),
    ),
    Mistake(
        "E5",
        "other shares of old and new state",
        "With a leak rate of 1, how much of the old state should be left? And for a = 0.25?",
        "A share a is new, and passes through tanh; the rest is kept as it is.",
        {
            "exchanged": edit(free_run, STEP, "a * old + (1 - a) * np.tanh(z_t @ W_ih.T + old @ W_hh.T + b)"),
            "all kept": edit(free_run, STEP, "old + a * np.tanh(z_t @ W_ih.T + old @ W_hh.T + b)"),
            "all new": edit(free_run, STEP, "(1 - a) * old + np.tanh(z_t @ W_ih.T + old @ W_hh.T + b)"),
            "no leak": edit(free_run, STEP, "np.tanh(z_t @ W_ih.T + old @ W_hh.T + b)"),
            "within tanh": edit(free_run, STEP, "np.tanh((1 - a) * old + a * (z_t @ W_ih.T + old @ W_hh.T + b))"),
            "no leak in the free run": edit(
                free_run,
                STEP,
                "((1 - a) * old if t < T else 0) + (a if t < T else 1) * np.tanh(z_t @ W_ih.T + old @ W_hh.T + b)",
            ),
        },
        test="Take one unit without weights, with a bias of 100 and a = 0.25. Let it read two measured values, then "
        "take a free step. What are the states after both?",
        tries=(
            trial(
                lambda v, w: [last(v), last(w)],
                {"u": [[[0]]] * 3},
                **{**ONCE, "a": 0.25},
            ),
        ),
    ),
    Mistake(
        "R6",
        "recurrent weights transposed, or left out",
        "Unit 1 hears unit 0, and nobody else. Which entry of W_hh is that? Which unit changes with you?",
        "States stand in rows. Which index of W_hh belongs to the unit that hears?",
        {
            "transposed": edit(free_run, SUM, "z_t @ W_ih.T + old @ W_hh + b"),
            "left out": edit(free_run, SUM, "z_t @ W_ih.T + b"),
        },
        test="Take two units with a = 1 and a bias of 100 for the first. A weight of 50 stands in row 1 and column "
        "0. What are the states after two measured values?",
        tries=(
            trial(
                lambda w: w[1][0],
                **{
                    **ONCE,
                    "W_ih": [[0, 0], [0, 0]],
                    "W_hh": [[0, 0], [50, 0]],
                    "b": [100, 0],
                    "W_ho": [[0, 0, 0, 0, 0]],
                },
            ),
        ),
    ),
    Mistake(
        "R7",
        "the bias left out",
        "With all weights and values zero, what should the state become? Does it, with you?",
        "The bias stands once in the sum, within tanh.",
        {
            "": edit(free_run, SUM, "z_t @ W_ih.T + old @ W_hh.T"),
            "in the free run": edit(free_run, SUM, "z_t @ W_ih.T + old @ W_hh.T + b * (t < T)"),
            "outside tanh": edit(free_run, STEP, "(1 - a) * old + a * np.tanh(z_t @ W_ih.T + old @ W_hh.T) + b"),
        },
        test="Take one unit without weights, with a bias of 1 and a = 1. What is its state after two measured "
        "values? And after a free step more?",
        tries=(trial(lambda v, w: [last(v), last(w)], {"u": [[[0]]] * 3}, **{**ONCE, "b": [1]}),),
    ),
    Mistake(
        "R9",
        "another function than tanh",
        "A large bias, a = 1: which number should the state come near?",
        "Which function stands in the formula?",
        {
            "none": edit(free_run, STEP, "(1 - a) * old + a * (z_t @ W_ih.T + old @ W_hh.T + b)"),
            "logistic": edit(free_run, STEP, "(1 - a) * old + a / (1 + np.exp(-(z_t @ W_ih.T + old @ W_hh.T + b)))"),
            "ReLU": edit(free_run, STEP, "(1 - a) * old + a * np.maximum(z_t @ W_ih.T + old @ W_hh.T + b, 0)"),
        },
        test="Take one unit without weights, with a bias of -1 and a = 1. What is its state after two measured values?",
        tries=(trial(last, **{**ONCE, "b": [-1]}),),
    ),
    Mistake(
        "X13",
        "other steps among the predictions",
        "Two measured values and five steps: how many predictions do you return? Of which step is the first?",
        "The first prediction is for the step after the last measured one. The last is for the step after all.",
        {
            "the first left out": edit(free_run, PREDICTED, "np.array(run[T + 1 :])"),
            "the last left out": edit(free_run, PREDICTED, "np.array(run[T:-1])"),
            "with the measured ones": edit(free_run, PREDICTED, "np.stack(run)"),
            "with the last measured one": edit(free_run, PREDICTED, "np.stack(run[T - 1 :])"),
            "with the last measured one, without the last": edit(free_run, PREDICTED, "np.stack(run[T - 1 : -1])"),
            "the last alone": edit(free_run, PREDICTED, "run[-1]"),
            "turned round": edit(free_run, PREDICTED, "np.stack(run[T:][::-1])"),
        },
        test="Take measured values of 2 and 3 and five steps. Let the readout have one weight of 1, that of the "
        "constant. Which predictions come?",
        tries=(trial(lambda w: np.ravel(w[0])[:5], **UP),),
    ),
    Mistake(
        "X13c",
        "changes returned in place of values",
        "Are what you return values of the series, or differences?",
        "Asked for are the values.",
        {
            "": edit(free_run, PREDICTED, "np.diff(np.stack(run[T - 1 :]), axis=0)"),
            "off the last measured": edit(free_run, PREDICTED, "np.stack(run[T:]) - x[-1]"),
        },
        test="Take measured values of 2 and 3 and five steps. Let the readout have one weight of 1, that of the "
        "constant. Which predictions come?",
        tries=(trial(values, **UP),),
    ),
    Mistake(
        "X14",
        "the state of another moment returned",
        "After how many steps is the state that you return?",
        "The last state has read the last known input.",
        {
            "before the last step": edit(free_run, RETURNED, "return x_hat, old"),
            "when the free run begins": edit(free_run, LOOP, "start = h\n    for t in range(len(u)):")
            + edit(free_run, "if t + 1 >= T:", "if t + 1 == T:\n            start = h\n        if t + 1 >= T:")
            + edit(free_run, RETURNED, "return x_hat, start"),
            "one step more": edit(
                free_run,
                RETURNED,
                "return x_hat, (1 - a) * h + a * np.tanh(np.concatenate([run[-1], u[-1]], axis=1) @ W_ih.T"
                " + h @ W_hh.T + b)",
            ),
        },
        test="Take one unit without weights, with a bias of 100 and a = 0.5. Its states are 0.5, 0.75, 0.875 and so "
        "on. Let it read two measured values and take three free steps. Which state is the last?",
        tries=(trial(last, **KEPT),),
    ),
)


def forecast(r: Generator, T: int, S: int, B: int, N: int, K: int, C: int, leak: bool) -> tuple[Any, ...]:
    """A reservoir whose run stays within bounds, and moves."""
    while True:
        W_ih, W_hh, b = reservoir(r, N, K + C, 0.9)
        x, u = r.normal(size=(T, B, K)), signed(r, 0.5, 1.5, S, B, C)
        W_ho = np.concatenate(
            [signed(r, 0.2, 0.5, K, N), signed(r, 0.1, 0.3, K, K + C), signed(r, 0.3, 0.6, K, 1)], axis=1
        )
        a = float(r.uniform(0.3, 0.45)) if leak else 1.0
        arguments = (x, u, 0.6 * W_ih, W_hh, b, a, W_ho)
        x_hat, h = free_run(*arguments)
        if np.abs(x_hat).max() < 6 and np.abs(h).max() < 0.97:
            return arguments


free_run_exercise = Exercise(
    name="reservoir.free_run",
    task="A leaky reservoir (eq-reservoir-cell) from zeros reads measured values of a series, beside known inputs, and "
    "then goes on with its own predictions (eq-reservoir-free-run), the known inputs still beside them. The readout of "
    "state, value, known input and a constant gives the change of the series. Returned are the predictions after the "
    "last measured value and the last state. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B K", "measured values of the series"),
        Value("u", "S B C", "known inputs, of T steps or more"),
        Value("W_ih", "N P", "input weights, of value and known input"),
        Value("W_hh", "N N", "recurrent weights"),
        Value("b", "N", "bias"),
        Value("a", None, "leak rate"),
        Value("W_ho", "K Q", "weights of state, value, known input and constant"),
    ),
    outputs=(
        Value("x_hat", "R B K", "predictions"),
        Value("h", "B N", "the last state"),
    ),
    reference=free_run,
    cases={
        "general": lambda r: forecast(r, 4, 8, 3, 5, 2, 1, True),
        "no free step": lambda r: forecast(r, 4, 4, 2, 4, 2, 1, True),
        "without a leak": lambda r: forecast(r, 3, 6, 2, 4, 2, 2, False),
        "one measured step": lambda r: forecast(r, 1, 4, 2, 4, 1, 1, True),
        "float32": lambda r: in_float32(forecast(r, 3, 6, 2, 4, 1, 2, True)),
    },
    facets=(
        Facet("first prediction", 2, ("no free step",), ("x_hat",)),
        Facet("run, no leak", 1, ("without a leak",), ("x_hat",)),
        Facet("run", 3, ("general", "one measured step", "float32"), ("x_hat",)),
        Facet("last state", 2, (), ("h",)),
    ),
    mistakes=FREE_MISTAKES,
    words={**WORDS, "R": "prediction", "K": "feature", "P": "column", "Q": "column", "S": "step"},
)
