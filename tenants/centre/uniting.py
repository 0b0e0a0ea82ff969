"""Two accounts of one person become one: somebody was made known by a list or an invitation, and later her municipality's node handed her over.

The earlier account stays, with all that hangs on it, and becomes the one that her node hands over; what came to the other meanwhile goes over to it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from tenants import current, journal, staffing
from tenants.models import User
from tenants.roles import CentreRole

from .models import Contact

Follower = Callable[[User, User, datetime], None]
_followers: list[Follower] = []


class CannotUnite(Exception):
    """The two are not made one; the message says why."""


def when_united(follow: Follower) -> None:
    """Let an app carry over what it has of somebody: `follow(earlier, arrived, at)`. Called in AppConfig.ready(); it may raise CannotUnite."""
    if follow not in _followers:
        _followers.append(follow)


def unite(*, earlier: Contact, arrived: Contact, by: User, at: datetime) -> User:
    """Make one of two contacts of a municipality. Whether `by` may is for the caller to see to. Raises CannotUnite."""
    with current.atomic():
        held = {
            contact.pk: contact
            for contact in Contact.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(pk__in=[earlier.pk, arrived.pk])
            .order_by("pk")
        }
        if len(held) < 2:
            raise CannotUnite(_("These are not two people."))
        kept, other = held[earlier.pk], held[arrived.pk]
        _refuse(kept, other)
        clerk, person, gone = other.clerk_id, kept.person, other.person
        other.clerk_id = None
        other.save(update_fields=["clerk_id"])
        kept.clerk_id, kept.office = clerk, other.office or kept.office
        kept.save(update_fields=["clerk_id", "office"])
        for follow in _followers:
            follow(person, gone, at)
        told = {"display_name": gone.display_name, "email": gone.email or person.email, "telephone": gone.telephone or person.telephone}
        person = staffing.edit_person(person=person, **told, by=by, at=at)
        staffing.deactivate_person(person=gone, successor=None, by=by, at=at)
        journal.enter(
            act="unite", object=kept, by=by, at=at, changes={"clerk_id": (None, clerk), "other": (gone.username, person.username)}
        )
    return person


def carry_over(*, app: str, earlier: User, arrived: User) -> None:
    """Give an app's rows of one account to the other. What both have and only one may (a wish, a feed) stays where it is."""
    relations: list[Any] = User._meta.get_fields(include_hidden=True)  # hidden ones too: authors, and the tables between many and many
    for relation in relations:
        if not relation.auto_created or relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        model, field = relation.related_model, relation.field.name
        if model._meta.app_label != app:
            continue
        rows = model._default_manager.filter(**{field: arrived})
        try:
            with current.atomic():
                rows.update(**{field: earlier})
        except IntegrityError:
            for pk in list(rows.values_list("pk", flat=True)):
                _one_over(model, pk, field, earlier)


def _one_over(model: type, pk: object, field: str, earlier: User) -> None:
    try:
        with current.atomic():
            model._default_manager.filter(pk=pk).update(**{field: earlier})  # type: ignore[attr-defined]
    except IntegrityError:
        return  # she has one already


def _refuse(kept: Contact, other: Contact) -> None:
    if kept.municipality_id != other.municipality_id:
        raise CannotUnite(_("They work for different municipalities."))
    if other.clerk_id is None:
        raise CannotUnite(_("%(person)s was not handed over by the municipality's server.") % {"person": other.person})
    if kept.clerk_id is not None:
        raise CannotUnite(_("Both come from the municipality's server, so they are two people."))
    for contact in (kept, other):
        person = contact.person
        if not person.is_active or person.is_superuser or person.role_names != {CentreRole.REQUESTER}:
            raise CannotUnite(_("%(person)s may do more here than learn and ask, or not any more.") % {"person": person})
