"""Reminders (Wiedervorlagen): on a date, for a person or an office; visible to the person and the registry."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.utils import timezone

from records import completeness, filing, granting, reminding, restoring
from records.models import Document, JournalEntry, Reminder
from tenants import current, handover
from tenants.models import Substitute
from tenants.roles import Role
from tests.factories import ClerkFactory, OfficeFactory, UserFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
A_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def unit():
    return FilePlanUnitFactory()


@pytest.fixture
def clerk(unit):
    person = ClerkFactory(display_name="Erika")
    grant(person, unit, "write")
    return person


@pytest.fixture
def file(unit):
    return RecordFileFactory(unit=unit)


def remind(file, to, by=None, due_on=A_WEEK, **more):
    return reminding.set_reminder(file=file, due_on=due_on, to=to, by=by or to, at=AT, **more)


class TestSetReminder:
    def test_puts_the_file_before_its_addressee_on_the_day(self, file, clerk):
        reminder = remind(file, clerk, note="  Antwort   da? ")

        assert list(reminding.reminders_of(clerk=clerk, on=TODAY)) == [reminder]
        assert reminder.note == "Antwort da?"
        assert JournalEntry.objects.filter(file_id=file.public_id, act="remind", object_kind="Reminder").count() == 1

    @pytest.mark.parametrize("day", [date(1582, 10, 15), TODAY - timedelta(days=1), date(2999, 1, 1)])
    def test_refuses_a_day_gone_by_or_beyond_all_work(self, file, clerk, day):
        with pytest.raises(reminding.NotSo) as refused:
            remind(file, clerk, due_on=day)

        assert refused.value.field == "due_on"
        assert not Reminder.objects.exists()

    def test_today_is_still_a_day(self, file, clerk):
        assert remind(file, clerk, due_on=TODAY).due_on == TODAY

    def test_refuses_somebody_who_may_not_see_the_file(self, file, clerk):
        with pytest.raises(reminding.NotSo):
            remind(file, ClerkFactory(), by=clerk)

    def test_refuses_an_office_in_which_nobody_may_see_the_file(self, file, clerk):
        office = OfficeFactory()
        ClerkFactory(office=office)

        with pytest.raises(reminding.NotSo):
            remind(file, office, by=clerk)

    def test_a_reader_reminds_herself_and_nobody_else(self, file, clerk, unit):
        reader = ClerkFactory()
        grant(reader, unit, "read")

        remind(file, reader)

        with pytest.raises(reminding.CannotRemind):
            remind(file, clerk, by=reader)

    def test_a_closed_file_gets_none(self, file, clerk):
        file.status, file.closed_at = "closed", AT
        file.save()

        with pytest.raises(reminding.CannotRemind):
            remind(file, clerk)

    def test_refuses_a_document_of_another_file(self, file, clerk):
        with pytest.raises(reminding.CannotRemind):
            remind(file, clerk, document=DocumentFactory())

    def test_refuses_a_note_of_ten_thousand_characters(self, file, clerk):
        with pytest.raises(reminding.CannotRemind):
            remind(file, clerk, note="x" * 10_000)


class TestWhoSeesThem:
    def test_an_offices_reminder_is_that_of_everybody_in_it(self, file, unit, clerk):
        office = OfficeFactory()
        grant(office, unit, "read")
        colleague, stranger = ClerkFactory(office=office), ClerkFactory()

        reminder = remind(file, office, by=clerk)

        assert list(reminding.reminders_of(clerk=colleague, on=TODAY)) == [reminder]
        assert not reminding.reminders_of(clerk=stranger, on=TODAY).exists()

    def test_the_registry_sees_those_of_files_it_may_see(self, file, unit, clerk):
        reminder = remind(file, clerk)
        registry, blind = UserFactory(roles=[Role.REGISTRY]), UserFactory(roles=[Role.REGISTRY])
        grant(registry, unit, "read")

        assert list(reminding.registrys_list(clerk=registry)) == [reminder]
        assert not reminding.registrys_list(clerk=blind).exists()

    def test_a_reminder_of_a_file_that_was_restricted_meanwhile_is_gone(self, file, clerk):
        remind(file, clerk)
        keeper = ClerkFactory()
        grant(keeper, file, "manage")
        granting.restrict_file(file=file, restricted=True, reason="Streit", by=keeper, at=AT)

        assert not reminding.reminders_of(clerk=clerk, on=TODAY).exists()

    def test_a_substitute_sees_those_of_the_absent_person_on_her_days(self, file, unit, clerk):
        deputy = ClerkFactory()
        grant(deputy, unit, "read")
        Substitute.objects.create(
            absent=clerk, deputy=deputy, first_day=TODAY, last_day=A_WEEK, set_by_kind="oneself", set_by=clerk, set_at=AT
        )
        reminder = remind(file, clerk)

        assert list(reminding.reminders_of(clerk=deputy, on=TODAY)) == [reminder]
        assert not reminding.reminders_of(clerk=deputy, on=A_WEEK + timedelta(days=1)).exists()


class TestFinishPostponeHandOn:
    def test_done_is_done_once(self, file, clerk):
        reminder = remind(file, clerk)

        reminding.finish_reminder(reminder=reminder, by=clerk, at=AT)

        assert not reminding.reminders_of(clerk=clerk, on=TODAY).exists()
        with pytest.raises(reminding.AlreadyDone, match="Erika"):
            reminding.finish_reminder(reminder=reminder, by=clerk, at=AT)

    def test_postponed_to_another_day_with_both_days_in_the_journal(self, file, clerk):
        reminder = reminding.postpone_reminder(reminder=remind(file, clerk), due_on=date(2026, 4, 1), by=clerk, at=AT)

        value = JournalEntry.objects.get(act="postpone").values.get(field="due_on")
        assert (reminder.due_on, value.old, value.new) == (date(2026, 4, 1), "2026-03-09", "2026-04-01")

    def test_handed_on_to_an_office(self, file, unit, clerk):
        office = OfficeFactory()
        grant(office, unit, "read")
        ClerkFactory(office=office)

        reminder = reminding.hand_on_reminder(reminder=remind(file, clerk), to=office, by=clerk, at=AT)

        assert (reminder.person, reminder.office) == (None, office)

    def test_a_reader_changes_no_reminder_of_others(self, file, unit, clerk):
        reader = ClerkFactory()
        grant(reader, unit, "read")
        reminder = remind(file, clerk)

        assert not reminding.may_change(reader, reminder)
        assert reminding.may_change(clerk, reminder)


class TestKeptWhenAPersonLeaves:
    def test_the_successor_gets_what_is_open(self, file, unit, clerk):
        successor = ClerkFactory()
        grant(successor, unit, "read")
        done, still_open = remind(file, clerk), remind(file, clerk)
        reminding.finish_reminder(reminder=done, by=clerk, at=AT)

        assert [(work.title, work.count) for work in handover.open_work_of(person=clerk)] == [("Offene Wiedervorlagen", 1)]
        handover.hand_over(person=clerk, successor=successor, by=None, at=AT)

        assert list(reminding.reminders_of(clerk=successor, on=TODAY)) == [still_open]
        assert handover.open_work_of(person=clerk) == []


class TestScreens:
    def test_the_list_shows_overdue_ones_first_whatever_their_number_in_as_many_queries(
        self, file, clerk, client, django_assert_max_num_queries
    ):
        client.force_login(clerk)
        client.get("/wiedervorlagen/", headers={"host": _host()})  # the town's settings are made at the first call
        counts = []
        for _more in range(2):
            for day in (1, 3, 9):
                Reminder.objects.create(
                    file=file, due_on=date(2026, 3, day), person=clerk, created_at=AT, created_by=clerk, note=f"am {day}. März"
                )
            with django_assert_max_num_queries(30, connection=_connection()) as seen:
                page = client.get("/wiedervorlagen/", headers={"host": _host()}).content.decode()
            counts.append(len(seen))

        assert counts[0] == counts[1]
        assert page.index("am 1. März") < page.index("am 9. März")
        assert "Überfällig" in page

    def test_set_on_the_page_of_the_file_and_done_on_the_list(self, file, clerk, client):
        client.force_login(clerk)
        address = f"/akten/{file.public_id}/wiedervorlagen/"

        client.post(address, {"due_on": "2040-05-01", "note": "Frist der Nachbarn"}, headers={"host": _host()})
        reminder = Reminder.objects.get()
        client.post(f"/wiedervorlagen/{reminder.public_id}/erledigt/", {"next": address}, headers={"host": _host()})

        reminder.refresh_from_db()
        assert (reminder.person, reminder.done_by) == (clerk, clerk)

    def test_says_in_german_what_is_wrong_with_a_day(self, file, clerk, client):
        client.force_login(clerk)

        answer = client.post(f"/akten/{file.public_id}/wiedervorlagen/", {"due_on": "1582-10-15"}, headers={"host": _host()})

        assert answer.status_code == 422
        assert "in der Zukunft" in answer.content.decode()


class TestCloseFile:
    def test_an_open_file_with_its_reminders_is_still_found_by_them(self, file, clerk):
        remind(file, clerk)

        filing.edit_file(file=file, changes={"title": "Anders"}, by=clerk, at=AT)

        assert reminding.reminders_of(clerk=clerk, on=TODAY).get().file.title == "Anders"


def _connection():
    from tenants import current

    return current.connection()


def _host():
    from tenants import current

    return current.municipality().hosts[0]


class TestWhatIsCancelled:
    """It is out of lists, and so are the reminders of it, until the cancel is undone (domain §2)."""

    def everywhere(self, file, clerk, api):
        lists = [reminding.reminders_of(clerk=clerk, on=TODAY), reminding.registrys_list(clerk=clerk)]
        lists.append(reminding.due_first(clerk=clerk, on=TODAY, until=A_WEEK))
        found = [[one.note for one in rows] for rows in lists]
        found += [[one["note"] for one in api.get(f"/api/v1/{at}reminders/").json()["results"]] for at in ("", f"files/{file.public_id}/")]
        page = api.get(f"/akten/{file.public_id}/wiedervorlagen/").content.decode()
        return [*found, [note for note in ("Notiz Quitte", "Notiz Birne") if note in page]]

    def test_a_document_takes_its_reminders_out_of_all_lists_and_brings_them_back(self, file, clerk, client_of):
        document, api = DocumentFactory(file=file), client_of(clerk)
        remind(file, clerk, note="Notiz Quitte")
        remind(file, clerk, note="Notiz Birne", document=document)

        filing.cancel_document(document=document, reason="Falsch", by=clerk, at=AT)

        assert self.everywhere(file, clerk, api) == [["Notiz Quitte"]] * 6
        assert [line.count for line in completeness.check(file=file, clerk=clerk).lines if line.kind == "reminders"] == [1]

        restoring.restore_document(document=document, by=clerk, at=AT)

        assert self.everywhere(file, clerk, api) == [["Notiz Quitte", "Notiz Birne"]] * 6

    def test_a_file_takes_its_reminders_out_of_all_lists_and_brings_them_back(self, file, clerk, client_of):
        remind(file, clerk, note="Notiz Quitte")
        api = client_of(clerk)

        filing.cancel_file(file=file, reason="Doppelt", by=clerk, at=AT)

        assert self.everywhere(file, clerk, api) == [[]] * 6

        filing.restore_file(file=file, by=clerk, at=AT)

        assert self.everywhere(file, clerk, api) == [["Notiz Quitte"]] * 6

    def test_they_go_to_the_successor_of_a_person_who_leaves_all_the_same(self, file, clerk):
        successor, reminder = ClerkFactory(), remind(file, clerk)
        filing.cancel_file(file=file, reason="Doppelt", by=clerk, at=AT)

        reminding.OpenReminders().hand_over(person=clerk, successor=successor, by=None, at=AT)

        reminder.refresh_from_db()
        assert reminder.person == successor


class TestThoseLeftBehind:
    def test_by_older_moves_are_taken_to_their_document(self, file, clerk):
        document, other = DocumentFactory(file=file), RecordFileFactory(unit=file.unit)
        left, done, stays, of_the_file = (
            remind(file, clerk, document=document), remind(file, clerk, document=document),
            remind(file, clerk, document=DocumentFactory(file=file)), remind(file, clerk),
        )  # fmt: skip
        reminding.finish_reminder(reminder=done, by=clerk, at=AT)
        Document.objects.filter(pk=document.pk).update(file=other)  # as moves did before reminders went along
        sql = import_module("records.migrations.0027_reminders_follow_their_document").FOLLOW

        for _twice in range(2):
            with current.connection().cursor() as cursor:
                cursor.execute(sql)

        found = {row.pk: (row.file, row.revision) for row in Reminder.objects.select_related("file")}
        assert found[left.pk] == (other, 2)
        assert found[done.pk][0] == other
        assert found[stays.pk] == found[of_the_file.pk] == (file, 1)


class TestAColleagueWasQuicker:
    """What she did is not overwritten, and it is said that it was she."""

    def test_with_another_day(self, file, clerk, client_of):
        quick, reminder, client = ClerkFactory(display_name="Frau Schnell"), remind(file, clerk), client_of(clerk)
        page = client.get("/wiedervorlagen/").content.decode()
        assert '<input type="hidden" name="seen" value="1">' in page
        later, day = A_WEEK + timedelta(days=1), timezone.localdate() + timedelta(days=30)
        reminding.postpone_reminder(reminder=reminder, due_on=later, by=quick, at=AT)

        sent = {"due_on": day.isoformat(), "next": f"/akten/{file.public_id}/wiedervorlagen/"}
        answer = client.post(f"/wiedervorlagen/{reminder.public_id}/verschieben/", {**sent, "seen": "1"})

        page = answer.content.decode()
        assert answer.status_code == 422
        assert all(
            word in page for word in ("Frau Schnell", f'value="{day.isoformat()}"', f"<dd>{later:%d.%m.%Y}</dd>", f'value="{sent["next"]}"')
        )
        assert re.search(r'name="seen" value="2"', page)
        reminder.refresh_from_db()
        assert reminder.due_on == later
        again = client.post(f"/wiedervorlagen/{reminder.public_id}/verschieben/", {**sent, "seen": "2"})
        assert again["Location"] == sent["next"]
        reminder.refresh_from_db()
        assert reminder.due_on == day

    def test_with_another_person(self, file, clerk, unit, client_of):
        quick, other, third = ClerkFactory(display_name="Frau Schnell"), ClerkFactory(display_name="Herr Anders"), ClerkFactory()
        for person in (quick, other, third):
            grant(person, unit, "write")
        reminder, client = remind(file, clerk), client_of(clerk)
        address = f"/wiedervorlagen/{reminder.public_id}/weitergeben/"
        assert re.search(r'name="seen" value="1"', client.get(address).content.decode())
        reminding.hand_on_reminder(reminder=reminder, to=other, by=quick, at=AT)

        answer = client.post(address, {"person": str(third.public_id), "seen": "1"})

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Frau Schnell" in page
        assert "<dd>Herr Anders" in page
        assert re.search(r'name="seen" value="2"', page)
        reminder.refresh_from_db()
        assert reminder.person == other
