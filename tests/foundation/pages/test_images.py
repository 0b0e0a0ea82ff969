"""Pictures and words of pages, from real renderers in the sandbox."""

import io
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageStat

from foundation import sandbox
from foundation.pages.facts import Failure
from foundation.pages.images import Renderers, Unreadable
from tests.foundation import papers


@pytest.fixture
def renderers() -> Iterator[Renderers]:
    pool = Renderers(processes=2, seconds_a_page=20)
    yield pool
    pool.close()


def shown(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def difference(one: Image.Image, other: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(one.convert("L"), other.convert("L").resize(one.size))).mean[0]


class TestRender:
    def test_draws_a_typed_page(self, renderers: Renderers, tmp_path: Path):
        path = papers.saved(papers.typed("Bescheid"), tmp_path / "a.pdf")

        image = shown(renderers.render("musterstadt", path, 1, width=800))

        assert image.format == "JPEG"
        assert image.size == (800, 1132)
        assert image.convert("L").getextrema()[0] < 60

    def test_decodes_a_scan_in_half_size_and_shows_the_same(self, renderers: Renderers, tmp_path: Path):
        picture = papers.picture("Gescannter Bescheid", dpi=300, mode="RGB")
        pdf = pikepdf.new()
        papers.add_picture(pdf, picture, size=(595, 842))

        image = shown(renderers.render("musterstadt", papers.saved(pdf, tmp_path / "a.pdf"), 1, width=1400))

        assert 1190 <= image.width <= 1400
        assert difference(image, picture) < 3

    def test_turns_a_turned_scan(self, renderers: Renderers, tmp_path: Path):
        pdf = papers.scan("quer")
        pdf.pages[0].Rotate = 90

        image = shown(renderers.render("musterstadt", papers.saved(pdf, tmp_path / "a.pdf"), 1, width=800))

        assert image.width > image.height

    def test_shows_what_was_filled_into_a_form(self, renderers: Renderers, tmp_path: Path):
        pdf = papers.with_form(papers.typed(" "))
        path = papers.saved(pdf, tmp_path / "a.pdf")

        image = shown(renderers.render("musterstadt", path, 1, width=800))

        assert image.size == (800, 1132)

    def test_draws_pages_of_a_tiff_and_of_a_text(self, renderers: Renderers, tmp_path: Path):
        pages = [papers.picture(text).convert("1") for text in ("eins", "zwei")]
        pages[0].save(tmp_path / "a.tif", compression="group4", dpi=(150, 150), save_all=True, append_images=pages[1:])
        (tmp_path / "a.txt").write_text("Vermerk\fzweite Seite")

        second = shown(renderers.render("musterstadt", tmp_path / "a.tif", 2, width=620))
        text = shown(renderers.render("musterstadt", tmp_path / "a.txt", 2, width=620))

        assert difference(second, papers.picture("zwei")) < 3
        assert (second.width, text.width) == (620, 620)

    def test_draws_a_text_whatever_ends_its_lines_and_in_whatever_direction_it_runs(self, renderers: Renderers, tmp_path: Path):
        controls = "".join(map(chr, range(1, 32)))
        (tmp_path / "a.txt").write_text(f"Zeile\u2028Absatz\u2029neu\x85Ende {controls} \u202eabc\u2066 שלום {chr(0x1F984)}", newline="")

        assert shown(renderers.render("musterstadt", tmp_path / "a.txt", 1, width=620)).width == 620

    def test_cuts_tiles_out_of_the_full_resolution(self, renderers: Renderers, tmp_path: Path):
        picture = papers.picture("Lageplan\n" * 20, dpi=300)
        pdf = pikepdf.new()
        papers.add_picture(pdf, picture, size=(595, 842))
        path = papers.saved(pdf, tmp_path / "a.pdf")

        size = renderers.size("musterstadt", path, 1)
        tile = shown(renderers.render("musterstadt", path, 1, width=512, region=(300, 300, 512, 512)))
        overview = shown(renderers.render("musterstadt", path, 1, width=256, region=(0, 0, 1024, 1024)))

        assert abs(size.width_px - 2480) <= 2
        assert tile.size == (512, 512)
        assert difference(tile, picture.crop((300, 300, 812, 812))) < 8
        assert overview.size == (256, 256)

    def test_cuts_a_tile_at_the_edge(self, renderers: Renderers, tmp_path: Path):
        path = papers.saved(papers.scan("Rand"), tmp_path / "a.pdf")

        tile = shown(renderers.render("musterstadt", path, 1, width=512, region=(1000, 1500, 512, 512)))

        assert tile.width <= 512


class TestWords:
    def test_gives_places_in_fractions_of_the_page(self, renderers: Renderers, tmp_path: Path):
        path = papers.saved(papers.typed("Antrag auf\nGenehmigung"), tmp_path / "a.pdf")

        words = renderers.words("musterstadt", path, 1)

        assert [word.text for word in words] == ["Antrag", "auf", "Genehmigung"]
        assert abs(words[0].x - 60 / 595) < 0.01
        assert words[0].y < 62 / 842 < words[0].y + words[0].h + 0.005
        assert words[2].y > words[0].y

    def test_follows_the_page_when_it_is_turned(self, renderers: Renderers, tmp_path: Path):
        pdf = papers.typed("Antrag")
        pdf.pages[0].Rotate = 90

        word = renderers.words("musterstadt", papers.saved(pdf, tmp_path / "a.pdf"), 1)[0]

        assert word.x > 0.9  # the upper left corner is now at the upper right
        assert word.h > word.w

    def test_finds_the_words_of_a_plain_text(self, renderers: Renderers, tmp_path: Path):
        (tmp_path / "a.txt").write_text("Vermerk vom Amt")

        words = renderers.words("musterstadt", tmp_path / "a.txt", 1)

        assert [word.text for word in words] == ["Vermerk", "vom", "Amt"]
        assert words[1].x > words[0].x + words[0].w


class TestFailures:
    def test_says_that_there_is_no_such_page(self, renderers: Renderers, tmp_path: Path):
        path = papers.saved(papers.typed("eins"), tmp_path / "a.pdf")

        with pytest.raises(Unreadable):
            renderers.render("musterstadt", path, 2, width=100)

    def test_says_that_a_file_is_damaged_and_goes_on(self, renderers: Renderers, tmp_path: Path):
        (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 broken")
        path = papers.saved(papers.typed("eins"), tmp_path / "a.pdf")

        with pytest.raises(Unreadable) as caught:
            renderers.render("musterstadt", tmp_path / "b.pdf", 1, width=100)

        assert caught.value.code == Failure.BROKEN
        assert renderers.render("musterstadt", path, 1, width=100)

    def test_survives_a_page_that_takes_its_memory(self, tmp_path: Path):
        pool = Renderers(processes=1, memory_bytes=100 * sandbox.MIB)
        pdf = papers.typed("erste", "zweite")
        pdf.pages[1].Contents = pikepdf.Stream(pdf, b"1 2 m 300 400 l S\n" * 8_000_000)
        path = papers.saved(pdf, tmp_path / "a.pdf", compress_streams=True)
        try:
            pool.render("musterstadt", path, 1, width=100)
            with pytest.raises(Unreadable) as caught:
                pool.render("musterstadt", path, 2, width=100)

            assert caught.value.code == Failure.BOMB
            assert pool.render("musterstadt", path, 1, width=100)
        finally:
            pool.close()

    def test_ends_a_page_that_takes_too_long(self, tmp_path: Path):
        pool = Renderers(processes=1, seconds_a_page=1.5)
        pdf = papers.typed("eins")
        pdf.pages[0].Contents = pikepdf.Stream(pdf, b"1 2 m 300 400 l S\n" * 8_000_000)
        path = papers.saved(pdf, tmp_path / "a.pdf", compress_streams=True)
        try:
            with pytest.raises(Unreadable) as caught:
                pool.render("musterstadt", path, 1, width=100)

            assert caught.value.code == Failure.TOO_SLOW
            assert pool.render("musterstadt", papers.saved(papers.typed("kurz"), tmp_path / "b.pdf"), 1, width=100)
        finally:
            pool.close()


class TestProcesses:
    def test_replaces_a_renderer_that_died(self, renderers: Renderers, tmp_path: Path):
        path = papers.saved(papers.typed("eins"), tmp_path / "a.pdf")
        renderers.render("musterstadt", path, 1, width=100)
        os.kill(renderers.pool.idle[0].process.pid, signal.SIGKILL)

        assert renderers.render("musterstadt", path, 1, width=100)

    def test_never_shares_a_process_between_keys(self, renderers: Renderers, tmp_path: Path):
        path = papers.saved(papers.typed("eins"), tmp_path / "a.pdf")

        for key in ("musterstadt", "beispielheim", "uebungsstadt", "musterstadt"):
            renderers.render(key, path, 1, width=100)

        assert sorted(renderer.key for renderer in renderers.pool.idle) == ["musterstadt", "uebungsstadt"]

    def test_serves_more_threads_than_it_has_processes(self, renderers: Renderers, tmp_path: Path):
        path = papers.saved(papers.typed(*(f"Seite {number}" for number in range(1, 9))), tmp_path / "a.pdf")

        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda number: renderers.words("musterstadt", path, number)[1].text, range(1, 9)))

        assert found == [str(number) for number in range(1, 9)]
        assert len(renderers.pool.idle) <= 2

    def test_ends_idle_processes_and_old_ones(self, tmp_path: Path):
        pool = Renderers(idle_seconds=0.3, pages_each=2)
        path = papers.saved(papers.typed("eins"), tmp_path / "a.pdf")
        pool.render("musterstadt", path, 1, width=100)
        first = pool.pool.idle[0].process
        pool.render("musterstadt", path, 1, width=100)
        assert first.returncode is not None

        pool.render("musterstadt", path, 1, width=100)
        second = pool.pool.idle[0].process
        time.sleep(1.5)

        assert second.returncode is not None
        assert pool.pool.idle == []

    def test_notices_that_a_file_has_changed(self, renderers: Renderers, tmp_path: Path):
        path = papers.saved(papers.typed("vorher"), tmp_path / "a.pdf")
        before = renderers.words("musterstadt", path, 1)[0].text
        path.unlink()
        papers.saved(papers.typed("nachher"), path)

        assert (before, renderers.words("musterstadt", path, 1)[0].text) == ("vorher", "nachher")
