"""Both directions, several layers, any connections: what the chapter ``book/bidirectional`` is about."""

from rnncourse.bidirectional.connections import (
    NetworkGradients,
    network_backward,
    network_forward,
    network_order,
    stacked,
)
from rnncourse.bidirectional.directions import Weights, backward, direction, forward, reverse
from rnncourse.bidirectional.layers import drop, parameter_count, rnn

__all__ = [
    "NetworkGradients",
    "Weights",
    "backward",
    "direction",
    "drop",
    "forward",
    "network_backward",
    "network_forward",
    "network_order",
    "parameter_count",
    "reverse",
    "rnn",
    "stacked",
]
