"""Parts of screens that show what both hotline and training know, composed here: the two know nothing of each other. At the centre only."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone

from hotline import starting as hotline_starting
from hotline import topic_counts
from hotline.models import Ticket
from hotline.models.tickets import STAFF as DESK
from tenants.centre import topics
from tenants.models import User
from tenants.roles import CentreRole
from training import proposing
from training import starting as training_starting
from training.models import Course
from training.models.courses import STAFF

register = template.Library()
MOST_TOPICS = 10


@register.inclusion_tag("composed/courses_for_ticket.html")
def courses_for_ticket(ticket: Ticket, reader: User) -> dict[str, Any]:
    """Courses that fit a request, each with a line for the reply. For staff: a request's tags are theirs alone."""
    found = topics.courses_on(topic_counts.topics_of(ticket), reader=reader, at=timezone.now())
    return {"courses": [(offered, f"{offered.title}: {settings.CENTRE_ADDRESS}{offered.path}") for offered in found]}


@register.inclusion_tag("composed/requests_after_course.html")
def requests_after_course(course: Course, reader: User) -> dict[str, Any]:
    """Whether people asked less about a course's topic afterwards, for trainers and operators; by quarters, and nothing that few are behind."""
    if not reader.has_role(*STAFF) or not course.topic.strip():
        return {"topic": ""}
    now = timezone.now()
    held = proposing.held_on(course, at=now)
    quarters = topics.asked_about(course.topic, today=timezone.localdate(now))
    rows = [(asked, _times_held(asked, quarters, held)) for asked in quarters]
    return {"topic": course.topic, "rows": rows, **_before_and_after(quarters, held)}


@register.inclusion_tag("composed/start_actions.html", takes_context=True)
def start_actions(context: Context, person: User) -> dict[str, Any]:
    """What somebody begins most often at the centre, as buttons of her start page."""
    return {
        "desk": person.has_role(*DESK),
        "asks": person.has_role(CentreRole.REQUESTER),
        "may_administer": context.get("may_administer"),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("composed/start.html")
def start_page(person: User) -> dict[str, Any]:
    """What waits for somebody at the centre: requests for who asks or answers, courses for who holds or attends them."""
    now = timezone.now()
    desk, asks = person.has_role(*DESK), person.has_role(CentreRole.REQUESTER)
    return {
        "person": person,
        "desk": desk,
        "asks": asks,
        "trainer": person.has_role(CentreRole.TRAINER),
        "waiting": hotline_starting.waiting(person=person, at=now) if desk or asks else None,
        "coming": training_starting.coming(person=person, at=now),
    }


@register.inclusion_tag("composed/topics_without_course.html")
def topics_for_planners(reader: User) -> dict[str, Any]:
    """Topics that most requests came about in the last quarter, with the courses on them and when these are held next: for trainers and operators."""
    if not reader.has_role(*STAFF):
        return {"planner": False}
    now = timezone.now()
    popular = topics.most_asked(today=timezone.localdate(now))[:MOST_TOPICS]
    courses = proposing.by_topic([each.topic for each in popular], at=now) if popular else {}
    rows = [(each, courses.get(each.topic.lower(), [])) for each in popular]
    first = popular[0].first if popular else None
    return {"planner": True, "rows": rows, "number": (first.month + 2) // 3 if first else 0, "year": str(first.year) if first else ""}


def _times_held(asked: topics.Asked, quarters: list[topics.Asked], held: list[Any]) -> int:
    later = [each.first for each in quarters if each.first > asked.first]
    return sum(asked.first <= day and (not later or day < min(later)) for day in held)


def _before_and_after(quarters: list[topics.Asked], held: list[Any]) -> dict[str, Any]:
    """The quarters before and after the one in which the course was held last, if both have ended and can be shown."""
    for day in held:
        place = max((place for place, asked in enumerate(quarters) if asked.first <= day), default=None)
        if place is None or not 0 < place < len(quarters) - 1:
            continue
        before, after = quarters[place - 1], quarters[place + 1]
        if before.requests is not None and after.requests is not None:
            return {"before": before, "after": after, "fewer": after.requests < before.requests}
    return {}
