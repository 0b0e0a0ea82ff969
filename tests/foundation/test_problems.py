"""Whatever goes wrong in a REST view is a problem+json with a sentence, and never a page or a trace."""

import json
import logging

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404, UnreadablePostError
from django.test import override_settings
from django.utils import translation
from rest_framework import exceptions, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from foundation import uploads
from foundation.api import parsers, problems
from foundation.store import Damaged, NotInStore, StoreFull, StoreUnavailable


class Inner(serializers.Serializer):
    name = serializers.CharField(max_length=3)


class Form(serializers.Serializer):
    title = serializers.CharField(max_length=5)
    year = serializers.IntegerField()
    people = Inner(many=True, required=False)
    place = Inner(required=False)


class Door(APIView):
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    renderer_classes = (JSONRenderer,)
    parser_classes = (parsers.ObjectParser, parsers.FileParser, parsers.FieldsParser)

    def get_exception_handler(self):
        return problems.exception_handler

    def post(self, request):
        form = Form(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(form.data, status=201)


def raising(error: Exception) -> type[APIView]:
    class Raising(Door):
        def get(self, request):
            raise error

    return Raising


def asked(door: type[APIView], method: str = "get", *args, language: str = "en", **options):
    """The rendered response and its body."""
    request = getattr(APIRequestFactory(), method)("/api/v1/things/", *args, **options)
    with translation.override(language):
        response = door.as_view()(request).render()
    return response, json.loads(response.content)


def sent(body: str | bytes, content_type: str = "application/json"):
    return asked(Door, "post", body, content_type=content_type)


class TestExceptionHandler:
    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (Http404("No RecordFile matches"), 404),
            (exceptions.NotFound(), 404),
            (PermissionDenied("secret"), 403),
            (exceptions.PermissionDenied(), 403),
            (exceptions.NotAuthenticated(), 401),
            (exceptions.AuthenticationFailed(), 401),
            (exceptions.ParseError("Expecting value: line 1"), 400),
            (exceptions.MethodNotAllowed("BREW"), 405),
            (exceptions.NotAcceptable(), 406),
            (exceptions.UnsupportedMediaType("text/x"), 415),
            (exceptions.Throttled(30), 429),
            (exceptions.APIException("a sentence"), 500),
            (problems.Conflict(), 409),
            (problems.StillRunning(), 409),
            (problems.PreconditionFailed(), 412),
            (problems.TooLarge(), 413),
            (problems.UnreadableKind(), 415),
            (uploads.TooLarge(500 * 1024**2), 413),
            (RequestDataTooBig("settings.DATA_UPLOAD_MAX_MEMORY_SIZE"), 413),
            (TooManyFilesSent("settings"), 400),
            (SuspiciousOperation("secret"), 400),
            (BadRequest("secret"), 400),
            (UnreadablePostError("secret"), 400),
            (ModelError({"title": ["Too long."]}), 400),
            (StoreFull("/secret"), 507),
            (StoreUnavailable("/secret"), 503),
            (NotInStore("secret"), 503),
            (Damaged("secret"), 503),
            (ZeroDivisionError("secret"), 500),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
    )
    def test_says_everything_as_a_problem(self, error, status):
        response, body = asked(raising(error))

        assert response.status_code == body["status"] == status
        assert response["Content-Type"] == "application/problem+json"
        assert body["type"] == "about:blank"
        assert body["title"]
        assert body["detail"].endswith((".", "a sentence"))
        assert set(body) == {"type", "title", "status", "detail", *(["errors"] if status == 400 else [])}
        assert not any(word in json.dumps(body) for word in ("secret", "settings", "RecordFile", "Expecting"))

    def test_names_the_header_that_a_stranger_needs(self):
        response, _body = asked(raising(exceptions.NotAuthenticated()))

        assert response["WWW-Authenticate"] == "Bearer"

    def test_says_401_even_if_the_first_authentication_has_no_header(self):
        class Silent(BaseAuthentication):
            def authenticate(self, request):
                return None

        class Closed(Door):
            authentication_classes = (Silent,)
            permission_classes = (IsAuthenticated,)

        response, body = asked(Closed, "post", {})

        assert (response.status_code, body["status"], response["WWW-Authenticate"]) == (401, 401, "Bearer")

    def test_says_when_to_come_again(self):
        class Never(BaseThrottle):
            def allow_request(self, request, view):
                return False

            def wait(self):
                return 1.2

        class Busy(Door):
            throttle_classes = (Never,)

        response, body = asked(Busy, "post", {})

        assert (response.status_code, response["Retry-After"]) == (429, "2")
        assert "2 seconds" in body["detail"]

    def test_keeps_what_a_verb_said(self):
        _response, body = asked(raising(problems.Conflict("Die Akte ist schon geschlossen.")))

        assert body["detail"] == "Die Akte ist schon geschlossen."

    def test_says_how_large_a_file_may_be(self):
        _response, body = asked(raising(uploads.TooLarge(500 * 1024**2)))

        assert "500 MB" in body["detail"]

    def test_logs_what_nobody_expected(self, caplog):
        with caplog.at_level(logging.ERROR, "foundation.api.problems"):
            asked(raising(ZeroDivisionError("the cause")))

        assert "the cause" in caplog.text
        assert caplog.records[0].exc_info

    def test_answers_in_json_where_the_view_answers_in_something_else(self):
        class Picture(BaseRenderer):
            media_type, format = "image/webp", "webp"

            def render(self, data, accepted_media_type=None, renderer_context=None):
                return b"RIFF"

        class Gallery(raising(Http404())):
            renderer_classes = (Picture,)

        response, body = asked(Gallery)

        assert (response["Content-Type"], body["status"]) == ("application/problem+json", 404)

    def test_answers_a_method_that_is_not_there(self):
        response, body = asked(Door, "delete")

        assert (response.status_code, body["status"]) == (405, 405)
        assert response["Allow"] == "POST, OPTIONS"

    @pytest.mark.parametrize("accept", ["text/html", "application/problem+json", "", "nonsense", "application/json; indent=400"])
    def test_answers_whatever_is_accepted(self, accept):
        response, body = asked(Door, "get", headers={"accept": accept})

        assert response["Content-Type"] == "application/problem+json"
        assert body["status"] == 405


class TestBodies:
    def test_takes_an_object(self):
        response, body = sent('{"title": "Bau", "year": 2026}')

        assert (response.status_code, body["title"]) == (201, "Bau")

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "{",
            "[]",
            '"text"',
            "null",
            "NaN",
            '{"year": NaN}',
            "{'a': 1}",
            "[" * 100_000,
            '{"a":' * 50_000,
            b"\xff\xfe",
            b"\xef\xbb\xbf{}",
            '{"year": ' + "9" * 5000 + "}",
        ],
        ids=range(13),
    )
    def test_refuses_what_is_no_object(self, body):
        response, said = sent(body)

        assert response.status_code == 400
        assert said["errors"]
        assert "JSON" in said["detail"] or "title" in said["errors"]

    def test_reads_an_unknown_charset_as_usual_or_refuses_it(self):
        response, _body = sent('{"title": "Bau", "year": 2026}', "application/json; charset=bogus")

        assert response.status_code in (201, 400, 415)

    @pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
    def test_refuses_a_body_that_would_fill_the_memory(self, content_type):
        with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
            response, _body = sent("title=" + "a" * 2000, content_type)

        assert response.status_code == 413

    def test_refuses_a_content_type_that_nobody_reads(self):
        response, _body = sent("<a/>", "application/xml")

        assert response.status_code == 415

    @pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"])
    def test_refuses_a_broken_upload(self, content_type):
        response, body = sent(b"--y\r\nnonsense", content_type)

        assert response.status_code == 400
        assert body["errors"].get("non_field_errors", [body["detail"]]) == [body["detail"]]


class TestErrors:
    def test_are_named_by_field(self):
        response, body = sent('{"title": "too long"}')

        assert response.status_code == 400
        assert set(body["errors"]) == {"title", "year"}
        assert all(isinstance(sentence, str) for sentences in body["errors"].values() for sentence in sentences)

    def test_inside_others_have_a_path(self):
        _response, body = sent('{"title": "a", "year": 1, "people": [{"name": "Ada"}, {"name": "Grace"}], "place": {"name": "Bonn"}}')

        assert set(body["errors"]) == {"people.1.name", "place.name"}

    def test_of_the_whole_have_a_name_too(self):
        _response, body = asked(raising(exceptions.ValidationError("The period ends before it begins.")))

        assert body["errors"] == {"non_field_errors": ["The period ends before it begins."]}
        assert body["detail"] == "The period ends before it begins."

    def test_of_models_are_told_like_those_of_forms(self):
        _response, body = asked(raising(ModelError({"title": ["Too long.", "Too odd."]})))

        assert body["errors"] == {"title": ["Too long.", "Too odd."]}


class TestProblem:
    def test_is_a_plain_response_for_other_doors(self):
        response = problems.problem(None, 416, "No such range.", type="https://example.org/range", headers={"Content-Range": "bytes */5"})

        assert json.loads(response.content)["type"] == "https://example.org/range"
        assert (response.status_code, response["Content-Type"], response["Content-Range"]) == (416, "application/problem+json", "bytes */5")
