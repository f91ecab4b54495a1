"""Tasks that are small programs: each target is what the program says of the inputs."""

from __future__ import annotations

import numpy as np
import pytest

from rnncourse.data import algorithms


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("times", [1, 3])
def test_repeated_copying_says_what_was_heard_so_many_times(times: int) -> None:
    x, y, mask = algorithms.repeat_copy(4, 5, times, rng())
    assert x.shape == (6 + 5 * times, 4, 7)
    heard = [x[t, :, :6].tolist() for t in range(5)]
    assert y[mask].tolist() == heard * times
    assert x[5, :, 6].tolist() == [1] * 4
    assert not x[6:].any()
    assert not y[~mask].any()


def test_marked_repetition_has_no_delimiter_but_marks_the_ends_and_the_answer() -> None:
    x, y, mask = algorithms.repeat_marked(4, 5, 3, rng())
    assert x.shape == (20, 4, 9)
    heard = [x[t, :, :6].tolist() for t in range(5)]
    assert y[mask].tolist() == heard * 3
    assert [x[:, 0, 6 + mark].nonzero()[0].tolist() for mark in range(3)] == [[0], [4], list(range(5, 20))]
    assert not x[5:, :, :6].any()
    assert mask.tolist() == [False] * 5 + [True] * 15
    assert algorithms.repeat_marked(1, 1, 2, rng()).x[0, 0, 6:].tolist() == [1, 1, 0], "the only one has both marks"


def test_recall_asks_for_what_came_after_an_item() -> None:
    x, y, mask = algorithms.recall(50, 6, rng())
    assert mask.nonzero()[0].tolist() == [15]
    for b in range(50):
        items = [tuple(x[t, b, :6]) for t in range(1, 12, 2)]
        assert len(set(items)) == 6, "no two are equal"
        assert tuple(y[-1, b]) == items[items.index(tuple(x[13, b, :6])) + 1]
    assert x[:, 0, 6].nonzero()[0].tolist() == [0, 2, 4, 6, 8, 10]
    assert x[:, 0, 7].nonzero()[0].tolist() == [12, 14]
    with pytest.raises(ValueError, match="at most"):
        algorithms.recall(1, 5, rng(), bits=2)


def test_sorting_says_the_vectors_from_the_highest_priority_down() -> None:
    x, y, mask = algorithms.priority_sort(9, 7, rng())
    for b in range(9):
        pairs = sorted(((x[t, b, 6], tuple(x[t, b, :6])) for t in range(7)), reverse=True)
        assert [tuple(row) for row in y[mask][:, b]] == [vector for _, vector in pairs]
    assert x[7, :, 7].tolist() == [1] * 9


def test_bits_follow_a_table_of_their_own() -> None:
    """What comes next is one step later, and after a context the frequencies of long sequences differ by sequence."""
    x, y, mask = algorithms.bit_grams(6, 4000, rng())
    np.testing.assert_array_equal(x[1:], y[:-1])
    assert mask.tolist() == [False] + [True] * 3999
    bits = x[:, :, 0].astype(int)
    shares = [bits[2:, b][(bits[:-2, b] == 0) & (bits[1:-1, b] == 1)].mean() for b in range(6)]
    assert max(shares) - min(shares) > 0.3
    assert algorithms.context(np.array([[1, 0], [0, 1], [1, 1]])).tolist() == [5, 3]
