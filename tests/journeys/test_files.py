"""New files on screen: like another, and never two for one; odd uploads. How a file is closed and reopened is told in test_morning.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from pikepdf import Encryption
from playwright.sync_api import Page, expect

from tests.foundation import papers
from tests.journeys import binders
from tests.journeys.browsing import Visitor

pytestmark = pytest.mark.journey

UPLOAD_TWICE = """async ([file, name, content]) => {
  const send = (key) => {
    const form = new FormData();
    form.append("file", file);
    form.append("content", new File([content], name, { type: "text/plain" }), name);
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const headers = { "X-CSRFToken": token, "Idempotency-Key": key };
    return fetch("/api/v1/documents/", { method: "POST", headers, body: form }).then(async (answer) => [answer.status, (await answer.json()).id]);
  };
  const key = crypto.randomUUID();
  const first = await send(key);
  return [first, await send(key)];
}"""


def new_name() -> str:
    """A title like no other: similar ones are asked about."""
    return uuid4().hex


def notice(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def expect_one_file(clerk: Visitor, title: str) -> None:
    page = clerk.open(f"/akten/?q={title}")
    expect(page.locator("tbody tr")).to_have_count(1)


class TestNewFile:
    def test_a_file_like_another_has_its_unit_and_its_registers_and_a_double_click_makes_one(self, clerk: Visitor) -> None:
        binders.open_a_file(clerk)
        page = clerk.page
        registers = page.locator(".contents__head h3").all_text_contents()
        page.get_by_role("button", name="Mehr", exact=True).click()
        clerk.picture("file-01-menu")
        page.locator("#file-menu a[href*='wie=']").click()
        title = new_name()
        page.get_by_label("Titel").fill(title)
        clerk.picture("file-02-new")

        page.get_by_role("button", name="Akte anlegen").dblclick()

        page.wait_for_url(re.compile(r"/akten/[0-9a-f-]{36}/$"))
        notice(page, "wurde angelegt")
        shown = page.locator(".contents__head h3").all_text_contents()  # with their numbers, which are the keys that lead there
        assert [name for name in shown if "Register" not in name] == [name for name in registers if "Register" not in name]
        clerk.rest()
        clerk.picture("file-03-empty-binder")
        expect_one_file(clerk, title)

    def test_a_similar_title_is_pointed_out_before_a_second_file_is_made(self, clerk: Visitor) -> None:
        path = binders.open_a_file(clerk)
        page = clerk.page
        title = page.locator("h1 span").last.inner_text()
        clerk.open(f"/akten/neu/?wie={path.split('/')[2]}")
        page.get_by_label("Titel").fill(title)

        page.get_by_role("button", name="Akte anlegen").click()

        expect(page.get_by_role("alert").filter(has_text="Es gibt schon eine ähnliche Akte")).to_be_visible()
        expect(page.get_by_role("link", name=title)).to_have_attribute("href", path)
        clerk.picture("file-04-similar")
        clerk.watch.expect("422 POST")


class TestBadUploads:
    """Each gets one German sentence, and what could be kept is kept."""

    def test_each_odd_file_is_answered_by_one_sentence(self, clerk: Visitor, tmp_path: Path) -> None:
        locked = papers.saved(papers.typed("Geheim"), tmp_path / "locked.pdf", encryption=Encryption(user="Sesam", owner="Sesam"))
        binders.open_a_file(clerk)
        page = clerk.page
        place = page.locator("[data-drop]").first
        names = {kind: f"{kind} {uuid4().hex[:6]}.pdf" for kind in ("leer", "programm", "kaputt", "verschlüsselt")}
        clerk.watch.expect("415 POST /api/v1/documents")

        binders.drop(page, place, names["leer"], b"")
        binders.drop(page, place, names["programm"], b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(400))
        failed = page.locator(".upload--failed")
        expect(failed.filter(has_text=names["leer"])).to_contain_text("Leere Dateien und Ordner lassen sich nicht ablegen.")
        expect(failed.filter(has_text=names["programm"])).to_contain_text("Programme werden nicht angenommen.")
        clerk.picture("upload-01-refused")

        binders.drop(page, place, names["kaputt"], b"%PDF-1.7\n" + b"kein Objekt, nirgends " * 40)
        binders.drop(page, place, names["verschlüsselt"], locked.read_bytes())
        for kind, sentence in (("kaputt", "Die Datei ist beschädigt"), ("verschlüsselt", "mit einem Kennwort geschützt")):
            row = binders.wait_until_read(page, names[kind].removesuffix(".pdf"), "failed")
            expect(row).to_contain_text(sentence)
            expect(row.get_by_role("button", name="Erneut lesen")).to_be_visible()
        clerk.picture("upload-02-failed")

        for gone in ("leer", "programm"):
            failed.filter(has_text=names[gone]).get_by_role("button", name="Aus der Liste nehmen").click()
        expect(page.locator("#uploads")).to_be_hidden()

    def test_the_same_upload_sent_twice_is_one_document(self, visit: Callable[..., Visitor]) -> None:
        clerk = visit("clerk")
        path = binders.open_a_file(clerk)
        title = new_name()

        answers = clerk.page.evaluate(UPLOAD_TWICE, [path.split("/")[2], f"{title}.txt", "Ein Vermerk in einer Zeile."])

        assert [status for status, _id in answers] == [201, 201]
        assert answers[0] == answers[1]
        clerk.open(path)
        expect(binders.row(clerk.page, title)).to_have_count(1)
