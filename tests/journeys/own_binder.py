"""A file that a clerk of the journeys opens for herself, so that nobody else's steps are seen in it."""

from __future__ import annotations

import base64
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.foundation import papers
from tests.journeys import binders
from tests.journeys.browsing import Visitor

NEW_FILE = """async ([beside, title]) => {
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const known = await (await fetch(`/api/v1/files/${beside}/`)).json();
  const body = JSON.stringify({ file_plan_unit: known.file_plan_unit, like: beside, title });
  const answer = await fetch("/api/v1/files/", { method: "POST", body, headers: { "X-CSRFToken": csrf, "Content-Type": "application/json" } });
  const file = await answer.json();
  return [file.id, file.registers.map((register) => register.id)];
}"""
FILE = """async ([file, register, title, received_on, content]) => {
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new FormData();
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  for (const [name, value] of Object.entries({ file, register, title, received_on })) body.append(name, value);
  body.append("content", new File([bytes], `${title}.pdf`, { type: "application/pdf" }));
  const answer = await fetch("/api/v1/documents/", { method: "POST", body, headers: { "X-CSRFToken": csrf } });
  let document_ = await answer.json();
  for (let wait = 0; document_.state !== "ready" && wait < 300; wait += 1) {
    await new Promise((next) => setTimeout(next, 300));
    document_ = await (await fetch(`/api/v1/documents/${document_.id}/`)).json();
  }
  return document_.state;
}"""


class Binder:
    """A file of her own with two documents in two registers."""

    def __init__(self, clerk: Visitor, folder: Path) -> None:
        self.clerk, self.page, self.folder = clerk, clerk.page, folder
        self.word = f"Quitte{uuid4().hex[:8]}"
        near = binders.open_a_file(clerk).split("/")[2]
        self.id, self.registers = self.page.evaluate(NEW_FILE, [near, f"Blättern {uuid4().hex}"])
        self.file(0, "Antrag", "2026-01-12", [f"Antrag auf {self.word}", "Rückseite", f"{self.word} und {self.word}"])
        self.file(1, "Bescheid", "2026-03-03", [f"Bescheid über {self.word}", "Rechtsbehelf"])

    def file(self, register: int, title: str, received: str, pages: list[str]) -> None:
        content = papers.saved(papers.typed(*pages), self.folder / f"{title}.pdf").read_bytes()
        sent = [self.id, self.registers[register], title, received, base64.b64encode(content).decode()]
        assert self.page.evaluate(FILE, sent) == "ready"

    def open(self, rest: str = "") -> Page:
        page = self.clerk.open(f"/akten/{self.id}/{rest}")
        expect(page.locator(".leaf--sheet[data-shown]").first).to_be_visible()
        return page

    def folios(self) -> Page:
        return self.clerk.open(f"/akten/{self.id}/blattnummern/")
