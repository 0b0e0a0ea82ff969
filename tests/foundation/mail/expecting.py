"""What the tables say of a mail, and what is usual for those that say nothing else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from foundation.mail import Mail

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LOOP_TOKEN = "unser-zeichen-123"
USUAL: dict[str, Any] = {
    "message_id": "<m1@beispielheim.example>",
    "sender": ("Anna Kurz", "anna.kurz@beispielheim.example"),
    "recipients": [("", "hilfe@zentrale.example")],
    "date": "2026-11-24T08:30:00+00:00",
    "kind": "ordinary",
}


@dataclass(frozen=True)
class Expected:
    """Everything that is expected of a mail, in plain values."""

    values: dict[str, Any]

    def differences(self, mail: Mail) -> dict[str, tuple[Any, Any]]:
        """Give what is otherwise: (expected, found) by field. Nothing of a mail is left out."""
        found = _plain(mail)
        return {name: (self.values[name], found[name]) for name in found if found[name] != self.values[name]}


def expected(**said: Any) -> Expected:
    """Say what is expected; what is not said is usual, and what is never usual is nothing.

    `new_text` is the whole text, `claimed_date` the date and `recipient_count` the number of recipients, unless they are said.
    """
    nothing = _plain(Mail())
    assert said.keys() <= nothing.keys()
    values = nothing | USUAL | said
    values["new_text"] = said.get("new_text", values["text"])
    values["claimed_date"] = said.get("claimed_date", values["date"])
    values["recipient_count"] = said.get("recipient_count", len(values["recipients"]))
    return Expected(values)


def _plain(mail: Mail) -> dict[str, Any]:
    values = {field.name: getattr(mail, field.name) for field in fields(Mail)}
    values["sender"] = mail.sender and (mail.sender.name, mail.sender.address)
    for name in ("recipients", "reply_to"):
        values[name] = [(person.name, person.address) for person in values[name]]
    for name in ("date", "claimed_date"):
        values[name] = values[name] and values[name].isoformat()
    for name in ("reasons", "references"):
        values[name] = list(values[name])
    values["kind"] = mail.kind.value
    values["troubles"] = [trouble.value for trouble in mail.troubles]
    values["attachments"] = [
        (one.name, one.claimed_type, one.content, *filter(None, [one.content_id]), *(["inline"] if one.inline else []))
        for one in mail.attachments
    ]
    return values
