"""The wall's codec: what passes comes out equal, and nothing else comes out at all."""

from __future__ import annotations

import collections
import json
import math
import socket
import sys
import threading
import time
import tracemalloc
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rnncourse.grading.wall import wire
from rnncourse.grading.wall.codec import (
    LENGTHS,
    Handle,
    Limits,
    MalformedError,
    UnsendableError,
    decode,
    encode,
    lengths,
    named,
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.one_of(st.none(), st.booleans(), st.integers(-(10**300), 10**300), st.floats(), st.complex_numbers())
leaves = st.one_of(numbers, text, st.binary(max_size=20))
keys = st.one_of(st.booleans(), st.integers(), text)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(keys, inner, max_size=4),
        st.sets(keys, max_size=4),
        st.frozensets(keys, max_size=4),
    ),
    max_leaves=20,
)
dtypes = st.one_of(
    hnp.boolean_dtypes(), hnp.integer_dtypes(), hnp.unsigned_integer_dtypes(), hnp.floating_dtypes(sizes=(16, 32, 64))
)


def same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float):
        return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    return repr(a) == repr(b) if isinstance(a, complex) else a == b


def message(head: Any, body: bytes = b"") -> bytes:
    raw = head if isinstance(head, bytes) else json.dumps(head).encode()
    return LENGTHS.pack(len(raw), len(body)) + raw + body


@given(values)
def test_values_come_out_as_they_went_in(value: Any) -> None:
    assert same(decode(encode(value)), value)


@given(hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)))
def test_arrays_come_out_as_they_went_in(array: Any) -> None:
    for given_ in (array, array.T):
        got = decode(encode(given_))
        assert type(got) is np.ndarray
        assert got.dtype == given_.dtype.newbyteorder("<")
        np.testing.assert_array_equal(got, given_)
    got.flat[:1] = 1  # the receiver's own


def test_numpys_and_torchs_numbers_keep_their_type() -> None:
    for value in (np.float32(1.5), np.bool_(True), np.int64(-3), np.complex64(1j)):
        got = decode(encode(value))
        assert type(got) is type(value)
        assert got == value
    tensor = torch.arange(6.0).view(2, 3).requires_grad_()
    torch.testing.assert_close(decode(encode(tensor)), tensor.detach())
    conjugated = torch.tensor([1 + 2j]).conj()
    torch.testing.assert_close(
        decode(encode([conjugated, conjugated.imag])), [conjugated.resolve_conj(), -torch.ones(1) * 2]
    )
    with pytest.raises(UnsendableError):
        encode(torch.empty(2, device="meta"))


def test_without_torch_a_tensor_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = encode(torch.zeros(2))
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MalformedError, match="torch is not installed"):
        decode(sent)


@pytest.mark.parametrize(
    "value",
    [
        object(),
        np.array([object()]),
        np.zeros(2, [("a", int)]),
        type("L", (list,), {"__module__": "__main__"})([1]),
        len,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_value_stays_where_it_is(value: Any) -> None:
    with pytest.raises(UnsendableError):
        encode(value)
    handle = Handle(3, "thing", "__main__", callable=False)
    seen: list[Any] = []
    got = decode(encode([value], refer=lambda v: seen.append(v) or handle))
    assert got == [handle]
    assert seen[0] is value
    assert decode(encode(handle), resolve=lambda h: h.number) == 3


def test_what_is_too_large_is_not_sent() -> None:
    deep: list[Any] = []
    for _ in range(40):
        deep = [deep]
    circle: list[Any] = []
    circle.append(circle)
    for value in (deep, circle, [0] * 60_000, 10**2000, np.zeros(2**24), "x" * 2**21):
        with pytest.raises(UnsendableError):
            encode(value)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\0" * 7,
        message(b"{"),
        message(b"[" * 100_000),
        message({"x": 1}),
        message({"i": "1", "f": "2"}),
        message(3),
        message([1]),
        message({"i": "9" * 5000}),
        message({"i": "0x10"}),
        message({"i": 5}),
        message({"f": "1g"}),
        message({"f": "0x1p99999"}),
        message({"b": "zz"}),
        message({"s": [{"l": []}]}),
        message({"d": [[{"l": []}, None]]}),
        message({"d": [[None]]}),
        message({"a": ["|O", [1]]}, b"12345678"),
        message({"a": ["<f8", [2]]}, b"12345678"),
        message({"a": ["<f8", [-1]]}, b"12345678"),
        message({"a": ["<f8", [2**40, 2**40]]}),
        message({"a": ["<f8", [1] * 40]}, b"12345678"),
        message({"a": ["<f8", [0, 2**31 - 1, 2**31 - 1, 2**31 - 1]]}),
        message({"s": [{"i": str(k * (2**61 - 1))} for k in range(1, 500)]}),
        message({"d": [[{"t": [{"i": str(k * (2**61 - 1))}]}, None] for k in range(1, 500)]}),
        message({"a": ["|b1", [1]]}, b"\x07"),
        message({"g": ["<f8", [1]]}, b"12345678"),
        message({"h": [0, "a b", "m", True]}),
        message({"n": ["P", ["x"], []]}),
        message({"n": ["P", ["x", "x"], [None, None]]}),
        message({"n": ["P", ["_x"], [None]]}),
        message({"n": ["P", ["__class__"], [None]]}),
        message({"n": ["P", ["count"], [None]]}),
        message({"n": ["P", ["if"], [None]]}),
        message({"n": ["P", ["a b"], [None]]}),
        message({"n": ["P", ["\ufb01"], [None]]}),
        message({"n": ["P", [3], [None]]}),
        message({"n": ["P", "x", [None]]}),
        message({"n": ["a b", ["x"], [None]]}),
        message({"n": [3, ["x"], [None]]}),
        message({"n": [["x"], [None]]}),
        message({"n": ["P", [f"x{i}" for i in range(200)], [None] * 200]}),
        message({"l": [{"n": ["P", [f"x{i}"], [None]]} for i in range(200)]}),
        message({"h": [-1, "a", "m", True]}),
        message({"h": [0, "a\n", "m", True]}),
        message(None, b"more"),
        message(b'"\\ud800"'),
        encode([1, 2])[:-1],
        encode([1, 2]) + b"1",
        LENGTHS.pack(2**31, 0),
    ],
)
def test_everything_else_is_refused(sent: bytes) -> None:
    with pytest.raises(MalformedError):
        decode(sent)


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda b: message(b[:100], b[100:]))))
def test_any_bytes_give_a_value_or_are_refused(sent: bytes) -> None:
    try:
        decode(sent)
    except MalformedError:
        return


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("iflctszdagnThbu"), inner, max_size=2)
    ),
    max_leaves=15,
)


@settings(max_examples=500)
@given(json_values, st.binary(max_size=32))
def test_any_head_gives_a_value_or_is_refused(head: Any, body: bytes) -> None:
    try:
        decode(message(head, body))
    except MalformedError:
        return


def test_limits_are_those_asked_for() -> None:
    small = Limits(head=100, body=64, nodes=5, depth=2)
    assert lengths(LENGTHS.pack(100, 64), small) == 164
    for value in ([1] * 6, [[[1]]], np.zeros(9), "x" * 101):
        with pytest.raises(UnsendableError):
            encode(value, limits=small)
        with pytest.raises(MalformedError):
            decode(encode(value), limits=small)


def test_messages_arrive_whole_or_in_time_or_not_at_all() -> None:
    ours, theirs = socket.socketpair()
    big = np.arange(300_000.0)
    sender = threading.Thread(target=wire.send, args=(theirs, ("big", big)))
    sender.start()
    what, got = wire.receive(ours, time.monotonic() + 20)
    sender.join()
    assert what == "big"
    np.testing.assert_array_equal(got, big)
    theirs.sendall(encode("half")[:5])
    with pytest.raises(TimeoutError):
        wire.receive(ours, time.monotonic() + 0.05)
    theirs.close()
    with pytest.raises(wire.EndedError):
        wire.receive(ours, time.monotonic() + 5)
    ours.close()


def test_of_libraries_subclasses_passes_what_they_hold() -> None:
    Pair = collections.namedtuple("Pair", "x y")
    Pair.__module__ = "__main__"
    masked = np.ma.masked_array([1.0, 2.0], mask=[True, False])
    given = [Pair(1, 2), collections.Counter("aab"), collections.OrderedDict(b=1), masked, np.longdouble(0.5)]
    found = decode(encode([*given, np.ones(2, np.longdouble)]))
    assert [type(v) for v in found] == [named("Pair", ("x", "y")), dict, dict, np.ndarray, np.float64, np.ndarray]
    assert found[:3] == [(1, 2), {"a": 2, "b": 1}, {"b": 1}]
    assert (found[0].x, found[0].y, repr(found[0])) == (1, 2, "Pair(x=1, y=2)")
    np.testing.assert_array_equal(found[3], [1, 2])
    assert found[5].dtype == np.float64


@pytest.mark.parametrize("fields", [("_x",), ("count",), ("if",), ("x", "x"), ("a b",), ("\ufb01",), ("x",), (1, 2)])
def test_a_tuple_with_other_names_passes_as_a_tuple(fields: tuple[Any, ...]) -> None:
    value = type("P", (tuple,), {"_fields": fields})([1, 2])
    assert type(decode(encode(value))) is tuple
    many = [collections.namedtuple(f"P{i}", "x")(i) for i in range(200)]  # type: ignore[misc]
    assert decode(encode(many)) == many


def test_a_message_in_tiny_parts_takes_no_more_memory_than_it_has_bytes() -> None:
    ours, theirs = socket.socketpair()
    sent = encode(np.zeros(100_000, np.uint8))

    def trickle() -> None:
        for at in range(0, len(sent), 4):
            theirs.sendall(sent[at : at + 4])

    sender = threading.Thread(target=trickle)
    tracemalloc.start()
    sender.start()
    wire.receive(ours, time.monotonic() + 60)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    sender.join()
    ours.close()
    theirs.close()
    assert most < 6 * len(sent)
