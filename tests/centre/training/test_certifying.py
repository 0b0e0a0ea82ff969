"""Certificates: who gets which, under which number, what stands in them for ever, and how they are taken back."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pikepdf
import pytest

from tenants.centre import stores
from tests.centre.training.attended import AFTER, AWAY, HERE, begun, certified, held, places_of
from tests.centre.training_factories import BEGINS, requester, trainer
from training import certificate_sheets, certifying, examining
from training.attending import Mark
from training.certifying import CannotCertify
from training.models import Certificate, Notice, TrainingEvent


def issue(of, at=AFTER):  # type: ignore[no-untyped-def]
    return certifying.issue(date=of, by=trainer(), at=at)


def sheet(certificate):  # type: ignore[no-untyped-def]
    with stores.of_certificates().open_verified(certificate.sha256) as stream:
        return stream.read()


class TestIssue:
    def test_gives_one_to_all_who_attended_enough_in_the_order_of_names(self) -> None:
        who = [requester(display_name=name) for name in ("Cem", "Anna", "Bea")]

        made = issue(held(who=who))

        assert [(each.name, each.number, each.kind) for each in made] == [
            ("Anna", "2026-000001", "attendance"),
            ("Bea", "2026-000002", "attendance"),
            ("Cem", "2026-000003", "attendance"),
        ]

    @pytest.mark.parametrize(
        ("mark", "gets"),
        [(HERE, True), (Mark("present", 48), True), (Mark("present", 49), False), (Mark("excused"), False), (AWAY, False)],
    )
    def test_the_rule_is_a_share_of_the_minutes_that_were_taught(self, mark, gets) -> None:  # type: ignore[no-untyped-def]
        made = issue(held(1, marks=[mark]))  # 80 percent of 240 minutes

        assert bool(made) is gets

    def test_counts_over_all_sessions(self) -> None:
        of = begun(1, days=3, attendance_percent=66)
        from tests.centre.training.attended import sessions
        from training import attending

        [place] = places_of(of)
        for each, mark in zip(sessions(of), (HERE, AWAY, HERE), strict=True):
            attending.take(session=each, marks={place.pk: mark}, by=trainer(), at=AFTER)
        attending.finish(date=of, by=trainer(), at=AFTER)

        [made] = issue(of)

        assert [session["starts_at"][:10] for session in made.facts["sessions"]] == ["2026-04-14", "2026-04-16"]

    def test_waits_until_the_date_is_finished(self) -> None:
        with pytest.raises(CannotCertify, match="zuerst ab"):
            issue(begun(1))

    def test_a_second_click_issues_nothing_again(self) -> None:
        of = held(2)

        assert (len(issue(of)), len(issue(of))) == (2, 0)

    def test_with_an_examination_only_who_passed_gets_a_certificate(self) -> None:
        of = held(3, examination=True)
        passed, failed, _unknown = places_of(of)
        examining.enter_results(date=of, results={passed.pk: True, failed.pk: False}, by=trainer(), at=AFTER)

        issue(of)

        assert dict(Certificate.objects.values_list("enrolment", "kind")) == {passed.pk: "certificate", failed.pk: "attendance"}

    def test_whoever_passed_and_was_not_there_gets_nothing(self) -> None:
        of = held(1, examination=True, marks=[AWAY])
        examining.enter_results(date=of, results={places_of(of)[0].pk: True}, by=trainer(), at=AFTER)

        assert issue(of) == []

    def test_numbers_begin_anew_in_each_local_year_and_have_no_gaps(self) -> None:
        before = [each.number for each in issue(held(2), datetime(2026, 12, 31, 22, 59, tzinfo=UTC))]
        after = [each.number for each in issue(held(1), datetime(2026, 12, 31, 23, 1, tzinfo=UTC))]

        assert (before, after) == (["2026-000001", "2026-000002"], ["2027-000001"])

    def test_what_fails_gives_its_numbers_back(self, monkeypatch) -> None:  # type: ignore[no-untyped-def]
        of = held(1)
        with monkeypatch.context() as patched:
            patched.setattr(certifying.events, "enter_each", lambda **_more: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                issue(of)

        assert [each.number for each in issue(of)] == ["2026-000001"]

    def test_codes_are_long_and_all_different(self) -> None:
        codes = {each.code for each in issue(held(5))}

        assert len(codes) == 5
        assert {len(code) for code in codes} == {32}

    def test_is_for_trainers(self) -> None:
        with pytest.raises(CannotCertify, match="Trainer"):
            certifying.issue(date=held(1), by=requester(), at=AFTER)

    @pytest.mark.parametrize(("months", "until"), [(None, None), (10, date(2027, 2, 14)), (24, date(2028, 4, 14))])
    def test_says_until_when_it_counts_as_fresh(self, months, until) -> None:  # type: ignore[no-untyped-def]
        [made] = issue(held(1, valid_months=months))

        assert made.qualified_until == until

    def test_asks_no_more_queries_for_more_people(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        few, many = held(1), held(8)
        for of in (few, many):
            with django_assert_num_queries(5):
                certifying.outcomes(of)


class TestSheets:
    def test_a_sheet_is_made_once_kept_by_its_hash_and_told_of(self) -> None:
        [made] = certified(sheets=True)

        content = sheet(made)

        assert content.startswith(b"%PDF")
        assert made.size == len(content)
        assert certifying.make_sheets(at=AFTER) == 0
        assert Notice.objects.filter(kind="certificate").count() == 1

    def test_it_is_a_tagged_german_pdf_with_name_number_and_address(self) -> None:
        [made] = certified(sheets=True, who=[requester(display_name="J\u00fcrgen C\u0306elik-Ǧ")], title="Ablegen")
        with pikepdf.open(io.BytesIO(sheet(made))) as pdf:
            assert bool(pdf.Root.MarkInfo.Marked)
            assert str(pdf.Root.Lang) == "de"
            title = str(pdf.docinfo["/Title"])

        assert "J\u00fcrgen C\u0306elik-Ǧ" in title
        assert made.number in title

    def test_a_sheet_that_cannot_be_made_does_not_keep_others_from_theirs(self, monkeypatch, caplog) -> None:  # type: ignore[no-untyped-def]
        first, second = certified(2)
        real = certificate_sheets.sheet_of

        def breaking(certificate):  # type: ignore[no-untyped-def]
            return 1 / 0 if certificate.pk == first.pk else real(certificate)

        monkeypatch.setattr(certificate_sheets, "sheet_of", breaking)

        made = certifying.make_sheets(at=AFTER)

        assert made == 1
        assert first.number in caplog.text
        assert certifying.progress(second.enrolment.date) == (2, 1, 1)
        monkeypatch.undo()
        certifying.try_again(date=second.enrolment.date, by=trainer())
        certifying.make_sheets(at=AFTER)
        assert certifying.progress(second.enrolment.date) == (2, 2, 0)

    def test_the_sweep_of_attachments_leaves_them_alone(self) -> None:
        from hotline import attaching

        [made] = certified(sheets=True)

        attaching.sweep(now=AFTER.timestamp() * 2)

        assert stores.of_certificates().has(made.sha256)

    def test_all_of_a_date_are_printed_together(self) -> None:
        made = certified(2, sheets=True)

        with pikepdf.open(io.BytesIO(certificate_sheets.together(made))) as pdf:
            assert len(pdf.pages) == 2


class TestRevoke:
    def test_stays_as_it_was_issued_with_the_reason_and_tells_her(self) -> None:
        [made] = certified(sheets=True)

        certifying.revoke(certificate=made, reason="  Verwechselt ", by=trainer(), at=AFTER)

        found = Certificate.objects.get(pk=made.pk)
        assert (found.revoked_for, found.sha256, found.facts) == ("Verwechselt", made.sha256, made.facts)
        assert Notice.objects.get(once__startswith="revoked:").facts["reason"] == "Verwechselt"
        assert TrainingEvent.objects.get(act="revoke").changes == {"certificate": [made.number, None], "reason": [None, "Verwechselt"]}

    def test_refuses_without_a_reason_twice_and_for_others(self) -> None:
        [made] = certified()

        with pytest.raises(CannotCertify, match="Grund"):
            certifying.revoke(certificate=made, reason=" ", by=trainer(), at=AFTER)
        with pytest.raises(CannotCertify, match="Trainer"):
            certifying.revoke(certificate=made, reason="x", by=made.person, at=AFTER)
        certifying.revoke(certificate=made, reason="x", by=trainer(), at=AFTER)
        with pytest.raises(CannotCertify, match="bereits widerrufen"):
            certifying.revoke(certificate=made, reason="x", by=trainer(), at=AFTER)


class TestReissue:
    def test_makes_a_new_one_that_names_the_old_and_keeps_her_choice(self) -> None:
        [old] = certified()
        certifying.choose_shown(certificate=old, shown="full", by=old.person)
        old.person.display_name = "Neuer Name"
        old.person.save()

        new = certifying.reissue(certificate=old, reason="Geheiratet", by=trainer(), at=AFTER + timedelta(days=1))

        old.refresh_from_db()
        assert (new.replaces, new.number, new.name, new.shown) == (old, "2026-000002", "Neuer Name", "full")
        assert new.facts["replaces"] == old.number
        assert old.revoked_for == "Geheiratet"
        assert old.name != new.name

    def test_refuses_what_is_not_due_any_more(self) -> None:
        [old] = certified()
        old.enrolment.date.course.attendance_percent = 100
        old.enrolment.attendances.update(minutes_late=120)

        with pytest.raises(CannotCertify, match="50 Prozent"):
            certifying.reissue(certificate=old, reason="x", by=trainer(), at=AFTER)

        old.refresh_from_db()
        assert old.revoked_at is None


class TestChooseShown:
    def test_is_hers_alone(self) -> None:
        [made] = certified()

        with pytest.raises(CannotCertify):
            certifying.choose_shown(certificate=made, shown="full", by=trainer())
        with pytest.raises(CannotCertify):
            certifying.choose_shown(certificate=made, shown="alles", by=made.person)
        assert Certificate.objects.get(pk=made.pk).shown == "initials"


class TestVisibleTo:
    def test_hers_and_the_staffs_and_nobody_elses(self) -> None:
        from tests.centre.training_factories import supervisor_of

        [made] = certified()

        assert Certificate.objects.visible_to(made.person).count() == 1
        assert Certificate.objects.visible_to(trainer()).count() == 1
        assert not Certificate.objects.visible_to(requester()).exists()
        assert not Certificate.objects.visible_to(supervisor_of(made.person)).exists()


class TestEnterResults:
    def test_refuses_a_course_without_examination_before_it_begins_and_strangers(self) -> None:
        plain, examined, other = held(1), begun(1, examination=True), begun(1)

        for of, results, at in (
            (plain, {places_of(plain)[0].pk: True}, AFTER),
            (examined, {places_of(examined)[0].pk: True}, BEGINS - timedelta(hours=1)),
            (examined, {places_of(other)[0].pk: True}, AFTER),
        ):
            with pytest.raises(examining.CannotExamine):
                examining.enter_results(date=of, results=results, by=trainer(), at=at)

    def test_writes_old_and_new_down_and_stands_still_once_certified(self) -> None:
        of = held(1, examination=True)
        [place] = places_of(of)
        for passed in (False, True):
            examining.enter_results(date=of, results={place.pk: passed}, by=trainer(), at=AFTER)
        [made] = issue(of)

        assert [event.changes["passed"] for event in TrainingEvent.objects.filter(act="examine").order_by("pk")] == [
            [None, "False"],
            ["False", "True"],
        ]
        with pytest.raises(examining.CannotExamine, match=made.number):
            examining.enter_results(date=of, results={place.pk: False}, by=trainer(), at=AFTER)
