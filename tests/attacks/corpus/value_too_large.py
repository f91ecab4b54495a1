"""Returns an array of 400 MB that takes no memory, and lists that contain themselves.

Stock resists: it is not equal to a number. Ours: it does not pass.
"""

STOCK = "resists"
import numpy

itself = []
itself.append(itself)


def mean(xs):
    return [numpy.broadcast_to(0.0, 50_000_000), itself, {"a": itself}]
