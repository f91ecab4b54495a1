r"""Exercises of the chapter on gradients over many steps, and what goes wrong in them.

Not here: G9 (clipped before there is a gradient: nothing to clip, its numbers are G7's), G13 (no function of this
chapter is asked for a weight's gradient at a step), and a division by zero that stops (NumPy's goes on, and is here).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Examination, Exercise, Facet
from rnncourse.checks.mistakes import Form, Mistake, edit, instead
from rnncourse.checks.nested import Value
from rnncourse.gradients import clip_by_norm, global_norm, relu_backward, relu_cell, relu_forward
from rnncourse.shapes import B_K, G_H_H, H_F, H_H, K_H, M_N, N_, T_B_F, T_B_H, Count, Positive, Probability, checked

CLIPPED = 1e-5  # relative; whether 10⁻⁶ is added to a norm may not matter
LIBRARY = "gradients.clipping"

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

# ---------------------------------------------------------------------------------------------------------------------
# A matrix that magnifies no more than it may


@checked
def limit_growth(W_hh: H_H, s: Positive, gamma: Positive) -> H_H:
    r"""A matrix made smaller, where it has to be, until no step can lengthen a gradient more than s-fold.

    .. math:: W_{hh} \leftarrow W_{hh} \cdot \min \Bigl( 1, \frac{s}{\gamma\, \sigma_{\max}(W_{hh})} \Bigr)

    The page's bound, solved for the matrix; γ is the largest slope of the activation.
    """
    bound = np.float64(gamma * float(np.linalg.norm(W_hh, ord=2)))
    with np.errstate(divide="ignore"):  # a matrix of zeros has no bound to keep
        return W_hh * W_hh.dtype.type(min(1.0, s / bound))


sign(globals(), "limit_growth")


def values_limited(W_hh: Array, s: float, gamma: float) -> Array:
    """Every singular value cut by itself."""
    U, S, V = np.linalg.svd(W_hh)
    return (U * np.minimum(S, s / gamma)) @ V


def put_together(W_hh: Array, s: float, gamma: float) -> Array:
    """The singular vectors of one side transposed once too often."""
    U, S, V = np.linalg.svd(W_hh)
    return (U * (S * min(1.0, s / (gamma * max(S[0], 1e-300))))) @ V.T


def put_together_if_large(W_hh: Array, s: float, gamma: float) -> Array:
    """The same, where the matrix is too large."""
    small = gamma * np.linalg.norm(W_hh, ord=2) <= s
    return W_hh.copy() if small else put_together(W_hh, s, gamma)


SIGMA = "np.linalg.norm(W_hh, ord=2)"
TO_THE_BOUND = "W_hh * W_hh.dtype.type(min(1.0, s / bound))"
LIMIT_MISTAKES = (
    Mistake(
        "G17",
        "an eigenvalue for a singular value",
        "Take the matrix with rows (0, 5) and (0, 0). How much can it stretch a vector, and what do you measure?",
        "Several numbers belong to a matrix. Which one says what a single step can do to a vector?",
        {
            "": edit(limit_growth, SIGMA, "np.abs(np.linalg.eigvals(W_hh)).max()"),
            "real parts": edit(limit_growth, SIGMA, "np.linalg.eigvals(W_hh).real.max()"),
            "symmetric": edit(limit_growth, SIGMA, "np.abs(np.linalg.eigvalsh(W_hh)).max()"),
        },
        test="Send many vectors of length 1 through your answer, and look at the longest that comes out.",
    ),
    Mistake(
        "G29",
        "another norm",
        "How long can a vector of length 1 become? Does your measure of the matrix say that?",
        "Several numbers are called the norm of a matrix. Which of them is the most that it can stretch?",
        {
            "Frobenius": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh)"),
            "rows": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, ord=np.inf)"),
            "columns": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, ord=1)"),
            "entry": edit(limit_growth, SIGMA, "np.abs(W_hh).max()"),
            "determinant": edit(limit_growth, SIGMA, "np.abs(np.linalg.det(W_hh))"),
            "row": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, axis=1).max()"),
            "nuclear": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, ord='nuc')"),
        },
        test="The matrix with rows (3, 4) and (0, 5) stretches by at most the root of 45. What do you measure?",
    ),
    Mistake(
        "G29s",
        "the smallest singular value",
        "Is what you measure the most or the least that the matrix can stretch?",
        "Singular values come in an order. Which end of it do you take?",
        {
            "": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, ord=-2)"),
            "mean": edit(limit_growth, SIGMA, "np.linalg.svd(W_hh, compute_uv=False).mean()"),
        },
        test="Measure a diagonal matrix with 1 and 3 on its diagonal.",
    ),
    Mistake(
        "G4",
        "no square root",
        "Double the matrix: should what you measure double, or become four times as large?",
        "Your measure is an eigenvalue of another matrix than W_hh. How is it related to lengths?",
        edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, ord=2) ** 2"),
        test="Measure twice the identity.",
    ),
    Mistake(
        "G3",
        "no condition",
        "What should become of a matrix that already magnifies less than it may?",
        "The task makes a matrix smaller, and never larger.",
        {
            "": edit(limit_growth, "min(1.0, s / bound)", "s / bound"),
            "turned round": edit(limit_growth, "min(1.0,", "max(1.0,"),
        },
        test="Give a matrix of zeros but for one entry of 0.1, with s = 1.",
    ),
    Mistake(
        "G30",
        "γ at another place, or nowhere",
        "A flatter activation shrinks a gradient by itself. May the matrix then be larger or smaller?",
        "Write down what one step does to a length: the slope of the activation, and the matrix.",
        {
            "left out": edit(limit_growth, "gamma * float", "float"),
            "divided": edit(limit_growth, "gamma * float", "1 / gamma * float"),
            "in the condition alone": edit(limit_growth, "s / bound)", "s / bound * gamma if bound > s else 1.0)"),
            "twice": edit(limit_growth, "s / bound)", "s / bound / gamma if bound > s else 1.0)"),
            "squared": edit(limit_growth, "gamma * float", "gamma**2 * float"),
        },
        test="Compare γ = 1 with γ = 1/4, for one matrix and one s.",
    ),
    Mistake(
        "G30c",
        "a condition on another number than the one that is limited",
        "When does your `if` change the matrix? Is the number in it the one that your factor limits?",
        "Two lines speak of what one step does to a length. Does γ stand in both?",
        edit(limit_growth, "min(1.0, s / bound)", "s / bound if bound > gamma * s else 1.0"),
        test="With γ = 1/4 and s = 2, take a matrix that stretches by 3.",
    ),
    Mistake(
        "G6",
        "s left out",
        "Does your answer change when s is halved? Should it?",
        "After your change a step magnifies by at most one certain number. Which one?",
        {
            "": edit(limit_growth, "s / bound", "1.0 / bound"),
            "but for the condition": edit(limit_growth, "min(1.0, s / bound)", "1.0 / bound if bound > s else 1.0"),
            "in the condition": edit(limit_growth, "min(1.0, s / bound)", "s / bound if bound > 1 else 1.0"),
        },
        test="Try another s than 1.",
    ),
    Mistake(
        "G31",
        "singular values, or entries, cut one by one",
        "Do all your entries shrink by one and the same factor?",
        "The directions of the matrix should stay as they are, in their proportions.",
        {
            "values": instead(limit_growth, values_limited),
            "entries": edit(limit_growth, TO_THE_BOUND, "np.clip(W_hh, -s, s)"),
            "entries, with γ": edit(limit_growth, TO_THE_BOUND, "np.clip(W_hh, -s / gamma, s / gamma)"),
            "entries of a large matrix": edit(
                limit_growth, TO_THE_BOUND, "np.clip(W_hh, -s / gamma, s / gamma) if bound > s else W_hh"
            ),
            "rows": edit(
                limit_growth,
                "W_hh.dtype.type(min(1.0, s / bound))",
                "np.minimum(1.0, s / (gamma * np.linalg.norm(W_hh, axis=1, keepdims=True)))",
            ),
        },
        test="Divide your answer by the matrix, entry by entry: what do you expect to see?",
    ),
    Mistake(
        "G32",
        "the factor turned round",
        "Is your factor above 1 where the matrix is too large?",
        "The larger the matrix, the smaller the factor.",
        edit(limit_growth, "min(1.0, s / bound)", "bound / s if bound > s else 1.0"),
        test="Give ten times the identity with s = 1.",
    ),
    Mistake(
        "G33",
        "shrunk to twice or half of what is allowed",
        "Measure your answer again in the same way: what comes out, and what did you want?",
        "Solve the inequality of the task for the factor, on paper, and compare.",
        {
            "s²": edit(limit_growth, "s / bound)", "s**2 / bound if bound > s else 1.0)"),
            "root": edit(limit_growth, "s / bound)", "np.sqrt(s / bound))"),
            "difference": edit(limit_growth, "s / bound)", "1 - (bound - s))"),
        },
        test="Call your function on its own answer: it should come back unchanged.",
    ),
    Mistake(
        "G36",
        "a division by the size of a matrix of zeros",
        "What does your function give for a matrix of zeros, and by what does it divide there?",
        "A matrix without a size is small enough. Which of your lines should it never reach?",
        edit(limit_growth, "min(1.0, s / bound)", "min(bound, s) / bound"),
        test="Give a matrix of zeros, and print each line.",
    ),
    Mistake(
        "G37",
        "singular vectors put together otherwise than they came",
        "Multiply your three factors with nothing changed between them. Does W_hh come back?",
        "What NumPy returns as its third factor: does it hold the vectors in rows, or in columns?",
        {
            "": instead(limit_growth, put_together),
            "a large matrix alone": instead(limit_growth, put_together_if_large),
        },
        test="Take the matrix with rows (0, 5) and (0, 0), apart and together again.",
    ),
)


def sized(r: Generator, H: int, sigma: float, s: float, gamma: float, dtype: Any = float) -> tuple[Any, ...]:
    """A matrix whose largest singular value is that."""
    W = r.normal(size=(H, H))
    return (W * (sigma / np.linalg.norm(W, ord=2))).astype(dtype), s, gamma


limit_exercise = Exercise(
    name="gradients.limit_growth",
    task="W_hh, made smaller by one factor where it has to be, so that no step lengthens a gradient more than s-fold "
    "(eq-gradients-bound). γ is the largest slope of the activation. Keep the dtype; NumPy only.",
    arguments=(
        Value("W_hh", "H H"),
        Value("s", None, "the most that a step may magnify, a float above 0"),
        Value("gamma", None, "γ, the largest slope of the activation, a float above 0"),
    ),
    outputs=(Value("W", "H H"),),
    probe="s",
    reference=limit_growth,
    cases={
        "general": lambda r: sized(r, 5, 18.0, 1.5, 0.25),
        "tanh": lambda r: sized(r, 4, 3.0, 1.0, 1.0),
        "below 1": lambda r: sized(r, 6, 2.6, 0.8, 0.5),
        "small": lambda r: sized(r, 5, 5.0, 2.0, 0.25),
        "very small": lambda r: sized(r, 4, 0.3, 1.2, 0.5),
        "just small": lambda r: sized(r, 4, 1.8, 1.4, 0.5),
        "size two": lambda r: sized(r, 2, 9.0, 0.7, 0.6),
        "zeros": lambda r: (np.zeros((3, 3)), 1.0, 0.5),
        "float32": lambda r: sized(r, 3, 8.0, 0.9, 0.5, np.float32),
    },
    facets=(
        Facet("s and γ of 1", 2, ("tanh",)),
        Facet("another s, another slope", 2, ("general", "below 1", "size two", "float32")),
        Facet(
            "small and large matrices",
            2,
            ("small", "very small", "just small", "zeros", "tanh"),
        ),
    ),
    mistakes=LIMIT_MISTAKES,
)

# ---------------------------------------------------------------------------------------------------------------------
# Clipping

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

# ---------------------------------------------------------------------------------------------------------------------
# The penalty of one reading


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

# ---------------------------------------------------------------------------------------------------------------------
# Starts


@checked
def orthogonal_start(Z: G_H_H) -> Array:
    r"""A start for a cell with G gates: an orthogonal matrix from each draw, one below the other.

    .. math:: W = \begin{pmatrix} Q_1 \\ \vdots \\ Q_G \end{pmatrix}, \qquad Q_g^\top Q_g = I

    From draws that are given. Returns (GH, H).
    """
    Q, R = np.linalg.qr(Z)
    signs = np.sign(np.einsum("gii->gi", R))
    return (Q * signs[:, None, :]).reshape(-1, Z.shape[-1])


sign(globals(), "orthogonal_start")


NEAR = 1e-6
CHANGES_LENGTHS = "A block of your answer makes some vectors longer or shorter than they were."


def blocks(seen: Examination, case: str = "general") -> Array | None:
    """The H rows of each gate, where they can be compared."""
    W = seen.comparable(case, 0)
    return None if W is None else W.reshape(-1, W.shape[1], W.shape[1])


def distance(A: Array, B: Any) -> float:
    """How far two arrays are apart at most."""
    return float(np.abs(A - B).max())


def products(Q: Array) -> Array:
    """Of each block its transpose times itself."""
    return Q.swapaxes(-1, -2) @ Q


def orthogonal(Q: Array) -> bool:
    """Is each block?"""
    return distance(products(Q), np.eye(Q.shape[-1])) < NEAR


def keeps_lengths(given: tuple[Any, ...], got: list[Array]) -> str:
    """What a block does to lengths."""
    [W] = got
    if not np.isfinite(W).all():
        return "Not all numbers of your blocks are finite."
    if not W.any():
        return "All numbers of your answer are 0."
    if distance(W, np.round(W)) < NEAR:
        return "Your answer has whole numbers alone: where are the draws?"
    return "" if orthogonal(W.reshape(-1, W.shape[1], W.shape[1])) else CHANGES_LENGTHS


def made_of_the_draws(given: tuple[Any, ...], got: list[Array]) -> str:
    """Of three draws the first and the last are equal."""
    [W] = got
    Q = W.reshape(-1, W.shape[1], W.shape[1])
    if not orthogonal(Q):
        return keeps_lengths(given, got)
    if distance(Q[0], Q[2]) > NEAR:
        return "Two draws were equal, and your blocks of them are not."
    return "Two draws were different, and your blocks of them are equal." if distance(Q[0], Q[1]) < NEAR else ""


def one_matrix(seen: Examination) -> bool:
    """Are the columns of all blocks together orthonormal?"""
    W = seen.comparable("general", 0)
    return W is not None and distance(W.T @ W, np.eye(W.shape[1])) < NEAR


def side_by_side(seen: Examination) -> bool:
    """Would other rows be the blocks?"""
    values = seen.got["general"].values
    W, H = values[0] if values else None, seen.want["general"][0].shape[1]
    if not isinstance(W, np.ndarray) or W.size != seen.want["general"][0].size:
        return False
    if W.ndim == 2 and W.shape[0] == H < W.shape[1]:
        return orthogonal(np.stack(np.split(W, W.shape[1] // H, axis=1)))
    if W.shape[-1:] != (H,) or W.ndim != 2 or orthogonal(W.reshape(-1, H, H)):
        return False
    ways = (W.reshape(H, -1, H).swapaxes(0, 1), np.stack(np.split(W.reshape(H, -1), len(W) // H, axis=1)))
    return any(orthogonal(Q) for Q in ways)


def of_length_one(seen: Examination) -> bool:
    """Are columns or rows of each block that long, and not at right angles?"""
    Q = blocks(seen)
    if Q is None or orthogonal(Q) or one_matrix(seen) or side_by_side(seen):
        return False
    return any(distance(np.linalg.norm(Q, axis=axis), 1) < NEAR for axis in (-1, -2))


def at_right_angles(seen: Examination) -> bool:
    """Is each block orthogonal but for one factor?"""
    Q = blocks(seen)
    if Q is None or orthogonal(Q) or one_matrix(seen):
        return False
    P = products(Q)
    return bool((P[:, 0, 0] > 0).all()) and distance(P, P[:, :1, :1] * np.eye(Q.shape[-1])) < NEAR * P.max()


def angles_alone(seen: Examination) -> bool:
    """Are columns, or rows, of each block at right angles, and of unequal lengths?"""
    Q = blocks(seen)
    if Q is None or not np.isfinite(Q).all() or one_matrix(seen) or at_right_angles(seen):
        return False
    for P in (products(Q), products(Q.swapaxes(-1, -2))):
        lengths = np.einsum("gii->gi", P)
        if distance(P, lengths[:, None] * np.eye(Q.shape[-1])) < NEAR * lengths.max() and lengths.min() > 0:
            return not orthogonal(Q)
    return False


def left_at_zero(seen: Examination) -> bool:
    """Is a block of zeros there?"""
    Q = blocks(seen)
    return Q is not None and not Q.any(axis=(1, 2)).all()


def first_alone(seen: Examination) -> bool:
    """Is the first block orthogonal, and a later one something else than zeros?"""
    several = [Q for case in ("general", "equal draws") if (Q := blocks(seen, case)) is not None]
    if left_at_zero(seen) or not all(orthogonal(Q[:1]) for Q in several):
        return False
    return not all(orthogonal(Q) for Q in several)


def antisymmetric(seen: Examination) -> bool:
    """Is each block that, or that and a multiple of the identity?"""
    Q = blocks(seen)
    if Q is None or not np.isfinite(Q).all() or orthogonal(Q):
        return False
    both = Q + Q.swapaxes(-1, -2)
    of_unity = both[:, :1, :1] * np.eye(Q.shape[-1])
    return distance(both, of_unity) < NEAR * np.abs(Q).max() and not series_cut(seen)


def series_cut(seen: Examination) -> bool:
    """Is each block the identity and an antisymmetric matrix?"""
    Q = blocks(seen)
    return Q is not None and not orthogonal(Q) and distance(Q + Q.swapaxes(-1, -2), 2 * np.eye(Q.shape[-1])) < NEAR


def nearly_polar(seen: Examination) -> bool:
    """Has each block the singular vectors of its draw, with singular values between theirs and 1?"""
    Q, [Z] = blocks(seen), seen.given["general"]
    if Q is None or not np.isfinite(Q).all() or orthogonal(Q) or draws_unchanged(seen) or draws_shrunk(seen):
        return False
    U, _, Vt = np.linalg.svd(Z)
    S = U.swapaxes(-1, -2) @ Q @ Vt.swapaxes(-1, -2)
    return distance(S, np.einsum("gii->gi", S)[:, None] * np.eye(Z.shape[-1])) < NEAR * np.abs(S).max()


def eigenvectors(seen: Examination) -> bool:
    """Are the columns of each block the real parts of its draw's eigenvectors?"""
    Q, [Z] = blocks(seen), seen.given["general"]
    return Q is not None and distance(np.abs(Q), np.abs(np.linalg.eig(Z)[1].real)) < NEAR


def chained(seen: Examination) -> bool:
    """Of three draws the first and the last are equal: is the last block the first one's times the second one?"""
    Q = blocks(seen, "equal draws")
    if Q is None or not np.isfinite(Q).all() or not orthogonal(Q) or distance(Q[0], Q[1]) < NEAR:
        return False
    return any(distance(A, Q[0]) < NEAR for A in (Q[2] @ Q[1].T, Q[1].T @ Q[2]))


def draws_unchanged(seen: Examination) -> bool:
    """Is each block its draw?"""
    Q, [Z] = blocks(seen), seen.given["general"]
    return Q is not None and distance(Q, Z) < NEAR


def draws_shrunk(seen: Examination) -> bool:
    """Is each block its draw times a number?"""
    Q, [Z] = blocks(seen), seen.given["general"]
    if Q is None or not np.isfinite(Q).all() or draws_unchanged(seen):
        return False
    ratio = Q / Z
    return distance(ratio, ratio[:, :1, :1]) < NEAR * np.abs(ratio).max()


def triangular(seen: Examination) -> bool:
    """Is each block a triangle, and not a diagonal?"""
    Q = blocks(seen)
    return Q is not None and not orthogonal(Q) and (np.abs(np.tril(Q, -1)).max() < NEAR or not np.triu(Q, 1).any())


def same_for_all(seen: Examination) -> bool:
    """Have different draws given equal blocks?"""
    Q = blocks(seen)
    return Q is not None and len(Q) > 1 and distance(Q, Q[:1]) < NEAR


def own_draws(seen: Examination) -> bool:
    """Have equal draws given different orthogonal blocks?"""
    Q = blocks(seen, "equal draws")
    return Q is not None and orthogonal(Q) and distance(Q[0], Q[2]) > NEAR and not chained(seen)


START_MISTAKES = (
    Mistake(
        "G21",
        "one orthonormal matrix for all gates",
        "Test the block of one gate alone: does it keep the length of a vector?",
        "Each gate multiplies the state by its own H rows. Which matrix has to be orthogonal?",
        sees=one_matrix,
        test="Send a vector through the first H rows, and compare the two lengths.",
    ),
    Mistake(
        "V1",
        "columns of length 1, at any angle",
        "Two of your rows: what is their inner product? And two of your columns?",
        "To keep all lengths, is it enough that rows or columns have length 1?",
        sees=of_length_one,
        test="Send the sum of two unit vectors through a block, and compare the two lengths.",
    ),
    Mistake(
        "V2",
        "orthogonal up to a factor",
        "By how much does one block change the length of a vector? By how much 50 of them in a row?",
        "The angles are right. Which number stands before the matrix, and is it asked for?",
        sees=at_right_angles,
        test="Send one vector through a block, and compare the two lengths.",
    ),
    Mistake(
        "V3d",
        "the draws themselves",
        "Compare your answer with the draws. What has your function changed?",
        "A decomposition put together again is what went in. Which of its factors stretches?",
        sees=draws_unchanged,
        test="Print the largest difference between a block and its draw.",
    ),
    Mistake(
        "V3",
        "the draws themselves, shrunk",
        "Which vectors does your block lengthen, and which does it shorten?",
        "One factor cannot make all directions equally long.",
        sees=draws_shrunk,
        test="Send 100 vectors of length 1 through a block, and look at the shortest and the longest that come out.",
    ),
    Mistake(
        "V4",
        "the other factor of a decomposition",
        "Your blocks are triangles. Can a triangle keep all lengths?",
        "A decomposition gives more than one matrix, in an order. Which of them is the orthogonal one?",
        sees=triangular,
        test="Multiply a block's transpose by the block, for each of the factors.",
    ),
    Mistake(
        "V5",
        "the same block for all gates",
        "Should two gates start alike? Do yours?",
        "There are as many draws as gates. How many of them does your answer use?",
        sees=same_for_all,
        test="Change the last draw alone: which rows of your answer should change?",
    ),
    Mistake(
        "V6",
        "blocks put together side by side",
        "Take out the first H rows of your answer. Are they the matrix that you made for the first gate?",
        "The right numbers are there. Along which axis do blocks lie when one is below the other?",
        sees=side_by_side,
        test="Put two matrices together, one of zeros and one of ones, and print the result.",
    ),
    Mistake(
        "V7",
        "draws of its own",
        "Does your answer change when the draws that you are given change?",
        "Where do your random numbers come from, and where should they?",
        sees=own_draws,
        test="Hand in the same draw twice: should the two blocks differ?",
    ),
    Mistake(
        "V8",
        "a block that is never written",
        "Which of your blocks are zeros? How many passes has your loop, and how many gates are there?",
        "Somebody has to fill each block. Which index does your loop not reach?",
        sees=left_at_zero,
        test="Print the index of the gate in each pass of your loop.",
    ),
    Mistake(
        "V9",
        "an antisymmetric matrix for an orthogonal one",
        "Take away the diagonal of a block: it changes its sign when transposed. Does that keep lengths?",
        "Two properties have to do with the transpose. In which one is it the inverse?",
        sees=antisymmetric,
        test="Multiply a block's transpose by the block.",
    ),
    Mistake(
        "V9s",
        "a series cut off after its second term",
        "Multiply a block by its transpose. What is left beside the identity?",
        "How many terms has your series, and which is the first one that you leave out?",
        sees=series_cut,
        test="Add one term, and measure again how far a block is from orthogonal.",
    ),
    Mistake(
        "V10",
        "right angles without length 1",
        "How long is each row of a block, and how long is each column?",
        "Right angles are half of it. What else has an orthogonal matrix, and which of your lines changes it?",
        sees=angles_alone,
        test="Multiply a block's transpose by the block, and the block by its transpose.",
    ),
    Mistake(
        "V11",
        "something goes over from one gate to the next",
        "Is a block the same when it comes alone, and after others? What does your loop keep between two gates?",
        "Each gate should begin as the first one did. Which of your names still holds something?",
        sees=first_alone,
        test="Print, at the start of each gate's pass, all that you collect in.",
    ),
    Mistake(
        "V12",
        "eigenvectors of a matrix that is not symmetric",
        "For which matrices do eigenvectors stand at right angles? Is your draw one of them?",
        "Eigenvectors of a draw may be complex, and stand at any angle.",
        sees=eigenvectors,
        test="Print two eigenvectors of a draw of size 2, and their inner product.",
    ),
    Mistake(
        "V13",
        "each block made from the one before",
        "Change the first draw alone: which blocks should change, and which do?",
        "Each block belongs to one draw. How many draws have a part in your last one?",
        sees=chained,
        test="Hand in the same draw twice, with another one between: should the two blocks differ?",
    ),
    Mistake(
        "V14",
        "singular values not yet 1",
        "Print the singular values of a block. What should they be?",
        "The directions are right, and not all have their length. Where does your way there end?",
        sees=nearly_polar,
        test="If you go round in a loop, double the passes: what becomes of the smallest singular value?",
    ),
)


def drawn(r: Generator, G: int, H: int) -> tuple[Array]:
    """Normal draws."""
    return (r.normal(size=(G, H, H)),)


start_exercise = Exercise(
    name="gradients.orthogonal_start",
    task="An orthogonal matrix for each of G gates, one below the other (eq-gradients-orthogonal), made from normal "
    "draws: block g from Z[g] alone, by whatever way. Equal draws give equal blocks, others give others. NumPy only.",
    arguments=(Value("Z", "G H H", "normal draws, a matrix for each gate"),),
    outputs=(Value("W", "G·H H", "H rows for each gate", free=True),),
    reference=orthogonal_start,
    cases={
        "general": lambda r: drawn(r, 4, 5),
        "one gate": lambda r: drawn(r, 1, 4),
        "size two": lambda r: drawn(r, 3, 2),
        "equal draws": lambda r: (drawn(r, 2, 4)[0][[0, 1, 0]],),
    },
    facets=(
        Facet("one gate", 1, ("one gate",), holds=keeps_lengths),
        Facet("each of several blocks keeps lengths", 4, ("general", "size two"), holds=keeps_lengths),
        Facet("blocks made of their draws", 2, ("equal draws",), holds=made_of_the_draws),
    ),
    mistakes=START_MISTAKES,
)

# ---------------------------------------------------------------------------------------------------------------------
# A network that starts as the identity


@checked
def train_identity(
    x: T_B_F, y: B_K, W_ih: H_F, W_ho: K_H, lr: Positive, max_norm: Positive, N: Count
) -> tuple[N_, H_H]:
    r"""N updates of a network with the rectifier that starts as the identity, read after its last step.

    .. math:: h_t = \max(0,\; W_{ih} x_t + W_{hh} h_{t-1} + b), \qquad o = W_{ho} h_T + b_{ho}, \qquad
       L = \frac{1}{BK} \sum (o - y)^2

    Returns the loss before each update, and W_hh after the last.
    """
    B, H = x.shape[1], len(W_ih)
    h0 = np.zeros((B, H), dtype=x.dtype)
    W_hh, b, b_ho = np.eye(H, dtype=x.dtype), np.zeros_like(W_ih[:, 0]), np.zeros_like(W_ho[:, 0])
    losses = np.zeros(N, dtype=x.dtype)
    for n in range(N):
        h = relu_forward(x, h0, W_ih, W_hh, b, np.zeros_like(b))
        error = h[-1] @ W_ho.T + b_ho - y
        losses[n] = (error**2).mean()
        do = 2 * error / error.size
        dh_out = np.zeros_like(h)
        dh_out[-1] = do @ W_ho
        back = relu_backward(dh_out, x, h0, h, W_ih, W_hh)
        raw = [back.dW_ih, back.dW_hh, back.db, do.T @ h[-1], do.sum(axis=0)]
        g, _ = clip_by_norm(raw, max_norm)
        W_ih, W_hh, b = W_ih - lr * g[0], W_hh - lr * g[1], b - lr * g[2]
        W_ho, b_ho = W_ho - lr * g[3], b_ho - lr * g[4]
    return losses, W_hh


sign(globals(), "train_identity")


RECTIFIED = "np.maximum(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh, 0)"
SUMMED = "x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh"
PASSED = "(h[t] > 0) * (dh_out[t] + dh_rec)"
JOINT = "g, _ = clip_by_norm(raw, max_norm)"
EVERY_READING = "np.tensordot(do, h, axes=((0, 1), (0, 1))), do.sum(axis=(0, 1))"


def measured(arrays: str) -> Form:
    """One factor for all, by the norm of these alone."""
    factor = f"min(1.0, max_norm / (global_norm({arrays}) + 1e-6))"
    return edit(train_identity, JOINT, f"g = [one * one.dtype.type({factor}) for one in raw]")


def left_out(*places: int) -> Form:
    """These neither learn nor count in the norm."""
    lines = "".join(f"raw[{n}] = 0 * raw[{n}]\n        " for n in places)
    return edit(train_identity, JOINT, lines + JOINT)


TRAIN_MISTAKES = (
    Mistake(
        "G20",
        "another activation than the rectifier",
        "With no input, what does one step from the identity do to a state? Is it as it was?",
        "Which values can come out of your activation, and which should?",
        {
            "tanh": edit(relu_cell, RECTIFIED, f"np.tanh({SUMMED})")
            + edit(relu_backward, "(h[t] > 0)", "(1 - h[t] ** 2)"),
            "tanh forwards alone": edit(relu_cell, RECTIFIED, f"np.tanh({SUMMED})"),
            "none": edit(relu_cell, RECTIFIED, SUMMED) + edit(relu_backward, "(h[t] > 0)", "1"),
            "none forwards": edit(relu_cell, RECTIFIED, SUMMED),
        },
        test="Print the smallest and the largest state of the first reading.",
    ),
    Mistake(
        "G20s",
        "another start",
        "Before any update and without input, does your network keep its state from step to step?",
        "Which of the weights start as something special, and which as what is handed in?",
        {
            "zeros": edit(train_identity, "np.eye(H, dtype=x.dtype)", "np.zeros((H, H), dtype=x.dtype)"),
            "ones": edit(train_identity, "np.eye(H, dtype=x.dtype)", "np.ones((H, H), dtype=x.dtype)"),
            "small": edit(train_identity, "np.eye(H, dtype=x.dtype)", "0.01 * np.eye(H, dtype=x.dtype)"),
            "half": edit(train_identity, "np.eye(H, dtype=x.dtype)", "0.5 * np.eye(H, dtype=x.dtype)"),
            "bias of 1": edit(train_identity, "np.zeros_like(W_ih[:, 0])", "np.ones_like(W_ih[:, 0])"),
            "W_ih": edit(
                train_identity,
                "B, H = x.shape[1], len(W_ih)",
                "B, H, W_ih = x.shape[1], len(W_ih), 0 * W_ih + np.eye(*W_ih.shape)",
            ),
        },
        test="Call it for one update with max_norm of 1e-9: W_hh should come back nearly as it began.",
    ),
    Mistake(
        "I1",
        "the slope of the rectifier left out, or of another function",
        "What does a unit that is at 0 let through on the way back?",
        "The rectifier is flat on one side and straight on the other. Which slope has your way back?",
        {
            "none": edit(relu_backward, "(h[t] > 0) * ", ""),
            "tanh": edit(relu_backward, "(h[t] > 0)", "(1 - h[t] ** 2)"),
            "the state": edit(relu_backward, "(h[t] > 0)", "h[t]"),
            "at 0 as well": edit(relu_backward, "h[t] > 0", "h[t] >= 0"),
            "the step before": edit(relu_backward, "h[t] > 0", "(h[t - 1] if t else h0) > 0"),
        },
        test="Compare your gradient of one weight with a difference quotient of the loss.",
    ),
    Mistake(
        "B6",
        "the gradient goes back no further than one step",
        "How many steps back does a change of an early input matter for the loss? Does your gradient know?",
        "The loss reads the last state alone. How does its gradient come to the steps before?",
        {
            "": edit(relu_backward, "dh_rec = dz[t] @ W_hh", "dh_rec = 0 * h0"),
            "early steps not summed": edit(
                relu_backward, "dW_ih=np.tensordot(dz, x, axes", "dW_ih=np.tensordot(dz[-1:], x[-1:], axes"
            )
            + edit(
                relu_backward, "dW_hh=np.tensordot(dz, before, axes", "dW_hh=np.tensordot(dz[-1:], before[-1:], axes"
            )
            + edit(relu_backward, "dz.sum(axis=(0, 1))", "dz[-1].sum(axis=0)"),
        },
        test="Take T = 2, and compare each gradient with a difference quotient of the loss.",
    ),
    Mistake(
        "B8",
        "W_hh transposed, or left out on the way back",
        "Is your W_hh still right while it is the identity? And after one update?",
        "Forwards and backwards go through W_hh from different sides. In which of them does it stand as it is?",
        {
            "back": edit(relu_backward, "dz[t] @ W_hh", "dz[t] @ W_hh.T"),
            "left out": edit(relu_backward, "dh_rec = dz[t] @ W_hh", "dh_rec = dz[t]"),
            "forwards": edit(relu_cell, "W_hh.T", "W_hh"),
        },
        test="A symmetric matrix hides it: look at the loss after two updates.",
    ),
    Mistake(
        "B8g",
        "the gradient of W_hh transposed",
        "Entry (i, j) of the gradient of W_hh: whose dz_t is in it, and whose state?",
        "W_hh is square, so that its shape warns nobody. Compare your line with the one for W_ih.",
        edit(train_identity, "W_hh - lr * g[1]", "W_hh - lr * g[1].T"),
        test="Let one unit alone be on before the step. Which column of the gradient is not 0?",
    ),
    Mistake(
        "B5",
        "the state after the step in the gradient of W_hh",
        "By which vector was W_hh multiplied in step t? Is it that one which your gradient sees?",
        "Pair what came back to step t with what stood beside W_hh in its sum.",
        {
            "": edit(relu_backward, "dW_hh=np.tensordot(dz, before", "dW_hh=np.tensordot(dz, h"),
            "wrapped round": edit(relu_backward, "h0[None], h[:-1]", "h[-1:], h[:-1]"),
        },
        test="Take T = 1 and a state of zeros before it: what must the gradient of W_hh be?",
    ),
    Mistake(
        "G1",
        "clipped array by array, or not at all",
        "Before an update, how long are all gradients of the network together, and how long are they after clipping?",
        "How many norms are there in your clipping, and which arrays go into them?",
        {
            "each": edit(train_identity, JOINT, "g = [clip_by_norm([one], max_norm)[0][0] for one in raw]"),
            "not at all": edit(train_identity, JOINT, "g = raw"),
            "the recurrent ones alone": edit(
                train_identity, JOINT, "g = [*clip_by_norm(raw[:3], max_norm)[0], *raw[3:]]"
            ),
            "but for one bias": edit(train_identity, JOINT, "g = [*clip_by_norm(raw[:4], max_norm)[0], raw[4]]"),
            "W_hh alone": edit(train_identity, JOINT, "g = [raw[0], *clip_by_norm(raw[1:2], max_norm)[0], *raw[2:]]"),
            "the biases not measured": measured("[raw[0], raw[1], raw[3]]"),
            "the output not measured": measured("raw[:3]"),
            "W_hh alone measured": measured("raw[1:2]"),
            "the state's": edit(train_identity, "do @ W_ho", "clip_by_norm([do @ W_ho], max_norm)[0][0]")
            + edit(train_identity, JOINT, "g = raw"),
        },
        test="Take a small max_norm: by how much may all weights together move in one update?",
    ),
    G2,
    G3,
    G4.by({word: G4.forms[f"G4 {word}".rstrip()] for word in ("", "in the factor", "where it is too long")}),
    Mistake(
        "I2",
        "another factor in the gradient of the loss",
        "Move one output a little: by how much does the loss change, and what does your gradient say of it?",
        "Write down the derivative of the mean of squares by one of the outputs.",
        {
            "no 2": edit(train_identity, "2 * error / error.size", "error / error.size"),
            "by the batch alone": edit(train_identity, "2 * error / error.size", "2 * error / len(error)"),
            "sum": edit(train_identity, "2 * error / error.size", "2 * error"),
            "by the outputs alone": edit(train_identity, "2 * error / error.size", "2 * error / error.shape[1]"),
            "of the bias": edit(train_identity, "back.db, do", "back.db / B, do"),
            "over the steps": edit(train_identity, "2 * error / error.size", "2 * error / error.size / len(x)"),
        },
        test="Compare your gradient of the output's bias with a difference quotient of the loss.",
    ),
    Mistake(
        "I3",
        "another loss",
        "Four outputs have the errors 1, 1, 1 and 3. What is their loss by hand, and what do you return?",
        "Over what is the mean of the task taken, and of what?",
        {
            "sum": edit(train_identity, "(error**2).mean()", "(error**2).sum()"),
            "half": edit(train_identity, "(error**2).mean()", "(error**2).mean() / 2"),
            "by the batch": edit(train_identity, "(error**2).mean()", "(error**2).sum() / len(error)"),
            "root": edit(train_identity, "(error**2).mean()", "np.sqrt((error**2).mean())"),
            "absolute": edit(train_identity, "(error**2).mean()", "np.abs(error).mean()"),
        },
        test="Print your errors, and do the mean by hand.",
    ),
    Mistake(
        "I4",
        "the loss after the update",
        "Does your first loss depend on the learning rate? Should it?",
        "Which comes first in one pass of your loop, the loss or the new weights?",
        edit(
            train_identity,
            "    return losses, W_hh",
            "    h = relu_forward(x, h0, W_ih, W_hh, b, np.zeros_like(b))\n"
            "    error = h[-1] @ W_ho.T + b_ho - y\n"
            "    return np.append(losses[1:], (error**2).mean()), W_hh",
        ),
        test="Ask for one update: the only loss is that of the start.",
    ),
    Mistake(
        "I5",
        "weights that do not learn",
        "Which arrays does one update change, and which stay with you?",
        "Count the weights of the network, biases too, and the lines that change them.",
        {
            "W_hh": edit(train_identity, "W_hh - lr * g[1]", "W_hh"),
            "W_ih": edit(train_identity, "W_ih - lr * g[0]", "W_ih"),
            "b": edit(train_identity, "b - lr * g[2]", "b"),
            "W_ho": edit(train_identity, "W_ho - lr * g[3]", "W_ho"),
            "b_ho": edit(train_identity, "b_ho - lr * g[4]", "b_ho"),
            "both biases": edit(train_identity, "b - lr * g[2]", "b")
            + edit(train_identity, "b_ho - lr * g[4]", "b_ho"),
            "the output": edit(train_identity, "W_ho - lr * g[3]", "W_ho")
            + edit(train_identity, "b_ho - lr * g[4]", "b_ho"),
            "the given ones": edit(train_identity, "W_ih - lr * g[0]", "W_ih")
            + edit(train_identity, "W_ho - lr * g[3]", "W_ho"),
            "W_hh, not measured": left_out(1),
            "W_ih, not measured": left_out(0),
            "b, not measured": left_out(2),
            "W_ho, not measured": left_out(3),
            "b_ho, not measured": left_out(4),
            "both biases, not measured": left_out(2, 4),
            "the output, not measured": left_out(3, 4),
            "the given ones, not measured": left_out(0, 3),
        },
        test="Print each array before and after one update.",
    ),
    Mistake(
        "I6",
        "a weight used after it was changed",
        "With which weights was the loss computed? Are they the ones that your gradient goes back through?",
        "All gradients belong to one set of weights. When may the first of these change?",
        edit(train_identity, "do @ W_ho", "do @ (W_ho - lr * clip_by_norm([do.T @ h[-1]], max_norm)[0][0])"),
        test="Print the output's weights at the line where the gradient goes back through them.",
    ),
    Mistake(
        "I7",
        "uphill",
        "Do your losses fall from update to update when the learning rate is small?",
        "A gradient points to where the loss grows.",
        edit(
            train_identity,
            "W_ih - lr * g[0], W_hh - lr * g[1], b - lr * g[2]",
            "W_ih + lr * g[0], W_hh + lr * g[1], b + lr * g[2]",
        )
        + edit(train_identity, "W_ho - lr * g[3], b_ho - lr * g[4]", "W_ho + lr * g[3], b_ho + lr * g[4]"),
        test="Take a small learning rate and ten updates, and print the losses.",
    ),
    Mistake(
        "I8",
        "another reading than after the last step",
        "Which states does the output of the task read? Which does yours?",
        "Change the last input alone, then the first: does the loss notice both?",
        {
            "the mean of the states": edit(train_identity, "error = h[-1]", "error = h.mean(axis=0)")
            + edit(train_identity, "dh_out[-1] = do @ W_ho", "dh_out[:] = do @ W_ho / len(h)")
            + edit(train_identity, "do.T @ h[-1]", "do.T @ h.mean(axis=0)"),
            "the first": edit(train_identity, "error = h[-1]", "error = h[0]")
            + edit(train_identity, "dh_out[-1]", "dh_out[0]")
            + edit(train_identity, "do.T @ h[-1]", "do.T @ h[0]"),
            "back to every step": edit(train_identity, "dh_out[-1] = ", "dh_out[:] = "),
            "every step": edit(train_identity, "error = h[-1]", "error = h")
            + edit(train_identity, "dh_out[-1] = do", "dh_out[:] = do")
            + edit(train_identity, "do.T @ h[-1], do.sum(axis=0)", EVERY_READING),
        },
        test="Take T = 2, and compute the output by hand.",
    ),
    Mistake(
        "I9",
        "gradients of earlier updates kept",
        "In your second update, is anything of the first one's gradient still there?",
        "What you add into, from step to step, belongs to one update. When does it begin anew?",
        edit(
            train_identity,
            JOINT,
            "kept = raw if n == 0 else [a + b for a, b in zip(kept, raw)]\n        g, _ = clip_by_norm(kept, max_norm)",
        ),
        test="Print a gradient at the start of each update.",
    ),
    Mistake(
        "I10",
        "a reading that begins where the last one ended",
        "With which state does your second reading of the sequence begin, and with which the first?",
        "Each update reads the same sequence. What does the task say of the state before it?",
        edit(train_identity, JOINT, f"{JOINT}\n        h0 = h[-1]"),
        test="Take a learning rate near 0: all losses should be nearly equal.",
    ),
)


def trained(r: Generator, T: int, B: int, F: int, H: int, K: int, N: int, **more: Any) -> tuple[Any, ...]:
    """A sequence, targets far enough away, and weights of which some units are at 0 now and then."""
    dtype, max_norm = more.get("dtype", float), more.get("max_norm", 0.5)
    arrays = r.normal(size=(T, B, F)), 2 + r.normal(size=(B, K)), 0.6 * r.normal(size=(H, F)), r.normal(size=(K, H)) / 2
    return (*(a.astype(dtype) for a in arrays), 0.2, max_norm, N)


train_exercise = Exercise(
    name="gradients.train_identity",
    task="N updates of a network h_t = max(0, W_ih x_t + W_hh h_{t-1} + b) with output o = W_ho h_T + b_ho "
    "(eq-gradients-relu). W_hh starts as the identity, h_0 and both biases as zeros; h_0 is not learnt. The loss: the "
    "mean of (o - y)² over all entries. The gradients of all five arrays are clipped by one factor, then each array "
    "takes a step of lr. Return the loss before each update, and W_hh after the last. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B F"),
        Value("y", "B K", "what the output should be after the last step"),
        Value("W_ih", "H F", "its start"),
        Value("W_ho", "K H", "its start"),
        Value("lr", None, "the learning rate, a float above 0"),
        Value("max_norm", None, "the most that all gradients together may measure, a float above 0"),
        Value("N", None, "updates, an integer above 0"),
    ),
    outputs=(
        Value("losses", "N", "before each update", tolerance=CLIPPED),
        Value("W_hh", "H H", "after the last update", tolerance=CLIPPED),
    ),
    probe="lr",
    smaller=(
        f"{LIBRARY}.global_norm",
        f"{LIBRARY}.clip_by_norm",
        "gradients.starts.relu_cell",
        "gradients.starts.relu_forward",
        "gradients.starts.relu_backward",
    ),
    builds_on={"gradients.clip_by_norm": clip_by_norm},
    reference=train_identity,
    cases={
        "general": lambda r: trained(r, 5, 4, 3, 6, 2, 4),
        "one update": lambda r: trained(r, 4, 3, 2, 5, 3, 1),
        "not clipped": lambda r: trained(r, 3, 3, 2, 4, 2, 2, max_norm=1e3),
        "one step": lambda r: trained(r, 1, 3, 2, 4, 2, 3),
        "square": lambda r: trained(r, 4, 4, 4, 4, 4, 3),
        "float32": lambda r: trained(r, 3, 2, 3, 4, 2, 2, dtype=np.float32),
    },
    facets=(
        Facet("the loss of the start", 2, ("one update",), ("losses",)),
        Facet("losses after updates that are clipped", 3, ("general", "one step", "square", "float32"), ("losses",)),
        Facet("losses after updates that are not", 2, ("not clipped",), ("losses",)),
        Facet("W_hh after the last update", 3, outputs=("W_hh",)),
    ),
    mistakes=TRAIN_MISTAKES,
    words={"N": "update", "K": "output"},
)

EXERCISES = (
    unit_exercise,
    influence_exercise,
    limit_exercise,
    clip_exercise,
    update_exercise,
    omega_exercise,
    start_exercise,
    train_exercise,
)
