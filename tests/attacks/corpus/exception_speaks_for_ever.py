"""Raises an exception whose text never comes to an end.

Stock: the test cell's time is over. Ours too.
"""

STOCK = "resists"


class Talker(Exception):
    def __str__(self):
        while True:
            pass


def mean(xs):
    raise Talker
