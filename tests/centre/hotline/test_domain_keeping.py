"""Which mail domain belongs to which municipality, and how mail stands: for operators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from hotline import domain_keeping, mail_standing, mailbox_state
from hotline.domain_keeping import CannotKeepDomain
from hotline.models import Mailbox, MailDomain
from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tests.centre.hotline.mails import NOW, mail, take_in, unsent
from tests.centre.hotline_factories import MunicipalityFactory, TicketFactory, agent
from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("mail_settings")


def operator() -> User:
    return UserFactory(roles=["operator"])


def add(domain: str, town: Municipality | None = None, by: User | None = None) -> MailDomain:
    return domain_keeping.add(domain=domain, municipality=town or MunicipalityFactory(), by=by or operator(), at=NOW)


class TestAdd:
    def test_who_writes_from_there_for_the_first_time_belongs_to_the_municipality(self) -> None:
        town = MunicipalityFactory(slug="beispielheim", name="Beispielheim")
        add("Rathaus.Beispielheim.example", town)

        taken = take_in(mail(sender="neu@rathaus.beispielheim.example"))

        assert Contact.objects.get(person=taken.ticket.requester).municipality == taken.ticket.municipality == town

    @pytest.mark.parametrize(
        ("written", "kept"),
        [(" @Stadt.example ", "stadt.example"), ("xn--mhle-0ra.example", "mühle.example"), ("MÜHLE.example.", "mühle.example")],
    )
    def test_is_kept_as_addresses_are_compared(self, written: str, kept: str) -> None:
        assert add(written).domain == kept

    @pytest.mark.parametrize(
        "written",
        ["", "example", "a b.example", "anna@stadt.example", "-a.example", "a..example", "stadt.example/x", "1.2.3.4", "x" * 64 + ".de"],
    )
    def test_refuses_what_is_no_domain(self, written: str) -> None:
        with pytest.raises(CannotKeepDomain, match="keine E-Mail-Domain") as refusal:
            add(written)
        assert refusal.value.field == "domain"

    def test_refuses_where_everybody_has_an_address(self) -> None:
        with pytest.raises(CannotKeepDomain, match=r"gmx\.de"):
            add("GMX.de")

    def test_refuses_our_own(self) -> None:
        with pytest.raises(CannotKeepDomain, match="unsere eigene"):
            add("zentrale.example")

    def test_says_whose_it_is_already(self) -> None:
        add("stadt.example")

        with pytest.raises(CannotKeepDomain, match="Musterstadt"):
            add("stadt.example", MunicipalityFactory(slug="anders", name="Anders"))

    def test_refuses_a_municipality_that_we_do_not_work_for(self) -> None:
        with pytest.raises(CannotKeepDomain) as refusal:
            add("stadt.example", MunicipalityFactory(slug="weg", active=False))
        assert refusal.value.field == "municipality"

    def test_is_for_operators(self) -> None:
        with pytest.raises(CannotKeepDomain):
            add("stadt.example", by=agent())


class TestChange:
    def test_gives_it_to_another_one_and_leaves_people_as_they_are(self) -> None:
        domain, other = add("stadt.example"), MunicipalityFactory(slug="anders", name="Anders")
        first = take_in(mail(sender="a@stadt.example")).ticket

        domain_keeping.change(domain=domain, municipality=other, by=operator(), at=NOW)

        second = take_in(mail("Anderes", sender="b@stadt.example")).ticket
        first.refresh_from_db()
        assert (first.municipality.slug, second.municipality) == ("musterstadt", other)


class TestRemove:
    def test_new_people_belong_to_nobody(self) -> None:
        domain = add("stadt.example")

        domain_keeping.remove(domain=domain, by=operator(), at=NOW)

        assert take_in(mail(sender="a@stadt.example")).ticket.municipality is None
        with pytest.raises(CannotKeepDomain):
            domain_keeping.remove(domain=domain, by=operator(), at=NOW)


class TestStanding:
    def named(self, at: Any = NOW) -> mail_standing.Standing:
        with override_settings(MAIL_IMAP_URL="imaps://hilfe:geheim@mx.example/INBOX", MAIL_SMTP_URL=""):
            [found] = mail_standing.servers(at=at)
        return found

    def test_a_server_that_nobody_asked_yet_is_unknown(self) -> None:
        assert self.named().state == "unknown"
        assert "geheim" not in self.named().name

    def test_one_that_is_down_says_since_when_and_why(self) -> None:
        mailbox_state.is_down(name=self.named().name, trouble="weg", at=NOW)

        assert (self.named().state, self.named().box.down_since, self.named().box.trouble) == ("down", NOW, "weg")

    def test_one_that_was_fetched_is_in_order_until_nobody_fetches_it(self) -> None:
        box = mailbox_state.answers(name=self.named().name, at=NOW)
        mailbox_state.is_fetched(box=box, at=NOW)

        assert self.named(NOW + timedelta(minutes=5)).state == "ok"
        assert self.named(NOW + timedelta(minutes=11)).state == "late"

    def test_an_address_that_is_none_is_said(self) -> None:
        with override_settings(MAIL_IMAP_URL="pop3://x:geheim@y", MAIL_SMTP_URL=""):
            [found] = mail_standing.servers(at=NOW)
        assert (found.state, found.name) == ("wrong", "imap://?")

    def test_counts_what_waits_and_what_did_not_arrive(self) -> None:
        unsent(TicketFactory())
        take_in(mail("Neues", sender="a@stadt.example"))

        found = mail_standing.waiting()

        assert (found.waiting, found.undelivered, found.since) == (1, 1, NOW)
        assert not found.late(NOW + timedelta(minutes=9))
        assert found.late(NOW + timedelta(minutes=11))


class TestScreens:
    def test_an_operator_adds_changes_and_removes(self, client_of: Any) -> None:
        MunicipalityFactory()
        other = MunicipalityFactory(slug="anders", name="Anders")
        client = client_of(operator())

        client.post("/verwaltung/e-mail/", {"domain": "@Stadt.example", "municipality": "musterstadt"})
        domain = MailDomain.objects.get()
        assert "stadt.example" in client.get("/verwaltung/e-mail/").content.decode()
        client.post(f"/verwaltung/e-mail/domaenen/{domain.public_id}/", {"municipality": "anders"})
        assert MailDomain.objects.get().municipality == other
        client.post(f"/verwaltung/e-mail/domaenen/{domain.public_id}/entfernen/")
        assert not MailDomain.objects.exists()

    def test_what_is_wrong_is_said_and_stays_in_the_form(self, client_of: Any) -> None:
        MunicipalityFactory()

        page = client_of(operator()).post("/verwaltung/e-mail/", {"domain": "web.de", "municipality": "musterstadt"}).content.decode()

        assert "kann jeder eine Adresse haben" in page
        assert 'value="web.de"' in page

    def test_says_that_the_mailbox_is_down_and_since_when(self, client_of: Any) -> None:
        address = "imaps://hilfe:geheim@mx.example/INBOX"
        with override_settings(MAIL_IMAP_URL=address):
            name = mail_standing.servers(at=NOW)[0].name
            mailbox_state.is_down(name=name, trouble="ConnectionRefusedError", at=timezone.now())
            page = client_of(operator()).get("/verwaltung/e-mail/").content.decode()

        assert "ConnectionRefusedError" in page
        assert "Antwortet nicht seit" in page
        assert "geheim" not in page
        assert Mailbox.objects.get(name=name).down_since is not None

    def test_a_program_that_has_read_another_owner_overwrites_nothing(self, api_client: Any) -> None:
        client, towns = api_client(operator()), [MunicipalityFactory(slug=slug, name=slug) for slug in ("eins", "zwei", "drei")]
        made = client.post("/api/v1/mail-domains/", {"domain": "stadt.example", "municipality": "eins"}, format="json")

        def give(slug: str) -> Any:
            address, etag = f"/api/v1/mail-domains/{made.data['id']}/", made["ETag"]
            return client.patch(address, {"municipality": slug}, format="json", headers={"If-Match": etag})

        first, stale = give("zwei"), give("drei")

        assert (first.status_code, first.json()["municipality"], stale.status_code) == (200, "zwei", 412)
        assert first["ETag"] != made["ETag"]
        domain = MailDomain.objects.get()
        with pytest.raises(domain_keeping.StaleDomain):
            domain_keeping.change(domain=domain, municipality=towns[2], by=operator(), at=NOW, seen=towns[0])

    def test_programs_keep_them_too(self, api_client: Any) -> None:
        MunicipalityFactory()
        client = api_client(operator())

        made = client.post("/api/v1/mail-domains/", {"domain": "stadt.example", "municipality": "musterstadt"}, format="json")
        again = client.post("/api/v1/mail-domains/", {"domain": "stadt.example", "municipality": "musterstadt"}, format="json")
        address = f"/api/v1/mail-domains/{made.data['id']}/"

        assert (made.status_code, again.status_code) == (201, 400)
        assert api_client(agent()).get("/api/v1/mail-domains/").status_code == 404
        assert api_client(agent()).delete(address).status_code == 404
        assert client.delete(address).status_code == 204
