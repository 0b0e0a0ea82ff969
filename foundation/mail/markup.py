"""HTML of a mail: cleaned for being shown, and as text.

nh3 (ammonia, html5ever) cleans as a browser parses. Left are words and their structure: no style, class or id, no form, no drawing, no
frame; a link leads to http, https or mail; an image is only one that came along in the mail ("cid:"). An image from elsewhere tells its
owner who reads the mail and when, so it is taken out and counted.
"""

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

import nh3

from foundation.mail.charsets import plain
from foundation.mail.facts import MAX_HTML, MAX_TEXT, Trouble, Troubles

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "small", "span", "strike"),
    *("strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul"),
}
WITH_CONTENT = {"script", "style", "svg", "math", "title", "noscript", "template", "iframe", "object", "select", "textarea", "xml"}
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
LINK = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x20]", re.I)
REMOTE = re.compile(r"\s*(?:https?:)?[\\/]{2}|\s*(?:https?|ftp):", re.I)
SMALL_NUMBER = re.compile(r"[0-9]{1,4}\Z")
IMAGE_WITHOUT_SOURCE = re.compile(r'<img(?: alt="[^"]*")?>')
REL = "noopener noreferrer"

# html5ever looks through all open elements for some tags: nesting costs quadratic time. A newsletter has some hundred levels at most.
OPEN_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
CHEAP = frozenset(
    {
        "br",
        "img",
        "hr",
        "col",
        "meta",
        "link",
        "input",
        "td",
        "th",
        "tr",
        "p",
        "li",
        "font",
        "a",
        "b",
        "i",
        "u",
        "span",
        "strong",
        "em",
        "o",
    }
)
MAX_LEVELS = 500
MAX_COSTLY_TAGS = 8_000
MAX_TAGS = 40_000  # a third of a second for every 10,000
MAX_REFERENCES = 60_000  # "&…;", which html5ever joins in quadratic time
MAX_TAG_CHARS = 20_000
ANY_TAG = re.compile(r"<[^<>]{0,2000}>?")

PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"})
LINES = frozenset({"div", "li", "tr", "dt", "dd", "caption", "center"})


def cleaned(html: str, troubles: Troubles) -> tuple[str, int]:
    """Give the clean HTML and how many remote images it had; "" if it cannot be read in reasonable time."""
    if len(html) > MAX_HTML:
        troubles.add(Trouble.HTML_CUT)
        html = html[:MAX_HTML]
    if _too_costly(html):
        troubles.add(Trouble.HTML_UNREADABLE)
        return "", 0
    remote = 0

    def kept(tag: str, attribute: str, value: str) -> str | None:
        nonlocal remote
        if attribute == "href":
            return value.strip() if LINK.match(value.strip()) else None
        if attribute == "src":
            remote += tag == "img" and REMOTE.match(value) is not None
            return value if re.match(r"cid:[^\s\"'<>]{1,500}\Z", value, re.I) else None
        if attribute in {"colspan", "rowspan", "start"}:
            return value if SMALL_NUMBER.match(value) else None
        return value

    clean = _nh3(plain(html), kept)
    count = remote
    without = IMAGE_WITHOUT_SOURCE.sub("", clean)
    if without != clean:
        clean = _nh3(without, kept)  # what was cut by a pattern is read again before anybody believes it
    if len(clean) > 2 * MAX_HTML:  # closing tags that were left out by the sender
        troubles.add(Trouble.HTML_UNREADABLE)
        return "", count
    return clean.strip(), count


def text_of_html(clean: str) -> str:
    """Give the text of HTML that `cleaned` has made; links keep their address, quotations begin with ">"."""
    writer = _Writer()
    writer.feed(clean)
    writer.close()
    return writer.text()[:MAX_TEXT]


def text_of_unreadable(html: str) -> str:
    """Give what is left of HTML that is not even cleaned when everything like a tag is taken out."""
    return re.sub(r"[ \t]{2,}", " ", ANY_TAG.sub(" ", plain(html[:MAX_TEXT]))).strip()


def html_of_text(text: str) -> str:
    return "<p>" + escape(text).replace("\n", "<br>") + "</p>"


def _nh3(html: str, kept: Callable[[str, str, str], str | None]) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto", "cid"},
        strip_comments=True,
        link_rel=REL,
    )


def _too_costly(html: str) -> bool:
    """Tell HTML that would take longer than some seconds: levels, tags and references are counted roughly, in one pass."""
    if html.count("&") > MAX_REFERENCES:
        return True
    depth: dict[str, int] = {}
    levels = costly = 0
    for number, tag in enumerate(OPEN_TAG.finditer(html)):
        if number > MAX_TAGS:
            return True
        name = tag.group(2).lower()
        if name in CHEAP:
            continue
        if not tag.group(1):
            costly += 1
            depth[name] = depth.get(name, 0) + 1
            levels += 1
        elif depth.get(name):
            depth[name] -= 1
            levels -= 1
        if levels > MAX_LEVELS or costly > MAX_COSTLY_TAGS:
            return True
    return any(len(piece) > MAX_TAG_CHARS and ">" not in piece[:MAX_TAG_CHARS] for piece in html.split("<")[1:])


class _Writer(HTMLParser):
    """Writes clean HTML as text; what it does not know is words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, str]] = []  # how deep it is quoted, and the line
        self._line: list[str] = []
        self._quoted = self._preformatted = 0
        self._link, self._link_words = "", 0
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)
        values = dict(attrs)
        if tag == "br":
            self._end_line()
        elif tag == "blockquote":
            self._quoted = min(self._quoted + 1, 20)
        elif tag == "pre":
            self._preformatted += 1
        elif tag in {"ul", "ol"}:
            self._lists.append(int(values.get("start") or 1) if tag == "ol" else None)
        elif tag == "li":
            self._line.append(self._bullet())
        elif tag in {"td", "th"} and self._line:
            self._line.append("\t")
        elif tag == "a":
            self._link, self._link_words = values.get("href") or "", len(self._line)
        elif tag == "hr":
            self._line.append("---")
            self._end_line()
        elif tag == "img" and values.get("alt"):
            self._line.append(f"[{values['alt']}]")

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._end_line(only_if_any=True)
            self._quoted = max(self._quoted - 1, 0)
        self._break(tag)
        if tag == "pre":
            self._preformatted = max(self._preformatted - 1, 0)
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "a":
            words = "".join(self._line[self._link_words :]).strip()
            if self._link and words and words not in {self._link, self._link.removeprefix("mailto:"), self._link.rstrip("/")}:
                self._line.append(f" <{self._link.removeprefix('mailto:')}>")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._preformatted:
            self._line.append(re.sub(r"[ \t\r\n]+", " ", data))
            return
        first, *more = data.split("\n")
        self._line.append(first)
        for line in more:
            self._end_line()
            self._line.append(line)

    def text(self) -> str:
        self._end_line(only_if_any=True)
        out: list[str] = []
        for quoted, line in self._lines:
            text = ("> " * quoted + line).rstrip() if quoted else line
            if line or (out and out[-1].strip("> ")):
                out.append(text)
        while out and not out[-1].strip("> "):
            out.pop()
        return "\n".join(out)

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        number = self._lists[-1]
        self._lists[-1] = number + 1
        return f"{number}. "

    def _break(self, tag: str) -> None:
        if tag in PARAGRAPHS or tag in LINES:
            self._end_line(only_if_any=True)
        if tag in PARAGRAPHS:
            self._lines.append((self._quoted, ""))

    def _end_line(self, *, only_if_any: bool = False) -> None:
        joined = "".join(self._line)
        line = joined.rstrip() if self._preformatted else re.sub(r" {2,}", " ", joined.replace("\xa0", " ")).strip(" ")
        if line or not only_if_any:
            self._lines.append((self._quoted, line))
        self._line, self._link_words = [], 0
