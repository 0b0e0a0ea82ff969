"""Every screen of the competence centre. See screen_checks.py for what is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.browsing import Browsing, Visitor
from tests.journeys.screen_checks import assert_light_german_and_without_errors, assert_no_violation_in_any_look, screens_shown
from tests.journeys.screens import SCREENS, Screen, Windows

pytestmark = pytest.mark.journey

SHOWN = [screen for screen in SCREENS if screen.town == "zentrum"]


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
