"""Turns the test cell into an answer cell, whose text is the student's.

Stock: the settings do not fit the assignment's, an error, and its honest answers get nothing. Ours: settings are the
instructor's.
"""

STOCK = "harms"
import json


def notebook(nb):
    nb["cells"][2]["metadata"]["nbgrader"].update(solution=True, locked=False)
    nb["cells"][2]["source"] = "3"
    return json.dumps(nb).encode()
