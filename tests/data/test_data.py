import inspect
import string
import sys
import unicodedata
from importlib import import_module

import numpy as np
import pytest
import torch
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.data import (
    LANGUAGES,
    LETTERS,
    MODULES,
    PRINTABLE,
    Vocabulary,
    encode_names,
    fold,
    names,
    one_hot,
    pack,
    sine,
    stdlib_text,
    surnames,
    two_lags,
)


def test_sine_obeys_the_recurrence_of_an_oscillator() -> None:
    """y_t = 2 cos(2π/P) y_{t-1} - y_{t-2} holds for a sine of any amplitude and phase."""
    y = sine(200, period=17.3, amplitude=1.7, phase=0.4)
    np.testing.assert_allclose(y[2:], 2 * np.cos(2 * np.pi / 17.3) * y[1:-1] - y[:-2], atol=1e-12)
    assert y[0] == pytest.approx(1.7 * np.sin(0.4))


def test_noise_is_seeded_and_has_the_standard_deviation_asked_for() -> None:
    clean, a, b, c = (sine(20_000, 20, noise=n, seed=s) for n, s in ((0, 0), (0.3, 1), (0.3, 1), (0.3, 2)))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)
    assert (a - clean).std() == pytest.approx(0.3, rel=0.03)


def test_two_lags_are_torch_windows_with_the_older_value_first() -> None:
    y = sine(30, 7)
    x, target = two_lags(y)
    windows = torch.from_numpy(y).unfold(0, 3, 1).numpy()
    assert x.shape == (2, 28, 1)
    np.testing.assert_array_equal(np.concatenate([x[:, :, 0].T, target], axis=1), windows)


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ({"T": 0}, ValueError),
        ({"T": 5.0}, TypeError),
        ({"period": 0}, ValueError),
        ({"period": float("nan")}, ValueError),
        ({"noise": -1}, ValueError),
        ({"amplitude": float("nan")}, ValueError),
        ({"phase": float("nan")}, ValueError),
    ],
)
def test_sine_refuses(bad: dict[str, float], error: type[Exception]) -> None:
    with pytest.raises(error, match=f"^{next(iter(bad))}: expected"):
        sine(**{"T": 5, "period": 4} | bad)


def test_two_lags_refuses() -> None:
    with pytest.raises(ValueError, match=r"N ≥ 3, got \(2,\)"):
        two_lags(np.zeros(2))
    with pytest.raises(TypeError, match="int64"):
        two_lags(np.zeros(5, dtype=np.int64))


@pytest.mark.parametrize("language", LANGUAGES)
def test_surnames_are_those_that_faker_draws(language: str) -> None:
    found = set(surnames(language))
    assert all(name and set(name) <= set(LETTERS) for name in found)
    drawn: set[str] = set()
    for locale in LANGUAGES[language]:
        faker = Faker(locale)
        faker.seed_instance(0)
        romanised = language in ("Chinese", "Japanese")
        draw = faker.last_romanized_name if romanised else faker.last_name
        drawn.update(fold(draw()) for _ in range(300))
    usable = {name for name in drawn if set(name) <= set(LETTERS)}
    assert usable <= found
    assert len(usable) >= 0.97 * len(drawn)


def test_the_default_languages_are_balanced_and_split_without_overlap() -> None:
    parts = names()
    train = parts[0]
    assert [len(p) for p in parts] == [2400, 300, 300]
    assert len(train.languages) == 10
    for part in parts:
        assert len(set(np.bincount(part.labels, minlength=10))) == 1
    everything = [name for part in parts for name in part.names]
    assert len(set(everything)) == len(everything)
    lists = {language: set(surnames(language)) for language in train.languages}
    for name, label in zip(train.names, train.labels, strict=True):
        assert [la for la in train.languages if name in lists[la]] == [train.languages[label]]


def test_names_are_shuffled_by_the_seed_alone() -> None:
    a, b, c = (names(20, ("Finnish", "Zulu"), seed=s)[0] for s in (0, 0, 1))
    assert a.names == b.names
    assert a.names != c.names
    assert len(set(a.labels[:8])) == 2


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"n_per_language": 5}, "at least 10, got 5"),
        ({"n_per_language": 100_000}, "at most .* Dutch .* got 100000"),
        ({"languages": ("Finnish",)}, "at least two"),
        ({"languages": ("Finnish", "Finnish")}, "different"),
        ({"languages": ("Finnish", "Klingon")}, "Klingon"),
    ],
)
def test_names_refuse(kwargs: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        names(**kwargs)


def test_without_faker_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker.providers.person.fi_FI", None)
    with pytest.raises(ImportError, match=r"Faker.*rnncourse\[data\]"):
        surnames("Finnish")


@pytest.mark.parametrize(
    ("name", "folded"),
    [("Łukasiewicz", "lukasiewicz"), ("Strauß", "strauss"), ("Ó Dálaigh", "o dalaigh"), ("O’Neill", "o'neill")],
)
def test_fold_by_hand(name: str, folded: str) -> None:
    assert fold(name) == folded
    assert fold(unicodedata.normalize("NFD", name)) == folded


def test_fold_leaves_ascii_names_alone() -> None:
    for name in names(10)[0].names:
        assert fold(name) == name


def test_encoded_names_equal_torch_padding() -> None:
    batch = ["Ana", "o'brien", "Li", "van der Berg"]
    ids, lengths = encode_names(batch)
    singles = [torch.tensor([(string.ascii_lowercase + " '-").index(c) for c in name.lower()]) for name in batch]
    np.testing.assert_array_equal(ids, torch.nn.utils.rnn.pad_sequence(singles).numpy())
    np.testing.assert_array_equal(lengths, [3, 7, 2, 12])
    assert (encode_names(batch, padding=5)[0][3:, 0] == 5).all()


def test_packed_names_unpack_to_the_one_hot_letters_and_feed_an_rnn() -> None:
    batch = ["li", "ana", "o'brien"]
    ids, lengths = encode_names(batch)
    x, n = torch.nn.utils.rnn.pad_packed_sequence(pack(batch))
    np.testing.assert_array_equal(n.numpy(), lengths)
    for b, length in enumerate(lengths):
        np.testing.assert_array_equal(x[:length, b], one_hot(ids[:length, b], len(LETTERS)))
        assert not x[length:, b].any()
    _, h_T = torch.nn.RNN(len(LETTERS), 4)(pack(batch))
    assert h_T.shape == (1, 3, 4)


@pytest.mark.parametrize("batch", [[], ["ana", ""], ["anna2"], ["Ωmega"]])
def test_encoding_refuses(batch: list[str]) -> None:
    with pytest.raises(ValueError, match="batch: expected"):
        encode_names(batch)


def test_encoding_refuses_one_string_and_one_hot_refuses_what_is_not_a_symbol() -> None:
    with pytest.raises(TypeError, match="one string"):
        encode_names("ana")
    with pytest.raises(ValueError, match="from 0 to 2, got 0 to 3"):
        one_hot(np.array([0, 3]), 3)
    with pytest.raises(TypeError, match="float64"):
        one_hot(np.array([0.0]), 3)


def test_one_hot_is_torchs() -> None:
    ids = np.array([[0, 2], [1, 1], [2, 0]])
    np.testing.assert_array_equal(one_hot(ids, 4), torch.nn.functional.one_hot(torch.from_numpy(ids), 4).numpy())


def test_text_is_the_source_of_modules_that_are_in_one_part_only() -> None:
    text = stdlib_text(30_000, 10_000, seed=3)
    assert (len(text.train), len(text.valid)) == (30_000, 10_000)
    assert not set(text.train_modules) & set(text.valid_modules)
    assert set(text.train + text.valid) <= set(string.printable) - set("\t\r\x0b\x0c")
    only = stdlib_text(5_000, 10, modules=("textwrap", "linecache"), seed=0)
    assert only.train == inspect.getsource(import_module(only.train_modules[0]))[:5_000]


def test_text_belongs_to_the_seed() -> None:
    a, b = (stdlib_text(2_000, 500, seed=0) for _ in range(2))
    assert a == b
    assert any(stdlib_text(2_000, 500, seed=s).train != a.train for s in range(1, 6))


def test_docstrings_are_what_the_modules_carry() -> None:
    text = stdlib_text(500, 100, kind="docstrings", modules=("shlex", "textwrap"), seed=1)
    first = inspect.getdoc(import_module(text.train_modules[0]))
    assert first
    assert text.train.startswith(first)


def test_every_module_of_the_list_has_a_source_here() -> None:
    for module in MODULES:
        assert len(stdlib_text(50, 10, modules=(module, "argparse" if module != "argparse" else "ast")).train) == 50


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"n_characters": 0}, "n_characters=0"),
        ({"n_valid": 0}, "n_valid=0"),
        ({"kind": "poems"}, "poems"),
        ({"n_characters": 10**9}, "1000050000 characters in all, got"),
        ({"modules": ("ast", "ast")}, "once"),
        ({"modules": ("no_such_module",)}, "got 0"),
    ],
)
def test_text_refuses(kwargs: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stdlib_text(**kwargs)


@given(st.text(st.sampled_from(PRINTABLE)))
def test_vocabulary_there_and_back(text: str) -> None:
    for vocabulary in (Vocabulary(), Vocabulary.of(text + "x")):
        ids = vocabulary.encode(text)
        assert vocabulary.decode(ids) == text
        assert ids.tolist() == [vocabulary.symbols.index(c) for c in text]


def test_vocabulary_of_a_text_is_its_sorted_characters() -> None:
    assert Vocabulary.of("hello").symbols == "ehlo"
    assert len(Vocabulary()) == 96


def test_vocabulary_refuses() -> None:
    with pytest.raises(ValueError, match="'z' at position 2"):
        Vocabulary("ab").encode("abz")
    with pytest.raises(ValueError, match="from 0 to 1"):
        Vocabulary("ab").decode([0, 2])
    with pytest.raises(TypeError, match="integers"):
        Vocabulary("ab").decode([0.5])
    for symbols in ("", "aa"):
        with pytest.raises(ValueError, match="different characters"):
            Vocabulary(symbols)
