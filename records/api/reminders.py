"""Reminders (Wiedervorlagen): a clerk's own, the registry's list, those of a file; done, postponed, handed on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.fields import Named
from foundation.api.problems import Conflict
from records import reminder_hand_over, reminding
from records.models import Document, RecordFile, Reminder
from records.models.desk import ReminderQuerySet
from tenants.api.idempotency import once
from tenants.models import Office, User
from tenants.roles import Role

from .answers import IDEMPOTENCY_KEY, PAGING, problems
from .doors import Door, visible_file


class ReminderOut(serializers.ModelSerializer[Reminder]):
    """A reminder; for a person (`person`, a user name) or for an office (`office`, its id)."""

    id = serializers.UUIDField(source="public_id")
    file = serializers.UUIDField(source="file.public_id")
    file_reference = serializers.CharField(source="file.file_reference")
    document = serializers.UUIDField(source="document.public_id", default=None, allow_null=True)
    person = serializers.CharField(source="person.username", default=None, allow_null=True)
    office = serializers.UUIDField(source="office.public_id", default=None, allow_null=True)

    class Meta:
        model = Reminder
        fields = ("id", "file", "file_reference", "document", "due_on", "note", "person", "office", "created_at", "done_at")
        read_only_fields = fields


class Addressed(serializers.Serializer[Any]):
    """Whom it is for: the user name of a person or the id of an office."""

    person = Named(slug_field="username", queryset=User.objects.people(), required=False, allow_null=True)
    office = Named(slug_field="public_id", queryset=Office.objects.all(), required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("person") and attrs.get("office"):
            raise ValidationError({"office": [_("Please choose either an office or a person.")]})
        return attrs


class NewReminder(Addressed):
    due_on = serializers.DateField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=reminding.LONGEST_NOTE)
    document = serializers.UUIDField(required=False, allow_null=True, help_text="A document of the file.")


class Postponed(serializers.Serializer[Any]):
    due_on = serializers.DateField()


class ReminderFilters(serializers.Serializer[Any]):
    due_until = serializers.DateField(required=False, help_text="Due on this day or before it.")
    scope = serializers.ChoiceField(required=False, choices=["mine", "registry"], help_text="`registry` for people of the registry.")


class HandedOver(serializers.Serializer[Any]):
    """Whose reminders (the user name of a person or the id of an office, both led by the caller), and who takes them (a user name)."""

    from_person = Named(slug_field="username", queryset=User.objects.people(), required=False, allow_null=True)
    from_office = Named(slug_field="public_id", queryset=Office.objects.all(), required=False, allow_null=True)
    person = Named(slug_field="username", queryset=User.objects.people())

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("from_person")) == bool(attrs.get("from_office")):
            raise ValidationError({"from_office": [_("Please choose either an office or a person.")]})
        return attrs


class NewHandOver(HandedOver):
    mark = serializers.CharField(max_length=32, help_text="Of the look at what it means; others by now are refused with 409.")
    reason = serializers.CharField(max_length=1000)


class HandOverOut(serializers.Serializer[Any]):
    """What a hand-over would do: `staying` counts those whose files the taking person may not see."""

    count = serializers.IntegerField()
    staying = serializers.IntegerField(source="blind")
    mark = serializers.CharField()


class HandOverDone(serializers.Serializer[Any]):
    count = serializers.IntegerField()


@extend_schema(tags=["reminders"])
class RemindersDoor(Door[Reminder]):
    queryset = Reminder.objects.none()
    serializer_class = ReminderOut
    ordering = ("due_on", "id")

    def get_queryset(self) -> ReminderQuerySet:
        found: ReminderQuerySet = Reminder.objects.visible_to(self.clerk).shown()
        return found

    @extend_schema(parameters=[ReminderFilters, *PAGING], responses={200: ReminderOut(many=True), **problems(400, 403)})
    def list(self, request: Request) -> Response:
        """Open reminders, by day: the caller's own, those of her offices and of people she substitutes."""
        asked = self.asked(ReminderFilters)
        if asked.get("scope") == "registry":
            if not self.clerk.has_role(Role.REGISTRY):
                raise PermissionDenied(_("This list is the registry's."))
            found = reminding.registrys_list(clerk=self.clerk)
        else:
            found = reminding.reminders_of(clerk=self.clerk, on=timezone.localdate(self.now))
        if "due_until" in asked:
            found = found.filter(due_on__lte=asked["due_until"])
        return self.get_paginated_response(ReminderOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(operation_id="files_reminders", parameters=PAGING, responses={200: ReminderOut(many=True), **problems(400, 404)})
    def of_file(self, request: Request, id: str) -> Response:
        """All reminders of a file, done ones too; without open ones of documents that are cancelled."""
        found = self.get_queryset().listed().filter(file=self.file())
        return self.get_paginated_response(ReminderOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(
        operation_id="files_remind",
        request=NewReminder,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ReminderOut, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Have the file put before somebody on a day; before the caller, if nobody is named."""
        return once(request, self._create)

    @extend_schema(request=None, responses={200: ReminderOut, **problems(403, 404, 409)})
    def done(self, request: Request, id: str) -> Response:
        """Tick the reminder off."""
        found = self.changeable()
        return self._answer(lambda: reminding.finish_reminder(reminder=found, by=self.clerk, at=self.now))

    @extend_schema(request=Postponed, responses={200: ReminderOut, **problems(400, 403, 404, 409, 415)})
    def postpone(self, request: Request, id: str) -> Response:
        """Put the reminder on another day."""
        found, day = self.changeable(), self.sent(Postponed)["due_on"]
        return self._answer(lambda: reminding.postpone_reminder(reminder=found, due_on=day, by=self.clerk, at=self.now))

    @extend_schema(request=Addressed, responses={200: ReminderOut, **problems(400, 403, 404, 409, 415)})
    def hand_on(self, request: Request, id: str) -> Response:
        """Give the reminder to another person or office."""
        found, sent = self.changeable(), self.sent(Addressed)
        to = sent.get("person") or sent.get("office")
        if to is None:
            raise ValidationError({"person": [_("Please choose either an office or a person.")]})
        return self._answer(lambda: reminding.hand_on_reminder(reminder=found, to=to, by=self.clerk, at=self.now))

    @extend_schema(
        operation_id="reminders_hand_over_look", parameters=[HandedOver], responses={200: HandOverOut, **problems(400, 403, 409)}
    )
    def look(self, request: Request) -> Response:
        """Look at what handing over all open reminders of an office or of a person would mean. For the supervisor who leads them."""
        sent = self.asked(HandedOver)
        self.supervising()
        giving: reminding.Addressee = sent.get("from_person") or sent["from_office"]
        try:
            seen = reminder_hand_over.preview(giving=giving, taking=sent["person"], by=self.clerk)
        except reminder_hand_over.CannotHandOver as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(HandOverOut(seen).data)

    @extend_schema(operation_id="reminders_hand_over", request=NewHandOver, responses={200: HandOverDone, **problems(400, 403, 409, 415)})
    def hand_over(self, request: Request) -> Response:
        """Hand all open reminders of an office or of a person over, as they were looked at."""
        sent = self.sent(NewHandOver)
        self.supervising()
        act = {"giving": sent.get("from_person") or sent.get("from_office"), "taking": sent["person"]}
        try:
            count = reminder_hand_over.hand_over(**act, mark=sent["mark"], reason=sent["reason"], by=self.clerk, at=self.now)
        except reminder_hand_over.CannotHandOver as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response({"count": count})

    def supervising(self) -> None:
        """Raises PermissionDenied for everybody else: what an office has to do is her affair."""
        if not self.clerk.has_role(Role.SUPERVISOR):
            raise PermissionDenied(_("Only the supervisor hands over the reminders of an office or of the people in it."))

    def file(self) -> RecordFile:
        return visible_file(self.clerk, self.kwargs["id"])

    def changeable(self) -> Reminder:
        """The reminder of the address. Raises Http404, PermissionDenied."""
        found = self.get_object()
        if not reminding.may_change(self.clerk, found):
            raise PermissionDenied(_("This reminder is somebody else's."))
        return found

    def _create(self) -> Response:
        file, sent = self.file(), self.sent(NewReminder)
        document = None
        if sent.get("document"):
            document = Document.objects.visible_to(self.clerk).standing().filter(file=file, public_id=sent["document"]).first()
            if document is None:
                raise ValidationError({"document": [_("There is no such document in this file.")]})
        to = sent.get("person") or sent.get("office") or self.clerk
        act = {"file": file, "due_on": sent["due_on"], "to": to, "note": sent.get("note", ""), "document": document}
        return self._answer(lambda: reminding.set_reminder(**act, by=self.clerk, at=self.now), status=201)

    def _answer(self, act: Callable[[], Reminder], *, status: int = 200) -> Response:
        try:
            reminder = act()
        except reminding.NotSo as refusal:
            raise ValidationError({refusal.field: [str(refusal)]}) from refusal
        except reminding.CannotRemind as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(ReminderOut(self.get_queryset().get(pk=reminder.pk)).data, status=status)
