"""A municipality's own settings, and its coat of arms as an image drawn anew."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from PIL import Image

from records.models import JournalEntry
from tenants import municipal_settings
from tenants.models import MunicipalSettings
from tests.factories import UserFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def image(kind: str = "PNG", size: tuple[int, int] = (800, 600)) -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", size, "navy").save(stream, kind)
    stream.seek(0)
    return stream


def change(**given: Any) -> MunicipalSettings:
    settings = {"name": "Stadt Musterstadt", "reference_template": "{code}-{year}/{number:04}", "stapling_order": "oldest_on_top"}
    return municipal_settings.change_settings(**{**settings, "by": None, "at": AT, **given})


class TestChangeSettings:
    def test_keeps_and_journals_what_changed(self) -> None:
        change()

        row = MunicipalSettings.load()
        assert (row.name, row.stapling_order) == ("Stadt Musterstadt", "oldest_on_top")
        assert JournalEntry.objects.get().act == "settings"
        assert set(JournalEntry.objects.get().digests) == {"name", "stapling_order"}

    def test_keeps_the_text_of_the_receipt_stamp(self) -> None:
        change(receipt_stamp=" Stadt  Musterstadt, Eingang ")

        assert MunicipalSettings.load().receipt_stamp == "Stadt Musterstadt, Eingang"
        assert "receipt_stamp" in JournalEntry.objects.get().digests

    def test_keeps_and_journals_whether_the_registry_sees_restricted_files(self) -> None:
        change()
        assert not MunicipalSettings.load().registry_sees_restricted

        change(registry_sees_restricted=True)

        assert MunicipalSettings.load().registry_sees_restricted
        assert set(JournalEntry.objects.latest("sequence").digests) == {"registry_sees_restricted"}

    def test_keeps_and_journals_imprint_and_text_on_data_protection(self) -> None:
        change(imprint="# Anbieterin\r\n\r\nStadt Musterstadt\x00 ", privacy="Eigenes")

        row = MunicipalSettings.load()
        assert (row.imprint, row.privacy) == ("# Anbieterin\n\nStadt Musterstadt", "Eigenes")
        assert {"imprint", "privacy"} <= set(JournalEntry.objects.get(act="settings").values.values_list("field", flat=True))
        change(name="Anders")
        assert MunicipalSettings.load().privacy == "Eigenes"

    def test_refuses_an_imprint_without_end(self) -> None:
        with pytest.raises(municipal_settings.BadSettings, match="20000") as refused:
            change(imprint="x" * 20_001)

        assert refused.value.field == "imprint"

    def test_the_same_again_is_no_act(self) -> None:
        change()
        change()

        assert JournalEntry.objects.count() == 1

    def test_folio_numbering_is_set_and_left_alone_where_nothing_is_said(self) -> None:
        change(folio_numbering="per_page")
        change(name="Anders")

        assert MunicipalSettings.load().folio_numbering == "per_page"
        with pytest.raises(municipal_settings.BadSettings) as refusal:
            change(folio_numbering="per_book")
        assert refusal.value.field == "folio_numbering"

    @pytest.mark.parametrize("template", ["{number}", "{code}{number}", "{code}-{number}-{amt}", "{code", "{code}-{number:99999999}"])
    def test_refuses_a_template_that_records_refuse(self, template: str) -> None:
        with pytest.raises(municipal_settings.BadSettings) as refusal:
            change(reference_template=template)

        assert refusal.value.field == "reference_template"
        assert not JournalEntry.objects.exists()


class TestCoatOfArms:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_is_drawn_anew_as_a_small_png(self, kind: str) -> None:
        change(coat_of_arms=image(kind, (2000, 1000)))

        kept = MunicipalSettings.load()
        drawn = Image.open(io.BytesIO(bytes(kept.coat_of_arms)))
        assert (drawn.format, drawn.size, kept.coat_of_arms_type) == ("PNG", (512, 256), "image/png")

    def test_nothing_of_the_upload_is_kept(self) -> None:
        stream = io.BytesIO(image().getvalue() + b"<script>alert(1)</script>")

        change(coat_of_arms=stream)

        assert b"script" not in bytes(MunicipalSettings.load().coat_of_arms)

    @pytest.mark.parametrize(
        "content",
        [
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            b"",
            b"GIF89a" + b"\x00" * 50,
            image().getvalue()[:200],
            b"\x89PNG\r\n\x1a\n" + b"\x00" * 30,
        ],
    )
    def test_refuses_what_is_no_such_image(self, content: bytes) -> None:
        with pytest.raises(municipal_settings.BadSettings):
            change(coat_of_arms=io.BytesIO(content))

    def test_refuses_what_would_unpack_to_gigabytes_without_unpacking_it(self) -> None:
        header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
        chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
        with translation.override("en"), pytest.raises(municipal_settings.BadSettings, match="4,000"):
            change(coat_of_arms=io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IEND\xaeB`\x82"))

    def test_refuses_more_than_two_megabytes(self) -> None:
        with translation.override("en"), pytest.raises(municipal_settings.BadSettings, match="2 MB"):
            change(coat_of_arms=io.BytesIO(image().getvalue() + b"x" * 2_100_000))

    def test_is_shown_without_a_login_and_only_in_its_town(self, client_of: Any) -> None:
        change(coat_of_arms=image())

        shown = client_of(None).get("/wappen/")
        elsewhere = client_of(None, host="beispielheim.localhost").get("/api/v1/me/")

        assert (shown.status_code, shown["Content-Type"], shown["X-Content-Type-Options"]) == (200, "image/png", "nosniff")
        assert elsewhere.status_code == 401

    def test_is_removed(self) -> None:
        change(coat_of_arms=image())
        change(remove_coat_of_arms=True)

        assert not MunicipalSettings.load().coat_of_arms

    def test_the_page_names_the_town_as_it_calls_itself(self, client_of: Any) -> None:
        change(name="Große Kreisstadt Musterstadt")

        assert "Große Kreisstadt Musterstadt" in client_of(None).get("/anmelden/").content.decode()


class TestSettingsScreen:
    def test_takes_name_image_and_template(self, client_of: Any) -> None:
        administrator = UserFactory(roles=["administrator"])
        upload = image()
        upload.name = "wappen.png"

        answer = client_of(administrator).post(
            "/verwaltung/einstellungen/",
            {
                "name": "Neu",
                "reference_template": "{code}-{number}",
                "stapling_order": "newest_on_top",
                "folio_numbering": "per_page",
                "coat_of_arms": upload,
            },
        )

        assert answer.status_code == 302
        assert MunicipalSettings.load().coat_of_arms

    def test_shows_the_texts_that_are_kept_and_refuses_one_without_end(self, client_of: Any) -> None:
        change(imprint="Anbieterin ist die Stadt.", privacy="Beauftragte: Frau Schutz")
        client = client_of(UserFactory(roles=["administrator"]))
        page = client.get("/verwaltung/einstellungen/").content.decode()
        sent = {"name": "Neu", "reference_template": "{code}-{number}", "stapling_order": "newest_on_top", "folio_numbering": "per_page"}

        answer = client.post("/verwaltung/einstellungen/", {**sent, "imprint": "x" * 20_001})

        assert "Anbieterin ist die Stadt.</textarea>" in page
        assert "Beauftragte: Frau Schutz</textarea>" in page
        assert "höchstens 20000 Zeichen" in answer.content.decode()
        assert MunicipalSettings.load().imprint == "Anbieterin ist die Stadt."
