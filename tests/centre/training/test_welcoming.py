"""Invitation links: unguessable, ending, for so many people; nobody learns by them who is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings

from tenants.centre.models import Contact
from tenants.models import User
from tests.centre.hotline.imap_server import free_port
from tests.centre.hotline_factories import MunicipalityFactory
from tests.centre.training.post import post_office, words
from tests.centre.training_factories import AT, BEGINS, approves, course_date, people, requester, supervisor_of, trainer
from training import enrolling, welcome_mails, welcoming
from training.models import Enrolment, Invitation, InvitationAnswer

SOON = AT + timedelta(hours=1)


def coordinator(municipality: str = "musterstadt") -> User:
    return supervisor_of(requester(municipality), role="coordinator")


def invite(*, date: Any = None, places: int = 3, by: User | None = None, ends: datetime = AT + timedelta(days=14)) -> welcoming.Made:
    return welcoming.invite(municipality=MunicipalityFactory(), date=date, places=places, expires_at=ends, by=by or coordinator(), at=AT)


def token_of(made: welcoming.Made) -> str:
    return made.address.rstrip("/").rpartition("/")[2]


def answer(
    made: welcoming.Made, *, email: str = "neu@stadt.example", name: str = "Zoë Şahin", at: datetime = SOON
) -> InvitationAnswer | None:
    welcoming.answer(token=token_of(made), name=name, office="Bürgerbüro", email=email, at=at)
    return InvitationAnswer.objects.order_by("-pk").first()


@pytest.fixture(autouse=True)
def _proof_of_any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests play in March 2026; signatures read the real clock."""
    monkeypatch.setattr(welcoming.signing.TimestampSigner, "timestamp", lambda self: welcoming.signing.b62_encode(int(1e11)), raising=True)


class TestInvite:
    def test_keeps_a_digest_of_the_link_only(self) -> None:
        made = invite()

        assert len(token_of(made)) >= 32
        assert token_of(made) not in str(vars(Invitation.objects.get()))

    @pytest.mark.parametrize("wrong", [{"places": 0}, {"places": 501}, {"ends": AT}, {"ends": AT + timedelta(days=91)}])
    def test_refuses_what_never_ends_or_is_for_everybody(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(welcoming.CannotInvite):
            invite(**wrong)

    def test_is_for_the_coordinator_of_this_municipality(self) -> None:
        for somebody in (coordinator("beispielheim"), requester(), trainer(), supervisor_of(requester())):
            with pytest.raises(welcoming.CannotInvite):
                invite(by=somebody)

    def test_refuses_a_date_that_is_not_open(self) -> None:
        with pytest.raises(welcoming.CannotInvite):
            invite(date=course_date(opened=False))


class TestAnswer:
    def test_a_mail_is_to_be_sent_and_nobody_is_made(self) -> None:
        made, before = invite(), User.objects.count()

        found = answer(made)

        assert found is not None
        assert found.next_try_at == SOON
        assert list(InvitationAnswer.objects.all().due(SOON)) == [found]
        assert User.objects.count() == before

    def test_whether_she_is_known_makes_no_difference(self) -> None:
        made = invite()
        requester(email="bekannt@stadt.example")

        assert answer(made, email="bekannt@stadt.example") is not None
        assert answer(made, email="neu@stadt.example") is not None

    def test_the_same_address_gets_one_mail_in_ten_minutes(self) -> None:
        made = invite()
        answer(made)

        answer(made, email="NEU@stadt.example", at=SOON + timedelta(minutes=9))

        assert InvitationAnswer.objects.count() == 1

    def test_a_machine_is_stopped(self) -> None:
        made = invite(places=1)
        for n in range(3):
            answer(made, email=f"n{n}@stadt.example")

        with pytest.raises(welcoming.CannotAnswer):
            answer(made, email="n4@stadt.example")

    @pytest.mark.parametrize("wrong", [{"name": " \u202e"}, {"email": "keine"}, {"email": "a@b.de\nBcc: c@d.de"}])
    def test_refuses_no_name_and_no_address(self, wrong: dict[str, str]) -> None:
        with pytest.raises(welcoming.CannotAnswer):
            answer(invite(), **wrong)

    def test_does_not_hold_after_its_end_nor_revoked_nor_guessed(self) -> None:
        by = coordinator()
        made = invite(by=by)
        with pytest.raises(welcoming.CannotAnswer):
            answer(made, at=AT + timedelta(days=14))
        welcoming.revoke(invitation=made.invitation, by=by, at=AT)
        with pytest.raises(welcoming.CannotAnswer):
            answer(made)
        for guess in ("", "x", "\x00", "ä" * 40):
            with pytest.raises(welcoming.CannotAnswer):
                welcoming.opened(token=guess, at=AT)

    def test_only_her_coordinator_revokes_it(self) -> None:
        made = invite()

        with pytest.raises(welcoming.CannotInvite):
            welcoming.revoke(invitation=made.invitation, by=coordinator("beispielheim"), at=AT)


class TestProve:
    def prove(self, made: welcoming.Made, **typed: Any) -> welcoming.Proven:
        found = answer(made, **typed)
        assert found is not None
        return welcoming.prove(proof=welcoming.proof_of(found), at=SOON)

    def test_makes_a_contact_without_a_password(self) -> None:
        proven = self.prove(invite())

        contact = Contact.objects.get(person=proven.person)
        assert (contact.municipality.slug, contact.office, proven.person.display_name) == ("musterstadt", "Bürgerbüro", "Zoë Şahin")
        assert (proven.person.role_names, proven.person.has_usable_password()) == ({"requester"}, False)
        assert proven.enrolment is None

    def test_enrols_for_the_date_without_another_approval(self) -> None:
        approves()

        proven = self.prove(invite(date=course_date()))

        assert proven.enrolment is not None
        assert proven.enrolment.state == Enrolment.State.ENROLLED

    def test_waits_for_approval_if_the_coordinator_is_none_any_more(self) -> None:
        approves()
        by = coordinator()
        made = invite(date=course_date(), by=by)
        by.standings.all().delete()

        proven = self.prove(made)

        assert proven.enrolment is not None
        assert proven.enrolment.state == Enrolment.State.AWAITING_APPROVAL

    def test_jumps_no_queue(self) -> None:
        date = course_date(capacity=1)
        for n, person in enumerate(people(2)):
            enrolling.enrol(date=date, person=person, by=person, at=AT + timedelta(seconds=n))

        proven = self.prove(invite(date=date))

        assert proven.enrolment is not None
        assert proven.enrolment.state == Enrolment.State.WAITING

    def test_who_is_known_is_not_made_anew(self) -> None:
        known = requester(email="bekannt@stadt.example")

        assert self.prove(invite(), email="Bekannt@stadt.example").person == known

    def test_somebody_of_another_municipality_with_this_address_is_left_alone(self) -> None:
        other = requester("beispielheim", email="neu@stadt.example")

        assert self.prove(invite()).person != other

    def test_is_used_once_and_for_so_many(self) -> None:
        made = invite(places=1)
        first, second = answer(made), answer(made, email="zwei@stadt.example")
        assert first is not None
        assert second is not None
        welcoming.prove(proof=welcoming.proof_of(first), at=SOON)

        for late in (first, second):
            with pytest.raises(welcoming.CannotAnswer):
                welcoming.prove(proof=welcoming.proof_of(late), at=SOON)

    def test_what_came_too_late_is_said_and_she_is_known_all_the_same(self) -> None:
        made = invite(date=course_date(capacity=1), ends=AT + timedelta(days=60))
        found = answer(made, at=BEGINS - timedelta(days=1))
        assert found is not None

        proven = welcoming.prove(proof=welcoming.proof_of(found), at=BEGINS)

        assert proven.enrolment is None
        assert "begonnen" in proven.refusal
        assert Contact.objects.filter(person=proven.person).exists()

    @pytest.mark.parametrize("forged", ["", "x", "x:y:z"])
    def test_believes_no_forged_link(self, forged: str) -> None:
        with pytest.raises(welcoming.CannotAnswer):
            welcoming.prove(proof=forged, at=AT)


class TestMail:
    def test_proves_the_address_and_is_sent_once(self) -> None:
        answer(invite(date=course_date()))

        with post_office() as postman:
            sent = [welcome_mails.send_waiting(now=lambda: SOON) for _twice in range(2)]

        [mail] = postman.mails()
        asked = InvitationAnswer.objects.get()
        assert sent == [1, 0]
        assert mail["To"].addresses[0].addr_spec == "neu@stadt.example"
        assert f"/schulungen/einladung/bestaetigen/{welcoming.proof_of(asked)}/" in words(mail).replace("=\n", "")
        assert (asked.sent_at, asked.next_try_at) == (SOON, None)

    def test_a_server_that_is_away_loses_nothing(self) -> None:
        answer(invite())

        with override_settings(MAIL_SMTP_URL=f"smtp+plain://127.0.0.1:{free_port()}"):
            assert welcome_mails.send_waiting(now=lambda: SOON) == 0

        assert InvitationAnswer.objects.get().next_try_at == SOON


def test_what_was_never_proven_is_forgotten() -> None:
    answer(invite())

    welcoming.forget_old(at=AT + timedelta(days=3))

    assert not InvitationAnswer.objects.exists()
    assert Invitation.objects.exists()
