"""A clerk cuts documents out of one file and puts them into another, by the keyboard."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys import binders
from tests.journeys.own_binder import NEW_FILE, Binder

pytestmark = pytest.mark.journey


class TestCarrying:
    def test_cuts_out_of_one_file_and_puts_into_another(self, binder: Binder) -> None:
        page = binder.open()
        other, registers = page.evaluate(NEW_FILE, [binder.id, f"Ziel {uuid4().hex}"])
        binders.row(page, "Bescheid").locator(".contents__link").focus()
        page.keyboard.press("Control+x")
        expect(page.locator("#cut-bar")).to_contain_text("Ein Dokument ist ausgeschnitten")
        expect(page.locator("li[data-cut]")).to_have_count(1)
        binder.clerk.picture("carrying-01-cut")

        page = binder.clerk.open(f"/akten/{other}/")
        expect(page.locator("#cut-bar")).to_be_visible()
        binder.clerk.picture("carrying-02-other-file")
        page.locator(f'[data-register="{registers[1]}"] [data-upload]').focus()
        page.keyboard.press("Control+v")
        expect(binders.row(page, "Bescheid")).to_be_visible()
        expect(page.locator("#cut-bar")).to_have_count(0)
        binder.clerk.picture("carrying-03-put-in")
        page.locator(f'[data-register="{registers[1]}"] [data-upload]').focus()
        page.keyboard.press("Control+z")
        expect(binders.row(page, "Bescheid")).to_have_count(0)

        page = binder.open()
        binders.row(page, "Bescheid").locator(".contents__more").click()
        page.locator("#document-menu").get_by_role("button", name="Ausschneiden").click()
        expect(page.locator("#cut-bar")).to_be_visible()
        page = binder.clerk.open(f"/akten/{other}/")
        page.get_by_role("link", name="Hier einfügen").click()
        page.wait_for_url(re.compile("ausgeschnitten=1"))
        page.locator("[name=register]").first.check()
        binder.clerk.picture("carrying-04-where")
        page.get_by_role("button", name="Verschieben").click()
        page.wait_for_url(re.compile(rf"/akten/{other}/$"))
        expect(binders.row(page, "Bescheid")).to_be_visible()

        page = binder.open()
        binders.row(page, "Antrag").locator(".contents__link").focus()
        page.keyboard.press("Control+x")
        page.get_by_role("button", name="Ausschneiden aufheben").click()
        expect(page.get_by_text("Alles liegt, wo es lag.")).to_be_visible()
        expect(page.locator("#cut-bar")).to_have_count(0)

    def test_whoever_undoes_by_the_button_goes_on_where_she_was(self, binder: Binder) -> None:
        page = binder.open()
        other, registers = page.evaluate(NEW_FILE, [binder.id, f"Ziel {uuid4().hex}"])
        binders.row(page, "Antrag").locator(".contents__link").focus()
        page.keyboard.press("Control+x")
        expect(page.locator("#cut-bar")).to_be_visible()
        page = binder.clerk.open(f"/akten/{other}/")
        into = page.locator(f'[data-register="{registers[1]}"] [data-upload]')
        into.focus()
        page.keyboard.press("Control+v")
        expect(binders.row(page, "Antrag")).to_be_visible()
        into.focus()
        page.locator("#toasts").get_by_role("button", name="Rückgängig").focus()
        page.keyboard.press("Enter")
        expect(binders.row(page, "Antrag")).to_have_count(0)
        expect(into).to_be_focused()
