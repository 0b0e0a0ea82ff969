"""Articles in what is said: offered behind "??" as whoever reads it may know of them, and never one of the hotline's own in an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tenants.models import User

from . import searching
from .models import Article, ArticleVersion, Message, Ticket
from .wording import Refusal

OFFERED = 8
ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
MENTIONED = re.compile(rf"/wissen/({ID})\b")
FOR_ALL = Q(state=Article.State.PUBLISHED, current__audience=ArticleVersion.Audience.CLERKS)


@dataclass(frozen=True)
class Offer:
    """An article that can be put into a text. `text` is what is put in: its title and its whole address, for a mail too."""

    title: str
    topic: str
    text: str
    internal: bool


def offered(*, ticket: Ticket, typed: str, kind: str, person: User) -> list[Offer]:
    """Published articles for a message of a kind on a ticket, by words (the last one may be a beginning); without any, those that fit its subject.

    For a note those that `person` may know of, for all else those that are for all clerks and that the requester may know of.
    """
    for_staff = kind == Message.Kind.NOTE
    reader = person if for_staff else ticket.requester
    if not typed.strip():
        fitting = searching.matching(person=reader, subject=ticket.subject)
        return [_offer(article) for article in fitting if for_staff or _for_all(article)]
    shown = Q(state=Article.State.PUBLISHED) if for_staff else FOR_ALL
    found = {article.pk: article for text in (typed, f"{typed.rstrip(' *')}*") for article in _found(reader, text, shown)}
    return [_offer(article) for article in found.values()][:OFFERED]


def refuse_internal(body: str, *, refuse: Refusal) -> None:
    """Raise what `refuse` makes if a text that leaves the house mentions an article that is not for all clerks, or not any more.

    Its title would tell of it, and its address leads nowhere for whoever reads that. What is no article's address is nobody's concern here.
    """
    ids = {one.lower() for one in MENTIONED.findall(body)}
    hidden = Article.objects.filter(public_id__in=ids).exclude(pk__in=Article.objects.filter(FOR_ALL)).first() if ids else None
    if hidden is not None:
        raise refuse(
            _("The article “%(title)s” is for the hotline only. Please take it out of the text, or write an internal note.")
            % {"title": hidden.title},
            "body",
        )


def shown(body: str) -> SafeString:
    """A message as safe HTML, in which addresses of this site's articles and courses can be followed; what leads elsewhere stays text."""
    address = re.compile(rf"{re.escape(settings.CENTRE_ADDRESS)}(/(?:wissen|schulungen)/{ID}/)")
    return mark_safe(address.sub(r'<a href="\1">\g<0></a>', linebreaks(body, autoescape=True)))  # noqa: S308 - escaped there


def _for_all(article: Article) -> bool:
    version = article.current
    return article.state == Article.State.PUBLISHED and version is not None and version.audience == ArticleVersion.Audience.CLERKS


def _offer(article: Article) -> Offer:
    address = f"{settings.CENTRE_ADDRESS}{reverse('hotline:article', args=[article.public_id])}"
    return Offer(article.title, article.topic, f"{article.title}: {address}", not _for_all(article))


def _found(reader: User, text: str, shown: Q) -> list[Article]:
    try:
        return list(searching.articles(person=reader, text=text).filter(shown)[:OFFERED])
    except searching.CannotSearch:
        return []
