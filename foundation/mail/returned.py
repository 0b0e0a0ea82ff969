"""What a mail server reports of a mail that it could not deliver: delivery status notifications (RFC 3464), and the plain texts of older servers.

A report is a claim like every mail. What it is good for is finding the mail that it is about: by the Message-ID in the part that came back, in the
text, or in its own head; and, where a relay has given that mail another id, by the subject of what came back, if that part bears our loop header.
"""

import hmac
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from foundation.mail.bodies import head_encoding
from foundation.mail.charsets import one_line, text_of
from foundation.mail.facts import MAX_SUBJECT, Troubles
from foundation.mail.headers import BLANK_LINE, Head, end_of_head, head_of
from foundation.mail.judging import LOOP_HEADER
from foundation.mail.parts import Part, Splitter, leaves
from foundation.mail.people import normalised, people_in
from foundation.mail.reading import opened
from foundation.mail.transfer import decoded

logger = logging.getLogger(__name__)

STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
RETURNED_TYPES = {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
TEXT_BYTES = 64 * 1024  # of a plain report that are read
MOST_RECIPIENTS = 50  # that a report is read for
LONGEST_SAID = 300
ID_IN_TEXT = re.compile(r"^[> \t]{0,20}Message-ID:[ \t]*(<[^<>\s]{1,498}>)", re.M | re.I)
SUBJECT_IN_TEXT = re.compile(r"^[> \t]{0,20}Subject:[ \t]*([^\r\n]{1,500})", re.M | re.I)
FAILED_ADDRESS = re.compile(r"^[ \t]{0,20}<?([^\s<>()\[\]\\,;:\"]{1,64}@[^\s<>()\[\]\\,;:\"]{1,255})>?:?(?=[ \t]*$|[ \t\r\n(:])", re.M)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -](?=\S)")
FAILED = re.compile(
    r"could not be delivered|couldn't be delivered|unable to deliver|undeliver(?:ed|able)|delivery (?:has |to the following .{0,40})?failed|"
    r"delivery status notification \(failure\)|failure notice|returned (?:mail|to sender)|permanent (?:fatal )?error|"
    r"unzustellbar|nicht zugestellt|konnte nicht .{0,60}zugestellt|zustellung .{0,60}fehlgeschlagen",
    re.I,
)
DELAYED = re.compile(
    r"delivery (?:is |has been |temporarily )?(?:delayed|suspended)|delayed mail|not yet been delivered|will (?:keep trying|be retried)|"
    r"delivery status notification \(delay\)|no action is required|verzögert|noch nicht zugestellt|wird weiter versucht",
    re.I,
)


class Action(StrEnum):
    """What became of a mail for one recipient (RFC 3464, 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True)
class Report:
    """What a report says. `ids` and `recipients` are those of the mail that it is about, what is most certain first; addresses are normalised.

    `status` is a code of RFC 3463 ("5.1.1") or "", `said` what the server says, in one line. `ours`: what came back bears our loop header.
    """

    action: Action
    ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    subject: str = ""
    status: str = ""
    said: str = ""
    ours: bool = False


@dataclass
class _Found:
    """What was found in the parts of a report."""

    blocks: list[Head] = field(default_factory=list)
    copies: list[Head] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def report_of(raw: bytes, *, loop_token: str = "") -> Report | None:
    """Say what a mail reports of another one; None if it does not say that something was (not) delivered. Never raises."""
    try:
        return _report(raw, loop_token)
    except Exception:
        logger.exception("A report of %d bytes could not be read", len(raw))
        return None


def _report(raw: bytes, loop_token: str) -> Report | None:
    troubles = Troubles()
    raw, head, body = opened(raw, troubles)
    found = _parts(Splitter(raw, troubles).split(head, body, len(raw)), troubles)
    said = _of_status(found.blocks) or _of_text(head, "\n".join(found.texts), troubles)
    if said is None:
        return None
    text = "\n".join(found.texts)
    ids = [one for copy in found.copies for one in copy.ids("message-id")]
    ids += ID_IN_TEXT.findall(text)
    ids += head.ids("in-reply-to", "references")[::-1]
    subjects = [copy.text("subject", MAX_SUBJECT) for copy in found.copies] + SUBJECT_IN_TEXT.findall(text)
    to = [normalised(one.address) for copy in found.copies for one in people_in(copy.all_raw("to")[:1], troubles)[:5] if one.address]
    return replace(
        said,
        ids=tuple(dict.fromkeys(ids))[:60],
        recipients=tuple(dict.fromkeys([*said.recipients, *to]))[:MOST_RECIPIENTS],
        subject=next((one_line(one, MAX_SUBJECT) for one in subjects if one.strip()), ""),
        ours=bool(loop_token) and any(_is_ours(copy, loop_token) for copy in found.copies),
    )


def _parts(top: Part, troubles: Troubles) -> _Found:
    found, left = _Found(), TEXT_BYTES
    for leaf in leaves(top):
        if leaf.content_type in STATUS_TYPES:
            found.blocks += _blocks(decoded(leaf.body[:TEXT_BYTES], head_encoding(leaf.head), troubles), troubles)
        elif leaf.content_type in RETURNED_TYPES:
            copy = decoded(leaf.body, head_encoding(leaf.head), troubles)
            found.copies.append(head_of(copy, 0, end_of_head(copy, 0, len(copy))[0], troubles))
        elif leaf.content_type == "text/plain" and left > 0:
            content = decoded(leaf.body[:left], head_encoding(leaf.head), troubles)
            left -= len(content)
            found.texts.append(text_of(content, leaf.head.parameter("charset"), troubles))
    return found


def _blocks(content: bytes, troubles: Troubles) -> Iterator[Head]:
    """The groups of fields of a delivery status: one for the mail, then one for each recipient (RFC 3464, 2.1)."""
    for block in BLANK_LINE.split(content.lstrip(b"\r\n"), maxsplit=MOST_RECIPIENTS):
        if fields := head_of(block, 0, len(block), troubles):
            yield fields


def _of_status(blocks: list[Head]) -> Report | None:
    """The worst of what a delivery status says of the recipients: our mails have one each, a list behind it many."""
    told = [(action, block) for block in blocks if (action := _action(block)) is not None]
    if not told:
        return None
    order = list(Action)
    action, block = min(told, key=lambda one: order.index(one[0]))
    same = [one for worst, one in told if worst is action]
    whose = [_address(one.text(name, 400)) for one in same for name in ("original-recipient", "final-recipient")]
    status = STATUS.search(block.text("status", 100))
    diagnostic = block.text("diagnostic-code", LONGEST_SAID)
    return Report(
        action,
        recipients=tuple(one for one in whose if one),
        status=status[1] if status else "",
        said=one_line(diagnostic.partition(";")[2] or diagnostic, LONGEST_SAID),
    )


def _action(block: Head) -> Action | None:
    try:
        return Action(block.word("action"))
    except ValueError:
        return None


def _address(value: str) -> str:
    """The address of "rfc822; name@example.org" (RFC 3464, 2.3.1)."""
    written = (value.partition(";")[2] or value).strip().strip("<>")
    return normalised(written) if re.fullmatch(r"[^\s<>]{1,64}@[^\s<>]{1,255}", written) else ""


def _of_text(head: Head, text: str, troubles: Troubles) -> Report | None:
    """What a plain report says: it has to say so in words, or in a header that only such reports have; a person may write from such an address."""
    before = _before_the_copy(text)
    subject = head.text("subject", MAX_SUBJECT)
    named = [normalised(one.address) for one in people_in(head.all_raw("x-failed-recipients")[:5], troubles) if one.address]
    delayed = DELAYED.search(subject) or DELAYED.search(before)
    if not named and not delayed and not FAILED.search(subject) and not FAILED.search(before):
        return None
    status, line = STATUS.search(before), STATUS.search(before) or REPLY_CODE.search(before)
    whose = [*named, *(normalised(one) for one in FAILED_ADDRESS.findall(before))]
    return Report(
        Action.DELAYED if delayed else Action.FAILED,
        recipients=tuple(dict.fromkeys(whose))[:MOST_RECIPIENTS],
        status=status[1] if status else "",
        said=one_line(_line_of(before, line.start()), LONGEST_SAID) if line else "",
    )


def _before_the_copy(text: str) -> str:
    """What the server itself says, above the copy of what came back."""
    copy = re.search(r"^[ \t>]{0,20}-{2,40}.{0,80}(?:copy|original|returned|kopie|message|nachricht).{0,80}$", text, re.M | re.I)
    identified = ID_IN_TEXT.search(text)
    ends = [found.start() for found in (copy, identified) if found]
    return text[: min(ends)] if ends else text


def _line_of(text: str, place: int) -> str:
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    return text[start : end if end >= 0 else len(text)].strip()


def _is_ours(copy: Head, token: str) -> bool:
    values = [value.strip().encode("utf-8", "surrogateescape") for value in copy.all_raw(LOOP_HEADER.lower())]
    return any(hmac.compare_digest(value, token.encode()) for value in values)
