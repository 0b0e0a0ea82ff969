"""Informing somebody outside about a file: information (Art. 15 GDPR) and inspection (§ 29 VwVfG), each by two persons and with a reason.

One clerk asks for the export and says for whom and why; another one, who may write in the file, releases it. Before that the result is handed to
nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import journal, journal_reading
from .models import Export, Information, RecordFile

LONGEST_NAME, LONGEST_REASON = 200, 500


class CannotInform(Exception):
    """The information cannot be asked for or released like that; the message says why."""


@dataclass(frozen=True)
class Occasion:
    """For whom an export is, and why. `purpose` is one of Information.Purpose."""

    purpose: str
    recipient: str
    reason: str


def checked(occasion: Occasion) -> Occasion:
    """The occasion in one line each. Raises CannotInform: no such purpose, nobody named, no reason, too long, a NUL character."""
    recipient, reason = (" ".join(text.replace("\x00", "").split()) for text in (occasion.recipient, occasion.reason))
    if occasion.purpose not in Information.Purpose.values:
        raise CannotInform(_("Please choose information or inspection."))
    if not recipient or len(recipient) > LONGEST_NAME:
        raise CannotInform(_("Please say to whom the file is shown, in at most %(count)d characters.") % {"count": LONGEST_NAME})
    if not reason or len(reason) > LONGEST_REASON:
        raise CannotInform(_("Please give the reason, in at most %(count)d characters.") % {"count": LONGEST_REASON})
    return Occasion(occasion.purpose, recipient, reason)


def ask(*, export: Export, occasion: Occasion, by: User, at: datetime) -> Information:
    """First person. Part of asking for the export: the caller holds its transaction. `occasion` has been checked()."""
    made: Information = Information.objects.create(export=export, asked_by=by, **vars(occasion))
    told: dict[str, journal.Change] = {name: (None, value) for name, value in vars(occasion).items()}
    journal.enter(act="ask_for_information", object=export, by=by, at=at, file_id=export.file.public_id, changes=told)
    return made


def release(*, export: Export, by: User, at: datetime) -> Information:
    """Second person. Whoever calls this has made sure that `by` may write in the file. Raises CannotInform (the same person, released already)."""
    with current.atomic():
        found = Information.objects.select_for_update(of=("self",)).select_related("export__file", "asked_by").filter(export=export).first()
        if found is None or found.export.state == Export.State.FAILED:
            raise CannotInform(_("There is nothing to be released (any more)."))
        if found.asked_by_id == by.pk:
            raise CannotInform(_("A second person must release this."))
        if found.released_at is not None:
            sentence = _("This has been released already.")
            raise CannotInform(journal_reading.by_whom(sentence, object_id=found.export.public_id, acts=("release_information",)))
        found.released_by, found.released_at = by, at
        found.save(update_fields=["released_by", "released_at"])
        told: dict[str, journal.Change] = {"recipient": (None, found.recipient), "asked_by": (None, str(found.asked_by))}
        journal.enter(act="release_information", object=found.export, by=by, at=at, file_id=found.export.file.public_id, changes=told)
    return found


def waits(export: Export) -> bool:
    """Whether a second person still has to release what was asked for."""
    return Information.objects.filter(export=export, released_at__isnull=True).exists()


def waiting_for(*, file: RecordFile, clerk: User) -> QuerySet[Information]:
    """What colleagues have asked for in a file and this clerk could release, oldest first. Whoever calls this has made sure that she may write there."""
    found = Information.objects.filter(export__file=file, released_at__isnull=True).exclude(export__state=Export.State.FAILED)
    return found.exclude(asked_by=clerk).select_related("export", "asked_by").order_by("pk")
