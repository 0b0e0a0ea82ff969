"""Handing files over at a reorganisation."""

from __future__ import annotations

from typing import Any

import pytest

from records import filing, granting, handing_over
from records.models import JournalEntry, RecordFile
from tests.factories import ClerkFactory, OfficeFactory
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory

from .lives import AT, registrar, writer


class Reorganisation:
    """Two files of an office, one of them closed, and one more that the registrar may not know of."""

    def __init__(self) -> None:
        self.giving, self.taking = OfficeFactory(), OfficeFactory()
        self.unit = FilePlanUnitFactory()
        self.registry = registrar(self.unit)
        self.open = RecordFileFactory(unit=self.unit, lead_office=self.giving)
        self.closed = RecordFileFactory(unit=self.unit, lead_office=self.giving, status="closed", closed_at=AT)
        self.hidden = RecordFileFactory(lead_office=self.giving)
        self.others = RecordFileFactory(unit=self.unit, lead_office=self.taking)

    def preview(self, **more: Any) -> handing_over.Preview:
        return handing_over.preview(giving=self.giving, taking=self.taking, clerk=self.registry, **more)

    def hand_over(self, mark: str, **more: Any) -> int:
        asked = {"giving": self.giving, "taking": self.taking, "reason": "Neuer Verwaltungsgliederungsplan", "by": self.registry, "at": AT}
        return handing_over.hand_over(mark=mark, **{**asked, **more})


class TestPreview:
    def test_says_which_files_and_who_gains_and_loses_work(self) -> None:
        case = Reorganisation()
        leaves, comes = ClerkFactory(office=case.giving), ClerkFactory(office=case.taking)
        stays = ClerkFactory(offices=[case.giving, case.taking])
        granting.grant(target=case.unit, to=stays, right="write_records", by=None, at=AT)

        seen = case.preview()

        assert {file.pk for file in seen.files} == {case.open.pk, case.closed.pk}
        assert (seen.count, seen.open_count) == (2, 1)
        assert (seen.losing, seen.gaining, seen.blind) == ([leaves], [comes], [comes])

    def test_is_of_files_in_which_the_clerk_does_the_registrys_work(self) -> None:
        case = Reorganisation()

        assert handing_over.preview(giving=case.giving, taking=case.taking, clerk=writer(case.unit)).count == 0
        assert case.preview(unit=FilePlanUnitFactory()).count == 0
        assert case.preview(closed_too=False).count == 1


class TestHandOver:
    def test_changes_the_lead_office_and_tells_each_files_journal(self) -> None:
        case = Reorganisation()

        assert case.hand_over(case.preview().mark) == 2

        assert set(RecordFile.objects.filter(lead_office=case.taking)) == {case.open, case.closed, case.others}
        assert RecordFile.objects.get(pk=case.hidden.pk).lead_office == case.giving
        entries = JournalEntry.objects.filter(act="hand_over")
        assert {entry.file_id for entry in entries} == {case.open.public_id, case.closed.public_id}
        assert {entry.at for entry in entries} == {AT}

    def test_refuses_files_other_than_those_that_were_shown(self) -> None:
        case = Reorganisation()
        mark = case.preview().mark
        RecordFileFactory(unit=case.unit, lead_office=case.giving)

        with pytest.raises(handing_over.PreviewIsOld):
            case.hand_over(mark)

    def test_refuses_what_makes_no_sense(self) -> None:
        case = Reorganisation()
        mark = case.preview().mark
        gone = OfficeFactory(is_active=False)

        for more in ({"taking": case.giving}, {"taking": gone}, {"reason": " "}, {"giving": gone}):
            with pytest.raises(handing_over.CannotHandOver):
                case.hand_over(mark, **more)


class TestFile:
    def test_keeps_its_references(self) -> None:
        case = Reorganisation()
        case.hand_over(case.preview().mark)
        filing_reference = RecordFile.objects.select_related("lead_office").get(pk=case.open.pk)

        assert filing_reference.file_reference == case.open.file_reference
        assert filing_reference.business_reference == f"{case.taking.code}-{case.open.file_reference}"
        assert filing.first_office(case.registry) is None
