"""Taking attendance on screen: the tick list of a session, lists, the code in the room, and paper."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.doors import ClerkRequest
from training import attendance_codes, attendance_lists, attending
from training.attendance_forms import ListForm, MarksForm
from training.attending import CannotAttend, State
from training.models import Attendance, CourseDate, Session

from .doors import date_or_404, trainers_only

logger = logging.getLogger(__name__)


@require_safe
@trainers_only
def attendance_due(request: ClerkRequest) -> HttpResponse:
    """Dates that have begun and are not finished yet, and those that were finished last: where a trainer goes with her list."""
    context = {
        "nav": "training",
        "section": "attendance",
        "staff": True,
        "due": attending.running(at=timezone.now()),
        "finished": attending.finished_last(),
    }
    return render(request, "training/attendance_due.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def attendance(request: ClerkRequest, date: UUID) -> HttpResponse:
    """The tick list of a session (`sitzung`; the one that runs or ran last unless she chose another)."""
    held = date_or_404(request, date)
    sessions = attending.sessions_of(held)
    session = _chosen(sessions, request.POST.get("sitzung") or request.GET.get("sitzung", ""))
    people = attending.enrolled(held.pk)
    known = attending.marks_of(held)
    ways = attending.ways_of(session) if session else {}
    refusal, form = "", None
    if request.method == "POST" and session is not None:
        form = MarksForm([each.pk for each in people], request.POST)
        try:
            return _taken(request, held, session, form)
        except CannotAttend as refused:
            refusal = str(refused)
            logger.info("Attendance was not taken: %s", refusal)
    context = {
        **_frame(held),
        "session": session,
        "sessions": [(each, _missing(each, known, len(people))) for each in sessions],
        "rows": []
        if session is None
        else [_row(each, known.get(each.pk, {}).get(session.pk), form) | {"entered": ways.get(each.pk)} for each in people],
        "may_begin": session is not None and attending.may_begin(session, timezone.now()),
        "opens": session.starts_at - attending.BEFORE if session else None,
        "may_finish": held.state == CourseDate.State.OPEN and timezone.now() >= held.ends_at,
        "states": State.choices,
        "refusal": refusal,
    }
    return render(request, "training/attendance.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def attendance_list(request: ClerkRequest, session: UUID) -> HttpResponse:
    """Attendance from a list, typed or uploaded. What was typed stays on the screen until all of it was taken."""
    found = session_or_404(request, session)
    posted = request.method == "POST"
    form, faults = ListForm(request.POST if posted else None, request.FILES if posted else None), list[str]()
    if posted and form.is_valid():
        try:
            sheet = form.cleaned_data["sheet"]
            entries = attendance_lists.uploaded(sheet, sheet.name) if sheet else attendance_lists.typed(form.cleaned_data["typed"])
            said = attendance_lists.marks(session=found, entries=entries)
            count = attending.take(session=found, marks=said, way=Attendance.Way.LIST, by=request.user, at=timezone.now())
        except attendance_lists.CannotRead as refused:
            form.add_error(None, str(refused))
            faults = refused.faults
            logger.info("An attendance list was refused: %s (%s lines)", refused, len(faults))
        except CannotAttend as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _taken_words(count))
            return redirect(_back(found))
    context = {**_frame(found.date), "session": found, "form": form, "faults": faults, "back": _back(found)}
    return render(request, "training/attendance_list.html", context, status=422 if form.errors else 200)


@require_safe
@trainers_only
def attendance_print(request: ClerkRequest, date: UUID) -> HttpResponse:
    """The list for signing: a sheet for each session."""
    held = date_or_404(request, date)
    context = {**_frame(held), "sessions": attending.sessions_of(held), "people": attending.enrolled(held.pk)}
    return render(request, "training/attendance_print.html", context)


@require_safe
@never_cache
@trainers_only
def attendance_code(request: ClerkRequest, session: UUID) -> HttpResponse:
    """The code for the room, large; it renews itself. With `nur` only the part of the page that changes."""
    found = session_or_404(request, session)
    now = timezone.now()
    address = attendance_codes.address_of(session=found, at=now)
    code = segno.make(address, error="m", micro=False).svg_inline(border=2, scale=8, dark="#000", light="#fff", omitsize=True)
    present = Attendance.objects.filter(session=found, state=State.PRESENT).count()
    context = {
        **_frame(found.date),
        "session": found,
        "code": mark_safe(code),  # noqa: S308 - drawn here
        "next_in": attendance_codes.ends_in(now),
        "present": present,
        "expected": len(attending.enrolled(found.date_id)),
        "shown": attending.may_begin(found, now) and now < found.ends_at,
        "opens": found.starts_at - attending.BEFORE,
        "back": _back(found),
    }
    return render(request, "training/_attendance_code.html" if "nur" in request.GET else "training/attendance_code.html", context)


@require_POST
@trainers_only
def finish(request: ClerkRequest, date: UUID) -> HttpResponse:
    held = date_or_404(request, date)
    try:
        attending.finish(date=held, by=request.user, at=timezone.now())
    except CannotAttend as refused:
        messages.error(request, str(refused))
        return redirect("training:attendance", held.public_id)
    messages.success(request, _("The date is finished. Certificates can be issued."))
    return redirect("training:certificates", held.public_id)


@require_POST
@trainers_only
def undo(request: ClerkRequest, session: UUID) -> HttpResponse:
    """Take back what was entered of one person (`enrolment`): that she said herself she is there, say."""
    found, key = session_or_404(request, session), request.POST.get("enrolment", "")
    try:
        enrolment = attending.undo(session=found, enrolment=int(key[:18]) if key.isdecimal() else 0, by=request.user, at=timezone.now())
    except CannotAttend as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("What was entered of %(person)s is taken back.") % {"person": enrolment.person})
    return redirect(_back(found))


def session_or_404(request: ClerkRequest, public_id: UUID) -> Session:
    """A session of a date that she may know of."""
    dates = CourseDate.objects.visible_to(request.user)
    found = Session.objects.filter(public_id=public_id, date__in=dates).select_related("date__course", "room", "trainer").first()
    if found is None:
        raise Http404
    return found


def _taken(request: ClerkRequest, held: CourseDate, session: Session, form: MarksForm) -> HttpResponse:
    if not form.is_valid():
        raise CannotAttend(_("Please give the minutes as a number from 0 to 720."))
    count = attending.take(session=session, marks=form.marks(), by=request.user, at=timezone.now())
    messages.success(request, _taken_words(count))
    return redirect(_back(session))


def _taken_words(count: int) -> str:
    if not count:
        return _("Nothing was changed.")
    return ngettext("Attendance of %(count)s person was taken.", "Attendance of %(count)s people was taken.", count) % {"count": count}


def _back(session: Session) -> str:
    from django.urls import reverse

    return f"{reverse('training:attendance', args=[session.date.public_id])}?sitzung={session.public_id}"


def _frame(held: CourseDate) -> dict[str, Any]:
    return {"nav": "training", "section": "dates", "staff": True, "date": held}


def _chosen(sessions: list[Session], asked: str) -> Session | None:
    now = timezone.now()
    begun = [each for each in sessions if attending.may_begin(each, now)]
    usual = begun[-1] if begun else sessions[0] if sessions else None
    return next((each for each in sessions if str(each.public_id) == asked), usual)


def _missing(session: Session, known: dict[int, dict[int, Any]], people: int) -> int:
    return people - sum(session.pk in marks for marks in known.values())


def _row(enrolment: Any, mark: attending.Mark | None, form: MarksForm | None) -> dict[str, Any]:
    """A line of the tick list: what was typed and refused, else what is known."""
    if form is not None:
        return {
            "enrolment": enrolment,
            "state": form.data.get(f"state-{enrolment.pk}", ""),
            "late": form.data.get(f"late-{enrolment.pk}", ""),
        }
    return {"enrolment": enrolment, "state": mark.state if mark else "", "late": mark.minutes_late if mark and mark.minutes_late else ""}
