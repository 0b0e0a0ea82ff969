"""A clerk in the middle of her work wants a course, her town approves, her supervisor says yes: over both sites, as real processes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import binders
from tests.journeys.browsing import Visitor
from tests.journeys.mornings import in_the_dark_and_small
from tests.journeys.screen_checks import violations

pytestmark = pytest.mark.journey


def to_the_courses(visitor: Visitor) -> Page:
    """From where she is, by "Schulung", to the competence centre in a new window."""
    page = visitor.page
    page.get_by_role("link", name="Schulung", exact=True).click()
    visitor.rest()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Senden und zu den Schulungen (neues Fenster)").click()
    centre = opened.value
    centre.wait_for_url("**/schulungen/")
    centre.wait_for_load_state("networkidle")
    return centre


def looked_at(visitor: Visitor, page: Page, name: str) -> None:
    """Pictures of a window at the centre, wide and small, in the light and in the dark; and nothing runs out of the window."""
    for width, scheme in ((1440, "light"), (1440, "dark"), (320, "light"), (320, "dark")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)  # a look fades into the next
        page.screenshot(path=visitor.pictures / f"{name}-{width}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})


class TestTrainingOfATown:
    def test_from_the_binder_to_a_place_that_her_supervisor_approved(self, clerk: Visitor, visit: Callable[..., Visitor]) -> None:
        coordinator = visit("coordinator")
        coordinator.open("/")
        town = to_the_courses(coordinator)
        town.get_by_role("link", name="Meine Leute").click()
        town.wait_for_load_state("networkidle")
        town.get_by_role("button", name="Zustimmung verlangen").click()
        town.wait_for_load_state("networkidle")
        expect(town.locator("main")).to_contain_text("Jeder Anmeldung stimmen Vorgesetzte")

        binders.open_a_file(clerk)
        title = clerk.page.locator("h1").first.inner_text()
        clerk.page.get_by_role("link", name="Schulung", exact=True).click()
        clerk.rest()
        expect(clerk.page.locator("main")).to_contain_text("Organisationseinheit")
        expect(clerk.page.locator("main")).not_to_contain_text(title)
        clerk.picture("towns-01-what-is-sent")
        in_the_dark_and_small(clerk, "towns-01-what-is-sent")
        clerk.page.go_back()
        hers = to_the_courses(clerk)
        hers.goto(hers.url.replace("/schulungen/", "/schulungen/termine/"))
        hers.locator("main .courses a", has_text="Erste Schritte in der eAkte").first.click()  # others make dates of other courses
        hers.wait_for_load_state("networkidle")
        hers.get_by_role("button", name="Anmelden", exact=False).first.click()
        hers.wait_for_load_state("networkidle")
        expect(hers.locator("main")).to_contain_text("Zustimmung")
        looked_at(clerk, hers, "towns-02-waits-for-approval")

        supervisor = visit("supervisor")
        supervisor.open("/")
        boss = to_the_courses(supervisor)
        boss.get_by_role("link", name="Meine Leute").click()
        boss.wait_for_load_state("networkidle")
        looked_at(supervisor, boss, "towns-03-my-people")
        assert violations(boss) == []
        boss.get_by_role("link", name="Zustimmungen").click()
        boss.wait_for_load_state("networkidle")
        looked_at(supervisor, boss, "towns-04-approvals")
        assert violations(boss) == []
        boss.locator("input[name=enrolment]").first.check()
        boss.get_by_role("button", name="Zustimmen", exact=True).click()
        boss.wait_for_load_state("networkidle")
        expect(boss.locator("body")).to_contain_text("Anmeldung wurde zugestimmt")

        hers.reload()
        expect(hers.locator("main")).to_contain_text("Angemeldet")

        for name, address in (("05-list", "liste/"), ("06-invitations", "einladungen/")):
            town.goto(boss.url.partition("/schulungen/")[0] + f"/schulungen/meine-leute/{address}")
            town.wait_for_load_state("networkidle")
            looked_at(coordinator, town, f"towns-{name}")
            assert violations(town) == []
        town.get_by_role("button", name="Link erstellen").click()
        town.wait_for_load_state("networkidle")
        link = town.get_by_label("Adresse zum Weitergeben").input_value()
        guest = visit(None, town="zentrum").page
        guest.goto(link)
        looked_at(coordinator, guest, "towns-07-invited")
        assert violations(guest) == []
        guest.get_by_label("Vor- und Nachname").fill("Zoë Şahin")
        guest.get_by_label("Dienstliche E-Mail").fill("zoe@musterstadt.example")
        guest.get_by_role("button", name="Senden").click()
        guest.wait_for_load_state("networkidle")
        expect(guest.locator("main")).to_contain_text("Postfach")

    def test_an_operator_keeps_the_municipalities(self, visit: Callable[..., Visitor]) -> None:
        operator = visit("operator", town="zentrum")
        operator.open("/schulungen/kommunen/").locator("main .lines a").first.click()
        operator.rest()
        operator.picture("towns-08-operator")
        in_the_dark_and_small(operator, "towns-08-operator")
