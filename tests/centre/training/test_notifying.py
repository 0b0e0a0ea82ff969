"""What people are told goes out by mail: each kind in words, once, and again where a server was in the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from tests.centre.hotline.imap_server import free_port
from tests.centre.hotline.test_sending import Postman
from tests.centre.training.post import send, words
from tests.centre.training.test_enrolling import enrol
from tests.centre.training_factories import AT, BEGINS, approves, course_date, people, requester, room, session, supervisor_of, trainer
from tests.factories import UserFactory
from training import approving, enrolling, notifying, planning, telling, waiting
from training.models import CourseDate, Enrolment, Notice

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def anna(**more: Any) -> Any:
    return requester(display_name="Anna Kurz", email="anna.kurz@musterstadt.example", **more)


class TestWords:
    """One test for each kind of notice: its subject says course and day."""

    def test_enrolled(self, postman: Postman) -> None:
        date = course_date(session(room=room()))
        enrol(date, anna())

        assert send() == 1

        [got] = postman.mails()
        assert got["Subject"] == "Sie sind angemeldet: Ablegen und wiederfinden, 14.04.2026"
        assert (got["To"], got["From"]) == ("Anna Kurz <anna.kurz@musterstadt.example>", "Schulungen <hilfe@zentrale.example>")
        assert got["Auto-Submitted"] == "auto-generated"
        said = words(got)
        assert said.startswith("Guten Tag Anna Kurz,\n\nSie haben einen Platz in dieser Schulung.")
        assert "melden Sie sich bitte bis 7. April 2026, 09:00 Uhr ab" in said
        assert "Dienstag, 14. April 2026, 09:00 bis 13:00 Uhr · Schulungsraum 1" in said
        assert "/schulungen/meine/mitteilungen/" in said
        html = got.get_body(("html",)).get_content()
        assert "<td>Ablegen und wiederfinden</td>" in html
        assert "<img" not in html

    def test_waiting_with_her_place_in_line(self, postman: Postman) -> None:
        date = course_date(capacity=1)
        enrol(date, *people(2), anna())

        send(AT + MINUTE)

        [got] = [mail for mail in postman.mails() if "Anna" in mail["To"]]
        assert got["Subject"] == "Warteliste: Ablegen und wiederfinden, 14.04.2026"
        assert "Zurzeit haben Sie dort Platz 2." in words(got)

    def test_approval_to_those_who_decide(self, postman: Postman) -> None:
        approves()
        person = anna()
        chief = supervisor_of(person, email="chefin@musterstadt.example")
        enrol(course_date(), person)

        assert send() == 1

        [got] = postman.mails()
        assert postman.got[0].rcpt_tos == [chief.email]
        assert got["Subject"].startswith("Bitte um Zustimmung: Ablegen")
        assert "Anna Kurz möchte an dieser Schulung teilnehmen." in words(got)

    def test_refused_with_the_reason(self, postman: Postman) -> None:
        approves()
        person = anna()
        [asked] = enrol(course_date(), person)
        approving.refuse(enrolment=asked, reason="Haushaltssperre", by=supervisor_of(person, email=""), at=AT)

        send()

        assert "Begründung: Haushaltssperre" in words(postman.mails()[-1])

    def test_offer_expired_and_withdrawn(self, postman: Postman) -> None:
        date, (first, second) = course_date(capacity=1), (requester(email="eins@x.example"), requester(email="zwei@x.example"))
        enrol(date, first, second)
        enrolling.withdraw(date=date, person=first, by=first, at=AT)
        send(AT + MINUTE)
        waiting.expire_offers(at=AT + 2 * DAY)
        send(AT + 2 * DAY)

        subjects = [(got["To"].addresses[0].addr_spec[:4], got["Subject"].partition(":")[0]) for got in postman.mails()]
        assert subjects == [
            ("eins", "Sie sind angemeldet"),
            ("eins", "Abgemeldet"),
            ("zwei", "Ein Platz für Sie"),
            ("zwei", "Angebot abgelaufen"),
        ]
        offer = words(postman.mails()[2])
        assert "Er ist für Sie reserviert bis 4. März 2026, 09:00 Uhr." in offer
        assert offer.count("/schulungen/angebot/") == 2

    def test_changed_from_the_old_to_the_new(self, postman: Postman) -> None:
        date = course_date()
        changes = {"starts_at": [BEGINS.isoformat(), (BEGINS + DAY).isoformat()], "room": ["Schulungsraum 1", "Saal 2"]}
        telling.tell(person=anna(), kind="changed", about=date, once="changed:x", at=AT, facts={"changes": changes})

        send()

        [got] = postman.mails()
        assert got["Subject"].startswith("Änderung: Ablegen")
        assert "Beginn: 14. April 2026, 09:00 Uhr → 15. April 2026, 09:00 Uhr" in words(got)
        assert "Raum: Schulungsraum 1 → Saal 2" in words(got)

    def test_a_refresher_names_no_day_that_is_long_over(self, postman: Postman) -> None:
        [made] = enrol(course_date(), anna())
        send()
        telling.tell(person=made.person, kind="refresher", about=made, once="refresher:x", at=AT, facts={"until": "2028-04-14"})

        send()

        got = postman.mails()[-1]
        assert got["Subject"] == "Zeit zum Auffrischen: Ablegen und wiederfinden"
        assert "2026" not in words(got)

    def test_enrolled_instead_of_somebody(self, postman: Postman) -> None:
        telling.tell(person=anna(), kind="enrolled", about=course_date(), once="x", at=AT, facts={"instead_of": "Bea Lang"})

        send()

        assert "Sie kommen anstelle von Bea Lang." in words(postman.mails()[0])

    def test_cancelled_with_the_reason(self, postman: Postman) -> None:
        date = course_date()
        enrol(date, anna())
        planning.cancel_date(date=date, reason="Zu wenige Anmeldungen.", by=trainer(), at=AT + MINUTE)

        send(AT + MINUTE)

        got = postman.mails()[-1]
        assert got["Subject"] == "Schulung abgesagt: Ablegen und wiederfinden, 14.04.2026"
        assert "Begründung: Zu wenige Anmeldungen." in words(got)

    @pytest.mark.parametrize(
        ("kind", "facts", "said"),
        [
            ("certificate", {"number": "TB-2026-7"}, "liegt zum Abruf bereit"),
            ("certificate", {"number": "TB-2026-7", "revoked": "yes", "reason": "Falscher Name."}, "Begründung: Falscher Name."),
            ("evaluation", {"address": "http://zentrum.localhost/rueckmeldung/1/"}, "niemand sieht, von wem sie sind"),
            ("refresher", {"course": "Ablegen", "until": "2026-05-01"}, "Ihr Nachweis gilt bis 1. Mai 2026."),
        ],
    )
    def test_what_comes_after_a_course(self, postman: Postman, kind: str, facts: dict[str, str], said: str) -> None:
        about = None if kind == "refresher" else course_date()
        telling.tell(person=anna(), kind=kind, about=about, once=f"{kind}:x", at=AT, facts=facts)

        assert send() == 1

        [got] = postman.mails()
        assert "Ablegen" in got["Subject"]
        assert said in words(got)
        assert facts.get("address", "") in words(got)
        assert facts.get("number", "") in words(got)

    def test_of_every_kind_exist(self) -> None:
        from training.wording import WORDS

        assert set(WORDS) == set(Notice.Kind)

    def test_what_stands_in_a_title_makes_no_header_and_no_markup(self, postman: Postman) -> None:
        from tests.centre.training_factories import course

        enrol(course_date(of=course("<script>alert(1)</script> & mehr")), anna(username="x"))

        send()

        [got] = postman.mails()
        assert "<script>alert(1)</script> & mehr" in got["Subject"]
        assert "<script>" not in got.get_body(("html",)).get_content()


class TestSendWaiting:
    def test_sends_each_once_however_often_the_clock_comes_by(self, postman: Postman) -> None:
        enrol(course_date(), anna())

        assert [send(), send(), send(AT + DAY)] == [1, 0, 0]

        assert len(postman.got) == 1
        assert Notice.objects.get().sent_at == AT

    def test_does_not_try_people_without_an_address_or_account(self, postman: Postman) -> None:
        date = course_date()
        enrol(date, requester(email=""), gone := anna())
        gone.is_active = False
        gone.save()

        assert (send(AT + MINUTE), postman.got) == (0, [])

        assert not Notice.objects.filter(next_try_at__isnull=False).exists()
        assert not Notice.objects.undelivered().exists()
        assert Notice.objects.count() == 2

    def test_nothing_waits_without_a_server(self) -> None:
        with override_settings(MAIL_SMTP_URL=""):
            enrol(course_date(), anna())

        assert Notice.objects.get().next_try_at is None

    def test_what_another_process_sends_is_left_to_it(self, postman: Postman) -> None:
        enrol(course_date(), anna())
        notifying.NOTICES.claim(at=AT)

        assert (send(), send(AT + timedelta(minutes=11))) == (0, 1)

    def test_one_that_is_refused_does_not_hold_up_the_next(self, postman: Postman) -> None:
        enrol(course_date(), requester(email="no address"), anna())

        assert send(AT + MINUTE) == 1
        assert Notice.objects.undelivered().get().failed_at == AT + MINUTE

    def test_an_offer_that_was_answered_is_not_sent_any_more(self, postman: Postman) -> None:
        date, (first, second) = course_date(capacity=1), people(2)
        enrol(date, first, second)
        enrolling.withdraw(date=date, person=first, by=first, at=AT)
        waiting.decline(enrolment=Enrolment.objects.get(person=second), by=second, at=AT)

        send(AT + MINUTE)

        assert not [mail for mail in postman.mails() if "Ein Platz" in mail["Subject"]]

    def test_takes_the_same_number_of_queries_for_more_people_each(self, postman: Postman, queries: Any) -> None:
        def sending(count: int) -> int:
            enrol(course_date(capacity=9), *people(count))
            with queries() as asked:
                assert send(AT + MINUTE) == count
            return len(asked)

        two, four, six = sending(2), sending(4), sending(6)

        assert six - four == four - two


class TestTrouble:
    def test_a_server_that_is_down_is_shown_and_loses_nothing(self, postman: Postman, caplog: pytest.LogCaptureFixture) -> None:
        enrol(course_date(), anna())
        with override_settings(MAIL_SMTP_URL=f"smtp+plain://127.0.0.1:{free_port()}"):
            assert (send(), send(AT + MINUTE)) == (0, 0)
        assert len([line for line in caplog.records if "cannot be sent" in line.getMessage()]) == 1
        assert "ConnectionRefused" in Notice.objects.undelivered().get().fault

        assert send(AT + 2 * MINUTE) == 1
        assert not Notice.objects.undelivered().exists()

    def test_what_is_refused_for_good_is_given_up_and_can_be_sent_again(self, postman: Postman) -> None:
        enrol(course_date(), anna())
        postman.says["RCPT"] = "550 5.1.1 No such user"
        send()
        failed = Notice.objects.undelivered().get()
        assert (failed.failed_at, failed.next_try_at, "No such user" in failed.fault) == (AT, None, True)
        postman.says.clear()

        with pytest.raises(notifying.CannotSendAgain, match="Betriebsleitung"):
            notifying.send_again(notice=failed, by=trainer(), at=AT)
        notifying.send_again(notice=failed, by=UserFactory(roles=["operator"]), at=AT)

        assert send() == 1
        with pytest.raises(notifying.CannotSendAgain):
            notifying.send_again(notice=failed, by=UserFactory(roles=["operator"]), at=AT)

    @pytest.mark.parametrize("when", ["RCPT", "DATA"])
    def test_what_is_refused_for_now_is_tried_again_later_and_later(self, postman: Postman, when: str) -> None:
        enrol(course_date(), anna())
        postman.says[when] = "451 4.3.0 Later"
        send()
        assert Notice.objects.get().next_try_at == AT + MINUTE
        send(AT + MINUTE)
        assert Notice.objects.get().next_try_at == AT + 6 * MINUTE
        postman.says.clear()

        assert (send(AT + 5 * MINUTE), send(AT + 6 * MINUTE), send(AT + 7 * MINUTE)) == (0, 1, 0)

    def test_after_two_days_it_is_given_up(self, postman: Postman) -> None:
        enrol(course_date(), anna())
        postman.says["DATA"] = "451 4.3.0 Later"
        at = AT
        for _time in range(12):
            send(at)
            if (due := Notice.objects.get().next_try_at) is None:
                break
            at = due

        failed = Notice.objects.get().failed_at
        assert failed is not None
        assert timedelta(days=1, hours=12) < failed - AT < timedelta(days=3)

    def test_a_fault_in_the_middle_sends_no_part_twice(self, postman: Postman) -> None:
        """Two sessions are two mails: the second is refused for now."""
        enrol(course_date(session(), session(BEGINS + DAY)), anna())
        real, count = postman.handle_DATA, []

        async def second_is_refused(server: Any, talk: Any, envelope: Any) -> str:
            count.append(1)
            return "451 Later" if len(count) == 2 else await real(server, talk, envelope)

        postman.handle_DATA = second_is_refused  # type: ignore[method-assign]
        assert send() == 0
        first_id = postman.mails()[0]["Message-ID"]

        assert send(AT + MINUTE) == 1

        assert len({mail["Message-ID"] for mail in postman.mails()}) == len(postman.got) == 2
        assert postman.mails()[0]["Message-ID"] == first_id


class TestNoticesOf:
    def test_are_her_own_the_newest_first(self) -> None:
        date, (person, other) = course_date(), people(2)
        enrol(date, person, other)
        enrolling.withdraw(date=date, person=person, by=person, at=AT + MINUTE)

        assert [each.kind for each in telling.notices_of(person)] == ["withdrawn", "enrolled"]
        newest = telling.notices_of(person)[0]
        assert [each.kind for each in telling.notices_of(person, after=newest.public_id)] == ["enrolled"]

    def test_nobody_reads_others_trainers_neither(self) -> None:
        date, person = course_date(), requester()
        enrol(date, person)

        assert not Notice.objects.visible_to(trainer()).exists()
        assert CourseDate.objects.visible_to(person).exists()
