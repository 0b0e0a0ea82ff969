"""Volumes: a binder that got too thick continues in the next one."""

from __future__ import annotations

from datetime import date

import pytest

from records import filing, intake, moving, volumes
from records.models import Document, RecordFile, Volume
from tenants import stores
from tests.node.factories import DocumentFactory

from .lives import AT, at_once, new_file, told, writer


def filed(file: RecordFile) -> Document:
    arrival = intake.Arrival(stores.of_municipality().put(b"Guten Tag"), "brief.txt")
    return intake.take_in(arrival=arrival, file=file, by=file.created_by, at=AT)


class TestOpenVolume:
    def test_the_first_is_made_with_the_lifetime_of_the_file_and_all_that_lies_in_it(self) -> None:
        file = new_file()
        old = DocumentFactory(file=file, received_on=date(2024, 5, 6))

        second = volumes.open_volume(file=file, by=file.created_by, at=AT, location="Keller 2")

        first = Volume.objects.get(number=1)
        assert (first.opened_on, first.closed_on) == (date(2024, 5, 6), date(2026, 3, 2))
        assert (second.number, second.opened_on, second.closed_on, second.location) == (2, date(2026, 3, 2), None, "Keller 2")
        assert Document.objects.get(pk=old.pk).volume == first
        assert told("open_volume")["volume"] == ("1", "2")

    def test_new_documents_go_into_the_open_volume(self) -> None:
        file = new_file()
        second = volumes.open_volume(file=file, by=file.created_by, at=AT)

        assert filed(file).volume == second

    def test_a_document_moved_here_goes_into_the_open_volume_too(self) -> None:
        file, other = new_file(), new_file()
        second = volumes.open_volume(file=file, by=file.created_by, at=AT)
        document = filed(other)

        there = moving.move_document(document=document, file=file, register=None, position=None, by=file.created_by, at=AT)
        assert there.volume == second
        back = moving.move_document(document=there, file=other, register=None, position=None, by=file.created_by, at=AT)

        assert back.volume is None

    def test_refuses_a_closed_file_and_days_out_of_order(self) -> None:
        file = new_file()
        volumes.open_volume(file=file, by=file.created_by, at=AT)

        for day in (date(2020, 1, 1), date(1582, 1, 1), date(2999, 1, 1)):
            with pytest.raises(volumes.CannotOpenVolume):
                volumes.open_volume(file=file, opened_on=day, by=file.created_by, at=AT)
        filing.close_file(file=file, by=file.created_by, at=AT)
        with pytest.raises(volumes.CannotOpenVolume):
            volumes.open_volume(file=file, by=file.created_by, at=AT)

    def test_those_opened_at_once_follow_each_other(self, transactional) -> None:
        file = new_file()

        at_once(lambda _n: volumes.open_volume(file=file, by=file.created_by, at=AT), 4)

        assert list(Volume.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
        assert Volume.objects.filter(closed_on__isnull=True).count() == 1


class TestEditVolume:
    def test_corrects_period_and_location(self) -> None:
        file = new_file()
        volumes.open_volume(file=file, by=file.created_by, at=AT)
        first = Volume.objects.get(number=1)

        new = {"opened_on": date(2020, 1, 1), "closed_on": date(2025, 12, 31), "location": "Keller"}
        volumes.edit_volume(volume=first, by=file.created_by, at=AT, **new)

        assert told("edit_volume")["closed_on"] == ("2026-03-02", "2025-12-31")

    @pytest.mark.parametrize(
        ("opened", "ended"), [(date(2024, 1, 1), date(2023, 1, 1)), (date(2024, 1, 1), None), (date(1500, 1, 1), date(2024, 1, 1))]
    )
    def test_refuses_a_period_that_is_none(self, opened, ended) -> None:
        file = new_file()
        volumes.open_volume(file=file, by=file.created_by, at=AT)

        with pytest.raises(volumes.CannotOpenVolume):
            volumes.edit_volume(
                volume=Volume.objects.get(number=1), opened_on=opened, closed_on=ended, location="", by=file.created_by, at=AT
            )


class TestLifetime:
    def test_is_that_of_the_documents_of_file_and_volume(self) -> None:
        file = new_file()
        DocumentFactory(file=file, received_on=date(2024, 5, 6))
        DocumentFactory(file=file, received_on=date(2025, 1, 1))
        second = volumes.open_volume(file=file, by=writer(file.unit), at=AT)
        DocumentFactory(file=file, received_on=date(2026, 2, 1), volume=second)

        assert volumes.lifetime_of(file=file) == (date(2024, 5, 6), date(2026, 2, 1))
        shown = [(v.number, v.document_count, v.lifetime_from, v.lifetime_to) for v in volumes.described(file.volumes.all())]
        assert shown == [(1, 2, date(2024, 5, 6), date(2025, 1, 1)), (2, 1, date(2026, 2, 1), date(2026, 2, 1))]
