"""Gated cells, what the chapter ``book/lstm_gru`` is about: gates, the LSTM and the GRU, a file each.

:mod:`rnncourse.gates`, :mod:`rnncourse.lstm` and :mod:`rnncourse.gru`; here under names that say which cell is meant.
"""

from rnncourse.gates import gate, sigmoid
from rnncourse.gru import Gradients as GRUGradients
from rnncourse.gru import StepGradients as GRUStepGradients
from rnncourse.gru import Weights as GRUWeights
from rnncourse.gru import backward as gru_backward
from rnncourse.gru import backward_before as gru_before_backward
from rnncourse.gru import cell as gru_cell
from rnncourse.gru import cell_backward as gru_cell_backward
from rnncourse.gru import cell_before as gru_cell_before
from rnncourse.gru import cell_before_backward as gru_cell_before_backward
from rnncourse.gru import forward as gru_forward
from rnncourse.gru import forward_before as gru_before_forward
from rnncourse.gru import gates as gru_gates
from rnncourse.lstm import (
    Gates,
    PeepholeGradients,
    Peepholes,
    PeepholeStepGradients,
    chrono_bias,
    direct_path,
    forget_bias,
    peephole_backward,
    peephole_cell,
    peephole_cell_backward,
    peephole_forward,
    timescale,
)
from rnncourse.lstm import Gradients as LSTMGradients
from rnncourse.lstm import StepGradients as LSTMStepGradients
from rnncourse.lstm import Weights as LSTMWeights
from rnncourse.lstm import backward as lstm_backward
from rnncourse.lstm import cell as lstm_cell
from rnncourse.lstm import cell_backward as lstm_cell_backward
from rnncourse.lstm import forward as lstm_forward
from rnncourse.lstm import gates as lstm_gates

__all__ = [
    "GRUGradients",
    "GRUStepGradients",
    "GRUWeights",
    "Gates",
    "LSTMGradients",
    "LSTMStepGradients",
    "LSTMWeights",
    "PeepholeGradients",
    "PeepholeStepGradients",
    "Peepholes",
    "chrono_bias",
    "direct_path",
    "forget_bias",
    "gate",
    "gru_backward",
    "gru_before_backward",
    "gru_before_forward",
    "gru_cell",
    "gru_cell_backward",
    "gru_cell_before",
    "gru_cell_before_backward",
    "gru_forward",
    "gru_gates",
    "lstm_backward",
    "lstm_cell",
    "lstm_cell_backward",
    "lstm_forward",
    "lstm_gates",
    "peephole_backward",
    "peephole_cell",
    "peephole_cell_backward",
    "peephole_forward",
    "sigmoid",
    "timescale",
]
