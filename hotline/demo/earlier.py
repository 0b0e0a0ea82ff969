"""What the demo's clerks asked in earlier quarters, and what they were answered. Made up; nobody has to do anything about it any more."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Earlier:
    """A request of a kind that comes again and again, and the answer that settled it."""

    subject: str
    body: str
    answer: str
    queue: str = "hotline"


# User name → how many of twenty-two requests are hers
SHARES = {"i.kowalski": 4, "p.nowak": 3, "h.demir": 3, "u.frings": 3, "a.lorenz": 3, "k.vandamme": 2, "b.seidel": 4}
LOOKED_INTO = (
    "Guten Tag, vielen Dank für Ihre Meldung. Wir sehen uns das an und melden uns wieder.",
    "Guten Tag, das ist angekommen. Ich stelle es hier nach und schreibe Ihnen, sobald ich mehr weiß.",
    "Guten Tag, danke für die genaue Beschreibung. Wir kümmern uns darum.",
)
ASKED_BACK = (
    "Guten Tag, können Sie uns noch sagen, seit wann das so ist und ob es bei Ihren Kolleginnen und Kollegen genauso ist?",
    "Guten Tag, an welcher Stelle genau tritt das auf? Der Weg dorthin in zwei, drei Worten genügt.",
    "Guten Tag, geschieht das bei jeder Akte oder nur bei bestimmten? Bitte nennen Sie nichts aus dem Inhalt.",
)
HER_WORDS = (
    "Das ist seit gestern so, im Nachbarzimmer genauso.",
    "Es geschieht jedes Mal, auch nach dem Abmelden und Anmelden.",
    "Gibt es schon etwas Neues? Wir warten mit dem Vorgang darauf.",
    "Nur an meinem Arbeitsplatz. Die Kollegin nebenan kann es.",
)
EARLIER = (
    Earlier(
        "Wiedervorlage auf nächste Woche verschieben",
        "Kann ich eine Wiedervorlage verschieben, ohne sie neu anzulegen?",
        "Ja: auf dem Schreibtisch bei der Wiedervorlage „Verschieben“ wählen und den neuen Tag eintragen.",
    ),
    Earlier(
        "Vertretung für drei Wochen eintragen",
        "Ab Montag bin ich drei Wochen nicht da. Wo trage ich meine Vertretung ein?",
        "Oben rechts in Ihrem Menü unter „Vertretung“. Sie endet von selbst am letzten Tag.",
    ),
    Earlier(
        "Akte in anderes Sachgebiet abgeben",
        "Der Vorgang gehört zu den Kollegen im Tiefbau. Wie gebe ich die Akte ab?",
        "Öffnen Sie die Akte und wählen Sie „Abgeben“. Die Kollegen sehen sie dann auf ihrem Schreibtisch.",
    ),
    Earlier(
        "Aktendeckel druckt ohne Aktenzeichen",
        "Auf dem Aktendeckel fehlt seit heute das Aktenzeichen.",
        "Das lag an der Vorlage Ihrer Kommune. Ihre Administration hat sie berichtigt; bitte drucken Sie noch einmal.",
    ),
    Earlier(
        "Trennblätter nur für ein Register drucken",
        "Ich brauche nur das Trennblatt für Register 4, nicht alle.",
        "Im Druckfenster lassen sich die Register einzeln ankreuzen.",
    ),
    Earlier(
        "Zugriff auf die Akten der Nachbarabteilung",
        "Für die Urlaubszeit brauche ich Zugriff auf die Akten der Abteilung nebenan.",
        "Den gibt Ihnen die Leitung dort, am besten als Vertretung mit einem letzten Tag. Die Hotline darf das nicht.",
    ),
    Earlier(
        "Konto nach Namensänderung",
        "Ich habe geheiratet. Wer ändert meinen Namen im Konto?",
        "Das macht Ihre Administration unter „Personen“. Ihre alten Einträge behalten den damaligen Namen.",
    ),
    Earlier(
        "Anmeldung nach dem Urlaub klappt nicht",
        "Nach vier Wochen Urlaub nimmt das Programm mein Passwort nicht mehr.",
        "Ihre Administration druckt Ihnen einen Zettel mit einem Einmalpasswort. Danach vergeben Sie gleich ein neues.",
    ),
    Earlier(
        "Suche findet alten Bescheid nicht",
        "Ich suche einen Bescheid von 2019 und finde ihn nicht.",
        "Er liegt in einer geschlossenen Akte. Nehmen Sie in der Suche den Haken bei „nur offene Akten“ heraus.",
    ),
    Earlier(
        "Zwei Akten zum selben Vorgang",
        "Wir haben aus Versehen zwei Akten zu einem Vorgang angelegt.",
        "Verschieben Sie die Dokumente in eine der beiden und schließen Sie die leere mit einem Vermerk.",
    ),
    Earlier(
        "Dokument aus Versehen gelöscht",
        "Ein Dokument ist weg. Lässt es sich zurückholen?",
        "Ja, aus dem Papierkorb der Akte, mit allen Fassungen.",
    ),
    Earlier(
        "Geschlossene Akte wieder öffnen",
        "Zu einer geschlossenen Akte ist noch ein Schreiben gekommen.",
        "Unter „Wieder öffnen“ mit einer kurzen Begründung. Die Aufbewahrungsfrist beginnt danach neu.",
    ),
    Earlier(
        "Lesezeichen für die Sitzung",
        "Wie merke ich mir Seiten einer Akte für die Sitzung vor?",
        "Mit der Taste b auf der Seite. Die Lesezeichen stehen links neben dem Inhalt.",
    ),
    Earlier(
        "Akte als PDF für die Rechtsanwältin",
        "Eine Rechtsanwältin hat Akteneinsicht. Wie bekomme ich alles in eine Datei?",
        "Über „Drucken und Abgeben“. Was beschränkt ist, wählen Sie dort ausdrücklich aus.",
    ),
    Earlier(
        "Bildschirm bleibt beim Blättern kurz weiß",
        "Beim schnellen Blättern ist die Seite manchmal eine Sekunde weiß.",
        "Bei sehr großen Plänen dauert das erste Bild etwas. Danach ist es vorbereitet.",
    ),
    Earlier(
        "Aufbewahrungsfrist für Bauakten",
        "Welche Frist gilt bei uns für Bauakten?",
        "Sie steht im Aktenplan bei der Einheit. Festgelegt wird sie von Ihrer Registratur.",
    ),
    Earlier(
        "Scan ist auf dem Kopf",
        "Alle Seiten des Scans stehen auf dem Kopf.",
        "„Seiten drehen“ im Menü des Dokuments dreht alle auf einmal. Der Text wird danach neu gelesen.",
        queue="technik",
    ),
    Earlier(
        "Scan mit 200 Seiten bricht ab",
        "Der Stapel mit 200 Seiten bricht am Scanner ab, kleine gehen.",
        "Am Scanner war eine Grenze von 150 Seiten eingestellt. Ihre Technik hat sie heraufgesetzt.",
        queue="technik",
    ),
    Earlier(
        "Scans landen im falschen Eingangskorb",
        "Seit dem Umzug landen unsere Scans bei den Kollegen im zweiten Stock.",
        "Der Scanner hatte noch den alten Ordner. Er ist umgestellt; die verirrten Scans liegen wieder bei Ihnen.",
        queue="technik",
    ),
    Earlier(
        "Programm am Morgen sehr langsam",
        "Zwischen acht und halb neun dauert jede Akte zehn Sekunden.",
        "Zu dieser Zeit lief eine Sicherung. Sie beginnt jetzt nachts.",
        queue="technik",
    ),
    Earlier(
        "Drucker im Bürgerbüro fehlt in der Liste",
        "Den neuen Drucker kann ich nicht auswählen.",
        "Die Drucker kommen aus Ihrem Betriebssystem. Ihre Technik hat ihn an Ihrem Platz eingerichtet.",
        queue="technik",
    ),
    Earlier(
        "Fehlermeldung beim Hochladen",
        "Beim Hochladen steht „Speicher voll“.",
        "Der Speicher Ihres Knotens war zu 98 % belegt und ist erweitert. Bitte laden Sie noch einmal hoch.",
        queue="technik",
    ),
    Earlier(
        "PDF aus dem Fachverfahren ohne Text",
        "Die PDFs aus dem Fachverfahren findet die Suche nicht.",
        "Sie kamen als Bild. Jetzt werden sie beim Ablegen gelesen; die alten haben wir nachlesen lassen.",
        queue="technik",
    ),
    Earlier(
        "E-Mail lässt sich nicht ablegen",
        "Eine E-Mail mit großem Anhang lässt sich nicht in die Akte ziehen.",
        "Der Anhang war größer als erlaubt. Legen Sie ihn einzeln ab; die E-Mail verweist darauf.",
        queue="technik",
    ),
    Earlier(
        "Zertifikat der Seite abgelaufen",
        "Der Browser warnt vor der Seite.",
        "Das Zertifikat Ihres Servers ist erneuert. Bitte laden Sie die Seite neu.",
        queue="technik",
    ),
    Earlier(
        "Zwei Monitore: Akte neben der E-Mail",
        "Kann ich die Akte in einem zweiten Fenster öffnen?",
        "Ja, jede Ansicht hat eine eigene Adresse. Strg und Klick öffnet sie in einem neuen Fenster.",
        queue="technik",
    ),
    Earlier(
        "Grundkurs für neue Auszubildende",
        "Im Herbst kommen vier Auszubildende. Gibt es einen Grundkurs für sie?",
        "Ja, vier Plätze sind vorgemerkt. Anmelden kann sie Ihre Ansprechperson unter „Schulungen“.",
        queue="einfuehrung",
    ),
    Earlier(
        "Aktenplan für das neue Sachgebiet",
        "Wir bekommen ein Sachgebiet Klimaschutz. Wer legt die Einheiten im Aktenplan an?",
        "Das macht Ihre Registratur. Eine Vorlage haben wir ihr geschickt und sind sie am Telefon durchgegangen.",
        queue="einfuehrung",
    ),
    Earlier(
        "Alte Papierakten übernehmen",
        "Sollen wir laufende Papierakten noch scannen?",
        "Wir empfehlen einen Stichtag: Laufendes wird ab dann elektronisch geführt, Altes bleibt Papier und wird vermerkt.",
        queue="einfuehrung",
    ),
    Earlier(
        "Handout für die Amtsleitung",
        "Die Leitung möchte eine Seite dazu, was sich für sie ändert.",
        "Die Seite liegt in der Wissenssammlung; wir stellen sie gern in einer Viertelstunde vor.",
        queue="einfuehrung",
    ),
    Earlier(
        "Übungsstadt zum Ausprobieren",
        "Dürfen wir irgendwo üben, ohne etwas kaputt zu machen?",
        "Dafür gibt es die Übungsstadt. Der Zugang steht in der Einladung zum Grundkurs.",
        queue="einfuehrung",
    ),
    Earlier(
        "Wer ist bei uns Ansprechperson?",
        "Die bisherige Ansprechperson ist im Ruhestand. Wie benennen wir eine neue?",
        "Eine Zeile von Ihrer Leitung genügt; wir haben sie eingetragen.",
        queue="einfuehrung",
    ),
)
