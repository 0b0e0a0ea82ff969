"""Articles: a draft beside what readers see, versions that never change, and who may know of what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from hotline import publishing
from hotline.composing import CannotCompose, NewStep, pictures_of
from hotline.models import Article, ArticleEvent, ArticlePicture
from tenants import current
from tests.centre.hotline_factories import AT, agent, article, requester, small_picture
from tests.factories import UserFactory

LATER = AT + timedelta(hours=1)
SAID: dict[str, Any] = {
    "title": "Drucken",
    "summary": "So wird gedruckt.",
    "topic": "Drucken",
    "steps": [NewStep("Auf **Drucken** klicken.")],
}


class TestBegin:
    def test_makes_a_draft_that_staff_alone_know_of(self) -> None:
        made = publishing.begin(**SAID, by=agent(), at=AT)

        assert (made.state, made.current) == ("draft", None)
        assert list(Article.objects.visible_to(agent())) == [made]
        assert not Article.objects.visible_to(requester()).exists()

    def test_is_for_staff(self) -> None:
        with pytest.raises(publishing.CannotPublish):
            publishing.begin(**SAID, by=requester(), at=AT)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"title": " \x00 "}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"summary": ""}, "summary"),
            ({"topic": ""}, "topic"),
            ({"audience": "alle"}, "audience"),
            ({"steps": [NewStep("x")] * 31}, "steps"),
            ({"steps": [NewStep("x" * 5001)]}, "steps"),
            ({"steps": [NewStep("x", content=small_picture())]}, "steps"),  # without words for those who do not see it
            ({"steps": [NewStep("x", content=b"<svg/>", alt="Bild")]}, "steps"),
        ],
    )
    def test_refuses_what_no_article_says_and_keeps_nothing(self, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(CannotCompose) as refusal:
            publishing.begin(**{**SAID, **wrong}, by=agent(), at=AT)

        assert refusal.value.field == field
        assert not Article.objects.exists()

    def test_keeps_a_picture_written_anew(self) -> None:
        made = publishing.begin(**{**SAID, "steps": [NewStep("Hier.", content=small_picture(), alt="Ein Knopf")]}, by=agent(), at=AT)

        kept, draft = ArticlePicture.objects.get(article=made), made.versions.get()
        assert pictures_of(draft) == {str(kept.public_id)}
        assert (kept.media_type, kept.width, draft.steps[0]["alt"]) == ("image/png", 30, "Ein Knopf")


class TestPublish:
    def test_shows_the_draft_to_all_clerks(self) -> None:
        made, author = publishing.begin(**SAID, by=agent(), at=AT), agent(display_name="Jule Behrens")

        publishing.publish(article=made, review_on=date(2027, 3, 1), by=author, at=LATER)

        assert (made.state, made.current.number, made.current.by, made.current.at) == ("published", 1, "Jule Behrens", LATER)
        assert list(Article.objects.visible_to(requester())) == [made]
        assert ArticleEvent.objects.filter(article=made, act="publish").get().changes == {
            "state": ["draft", "published"],
            "version": [None, "1"],
            "review_on": [None, "2027-03-01"],
        }

    def test_an_internal_one_is_for_staff_only(self) -> None:
        made = article(audience="internal")

        assert list(Article.objects.visible_to(agent())) == [made]
        assert not Article.objects.visible_to(requester()).exists()

    @pytest.mark.parametrize("role", ["", "trainer"])
    def test_nothing_is_for_others(self, role: str) -> None:
        article()

        assert not Article.objects.visible_to(UserFactory(roles=[role])).exists()

    def test_a_draft_beside_it_is_not_seen_until_it_is_published(self) -> None:
        made, staff = article(title="Alt"), agent()

        publishing.revise(article=made, **{**SAID, "title": "Neu"}, by=staff, at=LATER)
        assert (made.title, made.current.title) == ("Alt", "Alt")
        publishing.publish(article=made, by=staff, at=LATER)

        assert (made.title, made.current.number) == ("Neu", 2)
        assert [v.title for v in made.versions.order_by("number")] == ["Alt", "Neu"]

    @pytest.mark.parametrize("harm", ["UPDATE hotline_articleversion SET title = 'Anders'", "DELETE FROM hotline_articleversion"])
    def test_a_published_version_never_changes(self, harm: str) -> None:
        article()

        with pytest.raises(IntegrityError, match="does not change"), current.atomic(), current.connection().cursor() as cursor:
            cursor.execute(harm)

    def test_needs_a_draft_with_a_step_and_a_day_ahead(self) -> None:
        staff = agent()
        empty = publishing.begin(**{**SAID, "steps": []}, by=staff, at=AT)
        with pytest.raises(publishing.CannotPublish, match="Schritt"):
            publishing.publish(article=empty, by=staff, at=LATER)
        with pytest.raises(publishing.CannotPublish, match="Entwurf"):
            publishing.publish(article=article(), by=staff, at=LATER)
        with pytest.raises(publishing.CannotPublish) as refusal:
            publishing.publish(article=empty, review_on=AT.date(), by=staff, at=LATER)
        assert refusal.value.field == "review_on"


class TestRevise:
    def test_refuses_a_writer_who_has_read_an_older_one(self) -> None:
        made = article()
        publishing.revise(article=Article.objects.get(pk=made.pk), **SAID, by=agent(display_name="Tarik Sander"), at=LATER)

        with pytest.raises(publishing.StaleArticle, match="Tarik Sander"):
            publishing.revise(article=made, **SAID, by=agent(), at=LATER, seen=2)

    def test_takes_no_picture_of_another_article(self) -> None:
        other = article(steps=[NewStep("x", content=small_picture(), alt="Bild")])
        foreign = next(iter(pictures_of(other.current)))

        with pytest.raises(CannotCompose, match="gehört nicht"):
            publishing.revise(article=article(), **{**SAID, "steps": [NewStep("x", picture=foreign, alt="Bild")]}, by=agent(), at=LATER)

    def test_tells_what_changed(self) -> None:
        made = article(title="Alt")

        publishing.revise(article=made, **{**SAID, "title": "Neu"}, by=agent(), at=LATER)

        assert ArticleEvent.objects.get(article=made, act="revise").changes["title"] == ["Alt", "Neu"]


class TestDiscard:
    def test_throws_the_draft_away(self) -> None:
        made = article(title="Alt")
        publishing.revise(article=made, **{**SAID, "title": "Neu"}, by=agent(), at=LATER)

        publishing.discard(article=made, by=agent(), at=LATER)

        assert [v.title for v in made.versions.all()] == ["Alt"]

    def test_leaves_an_article_that_has_nothing_else(self) -> None:
        with pytest.raises(publishing.CannotPublish):
            publishing.discard(article=publishing.begin(**SAID, by=agent(), at=AT), by=agent(), at=LATER)


class TestWithdraw:
    def test_takes_it_from_readers_and_gives_it_back(self) -> None:
        made, reader = article(), requester()

        publishing.withdraw(article=made, reason="Gilt nicht mehr.", by=agent(), at=LATER)
        assert not Article.objects.visible_to(reader).exists()
        publishing.put_back(article=made, by=agent(), at=LATER)

        assert list(Article.objects.visible_to(reader)) == [made]

    def test_wants_a_reason_and_a_published_one(self) -> None:
        made = article()
        with pytest.raises(CannotCompose):
            publishing.withdraw(article=made, reason=" ", by=agent(), at=LATER)
        with pytest.raises(publishing.CannotPublish):
            publishing.put_back(article=made, by=agent(), at=LATER)


class TestConfirm:
    def test_sets_the_next_day_to_look_at_it(self) -> None:
        made = article()

        publishing.confirm(article=made, review_on=date(2027, 1, 1), by=agent(), at=LATER)

        assert Article.objects.get().review_on == date(2027, 1, 1)
