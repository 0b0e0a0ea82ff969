"""What is new in a mail: without what it answers, and without the signature.

The library mail-parser-reply knows how mail programs introduce what they quote, in German and English. Its patterns look back and forth
(`(.|\\s)*`, `.+?\\s?.+?`), which costs cubic time on long lines, so it gets a shadow of the text: its first lines, each cut short, without
runs of empty ones. From what it says only *how many lines* are new is taken; the lines themselves are the original's.
"""

import re
from dataclasses import dataclass

from mailparser_reply.parser import EmailMessage

SHADOW_LINES = 400
SHADOW_CHARS = 160
SEARCHED_LINES = 5_000
LOOKED_AHEAD = 100
RULE = re.compile(r"[-_=*]{5,}")
# What the library does not know: Outlook's and Thunderbird's lines in German, forwards, and rules above a head.
BEFORE_HISTORY = re.compile(
    r"[-_=*\s]{2,80}(?:urspr(?:ü|ue)ngliche (?:nachricht|e-?mail|mail)|original(?:nachricht| message)|weitergeleitete nachricht|"
    r"anfang der weitergeleiteten nachricht|forwarded message|message transf)[^\n]{0,60}\Z",
    re.I,
)
BEGIN_FORWARD = re.compile(r"(?:anfang der weitergeleiteten nachricht|begin forwarded message)\s{0,3}:\s{0,3}\Z", re.I)
WROTE = re.compile(
    r"(?:(?:am|on) [^\n]{4,100}[0-9][^\n]{0,100}(?:schrieb|wrote)\b[^\n]{0,100}:|[^\n]{3,100}@[^\n]{1,60} (?:schrieb|wrote) (?:am|on) [^\n]{6,60}:)\Z",
    re.I,
)
HEAD_LINE = re.compile(r"[* ]{0,3}(von|from|gesendet|sent|datum|date|an|to|cc|kopie|betreff|subject)\s{0,2}:\*{0,2}\s", re.I)
PHONE = re.compile(r"(?:gesendet (?:von|mit)|von meinem [^\n]{1,40} gesendet|sent from|get outlook|outlook für)\b", re.I)
QUOTED = re.compile(r"\s{0,3}>")
CLOSING = re.compile(
    r"(?:(?:mit )?(?:freundliche[nm]?|viele[n]?|beste[n]?|liebe[n]?|schöne[n]?|herzliche[n]?|kollegiale[n]?)(?: und \w{3,20})? gr(?:ü|ue)(?:ß|ss)e?n?|"
    r"mfg|vg|lg|(?:kind|best|warm) regards|yours sincerely|sincerely)(?: (?:aus|from) \w{2,30})?[,.!]{0,2}(?: [\w.-]{1,30}){0,3}\Z",
    re.I,
)
MOST_OF_A_SIGNATURE = 20  # lines that are not empty
SIGNATURE = re.compile(r"--\s?\Z")


@dataclass(frozen=True)
class _Shadow:
    lines: list[str]
    numbers: list[int]  # which line of the original each of them is


def new_part(text: str) -> str:
    """Give what the writer of a mail has added; the whole text if there would be nothing left (a bare forward, only a signature)."""
    lines = text.split("\n")
    end = _before_history(lines)
    own = lines[:end]
    if not any(line.strip() and not QUOTED.match(line) for line in own):
        return text.strip()
    own = own[: _by_library(own)]
    own = _without_signature(own)
    own = _without_quotes(own)
    new = "\n".join(own).strip()
    return new or "\n".join(_without_quotes(lines[:end])).strip() or text.strip()


def _before_history(lines: list[str]) -> int:
    """Give the number of lines before the first that introduces the quoted mail down to the end."""
    for number, line in enumerate(lines[:SEARCHED_LINES]):
        short = line.strip()
        if not short or len(short) > 400:
            continue
        if BEFORE_HISTORY.match(short) or BEGIN_FORWARD.match(short):
            return number
        if (WROTE.match(short) or _wrote_in_two_lines(lines, number)) and _nothing_own_follows(lines, number):
            return number
        if HEAD_LINE.match(short + " ") and _is_head(lines, number):
            return number - 1 if number and RULE.fullmatch(lines[number - 1].strip()) else number
    return len(lines)


def _wrote_in_two_lines(lines: list[str], number: int) -> bool:
    if not re.match(r"\s*(?:am|on)\s", lines[number][:10], re.I) or number + 1 >= len(lines) or len(lines[number + 1]) > 400:
        return False
    return WROTE.match(f"{lines[number].strip()} {lines[number + 1].strip()}"[:400]) is not None


def _nothing_own_follows(lines: list[str], number: int) -> bool:
    """Tell a reply above what it quotes from one below or between: there something follows that is not quoted."""
    rest = [line for line in lines[number + 1 : number + 1 + LOOKED_AHEAD] if line.strip()]
    if not rest or not any(QUOTED.match(line) for line in rest[:3]):
        return True  # quoted without signs: what is whose cannot be told
    return all(QUOTED.match(line) for line in rest[2:])


def _is_head(lines: list[str], number: int) -> bool:
    """Tell the head of a quoted mail from a sentence that begins with "An:": it has three different lines at least, one saying who."""
    names = set()
    for line in lines[number : number + 8]:
        if found := HEAD_LINE.match(line.strip()[:200] + " "):
            names.add(found.group(1).lower())
    return len(names) >= 3 and bool(names & {"von", "from"}) and bool(names & {"gesendet", "sent", "datum", "date", "betreff", "subject"})


def _by_library(lines: list[str]) -> int:
    """Ask mail-parser-reply how many of the lines are new; all of them if it finds nothing else or fails."""
    shadow = _shadow(lines)
    read = EmailMessage(text="\n".join(shadow.lines), languages=["de", "en"], keep_hyphen_lists=True).read()
    first = read.replies[0] if read.replies else None
    if first is None or first.headers:
        return len(lines)
    if len(read.replies) > 1 and not _introduces(read.replies[1].headers or ""):
        return len(lines)
    own = first.content
    if first.signatures and own.endswith(first.signatures) and _says_goodbye(first.signatures):
        own = own[: -len(first.signatures)].rstrip()
    count = own.count("\n") + 1 if own else 0
    if not count or count >= len(shadow.lines):
        return len(lines)
    return shadow.numbers[count - 1] + 1


def _introduces(header: str) -> bool:
    """Tell what introduces a quoted mail from a form ("Datum: …", "Von: …"), which the library takes for one."""
    lines = header.strip().split("\n")
    names = {found.group(1).lower() for line in lines if (found := HEAD_LINE.match(line.strip()[:200] + " "))}
    return len(names) >= 3 or re.search(r"\b(?:schrieb|wrote)\b", header) is not None or RULE.match(lines[0]) is not None


def _says_goodbye(signature: str) -> bool:
    """Tell a closing ("Viele Grüße, Anna Kurz") from a sentence that begins like one ("Thanks, but it still does not work")."""
    first, *more = [line.strip() for line in signature.strip().split("\n") if line.strip()]
    if first.startswith(("--", "__")) or PHONE.match(first):
        return True
    behind = first.partition(",")[2].split()
    return len(first) <= 50 and len(first.split()) <= 6 and len(more) <= 15 and all(word[:1].isupper() for word in behind)


def _shadow(lines: list[str]) -> _Shadow:
    kept: list[str] = []
    numbers: list[int] = []
    for number, line in enumerate(lines):
        short = re.sub(r"[-_]{32,}", "-" * 31, line.strip()[:SHADOW_CHARS]).strip()
        if not short and (not kept or not kept[-1]):
            continue
        kept.append(short)
        numbers.append(number)
        if len(kept) >= SHADOW_LINES:
            break
    while kept and not kept[-1]:
        kept.pop()
    return _Shadow(kept, numbers)


def _without_signature(lines: list[str]) -> list[str]:
    """Cut at "-- ", at what a phone writes, or at the last closing that has a few lines behind it."""
    last_quoted = max((number for number, line in enumerate(lines) if QUOTED.match(line)), default=-1)
    for number, line in enumerate(lines[last_quoted + 1 :], start=last_quoted + 1):
        if number and (SIGNATURE.match(line[:5]) or (PHONE.match(line.strip()[:100]) and len(lines) - number <= 3)):
            lines = lines[:number]
            break
    behind = 0
    for number in range(len(lines) - 1, max(last_quoted, 0), -1):
        line = lines[number].strip()
        if len(line) <= 120 and CLOSING.match(line):
            return lines[:number]
        behind += bool(line)
        if behind > MOST_OF_A_SIGNATURE:
            break
    return lines


def _without_quotes(lines: list[str]) -> list[str]:
    """Take out quoted lines and the line that introduces them; "-- " ends at the next quotation."""
    kept: list[str] = []
    for number, line in enumerate(lines):
        if QUOTED.match(line):
            while kept and not kept[-1].strip():
                kept.pop()
            if kept and (number == 0 or not QUOTED.match(lines[number - 1])) and WROTE.match(kept[-1].strip()[:400]):
                kept.pop()
            continue
        kept.append(line)
    return kept
