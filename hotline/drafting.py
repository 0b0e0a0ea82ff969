"""The beginning of an article out of a ticket: what staff answered, without names, addresses and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from tenants.models import User

from . import composing, publishing
from .composing import NewStep
from .models import Article, Message, Ticket

GAP = "[…]"  # stands where something was left out, so that the author sees it
MAIL = re.compile(r"[\w.+%-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
# With "Tel.", "Durchwahl" and the like any number; else what begins as a number does: 0 or +, with at least six digits, or after a slash.
NAMED_NUMBER = re.compile(
    r"\b(?:Tel(?:efon)?(?:nummer)?|Fon|Durchwahl|DW|Mobil(?:nummer)?|Handy(?:nummer)?|Fax|Rufnummer|Nebenstelle|Apparat|App)\b\.?:?\s*(?:ist|lautet)?\s*"
    r"[+(]?\d[\d\s/()\-–.]*\d|\b(?:Durchwahl|DW|Nebenstelle|Apparat|App)\b\.?:?\s*-?\d+",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![\w.,-])(?:\+|00?)[\d(](?:[\s/().–-]{0,3}\d){5,}")
TITLED = re.compile(
    r"\b(?:Frau|Herrn?|Fr\.|Hr\.|Kolleg(?:e|en|in))\s+(?:(?:Dr|Prof)\.\s*)*(?:(?:von|van|de|der|den|zu|zur|zum|ter|ten)\s+)*[A-ZÄÖÜ][\w’'-]+(?:\s+(?:(?:von|van|de|der|den|zu)\s+)*[A-ZÄÖÜ][\w’'-]+(?=[\s,.!?:]|$))?"
)
GREETING = re.compile(
    r"\s*(?:Guten\s+(?:Tag|Morgen|Abend)|Hallo|Moin|Liebe[r]?|Sehr\s+geehrte[r]?|Hi|Servus)\b[^\n]{0,80}?(?:[,!.]\s*(?=\n|$)|(?=\n|$))",
    re.IGNORECASE,
)
ENDING = re.compile(
    r"^\s*(?:Mit\s+(?:freundlichen|besten|herzlichen|vielen)\s+Gr[üu](?:ß|ss)en|(?:Viele|Beste|Freundliche|Herzliche|Schöne|Liebe)\s+Gr[üu](?:ß|ss)e|MfG|VG|LG|Gru(?:ß|ss))\b",
    re.IGNORECASE | re.MULTILINE,
)
SHORTEST_NAME = 3  # letters
PARTICLES = frozenset(
    {"van", "von", "vom", "der", "den", "des", "dem", "und", "zum", "zur", "ter", "ten", "del", "las", "los", "dos"}
)  # words of names


def from_ticket(*, ticket: Ticket, by: User, at: datetime) -> Article:
    """Begin an article from a ticket that `by` may see: subject and staff's replies; never notes, never what the requester wrote.

    Names of all who have to do with the ticket, names after "Frau" or "Herr", full names of anybody known here, e-mail addresses and telephone
    numbers are left out. It is a start: an author reads it before it is published. Raises publishing.CannotPublish.
    """
    replies = Message.objects.visible_to(by).filter(ticket=ticket, kind=Message.Kind.REPLY, by_staff=True).exclude(author=ticket.requester)
    bodies = list(replies.in_order().values_list("body", flat=True))
    strip = _Strip(_involved(ticket), _known_full_names())
    steps = [NewStep(text[: composing.LONGEST_STEP]) for body in bodies if (text := strip.text(body)).replace(GAP, "").strip()]
    return publishing.begin(
        title=strip.line(ticket.subject)[: composing.LONGEST_TITLE] or _("Draft from request %(number)s") % {"number": ticket.number},
        summary=composing.to_be_written(),
        topic=ticket.queue.name[: composing.LONGEST_TOPIC],
        steps=steps[: composing.MOST_STEPS],
        by=by,
        at=at,
        from_ticket=ticket.number,
    )


class _Strip:
    """Takes out what names a person. Names are looked for in any case of letters, as whole words, also with a genitive's s."""

    def __init__(self, involved: Iterable[User], full_names: Iterable[str]) -> None:
        names: set[str] = set()
        numbers: set[str] = set()
        for person in involved:
            names |= {person.display_name, person.username, *re.split(r"[\s,-]+", person.display_name)}
            numbers.add(person.telephone)
        names |= set(full_names)
        words = sorted((name for name in names if len(name) >= SHORTEST_NAME and name.lower() not in PARTICLES), key=len, reverse=True)
        self._names = re.compile(r"(?<!\w)(?:" + "|".join(map(_spelled, words)) + r")(?:s|')?(?!\w)", re.IGNORECASE) if words else None
        digits = [re.findall(r"\d", number) for number in numbers]
        self._numbers = [re.compile(r"(?<!\d)" + r"[\s/()–-]{0,3}".join(each) + r"(?!\d)") for each in digits if len(each) >= 4]

    def text(self, written: str) -> str:
        """Lines of text, without salutation and closing."""
        ending = ENDING.search(written)
        bare = written[: ending.start()] if ending else written
        if greeting := GREETING.match(bare):
            bare = bare[greeting.end() :]
        return re.sub(r"\n{3,}", "\n\n", self._bare(bare)).strip()

    def line(self, written: str) -> str:
        return " ".join(self._bare(written).split())

    def _bare(self, text: str) -> str:
        for pattern in (MAIL, *self._numbers, NAMED_NUMBER, NUMBER, TITLED):
            text = pattern.sub(GAP, text)
        return self._names.sub(GAP, text) if self._names else text


def _spelled(name: str) -> str:
    return r"\s+".join(map(re.escape, name.split()))


def _involved(ticket: Ticket) -> list[User]:
    """Everybody who has to do with a ticket."""
    authors = Message.objects.filter(ticket=ticket).values("author")
    watchers = Ticket.watchers.through.objects.filter(ticket=ticket).values("user")
    own = [pk for pk in (ticket.requester_id, ticket.created_by_id, ticket.assignee_id) if pk]
    return list(User.objects.filter(Q(pk__in=own) | Q(pk__in=authors) | Q(pk__in=watchers)))


def _known_full_names() -> list[str]:
    """Full names of all accounts, first and last word of them at least: "Koch" alone may be a cook, "Sabine Koch" is not."""
    return [name for name in User.objects.values_list("display_name", flat=True) if " " in name.strip()]
