"""Protection need of a file and of the documents in it, on one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from records import protection, secrecy
from records.models import Document, RecordFile, SecrecyMark
from records.models.access import LEVEL_FOR
from records.models.files import ProtectionNeed
from tenants import current

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may


@dataclass
class Choice:
    """One choice of the page: its name there, what it is called, what it is for, what is stored, and what is chosen in it."""

    name: str
    label: str
    target: RecordFile | Document | None
    among: Any
    stored: str
    chosen: str
    now: str = ""

    def changed_in(self, sent: QueryDict) -> str | None:
        """What the clerk has chosen in place of what the page showed her; None if she left it as it was."""
        chosen = sent.get(self.name)
        return chosen if chosen != self.seen_in(sent) else None

    def seen_in(self, sent: QueryDict) -> str:
        return sent.get(f"seen-{self.name}", self.stored)

    def keep(self, sent: QueryDict) -> None:
        """Choose again what she had chosen; where somebody else was quicker, `now` says what is stored."""
        wanted = self.changed_in(sent)
        if wanted is None or wanted not in dict(self.among):
            return
        self.chosen = wanted
        if self.stored not in (wanted, self.seen_in(sent)):
            self.now = str(dict(self.among)[self.stored])


@require_http_methods(["GET", "HEAD", "POST"])
def file_protection(request: ClerkRequest, file: UUID) -> HttpResponse:
    """One choice for the file and one for each document; only what was changed is written, and all of it or nothing.

    What somebody else has set meanwhile is not overwritten; it stands beside what was chosen, which can be sent again.
    """
    found = file_or_404(request.user, file, LEVEL_FOR["set_protection_need"])
    refusal = ""
    if request.method == "POST":
        try:
            with current.atomic():
                changed = _set(request, found)
        except (protection.CannotProtect, secrecy.CannotMark) as said:
            refusal = str(said)
        else:
            if changed:
                messages.success(request, _("The protection need has been set."))
            return redirect("records:file_protection", file)
    own, secret, *documents = choices = list(_choices(found))
    if refusal:
        for one in choices:
            one.keep(request.POST)
    context: dict[str, Any] = {"nav": "file_plan", "file": found, "own": own, "secret": secret, "documents": documents}
    context |= {"crumbs": crumbs_of(found), "refusal": refusal, "now": [(one.label, one.now) for one in choices if one.now]}
    return render(request, "records/protection.html", context | may(request.user, found), status=422 if refusal else 200)


def _choices(file: RecordFile) -> Iterator[Choice]:
    """That of the file, that of its secrecy, and that of each document."""
    need, mark = file.protection_need, secrecy.mark_of(file)
    yield Choice("file", _("The file itself"), file, ProtectionNeed.choices, need, need)
    yield Choice("secrecy", _("Special secrecy"), None, [("", _("None")), *SecrecyMark.Kind.choices], mark, mark)
    for one in Document.objects.filter(file=file, cancelled_at__isnull=True).select_related("register").order_by("rank", "pk"):
        yield Choice(str(one.public_id), one.title, one, ProtectionNeed.choices, one.protection_need, one.protection_need)


def _set(request: ClerkRequest, file: RecordFile) -> bool:
    changed = False
    for one in _choices(file):
        wanted, seen = one.changed_in(request.POST), one.seen_in(request.POST)
        if wanted is None:
            continue
        if one.target is None:
            secrecy.mark(target=file, kind=wanted, by=request.user, at=timezone.now(), seen=seen)
        else:
            protection.set_need(target=one.target, need=wanted, by=request.user, at=timezone.now(), seen=seen)
        changed = True
    return changed
