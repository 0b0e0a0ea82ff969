"""Every sentence that a person reads is translated: the message catalogue holds what the code and the templates say now."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

PROJECT = Path(__file__).resolve().parents[2]
CATALOGUE = PROJECT / "ebehoerdenakte" / "locale" / "de" / "LC_MESSAGES" / "django.po"
SOURCES = ("ebehoerdenakte", "foundation", "tenants", "records", "hotline", "training", "templates")
TRANSLATING = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """What Django's own makemessages makes of the catalogue and the sources, in a copy."""
    copy = tmp_path_factory.mktemp("sources")
    for name in (name for name in SOURCES if (PROJECT / name).is_dir()):
        shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "locale", "*.csv", "*.json"))
    target = copy / "locale" / "de" / "LC_MESSAGES"
    target.mkdir(parents=True)
    shutil.copy(CATALOGUE, target)
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "-l", "de", "--no-location", "-v", "0"]
    subprocess.run(command, cwd=copy, env=environment, check=True)
    return polib.pofile(str(target / "django.po"))


def texts(entries: list[polib.POEntry]) -> list[str]:
    return [entry.msgid for entry in entries]


def test_every_message_of_the_sources_is_in_the_catalogue(extracted: polib.POFile) -> None:
    known = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete}

    assert [entry.msgid for entry in extracted if not entry.obsolete and (entry.msgctxt, entry.msgid) not in known] == []


def test_every_message_is_translated_and_none_is_a_guess(extracted: polib.POFile) -> None:
    assert texts(extracted.untranslated_entries()) == []
    assert texts(extracted.fuzzy_entries()) == []


def test_placeholders_survive_translation(tmp_path: Path) -> None:
    checked = subprocess.run(["msgfmt", "--check", "-o", tmp_path / "de.mo", CATALOGUE], capture_output=True, text=True)

    assert checked.returncode == 0, checked.stderr


def test_no_message_is_built_before_it_is_translated() -> None:
    wrong = []
    for path in (path for name in SOURCES for path in (PROJECT / name).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            if isinstance(node, ast.Call) and name in TRANSLATING and any(not isinstance(word, ast.Constant) for word in node.args[:1]):
                wrong.append(f"{path.relative_to(PROJECT)}:{node.lineno}")

    assert wrong == [], "xgettext cannot read these: use a literal with named placeholders"
