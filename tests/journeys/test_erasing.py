"""A misfiled document over two persons: asked for by the keyboard, refused with a reason, asked for anew, and erased."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import binders
from tests.journeys.browsing import DESK, Visitor
from tests.journeys.mornings import in_the_dark_and_small
from tests.journeys.screen_checks import violations
from tests.journeys.test_documents import new_binder, open_menu

pytestmark = pytest.mark.journey
TITLE, REASON, REFUSAL, ANEW = (
    "Krankmeldung",
    "Gehört in die Personalakte",
    "Bitte nur verschieben",
    "Verschieben genügt nicht: fremde Daten",
)
ASK = "Löschung beantragen …"


def use(page: Page, target: Locator) -> None:
    """Reach something by Tab and press Enter."""
    binders.tab_to(page, target)
    page.keyboard.press("Enter")


def request_of(page: Page, reference: str) -> Locator:
    return page.locator("main tbody tr").filter(has_text=reference)


def answer(page: Page, dialog: Locator, submit: str, reason: str = "") -> None:
    """Fill in an open dialog without the mouse, and send it."""
    if reason:
        binders.tab_to(page, dialog.get_by_label("Begründung"))
        page.keyboard.type(reason)
    use(page, dialog.get_by_role("button", name=submit, exact=True))


def looked_at(visitor: Visitor, name: str) -> None:
    """Light, in the dark and at 320 pixels, with axe; then as wide as before."""
    visitor.picture(name)
    assert violations(visitor.page) == [], name
    in_the_dark_and_small(visitor, name)
    assert violations(visitor.page) == [], name
    visitor.page.set_viewport_size({**DESK})


class TestErasing:
    def test_asked_for_refused_asked_for_anew_and_erased(self, clerk: Visitor, visit: Callable[..., Visitor]) -> None:
        manager, officer = visit("supervisor"), visit("data_protection")
        path = new_binder(manager, TITLE)
        reference = manager.page.locator("h1 .reference").inner_text()
        document = self._asked_from_the_menu(manager)
        self._not_offered_to_who_only_writes(clerk, path, document)
        page = manager.open(document)
        expect(page.locator(".notice--warning")).to_contain_text(REASON)
        expect(page.get_by_role("button", name=ASK)).to_have_count(0)
        looked_at(manager, "erasing-02-waiting")

        self._refused(officer, reference)

        page = manager.open(document)
        expect(page.locator(".notice").filter(has_text="abgelehnt")).to_contain_text(REFUSAL)
        looked_at(manager, "erasing-05-refused")
        use(page, page.get_by_role("button", name=ASK))
        dialog = page.get_by_role("dialog", name="Löschung dieses Dokuments beantragen?")
        expect(dialog).to_be_visible()
        looked_at(manager, "erasing-06-ask-anew")
        answer(page, dialog, "Löschung beantragen", ANEW)
        expect(page.get_by_role("status").filter(has_text="Die Löschung ist beantragt")).to_be_visible()

        self._approved(officer, reference)

        manager.watch.expect("404")
        manager.open(document)
        expect(manager.page.locator("main")).not_to_contain_text(TITLE)
        manager.open(path)
        expect(binders.row(manager.page, TITLE)).to_have_count(0)
        manager.open(f"{path}journal/")
        expect(manager.page.locator("main")).to_contain_text("Löschung abgelehnt")
        expect(manager.page.locator("main")).not_to_contain_text(TITLE)

    def _asked_from_the_menu(self, manager: Visitor) -> str:
        """From the binder, by keys alone; gives the path of the document's page."""
        page = manager.page
        open_menu(page, TITLE)
        document = str(page.locator("#document-menu a").first.get_attribute("href"))
        page.keyboard.press("ArrowUp")  # round to the last entry
        expect(page.locator("#document-menu button:focus")).to_have_text(ASK)
        manager.picture("erasing-00-menu")
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Löschung dieses Dokuments beantragen?")
        expect(dialog.get_by_label("Begründung")).to_be_focused()
        expect(dialog).to_contain_text(TITLE)
        use(page, dialog.get_by_role("button", name="Löschung beantragen", exact=True))
        expect(dialog).to_be_visible()  # the browser itself asks for the reason
        manager.picture("erasing-01-ask")
        assert violations(page) == []
        answer(page, dialog, "Löschung beantragen", REASON)
        expect(dialog).to_be_hidden()
        expect(page.locator(".toast").last).to_contain_text(f"Die Löschung von {TITLE} ist beantragt")
        return document

    def _not_offered_to_who_only_writes(self, clerk: Visitor, path: str, document: str) -> None:
        page = clerk.open(path)
        open_menu(page, TITLE)
        expect(page.locator("#document-menu").get_by_role("button", name=ASK)).to_have_count(0)
        page = clerk.open(document)
        expect(page.get_by_role("button", name=ASK)).to_have_count(0)
        expect(page.locator("main")).not_to_contain_text(REASON)

    def _refused(self, officer: Visitor, reference: str) -> None:
        page = officer.open("/verwaltung/loeschungen/")
        expect(request_of(page, reference)).to_contain_text(REASON)
        expect(page.locator("main")).not_to_contain_text(TITLE)
        looked_at(officer, "erasing-03-officer")
        use(page, request_of(page, reference).get_by_role("button", name="Ablehnen …"))
        dialog = page.get_by_role("dialog", name="Löschung ablehnen?")
        expect(dialog).to_be_visible()
        looked_at(officer, "erasing-04-refuse")
        answer(page, dialog, "Ablehnen", REFUSAL)
        expect(page.get_by_role("status").filter(has_text="Die Löschung ist abgelehnt")).to_be_visible()
        officer.rest()

    def _approved(self, officer: Visitor, reference: str) -> None:
        page = officer.open("/verwaltung/loeschungen/")
        expect(request_of(page, reference)).to_contain_text(ANEW)
        use(page, request_of(page, reference).get_by_role("button", name="Freigeben und löschen …"))
        dialog = page.get_by_role("dialog", name="Dieses Dokument endgültig löschen?")
        expect(dialog).to_contain_text(reference)
        looked_at(officer, "erasing-07-approve")
        answer(page, dialog, "Freigeben und löschen")
        expect(page.get_by_role("status").filter(has_text="Das Dokument wurde gelöscht")).to_be_visible()
        officer.rest()
        looked_at(officer, "erasing-08-decided")
