"""An object whose pickle runs code where it is read.

Stock resists: nothing is pickled there. Ours: no pickle is read or written.
"""

STOCK = "resists"


class Trap:
    def __reduce__(self):
        return eval, ("open('esc' 'aped', 'w').close() or 5",)

    __reduce_ex__ = lambda self, protocol: self.__reduce__()


def mean(xs):
    return Trap()
