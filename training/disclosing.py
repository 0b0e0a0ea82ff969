"""What training stores about somebody, told to her with all the rest (tenants.centre.telling). Nothing of it is about anybody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tenants.centre.telling import moment
from tenants.models import User

from .models import (
    Attendance,
    CalendarFeed,
    Certificate,
    Enrolment,
    ExaminationResult,
    ExerciseState,
    Need,
    Notice,
    Standing,
    TrainerAbsence,
    Wishes,
)


def stored_of(person: User) -> dict[str, Any]:
    """Courses, attendance, certificates, roles, mails and wishes; the same number of queries for any number of rows."""
    feed = CalendarFeed.objects.filter(person=person).first()
    wishes = Wishes.objects.filter(person=person).first()
    return {
        "enrolments": _enrolments(person),
        "certificates": [_certificate(one) for one in Certificate.objects.filter(person=person).order_by("issued_at", "pk")],
        "roles_at_municipalities": [
            {
                "role": one.role,
                "role_in_words": one.get_role_display(),
                "municipality": one.municipality.name,
                "office": one.office,
                "ends_at": moment(one.ends_at),
            }
            for one in Standing.objects.filter(person=person).select_related("municipality").order_by("pk")
        ],
        "mails": [
            {"kind": one.kind, "asked_at": moment(one.at), "sent_at": moment(one.sent_at), "failed_at": moment(one.failed_at)}
            for one in Notice.objects.filter(person=person).order_by("at", "pk")
        ],
        "reminders_by_mail": wishes.reminders if wishes else True,
        "calendar_feed_made_at": moment(feed.made_at) if feed else None,
        "absences_as_a_trainer": [
            {"starts_at": moment(one.starts_at), "ends_at": moment(one.ends_at), "reason": one.reason}
            for one in TrainerAbsence.objects.filter(trainer=person).order_by("starts_at", "pk")
        ],
    }


def _enrolments(person: User) -> list[dict[str, Any]]:
    rows = list(Enrolment.objects.filter(person=person).select_related("date__course", "municipality").order_by("asked_at", "pk"))
    there = _grouped(Attendance.objects.filter(enrolment__in=rows).select_related("session").order_by("session__starts_at", "pk"))
    exercises = _grouped(ExerciseState.objects.filter(enrolment__in=rows).order_by("at", "pk"))
    passed = dict(ExaminationResult.objects.filter(enrolment__in=rows).values_list("enrolment", "passed"))
    needs = dict(Need.objects.filter(enrolment__in=rows).values_list("enrolment", "text"))
    return [
        {
            "course": row.date.course.title,
            "starts_at": moment(row.date.starts_at),
            "state": row.state,
            "state_in_words": row.get_state_display(),
            "municipality": row.municipality.name if row.municipality else None,
            "asked_at": moment(row.asked_at),
            "enrolled_at": moment(row.enrolled_at),
            "offered_until_at": moment(row.offered_until),
            "ended_at": moment(row.ended_at),
            "reason": row.reason,
            "what_she_needs": needs.get(row.pk, ""),
            "attendance": [
                {
                    "session_at": moment(one.session.starts_at),
                    "state": one.state,
                    "state_in_words": one.get_state_display(),
                    "minutes_late": one.minutes_late,
                }
                for one in there[row.pk]
            ],
            "examination_passed": passed.get(row.pk),
            "exercises": [
                {"exercise": one.title or one.exercise, "state": one.state, "done_at": moment(one.at)} for one in exercises[row.pk]
            ],
        }
        for row in rows
    ]


def _certificate(one: Certificate) -> dict[str, Any]:
    return {
        "number": one.number,
        "kind": one.kind,
        "kind_in_words": one.get_kind_display(),
        "name": one.name,
        "facts": one.facts,
        "issued_at": moment(one.issued_at),
        "qualified_until": one.qualified_until.isoformat() if one.qualified_until else None,
        "name_shown_to_whoever_verifies": one.shown,
        "revoked_at": moment(one.revoked_at),
        "revoked_for": one.revoked_for,
    }


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.enrolment_id].append(row)
    return found
