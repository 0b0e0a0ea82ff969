"""Screens of a file's life: what they show, refuse and never tell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from records import filing, granting, retaining, volumes
from records.models import RecordFile, Volume
from tenants.models import MunicipalSettings
from tenants.roles import Role
from tests.factories import ClerkFactory, OfficeFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, RegisterFactory

from .lives import AT, new_file, registrar, registry_unit, writer


def page_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


class TestClosing:
    def test_shows_what_is_missing_with_a_link_to_each_and_closes_nothing(self, client_of) -> None:
        file = RegisterFactory().file
        document = DocumentFactory(file=file, title="Loses Blatt")
        client = client_of(writer(file.unit))

        page = page_of(client.get(f"/akten/{file.public_id}/schliessen/"))
        refused = page_of(client.post(f"/akten/{file.public_id}/schliessen/"), 409)

        for shown in (page, refused):
            assert "1 Dokument liegt in keinem Register." in shown
            assert f"/akten/{file.public_id}/?dokument={document.public_id}" in shown
            assert f"/dokumente/{document.public_id}/bewusst-in-der-akte/" in shown
        assert RecordFile.objects.get(pk=file.pk).status == "open"

    def test_an_exception_is_given_where_it_is_asked_for(self, client_of) -> None:
        document = DocumentFactory(version__state="failed")
        client = client_of(writer(document.file.unit))

        client.post(f"/dokumente/{document.public_id}/ohne-text/", {"reason": "Foto"})

        document.refresh_from_db()
        assert document.text_exception == "Foto"
        assert "Alles in Ordnung" not in page_of(client.get(f"/akten/{document.file.public_id}/schliessen/"))  # it has no date: a hint
        assert client.post(f"/akten/{document.file.public_id}/schliessen/").status_code == 302

    def test_names_what_could_not_be_read_and_why_and_closes_all_the_same(self, client_of) -> None:
        document = DocumentFactory(
            title="Verschlossen", received_on=date(2026, 1, 5), version__state="failed", version__failure="encrypted"
        )
        client, check = client_of(writer(document.file.unit)), f"/akten/{document.file.public_id}/schliessen/"

        page = page_of(client.get(check))

        assert "1 Dokument konnte nicht gelesen werden." in page
        assert f'<a href="/akten/{document.file.public_id}/?dokument={document.public_id}">Verschlossen</a><small>' in page
        assert "Kennwort" in page
        assert "Dem Schließen steht nichts im Weg." in page
        assert f"/dokumente/{document.public_id}/ohne-text/" not in page
        assert client.post(check).status_code == 302
        document.refresh_from_db()
        assert "Kennwort" in document.text_exception

    def test_whoever_mends_a_document_comes_back_to_the_check(self, client_of) -> None:
        document = DocumentFactory(title="Ohne Tag")
        client, check = client_of(writer(document.file.unit)), f"/akten/{document.file.public_id}/schliessen/"
        mended = f"/dokumente/{document.public_id}/?von=pruefung"
        assert mended in page_of(client.get(check))

        form = page_of(client.get(mended))
        sent = {"title": "Ohne Tag", "document_date": "2026-03-02", "protection_need": "normal", "etag": document.etag}
        answer = client.post(mended, sent)

        assert "Zurück zur Prüfung" in form
        assert (answer.status_code, answer["Location"]) == (302, f"{check}#pruefung")
        assert "Alles in Ordnung" in page_of(client.get(check))

    def test_says_what_the_period_waits_for(self, client_of) -> None:
        file = new_file(FilePlanUnitFactory(retention_years=10, retention_starts_with="Abbruch"))
        client = client_of(file.created_by)

        page = page_of(client.post(f"/akten/{file.public_id}/schliessen/", follow=True))

        assert "Ihre Frist beginnt mit: Abbruch." in page


class TestCancelling:
    def test_offers_to_take_it_back_at_once_and_later(self, client_of) -> None:
        file = new_file()
        client = client_of(file.created_by)

        page = page_of(client.post(f"/akten/{file.public_id}/stornieren/", {"reason": "doppelt"}, follow=True))
        assert page.count(f'action="/akten/{file.public_id}/wiederherstellen/"') == 2
        assert "Rückgängig" in page
        client.post(f"/akten/{file.public_id}/wiederherstellen/")

        assert RecordFile.objects.get(pk=file.pk).status == "open"


class TestRefiling:
    def test_first_says_who_gains_and_loses_access_and_then_does_it(self, client_of) -> None:
        old, new = FilePlanUnitFactory(), FilePlanUnitFactory(classification_code="88")
        clerk = writer(old, new)
        stays, comes = OfficeFactory(name="Bauamt"), OfficeFactory(name="Grünamt")
        granting.grant(target=old, to=stays, right="read_records", by=None, at=AT)
        granting.grant(target=new, to=comes, right="read_records", by=None, at=AT)
        file = new_file(old, by=clerk)
        client, address = client_of(clerk), f"/akten/{file.public_id}/umschreiben/"
        sent = {"unit": str(new.public_id), "reason": "Zuständigkeit"}

        page = page_of(client.post(address, sent))
        assert f"Neu: {comes}." in page
        assert f"Nicht mehr: {stays}." in page
        assert RecordFile.objects.get(pk=file.pk).unit == old
        done = client.post(address, {**sent, "sure": str(new.public_id)})

        assert done.status_code == 302
        assert RecordFile.objects.get(pk=file.pk).file_reference.startswith("88-")

    def test_units_lately_used_stand_first(self, client_of) -> None:
        old, first, lately = (FilePlanUnitFactory() for _n in range(3))
        clerk = writer(old, first, lately)
        new_file(lately, by=clerk)
        file = new_file(old, by=clerk)

        page = page_of(client_of(clerk).get(f"/akten/{file.public_id}/umschreiben/"))

        assert page.index(str(lately.public_id)) < page.index(str(first.public_id))


class TestStructure:
    def test_a_faulty_entry_is_said_and_nothing_typed_is_lost(self, client_of) -> None:
        file = new_file()
        client, address = client_of(file.created_by), f"/akten/{file.public_id}/aufbau/"

        volume = page_of(client.post(address, {"act": "open_volume", "opened_on": "kein Tag", "location": "Keller 2"}), 422)
        parent = page_of(client.post(address, {"act": "set_parent", "reference": "99-2026/9999"}), 422)

        assert 'value="Keller 2"' in volume
        assert 'value="99-2026/9999"' in parent
        assert "Es gibt keine Akte mit diesem Aktenzeichen" in parent

    def test_a_hidden_file_is_no_other_than_one_that_does_not_exist(self, client_of) -> None:
        file, hidden = new_file(), RecordFileFactory()
        client, address = client_of(file.created_by), f"/akten/{file.public_id}/aufbau/"

        def said(reference: str) -> str:
            return (
                page_of(client.post(address, {"act": "set_parent", "reference": reference}), 422).replace(reference, "").split("csrf")[-1]
            )

        assert said(hidden.file_reference)[-400:] == said("99-2026/9999")[-400:]

    def test_everything_can_be_done_without_scripts(self, client_of) -> None:
        file = new_file()
        client, address = client_of(file.created_by), f"/akten/{file.public_id}/aufbau/"
        for name in ("Antrag", "Pläne"):
            client.post(address, {"act": "add_register", "name": name, "colour": "#4f7cac"})
        second = file.registers.get(name="Pläne")

        client.post(address, {"act": "move", "move": f"{second.public_id}:up"})
        client.post(address, {"act": "edit_register", "register": second.public_id, "name": "Bauvorlagen", "colour": "#000000"})
        client.post(address, {"act": "remove_register", "register": file.registers.get(name="Antrag").public_id})
        client.post(address, {"act": "open_volume", "opened_on": "2026-03-02", "location": ""})
        changed = {"opened_on": "2024-01-01", "closed_on": "2026-03-02", "location": "Archiv"}
        client.post(address, {"act": "edit_volume", "volume": Volume.objects.get(number=1).public_id, **changed})

        assert list(file.registers.values_list("name", "position")) == [("Bauvorlagen", 1)]
        assert Volume.objects.get(number=1).location == "Archiv"
        assert "Band 2" in page_of(client.get(address))

    def test_an_order_that_is_old_is_refused_with_its_sentence(self, client_of) -> None:
        register = RegisterFactory()
        client = client_of(writer(register.file.unit))
        RegisterFactory(file=register.file)

        answer = client.post(
            f"/akten/{register.file.public_id}/aufbau/", {"act": "order", "register": [register.public_id]}, headers={"HX-Request": "true"}
        )

        assert answer.status_code == 409
        assert answer.content.decode().startswith("Jemand anderes hat die Register inzwischen geändert")

    @pytest.mark.parametrize("sent", [{"act": "unsinn"}, {"act": "edit_volume", "volume": "x"}, {"act": "order", "register": "x"}, {}])
    def test_nonsense_is_not_found(self, sent, client_of) -> None:
        file = new_file()

        assert client_of(file.created_by).post(f"/akten/{file.public_id}/aufbau/", sent).status_code == 404


class TestRetention:
    def test_the_registry_sets_what_clerks_see(self, client_of) -> None:
        unit = FilePlanUnitFactory(retention_years=10)
        file = new_file(unit)
        clerk, registry, address = client_of(file.created_by), client_of(registrar(unit)), f"/akten/{file.public_id}/aufbewahrung/"
        wanted = {"act": "period", "retention_years": "30", "disposal_action": "A", "reason": "Denkmal"}
        wanted |= {"retention_start": "event", "retention_starts_with": "Abbruch"}

        assert clerk.post(address, wanted).status_code == 404
        assert "Frist festlegen" not in page_of(clerk.get(address))
        assert registry.post(address, wanted).status_code == 302
        shown = page_of(clerk.get(address))

        assert "30 Jahre aufzubewahren nach: Abbruch" in shown
        assert "Denkmal" in shown
        assert clerk.post(address, {"act": "event", "on": "2030-01-01"}).status_code == 302
        assert "Das Datum muss zwischen" in page_of(clerk.post(address, {"act": "event", "on": "2999-01-01"}), 409)

    def test_says_of_each_value_where_it_comes_from(self, client_of) -> None:
        top = FilePlanUnitFactory(classification_code="6", title="Bauen", retention_years=10, retention_starts_with="Abbruch")
        file = new_file(FilePlanUnitFactory(classification_code="63", title="Bauordnung", parent=top, disposal_action="A"))
        client, address = client_of(registrar(file.unit)), f"/akten/{file.public_id}/aufbewahrung/"

        page = page_of(client.get(address))
        assert '10 Jahre aufzubewahren nach: Abbruch <span class="muted small">geerbt von 6 Bauen</span>' in page
        assert 'wird noch erwartet</strong> <span class="muted small">geerbt von 6 Bauen</span>' in page
        assert 'Archivieren (A) <span class="muted small">geerbt von 63 Bauordnung</span>' in page

        client.post(address, {"act": "period", "retention_start": "closing", "reason": "Nie gebaut"})
        filing.close_file(file=file, by=file.created_by, at=AT)
        page = page_of(client.get(address))

        assert "geerbt von 6 Bauen; Stand beim Schließen der Akte" in page
        assert 'Schließen der Akte <span class="muted small">für diese Akte festgelegt</span>' in page
        assert '<option value="closing" selected>Schließen der Akte (zdA)</option>' in page
        assert "31.12.2036" in page
        assert "wie der Aktenplan beim Schließen der Akte war" in page
        assert "nach: Abbruch" not in page
        assert "Schließen der Akte" in page_of(client.get(f"/akten/{file.public_id}/journal/"))

    def test_an_event_is_chosen_and_named_or_neither(self, client_of) -> None:
        file = new_file(FilePlanUnitFactory(retention_years=10))
        client, address = client_of(registrar(file.unit)), f"/akten/{file.public_id}/aufbewahrung/"
        sent = {"act": "period", "reason": "Mietvertrag"}

        unnamed = page_of(client.post(address, {**sent, "retention_start": "event"}), 422)
        unchosen = page_of(client.post(address, {**sent, "retention_start": "", "retention_starts_with": "Auszug"}), 422)

        assert "Bitte nennen Sie das Ereignis" in unnamed
        assert "Bitte wählen Sie „Anderes Ereignis“" in unchosen
        assert 'value="Auszug"' in unchosen


class TestDeadlines:
    def test_come_in_the_order_in_which_they_end_and_can_be_narrowed(self, client_of) -> None:
        unit = FilePlanUnitFactory(retention_years=10, disposal_action="V")
        registry = registrar(unit)
        late, early = (
            RecordFileFactory(unit=unit, status="closed", closed_at=AT, retain_until=date(year, 12, 31)) for year in (2040, 2020)
        )
        waiting = RecordFileFactory(unit=unit, status="closed", closed_at=AT, retention_starts_with="Abbruch")
        retaining.place_hold(file=late, reason="Klage", by=registry, at=AT)
        client = client_of(registry)

        def shown(query: str) -> list[RecordFile]:
            page = page_of(client.get(f"/registratur/fristen/{query}"))
            found = [file for file in (late, early, waiting) if f"file-{file.public_id}" in page]
            return sorted(found, key=lambda file: page.index(str(file.public_id)))

        assert shown("") == [early, late, waiting]
        assert shown("?zeige=free") == [early]
        assert shown("?zeige=awaited") == [waiting]
        assert shown("?zeige=held") == [late]
        assert shown("?jahr=2040") == [late]
        assert shown("?jahr=99999&zeige=unsinn&ab=-1&q=%00") == [early, late, waiting]

    def test_cost_the_same_queries_for_many_files(self, client_of, queries) -> None:
        MunicipalSettings.load()
        top, counts = FilePlanUnitFactory(retention_years=10), []
        client = client_of(registrar(top))
        for _round in range(3):  # the first visit also signs in
            for _n in range(3):
                RecordFileFactory(unit=FilePlanUnitFactory(parent=top), status="closed", closed_at=AT)
            with queries() as seen:
                page_of(client.get("/registratur/fristen/"))
            counts.append(len(seen))

        assert counts[1] == counts[2]

    def test_the_role_alone_sees_no_file(self, client_of) -> None:
        RecordFileFactory(status="closed", closed_at=AT, title="Geheimsache")

        assert "Geheimsache" not in page_of(client_of(ClerkFactory(roles=[Role.REGISTRY])).get("/registratur/fristen/"))


class TestDrafts:
    def test_are_registered_from_the_list(self, client_of) -> None:
        unit = registry_unit(classification_code="91")
        draft = new_file(unit)
        client = client_of(registrar(unit))

        assert f"/akten/{draft.public_id}/registrieren/" in page_of(client.get("/registratur/entwuerfe/"))
        assert f"/akten/{draft.public_id}/registrieren/" not in page_of(client_of(draft.created_by).get("/registratur/entwuerfe/"))
        page = page_of(client.post(f"/akten/{draft.public_id}/registrieren/", {"back": "drafts"}, follow=True))

        assert "Der Entwurf ist als 91-" in page

    def test_cost_the_same_queries_for_many(self, client_of, queries) -> None:
        MunicipalSettings.load()
        unit, counts = registry_unit(), []
        client = client_of(registrar(unit))
        for _round in range(3):  # the first visit also signs in
            for _n in range(3):
                new_file(unit)
            with queries() as seen:
                page_of(client.get("/registratur/entwuerfe/"))
            counts.append(len(seen))

        assert counts[1] == counts[2]


class TestHandingOver:
    def test_shows_first_and_then_hands_over(self, client_of) -> None:
        giving, taking = OfficeFactory(), OfficeFactory()
        file = RecordFileFactory(lead_office=giving)
        hidden = RecordFileFactory(lead_office=giving, title="Geheimsache")
        client, offices = client_of(registrar(file.unit)), {"giving": str(giving.public_id), "taking": str(taking.public_id)}

        page = page_of(client.get("/registratur/uebergabe/", offices))
        assert "Eine Akte würde übergeben" in page
        assert "Geheimsache" not in page
        mark = page.split('name="mark" value="')[1].split('"')[0]
        assert "Bitte geben Sie einen Grund" in page_of(
            client.post("/registratur/uebergabe/", {**offices, "mark": mark, "reason": ""}), 409
        )
        page = page_of(client.post("/registratur/uebergabe/", {**offices, "mark": mark, "reason": "Umbau"}, follow=True))

        assert "1 Akte wurde übergeben." in page
        assert RecordFile.objects.get(pk=file.pk).lead_office == taking
        assert RecordFile.objects.get(pk=hidden.pk).lead_office == giving


class TestIndexOfFiles:
    @pytest.mark.parametrize(("ending", "begin"), [("xlsx", b"PK"), ("pdf", b"%PDF-")])
    def test_is_a_download(self, ending, begin, client_of) -> None:
        file = new_file(FilePlanUnitFactory(classification_code="63.1"))

        answer = client_of(file.created_by).get(f"/aktenplan/{file.unit.public_id}/aktenverzeichnis.{ending}")

        assert answer.content.startswith(begin)
        assert "Aktenverzeichnis 63.1 " in answer["Content-Disposition"]


class TestBinder:
    def test_shows_volumes_in_the_stapling_order_and_one_alone(self, client_of) -> None:
        file = new_file()
        old = DocumentFactory(file=file, title="Altes Blatt")
        second = volumes.open_volume(file=file, by=file.created_by, at=AT)
        new = DocumentFactory(file=file, title="Neues Blatt", volume=second)
        client = client_of(file.created_by)

        page = page_of(client.get(f"/akten/{file.public_id}/"))
        alone = page_of(client.get(f"/akten/{file.public_id}/?band=1"))

        assert page.index(f"document-{new.public_id}") < page.index(f"document-{old.public_id}")
        assert f'id="document-{new.public_id}"' not in alone
        assert f'id="document-{old.public_id}"' in alone
        filing.close_file(file=file, by=file.created_by, at=AT)
        MunicipalSettings.objects.filter(pk=1).update(stapling_order="oldest_on_top")
        page = page_of(client.get(f"/akten/{file.public_id}/"))
        assert page.index(f"document-{old.public_id}") < page.index(f"document-{new.public_id}")
