"""What the demo's clerks ask the hotline. Made up; as such desks hear it every week."""

from __future__ import annotations

from dataclasses import dataclass

TOWNS = {"musterstadt": "Musterstadt", "beispielheim": "Beispielheim", "uebungsstadt": "Übungsstadt"}
QUEUES = {"hotline": "Hotline", "technik": "Technik", "einfuehrung": "Einführung und Schulung"}
# User name → name, municipality, office, telephone
PEOPLE = {
    "i.kowalski": ("Iris Kowalski", "musterstadt", "Bauordnung", "02151 86-4711"),
    "p.nowak": ("Peter Nowak", "musterstadt", "Steuern und Abgaben", "02151 86-2204"),
    "h.demir": ("Hatice Demir", "musterstadt", "Standesamt", "02151 86-1180"),
    "u.frings": ("Ulrich Frings", "beispielheim", "Hauptamt", "02166 30-12"),
    "a.lorenz": ("Anja Lorenz", "beispielheim", "Soziales", "02166 30-48"),
    "k.vandamme": ("Kees van Damme", "beispielheim", "Tiefbau", "02166 30-77"),
    "b.seidel": ("Brigitte Seidel", "uebungsstadt", "Archiv", "02844 9-310"),
}
PROGRAM = "fachverfahren"


@dataclass(frozen=True)
class Asked:
    """A request: who, how many hours ago, what; `said` are further messages: ("staff" | "her" | "note", hours after, text)."""

    who: str
    hours: int
    subject: str
    body: str
    said: tuple[tuple[str, int, str], ...] = ()
    queue: str = "hotline"
    priority: str = "normal"
    kind: str = "request"
    end: str = ""  # "solved" or "closed"


DRUCK = "Auf dem Etagendrucker kommt beim Drucken der Trennblätter nur jedes zweite Blatt. Der Aktendeckel druckt richtig."
REQUESTS = (
    Asked("i.kowalski", 2, "Trennblätter drucken nur jedes zweite Blatt", DRUCK, priority="high"),
    Asked("p.nowak", 3, "Wie lege ich Band 2 an?", "Die Akte ist zu dick geworden. Wo finde ich den Knopf für einen weiteren Band?"),
    Asked(
        "u.frings",
        5,
        "Neue Kollegin braucht ein Konto",
        "Frau Ehlers fängt am Montag im Hauptamt an. Bitte sagen Sie mir, wer bei uns Konten anlegt.",
        (("staff", 1, "Guten Tag Herr Frings, das macht Ihre Administration unter „Personen“. Ich habe Frau Dvořák Bescheid gegeben."),),
    ),
    Asked("a.lorenz", 7, "Scan bleibt auf „Wird gelesen“ stehen", "Seit heute früh bleiben zwei Scans so stehen.", queue="technik", priority="urgent"),
    Asked("k.vandamme", 8, "Scans werden nicht fertig", "Bei uns im Tiefbau wird seit heute früh kein Scan mehr fertig.", queue="technik", priority="high"),
    Asked(
        "h.demir",
        10,
        "Scan wird nicht gelesen",
        "Ein Scan mit 40 Seiten steht seit einer Stunde auf „Wird gelesen“.",
        (("note", 1, "Dritte Meldung heute, andere Kommune. Sieht nach dem vollen Zwischenspeicher vom Update aus."),),
        queue="technik",
        priority="high",
    ),
    Asked("i.kowalski", 24, "Akte versehentlich geschlossen", "Ich habe zdA verfügt, es fehlt aber noch ein Bescheid.", (("staff", 1, "Sie können die Akte unter „Wieder öffnen“ mit einer Begründung selbst wieder öffnen."), ("her", 2, "Hat geklappt, danke!")), end="solved"),
    Asked("b.seidel", 26, "Aufbewahrungsfrist im Aktenplan falsch?", "Bei 41.20 stehen 10 Jahre, nach unserer Ordnung sind es 30.", (("staff", 3, "Danke. Ich prüfe das mit Ihrer Registratur und melde mich."),)),
    Asked("p.nowak", 30, "Rückruf wegen Vertretung", "Herr Nowak möchte wissen, wie er seine Vertretung im Urlaub einträgt. Vormittags erreichbar.", kind="phone"),
    Asked("a.lorenz", 48, "Zugriffsbeschränkung: wer sieht die Akte noch?", "Ich möchte eine Akte beschränken. Wer kann sie danach noch sehen?", (("staff", 2, "Vor dem Speichern zeigt Ihnen die Vorschau, wer die Akte danach sieht und wer nicht mehr."), ("her", 3, "Genau das habe ich gesucht."))),
    Asked("u.frings", 50, "Aktenzeichen mit Schrägstrich", "Dürfen unsere Aktenzeichen weiter einen Schrägstrich haben?", (("staff", 4, "Ja. Die Vorlage stellen Sie unter „Einstellungen der Kommune“ ein."),), end="solved"),
    Asked("k.vandamme", 72, "Pläne in A0 hochladen", "Wie groß darf ein gescannter Plan sein?", (("staff", 1, "Bis 500 MB je Datei; A0 mit 400 dpi ist kein Problem."), ("her", 20, "Danke, läuft.")), end="closed"),
    Asked("h.demir", 75, "Tastenkürzel", "Gibt es eine Übersicht der Tastenkürzel zum Ausdrucken?", (("staff", 1, "Drücken Sie „?“. Die Übersicht lässt sich drucken."),), end="closed"),
    Asked("i.kowalski", 96, "Blattnummern für das Gericht", "Das Verwaltungsgericht will eine foliierte Akte. Wie bekomme ich Nummern auf die Blätter?", (("staff", 2, "Über „Mehr“, „Blattnummern“ vergeben Sie die Nummern; in „Drucken und Abgeben“ werden sie aufgestempelt."),), end="solved"),
    Asked("p.nowak", 120, "Suche findet „Müller“ nicht", "Ich suche nach Mueller und finde Herrn Müller nicht.", (("note", 1, "Bei mir findet die Suche beides. Stand des Index?"), ("staff", 2, "Bitte versuchen Sie es noch einmal, der Index wurde nachgezogen."), ("her", 4, "Jetzt wird er gefunden.")), end="closed"),
    Asked("b.seidel", 140, "Schulung für zwei Neue", "Wann ist der nächste Grundkurs? Zwei Kolleginnen möchten teilnehmen.", queue="einfuehrung", priority="low"),
    Asked("a.lorenz", 150, "Wiedervorlage verschwunden", "Eine Wiedervorlage für den 20. steht nicht mehr auf meinem Schreibtisch.", (("staff", 5, "Ihre Vertretung hat sie am 18. erledigt; das steht im Journal der Akte."),), end="solved"),
    Asked("u.frings", 170, "Bildschirm bei 150 % Vergrößerung", "Bei 150 % überlappen die Registerreiter den Text.", (("note", 2, "Nachgestellt mit 1280 Pixeln. Als Fehler aufgenommen."), ("staff", 3, "Das konnten wir nachstellen. Mit der nächsten Fassung ist es behoben."))),
    Asked("k.vandamme", 200, "Kann ich eine E-Mail in die Akte ziehen?", "Aus dem Mailprogramm direkt in das Register?", (("staff", 1, "Ja, ziehen Sie sie in das Register. Angezeigt wird sie erst in einer späteren Fassung."),), end="closed"),
    Asked("h.demir", 220, "Sterbefälle: Akten getrennt halten?", "Sollen wir je Jahr eine Akte führen oder je Fall?", (("staff", 6, "Ihr Aktenplan sieht je Fall eine Akte vor. Gern sprechen wir das am Telefon durch."),), queue="einfuehrung"),
    Asked("p.nowak", 260, "Anmeldung gesperrt", "Zu oft falsch eingegeben.", (("staff", 1, "Ich habe Ihre Administration gebeten, Sie zu entsperren."), ("her", 2, "Geht wieder.")), priority="high", end="closed"),
    Asked("i.kowalski", 300, "Dokument im falschen Register", "Kann ich das Verschieben rückgängig machen?", (("staff", 1, "Ja, mit Strg+Z direkt nach dem Verschieben."),), end="closed"),
    Asked(PROGRAM, 310, "Schnittstelle: Antwort 409 beim Schließen", "Beim Schließen per API kommt 409. Die Akte hat ein ausgechecktes Dokument.", (("staff", 3, "Das ist so gewollt: Bitte erst einchecken. Der Grund steht in „detail“."),), queue="technik", end="solved"),
    Asked("b.seidel", 400, "Archivschnittstelle", "Ab wann können wir Akten nach xdomea anbieten?", (("staff", 8, "Die Aussonderung kommt mit einer der nächsten Fassungen; wir laden Sie zum Test ein."),), queue="einfuehrung", priority="low"),
)  # fmt: skip
