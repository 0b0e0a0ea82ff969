"""Two towns with the same ids, and even the same numbers of rows: each host serves its own bytes, texts, pictures and hits."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from records import granting, index_keeping, intake, reading, searching
from records.models import Document, Reading
from tenants import current, stores
from tenants.models import User
from tests.factories import ClerkFactory
from tests.foundation.papers import typed
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FILE, DOCUMENT = UUID(int=0xF11E), UUID(int=0xD0C)
WORDS = {"musterstadt": "Quitte", "beispielheim": "Zwetschge"}
SIZES = {"musterstadt": (595.0, 842.0), "beispielheim": (842.0, 595.0)}  # one is upright, the other is not
PATHS = [
    f"/api/v1/documents/{DOCUMENT}/text/",
    f"/api/v1/documents/{DOCUMENT}/",
    f"/akten/{FILE}/",
    f"/dokumente/{DOCUMENT}/1/seiten/1/woerter/",
]


def binder_with(word: str, size: tuple[float, float]) -> User:
    """A file and a document under the ids above in the town in force, read and indexed; its clerk."""
    clerk: User = ClerkFactory(pk=4711)
    unit = FilePlanUnitFactory(classification_code="10")
    granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=AT)
    file = RecordFileFactory(pk=42, public_id=FILE, unit=unit, created_by=clerk)
    paper = io.BytesIO()
    typed(f"Die {word} ist reif", size=size).save(paper)
    arrival = intake.Arrival(stores.of_municipality().put(paper.getvalue()), f"{word}.pdf")
    document = intake.take_in(arrival=arrival, file=file, title=f"Gutachten {word}", by=clerk, at=AT)
    Document.objects.filter(pk=document.pk).update(public_id=DOCUMENT)
    reading.read(reading_id=Reading.objects.get(version__document=document).pk)
    index_keeping.rebuild()
    return clerk


@pytest.fixture
def browsers(musterstadt: Any, beispielheim: Any, client_of: Callable[..., Any], tmp_path: Any, settings: Any) -> Iterator[dict[str, Any]]:
    """A browser of a clerk in each town."""
    settings.MUNICIPALITY_INDEXES, settings.IMAGE_CACHE = tmp_path / "index", tmp_path / "images"
    searching._open.clear()
    found = {}
    for town in (musterstadt, beispielheim):
        with current.use(town):
            found[town.slug] = client_of(binder_with(WORDS[town.slug], SIZES[town.slug]))
    yield found
    searching._open.clear()


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


class TestSameIds:
    @pytest.mark.parametrize("path", PATHS)
    def test_each_host_shows_its_own_words(self, path: str, browsers: dict[str, Any]) -> None:
        said = {slug: body(browser.get(path)).decode() for slug, browser in browsers.items()}

        for slug, word in WORDS.items():
            [other] = set(WORDS.values()) - {word}
            assert word in said[slug]
            assert other not in said[slug]

    @pytest.mark.parametrize("path", [f"/api/v1/documents/{DOCUMENT}/content/", f"/dokumente/{DOCUMENT}/original/"])
    def test_each_host_hands_out_its_own_bytes(self, path: str, browsers: dict[str, Any]) -> None:
        sent = {slug: body(browser.get(path)) for slug, browser in browsers.items()}

        for slug, browser in browsers.items():
            told = browser.get(f"/api/v1/documents/{DOCUMENT}/").json()["sha256"]
            assert hashlib.sha256(sent[slug]).hexdigest() == told
        assert sent["musterstadt"] != sent["beispielheim"]

    @pytest.mark.parametrize(
        "path", [f"/api/v1/documents/{DOCUMENT}/pages/1/image/?width=200", f"/dokumente/{DOCUMENT}/1/seiten/1/bild/?width=200"]
    )
    def test_each_host_draws_its_own_page_also_from_the_cache(self, path: str, browsers: dict[str, Any]) -> None:
        for _again in range(2):
            for slug, browser in browsers.items():
                drawn = Image.open(io.BytesIO(body(browser.get(path))))
                upright = SIZES[slug][0] < SIZES[slug][1]
                assert (drawn.height > drawn.width) is upright

    def test_a_validator_of_one_town_is_none_in_the_other(self, browsers: dict[str, Any]) -> None:
        path = f"/api/v1/documents/{DOCUMENT}/content/"
        first = browsers["musterstadt"].get(path)
        body(first)
        etag = first["ETag"]

        assert browsers["musterstadt"].get(path, headers={"If-None-Match": etag}).status_code == 304
        assert body(browsers["beispielheim"].get(path, headers={"If-None-Match": etag}))

    def test_a_search_finds_the_towns_own_document_only(self, browsers: dict[str, Any]) -> None:
        for slug, browser in browsers.items():
            counts = {word: browser.get("/api/v1/search/", {"q": word}).json()["count"] for word in WORDS.values()}
            assert counts == {word: int(word == WORDS[slug]) for word in WORDS.values()}
