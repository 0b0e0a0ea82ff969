"""Somebody unknown calls: she becomes a contact in the act that takes her request in; who is known by her number is proposed first."""

from __future__ import annotations

from typing import Any

import pytest

from hotline import acquainting, taking_in
from hotline.models import Queue, Ticket
from tenants.centre.models import Contact
from tenants.models import User
from tests.centre.hotline_factories import AT, MunicipalityFactory, agent, requester

pytestmark = pytest.mark.usefixtures("queue")


def caller(**more: Any) -> acquainting.Caller:
    return acquainting.Caller(**{"name": "Hatice Demir", "municipality": MunicipalityFactory(), "telephone": "0208 / 123-45", **more})


def sent(**more: str) -> dict[str, str]:
    """What the form sends for somebody new."""
    who = {"requester": "neu", "new_name": "Hatice Demir", "new_telephone": "0208 12345"}
    who["new_municipality"] = str(MunicipalityFactory().public_id)
    return {"subject": "Drucker", "body": "Er druckt nicht.", "kind": "phone", "priority": "normal", **who, **more}


class TestMakeContact:
    def test_needs_no_e_mail(self) -> None:
        person = acquainting.make_contact(caller=caller(name=" Hatice\n Demir "), by=agent(), at=AT)

        assert (person.display_name, person.telephone, person.email, person.role_names) == (
            "Hatice Demir",
            "0208 / 123-45",
            "",
            {"requester"},
        )
        assert not person.has_usable_password()
        assert Contact.objects.get(person=person).municipality.slug == "musterstadt"

    def test_with_one_her_first_mail_finds_her(self) -> None:
        from hotline import correspondents

        person = acquainting.make_contact(caller=caller(email="H.Demir@musterstadt.example"), by=agent(), at=AT)

        assert correspondents.account_of("h.demir@musterstadt.example") == person

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 201}, "name"),
            ({"telephone": "ab"}, "telephone"),
            ({"telephone": "1" * 51}, "telephone"),
            ({"email": "kein"}, "email"),
        ],
    )
    def test_refuses_what_is_none(self, wrong: dict[str, str], field: str) -> None:
        with pytest.raises(acquainting.CannotAcquaint) as refusal:
            acquainting.make_contact(caller=caller(**wrong), by=agent(), at=AT)

        assert (refusal.value.field, Contact.objects.count()) == (field, 0)

    @pytest.mark.parametrize("known", ["020812345", "+49 (0)208 123 45"])
    def test_proposes_who_has_the_number_until_it_is_said_to_be_somebody_else(self, known: str) -> None:
        first = requester(display_name="Peter Nowak", telephone=known)

        with pytest.raises(acquainting.AlreadyKnown, match="Peter Nowak") as proposed:
            acquainting.make_contact(caller=caller(), by=agent(), at=AT)
        second = acquainting.make_contact(caller=caller(somebody_else=True), by=agent(), at=AT)

        assert proposed.value.people == [first]
        assert second != first

    def test_a_number_that_only_begins_like_hers_is_nobodys_business(self) -> None:
        requester(telephone="0208 123456")

        assert acquainting.make_contact(caller=caller(), by=agent(), at=AT)

    def test_an_e_mail_is_one_persons(self) -> None:
        first = requester(email="amt@musterstadt.example")

        with pytest.raises(acquainting.AlreadyKnown) as proposed:
            acquainting.make_contact(caller=caller(email="AMT@musterstadt.example", somebody_else=True), by=agent(), at=AT)

        assert (proposed.value.people, proposed.value.field) == ([first], "email")

    def test_nor_does_she_get_that_of_staff(self) -> None:
        staff = agent(email="jule@zentrum.example", display_name="Jule Behrens")

        with pytest.raises(acquainting.CannotAcquaint) as refusal:
            acquainting.make_contact(caller=caller(email=staff.email), by=agent(), at=AT)

        assert not isinstance(refusal.value, acquainting.AlreadyKnown)
        assert "Jule" not in str(refusal.value)

    def test_is_for_staff(self) -> None:
        with pytest.raises(acquainting.CannotAcquaint):
            acquainting.make_contact(caller=caller(), by=requester(), at=AT)


class TestTakingHerIn:
    def test_is_one_act_nobody_is_left_over_when_it_fails(self) -> None:
        Queue.objects.update(active=False)
        before = User.objects.count()

        with pytest.raises(taking_in.CannotTakeIn):
            taking_in.open_ticket(subject="Drucker", body="Text", caller=caller(), by=agent(), at=AT)

        assert User.objects.count() == before + 1  # the agent

    def test_a_requester_takes_in_nobody(self) -> None:
        with pytest.raises(taking_in.CannotTakeIn):
            taking_in.open_ticket(subject="Drucker", body="Text", caller=caller(), by=requester(), at=AT)

    def test_by_the_form(self, client_of: Any) -> None:
        answer = client_of(agent()).post("/anfragen/neu/", sent())

        ticket = Ticket.objects.get()
        assert answer["Location"] == f"/anfragen/{ticket.public_id}/"
        assert (str(ticket.requester), ticket.municipality.slug, ticket.kind) == ("Hatice Demir", "musterstadt", "phone")

    def test_who_has_the_number_is_shown_in_the_form_first(self, client_of: Any) -> None:
        known, browser = requester(display_name="Peter Nowak", telephone="+49 208 12345"), client_of(agent())

        page = browser.post("/anfragen/neu/", sent())
        shown = page.content.decode()
        browser.post("/anfragen/neu/", sent(somebody_else="on"))

        assert ("Peter Nowak" in shown, f'value="{known.public_id}"' in shown, "somebody_else" in shown) == (True, True, True)
        assert page.context["form"]["new_name"].value() == "Hatice Demir"
        assert str(Ticket.objects.get().requester) == "Hatice Demir"

    @pytest.mark.parametrize("missing", ["new_name", "new_municipality", "new_telephone"])
    def test_what_is_missing_is_said_at_its_field(self, client_of: Any, missing: str) -> None:
        page = client_of(agent()).post("/anfragen/neu/", sent(**{missing: ""}))

        assert page.context["form"].errors.keys() == {missing}
        assert not Ticket.objects.exists()

    def test_by_programs(self, api_client: Any) -> None:
        client = api_client(agent())
        who = {"name": "Hatice Demir", "municipality": "musterstadt", "telephone": "0208 12345"}
        MunicipalityFactory()

        made = client.post("/api/v1/tickets/", {"subject": "x", "body": "y", "kind": "phone", "caller": who}, format="json")
        again = client.post("/api/v1/tickets/", {"subject": "x", "body": "y", "caller": who}, format="json")
        wrong = client.post("/api/v1/tickets/", {"subject": "x", "body": "y", "caller": {**who, "telephone": "x"}}, format="json")
        hers = api_client(requester()).post("/api/v1/tickets/", {"subject": "x", "body": "y", "caller": who}, format="json")

        assert [answer.status_code for answer in (made, again, wrong, hers)] == [201, 409, 400, 403]
        assert Ticket.objects.get().requester.username in again.json()["detail"]
