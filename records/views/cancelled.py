"""Cancelled documents in a file's contents: folded away, for whoever looks for one after the message that offered to take it back is gone."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from records.contents import Cancelled

NOBODY = "00000000-0000-0000-0000-000000000000"
FORM = "cancelled-restore"  # the form of components/binder.html that its buttons send
ROW = '<li><span class="cancelled__text"><a href="{address}">{title}</a><small>{said}</small></span>{button}</li>'
BUTTON = (
    '<button class="kern-btn kern-btn--tertiary kern-btn--small no-print" type="submit" form="{form}" formaction="{address}">'
    '{word}<span class="sr-only">: {title}</span></button>'
)


def drawn(documents: list[Cancelled], *, can_file: bool) -> SafeString:
    """The rows of the list; with `can_file` each has a button that restores it, but for attachments, which come back with their document."""
    pages, restoring = (reverse(f"records:{name}", args=[NOBODY]) for name in ("document", "document_restore"))
    since, together, word = _("cancelled on %(day)s"), _("comes back with “%(title)s”"), _("Restore")
    discarded, back = _("draft, discarded on %(day)s"), _("Take the draft back")
    rows = []
    for document in documents:
        place, title = str(document.public_id), escape(document.title)
        said = (discarded if document.draft else since) % {"day": f"{timezone.localtime(document.cancelled_at):%d.%m.%Y}"}
        if document.attached_to:
            said = f"{said} · {together % {'title': document.attached_to}}"
        button = ""
        if can_file and not document.attached_to:
            button = BUTTON.format(form=FORM, address=restoring.replace(NOBODY, place), word=back if document.draft else word, title=title)
        rows.append(ROW.format(address=pages.replace(NOBODY, place), title=title, said=escape(said), button=button))
    return mark_safe("".join(rows))  # noqa: S308 what people have written is escaped above
