"""Whom rights reach: who may see a unit or a file and why, and what an act on its rights changes before it is done.

The rows of rights are few; they are compared in memory, so that a unit with a hundred thousand files below costs what an empty one does.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from tenants.models import Membership, Office, Substitute, User

from . import granting, rights
from .models import Document, EmergencyAccess, FilePlanUnit, RecordFile, Reminder
from .models.access import LEVEL_READ, LEVEL_WRITE, LEVELS
from .rights import Grant

Target = FilePlanUnit | RecordFile


@dataclass(frozen=True)
class Reason:
    """Why somebody has a level: a grant to her or to an office of hers, standing in for `behalf`, or emergency access until a moment."""

    level: int
    grant: Grant | None = None
    behalf: User | None = None
    until: datetime | None = None

    @property
    def office(self) -> Office | None:
        return self.grant.holder if self.grant is not None and isinstance(self.grant.holder, Office) else None


@dataclass
class Reached:
    """A person with everything that gives her a level; `level` is the highest."""

    person: User
    reasons: list[Reason] = field(default_factory=list)

    @property
    def level(self) -> int:
        return max((reason.level for reason in self.reasons), default=0)

    @property
    def label(self) -> str:
        return level_word(self.level)

    @property
    def decisive(self) -> list[Reason]:
        """The reasons that give the highest level."""
        return [reason for reason in self.reasons if reason.level == self.level]


@dataclass(frozen=True)
class OpenWork:
    """What somebody has in hand: documents taken out for editing, open reminders (of hers or of her offices), files led by her offices."""

    documents: int = 0
    reminders: int = 0
    led_files: int = 0

    def __bool__(self) -> bool:
        return bool(self.documents or self.reminders or self.led_files)


@dataclass(frozen=True)
class Change:
    """What an act does to one person: her level before and after, and through what she has (had) the higher one."""

    person: User
    before: int
    after: int
    through: Sequence[Reason]
    work: OpenWork = OpenWork()

    @property
    def before_label(self) -> str:
        return level_word(self.before)

    @property
    def after_label(self) -> str:
        return level_word(self.after)


@dataclass(frozen=True)
class Preview:
    """What an act would do: who gains, who loses, and how many files it concerns. `seal` tells whether that is still so when it is confirmed."""

    gains: list[Change]
    loses: list[Change]
    files: int
    seal: str

    @property
    def with_work(self) -> list[Change]:
        return [change for change in self.loses if change.work]


def level_word(level: int) -> str:
    words = rights.right_words()
    return next((words[right] for right, known in LEVELS.items() if known == level), rights.no_right())


def of_file(*, file: RecordFile, at: datetime, grants: Sequence[Grant] | None = None) -> list[Reached]:
    """Who may see a file and why, by name: by grants, as substitutes, by emergency access.

    At most seven queries; four fewer if the caller has the `grants` that hold for it (rights.grants_on_file).
    """
    known = rights.grants_on_file(file=file) if grants is None else grants
    return _by_name(_reached(known, at=at, file=file, restricted=file.scope.restricted))


def preview_grant(*, target: Target, to: granting.Holder, right: str, at: datetime) -> Preview:
    """What giving this right would do."""
    given = Grant(to, right, target, True)
    before = _grants_on(target)
    return _compared(target, before, [*(each for each in before if not _same(each, given)), given], at)


def preview_revoke(*, target: Target, of: granting.Holder, right: str, at: datetime) -> Preview:
    """What taking this right away would do."""
    taken = Grant(of, right, target, True)
    before = _grants_on(target)
    return _compared(target, before, [each for each in before if not _same(each, taken)], at)


def preview_restriction(*, file: RecordFile, restricted: bool, by: User, at: datetime) -> Preview:
    """What narrowing a file, or lifting that, would do."""
    before = rights.grants_on_file(file=file)
    own = [each for each in before if each.own]
    if not restricted:
        above = [replace(each, own=False) for each in rights.grants_on_unit(unit=file.unit)]
        return _compared(file, before, [*own, *above], at, becomes=False)
    keeper = granting.keeper_of(file, by)
    kept = [Grant(keeper, "manage_records", file, True)] if keeper is not None else []
    return _compared(file, before, [*own, *kept], at, becomes=True)


def _grants_on(target: Target) -> list[Grant]:
    return rights.grants_on_unit(unit=target) if isinstance(target, FilePlanUnit) else rights.grants_on_file(file=target)


def _same(one: Grant, other: Grant) -> bool:
    return one.own and one.right == other.right and one.holder == other.holder


def _compared(target: Target, before: list[Grant], after: list[Grant], at: datetime, becomes: bool | None = None) -> Preview:
    file = target if isinstance(target, RecordFile) else None
    was = file is not None and file.scope.restricted
    had = _reached(before, at=at, file=file, restricted=was)
    has = _reached(after, at=at, file=file, restricted=was if becomes is None else becomes)
    changes = []
    for pk in had.keys() | has.keys():
        old, new = had.get(pk), has.get(pk)
        levels = old.level if old else 0, new.level if new else 0
        if levels[0] != levels[1]:
            higher = new if levels[1] > levels[0] else old
            assert higher is not None
            changes.append(Change(higher.person, *levels, higher.decisive))
    changes.sort(key=lambda change: (str(change.person).casefold(), change.person.pk))
    concerned = concerned_files(target)
    loses = [change for change in changes if change.after < change.before]
    work = open_work(files=concerned, people=[change.person for change in loses if change.after < LEVEL_WRITE])
    loses = [replace(change, work=work.get(change.person.pk, OpenWork())) for change in loses]
    said = ",".join(f"{change.person.pk}:{change.before}>{change.after}" for change in changes)
    seal = hashlib.sha256(said.encode()).hexdigest()[:24]
    return Preview([change for change in changes if change.after > change.before], loses, concerned.count(), seal)


def concerned_files(target: Target) -> QuerySet[RecordFile]:
    """The files that a right on a unit or a file is about; those with an access restriction keep to themselves."""
    if isinstance(target, RecordFile):
        return RecordFile.objects.filter(pk=target.pk)
    return RecordFile.objects.filter(unit__path__startswith=target.path, scope__restricted=False)


def open_work(*, files: QuerySet[RecordFile], people: Iterable[User]) -> dict[int, OpenWork]:
    """What people have in hand in some files, by person. Five queries, none if there is nobody."""
    keys = {person.pk for person in people}
    if not keys:
        return {}
    documents = Document.objects.filter(file__in=files, checked_out_by__in=keys, cancelled_at__isnull=True)
    reminders = Reminder.objects.open().filter(file__in=files)
    offices: dict[int, set[int]] = defaultdict(set)
    for user, office in Membership.objects.filter(user__in=keys).values_list("user_id", "office_id"):
        offices[user].add(office)
    known = set().union(*offices.values()) if offices else set()
    taken = _counted(documents, "checked_out_by")
    own = _counted(reminders.filter(person__in=keys), "person")
    shared = _counted(reminders.filter(office__in=known), "office")
    led = _counted(files.filter(lead_office__in=known, status__in=[RecordFile.Status.OPEN, RecordFile.Status.DRAFT]), "lead_office")
    return {
        key: OpenWork(
            documents=taken.get(key, 0),
            reminders=own.get(key, 0) + sum(shared.get(office, 0) for office in offices[key]),
            led_files=sum(led.get(office, 0) for office in offices[key]),
        )
        for key in keys
    }


def _counted(rows: QuerySet[Any], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(n=Count("pk")))


def _by_name(reached: dict[int, Reached]) -> list[Reached]:
    return sorted(reached.values(), key=lambda each: (-each.level, str(each.person).casefold(), each.person.pk))


def _reached(grants: Iterable[Grant], *, at: datetime, file: RecordFile | None = None, restricted: bool = False) -> dict[int, Reached]:
    """The persons behind grants, by key: directly, as members of offices, as their substitutes, by emergency access."""
    found: dict[int, Reached] = {}
    offices: dict[int, list[Grant]] = defaultdict(list)
    for grant in grants:
        if isinstance(grant.holder, Office):
            offices[grant.holder.group_id].append(grant)
        elif grant.holder.is_active:
            _add(found, grant.holder, Reason(LEVELS[grant.right], grant))
    members = User.groups.through.objects.filter(group_id__in=offices, user__is_active=True).select_related("user")
    for member in members if offices else []:
        for grant in offices[member.group_id]:
            _add(found, member.user, Reason(LEVELS[grant.right], grant))
    _add_substitutes(found, at=at, named_for=file if restricted else None)
    if file is not None and restricted:
        allowed = EmergencyAccess.objects.filter(file=file, approved_at__isnull=False, until__gt=at, asked_by__is_active=True)
        for access in allowed.select_related("asked_by"):
            _add(found, access.asked_by, Reason(LEVEL_READ, until=access.until))
    return found


def _add_substitutes(found: dict[int, Reached], *, at: datetime, named_for: RecordFile | None) -> None:
    """Those who stand in today for somebody found; in a restricted file only if it was named for them. Their substitutes again get nothing."""
    standing: QuerySet[Substitute] = Substitute.objects.in_force(on=timezone.localdate(at))
    standing = standing.filter(absent__in=list(found), deputy__is_active=True).select_related("deputy", "absent")
    if named_for is not None:
        standing = standing.filter(named_files__file=named_for)
    levels = {pk: reached.level for pk, reached in found.items()}
    for substitute in standing.order_by("pk") if found else []:
        _add(found, substitute.deputy, Reason(levels[substitute.absent_id], behalf=substitute.absent))


def _add(found: dict[int, Reached], person: User, reason: Reason) -> None:
    found.setdefault(person.pk, Reached(person)).reasons.append(reason)
