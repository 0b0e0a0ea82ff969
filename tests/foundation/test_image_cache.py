"""Pictures that can be drawn again: what is looked at stays, the folder keeps its size, and trouble costs time but no answer."""

import multiprocessing
import os
import threading
import time
from pathlib import Path

import pytest

from foundation import image_cache
from foundation.image_cache import ImageCache

PICTURE = b"RIFF" + bytes(9_996)


def seen(cache: ImageCache, seconds_ago: float, *parts: str) -> None:
    moment = time.time() - seconds_ago
    os.utime(cache.folder.joinpath(*parts), (moment, moment))


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


class TestGet:
    def test_gives_what_was_put(self, tmp_path):
        cache = ImageCache(tmp_path, most_bytes=10**6)

        cache.put(PICTURE, "musterstadt", "ab12", "1-1400.jpg")

        assert cache.get("musterstadt", "ab12", "1-1400.jpg") == PICTURE
        assert ImageCache(tmp_path, most_bytes=10**6).get("musterstadt", "ab12", "1-1400.jpg") == PICTURE

    def test_gives_nothing_that_was_not_put(self, tmp_path):
        cache = ImageCache(tmp_path, most_bytes=10**6)
        cache.put(PICTURE, "musterstadt", "ab12", "1.jpg")

        assert cache.get("musterstadt", "ab12", "2.jpg") is None
        assert cache.get("beispielheim", "ab12", "1.jpg") is None
        assert cache.get("musterstadt", "ab12") is None

    def test_takes_a_file_that_a_power_cut_emptied_for_none(self, tmp_path):
        cache = ImageCache(tmp_path, most_bytes=10**6)
        cache.put(PICTURE, "a", "1.jpg")
        (tmp_path / "a" / "1.jpg").write_bytes(b"")

        assert cache.get("a", "1.jpg") is None

    @pytest.mark.parametrize("parts", [(), ("..",), ("a", "../b"), ("a/b",), ("",), ("a", ".sweep"), ("a\x00",), ("a\n",)])
    def test_refuses_a_name_that_leads_elsewhere(self, tmp_path, parts):
        with pytest.raises(ValueError, match="not a name"):
            ImageCache(tmp_path, most_bytes=10**6).get(*parts)


class TestPut:
    def test_minds_no_disk_that_is_away(self, tmp_path):
        (tmp_path / "file").write_bytes(b"")
        cache = ImageCache(tmp_path / "file" / "below", most_bytes=10**6)

        cache.put(PICTURE, "a", "1.jpg")

        assert cache.get("a", "1.jpg") is None

    def test_sweeps_by_itself_after_so_many_bytes(self, tmp_path):
        cache = ImageCache(tmp_path, most_bytes=100_000)
        for number in range(40):
            cache.put(PICTURE, "a", f"{number}.jpg")

        deadline = time.monotonic() + 10
        while size_of(tmp_path) > 200_000 and time.monotonic() < deadline:
            time.sleep(0.05)

        assert size_of(tmp_path) <= 200_000

    def test_leaves_out_no_sweep_that_falls_due_while_another_is_under_way(self, tmp_path, monkeypatch):
        cache = only_when_told(tmp_path, most_bytes=20_000)
        under_way, go_on, files = threading.Event(), threading.Event(), cache._files

        def slow_files():
            found = list(files())
            under_way.set()
            assert go_on.wait(60)
            return iter(found)

        monkeypatch.setattr(cache, "_files", slow_files)
        for number in range(6):
            cache._written = 10_000 if number in (0, 5) else 0
            cache.put(PICTURE, "a", f"{number}.jpg")
            assert under_way.wait(60)
        go_on.set()
        for thread in [thread for thread in threading.enumerate() if thread.name == "sweep-pictures"]:
            thread.join(60)

        assert size_of(tmp_path) <= 20_000

    def test_is_shared_by_many_processes(self, tmp_path):
        with multiprocessing.get_context("spawn").Pool(3) as pool:
            wrong = sum(pool.map(_leaf_through, [(tmp_path, number) for number in range(3)]))
        cache = ImageCache(tmp_path, most_bytes=300_000)

        assert wrong == 0
        assert cache.sweep() <= 300_000
        assert not [path for path in tmp_path.rglob(".*") if path.name != ".sweep"]


def _leaf_through(order: tuple[Path, int]) -> int:
    """Put and get the same names as others do; how many came back as something else than what was put."""
    folder, first = order
    cache = ImageCache(folder, most_bytes=300_000)
    wrong = 0
    for number in range(first, first + 150):
        name = ("town", f"document{number % 5}", f"{number % 50}.jpg")
        found = cache.get(*name)
        wrong += found not in (None, PICTURE)
        cache.put(PICTURE, *name)
        if number % 40 == 0:
            cache.sweep()
    return wrong


def only_when_told(folder: Path, *, most_bytes: int) -> ImageCache:
    """A cache that does not sweep by itself after what a test puts into it: a new one begins somewhere on its way to the next sweep."""
    cache = ImageCache(folder, most_bytes=most_bytes)
    cache._written = -(1 << 40)
    return cache


class TestSweep:
    def test_lets_the_longest_unseen_go_first(self, tmp_path):
        cache = only_when_told(tmp_path, most_bytes=10**9)
        for number in range(8):
            cache.put(PICTURE, "a", f"{number}.jpg")
            seen(cache, 10_000 - number, "a", f"{number}.jpg")
        cache.get("a", "0.jpg")

        left = ImageCache(tmp_path, most_bytes=50_000).sweep()

        assert left <= 50_000
        assert cache.get("a", "0.jpg") == PICTURE
        assert cache.get("a", "1.jpg") is None
        assert cache.get("a", "7.jpg") == PICTURE

    def test_lets_all_stay_that_have_room(self, tmp_path):
        cache = only_when_told(tmp_path, most_bytes=10**6)
        cache.put(PICTURE, "a", "1.jpg")

        assert cache.sweep() == len(PICTURE)
        assert cache.get("a", "1.jpg") == PICTURE

    def test_takes_away_what_a_killed_process_left_half_written(self, tmp_path):
        cache = ImageCache(tmp_path, most_bytes=5_000)
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / ".0123456789abcdef").write_bytes(PICTURE)

        assert cache.sweep() == 0

    def test_leaves_it_to_another_process_that_sweeps_already(self, tmp_path):
        import fcntl

        only_when_told(tmp_path, most_bytes=10**9).put(PICTURE, "a", "1.jpg")
        cache = ImageCache(tmp_path, most_bytes=5_000)
        with (tmp_path / ".sweep").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            cache.sweep()

        assert cache.get("a", "1.jpg") == PICTURE

    def test_comes_about_also_when_processes_are_short_lived(self, tmp_path):
        starts = [ImageCache(tmp_path, most_bytes=1 << 40)._written for _process in range(50)]

        assert min(starts) < image_cache.SWEEP_EVERY / 2 < max(starts) < image_cache.SWEEP_EVERY


class TestForget:
    def test_removes_everything_below_a_name(self, tmp_path):
        cache = ImageCache(tmp_path, most_bytes=10**6)
        for document in ("ab12", "cd34"):
            cache.put(PICTURE, "musterstadt", document, "1.jpg")

        cache.forget("musterstadt", "ab12")
        cache.forget("musterstadt", "never-there")

        assert cache.get("musterstadt", "ab12", "1.jpg") is None
        assert cache.get("musterstadt", "cd34", "1.jpg") == PICTURE
