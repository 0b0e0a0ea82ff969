"""How one file is built: its registers, its volumes, and the file that it is part of. One screen, several small forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from records import binder, dividers, protection, subfiles, volumes
from records.keeping_forms import ParentForm, RegisterForm, VolumeChangeForm, VolumeForm
from records.models import RecordFile, Register, Volume
from records.models.access import LEVEL_FOR

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may

REFUSALS = (dividers.CannotDivide, volumes.CannotOpenVolume, subfiles.CannotJoin)


@require_http_methods(["GET", "HEAD", "POST"])
def file_structure(request: ClerkRequest, file: UUID) -> HttpResponse:
    if request.method == "POST":
        found = file_or_404(request.user, file, LEVEL_FOR["arrange"])
        return _act(request, found)
    return _page(request, file_or_404(request.user, file))


def _act(request: ClerkRequest, file: RecordFile) -> HttpResponse:
    """One of the forms was sent: `act` says which. Scripts that order registers get an empty answer or a sentence."""
    acts: dict[str, Callable[[ClerkRequest, RecordFile], Form | None]] = {
        "add_register": _add_register,
        "edit_register": _edit_register,
        "remove_register": _remove_register,
        "order": _order,
        "move": _move,
        "open_volume": _open_volume,
        "edit_volume": _edit_volume,
        "set_parent": _set_parent,
        "leave_parent": _leave_parent,
    }
    name = request.POST.get("act", "")
    if name not in acts:
        raise Http404
    try:
        faulty = acts[name](request, file)
    except REFUSALS as refusal:
        if request.htmx:
            return HttpResponse(str(refusal), status=409, content_type="text/plain; charset=utf-8")
        messages.error(request, str(refusal))
        return _page(request, file_or_404(request.user, file.public_id), status=409)
    if faulty is not None:
        return _page(request, file, status=422, faulty={name: faulty})
    if request.htmx:
        return HttpResponse(status=204)
    return redirect(reverse("records:file_structure", args=[file.public_id]) + _place(request))


def _place(request: ClerkRequest) -> str:
    """Where the page goes on: at the register or the section that was worked on."""
    moved = request.POST.get("move", "").partition(":")[0]
    return f"#register-{moved}" if moved else f"#{request.POST.get('place', 'registers')[:40]}"


def _page(request: ClerkRequest, file: RecordFile, *, status: int = 200, faulty: dict[str, Form] | None = None) -> HttpResponse:
    faulty = faulty or {}
    registers: list[Any] = list(binder.counted(file.registers.order_by("position")))
    found: list[Any] = list(volumes.described(Volume.objects.filter(file=file)))
    for each in (*registers, *found):
        each.need_words = protection.words_for(each.highest_need, file=file)
    for register in registers:
        register.mark = dividers.mark_of(register)
    for volume in found:
        volume.mark = volumes.mark_of(volume)
        volume.form = VolumeChangeForm(
            initial={name: getattr(volume, name) for name in ("opened_on", "closed_on", "location")}, auto_id=f"volume-{volume.number}-%s"
        )
    first, last = volumes.lifetime_of(file=file)
    context = {
        "nav": "file_plan",
        "tab": "structure",
        "file": file,
        "crumbs": crumbs_of(file),
        "registers": registers,
        "volumes": found,
        "lifetime": (first, last),
        "parent": subfiles.visible_parent(file=file, clerk=request.user),
        "subfiles": subfiles.visible_subfiles(file=file, clerk=request.user).with_highest_need().select_related("scope"),  # type: ignore[attr-defined]
        "register_form": faulty.get("add_register") or RegisterForm(initial={"colour": "#4f7cac"}),
        "volume_form": faulty.get("open_volume") or VolumeForm(initial={"opened_on": timezone.localdate()}, auto_id="volume-new-%s"),
        "parent_form": faulty.get("set_parent") or ParentForm(),
        "faulty": next(iter(faulty.values()), None),
        **may(request.user, file),
    }
    return render(request, "records/file_structure.html", context, status=status)


def _seen(request: ClerkRequest) -> str | None:
    """The mark of what the page showed."""
    return request.POST.get("seen")


def _add_register(request: ClerkRequest, file: RecordFile) -> Form | None:
    form = RegisterForm(request.POST)
    if not form.is_valid():
        return form
    dividers.add_register(file=file, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, _("The register has been added."))
    return None


def _edit_register(request: ClerkRequest, file: RecordFile) -> Form | None:
    form = RegisterForm(request.POST)
    if not form.is_valid():
        raise dividers.CannotDivide(_("Please give the register a name."))
    dividers.edit_register(register=_register(request, file), **form.cleaned_data, by=request.user, at=timezone.now(), seen=_seen(request))
    return None


def _remove_register(request: ClerkRequest, file: RecordFile) -> None:
    dividers.remove_register(register=_register(request, file), by=request.user, at=timezone.now())
    messages.success(request, _("The register has been removed."))


def _order(request: ClerkRequest, file: RecordFile) -> None:
    try:
        order = [UUID(value) for value in request.POST.getlist("register")]
    except ValueError as error:
        raise Http404 from error
    dividers.order_registers(file=file, order=order, by=request.user, at=timezone.now())


def _move(request: ClerkRequest, file: RecordFile) -> None:
    """One register up or down by a button: "<id>:up". At the end there is nothing to do."""
    wanted, _colon, way = request.POST.get("move", "").partition(":")
    order = list(file.registers.order_by("position").values_list("public_id", flat=True))
    place = next((at for at, public_id in enumerate(order) if str(public_id) == wanted), None)
    if place is None:
        raise dividers.DividersChanged(dividers.gone(file, _as_id(wanted)))
    other = place - 1 if way == "up" else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        dividers.order_registers(file=file, order=order, by=request.user, at=timezone.now())


def _open_volume(request: ClerkRequest, file: RecordFile) -> Form | None:
    form = VolumeForm(request.POST, auto_id="volume-new-%s")
    if not form.is_valid():
        return form
    volume = volumes.open_volume(file=file, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, _("Volume %(number)s is open. New documents go into it.") % {"number": volume.number})
    return None


def _edit_volume(request: ClerkRequest, file: RecordFile) -> None:
    volume = Volume.objects.filter(file=file, public_id=_id(request, "volume")).select_related("file").first()
    form = VolumeChangeForm(request.POST)
    if volume is None:
        raise Http404
    if not form.is_valid():
        raise volumes.CannotOpenVolume(" ".join(str(error) for errors in form.errors.values() for error in errors))
    volumes.edit_volume(volume=volume, **form.cleaned_data, by=request.user, at=timezone.now(), seen=_seen(request))
    messages.success(request, _("The volume has been changed."))


def _set_parent(request: ClerkRequest, file: RecordFile) -> Form | None:
    """The other file is named by its reference; one that the clerk may not write in is no other than one that does not exist."""
    form = ParentForm(request.POST)
    if not form.is_valid():
        return form
    writable = RecordFile.objects.visible_to(request.user, LEVEL_FOR["arrange"])
    parent = writable.filter(file_reference=form.cleaned_data["reference"].strip().replace("\x00", "")).first()
    if parent is None:
        form.add_error("reference", _("There is no file with this reference in which you may write."))
        return form
    subfiles.set_parent(file=file, parent=parent, by=request.user, at=timezone.now())
    messages.success(request, _("The file is part of %(reference)s now.") % {"reference": parent.file_reference})
    return None


def _leave_parent(request: ClerkRequest, file: RecordFile) -> None:
    subfiles.set_parent(file=file, parent=None, by=request.user, at=timezone.now())
    messages.success(request, _("The file is a file of its own again."))


def _register(request: ClerkRequest, file: RecordFile) -> Register:
    wanted = _id(request, "register")
    found = Register.objects.filter(file=file, public_id=wanted).select_related("file").first()
    if found is None:
        raise dividers.DividersChanged(dividers.gone(file, wanted))
    return found


def _id(request: ClerkRequest, name: str) -> UUID:
    return _as_id(request.POST.get(name, ""))


def _as_id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise Http404 from error
