"""Every screen of both sites: who sees it, and how it is brought onto the display. A module for each part of the product."""

from __future__ import annotations

from tests.journeys.screens import administration, beside_the_files, binder, centre, desk, everybody, facts, hotline, training
from tests.journeys.screens.shown import Screen, Windows

__all__ = ["SCREENS", "Screen", "Windows"]

SCREENS = [
    *everybody.SCREENS,
    *desk.SCREENS,
    *binder.SCREENS,
    *facts.SCREENS,
    *beside_the_files.SCREENS,
    *administration.SCREENS,
    *training.SCREENS,
    *centre.SCREENS,
    *hotline.SCREENS,
]
