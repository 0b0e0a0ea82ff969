#!/usr/bin/env python3
"""Leafing through a file of 2,000 sheets in Chromium on the loopback, at a running installation (EAKTE_VAR).

    .venv/bin/python benchmarks/leafing.py [--municipality musterstadt] [--sheets 2000] [--documents 300] [--file ID]

The documents are made here, uploaded through the API and read by the workers; `--file` takes a file that is there already.
A time ends when the picture of the sheet has been handed to the canvas and the next frame has been drawn.

The first sheet is measured in three ways, each from the start of the navigation to the file:
- drawn, first visit: an empty browser, and the server draws the picture for this request;
- cached, first visit: an empty browser, the picture lies in the server's cache;
- cached, browser knows the site: as a clerk has it who goes on where she stopped. The binder was open before in this browser, which so
  has scripts, styles, compiled code and the width of the desk; the server has the picture, the browser has not seen it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from installation import Town, quantiles, row, var_folder
from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.foundation import papers
from tests.journeys.browsing import Browsing, Login, Sites, chromium

WORDS = [
    "Antrag",
    "Bescheid",
    "Grundstück",
    "Genehmigung",
    "Stellungnahme",
    "Nachbar",
    "Zufahrt",
    "Entwässerung",
    "Gebühr",
    "Frist",
    "Anlage",
    "Vermerk",
    "prüfen",
    "liegt",
    "vor",
]
TITLE = "Leafing benchmark"
WIDTHS = (46, 12, 12, 12, 16)
MEMORY_WIDTHS = (28, 12, 10, 10, 12, 16)
MEGABYTE = 1024 * 1024

# In the page, before its own scripts: when each sheet was first on the display, counted from the start of the navigation.
PAINTED = r"""
window.painted = new Map();
new PerformanceObserver((list) => {
  for (const { name } of list.getEntries()) {
    const sheet = Number(/^sheet-(\d+)$/.exec(name)?.[1]);
    if (sheet) requestAnimationFrame(() => setTimeout(() => { if (!window.painted.has(sheet)) window.painted.set(sheet, performance.now()); }));
  }
}).observe({ type: "mark", buffered: true });
window.onDisplay = (sheet) => [...document.querySelectorAll(".leaf--sheet[data-shown] .leaf__number")].some((number) => number.textContent === String(sheet));
window.shown = async (sheet) => {
  while (!window.onDisplay(sheet)) await new Promise((again) => setTimeout(again));
  await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
};
window.press = (key) => document.querySelector(".binder-view").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
window.sheetNow = () => Number(document.getElementById("binder-sheet").value);
window.turn = async () => {
  const before = performance.now();
  window.press("ArrowRight");
  await window.shown(window.sheetNow());
  return performance.now() - before;
};
window.jump = async (sheet) => {
  const number = document.getElementById("binder-sheet");
  number.value = sheet;
  const before = performance.now();
  number.form.requestSubmit();
  await window.shown(sheet);
  return performance.now() - before;
};
"""
FIRST = (
    "async () => { while (!window.painted.size) await new Promise((n) => setTimeout(n, 5)); return Math.min(...window.painted.values()); }"
)
TURNS = """async ([count, pause]) => {
  const times = [];
  for (let turn = 0; turn < count; turn += 1) {
    const took = await window.turn();
    times.push(took);
    await new Promise((next) => setTimeout(next, Math.max(0, pause - took)));
  }
  return times;
}"""
STOPPED = """async ([address, sheet]) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ sheet }) });
  if (!answer.ok) throw new Error(`The place was not remembered: ${answer.status}`);
}"""
WARMING = 4  # rounds
JUMPS = "async (sheets) => { const times = []; for (const sheet of sheets) { times.push(await window.jump(sheet)); await new Promise((n) => setTimeout(n, 300)); } return times; }"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--municipality", default="musterstadt")
    arguments.add_argument("--sheets", type=int, default=2000)
    arguments.add_argument("--documents", type=int, default=300)
    arguments.add_argument("--missing", type=int, default=20, help="sheets lent out, which have a stand-in at their place")
    arguments.add_argument("--file", help="id of a file made by an earlier run")
    chosen = arguments.parse_args()
    file = chosen.file or made(chosen.municipality, chosen.sheets, chosen.documents, chosen.missing)
    sites = Sites(var_folder() / "demo.json")
    login = sites.login("clerk", chosen.municipality)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = chromium(playwright)
        measure(Browsing(browser, sites, Path(folder)), login, f"/akten/{file}/", browser.new_browser_cdp_session())
        browser.close()


def made(slug: str, sheets: int, documents: int, missing: int) -> str:
    """File documents of one to some pages until there are enough sheets; waits until the workers have read them all."""
    town = Town(var_folder(), slug)
    file = town.new_file(TITLE)
    chance = random.Random(2000)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        left = sheets
        for number in range(documents):
            pages = max(1, round(left / (documents - number) * chance.uniform(0.5, 1.5))) if number < documents - 1 else left
            path = papers.saved(papers.typed(*(letter(chance) for _page in range(pages))), Path(folder) / f"Schreiben {number + 1:03}.pdf")
            document, _took = town.upload(file, path)
            left -= pages
            if number * missing // documents < (number + 1) * missing // documents:
                lent = {
                    "what": f"Sheet {number}",
                    "borrower": "Court",
                    "since": datetime.now(tz=UTC).date().isoformat(),
                    "behind": document,
                }
                town.call("POST", f"/api/v1/files/{file}/missing-sheets/", json.dumps(lent).encode(), "application/json")
    while (states := town.states(file)) and set(states.values()) & {"received", "reading"}:
        time.sleep(1)
    print(
        f"file {file}: {sheets} sheets in {documents} documents and {missing} stand-ins, uploaded and read in {time.perf_counter() - began:.0f} s\n"
    )
    return file


def letter(chance: random.Random) -> str:
    return "\n".join(" ".join(chance.choices(WORDS, k=9)) for _line in range(46))


def measure(browsing: Browsing, login: Login, path: str, browser: CDPSession) -> None:
    """Measure and print. Drawn (cold): the server draws the picture for this request; cached (warm): it lies in the server's cache."""
    print(row("", "median ms", "p95 ms", "count", "goal", widths=WIDTHS))
    with browsing.visitor(login, watch=False):
        pass  # signs in once
    total = sheets_of(browsing, login, path)
    empty_picture_cache(browsing, login)
    cold = [first_sheet(browsing, login, f"{path}#blatt={sheet}") for sheet in range(11, min(total, 260), 35)]
    say("first sheet, drawn, first visit", cold, "")
    say("first sheet, cached, first visit", [first_sheet(browsing, login, path + "#blatt=11") for _run in range(9)], "")
    say("first sheet, cached, browser knows the site", again(browsing, login, path, total), "≤ 250")
    with browsing.visitor(login, watch=False) as visitor:
        visitor.page.add_init_script(PAINTED)
        page = visitor.open(path + "#blatt=1")
        chance = random.Random(7)
        far = chance.sample(range(300, total), 30)
        say("jump anywhere, drawn (cold)", page.evaluate(JUMPS, far), "")
        say("jump anywhere, cached (warm)", page.evaluate(JUMPS, chance.sample(far, 30)), "≤ 200")
        page.evaluate("window.jump(1)")
        say("sheet turn, prefetched", page.evaluate(TURNS, [80, 500]), "p95 ≤ 50")
        page.evaluate("window.jump(100)")
        say("fast leafing, 10 sheets a second, cold", page.evaluate(TURNS, [100, 100]), "≤ 80")
        page.evaluate("window.jump(1)")
        say("fast leafing, 10 sheets a second, warm", page.evaluate(TURNS, [180, 100]), "≤ 80")
        whole_file(page, total, browser)


def sheets_of(browsing: Browsing, login: Login, path: str) -> int:
    with browsing.visitor(login, watch=False) as visitor:
        return int(re.sub(r"\D", "", visitor.open(path).locator("[data-count]").inner_text()))


def empty_picture_cache(browsing: Browsing, login: Login) -> None:
    """So that cold is cold, also at the second run."""
    folder = var_folder() / "images" / login.town
    for part in folder.iterdir() if folder.is_dir() else ():
        shutil.rmtree(part, ignore_errors=True)


def first_sheet(browsing: Browsing, login: Login, address: str) -> float:
    """Milliseconds from the navigation to the first sheet on the display, in a browser that has seen nothing of the site."""
    with browsing.visitor(login, watch=False) as visitor:
        visitor.page.add_init_script(PAINTED)
        visitor.page.goto(visitor.base + address)
        return float(visitor.page.evaluate(FIRST))


def again(browsing: Browsing, login: Login, path: str, total: int) -> list[float]:
    """The first sheet in a browser that knows the site, at the sheet where the clerk stopped; she comes from her desk.

    The pictures are drawn beforehand in a browser of their own: asked for by this one they would lie in its cache, and a sheet that
    nobody has asked for would be drawn within the time. The first rounds warm the browser: it keeps compiled scripts from the third on.
    """
    sheets = range(12, min(total, 260), 16)
    with browsing.visitor(login, watch=False) as visitor:
        for sheet in sheets:
            visitor.page.goto("about:blank")
            visitor.open(f"{path}#blatt={sheet}")
    with browsing.visitor(login, watch=False) as visitor:
        visitor.page.add_init_script(PAINTED)
        times = []
        for sheet in sheets:
            visitor.open("/")
            visitor.page.evaluate(STOPPED, [f"{path}merken/", sheet])
            visitor.page.goto(f"{visitor.base}{path}#blatt={sheet}")
            times.append(float(visitor.page.evaluate(FIRST)))
            visitor.rest()
        return times[WARMING:]


def whole_file(page: Page, total: int, browser: CDPSession) -> None:
    """Turn every sheet and look at the tab's memory on the way."""
    heap = page.context.new_cdp_session(page)
    print()
    print(row("memory of the tab, MB", "sheets", "all", "own", "JavaScript", "goal", widths=MEMORY_WIDTHS))
    page.evaluate("window.jump(1)")
    seconds, now, step = 0.0, 1, max(1, total // 4)
    print(row("", now, *memory(page, browser, heap), "", widths=MEMORY_WIDTHS))
    while now < total:  # stand-ins are turned to, too, but are no sheets: rounds go on until the last sheet is there
        before, began = now, time.perf_counter()
        page.evaluate(TURNS, [min(step, total - now + 1), 0])
        seconds += time.perf_counter() - began
        now = page.evaluate("window.sheetNow()")
        assert now > before
        print(row("", now, *memory(page, browser, heap), "≤ 250, flat", widths=MEMORY_WIDTHS), flush=True)
    print("all: resident memory of the process; own: without the mapped program, which all tabs share")
    print(f"\n{total} sheets turned as fast as they come, most pictures drawn on the way: {total / seconds:.0f} a second")


def memory(page: Page, browser: CDPSession, heap: CDPSession) -> tuple[str, str, str]:
    """Memory of the tab's process when it has come to rest."""
    heap.send("HeapProfiler.collectGarbage")
    page.wait_for_timeout(3000)
    processes: list[dict[str, Any]] = browser.send("SystemInfo.getProcessInfo")["processInfo"]
    tabs = [resident(process["id"]) for process in processes if process["type"] == "renderer"]
    everything, own = max(tabs)
    used = heap.send("Runtime.getHeapUsage")["usedSize"]
    return f"{everything / MEGABYTE:.0f}", f"{own / MEGABYTE:.0f}", f"{used / MEGABYTE:.1f}"


def resident(pid: int) -> tuple[int, int]:
    """Bytes of a process in memory, and those that are not a mapped file."""
    parts = {name: int(size) * 1024 for name, size in re.findall(r"(Rss\w+):\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())}
    return sum(parts.values()), sum(parts.values()) - parts["RssFile"]


def say(name: str, times: list[float], goal: str) -> None:
    median, p95 = quantiles(times)
    print(row(name, f"{median:.0f}", f"{p95:.0f}", len(times), goal, widths=WIDTHS), flush=True)


if __name__ == "__main__":
    main()
