r"""Exercises on the factors of many steps: of one unit, and of a layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead
from rnncourse.checks.nested import Value
from rnncourse.shapes import H_H, N_, T_B_H, Count, checked

# ---------------------------------------------------------------------------------------------------------------------
# The exponent of one unit


@checked
def unit_exponent(w: N_, b: N_, h0: N_, T: Count) -> N_:
    r"""Lyapunov exponent of single units along their own orbits.

    .. math:: h_t = \tanh(w\,h_{t-1} + b), \qquad
       \lambda = \frac1T \sum_{t=1}^{T} \ln \Bigl\lvert \frac{\partial h_t}{\partial h_{t-1}} \Bigr\rvert

    Of another map than the page's. Returns one number for each unit.
    """
    h, total = h0, np.zeros_like(h0)
    for _ in range(T):
        h = np.tanh(w * h + b)
        total = total + np.log(np.abs(w * (1 - h**2)))
    return total / T


sign(globals(), "unit_exponent")


def of_the_product(w: Array, b: Array, h0: Array, T: int) -> Array:
    """The logarithm of one long product."""
    h, product = h0, np.ones_like(h0)
    for _ in range(T):
        h = np.tanh(w * h + b)
        product = product * w * (1 - h**2)
    return np.log(np.abs(product)) / T


SLOPE = "np.log(np.abs(w * (1 - h**2)))"
X_BEFORE = edit(unit_exponent, "h = np.tanh(w * h + b)", "before, h = h, np.tanh(w * h + b)") + edit(
    unit_exponent, "(1 - h**2)", "(1 - before**2)"
)
FROM_THE_START = edit(unit_exponent, "np.zeros_like(h0)", "np.log(np.abs(w * (1 - h0**2)))")
UNIT_MISTAKES = (
    Mistake(
        "X1",
        "the slope taken at the state before",
        "Two states stand at a step, the one before it and the one after it. At which of them is your slope taken?",
        "The slope of tanh belongs to what goes into it in this very step.",
        X_BEFORE,
        test="Take one step from a state of 0 with a large b. How flat is tanh there?",
    ),
    Mistake(
        "X2",
        "no absolute value",
        "A unit with a negative w: what sign has its slope, and what does your logarithm make of it?",
        "The exponent says how far neighbours move apart, and not on which side of each other they land.",
        edit(unit_exponent, SLOPE, "np.log(w * (1 - h**2))"),
        test="Compare one step of w = 2 with one of w = -2, both from 0 and without b.",
    ),
    Mistake(
        "X2a",
        "the absolute value of the logarithm",
        "Can your exponent be negative? What should it be where neighbours meet?",
        "A slope below 1 shrinks a distance. Which sign has its logarithm, and is it still there at the end?",
        {
            "": edit(unit_exponent, SLOPE, "np.abs(np.log(w * (1 - h**2)))"),
            "twice": edit(unit_exponent, SLOPE, "np.abs(np.log(np.abs(w * (1 - h**2))))"),
            "of the mean": edit(unit_exponent, "total / T", "np.abs(total / T)"),
        },
        test="Take w = 0.5 without b from 0: each step halves a distance.",
    ),
    Mistake(
        "X3",
        "w left out of the slope",
        "How does your exponent change when w is doubled while every state stays 0?",
        "A step has two factors: what multiplies the state, and what tanh does to the sum.",
        edit(unit_exponent, "np.abs(w * (1 - h**2))", "np.abs(1 - h**2)"),
        test="Take one step from 0 without b, once with w = 0.5 and once with w = 2.",
    ),
    Mistake(
        "X4",
        "the slope of tanh left out",
        "Does your exponent change when h0 or b changes? Should it?",
        "The same w can stretch near 0 and shrink far from it.",
        edit(unit_exponent, "w * (1 - h**2)", "w"),
        test="Take one step with b = 5: tanh is flat there.",
    ),
    Mistake(
        "X5",
        "a sum in place of a mean",
        "Follow a unit that rests at one state for T steps and for 2T: do your two exponents agree?",
        "The exponent is a rate: so much for each step.",
        {"": edit(unit_exponent, "total / T", "total"), "twice": edit(unit_exponent, "/ T", "/ T / T")},
        test="Take h0 = 0 and b = 0, where each slope is w, and count up T.",
    ),
    Mistake(
        "X6",
        "the slope of what was squashed already",
        "Is the state in your slope from before tanh or from after it, and what does your formula expect?",
        "One of the two forms of the slope takes what goes into tanh, the other what comes out.",
        edit(unit_exponent, "1 - h**2", "1 - np.tanh(h) ** 2"),
        test="Compare your slope with a difference quotient at 1.",
    ),
    Mistake(
        "X7",
        "another logarithm",
        "To which base is your logarithm? What should a slope of e give?",
        "All right exponents and yours differ by one factor.",
        {
            "2": edit(unit_exponent, SLOPE, "np.log2(np.abs(w * (1 - h**2)))"),
            "10": edit(unit_exponent, SLOPE, "np.log10(np.abs(w * (1 - h**2)))"),
            "1p": edit(unit_exponent, SLOPE, "np.log1p(np.abs(w * (1 - h**2)))"),
        },
        test="Take h0 = 0, b = 0 and w = 2.718: what should come out, and what does?",
    ),
    Mistake(
        "X8",
        "the logarithm of a mean",
        "Two steps, one with slope 4 and one with slope 1/4: what is left of a distance after both?",
        "Slopes multiply along the way. What does a logarithm make of a product?",
        edit(unit_exponent, SLOPE, "np.abs(w * (1 - h**2))") + edit(unit_exponent, "total / T", "np.log(total / T)"),
        test="Do two steps by hand, with slopes 4 and 1/4.",
    ),
    Mistake(
        "X9",
        "a product too small for a float",
        "How small does what you multiply become in 600 steps? What is its logarithm then?",
        "The smallest float is near 1e-308. Is there a way that never needs the whole product?",
        instead(unit_exponent, of_the_product),
        test="Print what your loop holds after 100, 300 and 600 steps.",
    ),
    Mistake(
        "X10",
        "another formula for the slope of tanh",
        "Compare your slope with a difference quotient of tanh at 1 and at -1. Do they agree?",
        "The slope of tanh can be written with the state alone. What is squared there?",
        {
            "": edit(unit_exponent, "(1 - h**2)", "(1 - h) ** 2"),
            "a root": edit(unit_exponent, "(1 - h**2)", "np.sqrt(1 - h**2)"),
            "logistic": edit(unit_exponent, "(1 - h**2)", "h * (1 - h)"),
            "not squared": edit(unit_exponent, "1 - h**2", "1 - h"),
            "1+h²": edit(unit_exponent, "1 - h**2", "1 + h**2"),
            "1-h": edit(unit_exponent, "1 - h**2", "1 - np.abs(h)"),
        },
        test="How steep is tanh at 0, and how steep where it has nearly reached 1?",
    ),
    Mistake(
        "X11",
        "a step too few or too many",
        "How many slopes are in your sum, and by what do you divide it?",
        "Count the arrows between h_0 and h_T, and not the states.",
        {
            "the last left out": edit(unit_exponent, "range(T)", "range(T - 1)"),
            "the first left out": edit(unit_exponent, SLOPE, f"(_ > 0) * {SLOPE}"),
            "one more": edit(unit_exponent, "range(T)", "range(T + 1)"),
            "one more, all of them": edit(unit_exponent, "range(T)", "range(T + 1)")
            + edit(unit_exponent, "total / T", "total / (T + 1)"),
            "divided by one more": edit(unit_exponent, "total / T", "total / (T + 1)"),
            "the start as well": FROM_THE_START + edit(unit_exponent, "total / T", "total / (T + 1)"),
            "the start as well, divided by T": FROM_THE_START,
        },
        test="Take T = 1 and count.",
    ),
    Mistake(
        "X11b",
        "the beginning left out",
        "Which steps are in your mean? Over which steps does the task take it?",
        "Nobody asks here for an orbit that has settled. Where does your sum begin?",
        {
            "a tenth": edit(unit_exponent, SLOPE, f"(_ >= T // 10) * {SLOPE}")
            + edit(unit_exponent, "total / T", "total / (T - T // 10)"),
            "a half": edit(unit_exponent, SLOPE, f"(_ >= T // 2) * {SLOPE}")
            + edit(unit_exponent, "total / T", "total / (T - T // 2)"),
        },
        test="Print the numbers of the steps that are in your sum, for T = 20.",
    ),
    Mistake(
        "X14",
        "the last step alone",
        "Let the first step stretch much and all others not at all: does your exponent know?",
        "Print what you have collected in each pass of your loop.",
        edit(unit_exponent, "total + np.log", "T * np.log"),
        test="Take T = 2, and count the logarithms that come into your answer.",
    ),
    Mistake(
        "X12",
        "no logarithm",
        "What is the exponent of a unit that keeps every distance as it is? What do you return for it?",
        "Read once more between which letters the mean of the task stands.",
        edit(unit_exponent, SLOPE, "np.abs(w * (1 - h**2))"),
        test="Take h0 = 0, b = 0 and w = 1.",
    ),
    Mistake(
        "X13",
        "an orbit of another map",
        "Compare your line for h_t with the one in the task. Does it read all that it should?",
        "Print the first three states, and do them by hand.",
        {
            "no b": edit(unit_exponent, "w * h + b", "w * h"),
            "no w": edit(unit_exponent, "w * h + b", "h + b"),
            "from h0 each time": edit(unit_exponent, "w * h + b", "w * h0 + b"),
            "from zero": edit(unit_exponent, "h, total = h0,", "h, total = 0 * h0,"),
            "no tanh": edit(unit_exponent, "np.tanh(w * h + b)", "w * h + b"),
            "h0 for h": edit(unit_exponent, "1 - h**2", "1 - h0**2"),
        },
        test="Change one argument after the other: which of them has no influence on your answer?",
    ),
)


def units(r: Generator, N: int, T: int, side: int = 1, dtype: Any = float) -> tuple[Any, ...]:
    """Units that shrink distances, and do not rest at 0."""
    w, b, h0 = side * r.uniform(0.6, 1.8, N), r.uniform(0.4, 0.9, N), r.uniform(-0.9, 0.9, N)
    return w.astype(dtype), b.astype(dtype), h0.astype(dtype), T


unit_exercise = Exercise(
    name="gradients.unit_exponent",
    task="The Lyapunov exponent (eq-gradients-lyapunov) of N units h_t = tanh(w h_{t-1} + b), each along its own "
    "orbit from h0: the mean over T steps of the natural logarithm of |∂h_t/∂h_{t-1}|. Keep the dtype; NumPy only.",
    arguments=(
        Value("w", "N", "one of each unit"),
        Value("b", "N"),
        Value("h0", "N", "where each starts"),
        Value("T", None, "steps, an integer above 0"),
    ),
    outputs=(Value("exponent", "N", "one number for each unit"),),
    probe="b",
    reference=unit_exponent,
    cases={
        "general": lambda r: units(r, 5, 6),
        "one step": lambda r: units(r, 4, 1),
        "two steps, one unit": lambda r: units(r, 1, 2),
        "negative": lambda r: units(r, 4, 7, -1),
        "long": lambda r: (*(a / 9 for a in units(r, 3, 1)[:3]), 600),
        "float32": lambda r: units(r, 4, 5, dtype=np.float32),
    },
    facets=(
        Facet("one step", 1, ("one step",)),
        Facet("several steps", 2, ("general", "two steps, one unit", "float32")),
        Facet("units with a negative w", 2, ("negative",)),
        Facet("600 steps", 1, ("long",)),
    ),
    mistakes=UNIT_MISTAKES,
    words={"N": "unit"},
)

# ---------------------------------------------------------------------------------------------------------------------
# What each state does to the last one


@checked
def influence(h: T_B_H, W_hh: H_H) -> Array:
    r"""How the last state depends on each state, in the order of time.

    .. math:: J_t = \frac{\partial h_T}{\partial h_t}, \qquad J_T = I, \qquad
       J_t = J_{t+1} \, D_{t+1} W_{hh}, \qquad D_t = \operatorname{diag}(1 - h_t^2)

    The page's products, in another order and without the state before the first. Returns (T, B, H, H).
    """
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    J[-1] = np.eye(H)
    for t in reversed(range(T - 1)):
        J[t] = J[t + 1] @ ((1 - h[t + 1] ** 2)[:, :, None] * W_hh)
    return J


sign(globals(), "influence")


def from_the_first(h: Array, W_hh: Array) -> Array:
    """How each state depends on the first one."""
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    J[0] = np.eye(H)
    for t in range(1, T):
        J[t] = ((1 - h[t] ** 2)[:, :, None] * W_hh) @ J[t - 1]
    return J


FACTOR = "((1 - h[t + 1] ** 2)[:, :, None] * W_hh)"
STEP_BACK = f"J[t + 1] @ {FACTOR}"
INFLUENCE_MISTAKES = (
    Mistake(
        "G14",
        "the slope of tanh left out",
        "Does your answer change when the states change? Should it?",
        "On its way to the next state a signal passes two things, and the matrix is one of them.",
        edit(influence, FACTOR, "W_hh"),
        test="Put one state near 1, where tanh is flat: what can still pass it?",
    ),
    Mistake(
        "G15",
        "factors in the wrong order",
        "Which step acts first on a change of h_t? On which side of a product does that factor stand?",
        "A product of matrices is read from the right by the vector that it is applied to.",
        edit(influence, STEP_BACK, f"{FACTOR} @ J[t + 1]"),
        test="With T = 2 the order cannot show. Write out T = 3 by hand.",
    ),
    Mistake(
        "G15s",
        "the slopes together, and the matrices together",
        "Write out your product for three steps. Do slopes and matrices take turns in it?",
        "Each slope stands between two matrices. Can it change places with one of them?",
        edit(influence, STEP_BACK, "((1 - h[t + 1] ** 2)[:, :, None] * J[t + 1]) @ W_hh"),
        test="With T = 2 the order cannot show. Write out T = 3 by hand.",
    ),
    Mistake(
        "G16",
        "the slope on the wrong side of the matrix",
        "In which order does a signal meet the matrix and tanh? Does your factor say the same?",
        "Each row of the matrix belongs to a unit that receives. Whose slope multiplies this row?",
        edit(influence, "[:, :, None] * W_hh", "[:, None, :] * W_hh"),
        test="Let one unit be flat. Which row of a single step should vanish, and which one does in yours?",
    ),
    Mistake(
        "B2",
        "tanh′ of the squashed value",
        "Is the value that you are handed from before or from after tanh? Which of the two does your slope expect?",
        "A state is already squashed.",
        edit(influence, "1 - h[t + 1] ** 2", "1 - np.tanh(h[t + 1]) ** 2"),
        test="Compare your slope with a difference quotient of tanh at 1.",
    ),
    Mistake(
        "B2p",
        "the slope of another step",
        "Two states stand at a step, one before and one after it. At which of them do you take the slope?",
        "The slope of tanh is that of the step from h_t to h_{t+1}.",
        edit(influence, "1 - h[t + 1]", "1 - h[t]"),
        test="Change the last state alone: how many of your matrices notice?",
    ),
    Mistake(
        "B3",
        "(1-h)² or 1-h for tanh′",
        "Try h = -0.9: can the slope of tanh be larger than 1?",
        "What is squared in the slope of tanh, the state or the difference?",
        {
            "": edit(influence, "(1 - h[t + 1] ** 2)", "((1 - h[t + 1]) ** 2)"),
            "not squared": edit(influence, "(1 - h[t + 1] ** 2)", "(1 - h[t + 1])"),
        },
        test="Compare your slope with a difference quotient of tanh at 1 and at -1.",
    ),
    Mistake(
        "B3s",
        "the slope of the logistic function",
        "How steep is tanh at 0, and how steep is it by your slope?",
        "Two functions squash in much the same way, and each has a slope of its own.",
        edit(influence, "(1 - h[t + 1] ** 2)", "(h[t + 1] * (1 - h[t + 1]))"),
        test="Compare your slope with a difference quotient of tanh at 0.",
    ),
    Mistake(
        "G23",
        "W_hh transposed",
        "Let one unit feed one other alone. In which entry of a single step should that show?",
        "Row i of the answer belongs to a unit of the later state. To which unit belongs row i of W_hh?",
        edit(influence, "* W_hh", "* W_hh.T"),
        test="Move one entry of a state a little, run one step, and see which others move.",
    ),
    Mistake(
        "G24",
        "each matrix transposed",
        "Which axis of your matrices belongs to the last state, and which to the earlier one?",
        "Carrying a gradient back and carrying a change forward are two products. Which one is asked for?",
        {
            "": edit(influence, "return J", "return J.swapaxes(-1, -2)"),
            "each factor": edit(influence, STEP_BACK, f"J[t + 1] @ {FACTOR}.swapaxes(-1, -2)"),
        },
        test="Move one entry of a state a little, and compare what becomes of the last state with your matrix.",
    ),
    Mistake(
        "G22",
        "one factor too many",
        "What should the last matrix be: by how much does h_T change when h_T changes?",
        "Count the arrows between h_t and h_T, and not the states.",
        edit(influence, "J[-1] = np.eye(H)", "J[-1] = (1 - h[-1] ** 2)[:, :, None] * W_hh")
        + edit(influence, "1 - h[t + 1] ** 2", "1 - h[t] ** 2"),
        test="Take T = 1. How many steps lie between the only state and itself?",
    ),
    Mistake(
        "G22l",
        "one step in the place of the whole way",
        "Change the last state: should the first of your matrices notice? Does it?",
        "What leads from h_t to h_T when another step lies between them?",
        edit(influence, STEP_BACK, FACTOR),
        test="With T = 2 there is nothing to collect. Write out T = 3 by hand.",
    ),
    Mistake(
        "G22f",
        "the first step left out",
        "Which of your matrices are ever written? Is that of the first step among them?",
        "At which index does your loop end, and does it still do that one?",
        edit(influence, "np.empty((T", "np.zeros((T") + edit(influence, "range(T - 1)", "range(1, T - 1)"),
        test="Print the index in each pass of your loop, with T = 3.",
    ),
    Mistake(
        "G22s",
        "the same array at every step",
        "Are your matrices of the first and of the last step one and the same? Should they be?",
        "A list can hold one array many times; writing into it then changes every entry.",
        edit(influence, "return J", "return np.repeat(J[:1], T, axis=0)"),
        test="Print the first entry that you keep, in each pass of your loop.",
    ),
    Mistake(
        "G25",
        "multiplied entry by entry",
        "How does a signal get from one unit to another in two steps? Over what do you sum?",
        "One of your products multiplies numbers that stand in the same place. Is that the product of two maps?",
        edit(influence, STEP_BACK, f"J[t + 1] * {FACTOR}"),
        test="Multiply two matrices of size 2 by hand, and print what your line gives.",
    ),
    Mistake(
        "G26",
        "ordered by the distance",
        "Which of your matrices is the identity, the first or the last?",
        "Entry t of the answer belongs to step t, as in h.",
        edit(influence, "return J", "return J[::-1]"),
        test="Change the last state alone, and see which of your matrices stay.",
    ),
    Mistake(
        "G27",
        "the derivative by the first state",
        "Which state is above in your derivatives, and which one is below? Compare with the task.",
        "All derivatives are of one state. Is it the first one or the last one?",
        instead(influence, from_the_first),
        test="Change the last state alone: which matrices should notice?",
    ),
    Mistake(
        "G28",
        "the mean over the batch",
        "Do the matrices of two examples differ in your answer? Should they?",
        "Each example has states of its own, and slopes of its own.",
        {
            "of the slopes": edit(
                influence, "(1 - h[t + 1] ** 2)[:, :, None]", "(1 - h[t + 1] ** 2).mean(axis=0)[None, :, None]"
            ),
            "of the states": edit(
                influence, "(1 - h[t + 1] ** 2)[:, :, None]", "(1 - h[t + 1].mean(axis=0) ** 2)[None, :, None]"
            ),
            "the first example": edit(
                influence, "(1 - h[t + 1] ** 2)[:, :, None]", "(1 - h[t + 1, :1] ** 2)[:, :, None]"
            ),
        },
        test="Give two examples different states, and compare their matrices.",
    ),
)


def along(r: Generator, T: int, B: int, H: int, dtype: Any = float) -> tuple[Any, ...]:
    """States anywhere, for a derivative does not ask where they come from, and a matrix."""
    return r.uniform(-0.9, 0.9, (T, B, H)).astype(dtype), (r.normal(size=(H, H)) / np.sqrt(H)).astype(dtype)


influence_exercise = Exercise(
    name="gradients.influence",
    task="How the last state depends on each state of a tanh network (eq-gradients-product): entry t has ∂h_T/∂h_t, "
    "whose row i belongs to unit i of h_T. The last entry is the identity. Keep the dtype; NumPy only.",
    arguments=(Value("h", "T B H", "h_1 to h_T, already squashed"), Value("W_hh", "H H")),
    outputs=(Value("J", "T B H H", "one matrix for each step and example", backwards=True),),
    reference=influence,
    cases={
        "general": lambda r: along(r, 6, 3, 4),
        "one step": lambda r: along(r, 1, 2, 3),
        "two steps": lambda r: along(r, 2, 3, 4),
        "one example": lambda r: along(r, 5, 1, 3),
        "square": lambda r: along(r, 4, 4, 4),
        "size one": lambda r: along(r, 4, 2, 1),
        "float32": lambda r: along(r, 4, 2, 3, np.float32),
    },
    facets=(
        Facet("one step back", 3, ("two steps", "one step")),
        Facet("many steps back", 7, ("general", "one example", "square", "size one", "float32")),
    ),
    mistakes=INFLUENCE_MISTAKES,
)
