"""Announcements of disturbances (Störungsmeldungen): plain text from the competence centre on all screens of a municipality, from a moment to a moment."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from . import current, journal
from .models import MunicipalSettings
from .orders import Order, Refused

LONGEST_TEXT = 600  # characters
LONGEST = timedelta(days=31)
MOST = 5  # at once


@dataclass(frozen=True)
class Banner:
    """`key` names this text: a banner that is told anew with another text is shown again to those who have put it away."""

    id: str
    key: str
    text: str
    until: datetime
    hidden: bool


def show(*, order: Order, at: datetime) -> Mapping[str, Any]:
    """Show a banner, or change the one with this id. Body: {id, text, from, until}. Raises Refused: too long, too late, or not to be read."""
    banner_id, text, begins, ends = _read(order.body)
    if ends <= at:
        raise Refused(_("This announcement is over already."))
    with current.atomic():
        row = _locked()
        others = [one for one in row.banners if one["id"] != banner_id and _moment(one["until"]) > at]
        if len(others) >= MOST:
            raise Refused(_("There are too many announcements already."))
        row.banners = [*others, {"id": banner_id, "text": text, "from": begins.isoformat(), "until": ends.isoformat()}]
        row.save(update_fields=["banners"])
        journal.enter(act="banner", object=row, by=None, at=at, changes={"banner": (None, text)})
        current.forget()
    return {"until": ends.isoformat()}


def end(*, order: Order, at: datetime) -> Mapping[str, Any]:
    """Take a banner away. Body: {id}. One that is gone already is no fault."""
    with current.atomic():
        row = _locked()
        gone = [one for one in row.banners if one["id"] == str(order.body.get("id", ""))]
        if gone:
            row.banners = [one for one in row.banners if one not in gone]
            row.save(update_fields=["banners"])
            journal.enter(act="banner", object=row, by=None, at=at, changes={"banner": (gone[0]["text"], None)})
            current.forget()
    return {"ended": bool(gone)}


def showing(*, at: datetime, hidden: Collection[str] = ()) -> list[Banner]:
    """The banners of now; `hidden` are the keys of those that this person has put away for her session."""
    kept = MunicipalSettings.known().banners
    shown = [one for one in kept if _moment(one["from"]) <= at < _moment(one["until"])]
    return [Banner(one["id"], key, one["text"], _moment(one["until"]), key in hidden) for one in shown for key in [_key(one)]]


def _read(body: Mapping[str, Any]) -> tuple[str, str, datetime, datetime]:
    try:
        banner_id = str(UUID(str(body.get("id"))))
        begins, ends = _moment(body.get("from")), _moment(body.get("until"))
    except (ValueError, TypeError) as error:
        raise Refused(_("The announcement cannot be read.")) from error
    written = body.get("text")
    text = (
        " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", " ", written).split())
        if isinstance(written, str)
        else ""
    )
    if not text or len(text) > LONGEST_TEXT or not begins < ends <= begins + LONGEST:
        raise Refused(_("The announcement cannot be read."))
    return banner_id, text, begins, ends


def _moment(written: Any) -> datetime:
    """An aware moment. Raises ValueError, TypeError."""
    found = parse_datetime(written)
    if found is None or found.tzinfo is None:
        raise ValueError("no moment with its time zone")
    return found


def _key(banner: Mapping[str, str]) -> str:
    return hashlib.sha256(f"{banner['id']}{banner['text']}".encode()).hexdigest()[:16]


def _locked() -> MunicipalSettings:
    MunicipalSettings.load()
    return MunicipalSettings.objects.select_for_update().defer("coat_of_arms").get(pk=1)
