"""Making articles and tickets findable: their words, analysed as records are, beside them in the database.

The words of a ticket are written in the same transaction as the act that changes it (hotline.events), so that the search is never behind
and never ahead. Rows that were written past the acts, or by another analyser, are made anew by `manage.py index_tickets`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet

from foundation.any_of import Numbers
from foundation.german import fingerprint
from foundation.lexemes import vector_of
from foundation.light_markup import text_of
from foundation.statements import Blank, Statement
from tenants import current

from .models import Article, ArticleVersion, Message, Ticket, TicketText

AT_ONCE = 200  # tickets
SAID = Statement(
    lambda: Message.objects.filter(ticket__any_of=Blank("tickets")).order_by("at", "pk").values_list("ticket_id", "kind", "body"),
    using=current.alias,
)
HEADS = Statement(lambda: Ticket.objects.filter(pk__any_of=Blank("tickets")).values_list("pk", "number", "subject"), using=current.alias)
LONGEST = 300_000  # characters of one ticket: what was said beyond is not searched


def keep(ticket: Ticket) -> None:
    """Write a ticket's words anew. Inside the act's transaction, after its messages."""
    _write([ticket.pk])


def keep_some(tickets: Iterable[int]) -> None:
    """Write the words of these tickets (their keys) anew. Inside the act's transaction, after its messages."""
    for part in _parts(sorted(tickets), AT_ONCE):
        _write(part)


def keep_all(*, anew: bool = False, progress: Callable[[int], None] = lambda count: None) -> int:
    """Write the words of all tickets that have none or another analyser's, `anew` of all; returns how many.

    A ticket is locked while its words are written, as in an act: what is said meanwhile comes after, and writes them once more.
    """
    known = TicketText.objects.filter(ticket=OuterRef("pk"), analyser=fingerprint())
    wanted: QuerySet[Ticket] = Ticket.objects.all() if anew else Ticket.objects.filter(~Exists(known))
    done = 0
    for part in _parts(wanted.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000), AT_ONCE):
        with current.atomic():
            _write(list(Ticket.objects.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk").values_list("pk", flat=True)))
        done += len(part)
        progress(done)
    return done


def keep_articles() -> int:
    """Write the words of all articles anew; returns how many."""
    with current.atomic():
        articles = list(Article.objects.select_for_update(of=("self",)).select_related("current").order_by("pk"))
        drafts = {draft.article_id: draft for draft in ArticleVersion.objects.filter(number__isnull=True)}
        for article in articles:
            version = article.current or drafts.get(article.pk)
            if version is not None:
                article.words = words_of_article(version)
        Article.objects.bulk_update(articles, ["words"], batch_size=AT_ONCE)
    return len(articles)


def words_of_article(version: ArticleVersion) -> str:
    """Words of a version: those of the title weigh most, then summary and topic, then the steps."""
    steps = [("D", text_of(step["text"])) for step in version.steps] + [("D", step["alt"]) for step in version.steps]
    return vector_of([("A", version.title), ("B", version.summary), ("B", version.topic), *steps])


def _write(ids: list[int]) -> None:
    said: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for ticket, kind, body in current.rows_of(SAID, tickets=Numbers.of(ids)):
        said[ticket].append((kind, body))
    heads = current.rows_of(HEADS, tickets=Numbers.of(ids))
    rows = [_row(pk, f"{subject}\n{number}", said[pk]) for pk, number, subject in heads]
    TicketText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["ticket"], update_fields=["shown", "all_of_it", "analyser"], batch_size=AT_ONCE
    )


def _row(ticket: int, head: str, said: list[tuple[str, str]]) -> TicketText:
    texts = [("D", text) for kind, text in said if kind != Message.Kind.NOTE]
    shown = vector_of([("A", head), *_bounded(texts)])
    notes = any(kind == Message.Kind.NOTE for kind, _text in said)
    whole = vector_of([("A", head), *_bounded([("D", text) for _kind, text in said])]) if notes else None
    return TicketText(ticket_id=ticket, shown=shown, all_of_it=whole, analyser=fingerprint())


def _bounded(texts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    left = LONGEST
    for weight, text in texts:
        if left <= 0:
            return
        yield weight, text[:left]
        left -= len(text)


def _parts(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    steps = iter(ids)
    while part := list(islice(steps, size)):
        yield part
