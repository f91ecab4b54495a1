"""One network under other names: lectures, Keras, TensorFlow, ONNX and torch, a module for each cell.

``conventions.rnn``, ``conventions.lstm`` and ``conventions.gru`` have the same four converters: ``to_notation`` and
``from_notation``, ``to_torch`` and ``from_torch``, and a function for the step as each lecture writes it. The RNN's
can be called without the name of the cell: ``conventions.to_notation``.
"""

from rnncourse.conventions._layer import merge_biases, reorder, split_bias
from rnncourse.conventions.rnn import (
    NOTATIONS,
    Notation,
    from_notation,
    from_torch,
    step_a,
    step_c,
    step_m,
    step_p,
    step_w,
    to_notation,
    to_torch,
)

__all__ = [
    "NOTATIONS",
    "Notation",
    "from_notation",
    "from_torch",
    "merge_biases",
    "reorder",
    "split_bias",
    "step_a",
    "step_c",
    "step_m",
    "step_p",
    "step_w",
    "to_notation",
    "to_torch",
]
