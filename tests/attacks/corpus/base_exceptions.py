"""Raises what is no Exception: KeyboardInterrupt, SystemExit, GeneratorExit and a BaseException of its own.

Stock resists: an error is an error. Ours: it arrives as an ordinary one.
"""

STOCK = "resists"


class Mine(BaseException):
    pass


kinds = [KeyboardInterrupt, SystemExit, GeneratorExit, Mine, StopIteration]


def mean(xs):
    raise kinds[len(xs) % 5]("5")
