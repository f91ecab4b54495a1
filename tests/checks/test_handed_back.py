"""Lists of arrays that should be one's own, and how they come back."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from rnncourse.checks import check
from rnncourse.checks.engine import CONDUCT


def norm_of(gradients: Any) -> float:
    return math.sqrt(sum(float((g**2).sum()) for g in gradients))


def shortened(gradients: Any, max_norm: float) -> Any:
    norm = norm_of(gradients)
    return [g * min(1.0, max_norm / max(norm, max_norm)) for g in gradients], norm


@pytest.mark.parametrize(
    "back", [lambda gradients: gradients, list, lambda gradients: [gradients[0], *(g.copy() for g in gradients[1:])]]
)
def test_arrays_of_the_caller_handed_back_cost_what_those_changed_do(back: Callable[[Any], Any]) -> None:
    def answer(gradients: Any, max_norm: float) -> Any:
        clipped, norm = shortened(gradients, max_norm)
        return (back(gradients) if norm <= max_norm else clipped), norm

    for seed in range(5):
        report = check("gradients.clip_by_norm", answer, seed=seed)
        assert [name for name, holds in report.facets.items() if not holds] == [CONDUCT.name]
        assert report.mistakes == ["G39"]
    assert check("gradients.clip_by_norm", shortened).passed


def test_outputs_in_another_order_or_without_one_are_told_so() -> None:
    report = check("gradients.clip_by_norm", lambda gradients, max_norm: shortened(gradients, max_norm)[::-1])
    assert report.messages[0] == "Your outputs come in another order than clipped, norm."
    report = check("gradients.clip_by_norm", lambda gradients, max_norm: shortened(gradients, max_norm)[0])
    assert report.messages[0] == "Your function returns a list of 3; 2 are asked for: clipped, norm."


def test_a_stop_that_is_no_arithmetic_is_not_explained_by_an_overflow() -> None:
    def stops(error: type[Exception]) -> Callable[..., Any]:
        def answer(gradients: Any, max_norm: float) -> Any:
            if not any(g.any() for g in gradients):
                raise error("for zeros")
            return shortened(gradients, max_norm)

        return answer

    assert check("gradients.clip_by_norm", stops(IndexError)).mistakes == []
    assert check("gradients.clip_by_norm", stops(ZeroDivisionError)).mistakes == ["G36"]
