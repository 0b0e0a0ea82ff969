"""What is asked of every screen: axe-core in light and dark, with forced colours, and 320 pixels wide; light, without errors in script or policy,
one heading, one language, and in German."""

from __future__ import annotations

import gzip
import os
import re
import urllib.request
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils import translation
from playwright.sync_api import Page
from rjsmin import jsmin

from tests.journeys.browsing import DESK, PHONE, Browsing, Visitor
from tests.journeys.screens import Screen, Windows

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS: dict[str, tuple[dict[str, int], dict[str, Any]]] = {
    "light": (DESK, {"color_scheme": "light", "forced_colors": "none"}),
    "dark": (DESK, {"color_scheme": "dark", "forced_colors": "none"}),
    "forced": (DESK, {"color_scheme": "light", "forced_colors": "active"}),
    "320px": (PHONE, {"color_scheme": "light", "forced_colors": "none"}),
}

KILOBYTE = 1024
AT_ONCE, WITH_PARTS = 20 * KILOBYTE, 25 * KILOBYTE  # what a page loads by itself; what it has fetched when a part of it was used
# The documentation of the API is drf-spectacular's Swagger UI, in English, for people who write programs: its own script weighs some 450 KB.
FOREIGN = {"api-docs", "centre-api-docs"}
SCRIPTS = """() => {
  const loaded = performance.getEntriesByType("navigation")[0].loadEventEnd;
  const scripts = performance.getEntriesByType("resource").filter((entry) => /\\.js(\\?|$)/.test(entry.name));
  return scripts.map((entry) => [entry.name, entry.startTime <= loaded]);
}"""
SEEN_TEXT = """() => {
  const texts = [...document.querySelectorAll("[title], [aria-label], [placeholder], [alt]")]
    .flatMap((element) => ["title", "aria-label", "placeholder", "alt"].map((name) => element.getAttribute(name)));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("script, style")) texts.push(walker.currentNode.textContent);
  return [...texts, document.title].filter(Boolean).map((text) => text.trim().replace(/\\s+/g, " ")).filter(Boolean);
}"""
FADED = """() => Promise.allSettled(
  document.getAnimations().filter((animation) => animation instanceof CSSTransition).map((animation) => animation.finished)
)"""
GERMAN = {
    "login": ("Anmelden", "Benutzername", "Passwort"),
    "desk": ("Schreibtisch", "Aktenplan", "Neue Akte", "Zuletzt abgelegt"),
    "binder": ("Inhalt", "Hochladen", "Nächstes Blatt", "Original herunterladen", "Register"),
    "exports": ("Drucken und Abgeben", "Trennblätter", "Etwas auslassen"),
    "search-hits": ("Treffer", "Beste zuerst", "Neueste zuerst"),
    "people": ("Personen", "Neue Person", "Organisation"),
    "centre-start": ("Kompetenzzentrum",),
}


def violations(page: Page) -> list[str]:
    """What axe objects to, one line per element, once no colour is on its way from one look to another any more."""
    page.evaluate(FADED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    run = "(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'], preload: false }).then((result) => result.violations)"
    found: list[dict[str, Any]] = page.evaluate(run, TAGS)
    return [f"{rule['id']}: {node['html'][:160]} | {node['failureSummary'][:300]}" for rule in found for node in rule["nodes"]]


def screens_shown(browsing: Browsing, screens: list[Screen]) -> Iterator[Windows]:
    """Windows for the screens of a module, closed after the last of them."""
    assert screens
    made = Windows(browsing, reduced_motion="reduce")
    with made.stack:
        yield made


def assert_light_german_and_without_errors(visitor: Visitor, screen: Screen) -> None:
    """To be asked of a screen that was just loaded."""
    page = visitor.page
    scripts: dict[str, bool] = dict(page.evaluate(SCRIPTS))
    total = sum(weight(address) for address in scripts)
    at_once = sum(weight(address) for address, by_itself in scripts.items() if by_itself)
    troubles = visitor.watch.unexpected()
    assert not troubles, "\n".join(troubles)
    assert screen.name in FOREIGN or (at_once <= AT_ONCE and total <= WITH_PARTS), f"{at_once} bytes of JavaScript at once, {total} in all"
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator("h1").count() == 1
    assert re.search(r"\w.* · .*eBehördenakte$|eBehördenakte$", page.title())
    texts = " ".join(seen_texts(page))
    for word in GERMAN.get(screen.name, ()):
        assert word in texts
    english = english_of_ours(seen_texts(page))
    assert not english or screen.name in FOREIGN, english


def assert_no_violation_in_any_look(visitor: Visitor, screen: Screen) -> None:
    """axe in each of LOOKS; the window is as wide and as light as before when it is done."""
    page, found = visitor.page, list[str]()
    for look, (size, media) in LOOKS.items():
        page.emulate_media(**media)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.wait_for_timeout(60)
        if "EAKTE_SCREENSHOTS" in os.environ:
            visitor.picture(f"axe-{screen.name}-{look}")
        found += [f"{look}: {objection}" for objection in violations(page)]
    page.emulate_media(**LOOKS["light"][1])
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert not found, "\n".join(found)


@cache
def weight(address: str) -> int:
    """Bytes of a script over the line: compressed, ours without comments (ebehoerdenakte.static_files)."""
    parts = urlsplit(address)
    request = urllib.request.Request(f"http://127.0.0.1:{parts.port}{parts.path}", headers={"Host": parts.netloc})
    with urllib.request.urlopen(request, timeout=20) as answer:
        source = answer.read().decode()
    return len(gzip.compress((jsmin(source) if parts.path.startswith("/static/js/") else source).encode(), 9))


def seen_texts(page: Page) -> set[str]:
    texts: list[str] = page.evaluate(SEEN_TEXT)
    return set(texts)


@cache
def untranslated() -> frozenset[str]:
    """Sentences as they stand in templates and code, if German says them otherwise."""
    catalogue = translation.trans_real.translation("de")
    pairs = {key: said for key, said in catalogue._catalog.items() if isinstance(key, str)}
    german = set(pairs.values())
    return frozenset(key for key, said in pairs.items() if key not in german and len(key) > 3 and "%(" not in key and "{" not in key)


def english_of_ours(texts: set[str]) -> set[str]:
    """What is shown in English although there is German for it, or was never translated but looks like our English."""
    common = re.compile(r"\b(the|and|of|your|please|cannot|file|this|with|from|has been|not yet)\b", re.IGNORECASE)
    ours = {text for text in texts if text in untranslated()}
    return ours | {text for text in texts if len(common.findall(text)) >= 2}
