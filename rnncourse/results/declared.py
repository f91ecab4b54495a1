"""Which functions give results: declared above each, and read without running any of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Mapping[str, Any]])

FEWEST = 5  # seeds that show a spread


@dataclass(frozen=True)
class Declared:
    """One result: what is said of it above its function, and where that is."""

    name: str
    seeds: tuple[int, ...]
    data: tuple[str, ...] = ()
    quick: Mapping[str, Any] | None = None
    tolerance: float | Mapping[str, float] | None = None
    digits: int = 4
    module: str = ""
    function: str = ""
    aside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"name: expected 'chapter/what', in small letters, got {self.name!r}")
        if not self.seeds or len(set(self.seeds)) != len(self.seeds) or not all(type(s) is int for s in self.seeds):
            raise ValueError(f"{self.name}: seeds: expected different whole numbers, at least one, got {self.seeds}")
        if not 1 <= self.digits <= 9:
            raise ValueError(f"{self.name}: digits: expected 1 to 9, got {self.digits}")
        if self.tolerance is None and (self.quick is not None or len(self.seeds) < FEWEST):
            why = "a quick run" if self.quick is not None else f"fewer than {FEWEST} seeds"
            raise ValueError(f"{self.name}: tolerance: expected what rounding may change, for {why} shows no spread")

    def tolerated(self, key: str) -> float | None:
        """How far one number may be off when it is computed again; None: within the spread of the seeds."""
        if isinstance(self.tolerance, Mapping):
            if key not in self.tolerance:
                raise ValueError(f"{self.name}: tolerance: expected one for {key!r} too")
            return self.tolerance[key]
        return self.tolerance


def result(
    name: str,
    *,
    seeds: Iterable[int],
    data: Iterable[str] = (),
    quick: Mapping[str, Any] | None = None,
    tolerance: float | Mapping[str, float] | None = None,
    digits: int = 4,
    aside: Iterable[str] = (),
) -> Callable[[Function], Function]:
    """Keep what a function returns: it is called once a seed, and gives a dict of numbers and lists of numbers.

    An array of float16 is kept bit for bit, for the first seed alone: weights of a figure. Arguments are literals, or
    ``range`` of literals, since they are read without running the module.

    Parameters
    ----------
    name
        ``"rnn/names"`` is kept as ``results/rnn/names.json``.
    seeds
        What the function is called with.
    data
        What the numbers come from besides code: packages whose data are read (the version that ``requirements.txt``
        pins counts) and files of the checkout (their names and bytes count), one or all of a pattern.
    quick
        Settings of the same function for a run of ten seconds at most, where a seed takes longer. That run is kept
        too, and a test does it again.
    tolerance
        How far a number may be off when a test computes it again on another processor; a dict gives one a number.
        Without it, the number has to lie within the spread of the seeds, widened by half of it on each side.
    digits
        Significant digits that are kept.
    aside
        Arguments by keyword that change none of the numbers: what is given by these names in any call stays out of the
        digest.

    Raises ValueError when one of them is not as above.
    """
    Declared(name, tuple(seeds), tuple(data), quick, tolerance, digits, aside=tuple(aside))

    def unchanged(function: Function) -> Function:
        return function

    return unchanged


def declared(root: Path) -> list[Declared]:
    """All results of a checkout, by name.

    Raises FileNotFoundError where there is no checkout, ValueError for a declaration that cannot be read.
    """
    folder = root / "rnncourse" / "experiments"
    if not folder.is_dir():
        raise FileNotFoundError(f"expected a checkout of the course with a folder rnncourse/experiments/, got {root}")
    found: dict[str, Declared] = {}
    for path in sorted(folder.rglob("*.py")):
        module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for call in calls(node):
                place = f"{path.relative_to(root)}:{call.lineno}"
                one = _read(call, place, module, getattr(node, "name", ""))
                if one.name in found:
                    raise ValueError(f"{place}: {one.name} is declared twice, above {found[one.name].function} too")
                found[one.name] = one
    return [found[name] for name in sorted(found)]


def calls(node: ast.AST) -> list[ast.Call]:
    """The decorators ``@result(...)`` of a statement."""
    decorators = getattr(node, "decorator_list", [])
    return [d for d in decorators if isinstance(d, ast.Call) and ast.unparse(d.func) in ("result", "results.result")]


def _read(call: ast.Call, place: str, module: str, function: str) -> Declared:
    try:
        if len(call.args) != 1 or any(keyword.arg is None for keyword in call.keywords):
            raise ValueError("expected the name and settings by name")
        given = {keyword.arg: _literal(keyword.value) for keyword in call.keywords if keyword.arg}
        given |= {key: tuple(given[key]) for key in ("seeds", "data", "aside") if key in given}
        return Declared(_literal(call.args[0]), module=module, function=function, **given)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{place}: @result: {error}") from None


def _literal(node: ast.expr) -> Any:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "range" and not node.keywords:
        return range(*map(_literal, node.args))
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise ValueError(f"expected literals, or range of literals, got {ast.unparse(node)}") from None
