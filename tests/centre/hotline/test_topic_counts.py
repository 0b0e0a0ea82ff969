"""How often people asked about a topic: by whole quarters, and nothing that few people are behind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.template import engines
from django.utils import timezone

from hotline import figures, topic_counts
from hotline.models import Tag, Ticket
from tenants.centre import topics
from tests.centre.hotline_factories import QueueFactory, TicketFactory, agent
from tests.centre.training_factories import course, course_date, session, trainer
from training.models import CourseDate

TODAY = date(2026, 4, 20)  # the first quarter has ended


def ask(count: int, at: datetime, **more: Any) -> None:
    for _n in range(count):
        TicketFactory(created_at=at, **more)


class TestAskedAbout:
    def test_counts_a_queue_by_quarters_and_hides_few(self) -> None:
        ask(7, datetime(2025, 11, 3, tzinfo=UTC))
        ask(3, datetime(2026, 2, 3, tzinfo=UTC))

        counted = topic_counts.asked_about("hotline", TODAY)

        assert [(asked.quarter, asked.requests) for asked in counted][-2:] == [("2025-4", 7), ("2026-1", None)]
        assert counted[-1].first == date(2026, 1, 1)

    def test_a_quarter_that_has_not_ended_is_not_told(self) -> None:
        ask(9, datetime(2026, 4, 3, tzinfo=UTC))

        assert "2026-2" not in [asked.quarter for asked in topic_counts.asked_about("Hotline", TODAY)]

    def test_counts_a_tag_where_no_queue_is_called_so(self) -> None:
        tag = Tag.objects.create(name="Trennblätter")
        for count, day in ((5, datetime(2025, 11, 3, tzinfo=UTC)), (4, datetime(2026, 1, 3, tzinfo=UTC))):
            for _n in range(count):
                TicketFactory(created_at=day).tags.add(tag)

        counted = {asked.quarter: asked.requests for asked in topic_counts.asked_about("trennblätter", TODAY)}

        assert (counted["2025-4"], counted["2026-1"], counted["2025-3"]) == (5, None, 0)

    def test_what_is_no_topic_has_no_numbers(self) -> None:
        assert topic_counts.asked_about("Quittenbaum", TODAY) == []

    def test_a_request_is_about_its_queue_and_its_tags(self) -> None:
        ticket = TicketFactory(queue=QueueFactory(key="technik", name="Technik"))
        ticket.tags.add(Tag.objects.create(name="Drucken"))

        assert topic_counts.topics_of(ticket) == ["Technik", "Drucken"]


class TestBesideACourse:
    def page(self, reader: Any) -> str:
        before, held, after = figures.quarters(timezone.localdate())[-3:]
        for count, quarter in ((12, before), (6, after)):
            ask(count, quarter.begins + timedelta(days=20))
        found = course(topic="Hotline")
        begins = held.begins + timedelta(days=20)
        CourseDate.objects.create(
            course=found,
            state="done",
            capacity=5,
            starts_at=begins,
            ends_at=begins + timedelta(hours=3),
            register_until=begins,
            withdraw_until=begins,
            created_at=begins,
        )
        template = engines["django"].from_string("{% load composed %}{% requests_after_course course reader %}")
        return template.render({"course": found, "reader": reader})

    def test_trainers_see_whether_fewer_asked_afterwards(self) -> None:
        page = self.page(trainer())

        assert "Weniger Anfragen nach der Schulung: 12" in page
        assert "6 im Quartal" in page

    def test_nobody_else_does(self) -> None:
        assert "Anfragen" not in self.page(agent())


class TestMostAsked:
    def test_names_queues_and_tags_that_five_or_more_asked_about_in_the_last_quarter(self) -> None:
        day = datetime(2026, 2, 3, tzinfo=UTC)
        ask(7, day)
        ask(4, day, queue=QueueFactory(key="technik", name="Technik"))
        tag = Tag.objects.create(name="Trennblätter")
        for ticket in Ticket.objects.all()[:5]:
            ticket.tags.add(tag)
        ask(9, datetime(2026, 4, 3, tzinfo=UTC), queue=QueueFactory(key="neu", name="Neu"))

        found = topics.most_asked(today=TODAY)

        assert [(each.topic, each.requests) for each in found if each.topic != "Hotline"] == [("Trennblätter", 5)]
        assert all(each.requests >= 5 and each.first == date(2026, 1, 1) for each in found)

    def test_names_nothing_that_few_asked_about(self) -> None:
        ask(4, datetime(2026, 2, 3, tzinfo=UTC))

        assert topics.most_asked(today=TODAY) == []


class TestForPlanners:
    PATH = "/schulungen/planung/kurse/"

    def asked(self, *names: str) -> None:
        day = figures.last_quarter(timezone.localdate()).begins + timedelta(days=20)
        for name in names:
            tag = Tag.objects.create(name=name)
            for _n in range(6):
                TicketFactory(created_at=day).tags.add(tag)

    def test_proposes_a_course_where_there_is_none_and_a_date_where_none_is_planned(self, client_of: Any) -> None:
        self.asked("Scannen & Co.", "Wiedervorlage", "Suche")
        course("Besser finden", topic="suche")
        course_date(session(timezone.now() + timedelta(days=40)), of=course("Rechtzeitig erinnert", topic="Wiedervorlage"))
        browser = client_of(trainer())

        page = browser.get(self.PATH).content.decode()

        assert "noch keine Schulung" in page
        assert "Besser finden" in page
        assert page.count("keiner geplant") == 1
        assert "?thema=Scannen%20%26%20Co." in page
        assert 'value="Scannen &amp; Co."' in browser.get(f"{self.PATH}neu/?thema=Scannen%20%26%20Co.").content.decode()

    def test_says_so_where_nothing_was_asked(self, client_of: Any) -> None:
        assert "kein Thema mit fünf" in client_of(trainer()).get(self.PATH).content.decode()

    def test_asks_as_many_queries_for_many_topics_as_for_one(self, client_of: Any, queries: Any) -> None:
        self.asked("Eins")
        browser = client_of(trainer())
        browser.get(self.PATH)
        with queries() as one:
            browser.get(self.PATH)
        self.asked("Zwei", "Drei", "Vier")

        with queries() as many:
            browser.get(self.PATH)

        assert len(many) == len(one)
