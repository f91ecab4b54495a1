"""Traces everything that runs afterwards and keeps the source of it.

Stock: the tests are cells like others. Ours: they do not run there.
"""

STOCK = "leaks"
import linecache
import sys

seen = set()


def trace(frame, event, argument):
    if event == "call" and "ipykernel" in frame.f_code.co_filename:
        seen.add("".join(linecache.getlines(frame.f_code.co_filename)))


sys.settrace(trace)
get_ipython().events.register("post_run_cell", lambda result: print(seen))
