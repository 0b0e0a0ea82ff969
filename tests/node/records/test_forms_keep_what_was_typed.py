"""A form that is refused keeps what was typed; what somebody else stored meanwhile is said beside it."""

from __future__ import annotations

import re

import pytest

from records import dividers, filing, holding, index_fields, noting, retaining, sticking, volumes
from records.models import Document
from tests.factories import UserFactory
from tests.node.factories import (
    AT,
    CaseFactory,
    DocumentFactory,
    FilePlanUnitFactory,
    RecordFileFactory,
    RegisterFactory,
    grant,
)
from tests.node.records.quicker import LATER, stored_in, writer_of


class TestTypedAgain:
    def test_a_register(self, quick, client_of) -> None:
        register = RegisterFactory(name="Alt", colour="#111111")
        mark, client = dividers.mark_of(register), client_of(writer_of(register.file))
        dividers.edit_register(register=register, name="Ihrer", colour="#222222", by=quick, at=LATER)
        typed = {"act": "edit_register", "register": register.public_id, "name": "Meiner", "colour": "#333333"}

        answer = client.post(f"/akten/{register.file.public_id}/aufbau/", {**typed, "seen": mark})

        page = answer.content.decode()
        register.refresh_from_db()
        assert answer.status_code == 409
        assert (register.name, register.colour) == ("Ihrer", "#222222")
        shown = ("Frau Schnell", "<dd>Ihrer</dd>", '#222222"', 'name="name" value="Meiner"', 'name="colour" value="#333333"')
        assert all(word in page for word in shown)
        assert f'name="seen" value="{dividers.mark_of(register)}"' in page
        assert 'order__more" open' in page
        assert client.post(f"/akten/{register.file.public_id}/aufbau/", {**typed, "seen": dividers.mark_of(register)}).status_code == 302

    @pytest.mark.parametrize(("name", "status"), [("", 422), ("Pläne", 409)])
    def test_a_register_that_is_refused_for_its_name_keeps_what_was_typed_and_the_old_mark(
        self, name: str, status: int, quick, client_of
    ) -> None:
        register = RegisterFactory(name="Alt")
        dividers.add_register(file=register.file, name="Pläne", by=quick, at=AT)
        mark, client = dividers.mark_of(register), client_of(writer_of(register.file))
        typed = {"act": "edit_register", "register": register.public_id, "name": name, "colour": "#333333", "seen": mark}

        answer = client.post(f"/akten/{register.file.public_id}/aufbau/", typed)

        page = answer.content.decode()
        assert answer.status_code == status
        assert f'name="name" value="{name}"' in page
        assert 'name="colour" value="#333333"' in page
        assert f'name="seen" value="{mark}"' in page  # what a colleague does meanwhile will still be noticed
        assert stored_in(page) == []

    def test_a_volume(self, quick, client_of) -> None:
        file = RecordFileFactory()
        volumes.open_volume(file=file, by=quick, at=AT, opened_on=AT.date())
        volume = file.volumes.get(number=2)
        mark, client, address = volumes.mark_of(volume), client_of(writer_of(file)), f"/akten/{file.public_id}/aufbau/"
        volumes.edit_volume(volume=volume, by=quick, at=LATER, opened_on=LATER.date(), closed_on=None, location="Archiv")
        typed = {"act": "edit_volume", "volume": volume.public_id, "opened_on": "2026-03-01", "closed_on": "", "location": "Keller"}

        answer = client.post(address, {**typed, "seen": mark})

        page = answer.content.decode()
        volume.refresh_from_db()
        assert (answer.status_code, volume.location) == (409, "Archiv")
        assert all(word in page for word in ("Frau Schnell", 'value="Keller"', 'value="2026-03-01"'))
        assert stored_in(page) == ["02.03.2026", "Archiv"]
        assert client.post(address, {**typed, "seen": volumes.mark_of(volume)}).status_code == 302

    def test_a_period_and_the_day_of_its_event(self, quick, client_of) -> None:
        unit = FilePlanUnitFactory(retention_years=10)
        file, registry = RecordFileFactory(unit=unit, retention_starts_with="Abbruch"), UserFactory(roles=["clerk", "registry"])
        grant(registry, unit, "manage")
        mark, client, address = retaining.mark_of(file), client_of(registry), f"/akten/{file.public_id}/aufbewahrung/"
        retaining.enter_event(file=file, on=LATER.date(), by=quick, at=LATER)
        wanted = retaining.Wanted(years=0, starts_with="Abbruch", disposal_action="A")
        retaining.set_period(file=file, wanted=wanted, reason="Denkmal", by=quick, at=LATER)
        period = {
            "act": "period",
            "retention_years": "30",
            "retention_start": "event",
            "retention_starts_with": "Auszug",
            "reason": "Mietvertrag",
        }
        event = {"act": "event", "on": "2031-06-01"}

        pages = {}
        for sent in (period, event):
            answer = client.post(address, {**sent, "seen": mark})
            assert answer.status_code == 409
            pages[sent["act"]] = answer.content.decode()

        assert all("Frau Schnell" in page for page in pages.values())
        assert all(word in pages["period"] for word in ('value="30"', 'value="Auszug"', "Mietvertrag</textarea>"))
        assert stored_in(pages["period"]) == ["0", "Abbruch", "Archivieren (A)"]
        assert 'value="2031-06-01"' in pages["event"]
        assert stored_in(pages["event"]) == ["02.03.2026"]
        file.refresh_from_db()
        assert (file.retention_years, file.retention_started_on) == (0, LATER.date())
        assert f'name="seen" value="{retaining.mark_of(file)}"' in pages["period"]
        assert client.post(address, {**period, "seen": retaining.mark_of(file)}).status_code == 302

    def test_a_hold_of_a_file_that_was_cancelled_meanwhile_says_so(self, quick, client_of) -> None:
        file, registry = RecordFileFactory(), UserFactory(roles=["clerk", "registry"])
        grant(registry, file.unit, "manage")
        filing.cancel_file(file=file, reason="Doppelt", by=quick, at=LATER)

        answer = client_of(registry).post(f"/akten/{file.public_id}/aufbewahrung/", {"act": "place_hold", "hold_reason": "Klage"})

        assert answer.status_code == 409
        assert "form-errors" in answer.content.decode()

    def test_a_draft_of_a_note(self, quick, client_of) -> None:
        file = RecordFileFactory()
        clerk = writer_of(file)
        draft = noting.write_note(file=file, title="Anruf", text="Er ruft wieder an.", draft=True, by=clerk, at=AT)
        etag, client, address = draft.etag, client_of(clerk), f"/dokumente/{draft.public_id}/entwurf/"
        noting.rewrite_draft(document=draft, title="Anruf", text="Er war schon da.", by=quick, at=LATER)

        answer = client.post(address, {"title": "Anruf", "text": "Er kommt morgen.", "etag": etag})

        page = answer.content.decode()
        draft = Document.objects.get(pk=draft.pk)
        assert (answer.status_code, draft.draft_text) == (422, "Er war schon da.")
        assert all(word in page for word in ("Frau Schnell", "Er kommt morgen.</textarea>", f'value="{draft.etag}"'))
        assert stored_in(page) == ["Er war schon da."]
        assert client.post(address, {"title": "Anruf", "text": "Er kommt morgen.", "etag": draft.etag}).status_code == 302

    def test_documents_ticked_for_a_case_stay_ticked(self, quick, client_of) -> None:
        case = CaseFactory()
        document, other = DocumentFactory(file=case.file), DocumentFactory(file=case.file)
        client, address = client_of(writer_of(case.file)), f"/akten/{case.file.public_id}/angaben/vorgaenge/{case.public_id}/"
        holding.check_out(document=document, by=quick, at=LATER)

        answer = client.post(address, {"document": [document.public_id], "shown": [document.public_id, other.public_id]})

        page = answer.content.decode()
        assert answer.status_code == 409
        assert re.findall(r'name="document" value="([^"]+)" checked', page) == [str(document.public_id)]

    def test_the_name_of_an_index_field(self, quick, client_of) -> None:
        unit = FilePlanUnitFactory()
        for name in ("Bauherr", "Flurstück"):
            index_fields.add_field(unit=unit, name=name, kind="text", by=quick, at=AT)
        field = unit.index_fields.get(name="Bauherr")
        client = client_of(UserFactory(roles=["administrator"]))
        address = f"/verwaltung/aktenplan/{unit.public_id}/indexfelder/"

        answer = client.post(address, {"act": "rename", "field": field.public_id, "name": "Flurstück"})

        assert answer.status_code == 422
        assert f'id="name-{field.public_id}" name="name" value="Flurstück"' in answer.content.decode()

    def test_a_sticky_note(self, client_of) -> None:
        document = DocumentFactory()
        clerk = writer_of(document.file)
        note = sticking.stick(document=document, page=1, text="Anrufen", printed=True, by=clerk, at=AT)
        sticking.edit_note(note=note, text="Schreiben", printed=True, by=clerk, at=LATER)
        client, address = client_of(clerk), f"/haftnotizen/{note.public_id}/"

        page = client.post(address, {"text": "Vorbeigehen", "revision": 1}).content.decode()  # not on paper any more

        assert all(word in page for word in ("Schreiben", "Vorbeigehen</textarea>", 'name="revision" value="2"'))
        assert 'name="printed" checked' not in page
        long = client.post(address, {"text": "x" * 2001, "revision": 1}).content.decode()
        assert 'name="revision" value="1"' in long  # what was changed in the other window will still be noticed
