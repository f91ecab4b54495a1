"""What tests in several files use."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbclient import NotebookClient


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
