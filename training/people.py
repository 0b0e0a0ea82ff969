"""My people: those whose training is somebody's to decide, with where they are enrolled. Never what they did there: that is theirs."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from tenants.centre.models import Contact
from tenants.models import User

from .models import Enrolment, Standing
from .models.courses import STAFF


def mine(*, decider: User, words: str = "") -> QuerySet[Contact]:
    """Contacts of the people somebody decides about, by name, each with what she is enrolled for (`person.held`). `words` are of name or office."""
    held = Enrolment.objects.active().select_related("date__course").order_by("date__starts_at", "pk")
    found = Contact.objects.filter(person__in=Standing.objects.people_of(decider), person__is_active=True)
    for word in words.replace("\x00", " ").split()[:5]:
        found = found.filter(Q(person__display_name__icontains=word) | Q(office__icontains=word) | Q(person__email__icontains=word))
    found = found.select_related("person", "municipality").prefetch_related(Prefetch("person__enrolments", held, to_attr="held"))
    return found.order_by("person__display_name", "pk")


def all_of(*, decider: User, person: User) -> list[Enrolment]:
    """Everything one of her people has asked for, the latest first: course, time and state only."""
    found = Enrolment.objects.visible_to(decider).filter(person=person)
    return list(found.select_related("date__course", "person").order_by("-date__starts_at", "-pk")[:200])


def decides(person: User) -> bool:
    """Whether anybody's training is this person's to decide."""
    return not person.has_role(*STAFF) and Standing.objects.in_force().filter(person=person).exists()
