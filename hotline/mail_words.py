"""What could not be read in a mail as it claims to be, and why one came back, in words for staff."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.mail import Trouble

WORDS: dict[Trouble, Promise | str] = {
    Trouble.EMPTY: _("Nothing stands in it."),
    Trouble.TOO_BIG: _("It is larger than a mail may be; the rest was not read."),
    Trouble.NO_HEADERS: _("It has no head: sender and subject are missing."),
    Trouble.BROKEN_HEADERS: _("Some lines of its head cannot be read."),
    Trouble.HEADERS_CUT: _("Its head is too long; the rest of it was not read."),
    Trouble.DUPLICATE_HEADERS: _("Some lines of its head stand there twice; the first ones count."),
    Trouble.SEVERAL_SENDERS: _("It names several senders."),
    Trouble.BROKEN_SENDER: _("What stands there as its sender is no address."),
    Trouble.NO_SENDER: _("It names no sender."),
    Trouble.BROKEN_RECIPIENTS: _("Some of its recipients are no addresses."),
    Trouble.RECIPIENTS_CUT: _("It has very many recipients; not all were read."),
    Trouble.REFERENCES_CUT: _("It names very many earlier mails; not all were read."),
    Trouble.SUBJECT_CUT: _("Its subject is too long and was cut."),
    Trouble.BROKEN_DATE: _("Its date cannot be read; the time of arrival counts."),
    Trouble.WRONG_DATE: _("Its date cannot be right; the time of arrival counts."),
    Trouble.BARE_LINE_ENDS: _("Its lines end in an unusual way."),
    Trouble.UNKNOWN_CHARSET: _("It was written in a character set that is not known here; some letters may be wrong."),
    Trouble.REFUSED_CHARSET: _("It was written in a character set that is not read here because it can hide things."),
    Trouble.WRONG_CHARSET: _("Its letters are not those of the character set that it names; some may be wrong."),
    Trouble.MISSING_BOUNDARY: _("Its parts are not divided as it says; some may be missing."),
    Trouble.UNFINISHED_PARTS: _("It ends in the middle; something may be missing."),
    Trouble.TOO_DEEP: _("Its parts lie too deep inside each other; not all were read."),
    Trouble.TOO_MANY_PARTS: _("It has too many parts; not all were read."),
    Trouble.BROKEN_BASE64: _("An attachment or its text was damaged on the way."),
    Trouble.BROKEN_QUOTED_PRINTABLE: _("Some letters were damaged on the way."),
    Trouble.BROKEN_UUENCODE: _("A file in its text was damaged on the way."),
    Trouble.UNKNOWN_ENCODING: _("It was packed in a way that is not known here."),
    Trouble.BROKEN_TNEF: _("Its winmail.dat could not be unpacked; the file itself is kept."),
    Trouble.TEXT_CUT: _("Its text is too long and was cut."),
    Trouble.HTML_CUT: _("Its formatted text is too long and was cut."),
    Trouble.HTML_UNREADABLE: _("Its formatted text cannot be shown; it is shown without formats."),
    Trouble.ENCRYPTED: _("It is encrypted: its contents can only be read by whoever has the key."),
    Trouble.UNREADABLE: _("It could not be read."),
}


def told(troubles: Iterable[str]) -> list[str]:
    """The sentences for the codes of a mail; a code that is not known here is said as it is."""
    known = {trouble.value: words for trouble, words in WORDS.items()}
    return [str(known.get(code, code)) for code in troubles]


# RFC 3463: class (2 success, 4 for now, 5 for good), subject, detail. What is missing here is said by its subject, or by its class.
RETURNED: dict[str, Promise | str] = {
    "1.1": _("This address does not exist there."),
    "1.2": _("There is no mail server for this address."),
    "1.3": _("The address is not a valid one."),
    "1.6": _("The mailbox has moved; nobody knows where to."),
    "1.10": _("This domain takes no mails."),
    "2.1": _("The mailbox is switched off."),
    "2.2": _("The mailbox is full."),
    "2.3": _("The mail is larger than this mailbox takes."),
    "3.4": _("The mail is larger than their server takes."),
    "4.1": _("Their mail server does not answer."),
    "4.4": _("The way to their mail server is not known."),
    "4.6": _("The mail went round in circles between servers."),
    "4.7": _("Their mail server could not be reached for a long time."),
    "7.1": _("Their mail server refuses mails from us."),
    "1": _("Something is wrong with the address."),
    "2": _("Something is wrong with the mailbox."),
    "3": _("Something is wrong with their mail system."),
    "4": _("The way to their mail server is disturbed."),
    "5": _("The two mail servers do not understand each other."),
    "6": _("Their mail server cannot handle the contents."),
    "7": _("Their mail server refuses it for reasons of security."),
}


def why_returned(status: str) -> str:
    """The sentence for a status code of RFC 3463 ("5.1.1"); for one that says nothing, that no reason was given."""
    _class, _dot, rest = status.partition(".")
    known = RETURNED.get(rest) or RETURNED.get(rest.partition(".")[0])
    return str(known or _("No reason was given."))
