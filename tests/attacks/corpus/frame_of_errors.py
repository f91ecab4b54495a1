"""Answers the request to run a cell with an error, of names that are none: empty, with NUL, of classes that need more.

Stock resists: there are no such requests. Ours: an error of the student's, wherever it comes from.
"""

STOCK = "resists"
COSTS = ("slope", "cell")
import sys

wire = sys.modules.get("rnncourse.grading.jail.student")
if wire is not None:
    send, names = wire.send, iter(["A\0B", "", "UnicodeDecodeError", "BaseExceptionGroup", "SystemExit", "x" * 10**5, "\ud800"])

    def failing(to, value, *arguments, **keywords):
        try:
            value = (value[0], "error", next(names), "5", "5", "StopIteration,SystemExit,\0,ValueError")
        except StopIteration:
            wire.send = send
        send(to, value, *arguments, **keywords)

    wire.send = failing
