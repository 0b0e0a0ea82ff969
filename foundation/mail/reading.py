"""Read one mail."""

import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from foundation.mail import markup, tnef
from foundation.mail.bodies import Content, Piece, content_of, harmless_name
from foundation.mail.charsets import plain
from foundation.mail.facts import (
    MAX_HTML,
    MAX_MAIL_BYTES,
    MAX_PARTS,
    MAX_REFERENCES,
    MAX_SUBJECT,
    MAX_TEXT,
    Attachment,
    Mail,
    Trouble,
    Troubles,
)
from foundation.mail.headers import Head, begins_with_headers, end_of_head, head_of
from foundation.mail.judging import judged
from foundation.mail.parts import Part, Splitter
from foundation.mail.people import recipients_of, reply_to_of, sender_of
from foundation.mail.quoting import new_part

logger = logging.getLogger(__name__)

FIRST_YEAR = 1990  # what claims to be older was written by a clock without a battery
CLOCKS_DIFFER = timedelta(minutes=15)
MAX_TNEF = 3


def read(raw: bytes, *, at: datetime, loop_token: str = "") -> Mail:
    """Read the bytes of one mail, of up to 50 MB; `at` is now (aware), `loop_token` is what our own mails carry in LOOP_HEADER.

    Never raises. What could not be read as it claims to be is named in `troubles`; the caller keeps the bytes in any case.
    """
    troubles = Troubles()
    try:
        return _read(raw, at, loop_token, troubles)
    except Exception:
        # A mail that we cannot read must not keep the next one from being read; its bytes are kept and somebody looks at them.
        logger.exception("A mail of %d bytes could not be read", len(raw))
        troubles.add(Trouble.UNREADABLE)
        return Mail(troubles=troubles.all())


def _read(raw: bytes, at: datetime, loop_token: str, troubles: Troubles) -> Mail:
    raw, head, body = opened(raw, troubles)
    mail = _said_in_head(head, at, troubles)
    top = Splitter(raw, troubles).split(head, body, len(raw))
    mail = _with_content(mail, top, troubles)
    kind, reasons = judged(head, top, mail, loop_token)
    return replace(mail, kind=kind, reasons=reasons, troubles=troubles.all())


def opened(raw: bytes, troubles: Troubles) -> tuple[bytes, Head, int]:
    """Give the bytes of a mail as they can be read, its head, and where in them its body begins."""
    raw = _prepared(raw, troubles)
    start = _after_mbox_line(raw)
    if not begins_with_headers(raw, start):
        troubles.add(Trouble.NO_HEADERS if raw.strip() else Trouble.EMPTY)
        return raw, Head({}, troubles), start
    end, body = end_of_head(raw, start, len(raw))
    return raw, head_of(raw, start, end, troubles), body


def _prepared(raw: bytes, troubles: Troubles) -> bytes:
    """Cut what is too long, and make lines of what has none."""
    if len(raw) > MAX_MAIL_BYTES:
        troubles.add(Trouble.TOO_BIG)
        raw = raw[:MAX_MAIL_BYTES]
    beginning = raw[: 64 * 1024]
    if b"\r\r\n" in beginning:
        troubles.add(Trouble.BARE_LINE_ENDS)
        return raw.replace(b"\r\r\n", b"\r\n")
    if re.search(rb"\r[^\n]", beginning):
        troubles.add(Trouble.BARE_LINE_ENDS)
        if b"\n" not in beginning:
            return raw.replace(b"\r", b"\n")
    return raw


def _after_mbox_line(raw: bytes) -> int:
    """Skip "From name date", which mbox files put before a mail, and empty lines before the head."""
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    if raw.startswith((b"From ", b">From "), start):
        newline = re.compile(rb"\r\n|\n|\r").search(raw, start, start + 1000)
        return newline.end() if newline else start
    return start


def _said_in_head(head: Head, at: datetime, troubles: Troubles) -> Mail:
    references = head.ids("references")
    if len(references) > MAX_REFERENCES:
        troubles.add(Trouble.REFERENCES_CUT)
        references = [references[0], *references[1 - MAX_REFERENCES :]]  # the thread's first and what was answered last
    subject = head.text("subject", MAX_SUBJECT + 1)
    if len(subject) > MAX_SUBJECT:
        troubles.add(Trouble.SUBJECT_CUT)
    recipients, count = recipients_of(head, troubles)
    claimed = _claimed_date(head, troubles)
    plausible = claimed is not None and claimed.year >= FIRST_YEAR and claimed <= at + CLOCKS_DIFFER
    if claimed is not None and not plausible:
        troubles.add(Trouble.WRONG_DATE)
    return Mail(
        message_id=next(iter(head.ids("message-id")), None),
        in_reply_to=next(iter(head.ids("in-reply-to")), None),
        references=tuple(references),
        subject=subject[:MAX_SUBJECT].rstrip(),
        sender=sender_of(head, troubles),
        reply_to=reply_to_of(head, troubles),
        recipients=recipients,
        recipient_count=count,
        date=claimed if plausible else None,
        claimed_date=claimed,
    )


def _claimed_date(head: Head, troubles: Troubles) -> datetime | None:
    written = head.text("date", 100)
    if not written:
        return None
    try:
        found = parsedate_to_datetime(written)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)  # "-0000": the writer does not say where it is
        return found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        troubles.add(Trouble.BROKEN_DATE)
        return None


def _with_content(mail: Mail, top: Part, troubles: Troubles) -> Mail:
    content = content_of(top, troubles)
    attachments = _unpacked(content, troubles)
    texts, htmls, remote = [], [], 0
    any_html = any(piece.html for piece in content.pieces)
    for piece in content.pieces:
        html, images = markup.cleaned(piece.html, troubles) if piece.html else ("", 0)
        remote += images
        texts.append(_text_of(piece, html))
        if any_html:
            htmls.append(html or markup.html_of_text(plain(piece.plain or texts[-1])[:MAX_TEXT]))
    text = "\n\n".join(one for one in texts if one.strip())
    if len(text) > MAX_TEXT:
        troubles.add(Trouble.TEXT_CUT)
        text = text[:MAX_TEXT]
    html = "\n".join(htmls)
    if len(html) > 2 * MAX_HTML:  # never cut inside what is clean
        troubles.add(Trouble.HTML_UNREADABLE)
        html = ""
    return replace(mail, text=text, new_text=new_part(text), html=html, remote_images=remote, attachments=tuple(attachments))


def _text_of(piece: Piece, html: str) -> str:
    """Give the text of a piece; a text part that is empty beside HTML says nothing."""
    if piece.plain is not None and (piece.plain.strip() or not piece.html):
        return plain(piece.plain).strip("\n")
    if html:
        return markup.text_of_html(html)
    return markup.text_of_unreadable(piece.html or "")


def _unpacked(content: Content, troubles: Troubles) -> list[Attachment]:
    """Put the files from winmail.dat in its place; it stays if it cannot be unpacked."""
    out: list[Attachment] = []
    for attachment in content.attachments:
        if not tnef.is_tnef(attachment):
            out.append(attachment)
            continue
        found = tnef.unpacked(attachment.content) if sum(map(tnef.is_tnef, out)) < MAX_TNEF else None
        if found is None:
            troubles.add(Trouble.BROKEN_TNEF)
            out.append(attachment)
            continue
        for name, content_type, body in found.files[: MAX_PARTS - len(out)]:
            out.append(Attachment(harmless_name(name, content_type, len(out) + 1), content_type, body, "", inline=False))
        if not any((piece.plain or piece.html or "").strip() for piece in content.pieces):
            content.pieces.append(Piece(plain=found.text or None, html=found.html or None))
    return out
