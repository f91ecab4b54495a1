"""Reservoir computing, what the chapter ``book/reservoir`` is about: drawn weights, a fitted readout, scores.

The echo state network is :mod:`rnncourse.esn`, its weights :mod:`rnncourse.sparse`, its readout
:mod:`rnncourse.readout`, its rival :mod:`rnncourse.reservoir.nvar`; what a linear one remembers is
:mod:`rnncourse.reservoir.linear`. The chapter's other reservoir, of spiking units, is :mod:`rnncourse.liquid`.
"""

from rnncourse.esn import (
    EchoStateNetwork,
    EchoStates,
    Memory,
    cell,
    contraction,
    echo_states,
    forward,
    jacobian,
    leaky_matrix,
    lyapunov_exponent,
    memory_capacity,
    output,
)
from rnncourse.readout import classify, penalty_errors, ridge
from rnncourse.reservoir.linear import linear_memory
from rnncourse.reservoir.nvar import NVAR, nvar_features
from rnncourse.reservoir.scores import nrmse, valid_time
from rnncourse.sparse import SparseMatrix, scale_to_radius, sparse_orthogonal, sparse_random, spectral_radius

__all__ = [
    "NVAR",
    "EchoStateNetwork",
    "EchoStates",
    "Memory",
    "SparseMatrix",
    "cell",
    "classify",
    "contraction",
    "echo_states",
    "forward",
    "jacobian",
    "leaky_matrix",
    "linear_memory",
    "lyapunov_exponent",
    "memory_capacity",
    "nrmse",
    "nvar_features",
    "output",
    "penalty_errors",
    "ridge",
    "scale_to_radius",
    "sparse_orthogonal",
    "sparse_random",
    "spectral_radius",
    "valid_time",
]
