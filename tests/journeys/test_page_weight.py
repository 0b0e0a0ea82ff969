"""Every screen: light, without errors in script or policy, one heading, one language, and in German."""

from __future__ import annotations

import gzip
import re
import urllib.request
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.utils import translation
from playwright.sync_api import Page
from rjsmin import jsmin

from tests.journeys.browsing import Browsing
from tests.journeys.screens import SCREENS, Screen, Windows

pytestmark = pytest.mark.journey

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
GERMAN = {
    "login": ("Anmelden", "Benutzername", "Passwort"),
    "desk": ("Schreibtisch", "Aktenplan", "Neue Akte", "Zuletzt abgelegt"),
    "binder": ("Inhalt", "Hochladen", "Nächstes Blatt", "Original herunterladen", "Register"),
    "exports": ("Drucken und Abgeben", "Trennblätter", "Etwas auslassen"),
    "search-hits": ("Treffer", "Beste zuerst", "Neueste zuerst"),
    "people": ("Personen", "Neue Person", "Organisation"),
    "centre-start": ("Kompetenzzentrum",),
}


@pytest.fixture(scope="module")
def windows(browsing: Browsing) -> Iterator[Windows]:
    made = Windows(browsing)
    with made.stack:
        yield made


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


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_is_light_and_without_errors(windows: Windows, screen: Screen) -> None:
    visitor = windows.show(screen)
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
    assert english_of_ours(seen_texts(page)) == set() or screen.name in FOREIGN


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
