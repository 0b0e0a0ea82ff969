"""The demo's requests of earlier quarters, so that the desk's statistics have something to count: all settled, made by the product's own acts.

They are drawn by lot, the same ones each time for a day. Nobody is told of them by mail: who comes to a new desk finds no mailbox full of old news.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone

from foundation.business_time import Calendar, deadline, minutes_between
from hotline import answering, counting, handling, rating, receiving, taking_in, time_booking
from hotline.figures import last_quarter
from hotline.models import Article, Queue, Ticket, TimeEntry
from tenants import current
from tenants.models import User

from . import agreement
from .earlier import ASKED_BACK, EARLIER, HER_WORDS, LOOKED_INTO, SHARES, Earlier

QUARTERS = 2  # that have ended; of the running one there is what is over by now
EARLY, LATE = 9, 7  # requests of a month, and of them in its last days: they are unsettled when it ends
LAST_DAYS, LEFT_OVER = 1100, 1150  # business minutes
OVER = timedelta(days=25)  # what is younger is the demo's present
SPARED = ("Wie finde ich ein Dokument wieder?", "Dokumente in eine Akte ablegen", "Vertretung für den Urlaub einrichten")
Activity = TimeEntry.Activity
WORK = {
    "hotline": (Activity.ANSWERING, Activity.ANSWERING, Activity.ON_SCREEN),
    "technik": (Activity.SEARCHING, Activity.SEARCHING, Activity.ANSWERING),
    "einfuehrung": (Activity.SETTING_UP, Activity.ANSWERING, Activity.OTHER),
}


@dataclass(frozen=True)
class Course:
    """How a request went: moments of its opening, the first answer, the requester's next message (None: she wrote none) and the answer that settled it."""

    opened: datetime
    answered: datetime
    wrote: datetime | None
    settled: datetime


def begin_of(*, at: datetime) -> datetime:
    """When the history begins, seen from a moment."""
    return last_quarter(timezone.localdate(at)).plus(1 - QUARTERS).begins


def load(*, people: Mapping[str, User], staff: User, at: datetime) -> int:
    """Make the requests up to some weeks before `at`, and count what people said of answers and articles; returns how many requests were made.

    Inside a transaction; there is an agreement already.
    """
    draw, calendar, made = random.Random(2026), agreement.calendar(at=at), 0  # noqa: S311 - a demo, no secret
    queues = {queue.key: queue for queue in Queue.objects.all()}
    texts: list[Earlier] = []
    with _without_mail(), current.as_one():
        for course in _courses(draw, calendar, at):
            texts = texts or draw.sample(EARLIER, len(EARLIER))  # each once before one comes again
            person = people[draw.choices([*SHARES], [*SHARES.values()])[0]]
            _tell(_Told(draw, texts.pop(), course, person, staff, calendar), queues)
            made += 1
        _count_articles(draw, at)
    return made


@contextmanager
def _without_mail() -> Iterator[None]:
    """As where no mail server is named: no act queues a mail or a notice. The command that loads the demo is a process of its own."""
    address, settings.MAIL_SMTP_URL = settings.MAIL_SMTP_URL, ""
    try:
        yield
    finally:
        settings.MAIL_SMTP_URL = address


def _months(at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Beginning and end of each month of the history."""
    begins = begin_of(at=at)
    while begins < at:
        following = timezone.localdate(begins) + timedelta(days=32)
        ends = timezone.make_aware(datetime.combine(date(following.year, following.month, 1), time()))
        yield begins, ends
        begins = ends


def _courses(draw: random.Random, calendar: Calendar, at: datetime) -> list[Course]:
    """When the requests came and went, the oldest first, all in office hours; what would not be over by now is left out."""
    courses = []
    for begins, ends in _months(at):
        long = int(minutes_between(calendar, begins, ends))
        early = [draw.randint(5, long - LAST_DAYS - 100) for _one in range(EARLY)]
        late = [draw.randint(long - LAST_DAYS, long - 10) for _one in range(LATE)]
        for place, minutes in enumerate(sorted([*early, *late])):
            courses.append(_course(draw, calendar, _after(calendar, begins, minutes), left_over=place >= EARLY))
    return [one for one in courses if one.opened < at - OVER and one.settled < at - timedelta(days=5)]


def _course(draw: random.Random, calendar: Calendar, opened: datetime, *, left_over: bool) -> Course:
    """Most are answered and settled in time, some are not; what is left over goes on for some days into the next month."""
    answered = draw.randint(260, 600) if draw.random() < 0.2 else draw.randint(8, 200)
    took = draw.randint(LEFT_OVER, 1900) if left_over else draw.randint(2200, 2900) if draw.random() < 0.35 else draw.randint(20, 1500)
    settled = max(took, answered)
    waited = draw.randint(500, 800) if draw.random() < 0.2 else draw.randint(30, 400)  # until she was answered
    wrote = settled - waited
    at = [_after(calendar, opened, minutes) for minutes in (answered, max(wrote, 0), settled)]
    return Course(opened, at[0], at[1] if wrote > answered else None, at[2])


def _after(calendar: Calendar, since: datetime, minutes: int) -> datetime:
    found = deadline(calendar, since, minutes)
    assert found is not None
    return found


@dataclass(frozen=True)
class _Told:
    """One request with all that goes into its making."""

    draw: random.Random
    text: Earlier
    course: Course
    person: User
    staff: User
    calendar: Calendar

    def say(self, ticket: Ticket, body: str, *, at: datetime, then: str) -> None:
        """Staff say something, and book the time that it took."""
        answering.say(ticket=ticket, body=body, then=then, by=self.staff, at=at)
        activity = self.draw.choice(WORK[self.text.queue])
        time_booking.book(ticket=ticket, minutes=self.draw.randint(1, 9) * 5, activity=activity, by=self.staff, at=at)


def _tell(told: _Told, queues: Mapping[str, Queue]) -> None:
    draw, text, course = told.draw, told.text, told.course
    ticket = _open(told, queues)
    handling.take(ticket=ticket, by=told.staff, at=course.answered)
    if course.answered < course.settled:
        asked_back = course.wrote is not None and draw.random() < 0.5
        words, then = (ASKED_BACK, Ticket.State.WAITING) if asked_back else (LOOKED_INTO, Ticket.State.OPEN)
        told.say(ticket, draw.choice(words), at=course.answered, then=then)
        if course.wrote is not None:
            answering.say(ticket=ticket, body=draw.choice(HER_WORDS), by=told.person, at=course.wrote)
    told.say(ticket, text.answer, at=course.settled, then=Ticket.State.SOLVED)
    later = _after(told.calendar, course.settled, draw.randint(10, 300))
    if draw.random() < 0.6:
        handling.close(ticket=ticket, by=told.person, at=later)
    if draw.random() < 0.6:
        rating.rate(token=rating.token_for(ticket), helpful=draw.random() < 0.85, at=later)


def _open(told: _Told, queues: Mapping[str, Queue]) -> Ticket:
    """By the page, by telephone or by mail; what came by mail is put into its queue by staff."""
    draw, text, person, at = told.draw, told.text, told.person, told.course.opened
    priority = draw.choices(["normal", "low", "high"], [7, 2, 1])[0]
    way = draw.choices(["page", "phone", "mail"], [5, 3, 2])[0]
    if way == "mail":
        ticket = receiving.take_in(raw=_mail(person, text, at), at=at).ticket
        assert ticket is not None
        return handling.put(ticket=ticket, queue=queues[text.queue], by=told.staff, at=at + timedelta(minutes=5))
    by_phone = way == "phone"
    ticket = taking_in.open_ticket(
        subject=text.subject,
        body=text.body,
        requester=person,
        kind=Ticket.Kind.PHONE if by_phone else Ticket.Kind.REQUEST,
        priority=priority,
        queue=queues[text.queue],
        by=told.staff if by_phone else person,
        at=at,
    )
    if by_phone:
        time_booking.book(ticket=ticket, minutes=draw.randint(1, 4) * 5, activity=Activity.TELEPHONE, by=told.staff, at=at)
    return ticket


def _mail(person: User, text: Earlier, at: datetime) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = f"{person.display_name} <{person.email}>", settings.MAIL_ADDRESS
    message["Subject"], message["Date"] = text.subject, format_datetime(at)
    message.set_content(f"Guten Tag,\n\n{text.body}\n\nMit freundlichen Grüßen\n{person.display_name}\n")
    return message.as_bytes()


def _count_articles(draw: random.Random, at: datetime) -> None:
    """What readers said of articles, month by month."""
    articles = Article.objects.filter(current__title__in=SPARED, state=Article.State.PUBLISHED).order_by("pk")
    for begins, ends in _months(at):
        moment = min(begins + timedelta(days=14), ends, at)
        for article in articles:
            for _one in range(draw.randint(2, 5)):
                counting.count(article=article, said="spared", at=moment)
            counting.count(article=article, said="helped", at=moment)
