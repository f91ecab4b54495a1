"""Hands in a folder rnncourse with a grade() that gives all points.

Stock: it is copied into the working folder, which is on the path. Ours: only declared files are handed on.
"""

STOCK = "gains"
CELL = "cell"


def folder(path):
    (path / "rnncourse").mkdir()
    (path / "rnncourse" / "__init__.py").touch()
    (path / "rnncourse" / "checks.py").write_text("def grade(name, function, points=1, seed=0):\n    return float(points)\n")
    text = (path / "hw.ipynb").read_text()
    (path / "hw.ipynb").write_text(text.replace("np.tanh(", "np.cosh(").replace("return 0", "return sum(xs) / len(xs)"))
