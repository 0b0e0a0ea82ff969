"""A practice town over the whole installation: opened, and entered with the QR code of a slip."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import expect

from tenants import entering, practising, registry
from tests.journeys.browsing import Browsing, Visitor
from tests.journeys.mornings import in_the_dark_and_small
from tests.journeys.screen_checks import violations

pytestmark = pytest.mark.journey
FRAME = """() => { const style = getComputedStyle(document.body, "::after"), word = getComputedStyle(document.body, "::before");
  return [style.position, style.borderTopStyle, parseFloat(style.borderTopWidth) > 1, word.content] }"""
FRAMED = ["fixed", "dashed", True, '"Übungsumgebung"']


def aside(act: Callable[..., Any], **said: Any) -> Any:
    """Do something of the node's in a thread of its own: in this one runs the browser's loop, beside which Django opens no database."""

    def done() -> Any:
        try:
            return act(**said)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(done).result()


@pytest.fixture
def town(browsing: Browsing, django_db_blocker: Any) -> Iterator[practising.Opened]:
    """A town of the demo's Übungsstadt, made as the node makes it."""
    now = timezone.now()
    with django_db_blocker.unblock():
        people = {"course": str(uuid4()), "trainee": uuid4(), "name": "Erika Mußter", "until": now + timedelta(hours=2)}
        opened = aside(practising.open_town, golden="uebungsstadt", **people, at=now)
        time.sleep(registry.SECONDS_BETWEEN_LOOKS + 0.5)  # until then a web process may not know it yet
        yield opened
        aside(practising.end_town, town=practising.name_of(opened.number))


@pytest.fixture
def trainee(browsing: Browsing, town: practising.Opened) -> Iterator[Visitor]:
    port = urlsplit(browsing.sites.address("uebungsstadt")).port
    with browsing.visitor(base=f"http://{town.town.hosts[0]}:{port}") as visitor:
        yield visitor


class TestPracticeTown:
    def test_is_entered_by_a_slip_and_says_what_it_is(self, trainee: Visitor, town: practising.Opened) -> None:
        code = aside(entering.hand_out_slip, town=town.town, at=timezone.now())

        page = trainee.open(f"/uebung/zettel/#{code}")
        assert "#" not in page.url
        expect(page.get_by_label("Code auf Ihrem Zettel")).to_have_value(code)
        trainee.picture("practice-01-slip")
        assert violations(page) == []
        in_the_dark_and_small(trainee, "practice-01-slip")
        page.get_by_role("button", name="Übung beginnen").click()
        page.wait_for_url(lambda address: "/zettel/" not in address)
        trainee.rest()

        expect(page.get_by_role("region", name="Übungsumgebung")).to_contain_text("Diese Übungsstadt gehört Ihnen allein")
        expect(page.locator("header")).to_contain_text("Erika Mußter")
        assert page.evaluate(FRAME) == FRAMED
        trainee.picture("practice-02-desk")
        assert violations(page) == []
        in_the_dark_and_small(trainee, "practice-02-desk")
