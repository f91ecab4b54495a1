"""What people hand in, a file a chapter: right answers in many forms, and wrong ones as they are typed."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

RIGHT: dict[str, list[Callable[..., Any]]] = {}
"""By exercise."""
TYPED: dict[tuple[str, str], str] = {}
"""By exercise and mistake, which is its id and perhaps a word more."""


def solves(exercise: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The function is a right answer."""

    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        RIGHT.setdefault(exercise, []).append(function)
        return function

    return keep


for _, name, _ in pkgutil.iter_modules(__path__):
    TYPED |= importlib.import_module(f"{__name__}.{name}").TYPED
