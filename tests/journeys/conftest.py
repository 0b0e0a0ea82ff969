"""Journeys: both sites as real processes, people at real browsers. bin/test starts the sites with a small demo."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.browsing import Browsing, Sites, Visitor, chromium, pictures_folder
from tests.journeys.own_binder import Binder


@pytest.fixture(scope="session")
def sites() -> Sites:
    var = os.environ.get("EAKTE_VAR")
    if not var or not (Path(var) / "demo.json").exists():
        pytest.fail("EAKTE_VAR names no running installation; bin/test tests/journeys starts one.", pytrace=False)
    return Sites(Path(var) / "demo.json")


@pytest.fixture(scope="session")
def browsing(sites: Sites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsing]:
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        yield Browsing(browser, sites, pictures_folder(tmp_path_factory.mktemp("pictures")))
        browser.close()


@pytest.fixture
def visit(browsing: Browsing) -> Iterator[Callable[..., Visitor]]:
    """visit("clerk") is a clerk of Musterstadt, signed in; visit("clerk", town="beispielheim") another; visit(None) a stranger."""
    with ExitStack() as windows:

        def open_window(role: str | None, *, town: str = "musterstadt", **options: object) -> Visitor:
            login = browsing.sites.login(role, town) if role else None
            base = "" if login else browsing.sites.address(town)
            window: AbstractContextManager[Visitor] = browsing.visitor(login, base=base, **options)
            return windows.enter_context(window)

        yield open_window


@pytest.fixture
def clerk(visit: Callable[..., Visitor]) -> Visitor:
    return visit("clerk")


@pytest.fixture
def binder(clerk: Visitor, tmp_path: Path) -> Binder:
    """A file of the clerk's own, with two documents in two registers."""
    return Binder(clerk, tmp_path)
