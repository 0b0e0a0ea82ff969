"""Editions of the file plan, for administrators and the registry; to everybody else they do not exist (404)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.etags import quoted
from foundation.api.problems import Conflict, PreconditionFailed
from records import editions, file_plan, plan_enactment, plan_fields, plan_review, plan_rights, plan_upkeep
from records.models import FilePlanUnit, PlanEdition, PlannedUnit, RegisterSet
from tenants.api.idempotency import once
from tenants.roles import Role

from . import edition_forms as forms
from .answers import IDEMPOTENCY_KEY, IF_MATCH, problems
from .doors import Door, M, require_current, uuid_or_none
from .file_serializers import Reason
from .lists import Slices


class Keepers(Door[M]):
    """Open to those who keep the file plan."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.clerk.has_role(Role.ADMINISTRATOR, Role.REGISTRY):
            raise NotFound

    def administrators_only(self) -> None:
        if not self.clerk.has_role(Role.ADMINISTRATOR):
            raise NotFound

    def edition(self, id: str) -> PlanEdition:
        known = uuid_or_none(id)
        found = PlanEdition.objects.filter(public_id=known).first() if known else None
        if found is None:
            raise NotFound
        return found


def tidy(sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent, as the acts want it: the register set by itself instead of its name. Raises ValidationError."""
    if name := sent.get("register_set"):
        sent["register_set"] = RegisterSet.objects.filter(name=name).first()
        if sent["register_set"] is None:
            raise ValidationError({"register_set": [_("There is no register set “%(name)s”.") % {"name": name}]})
    elif "register_set" in sent:
        sent["register_set"] = None
    return sent


@extend_schema(tags=["editions"])
class EditionDoor(Keepers[PlanEdition]):
    queryset = PlanEdition.objects.all()
    serializer_class = forms.EditionOut
    ordering = ("-created_at", "id")

    @extend_schema(responses={200: forms.EditionOut(many=True), **problems(400, 404)})
    def list(self, request: Request) -> Response:
        """All editions, the latest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(forms.EditionOut(page, many=True).data)

    @extend_schema(
        request=forms.NewEdition, parameters=[IDEMPOTENCY_KEY], responses={201: forms.EditionOut, **problems(400, 404, 409, 415)}
    )
    def create(self, request: Request) -> Response:
        """Begin the next edition as a copy of the plan in force. There is one at a time."""
        return once(request, self._create)

    def _create(self) -> Response:
        try:
            made = editions.prepare_edition(name=self.sent(forms.NewEdition)["name"], by=self.clerk, at=self.now)
        except editions.CannotEdit as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(forms.EditionOut(made).data, status=201)

    @extend_schema(responses={200: forms.EditionOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(forms.EditionOut(self.edition(id)).data)

    @extend_schema(responses={200: forms.ReviewOut, **problems(404)})
    def review(self, request: Request, id: str) -> Response:
        """How much is different, what must be mended first, who gains and who loses access."""
        found = plan_review.review(edition=self.edition(id))
        shown = {"counts": found.counts, "faults": found.faults, "shifts": plan_rights.shifts(draft=found.draft)}
        return Response(forms.ReviewOut(shown).data)

    @extend_schema(operation_id="editions_changes", responses={200: forms.ChangeOut(many=True), **problems(400, 404)})
    def changes(self, request: Request, id: str) -> Response:
        """What is different from the plan in force, unit by unit from the top down."""
        pages = Slices()
        rows = pages.cut(plan_review.review(edition=self.edition(id)).changes, request)
        return pages.get_paginated_response(forms.ChangeOut(rows, many=True).data)

    @extend_schema(request=forms.Enacting, responses={200: forms.EditionOut, **problems(400, 404, 409, 415)})
    def put_into_force(self, request: Request, id: str) -> Response:
        """Put the edition into force now, or let it come into force on a day. Administrators only."""
        self.administrators_only()
        edition, on = self.edition(id), self.sent(forms.Enacting).get("on")
        try:
            if on is None:
                done = plan_enactment.put_into_force(edition=edition, by=self.clerk, at=self.now)
            else:
                done = editions.schedule_edition(edition=edition, on=on, by=self.clerk, at=self.now)
        except (plan_enactment.CannotPutIntoForce, editions.CannotEdit) as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(forms.EditionOut(done).data)

    @extend_schema(request=None, responses={200: forms.EditionOut, **problems(404, 409)})
    def withdraw(self, request: Request, id: str) -> Response:
        """Take the date of an edition back, so that it can be changed again. Administrators only."""
        return self._act(editions.withdraw_date, id)

    @extend_schema(request=None, responses={200: forms.EditionOut, **problems(404, 409)})
    def discard(self, request: Request, id: str) -> Response:
        """Give the edition up; the plan in force stays as it is. Administrators only."""
        return self._act(editions.discard_edition, id)

    def _act(self, act: Any, id: str) -> Response:
        self.administrators_only()
        try:
            return Response(forms.EditionOut(act(edition=self.edition(id), by=self.clerk, at=self.now)).data)
        except editions.CannotEdit as refusal:
            raise Conflict(str(refusal)) from refusal


@extend_schema(tags=["editions"])
class PlannedDoor(Keepers[PlannedUnit]):
    queryset = PlannedUnit.objects.none()
    serializer_class = forms.PlannedOut
    ordering = ("sort_key", "id")

    def units(self, id: str) -> QuerySet[PlannedUnit]:
        return self.edition(id).units.select_related("unit", "parent", "successor", "register_set", "edition")

    def named(self, id: str, unit: Any) -> PlannedUnit:
        known = uuid_or_none(str(unit))
        found = self.units(id).filter(public_id=known).first() if known else None
        if found is None:
            raise NotFound
        return found

    @extend_schema(operation_id="editions_units", responses={200: forms.PlannedOut(many=True), **problems(400, 404)})
    def list(self, request: Request, id: str) -> Response:
        """Units of an edition in the natural order of their codes."""
        page = self.paginate_queryset(self.units(id))
        return self.get_paginated_response(forms.PlannedOut(page, many=True).data)

    @extend_schema(
        request=forms.PlannedFields, parameters=[IDEMPOTENCY_KEY], responses={201: forms.PlannedOut, **problems(400, 404, 409, 415)}
    )
    def create(self, request: Request, id: str) -> Response:
        """Add a new unit to an edition."""
        return once(request, lambda: self._create(id))

    def _create(self, id: str) -> Response:
        fields = self._tidy(id, self.sent(forms.PlannedFields))
        parent = fields.pop("parent", None)
        edition, by, at = self.edition(id), self.clerk, self.now
        made = self._done(lambda: editions.add_unit(edition=edition, parent=parent, fields=fields, by=by, at=at))
        return self._shown(made, 201)

    @extend_schema(responses={200: forms.PlannedOut, **problems(404)})
    def retrieve(self, request: Request, id: str, planned: str) -> Response:
        return self._shown(self.named(id, planned))

    @extend_schema(
        request=forms.PlannedFields, parameters=[IF_MATCH], responses={200: forms.PlannedOut, **problems(400, 404, 409, 412, 415)}
    )
    def partial_update(self, request: Request, id: str, planned: str) -> Response:
        """Change fields; `parent` moves the unit with all below it."""
        chosen = self.named(id, planned)
        changes = self._tidy(id, self.sent(forms.PlannedFields, partial=True))
        require_current(request, plan_fields.fingerprint(chosen), said=lambda: editions.stale(chosen))
        seen = plan_fields.fingerprint(chosen) if "If-Match" in request.headers else None
        by, at = self.clerk, self.now
        return self._shown(self._done(lambda: editions.change_unit(planned=chosen, changes=changes, by=by, at=at, seen=seen)))

    @extend_schema(request=forms.Dropping, responses={200: forms.PlannedOut, **problems(400, 404, 409, 415)})
    def drop(self, request: Request, id: str, planned: str) -> Response:
        """Leave the unit out of the edition and name its successor. Its files stay in it and keep their references."""
        chosen, sent = self.named(id, planned), self.sent(forms.Dropping)
        successor = self._unit_sent(id, "successor", sent.get("successor"))
        by, at = self.clerk, self.now
        return self._shown(self._done(lambda: editions.drop_unit(planned=chosen, successor=successor, kept=sent["kept"], by=by, at=at)))

    @extend_schema(request=None, responses={200: forms.PlannedOut, **problems(404, 409)})
    def restore(self, request: Request, id: str, planned: str) -> Response:
        """Take a dropped unit into the edition again."""
        chosen, by, at = self.named(id, planned), self.clerk, self.now
        return self._shown(self._done(lambda: editions.restore_unit(planned=chosen, by=by, at=at)))

    @extend_schema(responses={204: None, **problems(404, 409)})
    def destroy(self, request: Request, id: str, planned: str) -> Response:
        """Take a new unit out of the edition again."""
        chosen, by, at = self.named(id, planned), self.clerk, self.now
        self._done(lambda: editions.remove_unit(planned=chosen, by=by, at=at))
        return Response(status=204)

    def _tidy(self, id: str, sent: dict[str, Any]) -> dict[str, Any]:
        if "parent" in sent:
            sent["parent"] = self._unit_sent(id, "parent", sent["parent"])
        return tidy(sent)

    def _unit_sent(self, id: str, field: str, unit: Any) -> PlannedUnit | None:
        if unit is None:
            return None
        found = self.units(id).filter(public_id=unit).first()
        if found is None:
            raise ValidationError({field: [_("There is no such unit in this edition.")]})
        return found

    def _done(self, act: Any) -> Any:
        return refused_plainly(act)

    def _shown(self, planned: PlannedUnit, status: int = 200) -> Response:
        etag = {"ETag": quoted(plan_fields.fingerprint(planned))}
        return Response(forms.PlannedOut(planned).data, status=status, headers=etag)


@extend_schema(tags=["file plan"])
class UpkeepDoor(Keepers[FilePlanUnit]):
    """Corrections of units in force. They show no records: administration is not access."""

    queryset = FilePlanUnit.objects.none()
    serializer_class = forms.UnitFields

    def unit(self, id: str) -> FilePlanUnit:
        self.administrators_only()
        known = uuid_or_none(id)
        units = FilePlanUnit.objects.select_related("register_set", "parent")
        found: FilePlanUnit | None = units.filter(public_id=known).first() if known else None
        if found is None:
            raise NotFound
        return found

    @extend_schema(request=forms.UnitFields, parameters=[IF_MATCH], responses={204: None, **problems(400, 404, 412, 415)})
    def correct(self, request: Request, id: str) -> Response:
        """Correct the title, the defaults or the validity of a unit in force. Codes and places change with an edition."""
        unit = self.unit(id)
        changes = tidy(self.sent(forms.UnitFields, partial=True))
        require_current(request, plan_fields.fingerprint(unit), said=lambda: editions.stale(unit))
        seen = plan_fields.fingerprint(unit) if "If-Match" in request.headers else None
        by, at = self.clerk, self.now
        done = refused_plainly(lambda: plan_upkeep.edit_unit(unit=unit, changes=changes, by=by, at=at, seen=seen))
        return Response(status=204, headers={"ETag": quoted(plan_fields.fingerprint(done))})

    @extend_schema(request=Reason, responses={204: None, **problems(400, 404, 409, 415)})
    def freeze(self, request: Request, id: str) -> Response:
        """Let the unit and all below it get no new files; those in it stay. With a reason."""
        unit, reason, by, at = self.unit(id), self.sent(Reason)["reason"], self.clerk, self.now
        refused_plainly(lambda: plan_upkeep.freeze_unit(unit=unit, reason=reason, by=by, at=at))
        return Response(status=204)

    @extend_schema(request=Reason, responses={204: None, **problems(400, 404, 409, 415)})
    def unfreeze(self, request: Request, id: str) -> Response:
        """Let a frozen unit get new files again. With a reason."""
        unit, reason, by, at = self.unit(id), self.sent(Reason)["reason"], self.clerk, self.now
        refused_plainly(lambda: plan_upkeep.unfreeze_unit(unit=unit, reason=reason, by=by, at=at))
        return Response(status=204)


def refused_plainly(act: Any) -> Any:
    """Do an act; its refusals become the API's: 400 for a field, 412 for something changed meanwhile, 409 for a state that forbids it."""
    try:
        return act()
    except plan_fields.BadField as refusal:
        raise ValidationError({refusal.field: [str(refusal)]}) from refusal
    except editions.StalePlan as refusal:
        raise PreconditionFailed(str(refusal)) from refusal
    except (editions.CannotEdit, file_plan.CannotPlan) as refusal:
        raise Conflict(str(refusal)) from refusal
