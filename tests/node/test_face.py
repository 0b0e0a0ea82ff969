"""What can be said about templates, scripts and styles without a browser: sizes, the strict policy, names that exist."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path

import pytest
from rjsmin import jsmin

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = PROJECT / "templates"
STATIC = PROJECT / "static"
# What goes to a browser; templates under print/ are set as PDF (foundation.typesetting) and never do.
PAGES = sorted(p for p in TEMPLATES.rglob("*.html") if p.read_text().startswith("{% extends") and "print" not in p.parts)
SCRIPT = re.compile(r"""<script[^>]*\bsrc="\{% static '([^']+\.js)' %\}""")
IMPORT = re.compile(r"""(?:from|^import) "(\./[^"]+|\.\./[^"]+)";""", re.MULTILINE)
LATER = re.compile(r"""import\("(\.[^"]+)"\)""")
KILOBYTE = 1024
GOAL, LIMIT = 20 * KILOBYTE, 25 * KILOBYTE


def text_of(page: Path) -> str:
    """A template with what it extends and includes by name."""
    text = page.read_text()
    for name in re.findall(r"""\{% (?:extends|include) "([^"]+)\"""", text):
        if (TEMPLATES / name).exists() and name != page.relative_to(TEMPLATES).as_posix() and "tree/_branch" not in name:
            text += text_of(TEMPLATES / name)
    return text


def scripts_of(page: Path, *, later: bool) -> set[Path]:
    """Scripts a page loads at once; with `later` also those that it fetches when somebody uses a part of it."""
    return _closure([STATIC / name for name in SCRIPT.findall(text_of(page))], later=later)


def needed_by(tool: Path) -> set[Path]:
    """A script that is fetched when somebody uses a part of a page, with all that it imports."""
    return _closure([tool], later=False)


def _closure(waiting: list[Path], *, later: bool) -> set[Path]:
    found: set[Path] = set()
    while waiting:
        script = waiting.pop().resolve()
        if script in found:
            continue
        found.add(script)
        source = script.read_text() if "vendor" not in script.parts else ""
        names = IMPORT.findall(source) + (LATER.findall(source) if later else [])
        waiting += [script.parent / name for name in names]
    return found


def weight(scripts: set[Path]) -> int:
    """Bytes over the line: each file without comments and compressed by itself, as ebehoerdenakte.static_files stores it."""
    return sum(len(gzip.compress(jsmin(script.read_text()).encode(), 9)) for script in scripts)


@pytest.mark.parametrize("script", sorted((STATIC / "js").rglob("*.js")), ids=lambda path: path.relative_to(STATIC).as_posix())
def test_a_script_means_the_same_without_its_comments(script: Path, tmp_path: Path) -> None:
    source, small = script.read_text(), tmp_path / "script.mjs"
    small.write_text(jsmin(source))

    assert subprocess.run(["node", "--check", str(small)], capture_output=True).returncode == 0
    without_comments = re.sub(r"(?m)^\s*(?:/?\*|//).*$|\s//.*$", "", source)
    for literal in re.findall(r"""`[^`]*`|"[^"\n]*\"""", without_comments):
        assert literal in small.read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TEMPLATES).as_posix())
class TestPage:
    def test_stays_light(self, page: Path) -> None:
        if page.name == "api_docs.html":
            pytest.skip("the documentation of the API comes with drf-spectacular's own assets")

        at_once = scripts_of(page, later=False)
        assert weight(at_once) <= GOAL
        for tool in scripts_of(page, later=True):
            assert weight(at_once | needed_by(tool)) <= LIMIT, tool

    def test_needs_no_exception_from_the_strict_policy(self, page: Path) -> None:
        text = text_of(page)

        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|\shx-on|javascript:", text)
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)


def test_every_drawn_icon_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "img" / "icons.svg").read_text()))
    used = {name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'\{% icon "([^"]+)"', path.read_text())}

    assert used
    assert used <= drawn


def test_every_button_that_opens_a_dialog_finds_one() -> None:
    text = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))

    assert set(re.findall(r'data-dialog="([\w-]+)"', text)) <= set(re.findall(r'\bid="([\w-]+)"', text))


def test_every_module_that_is_imported_exists() -> None:
    for script in (STATIC / "js").rglob("*.js"):
        source = script.read_text()

        assert all((script.parent / name).is_file() for name in IMPORT.findall(source) + LATER.findall(source)), script
