"""Files that belong together, and documents shown at a second place ("Dokument liegt in Akte …").

Both ends must be visible to whoever is shown a link: that a file exists is a secret, also to those who may read the other one.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import facts, journal
from .models import CrossReference, Document, FileLink, RecordFile, Register
from .models.access import scopes_of


class CannotLink(facts.CannotKeep):
    """The link or cross-reference cannot be made or taken away; the message says why."""


def visible_named(*, clerk: User, reference: str) -> RecordFile | None:
    """A standing file the clerk may see, by its reference or a former one."""
    wanted = " ".join(reference.split())
    if not wanted or len(wanted) > 120 or "\x00" in wanted:
        return None
    visible: QuerySet[RecordFile] = RecordFile.objects.visible_to(clerk).standing().select_related("scope")
    return visible.filter(file_reference=wanted).first() or visible.filter(former_references__file_reference=wanted).first()


def visible_document(*, clerk: User, reference: str) -> Document | None:
    """A standing document the clerk may see, by its document reference (case or file reference, hyphen, number)."""
    found = re.fullmatch(r"(.+)-(\d{1,9})", " ".join(reference.split()))
    if not found or len(reference) > 140:
        return None
    place = Q(case__case_reference=found[1]) | Q(case__isnull=True, file__file_reference=found[1])
    visible: QuerySet[Document] = Document.objects.visible_to(clerk).standing().select_related("file", "case")
    return visible.filter(place, number=int(found[2])).first()


def links_of(*, file: RecordFile, clerk: User) -> list[FileLink]:
    """Links of a file whose other end the clerk may see; `other` is set on each."""
    scopes = scopes_of(clerk).at_least(1)
    seen = Q(first=file, second__scope__any_of=scopes) | Q(second=file, first__scope__any_of=scopes)
    links = list(FileLink.objects.filter(seen).select_related("first", "second"))
    for link in links:
        link.other = link.second if link.first_id == file.pk else link.first  # type: ignore[attr-defined]
    return sorted(links, key=lambda link: link.other.reference_key)  # type: ignore[attr-defined]


def cross_references_of(*, file: RecordFile, clerk: User) -> list[CrossReference]:
    """Documents shown in a file that live elsewhere, as far as the clerk may see the file they live in."""
    return current.objects_of(CROSS_REFERENCES, file=file.pk, scopes=scopes_of(clerk).at_least(1))


def _cross_references() -> QuerySet[CrossReference]:
    seen = CrossReference.objects.filter(
        file=Blank("file"), document__file__scope__any_of=Blank("scopes"), document__cancelled_at__isnull=True
    ).exclude(document__file__status=RecordFile.Status.CANCELLED)
    return seen.select_related("document__file__scope", "document__case", "register", "behind").order_by("created_at", "pk")


CROSS_REFERENCES = Statement(_cross_references, using=current.alias)


def link_files(*, file: RecordFile, other: RecordFile, by: User, at: datetime, remark: str = "") -> FileLink:
    """Say that two files belong together. Whoever calls this has made sure that `by` may see the other one. Raises CannotLink, ReadOnly."""
    remark = facts.line(remark, field="remark", most=300, name=_("Remark"))
    if other.pk == file.pk:
        raise CannotLink(_("A file cannot be linked with itself."), "other")
    with current.atomic():
        file = facts.open_file(file)
        first, second = sorted((file, other), key=lambda each: each.pk)
        link, made = FileLink.objects.get_or_create(
            first=first, second=second, defaults={"remark": remark, "created_at": at, "created_by": by}
        )
        if not made:
            raise CannotLink(_("These two files are linked already."), "other")
        journal.enter_all(entries=_entries("link", link, remark or None, new=True), by=by, at=at)
    return link


def unlink_files(*, link: FileLink, file: RecordFile, by: User, at: datetime) -> None:
    """Take a link away, from either side. Raises ReadOnly if the file it is taken away from is closed."""
    with current.atomic():
        facts.open_file(file)
        found = FileLink.objects.select_for_update(of=("self",)).select_related("first", "second").filter(pk=link.pk).first()
        if found is None:
            raise CannotLink(_("This link does not exist any more."))
        journal.enter_all(entries=_entries("unlink", found, found.remark or None, new=False), by=by, at=at)
        found.delete()


def add_cross_reference(
    *,
    file: RecordFile,
    document: Document,
    by: User,
    at: datetime,
    register: Register | None = None,
    behind: Document | None = None,
    remark: str = "",
) -> CrossReference:
    """Show a document in a second file, `behind` one of its documents (and in the register of that) or where it would be filed today.

    Whoever calls this has made sure that `by` may see the document. Raises CannotLink, ReadOnly.
    """
    remark = facts.line(remark, field="remark", most=300, name=_("Remark"))
    with current.atomic():
        file = facts.open_file(file)
        if register is not None and register.file_id != file.pk:
            raise CannotLink(_("This register belongs to another file."), "register")
        register = facts.register_behind(behind, register=register, file=file)
        document = Document.objects.select_related("file", "case").get(pk=document.pk)
        if document.file_id == file.pk:
            raise CannotLink(_("The document lies in this file itself."), "document")
        reference, made = CrossReference.objects.get_or_create(
            file=file,
            document=document,
            defaults={"register": register, "behind": behind, "remark": remark, "created_at": at, "created_by": by},
        )
        if not made:
            raise CannotLink(_("This file has a cross-reference to the document already."), "document")
        changes = _where(document) | {
            "register": register and register.name,
            "behind": behind and str(behind.public_id),
            "remark": remark or None,
        }
        journal.enter(
            act="create",
            object=reference,
            by=by,
            at=at,
            file_id=file.public_id,
            changes=facts.told({}, {k: v for k, v in changes.items() if v}),
        )
    return reference


def remove_cross_reference(*, reference: CrossReference, by: User, at: datetime) -> None:
    """Take a cross-reference away; the document stays where it lives. Raises CannotLink, ReadOnly."""
    with current.atomic():
        file = facts.open_file(reference.file)
        found = CrossReference.objects.select_for_update(of=("self",)).select_related("document__file").filter(pk=reference.pk).first()
        if found is None:
            raise CannotLink(_("This cross-reference does not exist any more."))
        journal.enter(act="remove", object=found, by=by, at=at, file_id=file.public_id, changes=facts.told(_where(found.document), {}))
        found.delete()


def _where(document: Document) -> dict[str, str | None]:
    """`elsewhere` is the id of the file it lives in: whoever may not see that one is not shown the entry (journal_reading.known_to)."""
    return {"elsewhere": str(document.file.public_id), "document": document.title}


def _entries(act: str, link: FileLink, remark: str | None, *, new: bool) -> list[journal.Entry]:
    """One entry in each of the two files, each naming the other by its id: whoever may not see that one is not shown the entry."""
    sides = ((link.first, link.second), (link.second, link.first))
    entries = []
    for here, other in sides:
        said = {"elsewhere": str(other.public_id), **({"remark": remark} if remark else {})}
        changes = facts.told({}, said) if new else facts.told(said, {})
        entries.append(journal.Entry(act, "FileLink", link.public_id, here.public_id, changes))
    return entries
