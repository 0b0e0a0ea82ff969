"""Rights on screen: a file is narrowed after a look at who loses it, a colleague finds nothing, a substitute works and is named with the absent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.screens.shown import first_file

pytestmark = pytest.mark.journey

FETCH = "async (path) => { const answer = await fetch(path); return [answer.status, await answer.text()]; }"


def new_file(supervisor: Visitor) -> tuple[str, str]:
    """A file in the unit of the first file of the building office; returns its path and its title, which is like no other."""
    page = supervisor.open(f"/akten/neu/?wie={first_file(supervisor).split('/')[2]}")
    title = f"Personalsache {uuid4().hex}"
    page.get_by_label("Titel").fill(title)
    page.get_by_role("button", name="Akte anlegen").click()
    page.wait_for_url(re.compile(r"/akten/[0-9a-f-]{36}/$"))
    return page.url.removeprefix(supervisor.base), title


def notice(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def finds(visitor: Visitor, path: str, title: str) -> tuple[bool, bool, int]:
    """Whether somebody meets a file in the list and among the suggestions, and what its address answers."""
    listed = visitor.open(f"/akten/?q={title}").locator("tbody tr").count() > 0
    status, _page = visitor.page.evaluate(FETCH, path)
    _status, offered = visitor.page.evaluate(FETCH, f"/suche/vorschlaege/?q={title}")
    return listed, path.split("/")[2] in offered, status


class TestRestriction:
    def test_is_looked_at_first_and_then_hides_the_file_from_a_colleague(self, visit: Callable[..., Visitor]) -> None:
        supervisor, colleague = visit("supervisor"), visit("clerk")
        path, title = new_file(supervisor)
        colleague.watch.expect(f"404 GET {path}")  # in the end
        assert finds(colleague, path, title) == (True, True, 200)
        page = supervisor.open(path + "rechte/")
        supervisor.picture("rights-01-file")
        page.locator("#id_reason").fill("Disziplinarsache")
        page.get_by_role("button", name="Akte beschränken").click()
        expect(page.get_by_role("heading", name="Wer verliert")).to_be_visible()
        expect(page.get_by_text("Noch ist nichts geändert.")).to_be_visible()
        assert finds(colleague, path, title) == (True, True, 200)
        supervisor.picture("rights-02-preview")

        page.get_by_role("button", name="Akte beschränken").click()

        notice(page, "Die Akte ist jetzt beschränkt.")
        supervisor.picture("rights-03-restricted")
        assert finds(colleague, path, title) == (False, False, 404)

    def test_by_keyboard_alone_and_on_a_telephone_in_the_dark(self, visit: Callable[..., Visitor]) -> None:
        supervisor = visit("supervisor", viewport=PHONE, color_scheme="dark")
        path, _title = new_file(supervisor)
        page = supervisor.open(path + "rechte/")
        reason = page.locator("#id_reason")
        for _press in range(80):
            page.keyboard.press("Tab")
            if reason.evaluate("(field) => field === document.activeElement"):
                break
        page.keyboard.type("Disziplinarsache")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Diese Akte beschränken?")).to_be_focused()
        supervisor.picture("rights-04-preview-phone-dark")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        button = page.locator("main form button[type=submit]").last
        for _press in range(40):
            page.keyboard.press("Tab")
            if button.evaluate("(field) => field === document.activeElement"):
                break

        page.keyboard.press("Enter")

        notice(page, "Die Akte ist jetzt beschränkt.")
        supervisor.picture("rights-05-restricted-phone-dark")


class TestSubstitute:
    def test_works_on_a_file_and_the_journal_names_both(self, visit: Callable[..., Visitor]) -> None:
        supervisor, deputy = visit("supervisor"), visit("registry")
        path, title = new_file(supervisor)
        page = supervisor.open("/")
        page.locator("[popovertarget=user-menu]").click()
        page.locator("#user-menu").get_by_role("link", name="Vertretung").click()
        name = deputy.open("/").locator("#user-menu .person").text_content() or ""
        page.get_by_label("Vertretung", exact=True).select_option(label=name)
        page.get_by_label("Bis").fill((date.today() + timedelta(days=3)).isoformat())  # noqa: DTZ011
        page.get_by_role("button", name="Vertretung einrichten").click()
        notice(page, "vertritt")
        supervisor.picture("substitute-01-set")

        desk = deputy.open(path)
        expect(desk.locator(".acting-for")).to_contain_text("Sie vertreten")
        deputy.picture("substitute-02-line")
        desk.goto(deputy.base + path + "bearbeiten/")
        desk.get_by_label("Titel").fill(title + " B")
        desk.get_by_role("button", name="Speichern").click()
        desk.wait_for_url(re.compile(r"/akten/[0-9a-f-]{36}/$"))

        page = supervisor.open(path + "journal/")
        first = page.locator(".journal li").first
        expect(first).to_contain_text(name)
        expect(first).to_contain_text("i. V. für")
        supervisor.picture("substitute-03-journal")
        supervisor.open("/vertretung/").locator("section", has_text="Wer mich vertritt").get_by_role("button", name="Beenden").first.click()
        notice(supervisor.page, "nicht mehr")
        expect(deputy.open(path).locator(".acting-for")).to_have_count(0)
