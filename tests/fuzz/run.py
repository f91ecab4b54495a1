"""Coverage-guided fuzzing by atheris: ``python tests/fuzz/run.py --seconds 600 [codec graft reader sanitise journal]``.

What it learns is kept in ``--corpus`` (a folder for each target), where the next run goes on. An input that breaks
something is written to ``crash-…`` there, and ``--replay FILE`` runs it alone.
"""

from __future__ import annotations

import argparse
import importlib
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MEMORY = 2**29  # bytes that an input may take
INSTRUMENTED = {
    "codec": ["rnncourse.grading.wall.codec"],
    "graft": ["rnncourse.grading.submission.graft"],
    "reader": ["rnncourse.grading.submission.reader"],
    "sanitise": ["rnncourse.grading.submission.sanitise", "imagesize", "mistune", "nbconvert.filters"],
    "journal": ["rnncourse.grading.batch.jobs"],
}


def seeds(folder: Path) -> None:
    """Inputs to begin with: bytes by chance, of many lengths."""
    chance = random.Random(1)
    for i in range(200):
        (folder / f"seed-{i}").write_bytes(bytes([i % 8]) + chance.randbytes(2 ** (i % 10)))


def child(target: str, rest: list[str]) -> None:
    """Fuzz in this process; atheris ends it."""
    import atheris

    sys.path.insert(0, str(HERE))
    with atheris.instrument_imports(include=INSTRUMENTED[target]):
        from targets import TARGETS
    if target == "codec":
        importlib.import_module("torch")  # before memory is limited
    data = int(Path("/proc/self/status").read_text().partition("VmData:")[2].split()[0]) * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (data + MEMORY, data + MEMORY))
    atheris.Setup([sys.argv[0], *rest], TARGETS[target])
    atheris.Fuzz()


def fuzz(target: str, corpus: Path, seconds: int, runs: int) -> int:
    """Fuzz in a process of its own; its exit status."""
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        seeds(folder)
    options = [f"-max_total_time={seconds}", f"-runs={runs}", "-timeout=60", "-max_len=2048", "-seed=1"]
    options += ["-rss_limit_mb=4096", "-print_final_stats=1", f"-artifact_prefix={corpus}/", str(folder)]
    return subprocess.run([sys.executable, __file__, "--child", target, *options], check=False).returncode


def main() -> int:
    """Fuzz one target after another."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", default=list(INSTRUMENTED))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--runs", type=int, default=-1, help="inputs for each target, -1 for as many as there is time")
    parser.add_argument("--corpus", type=Path, help="a folder to keep what was learnt; a temporary one otherwise")
    parser.add_argument("--replay", type=Path, help="run the target on this file alone")
    asked = parser.parse_args()
    if asked.replay:
        sys.path.insert(0, str(HERE))
        from targets import TARGETS

        TARGETS[asked.targets[0]](asked.replay.read_bytes())
        return 0
    with tempfile.TemporaryDirectory() as folder:
        corpus = asked.corpus or Path(folder)
        failed = [target for target in asked.targets if fuzz(target, corpus, asked.seconds, asked.runs)]
    print("broken: " + ", ".join(failed) if failed else "nothing broke")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
