"""What the tests in the browser share."""

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def browser() -> list[str]:
    """Node.js, and the path of Chromium. Without one the test is skipped; in continuous integration it fails."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        message = "no Chromium on the path and none named by CHROMIUM: pages not opened"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    sys.path.append(str(ROOT / "book" / "_ext"))
    from course_node import install, node

    install()
    return [str(node()), chromium]
