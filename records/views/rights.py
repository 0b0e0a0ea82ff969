"""Rights on units and files: seen and given by administrators (units) and by those who manage what is concerned.

Nothing is given, taken or narrowed at once: first a page says who gains, who loses and who has open work there. It carries a seal of what it
showed; if that is no longer so when it is confirmed, it is shown again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from records import deputies, emergency, granting, reach, rights
from records.forms import GrantForm, RestrictForm
from records.models import FilePlanUnit, RecordFile, SubstituteFile
from records.models.access import LEVEL_FOR, LEVEL_MANAGE, readable_units
from tenants.models import Office, User
from tenants.roles import Role

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may


@dataclass(frozen=True)
class Proposal:
    """What somebody wants to do with rights: how it looks beforehand, what the confirmation sends again, and how it is done."""

    title: str
    submit: str
    said: str  # when it is done
    preview: reach.Preview
    fields: dict[str, str]
    act: Callable[[], None]
    danger: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def unit_rights(request: ClerkRequest, unit: UUID) -> HttpResponse:
    """Whoever manages a unit, and administrators (who do not see its files for that)."""
    found = FilePlanUnit.objects.filter(public_id=unit).first()
    if found is None or not _may_grant(request.user, found):
        raise Http404
    form = GrantForm(request.POST if request.method == "POST" and not request.POST.get("take") else None)
    proposal = _proposed(request, found, form) if request.method == "POST" else None
    nav = "administration" if request.user.has_role(Role.ADMINISTRATOR) else "file_plan"
    context: dict[str, Any] = {"nav": nav, "target": found, "title": str(found), "form": form}
    if proposal is not None and (answer := _settled(request, proposal, form, {**context, "back": request.path})):
        return answer
    context |= {"back": _back_of(request.user, found), "grants": rights.grants_on_unit(unit=found)}
    return render(request, "records/rights.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def file_rights(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["grant"])
    form = GrantForm(request.POST if request.method == "POST" and not request.POST.get("take") else None)
    proposal = _proposed(request, found, form) if request.method == "POST" else None
    if proposal is not None and (answer := _settled(request, proposal, form, _frame(request, found))):
        return answer
    return _file_page(request, found, form=form)


@require_POST
def file_restrict(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Narrow a file to its own grants, or lift that; whoever narrows it keeps the right to manage it."""
    found = file_or_404(request.user, file, LEVEL_FOR["restrict"])
    form = RestrictForm(request.POST)
    if not form.is_valid():
        return _file_page(request, found, restrict_form=form)
    restricted, reason, by = form.cleaned_data["restricted"], form.cleaned_data["reason"], request.user
    at = timezone.now()
    proposal = Proposal(
        title=_("Restrict this file?") if restricted else _("Lift the restriction?"),
        submit=_("Restrict this file") if restricted else _("Lift the restriction"),
        said=_("The file is restricted now.") if restricted else _("The restriction has been lifted."),
        preview=reach.preview_restriction(file=found, restricted=restricted, by=by, at=at),
        fields={"restricted": "1" if restricted else "0", "reason": reason},
        act=lambda: granting.restrict_file(file=found, restricted=restricted, reason=reason, by=by, at=at),
        danger=restricted,
    )
    answer = _settled(request, proposal, form, {**_frame(request, found), "reason": reason})
    return answer or _file_page(request, found, restrict_form=form)


def _file_page(request: ClerkRequest, file: RecordFile, **forms: Any) -> HttpResponse:
    """The rights of a file: grants, the restriction, who sees it and why, emergency access and substitutes."""
    at = timezone.now()
    restricted = file.scope.restricted
    forms = {"form": GrantForm(), "restrict_form": RestrictForm(initial={"restricted": "0" if restricted else "1"}), **forms}
    grants = rights.grants_on_file(file=file)
    reached = reach.of_file(file=file, at=at, grants=grants)
    shown: dict[str, Any] = {"grants": grants, "restricted": restricted, "reached": reached, "now": at}
    shown["emergencies"] = emergency.of_file(file=file)[:50]
    if restricted:
        own = [each.person.pk for each in reached if any(reason.grant for reason in each.reasons)]
        shown["substitutes"] = list(deputies.substitutes_for(file=file, people=own, at=at))
        shown["named"] = set(SubstituteFile.objects.filter(file=file).values_list("substitute_id", flat=True))
    failed = any(form.errors for form in forms.values())
    return render(request, "records/rights.html", {**_frame(request, file), **shown, **forms}, status=422 if failed else 200)


def _frame(request: ClerkRequest, file: RecordFile) -> dict[str, Any]:
    back = reverse("records:file_rights", args=[file.public_id])
    shown = {"nav": "file_plan", "tab": "rights", "target": file, "file": file, "crumbs": crumbs_of(file), "back": back}
    return {**shown, **may(request.user, file)}


def _proposed(request: ClerkRequest, target: FilePlanUnit | RecordFile, form: GrantForm) -> Proposal | None:
    """What was sent, as a proposal; None if the form has errors."""
    if request.POST.get("take"):
        return _taking(request, target, timezone.now())
    if not form.is_valid():
        return None
    holder, right, by, at = form.holder, form.cleaned_data["right"], request.user, timezone.now()
    fields = {name: str(form.cleaned_data[name].public_id) for name in ("office", "person") if form.cleaned_data[name]}
    return Proposal(
        title=_("Give %(holder)s the right “%(right)s”?") % {"holder": holder, "right": rights.right_words()[right]},
        submit=_("Give the right"),
        said=_("The right has been given."),
        preview=reach.preview_grant(target=target, to=holder, right=right, at=at),
        fields={**fields, "right": right},
        act=lambda: granting.grant(target=target, to=holder, right=right, by=by, at=at),
    )


def _taking(request: ClerkRequest, target: FilePlanUnit | RecordFile, at: datetime) -> Proposal:
    kind, _colon, rest = request.POST["take"].partition(":")
    public_id, _colon, right = rest.partition(":")
    holders: Any = {"office": Office, "person": User}.get(kind)
    try:
        holder = holders.objects.get(public_id=UUID(public_id)) if holders else None
    except (ValueError, Office.DoesNotExist, User.DoesNotExist) as error:
        raise Http404 from error
    if holder is None or right not in rights.right_words():
        raise Http404
    return Proposal(
        title=_("Take the right “%(right)s” away from %(holder)s?") % {"holder": holder, "right": rights.right_words()[right]},
        submit=_("Take away"),
        said=_("The right has been taken away."),
        preview=reach.preview_revoke(target=target, of=holder, right=right, at=at),
        fields={"take": request.POST["take"]},
        act=lambda: granting.revoke(target=target, of=holder, right=right, by=request.user, at=at),
        danger=True,
    )


def _settled(request: ClerkRequest, proposal: Proposal, form: Any, context: dict[str, Any]) -> HttpResponse | None:
    """The preview, or after its confirmation the act. None if the act was refused: the sentence stands in the form then."""
    confirmed = request.POST.get("confirm", "")
    if confirmed != proposal.preview.seal:
        shown = {**context, "proposal": proposal, "outdated": bool(confirmed)}
        return render(request, "records/rights_preview.html", shown, status=409 if confirmed else 200)
    try:
        proposal.act()
    except granting.CannotGrant as refusal:
        if form.is_bound:
            form.add_error(None, str(refusal))
            return None
        messages.error(request, str(refusal))
    else:
        messages.success(request, proposal.said)
    return redirect(_where_now(request.user, context["target"]))


def _where_now(clerk: User, target: FilePlanUnit | RecordFile) -> str:
    """The page of rights again, unless the act took it from the clerk herself."""
    if isinstance(target, FilePlanUnit):
        return reverse("records:unit_rights", args=[target.public_id]) if _may_grant(clerk, target) else reverse("records:file_plan")
    for level, name in ((LEVEL_MANAGE, "records:file_rights"), (1, "records:file")):
        if RecordFile.objects.visible_to(clerk, level).filter(pk=target.pk).exists():
            return reverse(name, args=[target.public_id])
    return reverse("records:desk")


def _may_grant(clerk: User, unit: FilePlanUnit) -> bool:
    return clerk.has_role(Role.ADMINISTRATOR) or readable_units(clerk).levels.get(unit.pk, 0) >= LEVEL_MANAGE


def _back_of(clerk: User, unit: FilePlanUnit) -> str:
    return reverse("records:plan_admin") if clerk.has_role(Role.ADMINISTRATOR) else reverse("records:unit", args=[unit.public_id])
