"""axe-core on every screen, in light and dark, with forced colours, and 320 pixels wide; and no screen is forgotten."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.journeys.browsing import DESK, PHONE, Browsing
from tests.journeys.screens import SCREENS, Screen, Windows

pytestmark = pytest.mark.journey

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS: dict[str, tuple[dict[str, int], dict[str, Any]]] = {
    "light": (DESK, {"color_scheme": "light", "forced_colors": "none"}),
    "dark": (DESK, {"color_scheme": "dark", "forced_colors": "none"}),
    "forced": (DESK, {"color_scheme": "light", "forced_colors": "active"}),
    "320px": (PHONE, {"color_scheme": "light", "forced_colors": "none"}),
}
COLOURS = {"dark", "forced"}  # the page is that of "light": what else there is to say has been said
RULES_OF_COLOURS = ["color-contrast", "link-in-text-block"]
# Routes that answer with bytes, with a fragment, or only to a POST: there is no page to look at.
NOT_A_SCREEN = {
    *("tenants:logout", "tenants:preferences", "tenants:people_template", "tenants:person_slip", "tenants:person_unlock"),
    *(
        "tenants:person_leave",
        "tenants:person_reactivate",
        "tenants:office_deactivate",
        "tenants:office_reactivate",
        "tenants:coat_of_arms",
    ),
    *("pages:feedback_done", "records:erasure_approve", "records:erasure_ask", "records:file_close", "records:file_reopen"),
    *("records:file_cancel", "records:file_restrict", "records:remember", "records:original", "records:read_again", "records:page_image"),
    *("records:page_tile", "records:page_words"),
}


@pytest.fixture(scope="module")
def windows(browsing: Browsing) -> Iterator[Windows]:
    made = Windows(browsing, reduced_motion="reduce")
    with made.stack:
        yield made


def violations(page: Page, *, only_colours: bool) -> list[str]:
    """What axe objects to, one line per element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    what = {"type": "rule", "values": RULES_OF_COLOURS} if only_colours else {"type": "tag", "values": TAGS}
    run = "(what) => axe.run(document, { runOnly: what, resultTypes: ['violations'] }).then((result) => result.violations)"
    found: list[dict[str, Any]] = page.evaluate(run, what)
    return [f"{rule['id']}: {node['html'][:160]} | {node['failureSummary'][:300]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_has_no_violation_in_any_look(windows: Windows, screen: Screen) -> None:
    visitor = windows.show(screen)
    page = visitor.page
    found: list[str] = []
    for look, (size, media) in LOOKS.items():
        page.emulate_media(**media)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.wait_for_timeout(60)
        if "EAKTE_SCREENSHOTS" in os.environ:
            visitor.picture(f"axe-{screen.name}-{look}")
        found += [f"{look}: {objection}" for objection in violations(page, only_colours=look in COLOURS)]
    page.emulate_media(**LOOKS["light"][1])
    page.set_viewport_size(DESK)  # type: ignore[arg-type]

    assert not found, "\n".join(found)


def names_of(resolver: URLResolver | URLPattern, namespace: str = "") -> Iterator[str]:
    if isinstance(resolver, URLPattern):
        yield f"{namespace}:{resolver.name}"
        return
    for below in resolver.url_patterns:
        yield from names_of(below, resolver.namespace or namespace)


def test_every_route_with_a_page_is_among_the_screens() -> None:
    routes = {name for name in names_of(get_resolver()) if name.split(":")[0] in ("tenants", "pages", "records")}
    shown = {route for screen in SCREENS for route in screen.routes}

    assert routes - shown - NOT_A_SCREEN == set()
