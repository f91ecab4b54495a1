"""An object that is equal to everything, is a float by its class, and says so to isinstance.

Stock: the assertion asks the student's object. Ours: no class of the student's passes the wall.
"""

STOCK = "gains"


class Liar:
    __class__ = property(lambda self: float)
    __eq__ = lambda self, other: True
    __hash__ = None


def mean(xs):
    return Liar()
