"""A course from the plan to the practice town, over both sites: one place, two who want it, the waiting list, and a town of her own to try things in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import Visitor
from tests.journeys.mornings import in_the_dark_and_small
from tests.journeys.planning import PLAN, first_day
from tests.journeys.screen_checks import violations
from tests.journeys.test_training_towns import looked_at, to_the_courses

pytestmark = pytest.mark.journey
COURSE = "Erste Schritte in der eAkte"  # of the demo; it is practised in the Übungsstadt
WAIT = 60_000  # milliseconds: the node's courier calls every two seconds, a town is copied, on a machine that does much else


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")


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


def until(visitor: Visitor, path: str, text: str) -> Page:
    """Load a page again until it says what the courier has yet to bring."""
    for _time in range(30):
        page = visitor.open(path)
        if page.locator("main").get_by_text(text, exact=True).count():
            return page
        page.wait_for_timeout(WAIT // 30)
    raise AssertionError(f"{path} does not say {text!r}")


class TestCourse:
    def test_from_the_plan_to_a_practice_town_of_her_own(self, visit: Callable[..., Visitor]) -> None:
        trainer = visit("trainer", town="zentrum")
        plan = planned(trainer)
        date = plan.replace("/planung", "")
        clerk, registry = visit("clerk", town="beispielheim"), visit("registry", town="beispielheim")

        for visitor in (clerk, registry):
            visitor.open("/")
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

        page = trainer.open(f"{plan}uebungsstadt/")
        page.get_by_role("button", name="Übungsstädte öffnen").click()
        trainer.rest()
        page = until(trainer, f"{plan}uebungsstadt/", "Offen")
        trainer.picture("training-03-practice-towns")
        in_the_dark_and_small(trainer, "training-03-practice-towns")
        page.set_viewport_size({"width": 1440, "height": 900})
        assert violations(page) == []

        others.reload()
        others.get_by_role("button", name="Zu Ihrer Übungsstadt").click()
        others.wait_for_url(re.compile(r"//uebung-\d+\."), timeout=WAIT)
        settled(others)
        expect(others.locator("body")).to_have_attribute("data-practice", "Übungsumgebung")
        registry.pictures.joinpath("training-04-town.png").write_bytes(others.screenshot())
        base = re.match(r"https?://[^/]+", others.url)
        assert base
        self._exercise(others, base[0])
        page = until(trainer, f"{plan}uebungsstadt/", "1")
        expect(page.get_by_role("row").last).to_contain_text("find-file")
        trainer.picture("training-05-progress")

        page.get_by_text("Neu beginnen").last.click()
        page.get_by_label("Auch während gerade gearbeitet wird").check()
        page.get_by_role("button", name="Diese Stadt neu anlegen").click()
        trainer.rest()
        expect(page.get_by_role("status").first).to_contain_text("wird neu angelegt")
        for _time in range(30):  # her session there ends with the town as it was
            answer = others.goto(f"{base[0]}/uebungen/")
            if "/anmelden/" in others.url or (answer is not None and answer.status == 404):
                break
            others.wait_for_timeout(WAIT // 30)
        else:
            raise AssertionError("her town was not made anew")

    def _exercise(self, page: Page, base: str) -> None:
        """The first exercise: find a file, and say which reference it has."""
        page.goto(f"{base}/uebungen/find-file/")
        page.get_by_role("button", name=re.compile("^Übung (beginnen|fortsetzen)$")).click()
        settled(page)
        page.goto(f"{base}/akten/?q=Sonnleitner")
        reference = page.locator("main .reference").first.inner_text()
        field = page.locator("#practice-bar").get_by_label("Welches Aktenzeichen")
        field.fill(reference)
        page.locator("#practice-bar").get_by_role("button", name="Prüfen").click()
        expect(page.locator("#practice-bar")).to_contain_text("Alles ist richtig.")
