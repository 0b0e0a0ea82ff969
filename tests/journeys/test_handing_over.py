"""A clerk prints a cover and hands a file over as one PDF, with mouse and with the keyboard only."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.journeys import binders
from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.screens.shown import first_file

pytestmark = pytest.mark.journey
FETCH = """async (sheets) => {
  const form = new FormData();
  form.append("sheets", sheets);
  form.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(location.pathname.replace("/abgeben/", "/drucken/"), { method: "POST", body: form });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
SECONDS_TO_MAKE = 180_000  # milliseconds: beside everything else that two cores do


def open_screen(visitor: Visitor) -> Page:
    """From the file's menu, as a clerk gets there."""
    page = visitor.open(first_file(visitor))
    page.get_by_role("button", name="Mehr", exact=True).click()
    page.get_by_role("link", name="Drucken und Abgeben").click()
    page.wait_for_url("**/abgeben/")
    visitor.rest()
    return page


def pictures_of(visitor: Visitor, name: str, content: bytes) -> None:
    """Keep pictures of a PDF's first pages, for people to look at."""
    with pypdfium2.PdfDocument(content) as pdf:
        for number in range(min(len(pdf), 4)):
            pdf[number].render(scale=1.2).to_pil().save(visitor.pictures / f"{name}-{number + 1}.png")


def printed(visitor: Visitor, button: str, name: str) -> bytes:
    """Print sheets: what the browser gets in its new tab, fetched once more as bytes."""
    page = visitor.page
    with page.expect_popup() as opened:
        page.get_by_role("button", name=button).click()
    opened.value.close()
    sheets = {"Aktendeckel": "cover", "Rückenschild": "spine", "Trennblätter": "dividers"}[button]
    content = base64.b64decode(page.evaluate(FETCH, sheets))
    pictures_of(visitor, name, content)
    return content


class TestHandingOver:
    def test_a_cover_is_printed_and_the_file_becomes_one_pdf(self, clerk: Visitor, tmp_path: Path) -> None:
        page = open_screen(clerk)
        clerk.picture("paper-01-screen")
        for button, name in (("Aktendeckel", "paper-cover"), ("Rückenschild", "paper-spine"), ("Trennblätter", "paper-divider")):
            assert printed(clerk, button, name).startswith(b"%PDF-")

        page.get_by_role("button", name="Erstellen").click()
        expect(page.locator("#stand progress, #stand a[download]").first).to_be_visible()
        clerk.picture("paper-02-progress")
        ready = page.locator("#stand li").first.get_by_role("link", name="Herunterladen")
        expect(ready).to_be_visible(timeout=SECONDS_TO_MAKE)
        page.locator("#stand").scroll_into_view_if_needed()
        clerk.picture("paper-03-ready")
        with page.expect_download() as download:
            ready.click()

        content = binders.saved(download.value, tmp_path)
        with pypdfium2.PdfDocument(io.BytesIO(content)) as pdf:
            titles = [item.get_title() for item in pdf.get_toc()]
            labels = [pdf.get_page_label(number) for number in range(len(pdf))]
        assert titles[:2] == ["Aktendeckel", "Inhaltsverzeichnis"]
        assert labels[:2] == ["A-1", "I-1"]
        pictures_of(clerk, "paper-whole", content)

    def test_leaving_something_out_wants_a_reason_and_loses_nothing(self, clerk: Visitor) -> None:
        page = open_screen(clerk)
        page.get_by_text("Etwas auslassen").click()
        page.locator("input[name=documents]").first.check()
        page.get_by_role("button", name="Erstellen").click()

        expect(page.get_by_role("alert").filter(has_text="warum etwas ausgelassen wird")).to_be_visible()
        expect(page.locator("input[name=documents]").first).to_be_checked()
        clerk.picture("paper-04-reason")
        clerk.watch.expect("422 POST")

    def test_with_the_keyboard_only_for_somebody_outside_it_waits_for_a_second_person(self, visit: Callable[..., Visitor]) -> None:
        clerk, registry = visit("clerk"), visit("registry")
        lawyer = f"Rechtsanwältin Kurz {uuid4().hex[:6]}"
        page = open_screen(clerk)
        page.locator("input[name=kind][value=file_pdf]").focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("input[name=kind][value=court_package]")).to_be_checked()
        binders.tab_to(page, page.locator("summary").filter(has_text="Für Außenstehende"))
        page.keyboard.press("Enter")
        for key, text in (("ArrowDown", ""), ("", lawyer), ("", "Vollmacht liegt vor")):
            page.keyboard.press("Tab")
            if key:
                page.keyboard.press(key)
            page.keyboard.type(text)
        clerk.picture("paper-07-occasion")
        page.keyboard.press("Enter")
        page.wait_for_url("**/abgeben/#stand")

        entry = page.locator("#stand li").first
        expect(entry).to_contain_text("Paket für das Gericht")
        expect(entry).to_contain_text(f"{lawyer} · wartet auf die Freigabe durch eine zweite Person")
        second = registry.open(page.url.removeprefix(clerk.base).partition("#")[0])
        expect(second.get_by_role("heading", name="Wartet auf die zweite Person")).to_be_visible()
        registry.picture("paper-08-release")
        second.get_by_role("button", name=re.compile(f"Freigeben.*{lawyer}")).click()
        expect(second.get_by_role("status").filter(has_text="kann es herunterladen, sobald es fertig ist.")).to_be_visible()
        page.reload()
        expect(entry.get_by_role("link", name="Herunterladen")).to_be_visible(timeout=SECONDS_TO_MAKE)
        clerk.rest()
        page.locator("#stand").scroll_into_view_if_needed()
        clerk.picture("paper-09-released")

    def test_on_a_phone_and_in_the_dark(self, visit: Callable[..., Visitor]) -> None:
        phone = visit("clerk", viewport=PHONE, color_scheme="dark")
        page = phone.open(first_file(phone) + "abgeben/")

        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        phone.picture("paper-05-phone-dark")
        page.locator("#stand").scroll_into_view_if_needed()
        phone.picture("paper-06-phone-dark-list")
