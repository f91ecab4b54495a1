"""Real surnames of several languages, for the task of telling the language from the letters.

Source: the surname lists of Faker (https://github.com/joke2k/faker, MIT licence), a package that the course
depends on. Faker is imported only when names are asked for. Its lists change between releases, so the names,
and every number computed from them, belong to one version of Faker.
"""

from __future__ import annotations

import string
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from rnncourse._arrays import Array, expect_ids
from rnncourse._extras import needs

if TYPE_CHECKING:
    from torch.nn.utils.rnn import PackedSequence

LETTERS = string.ascii_lowercase + " '-"

LANGUAGES: dict[str, tuple[str, ...]] = {
    "Chinese": ("zh_CN", "zh_TW"),
    "Croatian": ("hr_HR",),
    "Czech": ("cs_CZ",),
    "Dutch": ("nl_NL",),
    "English": ("en_GB",),
    "Estonian": ("et_EE",),
    "Finnish": ("fi_FI",),
    "French": ("fr_FR",),
    "German": ("de_DE",),
    "Irish": ("ga_IE",),
    "Italian": ("it_IT",),
    "Japanese": ("ja_JP",),
    "Polish": ("pl_PL",),
    "Portuguese": ("pt_BR", "pt_PT"),
    "Slovak": ("sk_SK",),
    "Spanish": ("es_ES",),
    "Swedish": ("sv_SE",),
    "Zulu": ("zu_ZA",),
}
"""Language → Faker's locales. Chinese and Japanese use the romanised lists that Faker carries."""

DEFAULT = ("Dutch", "English", "Finnish", "French", "German", "Irish", "Italian", "Polish", "Spanish", "Zulu")

# Letters that Unicode does not decompose into an ASCII letter and an accent.
_UNDECOMPOSED = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'"}
)


def fold(name: str) -> str:
    """A name in lower-case ASCII: accents dropped, ß as ss, ø as o, þ as th and so on.

    What has no such form (another script, a digit) stays, and :func:`encode_names` refuses it.
    """
    decomposed = unicodedata.normalize("NFD", name.lower().translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()


def surnames(language: str) -> list[str]:
    """All distinct surnames that Faker holds for a language, folded to :data:`LETTERS`, in alphabetical order.

    Raises ValueError for a language that is not in :data:`LANGUAGES`, ImportError when Faker is not installed.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language: expected one of {', '.join(LANGUAGES)}, got {language!r}")
    found: set[str] = set()
    for locale in LANGUAGES[language]:
        with needs(__name__, "data"):
            provider = import_module(f"faker.providers.person.{locale}").Provider(None)
        lists = [a for a in dir(provider) if a.endswith(("last_names", "last_names_female", "last_names_male"))]
        if hasattr(provider, "last_romanized_names"):
            lists = ["last_romanized_names"]
        found.update(fold(name) for a in lists for name in getattr(provider, a))
    return sorted(name for name in found if name and set(name) <= set(LETTERS))


@dataclass(frozen=True)
class NameSet:
    """Names, the number of the language of each, and the languages in the order of those numbers."""

    names: tuple[str, ...]
    labels: np.ndarray[Any, np.dtype[np.int64]]
    languages: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)


def names(
    n_per_language: int = 300, languages: Sequence[str] = DEFAULT, seed: int = 0
) -> tuple[NameSet, NameSet, NameSet]:
    """Surnames in three disjoint parts: training (80 %), validation (10 %) and test (10 %), as many of each language.

    A surname that two of the languages share has no right answer and is left out. Each part is shuffled.

    Raises ValueError when a language has fewer than n_per_language names left, is unknown or is named twice, or
    n_per_language is below 10; ImportError when Faker is not installed.
    """
    if n_per_language < 10:
        raise ValueError(f"n_per_language: expected at least 10, got {n_per_language}")
    if len(set(languages)) != len(languages) or len(languages) < 2:
        raise ValueError(f"languages: expected at least two different ones, got {', '.join(languages) or 'none'}")
    lists = [surnames(language) for language in languages]
    occurrences = Counter(name for found in lists for name in found)
    rng = np.random.default_rng(seed)
    n_held_out = n_per_language // 10
    parts: tuple[list[tuple[str, int]], ...] = ([], [], [])
    for label, (language, found) in enumerate(zip(languages, lists, strict=True)):
        own = [name for name in found if occurrences[name] == 1]
        if len(own) < n_per_language:
            raise ValueError(
                f"n_per_language: expected at most {len(own)}, the names that Faker holds for {language} "
                f"and for no other language chosen, got {n_per_language}"
            )
        chosen = [(own[i], label) for i in rng.permutation(len(own))[:n_per_language]]
        parts[0].extend(chosen[2 * n_held_out :])
        parts[1].extend(chosen[:n_held_out])
        parts[2].extend(chosen[n_held_out : 2 * n_held_out])

    def shuffled(part: list[tuple[str, int]]) -> NameSet:
        order = [part[i] for i in rng.permutation(len(part))]
        return NameSet(tuple(n for n, _ in order), np.array([k for _, k in order], dtype=np.int64), tuple(languages))

    return shuffled(parts[0]), shuffled(parts[1]), shuffled(parts[2])


def encode_names(
    batch: Sequence[str], padding: int = 0
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.int64]]]:
    """Names as letter numbers, one name a column, filled up at the end.

    The names are folded first. Padding is letter 0 unless said otherwise, which is also a real letter: only the
    lengths tell where a name ends.

    Shapes: returns ids (T, B) with T the longest name, and lengths (B,).
    Raises ValueError for an empty batch, an empty name or a character outside :data:`LETTERS`.
    """
    if isinstance(batch, str):
        raise TypeError("batch: expected a sequence of names, got one string")
    folded = [fold(name) for name in batch]
    if not folded or not all(folded):
        raise ValueError("batch: expected at least one name, and none empty")
    for name, was in zip(folded, batch, strict=True):
        if foreign := sorted(set(name) - set(LETTERS)):
            raise ValueError(f"batch: expected letters of {LETTERS!r}, got {''.join(foreign)!r} in {was!r}")
    lengths = np.array([len(name) for name in folded], dtype=np.int64)
    ids = np.full((int(lengths.max()), len(folded)), padding, dtype=np.int64)
    for b, name in enumerate(folded):
        ids[: len(name), b] = [LETTERS.index(c) for c in name]
    return ids, lengths


def one_hot(ids: np.ndarray[Any, Any], n: int, dtype: Any = np.float64) -> Array:
    """Symbol numbers as unit vectors along a new last axis: shape (…) to (…, n).

    Raises TypeError unless ids is an array of integers, ValueError unless they lie in 0 … n-1.
    """
    expect_ids("ids", ids, None, below=n)
    return np.eye(n, dtype=dtype)[ids]


def pack(batch: Sequence[str]) -> PackedSequence:
    """Names as torch's packed sequence of one-hot letters (float32); the order of the batch is kept.

    Raises as :func:`encode_names` does, and ImportError when torch is not installed.
    """
    with needs(__name__, "torch"):
        import torch
        from torch.nn.utils.rnn import pack_padded_sequence

    ids, lengths = encode_names(batch)
    x = torch.from_numpy(one_hot(ids, len(LETTERS), np.float32))
    return pack_padded_sequence(x, torch.from_numpy(lengths), enforce_sorted=False)
