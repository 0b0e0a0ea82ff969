"""People who have no login: enrolled by a list, they do everything by the link in their mails, and say with a telephone that they are in the room."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import post_office
from tests.journeys.binders import tab_to
from tests.journeys.browsing import Visitor
from tests.journeys.mornings import RING, in_the_dark_and_small
from tests.journeys.planning import COURSE, PLAN, course_there, first_day
from tests.journeys.screen_checks import violations
from tests.journeys.telephone import address_in
from tests.journeys.test_training_towns import looked_at, to_the_courses

pytestmark = pytest.mark.journey

TELEPHONE = {"viewport": {"width": 390, "height": 780}, "is_mobile": True, "has_touch": True}
SMALL = {**TELEPHONE, "viewport": {"width": 320, "height": 640}}
MINUTE, LATE = timedelta(minutes=1), time(23, 45)


@dataclass(frozen=True)
class Person:
    """Somebody on the coordinator's list, and what her mail says: the path of her link, and her code."""

    name: str
    email: str
    link: str = ""
    code: str = ""


def berlin() -> datetime:
    return datetime.now(ZoneInfo("Europe/Berlin")).replace(tzinfo=None, second=0, microsecond=0)


def soon() -> datetime:
    """When a session begins whose door is open already, and that does not end before midnight."""
    begins = berlin() + 10 * MINUTE
    return begins if begins.time() < LATE else datetime.combine(begins.date() + timedelta(days=1), time(0, 5))


def planned(trainer: Visitor, begins: datetime) -> str:
    """A date with one session of some hours, open to enrolment until it begins; gives its public id."""
    course_there(trainer)
    page = trainer.open(f"{PLAN}termine/neu/")
    ends = min(begins + timedelta(hours=3), datetime.combine(begins.date(), time(23, 59)))
    page.get_by_label("Schulung", exact=True).select_option(label=COURSE)
    page.get_by_label("Tag", exact=True).fill(begins.date().isoformat())
    page.get_by_label("Von", exact=True).fill(f"{begins:%H:%M}")
    page.get_by_label("Bis", exact=True).fill(f"{ends:%H:%M}")
    page.get_by_label("Videoraum").fill("https://video.example/raum")
    page.get_by_label("Plätze", exact=True).fill("2")
    page.get_by_label("Anmeldung bis").fill(f"{begins:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Planen", exact=True).last.click()
    trainer.rest()
    if page.get_by_label("Ich habe das gesehen").count():  # today is a weekend or a public holiday
        page.get_by_label("Ich habe das gesehen").check()
        page.get_by_role("button", name="Planen", exact=True).last.click()
    page.wait_for_url(re.compile(rf"{PLAN}termine/[0-9a-f-]{{36}}/$"))
    page.get_by_role("button", name="Anmeldung öffnen").click()
    expect(page.get_by_text("Die Anmeldung ist jetzt offen.")).to_be_visible()
    return page.url.rstrip("/").rpartition("/")[2]


def enrolled(coordinator: Visitor, date: str, *people: Person) -> list[Person]:
    """The coordinator takes in a list; each of them has got her mail."""
    rows = [f"{one.name};{one.email};T-{date[:8].upper()}" for one in people]
    sheet = "\n".join(["Name;E-Mail;Termin", *rows, ""]).encode()
    town = to_the_courses(coordinator)
    town.goto(f"{origin(town)}/schulungen/meine-leute/liste/")
    town.locator("input[type=file]").set_input_files({"name": "liste.csv", "mimeType": "text/csv", "buffer": sheet})
    town.get_by_role("button", name="Tabelle prüfen").click()
    town.get_by_role("button", name="Übernehmen").click()
    expect(town.get_by_role("status").first).to_contain_text("übernommen")
    return [informed(one) for one in people]


def informed(person: Person) -> Person:
    text = post_office.wait_for(person.email, f"Sie sind angemeldet: {COURSE}").text
    link, code = re.search(r"http://\S+/schulungen/anmeldung/\S+", text), re.search(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}\b", text)
    assert link, text
    assert code, text
    return Person(person.name, person.email, urlsplit(link[0]).path, code[0])


def somebody(name: str) -> Person:
    return Person(name, f"{uuid4().hex[:10]}@beispielheim.example")


def origin(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


def has_ring(page: Page) -> None:
    missing = page.evaluate(RING)
    assert not missing, missing


class TestPersonalLink:
    def test_she_says_what_she_needs_and_withdraws_by_the_link_in_her_mail_without_a_mouse(self, visit: Callable[..., Visitor]) -> None:
        trainer, coordinator = visit("trainer", town="zentrum"), visit("coordinator", town="beispielheim")
        coordinator.open("/")
        date = planned(trainer, datetime.combine(first_day() + timedelta(days=35), time(9)))
        [her] = enrolled(coordinator, date, somebody("Zoë Łukaszéwicz-Şahin"))

        anybody = visit(None, town="zentrum", **TELEPHONE)
        page = anybody.open(her.link)
        expect(page.get_by_role("heading", level=1)).to_have_text("Meine Anmeldung")
        expect(page.locator("main")).to_contain_text(COURSE)
        expect(page.locator("main")).to_contain_text(her.name)
        expect(page.get_by_role("region", name="Ihr Platz")).to_contain_text(her.code)
        assert violations(page) == []
        looked_at(anybody, page, "personal-01-place")

        tab_to(page, page.get_by_label("In Ihren eigenen Worten"))
        has_ring(page)
        page.keyboard.type("Bitte ein Platz vorne.")
        tab_to(page, page.get_by_role("button", name="Speichern"))
        has_ring(page)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("Die Trainerinnen und Trainer dieser Schulung lesen es.")
        expect(page.locator("main")).not_to_contain_text("Bitte ein Platz vorne.")
        assert violations(page) == []
        looked_at(anybody, page, "personal-02-told")
        expect(trainer.open(f"{PLAN}termine/{date}/").locator("main")).to_contain_text("Braucht: Bitte ein Platz vorne.")

        tab_to(page, page.get_by_label("Begründung"))
        page.keyboard.type("Ich bin im Urlaub.")
        tab_to(page, page.get_by_role("button", name="Abmelden"))
        has_ring(page)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("Sie sind abgemeldet.")
        assert violations(page) == []
        looked_at(anybody, page, "personal-03-withdrawn")
        post_office.wait_for(her.email, f"Abgemeldet: {COURSE}")
        page.go_back()
        anybody.open(her.link)
        expect(page.locator("main")).to_contain_text("Sie nehmen an diesem Termin nicht teil.")
        expect(page.locator("main")).to_contain_text("Ich bin im Urlaub.")
        expect(page.get_by_role("button", name="Abmelden")).to_have_count(0)

    def test_a_link_that_is_not_ours_is_refused_with_a_sentence(self, visit: Callable[..., Visitor]) -> None:
        stranger = visit(None, town="zentrum", **SMALL)
        stranger.watch.expect("422 GET")

        page = stranger.open("/schulungen/anmeldung/WyIwMTkwYTAwMC0xMjM0Il0:1abcDE:geraten/")

        expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Link gilt nicht")
        expect(page.locator("main")).to_contain_text(
            "Dieser Link ist nicht vollständig. Bitte öffnen Sie ihn aus Ihrer E-Mail, oder kopieren Sie ihn ganz."
        )
        assert violations(page) == []
        looked_at(stranger, page, "personal-04-forged")


def shown_to_the_room(trainer: Visitor, date: str) -> tuple[Page, Locator]:
    """The page of the code of the room as it is shown to everybody there, and its picture."""
    page = trainer.open(f"/schulungen/termine/{date}/anwesenheit/")
    page.get_by_role("link", name="Code zeigen").click()
    trainer.rest()
    code = page.get_by_role("img", name="QR-Code")
    expect(code).to_be_visible()
    trainer.picture("check-in-01-code")
    assert violations(page) == []
    in_the_dark_and_small(trainer, "check-in-01-code")
    return page, code


def presses_once(telephone: Visitor, person: Person, address: str) -> None:
    """She has opened her link with this telephone: the room's code and one press are enough."""
    telephone.open(person.link)
    page = telephone.open(urlsplit(address).path)
    expect(page.locator("main")).to_contain_text(f"Mit diesem Gerät wurde der Link von {person.name} geöffnet.")
    assert violations(page) == []
    looked_at(telephone, page, "check-in-02-known")
    expect(page.get_by_role("button", name="Das bin ich, ich bin da")).to_be_visible()
    page.get_by_role("button", name="Das bin ich, ich bin da").click()
    expect(page.get_by_role("status")).to_contain_text(f"{person.name}: Sie sind als anwesend eingetragen.")
    assert violations(page) == []
    looked_at(telephone, page, "check-in-03-present")


def types_his_code(telephone: Visitor, person: Person, address: str) -> None:
    """He types the code out of his mail, first a wrong one, with a keyboard."""
    telephone.watch.expect("422 POST")
    page = telephone.open(urlsplit(address).path)
    expect(page.locator("main")).not_to_contain_text(person.name)
    tab_to(page, page.get_by_label("Ihr Code", exact=True))
    has_ring(page)
    page.keyboard.type("AAAA-AAAA")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Dieser Code ist hier nicht bekannt.")
    assert violations(page) == []
    looked_at(telephone, page, "check-in-04-wrong")
    tab_to(page, page.get_by_label("Ihr Code", exact=True))
    page.keyboard.press("Control+a")
    page.keyboard.type(person.code.lower().replace("-", " "))
    tab_to(page, page.get_by_role("button", name="Ich bin da", exact=True))
    has_ring(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(person.name)


def are_on_the_list(trainer: Visitor, page: Page, people: Sequence[Person]) -> None:
    page.get_by_role("link", name="Anwesenheit", exact=True).first.click()
    trainer.rest()
    for person in people:
        row = page.locator(".attendance li", has_text=person.name)
        expect(row.get_by_role("radio", name="Anwesend", exact=True)).to_be_checked()
        expect(row).to_contain_text("Uhr selbst gemeldet")
    trainer.picture("check-in-05-list")
    assert violations(page) == []
    in_the_dark_and_small(trainer, "check-in-05-list")


def comes_too_late(telephone: Visitor, address: str) -> None:
    """The code of this address is worth nothing as soon as another one has been shown since, and one more."""
    telephone.watch.expect("422 GET")
    for _half_minute in range(5):
        page = telephone.open(urlsplit(address).path)
        if page.get_by_role("alert").count():
            break
        page.wait_for_timeout(15_000)
    expect(page.get_by_role("alert")).to_have_text("Dieser Code ist abgelaufen. Bitte öffnen Sie den, der jetzt gezeigt wird.")
    assert violations(page) == []
    looked_at(telephone, page, "check-in-06-ended")


class TestCodeOfTheRoom:
    def test_two_people_say_with_their_telephones_that_they_are_there(self, visit: Callable[..., Visitor]) -> None:
        trainer, coordinator = visit("trainer", town="zentrum"), visit("coordinator", town="beispielheim")
        coordinator.open("/")
        date = planned(trainer, soon())
        linked, typing = enrolled(coordinator, date, somebody("Jule Ångström"), somebody("Đorđe Müller-Lüdenscheidt"))
        page, code = shown_to_the_room(trainer, date)
        first = address_in(code)

        presses_once(visit(None, town="zentrum", **TELEPHONE), linked, address_in(code))
        types_his_code(visit(None, town="zentrum", **SMALL, color_scheme="dark"), typing, address_in(code))

        expect(page.locator(".room-code__count")).to_contain_text("2 von 2", timeout=30_000)  # the page of the code follows by itself
        are_on_the_list(trainer, page, (linked, typing))
        comes_too_late(visit(None, town="zentrum", **TELEPHONE), first)
