"""Two who ask for help are one person: side by side, then one, with all that both asked."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from hotline import answering, correspondents, making_one, taking_in
from hotline.models import Message, ProtectionEntry, Ticket
from tenants.centre.models import Contact, United
from tenants.models import User
from tests.centre.hotline.mails import mail, take_in
from tests.centre.hotline_factories import AT, QueueFactory, TicketFactory, agent, requester
from tests.factories import UserFactory


def operator() -> User:
    return UserFactory(roles=["operator"])


def by_mail(address: str = "lena.amsel@musterstadt.example", name: str = "Lena Amsel") -> User:
    QueueFactory()
    ticket = take_in(mail("Der Drucker geht nicht.", sender=f"{name} <{address}>", subject="Drucker")).ticket
    assert ticket is not None
    return User.objects.get(pk=ticket.requester_id)


def from_her_files(town: str = "musterstadt", **more: Any) -> User:
    person = requester(town, **more)
    Contact.objects.filter(person=person).update(clerk_id=uuid4())
    return User.objects.get(pk=person.pk)


class TestMakeOne:
    def test_all_that_both_asked_said_and_watched_is_hers(self) -> None:
        kept, gone = from_her_files(email="amsel@musterstadt.example", display_name="Lena Amsel"), by_mail()
        watched = TicketFactory()
        watched.watchers.add(gone)
        own = taking_in.open_ticket(subject="Alt", body="Bitte.", by=kept, at=AT)
        theirs = Ticket.objects.get(requester=gone)

        person = making_one.make_one(kept=kept, gone=gone, by=operator(), at=AT)

        assert person == kept
        assert set(Ticket.objects.filter(requester=kept)) == {own, theirs}
        assert not Message.objects.filter(author=gone).exists()
        assert list(watched.watchers.all()) == [kept]
        assert not User.objects.get(pk=gone.pk).is_active
        assert Ticket.objects.visible_to(User.objects.get(pk=kept.pk)).filter(pk=theirs.pk).exists()

    def test_mails_from_either_address_are_hers_from_then_on(self) -> None:
        kept, gone = from_her_files(email="amsel@musterstadt.example"), by_mail("lena@web.example")

        making_one.make_one(kept=kept, gone=gone, by=operator(), at=AT)

        for address in ("lena@web.example", "amsel@musterstadt.example"):
            assert correspondents.account_of(address) == kept
        ticket = take_in(mail("Noch etwas.", sender="lena@web.example", subject="Neu", Message_ID="<neu@web.example>")).ticket
        assert ticket is not None
        assert ticket.requester == kept

    def test_whoever_went_into_one_that_went_is_found_too(self) -> None:
        first, second, third = by_mail("a@web.example"), by_mail("b@web.example"), from_her_files()

        making_one.make_one(kept=second, gone=first, by=operator(), at=AT)
        making_one.make_one(kept=third, gone=second, by=operator(), at=AT)

        assert correspondents.account_of("a@web.example") == third
        assert set(United.objects.values_list("into", flat=True)) == {third.pk}

    def test_two_that_wrote_by_mail_keep_name_and_address_of_whom_stays(self) -> None:
        kept, gone = by_mail("a@web.example", "Lena Amsel"), by_mail("b@web.example", "L. Amsel")
        User.objects.filter(pk=gone.pk).update(telephone="0208 1")

        person = making_one.make_one(kept=kept, gone=User.objects.get(pk=gone.pk), by=operator(), at=AT)

        assert (person.display_name, person.email, person.telephone) == ("Lena Amsel", "a@web.example", "0208 1")

    def test_what_her_node_calls_her_holds(self) -> None:
        kept, gone = by_mail("a@web.example", "L. Amsel"), from_her_files(display_name="Lena Amsel", email="amsel@musterstadt.example")
        clerk = gone.contact.clerk_id

        person = making_one.make_one(kept=kept, gone=gone, by=operator(), at=AT)

        assert (person.display_name, person.email) == ("Lena Amsel", "amsel@musterstadt.example")
        assert Contact.objects.get(clerk_id=clerk).person == kept  # she comes as one from now on

    def test_different_municipalities_have_to_be_confirmed(self) -> None:
        kept, gone = requester("musterstadt"), from_her_files("beispielheim")

        with pytest.raises(making_one.CannotMakeOne) as refusal:
            making_one.make_one(kept=kept, gone=gone, by=operator(), at=AT)
        assert refusal.value.confirm
        assert User.objects.get(pk=gone.pk).is_active

        making_one.make_one(kept=kept, gone=gone, across=True, by=operator(), at=AT)
        assert Contact.objects.get(person=kept).municipality.slug == "beispielheim"  # where her node says

    def test_two_whom_nodes_know_are_two(self) -> None:
        with pytest.raises(making_one.CannotMakeOne, match="zwei"):
            making_one.make_one(kept=from_her_files(), gone=from_her_files(), by=operator(), at=AT)

    def test_one_is_not_two(self) -> None:
        person = requester()

        with pytest.raises(making_one.CannotMakeOne):
            making_one.make_one(kept=person, gone=person, by=operator(), at=AT)

    def test_staff_and_those_who_have_gone_are_not_made_one_with_anybody(self) -> None:
        ended = requester()
        User.objects.filter(pk=ended.pk).update(is_active=False)

        for somebody in (agent(), ended):
            with pytest.raises(making_one.CannotMakeOne):
                making_one.make_one(kept=requester(), gone=somebody, by=operator(), at=AT)
            with pytest.raises(making_one.CannotMakeOne):
                making_one.make_one(kept=somebody, gone=requester(), by=operator(), at=AT)

    def test_agents_do_not(self) -> None:
        with pytest.raises(making_one.CannotMakeOne):
            making_one.make_one(kept=requester(), gone=requester(), by=agent(), at=AT)

    def test_is_journaled_without_a_name(self) -> None:
        kept, gone = from_her_files(display_name="Lena Amsel"), by_mail(name="Hedwig Zaunkönig")

        making_one.make_one(kept=kept, gone=gone, by=operator(), at=AT)

        entry = ProtectionEntry.objects.get()
        assert (entry.act, entry.about, entry.changes["requests"]) == ("unite", str(kept.public_id), [1, None])
        assert "Zaunkönig" not in str(entry.changes)

    def test_an_answer_to_a_ticket_of_the_other_reaches_her(self) -> None:
        kept, gone = from_her_files(), by_mail()
        ticket = Ticket.objects.get(requester=gone)

        making_one.make_one(kept=kept, gone=gone, by=operator(), at=AT)
        answering.say(ticket=Ticket.objects.get(pk=ticket.pk), body="Geht wieder.", by=User.objects.get(pk=kept.pk), at=AT)

        assert ticket.messages.filter(author=kept).count() == 2


class TestScreen:
    def test_an_operator_looks_for_the_other_compares_and_unites(self, client_of: Any) -> None:
        kept, gone = from_her_files(display_name="Lena Amsel"), by_mail(name="Lena Amsel")
        browser, address = client_of(operator()), f"/verwaltung/datenschutz/personen/{kept.public_id}/"

        person = browser.get(address).content.decode()
        alike = browser.get(f"{address}vereinen/").content.decode()
        found = browser.get(f"{address}vereinen/?q=lena.amsel@").content.decode()
        both = browser.get(f"{address}vereinen/?mit={gone.public_id}").content.decode()
        done = browser.post(f"{address}vereinen/", {"mit": str(gone.public_id)}, follow=True).content.decode()

        assert "Mit anderer Person vereinen" in person
        assert f"?mit={gone.public_id}" in alike
        assert f"?mit={gone.public_id}" in found
        assert f"?mit={kept.public_id}" not in alike
        assert "geht darin auf" in both
        assert "lena.amsel@musterstadt.example" in both
        assert "verschiedene Kommunen" not in both
        assert "ist von nun an eine Person" in done or "eine Person" in done
        assert "Zwei Personen wurden vereint" in browser.get("/verwaltung/datenschutz/").content.decode()

    def test_different_municipalities_are_said_and_confirmed(self, client_of: Any) -> None:
        kept, gone = requester("musterstadt"), requester("beispielheim")
        browser, address = client_of(operator()), f"/verwaltung/datenschutz/personen/{kept.public_id}/vereinen/"

        refused = browser.post(address, {"mit": str(gone.public_id)})
        done = browser.post(address, {"mit": str(gone.public_id), "trotzdem": "1"})

        assert refused.status_code == 422
        assert "verschiedene Kommunen" in refused.content.decode()
        assert 'name="trotzdem"' in refused.content.decode()
        assert done.status_code == 302

    @pytest.mark.parametrize(("chosen", "status"), [("", 422), ("x", 404), ("00000000-0000-0000-0000-000000000000", 404), ("\x00", 404)])
    def test_nobody_chosen(self, client_of: Any, chosen: str, status: int) -> None:
        address = f"/verwaltung/datenschutz/personen/{requester().public_id}/vereinen/"

        assert client_of(operator()).post(address, {"mit": chosen}).status_code == status

    def test_asks_no_more_queries_for_more_of_them(self, client_of: Any) -> None:
        kept, browser, asked = requester(display_name="Lena Amsel"), client_of(operator()), []
        for _more in range(2):
            for _number in range(3):
                gone = requester(display_name="Lena Amsel")
                TicketFactory(requester=gone), TicketFactory(requester=kept)
            for query in ("", f"?mit={gone.public_id}"):
                browser.get(f"/verwaltung/datenschutz/personen/{kept.public_id}/vereinen/{query}")
                with CaptureQueriesContext(connections["default"]) as queries:
                    browser.get(f"/verwaltung/datenschutz/personen/{kept.public_id}/vereinen/{query}")
                asked.append(len(queries))

        assert asked[:2] == asked[2:]
