"""Kinds of pages in words: what people read beside the name of a route. Each app says those of its own; what is named by nobody has none."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_titles: dict[str, Promise] = {
    "tenants:login": _("Sign in"),
    "tenants:password_change": _("Change password"),
    "tenants:people": _("People"),
    "tenants:person_new": _("New person"),
    "tenants:people_import": _("People from a table"),
    "tenants:person": _("Person"),
    "tenants:person_move": _("Move to another office"),
    "tenants:person_deactivate": _("End the account"),
    "tenants:offices": _("Organisation"),
    "tenants:office": _("Office"),
    "tenants:substitutes": _("Substitutes"),
    "tenants:substitutes_of_others": _("Substitutes"),
    "tenants:help": _("Help"),
    "tenants:training": _("Training"),
    "tenants:centre_messages": _("Sent to the centre"),
    "tenants:caught_mail": _("Out-tray"),
    "tenants:settings": _("Settings"),
    "pages:accessibility": _("Accessibility"),
    "pages:privacy": _("Data protection"),
    "pages:imprint": _("Imprint"),
    "pages:feedback_list": _("Reported barriers"),
    "api_docs": _("Interface for programs"),
}


def name(titles: Mapping[str, Promise]) -> None:
    """Say how an app's pages are called, by the names of their routes. Called in AppConfig.ready()."""
    _titles.update(titles)


def title(route: str) -> str:
    """How the page of a route is called; "" for one that has no name of its own."""
    return str(_titles.get(route, ""))
