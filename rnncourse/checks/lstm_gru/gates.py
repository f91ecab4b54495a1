r"""A memory with two gates, and what goes wrong in it.

Not here: a matrix transposed that is not square (it stops), and a gate that is right but overflows with a warning.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.lstm_gru import sigmoid
from rnncourse.shapes import B_N, N_, N_N, T_B_N, checked


@checked
def gated_memory(x: T_B_N, m0: B_N, A_k: N_N, b_k: N_, A_s: N_N, b_s: N_) -> T_B_N:
    r"""A memory that its input alone tells how much to keep and how much to store.

    .. math:: m_t = \sigma(A_k x_t + b_k) \odot m_{t-1} + \sigma(A_s x_t + b_s) \odot x_t

    The lecture's gate, once before what is stored and once in the memory's feedback.
    """
    m_t, m = m0, []
    for x_t in x:
        keep = sigmoid(x_t @ A_k.T + b_k)
        store = sigmoid(x_t @ A_s.T + b_s)
        m_t = keep * m_t + store * x_t
        m.append(m_t)
    return np.stack(m)


sign(globals(), "gated_memory")

KEEP, STORE = "sigmoid(x_t @ A_k.T + b_k)", "sigmoid(x_t @ A_s.T + b_s)"
NEXT = "keep * m_t + store * x_t"
LOGISTIC = "1 / (1 + np.exp(-a))"
MEMORY_MISTAKES = (
    Mistake(
        "K1",
        "the two gates exchanged",
        "Which of your two gates stands beside the memory, and which beside the input?",
        "Shut the gate that stores. Does anything of the input still come into your memory?",
        edit(gated_memory, NEXT, "store * m_t + keep * x_t"),
        test="Set b_k to 100 and b_s to -100: what should become of the memory?",
    ),
    Mistake(
        "L20",
        "a gate turned round",
        "A gate of 1: does it let all through in your line, or nothing?",
        "Read in the task what each gate multiplies, and whether anything is subtracted from 1 there.",
        {
            "keep": edit(gated_memory, "keep * m_t", "(1 - keep) * m_t"),
            "store": edit(gated_memory, "store * x_t", "(1 - store) * x_t"),
            "both": edit(gated_memory, NEXT, "(1 - keep) * m_t + (1 - store) * x_t"),
        },
        test="Set both biases to 100: what should the memory be after a step?",
    ),
    Mistake(
        "L6",
        "one gate for both",
        "Can your memory keep all that it has and store all that comes, at the same step?",
        "Change one of the arguments after the other. Which of them has no influence on your answer?",
        {
            "1 - keep": edit(gated_memory, "store * x_t", "(1 - keep) * x_t"),
            "1 - store": edit(gated_memory, "keep * m_t", "(1 - store) * m_t"),
        },
        test="Open both gates by their biases: what should become of the memory?",
    ),
    Mistake(
        "L6s",
        "one gate in both places",
        "Can your memory keep all that it has and store nothing, at the same step?",
        "Change one of the arguments after the other. Which of them has no influence on your answer?",
        {
            "keep": edit(gated_memory, "store * x_t", "keep * x_t"),
            "store": edit(gated_memory, "keep * m_t", "store * m_t"),
        },
        test="Open the gate that keeps and shut the one that stores: what should become of the memory?",
    ),
    Mistake(
        "K2",
        "a gate missing",
        "Shut both gates by their biases. What should your memory be after a step, and what is it?",
        "Two terms, and a gate before each of them.",
        {
            "nothing is forgotten": edit(gated_memory, "keep * m_t", "m_t"),
            "all is stored": edit(gated_memory, "store * x_t", "x_t"),
            "neither": edit(gated_memory, NEXT, "m_t + x_t"),
        },
        test="Set both biases to -100, and print the memory after one step.",
    ),
    Mistake(
        "K3",
        "a gate in the place of what it lets through",
        "An input of 0: what should be stored of it, whatever the gate says? What do you store?",
        "A gate is a share of something. What is the something in each term?",
        {
            "store": edit(gated_memory, "store * x_t", "store"),
        },
        test="Take an input of zeros and a memory of zeros.",
    ),
    Mistake(
        "K3x",
        "both gates before the input",
        "Without any input, what should become of the memory? What does yours become?",
        "A gate is a share of something. What is the something in each term?",
        {
            "both inputs": edit(gated_memory, "keep * m_t", "keep * x_t"),
        },
        test="Take inputs of zeros and a memory of ones, and print the first step.",
    ),
    Mistake(
        "K3k",
        "the gate that keeps in the place of what it keeps",
        "A memory of 0: what should be kept of it, whatever the gate says? What do you keep?",
        "A gate is a share of something. What is the something in each term?",
        {
            "keep": edit(gated_memory, "keep * m_t", "keep"),
        },
        test="Take an input of zeros and a memory of zeros.",
    ),
    Mistake(
        "K4",
        "gates that look at the memory",
        "Change the memory before the first step and nothing else. Do your gates notice? Should they?",
        "Read once more what each gate is a function of.",
        {
            "keep": edit(gated_memory, "x_t @ A_k.T", "m_t @ A_k.T"),
            "store": edit(gated_memory, "x_t @ A_s.T", "m_t @ A_s.T"),
            "both": edit(gated_memory, "x_t @ A_k.T", "m_t @ A_k.T") + edit(gated_memory, "x_t @ A_s.T", "m_t @ A_s.T"),
        },
        test="Print both gates of the first step for two values of m0.",
    ),
    Mistake(
        "R6",
        "a matrix transposed",
        "Row j of a matrix belongs to entry j of its gate. Does your product use it so?",
        "The shapes cannot complain, for both matrices are square. Over which axis does your product sum?",
        {
            "both": edit(gated_memory, "A_k.T", "A_k") + edit(gated_memory, "A_s.T", "A_s"),
            "A_k": edit(gated_memory, "A_k.T", "A_k"),
            "A_s": edit(gated_memory, "A_s.T", "A_s"),
        },
        test="Take a matrix with a single entry, beside the diagonal: which entry of the gate should change?",
    ),
    Mistake(
        "K5",
        "multiplied entry by entry in place of a product",
        "Does an entry of your gate depend on all entries of the input?",
        "A matrix times a vector is a sum for each row. Where is your sum?",
        {
            "the diagonal": edit(gated_memory, "x_t @ A_k.T", "x_t * np.diag(A_k)")
            + edit(gated_memory, "x_t @ A_s.T", "x_t * np.diag(A_s)"),
            "the sums of rows": edit(gated_memory, "x_t @ A_k.T", "x_t * A_k.sum(axis=1)")
            + edit(gated_memory, "x_t @ A_s.T", "x_t * A_s.sum(axis=1)"),
        },
        test="Change one entry of the input, and see which entries of the gate follow.",
    ),
    Mistake(
        "R7",
        "a bias left out, or the other one",
        "With an input of zeros, how far should your gates be open?",
        "Each gate has a bias of its own. Are both in your lines?",
        {
            "b_k": edit(gated_memory, " + b_k", ""),
            "b_s": edit(gated_memory, " + b_s", ""),
            "both": edit(gated_memory, " + b_k", "") + edit(gated_memory, " + b_s", ""),
            "exchanged": edit(gated_memory, "+ b_k", "+ b_s") + edit(gated_memory, "+ b_s", "+ b_k"),
            "b_k twice": edit(gated_memory, "+ b_s", "+ b_k"),
            "outside": edit(gated_memory, KEEP, "(sigmoid(x_t @ A_k.T) + b_k)")
            + edit(gated_memory, STORE, "(sigmoid(x_t @ A_s.T) + b_s)"),
        },
        test="Set the input to zeros, and print each gate.",
    ),
    Mistake(
        "K6",
        "another function than σ",
        "Which numbers can a gate be, and which can yours be?",
        "Print your function at -5, 0 and 5. What should it be at 0?",
        {
            "tanh": edit(sigmoid, LOGISTIC, "np.tanh(a)"),
            "none": edit(sigmoid, LOGISTIC, "a"),
            "rectifier": edit(sigmoid, LOGISTIC, "np.maximum(a, 0)"),
            "a step": edit(sigmoid, LOGISTIC, "(a > 0) * (1 + 0 * a)"),
            "twice": edit(sigmoid, LOGISTIC, "1 / (1 + np.exp(-1 / (1 + np.exp(-a))))"),
        },
        test="Compare your function with σ(1) = 0.731.",
    ),
    Mistake(
        "K6h",
        "twice as steep as σ",
        "How steep is your function at 0, and how steep is σ?",
        "σ can be written with tanh. Of which number?",
        {
            "tanh, half": edit(sigmoid, LOGISTIC, "0.5 + 0.5 * np.tanh(a)"),
        },
        test="Compare your function with σ(1) = 0.731.",
    ),
    Mistake(
        "K6s",
        "softmax in the place of σ",
        "Does one gate of yours depend on what goes into the others? Should it?",
        "Add up the gates of one example. Is there anything in the task about their sum?",
        {
            "softmax": edit(
                sigmoid,
                LOGISTIC,
                "np.exp(a - a.max(axis=-1, keepdims=True))"
                " / np.exp(a - a.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True)",
            ),
        },
        test="Compare your function with σ(1) = 0.731, for a single 1 and for three of them.",
    ),
    Mistake(
        "L8",
        "hard sigmoid",
        "Compare your gate at 3 with σ(3). Is a straight line near enough?",
        "Some libraries put a line with two corners in the place of σ.",
        {
            "0.2": edit(sigmoid, LOGISTIC, "np.clip(0.2 * a + 0.5, 0, 1)"),
            "1/6": edit(sigmoid, LOGISTIC, "np.clip(a / 6 + 0.5, 0, 1)"),
        },
        test="Print your gate at 0, 1, 2 and 3.",
    ),
    Mistake(
        "K7",
        "σ of a large number as one infinity over another",
        "A gate that is quite open: what does your function give for σ(1000)?",
        "There are two forms of σ with one exponential. In which one can it stand above and below the line?",
        edit(sigmoid, LOGISTIC, "np.exp(a) / (1 + np.exp(a))"),
        test="Print your σ at 1000 and at -1000.",
    ),
    Mistake(
        "R1",
        "m0 not used",
        "Does your first step depend on m0? Should it?",
        "Something is in the memory before the first input comes.",
        {
            "zeros": edit(gated_memory, "m_t, m = m0, []", "m_t, m = 0 * m0, []"),
            "the first input": edit(gated_memory, "m_t, m = m0, []", "m_t, m = x[0], []"),
            "the first step left alone": edit(gated_memory, NEXT, f"{NEXT} if m else store * x_t"),
        },
        test="Double m0: what should change in the first step, and what does?",
    ),
    Mistake(
        "R3",
        "the memory does not go on",
        "Change the first of three inputs: should the last memory notice? Does yours?",
        "Print, in each pass of your loop, the memory that it begins with.",
        {
            "from m0 each time": edit(gated_memory, "keep * m_t", "keep * m0"),
            "the input before": edit(gated_memory, "keep * m_t", "keep * (x[len(m) - 1] if m else m0)"),
            "nothing": edit(gated_memory, "keep * m_t", "keep * (m0 if not m else 0)"),
        },
        test="Take two steps, and do the second one by hand.",
    ),
    Mistake(
        "K8",
        "a gate before all of it",
        "Which terms does each gate multiply in your line? Which one in the task?",
        "Open the gate that stores and shut the one that keeps. What is left?",
        {
            "keep": edit(gated_memory, NEXT, "keep * (m_t + store * x_t)"),
            "store": edit(gated_memory, NEXT, "store * (keep * m_t + x_t)"),
            "one after the other": edit(gated_memory, NEXT, "keep * m_t + store * keep * x_t"),
            "a product": edit(gated_memory, NEXT, "keep * m_t * store * x_t"),
            "both in one": edit(gated_memory, NEXT, "keep * store * (m_t + x_t)"),
        },
        test="Set b_k to -100 and b_s to 100, and print the memory; then the other way round.",
    ),
    Mistake(
        "L3",
        "the memory squashed",
        "Can your memory grow beyond 1, as a sum of many inputs should?",
        "Which functions are in the task's formula, and to what are they applied?",
        {
            "": edit(gated_memory, NEXT, f"np.tanh({NEXT})"),
            "σ": edit(gated_memory, NEXT, f"sigmoid({NEXT})"),
        },
        test="Open both gates and give inputs of 1: what should the memory be after ten steps?",
    ),
    Mistake(
        "L3k",
        "what is kept squashed",
        "Open the gate that keeps and shut the one that stores. What should become of a memory of 3?",
        "Which functions are in the task's formula, and to what are they applied?",
        {
            "what is kept": edit(gated_memory, "keep * m_t", "keep * np.tanh(m_t)"),
        },
        test="Set b_k to 100 and b_s to -100, and print the memory for an m0 of 1, 3 and 5.",
    ),
    Mistake(
        "L3s",
        "what is stored squashed",
        "Shut the gate that keeps and open the one that stores. What should become of an input of 3?",
        "Which functions are in the task's formula, and to what are they applied?",
        {
            "what is stored": edit(gated_memory, "store * x_t", "store * np.tanh(x_t)"),
        },
        test="Set b_k to -100 and b_s to 100, and print the memory for inputs of 1, 3 and 5.",
    ),
    Mistake(
        "K9",
        "gates of another step",
        "At which step's input do your gates look, and which input do you store?",
        "Follow the index of the input through one pass of your loop.",
        {
            "one for all": edit(gated_memory, "x_t @ A_k.T", "x[0] @ A_k.T")
            + edit(gated_memory, "x_t @ A_s.T", "x[0] @ A_s.T"),
            "the step before": edit(gated_memory, "x_t @ A_k.T", "x[len(m) - 1] @ A_k.T")
            + edit(gated_memory, "x_t @ A_s.T", "x[len(m) - 1] @ A_s.T"),
        },
        test="Take T = 2 and change the second input alone: which gates change?",
    ),
    Mistake(
        "R4",
        "batch read as time",
        "Exchange two examples of the batch. Does anything change but their order?",
        "Time is the first axis. Of how many examples is what one pass of your loop takes?",
        {
            "": edit(gated_memory, "for x_t in x:", "for x_t in x.swapaxes(0, 1):")
            + edit(gated_memory, "np.stack(m)", "np.stack(m, axis=1)"),
        },
        test="Take two examples that are alike, and compare what comes out for them.",
    ),
    Mistake(
        "R4s",
        "memories put together along another axis",
        "What does the first axis of your answer count: steps, or examples?",
        "Your loop runs over steps. Along which axis do you put together what it has found?",
        {
            "stacked": edit(gated_memory, "np.stack(m)", "np.stack(m, axis=1)"),
        },
        test="Take another number of steps than of examples, and print the shape.",
    ),
    Mistake(
        "R12",
        "the same array at every step",
        "Are your memories of the first and of the last step one and the same?",
        "A list can hold one array many times; writing into it changes every entry.",
        edit(gated_memory, "np.stack(m)", "np.stack([m_t] * len(m))"),
        test="Print the first entry that you keep, in each pass of your loop.",
    ),
    Mistake(
        "R11",
        "time from its end",
        "In which order do your steps run, and in which order do you return them?",
        "The first row of your answer belongs to the first input.",
        {
            "read": edit(gated_memory, "for x_t in x:", "for x_t in x[::-1]:"),
            "returned": edit(gated_memory, "np.stack(m)", "np.stack(m[::-1])"),
            "both": edit(gated_memory, "for x_t in x:", "for x_t in x[::-1]:")
            + edit(gated_memory, "np.stack(m)", "np.stack(m[::-1])"),
        },
        test="Change the last input alone: which memories should change?",
    ),
)


def series(r: Generator, T: int, B: int, N: int, wide: float = 0.0, dtype: Any = float) -> tuple[Any, ...]:
    """Inputs, a memory that is not empty, and gates half open; wide: some quite open or quite shut."""
    x, m0 = r.normal(size=(T, B, N)), r.normal(size=(B, N))
    A_k, A_s = r.normal(size=(2, N, N)) / np.sqrt(N)
    b_k, b_s = r.uniform(-1, 1, (2, N)) + wide * (np.arange(N) % 3 - 1) * [[1], [-1]]
    return tuple(a.astype(dtype) for a in (x, m0, A_k, b_k, A_s, b_s))


memory_exercise = Exercise(
    name="lstm_gru.gated_memory",
    task="A memory with two gates that its input sets (eq-lstm-gru-gate): m_t = σ(A_k x_t + b_k) ⊙ m_{t-1} + "
    "σ(A_s x_t + b_s) ⊙ x_t, from m0 on. Return the memories of all steps. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B N"),
        Value("m0", "B N", "the memory before the first step"),
        Value("A_k", "N N", "of the gate that keeps"),
        Value("b_k", "N"),
        Value("A_s", "N N", "of the gate that stores"),
        Value("b_s", "N"),
    ),
    outputs=(Value("m", "T B N"),),
    probe="b_k",
    reference=gated_memory,
    cases={
        "general": lambda r: series(r, 6, 3, 4),
        "one step": lambda r: series(r, 1, 2, 3),
        "one example": lambda r: series(r, 4, 1, 3),
        "square": lambda r: series(r, 4, 4, 4),
        "open or shut": lambda r: series(r, 5, 2, 4, wide=1000),
        "float32": lambda r: series(r, 4, 2, 3, dtype=np.float32),
    },
    facets=(
        Facet("one step", 1, ("one step",)),
        Facet("several steps", 4, ("general", "one example", "square", "float32")),
        Facet("some gates quite open or quite shut", 1, ("open or shut",)),
    ),
    mistakes=MEMORY_MISTAKES,
    words={"N": "entry"},
)
