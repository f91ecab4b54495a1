"""Raises an exception whose text never comes to an end.

Stock: the interrupt ends one text, and the next is asked for. Ours: the time of the test is over.
"""

STOCK = "batch"


class Talker(Exception):
    def __str__(self):
        while True:
            pass


def mean(xs):
    raise Talker
