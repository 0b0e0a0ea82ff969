"""Protection need (Schutzbedarf): set on files and documents; matter classified above VS-NfD stays outside."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import facts, journal, journal_reading
from .models import Document, RecordFile
from .models.files import ProtectionNeed
from .models.needs import STEPS

SETTING = ("protect", "describe", "merge", "take_apart")  # acts that give a file or a document another need

# § 2 VSA: the grades above VS-NUR FÜR DEN DIENSTGEBRAUCH, and their usual short forms, however they are spaced or hyphenated.
CLASSIFIED = {
    "vsvertraulich",
    "vsvertr",
    "vsv",
    "vertraulich",
    "geheim",
    "geh",
    "strenggeheim",
    "strgeh",
    "confidential",
    "secret",
    "topsecret",
}


class CannotProtect(Exception):
    """The protection need cannot be set like that; the message says why."""


class Classified(CannotProtect):
    """Matter classified above VS-NfD needs another, approved system (VSA)."""


class NeedChanged(CannotProtect):
    """Somebody else has set the need otherwise meanwhile: nothing is overwritten."""


def set_need(*, target: RecordFile | Document, need: str, by: User, at: datetime, seen: str | None = None) -> RecordFile | Document:
    """Set the protection need of a file or a document. `seen`: the need that the clerk has seen there.

    Raises Classified for a marking above VS-NfD, CannotProtect for what is none of the three levels and for what is closed or cancelled,
    NeedChanged where it is not (any more) what she has seen.
    """
    refuse_classified(need)
    if need not in ProtectionNeed.values:
        raise CannotProtect(_("There is no such protection need. Please choose normal, high or very high."))
    with current.atomic():
        file = target if isinstance(target, RecordFile) else target.file
        file = RecordFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if not file.is_open:
            raise CannotProtect(journal_reading.read_only(file))
        kept: RecordFile | Document = file
        if isinstance(target, Document):
            kept = Document.objects.select_for_update(of=("self",)).select_related("file").get(pk=target.pk)
            if kept.cancelled_at is not None:
                raise CannotProtect(_("A cancelled document is not changed."))
        if kept.protection_need == need:
            return kept
        if seen is not None and kept.protection_need != seen:
            raise NeedChanged(facts.changed(object_id=kept.public_id, acts=SETTING))
        told = {"protection_need": (kept.protection_need, need)}
        kept.protection_need, kept.revision = need, kept.revision + 1
        fields = ["protection_need", "revision"]
        if isinstance(kept, RecordFile):
            kept.changed_at = at
            fields.append("changed_at")
        kept.save(update_fields=fields)
        journal.enter(act="protect", object=kept, by=by, at=at, file_id=file.public_id, changes=told)
    return kept


def is_stricter(need: str, than: str) -> bool:
    """Whether one protection need is higher than another."""
    return STEPS[ProtectionNeed(need)] > STEPS[ProtectionNeed(than)]


def words_for(need: str, *, file: RecordFile) -> str:
    """What is said beside a register, a case or a volume of a file, by the highest need of what stands in it; empty for a normal one.

    They have no need of their own, and no access of their own: whoever may know of the file may know of them (domain: a container shows the highest
    within). Where theirs is higher than the file's own, that is said too.
    """
    if need == ProtectionNeed.NORMAL:
        return ""
    words = {"need": ProtectionNeed(need).label, "own": ProtectionNeed(file.protection_need).label}
    if is_stricter(need, file.protection_need):
        return _("Protection need: %(need)s (the file itself: %(own)s)") % words
    return _("Protection need: %(need)s") % words


def refuse_classified(marking: str) -> None:
    """Raises Classified for a marking above VS-NfD. Only for what somebody enters as a marking; titles are not guessed at."""
    if re.sub(r"[\W_]+", "", marking.casefold()) in CLASSIFIED:
        raise Classified(
            _("Matter classified VS-VERTRAULICH or higher must not be kept in this system. Please turn to your security officer (VSA).")
        )
