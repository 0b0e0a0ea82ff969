"""Idempotency-Key on what creates: a file, a document, a version."""

from __future__ import annotations

from threading import Barrier, Thread

from django.db import connections

from records.models import Document, RecordFile
from tenants import current

from .asking import DOCUMENTS, FILES, clerk_in, is_problem, leaf, open_file, paper, taken_in

KEY = {"Idempotency-Key": "scan-2026-0001"}


class TestOnce:
    def test_a_file_is_created_once(self, api_client) -> None:
        unit = leaf()
        client = api_client(clerk_in(unit))
        sent = {"file_plan_unit": str(unit.public_id), "title": "Neu"}

        first, again = (client.post(FILES, sent, format="json", headers=KEY) for _time in range(2))

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert (first["Location"], first["ETag"]) == (again["Location"], again["ETag"])
        assert RecordFile.objects.count() == 1

    def test_a_document_is_taken_in_once_whatever_the_boundary(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))

        first, again = (
            client.post(DOCUMENTS, {"file": str(file.public_id), "content": paper()}, format="multipart", headers=KEY) for _time in range(2)
        )

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert Document.objects.count() == 1

    def test_another_body_under_the_same_key_is_a_conflict(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))
        client.post(DOCUMENTS, {"file": str(file.public_id), "content": paper()}, format="multipart", headers=KEY)

        other = client.post(DOCUMENTS, {"file": str(file.public_id), "content": paper(b"anders")}, format="multipart", headers=KEY)

        assert is_problem(other, 409)
        assert Document.objects.count() == 1

    def test_a_version_is_added_once(self, api_client) -> None:
        document = taken_in(open_file())
        client = api_client(clerk_in(document.file.unit))
        address = f"{DOCUMENTS}{document.public_id}/versions/"

        answers = [client.post(address, {"content": paper(b"zwei")}, format="multipart", headers=KEY) for _time in range(2)]

        assert [answer.json()["version"] for answer in answers] == [2, 2]
        assert document.versions.count() == 2

    def test_a_refused_request_may_be_sent_again_corrected(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))

        assert is_problem(client.post(DOCUMENTS, {"content": paper()}, format="multipart", headers=KEY), 400)
        sent = {"file": str(file.public_id), "content": paper()}
        assert client.post(DOCUMENTS, sent, format="multipart", headers=KEY).status_code == 201

    def test_keys_of_two_callers_do_not_meet(self, api_client) -> None:
        unit = leaf()
        sent = {"file_plan_unit": str(unit.public_id), "title": "Neu"}

        answers = [api_client(clerk_in(unit)).post(FILES, sent, format="json", headers=KEY) for _clerk in range(2)]

        assert answers[0].json()["id"] != answers[1].json()["id"]

    def test_an_odd_key_is_refused(self, api_client) -> None:
        sent = {"title": "Neu"}

        assert is_problem(api_client(clerk_in(leaf())).post(FILES, sent, headers={"Idempotency-Key": "ü" * 300}), 400)


class TestAtOnce:
    def test_five_that_arrive_at_once_make_one_document(self, transactional, api_client) -> None:
        file = open_file()
        clients = [api_client(clerk) for clerk in [clerk_in(file.unit)] * 5]
        answers, start = [], Barrier(5)

        def send(client) -> None:
            start.wait()
            sent = {"file": str(file.public_id), "content": paper()}
            answers.append(client.post(DOCUMENTS, sent, format="multipart", headers=KEY))
            connections.close_all()

        threads = [Thread(target=current.inside(current.municipality(), send), args=[client]) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

        assert [answer.status_code for answer in answers] == [201] * 5
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert Document.objects.count() == 1
