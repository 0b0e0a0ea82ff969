"""Auskunftssperre: people are warned before anything of the file leaves the house."""

from __future__ import annotations

from records import disclosure
from records.models import Case, Participant
from tests.node.factories import AT, DocumentFactory, RecordFileFactory


def participant(file, name, **more):
    return Participant.objects.create(file=file, name=name, role="Antragstellerin", **more)


class TestWarningsBeforeHandingOut:
    def test_name_each_participant_with_a_disclosure_block(self, queries):
        file = RecordFileFactory()
        participant(file, "Erika Zabel", disclosure_block=True)
        participant(file, "Anna Abel", disclosure_block=True)
        participant(file, "Max Offen")

        with queries() as seen:
            warnings = disclosure.warnings_before_handing_out(file)

        assert [warning.participant.name for warning in warnings] == ["Anna Abel", "Erika Zabel"]
        assert "Anna Abel (Antragstellerin)" in warnings[0].sentence
        assert len(seen) == 1

    def test_one_of_a_case_or_a_document_warns_for_the_whole_file(self):
        file = RecordFileFactory()
        case = Case.objects.create(file=file, number=1, case_reference="1.1", title="Antrag", created_at=AT, created_by=file.created_by)
        participant(file, "Fall", case=case, disclosure_block=True)
        participant(file, "Dokument", document=DocumentFactory(file=file), disclosure_block=True)

        assert len(disclosure.warnings_before_handing_out(file)) == 2

    def test_none_of_another_file(self):
        participant(RecordFileFactory(), "Erika Abel", disclosure_block=True)

        assert disclosure.warnings_before_handing_out(RecordFileFactory()) == []
