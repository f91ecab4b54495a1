"""Answers by hands that never saw the catalogue of mistakes: by them the checks are judged. See README.md."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
VERDICTS = ("fits", "generic", "false", "misleading")
"""Leads this student to this mistake; true, but says little; has a sentence that is false; leads astray."""


@dataclass(frozen=True)
class Answer:
    """What one person handed in for an exercise."""

    exercise: str
    hand: str  # the folder of who wrote it
    part: str  # "open", "sealed": not looked at while the checks are improved, or "opened": read since
    name: str
    function: Callable[..., Any]
    mistake: str = ""  # none in a right answer
    hint: str = ""  # an ideal one

    @property
    def key(self) -> str:
        """Its name among all."""
        return f"{self.hand}/{self.part}/{self.exercise}/{self.name}"

    @property
    def source(self) -> str:
        """The file that it stands in, from where it begins: helpers beside it belong to it."""
        try:
            return inspect.getsource(inspect.unwrap(self.function))
        except (OSError, TypeError):
            return repr(self.function)


@functools.cache
def answers() -> tuple[Answer, ...]:
    """All of them."""
    return tuple(_answers())


def _answers() -> Iterator[Answer]:
    for path in sorted(HERE.glob("*/*/*.*.py")):
        hand, part, exercise = path.parts[-3], path.parts[-2], path.name.removesuffix(".py")
        name = f"natural_{hand}_{part}_{exercise}".replace(".", "_")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for key, function in module.RIGHT.items():
            yield Answer(exercise, hand, part, key, function)
        for key, (function, mistake, hint) in module.WRONG.items():
            yield Answer(exercise, hand, part, key, function, mistake, hint)


def digest(report: str) -> str:
    """Of the words that were judged."""
    return hashlib.sha256(report.encode()).hexdigest()[:16]


def verdicts() -> dict[str, dict[str, list[str]]]:
    """By answer and digest of its report: what each of two readers said of it, blind to each other."""
    path = HERE / "verdicts.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}
