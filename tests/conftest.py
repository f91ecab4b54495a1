"""What tests in several files use."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from nbclient import NotebookClient

from rnncourse import checks
from rnncourse.grading.jail.bubblewrap import NoJailError
from rnncourse.grading.jail.nursery import Nursery

ROOT = Path(__file__).parents[1]

hypothesis.settings.register_profile("tests", deadline=None)  # how long an example takes is the machine's affair
hypothesis.settings.load_profile("tests")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a shell; what tests start would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks know nothing of each other and count no failures, even where a shell of IPython's was made before."""
    monkeypatch.setattr(checks, "in_notebook", lambda: False)


@pytest.fixture
def no_pages(tmp_path: Path) -> Path:
    """A checkout with all that a book is built by, and no page."""
    for name in ("book/_ext", "book/_figures", "book/_live", "book/_static", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("_config.yml", "book/references.bib", "package.json", "package-lock.json", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture(scope="session")
def jailed() -> None:
    """The jail can be built here. Where a machine forbids it the test is skipped.

    In continuous integration, which installs bubblewrap and lets it work, that is a failure.
    """
    try:
        Nursery().close()
    except NoJailError as error:
        if "CI" in os.environ:
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Torch adds up in one order. Several threads share a sum out by what is idle, and its last digits change."""
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def run_notebook() -> Iterator[Callable[[NotebookClient], None]]:
    """Execute a notebook over sockets in a folder of its own: kernels that start together can race for a TCP port."""
    with tempfile.TemporaryDirectory() as sockets:

        def run(client: NotebookClient) -> None:
            if os.name == "posix":
                manager = client.create_kernel_manager()
                manager.connection_file, manager.transport = str(Path(sockets, "kernel.json")), "ipc"
            client.execute()

        yield run
