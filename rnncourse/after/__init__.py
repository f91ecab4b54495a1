"""What came after recurrent networks with tanh, what ``book/after`` is about: all steps at once.

The minimal GRU, the step from gates to scans, is :mod:`rnncourse.mingru`.
"""

from rnncourse.after.attention import Cost, attention_cost, breaks_even, causal_attention, memory_cost
from rnncourse.after.families import (
    delta_rule,
    matrix_lstm,
    memory,
    memory_as_attention,
    real_gated,
    selective,
    weighted_keys,
)
from rnncourse.after.linear import (
    Modes,
    convolve,
    diagonalise,
    eigenvalues,
    hold,
    impulse_response,
    linear_states,
    lru_states,
    mode_states,
    ring,
)
from rnncourse.after.parallel import Newton, Step, combine, loop, newton, scan, scan_matrices, tanh_jacobian
from rnncourse.after.tracking import distance_left, follow_exchanges, parity, reflection, signed

__all__ = [
    "Cost",
    "Modes",
    "Newton",
    "Step",
    "attention_cost",
    "breaks_even",
    "causal_attention",
    "combine",
    "convolve",
    "delta_rule",
    "diagonalise",
    "distance_left",
    "eigenvalues",
    "follow_exchanges",
    "hold",
    "impulse_response",
    "linear_states",
    "loop",
    "lru_states",
    "matrix_lstm",
    "memory",
    "memory_as_attention",
    "memory_cost",
    "mode_states",
    "newton",
    "parity",
    "real_gated",
    "reflection",
    "ring",
    "scan",
    "scan_matrices",
    "selective",
    "signed",
    "tanh_jacobian",
    "weighted_keys",
]
