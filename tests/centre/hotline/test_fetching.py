"""Fetching from a real IMAP server, with the connection cut in between: each mail exactly once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import override_settings

from hotline import fetching, mail_store, receiving, tasks
from hotline.models import IncomingMail, Mailbox, Ticket
from tests.centre.hotline import imap_server
from tests.centre.hotline.imap_server import ImapServer, Wire
from tests.centre.hotline.mail_outcomes import OUTCOMES
from tests.centre.hotline.mails import NOW, SETTINGS, annas_ticket, mail
from tests.centre.hotline_factories import QueueFactory
from tests.foundation.mail.test_mails import MAILS


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with imap_server.started(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def server(dovecot: ImapServer, tmp_path: Path) -> Iterator[ImapServer]:
    """An empty mailbox that the settings name."""
    dovecot.empty()
    QueueFactory()
    with override_settings(**{**SETTINGS, "MAIL_IMAP_URL": dovecot.address()}, MAIL_STORE=tmp_path / "mails"):
        yield dovecot


@pytest.fixture
def wire(server: ImapServer) -> Iterator[Wire]:
    """The same mailbox behind a wire that can be cut."""
    wire = Wire(server.port)
    with override_settings(MAIL_IMAP_URL=server.address(wire.port)):
        yield wire
    wire.close()


def fetch() -> int:
    return fetching.fetch(now=lambda: NOW)


def unread(server: ImapServer) -> list[str]:
    with server.box() as box:
        return box.uids("UNSEEN")


def some_mails(count: int) -> list[bytes]:
    return [mail(f"Mail Nummer {number}\n" + "Zeile mit Text\n" * 50, subject=f"Frage {number}") for number in range(count)]


class TestFetch:
    def test_takes_in_what_is_there_and_marks_it_as_read(self, server: ImapServer) -> None:
        server.deliver(*some_mails(3))

        assert fetch() == 3

        assert sorted(Ticket.objects.values_list("subject", flat=True)) == ["Frage 0", "Frage 1", "Frage 2"]
        assert unread(server) == []
        assert list(IncomingMail.objects.order_by("uid").values_list("uid", flat=True)) == [1, 2, 3]

    def test_takes_in_only_what_is_new_the_next_time(self, server: ImapServer) -> None:
        server.deliver(*some_mails(2))
        fetch()
        server.deliver(mail("Neu", subject="Neu"))

        assert (fetch(), fetch(), Ticket.objects.count()) == (1, 0, 3)

    def test_takes_in_what_somebody_has_already_read(self, server: ImapServer) -> None:
        server.deliver(*some_mails(1))
        with server.box() as box:
            box.flag("1", "\\Seen", True)

        assert fetch() == 1

    def test_takes_in_some_at_a_time(self, server: ImapServer) -> None:
        server.deliver(*some_mails(5))

        assert [fetching.fetch(now=lambda: NOW, most=2) for _time in range(4)] == [2, 2, 1, 0]

    def test_keeps_the_very_bytes_of_each_awkward_mail(self, server: ImapServer) -> None:
        """All fixtures in one mailbox. The server makes CRLF of every line end, so the bytes are those that it gives out."""
        annas_ticket()
        names = sorted(OUTCOMES)
        server.deliver(*[(MAILS / f"{name}.eml").read_bytes() or b"\r\n" for name in names])
        with server.box() as box:
            kept = {int(uid): box.client.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1] for uid in box.uids("ALL")}
        assert len(kept) == len(names)

        fetch()

        assert Mailbox.objects.get().down_since is None
        assert Mailbox.objects.get().last_uid == len(names)
        for taken in IncomingMail.objects.all():
            assert mail_store.raw_of(taken.sha256) == kept[taken.uid]
        assert IncomingMail.objects.count() == len(set(kept.values()))

    def test_moves_what_was_taken_in_where_the_settings_say(self, server: ImapServer) -> None:
        server.deliver(*some_mails(3))

        with override_settings(MAIL_DONE_FOLDER="Erledigt"):
            fetch()
            server.deliver(mail("Neu"))
            fetch()

        with server.box() as box:
            assert box.uids("ALL") == []
            box.folder.set("Erledigt")
            assert len(box.uids("ALL")) == 4
        assert Ticket.objects.count() == 4

    def test_knows_mails_again_where_the_server_numbers_them_anew(self, server: ImapServer) -> None:
        mails = some_mails(3)
        server.deliver(*mails)
        fetch()
        before = Mailbox.objects.get().uidvalidity
        server.number_anew()
        server.deliver(mails[2], mails[0], mails[1], mail("Neu"))

        fetch()

        box_row = Mailbox.objects.get()
        assert box_row.uidvalidity != before
        assert (Ticket.objects.count(), IncomingMail.objects.count(), unread(server)) == (4, 4, [])

    def test_does_nothing_without_a_mailbox(self) -> None:
        with override_settings(MAIL_IMAP_URL=""):
            tasks.fetch_mail()

        assert not Mailbox.objects.exists()


class TestCutConnection:
    @pytest.mark.parametrize("count", [0, 20, 150, 400, 600, 700, 760, 800, 850, 1_000, 1_500, 2_500, 4_000, 6_000, 8_000, 9_500, 10_400])
    def test_loses_and_doubles_nothing(self, server: ImapServer, wire: Wire, count: int) -> None:
        server.deliver(*some_mails(8))
        wire.cut_after(count)
        fetch()
        wire.cut_after(count + 700)
        fetch()
        wire.cut_after(-1)

        fetch()

        assert sorted(Ticket.objects.values_list("subject", flat=True)) == [f"Frage {number}" for number in range(8)]
        assert IncomingMail.objects.count() == 8
        assert unread(server) == []
        assert Mailbox.objects.get().down_since is None

    def test_is_really_cut(self, server: ImapServer, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
        """Some of the places above lie in the middle: what was whole by then is in, and the rest is not."""
        server.deliver(*some_mails(8))
        monkeypatch.setattr(fetching, "AT_ONCE", 2)
        wire.cut_after(5_000)

        done = fetch()

        assert 0 < done < 8
        assert Ticket.objects.count() == done
        assert Mailbox.objects.get().trouble

    def test_a_process_that_ends_between_commit_and_marking_doubles_nothing(
        self, server: ImapServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Killed(BaseException):
            pass

        def killed(*_more: Any) -> None:
            raise Killed

        server.deliver(*some_mails(3))
        with monkeypatch.context() as patched:
            patched.setattr(fetching, "_finish_quietly", killed)
            with pytest.raises(Killed):
                fetch()
        assert (Ticket.objects.count(), len(unread(server))) == (3, 3)

        fetch()

        assert (Ticket.objects.count(), unread(server)) == (3, [])

    def test_a_database_that_goes_away_leaves_the_mail_where_it_is(self, server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
        server.deliver(*some_mails(3))
        real = receiving.taking_in.open_ticket

        def away(**named: Any) -> Any:
            if named["subject"] == "Frage 1":
                raise OperationalError("gone")
            return real(**named)

        with monkeypatch.context() as patched:
            patched.setattr(receiving.taking_in, "open_ticket", away)
            with pytest.raises(OperationalError):
                fetch()
        assert (Ticket.objects.count(), unread(server)) == (1, ["2", "3"])

        fetch()

        assert (Ticket.objects.count(), unread(server)) == (3, [])


class TestMailboxThatIsDown:
    def test_is_said_once_and_tried_again(self, server: ImapServer, caplog: pytest.LogCaptureFixture) -> None:
        server.deliver(*some_mails(1))
        nobody = f"imap+plain://hilfe:geheim@127.0.0.1:{imap_server.free_port()}/INBOX"
        caplog.set_level(logging.INFO)
        with override_settings(MAIL_IMAP_URL=nobody):
            for _time in range(3):
                assert fetch() == 0

        box = Mailbox.objects.get()
        assert box.down_since == NOW
        assert "refused" in box.trouble.lower()
        assert len([line for line in caplog.records if "is down" in line.getMessage()]) == 1
        assert "geheim" not in caplog.text + box.name + box.trouble

    def test_answers_again(self, server: ImapServer, wire: Wire) -> None:
        wire.cut_after(0)
        fetch()
        assert Mailbox.objects.get().down_since == NOW
        wire.cut_after(-1)

        fetch()

        assert (Mailbox.objects.get().down_since, Mailbox.objects.get().trouble) == (None, "")

    def test_may_refuse_the_password(self, server: ImapServer) -> None:
        with override_settings(MAIL_IMAP_URL=server.address().replace(imap_server.PASSWORD, "falsch")):
            fetch()

        assert Mailbox.objects.get().trouble

    @pytest.mark.parametrize("address", ["pop://x", "imaps://", "imaps://host:99999", "hilfe:geheim@host"])
    def test_may_have_an_address_that_is_none(self, server: ImapServer, address: str) -> None:
        with override_settings(MAIL_IMAP_URL=address):
            assert fetch() == 0

        assert "NoServer" in Mailbox.objects.get().trouble
        assert "geheim" not in Mailbox.objects.get().trouble
