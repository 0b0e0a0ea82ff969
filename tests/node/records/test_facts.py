"""Participants, external references, missing sheets, links and cross-references: what a file says beside its documents."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from records import external_references, facts, journal_reading, linking, missing_sheets, moving, participants
from records.models import CrossReference, FileLink, JournalEntry, Participant, RecordFile
from tests.factories import ClerkFactory
from tests.node.factories import (
    CaseFactory,
    DocumentFactory,
    MissingSheetFactory,
    ParticipantFactory,
    RecordFileFactory,
    RegisterFactory,
    grant,
)

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CLOSED = {"status": "closed", "closed_at": AT}


def last(act: str) -> dict[str, tuple[str | None, str | None]]:
    entry = JournalEntry.objects.filter(act=act).order_by("-sequence").first()
    return {value.field: (value.old, value.new) for value in entry.values.all()}


def reader(*files: RecordFile, right: str = "write"):
    clerk = ClerkFactory()
    for file in files:
        grant(clerk, file, right)
    return clerk


class TestParticipants:
    def add(self, file=None, **given) -> Participant:
        file = file or RecordFileFactory()
        particulars = participants.Particulars(**{"name": "Erika Muster", "role": "Bauherrin", **given})
        return participants.add_participant(file=file, particulars=particulars, by=file.created_by, at=AT)

    def test_takes_part_in_the_file_one_of_its_cases_or_documents(self) -> None:
        case = CaseFactory()
        document = DocumentFactory(file=case.file)

        found = [self.add(case.file), self.add(case.file, case=case), self.add(case.file, document=document)]

        assert list(participants.participants_of(case.file)) == sorted(found, key=lambda p: p.pk)
        with pytest.raises(participants.CannotTakePart):
            self.add(case.file, case=case, document=document)
        with pytest.raises(participants.CannotTakePart):
            self.add(case.file, case=CaseFactory())

    def test_blocks_of_a_file_are_told_wherever_in_it_they_stand(self) -> None:
        case = CaseFactory()
        self.add(case.file)
        blocked = self.add(case.file, case=case, disclosure_block=True)
        self.add(disclosure_block=True)

        assert participants.blocks_of(case.file) == [blocked]

    def test_the_journal_tells_old_and_new(self) -> None:
        participant = self.add(telephone="1")

        participants.change_participant(
            participant=participant,
            particulars=participants.Particulars(name="Erika Muster", role="Bauherrin", telephone="2", disclosure_block=True),
            by=participant.file.created_by,
            at=AT,
        )
        assert last("edit") == {"telephone": ("1", "2"), "disclosure_block": ("False", "True")}

        participants.remove_participant(participant=participant, by=participant.file.created_by, at=AT)
        assert last("remove")["name"] == ("Erika Muster", None)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"name": " "}, "name"),
            ({"role": ""}, "role"),
            ({"name": "x" * 201}, "name"),
            ({"email": "kein"}, "email"),
            ({"kind": "hund"}, "kind"),
        ],
    )
    def test_refuses_what_cannot_be(self, given, field) -> None:
        with pytest.raises(participants.CannotTakePart if field in ("email", "kind") else facts.CannotKeep) as refusal:
            self.add(**given)

        assert refusal.value.field == field

    def test_overwrites_nothing_that_somebody_else_wrote_meanwhile(self) -> None:
        participant = self.add()
        mark = participants.mark_of(participant)
        Participant.objects.filter(pk=participant.pk).update(telephone="3")

        with pytest.raises(facts.Changed):
            participants.change_participant(
                participant=participant, particulars=participants.Particulars("A", "B"), mark=mark, by=participant.file.created_by, at=AT
            )

    def test_a_closed_file_is_read_only(self) -> None:
        with pytest.raises(facts.ReadOnly):
            self.add(RecordFileFactory(**CLOSED))

    def test_goes_along_when_its_document_moves_into_another_file(self) -> None:
        document, other = DocumentFactory(number=1), RecordFileFactory()
        participant = self.add(document.file, document=document)

        moving.move_document(document=document, file=other, register=None, position=None, by=document.created_by, at=AT)

        participant.refresh_from_db()
        assert participant.file == other

    def test_roles_used_often_are_suggested_before_those_to_start_with(self) -> None:
        for _count in range(3):
            ParticipantFactory(role="Schornsteinfegerin")
        ParticipantFactory(role="Geheimnisträger")

        roles = participants.roles_known()

        assert roles[0] == "Schornsteinfegerin"
        assert "Geheimnisträger" not in roles
        assert set(participants.starter_roles()) <= set(roles)


class TestExternalReferences:
    def add(self, file, system="Wohngeld", reference="W-1", by=None):
        return external_references.add_reference(file=file, system=system, reference=reference, by=by or file.created_by, at=AT)

    def test_a_file_has_several_and_is_found_by_any(self) -> None:
        file = RecordFileFactory()
        self.add(file)
        self.add(file, "Bauamt", "2026/17")

        file.refresh_from_db()
        clerk = reader(file)
        assert external_references.all_of(file) == [("Wohngeld", "W-1"), ("Bauamt", "2026/17")]
        for system, reference in external_references.all_of(file):
            assert external_references.files_with(clerk=clerk, system=system, reference=reference) == [file]
        assert external_references.files_with(clerk=ClerkFactory(), system="Wohngeld", reference="W-1") == []

    @pytest.mark.parametrize("first", [True, False])
    def test_is_refused_if_a_visible_file_has_it_as_whichever(self, first) -> None:
        file, other = RecordFileFactory(), RecordFileFactory()
        if not first:
            self.add(other, "S", "anderes")
        self.add(other)

        self.add(file, by=reader(file))  # who cannot see the other file is told nothing of it
        third = RecordFileFactory()
        with pytest.raises(external_references.CannotRefer):
            self.add(third, by=reader(third, other))

    def test_the_next_one_becomes_the_first_when_the_first_is_removed(self) -> None:
        file = RecordFileFactory()
        self.add(file)
        self.add(file, "Bauamt", "2026/17")

        external_references.remove_reference(file=file, system="Wohngeld", reference="W-1", by=file.created_by, at=AT)

        file.refresh_from_db()
        assert (file.external_system, file.external_reference) == ("Bauamt", "2026/17")
        assert external_references.all_of(file) == [("Bauamt", "2026/17")]
        assert last("remove_external_reference")["external_reference"] == ("W-1", None)

    def test_the_jump_address_leads_to_the_file_also_with_slashes(self, client_of) -> None:
        file = RecordFileFactory()
        self.add(file, "Bau", "2026/17/a")
        client = client_of(reader(file))

        for address in ("/akte/extern/Bau/2026/17/a", "/akte/extern/Bau/2026/17/a/"):
            assert client.get(address)["Location"] == f"/akten/{file.public_id}/"
        assert client.get("/akte/extern/Bau/2026/17/b").status_code == 404
        assert client_of(ClerkFactory()).get("/akte/extern/Bau/2026/17/a").status_code == 404

    def test_the_jump_address_lists_several_that_are_visible(self, client_of) -> None:
        first, second, hidden = (RecordFileFactory(external_system="S", external_reference="R", title=t) for t in ("Eins", "Zwei", "Drei"))

        page = client_of(reader(first, second)).get("/akte/extern/S/R").content.decode()

        assert "Eins" in page
        assert "Zwei" in page
        assert hidden.title not in page


class TestMissingSheets:
    def lend(self, file=None, **given):
        file = file or RecordFileFactory()
        sent = {"what": "Lageplan", "borrower": "Bauhof", "since": date(2026, 3, 1), **given}
        return missing_sheets.lend_out(file=file, by=file.created_by, at=AT, **sent)

    def test_stands_at_its_register_until_it_is_given_back(self) -> None:
        register = RegisterFactory()
        sheet = self.lend(register.file, register=register, back_by=date(2026, 3, 20))
        assert missing_sheets.still_missing(register.file) == [sheet]

        missing_sheets.give_back(sheet=sheet, returned_on=date(2026, 3, 2), by=sheet.created_by, at=AT)

        assert missing_sheets.still_missing(register.file) == []
        assert last("give_back")["returned_on"] == (None, "2026-03-02")
        with pytest.raises(missing_sheets.CannotLend):
            missing_sheets.give_back(sheet=sheet, returned_on=date(2026, 3, 2), by=sheet.created_by, at=AT)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"since": date(1582, 1, 1)}, "since"),
            ({"since": date(2026, 3, 3)}, "since"),
            ({"back_by": date(2999, 1, 1)}, "back_by"),
            ({"back_by": date(2026, 2, 1)}, "back_by"),
            ({"what": ""}, "what"),
            ({"borrower": "x" * 10_000}, "borrower"),
        ],
    )
    def test_refuses_days_and_words_that_cannot_be(self, given, field) -> None:
        with pytest.raises(facts.CannotKeep) as refusal:
            self.lend(**given)

        assert refusal.value.field == field

    def test_what_is_lent_out_is_told_of_visible_files_only_first_due_first(self) -> None:
        late, soon = MissingSheetFactory(back_by=date(2026, 2, 1)), MissingSheetFactory(back_by=date(2026, 4, 1))
        MissingSheetFactory()

        assert list(missing_sheets.lent_out(clerk=reader(late.file, soon.file, right="read"))) == [late, soon]

    def test_a_new_day_is_journaled_with_the_old_one(self) -> None:
        sheet = self.lend(back_by=date(2026, 3, 20))

        missing_sheets.extend(sheet=sheet, back_by=date(2026, 5, 1), by=sheet.created_by, at=AT)

        assert last("edit") == {"back_by": ("2026-03-20", "2026-05-01")}

    def test_a_closed_file_is_read_only(self) -> None:
        with pytest.raises(facts.ReadOnly):
            self.lend(RecordFileFactory(**CLOSED))

    def test_what_was_lent_from_a_file_closed_since_is_expected_later_and_comes_back(self) -> None:
        sheet = self.lend(back_by=date(2026, 3, 20))
        RecordFile.objects.filter(pk=sheet.file.pk).update(**CLOSED)

        missing_sheets.extend(sheet=sheet, back_by=date(2026, 5, 1), by=sheet.created_by, at=AT)
        missing_sheets.give_back(sheet=sheet, returned_on=date(2026, 3, 2), by=sheet.created_by, at=AT)

        assert last("edit") == {"back_by": ("2026-03-20", "2026-05-01")}
        assert last("give_back")["returned_on"] == (None, "2026-03-02")

    def test_nothing_is_noted_in_a_cancelled_file(self) -> None:
        sheet = self.lend()
        RecordFile.objects.filter(pk=sheet.file.pk).update(status="cancelled", cancelled_at=AT)

        with pytest.raises(facts.ReadOnly):
            missing_sheets.give_back(sheet=sheet, returned_on=date(2026, 3, 2), by=sheet.created_by, at=AT)


class TestLinks:
    def test_is_seen_from_both_sides_only_by_those_who_may_see_both(self) -> None:
        one, other = RecordFileFactory(), RecordFileFactory()
        linking.link_files(file=other, other=one, by=one.created_by, at=AT, remark="Nachbar")

        both = reader(one, other, right="read")
        for here, there in ((one, other), (other, one)):
            assert [link.other for link in linking.links_of(file=here, clerk=both)] == [there]
            assert linking.links_of(file=here, clerk=reader(here)) == []

    def test_twice_or_with_itself_is_refused(self) -> None:
        one, other = RecordFileFactory(), RecordFileFactory()
        linking.link_files(file=one, other=other, by=one.created_by, at=AT)

        for there in (other, one):
            with pytest.raises(linking.CannotLink):
                linking.link_files(file=one, other=there, by=one.created_by, at=AT)

    def test_the_journal_tells_of_it_only_those_who_may_see_the_other_file(self) -> None:
        one, other = RecordFileFactory(), RecordFileFactory(file_reference="XX-1")
        link = linking.link_files(file=one, other=other, by=one.created_by, at=AT)
        linking.unlink_files(link=link, file=one, by=one.created_by, at=AT)

        seen = journal_reading.page_of(file=one, clerk=reader(one, other, right="manage")).entries
        assert [[(old, new) for _field, old, new in entry.changes] for entry in seen] == [[("XX-1", None)], [(None, "XX-1")]]
        assert journal_reading.page_of(file=one, clerk=reader(one, right="manage")).entries == []
        assert JournalEntry.objects.concerning(one.public_id).known_to(reader(one, right="manage"), file=one).count() == 0
        assert FileLink.objects.count() == 0

    def test_a_closed_file_is_read_only(self) -> None:
        with pytest.raises(facts.ReadOnly):
            linking.link_files(file=RecordFileFactory(**CLOSED), other=RecordFileFactory(), by=ClerkFactory(), at=AT)


class TestCrossReferences:
    def test_is_invisible_for_who_may_not_see_the_file_the_document_lives_in(self) -> None:
        document, file = DocumentFactory(), RecordFileFactory()
        reference = linking.add_cross_reference(file=file, document=document, by=file.created_by, at=AT)

        assert linking.cross_references_of(file=file, clerk=reader(file, document.file, right="read")) == [reference]
        assert linking.cross_references_of(file=file, clerk=reader(file)) == []
        assert journal_reading.page_of(file=file, clerk=reader(file, right="manage")).entries == []

    def test_twice_or_in_its_own_file_is_refused(self) -> None:
        document, file = DocumentFactory(), RecordFileFactory()
        linking.add_cross_reference(file=file, document=document, by=file.created_by, at=AT)

        for place in (file, document.file):
            with pytest.raises(linking.CannotLink):
                linking.add_cross_reference(file=place, document=document, by=file.created_by, at=AT)

    def test_a_cancelled_document_is_shown_no_more(self) -> None:
        document, file = DocumentFactory(cancelled_at=AT), RecordFileFactory()
        linking.add_cross_reference(file=file, document=document, by=file.created_by, at=AT)

        assert linking.cross_references_of(file=file, clerk=reader(file, document.file)) == []

    def test_ends_when_the_document_is_put_into_that_very_file(self) -> None:
        document, file = DocumentFactory(number=1), RecordFileFactory()
        linking.add_cross_reference(file=file, document=document, by=file.created_by, at=AT)

        moving.move_document(document=document, file=file, register=None, position=None, by=file.created_by, at=AT)

        assert not CrossReference.objects.exists()

    def test_a_document_is_named_by_its_reference(self) -> None:
        case = CaseFactory(file__file_reference="1234-1", case_reference="1234-1.2")
        loose, inside = DocumentFactory(file=case.file, number=1), DocumentFactory(file=case.file, case=case, number=1)
        clerk = reader(case.file)

        assert linking.visible_document(clerk=clerk, reference="1234-1-1") == loose
        assert linking.visible_document(clerk=clerk, reference="1234-1.2-1") == inside
        assert linking.visible_document(clerk=ClerkFactory(), reference="1234-1-1") is None
