"""Blocks of rows in another order, from ONNX's LSTM and Keras's GRU; and what goes wrong there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Form, Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import F_H3, H3_, H3_F, H3_H, H4_, H4_F, H4_H, H_H3, ONE_H4_F, ONE_H4_H, ONE_H8, TWO_H3, checked


def column(output: int) -> Callable[[Sequence[Array]], list[float]]:
    """The numbers of an output with a single column, or none."""
    return lambda answers: [float(value) for value in answers[output].reshape(-1)]


# ---------------------------------------------------------------------------------------------------------------------
# ONNX's LSTM


def of_blocks(w: Array, order: tuple[int, ...]) -> Array:
    """The blocks of rows with these numbers, one below the other."""
    blocks = np.split(w, len(order))
    return np.concatenate([blocks[k] for k in order])


@checked
def from_onnx(W: ONE_H4_F, R: ONE_H4_H, B: ONE_H8) -> tuple[H4_F, H4_H, H4_, H4_]:
    r"""The course's weights from those of ONNX's operator LSTM, whose blocks are i, o, f, c.

    .. math:: (W_i, W_o, W_f, W_c) \longmapsto (W_i, W_f, W_c, W_o), \qquad (b_{ih}, b_{hh}) = B
    """
    order = (0, 2, 3, 1)
    b_ih, b_hh = np.split(B[0], 2)
    return of_blocks(W[0], order), of_blocks(R[0], order), of_blocks(b_ih, order), of_blocks(b_hh, order)


sign(globals(), "from_onnx")

ORDER, HALVES, BLOCKS = "order = (0, 2, 3, 1)", "np.split(B[0], 2)", "np.split(w, len(order))"
STAY = "(0, 1, 2, 3)"
# One input and one unit: a row each of i, o, f, c.
ROWS: dict[str, Any] = {
    "W": [[[1], [2], [3], [4]]],
    "R": [[[10], [20], [30], [40]]],
    "B": [[1, 2, 3, 4, 10, 20, 30, 40]],
}
TENS = ROWS | {"B": [[10, 20, 30, 40, 1, 2, 3, 4]]}  # where 1 added makes no number that is there already
UNITS: dict[str, Any] = {
    "W": [[[1], [2], [3], [4], [5], [6], [7], [8]]],
    "R": [[[1, 0], [2, 0], [3, 0], [4, 0], [5, 0], [6, 0], [7, 0], [8, 0]]],
    "B": [list(range(1, 17))],
}
ONE_UNIT = "Take one input and one unit. "
PLUS_ONE = "B[0].reshape(2, -1) + np.repeat([[0, 0, 1, 0], {}], B.shape[1] // 8, axis=1).astype(B.dtype)"
NUMBERED = ONE_UNIT + "The rows of W are 1, 2, 3, 4. In which order are they in your W_ih?"


def kept(*names: str) -> Form:
    """These arrays in ONNX's order."""
    form = Form(())
    for name in names:
        form += edit(from_onnx, f"of_blocks({name}, order)", f"of_blocks({name}, {STAY})")
    return form


ONNX_MISTAKES = (
    Mistake(
        "Y20",
        "the blocks in ONNX's order",
        "In which order are ONNX's four gates, and in which order are the course's?",
        "The shapes are right, and so are all numbers. Which gate answers for which?",
        {
            "": edit(from_onnx, ORDER, f"order = {STAY}"),
            "the matrices": kept("W[0]", "R[0]"),
        },
        test=NUMBERED,
        tries=(trial(column(0), **ROWS), trial(column(0), **ROWS)),
    ),
    Mistake(
        "Y20b",
        "the biases in ONNX's order",
        "Four arrays have blocks. In how many of them did the blocks move?",
        "A gate takes its biases along.",
        {
            "": kept("b_ih", "b_hh"),
            "and the state's matrix": kept("R[0]", "b_ih", "b_hh"),
        },
        test=ONE_UNIT + "B begins with 1, 2, 3, 4. In which order are they in your b_ih?",
        tries=(trial(column(2), **ROWS), trial(column(2), **ROWS)),
    ),
    Mistake(
        "Y20h",
        "the second bias in ONNX's order",
        "Both halves of B have four blocks. In which of them did the blocks move?",
        "A gate takes both of its biases along.",
        {"": kept("b_hh"), "and the state's matrix": kept("R[0]", "b_hh")},
        test=ONE_UNIT + "B ends with 10, 20, 30, 40. In which order are they in your b_hh?",
        tries=(trial(column(3), **ROWS), trial(column(3), **ROWS)),
    ),
    Mistake(
        "Y20r",
        "the matrix of the state in ONNX's order",
        "Four arrays have blocks. In how many of them did the blocks move?",
        "A gate hears the input and the state: its rows are in two matrices.",
        {"": kept("R[0]")},
        test=ONE_UNIT + "The rows of R are 10, 20, 30, 40. In which order are they in your W_hh?",
        tries=(trial(column(1), **ROWS), trial(column(1), **ROWS)),
    ),
    Mistake(
        "Y21",
        "the order turned the other way",
        "Your second block: is it ONNX's forget gate, or does ONNX's second block go where you put it?",
        "A list of four numbers may say where each block comes from, or where it goes. These differ here.",
        {
            "": edit(from_onnx, ORDER, "order = (0, 3, 1, 2)"),
            "the biases": edit(
                from_onnx,
                "of_blocks(b_ih, order), of_blocks(b_hh, order)",
                "of_blocks(b_ih, (0, 3, 1, 2)), of_blocks(b_hh, (0, 3, 1, 2))",
            ),
        },
        test=ONE_UNIT + "B begins with 1, 2, 3, 4. In which order are they in your b_ih?",
        tries=(trial(column(2), **ROWS), trial(column(2), **ROWS)),
    ),
    Mistake(
        "Y22",
        "the blocks in a third order",
        "Write the four gates of ONNX below those of the course. Which of yours is not what it should be?",
        "c of ONNX is g here: the candidate. Where does it stand?",
        {
            "f and o exchanged": edit(from_onnx, ORDER, "order = (0, 2, 1, 3)"),
            "c and f exchanged": edit(from_onnx, ORDER, "order = (0, 1, 3, 2)"),
            "c and o exchanged": edit(from_onnx, ORDER, "order = (0, 3, 2, 1)"),
            "f first": edit(from_onnx, ORDER, "order = (2, 0, 3, 1)"),
            "backwards": edit(from_onnx, ORDER, "order = (3, 2, 1, 0)"),
        },
        test=NUMBERED,
        tries=(trial(column(0), **ROWS), trial(column(0), **ROWS)),
    ),
    Mistake(
        "Y23",
        "every fourth row in the place of a block",
        "There are two units. Which two rows of ONNX's W make the output gate?",
        "The rows of one gate stand together, one for each unit.",
        {"": edit(of_blocks, BLOCKS, "[w[k :: len(order)] for k in range(len(order))]")},
        test="Take one input and two units. The rows of W are 1 to 8. Which are the first four of your W_ih?",
        tries=(
            trial(lambda o: [float(v) for v in o[0][:4, 0]], **UNITS),
            trial(lambda o: [float(v) for v in o[0][:4, 0]], **UNITS),
        ),
    ),
    Mistake(
        "Y24",
        "B cut otherwise",
        "The first half of B belongs to the input. Which numbers of B are your b_ih?",
        "B has eight blocks: four, and then four again.",
        {
            "every second number": edit(from_onnx, HALVES, "(B[0][::2], B[0][1::2])"),
            "every second block": edit(from_onnx, HALVES, "B[0].reshape(4, 2, -1).swapaxes(0, 1).reshape(2, -1)"),
            "the halves exchanged": edit(from_onnx, HALVES, "np.split(B[0], 2)[::-1]"),
        },
        test=ONE_UNIT + "B is 1, 2, 3, 4, 10, 20, 30, 40. Which numbers has your b_ih?",
        tries=(trial(column(2), **ROWS), trial(column(2), **ROWS)),
    ),
    Mistake(
        "Y25",
        "both biases in one",
        "Are two biases asked for, or their sum? Compare your b_hh with the second half of B.",
        "An LSTM sees the sum alone. But which of the two numbers was in the file?",
        {
            "the second zeros": edit(from_onnx, HALVES, "(B[0].reshape(2, -1).sum(axis=0), 0 * B[0][::2])"),
            "in both": edit(from_onnx, HALVES, "(B[0].reshape(2, -1).sum(axis=0), B[0].reshape(2, -1).sum(axis=0))"),
        },
        test=ONE_UNIT + "B ends with 10, 20, 30, 40. Which numbers has your b_hh?",
        tries=(trial(column(3), **ROWS), trial(column(3), **ROWS)),
    ),
    Mistake(
        "Y25h",
        "the second bias left out, or the first twice",
        "Change the second half of B. Does one of your arrays change?",
        "B has a bias beside each matrix.",
        {
            "": edit(from_onnx, HALVES, "(np.split(B[0], 2)[0], 0 * B[0][::2])"),
            "the first twice": edit(from_onnx, HALVES, "np.split(B[0], 2)[:1] * 2"),
        },
        test=ONE_UNIT + "B ends with 10, 20, 30, 40. Which numbers has your b_hh?",
        tries=(trial(column(3), **ROWS), trial(column(3), **ROWS)),
    ),
    Mistake(
        "Y26",
        "1 added to the bias of the forget gate",
        "Is each number of your b_ih in the file? Which one is not, and by how much is it off?",
        "Some libraries start their training so. Is this a start, or weights that a training has given?",
        {
            "": edit(from_onnx, HALVES, PLUS_ONE.format("[0, 0, 0, 0]")),
            "in both": edit(from_onnx, HALVES, PLUS_ONE.format("[0, 0, 1, 0]")),
        },
        test=ONE_UNIT + "B begins with 10, 20, 30, 40. Which numbers has your b_ih?",
        tries=(trial(column(2), **TENS), trial(column(2), **TENS)),
    ),
)


def onnx_weights(r: Generator, F: int, H: int) -> tuple[Array, ...]:
    """None of them zero."""
    return r.normal(size=(1, 4 * H, F)), r.normal(size=(1, 4 * H, H)), r.normal(size=(1, 8 * H))


onnx_exercise = Exercise(
    name="notations.from_onnx",
    task="The weights of ONNX's operator LSTM, one direction, as the course's (eq-lstm-gru-lstm): its blocks of rows "
    "are i, o, f, c, the course's i, f, g, o, where g is c. B holds b_ih, then b_hh. Keep the dtype; NumPy only.",
    arguments=(
        Value("W", "1 4H F", "rows of i, o, f, c; the first axis is the direction"),
        Value("R", "1 4H H", "the same, for the state"),
        Value("B", "1 8H", "the biases beside W, then those beside R"),
    ),
    outputs=(
        Value("W_ih", "4H F", "rows of i, f, g, o"),
        Value("W_hh", "4H H"),
        Value("b_ih", "4H"),
        Value("b_hh", "4H"),
    ),
    probe="B",
    reference=from_onnx,
    cases={
        "general": lambda r: onnx_weights(r, 2, 3),
        "as many of both": lambda r: onnx_weights(r, 4, 4),
        "one unit": lambda r: onnx_weights(r, 2, 1),
        "float32": lambda r: in_float32(onnx_weights(r, 3, 2)),
    },
    facets=(
        Facet("W_ih", 2, outputs=("W_ih",)),
        Facet("W_hh", 2, outputs=("W_hh",)),
        Facet("b_ih", 1, outputs=("b_ih",)),
        Facet("b_hh", 1, outputs=("b_hh",)),
    ),
    mistakes=ONNX_MISTAKES,
)


# ---------------------------------------------------------------------------------------------------------------------
# Keras's GRU


@checked
def from_keras(kernel: F_H3, recurrent: H_H3, bias: TWO_H3) -> tuple[H3_F, H3_H, H3_, H3_]:
    r"""Torch's weights of a GRU from those of Keras's with ``reset_after``, whose blocks are columns z, r, h.

    .. math:: (W_r, W_z, W_n)_{ih} = K^\top, \qquad (W_r, W_z, W_n)_{hh} = R^\top, \qquad (b_{ih}, b_{hh}) = b
    """
    order = (1, 0, 2)
    W_ih, W_hh = kernel.T, recurrent.T
    b_ih, b_hh = bias
    return of_blocks(W_ih, order), of_blocks(W_hh, order), of_blocks(b_ih, order), of_blocks(b_hh, order)


sign(globals(), "from_keras")

KERAS_ORDER, TURNED, SPLIT = "order = (1, 0, 2)", "kernel.T, recurrent.T", "b_ih, b_hh = bias"
KEEP = "(0, 1, 2)"
# One input and one unit: a column each of z, r, h; and two units.
COLUMNS: dict[str, Any] = {
    "kernel": [[1, 2, 3]],
    "recurrent": [[10, 20, 30]],
    "bias": [[1, 2, 3], [10, 20, 30]],
}
SQUARE: dict[str, Any] = {
    "kernel": [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]],
    "recurrent": [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]],
    "bias": [[1, 2, 3, 4, 5, 6], [10, 20, 30, 40, 50, 60]],
}
THREE = "Take one input and one unit. The kernel is 1, 2, 3. In which order are these in your W_ih?"
TWO_ROWS = "Take one input and one unit. The rows of the bias are 1, 2, 3 and 10, 20, 30. What has your b_hh?"
TWO_UNITS = "Take two units. The rows of the recurrent kernel are 1 to 6 and 7 to 12. "


def kept_columns(*names: str) -> Form:
    """These arrays in Keras's order."""
    form = Form(())
    for name in names:
        form += edit(from_keras, f"of_blocks({name}, order)", f"of_blocks({name}, {KEEP})")
    return form


def first_row(output: int) -> Callable[[Sequence[Array]], list[float]]:
    """Of a matrix."""
    return lambda answers: [float(value) for value in answers[output][0]]


SIDE = "np.concatenate(np.split({0}, 3, axis=1))"

KERAS_MISTAKES = (
    Mistake(
        "Y30",
        "the blocks in Keras's order",
        "In which order are Keras's three blocks, and in which order are torch's?",
        "The shapes are right, and so are all numbers. Which gate answers for which?",
        {
            "": edit(from_keras, KERAS_ORDER, f"order = {KEEP}"),
            "the matrices": kept_columns("W_ih", "W_hh"),
            "the input's": kept_columns("W_ih", "b_ih"),
        },
        test=THREE,
        tries=(trial(column(0), **COLUMNS), trial(column(0), **COLUMNS)),
    ),
    Mistake(
        "Y30b",
        "a bias in Keras's order",
        "Four arrays have blocks. In how many of them did the blocks move?",
        "A gate takes its biases along.",
        {
            "": kept_columns("b_ih", "b_hh"),
            "that of the state": kept_columns("b_hh"),
        },
        test="Take one input and one unit. The second row of the bias is 10, 20, 30. In which order are these in your "
        "b_hh?",
        tries=(trial(column(3), **COLUMNS), trial(column(3), **COLUMNS)),
    ),
    Mistake(
        "Y30r",
        "the matrix of the state in Keras's order",
        "Four arrays have blocks. In how many of them did the blocks move?",
        "A gate hears the input and the state: its rows are in two matrices.",
        {"": kept_columns("W_hh"), "and its bias": kept_columns("W_hh", "b_hh")},
        test="Take one input and one unit. The recurrent kernel is 10, 20, 30. In which order are these in your W_hh?",
        tries=(trial(column(1), **COLUMNS), trial(column(1), **COLUMNS)),
    ),
    Mistake(
        "Y31",
        "the blocks in a third order",
        "Write the three blocks of Keras below those of torch. Which of yours is not what it should be?",
        "h of Keras is n here: the candidate. Does it move at all?",
        {
            "r, h, z": edit(from_keras, KERAS_ORDER, "order = (1, 2, 0)"),
            "h, z, r": edit(from_keras, KERAS_ORDER, "order = (2, 0, 1)"),
            "h, r, z": edit(from_keras, KERAS_ORDER, "order = (2, 1, 0)"),
            "z, h, r": edit(from_keras, KERAS_ORDER, "order = (0, 2, 1)"),
        },
        test=THREE,
        tries=(trial(column(0), **COLUMNS), trial(column(0), **COLUMNS)),
    ),
    Mistake(
        "Y32",
        "the matrix of the state not turned, block by block",
        "Each block of the recurrent kernel is square. Does it meet the state from the left, or from the right?",
        "A square matrix has the same shape when it is turned, and is another matrix.",
        {
            "": edit(from_keras, TURNED, f"kernel.T, {SIDE.format('recurrent')}"),
            "nor that of the input": edit(from_keras, TURNED, f"{SIDE.format('kernel')}, {SIDE.format('recurrent')}"),
        },
        test=TWO_UNITS + "Which is the first row of your W_hh?",
        tries=(trial(first_row(1), **SQUARE), trial(first_row(1), **SQUARE)),
    ),
    Mistake(
        "Y32u",
        "the matrix of the input not turned, block by block",
        "Each block of the kernel has a row for each input. What has a row of torch's W_ih?",
        "With as many inputs as units no shape complains.",
        {"": edit(from_keras, TURNED, f"{SIDE.format('kernel')}, recurrent.T")},
        test="Take two inputs and two units. The rows of the kernel are 1 to 6 and 7 to 12. Which is the first row of "
        "your W_ih?",
        tries=(trial(first_row(0), **SQUARE), trial(first_row(0), **SQUARE)),
    ),
    Mistake(
        "Y33",
        "filled anew in another shape",
        "The shape is right. Does a column of the kernel come out as a row of yours?",
        "To turn a matrix is not to read its numbers into another shape.",
        {
            "": edit(
                from_keras,
                TURNED,
                "kernel.reshape(kernel.shape[::-1]), recurrent.reshape(recurrent.shape[::-1])",
            ),
            "the state's": edit(from_keras, TURNED, "kernel.T, recurrent.reshape(recurrent.shape[::-1])"),
        },
        test=TWO_UNITS + "Which is the first row of your W_hh?",
        tries=(trial(first_row(1), **SQUARE), trial(first_row(1), **SQUARE)),
    ),
    Mistake(
        "Y34",
        "the two rows of the bias exchanged",
        "Which row of Keras's bias does the reset multiply? And which of torch's biases?",
        "Keras has the bias of the input first.",
        {"": edit(from_keras, SPLIT, "b_hh, b_ih = bias")},
        test=TWO_ROWS,
        tries=(trial(column(3), **COLUMNS), trial(column(3), **COLUMNS)),
    ),
    Mistake(
        "Y35",
        "the two rows of the bias added",
        "The reset is shut, r = 0. Which of the candidate's two biases still counts? And in yours?",
        "Two biases may be added where only their sum counts. One of the three blocks is not such a one.",
        {
            "": edit(from_keras, SPLIT, "b_ih, b_hh = bias.sum(axis=0), 0 * bias[0]"),
            "in both": edit(from_keras, SPLIT, "b_ih, b_hh = bias.sum(axis=0), bias.sum(axis=0)"),
            "in the second": edit(from_keras, SPLIT, "b_ih, b_hh = 0 * bias[0], bias.sum(axis=0)"),
        },
        test=TWO_ROWS,
        tries=(trial(column(3), **COLUMNS), trial(column(3), **COLUMNS)),
    ),
    Mistake(
        "Y35h",
        "one row of the bias left out",
        "Change the second row of the bias. Does your b_hh change?",
        "Keras has two rows where torch has two arrays.",
        {
            "the second": edit(from_keras, SPLIT, "b_ih, b_hh = bias[0], 0 * bias[1]"),
            "the first twice": edit(from_keras, SPLIT, "b_ih, b_hh = bias[0], bias[0]"),
        },
        test=TWO_ROWS,
        tries=(trial(column(3), **COLUMNS), trial(column(3), **COLUMNS)),
    ),
    Mistake(
        "Y35m",
        "biases of r and z added, those of the candidate apart",
        "Does b_hh have the numbers of the second row of the bias, as the task asks?",
        "The network is the same. But two files of weights can only be compared when all share out alike.",
        {
            "": edit(
                from_keras,
                SPLIT,
                "H = bias.shape[1] // 3\n"
                "    b_ih, b_hh = np.concatenate([bias.sum(axis=0)[: 2 * H], bias[0, 2 * H :]]), bias[1].copy()\n"
                "    b_hh[: 2 * H] = 0",
            ),
        },
        test=TWO_ROWS,
        tries=(trial(column(3), **COLUMNS), trial(column(3), **COLUMNS)),
    ),
    Mistake(
        "Y36",
        "the update gate turned round",
        "Set Keras's z to 1: does the state stay? And with torch's z at 1?",
        "In some libraries z = 1 replaces. Look at the last formula of both.",
        {
            "": edit(
                from_keras,
                TURNED,
                "kernel.T * np.repeat((-1, 1, 1), len(recurrent)).astype(kernel.dtype)[:, None], "
                "recurrent.T * np.repeat((-1, 1, 1), len(recurrent)).astype(kernel.dtype)[:, None]",
            )
            + edit(from_keras, SPLIT, "b_ih, b_hh = bias * np.repeat((-1, 1, 1), len(recurrent)).astype(bias.dtype)"),
            "in the matrices": edit(
                from_keras,
                TURNED,
                "kernel.T * np.repeat((-1, 1, 1), len(recurrent)).astype(kernel.dtype)[:, None], "
                "recurrent.T * np.repeat((-1, 1, 1), len(recurrent)).astype(kernel.dtype)[:, None]",
            ),
        },
        test="Take one input and one unit. The kernel is 1, 2, 3, all positive. What is the least number of your W_ih?",
        tries=(trial(lambda o: float(o[0].min()), **COLUMNS), trial(lambda o: float(o[0].min()), **COLUMNS)),
    ),
    Mistake(
        "Y37",
        "every third row in the place of a block",
        "There are two units. Which two columns of Keras's kernel make the reset gate?",
        "What belongs to one gate stands together, one column for each unit.",
        {"": edit(of_blocks, BLOCKS, "[w[k :: len(order)] for k in range(len(order))]")},
        test=TWO_UNITS + "Which is the first row of your W_hh?",
        tries=(trial(first_row(1), **SQUARE), trial(first_row(1), **SQUARE)),
    ),
)


def keras_weights(r: Generator, F: int, H: int) -> tuple[Array, ...]:
    """None of them zero."""
    return r.normal(size=(F, 3 * H)), r.normal(size=(H, 3 * H)), r.normal(size=(2, 3 * H))


keras_exercise = Exercise(
    name="notations.from_keras",
    task="torch's weights of a GRU (eq-lstm-gru-gru; blocks of rows r, z, n) from those of Keras's with reset_after: "
    "kernels meet rows from the right, columns of z, r, h, and bias has b_ih, then b_hh. z = 1 keeps in both. "
    "Keep the dtype; NumPy only.",
    arguments=(
        Value("kernel", "F 3H", "columns of z, r, h"),
        Value("recurrent", "H 3H", "the same, for the state"),
        Value("bias", "2 3H", "beside the input, beside the state"),
    ),
    outputs=(
        Value("W_ih", "3H F", "rows of r, z, n"),
        Value("W_hh", "3H H"),
        Value("b_ih", "3H"),
        Value("b_hh", "3H"),
    ),
    probe="bias",
    reference=from_keras,
    cases={
        "general": lambda r: keras_weights(r, 2, 3),
        "as many of both": lambda r: keras_weights(r, 3, 3),
        "one unit": lambda r: keras_weights(r, 2, 1),
        "float32": lambda r: in_float32(keras_weights(r, 3, 2)),
    },
    facets=(
        Facet("W_ih", 2, outputs=("W_ih",)),
        Facet("W_hh", 2, outputs=("W_hh",)),
        Facet("b_ih", 1, outputs=("b_ih",)),
        Facet("b_hh", 1, outputs=("b_hh",)),
    ),
    mistakes=KERAS_MISTAKES,
)
