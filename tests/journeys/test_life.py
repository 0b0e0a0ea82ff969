"""A file's life: drafts, registers, periods, volumes. How a file is checked, mended, closed and reopened is told in test_morning.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import binders
from tests.journeys.binders import tab_to
from tests.journeys.browsing import PHONE, Visitor

pytestmark = pytest.mark.journey

BINDER = re.compile(r"/akten/[0-9a-f-]{36}/$")


def notice(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def make_draft(clerk: Visitor) -> str:
    """A draft in a unit whose files the registry registers; returns its path."""
    page = clerk.open("/akten/neu/")
    option = page.locator("#id_unit option", has_text="63.23 ")
    page.get_by_label("Aktenplaneinheit").select_option(str(option.get_attribute("value")))
    page.get_by_label("Titel").fill(uuid4().hex)
    page.get_by_role("button", name="Akte anlegen").click()
    page.wait_for_url(BINDER)
    clerk.rest()
    return page.url.removeprefix(clerk.base)


def register_it(registry: Visitor, title: str) -> None:
    page = registry.open("/registratur/entwuerfe/")
    registry.picture("life-02-drafts")
    page.get_by_role("row").filter(has_text=title).get_by_role("button", name="Registrieren").click()
    notice(page, "Der Entwurf ist als 63.23-")


class TestDraft:
    def test_a_draft_is_registered_cancelled_and_brought_back(self, visit: Callable[..., Visitor]) -> None:
        clerk, registry = visit("clerk"), visit("registry")
        page = clerk.page
        path = make_draft(clerk)
        title = page.locator("h1 span").last.inner_text()
        notice(page, "Die Registratur registriert ihn")
        expect(page.locator("h1 .reference")).to_have_text(re.compile(r"^Entwurf \d+$"))
        expect(page.get_by_role("link", name="Akte schließen (zdA)")).to_have_count(0)
        clerk.picture("life-01-draft")
        register_it(registry, title)
        clerk.open(path)
        expect(page.locator("h1 .reference")).to_have_text(re.compile(r"^63\.23-\d{4}/\d{4}$"))

        page.get_by_role("button", name="Mehr", exact=True).click()
        page.locator("#file-menu").get_by_role("button", name="stornieren").click()
        page.locator("#cancel-file").get_by_label("Begründung").fill("doppelt")
        page.locator("#cancel-file").get_by_role("button", name="stornieren").click()
        notice(page, "Die Akte wurde storniert.")
        clerk.picture("life-05-undo")
        page.get_by_role("button", name="Rückgängig").click()
        notice(page, "Die Stornierung wurde zurückgenommen.")


class TestByKeyboard:
    def test_registers_are_ordered_by_keys_alone(self, clerk: Visitor) -> None:
        page = clerk.page
        path = binders.open_a_file(clerk)
        clerk.open(f"/akten/neu/?wie={path.split('/')[2]}")
        page.get_by_label("Titel").fill(uuid4().hex)
        page.keyboard.press("Enter")
        page.wait_for_url(BINDER)
        path = page.url.removeprefix(clerk.base)
        clerk.open(f"{path}aufbau/")
        rows = page.locator(".order__row")
        before = page.locator(".order__name").all_inner_texts()

        tab_to(page, rows.first)
        with page.expect_response(lambda answer: answer.request.method == "POST") as told:
            page.keyboard.press("Alt+ArrowDown")
        assert told.value.status == 204
        expect(page.locator("#announcer")).to_have_text(f"{before[0]} ist jetzt Nummer 2 von {len(before)}.")
        expect(rows.nth(1)).to_be_focused()
        page.reload()
        assert page.locator(".order__name").all_inner_texts() == [before[1], before[0], *before[2:]]
        clerk.picture("life-06-structure")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            rows.nth(1).drag_to(rows.first, target_position={"x": 60, "y": 4})
        expect(page.locator(".order__name").first).to_have_text(before[0])
        page.reload()
        assert page.locator(".order__name").all_inner_texts() == before


class TestRegistry:
    def test_its_lists_show_what_is_awaited_and_held(self, visit: Callable[..., Visitor]) -> None:
        registry = visit("registry")
        page = registry.open("/registratur/fristen/?zeige=awaited")
        row = page.get_by_role("row").filter(has_text="Leuchtreklame am Kino")
        expect(row).to_contain_text("wartet auf: Abbau der Werbeanlage")
        expect(row).to_contain_text("Aufbewahrungssperre")
        registry.picture("life-07-deadlines")
        row.get_by_role("link", name="Leuchtreklame").click()
        expect(page.get_by_text("Es besteht eine Aufbewahrungssperre")).to_be_visible()
        registry.picture("life-08-retention")
        page.get_by_label("Tag des Ereignisses").fill("1582-10-15")
        page.get_by_role("button", name="Tag eintragen").click()
        expect(page.get_by_text("Das Datum muss zwischen")).to_be_visible()
        registry.watch.expect("409 POST")

        registry.open("/registratur/uebergabe/")
        page.get_by_label("Abgebende Organisationseinheit").select_option(index=3)
        page.get_by_label("Übernehmende Organisationseinheit").select_option(index=4)
        page.get_by_role("button", name="Zeigen, was das bedeutet").click()
        expect(page.locator("#preview")).to_be_visible()
        registry.picture("life-09-hand-over")

    def test_the_screens_fit_a_phone_and_the_dark(self, visit: Callable[..., Visitor]) -> None:
        registry = visit("registry", viewport=PHONE, color_scheme="dark")
        path = str(registry.open("/registratur/fristen/?zeige=awaited").locator("a.table__title").first.get_attribute("href"))
        registry.picture("life-10-deadlines-phone")
        for number, below in ((11, "aufbewahrung"), (12, "aufbau")):
            page = registry.open(path.replace("aufbewahrung", below))
            registry.picture(f"life-{number}-{below}-phone")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page = registry.open("/akten/?q=Carport&status=open")
        registry.open(str(page.locator("a.table__title").first.get_attribute("href")) + "schliessen/")
        registry.page.screenshot(path=registry.pictures / "life-13-check-phone.png", full_page=True)
        assert registry.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


class TestVolumes:
    def test_a_binder_that_got_too_thick_continues_in_volume_2(self, clerk: Visitor) -> None:
        page = clerk.page
        like = binders.open_a_file(clerk)
        clerk.open(f"/akten/neu/?wie={like.split('/')[2]}")
        page.get_by_label("Titel").fill(uuid4().hex)
        page.keyboard.press("Enter")
        page.wait_for_url(BINDER)
        path = page.url.removeprefix(clerk.base)
        binders.put_beside_the_registers(clerk, path, "Altes Blatt")

        clerk.open(f"{path}aufbau/")
        page.get_by_text("Band 2 anlegen").click()
        page.get_by_label("Standort").fill("Registratur, Regal 4")
        page.get_by_role("button", name="Band anlegen").click()
        notice(page, "Band 2 ist angelegt.")
        binders.put_beside_the_registers(clerk, path, "Neues Blatt")

        binders.drop(
            page,
            page.locator(".contents__register[data-register]:not([data-register=''])").first,
            "Neues im Register.txt",
            b"Neu",
            "text/plain",
        )
        binders.wait_until_read(page, "Neues im Register")

        expect(page.locator(".contents__volume")).to_have_text([re.compile("Band 2.*Regal 4"), re.compile("Band 1")])
        clerk.picture("life-14-volumes")
        for title in ("Altes Blatt", "Neues Blatt", "Neues im Register"):  # list and stream count alike: volume by volume
            clerk.open(path)
            binders.row(page, title).locator(".contents__link").click()
            expect(page.locator("[data-current]")).to_have_text(title)
            assert binders.row(page, title).locator(".contents__sheets").inner_text() == str(binders.current_sheet(page))
        page.get_by_role("navigation", name="Bände").get_by_role("link", name="Band 1").click()
        expect(page.locator(".contents__volume")).to_have_text([re.compile("Band 1")])
        expect(binders.row(page, "Altes Blatt")).to_have_count(1)
        expect(binders.row(page, "Neues Blatt")).to_have_count(0)
