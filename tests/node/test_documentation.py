"""What the documents promise is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_variable_of_the_settings_is_described():
    settings = "".join(path.read_text() for path in (ROOT / "ebehoerdenakte" / "settings").glob("*.py"))
    known = {f"EAKTE_{name}" for name in re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings)}

    described = set(re.findall(r"EAKTE_[A-Z_]+", (ROOT / "docs" / "operating.md").read_text()))

    assert known - described == set()


def test_the_readme_links_to_files_that_exist():
    readme = (ROOT / "README.md").read_text()

    for target in re.findall(r"\]\(([^)]+)\)", readme):
        assert (ROOT / target).exists(), target


def test_every_decision_is_numbered_once():
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]

    assert sorted(numbers) == [f"{n:04}" for n in range(1, len(numbers) + 1)]
