"""{% moment message.at %}: a moment as people read it, and as programs do. A library of tags; it is built into all templates (settings.TEMPLATES).

A list has a hundred of them. Two filters that read a format letter by letter take ten times as long as this tag, which knows what it writes.
"""

from __future__ import annotations

from datetime import datetime

from django.template import Context, Library, Node, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.safestring import SafeString, mark_safe

register = Library()
LOOKS = ("", "day", "weekday", "words")


class Moment(Node):
    def __init__(self, at: FilterExpression, look: str, css: str) -> None:
        self.at, self.look, self.head = at, look, f'<time class="{css}" datetime="' if css else '<time datetime="'

    def render(self, context: Context) -> SafeString | str:
        at = self.at.resolve(context)
        if not isinstance(at, datetime):
            return ""
        local = at.astimezone(timezone.get_default_timezone())  # there is no other one on screens
        words = day(local) if self.look == "day" else written(local, weekday=self.look == "weekday")
        return words if self.look == "words" else mark_safe(f'{self.head}{local.isoformat()}">{words}</time>')  # noqa: S308 - made here


def written(local: datetime, *, weekday: bool = False) -> str:
    """A local moment in German, to the minute: "26.11.2026 16:05", or in this year's days "Do 26.11. 16:05"."""
    if weekday:
        return f"{WEEKDAYS_ABBR[local.weekday()]!s} {local.day:02}.{local.month:02}. {local.hour:02}:{local.minute:02}"
    return f"{day(local)} {local.hour:02}:{local.minute:02}"


def day(local: datetime) -> str:
    return f"{local.day:02}.{local.month:02}.{local.year}"


@register.tag
def moment(parser: Parser, token: Token) -> Moment:
    """{% moment AT [LOOK [CLASS]] %}: nothing if AT is no datetime. LOOK: "", "day" (without the time of day), "weekday", or "words" (without the element around it)."""
    _tag, *words = token.split_contents()
    look, css = [*(word.strip('"') for word in words[1:]), "", ""][:2]
    if len(words) not in (1, 2, 3) or look not in LOOKS or not all(sign.isalnum() or sign in " -_" for sign in css):
        raise TemplateSyntaxError(f"moment takes a moment, perhaps a look, one of {LOOKS}, and a class")
    return Moment(parser.compile_filter(words[0]), look, css)
