"""Years of a hotline in bulk: municipalities, people, tickets with all that hangs on them, mails, incidents, articles. Written past the acts."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

MESSAGES, LONG, TOWNS, AGENTS, REQUESTERS, QUEUES, ARTICLES, INCIDENTS = 6, 60, 50, 25, 1000, 8, 200, 60
OPEN = 0.03  # of the tickets, the newest
BATCH = 5000
LASTS = timedelta(minutes=1_600_000)  # three years
LEVELS = {"low": (480, 960, 4200), "normal": (240, 480, 2100), "high": (120, 240, 840), "urgent": (60, 60, 420)}
PROMISES = ("first_response", "next_response", "resolution")


def fill(count: int) -> None:
    """So many tickets until now, the last 3 % of them open, with six messages each; the words of all of them, and their deadlines."""
    from hotline import findable, recounting
    from hotline.models import Message, Ticket
    from tenants import queues

    queues.send = lambda *_names, **_more: None  # nobody works here but this process
    began, now = time.perf_counter(), datetime.now(UTC)
    people, words = cast_of(now), Words()
    agreements(people, now)
    tickets(count, people, words, now)
    long_one(Ticket.objects.order_by("-pk")[count // 100], people, words)
    mails(count // 5, words, now)
    incidents(people, words, now)
    articles(people["agents"][0], words, now - LASTS)
    print(f"{count:,} tickets, {Message.objects.count():,} messages, made in {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    print(f"deadlines of {recounting.count_anew(at=now):,} open tickets in {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    findable.keep_all()
    took = time.perf_counter() - began
    print(f"made findable in {took:.0f} s, {took / count * 1000:.1f} ms each", flush=True)


class Words:
    """Words of the lexicon, the frequent ones first; texts with a language's frequencies (Zipf)."""

    def __init__(self) -> None:
        from foundation import lexicon

        known = sorted({line.split("/")[0] for line in lexicon.DICTIONARY.read_text("latin-1").splitlines()[1:]})
        self.known = [word for word in known if len(word) > 3 and word.isalpha()]
        Random(4).shuffle(self.known)
        self.random = Random(5)

    def text(self, length: int) -> str:
        most = len(self.known)
        return " ".join(self.known[int(most ** self.random.random()) - 1] for _n in range(length)) + "."


def cast_of(now: datetime) -> dict[str, list[Any]]:
    """Agents, one of them an operator; those who ask, with telephones and offices; a saved view."""
    from django.contrib.auth.models import Group

    from hotline.models import SavedView, TextModule
    from tenants.centre.models import Contact, Municipality
    from tenants.models import User

    towns = Municipality.objects.bulk_create(Municipality(slug=f"stadt-{n}", name=f"Stadt {n}") for n in range(TOWNS))
    made: dict[str, list[Any]] = {"towns": list(towns)}
    for name, role, number in (("agents", "agent", AGENTS), ("requesters", "requester", REQUESTERS)):
        people = User.objects.bulk_create(
            User(username=f"{role}{n}", display_name=f"Person {role} {n}", telephone=f"0208 / {455_000 + n}", is_active=True)
            for n in range(number)
        )
        group = Group.objects.get(name=role)
        User.groups.through.objects.bulk_create(User.groups.through(user=person, group=group) for person in people)
        made[name] = list(people)
    made["agents"][0].groups.add(Group.objects.get(name="operator"))
    Contact.objects.bulk_create(
        Contact(person=person, municipality=towns[n % TOWNS], office=f"Amt {n // TOWNS % 4}", sees_office=n % 10 == 1)
        for n, person in enumerate(made["requesters"])
    )
    asked = {"stand": "offen", "warteschlange": "q3", "bei": "niemand", "sortiert": "frist"}
    SavedView.objects.create(owner=made["agents"][1], name="Ohne Person", asked=asked, shared=True)
    TextModule.objects.bulk_create(TextModule(key=f"b{n}", title=f"Baustein {n}", body="Guten Tag ::name::") for n in range(40))
    return made


def agreements(people: dict[str, list[Any]], now: datetime) -> None:
    from hotline import agreeing

    full, friday = [(480, 720), (780, 960)], [(480, 750)]
    levels = {(priority, promise): value for priority, row in LEVELS.items() for promise, value in zip(PROMISES, row, strict=True)}
    for n in range(6):
        members = {} if n == 5 else dict.fromkeys(people["towns"][n * 5 : n * 5 + 5])
        week = [full, full, full, full, friday, [], []]
        said = agreeing.Wanted(f"V {n}", week, levels, default=not members, members=members)
        agreeing.agree(wanted=said, by=people["agents"][0], at=now)


def tickets(count: int, people: dict[str, list[Any]], words: Words, now: datetime) -> None:
    """Tickets with messages, events, files, booked time, watchers, pauses and links, in portions."""
    from hotline.models import Link, Message, Queue, Ticket, TicketEvent, TicketPause, TimeEntry
    from hotline.models.attachments import Attachment

    queues = list(Queue.objects.bulk_create(Queue(key=f"q{n}", name=f"Warteschlange {n}", position=n + 1) for n in range(QUEUES)))
    random = Random(6)
    for start in range(0, count, BATCH):
        places = range(start, min(count, start + BATCH))
        made = Ticket.objects.bulk_create(one_ticket(n, count, people, queues, words, random, now) for n in places)
        said = Message.objects.bulk_create((one for ticket in made for one in said_on(ticket, people, words, random)), batch_size=BATCH)
        TicketEvent.objects.bulk_create((event for ticket in made for event in events_of(ticket)), batch_size=BATCH)
        Attachment.objects.bulk_create(file_of(message) for message in said[::20])
        TimeEntry.objects.bulk_create(
            TimeEntry(
                ticket=one, day=one.created_at.date(), minutes=15, activity="answering", booked_by=people["agents"][0], at=one.changed_at
            )
            for one in made[::2]
        )
        TicketPause.objects.bulk_create(
            TicketPause(ticket=one, since=one.created_at + timedelta(hours=2)) for one in made if one.state == "waiting"
        )
        through = Ticket.watchers.through
        through.objects.bulk_create(through(ticket=one, user=random.choice(people["agents"])) for one in made[::10])
        through.objects.bulk_create(through(ticket=one, user=random.choice(people["requesters"])) for one in made[5::10])
        Link.objects.bulk_create(Link(one=one, other=other) for one, other in zip(made[::40], made[20::40], strict=False))


def one_ticket(
    number: int, count: int, people: dict[str, list[Any]], queues: list[Any], words: Words, random: Random, now: datetime
) -> Any:
    from hotline.models import Ticket

    at = now - LASTS * ((count - number) / count)
    state = random.choice(["new", "open", "open", "waiting"]) if number > count * (1 - OPEN) else "closed"
    place = random.randrange(REQUESTERS)
    asker = people["requesters"][place]
    return Ticket(
        number=f"{at.year}-{number + 1:06}",
        subject=words.text(5)[:200],
        municipality=people["towns"][place % TOWNS],
        requester=asker,
        created_by=asker,
        queue=random.choice(queues),
        priority=random.choice(["low", "normal", "normal", "normal", "high", "urgent"]),
        state=state,
        assignee=random.choice(people["agents"]) if state != "new" else None,
        created_at=at,
        changed_at=at + timedelta(hours=5),
        answered_at=at + timedelta(minutes=40) if state != "new" else None,
        solved_at=at + timedelta(hours=5) if state == "closed" else None,
    )


def said_on(ticket: Any, people: dict[str, list[Any]], words: Words, random: Random, most: int = MESSAGES) -> Iterator[Any]:
    from hotline.models import Message

    for number in range(most):
        staff = number % 2 == 1
        kind = "note" if staff and random.random() < 0.3 else "reply"
        author = random.choice(people["agents"]) if staff else ticket.requester
        at = ticket.created_at + timedelta(minutes=40 * number)
        yield Message(ticket=ticket, kind=kind, author=author, by_staff=staff, body=words.text(random.randrange(15, 70)), at=at)


def long_one(ticket: Any, people: dict[str, list[Any]], words: Words) -> None:
    """Let one ticket have sixty messages with twenty files."""
    from hotline.models import Message
    from hotline.models.attachments import Attachment

    Message.objects.bulk_create(list(said_on(ticket, people, words, Random(7), most=LONG))[MESSAGES:])
    known = Message.objects.filter(ticket=ticket, attachments=None).order_by("pk")[:20]
    Attachment.objects.bulk_create(file_of(message) for message in known)


def events_of(ticket: Any) -> Iterable[Any]:
    from hotline.models import TicketEvent

    for act, hours in (("open", 0), ("take", 1), ("reply", 2), ("settle", 5)):
        yield TicketEvent(
            ticket=ticket,
            act=act,
            actor="Person agent 1",
            at=ticket.created_at + timedelta(hours=hours),
            changes={"state": ["new", "open"]},
        )


def file_of(message: Any) -> Any:
    from hotline.models.attachments import Attachment

    digest = hashlib.sha256(str(message.pk).encode()).hexdigest()
    return Attachment(message=message, position=0, name="bildschirm.png", media_type="image/png", size=40_000, sha256=digest)


def mails(count: int, words: Words, now: datetime) -> None:
    """Mails that came in: each is the first message of a ticket; 2 % were put aside, half of them settled; 100 could not be sent."""
    from hotline.models import IncomingMail, Message, OutgoingMail, Ticket

    firsts = Message.objects.filter(by_staff=False, mail=None).order_by("pk").values_list("pk", "ticket_id", "at", "body")
    rows = []
    for number, (message, ticket, at, body) in enumerate(firsts.filter(ticket__in=Ticket.objects.filter(pk__gt=0))[: count * 3 : 3]):
        aside = number % 50 == 49
        outcome = ("left" if number % 100 == 99 else "parked") if aside else "answer"
        said = {"outcome": outcome, "reason": "auto_reply" if aside else "", "subject": words.text(4)[:200], "text": body}
        where = {} if aside else {"ticket_id": ticket, "message_id": message}
        digest = hashlib.sha256(f"mail {number}".encode()).hexdigest()
        known = {"mail_id": f"<{number}@stadt.example>", "sender_address": f"clerk{number}@stadt.example", "size": 9000}
        rows.append(IncomingMail(sha256=digest, arrived_at=at, **known, **said, **where))
    IncomingMail.objects.bulk_create(rows, batch_size=BATCH)
    replies = Message.objects.filter(by_staff=True, kind="reply").order_by("pk").values_list("pk", "ticket_id", "at")[:count]
    OutgoingMail.objects.bulk_create(
        (
            OutgoingMail(
                kind="reply", ticket_id=ticket, message_id=message, to_address="clerk@stadt.example", mail_id=f"<out{number}@zentrum.example>",
                queued_at=at, **({"failed_at": at, "trouble": "550"} if number % (count // 100) == 0 else {"sent_at": at}),
            )
            for number, (message, ticket, at) in enumerate(replies)
        ),
        batch_size=BATCH,
    )  # fmt: skip


def incidents(people: dict[str, list[Any]], words: Words, now: datetime) -> None:
    """Incidents that have ended, each in five municipalities, and three that run."""
    from hotline.models import Incident
    from hotline.models.incidents import IncidentTown, IncidentUpdate

    made = Incident.objects.bulk_create(one_incident(n, words, now) for n in range(INCIDENTS))
    IncidentTown.objects.bulk_create(
        IncidentTown(incident=one, municipality=town) for n, one in enumerate(made) for town in people["towns"][n % 45 :][:5]
    )
    IncidentUpdate.objects.bulk_create(
        IncidentUpdate(incident=one, kind="begin", text=one.text, at=one.begun_at, by="Person agent 1") for one in made
    )


def one_incident(number: int, words: Words, now: datetime) -> Any:
    from hotline.models import Incident

    begun, runs = now - timedelta(days=10 * number, hours=1), number < 3
    moments = {"begun_at": begun, "created_at": begun, "announced_at": begun, "until": begun + timedelta(days=1)}
    ended = {} if runs else {"ended_at": begun + timedelta(hours=3)}
    return Incident(state="announced" if runs else "ended", title=words.text(4)[:80], text=words.text(20)[:500], **moments, **ended)


def articles(author: Any, words: Words, at: datetime) -> None:
    from hotline import publishing
    from hotline.composing import NewStep

    for number in range(ARTICLES):
        steps = [NewStep(words.text(30)) for _n in range(4)]
        said = {"title": words.text(4), "summary": words.text(12), "topic": f"Thema {number % 12}"}
        made = publishing.begin(**said, steps=steps, by=author, at=at)
        publishing.publish(article=made, by=author, at=at)
