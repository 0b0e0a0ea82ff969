"""What stands on a certificate, and the sheet that is made of it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import pikepdf
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from foundation.certificates import AttendedSession, SheetKind, certificate_sheet
from foundation.certificates import Certificate as Fields
from tenants.centre import stores

from .models import Certificate, CourseDate, Session


def facts_of(held: CourseDate, sessions: Sequence[Session], *, at: datetime, replaces: str) -> dict[str, Any]:
    """All that stands on a sheet beside name, kind and number, as it is at this moment. `sessions`: those at which she was present."""
    return {
        "course": held.course.title,
        "aims": [line.strip(" -*•\t") for line in held.course.aims.splitlines() if line.strip(" -*•\t")],
        "minutes": held.course.minutes,
        "sessions": [
            {"starts_at": session.starts_at.isoformat(), "ends_at": session.ends_at.isoformat(), "place": _place(session)}
            for session in sessions
        ],
        "trainers": list(dict.fromkeys(str(session.trainer) for session in sessions if session.trainer is not None)),
        "issued_on": timezone.localdate(at).isoformat(),
        "issuer": settings.IMPRINT_ADDRESS,
        "replaces": replaces,
    }


def sheet_of(certificate: Certificate) -> bytes:
    """The sheet of a certificate, as a tagged PDF."""
    facts = certificate.facts
    issuer, *address = (part.strip() for part in facts["issuer"].split(","))
    return certificate_sheet(
        Fields(
            kind=SheetKind(certificate.kind),
            number=certificate.number,
            name=certificate.name,
            course=facts["course"],
            aims=tuple(facts["aims"]),
            sessions=tuple(_attended(session) for session in facts["sessions"]),
            hours=Decimal(facts["minutes"]) / 60,
            issued_on=datetime.fromisoformat(facts["issued_on"]).date(),
            issuer_name=issuer,
            issuer_address=tuple(address),
            trainers=tuple(facts["trainers"]),
            verification_address=address_of(certificate),
            replaces=facts["replaces"],
        )
    )


def address_of(certificate: Certificate) -> str:
    """Where anybody can verify it."""
    return f"{settings.CENTRE_ADDRESS}/bescheinigung/{certificate.code}/"


def together(certificates: Iterable[Certificate]) -> bytes:
    """Several sheets in one file, to be printed at once. Raises foundation.store.StoreError."""
    store, book = stores.of_certificates(), pikepdf.new()
    for certificate in certificates:
        with store.open_verified(certificate.sha256) as stream, pikepdf.open(io.BytesIO(stream.read())) as sheet:
            book.pages.extend(sheet.pages)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _attended(session: dict[str, str]) -> AttendedSession:
    starts, ends = (parse_datetime(session[name]) for name in ("starts_at", "ends_at"))
    assert starts is not None
    assert ends is not None
    starts, ends = timezone.localtime(starts), timezone.localtime(ends)
    return AttendedSession(day=starts.date(), starts=starts.time(), ends=ends.time(), place=session["place"])


def _place(session: Session) -> str:
    return session.room.name if session.room is not None else "Online"
