"""The agent's words and the telephone: tags, articles behind "??", and who is calling; all of it by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import monotonic
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import DESK, PHONE, Visitor
from tests.journeys.screen_checks import violations

pytestmark = pytest.mark.journey

TICKET = re.compile(r"/anfragen/[0-9a-f-]{36}/")


@pytest.fixture
def staff(visit: Callable[..., Visitor]) -> Visitor:
    return visit("agent", town="zentrum")


def small_and_dark(visitor: Visitor, name: str) -> None:
    """The same screen in a narrow window in the dark: not wider than the window, and nothing for axe to object to."""
    page = visitor.page
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.rest()
    visitor.picture(name)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def of_a_ticket(staff: Visitor, words: str) -> Page:
    """A ticket that is found by words, with nothing focused."""
    page = staff.open(f"/anfragen/?q={words}")
    page.locator("main a.table__title").first.click()
    page.wait_for_url(TICKET)
    staff.rest()
    return page


class TestTags:
    def test_are_put_on_and_taken_off_by_keyboard_beside_an_answer_that_is_not_held_up(
        self, staff: Visitor, visit: Callable[..., Visitor]
    ) -> None:
        operator, name = visit("operator", town="zentrum"), f"Eilig {uuid4().hex[:5]}"
        page = operator.open("/verwaltung/schlagwoerter/")
        page.get_by_label("Name", exact=True).fill(name)
        page.keyboard.press("Enter")
        operator.rest()
        expect(page.locator("main .lines")).to_contain_text(name)
        operator.picture("words-01-list-of-tags")
        small_and_dark(operator, "words-02-list-of-tags-small-and-dark")

        page = of_a_ticket(staff, "Tastenkürzel")
        page.keyboard.press("i")
        page.keyboard.type("Das ist der dritte Fall dieser Art.")
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        expect(page.locator("#shortcuts-help")).to_contain_text("Schlagwort vergeben")
        page.keyboard.press("Escape")
        page.keyboard.press("s")
        expect(page.locator("#tag-input")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#tag-options [role=option]").first).to_be_visible()
        page.keyboard.type("eilig")
        page.wait_for_function("name => document.querySelector('#tag-options [role=option]')?.textContent === name", arg=name)
        staff.picture("words-03-tag-offered")
        assert violations(page) == []
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator(".tags__list")).to_contain_text(name)
        expect(page.locator("#tag-input")).to_be_focused()
        expect(page.locator("#announcer")).to_contain_text(name)
        staff.picture("words-04-tag-on")
        small_and_dark(staff, "words-05-ticket-small-and-dark")

        page.get_by_role("button", name="Internen Vermerk eintragen").click()
        staff.rest()
        expect(page.locator(".said")).to_contain_text("Das ist der dritte Fall dieser Art.")
        page.get_by_role("link", name="Anfragen").last.click()
        staff.open("/anfragen/?stand=")
        page.get_by_label("Schlagwort").select_option(label=name)
        page.get_by_role("button", name="Filtern").click()
        staff.rest()
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody .tag").filter(has_text=name)).to_have_count(1)
        staff.picture("words-06-filtered")
        small_and_dark(staff, "words-07-filtered-small-and-dark")

        page.locator("main a.table__title").first.click()
        page.wait_for_url(TICKET)
        page.get_by_role("button", name=f"„{name}“ abnehmen").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".tags").get_by_text(name)).to_have_count(0)


class TestArticles:
    def test_are_put_into_an_answer_and_those_of_the_hotline_into_a_note_only(self, staff: Visitor) -> None:
        page = of_a_ticket(staff, "Blattnummern")
        page.keyboard.press("i")
        text = page.get_by_label("Text", exact=True)
        page.keyboard.type("Siehe ??gesperrt")
        expect(page.locator("#modules .pill").first).to_have_text("Nur Hotline")
        staff.picture("words-08-articles-for-a-note")
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(page.locator("#modules")).to_be_hidden()

        text.fill("")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("r")
        page.keyboard.type("Guten Tag, hier steht es: ??scan")
        expect(page.locator("#modules [role=option]").first).to_be_visible()
        expect(page.locator("#modules .pill")).to_have_count(0)
        expect(text).to_have_attribute("aria-activedescendant", "module-0")
        staff.picture("words-09-articles-for-an-answer")
        title = page.locator("#modules [role=option]").first.inner_text()
        page.keyboard.press("Enter")
        expect(text).to_have_value(re.compile(r"^Guten Tag, hier steht es: .+: http://zentrum\.localhost:\d+/wissen/[0-9a-f-]{36}/$"))
        assert text.input_value().split(": ")[1] in title
        page.keyboard.press("Control+Enter")
        staff.rest()
        page.locator(".said__one").last.get_by_role("link", name=re.compile("wissen")).click()
        page.wait_for_url(re.compile("/wissen/"))
        staff.rest()
        expect(page.locator(".article")).to_be_visible()


class TestTelephone:
    def test_a_number_in_another_spelling_finds_who_is_calling_in_ten_seconds(self, staff: Visitor) -> None:
        page = staff.open("/anfragen/")
        begun = monotonic()
        page.keyboard.press("a")
        page.wait_for_url("**/anfragen/neu/")
        expect(page.get_by_role("combobox", name="Telefonnummer, Name oder Ort")).to_be_focused()
        page.keyboard.type("+49 (0)2151/8647-11")
        expect(page.get_by_role("option", name="Iris Kowalski")).to_be_visible()
        staff.picture("words-10-caller-found")
        assert violations(page) == []
        page.keyboard.press("Enter")
        expect(page.get_by_label("Betreff")).to_be_focused()
        expect(page.get_by_role("radio", name="Iris Kowalski")).to_be_checked()
        page.keyboard.type("Ruft wegen der Trennblätter zurück")
        page.get_by_label("Worum geht es?").fill("Sie ist bis 16 Uhr zu erreichen.")
        staff.picture("words-11-caller-chosen")
        page.get_by_role("button", name="Aufnehmen", exact=True).click()
        page.wait_for_url(TICKET)
        assert monotonic() - begun < 30  # a person has ten seconds; this machine has two slow processors for three processes and a browser
        expect(page.locator("h1 + p")).to_contain_text("Iris Kowalski")

    def test_somebody_unknown_becomes_a_contact_and_whoever_has_her_number_is_proposed_first(self, staff: Visitor) -> None:
        page, number = staff.open("/anfragen/neu/"), f"0999 {uuid4().int % 10**7:07}"
        for name, wanted in (("Berta Brandt", True), ("Carla Clemens", False)):
            staff.open("/anfragen/neu/")
            page.keyboard.type(number)
            options = page.locator("#callers [role=option]")
            expect(options).to_have_count(1 if wanted else 2)
            page.keyboard.press("ArrowUp")
            page.keyboard.press("Enter")
            expect(page.get_by_label("Telefon", exact=True)).to_have_value(number)
            expect(page.get_by_label("Name", exact=True)).to_be_focused()
            page.keyboard.type(name)
            page.get_by_label("Kommune", exact=True).first.select_option(label="Musterstadt")
            page.get_by_label("Betreff").fill("Konto gesperrt")
            page.get_by_label("Worum geht es?").fill("Sie kommt nicht hinein.")
            staff.picture(f"words-12-new-contact-{name[0].lower()}")
            page.get_by_role("button", name="Aufnehmen", exact=True).click()
            staff.rest()
            if wanted:
                page.wait_for_url(TICKET)
                continue
            expect(page.get_by_role("radio", name="Berta Brandt")).to_be_visible()
            staff.picture("words-13-number-is-known")
            small_and_dark(staff, "words-14-number-is-known-small-and-dark")
            page.get_by_label("Es ist jemand anderes mit derselben Nummer").check()
            page.get_by_role("button", name="Aufnehmen", exact=True).click()
            page.wait_for_url(TICKET)
            expect(page.locator("h1 + p")).to_contain_text("Carla Clemens")

    def test_without_a_script_the_button_looks(self, visit: Callable[..., Visitor]) -> None:
        signed_in = visit("agent", town="zentrum")
        plain = signed_in.context.browser.new_context(  # type: ignore[union-attr]
            java_script_enabled=False, storage_state=signed_in.context.storage_state(), locale="de-DE"
        )
        page = plain.new_page()
        page.goto(f"{signed_in.base}/anfragen/neu/")
        page.get_by_label("Betreff").fill("Konto")
        page.get_by_label("Telefonnummer, Name oder Ort").fill("demir musterstadt")
        page.keyboard.press("Enter")

        expect(page.get_by_role("radio", name="Hatice Demir")).to_be_checked()
        expect(page.get_by_label("Betreff")).to_have_value("Konto")
        plain.close()


class TestHelp:
    def test_says_in_words_what_is_sent(self, clerk: Visitor) -> None:
        page = clerk.open("/")
        page.get_by_role("link", name="Hilfe", exact=True).click()
        clerk.rest()

        expect(page.locator("main .facts").first).to_contain_text("Schreibtisch records:desk")
        expect(page.locator("main .facts").first).to_contain_text("Sachbearbeitung clerk")
        clerk.picture("words-15-help")
        small_and_dark(clerk, "words-16-help-small-and-dark")


class TestNewRequest:
    def test_what_may_help_stands_apart_from_the_fields(self, staff: Visitor) -> None:
        page = staff.open("/anfragen/neu/")
        gap = "() => document.querySelector('#id_body').closest('.field').getBoundingClientRect().top - document.querySelector('#id_subject').getBoundingClientRect().bottom"
        before = page.evaluate(gap)
        page.get_by_label("Betreff").fill("Mein Scan ist nicht lesbar")
        expect(page.locator(".suggested__one").first).to_be_visible()
        box = "() => document.querySelector('#id_body').closest('.field').getBoundingClientRect().top - document.querySelector('.suggested').getBoundingClientRect().bottom"
        staff.picture("words-17-suggested")

        assert (before >= 16, page.evaluate(box) >= 16) == (True, True)
