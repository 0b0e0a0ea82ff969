"""Telling a contact what is stored about her (Art. 15 GDPR), in a form that programs can read as well (Art. 20): one ZIP file, for some days.

She asks for herself, or an operator for her. It is made by a worker, because files can be many; whoever asked comes back for it.
"""

from __future__ import annotations

import json
import logging
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from foundation.store import Incoming, Store, StoreError
from tenants import current, queues
from tenants.centre import stores
from tenants.models import User
from tenants.roles import CentreRole

from . import knowing, mail_store, protecting
from .models import AnonymousPerson, PersonExport, UnneededBytes

logger = logging.getLogger(__name__)
OFFERED = timedelta(days=7)
AGAIN_AFTER, GIVEN_UP_AFTER = timedelta(minutes=10), timedelta(days=1)  # what waits is queued again, and given up
State = PersonExport.State
MOMENTS = {"at", "last_login", "earliest", "latest", "created", "expires"}  # and all names that end in _at


class CannotDisclose(Exception):
    """There is nothing to be told, or not to this person; the message says why."""


def ask(*, person: User, by: User, at: datetime) -> PersonExport:
    """Have an export made; one that was made before is replaced, one that is being made is given again.

    For oneself, or by an operator for a contact: that one has the internal notes, too. Raises CannotDisclose.
    """
    whole = by.pk != person.pk
    if whole and not protecting.is_operator(by):
        raise CannotDisclose(_("Exports for others are made by operators."))
    if not person.role_names & {CentreRole.REQUESTER} or AnonymousPerson.objects.filter(person=person).exists():
        raise CannotDisclose(_("This is for people who ask the hotline for help."))
    with current.atomic():
        User.objects.get_queryset().select_for_update().get(pk=person.pk)
        before = PersonExport.objects.filter(person=person, whole=whole).first()
        if before is not None and before.state == State.WAITING and at - before.asked_at < AGAIN_AFTER:
            return before
        if before is not None:
            protecting.unneeded(UnneededBytes.Place.EXPORTS, [before.sha256])
            before.delete()
        made: PersonExport = PersonExport.objects.create(person=person, whole=whole, asked_at=at, expires_at=at + OFFERED)
        protecting.enter(act="export", object=made, about=str(person.public_id), by=by, at=at)
        queues.send("hotline.make_export", lane="centre", export=made.pk)
    return made


def make(*, export: int, now: Callable[[], datetime]) -> None:
    """Make the file of an export that waits. Safe to run twice: the same row gets one file. Raises foundation.store.StoreError."""
    found = PersonExport.objects.select_related("person").filter(pk=export, state=State.WAITING).first()
    if found is None:
        return
    at = now()
    known = knowing.known_of(person=found.person, whole=found.whole, at=at)
    store = protecting.exports()
    with store.receive() as incoming:
        _write(incoming, known, at)
        kept = store.keep(incoming)
    with current.atomic():
        row = PersonExport.objects.select_for_update().filter(pk=export, state=State.WAITING).first()
        if row is None:  # asked for anew, or anonymised meanwhile
            protecting.unneeded(UnneededBytes.Place.EXPORTS, [kept.sha256])
            return
        row.state, row.sha256, row.size, row.made_at, row.expires_at = State.READY, kept.sha256, kept.size, now(), now() + OFFERED
        row.save()


def fetch(*, export: PersonExport, by: User, at: datetime) -> BinaryIO:
    """The file, and a line in the journal that it was fetched. Raises CannotDisclose: not there yet or any more; StoreError."""
    if not export.is_to_be_had(at):
        raise CannotDisclose(_("This export is not ready, or its time is over. Please ask for a new one."))
    opened = protecting.exports().open_verified(export.sha256)
    with current.atomic():
        protecting.enter(act="fetch_export", object=export, about=str(export.person.public_id), by=by, at=at)
    return opened


def sweep(*, at: datetime) -> int:
    """Forget exports whose time is over, queue again what still waits, and empty the stores; returns how many exports were forgotten."""
    with current.atomic():
        over = PersonExport.objects.filter(expires_at__lte=at)
        protecting.unneeded(UnneededBytes.Place.EXPORTS, over.values_list("sha256", flat=True))
        forgotten: int = over.delete()[0]
        waiting = PersonExport.objects.filter(state=State.WAITING)
        waiting.filter(asked_at__lt=at - GIVEN_UP_AFTER).update(state=State.FAILED)
        for export in waiting.filter(asked_at__lt=at - AGAIN_AFTER).values_list("pk", flat=True):
            queues.send("hotline.make_export", lane="centre", export=export)
    protecting.empty_stores(at=at)
    return forgotten


def name_of(export: PersonExport) -> str:
    """What the file is called when it is saved; never a person's name."""
    return f"auskunft-{timezone.localtime(export.made_at or export.asked_at):%Y-%m-%d}.zip"


@dataclass
class _Out:
    """An arriving file as zipfile writes it: from the beginning to the end."""

    incoming: Incoming

    def write(self, chunk: bytes) -> int:
        self.incoming.write(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        """Nothing waits here."""


def _write(incoming: Incoming, known: knowing.Known, at: datetime) -> None:
    places: dict[str, Callable[[], Store]] = {knowing.FILES: stores.of_centre, knowing.MAILS: mail_store.store}
    moment = timezone.localtime(at).timetuple()[:6]
    with zipfile.ZipFile(_Out(incoming), "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        for file in known.files:
            try:
                with places[file.place]().open_verified(file.sha256) as opened, packed.open(_entry(file.path, moment), "w") as target:
                    shutil.copyfileobj(opened, target)
            except StoreError as trouble:
                logger.error("A file is missing in an export: %s", trouble)
                file.said["missing"] = True  # said in both lists; she gets all the others
        shown = {"told": _read(known.told), "parts": [(part.template, _read(part.told)) for part in known.parts]}
        data = json.dumps(known.told, ensure_ascii=False, indent=2)
        packed.writestr(_entry("daten.json", moment), data)
        packed.writestr(_entry("auskunft.html", moment), render_to_string("hotline/print/person.html", shown))


def _entry(path: str, moment: tuple[int, ...]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, moment)  # type: ignore[arg-type]
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return entry


def _is_moment(name: str) -> bool:
    return name in MOMENTS or name.endswith("_at")


def _read(told: object) -> object:
    """The same with moments in place of their ISO forms, for a template."""
    if isinstance(told, dict):
        return {
            name: parse_datetime(value) if _is_moment(name) and isinstance(value, str) else _read(value) for name, value in told.items()
        }
    return [_read(one) for one in told] if isinstance(told, list) else told
