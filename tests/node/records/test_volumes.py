"""Volumes: a binder that got too thick continues in the next one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from records import carrying, filing, intake, moving, volumes
from records.models import Document, RecordFile, Volume
from tenants import stores
from tests.node.factories import DocumentFactory, RegisterFactory

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

    def test_a_document_is_taken_into_the_open_volume_with_its_attachments_and_put_back(self) -> None:
        file = new_file()
        register = RegisterFactory(file=file)
        document = DocumentFactory(file=file, register=register)
        attachment = DocumentFactory(file=file, register=register, parent=document)
        second = volumes.open_volume(file=file, by=file.created_by, at=AT)
        first = Volume.objects.get(number=1)
        document.refresh_from_db()

        places = carrying.carry(documents=[document], file=file, register=register, volume=second, by=file.created_by, at=AT)

        assert [Document.objects.get(pk=one.pk).volume for one in (document, attachment)] == [second, second]
        assert told("move")["volume"] == ("1", "2")
        carrying.put_back(places=places, by=file.created_by, at=AT)
        assert [Document.objects.get(pk=one.pk).volume for one in (document, attachment)] == [first, first]

    def test_nothing_is_put_into_a_volume_that_has_ended_nor_into_one_of_another_file(self) -> None:
        file, other = new_file(), new_file()
        volumes.open_volume(file=file, by=file.created_by, at=AT)
        document, strange = filed(file), volumes.open_volume(file=other, by=file.created_by, at=AT)

        for volume in (Volume.objects.get(file=file, number=1), strange):
            with pytest.raises(moving.CannotMove):
                moving.move_document(document=document, file=file, register=None, position=None, volume=volume, by=file.created_by, at=AT)
        assert Document.objects.get(pk=document.pk).volume == document.volume

    def test_the_screens_and_the_api_take_a_document_into_the_open_volume(self, client_of, api_client) -> None:
        file = new_file()
        by_screen, by_api = DocumentFactory(file=file), DocumentFactory(file=file)
        second = volumes.open_volume(file=file, by=file.created_by, at=AT)
        clerk = writer(file.unit)
        client, address = client_of(clerk), f"/akten/{file.public_id}/verschieben/"
        chosen = {"dokument": by_screen.public_id, "ziel": file.public_id}

        offered = client.get(address, chosen).content.decode()
        client.post(address, {**chosen, "register": "", "band": second.public_id})
        api = api_client(clerk)
        move = f"/api/v1/documents/{by_api.public_id}/move/"
        moved = api.post(move, {"volume": str(second.public_id)}, format="json")

        assert f'name="band" value="{second.public_id}"' in offered
        assert moved.status_code == 200, moved.content
        assert [Document.objects.get(pk=one.pk).volume for one in (by_screen, by_api)] == [second, second]
        assert "band" not in client.get(address, chosen).content.decode().partition('name="register"')[2]
        assert f'data-volume="{second.public_id}"' in client.get(f"/akten/{file.public_id}/").content.decode()
        first = Volume.objects.get(number=1)
        assert api.post(move, {"volume": str(first.public_id)}, format="json").status_code == 409
        assert api.post(move, {"volume": str(file.public_id)}, format="json").status_code == 400
        assert client.post(address, {**chosen, "register": "", "band": file.public_id}).status_code == 404

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
        assert volumes.lifetime_of(file=file, volume=second) == (date(2026, 2, 1), date(2026, 2, 1))

    @pytest.mark.parametrize(
        ("dated", "received", "day"),
        [
            (date(2019, 4, 1), date(2024, 5, 6), date(2019, 4, 1)),
            (None, date(2024, 5, 6), date(2024, 5, 6)),
            (date(2027, 1, 1), date(2024, 5, 6), date(2027, 1, 1)),
            (None, None, date(2026, 1, 1)),  # the local day on which it was filed
        ],
    )
    def test_goes_by_the_date_of_the_document_then_by_that_of_receipt(self, dated, received, day) -> None:
        file = new_file()
        document = DocumentFactory(
            file=file, document_date=dated, received_on=received, created_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
        )

        assert volumes.lifetime_of(file=file) == (day, day)
        assert document.day == day
