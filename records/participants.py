"""Participants (Beteiligte): persons and organisations with a role, in a file, one of its cases or one of its documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import facts, journal, journal_reading
from .models import Case, Document, Participant, RecordFile

FIELDS = ("kind", "name", "role", "address", "email", "telephone", "disclosure_block", "case", "document")
MOST_ROLES = 40


class CannotTakePart(facts.CannotKeep):
    """The participant cannot be kept like that; the message says why."""


@dataclass(frozen=True)
class Particulars:
    """What is kept of a participant. At most one of `case` and `document`; without either, the person takes part in the whole file."""

    name: str
    role: str
    kind: str = Participant.Kind.PERSON
    address: str = ""
    email: str = ""
    telephone: str = ""
    disclosure_block: bool = False
    case: Case | None = None
    document: Document | None = None


def participants_of(file: RecordFile) -> QuerySet[Participant]:
    """Participants of a file, its cases and documents, with what they belong to; in order of role and name."""
    return Participant.objects.filter(file=file).select_related("case", "document").order_by("role", "name", "pk")


def blocks_of(file: RecordFile) -> list[Participant]:
    """Participants with an Auskunftssperre (§ 51 BMG) in a file, its cases and documents: whoever prints, exports or hands over warns of them."""
    return list(participants_of(file).filter(disclosure_block=True))


def block_stands_beside(*, document_id: int) -> bool:
    """Whether a disclosure block stands in the file in which a document lies."""
    return Participant.objects.filter(file__documents=document_id, disclosure_block=True).exists()


def roles_known() -> list[str]:
    """Roles to be suggested: those that files of this municipality have, the commonest first, then a list to start with.

    A role in a hidden file may be among them: it says what kind of people there are in a town, and of no file that it exists. So that it
    stays like that, a role counts from its third use.
    """
    used = Participant.objects.values_list("role").annotate(uses=Count("pk")).filter(uses__gte=3).order_by("-uses", "role")
    return list(dict.fromkeys([*(role for role, _uses in used[:MOST_ROLES]), *starter_roles()]))


def starter_roles() -> list[str]:
    return [
        _("Applicant"),
        _("Authorised representative"),
        _("Owner"),
        _("Neighbour"),
        _("Objector"),
        _("Addressee"),
        _("Building client"),
        _("Planner"),
        _("Expert"),
        _("Authority involved"),
    ]


def add_participant(*, file: RecordFile, particulars: Particulars, by: User, at: datetime) -> Participant:
    """Add a participant. Raises CannotTakePart, ReadOnly."""
    with current.atomic():
        file = facts.open_file(file)
        participant = Participant(file=file, **_checked(file, particulars))
        participant.save()
        journal.enter(
            act="create", object=participant, by=by, at=at, file_id=file.public_id, changes=facts.told({}, _said(participant, given=True))
        )
    return participant


def change_participant(
    *, participant: Participant, particulars: Particulars, by: User, at: datetime, mark: str | None = None
) -> Participant:
    """Change a participant. Raises CannotTakePart, ReadOnly, Changed if `mark` (mark_of) is not that of the row as it is."""
    with current.atomic():
        file = facts.open_file(participant.file)
        participant = _locked(participant)
        facts.refuse_changed(mark, mark_of(participant), object_id=participant.public_id)
        checked, old = _checked(file, particulars), _said(participant)
        for name, value in checked.items():
            setattr(participant, name, value)
        if changes := facts.told(old, _said(participant)):
            participant.save()
            journal.enter(act="edit", object=participant, by=by, at=at, file_id=file.public_id, changes=changes)
    return participant


def remove_participant(*, participant: Participant, by: User, at: datetime) -> None:
    """Take a participant out of the file; the journal keeps who it was. Raises ReadOnly."""
    with current.atomic():
        file = facts.open_file(participant.file)
        participant = _locked(participant)
        changes = facts.told(_said(participant, given=True), {})
        journal.enter(act="remove", object=participant, by=by, at=at, file_id=file.public_id, changes=changes)
        participant.delete()


def mark_of(participant: Participant) -> str:
    return facts.mark_of(participant, (*FIELDS[:-2], "case_id", "document_id"))


def _locked(participant: Participant) -> Participant:
    found = Participant.objects.select_for_update(of=("self",)).select_related("case", "document").filter(pk=participant.pk).first()
    if found is None:
        who = journal_reading.who_did(object_id=participant.public_id, acts=("remove",))
        raise facts.Changed(journal_reading.with_more(_("Somebody else has removed this participant meanwhile."), who))
    return found


def _checked(file: RecordFile, given: Particulars) -> dict[str, object]:
    if given.kind not in Participant.Kind.values:
        raise CannotTakePart(_("A participant is a person or an organisation."), "kind")
    if given.case and given.document:
        raise CannotTakePart(_("Please choose a case or a document, not both."), "document")
    for field, thing in (("case", given.case), ("document", given.document)):
        if thing and (thing.file_id != file.pk or thing.cancelled_at is not None):
            raise CannotTakePart(_("This does not belong to the file."), field)
    email = facts.line(given.email, field="email", most=254, name=_("E-mail"))
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CannotTakePart(_("This is no e-mail address."), "email") from error
    return {
        "kind": given.kind,
        "name": facts.line(given.name, field="name", most=200, name=_("Name"), required=True),
        "role": facts.line(given.role, field="role", most=80, name=_("Role"), required=True),
        "address": facts.line(given.address, field="address", most=300, name=_("Address")),
        "email": email,
        "telephone": facts.line(given.telephone, field="telephone", most=50, name=_("Telephone")),
        "disclosure_block": given.disclosure_block,
        "case": given.case,
        "document": given.document,
    }


def _said(participant: Participant, *, given: bool = False) -> dict[str, object]:
    """What the journal says; with `given` only what there is."""
    said: dict[str, object] = {name: getattr(participant, name) for name in FIELDS}
    said["case"] = participant.case and participant.case.case_reference
    said["document"] = participant.document and participant.document.title
    said = {name: None if value == "" else value for name, value in said.items()}
    return {name: value for name, value in said.items() if value not in (None, False)} if given else said
