"""What readers say of an article: counted by month, without a trace of who it was."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current

from .models import Article, ArticleCount

Said = Literal["helped", "not_helped", "spared"]


class CannotRate(Exception):
    """The article is not published; the message says so."""


def count(*, article: Article, said: Said, at: datetime) -> None:
    """Count that an article helped, did not help, or spared a request. There is no `by` on purpose: nobody is to know who said it.

    That somebody is counted once only is her session's matter (the door's). Raises CannotRate.
    """
    if article.state != Article.State.PUBLISHED:
        raise CannotRate(_("This article is not published."))
    month = timezone.localdate(at).replace(day=1)
    with current.atomic():
        ArticleCount.objects.get_or_create(article=article, month=month)
        ArticleCount.objects.filter(article=article, month=month).update(**{said: F(said) + 1})
