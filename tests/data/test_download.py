"""The loaders, on small files of the real formats that a server on this machine offers; nothing else is asked."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncourse.data import download
from rnncourse.data.download import Source


class Server:
    """Files that are offered, and how often each was asked for."""

    def __init__(self, root: Path) -> None:
        self.root, self.asked, outer = root, [], self  # type: ignore[var-annotated]

        class Handler(SimpleHTTPRequestHandler):
            def log_request(self, *arguments: Any) -> None:
                outer.asked.append(self.path.lstrip("/"))

            def log_message(self, *arguments: Any) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def offer(self, name: str, content: bytes, mirrors: tuple[str, ...] = ()) -> Source:
        (self.root / name).write_bytes(content)
        return Source(name, (*mirrors, self.url + name), hashlib.sha256(content).hexdigest())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "offered").mkdir()
    server = Server(tmp_path / "offered")
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RNNCOURSE_DATA", str(tmp_path / "kept"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "kept"


NOWHERE = "http://127.0.0.1:9/"  # the port to discard: nobody answers


def idx(array: Any) -> bytes:
    """The format as described on the page of MNIST."""
    return struct.pack(f">BBBB{array.ndim}i", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def zipped(member: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member.rpartition("/")[0] + "/README.txt", "not this one")
        archive.writestr(member, text)
    return buffer.getvalue()


# --- fetch


def test_a_file_is_downloaded_once_and_kept(server: Server, folder: Path) -> None:
    source = server.offer("thing.bin", b"content")
    for _ in range(3):
        path = download.fetch(source)
        assert path == folder / "thing.bin"
        assert path.read_bytes() == b"content"
    assert server.asked == ["thing.bin"]


def test_the_next_mirror_is_asked_when_one_is_gone_or_wrong(server: Server) -> None:
    (server.root / "wrong.bin").write_bytes(b"an error page")
    source = server.offer("thing.bin", b"content", (NOWHERE + "thing.bin", server.url + "wrong.bin", server.url + "no"))
    assert download.fetch(source).read_bytes() == b"content"
    assert server.asked == ["wrong.bin", "no", "thing.bin"]


def test_another_file_than_expected_is_refused_and_removed(server: Server, folder: Path) -> None:
    source = server.offer("thing.bin", b"content")
    (server.root / "thing.bin").write_bytes(b"contemt")
    with pytest.raises(ValueError, match=r"thing\.bin: another file than expected") as caught:
        download.fetch(source)
    for part in (source.sha256, hashlib.sha256(b"contemt").hexdigest(), source.urls[0], str(folder)):
        assert part in str(caught.value)
    assert list(folder.iterdir()) == []
    (server.root / "thing.bin").write_bytes(b"content")
    assert download.fetch(source).read_bytes() == b"content"


def test_a_file_that_went_bad_is_replaced(server: Server, folder: Path) -> None:
    source = server.offer("thing.bin", b"content")
    folder.mkdir()
    (folder / "thing.bin").write_bytes(b"cont")
    assert download.fetch(source).read_bytes() == b"content"


def test_offline_the_error_says_where_the_file_is_and_where_to_put_it(folder: Path) -> None:
    source = Source("thing.bin", (NOWHERE + "a", NOWHERE + "b"), hashlib.sha256(b"content").hexdigest())
    with pytest.raises(ConnectionError) as caught:
        download.fetch(source)
    for part in (NOWHERE + "a", NOWHERE + "b", str(folder), "RNNCOURSE_DATA", "put it there as thing.bin"):
        assert part in str(caught.value)
    (folder / "thing.bin").write_bytes(b"content")  # by hand, as told
    assert download.fetch(source).read_bytes() == b"content"


def test_offline_with_a_bad_file_the_error_says_so(folder: Path) -> None:
    folder.mkdir()
    (folder / "thing.bin").write_bytes(b"contemt")
    with pytest.raises(ValueError, match="the file that lies there has another checksum; remove it"):
        download.fetch(Source("thing.bin", (NOWHERE,), hashlib.sha256(b"content").hexdigest()))


def test_the_folder_is_the_users_cache_unless_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert download.data_folder() == tmp_path / "kept"
    monkeypatch.delenv("RNNCOURSE_DATA")
    assert download.data_folder().name == "rnncourse"
    assert download.data_folder().is_absolute()


def test_every_source_has_a_checksum_and_https() -> None:
    for source in (*download.MNIST.values(), download.SILVERBOX, download.TANKS):
        assert len(bytes.fromhex(source.sha256)) == 32
        assert source.urls
        assert all(url.startswith("https://") for url in source.urls)


# --- MNIST


def test_mnist_is_read_as_it_was_written(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, offered = np.random.default_rng(0), {}
    parts = {"train": ("train", 7), "test": ("t10k", 4)}
    written = {part: (rng.integers(0, 256, (n, 28, 28)), rng.integers(0, 10, n)) for part, (_, n) in parts.items()}
    for part, (prefix, _) in parts.items():
        for what, array in zip(("images-idx3", "labels-idx1"), written[part], strict=True):
            name = f"{prefix}-{what}-ubyte.gz"
            offered[name] = server.offer(name, gzip.compress(idx(array)))
    assert offered.keys() == download.MNIST.keys()
    monkeypatch.setattr(download, "MNIST", offered)
    for part, (images, labels) in written.items():
        digits = download.mnist(part)
        np.testing.assert_array_equal(digits.images, images)
        np.testing.assert_array_equal(digits.labels, labels)
        assert (digits.images.dtype, digits.labels.dtype) == (np.uint8, np.int64)
    with pytest.raises(ValueError, match="'train' or 'test', got 'valid'"):
        download.mnist("valid")


def test_images_and_labels_that_do_not_belong_together_are_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
    arrays = (np.zeros((3, 28, 28)), np.zeros(4))
    offered = {name: server.offer(name, gzip.compress(idx(a))) for name, a in zip(names, arrays, strict=True)}
    monkeypatch.setattr(download, "MNIST", offered)
    with pytest.raises(ValueError, match=r"labels \(N,\), got \(3, 28, 28\) and \(4,\)"):
        download.mnist()


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (0,)])
def test_idx_of_any_shape(shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).integers(0, 256, shape)
    np.testing.assert_array_equal(download.read_idx(io.BytesIO(idx(array))), array)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "starts with 00 00 08, got "),
        (b"<htm", "got 3c 68 74 6d"),
        (b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0", "got 00 00 0d 01"),  # floats
        (b"\0\0\x08\x02\0\0\0\x02", "sizes of 2 axes, got 4 bytes"),
        (idx(np.zeros((2, 3)))[:-1], "2 × 3 bytes, got 5"),
        (idx(np.zeros((2, 3))) + b"\0", "2 × 3 bytes, got 7"),
    ],
)
def test_what_is_no_idx_file_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        download.read_idx(io.BytesIO(content))


# --- measured systems


def offer_silverbox(server: Server, monkeypatch: pytest.MonkeyPatch, rows: int, header: str = "V1,V2,") -> Any:
    """A table as in the archive: a header and an empty last column, an empty line at the end."""
    table = np.round(np.random.default_rng(0).normal(size=(rows, 2)), 5)
    text = "\n".join([header, *(f"{u!r},{y!r}," for u, y in table.tolist()), "", ""])
    archive = zipped("SilverboxFiles/SNLS80mV.csv", text)
    monkeypatch.setattr(download, "SILVERBOX", server.offer("SilverboxFiles.zip", archive))
    return table


def test_silverbox_is_cut_where_the_benchmark_says(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    table = offer_silverbox(server, monkeypatch, 127_500)
    parts = download.silverbox()
    borders = {"train": (40_650, 105_712), "multisine": (105_712, 127_400), "arrow": (100, 40_575)}
    for name, (first, end) in borders.items():
        part = getattr(parts, name)
        np.testing.assert_array_equal(np.stack([part.u, part.y], axis=1), table[first:end])
        assert 1 / part.dt == pytest.approx(610.35)


@pytest.mark.parametrize(
    ("rows", "header", "words"), [(500, "V1,V2,", "at least 127400"), (5, "A,B,", "V1, V2, got A, B")]
)
def test_another_silverbox_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch, rows: int, header: str, words: str
) -> None:
    offer_silverbox(server, monkeypatch, rows, header)
    with pytest.raises(ValueError, match=words):
        download.silverbox()


def test_an_archive_without_the_file_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "TANKS", server.offer("tanks.zip", zipped("CascadedTanksFiles/other.csv", "")))
    with pytest.raises(ValueError, match=r"dataBenchmark.csv in it, got .*other.csv"):
        download.tanks_benchmark()


def test_tanks_are_two_records_by_the_names_of_their_columns(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quoted names, the sampling time in the first row alone, an empty last column and line."""
    table = np.round(np.random.default_rng(0).uniform(0, 10, size=(30, 4)), 4)
    rows = [",".join(map(repr, row)) + (",4," if i == 0 else ",,") for i, row in enumerate(table.tolist())]
    text = "\n".join(['"uEst","uVal","yEst","yVal","Ts",', *rows, "", ""])
    monkeypatch.setattr(
        download, "TANKS", server.offer("tanks.zip", zipped("CascadedTanksFiles/dataBenchmark.csv", text))
    )
    train, test = download.tanks_benchmark()
    np.testing.assert_array_equal(np.stack([train.u, test.u, train.y, test.y], axis=1), table)
    assert train.dt == test.dt == 4


def test_the_tanks_table_may_lie_there_alone_with_the_right_numbers(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "TANKS", Source("tanks.zip", (NOWHERE,), "0" * 64))
    table = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    folder.mkdir()
    (folder / "dataBenchmark.csv").write_text("Ts,yVal,yEst,uVal,uEst\n4,4,3,2,1\n,8,7,6,5\n", "ascii")
    with pytest.raises(ValueError, match="expected the benchmark's numbers, SHA-256 c24c"):
        download.tanks_benchmark()
    monkeypatch.setattr(download, "TANKS_NUMBERS", hashlib.sha256(table.astype("<f8").tobytes()).hexdigest())
    train, test = download.tanks_benchmark()
    np.testing.assert_array_equal(np.stack([train.u, test.u, train.y, test.y], axis=1), table)


def test_a_missing_number_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '"uEst","uVal","yEst","yVal","Ts",\n1,2,3,nan,4,\n'
    monkeypatch.setattr(
        download, "TANKS", server.offer("tanks.zip", zipped("CascadedTanksFiles/dataBenchmark.csv", text))
    )
    with pytest.raises(ValueError, match="finite numbers"):
        download.tanks_benchmark()
