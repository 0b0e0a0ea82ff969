"""Whether a message is from a site that the centre knows. Every refusal is logged with its reason; the sender hears none."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError

from foundation import signed
from tenants import channel, current, identity

from .models import SeenToken, Site, SiteKey

logger = logging.getLogger(__name__)


def checked(token: str, *, purpose: str, at: datetime) -> tuple[Site, signed.Signed]:
    """Believe a message once: of a confirmed site, with a key of its own, for this centre and this purpose. Raises signed.Refused."""
    try:
        told = signed.check(
            token, purpose=purpose, public_of=_public_of, audience=identity.mine().id, at=at, longest=channel.HOLDS + timedelta(seconds=1)
        )
        site = _site_of(told)
        with current.atomic():
            _once(site, told)
            _retire(told.kid, at)
    except signed.Refused as refusal:
        logger.warning("a message (%s) was refused: %s", purpose, refusal)
        raise
    return site, told


def _public_of(kid: str) -> str | None:
    return SiteKey.objects.filter(kid=kid, revoked_at=None).values_list("public_key", flat=True).first()


def _site_of(told: signed.Signed) -> Site:
    site = SiteKey.objects.select_related("site").get(kid=told.kid).site
    if str(site.public_id) != told.issuer:
        raise signed.Refused(f"the key is that of {site}, the issuer another")
    if site.state != Site.State.CONFIRMED:
        raise signed.Refused(f"{site} is not confirmed ({site.state})")
    return site


def _once(site: Site, told: signed.Signed) -> None:
    try:
        with current.atomic():
            SeenToken.objects.create(site=site, token_id=told.id[:100], expires_at=told.expires_at + 2 * signed.TOLERANCE)
    except IntegrityError as error:
        raise signed.Refused(f"{site} sent it before, or somebody else did") from error


def _retire(kid: str, at: datetime) -> None:
    """The first message signed with a new key ends the old one."""
    key = SiteKey.objects.filter(kid=kid, replaces__revoked_at=None).exclude(replaces=None).select_related("replaces").first()
    if key is not None and key.replaces is not None:
        SiteKey.objects.filter(pk=key.replaces.pk).update(revoked_at=at)
        logger.info("the key %s of a site has replaced %s", kid[:12], key.replaces.kid[:12])


def forget_seen(*, at: datetime) -> int:
    """Forget the ids of messages that have expired: their own date refuses them. Returns how many."""
    return SeenToken.objects.filter(expires_at__lt=at - timedelta(minutes=10)).delete()[0]
