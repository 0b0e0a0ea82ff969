"""Putting several documents of a file together: the first one gets a version with all pages, the others are cancelled with the reason why.

Nothing is lost by that: the first one's older version stays, and a cancelled document stays with all its versions and can be restored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import (
    description,
    filing,
    indexing,
    intake,
    journal,
    journal_reading,
    numbering,
    page_following,
    page_making,
    rearranging,
    sentences,
)
from .models import CrossReference, Document, DocumentVersion, Participant, ProtectionNeed, RecordFile, Reminder
from .page_following import Place
from .rearranging import CannotRearrange, Chosen
from .taking_apart import Together

MOST_DOCUMENTS = 50


@dataclass(frozen=True)
class Merged:
    """The document that holds all pages now, and what is needed to take it apart again."""

    document: Document
    together: Together


class BadTitle(CannotRearrange):
    """The title cannot be used."""


def merge(
    *,
    documents: Sequence[Document],
    by: User,
    at: datetime,
    title: str = "",
    seen: Mapping[int, int] | None = None,
    despite_signature: bool = False,
) -> Merged:
    """Put documents of one file together in this order: the first one holds all pages then.

    It keeps its place and what is said of it, gets the `title` (if one is given) and the highest protection need among them. Attachments,
    participants, cross-references and reminders of the others become its own; what belongs to their pages goes along. `seen`: by primary key, the
    numbers of the versions that the clerk has seen. All is done or nothing.
    Raises CannotRearrange, BadTitle, rearranging.Stale, page_making.CannotTakePages, page_making.Signed.
    """
    seen = seen or {}
    _refuse_bad_choice(documents)
    title = _checked_title(title, at)
    versions = [rearranging.fit(one, seen=seen.get(one.pk), by=by, despite_signature=despite_signature) for one in documents]
    page_making.refuse_too_much(versions)
    taken = [[Chosen(number) for number in range(1, (version.page_count or 0) + 1)] for version in versions]
    parts = tuple(rearranging.part_of(pages, place, documents[place].title) for place, pages in enumerate(taken))
    [made] = page_making.make(versions, [page_making.Wanted(parts, title=title or documents[0].title)])
    with current.atomic():
        file, rows = _hold_still(documents, versions, by)
        first, others = rows[0], rows[1:]
        before = _as_it_is(first, others, versions)
        told = _describe(first, others, title)
        comment = _comment(versions, others, made.remarks)
        new = rearranging.put_new_version(first, made, comment=comment, by=by, at=at)
        followed = page_following.follow(documents=rows, moved=_places(rows, taken))
        attached = _bring_along(file, first, others, by)
        told |= {**rearranging.version_told(versions[0], new), "documents": (len(rows), 1), **followed.get(first.pk, {})}
        entries = [journal.Entry("merge", "Document", first.public_id, file.public_id, told)]
        entries += _told_of_others(file, first, others, versions[1:], followed)
        journal.enter_all(entries=[*entries, *attached], by=by, at=at)
        _cancel(first, others, by, at)
    return Merged(first, replace(before, made=new.number, revision=first.revision))


def _as_it_is(first: Document, others: Sequence[Document], versions: Sequence[DocumentVersion]) -> Together:
    """What hangs on the documents now, and what the first one is called."""
    keys = [one.pk for one in others]
    attached = Document.objects.filter(parent__in=keys, cancelled_at__isnull=True).exclude(pk__in=[first.pk, *keys])
    lists = (
        (attached, "parent"),
        (Participant.objects.filter(document__in=keys), "document"),
        (CrossReference.objects.filter(document__in=keys), "document"),
        (Reminder.objects.waiting().filter(document__in=keys), "document"),
    )
    hanging = [tuple(rows.order_by("pk").values_list("public_id", f"{owner}__public_id")) for rows, owner in lists]
    return Together(
        first=first.public_id,
        revision=first.revision,
        before=versions[0].number,
        made=0,
        title=first.title,
        protection_need=first.protection_need,
        parent=first.parent.public_id if first.parent is not None and first.parent_id in keys else None,
        others=tuple((one.public_id, version.page_count or 0) for one, version in zip(others, versions[1:], strict=True)),
        attachments=hanging[0],
        participants=hanging[1],
        cross_references=hanging[2],
        reminders=hanging[3],
    )


def _refuse_bad_choice(documents: Sequence[Document]) -> None:
    if len({one.pk for one in documents}) < max(len(documents), 2):
        raise CannotRearrange(_("Please choose at least two different documents."))
    if len(documents) > MOST_DOCUMENTS:
        raise CannotRearrange(_("At most %(most)s documents are put together at once.") % {"most": MOST_DOCUMENTS})
    if len({one.file_id for one in documents}) > 1:
        raise CannotRearrange(_("The documents must lie in the same file."))
    if any(one.draft for one in documents):
        raise CannotRearrange(_("A draft is neither split nor put together with others; please register it first."))


def _checked_title(title: str, at: datetime) -> str:
    if not title.strip():
        return ""
    try:
        return str(description.tidied({"title": title}, today=timezone.localdate(at))["title"])
    except description.BadDescription as refusal:
        raise BadTitle(refusal.errors["title"]) from refusal


def _hold_still(documents: Sequence[Document], versions: Sequence[DocumentVersion], by: User) -> tuple[RecordFile, list[Document]]:
    """Lock file and documents, always in the same order, with their standing attachments. Raises CannotRearrange, Stale."""
    file: RecordFile = RecordFile.objects.select_for_update(of=("self",)).get(pk=documents[0].file_id)
    numbers = {one.pk: version.number for one, version in zip(documents, versions, strict=True)}
    found = {}
    for one in sorted(documents, key=lambda each: each.pk):
        _file, found[one.pk] = rearranging.hold_still(document=one, seen=numbers[one.pk], by=by)
        if found[one.pk].file_id != file.pk:
            raise rearranging.Stale(journal_reading.moved_away(one, file=file))
    return file, [found[one.pk] for one in documents]


def _describe(first: Document, others: Sequence[Document], title: str) -> dict[str, journal.Change]:
    """Give the first one the title and the highest protection need; what has changed is told."""
    needs = list(ProtectionNeed.values)
    need = max((one.protection_need for one in (first, *others)), key=needs.index)
    told: dict[str, journal.Change] = {}
    for name, value in (("title", title or first.title), ("protection_need", need)):
        if getattr(first, name) != value:
            told[name] = (getattr(first, name), value)
            setattr(first, name, value)
    if told:
        first.save(update_fields=list(told))
    return told


def _comment(versions: Sequence[DocumentVersion], others: Sequence[Document], remarks: Sequence[str]) -> str:
    references = [numbering.reference_of(one) for one in others]
    named = ", ".join(filter(None, references))
    words = {"number": versions[0].number, "documents": named, "count": len(others)}
    if named:
        said = _("Version %(number)s put together with %(documents)s") % words
    else:
        said = _("Version %(number)s put together with %(count)s further documents") % words
    said = "; ".join([said, *remarks])
    return said if len(said) <= rearranging.LONGEST_COMMENT else said[: rearranging.LONGEST_COMMENT - 1] + "…"


def _places(rows: Sequence[Document], taken: Sequence[Sequence[Chosen]]) -> dict[Place, Place]:
    """Where each page lies now: in the first document, behind those of the documents before."""
    places: dict[Place, Place] = {}
    for one, pages in zip(rows, taken, strict=True):
        start = len(places)
        places |= {(one.pk, page.number): (rows[0].pk, start + page.number) for page in pages}
    return places


def _bring_along(file: RecordFile, first: Document, others: Sequence[Document], by: User) -> list[journal.Entry]:
    """What hangs on the others hangs on the first one now: attachments, participants, cross-references, reminders. Tells of the attachments."""
    keys = [one.pk for one in others]
    entries = []
    if first.parent is not None and first.parent_id in keys:
        told: dict[str, journal.Change] = {"parent": (first.parent.public_id, None)}
        first.parent = None
        first.save(update_fields=["parent"])
        entries.append(journal.Entry("detach", "Document", first.public_id, file.public_id, told))
    Participant.objects.filter(document__in=keys).update(document=first)
    Reminder.objects.waiting().filter(document__in=keys).update(document=first)
    known = CrossReference.objects.filter(document=first).values_list("file_id", flat=True)
    for reference in (
        CrossReference.objects.filter(document__in=keys).exclude(file__in=list(known)).order_by("file_id", "pk").distinct("file_id")
    ):
        reference.document = first
        reference.save(update_fields=["document"])
    lead = first.parent or first
    below = Document.objects.filter(parent__in=keys, cancelled_at__isnull=True).exclude(pk__in=[first.pk, *keys])
    for one in below.select_for_update(of=("self",)).select_related("parent", "checked_out_by").order_by("rank"):
        if one.is_held_from(by):
            raise rearranging.Stale(sentences.held(one))
        assert one.parent is not None
        told = {"parent": (one.parent.public_id, lead.public_id)}
        if one.register_id != lead.register_id:
            one.register, one.rank = lead.register, intake.next_rank(file, lead.register)
        one.parent, one.revision = lead, one.revision + 1
        one.save(update_fields=["parent", "register", "rank", "revision"])
        indexing.note_document(one)
        entries.append(journal.Entry("attach", "Document", one.public_id, file.public_id, told))
    return entries


def _told_of_others(
    file: RecordFile,
    first: Document,
    others: Sequence[Document],
    versions: Sequence[DocumentVersion],
    followed: Mapping[int, Mapping[str, journal.Change]],
) -> list[journal.Entry]:
    entries = []
    for one, version in zip(others, versions, strict=True):
        told: dict[str, journal.Change] = {
            "merged_into": (None, first.public_id),
            "version": (None, version.number),
            "pages": (None, rearranging.all_pages(version)),
            **followed.get(one.pk, {}),
        }
        entries.append(journal.Entry("merge_into", "Document", one.public_id, file.public_id, told))
    return entries


def _cancel(first: Document, others: Sequence[Document], by: User, at: datetime) -> None:
    """Cancel what is in the first one now; those that are attached to another one of them go along with it."""
    reference = numbering.reference_of(first)
    reason = (
        _("Put together in document %(reference)s.") % {"reference": reference} if reference else _("Put together in another document.")
    )
    try:
        for one in others:
            if one.parent_id in {other.pk for other in others}:
                continue
            filing.cancel_document(document=one, reason=reason, by=by, at=at)
    except filing.CannotCancel as refusal:
        raise CannotRearrange(str(refusal)) from refusal
