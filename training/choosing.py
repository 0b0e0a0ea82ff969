"""What a person chooses herself: whether she is reminded. It is her own affair: nobody else decides or sees it, and no history is kept of it."""

from __future__ import annotations

from tenants.models import User

from .models import Wishes


def wants_reminders(person: User) -> bool:
    return not Wishes.objects.filter(person=person, reminders=False).exists()


def choose(*, reminders: bool, by: User) -> None:
    """Want reminders before each session, or none. Everything else is always told: a place, a change and a cancellation concern her."""
    Wishes.objects.update_or_create(person=by, defaults={"reminders": reminders})
