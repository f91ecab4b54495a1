"""Answers with the numbers of requests long past and far ahead.

Stock resists: there are no such requests. Ours: a reply to another request ends the process.
"""

STOCK = "resists"
import sys

wire = sys.modules.get("rnncourse.grading.jail.student")
if wire is not None:
    send = wire.send

    def other(to, value, *arguments, **keywords):
        send(to, (value[0] + other.by, *value[1:]), *arguments, **keywords)
        other.by = -other.by - 1

    other.by = 1
    wire.send = other


def mean(xs):
    return 5
