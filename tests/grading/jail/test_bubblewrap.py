"""Where no jail can be built, no code of students is run, and what to do is said."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from rnncourse.grading.jail import bubblewrap


def test_without_bubblewrap_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(bubblewrap.NoJailError, match="apt install bubblewrap"):
        bubblewrap.command(["true"], 2**20)


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
def test_a_machine_that_forbids_namespaces_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(self: Path, text: str) -> Any:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "write_text", forbidden)
    with pytest.raises(bubblewrap.NoJailError, match=r"no user namespace can be made here .*Operation not permitted"):
        bubblewrap.two_users()


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux's")
def test_what_bubblewrap_says_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "command", lambda *arguments: ["sh", "-c", "echo 'bwrap: cannot' >&2; exit 1"])
    monkeypatch.setattr(bubblewrap, "two_users", lambda: None)
    with pytest.raises(bubblewrap.NoJailError, match="It said:\nbwrap: cannot"):
        bubblewrap.start()


def test_the_jail_shows_no_folder_of_the_course_but_the_package() -> None:
    course = Path(bubblewrap.PACKAGE).parent
    shown = [Path(folder) for folder in bubblewrap.folders()]
    assert not [folder for folder in shown if course == folder or folder in course.parents]
    assert not [folder for folder in shown if folder.name in ("assignments", "tests")]
