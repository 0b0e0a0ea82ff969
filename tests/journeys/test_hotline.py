"""A morning at the hotline: an agent by keyboard alone, and the person who asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import PHONE, Login, Visitor

pytestmark = pytest.mark.journey

OWN_PASSWORD = "Neunzehn-Kraniche-am-Deich"


def a_requester(visit: Callable[..., Visitor]) -> Visitor:
    """Somebody new who asks for help, made by the operator and signed in with a password of her own."""
    operator = visit("operator", town="zentrum")
    page, username = operator.open("/verwaltung/personen/neu/"), f"frage.{uuid4().hex[:6]}"
    page.get_by_label("Name", exact=True).fill("Hanna Probst")
    page.get_by_label("Benutzername").fill(username)
    for role in page.locator("input[name=roles]").all():
        role.set_checked(role.get_attribute("value") == "requester")
    page.get_by_role("button", name="Person anlegen").click()
    page.get_by_role("button", name="Neuer Passwortzettel").click()
    password = page.locator(".slip__secret").inner_text()
    her = visit(None, town="zentrum")
    her.sign_in(Login("", username, password, "requester"))
    for field, value in zip(her.page.locator("input[type=password]").all(), (password, OWN_PASSWORD, OWN_PASSWORD), strict=True):
        field.fill(value)
    her.page.get_by_role("button", name="Passwort speichern").click()
    her.rest()
    return her


def asks(her: Visitor, subject: str) -> str:
    """Open a request; returns its number."""
    page = her.open("/anfragen/neu/")
    page.get_by_label("Betreff").fill(subject)
    page.get_by_label("Worum geht es?").fill("Seit heute früh kommt nur ein leeres Blatt.")
    page.get_by_role("button", name="Absenden").click()
    page.wait_for_url(re.compile(r"/anfragen/[0-9a-f-]{36}/"))
    return str(page.locator("h1 .reference").inner_text())


def go_to(page: Page, subject: str) -> None:
    """Through the list by j, and in by Enter."""
    for _row in range(60):
        page.keyboard.press("j")
        if subject in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/anfragen/[0-9a-f-]{36}/"))
    page.wait_for_load_state("networkidle")


class TestMorning:
    def test_an_agent_works_by_keyboard_and_the_requester_reads_and_answers(self, visit: Callable[..., Visitor]) -> None:
        her, mark = a_requester(visit), uuid4().hex[:6]
        first, second = f"Drucker streikt {mark}", f"Noch einmal Drucker {mark}"
        numbers = [asks(her, subject) for subject in (first, second)]

        agent = visit("agent", town="zentrum")
        page = agent.open("/anfragen/")
        agent.picture("hotline-01-list")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_contain_text("Internen Vermerk schreiben")
        agent.picture("hotline-02-keys")
        page.keyboard.press("Escape")
        go_to(page, first)
        page.keyboard.press("t")
        agent.rest()
        expect(page.get_by_role("button", name="Übernehmen")).to_have_count(0)

        page.keyboard.press("i")
        page.keyboard.type("Drittes Mal diese Woche, tjrn.")  # letters that are keys elsewhere
        expect(page.get_by_text("Interner Vermerk. Die anfragende Person sieht das nie.")).to_be_visible()
        agent.picture("hotline-03-note")
        page.reload()  # what is typed is not lost
        expect(page.locator("#id_body")).to_have_value("Drittes Mal diese Woche, tjrn.")
        page.locator("#id_body").focus()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".said__one--note")).to_contain_text("tjrn")

        page.keyboard.press("r")
        page.keyboard.type("::gru")
        expect(page.get_by_role("option", name=re.compile("Gruß"))).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#id_body")).to_have_value(re.compile(f"Guten Tag Hanna Probst.*{numbers[0]}", re.DOTALL))
        page.locator("#id_attachments").set_input_files({"name": "Anleitung.txt", "mimeType": "text/plain", "buffer": b"1. Ausschalten"})
        expect(page.get_by_text("Geht an Hanna Probst.")).to_be_visible()
        agent.picture("hotline-04-reply")
        page.locator("#id_body").focus()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("link", name=re.compile("Anleitung.txt"))).to_be_visible()

        page.keyboard.press("u")
        agent.rest()
        go_to(page, second)
        page.keyboard.press("m")
        page.keyboard.type(numbers[0])
        agent.picture("hotline-05-merge")
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"{numbers[1]} wurde mit {numbers[0]} zusammengeführt")).to_be_visible()
        agent.rest()
        agent.picture("hotline-06-merged")
        page.locator(".messages").get_by_role("button", name="Rückgängig").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"{numbers[1]} steht wieder für sich.")).to_be_visible()

        page = her.open("/anfragen/")
        page.get_by_role("link", name=first).click()
        her.rest()
        expect(page.get_by_text("tjrn")).to_have_count(0)
        with page.expect_download() as fetched:
            page.get_by_role("link", name=re.compile("Anleitung.txt")).click()
        assert fetched.value.suggested_filename == "Anleitung.txt"
        page.get_by_label("Ihre Nachricht").fill("Jetzt druckt er wieder, danke!")
        page.get_by_role("button", name="Absenden").click()
        expect(page.locator(".said")).to_contain_text("Jetzt druckt er wieder")
        her.picture("hotline-07-hers")

    def test_a_call_is_taken_in_by_its_number(self, visit: Callable[..., Visitor]) -> None:
        agent = visit("agent", town="zentrum")
        page = agent.open("/anfragen/")
        page.keyboard.press("a")
        page.wait_for_url(re.compile("/anfragen/neu/"))
        expect(page.locator("#id_who")).to_be_focused()
        page.keyboard.type("+49 2151 864711")
        page.keyboard.press("Enter")
        agent.rest()

        expect(page.get_by_role("radio", name="Iris Kowalski")).to_be_checked()
        agent.picture("hotline-08-call")

    def test_enter_before_the_answer_takes_nobody_by_half_a_number(self, visit: Callable[..., Visitor]) -> None:
        agent = visit("agent", town="zentrum")
        page = agent.open("/anfragen/neu/")
        page.locator("#id_who").focus()
        page.keyboard.type("+4")
        expect(page.locator("#callers [role=option]").first).to_be_visible()
        page.route(re.compile(r"/anfragen/neu/wer/"), lambda held: None)
        page.keyboard.type("9 2151 864711")
        page.keyboard.press("Enter")
        agent.rest()

        expect(page.get_by_role("radio", name="Iris Kowalski")).to_be_checked()

    def test_fits_a_small_window_in_the_dark(self, visit: Callable[..., Visitor]) -> None:
        agent = visit("agent", town="zentrum")
        page = agent.open("/anfragen/")
        page.emulate_media(color_scheme="dark")
        page.locator("main a.table__title").first.click()
        agent.rest()
        agent.picture("hotline-09-dark")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        agent.rest()
        agent.picture("hotline-10-small-and-dark")

        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    def test_keys_can_be_switched_off(self, visit: Callable[..., Visitor]) -> None:
        agent = visit("agent", town="zentrum")
        page = agent.open("/anfragen/")
        page.evaluate("document.body.dataset.shortcuts = 'off'")
        before = page.url

        for key in ("j", "n", "a"):
            page.keyboard.press(key)
        agent.rest()

        assert page.url == before
        assert page.evaluate("document.activeElement === document.body")
