"""Roles as groups. A role opens administrative screens; it never opens records: that is what grants are for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Roles of a municipality."""

    CLERK = "clerk", _("Clerk")
    SUPERVISOR = "supervisor", _("Supervisor")
    REGISTRY = "registry", _("Registry")
    ADMINISTRATOR = "administrator", _("Administrator")
    DATA_PROTECTION = "data_protection", _("Data protection officer")
    COORDINATOR = "coordinator", _("Training coordinator")


class CentreRole(models.TextChoices):
    """Roles of the competence centre."""

    AGENT = "agent", _("Hotline agent")
    TRAINER = "trainer", _("Trainer")
    OPERATOR = "operator", _("Operator")
    REQUESTER = "requester", _("Requester")


def of_this_site() -> type[Role] | type[CentreRole]:
    return CentreRole if settings.SITE == "centre" else Role


def label_of(role: str) -> str:
    """How a role of either site is called; one that is not known here as it is named."""
    return next((str(known(role).label) for known in (Role, CentreRole) if role in known.values), role)


def administrator_role() -> str:
    """Who keeps people and offices on this site."""
    return CentreRole.OPERATOR if settings.SITE == "centre" else Role.ADMINISTRATOR


def make_role_groups(*, using: str, **kwargs: Any) -> None:
    """Create the site's role groups after every migration (post_migrate)."""
    known = set(Group.objects.using(using).values_list("name", flat=True))
    Group.objects.using(using).bulk_create([Group(name=role) for role in of_this_site().values if role not in known])
