"""Drucken und Abgeben: the screen and the REST door of exports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from records import exports
from records.models import AccessScope, Document, DocumentVersion, Export, JournalEntry, Participant
from tenants import stores
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, RecordFileFactory, RegisterFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def file(queued):
    return RecordFileFactory(title="Bauakte")


@pytest.fixture
def clerk(file):
    person = ClerkFactory()
    grant(person, file.unit, "read")
    return person


def ready(file, clerk, **values) -> Export:
    """An export that is there to be downloaded."""
    kept = stores.of_municipality().put(b"%PDF-1.7 ein Ergebnis")
    given = {"state": "ready", "done_at": AT, "sha256": kept.sha256, "size": kept.size, "name": "Akte.pdf", **values}
    return Export.objects.create(
        file=file, kind="file_pdf", asked_at=timezone.now(), asked_by=clerk, expires_at=timezone.now() + timedelta(days=7), **given
    )


def screen(file, below: str = "") -> str:
    return f"/akten/{file.public_id}/abgeben/{below}"


def with_pages(file) -> Document:
    """A document that can become sheets of a PDF."""
    document = DocumentFactory(file=file, number=1, pages=["Antrag"])
    DocumentVersion.objects.filter(pk=document.current_id).update(family="pdf", page_count=1, state="ready")
    return document


class TestScreen:
    def test_whoever_reads_the_file_may_hand_it_over(self, file, clerk, client_of):
        answer = client_of(clerk).get(screen(file))

        assert answer.status_code == 200
        assert "Akte als ein PDF" in answer.content.decode()

    def test_asking_leads_back_to_how_far_it_is(self, file, clerk, client_of):
        answer = client_of(clerk).post(screen(file), {"kind": "file_pdf"})

        assert answer["Location"] == screen(file) + "#stand"
        assert Export.objects.get().options["address"].endswith(f"/akten/{file.public_id}/")

    def test_one_document_is_chosen_on_its_way_from_the_binder_and_made_alone(self, file, clerk, client_of):
        document = with_pages(file)
        client = client_of(clerk)
        assert f'value="{document.public_id}" selected' in client.get(screen(file), {"dokument": str(document.public_id)}).content.decode()

        client.post(screen(file), {"kind": "court_package", "only": "on", "document": str(document.public_id), "receipt_stamps": "on"})

        export = Export.objects.get()
        assert (export.kind, export.options["document"], export.options["receipt_stamps"]) == ("file_pdf", str(document.public_id), True)
        told = JournalEntry.objects.get(act="export").values.get(field="document_reference")
        assert told.new == f"{file.file_reference}-{document.number}"
        assert "Ein Dokument mit Blattnummern und Stempel" in client.get(screen(file)).content.decode()

    def test_no_document_and_one_of_another_file_are_refused_in_german(self, file, clerk, client_of):
        with_pages(file)
        for chosen in ("", str(DocumentFactory().public_id), "unsinn"):
            answer = client_of(clerk).post(screen(file), {"kind": "file_pdf", "only": "on", "document": chosen})

            assert answer.status_code == 422
            assert 'role="alert"' in answer.content.decode()
        assert not Export.objects.exists()

    def test_a_draft_is_not_offered_as_a_single_document(self, file, clerk, client_of):
        draft = DocumentFactory(file=file, draft=True, number=None)

        assert f'<option value="{draft.public_id}"' not in client_of(clerk).get(screen(file)).content.decode()

    def test_one_document_through_the_api(self, file, clerk, api_client):
        document, foreign = with_pages(file), DocumentFactory()
        client, where = api_client(clerk), f"/api/v1/files/{file.public_id}/exports/"

        made = client.post(where, {"kind": "file_pdf", "document": str(document.public_id)}, format="json")
        refused = client.post(where, {"kind": "file_pdf", "document": str(foreign.public_id)}, format="json")

        assert (made.status_code, made.json()["document"]) == (202, str(document.public_id))
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["document"])

    def test_the_receipt_stamp_is_printed_unless_the_tick_is_taken_out(self, file, clerk, client_of, api_client):
        client = client_of(clerk)
        assert 'name="receipt_stamps" value="on" checked' in client.get(screen(file)).content.decode()

        client.post(screen(file), {"kind": "file_pdf"})
        client.post(screen(file), {"kind": "file_pdf", "receipt_stamps": "on"})
        api_client(clerk).post(f"/api/v1/files/{file.public_id}/exports/", {"kind": "file_pdf"}, format="json")

        assert [export.options["receipt_stamps"] for export in Export.objects.order_by("pk")] == [False, True, True]

    def test_a_warning_that_is_not_confirmed_loses_nothing(self, file, clerk, client_of):
        document = DocumentFactory(file=file)
        Participant.objects.create(file=file, name="Frau Quittenbaum", role="Antragstellerin", disclosure_block=True)
        sent = {"kind": "court_package", "documents": [str(document.public_id)], "reason": "Betriebsgeheimnis"}

        answer = client_of(clerk).post(screen(file), sent)

        shown = answer.content.decode()
        assert answer.status_code == 422
        assert "Auskunftssperre" in shown
        assert 'value="Betriebsgeheimnis"' in shown
        assert f'value="{document.public_id}" checked' in shown
        assert 'value="court_package" checked' in shown
        assert not Export.objects.exists()

    @pytest.mark.parametrize(
        "sent", [{"kind": "alles"}, {}, {"kind": "file_pdf", "documents": ["kein"]}, {"kind": "file_pdf", "reason": "x" * 501}]
    )
    def test_bad_input_gets_a_sentence(self, sent, file, clerk, client_of):
        assert client_of(clerk).post(screen(file), sent).status_code == 422

    def test_the_number_of_queries_does_not_grow(self, file, clerk, client_of, queries):
        client = client_of(clerk)
        client.get(screen(file))
        with queries() as few:
            client.get(screen(file))
        for _number in range(5):
            DocumentFactory(file=file, register=RegisterFactory(file=file))
            ready(file, clerk)

        with queries() as many:
            client.get(screen(file))

        assert len(many) == len(few)

    def test_the_list_asks_again_only_while_something_is_made(self, file, clerk, client_of):
        client = client_of(clerk)
        export = exports.ask(file=file, kind="file_pdf", address="x", by=clerk, at=timezone.now())
        assert "hx-trigger" in client.get(screen(file, "stand/")).content.decode()

        exports.cancel(export=export, by=clerk, at=timezone.now())

        shown = client.get(screen(file, "stand/")).content.decode()
        assert "hx-trigger" not in shown
        assert "Abgebrochen." in shown

    def test_nobody_sees_what_others_asked_for(self, file, clerk, client_of):
        other = ClerkFactory()
        grant(other, file.unit, "manage")
        export = ready(file, other)

        client = client_of(clerk)

        assert str(export.public_id) not in client.get(screen(file)).content.decode()
        assert client.get(screen(file, f"{export.public_id}/")).status_code == 404

    def test_cancelling(self, file, clerk, client_of):
        export = exports.ask(file=file, kind="file_pdf", address="x", by=clerk, at=timezone.now())

        client_of(clerk).post(screen(file, f"{export.public_id}/abbrechen/"))

        export.refresh_from_db()
        assert export.failure == "cancelled"


class TestPrint:
    def test_a_cover_is_shown_by_the_browser(self, file, clerk, client_of):
        answer = client_of(clerk).post(f"/akten/{file.public_id}/drucken/", {"sheets": "cover"})

        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("inline")
        assert answer.content.startswith(b"%PDF-")

    def test_a_register_of_another_file_is_refused(self, file, clerk, client_of):
        RegisterFactory(file=file)
        foreign = RegisterFactory()

        answer = client_of(clerk).post(f"/akten/{file.public_id}/drucken/", {"sheets": "dividers", "register": str(foreign.public_id)})

        assert answer.status_code == 422


class TestDownload:
    def test_who_asked_gets_the_bytes_and_it_is_journaled(self, file, clerk, client_of):
        export = ready(file, clerk)

        answer = client_of(clerk).get(screen(file, f"{export.public_id}/"))

        assert b"".join(answer.streaming_content) == b"%PDF-1.7 ein Ergebnis"
        assert answer["Content-Disposition"] == "attachment; filename=\"Akte.pdf\"; filename*=UTF-8''Akte.pdf"
        assert JournalEntry.objects.get(act="download_export").actor == str(clerk)

    def test_rights_taken_away_meanwhile_hide_it(self, file, clerk, client_of):
        export = ready(file, clerk)
        scope, _made = AccessScope.objects.get_or_create(file=file, defaults={"restricted": True})
        file.scope = scope
        file.save(update_fields=["scope"])

        assert client_of(clerk).get(screen(file, f"{export.public_id}/")).status_code == 404

    def test_what_expired_is_not_handed_out(self, file, clerk, client_of):
        export = ready(file, clerk)
        Export.objects.update(expires_at=timezone.now())

        answer = client_of(clerk).get(screen(file, f"{export.public_id}/"))

        assert answer.status_code == 302


class TestApi:
    def path(self, file, below: str = "") -> str:
        return f"/api/v1/files/{file.public_id}/exports/{below}"

    def test_asked_for_looked_at_and_downloaded(self, file, clerk, api_client):
        client = api_client(clerk)

        asked = client.post(self.path(file), {"kind": "file_pdf"}, format="json")

        assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
        kept = stores.of_municipality().put(b"%PDF-1.7 x")
        Export.objects.update(
            state="ready", done_at=AT, sha256=kept.sha256, size=kept.size, name="a.pdf", expires_at=timezone.now() + timedelta(1)
        )
        said = client.get(asked["Location"]).json()
        assert said["state"] == "ready"
        assert b"".join(client.get(said["content"]).streaming_content) == b"%PDF-1.7 x"
        assert [one["id"] for one in client.get(self.path(file)).json()["results"]] == [said["id"]]

    def test_the_same_key_makes_one_export(self, file, clerk, api_client):
        client = api_client(clerk)
        key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}

        first, again = (client.post(self.path(file), {"kind": "file_pdf"}, format="json", **key) for _once in range(2))

        assert (first.json()["id"], again.status_code) == (again.json()["id"], 202)
        assert Export.objects.count() == 1

    def test_a_warning_must_be_confirmed(self, file, clerk, api_client):
        Participant.objects.create(file=file, name="Frau Quittenbaum", role="Antragstellerin", disclosure_block=True)
        client = api_client(clerk)

        refused = client.post(self.path(file), {"kind": "file_pdf"}, format="json")
        taken = client.post(self.path(file), {"kind": "file_pdf", "confirmed": ["disclosure_block"]}, format="json")

        assert refused.status_code == 400
        assert "disclosure_block" in refused.json()["errors"]["confirmed"][0]
        assert taken.status_code == 202

    @pytest.mark.parametrize(
        "sent",
        [
            {}, {"kind": "alles"}, {"kind": "file_pdf", "leave_out": []}, {"kind": "file_pdf", "leave_out": {"documents": ["x"]}},
            {"kind": "file_pdf", "leave_out": {"reason": "x" * 501}}, {"kind": "file_pdf", "confirmed": ["alles"]},
        ],
    )  # fmt: skip
    def test_bad_input_is_a_400(self, sent, file, clerk, api_client):
        assert api_client(clerk).post(self.path(file), sent, format="json").status_code == 400

    def test_leaving_out_without_a_reason_is_a_409(self, file, clerk, api_client):
        answer = api_client(clerk).post(self.path(file), {"kind": "file_pdf", "leave_out": {"documents": [str(uuid4())]}}, format="json")

        assert answer.status_code == 409

    def test_nothing_to_download_yet_is_a_409(self, file, clerk, api_client):
        client = api_client(clerk)
        asked = client.post(self.path(file), {"kind": "file_pdf"}, format="json").json()

        assert client.get(self.path(file, f"{asked['id']}/content/")).status_code == 409
        assert client.post(self.path(file, f"{asked['id']}/cancel/")).json()["state"] == "failed"
        assert client.post(self.path(file, f"{asked['id']}/cancel/")).status_code == 409

    def test_of_a_file_that_one_may_not_know_it_is_a_404(self, file, api_client):
        stranger = ClerkFactory()

        assert api_client(stranger).post(self.path(file), {"kind": "file_pdf"}, format="json").status_code == 404
        assert api_client(stranger).get(self.path(file)).status_code == 404

    def test_a_malformed_id_is_a_404(self, file, clerk, api_client):
        assert api_client(clerk).get(self.path(file, "nichts/")).status_code == 404
