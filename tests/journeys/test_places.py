"""Where somebody is: at yesterday's sheet, in her own town, at a small screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import binders
from tests.journeys.browsing import PHONE, Visitor

pytestmark = pytest.mark.journey


class TestCarryOn:
    def test_the_desk_offers_the_file_and_the_sheet_where_she_stopped(self, clerk: Visitor) -> None:
        binders.open_a_file(clerk)
        page = clerk.page
        with page.expect_response(re.compile("/merken/")) as remembered:
            for _turn in range(2):
                page.keyboard.press("ArrowRight")
            sheet, total = binders.current_sheet(page), binders.sheet_count(page)
            assert sheet > 1
        assert remembered.value.status == 204

        page.get_by_role("link", name="Schreibtisch", exact=True).click()
        expect(page.get_by_role("heading", name="Weiter wie gestern")).to_be_visible()
        clerk.rest()
        clerk.picture("desk-01-carry-on")
        page.get_by_role("link", name=f"Weiter bei Blatt {sheet} von {total}").click()
        clerk.rest()

        assert binders.current_sheet(page) == sheet
        binders.expect_painted(page, sheet)


class TestFileWithoutASheet:
    def test_counts_as_opened(self, clerk: Visitor) -> None:
        path = binders.open_a_file(clerk)
        bare = clerk.page.evaluate(FILE_BESIDE, path.split("/")[2])
        page = clerk.page
        page.goto(f"{clerk.base}/akten/{bare}/")
        expect(page.locator("#binder")).to_be_visible()

        page.get_by_role("link", name="Schreibtisch", exact=True).click()  # at once: what waits to be kept is kept on leaving
        clerk.rest()
        clerk.page.reload()

        expect(page.locator(f".shelf a[href='/akten/{bare}/']")).to_be_visible()
        clerk.picture("desk-02-bare-file")


FILE_BESIDE = """async (file) => {
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const known = await (await fetch(`/api/v1/files/${file}/`)).json();
  const body = JSON.stringify({ file_plan_unit: known.file_plan_unit.id ?? known.file_plan_unit, title: "Lange Liste" });
  const answer = await fetch("/api/v1/files/", { method: "POST", body, headers: { "X-CSRFToken": csrf, "Content-Type": "application/json" } });
  return (await answer.json()).id;
}"""
FILE_MANY = """async ([file, count]) => {
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
  for (let number = 1; number <= count; number += 1) {
    const body = new FormData();
    body.append("file", file);
    body.append("title", `Schreiben ${number}`);
    body.append("content", new File([`Text ${number}`], `schreiben-${number}.txt`, { type: "text/plain" }));
    const answer = await fetch("/api/v1/documents/", { method: "POST", body, headers: { "X-CSRFToken": csrf } });
    if (answer.status !== 201) throw new Error(String(answer.status));
  }
}"""


class TestLongList:
    def test_the_row_with_the_focus_stays_where_it_is_while_the_list_renews_itself(self, clerk: Visitor) -> None:
        near = binders.open_a_file(clerk).split("/")[2]
        page = clerk.page
        file = page.evaluate(FILE_BESIDE, near)
        page.evaluate(FILE_MANY, [file, 60])
        clerk.open(f"/akten/{file}/")
        row = binders.row(page, "Schreiben 20")
        link = row.locator(".contents__link")
        link.focus()
        expect(row).to_be_in_viewport()
        page.evaluate("document.querySelector('[data-live]').dataset.old = 'yes'")

        page.evaluate(FILE_MANY, [file, 1])
        page.evaluate("document.dispatchEvent(new CustomEvent('documents:changed'))")
        expect(page.locator("[data-live][data-old]")).to_have_count(0)

        expect(link).to_be_focused()
        expect(row).to_be_in_viewport()


class TestTwoTowns:
    @pytest.mark.parametrize(("home", "abroad"), [("musterstadt", "beispielheim"), ("beispielheim", "musterstadt")])
    def test_a_session_of_one_is_worthless_in_the_other(self, visit: Callable[..., Visitor], home: str, abroad: str) -> None:
        clerk = visit("clerk", town=home)
        path = binders.open_a_file(clerk)
        stranger = visit(None, town=abroad)
        stranger.watch.expect("GET /api/")
        cookies = [{"name": c["name"], "value": c["value"], "url": stranger.base} for c in clerk.context.cookies()]
        assert any("session" in cookie["name"] for cookie in cookies)
        stranger.context.add_cookies(cookies)  # type: ignore[arg-type]

        page = stranger.open(path)

        expect(page.get_by_label("Benutzername")).to_be_visible()
        addresses = ["/api/v1/me/", f"/api/v1/files/{path.split('/')[2]}/"]
        answers = [page.evaluate("(address) => fetch(address).then((answer) => answer.status)", address) for address in addresses]
        assert answers == [401, 401]

    def test_a_clerk_of_one_does_not_find_the_others_file(self, visit: Callable[..., Visitor]) -> None:
        path = binders.open_a_file(visit("clerk", town="beispielheim"))
        clerk = visit("clerk")
        clerk.watch.expect("404 GET /akten/")

        page = clerk.open(path)

        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".binder")).to_have_count(0)
        clerk.picture("town-01-not-found")


class TestSmallScreen:
    def test_the_binder_has_two_panes_at_320_pixels(self, visit: Callable[..., Visitor]) -> None:
        clerk = visit("clerk", viewport=PHONE)
        binders.open_a_file(clerk)
        page = clerk.page
        binders.expect_painted(page, binders.current_sheet(page))
        clerk.picture("small-01-sheets")

        page.get_by_role("radio", name="Inhalt").check()
        expect(page.locator("#binder-contents")).to_be_in_viewport()
        expect(page.locator(".binder-view")).to_be_hidden()
        clerk.picture("small-02-contents")
        entry = page.locator(".contents__link").filter(has=page.locator(".contents__sheets:not(:empty)")).nth(1)
        first_sheet = str(entry.locator(".contents__sheets").text_content()).partition("–")[0]
        entry.click()

        expect(page.locator(".binder-view")).to_be_visible()
        expect(page.locator("#binder-contents")).to_be_hidden()
        expect(page.locator("#binder-sheet")).to_have_value(first_sheet)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]

    @pytest.mark.parametrize("path", ["/", "/aktenplan/", "/akten/", "/suche/?q=Antrag"])
    def test_nothing_is_wider_than_the_screen(self, visit: Callable[..., Visitor], path: str) -> None:
        clerk = visit("clerk", viewport=PHONE)
        page = clerk.open(path)
        clerk.picture(f"small-{path.strip('/').split('/')[0] or 'desk'}")

        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
