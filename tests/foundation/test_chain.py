"""The hash chain: what is forged shows, what is erased by law does not break it."""

import hashlib
import json
import re
import textwrap
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from foundation import chain

AT = datetime(2026, 11, 22, 17, 50, 0, 120, tzinfo=UTC)


def make_link(after: chain.Head, *, title: str | None = "Bauantrag Müller", salt: str = "5a17" * 8, **facts: object) -> chain.Link:
    said = {
        "sequence": after.sequence + 1,
        "at": AT + timedelta(minutes=after.sequence),
        "act": "rename",
        "actor": "Ayşe Şahin",
        "object_kind": "RecordFile",
        "object_id": "0b1e7c1a-7a55-4a51-9f0e-0d5f2d0c3b11",
        "file_id": None,
        "actor_kind": "person",
        "digests": {"title": {"old": chain.salted_digest(None, salt), "new": chain.salted_digest(title, salt)}},
        "previous": after.hash,
        **facts,
    }
    return chain.Link(**said, hash=chain.entry_hash(**said))  # type: ignore[arg-type]


def make_chain(length: int = 6) -> list[chain.Link]:
    links: list[chain.Link] = []
    head = chain.Head()
    for _number in range(length):
        links.append(make_link(head))
        head = chain.Head(links[-1].sequence, links[-1].hash)
    return links


def broken_at(links: list[chain.Link], **how: chain.Head) -> list[int]:
    return [found.sequence for found in chain.verify(links, **how)]


class TestVerify:
    def test_finds_nothing_in_a_sound_chain(self):
        assert broken_at(make_chain()) == []

    def test_finds_nothing_in_an_empty_chain(self):
        assert broken_at([]) == []

    @pytest.mark.parametrize(
        "forgery",
        [
            {"actor": "Erika Muster"},
            {"actor_kind": "system"},
            {"act": "close"},
            {"at": AT + timedelta(days=1)},
            {"object_id": "another"},
            {"object_kind": "Document"},
            {"file_id": "some file"},
            {"digests": {}},
            {"on_behalf_of": "Erika Muster"},
        ],
        ids=lambda forgery: next(iter(forgery)),
    )
    def test_finds_the_one_row_that_was_changed(self, forgery):
        links = make_chain()
        links[2] = replace(links[2], **forgery)

        assert broken_at(links) == [3]

    @pytest.mark.parametrize("forged", ["", "Erika Muster"])
    def test_finds_that_somebody_else_was_named_for_whom_it_was_done(self, forged):
        links = make_chain(2)
        links.append(make_link(chain.Head(2, links[1].hash), on_behalf_of="Max Abwesend"))
        assert broken_at(links) == []

        links[2] = replace(links[2], on_behalf_of=forged)

        assert broken_at(links) == [3]

    def test_hashes_rows_without_that_name_as_before_it_existed(self):
        link = make_link(chain.Head())
        said = {name: value for name, value in asdict(link).items() if name not in ("hash", "actor_id", "on_behalf_of")}
        as_before = json.dumps(
            {**said, "at": chain.canonical_time(link.at)}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

        assert link.hash == hashlib.sha256(as_before).hexdigest()

    def test_finds_a_changed_row_whose_hash_was_made_to_fit(self):
        links = make_chain()
        links[2] = make_link(chain.Head(2, links[1].hash), act="close")

        assert broken_at(links) == [4]

    def test_finds_a_deleted_row(self):
        links = make_chain()
        del links[2]

        assert broken_at(links) == [4]

    def test_finds_a_deleted_row_though_the_rest_was_numbered_anew(self):
        links = make_chain()
        renumbered = [link if link.sequence < 3 else replace(link, sequence=link.sequence - 1) for link in links if link.sequence != 3]

        assert broken_at(renumbered)[0] == 3

    def test_finds_a_deleted_beginning(self):
        assert broken_at(make_chain()[1:]) == [2]

    def test_finds_an_inserted_row(self):
        links = make_chain()
        links.insert(3, make_link(chain.Head(2, links[1].hash), act="close"))

        assert broken_at(links) == [3]

    def test_finds_rows_that_were_exchanged(self):
        links = make_chain()
        links[1], links[2] = links[2], links[1]

        assert broken_at(links)

    def test_finds_cut_off_rows_by_a_head_written_down_before(self):
        links = make_chain()
        written_down = chain.Head(6, links[5].hash)

        assert broken_at(links[:4]) == []
        assert broken_at(links[:4], until=written_down) == [6]
        assert broken_at(links, until=written_down) == []

    def test_checks_a_part_from_a_known_head(self):
        links = make_chain()

        assert broken_at(links[3:], after=chain.Head(3, links[2].hash)) == []
        assert broken_at(links[3:], after=chain.Head(3, "f" * 64)) == [4]

    def test_holds_when_the_database_gives_time_and_keys_in_another_form(self):
        links = make_chain()
        berlin = timezone(timedelta(hours=1))
        reread = [
            replace(link, at=link.at.astimezone(berlin), digests={"title": dict(reversed(link.digests["title"].items()))}) for link in links
        ]

        assert broken_at(reread) == []


class TestSaltedDigest:
    def test_says_nothing_without_its_salt(self):
        assert chain.salted_digest("Müller", "a" * 32) != chain.salted_digest("Müller", "b" * 32)

    def test_knows_no_value_from_an_empty_one(self):
        assert chain.salted_digest(None, "a") != chain.salted_digest("", "a")

    def test_fits_the_value_that_was_entered_and_no_other(self):
        digest = chain.salted_digest("Müller", "salt")

        assert chain.fits(digest, "Müller", "salt")
        assert not chain.fits(digest, "Möller", "salt")

    def test_accepts_an_erased_value(self):
        digest = chain.salted_digest("Müller", "salt")

        assert chain.fits(digest, None, None)

    def test_digests_text_that_is_no_unicode(self):
        assert len(chain.salted_digest("\ud800", "salt")) == 64


class TestEntryHash:
    def test_refuses_a_moment_without_a_time_zone(self):
        with pytest.raises(ValueError, match="time zone"):
            make_link(chain.Head(), at=datetime(2026, 1, 1))  # noqa: DTZ001

    def test_stays_what_it_was_for_chains_that_exist(self):
        link = make_link(chain.Head())

        assert link.hash == "9351c605b171f003b35deed8041a69cf2e9bb57572a6438b8cd67edf7ca7fdda"


class TestOutsider:
    """The program in the module's documentation is run as it stands there."""

    program = textwrap.dedent(re.search(r"^    import hashlib.*?(?=^\S)", chain.__doc__ or "", re.S | re.M).group())  # type: ignore[union-attr]

    def rows(self) -> list[dict]:
        links = make_chain()
        return json.loads(json.dumps([asdict(link) | {"at": chain.canonical_time(link.at)} for link in links]))

    def test_finds_a_sound_chain_sound(self):
        assert len(self.program.strip().splitlines()) <= 20

        exec(self.program, {"rows": self.rows()})

    def test_finds_a_changed_row(self):
        rows = self.rows()
        rows[3]["actor"] = "Erika Muster"

        with pytest.raises(AssertionError, match="was changed"):
            exec(self.program, {"rows": rows})
