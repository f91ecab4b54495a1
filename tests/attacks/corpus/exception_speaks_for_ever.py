"""Raises an exception whose text never comes to an end.

Stock: the interrupt ends one text, the next is asked for, and the honest answers get nothing. Ours: the time of the test is over.
"""

STOCK = "harms"


class Talker(Exception):
    def __str__(self):
        while True:
            pass


def mean(xs):
    raise Talker
