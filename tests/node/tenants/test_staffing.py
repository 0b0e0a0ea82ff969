"""People: created, moved, given roles, deactivated; offices as a tree. Each act is in the journal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from records.models import Document, JournalEntry
from tenants import handover, organisation, staffing
from tenants.models import Membership, Office, User
from tests.factories import DocumentFactory, MembershipFactory, OfficeFactory, UserFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def create(**given: Any) -> User:
    return staffing.create_person(**{"username": "e.muster", "display_name": "Erika Muster", "by": None, "at": AT, **given})


def journaled() -> list[tuple[str, str]]:
    return list(JournalEntry.objects.order_by("sequence").values_list("act", "object_kind"))


class TestCreatePerson:
    def test_works_in_the_office_and_in_its_group(self) -> None:
        office = OfficeFactory()

        person = create(office=office, roles=["clerk"])

        assert person.memberships.get().office == office
        assert set(person.groups.values_list("name", flat=True)) == {"clerk", office.group.name}
        assert journaled() == [("create", "User"), ("join", "User")]

    def test_cannot_log_in_before_a_password_was_handed_out(self) -> None:
        assert not create().has_usable_password()

    @pytest.mark.parametrize("username", ["", "x", "Müller", "a b", "-x", "x" * 61, "anna;drop"])
    def test_refuses_an_odd_user_name(self, username: str) -> None:
        with pytest.raises(staffing.CannotStaff):
            create(username=username)

    def test_refuses_a_name_taken_in_another_spelling(self) -> None:
        create(username="e.muster")

        with pytest.raises(staffing.CannotStaff, match="taken"):
            create(username="E.Muster ")

    def test_refuses_an_unknown_role(self) -> None:
        with pytest.raises(staffing.CannotStaff, match="no role"):
            create(roles=["emperor"])


class TestMovePerson:
    def test_rights_of_the_old_office_end_and_those_of_the_new_begin(self) -> None:
        old, new = OfficeFactory(), OfficeFactory()
        document, other = DocumentFactory(), DocumentFactory()
        grant(old, document.file.unit)
        grant(new, other.file.unit)
        person = UserFactory(office=old)

        staffing.move_person(person=person, to=new, by=UserFactory(), at=AT)

        assert list(Document.objects.visible_to(person)) == [other]
        assert list(person.memberships.values_list("office", flat=True)) == [new.pk]

    def test_keeping_the_present_offices_adds_one(self) -> None:
        person = UserFactory(office=OfficeFactory())

        staffing.move_person(person=person, to=OfficeFactory(), keeping=True, by=UserFactory(), at=AT)

        assert person.memberships.count() == 2

    def test_refuses_to_leave_an_office_without_its_lead(self) -> None:
        led = MembershipFactory(is_lead=True)

        with pytest.raises(staffing.WorkLeft):
            staffing.move_person(person=led.user, to=OfficeFactory(), by=UserFactory(), at=AT)

        assert Membership.objects.filter(pk=led.pk).exists()

    def test_nobody_moves_themselves_into_an_office_with_rights(self) -> None:
        administrator = UserFactory(roles=["administrator"])

        with pytest.raises(staffing.OwnRights):
            staffing.move_person(person=administrator, to=OfficeFactory(), by=administrator, at=AT)

        assert not administrator.memberships.exists()

    def test_refuses_a_closed_office(self) -> None:
        with pytest.raises(staffing.CannotStaff):
            staffing.move_person(person=UserFactory(), to=OfficeFactory(is_active=False), by=None, at=AT)


class TestSetRoles:
    def test_gives_exactly_these_roles_and_leaves_offices_alone(self) -> None:
        office = OfficeFactory()
        person = UserFactory(roles=["clerk", "registry"], office=office)

        staffing.set_roles(person=person, roles=["registry", "supervisor"], by=UserFactory(), at=AT)

        assert set(person.groups.values_list("name", flat=True)) == {"registry", "supervisor", office.group.name}
        assert journaled() == [("roles", "User")]

    def test_nobody_changes_their_own(self) -> None:
        administrator = UserFactory(roles=["administrator"])

        with pytest.raises(staffing.OwnRights):
            staffing.set_roles(person=administrator, roles=["administrator", "registry"], by=administrator, at=AT)

    def test_somebody_stays_administrator(self) -> None:
        last = UserFactory(roles=["administrator"])

        with pytest.raises(staffing.LastAdministrator):
            staffing.set_roles(person=last, roles=[], by=UserFactory(), at=AT)

    @pytest.mark.parametrize("role", ["clerk", "supervisor", "registry", "administrator", "data_protection", "coordinator"])
    def test_no_role_reads_records(self, role: str) -> None:
        DocumentFactory()
        person = UserFactory(roles=[role])

        assert not Document.objects.visible_to(person).exists()

    def test_a_superuser_does_not_read_records_either(self) -> None:
        DocumentFactory()

        assert not Document.objects.visible_to(UserFactory(is_superuser=True)).exists()


class TestDeactivatePerson:
    def test_open_work_goes_to_the_successor(self) -> None:
        led = MembershipFactory(is_lead=True)
        successor = UserFactory()

        staffing.deactivate_person(person=led.user, successor=successor, by=UserFactory(), at=AT)

        assert Membership.objects.get(office=led.office).user == successor
        assert Membership.objects.get(office=led.office).is_lead
        assert successor.groups.filter(pk=led.office.group_id).exists()
        assert ("lead", "Office") in journaled()

    def test_open_work_needs_a_successor(self) -> None:
        led = MembershipFactory(is_lead=True)

        with pytest.raises(staffing.WorkLeft):
            staffing.deactivate_person(person=led.user, successor=None, by=UserFactory(), at=AT)

        led.user.refresh_from_db()
        assert led.user.is_active

    def test_sessions_and_tokens_end(self, client_of: Any, api_client: Any) -> None:
        person = UserFactory()
        browser, program = client_of(person), api_client(person)
        assert browser.get("/api/v1/me/").status_code == program.get("/api/v1/me/").status_code == 200

        staffing.deactivate_person(person=person, successor=None, by=UserFactory(), at=AT)

        assert browser.get("/api/v1/me/").status_code == program.get("/api/v1/me/").status_code == 401

    def test_rights_end_with_the_memberships(self) -> None:
        office = OfficeFactory()
        document = DocumentFactory()
        grant(office, document.file.unit)
        person = UserFactory(office=office)

        staffing.deactivate_person(person=person, successor=None, by=UserFactory(), at=AT)
        staffing.reactivate_person(person=person, by=UserFactory(), at=AT)

        assert not Document.objects.visible_to(User.objects.get(pk=person.pk)).exists()

    def test_nobody_deactivates_themselves_and_the_last_administrator_stays(self) -> None:
        last = UserFactory(roles=["administrator"])

        with pytest.raises(staffing.OwnRights):
            staffing.deactivate_person(person=last, successor=None, by=last, at=AT)
        with pytest.raises(staffing.LastAdministrator):
            staffing.deactivate_person(person=last, successor=None, by=None, at=AT)

    def test_other_apps_say_what_open_work_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        handed: list[tuple[User, User]] = []

        class Desk:
            def open_work(self, person: User) -> handover.OpenWork:
                return handover.OpenWork("Files on the desk", 2)

            def hand_over(self, *, person: User, successor: User, by: User | None, at: datetime) -> None:
                handed.append((person, successor))

        monkeypatch.setattr(handover, "_providers", [*handover._providers, Desk()])
        person, successor = UserFactory(), UserFactory()

        assert handover.open_work_of(person=person) == [handover.OpenWork("Files on the desk", 2)]
        staffing.deactivate_person(person=person, successor=successor, by=None, at=AT)

        assert handed == [(person, successor)]


class TestOffices:
    def test_a_code_is_given_once(self) -> None:
        organisation.create_office(code="63", name="Bauordnung", by=None, at=AT)

        with pytest.raises(organisation.CannotOrganise, match="taken"):
            organisation.create_office(code="63 ", name="Anderes", by=None, at=AT)

    def test_renaming_keeps_people_and_rights(self) -> None:
        office = OfficeFactory()
        document = DocumentFactory()
        grant(office, document.file.unit)
        person = UserFactory(office=office)

        renamed = organisation.rename_office(office=office, code="99", name="Neu", by=None, at=AT)

        assert renamed.group.name == "office:99"
        assert list(Document.objects.visible_to(person)) == [document]

    def test_never_goes_below_itself(self) -> None:
        top = OfficeFactory()
        below = OfficeFactory(parent=OfficeFactory(parent=top))

        with pytest.raises(organisation.CannotOrganise, match="below itself"):
            organisation.move_office(office=top, parent=below, by=None, at=AT)

    def test_moves_with_all_below(self) -> None:
        top, office = OfficeFactory(), OfficeFactory()

        organisation.move_office(office=office, parent=top, by=None, at=AT)

        assert Office.objects.get(pk=office.pk).parent == top
        assert journaled() == [("move", "Office")]

    def test_is_not_closed_while_people_work_in_it(self) -> None:
        office = MembershipFactory().office

        with pytest.raises(organisation.CannotOrganise, match="People work"):
            organisation.deactivate_office(office=office, by=None, at=AT)

    def test_is_not_closed_while_offices_are_below(self) -> None:
        office = OfficeFactory(parent=OfficeFactory())

        with pytest.raises(organisation.CannotOrganise, match="below this one"):
            organisation.deactivate_office(office=office.parent, by=None, at=AT)

    def test_is_not_opened_below_a_closed_one(self) -> None:
        closed = OfficeFactory(is_active=False)

        with pytest.raises(organisation.CannotOrganise):
            organisation.reactivate_office(office=OfficeFactory(parent=closed, is_active=False), by=None, at=AT)
