"""Asking those who came how it was, and adding up what they say so that nobody can be found in it.

- An answer is added to the sums of its course date and forgotten: there is no row of it, no time, and no way to see two of its answers together.
- The invitation is a token made of the enrolment with the site's key (HMAC, RFC 2104). It is not stored. What is stored when it is used is its hash,
  without a time: so nobody answers twice, and there is no list of who was asked with which token.
- Results are shown when no answer can come any more, and from five answers on. Shown while they come in, yesterday's could be subtracted from today's.
- A question has figures from five who answered it on, and texts from five on, in an order that nobody wrote them in.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.small_groups import FEWEST
from tenants import current
from tenants.models import User

from . import places, telling
from .models import Attendance, CourseDate, Enrolment, Evaluation, EvaluationUse, Notice

OPEN_FOR = timedelta(days=14)  # after the last day
POINTS = (1, 2, 3, 4, 5)
LONGEST = 1000  # signs of a text
QUESTIONS: dict[str, Any] = {
    "aims": gettext_lazy("I learned what was announced."),
    "useful": gettext_lazy("I can use it in my work."),
    "pace": gettext_lazy("Pace and extent were right."),
    "surroundings": gettext_lazy("Room, technology and material were in order."),
    "recommend": gettext_lazy("I would recommend this course."),
}
TEXTS: dict[str, Any] = {
    "good": gettext_lazy("What was good?"),
    "better": gettext_lazy("What should be different?"),
}


class CannotEvaluate(Exception):
    """The answer cannot be taken; the message says why."""


@dataclass(frozen=True)
class Result:
    """What was said to one question: how many answered, the mean of their points, and how many gave each; None where fewer than five did."""

    question: str
    answers: int | None
    mean: float | None
    counts: list[int] | None


@dataclass(frozen=True)
class Results:
    """The results of a course date. `answers` None: fewer than five, or answers may still come (`closed` tells which)."""

    closed: bool
    closes_on: Day
    invited: int
    answers: int | None
    points: list[Result]
    texts: list[tuple[str, list[str] | None]]


def invite(*, date: CourseDate, at: datetime) -> None:
    """Ask those who were at one session at least. Inside the act that finishes the date, with the date held.

    Where people were asked before (ask_where_forgotten), those are asked besides who are known to have come only now; nobody twice. Once answers
    are taken no more, nobody is: what has been shown stays as it was.
    """
    _ask(date, _who_came(date), at)


def ask_where_forgotten(*, at: datetime) -> int:
    """Ask on dates that ended before today and that nobody has finished; gives on how many. Safe to run twice, and at once.

    Who was there is known as far as attendance was taken; of whom nothing was entered at all, it is supposed of everybody who was enrolled.
    """
    today = timezone.make_aware(datetime.combine(timezone.localdate(at), time()))
    over = CourseDate.objects.filter(state=CourseDate.State.OPEN, ends_at__lt=today, ends_at__gte=today - OPEN_FOR, evaluation=None)
    asked = 0
    for date in over.order_by("pk"):
        with current.atomic():
            held = places.locked(date)
            if held.state == CourseDate.State.OPEN and not Evaluation.objects.filter(date=held).exists():
                asked += _ask(held, _who_came(held) + _of_whom_nothing_is_known(held), at)
    return asked


def _ask(date: CourseDate, people: list[Enrolment], at: datetime) -> bool:
    known: Evaluation | None = Evaluation.objects.select_for_update(of=("self",)).filter(date=date).first()
    if known is not None and timezone.localdate(at) > known.closes_on:
        return False
    before = set(_asked(date)) if known is not None else set()
    new = [each for each in people if each.pk not in before]
    if not new:
        return False
    closes = max(timezone.localdate(at), timezone.localdate(date.ends_at)) + OPEN_FOR
    if known is None:
        Evaluation.objects.create(date=date, invited=len(new), closes_on=closes)
    elif known.answers >= known.invited:
        return False  # all who were asked have answered: the results are seen already
    else:
        closes, known.invited = known.closes_on, known.invited + len(new)
        known.save(update_fields=["invited"])
    for enrolment in new:
        telling.tell(
            person=enrolment.person,
            kind=telling.Kind.EVALUATION,
            about=enrolment,
            once=f"evaluation:{enrolment.pk}",
            at=at,
            facts={"address": address_for(enrolment), "until": closes.isoformat()},
        )
    return True


def address_for(enrolment: Enrolment) -> str:
    """Her own link, which says nothing of her."""
    return f"{settings.CENTRE_ADDRESS}{path_for(enrolment)}"


def path_for(enrolment: Enrolment) -> str:
    return f"/rueckmeldung/{enrolment.date.public_id}/{_token(enrolment.pk)}/"


def checked(*, date_id: str, token: str, at: datetime) -> Evaluation:
    """The evaluation that a link belongs to. Raises CannotEvaluate: it is none of ours, used, or too late."""
    found: Evaluation | None = Evaluation.objects.select_related("date__course").filter(date__public_id=date_id).first()
    known = {_token(enrolment) for enrolment in _asked(found.date)} if found is not None else set()
    if found is None or token not in known:
        raise CannotEvaluate(_("This link is not complete. Please copy it as a whole."))
    if timezone.localdate(at) > found.closes_on:
        raise CannotEvaluate(_("Answers were taken until %(day)s. Thank you all the same.") % {"day": f"{found.closes_on:%d.%m.%Y}"})
    if EvaluationUse.objects.filter(digest=_digest(token)).exists():
        raise CannotEvaluate(_("You have answered already. Thank you."))
    return found


def answer(*, date_id: str, token: str, points: Mapping[str, int], texts: Mapping[str, str], at: datetime) -> None:
    """Add an answer to the sums, once for each invitation. Questions may be left out, not all of them. No actor: nobody asks who it was.

    Raises CannotEvaluate.
    """
    said = {name: " ".join(text.replace("\x00", "").split()) for name, text in texts.items() if name in TEXTS}
    said = {name: text for name, text in said.items() if text}
    if any(len(text) > LONGEST for text in said.values()):
        raise CannotEvaluate(_("Please write at most %(most)s signs.") % {"most": LONGEST})
    given = {name: value for name, value in points.items() if name in QUESTIONS}
    if any(value not in POINTS for value in given.values()):
        raise CannotEvaluate(_("Please choose one of these."))
    if not given and not said:
        raise CannotEvaluate(_("Please answer one question at least."))
    with current.atomic():
        checked(date_id=date_id, token=token, at=at)
        sums = Evaluation.objects.select_for_update(of=("self",)).get(date__public_id=date_id)
        _use, first = EvaluationUse.objects.get_or_create(digest=_digest(token))
        if not first:
            raise CannotEvaluate(_("You have answered already. Thank you."))
        _add(sums, given, said)


def results(*, date: CourseDate, at: datetime) -> Results | None:
    """What may be shown of the answers; None if nobody was asked (yet)."""
    sums: Evaluation | None = Evaluation.objects.filter(date=date).first()
    if sums is None:
        return None
    closed = timezone.localdate(at) > sums.closes_on or sums.answers >= sums.invited
    if not closed or sums.answers < FEWEST:
        return Results(closed, sums.closes_on, sums.invited, None, [], [])
    points = [_result(str(question), sums.counts.get(name, {})) for name, question in QUESTIONS.items()]
    texts = [(str(question), _mixed(sums.texts.get(name, []))) for name, question in TEXTS.items()]
    return Results(closed, sums.closes_on, sums.invited, sums.answers, points, texts)


def open_to(*, person: User, at: datetime) -> list[tuple[Enrolment, str]]:
    """Course dates that somebody can still say something about, with the paths to it. Two queries."""
    asked = Notice.objects.filter(enrolment=OuterRef("pk"), kind=telling.Kind.EVALUATION)
    mine = Enrolment.objects.filter(Exists(asked), person=person, date__evaluation__closes_on__gte=timezone.localdate(at))
    found = list(mine.select_related("date__course").order_by("date__ends_at", "pk"))
    used = set(EvaluationUse.objects.filter(digest__in=[_digest(_token(each.pk)) for each in found]).values_list("digest", flat=True))
    return [(each, path_for(each)) for each in found if _digest(_token(each.pk)) not in used]


def _add(sums: Evaluation, points: Mapping[str, int], texts: Mapping[str, str]) -> None:
    for name, value in points.items():
        counts = sums.counts.setdefault(name, {})
        counts[str(value)] = counts.get(str(value), 0) + 1
    for name, text in texts.items():
        sums.texts[name] = _shuffled([*sums.texts.get(name, []), text])
    sums.answers += 1
    sums.save(update_fields=["answers", "counts", "texts"])


def _result(question: str, counts: Mapping[str, int]) -> Result:
    answers = sum(counts.values())
    if answers < FEWEST:
        return Result(question, None, None, None)
    mean = sum(int(value) * n for value, n in counts.items()) / answers
    return Result(question, answers, round(mean, 1), [counts.get(str(value), 0) for value in POINTS])


def _mixed(texts: list[str]) -> list[str] | None:
    return _shuffled(texts) if len(texts) >= FEWEST else None


def _shuffled(texts: list[str]) -> list[str]:
    return secrets.SystemRandom().sample(texts, len(texts))


def _who_came(date: CourseDate) -> list[Enrolment]:
    there = Attendance.objects.filter(session__date=date, state=Attendance.State.PRESENT).values("enrolment")
    return list(Enrolment.objects.filter(date=date, pk__in=there).select_related("person", "date").order_by("pk"))


def _of_whom_nothing_is_known(date: CourseDate) -> list[Enrolment]:
    """Those who are enrolled and of whom no session says whether they were there."""
    said = Attendance.objects.filter(session__date=date).values("enrolment")
    found = Enrolment.objects.filter(date=date, state=Enrolment.State.ENROLLED).exclude(pk__in=said)
    return list(found.select_related("person", "date").order_by("pk"))


def _asked(date: CourseDate) -> list[int]:
    """Keys of the enrolments of those who were asked."""
    return list(Notice.objects.filter(date=date, kind=telling.Kind.EVALUATION).values_list("enrolment", flat=True))


def _token(enrolment: int) -> str:
    digest = salted_hmac(current.salt("training.evaluation"), str(enrolment), algorithm="sha256").digest()
    return b32encode(digest).decode().lower()[:26]


def _digest(token: str) -> str:
    return hashlib.sha256(f"{current.salt('training.evaluation.used')}:{token}".encode()).hexdigest()
