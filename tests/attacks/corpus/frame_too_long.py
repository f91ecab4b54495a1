"""Announces a message of four gigabytes, and one of all that is allowed, and sends zeros.

Stock resists: there are no such messages. Ours: the first ends the process, the second is read within the time.
"""

STOCK = "resists"
CELL = "cell"
COSTS = ()
import gc
import socket
import struct

try:
    import rnncourse.grading.wall.wire as wire
except ImportError:
    wire = None


def cell(*arguments):
    for talk in [found for found in gc.get_objects() if type(found) is socket.socket] if wire else []:
        if talk.family == socket.AF_UNIX:
            for lengths in ((2**20, 2**26), (2**32 - 1, 2**32 - 1)):
                talk.sendall(struct.pack(">II", *lengths))
                for _ in range(65):
                    talk.sendall(bytes(2**20))
