"""Programs of the tests in the browser, which print a line of JSON for each thing that they have seen."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from typing import Any


def printed(command: list[str], quiet: float = 240, **options: Any) -> list[Any]:
    """What a program printed, line by line.

    There is no limit to the whole, which grows with the book: a program is ended when it prints nothing for ``quiet``
    seconds. The failure then names the last line, and has what stands on its standard error.
    """
    found: list[Any] = []
    stalled = threading.Event()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": errors, "text": True, "encoding": "utf-8"}
        with subprocess.Popen(command, **streams, **options) as process:
            assert process.stdout is not None

            def end() -> None:
                stalled.set()
                process.kill()

            def watch() -> threading.Timer:
                timer = threading.Timer(quiet, end)
                timer.start()
                return timer

            timer = watch()
            try:
                for line in process.stdout:
                    timer.cancel()
                    found.append(json.loads(line))
                    timer = watch()
                status = process.wait()
            except BaseException:
                process.kill()
                raise
            finally:
                timer.cancel()
        errors.seek(0)
        wrong = errors.read()[-3000:]
    seen = f"{len(found)} lines, the last: {json.dumps(found[-1])[:200] if found else 'none'}\n{wrong}"
    assert not stalled.is_set(), f"nothing for {quiet:g} s after {seen}"
    assert status == 0, f"it ended with status {status} after {seen}"
    return found
