"""Refusals of what is out of date: who changed it, and when; and forms that can be sent again afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from records import (
    cases,
    dividers,
    facts,
    filing,
    granting,
    journal,
    journal_reading,
    moving,
    plan_upkeep,
    retaining,
    volumes,
)
from records.models import RecordFile
from tests.factories import ClerkFactory
from tests.node.factories import (
    AT,
    DocumentFactory,
    FilePlanUnitFactory,
    RecordFileFactory,
    RegisterFactory,
    restricted,
)
from tests.node.records.quicker import LATER, QUICK, edited, stored_in, writer_of

FILES = "/api/v1/files/"


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
