"""What the demo's competence centre teaches. Made up; as such centres teach it."""

from __future__ import annotations

from dataclasses import dataclass

ROOMS = (
    ("Schulungsraum Erdgeschoss", "Am Markt 1, 47051 Musterstadt", 12, "12 Arbeitsplätze, Beamer, Dokumentenscanner"),
    ("Seminarraum 2", "Am Markt 1, 47051 Musterstadt", 20, "Beamer, Whiteboard, barrierefrei erreichbar"),
    ("Ratskeller Beispielheim", "Kirchplatz 4, 41812 Beispielheim", 16, "Leinwand, WLAN"),
)
VIDEO = "https://video.zentrum.example/schulung"


@dataclass(frozen=True)
class Taught:
    """A course; `after` names those to be attended before, `paths` the roles whose learning path it stands on."""

    title: str
    aims: str
    contents: str
    audience: str
    minutes: int
    topic: str
    paths: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    examination: bool = False
    valid_months: int | None = None
    practice_town: str = ""


FIRST = "Erste Schritte in der eAkte"
COURSES = (
    Taught(
        FIRST,
        "Sie finden eine Akte, blättern in ihr wie im Papierordner und legen ein Schriftstück im richtigen Register ab.",
        "Aktenplan, Akte, Register und Blatt\nSuchen und Blättern\nAblegen mit der Maus und mit der Tastatur\nÜben in der Übungsstadt",
        "Alle, die neu mit der elektronischen Akte arbeiten",
        360,
        "Bedienung",
        ("clerk", "registry", "scanning", "administrator", "trainer"),
        practice_town="uebungsstadt",
    ),
    Taught(
        "Akten führen: anlegen, ordnen, schließen",
        "Sie legen Akten an, ordnen sie, foliieren sie und verfügen sie zu den Akten, ohne dass etwas offen bleibt.",
        "Aktenzeichen und Bände\nVermerke\nVollständigkeit prüfen\nWiedervorlagen",
        "Sachbearbeitung",
        240,
        "Akten",
        ("clerk", "registry", "trainer"),
        (FIRST,),
        practice_town="uebungsstadt",
    ),
    Taught(
        "Scannen ohne Nacharbeit",
        "Sie bereiten Papier vor, scannen es so, dass der Text gelesen wird, und erkennen, was noch einmal auf das Glas muss.",
        "Papier vorbereiten\nAuflösung und Farbe\nTrennblätter\nWas beim Lesen geschieht",
        "Scanstellen und Poststellen",
        180,
        "Scannen",
        ("scanning", "registry"),
        (FIRST,),
    ),
    Taught(
        "Registratur: Aktenplan und Fristen",
        "Sie pflegen den Aktenplan, setzen Aufbewahrungsfristen und geben Akten geordnet an das Archiv ab.",
        "Ausgaben des Aktenplans\nFristen und Sperren\nZugriff beschränken\nAussondern",
        "Registraturen",
        420,
        "Aktenplan",
        ("registry", "trainer"),
        (FIRST,),
        examination=True,
        valid_months=36,
    ),
    Taught(
        "Administration der eAkte vor Ort",
        "Sie richten Personen und Organisation ein, vertreten die eAkte im Haus und wissen, wann Sie die Hotline brauchen.",
        "Personen, Rollen, Vertretungen\nEinstellungen der Kommune\nWas das Zentrum sieht und was nicht",
        "Administratorinnen und Administratoren der Kommunen",
        300,
        "Administration",
        ("administrator",),
        (FIRST,),
        examination=True,
        valid_months=24,
    ),
    Taught(
        "Datenschutz und Rechte in der eAkte",
        "Sie wissen, wer was sieht, beschränken den Zugriff richtig und antworten auf eine Anfrage nach Auskunft.",
        "Rechte und Vertretungen\nSchutzbedarf und Notzugriff\nProtokoll",
        "Vorgesetzte und Datenschutzbeauftragte",
        150,
        "Rechte",
        ("administrator",),
        valid_months=24,
    ),
    Taught(
        "Unterrichten mit der Übungsstadt",
        "Sie planen eine Schulung, führen durch die Übungen und helfen, ohne die Maus zu übernehmen.",
        "Ablauf einer Schulung\nÜbungen auswählen\nFragen sammeln",
        "Trainerinnen und Trainer",
        240,
        "Schulung",
        ("trainer",),
        (FIRST,),
        practice_town="uebungsstadt",
    ),
)


@dataclass(frozen=True)
class Held:
    """A date: which course, in how many weeks from now, on which weekday (0 is Monday), sessions as (days after the first, from, until), a room or None."""

    course: str
    weeks: int
    weekday: int
    sessions: tuple[tuple[int, str, str], ...]
    room: str | None
    capacity: int
    price: int = 12_000  # cents
    who: tuple[str, ...] = ()  # user names, in the order in which they asked
    state: str = "open"


MORNING, DAY = ("09:00", "12:00"), ("09:00", "16:00")
EG, SEMINAR, KELLER = (room[0] for room in ROOMS)
SCAN, KEEP, REGISTRY, ADMIN, LAW, TEACH = (
    "Scannen ohne Nacharbeit",
    "Akten führen: anlegen, ordnen, schließen",
    "Registratur: Aktenplan und Fristen",
    "Administration der eAkte vor Ort",
    "Datenschutz und Rechte in der eAkte",
    "Unterrichten mit der Übungsstadt",
)
DATES = (
    Held(FIRST, 2, 1, ((0, *MORNING), (1, *MORNING)), EG, 12, who=("i.kowalski", "u.frings", "h.demir")),
    Held(FIRST, 3, 2, ((0, *DAY),), KELLER, 3, who=("a.lorenz", "k.vandamme", "p.nowak", "b.seidel")),
    Held(FIRST, 8, 1, ((0, *MORNING), (1, *MORNING)), EG, 12),
    Held(KEEP, 3, 3, ((0, "09:00", "13:00"),), SEMINAR, 16, who=("p.nowak",)),
    Held(KEEP, 9, 3, ((0, "09:00", "13:00"),), None, 20, price=6_000),
    Held(SCAN, 4, 1, ((0, *MORNING),), EG, 8, who=("k.vandamme", "b.seidel")),
    Held(SCAN, 10, 1, ((0, *MORNING),), KELLER, 8),
    Held(REGISTRY, 7, 1, ((0, *DAY), (1, "09:00", "12:00")), SEMINAR, 10, price=24_000, who=("b.seidel",)),
    Held(ADMIN, 8, 3, ((0, *DAY),), EG, 10, price=18_000, who=("u.frings",)),
    Held(LAW, 4, 3, ((0, "13:00", "15:30"),), None, 40, price=4_500, who=("a.lorenz", "i.kowalski")),
    Held(LAW, 11, 3, ((0, "13:00", "15:30"),), None, 40, price=4_500),
    Held(TEACH, 9, 1, ((0, "09:00", "13:00"),), SEMINAR, 6),
    Held(FIRST, 12, 1, ((0, *MORNING), (1, *MORNING)), KELLER, 12, state="draft"),
    Held(FIRST, -4, 1, ((0, *MORNING), (1, *MORNING)), EG, 12, who=("p.nowak", "a.lorenz")),
    Held(KEEP, 5, 1, ((0, "09:00", "13:00"),), KELLER, 12, who=("h.demir",), state="cancelled"),
)
