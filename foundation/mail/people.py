"""Names and addresses as they stand in headers."""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from email.utils import getaddresses

from foundation.mail.charsets import one_line
from foundation.mail.facts import MAX_ADDRESS, MAX_NAME, MAX_RECIPIENTS, Mail, Person, Trouble, Troubles
from foundation.mail.headers import Head, decoded_words

ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:@\"\x00-\x20\x7f]{1,64}@[^\s<>()\[\]\\,;:@\"/\x00-\x20\x7f]{1,255}\Z")
QUOTED_ADDRESS = re.compile(r"\"[^\"\\\x00-\x1f\x7f]{1,62}\"@[A-Za-z0-9.-]{1,255}\Z")
ANY_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:@\"]{1,64}@[^\s<>()\[\]\\,;:@\"]{1,255}")
WRITER_CHARS = 16 * 1024  # of a header that names one person or a few


def sender_of(head: Head, troubles: Troubles) -> Person | None:
    """Give the first who stands in From, else in Sender: a mail has one writer for us."""
    found = people_in(_short(head.all_raw("from")), troubles)
    if len({person.address for person in found if person.address}) > 1:
        troubles.add(Trouble.SEVERAL_SENDERS)
    named = [person for person in found if person.address]
    if not named:
        others = [person for person in people_in(_short(head.all_raw("sender")), troubles) if person.address]
        troubles.add(Trouble.BROKEN_SENDER if found or others else Trouble.NO_SENDER)
        if others:
            return others[0]
    return next(iter([*named, *found]), None)


def reply_to_of(head: Head, troubles: Troubles) -> tuple[Person, ...]:
    return tuple(person for person in people_in(_short(head.all_raw("reply-to")), troubles) if person.address)[:10]


def recipients_of(head: Head, troubles: Troubles) -> tuple[tuple[Person, ...], int]:
    """Give those in To and Cc, up to a bound, and how many there are in all."""
    found = people_in([*head.all_raw("to"), *head.all_raw("cc")], troubles)
    if len(found) > MAX_RECIPIENTS:
        troubles.add(Trouble.RECIPIENTS_CUT)
    if any(person.address is None for person in found):
        troubles.add(Trouble.BROKEN_RECIPIENTS)
    return tuple(found[:MAX_RECIPIENTS]), len(found)


def people_in(values: Iterable[str], troubles: Troubles) -> list[Person]:
    """Read address lists: groups are their members, and what is no address is a name without one."""
    found = []
    for name, address in _pairs(list(values)):
        person = Person(one_line(decoded_words(name[: 16 * MAX_NAME], troubles), MAX_NAME), _address(address, troubles))
        if person.address is None and not person.name:
            person = Person(one_line(decoded_words(address[: 16 * MAX_NAME], troubles), MAX_NAME), None)
        if person.name or person.address:
            found.append(person)
    return found


def normalised(address: str) -> str:
    """Give the form in which addresses are compared: NFC, no case, the domain in letters of its own.

    The case of the local part counts after RFC 5321, 2.4; no server that a town writes to makes the difference, and people do not either.
    """
    local, _, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    with suppress(UnicodeError, ValueError):
        domain = domain.casefold()
        domain = domain.encode("ascii").decode("idna") if "xn--" in domain else domain
    return f"{local.casefold()}@{domain.casefold().rstrip('.')}"


def participants(mail: Mail) -> frozenset[str]:
    """Give the normalised addresses of all who stand in a mail's head: who may be told of what was answered to it."""
    people = [*mail.reply_to, *mail.recipients, *([mail.sender] if mail.sender else [])]
    return frozenset(normalised(person.address) for person in people if person.address)


def _short(values: list[str]) -> list[str]:
    return [value[:WRITER_CHARS] for value in values[:10]]


def _pairs(values: list[str]) -> list[tuple[str, str]]:
    """Take address lists apart; a value without any address is a name, whole."""
    names = [(value, "") for value in values if "@" not in value and ":" not in value and value.strip()]
    values = [value for value in values if "@" in value]
    try:
        return names + [(name, address) for name, address in getaddresses(values) if name or address]
    except (RecursionError, ValueError, IndexError, TypeError):
        return names + [("", address) for value in values for address in ANY_ADDRESS.findall(value)]


def _address(raw: str, troubles: Troubles) -> str | None:
    if not raw or len(raw) > 4 * MAX_ADDRESS:
        return None
    text = unicodedata.normalize("NFC", decoded_words(raw, troubles)).strip()
    if text != one_line(text, 2 * MAX_ADDRESS) or len(text) > MAX_ADDRESS:
        return None
    return text if ADDRESS.match(text) or QUOTED_ADDRESS.match(text) else None
