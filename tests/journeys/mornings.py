"""What the two mornings share: a clerk's words for screens, and a clerk who has no mouse."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.journeys import binders
from tests.journeys.binders import tab_to
from tests.journeys.browsing import DESK, PHONE, Visitor

UNIT = "63.12.04"
BINDER = re.compile(r"/akten/[0-9a-f-]{36}/(\?.*|#.*)?$")
FIRST, SECOND = "Schriftverkehr", "Bauüberwachung"
LETTER = "Sehr geehrte Damen und Herren,\nder Bauzaun steht seit heute auf dem Gehweg.\nMit freundlichen Grüßen"
NOTE = "# Anruf des Bauherrn\n\nHerr Łukaszéwicz bittet um Rückruf.\n\n- Frist: 13. März\n- Zuständig: Amt 63"
TOMORROW = date.today() + timedelta(days=1)  # noqa: DTZ011 - as the browser's calendar has it
# Buttons that stick out of the window at the side, where nobody reaches them; a row of tabs scrolls.
BEYOND = """() => [...document.querySelectorAll("main :is(button, .kern-btn)")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && (box.left < -1 || box.right > innerWidth + 1) && !one.closest(".tabs, .binder-tabs, .binder-contents, [popover]");
}).map((one) => one.textContent.trim())"""
# What a person sees of the focus: an outline or a shadow around the element or around what frames it.
RING = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return "nothing has the focus";
  const box = focused.getBoundingClientRect();
  const place = `${focused.tagName} ${focused.className} ${focused.textContent.trim().slice(0, 40)}`;
  if (!box.width || !box.height || box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth) return `out of sight: ${place}`;
  for (let one = focused, step = 0; one && step < 3; one = one.parentElement, step += 1) {
    const style = getComputedStyle(one);
    if ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || (step < 2 && style.boxShadow !== "none")) return "";
  }
  return `no ring: ${place}`;
}"""


def notice(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").filter(has_text=sentence).first).to_be_visible()


def tab(page: Page, name: str) -> Locator:
    """One of the views of the file."""
    return page.get_by_role("navigation", name="Ansichten der Akte").get_by_role("link", name=name, exact=True)


def in_the_dark_and_small(clerk: Visitor, name: str) -> None:
    """The same screen in the dark, and at 320 pixels, where nothing is wider than the window."""
    page = clerk.page
    page.emulate_media(color_scheme="dark")
    page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")  # colours fade in
    clerk.picture(f"{name}-dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({**PHONE})
    page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    clerk.picture(f"{name}-320")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"], name
    assert page.evaluate(BEYOND) == [], name
    page.set_viewport_size({**DESK})


def expect_titles(page: Page, register: str, *titles: str) -> None:
    """What lies in a register, from the top."""
    expect(binders.register(page, register).locator(".contents__title")).to_have_text(list(titles))


class Keys:
    """A clerk who has no mouse. Every station shows where the focus is."""

    def __init__(self, clerk: Visitor) -> None:
        self.clerk, self.page = clerk, clerk.page
        self.press, self.type = clerk.page.keyboard.press, clerk.page.keyboard.type

    def use(self, target: Locator) -> None:
        """Tab to it and press Enter."""
        tab_to(self.page, target)
        self.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        tab_to(self.page, target)
        self.press("Control+a")
        self.type(text)

    def day(self, target: Locator, day: date) -> None:
        """Into a field for days its parts are typed one after the other; the browser of the tests has the month first."""
        tab_to(self.page, target)
        self.type(f"{day:%m%d%Y}")

    def station(self, name: str) -> None:
        missing = self.page.evaluate(RING)
        assert not missing, f"{name}: {missing}"
        self.clerk.picture(f"morning-keys-{name}")

    def arrived(self, address: re.Pattern[str]) -> None:
        self.page.wait_for_url(address)
        self.clerk.rest()
