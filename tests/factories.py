"""Rows for tests, in the database of the municipality in force. Records: tests/node/factories.py, re-exported here on a node."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from tenants.models import Membership, Office, User
from tenants.roles import Role

PASSWORD = "Sieben-Aktenordner-7"


class UserFactory(DjangoModelFactory[User]):
    """An account without any role. `roles=["registry"]` and `office=…` (or `offices=[…]`) put the person in their groups."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    display_name = factory.Sequence(lambda n: f"Erika Muster {n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@stadt.example")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def roles(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.groups.add(*Group.objects.filter(name__in=extracted))

    @factory.post_generation
    def office(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            MembershipFactory(user=self, office=extracted)

    @factory.post_generation
    def offices(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        for office in extracted or []:
            MembershipFactory(user=self, office=office)


class ClerkFactory(UserFactory):
    roles = factory.PostGeneration(
        lambda person, create, extracted, **kw: person.groups.add(*Group.objects.filter(name__in=extracted or [Role.CLERK]))
    )


class OfficeFactory(DjangoModelFactory[Office]):
    """An office with its group."""

    class Meta:
        model = Office

    code = factory.Sequence(lambda n: f"{n + 10}.1")
    name = factory.Sequence(lambda n: f"Amt {n}")
    group = factory.LazyAttribute(lambda office: Group.objects.create(name=f"office:{office.code}"))


class MembershipFactory(DjangoModelFactory[Membership]):
    """A person in an office, and in its group."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    office = factory.SubFactory(OfficeFactory)
    since = date(2025, 1, 1)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Membership:
        made: Membership = super()._create(model_class, *args, **kwargs)
        made.user.groups.add(made.office.group)
        return made


if settings.SITE == "node":
    from tests.node.factories import (
        DocumentFactory,
        DocumentVersionFactory,
        FilePlanUnitFactory,
        PageFactory,
        RecordFileFactory,
        RegisterFactory,
        grant,
    )

    __all__ = [
        "PASSWORD",
        "ClerkFactory",
        "DocumentFactory",
        "DocumentVersionFactory",
        "FilePlanUnitFactory",
        "MembershipFactory",
        "OfficeFactory",
        "PageFactory",
        "RecordFileFactory",
        "RegisterFactory",
        "UserFactory",
        "grant",
    ]
