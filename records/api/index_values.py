"""Index values and external references of a file."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer, inline_serializer
from rest_framework import serializers as fields
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records import external_references, index_fields, index_values, spellings
from records.models import IndexField, RecordFile
from tenants.api.idempotency import once

from .answers import IDEMPOTENCY_KEY, problems
from .doors import uuid_or_none
from .fact_doors import FactDoor, refusals
from .fact_serializers import ExternalReferenceIn, ExternalReferenceOut, IndexFieldOut, IndexValuesIn, NewIndexValue


def _whole(name: str, row: type[fields.Serializer[Any]]) -> Any:
    """A list that always comes as a whole, in the form of all lists."""
    parts = {"results": row(many=True), "next": fields.URLField(allow_null=True), "previous": fields.URLField(allow_null=True)}
    whole = inline_serializer(name, parts)
    extend_schema_serializer(many=False)(type(whole))  # the schema would make a list of it where the act is called `list`
    return whole


FIELDS_OUT = _whole("IndexFields", IndexFieldOut)
REFERENCES_OUT = _whole("ExternalReferences", ExternalReferenceOut)


@extend_schema(tags=["index values"])
class IndexValueDoor(FactDoor[IndexField]):
    """What a file says in the fields that its file plan unit defines."""

    queryset = IndexField.objects.none()
    serializer_class = IndexFieldOut
    pagination_class = None  # type: ignore[assignment] # a unit has at most thirty fields

    @extend_schema(operation_id="files_index_values", responses={200: FIELDS_OUT, **problems(404)})
    def list(self, request: Request, id: str) -> Response:
        """All fields of the file with its values, empty ones too."""
        return self.shown(self.file())

    @extend_schema(
        operation_id="files_index_values_create",
        request=NewIndexValue,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: FIELDS_OUT, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Add one value to a field."""
        return once(request, self._create)

    @extend_schema(
        operation_id="files_index_values_set", request=IndexValuesIn, responses={200: FIELDS_OUT, **problems(400, 403, 404, 409, 415)}
    )
    def set(self, request: Request, id: str) -> Response:
        """Put values in place of those that a field has; an empty list takes all away."""
        file, sent = self.writable(), self.sent(IndexValuesIn)
        field = _field(file, sent["field"])
        values = [value for each in sent["values"] if (value := _read(field, each)) is not None]
        with refusals():
            index_values.fill(file=file, values={field: values}, by=self.clerk, at=self.now)
        return self.shown(file)

    def shown(self, file: RecordFile, status: int = 200) -> Response:
        held, rows = index_values.values_of(file), list(index_fields.fields_of_file(file))
        for row in rows:
            row.held = held.get(row.pk, [])  # type: ignore[attr-defined]
        return Response({"results": IndexFieldOut(rows, many=True).data, "next": None, "previous": None}, status=status)

    def _create(self) -> Response:
        file, sent = self.writable(), self.sent(NewIndexValue)
        field = _field(file, sent["field"])
        value = _read(field, sent)
        if value is None:
            raise ValidationError({"text": [_("Please give a value.")]})
        with refusals(value="text"):
            index_values.add_value(file=file, field=field, value=value, by=self.clerk, at=self.now)
        return self.shown(file, status=201)


@extend_schema(tags=["external references"])
class ExternalReferenceDoor(FactDoor[RecordFile]):
    """What a file is called in the specialist systems it comes from."""

    queryset = RecordFile.objects.none()
    serializer_class = ExternalReferenceOut
    pagination_class = None  # type: ignore[assignment] # a handful

    @extend_schema(operation_id="files_external_references", responses={200: REFERENCES_OUT, **problems(404)})
    def list(self, request: Request, id: str) -> Response:
        """All of them; the first one also stands on the file."""
        return self.shown(self.file())

    @extend_schema(
        operation_id="files_external_references_create",
        request=ExternalReferenceIn,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: REFERENCES_OUT, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Add one; without any, it becomes the first."""
        return once(request, self._create)

    @extend_schema(
        operation_id="files_external_references_remove",
        request=ExternalReferenceIn,
        responses={200: REFERENCES_OUT, **problems(400, 403, 404, 409, 415)},
    )
    def remove(self, request: Request, id: str) -> Response:
        """Take one away; the next one then becomes the first."""
        file, sent = self.writable(), self.sent(ExternalReferenceIn)
        with refusals():
            external_references.remove_reference(file=file, system=sent["system"], reference=sent["reference"], by=self.clerk, at=self.now)
        return self.shown(self.file())

    def shown(self, file: RecordFile, status: int = 200) -> Response:
        rows = [{"system": system, "reference": reference} for system, reference in external_references.all_of(file)]
        return Response({"results": rows, "next": None, "previous": None}, status=status)

    def _create(self) -> Response:
        file, sent = self.writable(), self.sent(ExternalReferenceIn)
        with refusals(external_system="system", external_reference="reference"):
            external_references.add_reference(file=file, system=sent["system"], reference=sent["reference"], by=self.clerk, at=self.now)
        return self.shown(self.file(), status=201)


def _field(file: RecordFile, name_or_id: str) -> IndexField:
    known = uuid_or_none(name_or_id)
    wanted = Q(public_id=known) if known else Q(name__iexact=name_or_id)
    found = index_fields.fields_of_file(file).filter(wanted).first()
    if found is None:
        raise ValidationError({"field": [_("The file does not have this field.")]})
    return found


def _read(field: IndexField, sent: dict[str, Any]) -> spellings.Value | None:
    try:
        return spellings.read(field.kind, sent.get("text", ""), sent.get("parts"))
    except spellings.Misspelt as refusal:
        raise ValidationError({"parts" if sent.get("parts") else "text": [str(refusal)]}) from refusal
