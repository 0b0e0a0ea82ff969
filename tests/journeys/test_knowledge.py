"""The hotline's knowledge base: help while a subject is typed, an article written by keyboard, figures, the operators' screens."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.screens.hotline import webhook_of_the_centre

pytestmark = pytest.mark.journey


@pytest.fixture
def staff(visit: Callable[..., Visitor]) -> Visitor:
    return visit("agent", town="zentrum")


def small_and_dark(visitor: Visitor, name: str) -> None:
    """The same screen in a narrow window in the dark; it must not be wider than the window."""
    page = visitor.page
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.rest()
    visitor.picture(name)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


class TestWhileTyping:
    def test_an_article_helps_by_keyboard_and_no_request_is_made(self, staff: Visitor) -> None:
        page = staff.open("/anfragen/neu/")
        page.get_by_label("Betreff").focus()
        page.keyboard.type("Mein Scan ist nicht lesbar")
        expect(page.get_by_text("Vielleicht hilft das sofort:")).to_be_visible()
        expect(page.locator("#announcer")).to_contain_text("helfen")
        page.keyboard.press("Tab")
        expect(page.locator(".suggested__one summary").first).to_be_focused()
        page.keyboard.press("Enter")
        staff.picture("knowledge-01-suggested")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Das hilft").first).to_be_focused()
        page.keyboard.press("Enter")

        page.wait_for_url(re.compile("/wissen/[0-9a-f-]{36}/"))
        staff.rest()
        expect(page.get_by_text("Es wurde keine Anfrage gestellt.")).to_be_visible()
        staff.picture("knowledge-02-that-helped")
        small_and_dark(staff, "knowledge-03-article-small-and-dark")

    def test_what_does_not_fit_any_more_goes_away(self, staff: Visitor) -> None:
        page = staff.open("/anfragen/neu/")
        subject = page.get_by_label("Betreff")
        subject.fill("Mein Scan ist nicht lesbar")
        expect(page.locator(".suggested")).to_be_visible()

        subject.fill("Xylophon")

        expect(page.locator(".suggested")).to_be_hidden()


class TestWriting:
    def test_a_draft_out_of_a_ticket_gets_a_step_and_is_published(self, staff: Visitor) -> None:
        page = staff.open("/anfragen/?stand=closed")
        page.locator("main a.table__title").first.click()
        staff.rest()
        staff.picture("knowledge-04-ticket")
        page.locator("main").click(position={"x": 5, "y": 5})
        page.keyboard.press("g")
        page.keyboard.press("e")
        page.wait_for_url(re.compile("/wissen/[0-9a-f-]{36}/bearbeiten/"))
        staff.rest()
        staff.picture("knowledge-05-draft")

        page.get_by_label("Titel").fill("Trennblätter einzeln drucken")
        page.get_by_label("Kurz gesagt").fill("So kommt nur ein Trennblatt aufs Papier.")
        before = page.locator("[data-step]").count()
        page.get_by_role("button", name="Weiterer Schritt").click()
        expect(page.locator("[data-step]")).to_have_count(before + 1)
        page.locator("[data-step] textarea").last.fill("**Drucken** wählen, dann das Register.")
        page.locator("[data-step-up]").last.click()
        page.get_by_role("button", name="Entwurf speichern").click()
        page.wait_for_url(lambda address: "/bearbeiten/" not in address)
        staff.rest()
        expect(page.get_by_text("Das ist der Entwurf")).to_be_visible()
        page.get_by_role("button", name="Veröffentlichen").click()
        staff.rest()

        expect(page.get_by_text("Der Artikel ist veröffentlicht.")).to_be_visible()
        expect(page.locator(".article")).to_contain_text("Drucken wählen, dann das Register.")
        staff.picture("knowledge-06-published")

    def test_the_list_is_searched(self, staff: Visitor) -> None:
        page = staff.open("/wissen/")
        staff.picture("knowledge-07-list")
        page.keyboard.press("/")
        page.keyboard.type("steuerbescheid")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("q=steuerbescheid"))
        staff.rest()

        expect(page.locator("main mark").first).to_be_visible()
        staff.picture("knowledge-08-found")
        small_and_dark(staff, "knowledge-09-found-small-and-dark")

    def test_the_form_fits_a_small_window(self, staff: Visitor) -> None:
        staff.open("/wissen/neu/")

        small_and_dark(staff, "knowledge-10-form-small-and-dark")


class TestFigures:
    def test_are_read_as_charts_and_tables(self, staff: Visitor) -> None:
        page = staff.open("/statistik/")
        page.get_by_text("Als Tabelle").first.click()
        staff.picture("knowledge-11-figures")
        small_and_dark(staff, "knowledge-12-figures-small-and-dark")


class TestOperating:
    def test_queues_webhooks_and_municipalities_are_kept(self, visit: Callable[..., Visitor]) -> None:
        operator = visit("operator", town="zentrum")
        page = operator.open("/verwaltung/warteschlangen/")
        operator.picture("knowledge-13-queues")
        page.get_by_role("link", name="Technik").click()
        operator.rest()
        operator.picture("knowledge-14-queue")
        operator.open("/verwaltung/kommunen/")
        operator.picture("knowledge-15-municipalities")
        webhook_of_the_centre(operator)
        operator.picture("knowledge-16-webhook")
        operator.open("/verwaltung/warteschlangen/")
        small_and_dark(operator, "knowledge-17-queues-small-and-dark")
