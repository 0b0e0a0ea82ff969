"""When it was written, as it says."""

from __future__ import annotations

from tests.foundation.mail.expecting import Expected, expected

MAILS: dict[str, Expected] = {
    "date_1970": expected(
        subject="Datum",
        sender=("", "anna.kurz@beispielheim.example"),
        claimed_date="1970-01-01T00:00:00+00:00",
        text="Text",
        troubles=["wrong_date"],
        date=None,
        message_id=None,
        recipients=[],
    ),
    "date_none": expected(
        subject="Datum", sender=("", "anna.kurz@beispielheim.example"), text="Text", date=None, message_id=None, recipients=[]
    ),
    "date_nonsense": expected(
        subject="Datum",
        sender=("", "anna.kurz@beispielheim.example"),
        text="Text",
        troubles=["broken_date"],
        date=None,
        message_id=None,
        recipients=[],
    ),
    "date_tomorrow": expected(
        subject="Datum",
        sender=("", "anna.kurz@beispielheim.example"),
        claimed_date="2026-11-27T17:00:00+00:00",
        text="Text",
        troubles=["wrong_date"],
        date=None,
        message_id=None,
        recipients=[],
    ),
    "date_without_zone": expected(
        subject="Datum",
        sender=("", "anna.kurz@beispielheim.example"),
        date="2026-11-24T09:30:00+00:00",
        claimed_date="2026-11-24T09:30:00+00:00",
        text="Text",
        message_id=None,
        recipients=[],
    ),
    "date_year_60000": expected(
        subject="Datum",
        sender=("", "anna.kurz@beispielheim.example"),
        text="Text",
        troubles=["broken_date"],
        date=None,
        message_id=None,
        recipients=[],
    ),
    "date_zone_of_nonsense": expected(
        subject="Datum",
        sender=("", "anna.kurz@beispielheim.example"),
        text="Text",
        troubles=["broken_date"],
        date=None,
        message_id=None,
        recipients=[],
    ),
}
