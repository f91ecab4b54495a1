r"""Exercises on clipping."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead
from rnncourse.checks.nested import Value
from rnncourse.gradients import clip_by_norm, global_norm
from rnncourse.shapes import M_N, N_, Positive, Probability, checked

CLIPPED = 1e-5  # relative; whether 10⁻⁶ is added to a norm may not matter
LIBRARY = "gradients.clipping"

CONDITION = "min(1.0, max_norm / (norm + 1e-6))"
TOO_LONG = "g * g.dtype.type(factor)"
G1 = Mistake(
    "G1",
    "clipped array by array, or row by row",
    "Does what you return still point where all the gradients together pointed?",
    "How many norms are there in your function, and how many factors? How many should there be?",
    {
        "": edit(
            clip_by_norm,
            "g.dtype.type(factor)",
            "g.dtype.type(min(1.0, max_norm / (np.linalg.norm(g.astype(float)) + 1e-6)))",
        ),
        "above the norm": edit(
            clip_by_norm,
            "g.dtype.type(factor)",
            "g.dtype.type(max_norm / (np.linalg.norm(g) + 1e-6) if norm > max_norm else 1.0)",
        ),
        "row by row": edit(
            clip_by_norm,
            TOO_LONG,
            "g * np.minimum(1.0, max_norm / (np.linalg.norm(g, axis=-1, keepdims=True) + 1e-6))",
        ),
        "one each": edit(
            clip_by_norm, "g.dtype.type(factor)", "g.dtype.type(factor if np.linalg.norm(g) > max_norm else 1.0)"
        ),
    },
    test="Take two arrays, one ten times as long as the other. Which ratio have they after clipping?",
)
G2 = Mistake(
    "G2",
    "clipped by value",
    "Clip (3, 0.1) to length 1: which direction is left in your answer?",
    "Shortening a vector and cutting its entries are two things. Which one keeps the direction?",
    {
        "": edit(clip_by_norm, TOO_LONG, "np.clip(g, -max_norm, max_norm)"),
        "above the norm": edit(clip_by_norm, TOO_LONG, "np.clip(g, -max_norm, max_norm) if norm > max_norm else g * 1"),
    },
    test="Divide your answer by the gradient, entry by entry: what do you expect to see?",
)
G3 = Mistake(
    "G3",
    "no condition",
    "What should happen to a small gradient, and what happens to it in your function?",
    "Clipping shortens, and never lengthens.",
    {
        "": edit(clip_by_norm, CONDITION, "max_norm / (norm + 1e-6)"),
        "0/0": edit(clip_by_norm, CONDITION, "np.float64(max_norm) / norm"),
        "turned round": edit(clip_by_norm, "min(1.0,", "max(1.0,"),
    },
    test="Call it with a max_norm that is far above the norm.",
)
G4 = Mistake(
    "G4",
    "no square root",
    "Clip a gradient of length 10 to 1: which length comes out?",
    "Double all gradients: should what you measure double, or become four times as large?",
    {
        "": edit(clip_by_norm, "norm = global_norm(gradients)", "norm = global_norm(gradients) ** 2"),
        "in the factor": edit(clip_by_norm, "(norm + 1e-6)", "(norm**2 + 1e-6)"),
        "where it is too long": edit(clip_by_norm, CONDITION, "max_norm / norm**2 if norm > max_norm else 1.0"),
        "in the condition": edit(clip_by_norm, CONDITION, "max_norm / norm if norm**2 > max_norm else 1.0"),
    },
    test="Measure the vector (3, 4) with your function.",
)
G5 = Mistake(
    "G5",
    "norms added up",
    "Put all arrays end to end in one vector. How long is it, and how long is it with you?",
    "Lengths at right angles do not add up like numbers in a row. What does?",
    {
        "": edit(global_norm, "math.hypot(*(", "sum(("),
        "the mean": edit(global_norm, "math.hypot(*(", "np.mean(list("),
        "the largest": edit(global_norm, "math.hypot(*(", "max(("),
    },
    test="Take two arrays of one entry each, 3 and 4.",
)
G5e = Mistake(
    "G5e",
    "another measure of an array",
    "How long is (3, 4), and what does your measure say?",
    "Which entries go into your measure, and how does each of them count?",
    {
        "largest entry": edit(
            global_norm,
            "math.hypot(*(float(np.linalg.norm(g.astype(np.float64)))",
            "max((float(np.abs(g).max())",
        ),
        "absolute values": edit(
            global_norm, "math.hypot(*(float(np.linalg.norm(g.astype(np.float64)))", "sum((float(np.abs(g).sum())"
        ),
        "root mean square": edit(
            clip_by_norm,
            "norm = global_norm(gradients)",
            "norm = float(np.sqrt(np.mean(np.concatenate([g.ravel() for g in gradients]) ** 2)))",
        ),
    },
    test="Take one array with the entries 3 and 4.",
)
G5s = Mistake(
    "G5s",
    "the most that a matrix stretches, for its length",
    "A matrix of ones, 3 by 3: how long are its nine numbers in a row? What do you measure? And of an identity?",
    "A norm of order 2 is another number for a matrix than for a vector. Which one do you want?",
    edit(global_norm, "np.linalg.norm(g.astype(np.float64))", "np.linalg.norm(g.astype(np.float64), ord=2)"),
    test="Measure an identity matrix of size 4, and the same 16 numbers in a row.",
)
G5f = Mistake(
    "G5f",
    "the norm of one array alone",
    "Does your norm change when any one of the arrays changes?",
    "Print, in each pass of your loop, what you have collected.",
    {
        "the first": edit(clip_by_norm, "global_norm(gradients)", "global_norm(gradients[:1])"),
        "the last": edit(clip_by_norm, "global_norm(gradients)", "global_norm(gradients[-1:])"),
    },
    test="Exchange the first and the last array: should the norm notice?",
)
G6 = Mistake(
    "G6",
    "max_norm forgotten in the factor",
    "Try another max_norm. Is that the length which comes out?",
    "After your division all gradients together have one certain length. Which one?",
    {
        "": edit(clip_by_norm, CONDITION, "1.0 / (norm + 1e-6) if norm > max_norm else 1.0"),
        "no condition": edit(clip_by_norm, CONDITION, "1.0 / (norm + 1e-6)"),
        "1 for the limit": edit(clip_by_norm, "max_norm / (norm", "1.0 / (norm"),
    },
    test="Clip one gradient to 2 and to 4: what ratio should the two answers have?",
)
G7 = Mistake(
    "G7",
    "the shortened gradients thrown away",
    "Print the norm after clipping. Is it another one than before?",
    "Follow the shortened arrays to the return. Under which name do they lie?",
    edit(clip_by_norm, TOO_LONG, "g * 1"),
    test="Compare, entry by entry, what goes in with what comes out.",
)
G11 = Mistake(
    "G11",
    "another number than the norm before clipping",
    "A monitor wants to know how long the gradient was. Can it see that from what you return?",
    "Which number is asked for, and at which line is it still known?",
    {
        "after": edit(clip_by_norm, "in gradients], norm", "in gradients], norm * factor"),
        "the factor": edit(clip_by_norm, "in gradients], norm", "in gradients], factor"),
        "the limit": edit(clip_by_norm, "in gradients], norm", "in gradients], max_norm"),
    },
    test="Call it with two gradients, one twice the other, both too long: your second outputs should differ.",
)
G34 = Mistake(
    "G34",
    "another factor",
    "Measure what you return: is it as long as it may be?",
    "Write down the factor for a norm of 10 and a max_norm of 2, on paper.",
    {
        "turned round": edit(clip_by_norm, CONDITION, "norm / max_norm if norm > max_norm else 1.0"),
        "root": edit(clip_by_norm, CONDITION, "np.sqrt(min(1.0, max_norm / (norm + 1e-6)))"),
        "soft": edit(clip_by_norm, CONDITION, "max_norm / (max_norm + norm)"),
        "plus one": edit(clip_by_norm, "norm + 1e-6", "norm + 1.0"),
        "to zero": edit(clip_by_norm, CONDITION, "1.0 if norm <= max_norm else 0.0"),
        "difference": edit(clip_by_norm, TOO_LONG, "g - g.dtype.type(max(0.0, norm - max_norm))"),
    },
    test="Call your function on its own answer: it should come back unchanged.",
)
G36 = Mistake(
    "G36",
    "a division by a norm of zero",
    "What does your function give for a gradient of zeros, and by what does it divide there?",
    "A gradient without a length has no direction either. Which of your lines should it never reach?",
    edit(clip_by_norm, CONDITION, "min(np.float64(norm), max_norm) / norm"),
    test="Give gradients of zeros, and print each line.",
)
G38 = Mistake(
    "G38",
    "shortened before all is measured",
    "When your loop shortens its first array, which of the arrays has it measured?",
    "One factor for all needs the norm of all. When is it known?",
    edit(
        clip_by_norm,
        "[g * g.dtype.type(factor) for g in gradients]",
        "[g * min(1.0, max_norm / (global_norm(gradients[: n + 1]) + 1e-6)) for n, g in enumerate(gradients)]",
    ),
    test="Print the factor in each pass of your loop.",
)
G39 = Mistake(
    "G39",
    "the arrays of the caller handed back",
    "With short gradients, write into an array that you returned. What becomes of the one that was handed in?",
    "Equal numbers are one thing, and an array of its own is another. Which of the two is asked for?",
    sees=lambda seen: bool(seen.handed_back()),
    harmless=True,
    test="Clip a short gradient, and ask `clipped[0] is gradients[0]`.",
)


def several(r: Generator, max_norm: float, norm: float, *given: tuple[int, ...]) -> tuple[Any, ...]:
    """Arrays of unequal norms, which together have this one; the second has the largest entries."""
    made = [r.normal(size=shape) * 3.0 ** -abs(n - 1) for n, shape in enumerate(given)]
    length = np.sqrt(sum(float((g**2).sum()) for g in made))
    return [g * (norm / length) for g in made], max_norm


clip_exercise = Exercise(
    name="gradients.clip_by_norm",
    task="Shorten all gradients by one factor, if together they are longer than max_norm (eq-gradients-clip-norm). "
    "Return the list of new arrays, and the norm before clipping (eq-gradients-global-norm). Adding 1e-6 to "
    "the norm is allowed. NumPy only.",
    arguments=(
        Value("gradients", None, "of any shapes", each="N"),
        Value("max_norm", None, "the most that all together may measure, a float above 0"),
    ),
    outputs=(
        Value("clipped", None, "in the same shapes", each="N", tolerance=CLIPPED, own=True),
        Value("norm", "", "the norm before clipping, a number", tolerance=CLIPPED),
    ),
    probe="max_norm",
    smaller=(f"{LIBRARY}.global_norm",),
    reference=clip_by_norm,
    cases={
        "general": lambda r: several(r, 2.5, 6.0, (3, 4), (4, 4), (4,)),
        "below 1": lambda r: several(r, 0.5, 7.0, (5, 2), (5,)),
        "just too long": lambda r: several(r, 0.5, 0.65, (3, 3), (3, 2)),
        "one array": lambda r: several(r, 3.0, 12.0, (4, 3)),
        "short": lambda r: several(r, 4.0, 2.5, (3, 3), (3,)),
        "zeros": lambda r: ([np.zeros((2, 3)), np.zeros(3)], float(r.uniform(2, 3))),
    },
    facets=(
        Facet("one array", 1, ("one array",), ("clipped",)),
        Facet("several arrays", 2, ("general", "below 1", "just too long"), ("clipped",)),
        Facet("short and long ones", 2, ("short", "one array"), ("clipped",)),
        Facet("zero and long ones", 2, ("zeros", "one array"), ("clipped",)),
        Facet("the norm before clipping", 2, outputs=("norm",)),
    ),
    mistakes=(G1, G2, G3, G4, G5, G5e, G5s, G5f, G6, G7, G11, G34, G36, G38, G39),
    words={"N": "entry"},
)


@checked
def clipped_update(theta: N_, v: N_, micro: M_N, lr: Positive, mu: Probability, max_norm: Positive) -> tuple[N_, N_]:
    r"""One update with momentum, by the clipped gradient of a batch that came in M equal parts.

    .. math:: g = \operatorname{clip}\Bigl(\frac1M \sum_m g_m\Bigr), \qquad v \leftarrow \mu v + g, \qquad
       \theta \leftarrow \theta - \eta v

    Returns θ and v.
    """
    clipped, _ = clip_by_norm([micro.mean(axis=0)], max_norm)
    v = mu * v + clipped[0]
    return theta - lr * v, v


sign(globals(), "clipped_update")


def halved(micro: Array, g: Array) -> Array:
    """A running mean that gives the last part the half of all weight."""
    for one in micro:
        g = (g + one) / 2
    return g


def an_update_each(theta: Array, v: Array, micro: Array, lr: float, mu: float, max_norm: float) -> tuple[Array, Array]:
    """As many updates as parts."""
    for g in micro:
        clipped, _ = clip_by_norm([g], max_norm)
        v = mu * v + clipped[0]
        theta = theta - lr * v
    return theta, v


WHOLE_BATCH = "clip_by_norm([micro.mean(axis=0)], max_norm)"
NOT_CLIPPED = edit(clipped_update, "micro.mean(axis=0)], max_norm", "micro.mean(axis=0)], np.inf")
MOMENTUM = "mu * v + clipped[0]"
UPDATE_MISTAKES = (
    G2,
    G3,
    G4,
    G6,
    G7,
    G36,
    Mistake(
        "G8",
        "clipped at another place",
        "What exactly does your function shorten: the gradient, the velocity, the step or the parameters?",
        "The limit is one for the gradient of the batch. What has become of that where you clip?",
        {
            "the velocity": NOT_CLIPPED
            + edit(clipped_update, f"v = {MOMENTUM}", f"v = clip_by_norm([{MOMENTUM}], max_norm)[0][0]"),
            "the velocity too": edit(
                clipped_update, f"v = {MOMENTUM}", f"v = clip_by_norm([{MOMENTUM}], max_norm)[0][0]"
            ),
            "the step": NOT_CLIPPED
            + edit(clipped_update, "theta - lr * v", "theta - clip_by_norm([lr * v], max_norm)[0][0]"),
            "the step by the velocity clipped": NOT_CLIPPED
            + edit(clipped_update, "theta - lr * v", "theta - lr * clip_by_norm([v], max_norm)[0][0]"),
            "the parameters": NOT_CLIPPED
            + edit(clipped_update, "theta - lr * v", "clip_by_norm([theta - lr * v], max_norm)[0][0]"),
            "the gradient times η": edit(clipped_update, "[micro.mean(axis=0)]", "[lr * micro.mean(axis=0)]")
            + edit(clipped_update, "theta - lr * v", "theta - v"),
            "after the step": NOT_CLIPPED
            + edit(
                clipped_update,
                "return theta - lr * v, v",
                "return theta - lr * v, clip_by_norm([v], max_norm)[0][0]",
            ),
        },
        test="Take a large velocity and a gradient of zeros: is anything shortened?",
    ),
    Mistake(
        "G10",
        "each part clipped by itself",
        "Two parts with large opposite gradients: how long is the gradient of their batch?",
        "Which gradient should be short in the end, that of each part or that of the whole?",
        {
            "": edit(
                clipped_update,
                WHOLE_BATCH,
                "([np.mean([clip_by_norm([g], max_norm)[0][0] for g in micro], axis=0)], 0)",
            ),
            "added up": edit(
                clipped_update,
                WHOLE_BATCH,
                "([np.sum([clip_by_norm([g], max_norm)[0][0] for g in micro], axis=0)], 0)",
            ),
            "by one factor": edit(
                clipped_update,
                WHOLE_BATCH,
                "([clip_by_norm([micro], max_norm)[0][0].mean(axis=0)], 0)",
            ),
        },
        test="Take two parts, one the opposite of the other but for a little.",
    ),
    Mistake(
        "G35",
        "the parts put together otherwise",
        "Cut the same batch into twice as many parts: does your update change?",
        "Each part has the mean over its own examples. What is then the mean over all?",
        {
            "sum": edit(clipped_update, "micro.mean(axis=0)", "micro.sum(axis=0)"),
            "divided after clipping": edit(clipped_update, "micro.mean(axis=0)", "micro.sum(axis=0)")
            + edit(clipped_update, "clipped[0]", "clipped[0] / len(micro)"),
            "divided once more": edit(clipped_update, "clipped[0]", "clipped[0] / len(micro)"),
            "the last": edit(clipped_update, "micro.mean(axis=0)", "micro[-1]"),
            "the first": edit(clipped_update, "micro.mean(axis=0)", "micro[0]"),
        },
        test="Give the same part several times: the update should be that of one.",
    ),
    Mistake(
        "G35n",
        "a mean over the parameters",
        "How many numbers has your mean, and how many has the gradient of one part?",
        "Which of the two axes counts the parts?",
        {
            "": edit(clipped_update, "micro.mean(axis=0)", "micro.mean(axis=1)"),
            "and the parts": edit(clipped_update, "micro.mean(axis=0)", "0 * v + micro.mean()"),
        },
        test="Print the shape of your mean, with 2 parts and 5 parameters.",
    ),
    Mistake(
        "G35h",
        "halved again and again",
        "With which share does the first part enter your mean, and with which the last?",
        "A mean of a mean and of one more part: does each of three count a third?",
        {
            "": edit(clipped_update, "micro.mean(axis=0)", "halved(micro[1:], micro[0])"),
            "from zero": edit(clipped_update, "micro.mean(axis=0)", "halved(micro, 0 * v)"),
        },
        test="Take three parts with the gradients 1, 0 and 0.",
    ),
    Mistake(
        "M4",
        "an update for each part",
        "How often does your function change the velocity in one call? How often should it?",
        "Several parts make one batch. How many updates has a batch?",
        instead(clipped_update, an_update_each),
        test="Count the updates, with three parts.",
    ),
    Mistake(
        "M1",
        "another velocity",
        "Take v = 1 and a gradient of 0, then v = 0 and a gradient of 1. Which velocity comes out, by the task?",
        "Compare your line for v with the one in the task, factor by factor.",
        {
            "no mu": edit(clipped_update, MOMENTUM, "v + clipped[0]"),
            "no v": edit(clipped_update, MOMENTUM, "clipped[0]"),
            "a mean": edit(clipped_update, MOMENTUM, "mu * v + (1 - mu) * clipped[0]"),
            "turned round": edit(clipped_update, MOMENTUM, "(1 - mu) * v + mu * clipped[0]"),
            "mu at the gradient": edit(clipped_update, MOMENTUM, "v + mu * clipped[0]"),
            "minus": edit(clipped_update, MOMENTUM, "mu * v - clipped[0]"),
            "minus, added": edit(clipped_update, MOMENTUM, "mu * v - clipped[0]")
            + edit(clipped_update, "theta - lr", "theta + lr"),
        },
        test="Take a velocity of zeros and a gradient of 1, call twice, and do both updates by hand.",
    ),
    Mistake(
        "M2",
        "the step taken with another vector than the new velocity",
        "From rest, by how much should the parameters move in the very first update?",
        "Which is computed first in the task, the velocity or the parameters?",
        {
            "the old velocity": edit(clipped_update, f"v = {MOMENTUM}", f"before, v = v, {MOMENTUM}")
            + edit(clipped_update, "lr * v, v", "lr * before, v"),
            "the gradient": edit(clipped_update, "lr * v, v", "lr * clipped[0], v"),
            "looking ahead": edit(clipped_update, "lr * v, v", "lr * (mu * v + clipped[0]), v"),
        },
        test="Print the step of the parameters and the new velocity: which ratio should they have?",
    ),
    Mistake(
        "I7",
        "uphill",
        "Which way does your step go, to where the loss grows or to where it falls?",
        "A gradient points to where the loss grows.",
        edit(clipped_update, "theta - lr", "theta + lr"),
        test="Take a gradient of 1, from rest: should the parameter become larger or smaller?",
    ),
    Mistake(
        "M3",
        "the learning rate at another place",
        "Does the velocity that you return depend on the learning rate? Should it?",
        "Count in the task how often the learning rate occurs, and beside what.",
        {
            "in the velocity": edit(clipped_update, MOMENTUM, "mu * v + lr * clipped[0]")
            + edit(clipped_update, "theta - lr * v", "theta - v"),
            "in the velocity, minus": edit(clipped_update, MOMENTUM, "mu * v - lr * clipped[0]")
            + edit(clipped_update, "theta - lr * v", "theta + v"),
            "twice": edit(clipped_update, MOMENTUM, "mu * v + lr * clipped[0]"),
            "left out": edit(clipped_update, "theta - lr * v", "theta - v"),
        },
        test="Halve the learning rate: which of your two outputs changes?",
    ),
)


def parts(
    r: Generator, M: int, N: int, norm: float, max_norm: float, rest: bool = False, dtype: Any = float
) -> tuple[Any, ...]:
    """Gradients of M parts, each longer than max_norm; their mean has this norm."""
    common, others = r.normal(size=N), r.normal(size=(M, N))
    others -= others.mean(axis=0)
    apart = max(np.linalg.norm(others, axis=1).mean(), 1e-9)
    micro = norm * common / np.linalg.norm(common) + 6 * max_norm * others / apart
    theta, v = r.normal(size=N), r.normal(size=N) * (not rest)
    return theta.astype(dtype), v.astype(dtype), micro.astype(dtype), 0.3, 0.8, max_norm


update_exercise = Exercise(
    name="gradients.clipped_update",
    task="One update with momentum. The gradient of the batch, the mean over M micro-batches of equal size, is clipped "
    "by its norm (eq-gradients-clip-norm) to g; then v ← μ v + g and θ ← θ - η v. Return θ and v. Keep the dtype; "
    "NumPy only.",
    arguments=(
        Value("theta", "N", "θ, all parameters in one vector"),
        Value("v", "N", "the velocity"),
        Value("micro", "M N", "the gradient of each micro-batch, a mean over its examples"),
        Value("lr", None, "η, a float above 0"),
        Value("mu", None, "μ, a float from 0 to 1"),
        Value("max_norm", None, "the most that the gradient may measure, a float above 0"),
    ),
    outputs=(Value("theta", "N", tolerance=CLIPPED), Value("v", "N", tolerance=CLIPPED)),
    probe="max_norm",
    smaller=(f"{LIBRARY}.global_norm", f"{LIBRARY}.clip_by_norm"),
    builds_on={"gradients.clip_by_norm": clip_by_norm},
    reference=clipped_update,
    cases={
        "general": lambda r: parts(r, 4, 6, 9.0, 1.5),
        "one part": lambda r: parts(r, 1, 5, 8.0, 2.0, rest=True),
        "at rest": lambda r: parts(r, 3, 5, 8.0, 0.5, rest=True),
        "short, at rest": lambda r: parts(r, 3, 5, 0.4, 1.6, rest=True),
        "short": lambda r: parts(r, 2, 5, 2.0, 3.0),
        "zeros, at rest": lambda r: (r.normal(size=4), np.zeros(4), np.zeros((3, 4)), 0.3, 0.8, 1.5),
        "float32": lambda r: parts(r, 3, 4, 6.0, 2.5, dtype=np.float32),
    },
    facets=(
        Facet("one part, from rest", 1, ("one part",)),
        Facet("several parts, from rest", 2, ("at rest", "short, at rest", "zeros, at rest")),
        Facet("the parameters, with momentum", 3, ("general", "short", "float32"), ("theta",)),
        Facet("the velocity, with momentum", 2, ("general", "short", "float32"), ("v",)),
    ),
    mistakes=UPDATE_MISTAKES,
    words={"N": "parameter", "M": "micro-batch"},
)
