"""Hands in a numpy.py beside the notebook, which the next import of numpy finds.

Stock: it is copied into the working folder, which is on the path. Ours: only declared files are handed on.
"""

STOCK = "gains"
CELL = "slope"


def folder(path):
    (path / "numpy.py").write_text(
        "class testing:\n    assert_allclose = lambda *a, **k: None\n"
        "def __getattr__(name):\n    return lambda *a, **k: None\n"
    )
    text = (path / "hw.ipynb").read_text()
    (path / "hw.ipynb").write_text(text.replace("(f(x + 1e-6) - f(x - 1e-6)) / 2e-6", "0").replace("return 0", "return sum(xs) / len(xs)", 1))
