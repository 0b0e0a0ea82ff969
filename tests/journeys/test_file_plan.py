"""An administrator's next edition of the file plan, by mouse and by keyboard; a clerk finds her place in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import PHONE, Visitor

pytestmark = pytest.mark.journey
TOWN = "beispielheim"  # others leave this town's plan alone


def begin(administrator: Visitor, name: str) -> Page:
    """An edition of one's own, whatever another test has left in preparation."""
    page = administrator.open("/verwaltung/aktenplan/ausgaben/")
    if page.get_by_role("link", name="Weiter daran arbeiten").count():
        page.get_by_role("link", name="Weiter daran arbeiten").click()
        administrator.rest()
        page.get_by_role("button", name="Ausgabe verwerfen").first.click()
        page.get_by_role("dialog").get_by_role("button", name="Ausgabe verwerfen").click()
        administrator.rest()
    page.get_by_label("Name der Ausgabe").fill(name)
    page.get_by_role("button", name="Beginnen").click()
    page.wait_for_url(re.compile(r"/ausgaben/[0-9a-f-]{36}/$"))
    administrator.rest()
    return page


class TestNextEdition:
    def test_is_prepared_mapped_compared_and_put_into_force(self, visit: Callable[..., Visitor]) -> None:
        administrator = visit("administrator", town=TOWN)
        name, code = f"Aktenplan {uuid4().hex[:6]}", uuid4().hex[:6]
        page = begin(administrator, name)
        edition = page.url
        administrator.picture("plan-01-edition")

        page.goto(f"{edition}?q=63.12")
        administrator.rest()
        page.get_by_role("link", name=re.compile("darunter")).first.click()
        page.get_by_role("link", name="Neue Einheit hier").click()
        page.get_by_label("Aktenplankennzeichen").fill(f"63.12.{code}")
        page.get_by_label("Titel").fill("Bauanträge im vereinfachten Verfahren")
        administrator.picture("plan-02-new-unit")
        page.get_by_role("button", name="In der Ausgabe speichern").click()
        expect(page.get_by_role("status")).to_contain_text("steht jetzt in der Ausgabe")
        administrator.picture("plan-03-branch")

        page.locator(".planned a[href*='/einheiten/']").filter(has_not_text=code).first.click()
        administrator.rest()
        old = page.locator("h1 .reference").inner_text()
        page.locator("#id_successor").fill(f"63.12.{code}")
        administrator.picture("plan-04-drop")
        page.get_by_role("button", name="Entfallen lassen").click()
        expect(page.get_by_role("status")).to_contain_text("entfällt mit dieser Ausgabe")

        page.goto(f"{edition}?q=63.12.02")
        page.locator(".planned a[href*='/einheiten/']").first.click()
        page.get_by_label("Unter der Einheit").fill("1")
        page.get_by_role("button", name="In der Ausgabe speichern").click()
        page.get_by_role("link", name="Unterschied und Inkraftsetzen").click()
        administrator.rest()
        expect(page.get_by_role("heading", name="Wer Zugriff gewinnt, wer ihn verliert")).to_be_visible()
        administrator.picture("plan-05-difference")
        page.emulate_media(color_scheme="dark")
        administrator.picture("plan-06-difference-dark")
        page.set_viewport_size(PHONE)
        administrator.picture("plan-07-difference-phone")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.get_by_role("button", name="In Kraft setzen").click()
        expect(page.get_by_role("status")).to_contain_text(f"„{name}“ ist in Kraft")
        administrator.picture("plan-08-in-force")

        clerk = visit("supervisor", town=TOWN)
        page = clerk.open(f"/aktenplan/suche/?q={old}")
        page.locator("#plan-places a").first.click()
        clerk.rest()
        expect(page.locator(".unit-notice")).to_contain_text("nicht mehr gültig")
        clerk.picture("plan-09-dropped-unit")

    def test_by_keyboard_alone(self, visit: Callable[..., Visitor]) -> None:
        administrator = visit("administrator", town=TOWN)
        code = uuid4().hex[:6]
        page = begin(administrator, f"Tastatur {code}")

        page.get_by_role("link", name="Neue Einheit hier").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/einheiten/neu/"))
        page.get_by_label("Aktenplankennzeichen").focus()
        page.keyboard.type(code)
        page.keyboard.press("Tab")
        page.keyboard.type("Allein mit der Tastatur")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text(code)
        page.get_by_role("link", name="Unterschied und Inkraftsetzen").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/unterschied/"))
        administrator.rest()
        for _press in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == "In Kraft setzen":
                break
        page.keyboard.press("Enter")

        expect(page.get_by_role("status")).to_contain_text("ist in Kraft")


class TestTree:
    def test_finds_a_place_by_typing_and_keeps_it_at_hand(self, clerk: Visitor) -> None:
        page = clerk.open("/aktenplan/")
        page.locator("#plan-q").press_sequentially("bau")
        expect(page.locator("#plan-places a").first).to_be_visible()
        expect(page.locator("[role=tree]")).to_be_hidden()
        clerk.picture("plan-10-search")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/aktenplan/[0-9a-f-]{36}/"))
        page.get_by_role("button", name=re.compile("^Favorit")).first.click()
        clerk.rest()
        expect(page.locator(".at-hand").first).to_contain_text("Favoriten")
        expect(page.get_by_role("button", name=re.compile("^Favorit")).first).to_have_attribute("aria-pressed", "true")
        page.locator(".unit-facts summary").click()
        clerk.picture("plan-11-unit")
        page.set_viewport_size(PHONE)
        clerk.picture("plan-12-unit-phone")
        page.get_by_role("button", name=re.compile("^Favorit")).first.click()

    def test_type_ahead_goes_to_the_next_unit_that_begins_so(self, clerk: Visitor) -> None:
        page = clerk.open("/aktenplan/")
        items = page.get_by_role("treeitem")
        last = items.last.locator(".tree__title").inner_text()
        items.first.focus()

        page.keyboard.type(last[:4])

        expect(items.last).to_be_focused()


class TestRegisterSet:
    def test_is_ordered_by_arrows_and_by_dragging(self, visit: Callable[..., Visitor]) -> None:
        administrator = visit("administrator", town=TOWN)
        page = administrator.open("/verwaltung/registersaetze/")
        administrator.picture("plan-13-sets")
        page.get_by_label("Name", exact=True).fill(f"Satz {uuid4().hex[:6]}")
        page.get_by_role("button", name="Registersatz anlegen").click()
        for name in ("Antrag", "Pläne", "Kosten"):
            page.get_by_role("button", name="Register hinzufügen").click()
            page.keyboard.type(name)
        page.locator("[data-divider]").nth(2).get_by_role("button", name="Nach oben").focus()
        page.keyboard.press("Enter")
        page.locator("[data-grip]").nth(0).drag_to(page.locator("[data-divider]").nth(2), target_position={"x": 40, "y": 28})
        names = [row.input_value() for row in page.locator("ol [name=divider]").all()]
        administrator.picture("plan-14-set")
        page.set_viewport_size(PHONE)
        administrator.picture("plan-15-set-phone")
        page.get_by_role("button", name="Speichern").click()
        expect(page.get_by_role("status")).to_contain_text("gespeichert")

        assert names == ["Kosten", "Pläne", "Antrag"]


def test_the_plan_is_taken_out_as_a_spreadsheet(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    administrator = visit("administrator", town=TOWN)
    page = administrator.open("/verwaltung/aktenplan/")
    administrator.picture("plan-16-upkeep")

    with page.expect_download() as download:
        page.get_by_role("link", name="Als Tabelle ausgeben").click()

    download.value.save_as(tmp_path / "plan.xlsx")
    assert (tmp_path / "plan.xlsx").read_bytes().startswith(b"PK")
