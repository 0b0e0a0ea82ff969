"""Text modules: kept by staff, offered with the ticket's words filled in."""

from __future__ import annotations

from typing import Any

import pytest

from hotline import phrasing
from hotline.models import TextModule
from tests.centre.hotline_factories import AT, TicketFactory, agent, requester

GREETING = {"key": "gruss", "title": "Gruß", "body": "Guten Tag {name}, zu {nummer}: {bearbeitung}"}


class TestKeep:
    def test_makes_and_changes_one(self) -> None:
        module = phrasing.keep(**GREETING, by=agent(), at=AT)

        phrasing.keep(**GREETING | {"key": "Moin "}, module=module, active=False, by=agent(), at=AT)

        assert list(TextModule.objects.values_list("key", "active")) == [("moin", False)]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"key": "zwei worte"}, "key"),
            ({"key": ""}, "key"),
            ({"body": "{passwort}"}, "body"),
            ({"body": " "}, "body"),
            ({"key": "da"}, "key"),
        ],
    )
    def test_refuses(self, wrong: dict[str, str], field: str) -> None:
        phrasing.keep(key="da", title="Da", body="Da.", by=agent(), at=AT)

        with pytest.raises(phrasing.CannotPhrase) as refusal:
            phrasing.keep(**GREETING | wrong, by=agent(), at=AT)
        assert refusal.value.field == field
        assert TextModule.objects.count() == 1


class TestOffered:
    def test_fills_in_the_words_of_the_ticket(self) -> None:
        phrasing.keep(**GREETING, by=agent(), at=AT)
        phrasing.keep(key="alt", title="Alt", body="Alt.", active=False, by=agent(), at=AT)
        ticket = TicketFactory(requester=requester(display_name="Hatice {nummer} Demir"))

        found = phrasing.offered(ticket=ticket, person=agent(display_name="Jule Behrens"))

        assert found == [{"key": "gruss", "title": "Gruß", "text": f"Guten Tag Hatice {{nummer}} Demir, zu {ticket.number}: Jule Behrens"}]


class TestScreens:
    def test_staff_keep_them(self, client_of: Any) -> None:
        browser = client_of(agent())

        browser.post("/anfragen/textbausteine/neu/", {**GREETING, "active": "on"})
        module = TextModule.objects.get()
        refused = browser.post(f"/anfragen/textbausteine/{module.public_id}/", {**GREETING, "body": "{geheim}"})

        assert "::gruss" in browser.get("/anfragen/textbausteine/").content.decode()
        assert "{geheim} ist nicht bekannt" in refused.content.decode()

    def test_and_are_offered_them_on_a_ticket(self, client_of: Any) -> None:
        phrasing.keep(**GREETING, by=agent(), at=AT)
        ticket = TicketFactory()

        found = client_of(agent()).get(f"/anfragen/{ticket.public_id}/textbausteine/").json()

        assert ticket.number in found["modules"][0]["text"]
