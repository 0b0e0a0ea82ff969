"""From the list of those who came to a certificate that a stranger verifies: the trainer ticks, finishes, issues and prints; the sheet is looked at."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import DESK, PHONE, Visitor
from tests.journeys.calling import call
from tests.journeys.screen_checks import violations

pytestmark = pytest.mark.journey


def unfinished(trainer: Visitor) -> str:
    """The path of the demo's course date that is over and not finished."""
    page = trainer.open("/schulungen/anwesenheit/")
    due = page.locator("section", has=page.get_by_role("heading", name="Noch nicht abgeschlossen"))
    return str(due.get_by_role("link").first.get_attribute("href")).removesuffix("anwesenheit/")


def tick(trainer: Visitor, page: Page) -> None:
    """All sessions, by keyboard alone: the first person by the arrow keys, the others with one press."""
    for place in range(page.get_by_role("navigation", name="Schulungstage").get_by_role("link").count() or 1):
        page.get_by_role("navigation", name="Schulungstage").get_by_role("link").nth(place).click()
        trainer.rest()
        first = page.get_by_role("group").filter(has=page.get_by_role("radio")).first.get_by_role("radio", name="Anwesend")
        first.focus()
        page.keyboard.press("Space")
        expect(first).to_be_checked()
        late = page.get_by_label("Minuten verspätet").first
        late.fill("10")
        page.get_by_role("button", name="Alle übrigen anwesend").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Anwesenheit speichern")).to_be_focused()
        if not place:
            trainer.picture("certificates-ticked")
        page.keyboard.press("Enter")
        trainer.rest()
        expect(page.get_by_text("Die Anwesenheit von 2 Personen ist erfasst.")).to_be_visible()


def test_attendance_leads_to_a_certificate_that_a_stranger_can_verify(visit: Callable[..., Visitor]) -> None:
    trainer, stranger = visit("trainer", town="zentrum"), visit(None, town="zentrum")
    path = unfinished(trainer)
    page = trainer.open(f"{path}anwesenheit/")
    tick(trainer, page)

    page.get_by_role("button", name="Termin abschließen").click()
    trainer.rest()
    expect(page.get_by_text("Bescheinigungen lassen sich jetzt ausstellen.")).to_be_visible()
    page.get_by_role("button", name="Alle fälligen ausstellen").click()
    trainer.rest()
    expect(page.get_by_text("2 Bescheinigungen sind ausgestellt.")).to_be_visible()
    expect(page.locator("main").get_by_text("2 Blätter sind erstellt.")).to_be_visible(
        timeout=90_000
    )  # the worker makes them, the page follows
    trainer.open(f"{path}bescheinigungen/")
    trainer.picture("certificates-issued")

    number = page.get_by_role("link", name=re.compile(r"^\d{4}-\d{6}$")).first
    kind, content = call(trainer.base + str(number.get_attribute("href")), by=trainer)
    assert kind == "application/pdf"
    with pypdfium2.PdfDocument(io.BytesIO(content)) as sheet:
        drawn = sheet[0].render(scale=1.5).to_pil()
        text = sheet[0].get_textpage().get_text_range()
    drawn.save(trainer.pictures / "certificate-sheet.png")
    assert "Teilnahmebescheinigung" in text
    assert number.inner_text() in text
    address = re.search(r"https?://\S+/bescheinigung/[a-z2-7]{32}/", text.replace("\r", "").replace("\n", ""))
    assert address, text

    shown = stranger.open(urlsplit(address[0]).path)
    expect(shown.get_by_text("Diese Bescheinigung ist echt.")).to_be_visible()
    expect(shown.get_by_role("region", name="Was ausgestellt wurde")).to_contain_text(number.inner_text())
    assert not violations(shown)
    stranger.picture("certificate-verified")

    number_text = number.inner_text()
    page.get_by_role("link", name=f"Widerrufen {number_text}").click()
    page.get_by_label("Begründung").fill("Der Name war falsch geschrieben.")
    page.get_by_label("Sofort eine neue ausstellen").check()
    page.get_by_role("button", name="Widerrufen").click()
    trainer.rest()
    expect(page.get_by_text(f"ersetzt {number_text}")).to_be_visible()
    shown = stranger.open(urlsplit(address[0]).path)
    expect(shown.get_by_text("Diese Bescheinigung gilt nicht mehr.")).to_be_visible()
    stranger.picture("certificate-revoked")


def test_a_stranger_who_guesses_reads_the_same_for_all(visit: Callable[..., Visitor]) -> None:
    stranger = visit(None, town="zentrum")
    stranger.watch.expect("404 GET")

    texts = {stranger.open(f"/bescheinigung/{guess}/").locator("main").inner_text() for guess in ("a" * 32, "2026-000001", "nichts")}

    assert len(texts) == 1
    stranger.picture("certificate-unknown")


def test_the_screens_hold_in_narrow_and_dark_windows(visit: Callable[..., Visitor]) -> None:
    looks = {"light": {"viewport": DESK}, "narrow": {"viewport": PHONE}, "dark": {"viewport": DESK, "color_scheme": "dark"}}
    for look, options in looks.items():
        trainer, agent = visit("trainer", town="zentrum", **options), visit("agent", town="zentrum", **options)
        page = trainer.open("/schulungen/anwesenheit/")
        done = page.locator("section", has=page.get_by_role("heading", name="Abgeschlossen", exact=True)).get_by_role("link").last
        path = str(done.get_attribute("href")).removesuffix("bescheinigungen/")
        code = str(trainer.open(f"{path}anwesenheit/").get_by_role("link", name="Code zeigen").get_attribute("href"))
        addresses = {
            "list": f"{path}anwesenheit/",
            "print": f"{path}anwesenheit/drucken/",
            "code": code,
            "issued": f"{path}bescheinigungen/",
            "evaluation": f"{path}rueckmeldungen/",
            "figures": "/schulungen/statistik/",
        }
        for who, name, address in [
            *((trainer, name, address) for name, address in addresses.items()),
            (agent, "mine", "/schulungen/meine/bescheinigungen/"),
        ]:
            page = who.open(address)
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            page.screenshot(path=who.pictures / f"certificates-{name}-{look}.png", full_page=True)
            assert wider <= 0, f"{name} is {wider} px too wide ({look})"
            assert not violations(page), f"{name} ({look})"
