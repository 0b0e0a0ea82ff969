"""Service levels over both sides of the desk: an operator closes it for some days, the worker counts anew, an agent and the requester read why."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import DESK, PHONE, Visitor

pytestmark = pytest.mark.journey


def test_an_agreement_is_changed_after_a_look_and_all_open_deadlines_follow(visit: Callable[..., Visitor]) -> None:
    agent, operator = visit("agent", town="zentrum"), visit("operator", town="zentrum")
    desk = agent.open("/anfragen/")
    expect(desk.get_by_role("columnheader", name="Nächste Frist")).to_have_attribute("aria-sort", "ascending")
    agent.picture("levels-overview")
    request = str(desk.get_by_role("link", name="Wie lege ich Band 2 an?").get_attribute("href")).partition("?")[0]
    agent.open(f"{request}fristen/")
    deadline = agent.page.locator("section", has=agent.page.get_by_role("heading", name="Lösung")).locator("dd time").last
    before = deadline.inner_text()
    agent.picture("levels-explained")

    page = operator.open("/verwaltung/vereinbarungen/")
    operator.picture("levels-agreements")
    page.get_by_role("link", name="Servicevereinbarung der Hotline").click()
    operator.rest()
    first = datetime.now(ZoneInfo("Europe/Berlin")).date() + timedelta(days=1)
    page.get_by_label("Schließtage").fill(f"{first:%d.%m.%Y}–{first + timedelta(days=13):%d.%m.%Y} Umzug der Hotline")
    page.get_by_role("button", name="Auswirkung anzeigen").click()
    operator.rest()
    expect(page.get_by_role("status").filter(has_text="Was sich ändern würde")).to_contain_text(
        re.compile(r"\d+ offene Anfragen bekommen andere Fristen")
    )
    operator.picture("levels-preview")
    page.get_by_role("button", name="Vereinbarung speichern").click()
    operator.rest()
    expect(page.get_by_text("werden neu berechnet")).to_be_visible()

    for _look in range(60):  # the worker counts
        agent.open(f"{request}fristen/")
        if deadline.inner_text() != before:
            break
        agent.page.wait_for_timeout(500)
    assert deadline.inner_text() != before
    expect(agent.page.get_by_text("geschlossen: Umzug der Hotline").first).to_be_visible()
    agent.picture("levels-explained-after")


def test_time_is_booked_beside_the_answer_and_reported_without_names(visit: Callable[..., Visitor]) -> None:
    agent, operator = visit("agent", town="zentrum"), visit("operator", town="zentrum")
    desk = agent.open("/anfragen/")
    desk.get_by_role("link", name="Neue Kollegin braucht ein Konto", exact=True).click()
    agent.rest()
    booked = agent.page.get_by_role("region", name="Gebuchte Zeiten")
    booked.get_by_label("Minuten").fill("17")
    booked.get_by_label("Tätigkeit").select_option(label="Telefon")
    booked.get_by_role("button", name="Buchen").click()
    agent.rest()
    expect(agent.page.get_by_text("17 Min. sind gebucht.")).to_be_visible()
    agent.picture("levels-time-booked")
    row = booked.get_by_role("listitem").filter(has_text="17 Min.")
    row.get_by_role("button", name="Zurücknehmen").click()
    agent.rest()
    expect(booked).to_contain_text("-17 Min.")

    page = operator.open("/verwaltung/zeiten/")
    expect(page.get_by_role("table")).to_contain_text("Musterstadt")
    expect(page.locator("main")).not_to_contain_text("Behrens")
    operator.picture("levels-report")
    with page.expect_download() as sheet:
        page.get_by_role("link", name="Als Tabelle (xlsx)").click()
    with page.expect_download() as pdf:
        page.get_by_role("link", name="PDF").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
    assert pdf.value.path().read_bytes().startswith(b"%PDF")


def test_the_screens_hold_in_narrow_and_dark_windows(visit: Callable[..., Visitor]) -> None:
    looks = {"narrow": {"viewport": PHONE}, "dark": {"viewport": DESK, "color_scheme": "dark"}}
    for look, options in looks.items():
        operator = visit("operator", town="zentrum", **options)
        page = operator.open("/verwaltung/vereinbarungen/")
        addresses = {"agreement": str(page.locator("main a.table__title").first.get_attribute("href")), "report": "/verwaltung/zeiten/"}
        page = operator.open("/anfragen/")
        addresses |= {"overview": "/anfragen/", "ticket": str(page.locator("main a.table__title").first.get_attribute("href"))}
        addresses["explained"] = f"{addresses['ticket'].partition('?')[0]}fristen/"
        for name, address in addresses.items():
            page = operator.open(address)
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            operator.page.screenshot(path=operator.pictures / f"levels-{name}-{look}.png", full_page=True)
            assert wider <= 0, f"{name} is {wider} px too wide ({look})"
