"""What the screens of a file's facts have in common: one form on a page of its own, and back to the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from records import facts
from records.models import RecordFile

from .doors import ClerkRequest
from .meanwhile import renew


def form_page(
    request: ClerkRequest,
    file: RecordFile,
    form: forms.Form,
    act: Callable[[Mapping[str, Any]], object],
    *,
    title: str,
    submit: str,
    done: str,
    back: str | None = None,
    stored: Callable[[], Mapping[str, Any]] | None = None,
    undo: str = "",
    **more: Any,
) -> HttpResponse:
    """Show a form; sent and right, do the act and go back. A refusal stands at its field, and what was typed stays.

    `stored` gives what the form would begin with now: where somebody else was quicker, that is shown, and the form can be sent again.
    `back` is an address; without it, the facts of the file at the section `section`. `undo` is the address by
    which the message offers to take the act back (components/messages.html). `danger` colours the button, `text` stands above.
    """
    address = back or f"{reverse('records:file_facts', args=[file.public_id])}#{more.get('section', '')}"
    now: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except facts.Changed as refusal:
            form.add_error(None, str(refusal))
            now = renew(form, stored()) if stored else []
        except facts.CannotKeep as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, done, extra_tags=undo)
            return redirect(address)
    context = {"nav": "file_plan", "file": file, "form": form, "title": title, "submit": submit, "cancel_url": address, "now": now, **more}
    return render(request, "records/fact_form.html", context, status=422 if form.errors else 200)


def posted(request: ClerkRequest) -> QueryDict | None:
    """What a form is bound to: also an empty body, which then lacks everything."""
    return request.POST if request.method == "POST" else None


def row_or_404(rows: Any, public_id: Any) -> Any:
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
