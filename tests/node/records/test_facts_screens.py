"""The tab "Angaben" and its forms: constant queries, what stays when something is wrong, read-only files, and what the binder shows of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections

from records import linking
from records.models import Case, IndexValue, MissingSheet, Participant
from tenants import current
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import (
    AT,
    CaseFactory,
    DocumentFactory,
    FilePlanUnitFactory,
    IndexFieldFactory,
    IndexValueFactory,
    MissingSheetFactory,
    ParticipantFactory,
    RecordFileFactory,
    RegisterFactory,
    grant,
)


@pytest.fixture
def signed_in(client_of):
    """signed_in(file, …) is a client of a clerk who may write in these files."""

    def client(*files: Any, right: str = "write") -> Any:
        clerk = ClerkFactory()
        for file in files:
            grant(clerk, file, right)
        return client_of(clerk)

    return client


def furnish(file: Any, times: int) -> None:
    for _count in range(times):
        case = CaseFactory(file=file)
        document = DocumentFactory(file=file, case=case)
        ParticipantFactory(file=file, case=case)
        ParticipantFactory(file=file, document=document)
        IndexValueFactory(file=file)
        MissingSheetFactory(file=file, register=RegisterFactory(file=file))
        other = DocumentFactory(file__unit=file.unit)
        linking.link_files(file=file, other=other.file, by=file.created_by, at=AT)
        linking.add_cross_reference(file=file, document=other, by=file.created_by, at=AT)


class TestFactsPage:
    def test_costs_the_same_queries_however_much_there_is(self, client_of, django_assert_max_num_queries) -> None:
        MunicipalSettings.load()
        file, clerk = RecordFileFactory(), ClerkFactory()
        grant(clerk, file.unit, "write")
        counts = []
        for times in (1, 6):
            furnish(file, times)
            for address in (f"/akten/{file.public_id}/angaben/", f"/akten/{file.public_id}/"):
                with django_assert_max_num_queries(45, connection=connections[current.alias()]) as seen:
                    assert client_of(clerk).get(address).status_code == 200
                counts.append(len(seen))

        assert counts[:2] == counts[2:]

    def test_tells_of_a_disclosure_block_on_every_page_of_the_file(self, signed_in) -> None:
        participant = ParticipantFactory(disclosure_block=True)
        client, address = signed_in(participant.file), f"/akten/{participant.file.public_id}/"

        for page in (address, f"{address}angaben/", f"{address}journal/"):
            assert "block-mark" in client.get(page).content.decode()

    def test_tells_nothing_of_files_that_are_hidden(self, signed_in) -> None:
        file, hidden = RecordFileFactory(), DocumentFactory(title="Geheimblatt", file__title="Geheimakte")
        linking.link_files(file=file, other=hidden.file, by=file.created_by, at=AT)
        linking.add_cross_reference(file=file, document=hidden, by=file.created_by, at=AT)
        client = signed_in(file)

        for page in ("", "angaben/", "journal/"):
            said = client.get(f"/akten/{file.public_id}/{page}").content.decode()
            assert "Geheim" not in said
            assert hidden.file.file_reference not in said

    def test_a_closed_file_offers_and_takes_no_change(self, signed_in) -> None:
        file = RecordFileFactory(status="closed", closed_at=AT)
        client, address = signed_in(file), f"/akten/{file.public_id}/angaben/"

        assert "angaben/vorgaenge/neu/" not in client.get(address).content.decode()
        refused = client.post(f"{address}vorgaenge/neu/", {"title": "Neu"})

        assert refused.status_code == 422
        assert "wird nicht mehr geändert" in refused.content.decode()
        assert not Case.objects.exists()


class TestIndexValuesPage:
    def test_what_was_typed_stays_when_something_is_wrong(self, signed_in) -> None:
        file = RecordFileFactory()
        day = IndexFieldFactory(unit=file.unit, name="Abnahme", kind="date")
        text = IndexFieldFactory(unit=file.unit, name="Bauherr")
        sent = {f"feld-{day.public_id}-1-text": "31.2.2026", f"feld-{text.public_id}-1-text": "Müller", "mark": ""}

        answer = signed_in(file).post(f"/akten/{file.public_id}/angaben/index/", sent)

        said = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="31.2.2026"' in said
        assert 'value="Müller"' in said
        assert "ist kein Datum" in said
        assert not IndexValue.objects.exists()

    def test_another_value_adds_a_row_and_saves_nothing(self, signed_in) -> None:
        file = RecordFileFactory()
        field = IndexFieldFactory(unit=file.unit)
        sent = {f"feld-{field.public_id}-1-text": "Müller", "mark": "", "more": str(field.public_id)}

        said = signed_in(file).post(f"/akten/{file.public_id}/angaben/index/", sent).content.decode()

        assert f'name="feld-{field.public_id}-2-text"' in said
        assert not IndexValue.objects.exists()

    def test_saves_an_inherited_parcel_and_takes_emptied_values_away(self, signed_in) -> None:
        top = FilePlanUnitFactory()
        file = RecordFileFactory(unit=FilePlanUnitFactory(parent=top))
        field, old = IndexFieldFactory(unit=top, kind="parcel"), IndexValueFactory(file=file, text="alt")
        client, address = signed_in(file), f"/akten/{file.public_id}/angaben/index/"
        mark = client.get(address).context["form"].mark
        stem = f"feld-{field.public_id}-1-"
        sent = {f"{stem}district": "Neustadt", f"{stem}section": "3", f"{stem}parcel": "12 / 3", f"feld-{old.field.public_id}-1-text": ""}

        answer = client.post(address, {**sent, "mark": mark})

        assert answer.status_code == 302
        assert [value.text for value in IndexValue.objects.all()] == ["Gemarkung Neustadt, Flur 3, Flurstück 12/3"]
        assert client.post(address, {**sent, f"{stem}section": "4", "mark": mark}).status_code == 422  # somebody saved meanwhile

    @pytest.mark.parametrize("value", ["\x00", "x" * 10_000])
    def test_odd_input_is_a_sentence_and_no_failure(self, value, signed_in) -> None:
        file = RecordFileFactory()
        field = IndexFieldFactory(unit=file.unit)

        answer = signed_in(file).post(f"/akten/{file.public_id}/angaben/index/", {f"feld-{field.public_id}-1-text": value})

        assert answer.status_code in (302, 422)


class TestParticipantPage:
    SENT = {"kind": "person", "name": "Erika", "role": "Bauherrin"}

    def test_adds_one_to_a_case(self, signed_in) -> None:
        case = CaseFactory()
        address = f"/akten/{case.file.public_id}/angaben/beteiligte/neu/"

        answer = signed_in(case.file).post(address, {**self.SENT, "belongs": f"case:{case.public_id}", "disclosure_block": "on"})

        assert answer["Location"].endswith("/angaben/#participants")
        assert Participant.objects.get().case == case

    @pytest.mark.parametrize("wrong", [{"name": ""}, {"email": "kein"}, {"belongs": "case:fremd"}, {"name": "a\x00b"}, {"role": "x" * 81}])
    def test_refuses_what_cannot_be_with_a_sentence(self, wrong, signed_in) -> None:
        file = RecordFileFactory()

        answer = signed_in(file).post(f"/akten/{file.public_id}/angaben/beteiligte/neu/", {**self.SENT, **wrong})

        assert answer.status_code == 422
        assert not Participant.objects.exists()

    def test_a_participant_of_another_file_is_not_there(self, signed_in) -> None:
        file, participant = RecordFileFactory(), ParticipantFactory()

        assert signed_in(file).get(f"/akten/{file.public_id}/angaben/beteiligte/{participant.public_id}/").status_code == 404


class TestCasePage:
    def test_what_is_ticked_lies_in_the_case_afterwards(self, signed_in) -> None:
        case = CaseFactory(file__last_document_number=1, last_document_number=1)
        inside, loose = DocumentFactory(file=case.file, case=case, number=1), DocumentFactory(file=case.file, number=1)
        address = f"/akten/{case.file.public_id}/angaben/vorgaenge/{case.public_id}/"
        sent = {"shown": [inside.public_id, loose.public_id], "document": [loose.public_id]}

        signed_in(case.file).post(address, sent)

        for document, expected in ((inside, None), (loose, case)):
            document.refresh_from_db()
            assert document.case == expected

    def test_the_binder_shows_one_case_alone(self, signed_in) -> None:
        case = CaseFactory()
        DocumentFactory(file=case.file, case=case, title="drinnen", number=1, pages=[""])
        DocumentFactory(file=case.file, title="draußen", pages=[""])

        said = signed_in(case.file).get(f"/akten/{case.file.public_id}/?vorgang={case.public_id}").content.decode()

        assert "drinnen" in said
        assert "draußen" not in said
        assert f'"reference":"{case.case_reference}-1"' in said


class TestCancelledCase:
    def test_offers_to_take_it_back_at_once_and_later(self, signed_in) -> None:
        case = CaseFactory()
        client, address = signed_in(case.file), f"/akten/{case.file.public_id}/angaben/vorgaenge/{case.public_id}/"
        restored_at = f'action="{address}wiederherstellen/"'

        at_once = client.post(f"{address}stornieren/", {"reason": "doppelt"}, follow=True).content.decode()
        later = client.get(address).content.decode()
        restored = client.post(f"{address}wiederherstellen/", follow=True).content.decode()

        case.refresh_from_db()
        assert case.cancelled_at is None
        assert [page.count(restored_at) for page in (at_once, later, restored)] == [1, 1, 0]
        assert "Die Stornierung wurde zurückgenommen." in restored

    def test_a_reader_and_a_closed_file_get_no_button(self, signed_in) -> None:
        case = CaseFactory(cancelled_at=AT)
        closed = CaseFactory(cancelled_at=AT, file__status="closed", file__closed_at=AT)

        for one, right in ((case, "read"), (closed, "write")):
            page = signed_in(one.file, right=right).get(f"/akten/{one.file.public_id}/angaben/vorgaenge/{one.public_id}/")
            assert "wiederherstellen" not in page.content.decode()

    def test_one_that_is_not_cancelled_is_refused_with_a_sentence(self, signed_in) -> None:
        case = CaseFactory()
        address = f"/akten/{case.file.public_id}/angaben/vorgaenge/{case.public_id}/wiederherstellen/"

        assert "Nur ein stornierter Vorgang" in signed_in(case.file).post(address, follow=True).content.decode()

    def test_one_of_another_file_is_not_there(self, signed_in) -> None:
        case, file = CaseFactory(cancelled_at=AT), RecordFileFactory()

        address = f"/akten/{file.public_id}/angaben/vorgaenge/{case.public_id}/wiederherstellen/"
        assert signed_in(file).post(address).status_code == 404


class TestJournalTab:
    @pytest.mark.parametrize(("right", "may"), [("read", False), ("write", True), ("manage", True)])
    def test_is_there_for_whoever_may_open_the_journal(self, right, may, signed_in) -> None:
        file = RecordFileFactory()
        client, tab = signed_in(file, right=right), f'href="/akten/{file.public_id}/journal/"'

        for below in ("", "angaben/", "aufbau/", "aufbewahrung/", "wiedervorlagen/", "abgeben/"):
            assert (tab in client.get(f"/akten/{file.public_id}/{below}").content.decode()) is may, below
        assert (client.get(f"/akten/{file.public_id}/journal/").status_code == 200) is may


class TestMissingSheets:
    def test_stand_in_the_contents_at_their_register(self, signed_in) -> None:
        sheet = MissingSheetFactory(what="Lageplan")
        sheet.register = RegisterFactory(file=sheet.file, name="Pläne")
        sheet.save()

        said = signed_in(sheet.file).get(f"/akten/{sheet.file.public_id}/").content.decode()

        assert said.index(">Pläne<") < said.index("Lageplan") < said.index("ausgeliehen an: Bauhof, seit 02.03.2026")

    def test_the_registrys_list_shows_overdue_ones_of_visible_files(self, signed_in) -> None:
        late = MissingSheetFactory(what="Säumig", back_by=AT.date())
        MissingSheetFactory(what="Fremd", back_by=AT.date())
        client = signed_in(late.file, right="read")

        said = client.get("/fehlblaetter/?nur=ueberfaellig").content.decode()

        assert "Säumig" in said
        assert "Fremd" not in said

    @pytest.mark.parametrize("days", [{"since": "1.1.1582"}, {"since": "2999-01-01"}, {"since": "gestern"}, {"back_by": "1.1.1900"}])
    def test_days_that_cannot_be_are_refused_at_their_field(self, days, signed_in) -> None:
        file = RecordFileFactory()
        sent = {"what": "Plan", "borrower": "Bauhof", "since": "2.3.2026", **days}

        answer = signed_in(file).post(f"/akten/{file.public_id}/angaben/fehlblaetter/neu/", sent)

        assert answer.status_code == 422
        assert not MissingSheet.objects.exists()


class TestLinks:
    def test_a_hidden_file_cannot_be_told_from_none(self, signed_in) -> None:
        file, hidden = RecordFileFactory(), RecordFileFactory()
        client, address = signed_in(file), f"/akten/{file.public_id}/angaben/verknuepfungen/neu/"

        answers = [client.post(address, {"other": name}).content.decode() for name in (hidden.file_reference, "gibt es nicht")]

        assert all("Diese Akte gibt es nicht." in said for said in answers)

    def test_a_cross_reference_is_made_in_two_steps(self, signed_in) -> None:
        file, document = RecordFileFactory(), DocumentFactory(number=3)
        client, address = signed_in(file, document.file), f"/akten/{file.public_id}/angaben/verweise/neu/"
        step = client.get(address, {"akte": f"{document.file.file_reference}-3"})
        assert f'<option value="{document.public_id}" selected>' in step.content.decode()

        client.post(f"{address}?akte={document.file.file_reference}", {"document": document.public_id})

        assert document.title in client.get(f"/akten/{file.public_id}/").content.decode()


class TestIndexFieldsPage:
    def test_fields_are_added_renamed_moved_and_retired(self, client_of) -> None:
        unit, client = FilePlanUnitFactory(), client_of(ClerkFactory(roles=["registry"]))
        address = f"/verwaltung/aktenplan/{unit.public_id}/indexfelder/"
        for name in ("Lage", "Bauherr"):
            assert client.post(address, {"act": "add", "name": name, "kind": "text"}).status_code == 302
        second = unit.index_fields.get(name="Bauherr")

        client.post(address, {"act": "up", "field": second.public_id})
        client.post(address, {"act": "rename", "field": second.public_id, "name": "Bauherrschaft"})
        taken = client.post(address, {"act": "add", "name": "lage", "kind": "text"})
        client.post(address, {"act": "retire", "field": unit.index_fields.get(name="Lage").public_id})

        assert taken.status_code == 422
        standing = unit.index_fields.filter(retired_at__isnull=True).order_by("position")
        assert [field.name for field in standing] == ["Bauherrschaft"]
        assert client.post(address, {"act": "retire", "field": "unsinn"}).status_code == 404


class TestPaperLentFromAClosedFile:
    def test_is_noted_as_returned_by_who_may_write_there(self, signed_in) -> None:
        sheet = MissingSheetFactory(file=RecordFileFactory(status="closed", closed_at=AT))
        page, address = f"/akten/{sheet.file.public_id}/angaben/", f"fehlblaetter/{sheet.public_id}/zurueck/"
        clerk = signed_in(sheet.file)

        assert f"{page}{address}" in clerk.get(page).content.decode()
        assert f"{page}fehlblaetter/neu/" not in clerk.get(page).content.decode()
        assert address not in signed_in(sheet.file, right="read").get(page).content.decode()
        assert clerk.post(f"{page}{address}", {"returned_on": sheet.since.isoformat()}).status_code == 302
        sheet.refresh_from_db()
        assert sheet.returned_on == sheet.since
