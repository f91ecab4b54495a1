"""Sends handles of objects that it was never asked for, and attributes that are new objects without end.

Stock resists. Ours: a handle is a number of the student's own objects; nothing of ours has one.
"""

STOCK = "resists"
CELL = "cell"


class Endless:
    def __getattr__(self, name):
        return Endless()

    def __call__(self, *arguments):
        return Endless()

    __getitem__ = __iter__ = __next__ = __call__


try:
    from rnncourse.grading.wall.codec import Handle
except ImportError:
    cell = Endless()
else:
    def cell(*arguments):
        return [Handle(number, "ndarray", "numpy", True) for number in (0, 10**6, 2**30, 2**31 - 1)] + [Endless()]
