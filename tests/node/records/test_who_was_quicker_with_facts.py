"""Refusals of what is out of date among what is known about a file: cases, participants, index values."""

from __future__ import annotations

import pytest

from records import cases, facts, index_fields, index_values, participants
from records.spellings import Value
from tests.factories import ClerkFactory
from tests.node.factories import AT, CaseFactory, ParticipantFactory, RecordFileFactory
from tests.node.records.quicker import LATER, QUICK, edited, stored_in, writer_of

FILES = "/api/v1/files/"


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
