"""Practice towns as the centre knows them: ordered of the golden town's node, entered by one click or by a slip.

For the training app, which knows who the trainees are. The node makes the towns, decides, and answers; what it said is in PracticePlace.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from foundation import signed
from tenants import channel, current, entering, identity, slip_sheets
from tenants.models import User

from . import ordering, visiting
from .admitting import as_uuid, line
from .models import Municipality, Order, PracticePlace, Site

MOST = 60  # trainees in one order
State = PracticePlace.State
Follower = Callable[[UUID], None]
_followers: list[Follower] = []


def when_made_anew(follow: Follower) -> None:
    """Let an app follow that a trainee's town was made anew: `follow(trainee)`, once her node has said so. Called in AppConfig.ready()."""
    if follow not in _followers:
        _followers.append(follow)


class CannotPractise(Exception):
    """It cannot be done; the message says why."""


@dataclass(frozen=True)
class Trainee:
    """`id`: hers on this course date; `name`: what she is called in her town. `slip`: hash of the code on a slip that was printed for her."""

    id: UUID
    name: str
    slip: str = ""


@dataclass(frozen=True)
class Way:
    """Where the browser sends `token`, by a form."""

    address: str
    token: str


def open_towns(
    *, golden: Municipality, course: UUID, until: datetime, trainees: Collection[Trainee], account: str = "", by: User | None, at: datetime
) -> list[Order]:
    """Have a town opened for each trainee until then; who has one keeps it. `account`: user name in the golden town that becomes theirs.

    Raises CannotPractise: there are no trainees, the course is over, or the golden town's node is not connected.
    """
    if not trainees:
        raise CannotPractise(_("Nobody takes part yet."))
    with current.atomic():
        for one in trainees:
            place, made = PracticePlace.objects.get_or_create(
                course=course, trainee=one.id, defaults={"golden": golden, "until": until, "state": State.ASKED}
            )
            if not made:
                _asked_again(place, golden, until)
        return [_opening(golden, course, until, part, account, by, at) for part in _parts(list(trainees))]


def reset_town(*, course: UUID, trainee: UUID, even_now: bool = False, by: User, at: datetime) -> Order:
    """Ask for one trainee's town to be made anew. Without `even_now` its node refuses while she is working in it; what it says is in `reason` then.

    Raises CannotPractise.
    """
    place = _open_place(course, trainee, at)
    PracticePlace.objects.filter(pk=place.pk).update(reason="")
    body = {"course": str(course), "trainee": str(trainee), "even_now": even_now}
    return _order(place.golden, channel.PRACTICE_RESET, body, place.until, by, at)


def end_towns(*, course: UUID, trainee: UUID | None = None, by: User | None, at: datetime) -> list[Order]:
    """Have the towns of a course date ended, or one trainee's; here they are forgotten at once. Nothing to end is no error.

    Raises CannotPractise: the node is not connected any more. There they end by themselves at their time.
    """
    with current.atomic():
        places = PracticePlace.objects.filter(course=course, **({"trainee": trainee} if trainee else {}))
        golden = Municipality.objects.filter(pk__in=places.values("golden")).order_by("pk")
        body = {"course": str(course)} | ({"trainee": str(trainee)} if trainee else {})
        given = [_order(one, channel.PRACTICE_END, body, at + channel.ORDER_HOLDS, by, at) for one in golden]
        places.delete()
    return given


def way_for(*, course: UUID, trainee: UUID, at: datetime) -> Way:
    """The way of a trainee, who is signed in here, into her own town: good for 60 seconds and once. Raises CannotPractise."""
    place = _open_place(course, trainee, at)
    site = place.golden.site
    if site is None or site.state != Site.State.CONFIRMED:
        raise CannotPractise(_("%(town)s is not connected with the competence centre.") % {"town": place.golden})
    me = identity.mine()
    token = signed.sign(
        key=me.signing(at),
        purpose=channel.PRACTICE_VISIT,
        claims={"municipality": place.golden.slug, "course": str(course), "trainee": str(trainee)},
        issuer=me.id,
        audience=str(site.public_id),
        at=at,
        lasts=channel.HOLDS,
    )
    return Way(f"{place.address}{channel.PRACTICE_ARRIVES_AT}", token)


def print_slips(*, course: UUID, trainees: Collection[Trainee], by: User, at: datetime) -> bytes:
    """A PDF with a new slip for each of these trainees whose town is open. The codes are on it and nowhere else; the node is told their hashes.

    A slip opens the town as soon as the node has fetched the order, within seconds. Raises CannotPractise: no town is open.
    """
    names = {one.id: one.name for one in trainees}
    with current.atomic():
        places = PracticePlace.objects.filter(course=course, trainee__in=names, state=State.OPEN, until__gt=at).select_related("golden")
        found = list(places.order_by("town"))
        if not found:
            raise CannotPractise(_("No practice town is open yet."))
        codes = {place.trainee: entering.new_code() for place in found}
        for golden in {place.golden for place in found}:
            theirs = [place for place in found if place.golden == golden]
            people = [Trainee(place.trainee, names[place.trainee], entering.hash_of(codes[place.trainee])) for place in theirs]
            for part in _parts(people):
                _opening(golden, course, max(place.until for place in theirs), part, "", by, at)
    return slip_sheets.as_pdf([slip_sheets.Slip(names[p.trainee], p.town, p.address, codes[p.trainee], p.until) for p in found])


def take_answer(*, order: Order, at: datetime) -> None:
    """Keep what the node said of its towns, and forget the names that the order bore. Called inside the transaction that keeps the answer."""
    course = as_uuid(str(order.body.get("course")))
    if course is None:
        return
    told = [one for one in _list(order.answer.get("towns")) if isinstance(one, dict)]
    for one in told:
        trainee, address = as_uuid(str(one.get("trainee"))), visiting.usable(str(one.get("address", "")))
        if trainee and address:
            said = {"state": State.OPEN, "town": line(one.get("town"), 40), "address": address, "reason": ""}
            PracticePlace.objects.filter(golden=order.municipality, course=course, trainee=trainee).update(**said)
    if order.kind == channel.PRACTICE_OPEN:
        _take_refusals(order, course)
        _forget_names(order)
    if order.kind == channel.PRACTICE_RESET and (trainee := as_uuid(str(order.body.get("trainee")))):
        _take_reset(order, course, trainee)


def forget_old(*, at: datetime) -> int:
    """Drop what is known of towns whose time is over, and the names in orders that no node fetched in time. Returns how many towns."""
    with current.atomic():
        late = Order.objects.filter(kind=channel.PRACTICE_OPEN, state=Order.State.WAITING, expires_at__lt=at, body__has_key="trainees")
        for order in late.select_for_update():
            _forget_names(order)
        return PracticePlace.objects.filter(until__lt=at).delete()[0]


def _forget_names(order: Order) -> None:
    order.body = {name: said for name, said in order.body.items() if name != "trainees"}
    order.save(update_fields=["body"])


def _take_refusals(order: Order, course: UUID) -> None:
    """Who got none: the node said why, of each or of all."""
    refused = {
        as_uuid(str(one.get("trainee"))): line(one.get("reason"), 500)
        for one in _list(order.answer.get("refused"))
        if isinstance(one, dict)
    }
    if order.state == Order.State.REFUSED:
        asked = [as_uuid(str(one.get("id"))) for one in _list(order.body.get("trainees")) if isinstance(one, dict)]
        refused |= dict.fromkeys(asked, line(order.answer.get("reason"), 500))
    for trainee, reason in refused.items():
        if trainee is None:
            continue
        waiting = PracticePlace.objects.filter(golden=order.municipality, course=course, trainee=trainee, state=State.ASKED)
        waiting.update(state=State.REFUSED, reason=reason)


def _take_reset(order: Order, course: UUID, trainee: UUID) -> None:
    """Her town is as it was where the node refused: somebody works in it, or an error happened."""
    if order.state == Order.State.REFUSED:
        hers = PracticePlace.objects.filter(golden=order.municipality, course=course, trainee=trainee)
        hers.update(reason=line(order.answer.get("reason"), 500) or _("It was not made anew."))
        return
    for follow in _followers:
        follow(trainee)


def _asked_again(place: PracticePlace, golden: Municipality, until: datetime) -> None:
    if place.golden_id != golden.pk:
        raise CannotPractise(_("A course date has one practice town. End the towns that are open first."))
    place.until = max(place.until, until)
    if place.state == State.REFUSED:
        place.state, place.reason = State.ASKED, ""
    place.save(update_fields=["until", "state", "reason"])


def _opening(
    golden: Municipality, course: UUID, until: datetime, trainees: Sequence[Trainee], account: str, by: User | None, at: datetime
) -> Order:
    told = [{"id": str(one.id), "name": one.name, **({"slip": one.slip} if one.slip else {})} for one in trainees]
    body = {"course": str(course), "until": until.isoformat(), "trainees": told, **({"account": account} if account else {})}
    return _order(golden, channel.PRACTICE_OPEN, body, until, by, at)


def _open_place(course: UUID, trainee: UUID, at: datetime) -> PracticePlace:
    found = PracticePlace.objects.select_related("golden__site").filter(course=course, trainee=trainee).first()
    if found is None or found.until <= at:
        raise CannotPractise(_("There is no practice town for you on this course date."))
    if found.state != State.OPEN:
        raise CannotPractise(found.reason or _("The practice town is being made. Please try again in a minute."))
    return found


def _order(golden: Municipality, kind: str, body: dict[str, Any], until: datetime, by: User | None, at: datetime) -> Order:
    site = golden.site
    if site is None:
        raise CannotPractise(_("%(town)s is not connected with the competence centre.") % {"town": golden})
    try:
        expires_at = min(until, at + channel.ORDER_HOLDS)
        return ordering.order(site=site, municipality=golden, kind=kind, body=body, expires_at=expires_at, by=by, at=at)
    except ordering.CannotOrder as refusal:
        raise CannotPractise(str(refusal)) from refusal


def _parts(trainees: Sequence[Trainee]) -> list[Sequence[Trainee]]:
    return [trainees[first : first + MOST] for first in range(0, len(trainees), MOST)]


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []
