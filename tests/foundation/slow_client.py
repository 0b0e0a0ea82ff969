"""A calendar program that follows RFC 5546 to the letter, and one that follows only part of it, as small as they can be."""

from __future__ import annotations

from dataclasses import dataclass, field

from .strict_calendar import Component, read


@dataclass
class Client:
    """Keeps appointments by UID. What arrives is compared with what is there as section 2.1.5 says: SEQUENCE first, then DTSTAMP.

    `careless`: takes nothing for newer that has the same SEQUENCE, whatever its DTSTAMP says (as several clients do).
    `forgetful`: keeps nothing of what was cancelled.
    """

    address: str
    careless: bool = False
    forgetful: bool = False
    kept: dict[str, Component] = field(default_factory=dict)

    def receive(self, content: bytes) -> None:
        """Work in a message, or a reading of the feed."""
        calendar = read(content)
        method = calendar["METHOD"].value
        for event in calendar.parts:
            if event.name != "VEVENT" or (method != "PUBLISH" and event["ATTENDEE"].value != f"mailto:{self.address}"):
                continue
            if not self._is_newer(event):
                continue
            uid = event["UID"].value
            if self.forgetful and event["STATUS"].value == "CANCELLED":
                self.kept.pop(uid, None)
            else:
                self.kept[uid] = event

    def shown(self) -> dict[str, tuple[str, str]]:
        """Beginning and place of what still stands, by UID."""
        return {
            uid: (event["DTSTART"].value, event["LOCATION"].text)
            for uid, event in self.kept.items()
            if event["STATUS"].value != "CANCELLED"
        }

    def _is_newer(self, event: Component) -> bool:
        mine = self.kept.get(event["UID"].value)
        if mine is None:
            return True
        if self.careless:
            return int(event["SEQUENCE"].value) > int(mine["SEQUENCE"].value)
        return _edition(event) > _edition(mine)


def _edition(event: Component) -> tuple[int, str]:
    return int(event["SEQUENCE"].value), event["DTSTAMP"].value
