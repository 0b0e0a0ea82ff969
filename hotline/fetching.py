"""Fetching mails by IMAP (RFC 3501): by UID, upwards, some together in a transaction, and touched in the mailbox only after that.

How far a mailbox was read is written in the same transaction as the mails. So a connection, a server or a process may end anywhere: what was taken
in is not taken in again, and what was not is still there. Where a server has numbered its mails anew (another UIDVALIDITY), all are read
again and known by their bytes.
"""

from __future__ import annotations

import imaplib
import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from imap_tools import BaseMailBox, ImapToolsError
from imap_tools.utils import encode_folder

from foundation.mail.facts import MAX_MAIL_BYTES
from foundation.store import StoreError
from tenants import current
from tenants.centre.mail_servers import NoServer, Server, open_mailbox, server_of, trouble_of

from . import mailbox_state, receiving
from .models import Mailbox

logger = logging.getLogger(__name__)
TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError, NoServer, StoreError)
AT_ONCE = 50  # mails that are asked for with one command,
AT_ONCE_BYTES = 8 * 1024**2  # unless they are large
TOGETHER = 10  # mails that are taken in by one transaction: meanwhile nobody else gets a ticket number, for some tenths of a second
LARGE = 1024**2  # bytes; such a mail has a transaction of its own
UID_AND_SIZE = re.compile(rb"UID (\d+)\b.*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?UID (\d+)\b", re.S)
UID = re.compile(rb"UID (\d+)\b")


def fetch(*, now: Callable[[], datetime], most: int = 2_000) -> int:
    """Take in what has come into the mailbox, `most` mails at a time, and give how many were looked at.

    `now` is asked for each mail. A mailbox that is down is entered as such and tried again next time, so is a store that takes nothing;
    nothing is raised for them. Raises what the database raises: then this mail and those behind it are still there.
    """
    if not settings.MAIL_IMAP_URL:
        return 0
    name, done = "imap://?", 0
    try:
        server = server_of(settings.MAIL_IMAP_URL)
        name = server.name
        box = open_mailbox(server)
        try:
            for _uid in _take_all(box, server, now, most):
                done += 1
        finally:
            _leave(box)
    except TROUBLE as trouble:
        mailbox_state.is_down(name=name, trouble=trouble_of(trouble), at=now())
    return done


def _take_all(box: BaseMailBox, server: Server, now: Callable[[], datetime], most: int) -> Iterator[int]:
    state = mailbox_state.answers(name=server.name, at=now())
    state = _on_this_numbering(state, _uidvalidity(box, server))
    if settings.MAIL_DONE_FOLDER and not box.folder.exists(settings.MAIL_DONE_FOLDER):
        box.folder.create(settings.MAIL_DONE_FOLDER)
    _finish(box, [uid for uid in _uids(box, "UNDELETED" if settings.MAIL_DONE_FOLDER else "UNSEEN") if uid <= state.last_uid])
    waiting = sorted(uid for uid in _uids(box, f"UID {state.last_uid + 1}:*") if uid > state.last_uid)
    for some in _portions(_sizes(box, waiting[:most])):
        taken = []
        try:
            for together in _groups(_fetched(box, some)):
                places = [receiving.Found(state, state.uidvalidity or 0, uid) for uid, _raw in together]
                arrived = [receiving.Arrived(raw, now(), place) for (_uid, raw), place in zip(together, places, strict=True)]
                for place, _mail in zip(places, receiving.take_in_together(arrived), strict=True):
                    taken.append(place.uid)
                    yield place.uid
        finally:
            _finish_quietly(box, taken)
    mailbox_state.is_fetched(box=state, at=now())


def _groups(mails: Iterator[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    """Some small mails together, a large one by itself."""
    group: list[tuple[int, bytes]] = []
    for uid, raw in mails:
        if group and (len(raw) > LARGE or len(group) >= TOGETHER):
            yield group
            group = []
        group.append((uid, raw))
        if len(raw) > LARGE:
            yield group
            group = []
    if group:
        yield group


def _uidvalidity(box: BaseMailBox, server: Server) -> int:
    return int(box.folder.status(server.folder, ["UIDVALIDITY"])["UIDVALIDITY"])


def _on_this_numbering(state: Mailbox, uidvalidity: int) -> Mailbox:
    """Begin at the first mail again where the server has numbered them anew (RFC 3501, 2.3.1.1)."""
    with current.atomic():
        found = Mailbox.objects.select_for_update().get(pk=state.pk)
        if found.uidvalidity != uidvalidity:
            if found.uidvalidity is not None:
                logger.warning("The mailbox %s was numbered anew; what was taken in before is known by its bytes.", found)
            found.uidvalidity, found.last_uid = uidvalidity, 0
            found.save(update_fields=["uidvalidity", "last_uid"])
    return found


def _uids(box: BaseMailBox, criteria: str) -> list[int]:
    return [int(uid) for uid in box.uids(criteria, charset=None)]


def _sizes(box: BaseMailBox, uids: list[int]) -> list[tuple[int, int]]:
    """UID and size of mails; one that has gone meanwhile is left out."""
    found = []
    for start in range(0, len(uids), 500):
        _kind, answer = _ok(box.client.uid("FETCH", ",".join(map(str, uids[start : start + 500])), "(UID RFC822.SIZE)"))
        for line in answer:
            if isinstance(line, bytes) and (numbers := UID_AND_SIZE.search(line)):
                uid, size = (numbers[1], numbers[2]) if numbers[1] else (numbers[4], numbers[3])
                found.append((int(uid), int(size)))
    return sorted(found)


def _portions(mails: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Cut a list into what is fetched with one command: some small mails, or one large."""
    portion: list[tuple[int, int]] = []
    total = 0
    for uid, size in mails:
        if portion and (len(portion) >= AT_ONCE or total + size > AT_ONCE_BYTES):
            yield portion
            portion, total = [], 0
        portion.append((uid, size))
        total += size
    if portion:
        yield portion


def _fetched(box: BaseMailBox, some: list[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
    """The bytes of mails, upwards, without marking them as read. Of one that is larger than a mail can be, what can be read of it."""
    part = f"BODY.PEEK[]<0.{MAX_MAIL_BYTES + 1}>" if any(size > MAX_MAIL_BYTES for _uid, size in some) else "BODY.PEEK[]"
    _kind, answer = _ok(box.client.uid("FETCH", ",".join(str(uid) for uid, _size in some), f"(UID {part})"))
    found: dict[int, bytes] = {}
    for place, item in enumerate(answer):
        if not isinstance(item, tuple):
            continue
        behind = answer[place + 1] if place + 1 < len(answer) else b""
        if uid := UID.search(item[0]) or UID.search(behind if isinstance(behind, bytes) else b""):
            found[int(uid[1])] = item[1]
    yield from sorted(found.items())


def _finish(box: BaseMailBox, uids: list[int]) -> None:
    """Mark mails that were taken in as read, or move them where the settings say."""
    for start in range(0, len(uids), 500):
        names = ",".join(map(str, uids[start : start + 500]))
        if not settings.MAIL_DONE_FOLDER:
            _ok(box.client.uid("STORE", names, "+FLAGS.SILENT", "(\\Seen)"))
        elif b"MOVE" in b" ".join(box.client.capability()[1]).upper().split():  # told only after the login
            _ok(box.client.uid("MOVE", names, _folder()))
        else:  # RFC 3501 only: nothing is expunged, that would take what others have marked as well
            _ok(box.client.uid("COPY", names, _folder()))
            _ok(box.client.uid("STORE", names, "+FLAGS.SILENT", "(\\Seen \\Deleted)"))


def _folder() -> str:
    return encode_folder(settings.MAIL_DONE_FOLDER).decode("ascii")  # UTF-7 of IMAP, quoted


def _finish_quietly(box: BaseMailBox, uids: list[int]) -> None:
    """The same after each portion: where it fails, what is marked too little is marked at the next visit, and what comes next says the trouble."""
    try:
        _finish(box, uids)
    except TROUBLE as trouble:
        logger.info("Mails that were taken in could not be marked (%s); the next visit does it.", _said(trouble))


def _ok(answer: tuple[str, list[bytes | tuple[bytes, bytes]]]) -> tuple[str, list[bytes | tuple[bytes, bytes]]]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(f"{answer[0]} {answer[1]!r}")
    return answer


def _leave(box: BaseMailBox) -> None:
    try:
        box.logout()
    except TROUBLE:
        box.client.shutdown()


def _said(trouble: BaseException) -> str:
    """What a server has said, in one line."""
    return " ".join(str(trouble).split())[:400] or "without a word"
