"""Pictures, tiles and words of pages, really drawn."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from foundation.store import Damaged
from records import erasure, intake, page_images
from records.models import DocumentVersion
from tenants import current, stores
from tests.factories import ClerkFactory
from tests.foundation.papers import picture, typed
from tests.node.factories import RecordFileFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def read_version(content: bytes, name: str, pages: int = 1) -> DocumentVersion:
    file = RecordFileFactory()
    arrival = intake.Arrival(stores.of_municipality().put(content), name)
    version = intake.take_in(arrival=arrival, file=file, by=file.created_by, at=AT).current
    version.state, version.page_count = DocumentVersion.State.READY, pages
    version.save()
    return version


def pdf(*texts: str, size: tuple[float, float] = (595, 842)) -> DocumentVersion:
    buffer = io.BytesIO()
    typed(*texts, size=size).save(buffer)
    return read_version(buffer.getvalue(), "x.pdf", len(texts))


def png(text: str = "Blatt") -> DocumentVersion:
    buffer = io.BytesIO()
    picture(text).save(buffer, "PNG")
    return read_version(buffer.getvalue(), "x.png")


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


class TestPageImage:
    def test_draws_pdf_image_and_text(self) -> None:
        for version in (pdf("Guten Tag"), png(), read_version(b"Guten Tag", "x.txt")):
            shown = opened(page_images.page_image(version, 1, width=400))
            assert 340 <= shown.width <= 400
            assert shown.convert("L").getextrema()[0] < 128, "something is written there"

    def test_keeps_what_was_drawn_per_municipality(self, beispielheim, monkeypatch) -> None:
        version = pdf("Nur hier")
        first = page_images.page_image(version, 1, width=200)
        monkeypatch.setattr(page_images, "_renderers", None)

        assert page_images.page_image(version, 1, width=200) == first
        with current.use(beispielheim):
            assert page_images._kept(version, "1-200.jpg") is None

    def test_brings_widths_into_bounds(self) -> None:
        assert opened(page_images.page_image(pdf("x"), 1, width=1)).width == page_images.NARROWEST

    def test_draws_from_the_searchable_pdf_where_there_is_one(self) -> None:
        version = png()
        buffer = io.BytesIO()
        typed("Blatt", size=(842, 595)).save(buffer)
        version.searchable_sha256 = stores.of_municipality().put(buffer.getvalue()).sha256

        assert (shown := opened(page_images.page_image(version, 1, width=400))).width > shown.height

    def test_never_draws_damaged_bytes(self) -> None:
        version = read_version(b"Echt und wahr", "x.txt")
        path = stores.of_municipality().path(version.sha256)
        path.chmod(0o640)
        path.write_bytes(b"Falsch!")

        with pytest.raises(Damaged):
            page_images.page_image(version, 1)

    def test_refuses_pages_that_are_not_there(self) -> None:
        version = pdf("x")

        for number in (0, 2, -1):
            with pytest.raises(page_images.NoSuchPage):
                page_images.page_image(version, number)

    def test_says_that_a_document_is_still_being_read(self) -> None:
        version = pdf("x")
        version.state, version.page_count = DocumentVersion.State.READING, None

        with pytest.raises(page_images.NotReady):
            page_images.page_image(version, 1)

    def test_erasing_a_document_leaves_no_picture_of_it(self, committing) -> None:
        version = pdf("Irrläufer")
        page_images.page_image(version, 1, width=200)
        asked = erasure.ask_for_erasure(document=version.document, reason="Irrläufer", by=ClerkFactory(), at=AT)

        with committing():
            erasure.approve_erasure(request=asked, by=ClerkFactory(), at=AT)

        assert page_images._kept(version, "1-200.jpg") is None

    def test_what_is_erased_while_it_is_drawn_is_not_kept(self) -> None:
        version = pdf("Irrläufer")
        stores.of_municipality().remove(version.sha256)

        page_images._keep(version, "1-200.jpg", b"picture")

        assert page_images._kept(version, "1-200.jpg") is None


class TestTiles:
    def test_cover_the_page_without_gaps(self) -> None:
        version = pdf("Plan", size=(1000, 700))
        width, height = 1200, 840

        sizes = {
            (x, y): opened(page_images.page_tile(version, 1, width=width, x=x, y=y)).size
            for x in range(-(-width // page_images.TILE))
            for y in range(-(-height // page_images.TILE))
        }

        assert sum(sizes[x, 0][0] for x in range(3)) == width
        assert abs(sum(sizes[0, y][1] for y in range(2)) - height) <= 2

    def test_beside_the_page_there_is_none(self) -> None:
        version = pdf("Plan")

        for x, y in ((9, 0), (0, 9), (-1, 0)):
            with pytest.raises(page_images.NoSuchPage):
                page_images.page_tile(version, 1, width=1200, x=x, y=y)


class TestWords:
    def test_come_with_their_places_and_the_hits_of_a_search(self) -> None:
        version = pdf("Das Baugenehmigungsverfahren ruht")

        words = page_images.page_words(version, 1, query="Genehmigung")

        assert [word["t"] for word in words] == ["Das", "Baugenehmigungsverfahren", "ruht"]
        assert [word.get("m") for word in words] == [None, 1, None]
        assert all(0 <= word[side] <= 1 for word in words for side in "xywh")

    def test_a_phrase_marks_each_of_its_words(self) -> None:
        words = page_images.page_words(pdf("an den Rat der Stadt"), 1, query='"Rat der Stadt"')

        assert [word.get("m", 0) for word in words] == [0, 0, 1, 1, 1]

    @pytest.mark.parametrize("query", ["", None, '"', "-", "\x00"])
    def test_what_means_nothing_marks_nothing(self, query) -> None:
        assert not any("m" in word for word in page_images.page_words(pdf("Guten Tag"), 1, query=query))

    def test_a_picture_without_a_searchable_pdf_has_none(self) -> None:
        assert page_images.page_words(png(), 1) == []
