"""The Neural Turing machine's training step."""

from collections.abc import Iterator

from benchmarks.harness import Effort, Row


def steps(effort: Effort) -> Iterator[Row]:
    yield from ()
