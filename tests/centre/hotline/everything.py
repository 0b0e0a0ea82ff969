"""One row of everything that the centre can store, and a person whose name stands wherever words can stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Permission
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError, connections
from django.db.models import Model
from guardian.models import GroupObjectPermission, UserObjectPermission
from knox.models import AuthToken

from hotline import (
    answering,
    attaching,
    calling_back,
    disclosing,
    effacing,
    handling,
    linking,
    merging,
    rating,
    retaining,
    taking_in,
    watching,
)
from hotline.composing import NewStep
from hotline.models import (
    AnonymousPerson,
    ArticleCount,
    BilledQuarter,
    DeskNotice,
    DeskSettings,
    Mailbox,
    MailDomain,
    Message,
    ProtectionEntry,
    RetentionRule,
    SavedView,
    Tag,
    TextModule,
    Ticket,
    TicketContext,
    TicketPause,
    TimeEntry,
    Tombstone,
    TownAddress,
    Unfinished,
    UnneededBytes,
    Webhook,
    WebhookCall,
)
from tenants import current
from tenants.centre.models import Municipality, SeenToken, Site, SiteKey, SiteMessage, United
from tenants.models import (
    AccessibilityFeedback,
    HandledOrder,
    MunicipalSettings,
    OutgoingMessage,
    RememberedAnswer,
    Substitute,
    User,
)
from tenants.sessions import SessionStore
from tests.centre.hotline import everything_of_training
from tests.centre.hotline.mails import mail, take_in, unsent
from tests.centre.hotline_factories import (
    AT,
    QueueFactory,
    TicketFactory,
    agent,
    agreement,
    article,
    closed,
    incident,
    requester,
    small_picture,
)
from tests.centre.test_routes import look_at
from tests.factories import OfficeFactory, UserFactory

NAME, EMAIL, TELEPHONE = "Zita Zwiebelknecht", "zita.zwiebelknecht@beispielheim.example", "0208 7712399"
SPELLINGS = (NAME, "Zwiebelknecht, Zita", "zwiebelknecht", EMAIL, EMAIL.upper(), "7712399", "0208/77 123-99", "+49 208 7712399")
ALL = f"{NAME}, {EMAIL}, Tel. 0208/77 123-99 oder +49 (0)208 7712399"
NOT_PLANTED = {User}  # other people's accounts say who they are


def zita(**more: Any) -> User:
    return requester("beispielheim", username="zita", display_name=NAME, email=EMAIL, telephone=TELEPHONE, **more)


def kept(content: bytes, name: str = "bild.txt") -> list[attaching.Kept]:
    return attaching.keep([attaching.Given(name, content)])


def asked_by(person: User, **more: Any) -> Ticket:
    """A closed request of hers with a file, an answer with a file, a note and a telephone call, each of which names her."""
    staff = agent()
    said = {"subject": f"Frage von {NAME}", "body": f"Bitte rufen Sie {NAME} an: {TELEPHONE}.", "files": kept(f"Bild von {NAME}".encode())}
    context = {"screen": "records:file", "roles": ["clerk"], "version": "1", "error": ""}
    ticket = taking_in.open_ticket(**said, context=context, by=person, at=AT)
    answering.say(
        ticket=ticket, body=f"Guten Tag Frau Zwiebelknecht, an {EMAIL} geschickt.", files=kept(f"Für {NAME}".encode()), by=staff, at=AT
    )
    answering.say(ticket=ticket, body=f"{NAME} ist oft ungeduldig.", kind="note", by=staff, at=AT)
    answering.say(ticket=ticket, body="Zita Zwiebelknecht rief an.", kind="phone", by=staff, at=AT)
    span = {"earliest": AT + timedelta(hours=1), "latest": AT + timedelta(hours=2)}
    callback = calling_back.ask(ticket=ticket, telephone=TELEPHONE, **span, by=person, at=AT)
    calling_back.tick_off(callback=callback, by=staff, at=AT)
    handling.close(ticket=ticket, by=staff, at=AT)
    return ticket


def build() -> User:
    """Zita and one row at least of each table; she has no open request."""
    QueueFactory()
    person, staff = zita(), agent(display_name="Jule Behrens")
    ticket = asked_by(person)
    _of_mail(staff)
    _of_tickets(person, ticket, staff)
    _of_the_desk(ticket, staff)
    _of_accounts(person, staff)
    _of_sites(ticket)
    everything_of_training.build(person)
    return person


def _of_mail(staff: User) -> None:
    raw = mail(f"Ich bin {NAME}.", sender=f"{NAME} <{EMAIL}>", subject="Noch eine Frage", Message_ID="<zita@beispielheim.example>")
    arrived = take_in(raw)
    assert arrived.ticket is not None
    answering.say(ticket=arrived.ticket, body=f"Liebe {NAME}, erledigt.", then="solved", by=staff, at=AT)
    take_in(mail("Kollegin in Kopie.", sender="kollege@beispielheim.example", Cc=f"{NAME} <{EMAIL}>"))
    unsent(TicketFactory())
    Mailbox.objects.create(name="imaps://hilfe@zentrale.example", down_since=AT, trouble="weg")
    MailDomain.objects.create(domain="beispielheim.example", municipality=Municipality.objects.get(slug="beispielheim"))


def _of_tickets(person: User, ticket: Ticket, staff: User) -> None:
    theirs = TicketFactory(requester=requester())
    source = TicketFactory(requester=requester())
    watching.watch(ticket=theirs, by=staff, at=AT)
    Ticket.watchers.through.objects.create(ticket=theirs, user=person)
    merging.merge(ticket=source, into=theirs, by=staff, at=AT)
    linking.link(ticket=ticket, other=theirs, by=staff, at=AT)
    Message.objects.filter(ticket=ticket).first().also_on.add(theirs)
    TicketPause.objects.create(ticket=theirs, since=AT, until=AT)
    TicketContext.objects.create(ticket=theirs)
    Unfinished.objects.create(writer=staff, ticket=ticket, kind="reply", body=f"Guten Tag {NAME}", at=AT)
    TimeEntry.objects.create(ticket=theirs, minutes=5, activity="other", day=AT, booked_by=staff, at=AT)
    look_at(theirs)
    incident("musterstadt", tickets=[TicketFactory()])
    retaining.hold(ticket=TicketFactory(state="closed", solved_at=AT), reason="Streit", by=UserFactory(roles=["operator"]), at=AT)
    Tombstone.objects.create(ticket=TicketFactory(state="closed", solved_at=AT), at=AT)
    rating.rate(token=rating.token_for(ticket), helpful=True, at=datetime.now(UTC))


def _of_the_desk(ticket: Ticket, staff: User) -> None:
    written = article(f"Was {NAME} fragte", steps=[NewStep(f"Von {EMAIL}.", content=small_picture(), alt="Bild")])
    ArticleCount.objects.create(article=written, month=AT.date())
    closed(agreement(Municipality.objects.get(slug="beispielheim")), "Betriebsausflug", AT.date())
    BilledQuarter.objects.create(year=2026, quarter=1, lines=[], billed_at=AT, billed_by="x")
    DeskSettings.objects.create(pk=1)
    SavedView.objects.create(owner=staff, name="Meine", asked={"q": NAME})
    TextModule.objects.create(key="gruss", title="Gruß", body="Guten Tag")
    Tag.objects.create(name="Drucker")
    hook = Webhook.objects.create(name="Fachverfahren", address="https://fach.example/", secret="geheim", created_at=AT)
    WebhookCall.objects.create(webhook=hook, ticket=ticket, act="open", at=AT)
    DeskNotice.objects.create(kind="new", once="1", to_address="agent@zentrale.example", person=staff, ticket=ticket, at=AT, fault="550")
    TownAddress.objects.create(municipality=Municipality.objects.get(slug="beispielheim"), address=EMAIL)
    RetentionRule.objects.create(municipality=None, years=3)
    ProtectionEntry.objects.create(act="export", actor="x", at=AT)
    UnneededBytes.objects.create(place="exports", sha256="0" * 64)


def _of_accounts(person: User, staff: User) -> None:
    disclosing.ask(person=person, by=person, at=AT)
    disclosing.make(export=disclosing.ask(person=person, by=UserFactory(roles=["operator"]), at=AT).pk, now=lambda: AT)
    AuthToken.objects.create(user=person)
    AuthToken.objects.create(user=staff)
    for one in (person, staff):
        session: SessionBase = SessionStore()
        session["_auth_user_id"] = str(one.pk)
        session.save()
    RememberedAnswer.objects.create(caller=str(person.public_id), route="/", key="a", fingerprint="x", body={"name": NAME})
    RememberedAnswer.objects.create(caller=str(staff.public_id), route="/", key="b", fingerprint="x", body={"name": NAME})
    tried = {"ip_address": "127.0.0.1", "user_agent": "x", "path_info": "/"}
    AccessAttempt.objects.create(username=person.username, get_data="", post_data="", failures_since_start=1, **tried)
    AccessAttempt.objects.create(username="x", get_data="", post_data="", failures_since_start=1, **tried)
    AccessLog.objects.create(username="x", **tried)
    AccessFailureLog.objects.create(username="x", **tried)
    AccessibilityFeedback.objects.create(message="Zu klein", name=NAME, email=EMAIL, created_at=AT)
    office = OfficeFactory()
    absent, right = UserFactory(office=office), Permission.objects.first()
    Substitute.objects.create(absent=absent, deputy=staff, first_day=AT, last_day=AT, set_by_kind="oneself", set_by=absent, set_at=AT)
    staff.user_permissions.add(right)
    office.group.permissions.add(right)
    UserObjectPermission.objects.create(user=staff, permission=right, content_type=right.content_type, object_pk="1")
    GroupObjectPermission.objects.create(group=office.group, permission=right, content_type=right.content_type, object_pk="1")
    AnonymousPerson.objects.create(person=UserFactory(), at=AT)
    United.objects.create(gone=UserFactory(), into=staff, at=AT)
    MunicipalSettings.load()
    OutgoingMessage.objects.create(kind="x", created_at=AT)
    HandledOrder.objects.create(public_id=person.public_id, kind="x", given_by="x", at=AT, state="done")


def _of_sites(ticket: Ticket) -> None:
    site = Site.objects.create(name="Rathaus", asked_at=AT)
    SiteKey.objects.create(site=site, kid="k", public_key="x", added_at=AT)
    SeenToken.objects.create(site=site, token_id="t", expires_at=AT)
    SiteMessage.objects.create(
        site=site, municipality=ticket.municipality, message_id=ticket.public_id, kind="x", body={"von": NAME}, at=AT, received_at=AT
    )


def plant() -> list[str]:
    """Write her name, addresses and numbers into each text and JSON column of a row of each table; returns the columns that took it."""
    planted = []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('hotline.effacing', 'on', true)")  # published articles take it, too
    for model, fields in effacing.written_in():
        for field in fields if model not in NOT_PLANTED else []:
            for row in list(model._base_manager.order_by("pk")[:5]):
                if _took(model, row, field.name, _with_her(getattr(row, field.name), getattr(field, "max_length", None))):
                    planted.append(f"{model._meta.label}.{field.name}")
                    break
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('hotline.effacing', '', true)")
    return planted


def _with_her(value: Any, longest: int | None) -> Any:
    if isinstance(value, dict):
        return {**value, "dazu": {"von": [ALL]}}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{name: ALL if isinstance(old, str) else old for name, old in value[0].items()}, *value[1:]]
    if isinstance(value, list):
        return [*value, ALL]
    return ALL if longest is None or longest >= len(ALL) else next((one for one in (EMAIL, NAME) if len(one) <= longest), TELEPHONE)


def _took(model: type[Model], row: Model, name: str, value: Any) -> bool:
    """A column that refuses cannot hold it."""
    try:
        with current.atomic():
            return bool(model._base_manager.filter(pk=row.pk).update(**{name: value}))
    except DatabaseError:
        return False


def empty_tables() -> set[str]:
    """Tables with words in them of which there is no row."""
    return {model._meta.label for model, _fields in effacing.written_in() if not model._base_manager.exists()}


def dump() -> Iterator[tuple[str, str]]:
    """Each row of each table of the database, as text in small letters; bytes as text, too."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT to_jsonb(t) FROM "{table}" t')
            for (row,) in cursor.fetchall():
                values = json.loads(row) if isinstance(row, str) else row
                yield table, json.dumps(values, ensure_ascii=False).lower()
                for value in values.values():
                    if isinstance(value, str) and value.startswith("\\x"):
                        yield table, bytes.fromhex(value[2:]).decode("utf-8", errors="ignore").lower()
