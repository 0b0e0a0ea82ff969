"""Search, suggestions and binder follow substitution, naming and emergency access by themselves: they compare scopes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from records import index_keeping, indexing, searching, suggesting
from records.models import EmergencyAccess
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, PageFactory, RecordFileFactory, grant, restricted, standing_in_for

WORD = "Zwiebelturm"


@pytest.fixture(autouse=True)
def _fresh_index(tmp_path, settings):
    settings.MUNICIPALITY_INDEXES = tmp_path
    searching._open.clear()
    yield
    searching._open.clear()


@pytest.fixture
def absent():
    return ClerkFactory()


@pytest.fixture
def documents(absent):
    """One in a plain file and one in a restricted file of the same unit, both of them indexed."""
    unit = FilePlanUnitFactory()
    grant(absent, unit, "write")
    plain, hidden = (DocumentFactory(file=RecordFileFactory(unit=unit), title=f"{WORD} {name}") for name in ("offen", "beschränkt"))
    hidden.file = restricted(hidden.file, absent)
    for document in (plain, hidden):
        PageFactory(version=document.current, number=1, text=f"Der {WORD} ist schief")
        indexing.note_document(document)
    index = index_keeping.open_index()
    with index.writer() as writer:
        index_keeping.follow(index=index, writer=writer)
    return plain, hidden


def found(clerk):
    """What somebody meets by search, by suggestions and by the address of the binder; all must agree, and counts and facets too."""
    page = searching.search(clerk=clerk, text=WORD, facets=True)
    titles = {hit.document.title for hit in page.hits}
    assert page.count == len(titles) == sum(page.facets.get("year", {}).values())
    suggested = {each.title for each in suggesting.suggest(clerk=clerk, text=WORD) if each.kind == "document"}
    assert suggested == titles
    return titles


def opens(clerk, document, client_of):
    client = client_of(clerk)
    binder = client.get(f"/akten/{document.file.public_id}/").status_code
    words = client.get(f"/api/v1/documents/{document.public_id}/text/").status_code
    assert (binder == 404) == (words == 404)
    return binder == 200


class TestSubstitute:
    def test_finds_what_the_absent_person_may_see_but_no_restricted_file(self, absent, documents, client_of):
        deputy = ClerkFactory()
        assert found(deputy) == set()

        standing_in_for(absent, deputy)

        assert found(deputy) == {f"{WORD} offen"}
        assert [opens(deputy, document, client_of) for document in documents] == [True, False]

    def test_finds_a_restricted_file_that_was_named(self, absent, documents, client_of):
        deputy = ClerkFactory()

        standing_in_for(absent, deputy).named_files.create(file=documents[1].file)

        assert found(deputy) == {f"{WORD} offen", f"{WORD} beschränkt"}
        assert [opens(deputy, document, client_of) for document in documents] == [True, True]


class TestEmergencyAccess:
    def test_is_found_without_a_change_of_the_index(self, documents, client_of):
        clerk, now = ClerkFactory(), timezone.now()
        approved = {"approved_by": ClerkFactory(), "approved_at": now, "until": now + timedelta(hours=1)}

        EmergencyAccess.objects.create(file=documents[1].file, reason="Brand", asked_by=clerk, asked_at=now, **approved)

        assert found(clerk) == {f"{WORD} beschränkt"}
        assert [opens(clerk, document, client_of) for document in documents] == [False, True]
