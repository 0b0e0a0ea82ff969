"""The desk: what lies on it, as far as she may see it, in a constant number of queries."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from records import desk, granting
from records.models import Favourite, ReadingPlace
from tenants import current
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.fixture
def clerk():
    person = ClerkFactory()
    grant(person, FilePlanUnitFactory(classification_code="63"), "write")
    return person


def unit():
    from records.models import FilePlanUnit

    return FilePlanUnit.objects.get(classification_code="63")


def furnish(clerk, pages=3):
    """One of each thing that may lie on a desk."""
    file = RecordFileFactory(unit=unit(), created_by=clerk)
    document = DocumentFactory(file=file, version__page_count=pages, pages=["x"] * pages)
    DocumentFactory(file=file, version__state="failed", checked_out_by=clerk, checked_out_at=AT, created_by=clerk)
    ReadingPlace.objects.create(user=clerk, file=file, sheet=2, at=AT)
    Favourite.objects.create(user=clerk, file=file, at=AT)
    return file, document


class TestDeskOf:
    def test_holds_what_she_works_on(self, clerk):
        file, document = furnish(clerk)

        lies = desk.desk_of(clerk=clerk, on=TODAY)

        assert [place.file for place in lies.places] == [file]
        assert lies.favourites == lies.my_files == [file]
        assert len(lies.checked_out) == len(lies.unread) == 1
        assert document in lies.newest

    def test_a_file_without_a_sheet_counts_as_opened_and_a_place_of_before_stays(self, clerk, client_of):
        file, _document = furnish(clerk)
        bare = RecordFileFactory(unit=unit())
        opener = client_of(clerk)

        answers = [opener.post(f"/akten/{one.public_id}/merken/", {"sheet": "0"}).status_code for one in (file, bare)]

        assert answers == [204, 204]
        places = desk.desk_of(clerk=clerk, on=TODAY).places
        assert [(place.file, place.sheet) for place in places] == [(bare, 1), (file, 2)]
        assert "Weiter bei Blatt" not in opener.get("/").content.decode()
        page = opener.get(f"/akten/{file.public_id}/verschieben/", {"dokument": file.documents.first().public_id}).content.decode()
        assert bare.title in page, "and is offered as a place to move to"

    def test_what_was_hidden_from_her_is_gone_from_it(self, clerk):
        file, _document = furnish(clerk)
        keeper = ClerkFactory()
        grant(keeper, file, "manage")
        granting.restrict_file(file=file, restricted=True, reason="Streit", by=keeper, at=AT)

        lies = desk.desk_of(clerk=clerk, on=TODAY)

        assert not any(vars(lies).values())

    def test_asks_as_often_for_much_as_for_little(self, clerk, client, django_assert_max_num_queries):
        host = current.municipality().hosts[0]
        client.force_login(clerk)
        furnish(clerk)
        client.get("/", headers={"host": host})
        counts = []
        for _round in range(2):
            for _more in range(3):
                furnish(clerk)
            with django_assert_max_num_queries(30, connection=current.connection()) as seen:
                client.get("/", headers={"host": host})
            counts.append(len(seen))

        assert counts[0] == counts[1]


class TestGlanceAt:
    def test_finds_the_page_of_a_sheet_without_a_row_for_each_page(self, clerk, django_assert_num_queries):
        file, document = furnish(clerk, pages=5)
        MunicipalSettings.load()
        current.forget()

        with django_assert_num_queries(3, connection=current.connection()):  # the stapling order, how thick each is, and the one shown
            glance = desk.glance_at(file=file, sheet=3)

        assert (glance.document, glance.page, glance.sheet_count) == (document, 3, 5)

    def test_a_sheet_that_is_gone_has_no_picture(self, clerk):
        file, _document = furnish(clerk)

        assert desk.glance_at(file=file, sheet=99).document is None
