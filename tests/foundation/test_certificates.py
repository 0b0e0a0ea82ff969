"""Certificates on paper: read back, looked at letter by letter, and compared with the code that should stand on them."""

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import segno
from django.utils import translation
from fontTools.ttLib import TTFont

from foundation import typesetting
from foundation.certificates import AttendedSession, Certificate, SheetKind, certificate_sheet

from .norm_letters import norm_letters

MM = 72 / 25.4
SHEET = Certificate(
    kind=SheetKind.ATTENDANCE,
    number="TB-2026-004711",
    name="Jördis K̛aya-Łoß",
    course="E-Akte: Grundlagen",
    aims=("Akten finden", "Schriftstücke ablegen"),
    sessions=(
        AttendedSession(date(2026, 12, 7), time(9), time(16, 30), "Rathaus Musterstadt, Raum 2.14"),
        AttendedSession(date(2026, 12, 8), time(9), time(12, 30), "Videokonferenz"),
    ),
    hours=Decimal("10.50"),
    issued_on=date(2026, 12, 9),
    issuer_name="Kompetenzzentrum E-Akte",
    issuer_address=("Am Markt 1", "12345 Musterstadt"),
    trainers=("Anna Beispiel", "Dr. Bernd Ðurić"),
    verification_address="https://zentrum.example/nachweis/7K3M-9QXT-V2PD-44HB",
)


def text_of(pdf):
    """All that can be read, page by page, with each run of spaces as one."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


@dataclass(frozen=True)
class Font:
    name: str
    glyphs: int
    meanings: dict[int, str]


def drawn_on(pdf):
    """Everything that is drawn, in this order: font, number of the glyph (WeasyPrint writes two bytes each, Identity-H)."""
    with pikepdf.open(BytesIO(pdf)) as document:
        for page in document.pages:
            fonts = {key: _font(font) for key, font in page.resources.Font.items()}
            font = None
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    font = fonts[str(operands[0])]
                elif str(operator) in ("Tj", "TJ"):
                    for part in operands[0] if str(operator) == "TJ" else operands:
                        raw = bytes(part) if isinstance(part, pikepdf.String) else b""
                        yield from ((font, int.from_bytes(raw[at : at + 2])) for at in range(0, len(raw), 2))


def _font(font):
    file = font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
    said = re.findall(r"^<([0-9a-f]{4})> <([0-9a-f]+)>$", font.ToUnicode.read_bytes().decode(), re.MULTILINE)
    return Font(
        name=str(font.BaseFont).partition("+")[2],
        glyphs=TTFont(BytesIO(file))["maxp"].numGlyphs,
        meanings={int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in said},
    )


def tags_of(element, found=None):
    """Names of the tags in reading order, and what pictures say instead."""
    found = [] if found is None else found
    if isinstance(element, pikepdf.Array):
        for each in element:
            tags_of(each, found)
    elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
        found.append((str(element.S), str(element.get("/Alt", ""))))
        tags_of(element.get("/K"), found)
    return found


class TestCertificateSheet:
    def test_says_everything(self):
        (text,) = text_of(certificate_sheet(SHEET))

        for part in (
            "Kompetenzzentrum E-Akte",
            "Am Markt 1 · 12345 Musterstadt",
            "Teilnahmebescheinigung",
            "Nr. TB-2026-004711",
            "Jördis K̛aya-Łoß",
            "hat an der folgenden Schulung teilgenommen:",
            "E-Akte: Grundlagen",
            "Dauer: 10,5 Stunden",
            "Akten finden",
            "Schriftstücke ablegen",
            "Montag, 7. Dezember 2026",
            "09:00 bis 16:30 Uhr",
            "Rathaus Musterstadt,",
            "Dienstag, 8. Dezember 2026",
            "Videokonferenz",
            "Leitung: Anna Beispiel, Dr. Bernd Ðurić",
            "Ausgestellt am 9. Dezember 2026 durch: Kompetenzzentrum E-Akte",
            "https://zentrum.example/nachweis/7K3M-9QXT-V2PD-44HB",
        ):
            assert part in text
        assert "Prüfung" not in text

    def test_speaks_of_an_examination_on_a_certificate_only(self):
        (text,) = text_of(certificate_sheet(replace(SHEET, kind=SheetKind.CERTIFICATE)))

        assert "Zertifikat" in text
        assert "hat an der folgenden Schulung teilgenommen und die Prüfung bestanden:" in text
        assert "Teilnahmebescheinigung" not in text

    @pytest.mark.parametrize(
        ("hours", "said"), [("1", "1 Stunde"), ("0.75", "0,75 Stunden"), ("10.0", "10 Stunden"), ("100", "100 Stunden")]
    )
    def test_says_hours_as_people_write_them(self, hours, said):
        (text,) = text_of(certificate_sheet(replace(SHEET, hours=Decimal(hours))))

        assert f"Dauer: {said} Ziele" in text

    def test_is_german_whatever_language_the_screen_has(self):
        with translation.override("en"):
            (text,) = text_of(certificate_sheet(SHEET))

        assert "Teilnahmebescheinigung" in text
        assert "Montag, 7. Dezember 2026" in text

    def test_refuses_a_kind_that_does_not_exist(self):
        with pytest.raises(ValueError, match="diploma"):
            certificate_sheet(replace(SHEET, kind="diploma"))

    def test_leaves_out_what_is_not_known(self):
        (text,) = text_of(certificate_sheet(replace(SHEET, aims=(), sessions=(), trainers=(), issuer_address=())))

        assert not {"Ziele", "Termine", "Leitung:"} & set(text.split())
        assert "Ausgestellt am" in text

    def test_shows_marks_of_html_as_they_are(self):
        (text,) = text_of(certificate_sheet(replace(SHEET, name='<b>A</b> & "B" {{ x }} \'', course="</style><script>")))

        assert '<b>A</b> & "B" {{ x }} \'' in text
        assert "</style><script>" in text

    def test_drops_control_characters_and_line_breaks(self):
        (text,) = text_of(certificate_sheet(replace(SHEET, name="A\x00B\r\nC\x1b\u202eD")))

        assert "AB CD" in text


class TestItsPages:
    def test_are_one_as_long_as_small_type_is_enough(self):
        sessions = tuple(AttendedSession(date(2026, 11, day), time(9), time(12), f"Raum {day}") for day in range(2, 10))

        (text,) = text_of(certificate_sheet(replace(SHEET, aims=tuple(f"Ziel {each}" for each in range(8)), sessions=sessions)))

        assert "Ziel 7" in text
        assert "Raum 9" in text
        assert "Seite" not in text

    def test_are_several_with_numbers_if_there_is_more_and_the_code_comes_last(self):
        sessions = tuple(AttendedSession(date(2026, 11, day), time(9), time(12), f"Raum {day}") for day in range(1, 31))

        first, second = text_of(certificate_sheet(replace(SHEET, sessions=sessions)))

        assert "Nr. TB-2026-004711 · Seite 1 / 2" in first
        assert "Nr. TB-2026-004711 · Seite 2 / 2" in second
        assert "Montag, 30. November 2026" in second
        assert "Tag Uhrzeit Ort" in second  # the table's head once more
        assert SHEET.verification_address in second
        assert SHEET.verification_address not in first

    def test_hold_the_longest_names(self):
        pages = text_of(certificate_sheet(replace(SHEET, name="Wolfeschlegelsteinhausenbergerdorff" * 4, course="Schulung " * 40)))

        assert len(pages) == 1
        assert pages[0].replace(" ", "").count("Wolfeschlegelsteinhausenbergerdorff") == 4


class TestItsFile:
    def test_is_tagged_german_and_named(self):
        with pikepdf.open(BytesIO(certificate_sheet(SHEET))) as document:
            root = document.Root
            with document.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"
                assert metadata["dc:title"] == "Teilnahmebescheinigung TB-2026-004711: Jördis K̛aya-Łoß"
            assert str(root.Lang) == "de"
            assert bool(root.MarkInfo.Marked)
            assert bool(root.ViewerPreferences.DisplayDocTitle)
            tags = tags_of(root.StructTreeRoot.K)
        names = [name for name, _alt in tags]
        assert [name for name in names if name in ("/H1", "/H2", "/L", "/Table", "/Figure")] == [
            "/H1",
            "/H2",
            "/L",
            "/H2",
            "/Table",
            "/Figure",
        ]
        assert (names.count("/TH"), names.count("/TD"), names.count("/LI")) == (3 + 2, 4, 2)
        assert [alt for name, alt in tags if name == "/Figure"] == [f"QR-Code mit der Adresse {SHEET.verification_address}"]

    def test_brings_its_fonts_and_what_their_glyphs_mean(self):
        with pikepdf.open(BytesIO(certificate_sheet(SHEET))) as document:
            fonts = document.pages[0].resources.Font
            names = {str(font.BaseFont).partition("+")[2] for font in fonts.values()}
            assert names == {"Noto-Sans", "Noto-Sans-Bold", "Noto-Serif-Bold"}
            assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor and "/ToUnicode" in font for font in fonts.values())

    def test_draws_every_letter_of_the_norm_with_its_own_fonts(self):
        letters = [letter for letter in norm_letters() if letter.strip()]
        words = [f"a{letter}e" for letter in letters]
        lines = tuple(" ".join(words[at : at + 20]) for at in range(0, len(words), 20))
        pdf = certificate_sheet(replace(SHEET, name=" ".join(lines), course=" ".join(lines), aims=lines, issuer_name=" ".join(lines)))

        drawn = list(drawn_on(pdf))

        assert len(drawn) > 4 * 3 * len(letters)
        assert {font.name for font, _glyph in drawn} == {"Noto-Sans", "Noto-Sans-Bold", "Noto-Serif-Bold"}
        assert [glyph for font, glyph in drawn if not 0 < glyph < font.glyphs] == []  # 0 is .notdef
        meant = unicodedata.normalize("NFC", "".join(font.meanings[glyph] for font, glyph in drawn))
        assert [word for word in words if word not in meant] == []

    def test_would_show_a_letter_that_no_font_has(self):
        drawn = drawn_on(certificate_sheet(replace(SHEET, name="\ue123")))

        assert [0 < glyph < font.glyphs for font, glyph in drawn].count(False) == 1

    def test_has_the_code_as_lines_and_not_as_a_picture(self):
        with pikepdf.open(BytesIO(certificate_sheet(SHEET))) as document:
            assert not document.pages[0].get_images()

    def test_the_code_on_paper_is_that_of_the_address(self):
        wanted = [[bool(module) for module in row] for row in segno.make(SHEET.verification_address, error="m", micro=False).matrix]
        size = len(wanted)
        with pypdfium2.PdfDocument(certificate_sheet(SHEET)) as document:
            page = document[0].render(scale=4).to_pil().convert("L")
        left, top, module = 30 * MM * 4, (297 - 16 - 28) * MM * 4, 28 * MM * 4 / size

        drawn = [
            [page.getpixel((int(left + (x + 0.5) * module), int(top + (y + 0.5) * module))) < 128 for x in range(size)] for y in range(size)
        ]

        assert drawn == wanted


class TestTypesetting:
    def test_takes_the_first_that_fits_and_asks_for_no_more(self):
        asked = []

        def pages():
            for text in ("Lang " * 4000, "Kurz", "Nie"):
                asked.append(text)
                yield f"<html lang=de><title>T</title><p>{text}"

        assert text_of(typesetting.first_that_fits(pages(), variant="pdf/ua-1")) == ["Kurz"]
        assert asked[-1] == "Kurz"

    def test_takes_the_last_if_none_fits(self):
        pages = [f"<html lang=de><title>T</title><p>{word * 4000}" for word in ("Eins ", "Zwei ")]

        assert text_of(typesetting.first_that_fits(pages, variant="pdf/ua-1"))[0].startswith("Zwei")

    def test_refuses_nothing_at_all(self):
        with pytest.raises(ValueError, match="no page"):
            typesetting.first_that_fits([], variant="pdf/ua-1")

    def test_sets_pages_in_several_threads_at_once(self):
        with ThreadPoolExecutor(3) as threads:
            done = list(threads.map(certificate_sheet, (replace(SHEET, name=f"Person {each}") for each in range(6))))

        assert [f"Person {each}" in text_of(pdf)[0] for each, pdf in enumerate(done)] == [True] * 6
