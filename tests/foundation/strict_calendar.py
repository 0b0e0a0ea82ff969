"""A reader of calendar files that forgives nothing, written from the grammar of RFC 5545 (section 3.1) and RFC 6868; no library helps it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_NAME = r"[A-Za-z0-9-]+"
_SAFE = r'[^\x00-\x08\x0a-\x1f\x7f";:,]*'
_QUOTED = r'"[^\x00-\x08\x0a-\x1f\x7f"]*"'
_VALUE = rf"(?:{_QUOTED}|{_SAFE})"
_PARAMETER = re.compile(rf";({_NAME})=({_VALUE}(?:,{_VALUE})*)")
_CARETS = {"^n": "\n", "^'": '"', "^^": "^"}
_TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "UID", "NAME", "X-WR-CALNAME"}


@dataclass
class Property:
    """A line, unfolded: its value as it stands there, the parameters without quotes."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value of a text. A comma, a semicolon or a backslash that nothing escapes is an error."""
        assert self.name in _TEXTS
        assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", self.value), self.value
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass
class Component:
    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def __getitem__(self, name: str) -> Property:
        """The property that must be there, once."""
        (found,) = self.all(name)
        return found

    def all(self, name: str) -> list[Property]:
        return [each for each in self.properties if each.name == name]

    def names(self) -> set[str]:
        return {each.name for each in self.properties}


def read(content: bytes) -> Component:
    """Read a file of one calendar; an AssertionError says what is wrong."""
    assert content.endswith(b"\r\n"), "the last line does not end"
    physical = content[:-2].split(b"\r\n")
    for each in physical:
        assert len(each) <= 75, f"{len(each)} octets: {each!r}"
        assert b"\n" not in each, f"a bare line feed: {each!r}"
        assert b"\r" not in each, f"a bare carriage return: {each!r}"
        each.decode()  # a fold inside a letter fails
    root = Component("")
    open_ones = [root]
    for logical in content[:-2].replace(b"\r\n ", b"").decode().split("\r\n"):
        found = _property(logical)
        if found.name == "BEGIN":
            component = Component(found.value)
            open_ones[-1].parts.append(component)
            open_ones.append(component)
        elif found.name == "END":
            assert open_ones.pop().name == found.value
        else:
            open_ones[-1].properties.append(found)
    assert open_ones == [root], "a component does not end"
    assert not root.properties
    (calendar,) = root.parts
    assert calendar.name == "VCALENDAR"
    assert calendar.parts, "a calendar holds one component at least"
    return calendar


def _property(logical: str) -> Property:
    name = re.match(_NAME, logical)
    assert name, logical
    place, parameters = name.end(), {}
    while found := _PARAMETER.match(logical, place):
        value = found[2].strip('"')
        parameters[found[1].upper()] = re.sub(r"\^[n'^]", lambda caret: _CARETS[caret[0]], value)
        place = found.end()
    assert logical[place : place + 1] == ":", logical
    value = logical[place + 1 :]
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value), "a control character"
    return Property(name[0].upper(), parameters, value)
