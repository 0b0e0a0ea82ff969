"""{% icon "edit" %}: a drawn icon in a template. A library of tags; it is built into all templates (settings.TEMPLATES).

A page has a hundred icons. As an included template each takes ten times as long as as a tag that knows its words beforehand.
"""

from __future__ import annotations

from django.template import Context, Library, Node, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = Library()
DRAWINGS = "img/icons.svg"


class Icon(Node):
    def __init__(self, name: FilterExpression, size: FilterExpression | None) -> None:
        self.name, self.size = name, size
        self.constant = name.is_var is False and (size is None or size.is_var is False)
        self.drawn: SafeString | None = None

    def render(self, context: Context) -> SafeString:
        if self.drawn is not None:
            return self.drawn
        drawn = draw(self.name.resolve(context), self.size.resolve(context) if self.size else "")
        if self.constant:
            self.drawn = drawn
        return drawn


def draw(name: str, size: str = "") -> SafeString:
    """Markup of a decoration: `name` is a symbol of DRAWINGS, `size` "small" or nothing."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" icon--{size}" if size else "",
        static(DRAWINGS),
        name,
    )


@register.tag
def icon(parser: Parser, token: Token) -> Icon:
    """{% icon NAME [SIZE] %}; both may be variables. Decoration only: what it means is said in words beside it."""
    _tag, *words = token.split_contents()
    if len(words) not in (1, 2):
        raise TemplateSyntaxError("icon takes a name and perhaps a size")
    name, *size = (parser.compile_filter(word) for word in words)
    return Icon(name, size[0] if size else None)
