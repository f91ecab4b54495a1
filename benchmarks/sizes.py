"""What each page asks of a reader and of a browser, as hosts of pages send them. It needs a book: ``make book``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator

from lxml import html

from benchmarks.harness import Effort, Row
from benchmarks.pages import BUILT, KINDS, ROOT, browser, served
from rnncourse.chapters import chapters, pages

FENCE = re.compile(r"^(```|:::).*?^\1$", re.MULTILINE | re.DOTALL)
FRONT = re.compile(r"\A---\n.*?^---\n", re.MULTILINE | re.DOTALL)
LEAST_QUICK = 3  # pages, where the question is whether it runs


def words(name: str) -> int:
    """The words of a page's text, without code, figures and front matter; 0 of a page that the build makes."""
    source = ROOT / "book" / f"{name}.md"
    text = source.read_text(encoding="utf-8") if source.is_file() else ""
    return 0 if name.startswith("api/") else len(FENCE.sub("", FRONT.sub("", text)).split())


def seconds(name: str) -> int:
    """What the execution of a page's cells took, as the page says it; 0 where it has none."""
    page = html.parse(str(BUILT / f"{name}.html"), html.HTMLParser(encoding="utf-8"))
    said = " ".join(p.text_content() for p in page.xpath("//p[@class='execution-time']"))
    found = re.search(r"ran in (\d+) s", said)
    return int(found[1]) if found else 0


def rows(effort: Effort) -> Iterator[Row]:
    """A row a page: each of the book, and of the reference the one that Lighthouse looks at."""
    sys.path.append(str(ROOT / "book" / "_ext"))
    from course_node import install, node

    if (chromium := browser()) is None:
        return
    install()
    names = [*pages(ROOT), KINDS["reference"]][: None if effort.seconds else LEAST_QUICK]
    of_chapters = {page for chapter in chapters(ROOT) for page in chapter.pages}
    script = ROOT / "benchmarks" / "sizes.mjs"
    with served() as book:
        command = [str(node()), str(script), chromium, book, *names]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                seen = json.loads(line)
                name, first, whole, nodes = seen["name"], seen["first"] / 1000, seen["whole"] / 1000, seen["nodes"]
                most = 1500 if name in of_chapters else None
                numbers = [f"{words(name):,}", f"{first:.0f}", f"{whole:.0f}", f"{nodes:,}", f"{seconds(name)}"]
                yield {
                    "what": name,
                    "value": whole,
                    "unit": "KB",
                    "text": " / ".join(numbers),
                    "target": f"≤ {most or '–'} / 250 / 600 / 5000 / –",
                    "reached": words(name) <= (most or words(name)) and first <= 250 and whole <= 600 and nodes <= 5000,
                }
        if process.returncode:
            raise RuntimeError(f"sizes.mjs ended with {process.returncode}; its message is above")
