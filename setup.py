"""What pyproject.toml cannot say: README.md without links to files beside it; what the wheel has from elsewhere."""

import re
import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))
from rnncourse import assignments  # noqa: E402 - of this checkout; needs nothing else

readme = (ROOT / "README.md").read_text(encoding="utf-8")


class Build(build_py):
    """Puts kept results and released assignments, without solutions, into the wheel; a checkout reads its own."""

    def run(self) -> None:
        """Copy the modules, then these."""
        super().run()
        if not self.editable_mode:
            packed = Path(self.build_lib, "rnncourse", "packed")
            if (ROOT / "results").is_dir():
                shutil.copytree(ROOT / "results", packed / "results", dirs_exist_ok=True)
            assignments.pack(ROOT, packed / "assignments")


setup(
    cmdclass={"build_py": Build},
    long_description=re.sub(r"!?\[([^\]]*)\]\((?!https?://)[^)]*\)", r"\1", readme),
    long_description_content_type="text/markdown",
)
