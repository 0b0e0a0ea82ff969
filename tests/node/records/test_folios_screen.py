"""The screen of folio numbers, and what the binder's page says of them."""

from __future__ import annotations

import json
import re

from records import filing, folios
from records.models import Bookmark
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import AT, DocumentFactory, RecordFileFactory, grant


def manifest_of(page: str) -> dict:
    found = re.search(r'<script id="binder-manifest" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def writer(file, right: str = "write"):
    clerk = ClerkFactory()
    grant(clerk, file, right)
    return clerk


class TestScreen:
    def test_foliates_and_then_shows_what_is_new(self, client_of) -> None:
        file = RecordFileFactory()
        DocumentFactory(file=file, pages=["", ""])
        client, address = client_of(writer(file)), f"/akten/{file.public_id}/"

        before = client.get(f"{address}blattnummern/").content.decode()
        done = client.post(f"{address}foliieren/", follow=True).content.decode()
        DocumentFactory(file=file, title="Nachtrag", pages=[""])
        after = client.get(f"{address}blattnummern/").content.decode()

        assert "Akte foliieren" in before
        assert "2 Seiten wurden nummeriert." in done
        assert "Alle Blätter haben ihre Nummer." in done
        assert "Neue Blätter nummerieren" in after
        assert "Nachtrag" in after

    def test_a_refusal_is_a_sentence(self, client_of) -> None:
        file = RecordFileFactory()
        DocumentFactory(file=file, title="Gutachten", version__state="received")

        page = client_of(writer(file)).post(f"/akten/{file.public_id}/foliieren/", follow=True).content.decode()

        assert "Dieses Dokument ist noch nicht gelesen" in page
        assert "„Gutachten“" in page

    def test_readers_see_gaps_and_have_no_button(self, client_of) -> None:
        file = RecordFileFactory()
        gone = DocumentFactory(file=file, title="Irrläufer", pages=[""])
        DocumentFactory(file=file, pages=[""])
        folios.foliate(file=file, by=ClerkFactory(), at=AT)
        filing.cancel_document(document=gone, reason="doppelt", by=ClerkFactory(), at=AT)
        DocumentFactory(file=file, pages=[""])

        page = client_of(writer(file, "read")).get(f"/akten/{file.public_id}/blattnummern/").content.decode()

        assert "Irrläufer. Das Dokument ist storniert." in page
        assert "Neue Blätter nummerieren" not in page


class TestBinderPage:
    def test_has_the_numbers_of_each_document(self, client_of) -> None:
        MunicipalSettings.objects.update_or_create(pk=1, defaults={"stapling_order": "oldest_on_top", "folio_numbering": "per_sheet"})
        file = RecordFileFactory()
        DocumentFactory(file=file, rank=1, pages=["", ""])
        folios.foliate(file=file, by=ClerkFactory(), at=AT)
        DocumentFactory(file=file, rank=2, pages=[""])

        manifest = manifest_of(client_of(writer(file)).get(f"/akten/{file.public_id}/").content.decode())

        assert [entry.get("folios") for entry in manifest["documents"]] == [["1", "1 RS"], None]

    def test_has_her_own_bookmarks(self, client_of) -> None:
        document = DocumentFactory(pages=["", ""])
        clerk = writer(document.file)
        for user, page in ((clerk, 2), (ClerkFactory(), 1)):
            Bookmark.objects.create(user=user, document=document, page=page, at=AT)

        manifest = manifest_of(client_of(clerk).get(f"/akten/{document.file.public_id}/").content.decode())

        assert manifest["bookmarks"] == [[str(document.public_id), 2]]

    def test_of_a_foliated_file_costs_the_same_queries_for_many_documents(self, client_of, queries) -> None:
        counts = []
        for documents in (1, 2, 30):
            file = RecordFileFactory()
            for _number in range(documents):
                DocumentFactory(file=file, pages=["", ""])
            folios.foliate(file=file, by=ClerkFactory(), at=AT)
            client = client_of(writer(file))
            with queries() as seen:
                client.get(f"/akten/{file.public_id}/")
            counts.append(len(seen))

        assert counts[1] == counts[2]
