"""Kinds of pages and roles in words: what a clerk reads before she sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from tenants import handoff, roles, screens
from tests.factories import ClerkFactory
from tests.journeys.test_accessibility import NOT_A_SCREEN
from tests.node.route_table import EXPECTED

PAGES = [name for name, route in EXPECTED.items() if any(call.method == "get" for call in route.calls) and name not in NOT_A_SCREEN]


class TestTitle:
    @pytest.mark.parametrize("route", PAGES)
    def test_every_page_of_this_site_has_one_in_german(self, route: str) -> None:
        with translation.override("en"):
            english = screens.title(route)

        assert screens.title(route), "say in records/screen_names.py or tenants/screens.py how it is called"
        assert screens.title(route) != english or english in {"Person", "Organisation", "Journal"}

    def test_nothing_is_named_that_is_gone(self) -> None:
        assert set(screens._titles) - handoff._screens() == set()

    def test_what_nobody_named_has_none(self) -> None:
        assert screens.title("records:nichts") == screens.title("") == ""


class TestLabelOf:
    def test_is_the_roles_of_either_site_and_else_its_name(self) -> None:
        assert [roles.label_of(role) for role in ("clerk", "agent", "neu")] == ["Sachbearbeitung", "Hotline", "neu"]


class TestHelpPage:
    def test_says_in_words_what_is_sent_by_names(self, client_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(handoff, "centre_answers", lambda: True)

        page = client_of(ClerkFactory()).get("/hilfe/?von=records:file").content.decode()

        assert 'Akte <code class="small muted">records:file</code>' in page
        assert 'Sachbearbeitung <code class="small muted">clerk</code>' in page
