"""Who is anonymised is nowhere any more: neither in the database nor in a store, however it was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.utils import timezone
from knox.models import AuthToken

from hotline import anonymising, answering, attaching, handling, mail_store, merging, protecting, retaining, searching, taking_in
from hotline.models import (
    AnonymousPerson,
    Article,
    Attachment,
    IncomingMail,
    Message,
    OutgoingMail,
    ProtectionEntry,
    Ticket,
    TicketEvent,
    UnneededBytes,
)
from tenants.centre import stores
from tenants.centre.models import Contact
from tenants.models import User
from tests.centre.hotline.everything import EMAIL, NAME, SPELLINGS, asked_by, build, dump, empty_tables, plant, zita
from tests.centre.hotline.mails import SETTINGS, mail, take_in
from tests.centre.hotline_factories import AT, QueueFactory, TicketFactory, agent, requester


@pytest.fixture(autouse=True)
def _mail_settings(tmp_path: Path) -> Iterator[None]:
    with override_settings(**SETTINGS, MAIL_STORE=tmp_path / "mails", VAR=tmp_path):
        yield


def anonymise(person: User, by: User, confirmed: str = NAME) -> None:
    anonymising.anonymise(person=person, confirmed=confirmed, by=by, at=AT)


def everything_kept() -> list[str]:
    """The bytes of all stores, as text in small letters."""
    found = []
    for store in (stores.of_centre(), stores.of_certificates(), mail_store.store(), protecting.exports()):
        for sha256 in store.objects():
            with store.open(sha256) as opened:
                found.append(opened.read().decode("utf-8", errors="ignore").lower())
    return found


class TestNothingIsLeft:
    def test_no_column_of_no_table_and_no_store_names_her(self, operator: User) -> None:
        person = build()
        assert empty_tables() == set(), "a new table needs a row in tests/centre/hotline/everything.py, so that it is not forgotten"
        planted = plant()
        assert len(planted) > 100, planted
        assert any(EMAIL in row for _table, row in dump())

        anonymise(person, operator)
        protecting.empty_stores(at=timezone.now() + timedelta(hours=1))

        left = {(table, spelling) for table, row in dump() for spelling in SPELLINGS if spelling.lower() in row}
        assert left == set()
        assert not [kept for kept in everything_kept() for spelling in SPELLINGS if spelling.lower() in kept]
        assert not UnneededBytes.objects.filter(place="mails").exists()

    def test_the_search_finds_her_no_more_and_her_requests_by_their_matter(self, operator: User) -> None:
        QueueFactory()
        person = zita()
        ticket = asked_by(person)

        anonymise(person, operator)

        staff = agent()
        assert list(searching.tickets(Ticket.objects.all(), person=staff, text="Zwiebelknecht")) == []
        assert [found.number for found in searching.tickets(Ticket.objects.all(), person=staff, text="geschickt")] == [ticket.number]


class TestWhatStays:
    def test_numbers_states_and_statistics(self, operator: User) -> None:
        QueueFactory()
        person = zita()
        ticket = asked_by(person)
        before = Ticket.objects.values("number", "state", "municipality", "queue", "created_at", "solved_at", "requester").get(pk=ticket.pk)
        messages = Message.objects.filter(ticket=ticket).count()

        anonymise(person, operator)

        assert Ticket.objects.values(*before).get(pk=ticket.pk) == before
        assert Message.objects.filter(ticket=ticket).count() == messages
        assert Message.objects.filter(ticket=ticket).in_order().first().body == "Bitte rufen Sie [anonymisiert] an: [anonymisiert]."
        assert TicketEvent.objects.filter(ticket=ticket, actor="[anonymisiert]", act="open").exists()

    def test_the_account_is_nobodys(self, operator: User) -> None:
        QueueFactory()
        person = zita()
        AuthToken.objects.create(user=person)

        anonymise(person, operator)

        found = User.objects.get(pk=person.pk)
        assert (found.display_name, found.email, found.telephone, found.is_active) == ("Anonymisierte Person", "", "", False)
        assert found.username.startswith("anonym-")
        assert not found.has_usable_password()
        assert found.role_names == frozenset()
        assert not AuthToken.objects.filter(user=person).exists()
        assert not Contact.objects.filter(person=person).exists()

    def test_others_with_the_same_name_keep_theirs(self, operator: User) -> None:
        QueueFactory()
        person = zita()
        namesake = requester(display_name=NAME, email="andere@musterstadt.example")
        theirs = taking_in.open_ticket(subject="Anderes", body=f"Hier schreibt {NAME}.", by=namesake, at=AT)
        hers = asked_by(person)

        assert anonymising.preview(person=person, by=operator).shared == ["Name"]
        anonymise(person, operator)

        assert User.objects.get(pk=namesake.pk).display_name == NAME
        assert Message.objects.get(ticket=theirs).body == f"Hier schreibt {NAME}."
        assert not [m for m in Message.objects.filter(ticket=hers) if NAME in m.body]

    def test_a_word_that_is_like_her_name_stays_where_it_is_none(self, operator: User) -> None:
        QueueFactory()
        person = requester(display_name="Anna Kurz", email="a.kurz@beispielheim.example")
        other = TicketFactory(body="Kurz gesagt: Anna fehlt.")
        hers = TicketFactory(requester=person, state="closed", solved_at=AT, body="Nach kurzer Zeit, kurz vor zwölf. Frau Kurz")

        anonymise(person, operator, "Anna Kurz")

        assert Message.objects.get(ticket=other).body == "Kurz gesagt: Anna fehlt."
        assert Message.objects.get(ticket=hers).body == "Nach kurzer Zeit, kurz vor zwölf. Frau [anonymisiert]"

    def test_a_published_article_loses_her_name_and_nothing_else_changes_it(self, operator: User) -> None:
        person = build()

        anonymise(person, operator)

        found = Article.objects.get()
        assert found.title == "Was [anonymisiert] fragte"
        assert found.versions.get().steps[0]["text"] == "Von [anonymisiert]."
        with pytest.raises(Exception, match="published version"):
            found.versions.update(title="Anders")

    def test_mails_stay_as_facts(self, operator: User) -> None:
        QueueFactory()
        raw = mail("Hilfe", sender=f"{NAME} <{EMAIL}>", Message_ID="<1@beispielheim.example>")
        arrived = take_in(raw)
        answering.say(ticket=arrived.ticket, body="Gern.", by=agent(), at=AT)
        OutgoingMail.objects.filter(kind="reply").update(sent_at=AT, next_try_at=None)
        handling.close(ticket=arrived.ticket, by=agent(), at=AT)

        anonymise(arrived.message.author, operator)

        known = IncomingMail.objects.get()
        assert (known.ticket, known.sender_address, known.text, known.reason) == (arrived.ticket, "", "", "removed")
        assert [m.to_address for m in OutgoingMail.objects.all()] == [f"{OutgoingMail.objects.get().pk}@anonym.invalid"]
        assert take_in(raw, minutes=5).pk == known.pk, "the same mail does not come a second time"

    def test_who_comes_again_is_a_new_contact(self, operator: User) -> None:
        QueueFactory()
        first = take_in(mail("Hilfe", sender=EMAIL))
        handling.close(ticket=first.ticket, by=agent(), at=AT)
        author = first.message.author
        anonymise(author, operator, author.display_name)

        again = take_in(mail("Noch einmal Hilfe", sender=EMAIL), minutes=10)

        assert again.message.author.pk != author.pk
        assert again.ticket.pk != first.ticket.pk


class TestRefuses:
    def test_while_she_has_an_open_request(self, operator: User) -> None:
        ticket = TicketFactory(requester=zita())

        with pytest.raises(anonymising.CannotAnonymise, match=ticket.number):
            anonymise(ticket.requester, operator)

    def test_while_hers_goes_on_in_another_ones_request(self, operator: User) -> None:
        hers, other = TicketFactory(requester=zita()), TicketFactory()
        merging.merge(ticket=hers, into=other, by=agent(), at=AT)

        with pytest.raises(anonymising.CannotAnonymise, match=other.number):
            anonymise(hers.requester, operator)

    def test_while_a_request_of_hers_is_held(self, operator: User) -> None:
        ticket = TicketFactory(requester=zita(), state="closed", solved_at=AT)
        retaining.hold(ticket=ticket, reason="Klage", by=operator, at=AT)

        with pytest.raises(anonymising.CannotAnonymise, match="Sperre"):
            anonymise(ticket.requester, operator)

    def test_while_a_mail_put_aside_names_her(self, operator: User) -> None:
        person = zita()
        take_in(mail("Ich bin weg.", sender=EMAIL, Auto_Submitted="auto-replied"))

        with pytest.raises(anonymising.CannotAnonymise, match="E-Mail"):
            anonymise(person, operator)

    def test_staff_others_than_operators_a_wrong_name_and_a_second_time(self, operator: User) -> None:
        person, staff = zita(), agent(display_name=NAME)

        for someone, by, typed in ((staff, operator, NAME), (person, agent(), NAME), (person, operator, "Zita")):
            with pytest.raises(anonymising.CannotAnonymise):
                anonymise(someone, by, typed)
        assert User.objects.get(pk=person.pk).display_name == NAME
        anonymise(person, operator)
        with pytest.raises(anonymising.CannotAnonymise, match="bereits"):
            anonymise(person, operator, "Anonymisierte Person")
        assert AnonymousPerson.objects.count() == 1


class TestBesides:
    def test_it_is_journaled_without_her_name(self, operator: User) -> None:
        QueueFactory()
        person = zita()
        asked_by(person)

        anonymise(person, operator)

        entry = ProtectionEntry.objects.get(act="anonymise")
        assert (entry.about, entry.actor) == (str(person.public_id), str(operator))
        assert entry.changes["tickets"] == [1, None]

    def test_her_sessions_end_and_nobody_elses(self, operator: User, client_of: object) -> None:
        person, other = zita(), agent()
        client_of(person), client_of(other)  # type: ignore[operator]
        before = Session.objects.count()

        anonymise(person, operator)

        assert Session.objects.count() == before - 1

    def test_files_of_others_stay_and_the_same_bytes_are_kept_for_them(self, operator: User) -> None:
        QueueFactory()
        person = zita()
        hers = asked_by(person)
        mine = taking_in.open_ticket(subject="Gleich", body="Anbei.", by=requester(), at=AT, files=_same_file(hers))

        anonymise(person, operator)
        protecting.empty_stores(at=timezone.now() + timedelta(hours=1))

        assert stores.of_centre().has(Attachment.objects.get(message__ticket=mine).sha256)
        assert not Attachment.objects.filter(message__ticket=hers).exists()

    def test_a_preview_costs_the_same_for_any_number_of_rows(self, operator: User, queries: object) -> None:
        person = zita()
        counts = []
        for _time in range(2):
            for _each in range(3):
                TicketFactory(requester=person, state="closed", solved_at=AT)
            with queries() as asked:  # type: ignore[operator]
                anonymising.preview(person=User.objects.get(pk=person.pk), by=User.objects.get(pk=operator.pk))
            counts.append(len(asked))
        assert counts[0] == counts[1]


def _same_file(ticket: Ticket) -> list[attaching.Kept]:
    return attaching.again(Attachment.objects.filter(message__ticket=ticket, message__author=ticket.requester))
