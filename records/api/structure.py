"""Registers and volumes of one file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.etags import quoted
from foundation.api.problems import Conflict, PreconditionFailed
from records import binder, dividers, volumes
from records.models import RecordFile, Register, Volume
from tenants.api.idempotency import once

from . import life_serializers as said
from .answers import IDEMPOTENCY_KEY, IF_MATCH, problems
from .doors import known_id, require, require_current
from .files import FileDoor

R = TypeVar("R")
REFUSED = problems(400, 403, 404, 409, 415)
EDITED = problems(400, 403, 404, 409, 412, 415)


class StructureDoor(FileDoor):
    def arranged(self) -> RecordFile:
        """The file of the address, if the caller may arrange it. Raises NotFound, PermissionDenied."""
        return require("arrange", clerk=self.clerk, file=self.file())

    def done(self, act: Callable[[], R]) -> R:
        try:
            return act()
        except (dividers.RegisterChanged, volumes.VolumeChanged) as refusal:
            raise PreconditionFailed(str(refusal)) from refusal
        except (dividers.CannotDivide, volumes.CannotOpenVolume) as refusal:
            raise Conflict(str(refusal)) from refusal


@extend_schema(tags=["files"])
class RegisterDoor(StructureDoor):
    """Registers (dividers) of a file."""

    @extend_schema(operation_id="files_registers", responses={200: said.FileRegisterOut(many=True), **problems(400, 404)})
    def list(self, request: Request, id: str) -> Response:  # type: ignore[override] # of one file, not of all
        """Registers in their order."""
        self.ordering = ("position",)
        found: Any = binder.counted(Register.objects.filter(file=self.file()))
        return self.get_paginated_response(said.FileRegisterOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(
        operation_id="files_registers_add",
        request=said.NewRegister,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: said.FileRegisterOut, **REFUSED},
    )
    def create(self, request: Request, id: str) -> Response:  # type: ignore[override]
        """Add a register behind the others."""
        return once(request, self._add)

    @extend_schema(operation_id="files_register", responses={200: said.FileRegisterOut, **problems(404)})
    def retrieve(self, request: Request, id: str, register: str) -> Response:  # type: ignore[override]
        """One register, with the ETag for If-Match."""
        return self._said(self._register(register))

    @extend_schema(
        operation_id="files_registers_edit",
        request=said.NewRegister,
        parameters=[IF_MATCH],
        responses={200: said.FileRegisterOut, **EDITED},
    )
    def partial_update(self, request: Request, id: str, register: str) -> Response:  # type: ignore[override]
        """Rename or colour a register. With If-Match nothing that somebody else wrote meanwhile is overwritten."""
        self.arranged()
        found, sent = self._register(register), self.sent(said.NewRegister, partial=True)
        require_current(request, dividers.mark_of(found), said=lambda: dividers.stale(found))
        seen = dividers.mark_of(found) if "If-Match" in request.headers else None
        new = {"name": sent.get("name", found.name), "colour": sent.get("colour", found.colour)}
        return self._said(self.done(lambda: dividers.edit_register(register=found, **new, seen=seen, by=self.clerk, at=self.now)))

    @extend_schema(operation_id="files_registers_remove", request=None, responses={204: None, **problems(403, 404, 409)})
    def destroy(self, request: Request, id: str, register: str) -> Response:
        """Remove an empty register."""
        self.arranged()
        found = self._register(register)
        self.done(lambda: dividers.remove_register(register=found, by=self.clerk, at=self.now))
        return Response(status=204)

    @extend_schema(
        operation_id="files_registers_order", request=said.RegisterOrder, responses={200: said.FileRegisterOut(many=True), **REFUSED}
    )
    def order(self, request: Request, id: str) -> Response:
        """Put all registers of the file in this order."""
        file, order = self.arranged(), self.sent(said.RegisterOrder)["order"]
        self.done(lambda: dividers.order_registers(file=file, order=order, by=self.clerk, at=self.now))
        return self.list(request, id)

    def _add(self) -> Response:
        file, sent = self.arranged(), self.sent(said.NewRegister)
        made = self.done(
            lambda: dividers.add_register(file=file, name=sent["name"], colour=sent.get("colour", ""), by=self.clerk, at=self.now)
        )
        return self._said(made, status=201)

    def _said(self, register: Register, **options: Any) -> Response:
        told = binder.counted(Register.objects.filter(pk=register.pk)).get()
        return Response(said.FileRegisterOut(told).data, headers={"ETag": quoted(dividers.mark_of(told))}, **options)

    def _register(self, public_id: str) -> Register:
        found = Register.objects.select_related("file").filter(file=self.file(), public_id=known_id(public_id)).first()
        if found is None:
            raise NotFound
        return found


@extend_schema(tags=["files"])
class VolumeDoor(StructureDoor):
    """Volumes of a file that got too thick."""

    @extend_schema(operation_id="files_volumes", responses={200: said.VolumeOut(many=True), **problems(400, 404)})
    def list(self, request: Request, id: str) -> Response:  # type: ignore[override]
        """Volumes by number; none while the file is one binder."""
        self.ordering = ("number",)
        found: Any = volumes.described(Volume.objects.filter(file=self.file()))
        return self.get_paginated_response(said.VolumeOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(
        operation_id="files_volumes_open", request=said.NewVolume, parameters=[IDEMPOTENCY_KEY], responses={201: said.VolumeOut, **REFUSED}
    )
    def create(self, request: Request, id: str) -> Response:  # type: ignore[override]
        """Open the next volume. With the second one the first is made, which holds all that lies in the file."""
        return once(request, self._open)

    @extend_schema(operation_id="files_volume", responses={200: said.VolumeOut, **problems(404)})
    def retrieve(self, request: Request, id: str, volume: str) -> Response:  # type: ignore[override]
        """One volume, with the ETag for If-Match."""
        return self._said(self._volume(volume))

    @extend_schema(
        operation_id="files_volumes_edit", request=said.VolumeChange, parameters=[IF_MATCH], responses={200: said.VolumeOut, **EDITED}
    )
    def partial_update(self, request: Request, id: str, volume: str) -> Response:  # type: ignore[override]
        """Correct a volume's period and location. With If-Match nothing that somebody else wrote meanwhile is overwritten."""
        self.arranged()
        found, sent = self._volume(volume), self.sent(said.VolumeChange, partial=True)
        require_current(request, volumes.mark_of(found), said=lambda: volumes.stale(found))
        seen = volumes.mark_of(found) if "If-Match" in request.headers else None
        new = {name: sent.get(name, getattr(found, name)) for name in ("opened_on", "closed_on", "location")}
        return self._said(self.done(lambda: volumes.edit_volume(volume=found, **new, seen=seen, by=self.clerk, at=self.now)))

    def _open(self) -> Response:
        file, sent = self.arranged(), self.sent(said.NewVolume)
        asked = {"opened_on": sent.get("opened_on"), "location": sent.get("location", "")}
        made = self.done(lambda: volumes.open_volume(file=file, **asked, by=self.clerk, at=self.now))
        return self._said(made, status=201)

    def _said(self, volume: Volume, **options: Any) -> Response:
        told = volumes.described(Volume.objects.filter(pk=volume.pk)).get()
        return Response(said.VolumeOut(told).data, headers={"ETag": quoted(volumes.mark_of(told))}, **options)

    def _volume(self, public_id: str) -> Volume:
        found = Volume.objects.select_related("file").filter(file=self.file(), public_id=known_id(public_id)).first()
        if found is None:
            raise NotFound
        return found
