"""rnncourse: the package of the course on recurrent neural networks. Importing it needs NumPy alone.

Signatures say shapes: ``x: T_B_F`` is an array of T steps, B examples and F features (:mod:`rnncourse.shapes`). A bad
argument raises ValueError or TypeError with its name, what was expected and what came.
"""

__version__ = "0.1.0"
