"""Text modules: kept by staff, offered behind "::", with the words of the ticket filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current, journal
from tenants.models import User

from . import wording
from .models import TextModule, Ticket

KEY = re.compile(r"[a-z0-9äöüß]+(-[a-z0-9äöüß]+)*")
VARIABLE = re.compile(r"\{(\w+)\}")


class CannotPhrase(Exception):
    """The text module cannot be kept like that; the message says why. `field` names what was wrong."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def keep(*, key: str, title: str, body: str, by: User, at: datetime, module: TextModule | None = None, active: bool = True) -> TextModule:
    """Make a text module, or change one. Raises CannotPhrase: a short word that is taken or none, an unknown variable, nothing written."""
    key = key.strip().lower()
    title, body = wording.subject(title, refuse=CannotPhrase)[:100], wording.text(body, refuse=CannotPhrase)
    if not KEY.fullmatch(key) or len(key) > 40:
        raise CannotPhrase(_("A short word has small letters, digits and hyphens only, for example “passwort-neu”."), "key")
    unknown = sorted(set(VARIABLE.findall(body)) - set(_values()))
    if unknown:
        words = {"unknown": ", ".join(f"{{{name}}}" for name in unknown), "known": ", ".join(f"{{{name}}}" for name in _values())}
        raise CannotPhrase(_("%(unknown)s is not known. There are: %(known)s.") % words, "body")
    with current.atomic():
        taken = TextModule.objects.filter(key=key).values_list("pk", flat=True).first()
        if taken is not None and (module is None or taken != module.pk):
            raise CannotPhrase(_("There is a text module of this short word already."), "key")
        kept = TextModule.objects.select_for_update().get(pk=module.pk) if module else TextModule()
        wanted = {"key": key, "title": title, "body": body, "active": active}
        changes = {name: (getattr(kept, name), value) for name, value in wanted.items() if getattr(kept, name) != value}
        for name, value in wanted.items():
            setattr(kept, name, value)
        kept.save()
        journal.enter(act="keep_text_module", object=kept, by=by, at=at, changes=changes)
    return kept


def offered(*, ticket: Ticket, person: User) -> list[dict[str, str]]:
    """All text modules in use, by their short words, with the words of a ticket filled in: key, title, text."""
    values = _values(ticket, person)
    modules = TextModule.objects.filter(active=True).order_by("key")
    return [{"key": one.key, "title": one.title, "text": filled(one.body, values)} for one in modules]


def filled(body: str, values: Mapping[str, str]) -> str:
    """A text with its variables filled in; what is unknown stays as it is written."""
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), body)


def _values(ticket: Ticket | None = None, person: User | None = None) -> dict[str, str]:
    return {
        "name": ticket.requester.display_name if ticket else "",
        "nummer": ticket.number if ticket else "",
        "betreff": ticket.subject if ticket else "",
        "kommune": str(ticket.municipality or "") if ticket else "",
        "bearbeitung": person.display_name if person else "",
    }
