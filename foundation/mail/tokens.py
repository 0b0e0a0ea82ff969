"""The number of a ticket in a subject: "[HL#2026-000123]"."""

import re

YEAR_AND_NUMBER = r"#(20[0-9]{2}-[0-9]{6})\]"
SUBJECT_CHARS = 2_000


def token_in(subject: str, *, prefix: str) -> str | None:
    """Give the ticket's number ("2026-000123") if the subject names exactly one.

    Strict: brackets, our prefix in its own case, "#", four and six digits of ASCII. Two different numbers are none: a machine must
    not choose between them. A number is a claim, not a right: whoever quotes it may be a stranger (see `participants`).
    """
    found = set(re.findall(r"\[" + re.escape(prefix) + YEAR_AND_NUMBER, subject[:SUBJECT_CHARS]))
    return found.pop() if len(found) == 1 else None


def with_token(subject: str, *, prefix: str, number: str) -> str:
    """Put a ticket's number in front of a subject, once; raises ValueError if prefix and number do not make a token."""
    token = f"[{prefix}#{number}]"
    if token_in(token, prefix=prefix) != number:
        raise ValueError(f"{token} is no ticket token")
    rest = re.sub(r"\[" + re.escape(prefix) + YEAR_AND_NUMBER, "", subject[:SUBJECT_CHARS])
    return f"{token} {' '.join(rest.split())}".rstrip()
