"""Making a contact unknown for ever (Art. 17 GDPR): what she asked stays as a case with its number, who asked is nobody's to say any more.

What is done to what, and why: docs/decisions/0031-data-protection-at-the-centre.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import uuid4

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from guardian.models import UserObjectPermission
from knox.models import AuthToken

from foundation.mail import normalised
from foundation.store import StoreError
from tenants import current, queues
from tenants.centre import parting, stores
from tenants.centre.models import Contact, Municipality
from tenants.models import RememberedAnswer, User
from tenants.roles import CentreRole
from tenants.sessions import SessionStore

from . import effacing, findable, protecting
from .models import (
    AnonymousPerson,
    Article,
    Attachment,
    CallBack,
    DeskNotice,
    IncomingMail,
    LegalHold,
    Message,
    OutgoingMail,
    PersonExport,
    SavedView,
    Ticket,
    TicketContext,
    TownAddress,
    Unfinished,
    UnneededBytes,
)

SEARCHED = 5 * 1024**2  # bytes of a file of ours that is searched for her name
Place = UnneededBytes.Place


class CannotAnonymise(Exception):
    """She cannot be anonymised, or not now; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Preview:
    """What would happen, in numbers; `refusal` is why it cannot happen now (or ""), `shared` what other accounts have too: name, e-mail, telephone."""

    tickets: int
    messages: int
    files: int
    mails_in: int
    mails_out: int
    callbacks: int
    watched: int
    tokens: int
    refusal: str = ""
    shared: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """What the act works on: keys of her tickets and of those that she has a part in, her addresses as mails are compared by them."""

    own: list[int]
    tickets: list[int]
    names: set[str]
    addresses: set[str]
    traces: effacing.Traces


def preview(*, person: User, by: User) -> Preview:
    """Say what anonymising would do. The same number of queries for any number of rows. Raises CannotAnonymise: not by an operator."""
    if not protecting.is_operator(by):
        raise CannotAnonymise(_("People are anonymised by operators."))
    known = _known(person)
    return Preview(
        tickets=len(known.own),
        messages=Message.objects.filter(author=person).count(),
        files=_files(person).count(),
        mails_in=_mails_of(person, known).count(),
        mails_out=_mails_to(known).count(),
        callbacks=CallBack.objects.asked_on(known.own).count(),
        watched=Ticket.watchers.through.objects.filter(user=person).count(),
        tokens=AuthToken.objects.filter(user=person).count(),
        refusal=_refusal(person, known),
        shared=_shared(person),
    )


def elsewhere(*, person: User, by: User) -> int:
    """In how many messages on requests of others what names her stands, too, and would be replaced: perhaps it is a word that means something else.

    It reads all messages, for the second confirmation only. Raises CannotAnonymise: not by an operator.
    """
    if not protecting.is_operator(by):
        raise CannotAnonymise(_("People are anonymised by operators."))
    known = _known(person)
    if not known.traces.everywhere:
        return 0
    others: QuerySet[Message] = Message.objects.exclude(ticket__in=known.tickets)
    return others.filter(body__iregex=known.traces.everywhere).count()


def anonymise(*, person: User, confirmed: str, by: User, at: datetime) -> None:
    """Make a contact unknown. There is no way back. `confirmed` is her name as it is shown, typed once more.

    Raises CannotAnonymise: not by an operator, no contact (staff), anonymised already, a name that does not fit, an open request, a legal hold on one of
    hers, or a mail put aside that names her and has to be looked at first.
    """
    with current.atomic():
        town = Contact.objects.filter(person=person).values("municipality")
        list(Municipality.objects.select_for_update().filter(pk__in=town))  # whoever arrives from there waits: tenants.centre.arriving
        found = User.objects.get_queryset().select_for_update().get(pk=person.pk)
        before = preview(person=found, by=by)
        if before.refusal:
            raise CannotAnonymise(before.refusal)
        if " ".join(confirmed.split()) != " ".join(found.display_name.split()):
            raise CannotAnonymise(_("This is not the name that is shown above. Nothing was changed."), "confirmed")
        known = _known(found)
        _end_account(found, at)
        _forget_rows(found, known)
        _forget_files(found, known)
        _forget_mails(found, known)
        parting.part_with(person=found, at=at)
        touched = effacing.efface(traces=known.traces, tickets=known.tickets)
        _forget_originals(IncomingMail.objects.filter(pk__in=touched[IncomingMail]))
        _find_anew(touched, known)
        AnonymousPerson.objects.create(person=found, at=at)
        changes = {name: (count, None) for name, count in asdict(before).items() if isinstance(count, int)}
        protecting.enter(act="anonymise", object=found, about=str(found.public_id), by=by, at=at, changes=changes)
        queues.send("hotline.empty_stores", lane="centre")


def _known(person: User) -> _Known:
    own = list(Ticket.objects.filter(requester=person).values_list("pk", flat=True))
    part = Q(pk__in=own) | Q(created_by=person) | Q(merged__in=own) | Q(pk__in=Message.objects.filter(author=person).values("ticket"))
    tickets = list(Ticket.objects.filter(part).distinct().values_list("pk", flat=True))
    sent = list(IncomingMail.objects.filter(message__author=person).values_list("sender_name", "sender_address"))
    written = OutgoingMail.objects.filter(ticket__in=own, to_name=person.display_name).values_list("to_address", flat=True)
    names = {name for name, _address in sent if "@" not in name}
    addresses = {normalised(each) for each in (person.email, *(address for _name, address in sent), *written) if "@" in each}
    return _Known(own, tickets, names, addresses, effacing.traces(person=person, names=names, addresses=addresses))


def _refusal(person: User, known: _Known) -> str:
    """Why she cannot be anonymised now; "" if she can."""
    if AnonymousPerson.objects.filter(person=person).exists():
        return _("This person has been anonymised already.")
    if person.is_superuser or not person.role_names <= {CentreRole.REQUESTER}:
        return _("This account belongs to somebody of the hotline's staff. Only people who ask for help can be anonymised.")
    unsettled = Ticket.objects.unsettled().filter(Q(requester=person) | Q(merged__requester=person)).distinct()
    if numbers := sorted(unsettled.values_list("number", flat=True)):
        listed = ", ".join(numbers[:5]) + (" …" if len(numbers) > 5 else "")
        return _("She still has open requests (%(numbers)s). Please settle them first.") % {"numbers": listed}
    held = LegalHold.objects.filter(ticket__in=known.tickets).order_by("ticket__number").values_list("ticket__number", flat=True)
    if listed := ", ".join(held[:5]):
        return _("Requests of hers must be kept (%(numbers)s). Please end the legal hold first.") % {"numbers": listed}
    parked = IncomingMail.objects.parked()
    names_her = Q(sender_address__in=known.addresses)
    if known.traces.everywhere:
        names_her |= Q(text__iregex=known.traces.everywhere) | Q(subject__iregex=known.traces.everywhere)
    for address in known.addresses:
        names_her |= Q(participants__contains=[address])
    if parked.filter(names_her).exists():
        return _(
            "A mail that was put aside names this person. Please look at it first: make a request of it, or say that it needs nothing."
        )
    return ""


def _shared(person: User) -> list[str]:
    others = User.objects.exclude(pk=person.pk)
    found = []
    if others.filter(display_name__iexact=person.display_name).exists() or " " not in person.display_name:
        found.append(_("Name"))
    if person.email and others.filter(email__iexact=person.email).exists():
        found.append(_("E-mail"))
    if person.telephone and others.filter(telephone=person.telephone).exists():
        found.append(_("Telephone"))
    return found


def _end_account(person: User, at: datetime) -> None:
    """The account stays as a row without anybody: tickets and messages hang on it."""
    AccessAttempt.objects.filter(username=person.username).delete()
    AuthToken.objects.filter(user=person).delete()
    for session in Session.objects.iterator():
        if str(SessionStore().decode(session.session_data).get("_auth_user_id")) == str(person.pk):
            session.delete()
    person.username, person.display_name = f"anonym-{uuid4().hex}", _("Anonymised person")
    person.email = person.telephone = ""
    person.is_active, person.deactivated_at, person.one_time_until, person.last_login = False, person.deactivated_at or at, None, None
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()


def _forget_rows(person: User, known: _Known) -> None:
    protecting.unneeded(Place.EXPORTS, PersonExport.objects.filter(person=person).values_list("sha256", flat=True))
    PersonExport.objects.filter(person=person).delete()
    Contact.objects.filter(person=person).delete()
    UserObjectPermission.objects.filter(user=person).delete()
    RememberedAnswer.objects.filter(caller=str(person.public_id)).delete()
    SavedView.objects.filter(owner=person).delete()
    Unfinished.objects.filter(writer=person).delete()
    Ticket.watchers.through.objects.filter(user=person).delete()
    CallBack.objects.asked_on(known.own).delete()
    TicketContext.objects.filter(ticket__in=known.own).delete()


def _files(person: User) -> QuerySet[Attachment]:
    found: QuerySet[Attachment] = Attachment.objects.filter(message__author=person)
    return found


def _forget_files(person: User, known: _Known) -> None:
    """Files that she sent, whatever is in them; of the others on her tickets those in which her name stands as plain text."""
    unsure = Attachment.objects.filter(message__ticket__in=known.tickets, size__lte=SEARCHED).exclude(message__author=person)
    naming = [one.pk for one in unsure if _names(one, known.traces)]
    gone = Attachment.objects.filter(Q(pk__in=_files(person)) | Q(pk__in=naming))
    protecting.unneeded(Place.ATTACHMENTS, gone.values_list("sha256", flat=True))
    gone.delete()


def _names(file: Attachment, traces: effacing.Traces) -> bool:
    try:
        with stores.of_centre().open(file.sha256) as opened:
            said = opened.read().decode("utf-8", errors="ignore")
    except StoreError:
        return False  # it cannot be read by anybody
    return bool(traces.near and re.search(traces.near, said, re.IGNORECASE))


def _mails_of(person: User, known: _Known) -> QuerySet[IncomingMail]:
    found: QuerySet[IncomingMail] = IncomingMail.objects.filter(
        Q(message__author=person) | Q(sender_address__in=_hers_alone(known), outcome__in=["parked", "left"])
    )
    return found


def _mails_to(known: _Known) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(Q(to_address__in=_hers_alone(known)) | Q(to_address__in=known.addresses, ticket__in=known.own))


def _hers_alone(known: _Known) -> Sequence[str]:
    return [address for address in known.addresses if re.search(known.traces.everywhere or r"(?!)", address, re.IGNORECASE)]


def _forget_mails(person: User, known: _Known) -> None:
    """What we wrote to her stays as a fact without an address; what has not gone out never will. Of what she wrote only the message stays."""
    _mails_to(known).filter(sent_at=None).delete()
    for mail in _mails_to(known):
        mail.to_name, mail.to_address, mail.in_reply_to, mail.references = "", f"{mail.pk}@anonym.invalid", "", []
        mail.save(update_fields=["to_name", "to_address", "in_reply_to", "references"])
    TownAddress.objects.filter(address__in=_hers_alone(known)).delete()
    DeskNotice.objects.filter(Q(person=person) | Q(to_address__in=_hers_alone(known))).delete()
    hers = list(_mails_of(person, known).values_list("pk", flat=True))
    mails = IncomingMail.objects.filter(pk__in=hers)
    mails.update(sender_name="", sender_address="", participants=[], text="", files=[], mail_id="", references=[])
    _forget_originals(mails)


def _forget_originals(mails: QuerySet[IncomingMail]) -> None:
    """The bytes go; their hash stays, so that a mailbox that is read anew does not bring the mail again."""
    protecting.unneeded(Place.MAILS, mails.values_list("sha256", flat=True))
    mails.update(reason=IncomingMail.Reason.REMOVED, files=[])


def _find_anew(touched: effacing.Touched, known: _Known) -> None:
    tickets = {*known.tickets, *touched[Ticket], *Message.objects.filter(pk__in=touched[Message]).values_list("ticket", flat=True)}
    findable.keep_some(tickets)
    if any(model is Article or model.__name__ == "ArticleVersion" for model in touched):
        findable.keep_articles()
