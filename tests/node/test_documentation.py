"""What the documents promise is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
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


def test_every_rule_of_the_field_is_shown_by_tests_that_exist():
    rules = (ROOT / "docs" / "rules.md").read_text()

    rows = [line for line in rules.splitlines() if line.startswith("| ") and not line.startswith("| Rule ")]
    named = {row: re.findall(r"`([\w/.]+::[\w:]+)`", row) for row in rows}

    assert len(rows) > 70
    assert [row for row, tests in named.items() if not tests] == []
    assert {test for tests in named.values() for test in tests} - set(names_below(ROOT / "tests" / "node")) == set()


def names_below(folder: Path) -> Iterator[str]:
    """Names of tests as pytest has them, without running anything."""
    for path in folder.rglob("test_*.py"):
        here = path.relative_to(folder).as_posix()
        for node in ast.parse(path.read_text()).body:
            members = node.body if isinstance(node, ast.ClassDef) else [node]
            kind = f"::{node.name}" if isinstance(node, ast.ClassDef) else ""
            yield from (f"{here}{kind}::{one.name}" for one in members if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"))
