"""Raises an exception that cannot say what it is, nor be shown.

Stock resists: IPython is used to such things. Ours: it costs its own points alone.
"""

STOCK = "resists"


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no")

    __repr__ = __str__

    def _render_traceback_(self):
        raise RuntimeError("no")


def mean(xs):
    raise Mute


raise Mute
