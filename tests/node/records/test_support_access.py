"""Support access: the centre asks, this municipality decides, and the clock ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import granting, protection, secrecy, support_access
from records.models import FormerReference, JournalEntry, RecordFile, SecrecyMark, SupportAccess
from tenants import channel, current, orders
from tenants.models import HandledOrder, MunicipalSettings, OutgoingMessage, User
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, ParticipantFactory, RecordFileFactory, grant, standing_in_for
from tests.node.records.support import ADDRESS, AGENT, TICKET, accept, accepted, asked, asking, order


@pytest.fixture
def manager() -> User:
    return ClerkFactory(display_name="Vera Amt")


@pytest.fixture
def file(manager: User) -> RecordFile:
    """In a unit that the manager manages, beside another file."""
    unit = FilePlanUnitFactory()
    grant(manager, unit, "manage")
    RecordFileFactory(unit=unit, title="Nachbarin")
    made: RecordFile = RecordFileFactory(unit=unit, file_reference="12-2026/0001")
    return made


def told() -> list[dict[str, Any]]:
    """What was put into the out-tray of accesses, the oldest first."""
    return list(OutgoingMessage.objects.filter(kind=channel.SUPPORT_STATE).order_by("pk").values_list("body", flat=True))


def seen_by(guest: User) -> list[RecordFile]:
    guest.refresh_from_db()
    current.forget()
    return list(RecordFile.objects.visible_to(guest))


def waiting(person: User) -> list[SupportAccess]:
    return list(support_access.waiting_for(person=person, at=timezone.now()))


class TestAsk:
    def test_gives_nothing_is_kept_and_journaled_at_the_file(self, file: RecordFile) -> None:
        access = asked(file)

        assert (access.file, access.agent_name, access.ticket, access.hours, access.state) == (file, "Jule Behrens", TICKET, 4, "asked")
        assert not User.objects.get_queryset().filter(is_guest=True).exists()
        entry = JournalEntry.objects.get(act="ask_for_support_access")
        assert (entry.file_id, entry.actor_kind) == (file.public_id, "system")
        assert {value.field: value.new for value in entry.values.all()} == {
            "support_access": "Jule Behrens",
            "hours": "4",
            "ticket": TICKET,
        }

    def test_is_answered_alike_whether_there_is_such_a_file_or_not_and_whether_it_may_be_shown(
        self, file: RecordFile, manager: User
    ) -> None:
        hidden = RecordFileFactory(file_reference="13-2026/0001", protection_need="high")

        for reference in (file.file_reference, hidden.file_reference, "99-2026/4711"):
            orders.carry_out(order=order(asking(file=reference)), at=timezone.now())

        assert {str(each.answer) for each in HandledOrder.objects.all()} == {"{'state': 'asked'}"}
        bodies = OutgoingMessage.objects.values_list("body", flat=True)
        assert not [body for body in bodies if "2026/" in str(body)]
        assert [access.file for access in waiting(manager)] == [file]

    def test_finds_a_file_by_its_former_reference(self, file: RecordFile, manager: User) -> None:
        FormerReference.objects.create(file=file, file_reference="11-2025/0009", until=timezone.now())

        access = asked(file="11-2025/0009")

        assert waiting(manager) == [access]

    def test_of_an_area_is_for_an_administrator(self, manager: User) -> None:
        access = asked(file=None, area="settings")

        assert waiting(UserFactory(roles=["administrator"])) == [access]
        assert waiting(manager) == []

    def test_areas_are_these_and_none_of_them_is_content(self) -> None:
        assert SupportAccess.Area.values == ["settings", "organisation", "register_sets"]  # as in hotline.models.SupportRequest

    @pytest.mark.parametrize(
        "wrong",
        [
            {"do": "grant"},
            {"do": None},
            {"access": "x"},
            {"agent": None},
            {"agent": "Jule Behrens"},
            {"agent": {"id": "x", "name": "Jule Behrens"}},
            {"agent": {"id": str(AGENT), "name": " \x00"}},
            {"ticket": None},
            {"ticket": "1" * 41},
            {"hours": 0},
            {"hours": 73},
            {"hours": -1},
            {"hours": "4"},
            {"hours": 4.5},
            {"hours": True},
            {"hours": None},
            {"file": None},
            {"file": "1" * 121},
            {"file": ["12-2026/0001"]},
            {"area": "settings"},  # a file and an area
            {"file": None, "area": "files"},
            {"file": None, "area": "everything"},
        ],
        ids=str,
    )
    def test_an_order_that_cannot_be_read_or_wants_more_is_refused_whole(self, file: RecordFile, wrong: dict[str, Any]) -> None:
        handled = orders.carry_out(order=order(asking(**wrong)), at=timezone.now())

        assert handled.state == "refused"
        assert handled.answer["reason"]
        assert not SupportAccess.objects.exists()

    def test_what_was_asked_is_not_widened_by_asking_again(self, file: RecordFile, manager: User) -> None:
        access, other = asked(file), RecordFileFactory(unit=file.unit)

        for more in ({"hours": 72}, {"file": other.file_reference}, {"agent": {"id": str(uuid4()), "name": "Andere"}}):
            body = asking(access=str(access.public_id), **{"file": file.file_reference, **more})
            assert orders.carry_out(order=order(body), at=timezone.now()).state == "refused"

        access.refresh_from_db()
        assert (access.file, access.hours, access.agent_id) == (file, 4, AGENT)

    def test_an_order_that_is_replayed_is_answered_and_asks_once(self, file: RecordFile) -> None:
        again = order(asking(file=file.file_reference))
        for _twice in range(2):
            assert orders.carry_out(order=again, at=timezone.now()).state == "done"

        assert SupportAccess.objects.count() == 1

    def test_an_expired_order_asks_nothing(self, file: RecordFile) -> None:
        now = timezone.now()

        assert orders.carry_out(order=order(asking(), expires_at=now - timedelta(seconds=1)), at=now).state == "refused"
        assert not SupportAccess.objects.exists()

    def test_a_node_that_does_not_allow_it_is_never_asked(self, file: RecordFile, settings: Any) -> None:
        settings.ORDERS_ALLOWED = ["show_banner"]

        assert orders.carry_out(order=order(asking()), at=timezone.now()).state == "refused"
        assert not SupportAccess.objects.exists()

    def test_of_another_towns_file_finds_nothing(self, file: RecordFile, manager: User, beispielheim: Any) -> None:
        with current.use(beispielheim):
            there = RecordFileFactory(file_reference="77-2026/0001")
        access = asked(file=there.file_reference)

        assert access.file is None
        assert waiting(manager) == []

    def test_too_many_at_once_are_refused(self, file: RecordFile, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(support_access, "MOST_WAITING", 1)
        asked(file)

        assert orders.carry_out(order=order(asking()), at=timezone.now()).state == "refused"


class TestNeverShown:
    """Excluded altogether: nobody is even asked, and whoever would accept cannot."""

    HIDES: dict[str, Callable[[RecordFile], Any]] = {
        "personnel files": lambda file: SecrecyMark.objects.create(file=file, kind="personnel"),
        "social secrecy": lambda file: SecrecyMark.objects.create(file=file, kind="social"),
        "tax secrecy": lambda file: SecrecyMark.objects.create(file=file, kind="tax"),
        "another secrecy": lambda file: SecrecyMark.objects.create(file=file, kind="other"),
        "secrecy of its unit": lambda file: SecrecyMark.objects.create(unit=file.unit, kind="social"),
        "a higher need": lambda file: RecordFile.objects.filter(pk=file.pk).update(protection_need="high"),
        "a document's need": lambda file: DocumentFactory(file=file, protection_need="very_high"),
        "a disclosure block": lambda file: ParticipantFactory(file=file, disclosure_block=True),
        "cancelled": lambda file: RecordFile.objects.filter(pk=file.pk).update(status="cancelled"),
    }

    @pytest.mark.parametrize("why", HIDES)
    def test_is_not_decided_by_anybody(self, why: str, file: RecordFile, manager: User) -> None:
        access = asked(file)
        self.HIDES[why](file)

        assert waiting(manager) == []
        with pytest.raises(support_access.CannotDecide):
            accept(access, manager)

    @pytest.mark.parametrize("why", HIDES)
    def test_shuts_an_access_in_force_at_once(self, why: str, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)
        assert access.guest is not None
        assert seen_by(access.guest) == [file]

        self.HIDES[why](file)

        assert seen_by(access.guest) == []
        assert support_access.end_due(at=timezone.now()) == 1
        assert told()[-1]["state"] == "ended"

    def test_a_restricted_file_neither(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)
        assert access.guest is not None

        granting.restrict_file(file=file, restricted=True, reason="Streit", by=manager, at=timezone.now())

        assert seen_by(access.guest) == []

    def test_secrecy_of_a_unit_holds_for_all_below_it(self, manager: User) -> None:
        top = FilePlanUnitFactory()
        unit = FilePlanUnitFactory(parent=FilePlanUnitFactory(parent=top))
        grant(manager, unit, "manage")
        file = RecordFileFactory(unit=unit)
        asked(file)

        secrecy.mark(target=top, kind="social", by=manager, at=timezone.now())
        assert waiting(manager) == []

        secrecy.mark(target=top, kind="", by=manager, at=timezone.now())
        assert len(waiting(manager)) == 1
        assert JournalEntry.objects.filter(act="mark_secrecy").count() == 2

    def test_there_is_no_other_secrecy(self, file: RecordFile, manager: User) -> None:
        with pytest.raises(secrecy.CannotMark):
            secrecy.mark(target=file, kind="none", by=manager, at=timezone.now())


class TestWhoConsents:
    def people(self, file: RecordFile) -> dict[str, User]:
        made: dict[str, User] = {right: ClerkFactory() for right in ("read", "write", "manage")}
        for right, person in made.items():
            grant(person, file.unit, right)
        roles = ("administrator", "data_protection", "supervisor", "registry", "coordinator")
        made |= {role: UserFactory(roles=[role]) for role in roles}
        reading = UserFactory(roles=["supervisor"])
        grant(reading, file.unit, "read")
        stands_in = ClerkFactory()
        standing_in_for(made["manage"], stands_in)
        return made | {"supervisor who reads": reading, "substitute of the manager": stands_in, "nobody": ClerkFactory()}

    @pytest.mark.parametrize(
        ("rule", "file_by", "area_by"),
        [
            ("manager", {"manage"}, {"administrator"}),
            ("supervisor", {"supervisor who reads"}, {"administrator"}),
            ("data_protection", {"data_protection"}, {"data_protection"}),
        ],
    )
    def test_is_the_municipalitys_setting(self, file: RecordFile, rule: str, file_by: set[str], area_by: set[str]) -> None:
        MunicipalSettings.load()
        MunicipalSettings.objects.update(support_consent=rule)
        people, of_file = self.people(file), asked(file)
        of_area = asked(file=None, area="organisation", agent={"id": str(uuid4()), "name": "Andere"})
        current.forget()

        assert {name for name, person in people.items() if of_file in waiting(person)} == file_by
        assert {name for name, person in people.items() if of_area in waiting(person)} == area_by
        for name, person in people.items():
            for access, allowed in ((of_file, file_by), (of_area, area_by)):
                if name not in allowed:
                    with pytest.raises(support_access.CannotDecide):
                        accept(access, person)
                    with pytest.raises(support_access.CannotDecide):
                        support_access.refuse(access=access, by=person, at=timezone.now())

    def test_is_the_manager_unless_somebody_changed_it(self) -> None:
        assert MunicipalSettings.load().support_consent == "manager"


class TestAccept:
    def test_starts_the_clock_and_opens_exactly_this_file_for_reading(self, file: RecordFile, manager: User) -> None:
        access, at = asked(file), timezone.now()

        access = accept(access, manager, hours=2, at=at)

        assert (access.state, access.until, access.decided_by) == ("accepted", at + timedelta(hours=2), "Vera Amt")
        assert access.guest is not None
        assert seen_by(access.guest) == [file]
        assert not RecordFile.objects.visible_to(access.guest, 2).exists()
        assert told() == [{"access": str(access.public_id), "state": "accepted", "until": access.until.isoformat(), "address": ADDRESS}]
        entry = JournalEntry.objects.get(act="accept_support_access")
        assert (entry.actor, entry.file_id) == ("Vera Amt", file.public_id)
        assert "Jule Behrens" in {value.new for value in entry.values.all()}

    def test_makes_a_guest_who_is_nobody_here_and_never_the_clerk(self, file: RecordFile, manager: User) -> None:
        guest = accepted(file, manager).guest

        assert guest is not None
        assert (guest.display_name, guest.is_guest, guest.is_active) == ("Jule Behrens", True, True)
        assert not guest.has_usable_password()
        assert not guest.groups.exists()
        assert not User.objects.active().filter(pk=guest.pk).exists()
        assert not User.objects.people().filter(pk=guest.pk).exists()

    @pytest.mark.parametrize("hours", [0, -1, 5, 72, 100])
    def test_can_be_shortened_and_never_lengthened(self, file: RecordFile, manager: User, hours: int) -> None:
        access = asked(file, hours=4)

        with pytest.raises(support_access.CannotDecide):
            accept(access, manager, hours=hours)

    def test_wants_the_word_that_no_special_secrecy_stands_against_it(self, file: RecordFile, manager: User) -> None:
        access = asked(file)

        with pytest.raises(support_access.CannotDecide):
            support_access.accept(access=access, hours=1, confirmed=False, address=ADDRESS, by=manager, at=timezone.now())

    def test_comes_once_and_not_after_a_week(self, file: RecordFile, manager: User) -> None:
        access, late = asked(file), asked(file)
        accept(access, manager)

        with pytest.raises(support_access.CannotDecide):
            accept(access, manager)
        with pytest.raises(support_access.CannotDecide):
            accept(late, manager, at=late.asked_at + timedelta(days=7))

    def test_one_agent_looks_at_one_thing_at_a_time(self, file: RecordFile, manager: User) -> None:
        other = RecordFileFactory(unit=file.unit)
        first, second = accepted(file, manager), asked(other)

        with pytest.raises(support_access.CannotDecide):
            accept(second, manager)
        support_access.revoke(access=first, by=manager, at=timezone.now())
        second = accept(second, manager)

        assert second.guest == first.guest
        assert second.guest is not None
        assert seen_by(second.guest) == [other]

    def test_what_time_has_ended_does_not_stand_in_the_way(self, file: RecordFile, manager: User) -> None:
        accepted(file, manager, hours=1, at=timezone.now() - timedelta(minutes=61))

        assert accepted(file, manager).state == "accepted"

    def test_two_agents_may_look_at_one_file(self, file: RecordFile, manager: User) -> None:
        first = accepted(file, manager)
        second = accepted(file, manager, agent={"id": str(uuid4()), "name": "Andere"})
        assert second.guest is not None
        assert second.guest != first.guest

        support_access.revoke(access=first, by=manager, at=timezone.now())

        assert seen_by(second.guest) == [file]

    def test_nothing_that_is_given_to_a_guest_opens_anything(self, file: RecordFile, manager: User) -> None:
        guest, other = accepted(file, manager).guest, RecordFileFactory(unit=file.unit)
        assert guest is not None

        grant(guest, file.unit, "manage")  # as somebody with the database might
        grant(guest, other, "manage")
        standing_in_for(manager, guest)

        assert seen_by(guest) == [file]
        with pytest.raises(granting.CannotGrant):
            granting.grant(target=other, to=guest, right="read_records", by=manager, at=timezone.now())


class TestRefuse:
    def test_tells_the_centre_that_and_no_reason_and_holds_for_good(self, file: RecordFile, manager: User) -> None:
        access = asked(file)

        support_access.refuse(access=access, by=manager, at=timezone.now())

        assert told() == [{"access": str(access.public_id), "state": "refused"}]
        assert JournalEntry.objects.get(act="refuse_support_access").actor == "Vera Amt"
        with pytest.raises(support_access.CannotDecide):
            accept(access, manager)


class TestEnd:
    def test_by_time_without_anybody_doing_anything(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager, hours=1, at=timezone.now() - timedelta(minutes=59, seconds=59))
        assert access.guest is not None
        assert seen_by(access.guest) == [file]

        SupportAccess.objects.filter(pk=access.pk).update(until=timezone.now())

        assert seen_by(access.guest) == []

    def test_by_revocation_at_once(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)
        before = access.guest.password if access.guest else ""

        support_access.revoke(access=access, by=manager, at=timezone.now())

        assert access.guest is not None
        assert seen_by(access.guest) == []
        assert not access.guest.is_active
        assert access.guest.password != before  # so that its sessions are worth nothing
        assert told()[-1] == {"access": str(access.public_id), "state": "ended"}
        assert JournalEntry.objects.get(act="end_support_access").actor == "Vera Amt"

    def test_by_the_centre_when_the_ticket_is_closed(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)

        orders.carry_out(order=order({"access": str(access.public_id), "do": "end"}), at=timezone.now())

        assert access.guest is not None
        assert seen_by(access.guest) == []
        assert JournalEntry.objects.get(act="end_support_access").actor_kind == "system"

    def test_a_request_that_nobody_decided_too(self, file: RecordFile, manager: User) -> None:
        access = asked(file)

        orders.carry_out(order=order({"access": str(access.public_id), "do": "end"}), at=timezone.now())

        assert waiting(manager) == []

    def test_of_what_there_is_not_says_the_same(self) -> None:
        handled = orders.carry_out(order=order({"access": str(uuid4()), "do": "end"}), at=timezone.now())

        assert (handled.state, handled.answer) == ("done", {"state": "ended"})

    @pytest.mark.parametrize("role", ["clerk", "supervisor", "registry", "coordinator", "administrator"])
    def test_is_not_for_everybody(self, file: RecordFile, manager: User, role: str) -> None:
        access = accepted(file, manager)

        with pytest.raises(support_access.CannotDecide):
            support_access.revoke(access=access, by=UserFactory(roles=[role]), at=timezone.now())

    def test_the_data_protection_officer_ends_any(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)

        support_access.revoke(access=access, by=UserFactory(roles=["data_protection"]), at=timezone.now())

        access.refresh_from_db()
        assert access.state == "ended"

    def test_a_file_lies_in_its_units_scope_again(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)

        support_access.revoke(access=access, by=manager, at=timezone.now())

        file.refresh_from_db()
        assert file.scope == file.unit.scope

    def test_a_right_that_is_taken_meanwhile_does_not_end_it(self, file: RecordFile, manager: User) -> None:
        access, colleague = accepted(file, manager), ClerkFactory()
        assert access.guest is not None
        granting.grant(target=file, to=colleague, right="read_records", by=manager, at=timezone.now())

        granting.revoke(target=file, of=colleague, right="read_records", by=manager, at=timezone.now())

        assert seen_by(access.guest) == [file]


class TestEndDue:
    def test_tells_the_centre_and_puts_guests_to_sleep(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager, hours=1, at=timezone.now() - timedelta(minutes=61))

        assert support_access.end_due(at=timezone.now()) == 1
        assert support_access.end_due(at=timezone.now()) == 0

        access.refresh_from_db()
        assert access.guest is not None
        assert (access.state, access.guest.is_active) == ("ended", False)
        assert told()[-1]["state"] == "ended"

    def test_what_nobody_decided_within_a_week_is_over_whether_there_is_such_a_file_or_not(self, file: RecordFile) -> None:
        for access in (asked(file), asked(file="99-2026/4711")):
            SupportAccess.objects.filter(pk=access.pk).update(asked_at=timezone.now() - timedelta(days=7))

        assert support_access.end_due(at=timezone.now()) == 2
        assert [each["state"] for each in told()] == ["expired", "expired"]

    def test_a_guest_whose_access_is_gone_with_its_file_sleeps(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)
        SupportAccess.objects.filter(pk=access.pk).delete()

        support_access.end_due(at=timezone.now())

        assert access.guest is not None
        access.guest.refresh_from_db()
        assert not access.guest.is_active

    def test_old_ones_are_forgotten_and_the_journal_is_not(self, file: RecordFile, manager: User) -> None:
        access = asked(file)
        support_access.refuse(access=access, by=manager, at=timezone.now())

        assert support_access.forget_old(at=timezone.now() + timedelta(days=366)) == 1
        assert JournalEntry.objects.filter(act="refuse_support_access").exists()


class TestAtEachMoment:
    """Whatever is done in whatever order: a guest sees exactly the one file that is in force for her, or nothing."""

    ACTS = ("ask", "accept", "refuse", "revoke", "end", "time", "mark", "unmark", "need", "sweep", "grant")

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2)), max_size=14))
    def test_the_visible_set_is_the_one_file(self, manager: User, acts: list[tuple[str, int]]) -> None:
        with current.atomic():
            unit = FilePlanUnitFactory()
            grant(manager, unit, "manage")
            files = [RecordFileFactory(unit=unit) for _three in range(3)]
            for act, which in acts:
                self.do(act, files[which], manager)
                self.check(files)
            transaction.set_rollback(True, using=current.alias())  # what one example did is no part of the next one

    def do(self, act: str, file: RecordFile, manager: User) -> None:
        now, here = timezone.now(), SupportAccess.objects.filter(file=file)
        of_asked = here.filter(state="asked").first()
        in_force = here.filter(state="accepted").first()
        try:
            if act == "ask":
                asked(file)
            elif act == "accept" and of_asked:
                accept(of_asked, manager)
            elif act == "refuse" and of_asked:
                support_access.refuse(access=of_asked, by=manager, at=now)
            elif act == "revoke" and in_force:
                support_access.revoke(access=in_force, by=manager, at=now)
            elif act == "end" and in_force:
                orders.carry_out(order=order({"access": str(in_force.public_id), "do": "end"}), at=now)
            elif act == "time":
                here.filter(state="accepted").update(until=now)
            elif act in ("mark", "unmark"):
                secrecy.mark(target=file, kind="tax" if act == "mark" else "", by=manager, at=now)
            elif act == "need":
                protection.set_need(target=file, need="high", by=manager, at=now)
            elif act == "sweep":
                support_access.end_due(at=now)
            elif act == "grant":
                granting.grant(target=file, to=ClerkFactory(), right="read_records", by=manager, at=now)
        except support_access.CannotDecide:
            pass

    def check(self, files: list[RecordFile]) -> None:
        now = timezone.now()
        for guest in User.objects.get_queryset().filter(is_guest=True):
            in_force = SupportAccess.objects.filter(guest=guest, state="accepted", until__gt=now)
            marked = set(SecrecyMark.objects.values_list("file", flat=True))
            needed = set(RecordFile.objects.exclude(protection_need="normal").values_list("pk", flat=True))
            wanted = {access.file_id for access in in_force} - marked - needed
            seen = {file.pk for file in seen_by(guest)}
            assert seen == (wanted if guest.is_active else set())
            assert len(seen) <= 1
            assert not RecordFile.objects.visible_to(guest, 2).exists()
