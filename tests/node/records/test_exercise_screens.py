"""Exercises on screens: the list, the task, the bar on every page, the check with and without scripts; none of it in a real town."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from records import practising
from records.models import ExerciseProgress, RecordFile
from tenants import current, registry
from tenants.models import OutgoingMessage, User
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import RecordFileFactory

from .practice import AT, SCAN, about, document_of, file_of, of_trainee, trainee

BASE = "/uebungen/"
PAGES = [("get", ""), ("get", "file-scan/"), ("get", "file-scan/schriftstueck/")]
ACTS = [("post", "file-scan/beginnen/"), ("post", "file-scan/pruefen/"), ("post", "weglegen/")]


def furnished() -> tuple[RecordFile, User]:
    file = file_of("Schriftverkehr", "Stellungnahmen")
    about("find-file", file)
    about("file-scan", file, paper=SCAN, register="Stellungnahmen")
    return file, trainee(file)


@pytest.fixture
def learner(_practice_town: None, client_of: Callable[..., Any]) -> tuple[Any, RecordFile, User]:
    """The browser of somebody who learns, her file and herself."""
    file, person = furnished()
    return client_of(person), file, person


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


class TestRealTown:
    @pytest.mark.parametrize(("method", "path"), PAGES + ACTS)
    def test_every_route_is_a_404_and_changes_nothing(self, method, path, client_of) -> None:
        _file, person = furnished()
        ExerciseProgress.objects.create(person=person, exercise="file-scan", started_at=AT, picked_at=AT)

        assert getattr(client_of(person), method)(BASE + path).status_code == 404
        assert ExerciseProgress.objects.values_list("tries", "picked_at").get() == (0, AT)
        assert not OutgoingMessage.objects.exists()

    def test_no_page_has_a_way_to_exercises_or_a_bar(self, client_of) -> None:
        _file, person = furnished()
        ExerciseProgress.objects.create(person=person, exercise="file-scan", started_at=AT, picked_at=AT)

        page = text(client_of(person).get("/"))

        assert BASE not in page
        assert "practice" not in page

    def test_costs_no_query_more(self, client_of, queries) -> None:
        _file, person = furnished()
        browser = client_of(person)
        browser.get("/wiedervorlagen/")
        with queries() as seen:
            browser.get("/wiedervorlagen/")

        assert [query["sql"] for query in seen.captured_queries if "exercise" in str(query["sql"])] == []


class TestList:
    def test_names_the_exercises_and_how_far_one_is(self, learner) -> None:
        browser, file, person = learner
        practising.check(key="find-file", answer=file.file_reference, by=person, at=AT)

        page = text(browser.get(BASE))

        assert "1 von 2 geschafft" in page
        assert "1. Eine Akte finden" in page
        assert "3. Einen Scan ablegen" in page
        assert 'aria-current="page"' in page.partition("</header>")[0].partition(BASE)[2][:60]

    @pytest.mark.parametrize("path", ["", "find-file/"])
    def test_the_town_that_is_copied_says_so_and_a_trainees_own_does_not(self, path, learner) -> None:
        browser, _file, _person = learner
        said = "Was Sie hier bearbeiten, finden sie in später oder neu angelegten Kopien vor: Eine Übung kann dann schon erledigt sein."

        copied = text(browser.get(BASE + path))
        registry.write(lambda rows: [{**row, "trainee": "4711"} if row["slug"] == "musterstadt" else row for row in rows])
        own = text(browser.get(BASE + path))

        assert said in copied
        assert "Was Sie hier bearbeiten" not in own
        assert "hat Folgen" not in copied

    def test_shows_nobodys_progress_but_ones_own(self, learner, client_of) -> None:
        _browser, file, person = learner
        practising.check(key="find-file", answer=file.file_reference, by=person, at=AT)
        supervisor = trainee(file)
        supervisor.groups.add(*UserFactory(roles=["supervisor", "administrator", "data_protection", "registry"]).groups.all())

        page = text(client_of(supervisor).get(BASE))

        assert "0 von 2 geschafft" in page
        assert person.display_name not in page

    def test_says_so_where_there_is_none(self, learner, client_of) -> None:
        assert "Noch keine Übungen" in text(client_of(ClerkFactory()).get(BASE))

    def test_costs_the_same_queries_for_one_and_many(self, learner, queries) -> None:
        browser, file, person = learner
        browser.get(BASE)
        counts = []
        for keys in (("find-sheet", "new-file", "set-reminder", "lend-out"), ()):
            with queries() as seen:
                browser.get(BASE)
            counts.append(len(seen))
            for key in keys:
                about(key, RecordFileFactory(unit=file.unit))
                ExerciseProgress.objects.create(person=person, exercise=key, started_at=AT)

        assert counts[0] == counts[1]


class TestExercise:
    def test_tells_the_story_and_offers_the_paper_but_no_hint(self, learner) -> None:
        page = text(learner[0].get(f"{BASE}file-scan/"))

        assert "Helga Osterkamp" in page
        assert "Scan.pdf herunterladen" in page
        assert "Übung beginnen" in page
        assert "Hinweis zeigen" not in page

    def test_the_paper_comes_byte_for_byte(self, learner) -> None:
        answer = learner[0].get(f"{BASE}file-scan/schriftstueck/")

        assert answer.content == SCAN
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="Scan.pdf"'
        assert learner[0].get(f"{BASE}find-file/schriftstueck/").status_code == 404

    @pytest.mark.parametrize("path", ["nothing/", "close-file/", "Bad Key/", "weglegen/"])
    def test_what_is_no_exercise_here_is_not_there(self, path, learner) -> None:
        assert learner[0].get(BASE + path).status_code in (404, 405)

    def test_one_about_a_hidden_file_is_not_there(self, learner, client_of) -> None:
        stranger = client_of(ClerkFactory())

        assert [getattr(stranger, method)(BASE + path).status_code for method, path in (PAGES + ACTS)[1:5]] == [404] * 4

    def test_strangers_are_asked_to_sign_in(self, learner, client_of) -> None:
        assert client_of(None).get(BASE).status_code == 302


class TestCheck:
    def test_without_scripts_the_page_says_what_is_right_and_what_is_missing(self, learner) -> None:
        browser, file, person = learner
        document_of(file, person, "Schriftverkehr", SCAN)

        answer = browser.post(f"{BASE}file-scan/pruefen/", {"next": "/akten/"})
        page = text(answer)

        assert answer.status_code == 200
        assert "Noch nicht ganz" in page
        assert "Der Scan liegt in der richtigen Akte." in page
        assert "für etwas anderes gedacht" in page
        assert "Hinweis zeigen" in page
        assert 'href="/akten/"' in page

    def test_without_scripts_what_is_done_is_said_and_the_next_one_offered(self, learner) -> None:
        browser, file, person = learner
        document_of(file, person, "Stellungnahmen", SCAN)

        page = text(browser.post(f"{BASE}file-scan/pruefen/", follow=True))

        assert "Geschafft: „Einen Scan ablegen“. Alles ist richtig." in page
        assert "Nächste Übung beginnen" in page
        assert f'action="{BASE}find-file/beginnen/"' in page
        assert page.index("So geht es weiter") < page.index("Worum es geht")  # a small window shows it at once

    def test_after_the_last_one_it_says_so(self, learner) -> None:
        browser, file, person = learner
        ExerciseProgress.objects.create(person=person, exercise="file-scan", started_at=AT, tries=1, done_at=AT)

        page = text(browser.post(f"{BASE}find-file/pruefen/", {"answer": file.file_reference}, follow=True))

        assert "Sie haben alle Übungen geschafft." in page
        assert "Nächste Übung beginnen" not in page
        assert page.index("So geht es weiter") < page.index("Worum es geht")

    def test_with_scripts_the_bar_comes_back_and_nothing_else(self, learner) -> None:
        browser = learner[0]
        browser.post(f"{BASE}find-file/beginnen/")

        answer = browser.post(f"{BASE}find-file/pruefen/", {"answer": "Krü<mel", "next": "/akten/"}, headers={"HX-Request": "true"})
        page = text(answer).strip()

        assert page.startswith('<section class="practice-bar')
        assert "<html" not in page
        assert "noch nicht das gesuchte Aktenzeichen" in page
        assert 'value="Krü&lt;mel"' in page

    def test_with_scripts_too_when_it_is_done(self, learner) -> None:
        browser, file, _person = learner

        page = text(browser.post(f"{BASE}find-file/pruefen/", {"answer": file.file_reference}, headers={"HX-Request": "true"}))

        assert "Alles ist richtig." in page
        assert "Weiter" in page
        assert "data-practice" not in page

    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_an_answer_too_long_is_a_sentence_and_no_try(self, headers, learner) -> None:
        answer = learner[0].post(f"{BASE}find-file/pruefen/", {"answer": "9" * 3000}, headers=headers)

        assert answer.status_code == 422
        assert "höchstens 200 Zeichen" in text(answer)
        assert not ExerciseProgress.objects.exists()

    @pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
    def test_the_way_back_leads_nowhere_else(self, wanted, learner) -> None:
        browser = learner[0]

        assert "evil" not in text(browser.post(f"{BASE}find-file/pruefen/", {"next": wanted}))
        assert browser.post(f"{BASE}weglegen/", {"next": wanted})["Location"] == BASE


class TestBar:
    def test_stands_on_every_screen_while_an_exercise_is_at_hand(self, learner) -> None:
        browser, file, _person = learner
        assert "practice-bar" not in text(browser.get("/wiedervorlagen/"))

        browser.post(f"{BASE}file-scan/beginnen/")

        for path in (
            "/",
            "/aktenplan/",
            "/wiedervorlagen/",
            "/suche/?q=x",
            f"/akten/{file.public_id}/",
            f"/akten/{file.public_id}/angaben/",
            "/hilfe/",
        ):
            page = text(browser.get(path))
            assert page.count('id="practice-bar"') == 1, path
            assert "Übung 3: Einen Scan ablegen" in page
            assert "Schritt 1 von 4:" in page
        assert "practice-bar" not in text(browser.get(f"{BASE}file-scan/"))  # it would say the same twice

    def test_shows_the_next_step_when_one_is_done(self, learner) -> None:
        browser, file, person = learner
        browser.post(f"{BASE}file-scan/beginnen/")
        document_of(file, person, "Schriftverkehr", SCAN)

        assert "Schritt 4 von 4:" in text(browser.get("/wiedervorlagen/"))

    def test_goes_when_it_is_put_away_and_when_it_is_done(self, learner) -> None:
        browser, file, _person = learner
        browser.post(f"{BASE}find-file/beginnen/")
        answer = browser.post(f"{BASE}weglegen/", {"next": "/wiedervorlagen/"})
        put_away = text(browser.get(answer["Location"]))
        browser.post(f"{BASE}find-file/beginnen/")
        browser.post(f"{BASE}find-file/pruefen/", {"answer": file.file_reference})

        assert answer["Location"] == "/wiedervorlagen/"
        assert "practice-bar" not in put_away
        assert "practice-bar" not in text(browser.get("/wiedervorlagen/"))

    def test_is_not_in_the_way_of_a_page_whose_own_words_are_called_alike(self, learner) -> None:
        browser, file, person = learner
        browser.post(f"{BASE}find-file/beginnen/")

        page = text(browser.post(f"/akten/{file.public_id}/wiedervorlagen/", {"due_on": "2000-01-01"}))

        assert 'id="practice-bar"' in page
        assert "practice-finding" not in page
        assert practising.at_hand(person=person)[0].standing.progress.tries == 0

    def test_costs_at_most_six_queries_a_page(self, learner, queries) -> None:
        browser = learner[0]
        browser.get("/wiedervorlagen/")
        with queries() as without:
            browser.get("/wiedervorlagen/")
        browser.post(f"{BASE}file-scan/beginnen/")
        with queries() as seen:
            browser.get("/wiedervorlagen/")

        assert len(seen) - len(without) <= 5  # the look at progress is asked either way


class TestWhatLeft:
    def test_administrators_see_that_something_was_sent_and_not_what(self, learner, client_of) -> None:
        person = learner[2]
        with current.use(of_trainee(current.municipality(), person, "4711")):
            practising.take_up(key="file-scan", by=person, at=AT)

        page = text(client_of(UserFactory(roles=["administrator"])).get("/verwaltung/zentrum/"))

        assert "Stand einer Übung" in page
        assert "geht nur eine Person an" in page
        assert "4711" not in page
        assert "file-scan" not in page
        assert OutgoingMessage.objects.count() == 1
