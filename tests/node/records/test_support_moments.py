"""A property: whatever is done in whatever order, a guest sees the one file that is in force for her, or nothing."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import granting, protection, secrecy, support_access
from records.models import RecordFile, SecrecyMark, SupportAccess
from tenants import current, orders
from tenants.models import User
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory, grant
from tests.node.records.support import accept, asked, order, seen_by


@pytest.fixture
def manager() -> User:
    return ClerkFactory()


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
