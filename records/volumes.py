"""Volumes (Bände): a binder that got too thick continues in the next one, each with its period and its place on the shelf."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import days, facts, journal, journal_reading
from .models import Document, RecordFile, Volume
from .models.documents import day_of
from .models.needs import highest_of
from .taking_turns import locked, save

MOST = 999


class CannotOpenVolume(Exception):
    """The volume cannot be opened or changed like that; the message says why."""


class VolumeChanged(CannotOpenVolume):
    """Somebody else has changed the volume meanwhile: nothing is overwritten."""


def mark_of(volume: Volume) -> str:
    """What a form sends along, and If-Match compares, so that what somebody else wrote meanwhile is noticed."""
    return facts.mark_of(volume, ("opened_on", "closed_on", "location"))


def open_volume(*, file: RecordFile, by: User, at: datetime, opened_on: date | None = None, location: str = "") -> Volume:
    """Open the next volume: the one before ends on the same day, new documents go into the new one.

    Opening the second one makes the first, which begins with the file's lifetime and holds all that lies in the file. Raises CannotOpenVolume
    (closed file, a day before the last volume began, or out of all reason).
    """
    day = opened_on or timezone.localdate(at)
    with current.atomic():
        file = locked(file)
        if not file.is_open:
            raise CannotOpenVolume(journal_reading.read_only(file))
        if sentence := days.oddity(day, at=at):
            raise CannotOpenVolume(sentence)
        last = Volume.objects.filter(file=file).order_by("-number").first() or _first_volume(file, day)
        if day < last.opened_on:
            message = _("Volume %(number)s began on %(day)s; the next one cannot begin before it.")
            raise CannotOpenVolume(message % {"number": last.number, "day": f"{last.opened_on:%d.%m.%Y}"})
        if last.number >= MOST:
            raise CannotOpenVolume(_("The file has too many volumes."))
        last.closed_on = day
        last.save(update_fields=["closed_on"])
        volume = Volume.objects.create(file=file, number=last.number + 1, opened_on=day, location=_one_line(location))
        save(file, at)
        told = {"volume": (last.number, volume.number), "opened_on": (None, day), "location": (None, volume.location)}
        journal.enter(act="open_volume", object=volume, by=by, at=at, file_id=file.public_id, changes=told)
    return volume


def edit_volume(
    *, volume: Volume, by: User, at: datetime, opened_on: date, closed_on: date | None, location: str, seen: str | None = None
) -> Volume:
    """Correct a volume's period and place. `seen`: the mark of what the clerk has seen.

    Raises CannotOpenVolume (closed file, the period of an open volume ended, a period that ends before it begins), VolumeChanged.
    """
    with current.atomic():
        file = locked(volume.file)
        if not file.is_open:
            raise CannotOpenVolume(journal_reading.read_only(file))
        volume = Volume.objects.get(pk=volume.pk)
        if seen is not None and seen != mark_of(volume):
            raise VolumeChanged(stale(volume))
        if (volume.closed_on is None) != (closed_on is None):
            raise CannotOpenVolume(_("Exactly the last volume is open. Open the next volume to end it."))
        for day in filter(None, (opened_on, closed_on)):
            if sentence := days.oddity(day, at=at):
                raise CannotOpenVolume(sentence)
        if closed_on is not None and closed_on < opened_on:
            raise CannotOpenVolume(_("The period ends before it begins."))
        new = {"opened_on": opened_on, "closed_on": closed_on, "location": _one_line(location)}
        told: dict[str, journal.Change] = {
            name: (getattr(volume, name), value) for name, value in new.items() if getattr(volume, name) != value
        }
        for name, value in new.items():
            setattr(volume, name, value)
        if told:
            volume.save(update_fields=list(new))
            save(file, at)
            told["volume"] = (volume.number, volume.number)
            journal.enter(act="edit_volume", object=volume, by=by, at=at, file_id=file.public_id, changes=told)
    return volume


def stale(volume: Volume) -> str:
    """That somebody else has changed a volume; who, and when."""
    return facts.changed(object_id=volume.public_id)


def described(volumes: QuerySet[Volume]) -> QuerySet[Volume]:
    """Annotate `document_count`, the lifetime (Laufzeit) of what lies in each, `lifetime_from` and `lifetime_to`, and the highest protection need
    of it, `highest_need`. By number."""
    standing = Q(documents__cancelled_at__isnull=True, documents__draft=False)
    day = day_of("documents__")
    return volumes.annotate(
        document_count=Count("documents", filter=standing),
        lifetime_from=Min(day, filter=standing),
        lifetime_to=Max(day, filter=standing),
        highest_need=highest_of("documents__protection_need", among=standing),
    ).order_by("number")


def lifetime_of(*, file: RecordFile, volume: Volume | None = None) -> tuple[date | None, date | None]:
    """The lifetime (Laufzeit) of a file, or of one of its volumes: from the day of the oldest to that of the youngest standing document
    (models.documents.day_of); none while there is no document."""
    standing = Document.objects.filter(file=file, cancelled_at__isnull=True, draft=False)
    if volume is not None:
        standing = standing.filter(volume=volume)
    found: Any = standing.aggregate(first=Min(day_of()), last=Max(day_of()))
    return found["first"], found["last"]


def _first_volume(file: RecordFile, day: date) -> Volume:
    first, _last = lifetime_of(file=file)
    began = min(first or timezone.localdate(file.created_at), day)
    volume = Volume.objects.create(file=file, number=1, opened_on=began, location=file.location)
    Document.objects.filter(file=file, volume__isnull=True).update(volume=volume)
    return volume


def _one_line(text: str) -> str:
    text = " ".join(text.replace("\x00", "").split())
    if len(text) > 200:
        raise CannotOpenVolume(_("A location has at most 200 characters."))
    return text
