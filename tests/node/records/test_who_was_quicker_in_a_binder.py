"""Refusals of what is out of date in a binder: its documents, registers and volumes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from records import attaching, carrying, dividers, filing, moving, rearranging, volumes
from records.models import Document, RecordFile
from tests.factories import ClerkFactory
from tests.node.factories import AT, DocumentFactory, RecordFileFactory, RegisterFactory
from tests.node.records.quicker import LATER, QUICK, writer_of


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
