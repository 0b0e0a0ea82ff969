"""A course from the plan to the practice town, over both sites: one place, two who want it, the waiting list, and a town of her own to try things in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import first_hour
from tests.journeys.browsing import Visitor
from tests.journeys.first_hour import settled
from tests.journeys.mornings import in_the_dark_and_small
from tests.journeys.planning import PLAN, first_day
from tests.journeys.screen_checks import violations
from tests.journeys.test_training_towns import looked_at, to_the_courses

pytestmark = pytest.mark.journey
COURSE = "Erste Schritte in der eAkte"  # of the demo; it is practised in the Übungsstadt
WAIT = 60_000  # milliseconds: the node's courier calls every two seconds, a town is copied, on a machine that does much else


def planned(trainer: Visitor) -> str:
    """A date of two days with one place, open to enrolment; gives its address for planners."""
    page, day = trainer.open(f"{PLAN}termine/neu/"), first_day() + timedelta(days=7)
    page.get_by_label("Schulung", exact=True).select_option(label=COURSE)
    page.get_by_label("Plätze", exact=True).fill("1")
    page.get_by_role("button", name="Weiterer Schulungstag").click()
    trainer.rest()
    for place in range(2):
        page.get_by_label("Tag", exact=True).nth(place).fill((day + timedelta(days=place)).isoformat())
        page.get_by_label("Von", exact=True).nth(place).fill("09:00")
        page.get_by_label("Bis", exact=True).nth(place).fill("12:00")
        page.get_by_label(re.compile("Videoraum")).nth(place).fill("https://video.example/raum")
    page.get_by_role("button", name="Planen", exact=True).last.click()
    page.wait_for_url(re.compile(rf"{PLAN}termine/[0-9a-f-]{{36}}/$"))
    page.get_by_role("button", name="Anmeldung öffnen").click()
    trainer.rest()
    expect(page.locator("main")).to_contain_text("Anmeldung offen")
    return "/" + page.url.split("/", 3)[3]


def until(visitor: Visitor, path: str, text: str, *, times: int = 1) -> Page:
    """Load a page again until it says (so many times) what the courier has yet to bring."""
    for _time in range(30):
        page = visitor.open(path)
        if page.locator("main").get_by_text(text, exact=True).count() >= times:
            return page
        page.wait_for_timeout(WAIT // 30)
    raise AssertionError(f"{path} does not say {text!r}")


def line_of(page: Page, name: str) -> Locator:
    """A trainee's row in the table of practice towns."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def enter(page: Page) -> str:
    """From the date's page by one click into her town; gives its address."""
    page.reload()
    page.get_by_role("button", name="Zu Ihrer Übungsstadt").click()
    page.wait_for_url(re.compile(r"//uebung-\d+\."), timeout=WAIT)
    settled(page)
    expect(page.locator("body")).to_have_attribute("data-practice", "Übungsumgebung")
    base = re.match(r"https?://[^/]+", page.url)
    assert base
    return base[0]


class TestCourse:
    def test_from_the_plan_to_a_practice_town_of_her_own(self, visit: Callable[..., Visitor], tmp_path: Path) -> None:
        trainer = visit("trainer", town="zentrum")
        plan = planned(trainer)
        date = plan.replace("/planung", "")
        clerk, registry = visit("clerk", town="beispielheim"), visit("registry", town="beispielheim")

        names = [visitor.open("/").locator("#user-menu .person").text_content() or "" for visitor in (clerk, registry)]
        hers, others = to_the_courses(clerk), to_the_courses(registry)
        hers.goto(hers.url.replace("/schulungen/", date))
        expect(hers.locator("main")).to_contain_text("1 Platz frei")
        hers.get_by_role("button", name="Anmelden", exact=True).click()
        settled(hers)
        expect(hers.get_by_role("status").first).to_contain_text("Sie haben einen Platz.")
        looked_at(clerk, hers, "training-01-enrolled")
        assert violations(hers) == []
        others.goto(others.url.replace("/schulungen/", date))
        others.get_by_role("button", name="Auf die Warteliste").click()
        settled(others)
        expect(others.locator("main")).to_contain_text("an Stelle 1")

        hers.get_by_role("button", name="Abmelden").click()
        hers.get_by_role("dialog").get_by_role("button", name="Abmelden").click()
        settled(hers)
        expect(hers.get_by_role("status").first).to_contain_text("Sie sind abgemeldet.")
        others.reload()
        expect(others.locator("main")).to_contain_text("ist ein Platz für Sie freigehalten")
        looked_at(registry, others, "training-02-offered")
        assert violations(others) == []
        others.get_by_role("button", name="Platz annehmen").click()
        settled(others)
        expect(others.get_by_role("status").first).to_contain_text("Sie haben einen Platz.")

        others.get_by_label("In Ihren eigenen Worten").fill("Ein Platz vorne, bitte.")
        others.get_by_role("button", name="Speichern").click()
        settled(others)
        expect(others.get_by_role("status").first).to_contain_text("Die Trainerinnen und Trainer dieser Schulung lesen es.")
        looked_at(registry, others, "training-02-need")
        assert violations(others) == []
        expect(trainer.open(plan).locator("main")).to_contain_text("Braucht: Ein Platz vorne, bitte.")
        trainer.picture("training-02-need-read")

        # One more place, which she who withdrew takes: two trainees, each with a town of her own.
        page = trainer.open(f"{plan}aendern/")
        page.get_by_label("Plätze", exact=True).fill("2")
        page.get_by_role("button", name="Speichern").click()
        trainer.rest()
        hers.reload()
        hers.get_by_role("button", name="Anmelden", exact=True).click()
        settled(hers)
        expect(hers.get_by_role("status").first).to_contain_text("Sie haben einen Platz.")

        page = trainer.open(f"{plan}uebungsstadt/")
        page.get_by_role("button", name="Übungsstädte öffnen").click()
        trainer.rest()
        page = until(trainer, f"{plan}uebungsstadt/", "Offen", times=2)
        trainer.picture("training-03-practice-towns")
        in_the_dark_and_small(trainer, "training-03-practice-towns")
        page.set_viewport_size({"width": 1440, "height": 900})
        assert violations(page) == []

        dated = others.url
        base, untouched = enter(others), enter(hers)
        assert base != untouched
        registry.pictures.joinpath("training-04-town.png").write_bytes(others.screenshot())
        first_hour.find_file(hers, untouched)
        first_hour.find_file(others, base)
        first_hour.file_scan(others, base, tmp_path)
        first_hour.set_reminder(others, base)
        assert (first_hour.done(others, base), first_hour.done(hers, untouched)) == (list(first_hour.EXERCISES), ["find-file"])
        registry.pictures.joinpath("training-05-done.png").write_bytes(others.screenshot())
        page = until(trainer, f"{plan}uebungsstadt/", "3")
        expect(line_of(page, names[1])).to_contain_text("Eine Wiedervorlage setzen")
        expect(line_of(page, names[0])).to_contain_text("Eine Akte finden")
        trainer.picture("training-06-progress")

        row = line_of(page, names[1])
        row.get_by_text("Neu beginnen").click()
        row.get_by_label("Auch während gerade gearbeitet wird").check()
        row.get_by_role("button", name="Diese Stadt neu anlegen").click()
        trainer.rest()
        expect(page.get_by_role("status").first).to_contain_text("wird neu angelegt")
        for _time in range(30):  # her session there ends with the town as it was
            answer = others.goto(f"{base}/uebungen/")
            if "/anmelden/" in others.url or (answer is not None and answer.status == 404):
                break
            others.wait_for_timeout(WAIT // 30)
        else:
            raise AssertionError("her town was not made anew")
        assert first_hour.done(hers, untouched) == ["find-file"]

        others.goto(dated)
        assert first_hour.done(others, enter(others)) == []
