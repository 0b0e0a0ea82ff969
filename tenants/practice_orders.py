"""What the competence centre orders of a node that has practice towns: open them for a course date, make one anew, end them.

The orders are for the golden town, whose municipality the centre knows. Each may come twice, and two orders may say the same: what is there already
is told again, nothing is made twice.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import Error
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from psycopg import Error as DriverError

from . import current, entering, marking, practising
from .orders import Order, Refused

logger = logging.getLogger(__name__)
MOST = 60  # trainees in one order
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
HASH = re.compile(r"[0-9a-f]{64}|")


@dataclass(frozen=True)
class Trainee:
    """`slip`: SHA-256 of the code on her printed slip, "" without one."""

    id: UUID
    name: str
    slip: str


def open_towns(*, order: Order, at: datetime) -> Mapping[str, Any]:
    """Open a town for each trainee: {course, until, trainees: [{id, name, slip?}], account?} → {towns: […], refused: […]}.

    One that cannot be opened keeps no other from hers. Raises orders.Refused if the order cannot be read, or nothing could be done.
    """
    course, until, account = _id(order.body.get("course")), _moment(order.body.get("until")), order.body.get("account", "")
    trainees = _trainees(order.body.get("trainees"))
    if not isinstance(account, str):
        raise Refused(_("The order cannot be read."))
    opened: list[dict[str, Any]] = []
    refused: list[dict[str, str]] = []
    for one in trainees:
        try:
            town = practising.open_town(
                golden=current.municipality().slug,
                course=str(course),
                trainee=one.id,
                name=one.name,
                until=until,
                account=account[:150],
                at=at,
            )
        except (practising.CannotPractise, marking.NotMarked) as reason:
            refused.append({"trainee": str(one.id), "reason": str(reason)})
        except (DriverError, OSError):
            logger.exception("the practice town of %s was not opened", one.id)
            refused.append({"trainee": str(one.id), "reason": _("An error happened.")})
        else:
            if one.slip:
                entering.know_slip(course=str(course), trainee=str(one.id), code_hash=one.slip, until=until)
            opened.append(_told(town))
    if not opened:
        raise Refused(refused[0]["reason"])
    return {"towns": opened, "refused": refused}


def reset_town(*, order: Order, at: datetime) -> Mapping[str, Any]:
    """Make one trainee's town anew: {course, trainee, even_now?} → {towns: [her town]}. Raises orders.Refused, also while she works in it."""
    course, trainee = _id(order.body.get("course")), _id(order.body.get("trainee"))
    found = practising.towns_of(golden=current.municipality().slug, course=str(course), trainee=str(trainee))
    if not found:
        raise Refused(_("This person has no practice town on this course date."))
    even_now = order.body.get("even_now") is True
    town = _or_refused(practising.reset_town, town=found[0]["slug"], even_now=even_now, order=str(order.id), at=at)
    return {"towns": [_told(town)]}


def end_towns(*, order: Order, at: datetime) -> Mapping[str, Any]:
    """End the towns of a course date, or of one of its trainees: {course, trainee?} → {ended: how many}. Raises orders.Refused."""
    course = _id(order.body.get("course"))
    trainee = str(_id(order.body["trainee"])) if "trainee" in order.body else ""
    found = practising.towns_of(golden=current.municipality().slug, course=str(course), trainee=trainee)
    for row in found:
        _or_refused(practising.end_town, town=row["slug"])
    entering.forget_slips(course=str(course), trainee=trainee)
    return {"ended": len(found)}


def _or_refused(act: Any, **said: Any) -> Any:
    try:
        return act(**said)
    except (practising.CannotPractise, marking.NotMarked) as reason:
        raise Refused(str(reason)) from reason
    except Error:
        raise  # the database of the golden town: it is tried again
    except (DriverError, OSError) as trouble:
        logger.exception("an order for practice towns was not carried out")
        raise Refused(_("An error happened.")) from trouble


def _told(town: practising.Opened) -> dict[str, Any]:
    row = town.town
    return {"trainee": row.trainee, "town": practising.name_of(town.number), "number": town.number, "address": town.address}


def _trainees(told: Any) -> list[Trainee]:
    """Everybody once. Raises orders.Refused."""
    if not isinstance(told, list) or not 0 < len(told) <= MOST or not all(isinstance(one, dict) for one in told):
        raise Refused(_("An order names 1 to %(most)s trainees.") % {"most": MOST})
    read = {one.id: one for one in (_trainee(one) for one in told)}
    return list(read.values())


def _trainee(told: Mapping[str, Any]) -> Trainee:
    name, slip = told.get("name"), told.get("slip", "")
    line = " ".join(CONTROL.sub(" ", name).split())[:200] if isinstance(name, str) else ""
    if not line or not isinstance(slip, str) or not HASH.fullmatch(slip):
        raise Refused(_("The order cannot be read."))
    return Trainee(_id(told.get("id")), line, slip)


def _id(told: Any) -> UUID:
    try:
        return UUID(told)
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused(_("The order cannot be read.")) from error


def _moment(told: Any) -> datetime:
    try:
        found = parse_datetime(told) if isinstance(told, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refused(_("The order cannot be read."))
    return found
