"""Drafts: made by clerks, worked in, registered by the registry."""

from __future__ import annotations

import pytest

from records import filing, intake, numbering, refiling, registering
from records.models import Case, Document, FormerReference, RecordFile
from tenants import stores
from tenants.roles import Role
from tests.node.factories import FilePlanUnitFactory

from .lives import AT, at_once, new_file, registrar, registry_unit, told, writer


class TestDraft:
    def test_a_clerk_of_a_unit_run_by_the_registry_makes_a_draft_without_a_number(self) -> None:
        unit = registry_unit()
        draft = new_file(unit)

        assert (draft.status, draft.number, draft.registered_at) == ("draft", None, None)
        assert draft.file_reference.startswith("Entwurf ")

    def test_the_registry_opens_files_there_itself(self) -> None:
        unit = registry_unit(classification_code="77")

        assert new_file(unit, by=registrar(unit)).file_reference == "77-2026/0001"
        assert new_file(unit, by=writer(unit, right="manage")).file_reference == "77-2026/0002"

    def test_a_unit_of_its_own_kind_below_it_overrides_what_is_inherited(self) -> None:
        top = registry_unit().parent
        assert top is not None
        unit = FilePlanUnitFactory(parent=top, registration="clerks", classification_code="78")

        assert new_file(unit).file_reference == "78-2026/0001"

    def test_it_is_worked_in_as_in_an_open_file(self) -> None:
        draft = new_file(registry_unit())
        arrival = intake.Arrival(stores.of_municipality().put(b"Guten Tag"), "brief.txt")

        intake.take_in(arrival=arrival, file=draft, by=draft.created_by, at=AT)
        filing.edit_file(file=draft, changes={"title": "Anbau"}, by=draft.created_by, at=AT)

        assert RecordFile.objects.get(pk=draft.pk).title == "Anbau"

    def test_it_cannot_be_closed_but_cancelled_and_restored_as_a_draft(self) -> None:
        draft = new_file(registry_unit())

        with pytest.raises(filing.CannotClose, match="Entwurf"):
            filing.close_file(file=draft, by=draft.created_by, at=AT)
        filing.cancel_file(file=draft, reason="doppelt", by=draft.created_by, at=AT)

        assert filing.restore_file(file=draft, by=draft.created_by, at=AT).status == "draft"

    def test_it_moves_to_another_unit_without_a_reference(self) -> None:
        unit, other = registry_unit(), FilePlanUnitFactory()
        clerk = writer(unit, other)
        draft = new_file(unit, by=clerk)

        moved = refiling.refile_file(file=draft, unit=other, reason="falsch", by=clerk, at=AT)

        assert (moved.unit, moved.file_reference, moved.status) == (other, draft.file_reference, "draft")
        assert not FormerReference.objects.exists()

    def test_a_numbered_file_gets_no_number_past_the_registry(self) -> None:
        unit, run_by_registry = FilePlanUnitFactory(), registry_unit()
        clerk = writer(unit, run_by_registry)
        file = new_file(unit, by=clerk)

        with pytest.raises(filing.CannotFile, match="Registratur"):
            refiling.refile_file(file=file, unit=run_by_registry, reason="anders", by=clerk, at=AT)


class TestRegisterFile:
    def test_gives_the_reference_and_opens_the_file(self) -> None:
        unit = registry_unit(classification_code="79")
        draft = new_file(unit)

        file = registering.register_file(file=draft, by=registrar(unit), at=AT)

        assert (file.file_reference, file.status, file.registered_at) == ("79-2026/0001", "open", AT)
        assert told("register")["file_reference"] == (draft.file_reference, "79-2026/0001")

    def test_refuses_whoever_is_not_the_registry(self) -> None:
        unit = registry_unit()
        draft = new_file(unit)

        with pytest.raises(registering.NotTheRegistry):
            registering.register_file(file=draft, by=draft.created_by, at=AT)

    def test_the_role_alone_registers_nothing(self) -> None:
        draft = new_file(registry_unit())

        with pytest.raises(registering.NotTheRegistry):
            registering.register_file(file=draft, by=writer(roles=(Role.REGISTRY,)), at=AT)
        with pytest.raises(registering.NotTheRegistry):
            registering.register_file(file=draft, by=writer(draft.unit, right="read", roles=(Role.REGISTRY,)), at=AT)

    def test_refuses_a_file_that_has_its_reference(self) -> None:
        file = new_file()

        with pytest.raises(registering.CannotRegister):
            registering.register_file(file=file, by=registrar(file.unit), at=AT)

    def test_refuses_a_frozen_unit(self) -> None:
        unit = registry_unit()
        draft = new_file(unit)
        unit.frozen_at, unit.frozen_reason = AT, "neuer Aktenplan"
        unit.save()

        with pytest.raises(registering.CannotRegister, match="gesperrt"):
            registering.register_file(file=draft, by=registrar(unit), at=AT)

    def test_references_of_its_cases_follow(self) -> None:
        unit = registry_unit(classification_code="80")
        draft = new_file(unit)
        Case.objects.create(
            file=draft, number=1, case_reference=f"{draft.file_reference}.1", title="Vorgang", created_at=AT, created_by=draft.created_by
        )

        registering.register_file(file=draft, by=registrar(unit), at=AT)

        assert Case.objects.get().case_reference == "80-2026/0001.1"

    def test_its_documents_have_their_references_from_then_on(self) -> None:
        unit = registry_unit(classification_code="82")
        draft = new_file(unit)
        arrival = intake.Arrival(stores.of_municipality().put(b"Guten Tag"), "brief.txt")
        document = intake.take_in(arrival=arrival, file=draft, by=draft.created_by, at=AT)
        before = numbering.reference_of(document)

        registering.register_file(file=draft, by=registrar(unit), at=AT)

        assert before == f"{draft.file_reference}-1"  # a makeshift, like that of the draft itself
        assert numbering.reference_of(Document.objects.select_related("file", "case").get()) == "82-2026/0001-1"

    def test_drafts_leave_no_gap_in_the_real_numbers(self, transactional) -> None:
        unit = registry_unit(classification_code="81")
        drafts, registry = [new_file(unit, title=f"Akte {n}") for n in range(9)], registrar(unit)
        filing.cancel_file(file=drafts.pop(), reason="doppelt", by=drafts[0].created_by, at=AT)

        given = at_once(lambda n: registering.register_file(file=drafts[n], by=registry, at=AT).file_reference, 8)

        assert sorted(given) == [f"81-2026/{n:04}" for n in range(1, 9)]


class TestDraftsWaiting:
    def test_shows_the_registry_what_it_may_register_and_clerks_their_own(self) -> None:
        unit, elsewhere = registry_unit(), registry_unit()
        draft, hidden = new_file(unit), new_file(elsewhere)
        colleague = writer(unit)

        assert list(registering.drafts_waiting(clerk=registrar(unit))) == [draft]
        assert list(registering.drafts_waiting(clerk=draft.created_by)) == [draft]
        assert list(registering.drafts_waiting(clerk=hidden.created_by)) == [hidden]
        assert not registering.drafts_waiting(clerk=colleague).exists()
        assert not registering.drafts_waiting(clerk=writer(roles=(Role.REGISTRY,))).exists()
