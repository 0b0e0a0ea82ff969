"""The knowledge base on screens: reading, rating once, writing with everything kept, and help while a subject is typed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotline import counting, publishing
from hotline.composing import NewStep, pictures_of
from hotline.models import Article, ArticleCount, Ticket
from tests.centre.hotline_factories import AT, TicketFactory, agent, article, requester, small_picture

LATER = AT + timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("queue")


def sent(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the form of an article sends."""
    data: dict[str, Any] = {"title": "Drucken", "summary": "So geht es.", "topic": "Drucken", "audience": "clerks", **more}
    data |= {"step-TOTAL_FORMS": str(len(steps)), "step-INITIAL_FORMS": str(more.pop("initial", 0))}
    for place, step in enumerate(steps):
        data |= {f"step-{place}-{name}": value for name, value in {"ORDER": place + 1, "alt": "", "picture": "", **step}.items()}
    return data


class TestReading:
    def test_shows_steps_and_pictures_with_words(self, client_of: Any) -> None:
        made = article(steps=[NewStep("Auf **Drucken** klicken.", content=small_picture(), alt="Der Knopf"), NewStep("<b>x</b>")])

        page = client_of(requester()).get(f"/wissen/{made.public_id}/").content.decode()

        assert "Auf <strong>Drucken</strong> klicken." in page
        assert 'alt="Der Knopf"' in page
        assert "&lt;b&gt;x" in page
        assert "bearbeiten" not in page

    def test_a_picture_is_served_as_what_it_is(self, client_of: Any) -> None:
        made = article(steps=[NewStep("Hier.", content=small_picture(), alt="Der Knopf")])

        answer = client_of(requester()).get(f"/wissen/bilder/{next(iter(pictures_of(made.current)))}/")

        assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (200, "image/png", "nosniff")
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer.content.startswith(b"\x89PNG")

    def test_a_drafts_picture_is_for_staff_only(self, client_of: Any) -> None:
        made = article()
        step = NewStep("Hier.", content=small_picture(), alt="Neu")
        publishing.revise(article=made, title="T", summary="S", topic="T", steps=[step], by=agent(), at=LATER)
        address = f"/wissen/bilder/{made.pictures.get().public_id}/"

        assert client_of(requester()).get(address).status_code == 404
        assert client_of(agent()).get(address).status_code == 200

    @pytest.mark.parametrize("more", [{"published": False}, {"audience": "internal"}])
    def test_what_is_not_hers_does_not_exist(self, client_of: Any, more: dict[str, Any]) -> None:
        made = article(**more)

        assert client_of(requester()).get(f"/wissen/{made.public_id}/").status_code == 404
        assert client_of(agent()).get(f"/wissen/{made.public_id}/").status_code == 200

    def test_the_list_shows_what_is_due(self, client_of: Any) -> None:
        old, _new = article("Altes"), article("Neues")
        Article.objects.filter(pk=old.pk).update(review_on=timezone.localdate())
        browser = client_of(agent())

        assert "1 Artikel ist durchzusehen" in browser.get("/wissen/").content.decode()
        page = browser.get("/wissen/?stand=faellig").content.decode()
        assert "Altes" in page
        assert "Neues" not in page

    def test_asks_the_same_number_of_queries_for_any_length(self, client_of: Any) -> None:
        browser, counts = client_of(agent()), []
        browser.get("/wissen/?q=Trennblatt")
        for more in (1, 6):
            for n in range(more):
                article(f"Trennblatt {more} {n}")
            with CaptureQueriesContext(connections["default"]) as asked:
                browser.get("/wissen/?q=Trennblatt")
            counts.append(len(asked))

        assert counts[0] == counts[1]

    def test_strange_parameters_are_no_error(self, client_of: Any) -> None:
        browser = client_of(agent())
        for query in ("?seite=abc", "?seite=99999", "?q=%00", "?thema=%00x", "?stand=xyz", "?q=" + "a" * 1500):
            assert browser.get(f"/wissen/{query}").status_code == 200, query


class TestRating:
    def test_is_counted_once_in_a_session_and_names_nobody(self, client_of: Any) -> None:
        made, browser = article(), client_of(requester())

        for _n in range(3):
            browser.post(f"/wissen/{made.public_id}/bewerten/", {"geholfen": "ja"})
        client_of(requester()).post(f"/wissen/{made.public_id}/bewerten/", {"geholfen": "nein"})

        count = ArticleCount.objects.get(article=made)
        assert (count.helped, count.not_helped, count.spared) == (1, 1, 0)
        assert {field.name for field in ArticleCount._meta.get_fields()} == {"id", "article", "month", "helped", "not_helped", "spared"}
        assert "Hat das geholfen?" not in browser.get(f"/wissen/{made.public_id}/").content.decode()

    def test_is_a_post(self, client_of: Any) -> None:
        made = article()

        assert client_of(requester()).get(f"/wissen/{made.public_id}/bewerten/").status_code == 405

    def test_counts_in_the_local_month(self) -> None:
        made = article()

        counting.count(article=made, said="helped", at=AT.replace(month=3, day=31, hour=22, minute=30))

        assert ArticleCount.objects.get().month == date(2026, 4, 1)  # in Berlin it is April already

    def test_what_is_withdrawn_is_not_rated(self) -> None:
        made = article()
        publishing.withdraw(article=made, reason="Alt", by=agent(), at=LATER)

        with pytest.raises(counting.CannotRate):
            counting.count(article=made, said="helped", at=LATER)


class TestWhileTyping:
    def test_matching_articles_appear_with_a_way_out(self, client_of: Any) -> None:
        made = article()

        page = client_of(requester()).get("/wissen/vorschlaege/?betreff=Drucker+druckt+keine+Trennbl%C3%A4tter").content.decode()

        assert made.title in page
        assert f'formaction="/wissen/{made.public_id}/hat-geholfen/"' in page
        assert "1 Artikel könnte helfen" in page

    def test_nothing_matching_is_nothing(self, client_of: Any) -> None:
        assert client_of(requester()).get("/wissen/vorschlaege/?betreff=Kantine").content.strip() == b""

    def test_that_helps_makes_no_ticket_and_is_counted_once(self, client_of: Any) -> None:
        made, browser = article(), client_of(requester())

        for _n in range(2):
            answer = browser.post(f"/wissen/{made.public_id}/hat-geholfen/", {"subject": "Drucker", "body": "Bitte."}, follow=True)

        assert "Es wurde keine Anfrage gestellt." in answer.content.decode()
        assert not Ticket.objects.exists()
        assert ArticleCount.objects.get().spared == 1

    def test_the_form_of_a_request_has_the_place(self, client_of: Any) -> None:
        page = client_of(requester()).get("/anfragen/neu/").content.decode()

        assert 'data-suggest="/wissen/vorschlaege/"' in page
        assert "js/suggested" in page


class TestWriting:
    def test_begins_with_steps_in_their_order_and_pictures(self, client_of: Any) -> None:
        picture = SimpleUploadedFile("bild.png", small_picture())
        data = sent(
            {"text": "Zweiter", "ORDER": 2}, {"text": "Erster", "ORDER": 1, "file": picture, "alt": "Der Knopf"}, {"text": "", "ORDER": 3}
        )

        answer = client_of(agent()).post("/wissen/neu/", data)

        draft = Article.objects.get().versions.get()
        assert answer.status_code == 302
        assert [step["text"] for step in draft.steps] == ["Erster", "Zweiter"]
        assert draft.steps[0]["picture"]

    @pytest.mark.parametrize(
        ("step", "said"),
        [
            ({"text": "Mein langer Text", "file": SimpleUploadedFile("x.png", small_picture())}, "beschreiben Sie, was das Bild zeigt"),
            (
                {"text": "Mein langer Text", "file": SimpleUploadedFile("x.png", b"<svg/>"), "alt": "Bild"},
                "nur Bilder im Format PNG oder JPEG",
            ),
            ({"text": "Mein langer Text", "file": SimpleUploadedFile("x.png", b""), "alt": "Bild"}, "nur Bilder im Format PNG oder JPEG"),
        ],
    )
    def test_what_is_wrong_is_said_and_the_text_stays(self, client_of: Any, step: dict[str, Any], said: str) -> None:
        answer = client_of(agent()).post("/wissen/neu/", sent(step))

        page = answer.content.decode()
        assert said in page
        assert "Mein langer Text" in page
        assert not Article.objects.exists()

    def test_a_step_keeps_its_picture_or_leaves_it_out(self, client_of: Any) -> None:
        made = article(steps=[NewStep("Hier.", content=small_picture(), alt="Knopf")])
        known, browser = next(iter(pictures_of(made.current))), client_of(agent())
        step = {"text": "Hier neu.", "picture": known, "alt": "Knopf"}

        browser.post(f"/wissen/{made.public_id}/bearbeiten/", sent(step, initial=1))
        assert made.versions.get(number=None).steps[0] == {"text": "Hier neu.", "picture": known, "alt": "Knopf"}
        browser.post(f"/wissen/{made.public_id}/bearbeiten/", sent({**step, "drop": "on"}, initial=1))

        assert made.versions.get(number=None).steps[0] == {"text": "Hier neu.", "picture": "", "alt": ""}

    def test_who_was_slower_keeps_her_text_and_may_save_then(self, client_of: Any) -> None:
        made = article()
        said = {"summary": "S", "topic": "T", "steps": [NewStep("x")]}
        publishing.revise(
            article=Article.objects.get(pk=made.pk), title="Schneller", **said, by=agent(display_name="Jule Behrens"), at=LATER
        )
        browser, data = client_of(agent()), sent({"text": "Mein langer Text"}, seen="2")

        refused = browser.post(f"/wissen/{made.public_id}/bearbeiten/", data)

        assert refused.status_code == 409
        assert "Jule Behrens hat diesen Artikel inzwischen geändert" in refused.content.decode()
        assert ">\nMein langer Text</textarea>" in refused.content.decode()
        data["seen"] = refused.context["form"]["seen"].value()
        assert browser.post(f"/wissen/{made.public_id}/bearbeiten/", data).status_code == 302

    def test_is_published_withdrawn_and_shown_again_by_buttons(self, client_of: Any) -> None:
        made, browser = article(published=False), client_of(agent())
        address = f"/wissen/{made.public_id}"

        browser.post(f"{address}/veroeffentlichen/", {"review_on": "2099-01-01", "seen": "1"})
        assert Article.objects.get().review_on == date(2099, 1, 1)
        browser.post(f"{address}/zurueckziehen/", {"reason": "Überholt."})
        assert Article.objects.get().state == "withdrawn"
        browser.post(f"{address}/wieder-zeigen/")

        assert Article.objects.get().state == "published"
        assert browser.get(f"{address}/fassungen/1/").status_code == 200
        assert browser.get(f"{address}/fassungen/2/").status_code == 404

    def test_one_button_makes_a_draft_of_a_ticket(self, client_of: Any) -> None:
        ticket, browser = TicketFactory(), client_of(agent())
        assert f'action="/anfragen/{ticket.public_id}/artikel/"' in browser.get(f"/anfragen/{ticket.public_id}/").content.decode()

        answer = browser.post(f"/anfragen/{ticket.public_id}/artikel/")

        assert answer["Location"] == f"/wissen/{Article.objects.get().public_id}/bearbeiten/"

    def test_a_tampered_count_of_steps_is_said(self, client_of: Any) -> None:
        for total in ("x", "9999", ""):
            answer = client_of(agent()).post("/wissen/neu/", {**sent({"text": "x"}), "step-TOTAL_FORMS": total})
            assert answer.status_code == 200, total
        assert not Article.objects.exists()
