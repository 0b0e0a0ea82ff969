"""Guests: people of the competence centre whom this municipality has let in by consent. An account each, asleep unless a consent is in force.

Such an account has no password, no role, no office and no right that could be given to it; what it may see is decided by the app that lets it in.
"""

from __future__ import annotations

from uuid import UUID

from knox.models import AuthToken

from .models import User


def account_of(*, centre_id: UUID, name: str) -> User:
    """The account of a person who has this id at the centre; made at the first call, asleep. Inside the act that lets her in."""
    person = User.objects.get_queryset().select_for_update().filter(username=_username(centre_id)).first()
    if person is None:
        person = User(username=_username(centre_id), display_name=name, is_guest=True, is_active=False)
        person.set_unusable_password()
        person.save()
    elif person.display_name != name:
        person.display_name = name
        person.save(update_fields=["display_name"])
    return person


def wake(person: User) -> None:
    """Let the account be used; by nobody but who comes with a message of the centre (tenants.visiting)."""
    person.is_active, person.shortcuts = True, False
    person.save(update_fields=["is_active", "shortcuts"])


def rest(person: User) -> None:
    """Put the account to sleep. A session of it is worth nothing from now on: its proof changes with the (unusable) password."""
    person.set_unusable_password()
    person.is_active = False
    person.save(update_fields=["password", "is_active"])
    AuthToken.objects.filter(user=person).delete()


def _username(centre_id: UUID) -> str:
    return f"zentrum.{centre_id.hex}"
