"""Exercises of a practice municipality for programs: one's own progress, and the check. In every real town both are a 404."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records import practising
from records.models import ExerciseProgress

from .answers import problems
from .doors import Door

STATES = [("new", _("Not begun")), (practising.STARTED, _("Begun")), (practising.DONE, _("Done"))]


class ExerciseOut(serializers.Serializer[practising.Standing]):
    key = serializers.CharField(source="exercise.key")
    number = serializers.IntegerField(help_text="Its place in the day, from 1.")
    title = serializers.CharField(source="exercise.title")
    aim = serializers.CharField(source="exercise.aim")
    question = serializers.CharField(source="exercise.question", allow_null=True, help_text="What is asked, where an answer is typed.")
    state = serializers.ChoiceField(choices=STATES)
    tries = serializers.IntegerField(source="progress.tries", default=0, help_text="Checks until it was done.")
    started_at = serializers.DateTimeField(source="progress.started_at", allow_null=True, default=None)
    done_at = serializers.DateTimeField(source="progress.done_at", allow_null=True, default=None)


@extend_schema_serializer(many=False)
class ExercisesOut(serializers.Serializer[Any]):
    """All of them at once, in their order."""

    results = ExerciseOut(many=True)
    next = serializers.URLField(allow_null=True, default=None)
    previous = serializers.URLField(allow_null=True, default=None)


class CheckIn(serializers.Serializer[Any]):
    answer = serializers.CharField(required=False, allow_blank=True, default="", max_length=practising.LONGEST_ANSWER)


class FindingOut(serializers.Serializer[Any]):
    done = serializers.BooleanField()
    sentence = serializers.CharField(help_text="What is right already, or what is missing.")


class CheckOut(serializers.Serializer[practising.Outcome]):
    done = serializers.BooleanField()
    exercise = ExerciseOut(source="standing")
    findings = FindingOut(many=True)


@extend_schema(tags=["exercises"])
class ExerciseDoor(Door[ExerciseProgress]):
    queryset = ExerciseProgress.objects.none()
    serializer_class = ExercisesOut

    @extend_schema(responses={200: ExercisesOut, **problems(404)})
    def list(self, request: Request) -> Response:
        """The exercises that the caller can do here, with her own progress. 404 in a town that is no practice municipality."""
        try:
            return Response(ExercisesOut({"results": practising.standings_of(person=self.clerk)}).data)
        except practising.NotHere as error:
            raise NotFound from error

    @extend_schema(request=CheckIn, responses={200: CheckOut, **problems(400, 404, 415)})
    def check(self, request: Request, key: str) -> Response:
        """Look at the real state: what is right already and what is missing. An exercise that was not begun is begun by it."""
        try:
            practising.standing_of(key=key, person=self.clerk)
            outcome = practising.check(key=key, answer=self.sent(CheckIn)["answer"], by=self.clerk, at=self.now)
        except practising.NotHere as error:
            raise NotFound from error
        except practising.AnswerTooLong as refusal:
            raise ValidationError({"answer": [str(refusal)]}) from refusal
        return Response(CheckOut(outcome).data)
