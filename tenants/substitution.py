"""Substitutes (Vertretung): set by the person herself, her supervisor or, because of absence, the administrator; from a day to a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement

from . import current, journal
from .models import Membership, Office, Substitute, User
from .roles import Role

LONGEST = timedelta(days=731)  # a longer absence is no absence: the work is handed over then


class CannotSubstitute(Exception):
    """The substitute cannot be set or ended like that. `field` names the form's field, "" if it is none in particular."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def set_substitute(*, absent: User, deputy: User, first_day: date, last_day: date, by: User, at: datetime) -> Substitute:
    """Let `deputy` act for `absent` on these days, both included.

    Raises CannotSubstitute: not hers to decide, an inactive person, somebody for herself, days that make no sense, the same again. An
    administrator does not make herself a substitute: administration is not access.
    """
    kind = kind_of(absent=absent, by=by)
    if kind is None:
        raise CannotSubstitute(_("Only the person herself, her supervisor or an administrator can set her substitute."))
    if deputy.pk == absent.pk:
        raise CannotSubstitute(_("Nobody stands in for herself or himself."), "deputy")
    if not absent.is_active or not deputy.is_active:
        raise CannotSubstitute(_("Only active persons stand in for each other."), "deputy")
    if kind == Substitute.SetBy.SICKNESS and deputy.pk == by.pk:
        raise CannotSubstitute(_("Administrators do not make themselves substitutes. Please choose another person."), "deputy")
    _refuse_days(first_day, last_day, today=timezone.localdate(at))
    with current.atomic():
        User.objects.get_queryset().select_for_update().get(pk=absent.pk)  # two who set the same at once take turns
        same = Substitute.objects.filter(absent=absent, deputy=deputy, ended_at__isnull=True)
        if same.filter(first_day__lte=last_day, last_day__gte=first_day).exists():
            raise CannotSubstitute(_("%(deputy)s stands in on some of these days already.") % {"deputy": deputy}, "first_day")
        made: Substitute = Substitute.objects.create(
            absent=absent, deputy=deputy, first_day=first_day, last_day=last_day, set_by_kind=kind, set_by=by, set_at=at
        )
        told = {"absent": absent, "deputy": deputy, "first_day": first_day, "last_day": last_day, "set_by_kind": made.set_by_kind}
        journal.enter(act="substitute", object=made, by=by, at=at, changes={name: (None, value) for name, value in told.items()})
        current.forget()
    return made


def end_substitute(*, substitute: Substitute, by: User, at: datetime) -> Substitute:
    """End a substitution at once, also one that has not begun. Raises CannotSubstitute (not hers to end, ended already)."""
    if not may_end(substitute=substitute, by=by):
        raise CannotSubstitute(_("Only those concerned, the supervisor or an administrator can end this substitution."))
    with current.atomic():
        substitute = Substitute.objects.select_for_update(of=("self",)).select_related("absent", "deputy").get(pk=substitute.pk)
        if substitute.ended_at is not None or substitute.last_day < timezone.localdate(at):
            raise CannotSubstitute(_("This substitution has ended already."))
        substitute.ended_at = at
        substitute.save(update_fields=["ended_at"])
        told = {"ended_at": (None, at), "absent": (str(substitute.absent), None), "deputy": (str(substitute.deputy), None)}
        journal.enter(act="end_substitute", object=substitute, by=by, at=at, changes=told)
        current.forget()
    return substitute


def kind_of(*, absent: User, by: User) -> str | None:
    """As what somebody may set a substitute for a person; None if it is not hers to decide."""
    if absent.pk == by.pk:
        return Substitute.SetBy.ONESELF
    if by.has_role(Role.SUPERVISOR) and led_by(supervisor=by).filter(pk=absent.pk).exists():
        return Substitute.SetBy.SUPERVISOR
    return Substitute.SetBy.SICKNESS if by.has_role(Role.ADMINISTRATOR) else None


def may_end(*, substitute: Substitute, by: User) -> bool:
    """Those concerned, and whoever could set it."""
    return by.pk == substitute.deputy_id or kind_of(absent=substitute.absent, by=by) is not None


def led_by(*, supervisor: User) -> QuerySet[User]:
    """Active members of the offices that somebody leads and of all offices below, without herself."""
    led = offices_led_by(supervisor)
    return User.objects.active().filter(memberships__office__in=led).exclude(pk=supervisor.pk).distinct().order_by("display_name", "pk")


def offices_led_by(*people: User) -> set[int]:
    """Keys of the offices that any of these people leads, and of all offices below."""
    led = set(Membership.objects.filter(user__in=people, is_lead=True).values_list("office_id", flat=True))
    if led:
        children: dict[int | None, list[int]] = {}
        for pk, parent in Office.objects.values_list("pk", "parent_id"):
            children.setdefault(parent, []).append(pk)
        below = list(led)
        while below:
            below = [child for pk in below for child in children.get(pk, []) if child not in led]
            led.update(below)
    return led


def absent_for(*, by: User) -> QuerySet[User]:
    """Whose substitutes somebody may set besides her own: the supervisor for those she leads, the administrator for everybody."""
    if by.has_role(Role.ADMINISTRATOR):
        return User.objects.active().exclude(pk=by.pk).order_by("display_name", "pk")
    return led_by(supervisor=by) if by.has_role(Role.SUPERVISOR) else User.objects.get_queryset().none()


def acting_for(*, person: User, at: datetime) -> QuerySet[Substitute]:
    """Those whom a person stands in for today, by name. Inactive persons are stood in for by nobody."""
    return _stood_in_for(timezone.localdate(at), person)


def _stood_in_for(day: Any, person: Any) -> QuerySet[Substitute]:
    today: QuerySet[Substitute] = Substitute.objects.in_force(on=day)
    return today.filter(deputy=person, absent__is_active=True).select_related("absent").order_by("absent__display_name", "pk")


def _standing() -> QuerySet[Substitute]:
    return _stood_in_for(Blank("day"), Blank("person"))


STANDING = Statement(_standing, using=current.alias)  # every page asks, for its head


def acting_now(*, person: User, at: datetime) -> list[Substitute]:
    """The same as acting_for(), which is not composed anew each time, nor asked twice in a request."""
    day = timezone.localdate(at)
    return current.remembered(("tenants.acting_for", person.pk, day), lambda: current.objects_of(STANDING, day=day, person=person.pk))


def not_over(*, concerning: User, at: datetime) -> QuerySet[Substitute]:
    """Substitutions in force or still to come, in which a person stands in or is stood in for."""
    lasting = Substitute.objects.filter(ended_at__isnull=True, last_day__gte=timezone.localdate(at))
    mine: QuerySet[Substitute] = lasting.filter(Q(absent=concerning) | Q(deputy=concerning))
    return mine.select_related("absent", "deputy", "set_by").order_by("first_day", "pk")


def not_over_of(*, absent: QuerySet[User], at: datetime) -> QuerySet[Substitute]:
    """Substitutions in force or still to come of several people."""
    lasting: QuerySet[Substitute] = Substitute.objects.filter(
        absent__in=absent.order_by().values("pk"), ended_at__isnull=True, last_day__gte=timezone.localdate(at)
    )
    return lasting.select_related("absent", "deputy", "set_by").order_by("first_day", "pk")


def _refuse_days(first_day: date, last_day: date, *, today: date) -> None:
    if first_day < today:
        raise CannotSubstitute(_("A substitution begins today at the earliest."), "first_day")
    if last_day < first_day:
        raise CannotSubstitute(_("The last day lies before the first."), "last_day")
    if last_day - today > LONGEST:
        raise CannotSubstitute(_("A substitution ends within two years. Please hand the work over instead."), "last_day")
