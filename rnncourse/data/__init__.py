"""Tasks and data sets: generated, or taken from a package that the course already depends on.

Three are downloaded when asked for, checked by their hash and kept: MNIST, Silverbox and the cascaded tanks.
"""

from rnncourse.data.chaos import LORENZ_LYAPUNOV, lorenz, mackey_glass
from rnncourse.data.copy import CopyBatch, copy_task
from rnncourse.data.digits import Digits, digits, shift
from rnncourse.data.download import (
    MNIST,
    SILVERBOX,
    SILVERBOX_RATE,
    TANKS,
    Source,
    data_folder,
    fetch,
    mnist,
    silverbox,
    tanks_benchmark,
)
from rnncourse.data.names import LANGUAGES, LETTERS, NameSet, encode_names, fold, names, one_hot, pack, surnames
from rnncourse.data.series import Series, co2, sunspots
from rnncourse.data.sine import sine, two_lags
from rnncourse.data.systems import (
    Record,
    Tanks,
    cascaded_tanks,
    duffing,
    duffing_record,
    filtered_noise,
    multisine,
    tanks_record,
)
from rnncourse.data.tasks import adding, delayed_echo, temporal_order
from rnncourse.data.text import MODULES, PRINTABLE, Text, Vocabulary, stdlib_text

__all__ = [
    "LANGUAGES",
    "LETTERS",
    "LORENZ_LYAPUNOV",
    "MNIST",
    "MODULES",
    "PRINTABLE",
    "SILVERBOX",
    "SILVERBOX_RATE",
    "TANKS",
    "CopyBatch",
    "Digits",
    "NameSet",
    "Record",
    "Series",
    "Source",
    "Tanks",
    "Text",
    "Vocabulary",
    "adding",
    "cascaded_tanks",
    "co2",
    "copy_task",
    "data_folder",
    "delayed_echo",
    "digits",
    "duffing",
    "duffing_record",
    "encode_names",
    "fetch",
    "filtered_noise",
    "fold",
    "lorenz",
    "mackey_glass",
    "mnist",
    "multisine",
    "names",
    "one_hot",
    "pack",
    "shift",
    "silverbox",
    "sine",
    "stdlib_text",
    "sunspots",
    "surnames",
    "tanks_benchmark",
    "tanks_record",
    "temporal_order",
    "two_lags",
]
