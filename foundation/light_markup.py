"""A small markup for texts that people read: paragraphs, lists, **bold**, *stress* and links. Nothing else gets through.

markdown-it reads it with everything else switched off (no HTML, no pictures, no headings, no code), and nh3 cleans what it makes as a
browser would read it: two independent reasons why no script, frame or foreign address ever stands in an article.
"""

from __future__ import annotations

from functools import lru_cache
from html import unescape

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "a"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
REL = "noopener noreferrer"


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False, "linkify": False, "breaks": True, "maxNesting": 12})
    return reader.enable(["list", "emphasis", "link", "autolink", "newline", "escape", "entity", "balance_pairs", "fragments_join"])


def html_of(text: str) -> str:
    """Give safe HTML. A link to anything but http, https or mailto stays as its words."""
    made = _reader().render(text.replace("\x00", ""))
    return nh3.clean(
        made,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=REL,
        url_relative="deny",  # "//elsewhere" and "javascript:" in disguise are relative to a browser first
    )


def text_of(text: str) -> str:
    """Give the words alone, for searching and for extracts."""
    bare = nh3.clean(html_of(text).replace("</p>", "</p>\n").replace("</li>", "</li>\n").replace("<br>", "<br>\n"), tags=set())
    return "\n".join(line for line in (unescape(line).strip() for line in bare.split("\n")) if line)
