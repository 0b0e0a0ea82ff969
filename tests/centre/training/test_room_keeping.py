"""Rooms, and when trainers are not there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.centre.training.test_enrolling import enrol
from tests.centre.training_factories import AT, BEGINS, course_date, people, requester, room, session, trainer
from tests.factories import UserFactory
from training import absences, room_keeping, wording
from training.models import Notice, Room, TrainerAbsence, TrainingEvent

AFTER = BEGINS + timedelta(days=1)


class TestRooms:
    def test_are_offered_with_seats_and_equipment(self) -> None:
        said = {"name": " Saal  2 ", "address": "Marktplatz 1", "seats": 12, "equipment": "Beamer, 12 Rechner"}

        made = room_keeping.add_room(fields=said, by=trainer(), at=AT)

        assert (made.name, made.seats, made.active) == ("Saal 2", 12, True)
        assert TrainingEvent.objects.get(room=made).act == "add_room"

    @pytest.mark.parametrize(
        ("said", "field"),
        [({"name": "", "seats": 5}, "name"), ({"name": "A", "seats": 0}, "seats"), ({"name": "saal", "seats": 5}, "name")],
    )
    def test_are_refused(self, said: dict[str, object], field: str) -> None:
        room("Saal")

        with pytest.raises(room_keeping.CannotKeepRoom) as refusal:
            room_keeping.add_room(fields=said, by=trainer(), at=AT)

        assert refusal.value.field == field

    def test_do_not_become_smaller_than_a_date_that_is_held_there(self) -> None:
        here = room()
        course_date(session(room=here), capacity=10)

        with pytest.raises(room_keeping.CannotKeepRoom, match="hat 10 Pl"):
            room_keeping.change_room(room=here, fields={"seats": 9}, by=trainer(), at=AT)
        assert room_keeping.change_room(room=here, fields={"seats": 9}, by=trainer(), at=AFTER).seats == 9

    def test_another_address_goes_into_calendars_again_and_another_number_of_seats_does_not(self) -> None:
        here, teacher, [one, waits] = room(), trainer(), people(2)
        date = course_date(session(room=here, trainer=teacher), capacity=1)
        elsewhere = course_date(session(BEGINS + timedelta(days=7)))
        enrol(date, one, waits)
        Notice.objects.all().delete()

        room_keeping.change_room(room=here, fields={"seats": 50}, by=trainer(), at=AT)
        assert not Notice.objects.exists()
        room_keeping.change_room(room=here, fields={"address": "Neuer Markt 3"}, by=trainer(), at=AT)

        assert [(s.sequence, s.changed_at) for s in date.sessions.all()] == [(1, AT)]
        assert [s.sequence for s in elsewhere.sessions.all()] == [0]
        assert {(n.person_id, n.calendar) for n in Notice.objects.all()} == {(one.pk, "request"), (teacher.pk, "")}
        rows = wording.letter(Notice.objects.get(person=one)).rows
        before = ", ".join(filter(None, (here.name, here.address)))
        assert ("Raum", f"{before} → {here.name}, Neuer Markt 3") in rows

    def test_a_session_that_is_planned_there_in_this_moment_is_not_forgotten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        here = room()
        monkeypatch.setattr(room_keeping, "_held_dates", lambda *_args: [])
        course_date(session(room=here))

        with pytest.raises(room_keeping.CannotKeepRoom, match="gerade"):
            room_keeping.change_room(room=here, fields={"name": "Saal"}, by=trainer(), at=AT)
        assert Room.objects.get(pk=here.pk).name == here.name

    def test_are_not_retired_while_sessions_are_to_come(self) -> None:
        here = room()
        course_date(session(room=here))

        with pytest.raises(room_keeping.CannotKeepRoom, match="noch Schulungstage"):
            room_keeping.retire_room(room=here, by=trainer(), at=AT)
        assert not room_keeping.retire_room(room=here, by=trainer(), at=AFTER).active
        assert room_keeping.take_back_room(room=here, by=trainer(), at=AFTER).active

    def test_are_kept_by_trainers(self) -> None:
        with pytest.raises(room_keeping.CannotKeepRoom):
            room_keeping.add_room(fields={"name": "A", "seats": 1}, by=requester(), at=AT)
        assert not Room.objects.exists()


class TestAbsences:
    def test_are_noted_by_herself_or_an_operator_and_nobody_else(self) -> None:
        teacher, operator = trainer(), UserFactory(roles=["operator"])

        for who in (teacher, operator):
            absences.note_absence(trainer=teacher, starts_at=BEGINS, ends_at=AFTER, by=who, at=AT)

        with pytest.raises(absences.CannotBeAbsent, match="selbst"):
            absences.note_absence(trainer=teacher, starts_at=BEGINS, ends_at=AFTER, by=trainer(), at=AT)
        assert TrainerAbsence.objects.count() == 2
        assert not TrainerAbsence.objects.visible_to(requester()).exists()
        assert TrainerAbsence.objects.kept_by(operator).count() == 2
        assert not TrainerAbsence.objects.kept_by(trainer()).exists()

    def test_say_which_sessions_they_hit(self) -> None:
        teacher = trainer()
        held = course_date(session(trainer=teacher)).sessions.get()

        absence = absences.note_absence(trainer=teacher, starts_at=BEGINS, ends_at=AFTER, by=teacher, at=AT)

        assert absences.sessions_in(absence) == [held]

    def test_keep_the_reason_out_of_the_history(self) -> None:
        teacher = trainer()

        absence = absences.note_absence(trainer=teacher, starts_at=BEGINS, ends_at=AFTER, reason="Kur", by=teacher, at=AT)
        absences.strike_absence(absence=absence, by=teacher, at=AT)

        assert not TrainerAbsence.objects.exists()
        assert "Kur" not in str(list(TrainingEvent.objects.values("changes")))

    def test_end_after_they_begin_and_not_in_the_past(self) -> None:
        teacher = trainer()
        for begins, ends in ((AFTER, BEGINS), (AT - timedelta(days=2), AT - timedelta(days=1)), (AT, AT + timedelta(days=1000))):
            with pytest.raises(absences.CannotBeAbsent):
                absences.note_absence(trainer=teacher, starts_at=begins, ends_at=ends, by=teacher, at=AT)
