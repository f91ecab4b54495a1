"""One network under other names: lectures, Keras, ONNX, torch, for the LSTM TensorFlow 1; a module for each cell.

``conventions.rnn``, ``conventions.lstm`` and ``conventions.gru`` have the same four converters: ``to_notation`` and
``from_notation`` for what their ``NOTATIONS`` lists, ``to_torch`` and ``from_torch``, and a function for the step as
each lecture writes it. The RNN's can be called without the name of the cell: ``conventions.to_notation``.
"""

from rnncourse.conventions import gru, lstm, rnn
from rnncourse.conventions._layer import Notation, merge_biases, reorder, split_bias
from rnncourse.conventions.rnn import (
    NOTATIONS,
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
    "gru",
    "lstm",
    "merge_biases",
    "reorder",
    "rnn",
    "split_bias",
    "step_a",
    "step_c",
    "step_m",
    "step_p",
    "step_w",
    "to_notation",
    "to_torch",
]
