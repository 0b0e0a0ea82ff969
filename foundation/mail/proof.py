"""What our own mail server says of a mail's sender: that his domain stands for him, that it does not, or nothing.

It writes Authentication-Results (RFC 8601) in front of what came in, and removes those that claim to be its own (section 5); so only the first one
that bears its name is believed. SPF speaks of the envelope, which nobody sees, and is not asked.
"""

import re
from enum import StrEnum

from foundation.mail.facts import Troubles
from foundation.mail.headers import begins_with_headers, end_of_head, head_of

COMMENT = re.compile(r"\([^()]{0,500}\)")
LONGEST = 4_000  # characters of the header that are read


class Proof(StrEnum):
    """PROVEN: DMARC passed for the domain in From, or it signed the mail itself. REFUTED: DMARC failed."""

    PROVEN = "proven"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


def proof_of(raw: bytes, *, address: str, authserv_id: str) -> Proof:
    """Say whether the server `authserv_id` stands for `address` as the sender of a mail. Without a name nobody is believed."""
    domain = address.rpartition("@")[2].casefold().rstrip(".")
    if not authserv_id or not domain:
        return Proof.UNKNOWN
    for method, result, properties in _results(raw, authserv_id):
        if method == "dmarc" and properties.get("header.from", domain).casefold().rstrip(".") == domain:
            if result == "pass" and "header.from" in properties:
                return Proof.PROVEN
            if result == "fail":
                return Proof.REFUTED
        if method == "dkim" and result == "pass" and properties.get("header.d", "").casefold().rstrip(".") == domain:
            return Proof.PROVEN
    return Proof.UNKNOWN


def _results(raw: bytes, authserv_id: str) -> list[tuple[str, str, dict[str, str]]]:
    """Give method, result and properties of each statement, DMARC's first: it says what the domain wants to be made of the others."""
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    if not begins_with_headers(raw, start):
        return []
    end, _body = end_of_head(raw, start, len(raw))
    values = head_of(raw, start, end, Troubles()).all_raw("authentication-results")
    ours = next((parts for value in values if (parts := _parts(value)) and parts[0].split()[0].casefold() == authserv_id.casefold()), [])
    found = []
    for part in ours[1:]:
        words = part.split()
        method, _, result = words[0].partition("=")
        properties = dict(word.split("=", 1) for word in words[1:] if "=" in word)
        found.append(
            (method.partition("/")[0].lower(), result.lower(), {key.lower(): value.strip('"') for key, value in properties.items()})
        )
    return sorted(found, key=lambda one: one[0] != "dmarc")


def _parts(value: str) -> list[str]:
    plain = re.sub(r"\s+", " ", COMMENT.sub(" ", value[:LONGEST]))
    plain = re.sub(r" ?= ?", "=", plain)
    return [part.strip() for part in plain.split(";") if part.strip()]
