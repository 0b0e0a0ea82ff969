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
from .meanwhile import Refused, renew

REFUSALS = (dividers.CannotDivide, volumes.CannotOpenVolume, subfiles.CannotJoin)
CHANGED = (dividers.RegisterChanged, volumes.VolumeChanged)
NO_COLOUR = "#6b7280"  # a colour field cannot be empty: this grey stands for none
VOLUME_IDS, NEW_VOLUME_IDS = "volume-{}-%s", "volume-new-%s"


@require_http_methods(["GET", "HEAD", "POST"])
def file_structure(request: ClerkRequest, file: UUID) -> HttpResponse:
    if request.method == "POST":
        found = file_or_404(request.user, file, LEVEL_FOR["arrange"])
        return _act(request, found)
    return _page(request, file_or_404(request.user, file))


def _act(request: ClerkRequest, file: RecordFile) -> HttpResponse:
    """One of the forms was sent: `act` says which. Scripts that order registers get an empty answer or a sentence.

    What was typed stays, whatever is refused; where a colleague was quicker, what she has stored stands beside it.
    """
    buttons: dict[str, Callable[[ClerkRequest, RecordFile], None]] = {
        "remove_register": _remove_register,
        "order": _order,
        "move": _move,
        "leave_parent": _leave_parent,
    }
    acts: dict[str, Callable[[ClerkRequest, RecordFile, Form], None]] = {
        "add_register": _add_register,
        "edit_register": _edit_register,
        "open_volume": _open_volume,
        "edit_volume": _edit_volume,
        "set_parent": _set_parent,
    }
    name = request.POST.get("act", "")
    if name not in buttons | acts:
        raise Http404
    form = _form(request, file, name) if name in acts else None
    try:
        if form is None:
            buttons[name](request, file)
        elif form.is_valid():
            acts[name](request, file, form)
    except REFUSALS as refusal:
        if request.htmx:
            return HttpResponse(str(refusal), status=409, content_type="text/plain; charset=utf-8")
        file = file_or_404(request.user, file.public_id)
        if form is None:
            messages.error(request, str(refusal))
            return _page(request, file, status=409)
        form.add_error(None, str(refusal))
        return _page(request, file, status=409, refused=_refused(request, file, name, form, stale=isinstance(refusal, CHANGED)))
    if form is not None and form.errors:
        return _page(request, file, status=422, refused=_refused(request, file, name, form))
    if request.htmx:
        return HttpResponse(status=204)
    return redirect(reverse("records:file_structure", args=[file.public_id]) + _place(request))


def _form(request: ClerkRequest, file: RecordFile, act: str) -> Form:
    """The form that was sent, with the ids that it has on the page."""
    if act == "edit_register":
        return RegisterForm(request.POST, auto_id=f"%s-{_id(request, 'register')}")
    if act == "edit_volume":
        return VolumeChangeForm(request.POST, auto_id=VOLUME_IDS.format(_volume(request, file).number))
    if act == "open_volume":
        return VolumeForm(request.POST, auto_id=NEW_VOLUME_IDS)
    return ParentForm(request.POST) if act == "set_parent" else RegisterForm(request.POST)


def _refused(request: ClerkRequest, file: RecordFile, act: str, form: Form, *, stale: bool = False) -> Refused:
    """What the page shows of a form that was refused. `stale`: somebody else has changed the register or the volume meanwhile."""
    row = {"edit_register": "register", "edit_volume": "volume"}.get(act, "")
    public_id = str(_id(request, row)) if row else ""
    stored: Register | Volume | None = None
    if stale:
        rows = file.registers if row == "register" else file.volumes
        stored = rows.filter(public_id=public_id).first()  # None: it was removed
    now = renew(form, _filled_with(stored)) if stored else []
    return Refused(act, form, public_id, "" if stale else request.POST.get("seen", ""), now)


def _filled_with(row: Register | Volume) -> dict[str, Any]:
    """What the form of a register or a volume begins with."""
    if isinstance(row, Register):
        return {"name": row.name, "colour": row.colour or NO_COLOUR}
    return {name: getattr(row, name) for name in ("opened_on", "closed_on", "location")}


def _place(request: ClerkRequest) -> str:
    """Where the page goes on: at the register or the section that was worked on."""
    moved = request.POST.get("move", "").partition(":")[0]
    return f"#register-{moved}" if moved else f"#{request.POST.get('place', 'registers')[:40]}"


def _page(request: ClerkRequest, file: RecordFile, *, status: int = 200, refused: Refused | None = None) -> HttpResponse:
    registers: list[Any] = list(binder.counted(file.registers.order_by("position")))
    found: list[Any] = list(volumes.described(Volume.objects.filter(file=file)))
    for each in (*registers, *found):
        each.need_words = protection.words_for(each.highest_need, file=file)
    for register in registers:
        _show_register(register, refused)
    for volume in found:
        _show_volume(volume, refused)
    first, last = volumes.lifetime_of(file=file)
    typed = {refused.act: refused.form} if refused else {}
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
        "register_form": typed.get("add_register") or RegisterForm(initial={"colour": "#4f7cac"}),
        "volume_form": typed.get("open_volume") or VolumeForm(initial={"opened_on": timezone.localdate()}, auto_id=NEW_VOLUME_IDS),
        "parent_form": typed.get("set_parent") or ParentForm(),
        "faulty": refused and refused.form,
        **may(request.user, file),
    }
    return render(request, "records/file_structure.html", context, status=status)


def _show_register(register: Any, refused: Refused | None) -> None:
    """Put on a register what its form shows: as it is stored, or as it was typed."""
    register.mark, register.shown = dividers.mark_of(register), _filled_with(register)
    if refused and refused.is_of("edit_register", register.public_id):
        register.refused, register.mark = refused, refused.seen or register.mark
        register.shown = {field.name: field.value() or "" for field in refused.form}


def _show_volume(volume: Any, refused: Refused | None) -> None:
    """The same of a volume."""
    volume.mark = volumes.mark_of(volume)
    if refused and refused.is_of("edit_volume", volume.public_id):
        volume.refused, volume.form, volume.mark = refused, refused.form, refused.seen or volume.mark
    else:
        volume.form = VolumeChangeForm(initial=_filled_with(volume), auto_id=VOLUME_IDS.format(volume.number))


def _seen(request: ClerkRequest) -> str | None:
    """The mark of what the page showed."""
    return request.POST.get("seen")


def _add_register(request: ClerkRequest, file: RecordFile, form: Form) -> None:
    dividers.add_register(file=file, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, _("The register has been added."))


def _edit_register(request: ClerkRequest, file: RecordFile, form: Form) -> None:
    dividers.edit_register(register=_register(request, file), **form.cleaned_data, by=request.user, at=timezone.now(), seen=_seen(request))


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


def _open_volume(request: ClerkRequest, file: RecordFile, form: Form) -> None:
    volume = volumes.open_volume(file=file, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, _("Volume %(number)s is open. New documents go into it.") % {"number": volume.number})


def _edit_volume(request: ClerkRequest, file: RecordFile, form: Form) -> None:
    volumes.edit_volume(volume=_volume(request, file), **form.cleaned_data, by=request.user, at=timezone.now(), seen=_seen(request))
    messages.success(request, _("The volume has been changed."))


def _set_parent(request: ClerkRequest, file: RecordFile, form: Form) -> None:
    """The other file is named by its reference; one that the clerk may not write in is no other than one that does not exist."""
    writable = RecordFile.objects.visible_to(request.user, LEVEL_FOR["arrange"])
    parent = writable.filter(file_reference=form.cleaned_data["reference"].strip().replace("\x00", "")).first()
    if parent is None:
        form.add_error("reference", _("There is no file with this reference in which you may write."))
        return
    subfiles.set_parent(file=file, parent=parent, by=request.user, at=timezone.now())
    messages.success(request, _("The file is part of %(reference)s now.") % {"reference": parent.file_reference})


def _leave_parent(request: ClerkRequest, file: RecordFile) -> None:
    subfiles.set_parent(file=file, parent=None, by=request.user, at=timezone.now())
    messages.success(request, _("The file is a file of its own again."))


def _register(request: ClerkRequest, file: RecordFile) -> Register:
    wanted = _id(request, "register")
    found = Register.objects.filter(file=file, public_id=wanted).select_related("file").first()
    if found is None:
        raise dividers.DividersChanged(dividers.gone(file, wanted))
    return found


def _volume(request: ClerkRequest, file: RecordFile) -> Volume:
    found: Volume | None = Volume.objects.filter(file=file, public_id=_id(request, "volume")).select_related("file").first()
    if found is None:
        raise Http404
    return found


def _id(request: ClerkRequest, name: str) -> UUID:
    return _as_id(request.POST.get(name, ""))


def _as_id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise Http404 from error
