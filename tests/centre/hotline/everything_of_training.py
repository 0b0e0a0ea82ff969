"""One row of everything that training can store, some of them of the person whose name is to be found nowhere afterwards."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from tenants.centre.models import Municipality, PracticePlace
from tenants.models import CaughtMail, PracticeSignIn, PracticeSlip, User
from tests.centre.hotline_factories import AT
from tests.centre.training.attended import certified
from tests.centre.training_factories import course, room, trainer
from training.models import (
    CalendarFeed,
    Evaluation,
    EvaluationUse,
    ExaminationResult,
    ExerciseState,
    Invitation,
    InvitationAnswer,
    LearningStep,
    Need,
    Notice,
    Reminded,
    Standing,
    TownTraining,
    TrainerAbsence,
    Wishes,
)

LATER = AT + timedelta(days=1)


def build(person: User) -> None:
    """She has attended a course and holds a certificate; and a row of each other table."""
    [hers] = certified(who=[person], sheets=True)
    date, teaches, town = hers.enrolment.date, trainer(), Municipality.objects.get(slug="beispielheim")
    room()
    LearningStep.objects.create(role="clerk", course=date.course, position=1)
    date.course.prerequisites.add(course("Vorher"))
    ExaminationResult.objects.create(enrolment=hers.enrolment, passed=True, at=AT)
    Need.objects.create(enrolment=hers.enrolment, text=person.display_name, at=AT)
    ExerciseState.objects.create(enrolment=hers.enrolment, exercise="file-scan", state="done", at=AT)
    Evaluation.objects.get_or_create(date=date, defaults={"invited": 1, "closes_on": LATER.date()})
    EvaluationUse.objects.create(digest="0" * 64)
    Notice.objects.get_or_create(person=person, kind="waiting", once="x", at=AT)
    Wishes.objects.create(person=person)
    CalendarFeed.objects.create(person=person, made_at=AT)
    Reminded.objects.create(session=date.sessions.get(), when="days", starts_at=AT, at=AT)
    TownTraining.objects.get_or_create(municipality=town)
    Standing.objects.create(person=person, municipality=town, role="coordinator", office="x")
    TrainerAbsence.objects.create(trainer=teaches, starts_at=AT, ends_at=LATER)
    asked = Invitation.objects.create(digest="1" * 64, municipality=town, places=1, made_by=teaches, made_at=AT, expires_at=LATER)
    InvitationAnswer.objects.create(invitation=asked, name="x", email="x@y.example", at=AT, expires_at=LATER)
    PracticePlace.objects.create(golden=town, course=uuid4(), trainee=uuid4(), until=LATER)
    PracticeSlip.objects.create(course="x", trainee="x", code_hash="2" * 64, until=LATER)
    PracticeSignIn.objects.create(token_id="x", at=AT)
    CaughtMail.objects.create(at=AT, sender="x@y.example", recipients=["y@y.example"])
