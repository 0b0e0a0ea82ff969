"""What people are told before anything of a file leaves the house: printed, exported, handed over."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .models import Participant, RecordFile


@dataclass(frozen=True)
class Warning:
    """One participant with a disclosure block (Auskunftssperre, § 51 BMG), and the sentence that says so."""

    participant: Participant
    sentence: str


def warnings_before_handing_out(file: RecordFile) -> list[Warning]:
    """Warnings to be shown, and confirmed, before a print, an export or a hand-over of a file; empty if there is none. One query.

    The block of one participant of a case or a document warns for the whole file: names and addresses stand on many of its sheets.
    """
    blocked = Participant.objects.filter(file=file, disclosure_block=True).order_by("name", "pk")
    sentence = _("%(name)s (%(role)s) has a disclosure block: address and whereabouts must not become known to others.")
    return [Warning(each, sentence % {"name": each.name, "role": each.role}) for each in blocked]
