"""The same key and body do the work once, whoever comes twice, at once, or after a crash."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections, models, transaction
from django.http import Http404
from django.test import override_settings
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from foundation.api import idempotency
from foundation.api.idempotency import RememberedAnswerBase, answer_once, forget
from foundation.api.problems import Conflict, StillRunning
from foundation.store import Store

from .databases import ENGINES, database

MEMORY_ONLY = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]


class Answer(RememberedAnswerBase):
    class Meta(RememberedAnswerBase.Meta):
        app_label = "foundation_answers"


class Letter(models.Model):
    title = models.CharField(max_length=40, unique=True)

    class Meta:
        app_label = "foundation_answers"


class Office:
    """One database with letters and remembered answers, and a door that files letters."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.letters = Letter.objects.using(alias)
        self.answers = Answer.objects.using(alias)

    def file_letter(self, title: str | None = None) -> Response:
        letter = self.letters.create(title=title or f"Brief {self.letters.count() + 1}")
        return Response(
            {"id": letter.pk, "at": timezone.now(), "title": letter.title}, status=201, headers={"Location": f"/letters/{letter.pk}/"}
        )

    def post(
        self,
        data: Any = None,
        key: str | None = "k1",
        act: Callable[[], Response] | None = None,
        caller: str = "ada",
        path: str = "/letters/",
        format: str = "json",
    ):
        return self.send(request_with(data if data is not None else {"title": "Bau"}, key, path, format), act, caller)

    def send(self, request: Request, act: Callable[[], Response] | None = None, caller: str = "ada") -> Response:
        return answer_once(request, act or self.file_letter, model=Answer, using=self.alias, caller=caller)


def request_with(data: Any, key: str | None = "k1", path: str = "/letters/", format: str = "json") -> Request:
    headers = {} if key is None else {"Idempotency-Key": key}
    with override_settings(FILE_UPLOAD_HANDLERS=MEMORY_ONLY):
        request = Request(
            APIRequestFactory().post(path, data, format=format, headers=headers), parsers=[JSONParser(), MultiPartParser(), FormParser()]
        )
        _parsed = request.data
    return request


@pytest.fixture(params=ENGINES)
def office(request, tmp_path, django_db_blocker) -> Iterator[Office]:
    with django_db_blocker.unblock(), database(request.param, tmp_path, Answer, Letter) as alias:
        yield Office(alias)


def plain(response: Response) -> tuple[int, Any]:
    return response.status_code, json.loads(json.dumps(response.data, default=lambda moment: moment.isoformat().replace("+00:00", "Z")))


class TestAnswerOnce:
    def test_gives_the_first_answer_again(self, office):
        first, again = office.post(), office.post()

        assert plain(again) == plain(first)
        assert again["Location"] == first["Location"]
        assert again["Idempotency-Replayed"] == "true"
        assert office.letters.count() == 1

    def test_does_the_work_each_time_without_a_key(self, office):
        office.post(key=None), office.post(key=None)

        assert office.letters.count() == 2
        assert office.answers.count() == 0

    def test_refuses_another_body_under_the_same_key(self, office):
        office.post({"title": "Bau"})

        with pytest.raises(Conflict):
            office.post({"title": "Abriss"})
        assert office.letters.count() == 1

    @pytest.mark.parametrize("other", [{"key": "k2"}, {"caller": "grace"}, {"path": "/drafts/"}], ids=str)
    def test_keeps_keys_callers_and_routes_apart(self, office, other):
        office.post()

        office.post(**other)

        assert office.letters.count() == 2

    def test_keeps_overlong_routes_apart(self, office):
        office.post(path="/" + "a" * 400)

        office.post(path="/" + "a" * 400 + "b")

        assert office.letters.count() == 2

    @pytest.mark.parametrize("key", ["", " ", "a b", "ü", "a" * 201, "a\x00", "\u202e"])
    def test_refuses_an_odd_key(self, office, key):
        with pytest.raises(ValidationError):
            office.post(key=key)

    def test_remembers_no_refusal(self, office):
        def refuse() -> Response:
            raise Conflict("closed")

        with pytest.raises(Conflict, match="closed"):
            office.post(act=refuse)

        assert office.post({"title": "corrected"}).status_code == 201

    def test_remembers_no_answer_that_is_a_refusal(self, office):
        office.post(act=lambda: Response({}, status=400))

        assert office.post().status_code == 201

    def test_keeps_what_a_refused_act_has_noted(self, office):
        def note_and_refuse() -> Response:
            office.letters.create(title="refused")
            raise Http404

        with pytest.raises(Http404):
            office.post(act=note_and_refuse)

        assert office.letters.get().title == "refused"

    def test_says_why_when_the_database_refused_first(self, office):
        office.letters.create(title="taken")

        def collide() -> Response:
            try:
                office.letters.create(title="taken")
            except IntegrityError as refusal:
                raise Conflict("taken") from refusal
            raise AssertionError

        with pytest.raises(Conflict, match="taken"):
            office.post(act=collide)
        assert office.post().status_code == 201

    def test_undoes_everything_when_the_work_breaks(self, office):
        def break_down() -> Response:
            office.file_letter()
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            office.post(act=break_down)

        assert office.letters.count() == 0
        assert office.answers.count() == 0
        assert office.post().status_code == 201

    def test_remembers_an_answer_without_a_body(self, office):
        office.post(act=lambda: Response(status=204))

        again = office.post()

        assert (again.status_code, again.data) == (204, None)
        assert office.letters.count() == 0


class TestTwoAtOnce:
    def at_once(self, office: Office, number: int, act: Callable[[], Response] | None = None, **how: Any) -> list[Any]:
        outcomes: list[Any] = []
        start = threading.Barrier(number)

        def send() -> None:
            start.wait()
            try:
                outcomes.append(office.post(act=act, **how))
            except Exception as error:
                outcomes.append(error)
            finally:
                connections[office.alias].close()

        threads = [threading.Thread(target=send) for _ in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def test_do_the_work_once_and_get_one_answer(self, office):
        slow = threading.Event()

        def take_time() -> Response:
            slow.wait(0.3)
            return office.file_letter("Bau")

        outcomes = self.at_once(office, 4, take_time)

        assert [outcome.status_code for outcome in outcomes] == [201] * 4
        assert len({json.dumps(plain(outcome), sort_keys=True) for outcome in outcomes}) == 1
        assert office.letters.count() == 1

    def test_let_the_second_do_the_work_when_the_first_failed(self, office):
        tries: list[int] = []

        def fail_first() -> Response:
            tries.append(1)
            if len(tries) == 1:
                raise Conflict("not now")
            return office.file_letter()

        outcomes = self.at_once(office, 2, fail_first)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Response"]
        assert office.letters.count() == 1

    def test_tell_the_second_to_come_again_when_the_first_takes_too_long(self, office, monkeypatch):
        if connections[office.alias].vendor != "postgresql":
            pytest.skip("SQLite's patience is set when it is opened")
        monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.2)
        may_end = threading.Event()

        def take_long() -> Response:
            may_end.wait(10)
            return office.file_letter("Bau")

        first = threading.Thread(target=self.at_once, args=(office, 1, take_long))
        first.start()
        while not self.is_worked_on(office):
            may_end.wait(0.02)
        with pytest.raises(StillRunning) as refusal:
            office.post()
        may_end.set()
        first.join()

        assert refusal.value.wait > 0
        assert office.post().data["title"] == "Bau"
        assert office.letters.count() == 1

    def is_worked_on(self, office: Office) -> bool:
        with suppress(StillRunning), transaction.atomic(using=office.alias):  # noqa: TID251 - it names its database
            row = Answer(caller="ada", route="/letters/", key="k1", fingerprint="probe")
            idempotency._claim(office.answers, row)
            transaction.set_rollback(True, using=office.alias)
            return False
        return True


class TestFingerprint:
    def of(self, data: Any, format: str = "json") -> str:
        return idempotency.fingerprint(request_with(data, format=format))

    def letter(self, content: bytes, name: str = "brief.pdf") -> dict[str, Any]:
        return {"title": "Bau", "content": SimpleUploadedFile(name, content)}

    def test_minds_neither_order_nor_boundary_nor_file_name(self):
        assert self.of({"a": 1, "b": [2]}) == self.of({"b": [2], "a": 1})
        boundaries = [
            Request(
                APIRequestFactory().generic(
                    "POST",
                    "/",
                    f'--{b}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--{b}--\r\n',
                    f"multipart/form-data; boundary={b}",
                ),
                parsers=[MultiPartParser()],
            )
            for b in ("one", "two")
        ]
        assert len({idempotency.fingerprint(request) for request in boundaries}) == 1
        assert self.of(self.letter(b"x", "a.pdf"), "multipart") == self.of(self.letter(b"x", "b.pdf"), "multipart")

    def test_minds_fields_and_the_bytes_of_files(self):
        bodies = [{"title": "Bau"}, {"title": "bau"}, {"title": ["Bau"]}, {"titel": "Bau"}, {"title": None}, {}]
        assert len({self.of(body) for body in bodies}) == len(bodies)
        assert self.of(self.letter(b"x"), "multipart") != self.of(self.letter(b"y"), "multipart")
        assert self.of({"a": "1"}, "multipart") != self.of({"a": ["1", "1"]}, "multipart")

    def test_leaves_a_file_to_be_read_from_its_beginning(self):
        request = request_with(self.letter(b"bytes"), format="multipart")

        idempotency.fingerprint(request)

        assert request.data["content"].read() == b"bytes"

    def test_takes_the_hash_of_a_streamed_file_as_it_is(self, tmp_path):
        from foundation.uploads import ReceivedFile

        with Store(tmp_path).receive() as incoming:
            incoming.write(b"x")
            streamed = ReceivedFile(incoming, "a.pdf", None, None, None)
            hashed = idempotency._value(streamed)
            streamed.close()

        assert hashed == idempotency._value(SimpleUploadedFile("b.pdf", b"x"))


class TestForget:
    def test_forgets_what_is_old_enough(self, office):
        office.post()
        office.answers.update(created_at=timezone.now() - timedelta(hours=49))
        office.post(key="k2")

        assert forget(office.answers, older_than=timedelta(hours=48)) == 1
        assert office.answers.get().key == "k2"

    def test_forgets_nothing_within_a_day(self, office):
        with pytest.raises(ValueError, match="a day"):
            forget(office.answers, older_than=timedelta(hours=23))
