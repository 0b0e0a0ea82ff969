"""Articles behind "??": as whoever reads the message may know of them; none of the hotline's own ever gets into an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from hotline import answering, bundling, linking, mentioning, publishing
from hotline.models import Article, Message
from tests.centre.hotline_factories import AT, TicketFactory, agent, article

LATER = AT + timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("queue")


def internal(title: str = "Drucken: Zugang der Technik") -> Article:
    return article(title, audience="internal")


def address_of(found: Article) -> str:
    return f"{settings.CENTRE_ADDRESS}/wissen/{found.public_id}/"


def titles(typed: str, kind: str, **more: Any) -> set[str]:
    offers = mentioning.offered(ticket=more.get("ticket") or TicketFactory(), typed=typed, kind=kind, person=more.get("person") or agent())
    return {offer.title for offer in offers}


class TestOffered:
    @pytest.mark.parametrize("typed", ["Trennblatt", "trenn", "Trennblätter dru", "TRENNBLAETTER"])
    def test_are_found_by_words_and_their_beginnings(self, typed: str) -> None:
        article("Trennblätter drucken")
        article("Wiedervorlagen", body="Auf **Neu** klicken.", summary="So geht es.")

        assert titles(typed, "reply") == {"Trennblätter drucken"}

    @pytest.mark.parametrize(("kind", "shown"), [("note", True), ("reply", False), ("phone", False), ("", False), ("x", False)])
    @pytest.mark.parametrize("typed", ["Zugang", ""])
    def test_one_of_the_hotlines_own_only_for_a_note(self, kind: str, shown: bool, typed: str) -> None:
        found = internal()

        assert (found.title in titles(typed, kind, ticket=TicketFactory(subject="Zugang der Technik"))) is shown

    def test_not_even_where_the_requester_is_staff(self) -> None:
        internal()
        staff = agent()

        assert titles("Zugang", "reply", ticket=TicketFactory(requester=staff), person=staff) == set()

    def test_no_draft_and_none_that_was_withdrawn(self) -> None:
        article("Trennblätter entwerfen", published=False)
        gone = article("Trennblätter früher")
        publishing.withdraw(article=gone, reason="Überholt.", by=agent(), at=AT)

        assert titles("Trennblätter", "note") == titles("Trennblätter", "reply") == set()

    def test_without_a_word_those_that_fit_the_subject(self) -> None:
        found = article("Trennblätter drucken")

        [offer] = mentioning.offered(ticket=TicketFactory(), typed=" ", kind="reply", person=agent())

        assert offer == mentioning.Offer(found.title, found.topic, f"{found.title}: {address_of(found)}", False)

    @pytest.mark.parametrize("typed", ["*", '"', "-", "x" * 3000, "%", "\x00"])
    def test_what_means_nothing_offers_nothing(self, typed: str) -> None:
        article()

        assert titles(typed, "reply", ticket=TicketFactory(subject="Xylophon")) == set()

    def test_are_told_to_the_script_of_staff_only(self, client_of: Any) -> None:
        ticket, hidden = TicketFactory(), internal("Trennblätter intern")
        article("Trennblätter drucken")
        address = f"/anfragen/{ticket.public_id}/artikel-anbieten/?q=trennbl"

        offers = client_of(agent()).get(f"{address}&art=note").json()["articles"]
        usual = client_of(agent()).get(address).json()["articles"]

        assert {(one["title"], one["internal"]) for one in offers} == {("Trennblätter drucken", False), (hidden.title, True)}
        assert [one["title"] for one in usual] == ["Trennblätter drucken"]
        assert client_of(ticket.requester).get(address).status_code == 404


class TestRefused:
    @pytest.mark.parametrize("kind", ["reply", "phone"])
    @pytest.mark.parametrize("form", ["{}", "Siehe /wissen/{id}", "http://anderswo.example/wissen/{ID}/?x=1"])
    def test_an_answer_that_mentions_one_of_the_hotlines_own(self, kind: str, form: str) -> None:
        ticket, found = TicketFactory(), internal()
        body = form.format(address_of(found), id=found.public_id, ID=str(found.public_id).upper())

        with pytest.raises(answering.CannotAnswer, match="nur für die Hotline") as refusal:
            answering.say(ticket=ticket, body=body, kind=kind, by=agent(), at=LATER)

        assert (refusal.value.field, ticket.messages.count()) == ("body", 1)

    def test_an_answer_to_several(self) -> None:
        top, low, found = TicketFactory(), TicketFactory(), internal()
        linking.put_below(ticket=low, parent=top, by=agent(), at=LATER)

        with pytest.raises(answering.CannotAnswer):
            bundling.answer_all(ticket=top, body=address_of(found), by=agent(), at=LATER)

        assert not Message.objects.filter(by_staff=True).exists()

    def test_an_article_that_was_withdrawn_meanwhile(self) -> None:
        found = article()
        publishing.withdraw(article=found, reason="Überholt.", by=agent(), at=AT)

        with pytest.raises(answering.CannotAnswer):
            answering.say(ticket=TicketFactory(), body=address_of(found), by=agent(), at=LATER)

    def test_but_no_note_no_word_of_a_requester_and_no_article_for_all(self) -> None:
        ticket, found, known = TicketFactory(), internal(), article()

        answering.say(ticket=ticket, body=address_of(found), kind="note", by=agent(), at=LATER)
        answering.say(ticket=ticket, body=address_of(found), by=ticket.requester, at=LATER)
        answering.say(ticket=ticket, body=f"{address_of(known)} /wissen/00000000-0000-0000-0000-000000000000/", by=agent(), at=LATER)

        assert ticket.messages.count() == 4

    def test_is_said_in_the_form_and_the_text_stays(self, client_of: Any, api_client: Any) -> None:
        ticket, staff, found = TicketFactory(), agent(), internal()
        body = f"Guten Tag\n{found.title}: {address_of(found)}"

        page = client_of(staff).post(f"/anfragen/{ticket.public_id}/", {"kind": "reply", "then": "waiting", "body": body, "seen": "1"})
        told = api_client(staff).post(f"/api/v1/tickets/{ticket.public_id}/messages/", {"body": body}, format="json")

        assert "nur für die Hotline" in page.content.decode()
        assert page.context["form"]["body"].value() == body
        assert (told.status_code, ticket.messages.count()) == (400, 1)


class TestShown:
    def test_an_article_of_this_site_can_be_followed_and_nothing_else(self, client_of: Any) -> None:
        found = article()
        body = f"Siehe {address_of(found)}.\n<script>x</script> https://boese.example/wissen/{found.public_id}/ javascript:alert(1)"
        ticket = TicketFactory(body=body)

        page = client_of(ticket.requester).get(f"/anfragen/{ticket.public_id}/").content.decode()

        assert f'Siehe <a href="/wissen/{found.public_id}/">{address_of(found)}</a>.<br>&lt;script&gt;' in page
        assert page.count(f'href="/wissen/{found.public_id}/"') == 1
