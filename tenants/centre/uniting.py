"""Two accounts of one person become one: somebody was made known by a list, an invitation, a call or a mail, and later came by another way.

One account stays, with all that hangs on it, and becomes the one that her node hands over; what came to the other meanwhile goes over to it, and who
is found by its address is the one that stays.
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

from .models import Contact, United

Follower = Callable[[User, User, datetime], None]
_followers: list[Follower] = []


class CannotUnite(Exception):
    """The two are not made one; the message says why."""


class TwoMunicipalities(CannotUnite):
    """They work for different municipalities: that has to be confirmed."""


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
        return _made_one(kept.person, other.person, kept, other, by, at)


def unite_people(*, kept: User, gone: User, across: bool = False, by: User, at: datetime) -> User:
    """Make one of two people who ask for help, however they came; `kept` stays. Whether `by` may is for the caller to see to.

    With `across` also where they work for different municipalities: she moved, or wrote from another town's address. She works then where her node
    says, else where `kept` does; requests stay with their municipality. Raises CannotUnite, and TwoMunicipalities without `across`.
    """
    with current.atomic():
        list(User.objects.get_queryset().select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk"))
        contacts = {
            contact.person_id: contact
            for contact in Contact.objects.select_for_update(of=("self",))
            .select_related("person", "municipality")
            .filter(person__in=[kept.pk, gone.pk])
            .order_by("pk")
        }
        if kept.pk == gone.pk:
            raise CannotUnite(_("These are not two people."))
        mine, other = contacts.get(kept.pk), contacts.get(gone.pk)
        if mine and other and mine.clerk_id and other.clerk_id:
            raise CannotUnite(_("Both come from the municipality's server, so they are two people."))
        for person in (kept, gone):
            _refuse_person(User.objects.get(pk=person.pk))
        if mine and other and mine.municipality_id != other.municipality_id:
            if not across:
                raise TwoMunicipalities(_("They work for different municipalities. Please confirm that it is one person all the same."))
            if other.clerk_id:
                mine.municipality = other.municipality
                mine.save(update_fields=["municipality"])
        return _made_one(kept, gone, mine, other, by, at)


def who_became_of(person: User) -> User:
    """The account that stayed, for one that became part of it; any other is returned as it is."""
    known = United.objects.select_related("into").filter(gone=person).first()
    return known.into if known else person


def _made_one(person: User, gone: User, kept: Contact | None, other: Contact | None, by: User, at: datetime) -> User:
    """Both locked and fit for it: rows, address and the node's id go over, the other account ends."""
    clerk = other.clerk_id if other else None
    if other is not None and kept is None:
        other.person = person
        other.save(update_fields=["person"])
    elif other is not None and kept is not None:
        _one_contact(kept, other)
    for follow in _followers:
        follow(person, gone, at)
    newer, older = (gone, person) if clerk else (person, gone)  # her node knows best how she is called
    told = {"display_name": newer.display_name, "email": newer.email or older.email, "telephone": newer.telephone or older.telephone}
    person = staffing.edit_person(person=person, **told, by=by, at=at)
    staffing.deactivate_person(person=gone, successor=None, by=by, at=at)
    United.objects.filter(into=gone).update(into=person)
    United.objects.create(gone=gone, into=person, at=at)
    changes = {"clerk_id": (None, clerk), "other": (gone.username, person.username)}
    journal.enter(act="unite", object=kept or person, by=by, at=at, changes=changes)
    return person


def _one_contact(kept: Contact, other: Contact) -> None:
    clerk, other.clerk_id = other.clerk_id, None
    other.save(update_fields=["clerk_id"])
    office = other.office or kept.office if clerk else kept.office or other.office
    if office != kept.office:
        kept.sees_office = False  # it was allowed for the other one
    kept.clerk_id, kept.office = clerk or kept.clerk_id, office
    kept.save(update_fields=["clerk_id", "office", "sees_office"])


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
        _refuse_person(contact.person)


def _refuse_person(person: User) -> None:
    if not person.is_active or person.is_superuser or person.role_names != {CentreRole.REQUESTER}:
        raise CannotUnite(_("%(person)s may do more here than learn and ask, or not any more.") % {"person": person})
