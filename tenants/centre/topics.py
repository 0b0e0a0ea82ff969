"""What requests and courses have in common: topics. Hotline and training tell each other of them here, and know nothing else of each other.

A topic is a word; capital letters do not matter. Each side registers in AppConfig.ready(); where one is not installed, nothing is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from tenants.models import User


@dataclass(frozen=True)
class Offered:
    """A course on a topic: `path` is the address of its page on this site, `next_at` when it begins next, if that is known."""

    title: str
    topic: str
    path: str
    next_at: datetime | None


@dataclass(frozen=True)
class Asked:
    """How many requests came about a topic in a whole quarter from `first` on (local day); None for fewer than five and more than none."""

    first: date
    quarter: str
    requests: int | None


@dataclass(frozen=True)
class Popular:
    """A topic that at least five requests came about in the quarter from `first` on (local day)."""

    topic: str
    requests: int
    first: date


Courses = Callable[[Collection[str], User, datetime], list[Offered]]
Counts = Callable[[str, date], list[Asked]]
Ranks = Callable[[date], list[Popular]]
_courses: list[Courses] = []
_counts: list[Counts] = []
_ranks: list[Ranks] = []


def offer_courses(source: Courses) -> None:
    """Let `source` say which courses there are on some topics, for a person, at a moment."""
    if source not in _courses:
        _courses.append(source)


def count_requests(source: Counts) -> None:
    """Let `source` say how many requests came about a topic in the quarters that have ended on a day, the oldest first."""
    if source not in _counts:
        _counts.append(source)


def rank_topics(source: Ranks) -> None:
    """Let `source` say which topics most requests came about in the last quarter that has ended on a day."""
    if source not in _ranks:
        _ranks.append(source)


def most_asked(*, today: date) -> list[Popular]:
    """Topics of the last quarter that has ended, those with the most requests first; never one that fewer than five are behind."""
    found = [popular for source in _ranks for popular in source(today)]
    return sorted(found, key=lambda each: (-each.requests, each.topic))


def courses_on(topics: Collection[str], *, reader: User, at: datetime) -> list[Offered]:
    """Courses on any of these topics that a person may know of."""
    named = sorted({topic.strip() for topic in topics} - {""})
    return [offered for source in _courses for offered in source(named, reader, at)] if named else []


def asked_about(topic: str, *, today: date) -> list[Asked]:
    """Requests about a topic, by quarters that have ended, the oldest first."""
    return [asked for source in _counts for asked in source(topic.strip(), today)] if topic.strip() else []
