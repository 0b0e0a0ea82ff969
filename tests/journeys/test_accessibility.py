"""axe-core on every screen, in light and dark, with forced colours, and 320 pixels wide; and no screen is forgotten."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.centre import route_table as centre
from tests.journeys.browsing import DESK, PHONE, Browsing
from tests.journeys.screens import SCREENS, Screen, Windows
from tests.node import route_table as node
from tests.routes import Route

pytestmark = pytest.mark.journey

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS: dict[str, tuple[dict[str, int], dict[str, Any]]] = {
    "light": (DESK, {"color_scheme": "light", "forced_colors": "none"}),
    "dark": (DESK, {"color_scheme": "dark", "forced_colors": "none"}),
    "forced": (DESK, {"color_scheme": "light", "forced_colors": "active"}),
    "320px": (PHONE, {"color_scheme": "light", "forced_colors": "none"}),
}
# Routes that answer a GET with bytes, data or a file: there is no page to look at.
NOT_A_SCREEN = {
    *("tenants:people_template", "tenants:coat_of_arms", "api_schema", "api_me", "api_substitutes"),
    *("records:index_suggestions", "records:external_jump"),  # the latter leads on, unless two files have one reference
    *("records:original", "records:version_original", "records:page_image", "records:page_tile", "records:page_words"),
    *("records:journal_review_export", "records:export_download", "records:file_index_pdf", "records:file_index_sheet"),
    *("hotline:attachment", "hotline:attachment_preview", "hotline:mail_original", "hotline:mail_file", "hotline:text_modules_offered"),
    "hotline:export_file",
    *("hotline:articles_offered", "hotline:tags_offered", "hotline:callers"),  # options of a combobox: looked at in test_words.py
    *("records:edition_export", "records:plan_export"),
    # Pages of a guest, whom only a consent lets in: axe looks at them in test_support_access.py.
    *("records:support_look", "records:support_sheet", "records:support_picture"),
    *("hotline:time_report_sheet", "hotline:time_report_pdf", "hotline:article_picture", "hotline:figures_sheet"),
    *(name for name in node.API if name.startswith("records_api:")),
    *(name for name in centre.EXPECTED if name.startswith("hotline_api:")),
}


@pytest.fixture(scope="module")
def windows(browsing: Browsing) -> Iterator[Windows]:
    made = Windows(browsing, reduced_motion="reduce")
    with made.stack:
        yield made


def violations(page: Page) -> list[str]:
    """What axe objects to, one line per element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    run = "(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'], preload: false }).then((result) => result.violations)"
    found: list[dict[str, Any]] = page.evaluate(run, TAGS)
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
        found += [f"{look}: {objection}" for objection in violations(page)]
    page.emulate_media(**LOOKS["light"][1])
    page.set_viewport_size(DESK)  # type: ignore[arg-type]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(("site", "table"), [("", node.EXPECTED), ("centre/", centre.EXPECTED)], ids=["node", "centre"])
def test_every_route_with_a_page_is_among_the_screens(site: str, table: dict[str, Route]) -> None:
    """That the tables hold every route of the URL confs is the matter of tests/node/test_routes.py and tests/centre/test_routes.py."""
    pages = {site + name for name, route in table.items() if any(call.method == "get" for call in route.calls)}
    shown = {route for screen in SCREENS for route in screen.routes}

    assert pages - shown - {site + name for name in NOT_A_SCREEN} == set()
