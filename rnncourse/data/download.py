"""Data sets that are too large to carry along: MNIST, the Silverbox and the cascaded tanks, downloaded once.

Each file is kept in a cache folder and checked against its SHA-256 each time it is opened. The checksums were not
computed here: they are those that public projects have recorded for these files (for MNIST and the tanks beside the MD5
of torchvision and of the publisher). Where a server offers another file, nothing is kept and an error says so.

The folder is ``$RNNCOURSE_DATA``, or else the user's cache folder. Whoever is offline puts the files there by hand.
pooch is imported only when a file is asked for.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.data.systems import Record

Bytes = np.ndarray[Any, np.dtype[np.uint8]]


class Source(NamedTuple):
    """A file: its name in the cache folder, where it is offered (tried in this order), and its SHA-256."""

    name: str
    urls: tuple[str, ...]
    sha256: str


_MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")
_MNIST = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
MNIST = {name: Source(name, tuple(url + name for url in _MIRRORS), sha256) for name, sha256 in _MNIST.items()}
SILVERBOX = Source(
    "SilverboxFiles.zip",
    ("https://drive.google.com/uc?export=download&id=17iS-6oBUUgrmiAcrZoG9S5sOaljZnDSy",),
    "2398dda503ac4c30f46c7a1ba09d8a8864d001cc71bbeb59f207a054cc592d8c",
)
TANKS = Source(
    "CascadedTanksFiles.zip",
    (
        "https://data.4tu.nl/file/d4810b78-6cdd-48fe-8950-9bd601e5f47f/3b697e42-01a4-4979-a370-813a456c36f5",
        "https://drive.google.com/uc?export=download&id=1HnQf_gu0g_UlggoBqy2s34l9YJiFdN01",
    ),
    "eb0fa05851e8a7136846c2e3b61fbef87def78d0852c86ab91b02ac5db541b51",
)


def data_folder() -> Path:
    """Where downloaded files are kept: ``$RNNCOURSE_DATA``, or else the user's cache folder."""
    if folder := os.environ.get("RNNCOURSE_DATA"):
        return Path(folder).expanduser()
    return Path(_pooch().os_cache("rnncourse"))


def _pooch() -> Any:
    with needs(__name__, "data"):
        import pooch
    return pooch


def fetch(source: Source, timeout: float = 30.0) -> Path:
    """Path of a file, downloaded if it is not in :func:`data_folder` yet, with the right checksum in any case.

    Raises ConnectionError when no server gives the file, ValueError when what one gives, or what lies in the folder
    and cannot be replaced, has another checksum; both name addresses and folder and say what to do.
    """
    pooch, folder, failures, corrupt = _pooch(), data_folder(), [], False
    for url in source.urls:
        download = pooch.HTTPDownloader(timeout=timeout)
        try:
            return Path(pooch.retrieve(url, f"sha256:{source.sha256}", source.name, folder, downloader=download))
        except ValueError as error:  # pooch has removed what it downloaded
            corrupt = True
            failures.append(f"{url}: another file than expected ({error})")
        except OSError as error:  # requests' errors among them
            failures.append(f"{url}: {type(error).__name__}: {error}")
    lying = folder / source.name
    if there := lying.exists():
        failures.append(f"{lying}: the file that lies there has another checksum; remove it")
    message = (
        f"{source.name}: no file with SHA-256 {source.sha256} could be had.\n"
        + "".join(f"  {failure}\n" for failure in failures)
        + f"The folder is {folder} (another one: set RNNCOURSE_DATA). Try again when you are online, or get the file "
        f"from {source.urls[0]} elsewhere and put it there as {source.name}."
    )
    raise (ValueError if corrupt or there else ConnectionError)(message)


# --- MNIST


def read_idx(file: BinaryIO | gzip.GzipFile) -> Bytes:
    """An array of bytes in the IDX format of MNIST: two zeros, type 8, number of axes, sizes as big-endian integers.

    Raises ValueError for another type, or when the file is shorter or longer than its header says.
    """
    magic = file.read(4)
    if len(magic) < 4 or magic[:3] != b"\x00\x00\x08":
        raise ValueError(f"expected an IDX file of bytes, which starts with 00 00 08, got {magic.hex(' ')}")
    header = file.read(4 * magic[3])
    if len(header) < 4 * magic[3]:
        raise ValueError(f"expected the sizes of {magic[3]} axes, got {len(header)} bytes")
    shape, content = np.frombuffer(header, ">u4").tolist(), file.read()
    if len(content) != int(np.prod(shape, dtype=np.int64)):
        raise ValueError(f"expected {' × '.join(map(str, shape))} bytes, got {len(content)}")
    return np.frombuffer(content, np.uint8).reshape(shape).copy()


class Images(NamedTuple):
    """Images (N, 28, 28) of bytes, 0 for paper and 255 for ink, and what each of them shows (N,), 0 to 9."""

    images: Bytes
    labels: np.ndarray[Any, np.dtype[np.int64]]


def mnist(part: str = "train") -> Images:
    """Handwritten digits: 60 000 to train on, 10 000 by other writers to test on. 12 MB are downloaded once.

    Source: LeCun, Cortes and Burges, the MNIST database, made from data of NIST; LeCun et al. (1998). Its page states
    no licence; the data are in free use everywhere.

    Raises ValueError unless part is "train" or "test", or as :func:`fetch` and :func:`read_idx` say.
    """
    if part not in ("train", "test"):
        raise ValueError(f"part: expected 'train' or 'test', got {part!r}")
    prefix = "train" if part == "train" else "t10k"
    arrays = []
    for name in (f"{prefix}-images-idx3-ubyte.gz", f"{prefix}-labels-idx1-ubyte.gz"):
        with gzip.open(fetch(MNIST[name])) as file:
            arrays.append(read_idx(file))
    images, labels = arrays
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(f"expected images (N, 28, 28) and labels (N,), got {images.shape} and {labels.shape}")
    return Images(images, labels.astype(np.int64))


# --- measured systems


def _member(path: Path, member: str) -> str:
    """A text file of a zip archive. Raises ValueError when the archive lacks it."""
    with zipfile.ZipFile(path) as archive:
        if member not in archive.namelist():
            raise ValueError(f"{path}: expected a file {member} in it, got {sorted(archive.namelist())}")
        return archive.read(member).decode("ascii")


def _columns(text: str, member: str, names: tuple[str, ...]) -> list[Array]:
    """Columns of numbers of a CSV file with a header, by name.

    Raises ValueError when the file lacks a column, or a number is missing.
    """
    header = [name.strip().strip('"') for name in text.split("\n", 1)[0].split(",")]
    if not set(names) <= set(header):
        raise ValueError(f"{member}: expected columns {', '.join(names)}, got {', '.join(filter(None, header))}")
    wanted = [header.index(name) for name in names]
    table = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1, usecols=wanted, ndmin=2)
    if not np.isfinite(table).all():
        raise ValueError(f"{member}: expected finite numbers in columns {', '.join(names)}")
    return list(np.ascontiguousarray(table.T))


class Silverbox(NamedTuple):
    """The parts of the Silverbox record; ``arrow`` ends in larger motions than ``train`` has, after 32 000 samples."""

    train: Record
    multisine: Record
    arrow: Record


SILVERBOX_RATE = 610.35
"""Samples a second."""


def silverbox() -> Silverbox:
    """An electronic Duffing oscillator: input and output in volts, sampled at 610.35 Hz. 6 MB are downloaded once.

    ``train`` (65 062 samples) and the test part ``multisine`` (21 688) are one experiment with random odd multisines;
    the test part ``arrow`` (40 475) is noise whose amplitude grows beyond what was trained on. The first 50 samples of
    a test part may start a simulation. The borders are those of the maintainers' package nonlinear_benchmarks.

    Source: Wigren and Schoukens (2013), https://www.nonlinearbenchmark.org/benchmarks/silverbox. It states no licence.
    Raises as :func:`fetch` does.
    """
    u, y = _columns(_member(fetch(SILVERBOX), "SilverboxFiles/SNLS80mV.csv"), "SNLS80mV.csv", ("V1", "V2"))
    if len(u) < 127_400:
        raise ValueError(f"SNLS80mV.csv: expected at least 127400 samples, got {len(u)}")

    def part(first: int, end: int) -> Record:
        return Record(u[first:end].copy(), y[first:end].copy(), 1 / SILVERBOX_RATE)

    return Silverbox(part(40_650, 105_712), part(105_712, 127_400), part(100, 40_575))


TANKS_CSV = "dataBenchmark.csv"
TANKS_NUMBERS = "c24c36c8a4f7d7ed939be8c10110b6c647c9d69bac10c0acc4ba140f31a5ba86"
"""SHA-256 of the four columns uEst, uVal, yEst, yVal as rows of float64, little-endian."""


def tanks_benchmark() -> tuple[Record, Record]:
    """Two cascaded tanks that were measured: one record to estimate from, one to test, 1024 samples 4 s apart each.

    Input (pump) and output (level of the lower tank) in volts; the sensor is not calibrated. Both records start from
    the same unknown state; the first 50 samples of the test may be used to start a simulation. 7.5 MB, once; where the
    archive's ``dataBenchmark.csv`` lies in :func:`data_folder` by itself, in any layout, it is read instead.

    Source: Schoukens, Mattsson, Wigren and Noël (2016), https://doi.org/10.4121/12960104, licence CC BY-SA 4.0.
    Raises as :func:`fetch` does, ValueError for a table with other numbers.
    """
    names, alone = ("uEst", "uVal", "yEst", "yVal"), data_folder() / TANKS_CSV
    text = alone.read_text("ascii") if alone.is_file() else _member(fetch(TANKS), f"CascadedTanksFiles/{TANKS_CSV}")
    u, u_test, y, y_test = columns = _columns(text, TANKS_CSV, names)
    if alone.is_file():
        found = hashlib.sha256(np.stack(columns, axis=1).astype("<f8").tobytes()).hexdigest()
        if found != TANKS_NUMBERS:
            raise ValueError(f"{alone}: expected the benchmark's numbers, SHA-256 {TANKS_NUMBERS}, got {found}")
    return Record(u, y, 4.0), Record(u_test, y_test, 4.0)
