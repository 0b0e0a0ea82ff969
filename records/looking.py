"""Somebody of the competence centre comes in and looks at what was consented to; each page that he reads stands in the journal."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from foundation import signed
from tenants import current, visiting
from tenants.models import MunicipalSettings, Office, User

from . import journal
from .models import Document, RegisterSet, SupportAccess, SupportLook, SupportSignIn

logger = logging.getLogger(__name__)
SESSION_KEY = "support_access"


class CannotLook(Exception):
    """He is not let in; the message is for him, the log has the reason."""


@dataclass(frozen=True)
class Setting:
    """One line of an area: what it is called, and what holds."""

    label: str
    value: str


def come_in(*, token: str, at: datetime) -> SupportAccess:
    """Let an agent in by a message of the centre, once: to the access that is his, in force and still to be shown. Raises CannotLook."""
    try:
        visit = visiting.checked(token=token, at=at)
        with current.atomic():
            access = SupportAccess.objects.in_force(at).showable().select_related("guest", "file").filter(public_id=visit.access).first()
            if access is None or access.agent_id != visit.agent:
                raise signed.Refused(f"no access {visit.access} in force for {visit.agent}")
            _once(access, visit.token_id, at)
            _enter("come_in_by_support_access", access, at)
    except signed.Refused as refusal:
        logger.warning("nobody was let in by support access: %s", refusal)
        raise CannotLook(_("The way here holds for a minute and once only, and while the access is in force.")) from refusal
    found: SupportAccess = access
    return found


def in_force(*, access_id: str, guest: User, at: datetime) -> SupportAccess | None:
    """The access that a session began with, as long as it holds; None from the moment on in which it does not."""
    found: SupportAccess | None = (
        SupportAccess.objects.in_force(at).showable().select_related("file").filter(public_id=access_id, guest=guest.pk).first()
    )
    return found


def note(*, access: SupportAccess, document: Document | None = None, page: int = 0, at: datetime) -> None:
    """Enter that a page is read, once a page and access; page 0 is the list of what there is."""
    with current.atomic():
        document_id = document.public_id if document else None
        _look, new = SupportLook.objects.get_or_create(access=access, document=document_id, page=page, defaults={"at": at})
        if new:
            _enter("look_by_support_access", access, at, document=document, page=page)


def settings_of(area: str) -> list[Setting]:
    """What an area shows: settings as they hold, no content and no people."""
    if area == SupportAccess.Area.ORGANISATION:
        offices = Office.objects.order_by("code")
        return [Setting(office.code, office.name if office.is_active else f"{office.name} ({_('deactivated')})") for office in offices]
    if area == SupportAccess.Area.REGISTER_SETS:
        sets = RegisterSet.objects.order_by("name").prefetch_related("entries")
        return [Setting(one.name, ", ".join(e.name for e in sorted(one.entries.all(), key=lambda e: e.position))) for one in sets]
    row = MunicipalSettings.known()
    shown = ("name", "reference_template", "receipt_stamp", "hotline_telephone", "hotline_email")
    chosen = (
        ("stapling_order", row.get_stapling_order_display()),
        ("folio_numbering", row.get_folio_numbering_display()),
        ("support_consent", row.get_support_consent_display()),
        ("registry_sees_restricted", _("yes") if row.registry_sees_restricted else _("no")),
    )
    return [Setting(_label(name), value or "–") for name, value in [*((name, getattr(row, name)) for name in shown), *chosen]]


def _label(field: str) -> str:
    return str(MunicipalSettings._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def _once(access: SupportAccess, token_id: str, at: datetime) -> None:
    try:
        with current.atomic():
            SupportSignIn.objects.create(access=access, token_id=token_id, at=at)
    except IntegrityError as error:
        raise signed.Refused("the message came before") from error


def _enter(act: str, access: SupportAccess, at: datetime, *, document: Document | None = None, page: int = 0) -> None:
    changes: dict[str, tuple[Any, Any]] = {"ticket": (None, access.ticket)}
    if page:
        changes["page"] = (None, page)
    file_id = access.file.public_id if access.file else None
    journal.enter(act=act, object=document or access.file or access, by=access.guest, at=at, file_id=file_id, changes=changes)
