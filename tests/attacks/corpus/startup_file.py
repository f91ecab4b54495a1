"""Leaves a start-up file for the kernel of the next student.

Stock: all kernels share one profile. Ours: each submission has a home of its own, gone with it.
"""

STOCK = "harms"
import os

folder = os.path.expanduser("~/.ipython/profile_default/startup")
os.makedirs(folder, exist_ok=True)
with open(f"{folder}/00.py", "w") as file:
    file.write("import numpy\nnumpy.tanh = numpy.sin\n")
