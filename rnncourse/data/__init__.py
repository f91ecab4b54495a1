"""Tasks and data sets: generated, or taken from a package that the course already depends on. Nothing is downloaded."""

from rnncourse.data.chaos import LORENZ_LYAPUNOV, lorenz, mackey_glass
from rnncourse.data.names import (
    LANGUAGES,
    LETTERS,
    NameSet,
    encode_names,
    fold,
    names,
    one_hot,
    pack,
    surnames,
)
from rnncourse.data.sine import sine, two_lags
from rnncourse.data.text import MODULES, PRINTABLE, Text, Vocabulary, stdlib_text

__all__ = [
    "LANGUAGES",
    "LETTERS",
    "LORENZ_LYAPUNOV",
    "MODULES",
    "PRINTABLE",
    "NameSet",
    "Text",
    "Vocabulary",
    "encode_names",
    "fold",
    "lorenz",
    "mackey_glass",
    "names",
    "one_hot",
    "pack",
    "sine",
    "stdlib_text",
    "surnames",
    "two_lags",
]
