"""What an extra brings, and what is said where it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

# Packages whose name for pip is not the one for import.
DISTRIBUTIONS = {
    "faker": "Faker",
    "markdown_it": "markdown-it-py",
    "mdit_py_plugins": "mdit-py-plugins",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}


@contextmanager
def needs(what: str, extra: str) -> Iterator[None]:
    """Within, what is missing is told as 'what needs torch: pip install "rnncourse[extra]"', a ModuleNotFoundError."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", "rnncourse"):
            raise
        package = DISTRIBUTIONS.get(package, package)
        message = f'{what} needs {package}: pip install "rnncourse[{extra}]"'
        raise ModuleNotFoundError(message, name=error.name) from None
