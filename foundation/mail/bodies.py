"""Which parts of a mail are what is read, and which are files."""

import mimetypes
import re
from dataclasses import dataclass, field

from foundation.kinds import clean_name
from foundation.mail import transfer
from foundation.mail.charsets import one_line, text_of
from foundation.mail.facts import MAX_ID, MAX_NAME, MAX_PARTS, Attachment, Trouble, Troubles
from foundation.mail.headers import Head, end_of_head, head_of
from foundation.mail.parts import Part

READ = ("text/plain", "text/html")
SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
ENDINGS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
    "image/jpeg": ".jpg",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/pgp-signature": ".asc",
}
NAME_CHARS = 1_000
READ_BYTES = 4_000_000  # of one text that are decoded; who has more to say sends a file


@dataclass
class Piece:
    """A stretch of what is read, in one or both forms."""

    plain: str | None = None
    html: str | None = None


@dataclass
class Content:
    """What a mail holds."""

    pieces: list[Piece] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


def content_of(top: Part, troubles: Troubles) -> Content:
    """Sort the parts of a mail into what is read and files."""
    reader = _Reader(troubles)
    reader.walk(top, alternative=None)
    return reader.content


def harmless_name(claimed: str, content_type: str, number: int) -> str:
    """Give the name of a file; one without gets a number and the ending of its claimed type."""
    last = re.split(r"[/\\]", claimed.replace("\0", ""))[-1]
    if len(last) > NAME_CHARS:
        last = last[: NAME_CHARS - 20] + last[-20:]
    name = clean_name(last) if one_line(last, NAME_CHARS).strip(". ") else ""
    if name and len(name) > MAX_NAME:
        stem, dot, ending = name.rpartition(".")
        name = stem[: MAX_NAME - len(ending) - 1].rstrip() + dot + ending if stem and len(ending) <= 20 else name[:MAX_NAME]
    if name:
        return name
    ending = ENDINGS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"
    return f"attachment-{number}{ending}"


class _Reader:
    def __init__(self, troubles: Troubles) -> None:
        self.content = Content()
        self._troubles = troubles

    def walk(self, part: Part, *, alternative: Piece | None) -> None:
        if part.multipart:
            self._walk_children(part, alternative)
        elif part.content_type in READ and not self._is_file(part.head):
            self._read(part, alternative)
        else:
            self._keep(part)

    def _walk_children(self, part: Part, alternative: Piece | None) -> None:
        if part.content_type == "multipart/encrypted":
            self._troubles.add(Trouble.ENCRYPTED)
        if part.content_type != "multipart/alternative":
            for child in part.children:
                # An alternative may hold a whole HTML page with its images: the first text in it is the other form.
                self.walk(child, alternative=alternative)
            return
        piece = alternative or Piece()
        if alternative is None:
            self.content.pieces.append(piece)
        for child in part.children:
            self.walk(child, alternative=piece)

    def _read(self, part: Part, alternative: Piece | None) -> None:
        is_html = part.content_type == "text/html"
        body = self._bytes(part)
        if not is_html:
            body, files = transfer.without_uuencoded(body, self._troubles, at_most=MAX_PARTS - len(self.content.attachments))
            for name, content in files:
                self._add(text_of(name, "", self._troubles), "application/octet-stream", content)
        if len(body) > READ_BYTES:
            self._troubles.add(Trouble.TEXT_CUT)
        text = text_of(body[:READ_BYTES], part.head.parameter("charset"), self._troubles)
        if not is_html and text.lstrip().startswith("-----BEGIN PGP MESSAGE-----"):
            self._troubles.add(Trouble.ENCRYPTED)
        piece = alternative if alternative is not None else Piece()
        if (piece.html if is_html else piece.plain) is not None:
            piece = Piece()
        if not any(piece is one for one in self.content.pieces):
            self.content.pieces.append(piece)
        if is_html:
            piece.html = text
        else:
            piece.plain = text

    def _keep(self, part: Part) -> None:
        if part.content_type in SEALED and part.head.parameter("smime-type").lower() not in {"certs-only", "signed-receipt"}:
            self._troubles.add(Trouble.ENCRYPTED)
        body = self._bytes(part)
        name = part.head.parameter("filename", "content-disposition") or part.head.parameter("name")
        if part.content_type in {"message/rfc822", "message/global"}:
            name = name or self._subject_of(body)
            name += ".eml" if name and not name.lower().endswith(".eml") else ""
        content_id = one_line(part.head.raw("content-id").strip().strip("<>"), MAX_ID)
        disposition = part.head.word("content-disposition")  # Outlook gives every file an id
        self._add(name, part.content_type, body, content_id, disposition == "inline" or (bool(content_id) and disposition != "attachment"))

    def _add(self, name: str, content_type: str, body: bytes, content_id: str = "", inline: bool = False) -> None:
        number = len(self.content.attachments) + 1
        self.content.attachments.append(Attachment(harmless_name(name, content_type, number), content_type, body, content_id, inline))

    def _subject_of(self, body: bytes) -> str:
        end, _ = end_of_head(body, 0, len(body))
        subject = head_of(body, 0, min(end, 64 * 1024), Troubles()).text("subject", 100)
        subject = re.sub(r"[/\\:*?\"<>|]+", " ", subject).strip(". ")
        return f"{subject}.eml" if subject else ""

    def _is_file(self, head: Head) -> bool:
        named = head.parameter("filename", "content-disposition") or head.parameter("name")
        return head.word("content-disposition") == "attachment" or bool(named)

    def _bytes(self, part: Part) -> bytes:
        return transfer.decoded(part.body, head_encoding(part.head), self._troubles)


def head_encoding(head: Head) -> str:
    """Give the Content-Transfer-Encoding in lower case, "" if there is none."""
    return head.word("content-transfer-encoding")
