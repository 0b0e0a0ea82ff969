"""Support access: the centre asks, this municipality decides, and the clock ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from records import granting, secrecy, support_access
from records.models import FormerReference, JournalEntry, RecordFile, SecrecyMark, SupportAccess
from tenants import current, orders
from tenants.models import HandledOrder, MunicipalSettings, OutgoingMessage, User
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, ParticipantFactory, RecordFileFactory, grant, standing_in_for
from tests.node.records.support import AGENT, TICKET, accept, accepted, asked, asking, file_beside_another, order, seen_by, told, waiting


@pytest.fixture
def manager() -> User:
    return ClerkFactory(display_name="Vera Amt")


@pytest.fixture
def file(manager: User) -> RecordFile:
    return file_beside_another(manager)


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
            {"agent": {"id": str(AGENT), "name": " \n"}},
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
        "cancelled": lambda file: RecordFile.objects.filter(pk=file.pk).update(status="cancelled", cancelled_at=timezone.now()),
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
