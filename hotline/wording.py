"""What people may write: bounded, without control characters, never empty."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import gettext as _

LONGEST_SUBJECT, LONGEST_TEXT = 200, 50_000  # characters


class Refusal(Protocol):
    def __call__(self, message: str, field: str, /) -> Exception: ...


def subject(written: str, *, refuse: Refusal) -> str:
    """One line. Raises what `refuse` makes: nothing written, or too much."""
    line = " ".join("".join(" " if ord(sign) < 32 or ord(sign) == 127 else sign for sign in written).split())
    if not line:
        raise refuse(_("Please say in a few words what it is about."), "subject")
    if len(line) > LONGEST_SUBJECT:
        raise refuse(_("A subject has %(most)s characters at most.") % {"most": LONGEST_SUBJECT}, "subject")
    return line


def text(written: str, *, refuse: Refusal, field: str = "body") -> str:
    """Lines of text. Raises what `refuse` makes: nothing written, or too much."""
    lines = written.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").split("\n")
    tidy = "\n".join(line.rstrip() for line in lines).strip()
    if not tidy:
        raise refuse(_("Please write something."), field)
    if len(tidy) > LONGEST_TEXT:
        raise refuse(_("A message has %(most)s characters at most. Please attach longer texts as a file.") % {"most": LONGEST_TEXT}, field)
    return tidy
