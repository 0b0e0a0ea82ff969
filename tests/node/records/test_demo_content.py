import email
import email.policy
import io
import subprocess
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from PIL import Image

from records.demo import content, file_plan, people, scans, telling
from records.demo.content import DemoDocument, DemoFile
from records.demo.paper import Page, font, pdf, wrap

TODAY = date(2026, 3, 18)
SLUGS = ("musterstadt", "beispielheim", "uebungsstadt")


def files(slug: str) -> list[DemoFile]:
    return content.demo_files(slug, today=TODAY)


@cache
def built() -> list[tuple[DemoDocument, bytes]]:
    return [(document, document.build("63.12.01-2026/0317")[1]) for file in files("musterstadt") for document in file.documents]


def text_of(made: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made))


def story_titled(title: str) -> str:
    return next(text_of(made) for document, made in built() if document.title == title)


class TestFilePlan:
    def test_has_at_least_150_units_on_five_levels(self) -> None:
        units = file_plan.units()

        assert len(units) >= 150
        assert {unit.level for unit in units} == {1, 2, 3, 4, 5}

    def test_gives_every_leaf_a_period_and_a_disposal_action(self) -> None:
        leaves = [file_plan.effective_units()[code] for code in file_plan.leaf_codes()]

        assert all(leaf.unlimited != (leaf.retention_years is not None) for leaf in leaves)
        assert {leaf.disposal_action for leaf in leaves} == {"A", "B", "V"}

    def test_inherits_down_and_lets_a_unit_differ(self) -> None:
        units = file_plan.effective_units()

        assert (units["63.12.04"].unlimited, units["63.12.04"].register_set) == (True, "Bauakte")
        assert (units["63.12.07"].unlimited, units["63.12.07"].retention_years) == (False, 10)

    def test_uses_only_register_sets_that_exist(self) -> None:
        names = {one.name for one in file_plan.register_sets()}

        assert {unit.register_set for unit in file_plan.effective_units().values()} == names
        assert file_plan.registers_of("91.21")[0] == "Anmeldung"


class TestPeople:
    @pytest.mark.parametrize("slug", SLUGS)
    def test_gives_every_town_two_clerks_in_different_offices_and_one_of_each_other_role_a_login(self, slug: str) -> None:
        logins = [person for person in people.people(slug) if person.has_login]
        clerks = [person for person in logins if person.role == "clerk"]

        assert Counter(person.role for person in logins) == Counter({role: 2 if role == "clerk" else 1 for role in people.ROLES})
        assert clerks[0].office_code != clerks[1].office_code

    @pytest.mark.parametrize("slug", SLUGS)
    def test_makes_user_names_in_ascii_that_are_there_once(self, slug: str) -> None:
        names = [person.username for person in people.people(slug)]

        assert len(set(names)) == len(names)
        assert all(name.isascii() for name in names)

    @pytest.mark.parametrize(
        ("first", "last", "username"),
        [
            ("Murat", "Yılmaz", "m.yilmaz"),
            ("Sigríður", "Þórsdóttir", "s.thorsdottir"),
            ("Milica", "Jovanović", "m.jovanovic"),
            ("Łucja", "Großkopf", "l.grosskopf"),
            ("Ömer", "Şahin", "o.sahin"),
        ],
    )
    def test_spells_out_the_letters_of_many_languages(self, first: str, last: str, username: str) -> None:
        assert people.username_of(first, last) == username

    def test_lets_the_two_clerks_see_different_halves_of_the_plan(self) -> None:
        first, second = ({leaf for leaf in file_plan.leaf_codes() if _may_read(office, leaf)} for office in ("63", "51"))

        assert first
        assert second
        assert not first & second
        assert 0.45 <= len(first) / len(file_plan.leaf_codes()) <= 0.55

    def test_grants_nothing_to_the_administrator_and_the_data_protection_officer(self) -> None:
        assert not {"10.1", "14"} & {grant.office_code for grant in people.grants()}

    def test_grants_only_to_offices_and_units_that_exist(self) -> None:
        offices, units = {office.code for office in people.offices()}, set(file_plan.effective_units())

        assert all(grant.office_code in offices and grant.unit_code in units for grant in people.grants())
        assert {grant.level for grant in people.grants()} == {"read", "write", "manage"}


def _may_read(office: str, leaf: str) -> bool:
    above: list[str] = []
    code: str | None = leaf
    while code is not None:
        above.append(code)
        code = file_plan.effective_units()[code].parent_code
    return any(grant.office_code == office and grant.unit_code in above for grant in people.grants())


class TestDemoFiles:
    @pytest.mark.parametrize("slug", SLUGS)
    def test_tells_about_forty_files_with_about_two_hundred_documents(self, slug: str) -> None:
        told = files(slug)

        assert 40 <= len(told) <= 50
        assert 180 <= sum(len(file.documents) for file in told) <= 230
        assert {file.status for file in told} == {"open", "closed"}
        assert sum(len(file.scans) for file in told) == (30 if slug == "musterstadt" else 2)

    @pytest.mark.parametrize("slug", SLUGS)
    @pytest.mark.parametrize("today", [TODAY, date(2026, 12, 31), date(2028, 2, 29)])
    def test_never_lies_in_the_future_and_closes_after_the_last_document(self, slug: str, today: date) -> None:
        for file in content.demo_files(slug, today=today):
            days = [document.received_on for document in (*file.documents, *file.scans)]
            assert file.documents
            assert file.created_on == min(document.received_on for document in file.documents)
            assert max(days) <= (file.closed_on or today) <= today

    def test_has_something_from_the_last_days(self) -> None:
        newest = max(document.received_on for file in files("musterstadt") for document in file.documents)

        assert newest > TODAY - timedelta(days=14)

    @pytest.mark.parametrize("slug", SLUGS)
    def test_files_only_in_leaves_and_in_registers_of_the_unit(self, slug: str) -> None:
        for file in files(slug):
            assert file.unit_code in file_plan.leaf_codes()
            registers = file_plan.registers_of(file.unit_code)
            assert {document.register_name for document in (*file.documents, *file.scans)} <= set(registers), file.key

    def test_is_the_same_each_time_and_different_in_each_town(self) -> None:
        first, again = files("musterstadt"), files("musterstadt")

        assert [file.title for file in first] == [file.title for file in again]
        assert [one.build("A 1") for one in first[3].documents] == [one.build("A 1") for one in again[3].documents]
        assert {file.title for file in first} != {file.title for file in files("beispielheim")}

    def test_keeps_names_of_scans_from_day_to_day(self) -> None:
        names = [
            {scan.filename for file in content.demo_files("musterstadt", today=day) for scan in file.scans}
            for day in (TODAY, date(2026, 8, 1))
        ]

        assert names[0] == names[1]
        assert len(names[0]) == 30

    def test_has_a_small_demo_with_at_least_three_scans(self) -> None:
        small = content.small_demo("musterstadt", today=TODAY)

        assert len(small) == 6
        assert sum(len(file.scans) for file in small) >= 3

    def test_refuses_an_unknown_town(self) -> None:
        with pytest.raises(KeyError):
            content.demo_files("nirgendwo", today=TODAY)


class TestDocuments:
    def test_are_real_files_of_many_kinds(self) -> None:
        kinds = Counter(document.kind for document, _ in built())

        assert set(kinds) == {"letter", "memo", "plan", "mail", "note", "photo", "table", "fax"}
        for document, made in built():
            _open(document, made)

    def test_leave_no_braces_unfilled(self) -> None:
        for document, made in built():
            if document.filename.endswith(".pdf"):
                text = text_of(made)
                assert not {"{", "}", "|"} & set(text), document.title
            assert not {"{", "}"} & set(document.title)

    def test_carry_the_reference_the_file_was_given(self) -> None:
        assert "63.12.01-2026/0317" in story_titled("Baugenehmigung")

    def test_keep_file_names_that_windows_accepts(self) -> None:
        for document, _ in built():
            assert not set('\\/:*?"<>|') & set(document.filename)
            assert len(document.filename) < 110


def _open(document: DemoDocument, made: bytes) -> None:
    match document.filename.rpartition(".")[2]:
        case "pdf":
            assert len(text_of(made)) > 100
        case "jpg":
            assert Image.open(io.BytesIO(made)).size == (1600, 1200)
        case "tif":
            assert Image.open(io.BytesIO(made)).info["compression"] == "group4"
        case "eml":
            message = email.message_from_bytes(made, policy=email.policy.default)
            assert message.get_content().count("\r\n") > 4
            assert "@" in message["From"]
        case "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]["A2"].value
        case ending:
            assert ending == "txt"
            assert made.decode("utf-8").count("\r\n") > 4


class TestPaper:
    def test_keeps_letters_of_many_languages_searchable(self) -> None:
        page = Page(210, 297)
        names = "Yılmaz, Jovanović, Þórsdóttir, Đorđević, Wiśniewski, Ğürsoy, Åkesson, Ionescu-Țepeș"

        page.text(20, 20, names)

        assert text_of(pdf([page], title="", author="", made_at=datetime(2026, 1, 2, tzinfo=UTC))) == names

    def test_breaks_lines_at_the_width_of_the_column(self) -> None:
        lines = wrap("Die Grenzabstände sind einzuhalten. " * 8, 165, size=10.5)

        assert len(lines) > 2
        assert all(font("regular").width(line, 10.5) <= 165 for line in lines)

    def test_refuses_a_letter_that_it_cannot_print(self) -> None:
        with pytest.raises(KeyError):
            Page(210, 297).text(20, 20, "漢")


class TestScans:
    def test_have_words_that_stand_nowhere_else(self) -> None:
        folder = Path(telling.__file__).parent
        stories = "\n".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.toml") if file.name != "scans.toml")
        entries = telling.scan_book()["scan"]
        for entry in entries:
            word = entry["word"].lower()
            others = "\n".join(other["title"] + other["body"] for other in entries if other is not entry)
            assert word in entry["body"].lower()
            assert word not in entry["title"].lower()
            assert word not in (stories + others).lower(), word

    def test_are_pictures_without_text(self) -> None:
        scan = next(scan for file in files("musterstadt") for scan in file.scans)

        document = pypdfium2.PdfDocument(scan.build("A 1")[1])

        assert len(document) == 1
        assert document[0].get_textpage().get_text_range() == ""
        assert [round(side) for side in document[0].get_size()] == [595, 842]

    def test_can_be_read_by_tesseract(self, tmp_path: Path) -> None:
        scan = next(scan for file in files("beispielheim") for scan in file.scans)

        assert scan.distinctive_word in _read(scan.build("A 1")[1], tmp_path)

    def test_of_three_pages_have_their_word_on_the_second_only(self, tmp_path: Path) -> None:
        scan = scans.three_page_scan()

        assert len(pypdfium2.PdfDocument(scan.content)) == scan.pages == 3
        assert scan.distinctive_word in _read(scan.content, tmp_path, page=scan.word_page)
        assert scan.distinctive_word not in _read(scan.content, tmp_path, page=1)


def _read(scan: bytes, folder: Path, *, page: int = 1) -> str:
    picture = folder / f"{page}.png"
    pypdfium2.PdfDocument(scan)[page - 1].render(scale=300 / 72, grayscale=True).to_pil().save(picture)
    command = ["tesseract", str(picture), "-", "-l", "deu"]
    return subprocess.run(command, check=True, capture_output=True, text=True, env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin"}).stdout
