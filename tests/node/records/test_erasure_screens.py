"""Screens of erasing a misfiled document: asked for at the document, approved or refused by the data protection officer, and told where it was asked."""

from __future__ import annotations

from typing import Any

import pytest

from records import erasure
from records.models import Document, ErasureRequest, JournalEntry
from records.models.files import RecordFile
from tenants.roles import Role
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import AT, DocumentFactory, RecordFileFactory, grant

OFFER = 'data-dialog="ask-for-erasure"'
MENU = 'data-act="askForErasure"'


def clerk_of(document: Document, right: str = "manage", **names: Any) -> Any:
    clerk = ClerkFactory(**names)
    grant(clerk, document.file.unit, right)
    return clerk


def asked_for(document: Document, *, by: Any = None, reason: str = "Gehört in die Personalakte") -> ErasureRequest:
    return erasure.ask_for_erasure(document=document, reason=reason, by=by or clerk_of(document), at=AT)


def page_of(client: Any, document: Document) -> str:
    return str(client.get(f"/dokumente/{document.public_id}/").content.decode())


@pytest.fixture
def document() -> Document:
    found: Document = DocumentFactory(title="Krankmeldung")
    return found


@pytest.fixture
def officer(client_of) -> Any:
    return client_of(UserFactory(roles=[Role.DATA_PROTECTION], display_name="Frau Schutz"))


class TestAsking:
    @pytest.mark.parametrize(("right", "offered"), [("read", False), ("write", False), ("manage", True)])
    def test_is_offered_to_who_manages_the_file(self, client_of, document, right, offered) -> None:
        client = client_of(clerk_of(document, right))

        binder = client.get(f"/akten/{document.file.public_id}/").content.decode()

        assert (OFFER in page_of(client, document), MENU in binder, 'id="ask-for-erasure"' in binder) == (offered, offered, offered)

    def test_is_offered_in_a_closed_file_too(self, client_of, document) -> None:
        client = client_of(clerk_of(document))
        RecordFile.objects.filter(pk=document.file_id).update(status=RecordFile.Status.CLOSED, closed_at=AT)

        assert OFFER in page_of(client, document)
        assert MENU in client.get(f"/akten/{document.file.public_id}/").content.decode()

    def test_is_shown_at_the_document_afterwards_and_not_offered_again(self, client_of, document) -> None:
        clerk = clerk_of(document, display_name="Frau Quitte")
        client = client_of(clerk)

        answer = client.post(f"/dokumente/{document.public_id}/loeschen/", {"reason": "Gehört in die Personalakte"})

        assert answer.headers["Location"] == f"/dokumente/{document.public_id}/"
        page = page_of(client, document)
        assert "Frau Quitte hat am" in page
        assert "Gehört in die Personalakte" in page
        assert OFFER not in page

    def test_those_who_do_not_manage_the_file_are_told_nothing(self, client_of, document) -> None:
        asked_for(document)

        assert "Personalakte" not in page_of(client_of(clerk_of(document, "write")), document)

    def test_whoever_asked_is_told_even_if_she_manages_the_file_no_more(self, client_of, document) -> None:
        clerk = clerk_of(document, "read")
        asked_for(document, by=clerk)

        page = page_of(client_of(clerk), document)

        assert "Personalakte" in page
        assert OFFER not in page

    @pytest.mark.parametrize(("reason", "sentence"), [(" \x00", "einen Grund für die Löschung"), ("noch einmal", "ist bereits beantragt")])
    def test_a_script_is_told_why_not(self, client_of, document, reason, sentence) -> None:
        asked_for(document)

        answer = client_of(clerk_of(document)).post(
            f"/dokumente/{document.public_id}/loeschen/", {"reason": reason}, headers={"HX-Request": "true"}
        )

        assert answer.status_code == 409
        assert sentence in answer.content.decode()
        assert ErasureRequest.objects.count() == 1

    def test_somebody_who_only_writes_does_not_find_it(self, client_of, document) -> None:
        answer = client_of(clerk_of(document, "write")).post(f"/dokumente/{document.public_id}/loeschen/", {"reason": "x"})

        assert answer.status_code == 404
        assert not ErasureRequest.objects.exists()


class TestDeciding:
    def test_a_refusal_is_told_at_the_document_and_a_new_request_is_offered(self, client_of, document, officer) -> None:
        clerk = clerk_of(document)
        asked = asked_for(document, by=clerk)

        answer = officer.post(f"/verwaltung/loeschungen/{asked.public_id}/ablehnen/", {"reason": "Bitte nur verschieben"}, follow=True)

        assert "Die Löschung ist abgelehnt" in answer.content.decode()
        page = page_of(client_of(clerk), document)
        assert "von Frau Schutz abgelehnt" in page
        assert "Bitte nur verschieben" in page
        assert OFFER in page

    def test_a_new_request_stands_in_place_of_the_refusal(self, client_of, document) -> None:
        clerk = clerk_of(document)
        erasure.refuse_erasure(request=asked_for(document, by=clerk), reason="Bitte nur verschieben", by=ClerkFactory(), at=AT)
        asked_for(document, by=clerk, reason="Verschieben genügt nicht")

        page = page_of(client_of(clerk), document)

        assert "Verschieben genügt nicht" in page
        assert "Bitte nur verschieben" not in page

    @pytest.mark.parametrize("reason", ["", " \x00 "])
    def test_a_refusal_without_a_reason_changes_nothing(self, document, officer, reason) -> None:
        asked = asked_for(document)

        answer = officer.post(f"/verwaltung/loeschungen/{asked.public_id}/ablehnen/", {"reason": reason}, follow=True)

        assert "Bitte sagen Sie, warum Sie ablehnen." in answer.content.decode()
        asked.refresh_from_db()
        assert asked.refused_at is None

    def test_whoever_asked_is_offered_no_decision_and_makes_none(self, client_of, document) -> None:
        both = clerk_of(document, roles=[Role.DATA_PROTECTION])
        asked, client = asked_for(document, by=both), client_of(both)
        address = f"/verwaltung/loeschungen/{asked.public_id}/"

        page = client.get("/verwaltung/loeschungen/").content.decode()
        answers = [client.post(address, follow=True), client.post(f"{address}ablehnen/", {"reason": "x"}, follow=True)]

        assert "Es entscheidet jemand anderes" in page
        assert f"refuse-{asked.public_id}" not in page
        assert all("eine zweite Person entscheiden" in answer.content.decode() for answer in answers)
        asked.refresh_from_db()
        assert (asked.refused_at, asked.approved_at) == (None, None)

    def test_what_was_refused_meanwhile_is_not_erased_by_an_old_page(self, document, officer) -> None:
        asked = asked_for(document)
        erasure.refuse_erasure(request=asked, reason="Bleibt", by=ClerkFactory(), at=AT)

        answer = officer.post(f"/verwaltung/loeschungen/{asked.public_id}/", follow=True)

        assert "ist bereits abgelehnt" in answer.content.decode()
        assert Document.objects.get(pk=document.pk).erased_at is None

    def test_approving_erases_and_the_document_has_no_page_any_more(self, client_of, document, officer) -> None:
        clerk = clerk_of(document)
        asked = asked_for(document, by=clerk)

        officer.post(f"/verwaltung/loeschungen/{asked.public_id}/")

        assert client_of(clerk).get(f"/dokumente/{document.public_id}/").status_code == 404
        assert [entry.act for entry in JournalEntry.objects.filter(object_id=document.public_id).order_by("sequence")] == [
            "ask_for_erasure",
            "erase",
        ]

    def test_the_journal_of_the_file_tells_it_in_words(self, client_of, document) -> None:
        clerk = clerk_of(document)
        erasure.refuse_erasure(request=asked_for(document, by=clerk), reason="Bleibt", by=ClerkFactory(), at=AT)

        page = client_of(clerk).get(f"/akten/{document.file.public_id}/journal/").content.decode()

        assert page.index("Löschung abgelehnt") < page.index("Löschung beantragt")

    def test_the_list_shows_neither_title_nor_more_queries_for_more_requests(self, officer, queries) -> None:
        counts = []
        officer.get("/verwaltung/loeschungen/")
        for more in (2, 9):
            for _request in range(more):
                waiting, refused, done = (asked_for(DocumentFactory(title="Quittenbaum", file=RecordFileFactory())) for _one in range(3))
                erasure.refuse_erasure(request=refused, reason="Bleibt", by=ClerkFactory(), at=AT)
                erasure.approve_erasure(request=done, by=ClerkFactory(), at=AT)
            with queries() as seen:
                page = officer.get("/verwaltung/loeschungen/").content.decode()
            counts.append(len(seen))

        assert counts[0] == counts[1]
        assert f"refuse-{waiting.public_id}" in page
        assert "Quittenbaum" not in page

    def test_the_page_of_a_document_costs_the_same_queries_after_many_refusals(self, client_of, document, queries) -> None:
        clerk = clerk_of(document)
        client, counts = client_of(clerk), []
        page_of(client, document)
        for _round in range(3):
            erasure.refuse_erasure(request=asked_for(document, by=clerk), reason="Bleibt", by=ClerkFactory(), at=AT)
            with queries() as seen:
                page_of(client, document)
            counts.append(len(seen))

        assert len(set(counts)) == 1
