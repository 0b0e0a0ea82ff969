"""Pictures are written anew: upright, scaled, without what came along."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageFile

from foundation.pictures import LARGEST, LONGEST_SIDE, NoPicture, rewritten


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **more: Any) -> bytes:
    made = BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 0).save(made, kind, **more)
    return made.getvalue()


class TestRewritten:
    @pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
    def test_takes_png_and_jpeg(self, kind: str, media_type: str) -> None:
        made = rewritten(picture(kind))

        assert (made.media_type, made.width, made.height) == (media_type, 40, 20)

    def test_leaves_out_what_came_along_and_turns_upright(self) -> None:
        exif = Image.Exif()
        exif[0x0112], exif[0x010E] = 6, "Ratssaal, geheim"

        made = rewritten(picture("JPEG", exif=exif) + b"<script>alert(1)</script>")

        assert (made.width, made.height) == (20, 40)
        assert b"geheim" not in made.content
        assert b"<script" not in made.content

    def test_scales_down(self) -> None:
        assert rewritten(picture(size=(4000, 100))).width == LONGEST_SIDE

    def test_keeps_what_is_seen_through(self) -> None:
        made = rewritten(picture(mode="RGBA"))

        assert Image.open(BytesIO(made.content)).mode == "RGBA"

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
            (b"", "kind"),
            (picture("GIF"), "kind"),
            (picture()[:-30], "broken"),
            (picture()[:33] + b"\0" * LARGEST, "large"),
        ],
        ids=["svg", "empty", "gif", "broken off", "large"],
    )
    @pytest.mark.parametrize("others_take_broken_ones", [False, True])
    def test_refuses_what_is_none(self, content: bytes, reason: str, others_take_broken_ones: bool, monkeypatch: Any) -> None:
        monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", others_take_broken_ones)

        with pytest.raises(NoPicture) as refusal:
            rewritten(content)

        assert refusal.value.reason == reason
        assert others_take_broken_ones == ImageFile.LOAD_TRUNCATED_IMAGES

    def test_refuses_a_bomb_before_it_unpacks(self) -> None:
        with pytest.raises(NoPicture) as refusal:
            rewritten(picture(mode="1", size=(9000, 9000)))
        assert refusal.value.reason == "pixels"
