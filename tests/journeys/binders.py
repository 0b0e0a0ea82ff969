"""What clerks do with a binder, in the words of a clerk."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import Visitor

SECONDS_TO_READ = 90_000  # milliseconds: three pages of OCR beside everything else that two cores do
DROP = """([name, type, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  return transfer;
}"""

# How many elements that Tab stops at lie between the focus and an element, roughly.
STOPS_BEFORE = """(target) => {
  const stops = [...document.querySelectorAll("a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex='0']")]
    .filter((one) => one === target || (one.checkVisibility() && one.type !== "radio" && one.tabIndex === 0));
  return stops.indexOf(target) - stops.indexOf(document.activeElement);
}"""
STILL_TO_BE_PLACED = """async ([file, name]) => {
  const form = new FormData();
  form.append("file", file);
  form.append("directly_in_file", "false");
  form.append("content", new File(["Ein Vermerk in einer Zeile."], name, { type: "text/plain" }), name);
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  return (await fetch("/api/v1/documents/", { method: "POST", headers: { "X-CSRFToken": token }, body: form })).status;
}"""


def open_branch_to(page: Page, code: str) -> None:
    """Open the tree with the mouse, branch by branch, until the unit's files are shown."""
    for _level in range(6):
        items = page.get_by_role("treeitem").filter(visible=True)
        codes = [text.strip() for text in items.locator(".tree__code").all_inner_texts()]
        nearest = max((one for one in codes if code.startswith(one)), key=len)
        item = items.filter(has=page.locator(".tree__code", has_text=re.compile(rf"^{re.escape(nearest)}$")))
        if nearest == code:
            item.get_by_role("link").click()
            page.wait_for_url(re.compile("/aktenplan/[0-9a-f-]{36}/"))
            return
        item.locator(".tree__toggle").click()
        expect(item).to_have_attribute("aria-expanded", "true")
    raise AssertionError(f"{code} is not in the tree")


def register(page: Page, name: str) -> Locator:
    return page.locator(".contents__register").filter(has=page.get_by_role("heading", name=name))


def drop(page: Page, place: Locator, name: str, content: bytes, media_type: str = "application/pdf") -> None:
    """Drag a file from the desktop over a place of the page and let it go."""
    transfer = page.evaluate_handle(DROP, [name, media_type, base64.b64encode(content).decode()])
    for event in ("dragenter", "dragover", "drop"):
        place.dispatch_event(event, {"dataTransfer": transfer})


def watch_states(page: Page) -> None:
    """Write down every state that a document passes through in the list, however short it is."""
    page.evaluate("""() => {
      window.seenStates = {};
      const look = () => document.querySelectorAll("#documents [data-state]").forEach((row) => {
        const seen = (window.seenStates[row.querySelector(".contents__title").textContent] ??= []);
        if (seen.at(-1) !== row.dataset.state) seen.push(row.dataset.state);
      });
      look();
      new MutationObserver(look).observe(document.querySelector(".contents__scroll"), { childList: true, subtree: true, attributes: true });
    }""")


def seen_states(page: Page, title: str) -> list[str]:
    states: list[str] = page.evaluate("(title) => window.seenStates[title] ?? []", title)
    return states


def row(page: Page, title: str) -> Locator:
    return page.locator("#documents li").filter(has=page.locator(".contents__title", has_text=re.compile(rf"^\s*{re.escape(title)}\s*$")))


def wait_until_read(page: Page, title: str, state: str = "ready") -> Locator:
    entry = row(page, title)
    expect(entry).to_have_attribute("data-state", state, timeout=SECONDS_TO_READ)
    return entry


def sheet_count(page: Page) -> int:
    return int(page.locator("[data-count]").inner_text())


def current_sheet(page: Page) -> int:
    return int(page.locator("#binder-sheet").input_value() or 0)


def expect_painted(page: Page, sheet: int) -> None:
    """The sheet's picture lies on the desk, in view and not blank."""
    leaf = page.locator(".leaf--sheet[data-shown]").filter(has=page.locator(".leaf__number", has_text=re.compile(rf"^{sheet}$")))
    expect(leaf).to_be_in_viewport()
    size: dict[str, Any] = leaf.locator("canvas").first.evaluate("(canvas) => ({ width: canvas.width, height: canvas.height })")
    assert size["width"] >= 900
    assert size["height"] >= 600


def leaf_through(page: Page, forward: str = "ArrowRight") -> list[int]:
    """Turn the sheets from the first to the last with the arrow key; returns the numbers seen."""
    total = sheet_count(page)
    page.locator(".binder-view").focus()
    page.keyboard.press("Home")
    page.keyboard.press(forward)
    seen = []
    for _turn in range(4 * total):
        sheet = current_sheet(page)
        if sheet not in seen:
            expect_painted(page, sheet)
            seen.append(sheet)
        if sheet == total:
            break
        page.keyboard.press(forward)
    return seen


def marked_words(page: Page) -> Locator:
    return page.locator(".leaf--sheet .word--hit")


def open_a_file(visitor: Visitor, place: int = 0) -> str:
    """Open one of the files that the person may see; returns its path."""
    page = visitor.open("/akten/")
    link = page.locator("a.table__title").nth(place)
    path = str(link.get_attribute("href"))
    link.click()
    page.wait_for_url(f"**{path}**")
    visitor.rest()
    return path


def put_beside_the_registers(clerk: Visitor, path: str, name: str) -> None:
    """Send a document as a specialist system does that leaves its place to the clerk; then open the file."""
    assert clerk.page.evaluate(STILL_TO_BE_PLACED, [path.split("/")[2], f"{name}.txt"]) == 201
    clerk.open(path)
    wait_until_read(clerk.page, name)


def tab_to(page: Page, target: Locator, most: int = 120) -> None:
    """Press Tab until the target has the focus. Everything that can be used must be within reach.

    It looks where it is only near the target, which saves half the time.
    """
    expect(target).to_be_attached()
    for _far in range(min(most, target.evaluate(STOPS_BEFORE) - 3)):
        page.keyboard.press("Tab")
    for _stop in range(most):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by Tab")


def saved(download: Any, folder: Path) -> bytes:
    target = folder / download.suggested_filename
    download.save_as(target)
    return target.read_bytes()
