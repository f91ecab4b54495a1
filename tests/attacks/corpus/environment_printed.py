"""Prints the environment, where tokens and passwords of services are.

Stock: the kernel inherits all of it. Ours: the jail starts with an environment of its own.
"""

STOCK = "leaks"
import os

print(dict(os.environ))
