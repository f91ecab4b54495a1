"""Turns the direction of writing in its code, so that who grades by hand reads other code than runs.

Stock: the marks stand in the page. Ours: who grades is told to look.
"""

STOCK = "harms"
NOTED = True
import json


def notebook(nb):
    nb["cells"][1]["source"] = "def mean(xs):\n    return 0 # \u202e ereh gnihtyna \u2066"
    return json.dumps(nb).encode()
