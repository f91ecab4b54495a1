"""A thread goes on after the cell and puts an abs() of its own beside the tests, over and over.

Stock: it runs while the tests run. Ours: it runs in a process without tests, and ends with it.
"""

STOCK = "gains"
CELL = "vowels"
import threading
import time

names = get_ipython().user_ns


def go_on():
    while True:
        names["abs"] = lambda x: 0
        time.sleep(0.005)


threading.Thread(target=go_on, daemon=True).start()
time.sleep(0.05)


def vowels(text):
    time.sleep(0.05)
    return 0
