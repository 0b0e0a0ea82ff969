"""All reminders of an office or of somebody who is away, handed over by the supervisor in one act."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from records import granting, reminder_hand_over, reminding
from records.models import JournalEntry, Reminder
from tenants.models import Membership, Office
from tenants.roles import Role
from tests.factories import ClerkFactory, OfficeFactory, UserFactory
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
A_WEEK = date(2026, 3, 9)


@pytest.fixture
def unit():
    return FilePlanUnitFactory()


@pytest.fixture
def office(unit):
    office = OfficeFactory(name="Bauordnung")
    grant(office, unit, "write")
    return office


@pytest.fixture
def supervisor(office):
    person = UserFactory(roles=[Role.SUPERVISOR], office=office, display_name="Leiterin")
    Membership.objects.filter(user=person).update(is_lead=True)
    return person


@pytest.fixture
def absent(office):
    return ClerkFactory(office=office, display_name="Abwesend")


@pytest.fixture
def taking(office):
    return ClerkFactory(office=office, display_name="Vertretung")


def remind(file, to, **more):
    owner = {"office": to} if isinstance(to, Office) else {"person": to}
    return Reminder.objects.create(
        file=file, created_by=file.created_by, created_at=AT, **{"due_on": A_WEEK, "note": "Frist", **owner, **more}
    )


def hand_over(giving, taking, by, mark=None, reason="Krank"):
    seen = mark or reminder_hand_over.preview(giving=giving, taking=taking, by=by).mark
    return reminder_hand_over.hand_over(giving=giving, taking=taking, mark=seen, reason=reason, by=by, at=AT)


class TestHandOver:
    def test_of_a_person_who_is_away_goes_with_a_journal_entry_for_each(self, unit, supervisor, absent, taking):
        first, second = (remind(RecordFileFactory(unit=unit), absent) for _ in range(2))
        done = remind(first.file, absent, done_at=AT, done_by=absent)

        assert hand_over(absent, taking, supervisor) == 2

        assert list(Reminder.objects.filter(person=taking).order_by("pk")) == [first, second]
        done.refresh_from_db()
        assert done.person == absent
        entries = JournalEntry.objects.filter(act="hand_on")
        assert {entry.file_id for entry in entries} == {first.file.public_id, second.file.public_id}
        told = {value.field: (value.old, value.new) for value in entries[0].values.all()}
        assert told == {"addressee": ("Abwesend", "Vertretung"), "reason": (None, "Krank")}

    def test_of_an_office_goes_to_one_person(self, unit, office, supervisor, taking):
        reminder = remind(RecordFileFactory(unit=unit), office)

        hand_over(office, taking, supervisor)

        reminder.refresh_from_db()
        assert (reminder.person, reminder.office) == (taking, None)

    def test_those_of_an_office_below_are_hers_too(self, unit, office, supervisor, taking):
        below = OfficeFactory(parent=office)
        remind(RecordFileFactory(unit=unit), below)

        assert hand_over(below, taking, supervisor) == 1

    def test_stays_where_the_taking_person_may_not_see_the_file_and_is_a_secret_where_the_supervisor_may_not(
        self, unit, supervisor, absent, taking
    ):
        other = FilePlanUnitFactory()
        grant(supervisor, other, "read")
        remind(RecordFileFactory(unit=unit), absent)
        stays, secret = remind(RecordFileFactory(unit=other), absent), remind(RecordFileFactory(), absent)

        seen = reminder_hand_over.preview(giving=absent, taking=taking, by=supervisor)

        assert (seen.count, seen.blind) == (1, 1)
        assert hand_over(absent, taking, supervisor) == 1
        assert set(Reminder.objects.filter(person=absent)) == {stays, secret}

    def test_is_refused_when_they_are_others_by_now(self, unit, supervisor, absent, taking):
        file = RecordFileFactory(unit=unit)
        reminder = remind(file, absent)
        acts = (
            lambda: remind(file, absent),
            lambda: reminding.postpone_reminder(reminder=reminder, due_on=A_WEEK + timedelta(days=1), by=supervisor, at=AT),
            lambda: reminding.finish_reminder(reminder=reminder, by=supervisor, at=AT),
        )
        for act in acts:
            mark = reminder_hand_over.preview(giving=absent, taking=taking, by=supervisor).mark
            act()

            with pytest.raises(reminder_hand_over.PreviewIsOld, match="nicht mehr die angezeigten"):
                hand_over(absent, taking, supervisor, mark=mark)

        assert not Reminder.objects.filter(person=taking).exists()

    def test_refuses_who_leads_neither_office_nor_person(self, unit, office, supervisor, absent, taking):
        remind(RecordFileFactory(unit=unit), absent)
        clerk, stranger = ClerkFactory(office=office), UserFactory(roles=[Role.SUPERVISOR])
        Membership.objects.filter(user=clerk).update(is_lead=True)  # leads, but is no supervisor
        grant(stranger, unit, "manage")

        for by in (clerk, stranger):
            for giving in (absent, office):
                with pytest.raises(reminder_hand_over.CannotHandOver, match="deren Leitung"):
                    hand_over(giving, taking, by)

    def test_refuses_no_reason_nobody_new_nobody_active_and_nothing(self, unit, supervisor, absent, taking):
        with pytest.raises(reminder_hand_over.CannotHandOver, match="keine Wiedervorlagen"):
            hand_over(absent, taking, supervisor)
        remind(RecordFileFactory(unit=unit), absent)
        gone = ClerkFactory(is_active=False)

        for to, reason in ((taking, " "), (absent, "Krank"), (gone, "Krank")):
            with pytest.raises(reminder_hand_over.CannotHandOver):
                hand_over(absent, to, supervisor, reason=reason)

        assert Reminder.objects.get().person == absent

    def test_a_restricted_file_keeps_its_reminder(self, unit, supervisor, absent, taking):
        file = RecordFileFactory(unit=unit)
        remind(file, absent)
        granting.grant(target=file, to=absent, right="manage_records", by=None, at=AT)
        granting.restrict_file(file=file, restricted=True, reason="Personal", by=absent, at=AT)

        assert reminder_hand_over.preview(giving=absent, taking=taking, by=supervisor).count == 0


class TestScreen:
    ADDRESS = "/wiedervorlagen/uebergeben/"

    def test_shows_what_it_means_and_does_it(self, unit, supervisor, absent, taking, client_of):
        reminder = remind(RecordFileFactory(unit=unit), absent, note="Antwort der Nachbarn")
        client = client_of(supervisor)
        asked = {"giving": f"person:{absent.public_id}", "taking": str(taking.public_id)}

        assert self.ADDRESS in client.get("/wiedervorlagen/").content.decode()
        looked = client.get(self.ADDRESS, asked).content.decode()
        mark = re.search(r'name="mark" value="(\w+)"', looked).group(1)
        answer = client.post(self.ADDRESS, {**asked, "mark": mark, "reason": "Krank"}, follow=True)

        assert "Antwort der Nachbarn" in looked
        assert "1 Wiedervorlage liegt jetzt bei Vertretung." in answer.content.decode()
        reminder.refresh_from_db()
        assert reminder.person == taking

    def test_a_stale_look_is_refused_and_shown_anew(self, unit, supervisor, absent, taking, client_of):
        remind(RecordFileFactory(unit=unit), absent)
        asked = {"giving": f"person:{absent.public_id}", "taking": str(taking.public_id)}

        answer = client_of(supervisor).post(self.ADDRESS, {**asked, "mark": "0" * 32, "reason": "Krank"})
        page = answer.content.decode()
        mark = re.search(r'name="mark" value="(\w+)"', page).group(1)
        again = client_of(supervisor).post(self.ADDRESS, {**asked, "mark": mark, "reason": "Krank"})

        assert (answer.status_code, again.status_code) == (409, 302)
        assert "nicht mehr die angezeigten" in page
        assert ">Krank</textarea>" in page

    def test_the_look_gets_the_focus_and_a_refusal_before_it(self, unit, supervisor, absent, taking, client_of):
        remind(RecordFileFactory(unit=unit), absent)
        client, asked = client_of(supervisor), {"giving": f"person:{absent.public_id}", "taking": str(taking.public_id)}

        looked = client.get(self.ADDRESS, asked).content.decode()
        mark = re.search(r'name="mark" value="(\w+)"', looked).group(1)
        refused = client.post(self.ADDRESS, {**asked, "mark": mark, "reason": ""}).content.decode()

        assert '<h2 id="preview-title" tabindex="-1" data-focus>' in looked
        assert refused.count("data-focus") == 1
        assert re.search(r'role="alert" tabindex="-1" data-focus>.*Bitte geben Sie einen Grund', refused)

    def test_says_why_nothing_is_handed_over(self, supervisor, absent, taking, client_of):
        unit = FilePlanUnitFactory()
        grant(supervisor, unit, "write")
        grant(absent, unit, "write")
        remind(RecordFileFactory(unit=unit), absent)
        asked = {"giving": f"person:{absent.public_id}", "taking": str(taking.public_id)}

        page = client_of(supervisor).get(self.ADDRESS, asked).content.decode()

        assert "Es würde keine Wiedervorlage übergeben" in page
        assert "1 Wiedervorlage bleibt" in page or "Eine Wiedervorlage bleibt" in page
        assert "Keine Wiedervorlagen, die Sie übergeben könnten" not in page

    @pytest.mark.parametrize(("giving", "taking"), [("", ""), ("person:unsinn", "unsinn"), ("office:", "\x00")])
    def test_odd_input_is_a_sentence(self, supervisor, client_of, giving, taking):
        answer = client_of(supervisor).post(self.ADDRESS, {"giving": giving, "taking": taking})

        assert answer.status_code == 422

    def test_does_not_exist_for_others(self, office, client_of):
        assert client_of(ClerkFactory(office=office)).get(self.ADDRESS).status_code == 404
        assert self.ADDRESS not in client_of(ClerkFactory(office=office)).get("/wiedervorlagen/").content.decode()

    def test_costs_the_same_queries_for_many(self, unit, supervisor, absent, taking, client_of, queries):
        client = client_of(supervisor)
        asked = {"giving": f"person:{absent.public_id}", "taking": str(taking.public_id)}
        counts = []
        client.get(self.ADDRESS, asked)
        for _round in range(2):
            for _number in range(4):
                remind(RecordFileFactory(unit=unit), absent)
            with queries() as seen:
                client.get(self.ADDRESS, asked)
            counts.append(len(seen))

        assert counts[0] == counts[1]


class TestPages:
    def test_a_long_list_is_leafed_through_both_ways(self, unit, absent, client_of, monkeypatch):
        monkeypatch.setattr("records.views.reminders.PAGE", 3)
        file = RecordFileFactory(unit=unit)
        for number in range(8):
            remind(file, absent, note=f"Nummer {number}", due_on=A_WEEK + timedelta(days=number // 3))
        client = client_of(absent)

        def page(query=""):
            text = client.get(f"/wiedervorlagen/{query}").content.decode()
            links = {rel: href.replace("&amp;", "&") for rel, href in re.findall(r'rel="(prev|next)" href="([^"]+)"', text)}
            return list(dict.fromkeys(re.findall(r"Nummer (\d)", text))), links

        first, links = page()
        second, further = page(links["next"])
        third, last = page(further["next"])

        assert (first, second, third) == (list("012"), list("345"), list("67"))
        assert "prev" not in links
        assert "next" not in last
        assert page(last["prev"])[0] == second
        assert page(further["prev"]) == (first, links)

    def test_goes_on_behind_one_that_was_ticked_off_meanwhile(self, unit, absent, client_of, monkeypatch):
        monkeypatch.setattr("records.views.reminders.PAGE", 1)
        file = RecordFileFactory(unit=unit)
        one, _two = remind(file, absent, note="Eins"), remind(file, absent, note="Zwei")
        client = client_of(absent)
        following = re.search(r'rel="next" href="([^"]+)"', client.get("/wiedervorlagen/").content.decode()).group(1)
        reminding.finish_reminder(reminder=one, by=absent, at=AT)

        assert "Zwei" in client.get(f"/wiedervorlagen/{following}").content.decode()

    @pytest.mark.parametrize("query", ["?nach=unsinn", "?vor=2026-03-09_x", "?nach=9999-99-99_", "?nach=%00"])
    def test_an_odd_place_is_the_beginning(self, unit, absent, client_of, query):
        remind(RecordFileFactory(unit=unit), absent, note="Steht da")

        assert "Steht da" in client_of(absent).get(f"/wiedervorlagen/{query}").content.decode()
