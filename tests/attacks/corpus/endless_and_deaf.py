"""Loops for ever and ignores the interrupt.

Stock: it waits for a reply that never comes. Ours: it is ended all the same.
"""

STOCK = "harms"
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
