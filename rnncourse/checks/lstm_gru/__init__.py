"""Exercises of the chapter on gated cells, and what goes wrong in them: gates, the LSTM and the GRU, a file each.

The ids of mistakes that a cell shares with the chapters before it are theirs.
"""

from rnncourse.checks.lstm_gru.gates import memory_exercise
from rnncourse.checks.lstm_gru.gru import torch_exercise, which_exercise
from rnncourse.checks.lstm_gru.lstm import (
    back_exercise,
    coupled_exercise,
    half_life_exercise,
    padded_exercise,
    paths_exercise,
)

EXERCISES = (
    memory_exercise,
    coupled_exercise,
    padded_exercise,
    back_exercise,
    half_life_exercise,
    paths_exercise,
    torch_exercise,
    which_exercise,
)
