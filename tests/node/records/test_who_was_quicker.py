"""Refusals of what is out of date: who changed it, and when; and forms that can be sent again afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from records import (
    attaching,
    carrying,
    cases,
    dividers,
    facts,
    filing,
    granting,
    holding,
    index_fields,
    index_values,
    journal,
    journal_reading,
    moving,
    noting,
    participants,
    plan_upkeep,
    rearranging,
    retaining,
    sticking,
    volumes,
)
from records.models import Document, RecordFile
from records.spellings import Value
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import (
    AT,
    CaseFactory,
    DocumentFactory,
    FilePlanUnitFactory,
    ParticipantFactory,
    RecordFileFactory,
    RegisterFactory,
    grant,
    restricted,
)

FILES = "/api/v1/files/"
LATER = datetime(2026, 3, 2, 13, 3, tzinfo=UTC)
QUICK = r"Frau Schnell.*02\.03\.2026,? 14:03"


@pytest.fixture
def quick() -> Any:
    return ClerkFactory(display_name="Frau Schnell")


def writer_of(file: RecordFile) -> Any:
    clerk = ClerkFactory()
    grant(clerk, file.unit, "write")
    return clerk


def edited(file: RecordFile, by: Any, **changes: Any) -> str:
    """Let somebody change a file; gives the ETag it had before."""
    before = file.etag
    filing.edit_file(file=file, changes=changes, by=by, at=LATER)
    return before


def stored_in(page: str) -> list[str]:
    """What a page says is stored meanwhile."""
    return re.findall(r"<dd>(.*?)</dd>", page.partition('<dl class="facts small">')[2].partition("</dl>")[0])


class TestFile:
    def test_edit_says_who_and_when(self, quick) -> None:
        file = RecordFileFactory()
        etag = edited(file, quick, title="Ihre")

        with pytest.raises(filing.Stale, match=QUICK):
            filing.edit_file(file=file, changes={"title": "Meine"}, by=ClerkFactory(), at=AT, etag=etag)

    @pytest.mark.parametrize(
        "act",
        [
            lambda file, by: dividers.add_register(file=file, name="Pläne", by=by, at=LATER),
            lambda file, by: volumes.open_volume(file=file, by=by, at=LATER),
        ],
    )
    def test_registers_and_volumes_are_changes_of_the_file_and_documents_are_none(self, act: Callable[..., Any], quick) -> None:
        file, slow = RecordFileFactory(), ClerkFactory(display_name="Herr Langsam")
        etag = file.etag
        act(file, quick)
        document = DocumentFactory(file=file)
        moving.move_document(document=document, file=file, register=None, position=None, by=slow, at=LATER)

        with pytest.raises(filing.Stale, match=QUICK):
            filing.edit_file(file=file, changes={"title": "Meine"}, by=ClerkFactory(), at=AT, etag=etag)

    def test_who_only_looked_into_a_restricted_file_is_not_told(self, quick) -> None:
        manager = ClerkFactory()
        file = restricted(RecordFileFactory(), manager)
        etag = edited(file, quick, title="Ihre")
        journal.enter(act="view", object=file, by=ClerkFactory(display_name="Herr Blick"), at=LATER)

        with pytest.raises(filing.Stale, match=QUICK):
            filing.edit_file(file=file, changes={"title": "Meine"}, by=manager, at=AT, etag=etag)
        assert "Blick" not in journal_reading.last_change_of(object_id=file.public_id)

    def test_a_closed_one_says_who_closed_it(self, quick) -> None:
        file = RecordFileFactory()
        filing.close_file(file=file, by=quick, at=LATER)
        by = ClerkFactory()

        with pytest.raises(filing.CannotClose, match=QUICK):
            filing.close_file(file=file, by=by, at=AT)
        with pytest.raises(filing.CannotFile, match=QUICK):
            filing.edit_file(file=file, changes={"title": "Meine"}, by=by, at=AT, etag="alt")
        with pytest.raises(filing.CannotCancel, match=QUICK):
            filing.cancel_file(file=file, reason="Irrtum", by=by, at=AT)
        with pytest.raises(dividers.CannotDivide, match=QUICK):
            dividers.add_register(file=file, name="Pläne", by=by, at=AT)
        with pytest.raises(facts.ReadOnly, match=QUICK):
            cases.create_case(file=file, title="Vorgang", by=by, at=AT)
        with pytest.raises(volumes.CannotOpenVolume, match=QUICK):
            volumes.open_volume(file=file, by=by, at=AT)

    def test_a_reopened_one_says_who_reopened_it(self, quick) -> None:
        file = RecordFileFactory()
        filing.close_file(file=file, by=ClerkFactory(), at=AT)
        filing.reopen_file(file=file, reason="Nachtrag", by=quick, at=LATER)

        with pytest.raises(filing.CannotReopen, match=QUICK):
            filing.reopen_file(file=file, reason="Auch ein Nachtrag", by=ClerkFactory(), at=AT)

    def test_a_cancelled_and_a_restored_one_say_who_did_it(self, quick) -> None:
        file, by = RecordFileFactory(), ClerkFactory()
        filing.cancel_file(file=file, reason="Irrtum", by=quick, at=LATER)
        with pytest.raises(filing.CannotCancel, match=QUICK):
            filing.cancel_file(file=file, reason="Irrtum", by=by, at=AT)

        filing.restore_file(file=file, by=quick, at=LATER)

        with pytest.raises(filing.CannotRestore, match=QUICK):
            filing.restore_file(file=file, by=by, at=AT)


class TestDocument:
    def moved(self, by: Any) -> tuple[Document, RecordFile]:
        """A document as its reader knows it, and the file into which somebody took it meanwhile."""
        document, other = DocumentFactory(), RecordFileFactory()
        seen = Document.objects.select_related("file", "register").get(pk=document.pk)
        moving.move_document(document=document, file=other, register=None, position=None, by=by, at=LATER)
        return seen, other

    def test_moving_and_attaching_say_who_took_it_away(self, quick) -> None:
        seen, _other = self.moved(quick)
        to = DocumentFactory(file=seen.file)

        with pytest.raises(moving.CannotMove, match=QUICK):
            moving.move_document(document=seen, file=seen.file, register=None, position=None, by=ClerkFactory(), at=AT)
        with pytest.raises(attaching.CannotAttach, match=QUICK):
            attaching.attach(document=seen, to=to, by=ClerkFactory(), at=AT)

    def test_where_it_was_taken_afterwards_is_not_spoken_of(self, quick) -> None:
        seen, other = self.moved(quick)
        further = ClerkFactory(display_name="Herr Weiter")
        moving.move_document(
            document=Document.objects.get(pk=seen.pk), file=RecordFileFactory(), register=None, position=None, by=further, at=LATER
        )

        with pytest.raises(moving.CannotMove, match=QUICK):
            moving.move_document(document=seen, file=seen.file, register=None, position=None, by=ClerkFactory(), at=AT)
        assert other != seen.file

    def test_putting_together_says_who_took_it_away(self, quick) -> None:
        seen, _other = self.moved(quick)

        with pytest.raises(rearranging.Stale, match=QUICK):
            rearranging.refuse(seen.file, Document.objects.get(pk=seen.pk), by=ClerkFactory(), seen=None)

    def test_an_attachment_says_who_attached_and_who_detached_it(self, quick) -> None:
        file, by = RecordFileFactory(), ClerkFactory()
        document, to = DocumentFactory(file=file), DocumentFactory(file=file)
        attaching.attach(document=document, to=to, by=quick, at=LATER)
        with pytest.raises(attaching.CannotAttach, match=QUICK):
            attaching.attach(document=document, to=to, by=by, at=AT)

        attaching.detach(document=document, by=quick, at=LATER)

        with pytest.raises(attaching.CannotAttach, match=QUICK):
            attaching.detach(document=document, by=by, at=AT)

    def test_a_cancelled_one_says_who_cancelled_it(self, quick) -> None:
        document, by = DocumentFactory(), ClerkFactory()
        filing.cancel_document(document=document, reason="Irrtum", by=quick, at=LATER)

        with pytest.raises(moving.CannotMove, match=QUICK):
            moving.move_document(document=document, file=document.file, register=None, position=None, by=by, at=AT)
        with pytest.raises(filing.CannotCancel, match=QUICK):
            filing.cancel_document(document=document, reason="Irrtum", by=by, at=AT)

    def test_what_cannot_be_undone_says_who_changed_it(self, quick) -> None:
        document, by = DocumentFactory(), ClerkFactory()
        places = carrying.carry(documents=[document], file=document.file, register=None, by=by, at=AT)
        moving.move_document(
            document=document, file=document.file, register=RegisterFactory(file=document.file), position=None, by=quick, at=LATER
        )

        with pytest.raises(carrying.CannotMove, match=QUICK):
            carrying.put_back(places=places, by=by, at=AT)


class TestDoneAlready:
    def test_a_hold_that_was_lifted(self, quick) -> None:
        hold = retaining.place_hold(file=RecordFileFactory(), reason="Rechtsstreit", by=quick, at=AT)
        retaining.lift_hold(hold=hold, reason="Urteil rechtskräftig", by=quick, at=LATER)

        with pytest.raises(retaining.CannotKeep, match=QUICK):
            retaining.lift_hold(hold=hold, reason="Irrtum", by=ClerkFactory(), at=LATER)

    def test_a_unit_that_was_frozen_and_opened_again(self, quick) -> None:
        unit = FilePlanUnitFactory()
        plan_upkeep.freeze_unit(unit=unit, reason="wird ersetzt", by=quick, at=LATER)

        with pytest.raises(plan_upkeep.CannotPlan, match=QUICK):
            plan_upkeep.freeze_unit(unit=unit, reason="wird ersetzt", by=ClerkFactory(), at=LATER)
        plan_upkeep.unfreeze_unit(unit=unit, reason="doch nicht", by=quick, at=LATER)
        with pytest.raises(plan_upkeep.CannotPlan, match=QUICK):
            plan_upkeep.unfreeze_unit(unit=unit, reason="doch nicht", by=ClerkFactory(), at=LATER)

    def test_a_file_that_was_restricted(self, quick) -> None:
        file = RecordFileFactory()
        granting.restrict_file(file=file, restricted=True, reason="Bürgermeister beteiligt", by=quick, at=LATER)

        with pytest.raises(granting.CannotGrant, match=QUICK):
            granting.restrict_file(file=file, restricted=True, reason="Bürgermeister beteiligt", by=ClerkFactory(), at=LATER)


class TestDividers:
    def test_another_order_says_who_changed_the_registers(self, quick) -> None:
        file = RecordFileFactory()
        order = [RegisterFactory(file=file).public_id for _number in range(2)]
        dividers.add_register(file=file, name="Pläne", by=quick, at=LATER)

        with pytest.raises(dividers.DividersChanged, match=QUICK):
            dividers.order_registers(file=file, order=order, by=ClerkFactory(), at=AT)

    def test_a_register_that_is_gone_says_who_removed_it(self, quick) -> None:
        register = RegisterFactory()
        dividers.remove_register(register=register, by=quick, at=LATER)

        with pytest.raises(dividers.DividersChanged, match=QUICK):
            dividers.edit_register(register=register, name="Pläne", colour="", by=ClerkFactory(), at=AT)

    def test_a_register_and_a_volume_that_were_changed_say_by_whom(self, quick, client_of) -> None:
        register = RegisterFactory()
        file = register.file
        volumes.open_volume(file=file, by=quick, at=AT, opened_on=AT.date())
        volume = file.volumes.get(number=2)
        client, address = client_of(writer_of(file)), f"/akten/{file.public_id}/aufbau/"
        hidden = r'name="{}" value="{}"><input type="hidden" name="seen" value="(\w+)"'
        page = client.get(address).content.decode()
        marks = [re.search(hidden.format(name, row.public_id), page)[1] for name, row in (("register", register), ("volume", volume))]  # type: ignore[index]
        dividers.edit_register(register=register, name="Pläne", colour="", by=quick, at=LATER)
        volumes.edit_volume(volume=volume, by=quick, at=LATER, opened_on=AT.date(), closed_on=None, location="Archiv")

        renamed = {"act": "edit_register", "register": register.public_id, "name": "Anderes", "colour": "#000000"}
        moved = {"act": "edit_volume", "volume": volume.public_id, "opened_on": "2026-03-02", "closed_on": "", "location": "Keller"}
        for sent, mark in zip((renamed, moved), marks, strict=True):
            answer = client.post(address, {**sent, "seen": mark})
            assert answer.status_code == 409
            assert re.search(QUICK, answer.content.decode())
        register.refresh_from_db()
        volume.refresh_from_db()
        assert (register.name, volume.location) == ("Pläne", "Archiv")
        for sent, mark in ((renamed, dividers.mark_of(register)), (moved, volumes.mark_of(volume))):
            assert client.post(address, {**sent, "seen": mark}).status_code == 302

    def test_the_screen_says_it_too(self, quick, client_of) -> None:
        register = RegisterFactory()
        file, public_id = register.file, register.public_id
        dividers.remove_register(register=register, by=quick, at=LATER)
        client = client_of(writer_of(file))

        for sent in ({"act": "remove_register", "register": public_id}, {"act": "move", "move": f"{public_id}:up"}):
            answer = client.post(f"/akten/{file.public_id}/aufbau/", sent)
            assert answer.status_code == 409
            assert "Frau Schnell" in answer.content.decode()
        assert client.post(f"/akten/{file.public_id}/aufbau/", {"act": "move", "move": "nichts:up"}).status_code == 404


class TestFacts:
    def test_a_case_says_who_renamed_and_who_closed_it(self, quick) -> None:
        case, by = CaseFactory(), ClerkFactory()
        cases.rename_case(case=case, title="Ihrer", by=quick, at=LATER)
        with pytest.raises(facts.Changed, match=QUICK):
            cases.rename_case(case=case, title="Meiner", by=by, at=AT, revision=case.revision)

        cases.close_case(case=case, by=quick, at=LATER)

        with pytest.raises(cases.CannotKeepCase, match=QUICK):
            cases.close_case(case=case, by=by, at=AT)

    def test_a_participant_says_who_changed_and_who_removed_it(self, quick) -> None:
        participant, by = ParticipantFactory(), ClerkFactory()
        mark, given = participants.mark_of(participant), participants.Particulars(participant.name, "Bauherrin")
        participants.change_participant(participant=participant, particulars=given, by=quick, at=LATER)
        with pytest.raises(facts.Changed, match=QUICK):
            participants.change_participant(participant=participant, particulars=given, by=by, at=AT, mark=mark)

        participants.remove_participant(participant=participant, by=quick, at=LATER)

        with pytest.raises(facts.Changed, match=QUICK):
            participants.change_participant(participant=participant, particulars=given, by=by, at=AT)

    def test_index_values_say_who_filled_them_in_and_not_who_edited_the_file(self, quick) -> None:
        file = RecordFileFactory()
        field = index_fields.add_field(unit=file.unit, name="Bauherr", kind="text", by=ClerkFactory(), at=AT)
        mark = index_values.mark_of(index_values.values_of(file))
        index_values.fill(file=file, values={field: [Value("Müller")]}, by=quick, at=LATER)
        edited(file, ClerkFactory(display_name="Herr Titel"), title="Anders")

        with pytest.raises(facts.Changed, match=QUICK):
            index_values.fill(file=file, values={field: [Value("Meier")]}, by=ClerkFactory(), at=AT, mark=mark)


class TestScreens:
    """What was typed stays, what is stored stands beside it, and the form can be sent again."""

    def test_a_file(self, quick, client_of) -> None:
        file = RecordFileFactory(title="Alt")
        etag = edited(file, quick, title="Ihr Titel")
        client, address = client_of(writer_of(file)), f"/akten/{file.public_id}/bearbeiten/"
        typed = {"title": "Mein Titel", "lead_office": "", "external_system": "", "external_reference": ""}

        answer = client.post(address, {**typed, "etag": etag})

        page = answer.content.decode()
        file.refresh_from_db()
        assert answer.status_code == 422
        assert file.title == "Ihr Titel"
        assert all(word in page for word in ("Frau Schnell", 'value="Mein Titel"', "<dd>Ihr Titel</dd>", f'value="{file.etag}"'))
        assert stored_in(page) == ["Ihr Titel"]  # what both agree upon is not repeated
        assert client.post(address, {**typed, "etag": file.etag}).status_code == 302

    def test_a_file_that_was_closed_meanwhile(self, quick, client_of) -> None:
        file = RecordFileFactory()
        sent = {"title": "Mein Titel", "etag": file.etag}
        filing.close_file(file=file, by=quick, at=LATER)

        answer = client_of(writer_of(file)).post(f"/akten/{file.public_id}/bearbeiten/", sent)

        assert answer.status_code == 422
        assert "Frau Schnell" in answer.content.decode()

    def test_medium_and_location(self, quick, client_of) -> None:
        file = RecordFileFactory(location="Raum 1")
        etag = edited(file, quick, medium="hybrid", location="Raum 2")
        client, address = client_of(writer_of(file)), f"/akten/{file.public_id}/angaben/standort/"

        page = client.post(address, {"medium": "electronic", "location": "Raum 3", "etag": etag}).content.decode()

        file.refresh_from_db()
        assert all(word in page for word in ("Frau Schnell", "<dd>Raum 2</dd>", 'value="Raum 3"', f'value="{file.etag}"'))
        assert f"<dd>{RecordFile.Medium.HYBRID.label}</dd>" in page
        assert client.post(address, {"medium": "paper", "location": "Raum 3", "etag": file.etag}).status_code == 302

    def test_a_case(self, quick, client_of) -> None:
        case = CaseFactory()
        revision = case.revision
        cases.rename_case(case=case, title="Ihrer", by=quick, at=LATER)
        client, address = client_of(writer_of(case.file)), f"/akten/{case.file.public_id}/angaben/vorgaenge/{case.public_id}/umbenennen/"

        page = client.post(address, {"title": "Meiner", "revision": revision}).content.decode()

        case.refresh_from_db()
        assert all(word in page for word in ("Frau Schnell", "<dd>Ihrer</dd>", 'value="Meiner"'))
        assert client.post(address, {"title": "Meiner", "revision": case.revision}).status_code == 302

    def test_a_participant(self, quick, client_of) -> None:
        participant = ParticipantFactory(role="Nachbar")
        case = CaseFactory(file=participant.file, title="Widerspruch")
        mark = participants.mark_of(participant)
        given = participants.Particulars(participant.name, "Bauherrin", disclosure_block=True, case=case)
        participants.change_participant(participant=participant, particulars=given, by=quick, at=LATER)
        client, address = (
            client_of(writer_of(participant.file)),
            f"/akten/{participant.file.public_id}/angaben/beteiligte/{participant.public_id}/",
        )
        typed = {"kind": "person", "name": participant.name, "role": "Planerin"}

        page = client.post(address, {**typed, "mark": mark}).content.decode()

        participant.refresh_from_db()
        now = participants.mark_of(participant)
        assert all(
            word in page for word in ("Frau Schnell", "<dd>Bauherrin</dd>", f"<dd>{case}</dd>", 'value="Planerin"', f'value="{now}"')
        )
        assert len(stored_in(page)) == 3
        assert client.post(address, {**typed, "mark": now}).status_code == 302

    def test_index_values(self, quick, client_of) -> None:
        file = RecordFileFactory()
        field = index_fields.add_field(unit=file.unit, name="Bauherr", kind="text", by=ClerkFactory(), at=AT)
        other = index_fields.add_field(unit=file.unit, name="Hund", kind="text", by=ClerkFactory(), at=AT)
        mark = index_values.mark_of(index_values.values_of(file))
        index_values.fill(file=file, values={field: [Value("Müller"), Value("Maier")]}, by=quick, at=LATER)
        client, address = client_of(writer_of(file)), f"/akten/{file.public_id}/angaben/index/"
        typed = {f"feld-{field.public_id}-1-text": "Schmidt"}

        page = client.post(address, {**typed, "mark": mark}).content.decode()

        now = index_values.mark_of(index_values.values_of(file))
        assert all(word in page for word in ("Frau Schnell", "<dd>Müller; Maier</dd>", 'value="Schmidt"', f'value="{now}"'))
        assert stored_in(page) == ["Müller; Maier"], f"nothing of {other}"
        assert client.post(address, {**typed, "mark": now}).status_code == 302


class TestApi:
    def test_a_file_says_who_and_when(self, quick, api_client) -> None:
        file = RecordFileFactory()
        etag = edited(file, quick, title="Ihre")

        answer = api_client(writer_of(file)).patch(
            f"{FILES}{file.public_id}/", {"title": "Meine"}, format="json", headers={"If-Match": f'"{etag}"'}
        )

        assert answer.status_code == 412
        assert "Frau Schnell" in answer.json()["detail"]

    def test_closing_twice_says_who_and_when(self, quick, api_client) -> None:
        file = RecordFileFactory()
        filing.close_file(file=file, by=quick, at=LATER)

        answer = api_client(writer_of(file)).post(f"{FILES}{file.public_id}/close/")

        assert answer.status_code == 409
        assert "Frau Schnell" in answer.json()["detail"]

    def test_a_case_and_a_participant_say_who_and_when(self, quick, api_client) -> None:
        case, participant = CaseFactory(), ParticipantFactory()
        cases.rename_case(case=case, title="Ihrer", by=quick, at=LATER)
        given = participants.Particulars(participant.name, "Bauherrin")
        participants.change_participant(participant=participant, particulars=given, by=quick, at=LATER)

        for row, path, sent in ((case, "cases", {"title": "Meiner"}), (participant, "participants", {"role": "Planerin"})):
            address = f"{FILES}{row.file.public_id}/{path}/{row.public_id}/"
            answer = api_client(writer_of(row.file)).patch(address, sent, format="json", headers={"If-Match": '"alt"'})
            assert answer.status_code == 412
            assert "Frau Schnell" in answer.json()["detail"]

    def test_registers_in_another_order_say_who_and_when(self, quick, api_client) -> None:
        file = RecordFileFactory()
        order = [str(RegisterFactory(file=file).public_id)]
        dividers.add_register(file=file, name="Pläne", by=quick, at=LATER)

        answer = api_client(writer_of(file)).post(f"{FILES}{file.public_id}/registers/order/", {"order": order}, format="json")

        assert answer.status_code == 409, answer.content
        assert "Frau Schnell" in answer.json()["detail"]

    def test_a_unit_of_the_plan_says_who_and_when(self, quick) -> None:
        from records import editions, plan_fields, plan_upkeep

        unit = FilePlanUnitFactory()
        seen = plan_fields.fingerprint(unit)
        plan_upkeep.edit_unit(unit=unit, changes={"title": "Ihrer"}, by=quick, at=LATER)

        with pytest.raises(editions.StalePlan, match=QUICK):
            plan_upkeep.edit_unit(unit=unit, changes={"title": "Meiner"}, by=ClerkFactory(), at=AT, seen=seen)


class TestScreensOfSeveralForms:
    """The same, where a form is one of many on its page, or stands in a row."""

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
        period = {"act": "period", "retention_years": "30", "retention_starts_with": "Auszug", "reason": "Mietvertrag"}
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
