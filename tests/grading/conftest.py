"""A server of PostgreSQL's, for tests in several files."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """A server of this session's; makes a database and gives its address."""
    if not BINARIES and "CI" not in os.environ:
        pytest.skip("no PostgreSQL: apt install postgresql")
    binaries = BINARIES[-1].parent
    psycopg = pytest.importorskip("psycopg")
    home = Path(f"/tmp/pg-{os.getpid()}")  # a socket's path must be short
    home.mkdir()
    user = []
    if os.getuid() == 0:  # which PostgreSQL refuses
        user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        shutil.chown(home, "nobody", "nogroup")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        try:
            order = [*user, str(binaries / "initdb"), "-D", "data", "-U", "course", "-A", "trust", "--no-sync"]
            subprocess.run(order, check=True, capture_output=True)
            options = f"-k {home} -c listen_addresses='' -c fsync=off"
            control = [*user, str(binaries / "pg_ctl"), "-D", str(home / "data"), "-w"]
            subprocess.run([*control, "-l", "log", "-o", options, "start"], check=True, capture_output=True)

            def new(name: str) -> str:
                with psycopg.connect(host=str(home), user="course", dbname="postgres", autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE {name}")
                return f"course@/{name}?host={home}"

            yield new
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)
        finally:
            shutil.rmtree(home, ignore_errors=True)
