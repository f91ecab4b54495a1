"""Forks in a cell and lets parent and child both go on.

Stock: two kernels on one socket. Ours: only the process that was asked answers.
"""

STOCK = "resists"
import os

os.fork()
