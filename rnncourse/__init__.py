"""rnncourse: the package of the course on recurrent neural networks. Importing it needs NumPy alone."""

__version__ = "0.1.0"
