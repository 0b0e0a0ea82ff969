"""Every screen of the node, and that none of either site is forgotten. See screen_checks.py for what is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.centre import route_table as centre
from tests.journeys.browsing import Browsing, Visitor
from tests.journeys.screen_checks import assert_light_german_and_without_errors, assert_no_violation_in_any_look, screens_shown
from tests.journeys.screens import SCREENS, Screen, Windows
from tests.node import route_table as node
from tests.routes import Route

pytestmark = pytest.mark.journey

SHOWN = [screen for screen in SCREENS if screen.town != "zentrum"]
# Routes that answer a GET with bytes, data or a file: there is no page to look at.
NOT_A_SCREEN = {
    *("tenants:people_template", "tenants:coat_of_arms", "api_schema", "api_me", "api_substitutes"),
    *("records:index_suggestions", "records:external_jump"),  # the latter leads on, unless two files have one reference
    *("records:original", "records:version_original", "records:page_image", "records:page_tile", "records:page_words"),
    *("records:journal_review_export", "records:export_download", "records:file_index_pdf", "records:file_index_sheet"),
    *("hotline:attachment", "hotline:attachment_preview", "hotline:mail_original", "hotline:mail_file", "hotline:text_modules_offered"),
    *("hotline:export_file", "training:feed", "centre_api:sites"),
    *("hotline:articles_offered", "hotline:tags_offered", "hotline:callers"),  # options of a combobox: looked at in test_words.py
    *("records:edition_export", "records:plan_export", "records:exercise_paper"),
    # Whom her node handed over, or an invitation let in: axe looks at these in test_training_towns.py.
    *("training:my_people", "training:my_person", "training:people_list", "training:list_template", "training:invitations"),
    *("training:approvals", "training:replace", "training:invitation_prove"),
    # Pages of a guest, whom only a consent lets in: axe looks at them in test_support_access.py.
    *("records:support_look", "records:support_sheet", "records:support_picture"),
    "tenants:practice_slip",  # in trainees' towns only: axe looks at it in test_practice_town.py
    *("hotline:time_report_sheet", "hotline:time_report_pdf", "hotline:article_picture", "hotline:figures_sheet"),
    *("training:certificate", "training:certificates_print", "training:certificates_progress", "training:figures_sheet"),
    "training:personal_certificate",
    *(name for name in node.API if name.startswith("records_api:")),
    *(name for name in centre.EXPECTED if name.startswith(("hotline_api:", "training_api:"))),
}


@pytest.fixture(scope="module")
def windows(browsing: Browsing) -> Iterator[Windows]:
    yield from screens_shown(browsing, SHOWN)


@pytest.fixture(scope="module", params=SHOWN, ids=lambda screen: screen.name)
def shown(request: pytest.FixtureRequest, windows: Windows) -> tuple[Visitor, Screen]:
    """Loaded once for both tests, which stand together."""
    return windows.show(request.param), request.param


def test_a_screen_is_light_german_and_without_errors(shown: tuple[Visitor, Screen]) -> None:
    assert_light_german_and_without_errors(*shown)


def test_a_screen_has_no_violation_in_any_look(shown: tuple[Visitor, Screen]) -> None:
    assert_no_violation_in_any_look(*shown)


@pytest.mark.parametrize(("site", "table"), [("", node.EXPECTED), ("centre/", centre.EXPECTED)], ids=["node", "centre"])
def test_every_route_with_a_page_is_among_the_screens(site: str, table: dict[str, Route]) -> None:
    """That the tables hold every route of the URL confs is the matter of tests/node/test_routes.py and tests/centre/test_routes.py."""
    pages = {site + name for name, route in table.items() if any(call.method == "get" for call in route.calls)}
    shown = {route for screen in SCREENS for route in screen.routes}

    assert pages - shown - {site + name for name in NOT_A_SCREEN} == set()
