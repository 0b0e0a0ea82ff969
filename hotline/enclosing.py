"""Which files of a reply go along with its mail, and what the mail says of those that do not."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation import kinds
from foundation.mail import Enclosure
from foundation.store import Damaged, NotInStore

from . import attaching
from .models import Attachment, Message, Ticket

NEVER_MAILED = frozenset({"text/html", "image/svg+xml"})  # opened from a mail, they run scripts: mail servers of towns take them out

logger = logging.getLogger(__name__)


class NotForHer(Exception):
    """The files of this message are not for the requester: only those of staff's replies are ever mailed."""


@dataclass(frozen=True)
class Files:
    """Files of a reply: those that go `along` with the mail, and those that are `left` on the page of the ticket."""

    along: Sequence[Enclosure] = ()
    left: Sequence[Attachment] = ()


def files_of(message: Message, *, most: int | None = None) -> Files:
    """Share out the files of a reply, in their order: along goes what fits into `most` bytes in all (as settings.MAIL_MAX_FILES_BYTES says).

    The bytes are counted as they are; in the mail they take a third more (base64, RFC 2045, 6.8). Programs, HTML and SVG stay on the page, and
    so does what the store cannot give any more. Raises NotForHer, and StoreUnavailable while the disk is away: then the mail waits.
    """
    if message.kind != Message.Kind.REPLY or not message.by_staff:
        raise NotForHer("Only files of replies are sent by mail.")
    room = settings.MAIL_MAX_FILES_BYTES if most is None else most
    along: list[Enclosure] = []
    left: list[Attachment] = []
    for file in Attachment.objects.filter(message=message).in_order():
        enclosure = _enclosure(file) if file.size <= room and _may_be_mailed(file) else None
        if enclosure is None:
            left.append(file)
        else:
            along.append(enclosure)
            room -= file.size
    return Files(along, left)


def told(left: Sequence[Attachment], *, ticket: Ticket) -> str:
    """What the mail says of files that are not in it: their names, and where they lie; "" if there are none."""
    if not left:
        return ""
    lines = [f"- {file.name} ({filesizeformat(file.size)})" for file in left]
    link = settings.CENTRE_ADDRESS + reverse("hotline:ticket", args=[ticket.public_id])
    why = _(
        "These files belong to this message, but are not in the mail: they are too large for it, or of a kind that mail servers refuse."
    )
    return "\n\n" + "\n".join([why, *lines, _("You find them with your request, after signing in: %(link)s") % {"link": link}])


def _may_be_mailed(file: Attachment) -> bool:
    return file.media_type not in NEVER_MAILED and not kinds.is_program(file.media_type, file.name)


def _enclosure(file: Attachment) -> Enclosure | None:
    """The file as it goes out; None if its bytes are lost: the answer is not to wait for them, and the operator is told."""
    try:
        with attaching.opened(file) as opened:
            return Enclosure(file.name, file.media_type, opened.read())
    except (Damaged, NotInStore) as trouble:
        logger.error("Attachment %s cannot be mailed: %s", file.public_id, trouble)
        return None
