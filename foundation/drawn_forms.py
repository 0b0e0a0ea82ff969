"""Drawing of forms' controls (settings.FORM_RENDERER): as Django's, but a list of choices by code and not by a template for each choice.

A select with thirty names took a tenth of a page's time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

SELECT, OPTION = "django/forms/widgets/select.html", "django/forms/widgets/select_option.html"


class Renderer(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == SELECT and (drawn := select(context["widget"])) is not None:
            return drawn
        return super().render(template_name, context, request)


def select(widget: Mapping[str, Any]) -> SafeString | None:
    """The markup of Django's template for a select, None if its options are drawn by other ones."""
    lines = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _place in widget["optgroups"]:
        if any(option["template_name"] != OPTION for option in options):
            return None
        if group:
            lines.append(f'<optgroup label="{conditional_escape(group)}">')
        lines += [
            f'<option value="{conditional_escape(str(option["value"]))}"{_attributes(option["attrs"])}>{_label(option["label"])}</option>'
            for option in options
        ]
        if group:
            lines.append("</optgroup>")
    return mark_safe("\n".join([*lines, "</select>"]))  # noqa: S308 - each value is escaped above


def _label(label: Any) -> str:
    return str(conditional_escape(localize(label)))


def _attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}" + ("" if value is True else f'="{conditional_escape(str(value))}"')
        for name, value in attrs.items()
        if value is not False
    )
