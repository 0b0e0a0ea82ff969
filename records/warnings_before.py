"""What a clerk must confirm before anything of a file leaves the house: a disclosure block, an access restriction.

Before a print or an export both; before a single document is downloaded, paper is lent out or files go to another office the disclosure block
alone (docs/decisions/0044).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import journal, participants
from .models import RecordFile

DISCLOSURE_BLOCK = "disclosure_block"
RESTRICTED = "restricted"
CODES = (DISCLOSURE_BLOCK, RESTRICTED)


class NotConfirmed(Exception):
    """A warning stands and has not been confirmed; `warnings` and their `codes` are those that are missing, the message says them."""

    def __init__(self, warnings: Sequence[Caution]) -> None:
        super().__init__(" ".join(warning.sentence for warning in warnings))
        self.warnings = list(warnings)
        self.codes = [warning.code for warning in warnings]


@dataclass(frozen=True)
class Caution:
    """One warning: its code, what it says, what is confirmed, the names that it is about, and what to look for."""

    code: str
    sentence: str
    confirmation: str
    names: tuple[str, ...] = ()
    advice: str = ""


def warnings_of(*, file: RecordFile) -> list[Caution]:
    """What has to be confirmed for this file; one query."""
    found = blocks_of(file=file)
    if file.scope.restricted:
        sentence = _("The access to this file is restricted. What is printed or exported is no longer protected by it.")
        found.append(Caution(RESTRICTED, sentence, _("I hand it only to those who may know of this file.")))
    return found


def blocks_of(*, file: RecordFile) -> list[Caution]:
    """The warning of a disclosure block alone, if one stands in the file; one query."""
    blocked = sorted({participant.name for participant in participants.blocks_of(file)})
    if not blocked:
        return []
    sentence = ngettext(
        "A disclosure block stands for one participant of this file (§ 51 BMG).",
        "A disclosure block stands for %(count)s participants of this file (§ 51 BMG).",
        len(blocked),
    ) % {"count": len(blocked)}
    confirmation = _("I have checked that no protected data gets to anybody who may not have them.")
    advice = _(
        "Look for addresses, telephone numbers, place of work, school, vehicles and relatives: whatever leads to the person is blacked out or "
        "left out."
    )
    return [Caution(DISCLOSURE_BLOCK, sentence, confirmation, tuple(blocked), advice)]


def require_blocks_confirmed(*, file: RecordFile, confirmed: Sequence[str]) -> dict[str, journal.Change]:
    """What the journal says of a disclosure block that was confirmed; nothing if there is none. Raises NotConfirmed if it was not."""
    standing = blocks_of(file=file)
    if standing and DISCLOSURE_BLOCK not in confirmed:
        raise NotConfirmed(standing)
    return told([DISCLOSURE_BLOCK]) if standing else {}


def require_confirmed(*, file: RecordFile, confirmed: Sequence[str]) -> None:
    """Raises NotConfirmed for each warning that stands and is not among the confirmed ones."""
    missing = [warning for warning in warnings_of(file=file) if warning.code not in confirmed]
    if missing:
        raise NotConfirmed(missing)


def told(confirmed: Sequence[str]) -> dict[str, journal.Change]:
    """What the journal says of it."""
    known = [code for code in CODES if code in confirmed]
    return {"confirmed": (None, ", ".join(known))} if known else {}
