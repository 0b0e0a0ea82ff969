"""How a municipality does it: whether somebody approves, and who."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Contact, Municipality
from tenants.models import User


class TownTraining(models.Model):
    """What a municipality wants of training. Without a row nobody has to approve."""

    municipality = models.OneToOneField(Municipality, models.CASCADE, related_name="training")
    needs_approval = models.BooleanField(_("A supervisor approves each enrolment"), default=False)

    objects: ClassVar[models.Manager[TownTraining]] = models.Manager()


class StandingManager(models.Manager["Standing"]):
    def people_of(self, person: User) -> models.QuerySet[Any, Any]:
        """Keys of the people whose training is a person's to decide: for a coordinator her municipality's, for a supervisor and her deputy those of her office.

        Never her own: nobody approves herself.
        """
        hers = self.in_force().filter(person=person)
        towns = hers.filter(role=Standing.Role.COORDINATOR).values("municipality")
        offices = hers.filter(role__in=Standing.OF_OFFICE).exclude(office="")
        same = offices.filter(municipality=models.OuterRef("municipality"), office=models.OuterRef("office"))
        found = Contact.objects.filter(Q(municipality__in=towns) | models.Exists(same))
        return found.exclude(person=person).values("person")

    def deciding_for(self, person: User) -> models.QuerySet[Any, Any]:
        """Keys of those who decide about a person's training: the other way round."""
        contact = Contact.objects.filter(person=person)
        town = Q(role=Standing.Role.COORDINATOR, municipality__in=contact.values("municipality"))
        same = contact.filter(municipality=models.OuterRef("municipality"), office=models.OuterRef("office"))
        office = Q(role__in=Standing.OF_OFFICE) & ~Q(office="") & models.Exists(same)
        return self.in_force().filter(town | office).exclude(person=person).values("person")

    def in_force(self) -> models.QuerySet[Standing]:
        """Keep those that have not ended, by the database's clock: whoever reads has no other."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=Now()))

    def towns_of(self, coordinator: User) -> models.QuerySet[Municipality]:
        """The municipalities whose training coordinator somebody is."""
        hers = self.in_force().filter(person=coordinator, role=Standing.Role.COORDINATOR)
        return Municipality.objects.filter(active=True, pk__in=hers.values("municipality")).order_by("name", "pk")


class Standing(models.Model):
    """That a contact decides about the training of others: a supervisor (or her deputy) of her office's people, a coordinator of her municipality's.

    Her node says so at each arrival (training.standing); `by_hand` is what an operator said, before the municipality had a node: it stays until an
    operator ends it. A deputy's standing ends by itself.
    """

    class Role(models.TextChoices):
        SUPERVISOR = "supervisor", _("Supervisor")
        DEPUTY = "deputy", _("Deputy of the supervisor")
        COORDINATOR = "coordinator", _("Training coordinator")

    OF_OFFICE = (Role.SUPERVISOR, Role.DEPUTY)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="standings")
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="standings")
    role = models.CharField(_("Role"), max_length=20, choices=Role)
    office = models.CharField(_("Office"), max_length=200, blank=True)
    by_hand = models.BooleanField(default=False)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[StandingManager] = StandingManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "municipality", "role", "office"], name="standing_once")]
        indexes = [models.Index(fields=["municipality", "office"], name="standing_of_office")]
