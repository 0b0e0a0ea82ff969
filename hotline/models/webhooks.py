"""Addresses that are told what happens to tickets, and each telling with what became of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .tickets import Ticket


class Webhook(models.Model):
    """An address of a program that is told of acts on tickets. `secret` signs each call; it is shown once, when it is made."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=100)
    address = models.URLField(_("Web address"), max_length=500)
    secret = models.CharField(max_length=100)
    active = models.BooleanField(_("Active"), default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Webhook]] = models.Manager()

    class Meta:
        verbose_name = _("Webhook")
        verbose_name_plural = _("Webhooks")

    def __str__(self) -> str:
        return self.name


class WebhookCall(models.Model):
    """One telling: what is to be sent, how often it was tried, and what was answered. Never a word of a ticket's content."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    act = models.CharField(max_length=40)
    at = models.DateTimeField()
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    answer = models.PositiveSmallIntegerField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[WebhookCall]] = models.Manager()

    class Meta:
        verbose_name = _("Call of a webhook")
        verbose_name_plural = _("Calls of webhooks")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "done", "given_up"]), name="webhook_call_state_known"),
            models.CheckConstraint(condition=Q(state="waiting") | Q(next_at__isnull=True), name="webhook_call_waits_or_ends"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="webhook_call_due"),
            models.Index(fields=["webhook", "-at", "-id"], name="webhook_calls_newest"),
        ]
