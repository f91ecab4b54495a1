r"""The exercise on the penalty of one reading."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead
from rnncourse.checks.nested import Value
from rnncourse.shapes import H_H, T_B_H, checked


@checked
def mean_omega(dh: T_B_H, h: T_B_H, W_hh: H_H) -> float:
    r"""Pascanu's regulariser as a mean over the steps and examples from which a gradient sets out.

    .. math:: \bar\Omega = \frac1n \sum_{t,b:\; dh_{t,b} \ne 0} (r_{t,b} - 1)^2, \qquad
       r_t = \frac{\lVert W_{hh}^\top D_t\, dh_t \rVert}{\lVert dh_t \rVert}

    The page's penalty is a sum over the steps instead; n is the number of the terms.
    """
    back = np.linalg.norm(((1 - h**2) * dh) @ W_hh, axis=-1)
    out = np.linalg.norm(dh, axis=-1)
    counts = out > 0
    ratio = back[counts] / out[counts]
    return float(((ratio - 1) ** 2).mean())


sign(globals(), "mean_omega")


def of_neighbours(dh: Array, h: Array, W_hh: Array) -> float:
    """The ratio of two total gradients, one beside the other."""
    out = np.linalg.norm(dh, axis=-1)
    earlier, later = out[:-1][out[1:] > 0], out[1:][out[1:] > 0]
    return float(((earlier / later - 1) ** 2).mean())


def at_the_state_before(dh: Array, h: Array, W_hh: Array) -> float:
    """The slope of the step before."""
    back = np.linalg.norm(((1 - h[:-1] ** 2) * dh[1:]) @ W_hh, axis=-1)
    out = np.linalg.norm(dh[1:], axis=-1)
    return float(((back[out > 0] / out[out > 0] - 1) ** 2).mean())


def of_total_gradients(dh: Array, h: Array, W_hh: Array) -> float:
    """The same, and nothing for a single step."""
    return of_neighbours(dh, h, W_hh) if len(dh) > 1 else 0.0


def of_steps(dh: Array, h: Array, W_hh: Array) -> float:
    """The mean over the steps of their means over the examples."""
    back, out = np.linalg.norm(((1 - h**2) * dh) @ W_hh, axis=-1), np.linalg.norm(dh, axis=-1)
    means = [((b[o > 0] / o[o > 0] - 1) ** 2).mean() for b, o in zip(back, out, strict=True) if o.any()]
    return float(np.mean(means))


def of_examples(dh: Array, h: Array, W_hh: Array) -> float:
    """The other way round."""
    return of_steps(dh.swapaxes(0, 1), h.swapaxes(0, 1), W_hh)


SQUARES = "((ratio - 1) ** 2).mean()"
EVERY_STEP = edit(mean_omega, "counts = out > 0", "counts = out > -1")
OMEGA_MISTAKES = (
    Mistake(
        "G18",
        "no square",
        "May a penalty be negative? What does it reward then?",
        "A ratio above 1 and one below 1 should both cost something.",
        {
            "": edit(mean_omega, "((ratio - 1) ** 2)", "(ratio - 1)"),
        },
        test="Two steps, one with ratio 1.5 and one with 0.5: what should they cost together?",
    ),
    Mistake(
        "G18a",
        "the distance from 1, or half its square",
        "What should a single ratio of 3 cost, and what one of 0? What do they cost with you?",
        "Read in the task what is done with a ratio's distance from 1 before the mean.",
        {
            "absolute": edit(mean_omega, "((ratio - 1) ** 2)", "np.abs(ratio - 1)"),
            "half": edit(mean_omega, "((ratio - 1) ** 2)", "0.5 * ((ratio - 1) ** 2)"),
        },
        test="Take one step and one example, with W_hh three times the identity and a state of 0.",
    ),
    Mistake(
        "G19",
        "the ratio turned round",
        "The gradient travels back in time. Which of your two lengths is that of what arrives?",
        "What arrives is divided by what set out.",
        edit(mean_omega, "back[counts] / out[counts]", "out[counts] / back[counts]"),
        test="Take W_hh of zeros: nothing arrives. What should the ratio be?",
    ),
    Mistake(
        "G14",
        "the slope of tanh left out",
        "Does your penalty change when the states change? Should it?",
        "On its way back a gradient passes two things, and the matrix is one of them.",
        edit(mean_omega, "(1 - h**2) * dh", "dh"),
        test="Put all states near 1, where tanh is flat: what can arrive?",
    ),
    Mistake(
        "G16",
        "the slope on the wrong side of the matrix",
        "On its way back, which does a gradient meet first, tanh or the matrix?",
        "Forwards, the matrix comes first and then tanh. What is the order backwards?",
        edit(mean_omega, "((1 - h**2) * dh) @ W_hh", "(1 - h**2) * (dh @ W_hh)"),
        test="Let one unit be flat, and send a gradient into this unit alone. What should arrive?",
    ),
    Mistake(
        "G23",
        "W_hh transposed",
        "Let unit 1 feed unit 2 alone. From which of the two can a gradient come back to the other?",
        "Row i of W_hh belongs to the unit that receives. Over which of its axes does a gradient's product sum?",
        edit(mean_omega, "@ W_hh", "@ W_hh.T"),
        test="Take a matrix with one entry, beside the diagonal, and a gradient for each unit in turn.",
    ),
    Mistake(
        "B2",
        "tanh′ of another value",
        "Is the value that you are handed from before or from after tanh? Which of the two does your slope expect?",
        "What is squared in the slope of tanh, and is it already squashed?",
        {
            "squashed again": edit(mean_omega, "1 - h**2", "1 - np.tanh(h) ** 2"),
            "(1-h)²": edit(mean_omega, "(1 - h**2)", "(1 - h) ** 2"),
            "not squared": edit(mean_omega, "(1 - h**2)", "(1 - h)"),
            "logistic": edit(mean_omega, "(1 - h**2)", "(h * (1 - h))"),
        },
        test="Compare your slope with a difference quotient of tanh at 1 and at -1.",
    ),
    Mistake(
        "B2p",
        "the slope of another step",
        "At which state is your slope taken: at that of the step, or at the one before?",
        "A gradient sets out from h_t. Which tanh does it pass first?",
        {
            "": instead(mean_omega, at_the_state_before),
            "zeros before the first": edit(mean_omega, "(1 - h**2)", "(1 - np.concatenate([0 * h[:1], h[:-1]]) ** 2)"),
            "wrapped round": edit(mean_omega, "(1 - h**2)", "(1 - np.roll(h, 1, axis=0) ** 2)"),
        },
        test="Take T = 1. Does your function still give a number?",
    ),
    Mistake(
        "O1",
        "steps without a gradient counted",
        "From some states no gradient sets out. What do these add to your sum, and to what you divide by?",
        "Nothing can fade where nothing is. How many terms has your mean?",
        {
            "as faded": EVERY_STEP + edit(mean_omega, "out[counts]", "np.where(out > 0, out, 1)[counts]"),
            "as kept": edit(mean_omega, ".mean()", ".sum() / out.size"),
            "0/0": EVERY_STEP,
            "all or none": edit(mean_omega, "counts = out > 0", "counts = (out > 0).all(axis=1)"),
        },
        test="Set half of the examples to zero gradients: the other half should decide alone.",
    ),
    Mistake(
        "O1e",
        "a gradient left out for one entry of zero",
        "A gradient of (0, 3): does it set out, and do you count it?",
        "When is a vector zero, and what does your condition ask of its entries?",
        {
            "": edit(mean_omega, "counts = out > 0", "counts = (dh != 0).all(axis=-1)"),
            "product": edit(mean_omega, "counts = out > 0", "counts = dh.prod(axis=-1) != 0"),
        },
        test="Set one entry of one gradient to zero, and count the terms of your mean.",
    ),
    Mistake(
        "O2",
        "another sum or mean",
        "Read the same batch twice side by side: does your penalty stay as it is? Should it?",
        "By how many terms is your sum divided, and how many terms has it?",
        {
            "sum": edit(mean_omega, ".mean()", ".sum()"),
            "over the batch": edit(mean_omega, ".mean()", ".sum() / out.shape[1]"),
            "over time": edit(mean_omega, ".mean()", ".sum() / out.shape[0]"),
            "median": edit(mean_omega, SQUARES, "np.median((ratio - 1) ** 2)"),
        },
        test="Count the terms in a case of two steps and three examples.",
    ),
    Mistake(
        "O2m",
        "a mean of means",
        "One step has one gradient, another has three: does each of the four count the same?",
        "Two means in a row weigh by groups. How large are yours?",
        {
            "over time": instead(mean_omega, of_steps),
            "over the batch": instead(mean_omega, of_examples),
        },
        test="Take ratios of 1 but for one gradient, and move this from a full step to a sparse one.",
    ),
    Mistake(
        "O3",
        "the mean taken too early",
        "One step doubles a gradient, another one lets nothing through. Does your penalty see either?",
        "Which is taken first in the task, the square or the mean?",
        {
            "": edit(mean_omega, SQUARES, "(ratio.mean() - 1) ** 2"),
            "of the lengths": edit(mean_omega, SQUARES, "(back.sum() / out.sum() - 1) ** 2"),
            "root": edit(mean_omega, SQUARES, "np.sqrt(((ratio - 1) ** 2).mean())"),
        },
        test="Take two examples, with ratios 0 and 2.",
    ),
    Mistake(
        "O4",
        "lengths over other axes than the units",
        "How many ratios has your function, and how many steps and examples are there?",
        "Over which axis is the length of one gradient measured?",
        {
            "and the batch": edit(mean_omega, "@ W_hh, axis=-1", "@ W_hh, axis=(-2, -1)")
            + edit(mean_omega, "dh, axis=-1", "dh, axis=(-2, -1)"),
            "and time": edit(mean_omega, "@ W_hh, axis=-1", "@ W_hh, axis=(0, 2)")
            + edit(mean_omega, "dh, axis=-1", "dh, axis=(0, 2)"),
            "everything": edit(mean_omega, "@ W_hh, axis=-1", "@ W_hh, axis=None")
            + edit(mean_omega, "dh, axis=-1", "dh, axis=None")
            + edit(mean_omega, "back[counts] / out[counts]", "back / out"),
            "the batch alone": edit(mean_omega, "@ W_hh, axis=-1", "@ W_hh, axis=1")
            + edit(mean_omega, "dh, axis=-1", "dh, axis=1"),
            "time alone": edit(mean_omega, "@ W_hh, axis=-1", "@ W_hh, axis=0")
            + edit(mean_omega, "dh, axis=-1", "dh, axis=0"),
        },
        test="Print the shape of your ratios.",
    ),
    Mistake(
        "O5",
        "two total gradients compared",
        "What has a loss at step t-1 itself to do with what arrives from step t?",
        "The total gradient of a state has two parts. Which one has come from the step after it?",
        {"": instead(mean_omega, of_neighbours), "0 for one step": instead(mean_omega, of_total_gradients)},
        test="Add a large loss at one step alone: should the ratio of the step after it change?",
    ),
    Mistake(
        "O6",
        "squares, or logarithms, of the ratio",
        "Take a step that halves a gradient. Which ratio do you compute?",
        "Is there a root in your lengths, and is the ratio compared with 1 as it is?",
        {
            "squared lengths": edit(mean_omega, "back[counts] / out[counts]", "back[counts] ** 2 / out[counts] ** 2"),
            "logarithm": edit(mean_omega, "ratio - 1", "np.log(ratio)"),
            "absolute values": edit(
                mean_omega,
                "np.linalg.norm(((1 - h**2) * dh) @ W_hh, axis=-1)",
                "np.abs(((1 - h**2) * dh) @ W_hh).sum(axis=-1)",
            )
            + edit(mean_omega, "np.linalg.norm(dh, axis=-1)", "np.abs(dh).sum(axis=-1)"),
            "largest entry": edit(
                mean_omega,
                "np.linalg.norm(((1 - h**2) * dh) @ W_hh, axis=-1)",
                "np.abs(((1 - h**2) * dh) @ W_hh).max(axis=-1)",
            )
            + edit(mean_omega, "np.linalg.norm(dh, axis=-1)", "np.abs(dh).max(axis=-1)"),
        },
        test="Take W_hh as half the identity and states of 0.",
    ),
    Mistake(
        "O7",
        "the length after tanh in the denominator",
        "Where does a gradient set out: before or after it has passed tanh?",
        "Your ratio leaves out one of the two causes for which a gradient fades.",
        edit(mean_omega, "np.linalg.norm(dh, axis=-1)", "np.linalg.norm((1 - h**2) * dh, axis=-1)"),
        test="Take the identity as W_hh and states near 1: has anything faded?",
    ),
    Mistake(
        "O9",
        "a step left out",
        "Does your penalty change when the gradient of the first step changes? And that of the last?",
        "From each of the T states a gradient sets out, from the first one towards the state before it.",
        {
            "the first": edit(mean_omega, "out > 0", "(out > 0) & (np.arange(len(out)) > 0)[:, None]"),
            "the last": edit(mean_omega, "out > 0", "(out > 0) & (np.arange(len(out)) < len(out) - 1)[:, None]"),
        },
        test="Take T = 1: is there a ratio at all?",
    ),
    Mistake(
        "O8",
        "a number for safety",
        "Vanished gradients can be 1e-20 long. What does your ratio give for these?",
        "Whatever you add, or take as a border, has a size. Compare it with what it stands beside.",
        {
            "added": edit(mean_omega, "/ out[counts]", "/ (out[counts] + 1e-12)"),
            "added, all counted": EVERY_STEP + edit(mean_omega, "/ out[counts]", "/ (out[counts] + 1e-12)"),
            "a border": edit(mean_omega, "out > 0", "out > 1e-8"),
            "a border, 0 for none": edit(mean_omega, "out > 0", "out > 1e-8")
            + edit(mean_omega, ".mean()", ".sum() / max(1, counts.sum())"),
            "under the root": edit(mean_omega, "out > 0", "dh.any(axis=-1)")
            + edit(
                mean_omega,
                "np.linalg.norm(((1 - h**2) * dh) @ W_hh, axis=-1)",
                "np.sqrt(((((1 - h**2) * dh) @ W_hh) ** 2).sum(axis=-1) + 1e-12)",
            )
            + edit(mean_omega, "np.linalg.norm(dh, axis=-1)", "np.sqrt((dh**2).sum(axis=-1) + 1e-12)"),
        },
        test="Multiply all of dh by 1e-20: should the penalty change?",
    ),
)


def gone_back(r: Generator, T: int, B: int, H: int, size: float = 1.0, early: bool = False) -> tuple[Any, ...]:
    """Gradients and states; early: of half of the examples no gradient sets out from the last step."""
    dh, h = size * r.normal(size=(T, B, H)), r.uniform(-0.9, 0.9, (T, B, H))
    if early:
        dh[-1, : B // 2] = 0
    return dh, h, 1.5 * r.normal(size=(H, H)) / np.sqrt(H)


def with_zeros(dh: Array, h: Array, W_hh: Array) -> tuple[Array, Array, Array]:
    """Some of the gradients with one entry of zero: they set out all the same."""
    dh[::2, :, 0] = 0
    return dh, h, W_hh


omega_exercise = Exercise(
    name="gradients.mean_omega",
    task="The mean of (r_t - 1)² over the steps and examples of one reading, r_t being how much of a gradient is left "
    "after its step back (eq-gradients-ratio). Where dh_t is zero, no gradient sets out: these are not counted. "
    "Gradients may be as small as 1e-20. NumPy only.",
    arguments=(
        Value("dh", "T B H", "total gradients of the states"),
        Value("h", "T B H", "the states, already squashed"),
        Value("W_hh", "H H"),
    ),
    outputs=(Value("omega", "", "a number", tolerance=1e-6),),
    reference=mean_omega,
    cases={
        "general": lambda r: gone_back(r, 5, 3, 4),
        "one step": lambda r: gone_back(r, 1, 1, 4),
        "one example": lambda r: gone_back(r, 4, 1, 3),
        "square": lambda r: gone_back(r, 4, 4, 4),
        "single zeros": lambda r: with_zeros(*gone_back(r, 4, 2, 3)),
        "ended early": lambda r: gone_back(r, 4, 4, 3, early=True),
        "vanished": lambda r: gone_back(r, 3, 2, 4, size=1e-20),
    },
    facets=(
        Facet("one step", 2, ("one step",)),
        Facet("a gradient at every step", 4, ("general", "one example", "square", "single zeros")),
        Facet("steps without a gradient left out", 3, ("ended early",)),
        Facet("gradients that have nearly vanished", 2, ("vanished",)),
    ),
    mistakes=OMEGA_MISTAKES,
)
