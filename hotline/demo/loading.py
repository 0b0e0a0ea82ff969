"""Loading the demo's requests by the product's own acts, so that they have numbers, events and states like any other."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from hotline import answering, handling, publishing, retaining, taking_in, time_booking
from hotline.composing import NewStep
from hotline.models import Article, ArticleVersion, Message, Queue, Ticket, TimeEntry
from tenants import current, staffing
from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tenants.roles import CentreRole

from . import agreement, desk, history, mails
from .articles import ARTICLES
from .requests import PEOPLE, PROGRAM, QUEUES, REQUESTS, TOWNS, Asked

AGENT, OPERATOR = "j.behrens", "k.wolters"


def load(*, at: datetime, with_history: bool = False) -> int:
    """Make queues, municipalities, contacts and tickets; returns how many tickets were made: none where there are some already.

    With `with_history` those of earlier quarters come first, and the agreement and the knowledge base are older than they.
    """
    begun = min(at - timedelta(days=60), history.begin_of(at=at) - timedelta(days=30)) if with_history else at - timedelta(days=60)
    for place, (key, name) in enumerate(QUEUES.items()):
        Queue.objects.get_or_create(key=key, defaults={"name": name, "position": place})
    for slug, name in TOWNS.items():
        Municipality.objects.get_or_create(slug=slug, defaults={"name": name})
    people = {username: _contact(username, at) for username in PEOPLE}
    program = User.objects.get(username=PROGRAM)
    Contact.objects.get_or_create(person=program, defaults={"municipality": Municipality.objects.get(slug="musterstadt")})
    _write_articles(User.objects.get(username=AGENT), begun=begun, at=at)
    if Ticket.objects.exists():
        return 0
    staff = User.objects.get(username=AGENT)
    with current.atomic():
        agreement.agree(by=User.objects.get(username=OPERATOR), at=begun if with_history else at - timedelta(days=30))
        earlier = history.load(people=people, staff=staff, at=at) if with_history else 0
        people[PROGRAM] = program
        for asked in sorted(REQUESTS, key=lambda one: -one.hours):
            _ask(asked, people[asked.who], staff, at - timedelta(hours=asked.hours))
        desk.load(staff=staff, at=at)
        desk.tag(staff=staff, operator=User.objects.get(username=OPERATOR), at=at)
        mails.load(by=User.objects.get(username=OPERATOR), at=at)
        for audited in Ticket.objects.filter(state=Ticket.State.CLOSED, merged_into=None).order_by("pk")[:1]:
            reason = "Die Rechnungsprüfung hat diese Anfrage in ihre Stichprobe genommen."
            retaining.hold(ticket=audited, reason=reason, by=User.objects.get(username=OPERATOR), at=at)
    return earlier + len(REQUESTS)


def _write_articles(author: User, *, begun: datetime, at: datetime) -> None:
    """Publish the knowledge base, as it was `begun`; one article is due for another look at `at`, one is for the hotline only."""
    if Article.objects.exists():
        return
    for text in ARTICLES:
        audience = ArticleVersion.Audience.INTERNAL if text.internal else ArticleVersion.Audience.CLERKS
        said = {"title": text.title, "summary": text.summary, "topic": text.topic, "audience": audience}
        made = publishing.begin(**said, steps=[NewStep(step) for step in text.steps], by=author, at=begun)
        review = timezone.localdate(at) - timedelta(days=3) if text.due else timezone.localdate(at) + timedelta(days=300)
        publishing.publish(article=made, review_on=review, by=author, at=begun)


def _contact(username: str, at: datetime) -> User:
    name, slug, office, telephone = PEOPLE[username]
    person = User.objects.filter(username=username).first() or staffing.create_person(
        username=username,
        display_name=name,
        email=f"{username}@{slug}.example",
        telephone=telephone,
        roles=[CentreRole.REQUESTER],
        by=None,
        at=at,
    )
    Contact.objects.get_or_create(person=person, defaults={"municipality": Municipality.objects.get(slug=slug), "office": office})
    return person


def _ask(asked: Asked, person: User, staff: User, at: datetime) -> None:
    by_phone = asked.kind == Ticket.Kind.PHONE
    ticket = taking_in.open_ticket(
        subject=asked.subject,
        body=asked.body,
        requester=person,
        kind=asked.kind,
        priority=asked.priority,
        queue=Queue.objects.get(key=asked.queue),
        by=staff if by_phone else person,
        at=at,
    )
    for who, hours, text in asked.said:
        moment = at + timedelta(hours=hours)
        if who != "her" and ticket.assignee is None:
            handling.take(ticket=ticket, by=staff, at=moment)
        kind = Message.Kind.NOTE if who == "note" else Message.Kind.REPLY
        answering.say(ticket=ticket, body=text, kind=kind, by=person if who == "her" else staff, at=moment)
        if who == "staff":
            activity = TimeEntry.Activity.TELEPHONE if by_phone else TimeEntry.Activity.ANSWERING
            time_booking.book(ticket=ticket, minutes=5 + len(text) // 12, activity=activity, by=staff, at=moment)
    last = at + timedelta(hours=max((hours for _who, hours, _text in asked.said), default=0) + 1)
    if asked.end == "closed":
        handling.close(ticket=ticket, by=person, at=last)
    elif asked.end:
        handling.solve(ticket=ticket, by=staff, at=last)
