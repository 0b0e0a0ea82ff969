"""The XJustiz record of a package: message uebermittlungSchriftgutobjekte.0005005 of XJustiz 3.6.2, which courts read the order from.

Names and order of elements follow the published schemas (xjustiz_0005_nachrichten_3_2.xsd, xjustiz_0000_grunddatensatz_3_6.xsd). They do not
come with this product: EAKTE_XJUSTIZ_SCHEMAS names a folder with them, and then every record is validated (decision 0014).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from lxml import etree

from foundation.din91379 import cleaned

VERSION = "3.6.2"
NAMESPACE = "http://www.xjustiz.de"
MESSAGE = "nachricht.gds.uebermittlungSchriftgutobjekte.0005005"
SCHEMA = "xjustiz_0005_nachrichten_3_2.xsd"
FILE_NAME = "xjustiz_nachricht.xml"
ADMINISTRATIVE_FILE = "018"  # GDS.Aktentyp 2.2: Behördenakte
ORIGINAL, REPRESENTATION = "001", "002"  # GDS.Bestandteiltyp 2.5
CLASS_LIST = "1.4"  # GDS.Dokumentklasse
OTHER_CLASS = "001"
CLASSES = {
    "antrag": "016",
    "beschluss": "007",
    "bescheid": "017",
    "brief": "015",
    "einspruch": "018",
    "fehlblatt": "011",
    "gutachten": "013",
    "protokoll": "010",
    "schreiben": "015",
    "urteil": "006",
    "verfügung": "008",
    "vermerk": "009",
    "widerspruch": "018",
    "widerspruchsbescheid": "019",
    "zustellungsurkunde": "012",
}


class Invalid(Exception):
    """The record does not fit the schema; the message names the first faults."""


@dataclass(frozen=True)
class Piece:
    """One document of the package. `files` are names with their part (ORIGINAL, REPRESENTATION)."""

    id: UUID
    title: str
    kind: str
    reference: str
    received_on: date | None
    document_date: date | None
    files: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Sending:
    """The package: which file, from whom, made when."""

    id: UUID
    file: UUID
    reference: str
    title: str
    sender: str
    at: datetime
    period: tuple[date | None, date | None]
    hybrid: bool
    product_version: str


def record(sending: Sending, pieces: Sequence[Piece]) -> bytes:
    """Write the record as UTF-8. Who receives it is for the sender to fill in on the way (EGVP); it is not known here."""
    root = etree.Element(_name(MESSAGE), nsmap={"tns": NAMESPACE})
    _head(_below(root, "nachrichtenkopf", xjustizVersion=VERSION), sending)
    _below(root, "grunddaten")
    file = _below(_below(root, "schriftgutobjekte"), "akte")
    _identify(file, sending.file, 1)
    first, last = sending.period
    if first or last:
        period = _below(file, "laufzeit")
        _text(period, "beginn", first)
        _text(period, "ende", last)
    facts = _below(file, "xjustiz.fachspezifischeDaten")
    _code(facts, "aktentyp", ADMINISTRATIVE_FILE)
    _text(facts, "hybridakte", "true" if sending.hybrid else "false")
    _text(facts, "anzeigename", sending.title)
    _text(_below(_below(facts, "aktenzeichen"), "auswahl_aktenzeichen"), "aktenzeichen.freitext", sending.reference)
    _text(facts, "erstellungszeitpunktAkteVersand", sending.at.isoformat(timespec="seconds"))
    if pieces:
        content = _below(facts, "inhalt")
        for number, piece in enumerate(pieces, 1):
            _document(_below(content, "dokument"), piece, number)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def validate(content: bytes) -> bool:
    """Compare a record with the schema; False if no schema is set up here. Raises Invalid."""
    folder = getattr(settings, "XJUSTIZ_SCHEMAS", None)
    path = Path(folder) / SCHEMA if folder else None
    if path is None or not path.is_file():
        return False
    schema = _schema(path, path.stat().st_mtime)
    document = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    if not schema.validate(document):
        raise Invalid("; ".join(str(fault.message) for fault in list(schema.error_log)[:3]))
    return True


@lru_cache(maxsize=2)
def _schema(path: Path, _changed: float) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path, etree.XMLParser(no_network=True)))


def _head(head: etree._Element, sending: Sending) -> None:
    _text(head, "erstellungszeitpunkt", sending.at.isoformat(timespec="seconds"))
    sender = _below(head, "absender")
    _text(_below(_below(sender, "informationen"), "auswahl_kommunikationspartner"), "sonstige", sending.sender)
    _text(sender, "aktenzeichen", sending.reference)
    _text(sender, "eigeneNachrichtenID", str(sending.id))
    receiver = _below(head, "empfaenger")
    _text(_below(_below(receiver, "informationen"), "auswahl_kommunikationspartner"), "sonstige", "unbekannt")
    _text(_below(receiver, "auswahl_aktenzeichen"), "aktenzeichen.unbekannt", "true")
    product = _below(head, "herstellerinformation")
    _text(product, "nameDesProdukts", "eBehördenakte")
    _text(product, "herstellerDesProdukts", "Kompetenzzentrum eBehördenakte")
    _text(product, "version", sending.product_version)


def _document(document: etree._Element, piece: Piece, number: int) -> None:
    _identify(document, piece.id, number)
    _text(document, "fremdesGeschaeftszeichen", piece.reference)
    if piece.received_on:
        _text(_below(document, "posteingang"), "datum", piece.received_on)
    _text(document, "datumDesSchreibens", piece.document_date)
    facts = _below(document, "xjustiz.fachspezifischeDaten")
    _code(facts, "dokumentklasse", document_class(piece.kind), listVersionID=CLASS_LIST)
    _text(facts, "anzeigename", piece.title)
    for name, part in piece.files:
        file = _below(facts, "datei")
        _text(file, "dateiname", name)
        _code(file, "bestandteil", part)


def document_class(kind: str) -> str:
    """The class (GDS.Dokumentklasse) of what clerks call a kind of document; "Andere / Sonstige" for most of them."""
    words = re.findall(r"\w+", kind.lower())
    return next((CLASSES[word] for word in words if word in CLASSES), OTHER_CLASS)


def _identify(parent: etree._Element, public_id: UUID, number: int) -> None:
    found = _below(parent, "identifikation")
    _text(found, "id", str(public_id))
    _text(found, "nummerImUebergeordnetenContainer", str(number))


def _below(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _name(name), attributes)


def _text(parent: etree._Element, name: str, value: str | date | None) -> None:
    """An element with a text; none without one. Letters that DIN 91379 does not know are replaced: the schema would refuse them."""
    said = value.isoformat() if isinstance(value, date) else cleaned(value or "")
    if said:
        _below(parent, name).text = said


def _code(parent: etree._Element, name: str, code: str, **attributes: str) -> None:
    etree.SubElement(_below(parent, name, **attributes), "code").text = code  # xoev-code.xsd: its own elements have no namespace


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
