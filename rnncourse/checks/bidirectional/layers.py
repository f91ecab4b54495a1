r"""Exercises on layers: dropout between them, and paths through connections."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.bidirectional import network_order, stacked
from rnncourse.checks.engine import Array, Examination, Exercise, Facet
from rnncourse.checks.mistakes import Form, Mistake, edit, instead
from rnncourse.checks.nested import Value
from rnncourse.shapes import (
    L_B_H,
    L_H,
    L_H_H,
    T_B_H,
    Count,
    Ints,
    Probability,
    checked,
)

PLAIN_LAYER = ("rnn.cell", "rnn.forward")  # of an earlier chapter

# ---------------------------------------------------------------------------------------------------------------------
# Layers with locked dropout between them


@checked
def locked_stack(
    x: T_B_H, h0: L_B_H, W_ih: L_H_H, W_hh: L_H_H, b: L_H, u: L_B_H, p: Probability
) -> tuple[T_B_H, L_B_H]:
    r"""A stack of tanh layers with dropout between them, the same for all steps of an example.

    .. math:: \tilde h^{(l)}_t = \frac{[u^{(l)} \ge p]}{1 - p} \odot h^{(l)}_t, \qquad
       h^{(l)}_t = \tanh\bigl(W^{(l)}_{ih} \tilde h^{(l-1)}_t + W^{(l)}_{hh} h^{(l)}_{t-1} + b^{(l)}\bigr)

    Layers from 0; x goes into the first one as it is, and the states of the last one are returned as they are, with
    the last state of each layer. Source: Gal and Ghahramani (2016), between layers alone.
    """
    below, last = x, []
    for n in range(len(h0)):
        if n > 0:
            below = below * kept(u[n - 1], p)
        states, h_t = [], h0[n]
        for x_t in below:
            h_t = np.tanh(x_t @ W_ih[n].T + h_t @ W_hh[n].T + b[n])
            states.append(h_t)
        below = np.stack(states)
        last.append(h_t)
    return below, np.stack(last)


def kept(u: Array, p: float) -> Array:
    """What each unit is multiplied by."""
    return np.where(u >= p, 1 / (1 - p), 0).astype(u.dtype)


sign(globals(), "locked_stack")

DROPPED, ANEW = "below = below * kept(u[n - 1], p)", "below = np.stack(states)"
ONE_STEP = "np.tanh(x_t @ W_ih[n].T + h_t @ W_hh[n].T + b[n])"
AFTER_LAST = edit(locked_stack, "return below,", "return below * kept(u[-1], p),")
STACK_MISTAKES = (
    Mistake(
        "D17",
        "dropout before the first layer, or after the last one",
        "With L layers, at how many places are units dropped? Count them for L = 1.",
        "Dropout acts between two layers. Which outputs go into a layer?",
        {
            "after": AFTER_LAST,
            "before": edit(locked_stack, "x, []", "x * kept(u[0], p), []"),
            "before, by the last draws": edit(locked_stack, "x, []", "x * kept(u[-1], p), []"),
            "before, each by its own draws": edit(locked_stack, "if n > 0", "if n >= 0")
            + edit(locked_stack, "u[n - 1]", "u[n]"),
            "both": AFTER_LAST + edit(locked_stack, "x, []", "x * kept(u[0], p), []"),
        },
        test="Take a single layer and p = 1/2, and compare with p = 0.",
    ),
    Mistake(
        "D17n",
        "no dropout",
        "Does your answer change when p changes?",
        "What goes into the second layer: all that the first one gave?",
        edit(locked_stack, DROPPED, "pass"),
        test="Compare p = 0 with p = 1/2, with two layers.",
    ),
    Mistake(
        "D18",
        "not scaled, or otherwise",
        "Half of the units are dropped, the others as they were. How large is the mean that goes on?",
        "What stays makes up for what is dropped, so that the mean over many draws is as before.",
        {
            "not": edit(kept, "1 / (1 - p)", "1.0"),
            "root": edit(kept, "1 / (1 - p)", "1 / np.sqrt(1 - p)"),
        },
        test="Take p = 1/2, and states of the layer below that are all 1: what goes into the next one?",
    ),
    Mistake(
        "D18m",
        "divided by the share that happened to stay",
        "Does the factor of a unit depend on how many others were dropped? Should it?",
        "The share that stays on average is known before any draw. Where does yours come from?",
        {
            "by what was kept": edit(kept, "np.where(u >= p, 1 / (1 - p), 0)", "(u >= p) / np.mean(u >= p)"),
        },
        test="Take p = 1/2 and draws that are all above 1/2: what goes into the next layer?",
    ),
    Mistake(
        "D18n",
        "all units kept, and made larger",
        "How many of the numbers that go into your second layer are 0? How many should be?",
        "Some units are dropped, and the others grow. Which of the two is in your lines?",
        {
            "nothing dropped": edit(kept, "np.where(u >= p, 1 / (1 - p), 0)", "np.full(u.shape, 1 / (1 - p))"),
        },
        test="Take p = 1/2 and draws of 0.2 and 0.7: what goes into the next layer?",
    ),
    Mistake(
        "D18t",
        "multiplied in place of divided",
        "Are the units that stay made larger or smaller in yours? Which of the two keeps the mean as it was?",
        "What stays makes up for what is dropped, so that the mean over many draws is as before.",
        {
            "times": edit(kept, "1 / (1 - p)", "1 - p"),
            "times p": edit(kept, "1 / (1 - p)", "p"),
        },
        test="Take p = 1/2, and states of the layer below that are all 1: what goes into the next one?",
    ),
    Mistake(
        "D18p",
        "divided by the share that is dropped",
        "With p near 0 nearly all units stay. By how much should each of them grow, and by how much does it?",
        "What stays makes up for what is dropped. Which share is which?",
        {
            "by p": edit(kept, "1 / (1 - p)", "1 / np.float64(p)"),
        },
        test="Take p = 1/4, and states of the layer below that are all 1: what goes into the next one?",
    ),
    Mistake(
        "D18k",
        "the dropped ones kept",
        "With p near 0, are nearly all units kept with you?",
        "A draw is below p with the probability p. Are those the units to keep?",
        {
            "": edit(kept, "u >= p", "u < p"),
            "above the other share": edit(kept, "u >= p", "u >= 1 - p"),
            "scaled by p": edit(kept, "u >= p, 1 / (1 - p)", "u < p, 1 / np.float64(p)"),
            "scaled by p, by a quotient": edit(kept, "np.where(u >= p, 1 / (1 - p), 0)", "(u < p) / np.float64(p)"),
        },
        test="Take p = 0.1 and draws of 0.05 and 0.5: which of the two units should stay?",
    ),
    Mistake(
        "D18o",
        "the right share, but of other units",
        "Which draws stand for a dropped unit by the task: the small ones, or the large ones? And in yours?",
        "The share that stays is right. Which units are in it?",
        {
            "by the other share": edit(kept, "u >= p", "u < 1 - p"),
        },
        test="Take p = 0.1 and draws of 0.05 and 0.95: which of the two units should stay?",
    ),
    Mistake(
        "D41",
        "units dropped on the way to the next step",
        "Does a layer read its own state of the step before whole, or with units dropped?",
        "Dropout sits between two layers. Is one of your arrays used by the same layer as well?",
        {
            "": edit(locked_stack, "h_t @ W_hh", "(h_t * kept(u[n], p)) @ W_hh"),
            "and the start not": edit(locked_stack, "h_t @ W_hh", "(h_t * kept(u[n], p) if states else h_t) @ W_hh"),
            "of the layer below": edit(locked_stack, "h_t @ W_hh", "(h_t * kept(u[n - 1], p) if n else h_t) @ W_hh"),
            "the state itself": edit(locked_stack, DROPPED, "pass")
            + edit(
                locked_stack, ONE_STEP, f"{ONE_STEP}\n            h_t = h_t * kept(u[n], p) if n < len(h0) - 1 else h_t"
            ),
            "the state itself, everywhere": edit(locked_stack, DROPPED, "pass")
            + edit(locked_stack, ONE_STEP, f"{ONE_STEP} * kept(u[n], p)"),
        },
        test="Take two steps and p near 1: what does each layer still know of step 1 at step 2?",
    ),
    Mistake(
        "D42",
        "last states with units dropped",
        "Are some of the last states that you return exactly 0? Should they be?",
        "The last state is what a layer would go on from. Has it been dropped there?",
        {
            "": edit(locked_stack, "last.append(h_t)", "last.append(h_t * kept(u[n], p) if n < len(h0) - 1 else h_t)"),
            "of all": edit(locked_stack, "last.append(h_t)", "last.append(h_t * kept(u[n], p))"),
            "and the output": edit(locked_stack, "last.append(h_t)", "last.append(h_t * kept(u[n], p))") + AFTER_LAST,
        },
        test="Look for zeros in the last states, with p = 1/2.",
    ),
    Mistake(
        "D43",
        "draws of another layer",
        "Which draws belong to the outputs of the first layer? Which ones do you use for them?",
        "The draws carry the number of the layer whose outputs they drop.",
        {
            "of the layer that reads": edit(locked_stack, "u[n - 1]", "u[n]"),
            "from the end": edit(locked_stack, "u[n - 1]", "u[len(h0) - 1 - n]"),
        },
        test="Take three layers, and change the draws of one of them: which layers change?",
    ),
    Mistake(
        "D43f",
        "the draws of the first layer for all",
        "Which draws belong to the outputs of the second layer? Which ones do you use for them?",
        "The draws carry the number of the layer whose outputs they drop.",
        {
            "of the first for all": edit(locked_stack, "u[n - 1]", "u[0]"),
        },
        test="Take three layers, and change the draws of the second one: should the states of the third change?",
    ),
    Mistake(
        "D44",
        "another axis of the draws",
        "Do two examples drop the same units with you? Do they share their draws?",
        "Draws are there for each example and unit, and the same at each step.",
        {
            "the first example for all": edit(locked_stack, "u[n - 1]", "u[n - 1, :1]"),
        },
        test="Take two examples whose draws differ, and print what goes into the second layer.",
    ),
    Mistake(
        "D44s",
        "units dropped at one step alone",
        "At how many steps are units dropped with you? At how many should they be?",
        "Draws are there for each example and unit, and the same at each step.",
        {
            "at the first step alone": edit(
                locked_stack, DROPPED, "below = np.concatenate([below[:1] * kept(u[n - 1], p), below[1:]])"
            ),
            "at the last step alone": edit(
                locked_stack, DROPPED, "below = np.concatenate([below[:-1], below[-1:] * kept(u[n - 1], p)])"
            ),
        },
        test="Take three steps, and print what goes into the second layer at each of them.",
    ),
    Mistake(
        "D44u",
        "one draw for all units",
        "Has your second layer examples that get no unit at all, or every one? How many draws has an example?",
        "Draws are there for each example and unit, and the same at each step.",
        {
            "one unit for all": edit(locked_stack, "u[n - 1]", "u[n - 1, :, :1]"),
        },
        test="Take one example whose draws are small and large by turns, and print what goes into the second layer.",
    ),
    Mistake(
        "D44e",
        "the draws of another example",
        "Change the draws of one example alone. Which example notices with you, and which should?",
        "Draws are there for each example and unit, in the order of the batch.",
        {
            "examples turned": edit(locked_stack, "u[n - 1]", "u[n - 1, ::-1]"),
        },
        test="Take two examples whose draws differ, and print what goes into the second layer.",
    ),
    Mistake(
        "D15",
        "a layer that reads something else than the one below",
        "What does your second layer read at step t? And your third?",
        "Change the weights of the first layer: do the states of the last one notice?",
        {
            "x": edit(locked_stack, "in below", "in x"),
            "x, dropped": edit(locked_stack, DROPPED, "below = x * kept(u[n - 1], p)"),
            "x as well": edit(locked_stack, DROPPED, "below = x + below * kept(u[n - 1], p)"),
            "what the layer below read as well": edit(
                locked_stack, ANEW, "below = np.stack(states) + (below if n < len(h0) - 1 else 0)"
            ),
        },
        test="Take two layers and p = 0, and set the weights of the first one to zero.",
    ),
    Mistake(
        "D15t",
        "another step of the layer below",
        "At step t, which step of the layer below does your second layer read? And at the first step?",
        "Change the input of one step. At which step does your second layer notice first?",
        {
            "the last state alone": edit(
                locked_stack, DROPPED, "below = np.broadcast_to(below[-1], below.shape) * kept(u[n - 1], p)"
            ),
            "one step earlier": edit(
                locked_stack,
                DROPPED,
                "below = np.concatenate([0 * below[:1], below[:-1]]) * kept(u[n - 1], p)",
            ),
            "one step earlier, in a circle": edit(
                locked_stack, DROPPED, "below = np.roll(below, 1, axis=0) * kept(u[n - 1], p)"
            ),
            "one step earlier, from h0 on": edit(
                locked_stack,
                DROPPED,
                "below = np.concatenate([h0[n - 1 : n], below[:-1]]) * kept(u[n - 1], p)",
            ),
        },
        test="Take two steps, and change the second input alone. Which states of the second layer should notice?",
    ),
    Mistake(
        "D46",
        "the weights of one layer for all",
        "Each layer has weights of its own. Which index do they have in your first layer, and which in your last?",
        "Change the weights of the last layer: what should change, and what does?",
        {
            "the first": edit(locked_stack, ONE_STEP, "np.tanh(x_t @ W_ih[0].T + h_t @ W_hh[0].T + b[0])"),
            "W_ih": edit(locked_stack, "W_ih[n]", "W_ih[0]"),
            "W_hh": edit(locked_stack, "W_hh[n]", "W_hh[0]"),
            "b": edit(locked_stack, "b[n]", "b[0]"),
            "from the last": edit(
                locked_stack, ONE_STEP, "np.tanh(x_t @ W_ih[-1 - n].T + h_t @ W_hh[-1 - n].T + b[-1 - n])"
            ),
            "of the layer below": edit(
                locked_stack, ONE_STEP, "np.tanh(x_t @ W_ih[n - 1].T + h_t @ W_hh[n - 1].T + b[n - 1])"
            ),
            "W_ih of the layer below": edit(locked_stack, "W_ih[n]", "W_ih[n - 1]"),
        },
        test="Take two layers, the second one with weights and bias of zero.",
    ),
    Mistake(
        "D47",
        "a layer that begins elsewhere",
        "With which state does each of your layers begin? Print it for the second one.",
        "Layers hand on their outputs, step by step. Do they hand on their last state too?",
        {
            "where the layer below ended": edit(
                locked_stack, "h_t = [], h0[n]", "h_t = [], last[-1] if last else h0[0]"
            ),
            "as the first": edit(locked_stack, "h_t = [], h0[n]", "h_t = [], h0[0]"),
            "from zero": edit(locked_stack, "h_t = [], h0[n]", "h_t = [], 0 * h0[n]"),
            "from zero above the first": edit(
                locked_stack, "h_t = [], h0[n]", "h_t = [], h0[n] if n == 0 else 0 * h0[n]"
            ),
        },
        test="Change h0 of the second layer alone: what should change?",
    ),
    Mistake(
        "D48",
        "other last states",
        "For each layer, which step do your last states come from? In which order do the layers come?",
        "Compare the last state of the last layer with the last entry of h.",
        {
            "the first ones": edit(locked_stack, "last.append(h_t)", "last.append(states[0])"),
            "layers turned": edit(locked_stack, "np.stack(last)", "np.stack(last[::-1])"),
            "of the last layer for all": edit(locked_stack, "np.stack(last)", "np.stack([last[-1]] * len(last))"),
            "of the first layer for all": edit(locked_stack, "np.stack(last)", "np.stack([last[0]] * len(last))"),
        },
        test="Take two layers and two steps, and print all four states.",
    ),
    Mistake(
        "D48h",
        "the states of another layer",
        "Of which layer are the states that you return?",
        "Print the states of each layer, and compare with what comes back.",
        {
            "the first": edit(locked_stack, ANEW, f"{ANEW}\n        first = below if n == 0 else first")
            + edit(locked_stack, "return below", "return first"),
            "the mean": edit(locked_stack, ANEW, f"{ANEW}\n        total = below if n == 0 else total + below")
            + edit(locked_stack, "return below", "return total / len(h0)"),
        },
        test="Take two layers, the second one with weights and bias of zero.",
    ),
    Mistake(
        "R3",
        "every step starts from h0",
        "From step 2 on, does a layer read its own state of the step before?",
        "Follow the state of the first step by hand. Under which name does the next step read it?",
        edit(locked_stack, "h_t @ W_hh", "h0[n] @ W_hh"),
        test="Take one layer and two steps, and change the first input.",
    ),
    Mistake(
        "R6",
        "a matrix transposed",
        "All matrices are square here, so no shape complains. Does row i of each collect what unit i receives?",
        "Examples are rows. On which side of the product does the matrix stand, and does it stand as it is?",
        {
            "W_hh": edit(locked_stack, "W_hh[n].T", "W_hh[n]"),
            "W_ih": edit(locked_stack, "W_ih[n].T", "W_ih[n]"),
            "both": edit(locked_stack, "W_hh[n].T", "W_hh[n]") + edit(locked_stack, "W_ih[n].T", "W_ih[n]"),
        },
        test="Take matrices with a single entry that is not zero.",
    ),
    Mistake(
        "R7",
        "the bias left out, or added twice",
        "With all weights and inputs zero, what should your states be, and on which argument do they depend?",
        "Count how often the bias of a layer enters one step.",
        {
            "left out": edit(locked_stack, " + b[n]", ""),
            "twice": edit(locked_stack, " + b[n]", " + 2 * b[n]"),
        },
        test="Set W_ih, W_hh, h0 and x to zero.",
    ),
    Mistake(
        "R9",
        "another nonlinearity, or none",
        "Between which bounds should the states of each layer lie? Do yours?",
        "Compare the function that you call in each step with the one of the task.",
        {
            "none": edit(locked_stack, "np.tanh(", "("),
            "none but in the last layer": edit(
                locked_stack, "np.tanh(", "(np.tanh if n == len(h0) - 1 else np.positive)("
            ),
            "rectifier": edit(locked_stack, "np.tanh(", "np.maximum(0, "),
        },
        test="Take large weights, and look at the largest state of each layer.",
    ),
    Mistake(
        "D49",
        "dropped behind the weights",
        "What is multiplied by 0 with you: what a unit below gives, or what a unit above receives?",
        "A dropped unit gives nothing to any unit above. Where does your mask stand: before W_ih, or behind it?",
        {
            "of the input": edit(locked_stack, DROPPED, "pass")
            + edit(locked_stack, "x_t @ W_ih[n].T", "x_t @ W_ih[n].T * (kept(u[n - 1], p) if n else 1)"),
            "of all within tanh": edit(locked_stack, DROPPED, "pass")
            + edit(
                locked_stack,
                ONE_STEP,
                "np.tanh((x_t @ W_ih[n].T + h_t @ W_hh[n].T + b[n]) * (kept(u[n - 1], p) if n else 1))",
            ),
        },
        test="Let W_ih of the second layer swap two units, and drop one of them: which unit above gets nothing?",
    ),
    Mistake(
        "D43c",
        "the draws of all layers below together",
        "Take three layers, and change the draws of the first one alone. Should the third layer drop other units?",
        "What goes into a layer has been dropped once, by the draws of the layer just below.",
        edit(
            locked_stack, DROPPED, "below = below * np.prod([kept(u[k], p) for k in range(n)], axis=0).astype(u.dtype)"
        ),
        test="Print the factors of the units that go into your third layer: are they all 0 or 1/(1-p)?",
    ),
    Mistake(
        "D18h",
        "the threshold at a half",
        "With p = 0.1, a draw is 0.3. Does this unit stay, by the task and with you?",
        "With which probability is a draw below your threshold? Which one is asked for?",
        {
            "": edit(kept, "u >= p", "u >= 0.5"),
            "scaled by it": edit(kept, "np.where(u >= p, 1 / (1 - p), 0)", "np.where(u >= 0.5, 2, 0)"),
        },
        test="Take p = 0.1 and draws of 0.3 and 0.7: which of the two units should stay?",
    ),
    Mistake(
        "D18u",
        "the draws themselves as factors",
        "Which values can the factor of a unit have, by the task and with you?",
        "A draw decides whether a unit stays. It does not say how much of it.",
        {
            "scaled": edit(kept, "np.where(u >= p, 1 / (1 - p), 0)", "(u / (1 - p))"),
            "where it stays": edit(kept, "np.where(u >= p, 1 / (1 - p), 0)", "np.where(u >= p, u / (1 - p), 0)"),
            "as they are": edit(kept, "np.where(u >= p, 1 / (1 - p), 0)", "u"),
        },
        test="Take p = 1/2 and draws of 0.6 and 0.9: what are the two units multiplied by?",
    ),
    Mistake(
        "D18x",
        "made larger in another place",
        "Which numbers are divided by 1 - p with you? Are x and the first layer as they are for p = 0?",
        "What stays of a layer's output is divided, just there, and nothing else.",
        {
            "x in their place": edit(kept, "1 / (1 - p)", "1.0")
            + edit(locked_stack, "x, []", "x / (1 - x.dtype.type(p)), []"),
            "x too": edit(locked_stack, "x, []", "x / (1 - x.dtype.type(p)), []"),
            "what is returned": edit(kept, "1 / (1 - p)", "1.0")
            + edit(locked_stack, "return below,", "return below / (1 - x.dtype.type(p)),"),
        },
        test="Take a single layer, and compare p = 0 with p = 1/2.",
    ),
    Mistake(
        "R7o",
        "the bias outside of tanh",
        "Can a state of yours leave -1 to 1? With all weights zero and a bias of 3, what should it be?",
        "A bias moves what goes into a function, not what comes out of it.",
        edit(locked_stack, ONE_STEP, "np.tanh(x_t @ W_ih[n].T + h_t @ W_hh[n].T) + b[n]"),
        test="Set W_ih and W_hh to zero, and a bias to 3.",
    ),
)


def layers(r: Generator, L: int, T: int, B: int, H: int, p: float, dtype: Any = float) -> tuple[Any, ...]:
    """A stack's arguments. No two examples of a layer drop the same units, nor an example in two layers."""
    arrays = [r.normal(size=(T, B, H)), r.normal(size=(L, B, H)), *(r.normal(size=(2, L, H, H)) * 1.2 / np.sqrt(H))]
    arrays.append(r.uniform(0.3, 0.8, size=(L, H)) * r.choice((-1, 1), size=(L, H)))
    alike = True
    while alike:
        first = r.permuted(np.broadcast_to(np.arange(H), (L, H)), axis=1)
        rank = (first[:, None] + np.arange(B)[:, None]) % H  # the next example has the next unit in each place
        u = (rank + r.uniform(0.35, 0.65, (L, B, H))) / H
        alike = p > 0 and any(len(np.unique(u[:, i] < p, axis=0)) < L for i in range(B))
    return (*(a.astype(dtype) for a in (*arrays, u)), p)


stack_exercise = Exercise(
    name="bidirectional.locked_stack",
    task="A stack of L tanh layers with H units each (eq-bidirectional-stack), with one bias, in one direction, and "
    "dropout between the layers (eq-bidirectional-dropout): what layer l gives to layer l+1 is dropped where u[l] < p "
    "and divided by 1 - p elsewhere, in the same units at all steps. Nothing is dropped of x, of the states that are "
    "returned, and within a layer from step to step. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B H", "as many inputs as units"),
        Value("h0", "L B H", "the first state of each layer"),
        Value("W_ih", "L H H"),
        Value("W_hh", "L H H"),
        Value("b", "L H"),
        Value("u", "L B H", "draws from 0 to 1 for the outputs of each layer; those of the last are not needed"),
        Value("p", None, "the probability of being dropped, a float from 0 to below 1"),
    ),
    outputs=(Value("h", "T B H", "of the last layer"), Value("h_n", "L B H", "the last state of each layer")),
    probe="p",
    smaller=PLAIN_LAYER,
    reference=locked_stack,
    cases={
        "general": lambda r: layers(r, 3, 4, 3, 5, 0.45),
        "one layer": lambda r: layers(r, 1, 3, 2, 4, 0.3),
        "nothing dropped": lambda r: layers(r, 3, 3, 2, 4, 0.0),
        "one step": lambda r: layers(r, 2, 1, 3, 4, 0.3),
        "square": lambda r: layers(r, 2, 4, 4, 4, 0.3),
        "float32": lambda r: layers(r, 2, 3, 2, 4, 0.3, np.float32),
    },
    facets=(
        Facet("one layer", 2, ("one layer",)),
        Facet("several layers, p = 0", 3, ("nothing dropped",)),
        Facet("the states, with dropout", 4, ("general", "one step", "square", "float32"), ("h",)),
        Facet("the last states, with dropout", 3, ("general", "one step", "square", "float32"), ("h_n",)),
    ),
    mistakes=STACK_MISTAKES,
    words={"L": "layer"},
)

# ---------------------------------------------------------------------------------------------------------------------
# Paths through connections


def paths(C: Ints, T: Count) -> Ints:
    r"""On how many paths an input gets to each layer, by the steps that it takes.

    .. math:: P_{i,d} = [d = 0]\, C_{i,0} + \sum_j C_{i,1+j}\, P_{j,d} + \sum_j C_{i,1+L+j}\, P_{j,d-1}

    Each is one term of the gradient of h^i_{t+d} with respect to x_t. Returns (L, T) integers.
    """
    order, L = network_order(C), len(C)
    P = np.zeros((L, T), int)
    for d in range(T):
        for i in order:
            P[i, d] = C[i, 0] * (d == 0) + C[i, 1 : 1 + L] @ P[:, d]
            if d > 0:
                P[i, d] += C[i, 1 + L :] @ P[:, d - 1]
    return P


sign(globals(), "paths")

NOW, LATER = "C[i, 1 : 1 + L] @ P[:, d]", "C[i, 1 + L :] @ P[:, d - 1]"
SETUP = "order, L = network_order(C), len(C)"


def rearranged(now: str, later: str) -> Form:
    """Other blocks in the place of those without and with delay, and the order that goes with them."""
    blocks = f"np.column_stack([C[:, 0], {now}, {later}])"
    return edit(paths, SETUP, f"L = len(C)\n    C = {blocks}\n    order = network_order(C)")


NOW_BLOCK, LATER_BLOCK = "C[:, 1 : 1 + L]", "C[:, 1 + L :]"


def exchanged(C: Ints, T: int) -> Ints:
    """The two blocks exchanged, and as many rounds within a step as there are layers."""
    L = len(C)
    before, same = C[:, 1 : 1 + L], C[:, 1 + L :]
    columns: list[Ints] = []
    for _ in range(T):
        start = before @ columns[-1] if columns else C[:, 0]
        arrived = start
        for _ in range(L):
            arrived = start + same @ arrived
        columns.append(arrived)
    return np.stack(columns, axis=1)


def longest(C: Ints, T: int) -> Ints:
    """The connections on the longest path, that of the input among them; 0 where there is none."""
    order, L = network_order(C), len(C)
    P = np.zeros((L, T), int)
    for d in range(T):
        for i in order:
            sources = [P[j, d] for j in range(L) if C[i, 1 + j]]
            sources += [P[j, d - 1] for j in range(L) if d > 0 and C[i, 1 + L + j]]
            P[i, d] = max([1] * int(d == 0 and C[i, 0]) + [n + 1 for n in sources if n], default=0)
    return P


def longest_from_zero(C: Ints, T: int) -> Ints:
    """The same without that of the input."""
    return np.maximum(longest(C, T) - 1, 0)


def endless(seen: Examination) -> bool:
    """Did it go on calling itself?"""
    return any(outcome.error[0] == "RecursionError" for outcome in seen.got.values())


def one_connection(C: Ints, T: int) -> Ints:
    """Within a step one connection at most."""
    L = len(C)
    P = np.zeros((L, T), int)
    for d in range(T):
        arrived = C[:, 0] if d == 0 else C[:, 1 + L :] @ P[:, d - 1]
        P[:, d] = arrived + C[:, 1 : 1 + L] @ arrived
    return P


def two_connections(C: Ints, T: int) -> Ints:
    """Or two."""
    L = len(C)
    P = np.zeros((L, T), int)
    for d in range(T):
        arrived = C[:, 0] if d == 0 else C[:, 1 + L :] @ P[:, d - 1]
        P[:, d] = arrived + C[:, 1 : 1 + L] @ (arrived + C[:, 1 : 1 + L] @ arrived)
    return P


PATH_MISTAKES = (
    Mistake(
        "D19",
        "connections read the wrong way round",
        "Draw the arrow that a 1 in row 0 and in the column of layer 1 stands for. Where does it point?",
        "A row says what a layer receives. Over what do you sum: over what it gets, or over whom it feeds?",
        {
            "": rearranged(f"{NOW_BLOCK}.T", f"{LATER_BLOCK}.T"),
            "with delay": rearranged(NOW_BLOCK, f"{LATER_BLOCK}.T"),
            "without delay": rearranged(f"{NOW_BLOCK}.T", LATER_BLOCK),
        },
        test="Let the first of two layers feed the second, once with delay and once without. Only the first has input.",
    ),
    Mistake(
        "D51",
        "layers computed before what feeds them",
        "When you compute a layer, is all there that it receives within the same step?",
        "The numbers of the layers are names. In which order can they be computed?",
        {
            "by their numbers": edit(paths, "in order", "in range(L)"),
            "by their numbers, downwards": edit(paths, "in order", "in reversed(range(L))"),
        },
        test="Take two layers, of which one feeds the other without delay; then exchange their numbers.",
    ),
    Mistake(
        "D59",
        "one or two connections within a step at most",
        "Within one step, over how many connections may a path go? And over how many with you?",
        "What arrives at a layer goes on at once, where C says so, and from there again.",
        {"": instead(paths, one_connection), "two": instead(paths, two_connections)},
        test="Take four layers in a stack, and T = 1.",
    ),
    Mistake(
        "D52",
        "a new input at every step, or a sum over the delays",
        "A layer that hears the input and itself has one path for each delay. Do your numbers grow with the delay?",
        "There is one input, at delay 0. Does it come in again, or do you add over the delays?",
        {
            "": edit(paths, " * (d == 0)", ""),
            "added up in the end": edit(paths, "return P", "return np.cumsum(P, axis=1)"),
        },
        test="Take one layer that gets the input and has no recurrence.",
    ),
    Mistake(
        "D53",
        "delays mixed up",
        "Which columns of C are the connections within a step, and which take a step? Which do you use for what?",
        "A connection with delay brings what was there one step before.",
        {
            "blocks exchanged": edit(paths, "C[i, 1 : 1 + L]", "C[i, 1 + L :]")
            + edit(paths, LATER, "C[i, 1 : 1 + L] @ P[:, d - 1]"),
            "blocks exchanged, going round": instead(paths, exchanged),
            "all": edit(paths, f" + {NOW}", "") + edit(paths, LATER, "(C[i, 1 : 1 + L] + C[i, 1 + L :]) @ P[:, d - 1]"),
            "those within a step also later": edit(paths, LATER, "(C[i, 1 : 1 + L] + C[i, 1 + L :]) @ P[:, d - 1]"),
        },
        test="Take two layers and one connection between them, once without and once with delay.",
    ),
    Mistake(
        "D53t",
        "a delay of two steps",
        "After how many steps does what a connection with delay brings arrive in yours?",
        "A connection with delay brings what was there one step before.",
        {
            "two steps": edit(paths, "d - 1]", "d - 2]") + edit(paths, "d > 0", "d > 1"),
        },
        test="Take two layers, one connection between them with delay, and T = 3.",
    ),
    Mistake(
        "D53b",
        "one kind of connections left out",
        "How many blocks of columns has C, and how many of them enter your sum?",
        "Input, within the step, one step later: which of the three never changes your answer?",
        {
            "without delay": edit(paths, f" + {NOW}", ""),
            "with delay": edit(paths, LATER, "0"),
            "the input": edit(paths, "C[i, 0] * (d == 0)", "(i == 0) * (d == 0)"),
            "the input for all": edit(paths, "C[i, 0] * (d == 0)", "(d == 0)"),
        },
        test="Set one block of C to zeros after the other. Which layers should lose paths each time?",
    ),
    Mistake(
        "D54",
        "whether there is a path, and not how many",
        "Two layers feed a third one, and both have heard the input. How many paths lead there?",
        "Yes or no is one answer, a number another one.",
        {
            "in the end": edit(paths, "return P", "return (P > 0).astype(int)"),
            "the most of one source": edit(paths, NOW, "(C[i, 1 : 1 + L] * P[:, d]).max()")
            + edit(paths, LATER, "(C[i, 1 + L :] * P[:, d - 1]).max()"),
        },
        test="Take an input that feeds two layers, both of which feed a third.",
    ),
    Mistake(
        "D60",
        "how long a path is, and not how many there are",
        "A plain recurrent network has one path for each delay. What do you say for the delay 3?",
        "What do you add up from connection to connection: how many ways there are, or how far it is?",
        {
            "the longest": instead(paths, longest),
            "the longest, counted from 0": instead(paths, longest_from_zero),
        },
        test="Take one layer that hears the input and itself.",
    ),
    Mistake(
        "D61",
        "a recursion without end",
        "For which layers does your function call itself where C has a 0? Is that call needed?",
        "A connection that is not there leads nowhere. Only along those that are there can no circle be walked.",
        sees=endless,
        test="Take two layers without any connection, and print each call.",
    ),
    Mistake(
        "D55",
        "only some of the delayed connections",
        "Which layers does a layer hear one step later with you: just those that C names?",
        "The block with delay is a whole matrix. Which of its entries do you read?",
        {
            "the own alone": edit(paths, LATER, "C[i, 1 + L + i] * P[i, d - 1]"),
            "all but the own": edit(paths, LATER, "C[i, 1 + L :] @ P[:, d - 1] - C[i, 1 + L + i] * P[i, d - 1]"),
            "the own always": edit(paths, LATER, f"{LATER} + (1 - C[i, 1 + L + i]) * P[i, d - 1]"),
        },
        test="Take two layers that hear each other with delay alone, and then two that hear themselves.",
    ),
    Mistake(
        "D56",
        "columns one off",
        "Which column of C is the input, and in which does the first block begin?",
        "Write the name of its source above each column of C.",
        {
            "within a step": edit(paths, "C[i, 1 : 1 + L]", "C[i, :L]"),
            "with delay": edit(paths, "C[i, 1 + L :]", "C[i, L:-1]"),
            "both": edit(paths, "C[i, 1 : 1 + L]", "C[i, :L]") + edit(paths, "C[i, 1 + L :]", "C[i, L:-1]"),
            "the input last": edit(
                paths, SETUP, "L = len(C)\n    order = network_order(C)\n    C = np.roll(C, 1, axis=1)"
            ),
        },
        test="Take two layers, and follow a single 1 through your slices.",
    ),
    Mistake(
        "D57",
        "delays counted otherwise",
        "In the first column of your answer, how many steps have passed since the input?",
        "An input reaches a layer within its own step, where C says so. That is delay 0.",
        {
            "from 1": edit(paths, "return P", "return np.column_stack([np.zeros(L, int), P[:, :-1]])"),
            "the step itself left out": edit(
                paths, "P = np.zeros((L, T), int)", "P, T = np.zeros((L, T + 1), int), T + 1"
            )
            + edit(paths, "return P", "return P[:, 1:]"),
            "from the end": edit(paths, "return P", "return P[:, ::-1]"),
        },
        test="Take one layer that gets the input and has no recurrence: where should its 1 stand?",
    ),
    Mistake(
        "D58",
        "of two kinds of connections one counted",
        "In a stack of two layers each layer hears itself. How many paths lead to the upper one with delay 1?",
        "For a delay above 0 both blocks of C bring something. Is all of that in your number?",
        {
            "by what comes later": edit(paths, "P[i, d] +=", "P[i, d] ="),
            "if there is any": edit(paths, f"P[i, d] += {LATER}", f"P[i, d] = {LATER} or P[i, d]"),
            "the larger one": edit(paths, f"P[i, d] += {LATER}", f"P[i, d] = max(P[i, d], {LATER})"),
        },
        test="Take two layers in a stack with recurrences, and T = 2.",
    ),
)

DIAMOND = np.array(
    [
        [1, 0, 0, 0, 0, 1, 0, 0, 1],
        [1, 1, 0, 0, 0, 0, 1, 0, 0],
        [0, 1, 1, 0, 0, 0, 1, 0, 0],
        [1, 0, 1, 1, 0, 0, 0, 1, 0],
    ]
)
"""Four layers that count as they can be computed: skips, an own memory of two of them, and feedback."""
RING = np.array(
    [
        [0, 0, 0, 0, 0, 0, 1],
        [1, 0, 0, 0, 1, 0, 1],
        [0, 0, 0, 0, 0, 1, 1],
    ]
)
"""Three layers that hear each other one step later, and nothing within a step."""


def renamed(r: Generator, C: Ints, mixed: bool = True) -> Ints:
    """The same network with other numbers for its layers: where mixed, neither upwards nor downwards an order."""
    L = len(C)
    rank = np.argsort(r.permutation(L))
    while mixed and not (
        0 < sum(C[i, 1 + j] and rank[j] > rank[i] for i in range(L) for j in range(L)) < C[:, 1 : 1 + L].sum()
    ):
        rank = np.argsort(r.permutation(L))
    place = np.argsort(rank)  # which layer has the new number
    return np.column_stack([C[place, 0], C[np.ix_(place, 1 + place)], C[np.ix_(place, 1 + L + place)]])


paths_exercise = Exercise(
    name="bidirectional.paths",
    task="On how many paths an input x_t gets to the state of layer i, d steps later, in the network that C describes "
    "(eq-bidirectional-network). A connection without delay adds to the paths of the same step, one with delay to "
    "those of the next; every 1 of C is a connection. Return whole numbers. NumPy only.",
    arguments=(
        Value("C", "L 1+2L", "zeros and ones: input, layers within the step, layers one step before"),
        Value("T", None, "how many delays: 0 to T-1"),
    ),
    outputs=(Value("P", "L D", "paths to layer i with d steps of delay", integers=True),),
    reference=paths,
    cases={
        "general": lambda r: (renamed(r, DIAMOND), int(r.integers(4, 6))),
        "same step": lambda r: (renamed(r, DIAMOND), 1),
        "stack": lambda r: (stacked(3), int(r.integers(4, 6))),
        "skips": lambda r: (stacked(3, skip=True), 3),
        "feedback": lambda r: (stacked(2, feedback=True), int(r.integers(4, 6))),
        "one layer": lambda r: (stacked(1), int(r.integers(2, 4))),
        "ring": lambda r: (renamed(r, RING, mixed=False), 5),
    },
    facets=(
        Facet("within the same step", 2, ("same step",)),
        Facet("stacks", 3, ("stack", "skips", "one layer")),
        Facet("any connections", 4, ("general", "feedback", "ring")),
    ),
    mistakes=PATH_MISTAKES,
    words={"L": "layer", "D": "delay"},  # from 0: no T, whose steps count from 1
)
