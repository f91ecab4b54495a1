"""Stops its parent: it is not dead, and will not go on.

Stock: nbgrader waits for ever. Ours: a parent cannot be seen.
"""

STOCK = "batch"
import os
import signal

if os.getppid():
    os.kill(os.getppid(), signal.SIGSTOP)
