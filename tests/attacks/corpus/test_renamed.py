"""Renames the test cell that it would fail.

Stock: the failed test is of no assignment, and what was to be tested is not. Ours: tests are the instructor's.
"""

STOCK = "harms"
import json


def notebook(nb):
    nb["cells"][2]["metadata"]["nbgrader"]["grade_id"] = "mine"
    return json.dumps(nb).encode()
