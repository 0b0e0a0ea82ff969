"""Finding articles, tickets and running incidents by their words, as records are found: compounds split, umlauts in any spelling, "phrases", prefix*, -not.

Every question starts at visible_to(); a requester's tickets are searched without the internal notes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.safestring import SafeString, mark_safe

from foundation.german import analyzer
from foundation.lexemes import Rank, any_of, tsquery_of
from foundation.light_markup import text_of
from foundation.query import Query, QueryError, parse
from foundation.snippets import find_all_hits
from tenants import current
from tenants.models import User

from .models import Article, Incident, Message, Ticket
from .models.tickets import STAFF

SUGGESTED = 5  # articles
LOOKED_AT = 20_000  # characters of each ticket that an extract is looked for in
FEW, FEW_PHRASES = 2_000, 50  # hits that are looked up by the index alone; of phrases it knows only where to look
NEWEST, OFTEN = 1_000, 4  # tickets that are looked at for a phrase, and hits among them that make it a frequent one
SHORTEST = 3  # letters of a subject before anything is suggested
MOST_WORDS = 12  # of a subject
NUMBER = re.compile(r"\s*#?(\d{4}-\d{0,10})\s*")
SUGGESTED_INCIDENTS, MOST_RUNNING = 3, 50
COMMON_WORDS = ("Akte", "Programm", "System", "Software", "Hotline", "Anfrage", "Störung")
# Words that a subject is full of and that say nothing of its matter.
EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        """aber alle als also am an auch auf aus bei beim bin bitte brauche da das dass dem den der des die dringend dies diese dieser doch ein eine einem
    einen einer eines er es falsch fehler fehlt frage fragen funktioniert für geht gibt habe haben hallo hat heute hilfe ich ihr im immer in ist
    ja kann kein keine keinen keiner können lässt man mehr meine meinem meinen meiner mein mich mir mit muss nach nicht nichts noch nur ob
    oder problem probleme sehr sein seit sich sie sind so soll über um und uns unter vom von vor war warum was weil wenn werden wer wie wieder
    will wird wo zu zum zur""",
    )
)


class CannotSearch(Exception):
    """The question means nothing; the message says what to change."""


def articles(*, person: User, text: str) -> QuerySet[Article]:
    """Articles that a person may know of, the best first (all of them, by title, where nothing is asked). Raises CannotSearch."""
    found: QuerySet[Article] = Article.objects.visible_to(person).for_reading()
    if not text.strip():
        return found.order_by("title", "pk")
    question = tsquery_of(_read(text))
    # As a whole number: the cursor of a list compares it, and no fraction survives being written down.
    rank = Cast(Rank("words", question) * 1_000_000, BigIntegerField())
    return found.filter(words__matches=question).annotate(rank=rank).order_by("-rank", "pk")


def tickets(found: QuerySet[Ticket], *, person: User, text: str) -> QuerySet[Ticket]:
    """Narrow tickets that are cut to what a person may know of to those that show what is searched for. Raises CannotSearch.

    Who types a number (or its beginning) means the number. Notes are searched for staff only.
    """
    if number := NUMBER.fullmatch(text):
        return found.filter(number__startswith=number[1])
    question = tsquery_of(_read(text))
    if not person.has_role(*STAFF):
        return found.filter(text__shown__matches=question)
    few = _few(question)
    if few is not None:
        return found.filter(pk__in=few)
    return found.filter(Q(text__all_of_it__matches=question) | Q(text__shown__matches=question, text__all_of_it__isnull=True))


def _few(question: str) -> list[int] | None:
    """Keys of all tickets that say what is searched for, if there are not many; None if there are.

    Looked up in the index of words, for PostgreSQL cannot know how rare a rare word is: it would go through all tickets, the newest first, to find
    the first twenty. Of many it finds them at once that way.
    """
    phrase = "<" in question
    most = FEW_PHRASES if phrase else FEW
    with current.connection().cursor() as cursor:
        if phrase and _often(cursor, question):
            return None
        cursor.execute("SELECT hotline_tickets_saying(%s::tsquery, %s)", [question, most + 1])
        keys = [key for (key,) in cursor.fetchall()]
    return keys if len(keys) <= most else None


def _often(cursor: CursorWrapper, question: str) -> bool:
    """Whether a phrase stands in some of the newest tickets: then going through them, the newest first, fills a page sooner than looking it up.

    The index knows the tickets that have both words, and that may be nearly all of them: each would be read to see whether they stand together.
    """
    cursor.execute(
        "SELECT 1 FROM (SELECT all_of_it, shown FROM hotline_tickettext ORDER BY ticket_id DESC LIMIT %s) AS newest"
        " WHERE all_of_it @@ %s::tsquery OR (all_of_it IS NULL AND shown @@ %s::tsquery) LIMIT %s",
        [NEWEST, question, question, OFTEN],
    )
    return len(cursor.fetchall()) == OFTEN


def matching(*, person: User, subject: str, text: str = "") -> list[Article]:
    """Articles whose title or summary has words of a subject that is being typed, or of a ticket: the best ones first, five at most.

    What has at least two words in common comes first; a single one is enough where there are not many. `text` only helps to order them.
    """
    terms = telling_words(subject)
    if len(subject.strip()) < SHORTEST or not terms:
        return []
    more = telling_words(text[:2000])
    head = any_of(terms, weights="AB")
    found = Article.objects.visible_to(person).filter(state=Article.State.PUBLISHED, words__matches=head).for_reading()
    ranked = found.annotate(rank=Rank("words", any_of([*terms, *more], weights="")))
    return list(ranked.order_by("-rank", "pk")[:SUGGESTED])


def extracts(*, person: User, tickets: Sequence[Ticket], text: str) -> dict[int, SafeString]:
    """The place of each ticket that shows what was searched for, as safe HTML with <mark>: ticket's pk → extract. One query."""
    if not tickets or not text.strip() or NUMBER.fullmatch(text):
        return {}
    said: dict[int, list[str]] = defaultdict(list)
    rows = Message.objects.said_on(tickets, person).order_by("at", "pk").values_list("ticket_id", "body")
    left: dict[int, int] = defaultdict(lambda: LOOKED_AT)
    for ticket, body in rows:
        if left[ticket] > 0:
            said[ticket].append(body[: left[ticket]])
            left[ticket] -= len(body)
    found = find_all_hits([said[ticket.pk] for ticket in tickets], _read(text))
    return {ticket.pk: mark_safe(extract) for ticket, (_n, extract) in zip(tickets, found, strict=True)}  # noqa: S308 - escaped there


def extracts_of_articles(found: Sequence[Article], text: str) -> dict[int, SafeString]:
    """The same for articles with their current versions; where nothing is asked there are none."""
    if not text.strip():
        return {}
    texts = [_text(article) for article in found]
    shown = find_all_hits(texts, _read(text))
    return {article.pk: mark_safe(extract) for article, (_n, extract) in zip(found, shown, strict=True)}  # noqa: S308 - escaped there


def _text(article: Article) -> list[str]:
    version: Any = article.current
    return [version.summary, *(text_of(step["text"]) for step in version.steps)] if version else [article.title]


def _read(text: str) -> Query:
    try:
        return parse(text.replace("\x00", " "), analyzer())
    except QueryError as error:
        raise CannotSearch(str(error)) from error


def incidents(*, person: User, subject: str) -> list[Incident]:
    """Running incidents that a person may know of and whose title or text has a word of a subject that is being typed; the best first, three at most.

    There are a handful at a time: they are compared here, in one query.
    """
    terms = set(telling_words(subject)) - common_terms()
    if len(subject.strip()) < SHORTEST or not terms:
        return []
    running = list(Incident.objects.visible_to(person).running().order_by("-begun_at", "-pk")[:MOST_RUNNING])
    ranked = [(len(terms & set(telling_words(f"{one.title} {one.text}"))), one) for one in running]
    return [one for shared, one in sorted(ranked, key=lambda pair: -pair[0]) if shared][:SUGGESTED_INCIDENTS]


@lru_cache(maxsize=1)
def common_terms() -> frozenset[str]:
    """Terms of words that nearly every request has: two of them share nothing by these alone."""
    return frozenset(term for word in COMMON_WORDS for term in analyzer().look_up(word).parts.split()[:1])


def telling_words(text: str) -> list[str]:
    """Terms of the words that say what a text is about, each once."""
    found = dict.fromkeys(term for terms in terms_by_word(text) for term in terms)
    return list(found)[: MOST_WORDS * 3]


def terms_by_word(text: str) -> list[tuple[str, ...]]:
    """Of each word that says what a text is about its terms: a compound has several, and is one word all the same."""
    words = [word for word in re.findall(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*", text) if word.lower() not in EMPTY_WORDS]
    return [tuple(analyzer().look_up(word).parts.split()[:4]) for word in words]
