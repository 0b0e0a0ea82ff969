"""Two who ask for help are one person: an operator makes one of them, and what both asked, said and watched is hers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.centre import uniting
from tenants.centre.models import Contact
from tenants.models import User
from tenants.roles import CentreRole

from . import protecting
from .models import Ticket

MOST_FOUND = 20


class CannotMakeOne(Exception):
    """They are not made one; the message says why. `confirm`: only because they work for different municipalities, which can be confirmed."""

    def __init__(self, message: str, *, confirm: bool = False) -> None:
        super().__init__(message)
        self.confirm = confirm


@dataclass(frozen=True)
class Side:
    """One of the two, as they are compared: `handed_over` by her municipality's server; how many requests, and when the last one came."""

    person: User
    contact: Contact | None
    handed_over: bool
    requests: int
    last_at: datetime | None
    watched: int


def make_one(*, kept: User, gone: User, across: bool = False, by: User, at: datetime) -> User:
    """Make one of two people; `kept` stays, with the other's requests, messages, call-backs, watched ones and courses. There is no way back.

    `across`: although they work for different municipalities. Raises CannotMakeOne.
    """
    if not protecting.is_operator(by):
        raise CannotMakeOne(_("People are made one by operators."))
    try:
        with current.atomic():
            moved = Ticket.objects.filter(requester=gone).count()
            person = uniting.unite_people(kept=kept, gone=gone, across=across, by=by, at=at)
            changes = {"requests": (moved, None), "other": (str(gone.public_id), None)}
            protecting.enter(act="unite", object=person, about=str(person.public_id), by=by, at=at, changes=changes)
    except uniting.CannotUnite as refusal:
        raise CannotMakeOne(str(refusal), confirm=isinstance(refusal, uniting.TwoMunicipalities)) from refusal
    return person


def who_could_be(person: User, *, asked: str) -> QuerySet[User]:
    """Others who ask for help, by a part of name, e-mail or telephone number: with nothing asked those who share one of these with her."""
    found = User.objects.get_queryset().filter(groups__name=CentreRole.REQUESTER, is_active=True, is_guest=False).exclude(pk=person.pk)
    if asked:
        alike = Q(display_name__icontains=asked) | Q(email__icontains=asked) | Q(telephone__icontains=asked)
    else:
        alike = Q(display_name__iexact=person.display_name)
        alike |= Q(email__iexact=person.email) if person.email else Q()
        alike |= Q(telephone=person.telephone) if person.telephone else Q()
    return found.filter(alike).select_related("contact__municipality").distinct().order_by("display_name", "pk")[:MOST_FOUND]


def sides(*people: User) -> list[Side]:
    """People side by side; three queries, however much they asked."""
    keys = [person.pk for person in people]
    contacts = {one.person_id: one for one in Contact.objects.select_related("municipality").filter(person__in=keys)}
    rows = Ticket.objects.filter(requester__in=keys).order_by().values_list("requester").annotate(n=Count("pk"), last=Max("created_at"))
    asked: dict[int, tuple[int, datetime | None]] = {key: (n, last) for key, n, last in rows}
    watched = Ticket.watchers.through.objects.filter(user__in=keys).order_by().values_list("user").annotate(n=Count("pk"))
    watching = dict(watched)
    return [
        Side(
            person,
            contact := contacts.get(person.pk),
            bool(contact and contact.clerk_id),
            *asked.get(person.pk, (0, None)),
            watching.get(person.pk, 0),
        )
        for person in people
    ]
