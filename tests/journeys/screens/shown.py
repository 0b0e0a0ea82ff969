"""A screen: who sees it, and how it is brought onto the display. And what the parts of the product have in common for that."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.journeys.browsing import Browsing, Visitor

NOBODY = "00000000-0000-0000-0000-000000000000"
Show = Callable[[Visitor], None]
Row = tuple[str, str | None, Show, str]
FIRST_FILES: dict[str, str] = {}  # of each town


@dataclass(frozen=True)
class Screen:
    """`routes` are the names of the URLs it covers; `refused` the status of an answer that belongs to it, "404 GET" say; `after`: what others do
    first."""

    name: str
    role: str | None
    show: Show
    routes: tuple[str, ...] = ()
    town: str = "musterstadt"
    refused: str = ""
    after: tuple[Screen, ...] = ()


def at(path: str) -> Show:
    return lambda visitor: visitor.open(path) and None


def first_file(visitor: Visitor) -> str:
    """The path of a file; the same one in every screen, whatever others have made in between."""
    if visitor.base not in FIRST_FILES:
        link = visitor.open("/akten/?q=Carport&status=open").locator("a.table__title").first
        FIRST_FILES[visitor.base] = str(link.get_attribute("href"))
    return FIRST_FILES[visitor.base]


def in_file(below: str = "") -> Show:
    def show(visitor: Visitor) -> None:
        visitor.open(first_file(visitor) + below)

    return show


def new_file(visitor: Visitor) -> Page:
    """A file of one's own: nobody else's screen changes with it."""
    page = visitor.open(f"/akten/neu/?wie={first_file(visitor).split('/')[2]}")
    page.get_by_label("Titel").fill(uuid4().hex)  # like no other title
    page.get_by_role("button", name="Akte anlegen").click()
    page.wait_for_url(re.compile(r"/akten/[0-9a-f-]{36}/$"))
    return page


def first_link(path: str, link: str, below: str = "") -> Show:
    """Follow the first link that matches on a page, as an address with something behind it."""

    def show(visitor: Visitor) -> None:
        target = str(visitor.open(path).locator(link).first.get_attribute("href"))
        visitor.open(f"{target.partition('?')[0]}{below}" if below else target)

    return show


def sent_empty(path: str, button: str) -> Show:
    """A form with its errors."""

    def show(visitor: Visitor) -> None:
        page = visitor.open(path)
        page.get_by_role("button", name=button).click()
        expect(page.locator(".form-errors, .kern-error").first).to_be_visible()

    return show


def sent_empty_in_file(below: str, button: str) -> Show:
    return lambda visitor: sent_empty(first_file(visitor) + below, button)(visitor)


def api_docs(visitor: Visitor) -> None:
    page = visitor.open("/api/v1/docs/")
    expect(page.locator(".opblock").first).to_be_visible()


def linked_from(show: Show, name: str) -> Show:
    """A page that another one leads to."""

    def follow(visitor: Visitor) -> None:
        show(visitor)
        visitor.page.get_by_role("link", name=name).first.click()
        visitor.rest()

    return follow


def of_the_centre(rows: list[Row]) -> list[Screen]:
    """Screens of the centre, each with its name there, who sees it, how, and its route."""
    return [Screen(f"centre-{name}", role, show, (f"centre/{route}",), town="zentrum") for name, role, show, route in rows]


class Windows:
    """A window for each role, kept open over many screens."""

    def __init__(self, browsing: Browsing, **options: object) -> None:
        self.browsing, self.options = browsing, options
        self.open: dict[tuple[str | None, str], Visitor] = {}
        self.stack = ExitStack()

    def show(self, screen: Screen) -> Visitor:
        """Bring a screen onto the display; what went wrong with others before is forgotten."""
        for earlier in screen.after:
            self.show(earlier)
        sites = self.browsing.sites
        key = (screen.role, screen.town)
        if key not in self.open:
            login = sites.login(screen.role, screen.town) if screen.role else None
            base = "" if login else sites.address(screen.town)
            self.open[key] = self.stack.enter_context(self.browsing.visitor(login, base=base, watch=False, **self.options))
        visitor = self.open[key]
        visitor.watch.troubles, visitor.watch.expected = [], [screen.refused] if screen.refused else []
        screen.show(visitor)
        return visitor
