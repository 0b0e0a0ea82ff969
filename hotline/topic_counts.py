"""How often people asked about a topic, for others than the hotline: by whole quarters, and nothing that few people are behind.

A topic is a queue, as in the desk's figures, or else a tag. A queue's numbers are those of the figures, so that nothing follows from both together.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q

from foundation.small_groups import FEWEST, hidden
from tenants.centre.topics import Asked, Popular

from . import figures, tagging
from .models import Queue, Tag, Ticket


def asked_about(topic: str, today: date) -> list[Asked]:
    """Requests about a topic in each of the last quarters that have ended, the oldest first; none for what is no topic here."""
    asked = figures.quarters(today)
    queue = Queue.objects.filter(name__iexact=topic).first()
    if queue is not None:
        counted = figures.of_quarters(asked)
        # A queue that nobody asked anything in a quarter is none of its topics; what is left out is.
        return [
            Asked(each.quarter.first, str(each.quarter), each.cell(figures.ALL, queue.name) if queue.name in each.topics else 0)
            for each in counted
        ]
    tag = Tag.objects.filter(name__iexact=topic).first()
    return [Asked(quarter.first, str(quarter), number) for quarter, number in _of_tag(tag, asked)] if tag else []


def most_asked(today: date) -> list[Popular]:
    """Topics of the last quarter that has ended about which at least five asked: queues as the figures show them, and tags that are called otherwise.

    Eight queries, however many topics there are.
    """
    asked = figures.quarters(today)
    last, quarter = figures.of_quarters(asked)[-1], asked[-1]
    queues = {topic: last.cell(figures.ALL, topic) or 0 for topic in last.topics}
    named = {name.casefold() for name in Queue.objects.values_list("name", flat=True)}
    span = (quarter.begins, quarter.plus(1).begins)
    tagged = Tag.objects.annotate(n=Count("tickets", filter=_within(span, "tickets__"))).filter(n__gte=FEWEST).values_list("name", "n")
    tags = {name: n for name, n in tagged if name.casefold() not in named}
    return [Popular(topic, n, quarter.first) for topic, n in {**tags, **queues}.items() if n >= FEWEST]


def topics_of(ticket: Ticket) -> list[str]:
    """What a request is about: its queue, and its tags."""
    return [ticket.queue.name, *(tag.name for tag in tagging.of(ticket))]


def _of_tag(tag: Tag, asked: list[figures.Quarter]) -> list[tuple[figures.Quarter, int | None]]:
    tickets = Ticket.objects.filter(tags=tag)
    spans = {quarter: (quarter.begins, quarter.plus(1).begins) for quarter in asked}
    counted = tickets.aggregate(**{f"q{place}": Count("pk", filter=_within(span)) for place, span in enumerate(spans.values())})
    numbers = {str(quarter): counted[f"q{place}"] for place, quarter in enumerate(spans)}
    away = hidden(numbers, [])
    return [(quarter, None if str(quarter) in away else numbers[str(quarter)]) for quarter in asked]


def _within(span: tuple[object, object], of: str = "") -> Q:
    return Q(**{f"{of}created_at__gte": span[0], f"{of}created_at__lt": span[1]})
