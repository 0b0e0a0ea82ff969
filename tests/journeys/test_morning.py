"""A clerk's whole morning with one file, from its first sheet to zdA and back: once with the mouse, once by keys alone."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.foundation import papers
from tests.journeys import binders
from tests.journeys.binders import tab_to
from tests.journeys.browsing import Visitor
from tests.journeys.mornings import (
    BINDER,
    FIRST,
    LETTER,
    NOTE,
    SECOND,
    TOMORROW,
    UNIT,
    Keys,
    expect_titles,
    in_the_dark_and_small,
    notice,
    tab,
)

pytestmark = pytest.mark.journey


class TestMorningWithTheMouse:
    def test_from_the_first_sheet_to_zda_and_back(self, clerk: Visitor, tmp_path: Path) -> None:
        page = clerk.open("/aktenplan/")
        binders.open_branch_to(page, UNIT)
        page.get_by_role("link", name="Neue Akte").click()
        page.get_by_label("Titel").fill(f"Baustelleneinrichtung {uuid4().hex}")
        clerk.picture("morning-01-new-file")
        page.get_by_role("button", name="Akte anlegen").click()
        notice(page, "wurde angelegt")
        clerk.rest()
        clerk.picture("morning-02-empty-binder")
        path = page.url.removeprefix(clerk.base)

        self.file_and_move(clerk, tmp_path)
        self.describe(clerk, path)
        self.close_and_reopen(clerk, path)

    def file_and_move(self, clerk: Visitor, folder: Path) -> None:
        page = clerk.page
        scan = papers.saved(papers.typed("Antrag auf Sondernutzung", "Lageplan", "Anlagen"), folder / "scan.pdf").read_bytes()
        binders.drop(page, binders.register(page, FIRST), "Antrag.pdf", scan)
        binders.drop(page, binders.register(page, FIRST), "Schreiben vom Bauherrn.txt", LETTER.encode(), "text/plain")
        binders.put_beside_the_registers(clerk, page.url.removeprefix(clerk.base).partition("#")[0], "Zettel")
        for title in ("Antrag", "Schreiben vom Bauherrn"):
            binders.wait_until_read(page, title)
        clerk.rest()
        binders.row(page, "Zettel").locator(".contents__link").click()
        for sheet in range(1, 6):
            binders.expect_painted(page, sheet)
            page.get_by_role("button", name="Nächstes Blatt").click()
        clerk.picture("morning-03-filed")

        binders.row(page, "Antrag").locator(".contents__link").drag_to(binders.register(page, SECOND).get_by_role("heading"))
        expect_titles(page, SECOND, "Antrag")
        clerk.picture("morning-04-dragged")
        page.get_by_role("button", name="Rückgängig").click()
        expect_titles(page, SECOND)
        binders.row(page, "Schreiben vom Bauherrn").get_by_role("button").first.click()
        page.get_by_role("link", name="Verschieben nach …").first.click()
        clerk.picture("morning-05-which-file")
        page.get_by_role("button", name="Wählen").first.click()
        page.get_by_role("radio", name=SECOND).check()
        in_the_dark_and_small(clerk, "morning-06-which-register")
        page.get_by_role("button", name="Verschieben", exact=True).click()
        notice(page, f"1 Dokument wurde nach „{SECOND}“ verschoben.")
        expect_titles(page, SECOND, "Schreiben vom Bauherrn")
        clerk.rest()

    def describe(self, clerk: Visitor, path: str) -> None:
        page = clerk.page
        page.get_by_role("button", name="Mehr", exact=True).click()
        page.locator("#file-menu").get_by_role("link", name="Blattnummern").click()
        page.get_by_role("button", name="Akte foliieren").click()
        notice(page, "5 Seiten wurden nummeriert.")
        clerk.picture("morning-07-foliated")

        clerk.open(path)
        page.get_by_role("button", name="Mehr zum Inhalt").click()
        page.get_by_role("link", name="Neuer Vermerk").click()
        page.get_by_label("Text", exact=False).last.fill(NOTE)
        page.get_by_role("button", name="Vermerk ablegen").click()
        expect(page.get_by_role("alert")).to_be_visible()
        clerk.watch.expect("422 POST")
        expect(page.get_by_label("Text", exact=False).last).to_have_value(re.compile("Łukaszéwicz"))
        page.get_by_label("Titel").fill("Anruf vom Vormittag")
        page.get_by_label("Register").select_option(label=SECOND)
        in_the_dark_and_small(clerk, "morning-08-vermerk")
        page.get_by_role("button", name="Vermerk ablegen").click()
        binders.wait_until_read(page, "Anruf vom Vormittag")
        clerk.rest()
        binders.expect_painted(page, binders.current_sheet(page))
        clerk.picture("morning-09-vermerk-filed")

        binders.row(page, "Antrag").get_by_role("button").first.click()
        page.get_by_role("button", name="Haftnotiz", exact=True).click()
        panel = page.get_by_role("complementary", name="Haftnotizen")
        panel.get_by_role("textbox").fill("Bitte bis Freitag prüfen.\nDanach zurück an mich.")
        panel.get_by_label("Auch auf Papier").check()
        panel.get_by_role("button", name="Anbringen").click()
        expect(panel.locator(".stickies")).to_contain_text("auch auf Papier")
        expect(page.locator(".slip").first).to_contain_text("Bitte bis Freitag prüfen.")
        clerk.rest()
        in_the_dark_and_small(clerk, "morning-10-sticky")
        panel.get_by_role("button", name="Abnehmen").click()
        expect(page.locator(".slip")).to_have_count(0)

        tab(page, "Wiedervorlagen").click()
        page.get_by_label("Am").fill(TOMORROW.isoformat())
        page.get_by_label("Bemerkung").fill("Rückruf beim Bauherrn")
        page.get_by_role("button", name="Wiedervorlage setzen").click()
        expect(page.get_by_role("row").filter(has_text="Rückruf beim Bauherrn")).to_be_visible()
        in_the_dark_and_small(clerk, "morning-11-reminder")

    def close_and_reopen(self, clerk: Visitor, path: str) -> None:
        page = clerk.page
        page.get_by_role("link", name="Akte schließen (zdA)").click()
        expect(page.get_by_role("heading", name="Vollständigkeitsprüfung")).to_be_visible()
        expect(page.get_by_role("heading", name="1 Wiedervorlage ist noch offen.")).to_contain_text("bitte erledigen")
        expect(page.get_by_role("heading", name="1 Dokument liegt in keinem Register.")).to_contain_text("bitte erledigen")
        expect(page.get_by_role("heading", name="3 Dokumente haben kein Datum.")).to_contain_text("Hinweis")
        expect(page.get_by_role("button", name="Akte schließen (zdA)")).to_have_count(0)
        in_the_dark_and_small(clerk, "morning-12-check")

        page.get_by_role("link", name="Rückruf beim Bauherrn").click()
        page.get_by_role("row").filter(has_text="Rückruf beim Bauherrn").get_by_role("button", name=re.compile("Erledigt")).click()
        notice(page, "Die Wiedervorlage ist erledigt.")
        clerk.open(f"{path}schliessen/")
        page.locator(".check-line").filter(has_text="in keinem Register").get_by_role("link", name="Zettel").click()
        expect(page).to_have_url(re.compile(r"\?dokument="))
        clerk.rest()
        binders.row(page, "Zettel").locator(".contents__link").drag_to(binders.register(page, FIRST).get_by_role("heading"))
        expect_titles(page, FIRST, "Zettel", "Antrag")
        clerk.open(f"{path}schliessen/")
        for title in ("Antrag", "Schreiben vom Bauherrn", "Zettel"):
            page.locator(".check-line").filter(has_text="kein Datum").get_by_role("link", name=title, exact=True).click()
            page.get_by_label("Dokumentdatum").fill("2026-03-02")
            page.get_by_role("button", name="Speichern").click()
            notice(page, "Die Eigenschaften sind gespeichert.")
        expect(page.get_by_text("Alles in Ordnung.")).to_be_visible()
        clerk.picture("morning-13-complete")
        page.get_by_role("button", name="Akte schließen (zdA)").click()
        notice(page, "Die Akte ist geschlossen")
        self.expect_read_only(clerk)

        page.get_by_role("button", name="Wieder öffnen").click()
        dialog = page.get_by_role("dialog", name="Diese Akte wieder öffnen?")
        dialog.get_by_role("button", name="Wieder öffnen").click()
        expect(dialog).to_be_visible()  # the browser itself asks for the reason
        dialog.get_by_label("Begründung").fill("Der Nachbar hat Widerspruch eingelegt.")
        clerk.picture("morning-15-reopen")
        dialog.get_by_role("button", name="Wieder öffnen").click()
        notice(page, "Die Akte ist wieder offen.")
        tab(page, "Journal").click()
        expect(page.get_by_role("list").filter(has=page.locator("time"))).to_contain_text("Der Nachbar hat Widerspruch eingelegt.")
        clerk.rest()
        in_the_dark_and_small(clerk, "morning-16-journal")

    def expect_read_only(self, clerk: Visitor) -> None:
        """Nothing is offered that would change it, and nothing dropped or dragged is taken."""
        page = clerk.page
        clerk.rest()
        for role, name in (("link", "Bearbeiten"), ("button", "Hochladen"), ("button", "Mehr zum Inhalt")):
            expect(page.get_by_role(role, name=name, exact=True)).to_have_count(0)  # type: ignore[arg-type]
        expect(page.locator("[data-drop]")).to_have_count(0)
        binders.row(page, "Antrag").get_by_role("button").first.click()
        expect(page.locator("#document-menu :is(a, button)")).to_have_text(
            [re.compile(name) for name in ("Eigenschaften", "Fassungen", "Als PDF mit Blattnummern")]
        )
        clerk.picture("morning-14-read-only")
        page.keyboard.press("Escape")
        binders.drop(page, binders.register(page, FIRST), "Nachzügler.txt", b"zu spaet", "text/plain")
        clerk.rest()
        expect(binders.row(page, "Nachzügler")).to_have_count(0)


@pytest.fixture
def keys(clerk: Visitor) -> Keys:
    return Keys(clerk)


class TestMorningWithTheKeyboard:
    def test_the_same_without_a_mouse(self, keys: Keys, tmp_path: Path) -> None:
        page = keys.clerk.open("/aktenplan/")
        keys.write(page.get_by_role("searchbox", name="Im Aktenplan suchen"), UNIT)
        keys.use(page.locator("#plan-places a").first)
        keys.arrived(re.compile(r"/aktenplan/[0-9a-f-]{36}/"))
        keys.use(page.get_by_role("link", name="Neue Akte"))
        keys.arrived(re.compile(r"/akten/neu/"))
        keys.write(page.get_by_label("Titel"), f"Nur mit Tasten {uuid4().hex}")
        keys.station("01-new-file")
        keys.press("Enter")
        keys.arrived(BINDER)

        self.file_and_move(keys, tmp_path)
        self.describe(keys)
        self.close_and_reopen(keys)

    def file_and_move(self, keys: Keys, folder: Path) -> None:
        page = keys.page
        scan = folder / "Antrag.pdf"
        papers.saved(papers.typed("Antrag auf Sondernutzung", "Lageplan"), scan)
        tab_to(page, binders.register(page, FIRST).get_by_role("button", name=re.compile("hochladen")))
        keys.station("02-upload")
        with page.expect_file_chooser() as choosing:
            keys.press("Enter")
        choosing.value.set_files(scan)
        binders.wait_until_read(page, "Antrag")
        binders.put_beside_the_registers(keys.clerk, page.url.removeprefix(keys.clerk.base).partition("#")[0], "Zettel")
        tab_to(page, page.locator(".binder-view"))
        keys.press("Home")
        for sheet in (1, 2, 3):
            binders.expect_painted(page, sheet)
            expect(page.locator("#binder-sheet")).to_have_value(str(sheet))
            keys.station(f"03-sheet-{sheet}")
            keys.press("ArrowRight")

        tab_to(page, binders.row(page, "Antrag").locator(".contents__link"))
        keys.press("Control+x")
        expect(page.locator("li[data-cut]")).to_have_count(1)
        tab_to(page, binders.register(page, SECOND).get_by_role("button", name=re.compile("hochladen")))
        keys.station("04-cut")
        keys.press("Control+v")
        expect_titles(page, SECOND, "Antrag")
        keys.station("05-pasted")
        keys.press("Control+z")
        expect_titles(page, SECOND)
        expect_titles(page, FIRST, "Antrag")
        tab_to(page, binders.row(page, "Antrag").locator(".contents__link"))
        keys.press("m")
        keys.use(page.locator("#document-menu").get_by_role("link", name="Verschieben nach …"))
        keys.arrived(re.compile("/verschieben/"))
        keys.use(page.get_by_role("button", name="Wählen").first)
        keys.arrived(re.compile("/verschieben/.*ziel="))
        tab_to(page, page.get_by_role("radio").first)
        while not page.get_by_role("radio", name=SECOND).is_checked():
            keys.press("ArrowDown")
        keys.station("06-which-register")
        keys.press("Enter")
        notice(page, f"1 Dokument wurde nach „{SECOND}“ verschoben.")
        keys.clerk.rest()

    def describe(self, keys: Keys) -> None:
        page = keys.page
        keys.use(page.get_by_role("button", name="Mehr", exact=True))
        keys.use(page.locator("#file-menu").get_by_role("link", name="Blattnummern"))
        keys.arrived(re.compile("/blattnummern/"))
        tab_to(page, page.get_by_role("button", name="Akte foliieren"))
        keys.station("07-foliate")
        keys.press("Enter")
        notice(page, "3 Seiten wurden nummeriert.")

        keys.use(tab(page, "Akte"))
        keys.arrived(BINDER)
        keys.use(page.get_by_role("button", name="Mehr zum Inhalt"))
        keys.use(page.get_by_role("link", name="Neuer Vermerk"))
        keys.arrived(re.compile("/vermerk/"))
        keys.write(page.get_by_label("Titel"), "Anruf vom Vormittag")
        tab_to(page, page.get_by_label("Register"))
        while page.locator("#id_register option:checked").inner_text() != SECOND:
            keys.press("ArrowDown")
        keys.write(page.get_by_label("Text", exact=False).last, NOTE)
        keys.station("08-vermerk")
        keys.use(page.get_by_role("button", name="Vermerk ablegen"))
        keys.arrived(BINDER)
        binders.wait_until_read(page, "Anruf vom Vormittag")

        tab_to(page, page.locator(".binder-view"))
        keys.press("Home")
        keys.press("h")
        panel = page.get_by_role("complementary", name="Haftnotizen")
        expect(panel.get_by_role("textbox")).to_be_focused()
        keys.type("Bitte bis Freitag prüfen.")
        keys.station("09-sticky")
        keys.use(panel.get_by_role("button", name="Anbringen"))
        expect(page.locator(".slip").first).to_contain_text("Bitte bis Freitag prüfen.")

        keys.use(tab(page, "Wiedervorlagen"))
        keys.arrived(re.compile("/wiedervorlagen/"))
        keys.day(page.get_by_label("Am"), TOMORROW)
        keys.write(page.get_by_label("Bemerkung"), "Rückruf beim Bauherrn")
        keys.station("10-reminder")
        keys.press("Enter")
        expect(page.get_by_role("row").filter(has_text=f"{TOMORROW:%d.%m.%Y}")).to_contain_text("Rückruf beim Bauherrn")
        keys.clerk.rest()

    def to_the_check(self, keys: Keys) -> None:
        keys.use(keys.page.get_by_role("link", name="Akte schließen (zdA)"))
        keys.arrived(re.compile("/schliessen/"))

    def close_and_reopen(self, keys: Keys) -> None:
        page = keys.page
        self.to_the_check(keys)
        keys.station("11-check")
        keys.use(page.get_by_role("link", name="Rückruf beim Bauherrn"))
        keys.arrived(re.compile("/wiedervorlagen/"))
        tab_to(page, page.get_by_role("row").filter(has_text="Rückruf beim Bauherrn").get_by_role("button", name=re.compile("Erledigt")))
        keys.station("12-reminder-done")
        keys.press("Enter")
        notice(page, "Die Wiedervorlage ist erledigt.")
        self.to_the_check(keys)
        tab_to(page, page.get_by_role("button", name=re.compile("Liegt bewusst direkt in der Akte")))
        keys.station("13-on-purpose")
        keys.press("Enter")
        expect(page.get_by_text("Dem Schließen steht nichts im Weg.")).to_be_visible()
        keys.clerk.rest()
        for title, left in (("Zettel", "1 Dokument hat kein Datum."), ("Antrag", "")):
            keys.use(page.locator(".check-line").filter(has_text="kein Datum").get_by_role("link", name=title, exact=True))
            keys.arrived(re.compile("/dokumente/"))
            keys.day(page.get_by_label("Dokumentdatum"), date(2026, 3, 2))
            keys.station(f"14-date-{title}")
            keys.use(page.get_by_role("button", name="Speichern"))
            keys.arrived(re.compile("/schliessen/"))
            notice(page, "Die Eigenschaften sind gespeichert.")
            expect(page.locator(".check-line").filter(has_text="Datum")).to_have_text([re.compile(left)] if left else [])
        tab_to(page, page.get_by_role("button", name="Akte schließen (zdA)"))
        keys.station("15-close")
        keys.press("Enter")
        notice(page, "Die Akte ist geschlossen")
        keys.arrived(BINDER)
        tab_to(page, binders.row(page, "Antrag").locator(".contents__link"))
        keys.press("Control+x")
        expect(page.locator("li[data-cut]")).to_have_count(0)

        keys.use(page.get_by_role("button", name="Wieder öffnen"))
        dialog = page.get_by_role("dialog", name="Diese Akte wieder öffnen?")
        keys.write(dialog.get_by_label("Begründung"), "Nachtrag")
        keys.station("16-reopen")
        keys.use(dialog.get_by_role("button", name="Wieder öffnen"))
        notice(page, "Die Akte ist wieder offen.")
