"""One network under other names: lectures, Keras, ONNX, torch, flax, haiku, equinox, TensorFlow 1; a module a cell.

``conventions.rnn``, ``conventions.lstm`` and ``conventions.gru`` have the same four converters: ``to_notation`` and
``from_notation`` for what their ``NOTATIONS`` lists, ``to_torch`` and ``from_torch``, and a function for the step as
each lecture writes it. The RNN's can be called without the name of the cell: ``conventions.to_notation``. Stacked
layers, both directions, names with a prefix and Keras layers with their configuration: ``conventions.stacks``.
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
from rnncourse.conventions.stacks import (
    directions_from_onnx,
    directions_to_onnx,
    from_keras,
    stack_from_torch,
    stack_to_torch,
)

__all__ = [
    "NOTATIONS",
    "Notation",
    "directions_from_onnx",
    "directions_to_onnx",
    "from_keras",
    "from_notation",
    "from_torch",
    "gru",
    "lstm",
    "merge_biases",
    "reorder",
    "rnn",
    "split_bias",
    "stack_from_torch",
    "stack_to_torch",
    "step_a",
    "step_c",
    "step_m",
    "step_p",
    "step_w",
    "to_notation",
    "to_torch",
]
