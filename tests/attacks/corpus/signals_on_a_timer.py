"""Has a timer interrupt it a thousand times a second, with exceptions wherever it is.

Stock resists or fails as the timer hits; no one gains. Ours: at worst the process ends, and another goes on.
"""

STOCK = "resists"
import signal


class Now(BaseException):
    pass


def hit(*arguments):
    raise Now


signal.signal(signal.SIGALRM, hit)
signal.setitimer(signal.ITIMER_REAL, 0.3, 0.001)
