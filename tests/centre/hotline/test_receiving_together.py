"""Mails that come in together: each becomes what it would have become alone, and none takes another along."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext

from hotline import mail_store, receiving
from hotline.models import IncomingMail, OutgoingMail, Ticket
from tests.centre.hotline.mails import NOW, annas_ticket, mail
from tests.centre.hotline_factories import requester

pytestmark = pytest.mark.usefixtures("mail_settings")


class TestTogether:
    def arrived(self, *mails: bytes) -> list[receiving.Arrived]:
        return [receiving.Arrived(raw, NOW) for raw in mails]

    def together(self, *mails: bytes) -> list[IncomingMail]:
        return list(receiving.take_in_together(self.arrived(*mails)))

    def some(self, count: int) -> list[bytes]:
        return [
            mail(f"Nummer {n}", subject=f"Frage {n}", sender=f"p{n}@stadt.example", Message_ID=f"<{n}@stadt.example>") for n in range(count)
        ]

    def test_become_what_each_of_them_would_have_become(self) -> None:
        ticket = annas_ticket()
        mails = [*self.some(2), mail("Noch etwas.", In_Reply_To="<unser@zentrale.example>"), mail("Weg.", Auto_Submitted="auto-replied")]

        taken = self.together(*mails)

        assert [one.outcome for one in taken] == ["ticket", "ticket", "answer", "parked"]
        assert taken[2].ticket == ticket
        assert [mail_store.raw_of(one.sha256) for one in taken] == mails
        assert OutgoingMail.objects.filter(kind="receipt").exclude(ticket=ticket).count() == 2

    def test_an_answer_finds_the_mail_that_came_just_before_it(self) -> None:
        first, answer = self.together(
            mail("Eins", Message_ID="<a@x.example>"), mail("Zwei", Message_ID="<b@x.example>", In_Reply_To="<a@x.example>")
        )

        assert answer.ticket == first.ticket

    def test_the_same_bytes_among_them_are_one_mail(self) -> None:
        first, again = self.together(mail(), mail())

        assert first.pk == again.pk
        assert Ticket.objects.count() == 1
        assert self.together(mail(), *self.some(1))[0].pk == first.pk

    def test_one_that_breaks_us_takes_no_other_along(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = receiving.taking_in.open_ticket

        def breaks(**named: Any) -> Ticket:
            if named["subject"] == "Frage 2":
                raise ValueError("this one")
            return real(**named)

        monkeypatch.setattr(receiving.taking_in, "open_ticket", breaks)

        taken = self.together(*self.some(5))

        assert [one.outcome for one in taken] == ["ticket", "ticket", "parked", "ticket", "ticket"]
        assert taken[2].reason == "unreadable"
        numbers = sorted(Ticket.objects.values_list("number", flat=True))
        assert [int(number[-6:]) for number in numbers] == [1, 2, 3, 4]  # no gap, though all were undone once
        assert IncomingMail.objects.count() == 5
        assert OutgoingMail.objects.count() == 4

    def test_one_that_is_refused_takes_no_other_along(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = receiving.taking_in.open_ticket

        def refuses(**named: Any) -> Ticket:
            if named["subject"] == "Frage 0":
                raise receiving.taking_in.CannotTakeIn("nein", "subject")
            return real(**named)

        monkeypatch.setattr(receiving.taking_in, "open_ticket", refuses)

        assert [(one.outcome, one.reason) for one in self.together(*self.some(3))] == [
            ("parked", "refused"),
            ("ticket", ""),
            ("ticket", ""),
        ]

    def test_gives_each_only_when_it_is_safe(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A database that goes away at the third: two are given, and only those are in."""
        real = receiving.taking_in.open_ticket

        def away(**named: Any) -> Ticket:
            if named["subject"] == "Frage 2":
                raise OperationalError("gone")
            return real(**named)

        monkeypatch.setattr(receiving.taking_in, "open_ticket", away)
        given: list[str] = []
        coming = (one.subject for one in receiving.take_in_together(self.arrived(*self.some(4))))

        with pytest.raises(OperationalError):
            given.extend(coming)  # keeps what came before the error

        assert given == ["Frage 0", "Frage 1"]
        assert sorted(IncomingMail.objects.values_list("subject", flat=True)) == given

    def test_asks_few_statements_for_each_and_wakes_the_post_once(
        self, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for n in range(20):
            requester(email=f"p{n}@stadt.example")
        sent: list[str] = []
        monkeypatch.setattr("tenants.queues.current_app.send_task", lambda name, **_more: sent.append(name))

        with CaptureQueriesContext(connections["default"]) as asked, django_capture_on_commit_callbacks(execute=True):
            self.together(*self.some(10))

        assert len(asked) <= 190, len(asked)  # 18 for each, and 4 for all (one of them the team)
        assert sent.count("hotline.send_mail") == 1
