"""The report of a graded class in Chromium: light and dark, wide and narrow, whatever students call themselves."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncourse.grading.report.analysis import Standing, analyse
from rnncourse.grading.report.render import html
from tests.book.watched import printed

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = [
    "<script>document.body.remove()</script>",
    '"><img src=//x.invalid onerror=alert(1)>',
    "\u202eevil",
    "x" * 10_000,
]
SORT = """
import { chromium } from "playwright-core";
const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
await page.goto(process.argv[3]);
const head = page.getByRole("columnheader", { name: "Mean" });
const seen = [];
for (let i = 0; i < 2; i++) {
  await head.getByRole("button").press("Enter");
  const shares = await page.locator("[aria-label=Items] tbody td:nth-child(4)").allInnerTexts();
  seen.push([await head.getAttribute("aria-sort"), shares]);
}
console.log(JSON.stringify(seen));
await browser.close();
"""


def wrong(number: float, text: str) -> dict[str, Any]:
    """What a wrong answer gave that nobody knows."""
    shown = f"1 was expected: {text}"
    return {"exercise": "rnn.cell", "kept": [[[number]]], "shown": shown, "parts": [text], "said": [text, "h differs."]}


def entries(n: int, names: list[str]) -> list[dict[str, Any]]:
    """A class with something of everything."""
    points = np.random.default_rng(n).integers(0, 11, (n, 12))
    return [
        {
            "student": f"{names[i % len(names)]}{i}",
            "name": "rnn",
            "most": {f"test-{j}": 10 for j in range(12)},
            "scores": {f"test-{j}": int(p) for j, p in enumerate(row)},
            "mistakes": {"test-0": ["rnn.forward:R4"]},
            "called": {"rnn.forward:R4": [names[i % len(names)], "Where does the state start?"]},
            "unnamed": {"test-1": [wrong(float(i % 4), names[i % len(names)])] * (i % 3 == 0)},
            "seconds": 0.1,
            "slowest": ["test-1", 0.1],
            **{
                kind: [f"said of {names[i % len(names)]}"] * (i % 5 == 0)
                for kind in ("stopped", "suspicious", "mended")
            },
            "unreadable": "No notebook." if i % 50 == 49 else "",
        }
        for i, row in enumerate(points)
    ]


CLASSES = {"none": [], "one": entries(1, ["ada"]), "many": entries(200, ["ada"]), "hostile": entries(40, HOSTILE)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page for each class."""
    made = tmp_path_factory.mktemp("reports")
    for name, found in CLASSES.items():
        standings = [Standing(one["student"], 7.5, 120, 0.5, 1) for one in found]
        (made / f"{name}.html").write_text(html(analyse(found, True, standings), HOSTILE[0]), encoding="utf-8")
    return made


def test_in_the_browser(browser: list[str], folder: Path) -> None:
    node, chromium = browser
    script = str(Path(__file__).with_name("browser.mjs"))
    pages = [f"{name}.html" for name in CLASSES]
    results = printed([node, script, chromium, folder.as_uri(), *pages])
    assert len(results) == 4 * len(pages)
    for result in results:
        assert [url for url in result["requests"] if url != "data:,"] == [f"{folder.as_uri()}/{result['name']}"]
        assert result["errors"] == []
        assert result["violations"] == [], result["mode"]
        assert result["sideways"] <= 0, f"{result['name']} scrolls sideways: {result['mode']}"


def test_tables_are_sorted_by_a_key(browser: list[str], folder: Path) -> None:
    node, chromium = browser
    script = ["--input-type=module", "-", chromium, (folder / "many.html").as_uri()]
    done = subprocess.run([node, *script], input=SORT, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    (down, first), (up, second) = json.loads(done.stdout)
    shares = [int(text.removesuffix("%")) for text in first]
    assert (down, up) == ("descending", "ascending")
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) > 3
    assert second == first[::-1]
