"""Operators keep the webhooks: a new one with its secret, switched off and on, a new secret, tried out."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from foundation import outbound
from tenants import current, journal, queues
from tenants.models import User
from tenants.roles import CentreRole

from .models import Webhook, WebhookCall


class CannotKeepWebhook(Exception):
    """The webhook cannot be kept like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def add(*, name: str, address: str, by: User, at: datetime) -> Webhook:
    """Add a webhook with a secret of 256 bits. Raises CannotKeepWebhook: no name, or an address that must not be called."""
    _operators_only(by)
    name, address = " ".join(name.split()), address.strip()
    if not name or len(name) > 100:
        raise CannotKeepWebhook(_("Please give it a name of at most 100 characters."), "name")
    if len(address) > 500:
        raise CannotKeepWebhook(_("This is no address."), "address")
    _refuse_bad(address)
    with current.atomic():
        webhook = Webhook.objects.create(name=name, address=address, secret=_new_secret(), created_at=at)
        journal.enter(act="create", object=webhook, by=by, at=at, changes={"name": (None, name), "address": (None, address)})
    return webhook


def switch(*, webhook: Webhook, active: bool, by: User, at: datetime) -> Webhook:
    """Switch a webhook off or on. What happens while it is off it is not told of. Raises CannotKeepWebhook."""
    _operators_only(by)
    with current.atomic():
        found = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
        was, found.active = found.active, active
        found.save(update_fields=["active"])
        journal.enter(act="switch", object=found, by=by, at=at, changes={"active": (was, active)})
    return found


def renew_secret(*, webhook: Webhook, by: User, at: datetime) -> Webhook:
    """Give a webhook another secret; the old one is void at once. Raises CannotKeepWebhook."""
    _operators_only(by)
    with current.atomic():
        found = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
        found.secret = _new_secret()
        found.save(update_fields=["secret"])
        journal.enter(act="renew_secret", object=found, by=by, at=at)
    return found


def try_again(*, call: WebhookCall, by: User, at: datetime) -> None:
    """Make a call that was given up, from the beginning. Raises CannotKeepWebhook: it was not given up."""
    _operators_only(by)
    with current.atomic():
        found = WebhookCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
        if found.state != WebhookCall.State.GIVEN_UP:
            raise CannotKeepWebhook(_("Only what was given up can be tried again."))
        found.state, found.tries, found.next_at, found.ended_at = WebhookCall.State.WAITING, 0, at, None
        found.save(update_fields=["state", "tries", "next_at", "ended_at"])
        journal.enter(act="try_again", object=found, by=by, at=at)
        queues.send("hotline.call_webhook", lane="centre", call=found.pk)


def _refuse_bad(address: str) -> None:
    said = {
        "form": _("This is no address."),
        "scheme": _("The address must begin with https://; http:// only leads to this machine itself."),
        "network": _("This address leads into a network of our own, which must not be called. It can be allowed in the settings."),
    }
    try:
        outbound.target_of(address, allowed=settings.WEBHOOK_NETWORKS)
    except outbound.NotAllowed as refusal:
        raise CannotKeepWebhook(said[refusal.reason], "address") from refusal
    except outbound.Unreachable as error:
        raise CannotKeepWebhook(_("The name in this address is not known."), "address") from error


def _operators_only(by: User) -> None:
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotKeepWebhook(_("Webhooks are kept by operators."))


def _new_secret() -> str:
    return f"whs_{secrets.token_urlsafe(32)}"
