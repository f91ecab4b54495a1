"""Does its work when the process ends: atexit, __del__, a thread that is no daemon.

Stock: the handlers write where the kernel may. Ours: they write into a jail that is gone.
"""

STOCK = "harms"
import atexit
import threading
import time


def leave():
    for folder in (".", "/tmp", "..", "../../.."):
        try:
            open(f"{folder}/esc" "aped", "w").close()
        except OSError:
            pass


class Last:
    def __del__(self):
        leave()


last = Last()
atexit.register(leave)
threading.Thread(target=lambda: (time.sleep(0.2), leave())).start()
