"""The demo's knowledge base: short instructions for what clerks ask most, with the words that stand on the screens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """An article; `due` lets it be due for another look, `internal` keeps it among the hotline."""

    title: str
    summary: str
    topic: str
    steps: tuple[str, ...]
    due: bool = False
    internal: bool = False


ARTICLES = (
    Text(
        "Wie finde ich ein Dokument wieder?",
        "Die Suche kennt den Text aller Dokumente, auch den von Scans. Ein Wortteil genügt, Tippfehler werden verziehen.",
        "Suchen",
        (
            "Drücken Sie **/** oder klicken Sie oben in das Suchfeld. Tippen Sie ein **Aktenzeichen** oder ein paar Wörter. Schon beim Tippen erscheinen "
            "passende Akten und Dokumente.",
            "Mit der Eingabetaste suchen Sie im ganzen Text. So wird die Suche genauer:\n\n- „Wortfolge“ in Anführungszeichen: genau diese Wörter "
            "hintereinander\n- Wortanfang\\*: alles, was so beginnt\n- -ohne: dieses Wort darf nicht vorkommen\n- eins ODER zwei: eines von beiden",
            "Zusammengesetzte Wörter findet auch, wer nur einen Teil tippt: **Bescheid** findet den Grundsteuerbescheid. Straße und Strasse sind dasselbe.",
            "Ist nichts zu finden, sehen Sie im Menü oben rechts unter **Was ich sehen darf** nach: Gefunden wird nur, was Sie sehen dürfen.",
        ),
    ),
    Text(
        "Mein Scan ist „Nicht lesbar“. Was nun?",
        "Das Original ist sicher abgelegt. Meist hilft erneutes Lesen; sonst brauchen wir eine bessere Datei.",
        "Scannen und Ablegen",
        (
            "Öffnen Sie das Dokument im Inhalt der Akte. Unter dem Titel steht **in einem Satz, warum** es nicht gelesen werden konnte.",
            "Wählen Sie **Erneut lesen**. Das schadet nie: Das Original bleibt, wie es ist.",
            "Ist die Datei mit einem Passwort geschützt oder beschädigt, bitten Sie um eine andere, oder scannen Sie neu: 300 dpi, gerade eingelegt, "
            "nicht zu hell.",
            "Bleibt es dabei, stellen Sie eine Anfrage. Nennen Sie die **Art der Datei** und den Satz aus dem ersten Schritt, aber nichts aus dem Inhalt.",
        ),
    ),
    Text(
        "Dokumente in eine Akte ablegen",
        "Dateien ziehen Sie auf ein Register; der Text wird gelesen, während Sie weiterarbeiten.",
        "Scannen und Ablegen",
        (
            "Öffnen Sie die Akte: **Aktenplan**, dann die Einheit, dann die Akte.",
            "Ziehen Sie eine oder mehrere Dateien auf das richtige **Register**. Ohne Maus: **Hochladen** beim Register wählen.",
            "Die Dokumente erscheinen sofort. Solange gelesen wird, ist der Text noch nicht zu finden; blättern können Sie meist schon.",
            "Liegt ein Dokument falsch, öffnen Sie mit der Taste m sein Menü und wählen **Verschieben nach …** Strg+X und Strg+V gehen auch.",
        ),
    ),
    Text(
        "Eine Wiedervorlage setzen",
        "Die Akte liegt Ihnen oder jemand anderem am gewünschten Tag wieder vor.",
        "Wiedervorlagen und Vertretung",
        (
            "Öffnen Sie in der Akte **Wiedervorlagen**.",
            "Tragen Sie den Tag und eine kurze Bemerkung ein und wählen Sie **Wiedervorlage setzen**.",
            "Am Tag steht sie oben auf dem **Schreibtisch**. Dort haken Sie sie als erledigt ab, verschieben sie oder geben sie weiter.",
            "Vor dem Schließen einer Akte zeigt die Vollständigkeitsprüfung, welche Wiedervorlagen noch offen sind.",
        ),
    ),
    Text(
        "Vertretung für den Urlaub einrichten",
        "Ihre Vertretung darf an diesen Tagen, was Sie dürfen. Beschränkte Akten nennen Sie einzeln.",
        "Wiedervorlagen und Vertretung",
        (
            "Öffnen Sie oben rechts Ihr Menü und dort **Vertretung**.",
            "Wählen Sie unter **Vertretung einrichten** die Person und die Tage. Sie endet von selbst; vorher können Sie sie beenden.",
            "Beschränkte Akten bleiben verborgen. Soll Ihre Vertretung eine davon sehen, nennen Sie sie unter **Beschränkte Akten**.",
            "Im Journal stehen immer beide Namen: wer gehandelt hat, und für wen.",
        ),
    ),
    Text(
        "Eine Akte schließen (zdA)",
        "Vor dem Schließen prüft das Programm, was noch fehlt. Danach beginnt die Aufbewahrungsfrist.",
        "Akten führen",
        (
            "Wählen Sie in der Akte **Akte schließen (zdA)**. Es öffnet sich die **Vollständigkeitsprüfung**.",
            "Erledigen Sie, was mit „bitte erledigen“ gekennzeichnet ist. Ein Klick auf die Zeile führt jeweils dorthin. Hinweise dürfen stehen bleiben.",
            "Wählen Sie noch einmal **Akte schließen (zdA)**. Die Akte ist dann nur noch zu lesen.",
            "Kommt doch noch etwas, lässt sie sich mit einer **Begründung** wieder öffnen.",
        ),
        due=True,
    ),
    Text(
        "Passwort vergessen oder gesperrt",
        "Ein neues Einmalpasswort gibt Ihnen die Administration Ihres Hauses, nicht die Hotline.",
        "Anmelden",
        (
            "Nach mehreren falschen Eingaben ist Ihr Konto für eine **Viertelstunde** gesperrt. Warten Sie und versuchen Sie es in Ruhe noch einmal.",
            "Ist das Passwort vergessen, wenden Sie sich an die **Administration in Ihrem Haus**. Sie druckt Ihnen einen Zettel mit einem Einmalpasswort.",
            "Melden Sie sich damit an und vergeben Sie gleich ein neues: mindestens 12 Zeichen. Das Einmalpasswort gilt 14 Tage.",
            "Ändern können Sie Ihr Passwort jederzeit im Menü oben rechts unter **Passwort ändern**.",
        ),
    ),
    Text(
        "Schneller mit der Tastatur",
        "Alles geht ohne Maus. Die wichtigsten Tasten auf einen Blick.",
        "Bedienung",
        (
            "In jeder Ansicht:\n\n- **/** Suche\n- **?** alle Tasten\n- **g**, dann **s**: Schreibtisch; **g**, dann **a**: Aktenplan; **g**, dann **w**: Wiedervorlagen",
            "In der Akte:\n\n- **Pfeil rechts** und **Pfeil links**: blättern\n- **Alt+Pfeil runter** und **Alt+Pfeil hoch**: nächstes und voriges Dokument\n"
            "- **1** bis **9**: Register\n- **Strg+G**: zu einem Blatt, einer Foliozahl, einem Datum\n- **b**: Lesezeichen",
            "Stören Sie einzelne Tasten, schalten Sie **Kürzel mit einzelnen Tasten** im Menü oben rechts ab. Kürzel mit Strg bleiben.",
        ),
    ),
    Text(
        "Gesperrtes Konto: Wer darf was?",
        "Nur für uns: Die Hotline setzt keine Passwörter in den Häusern zurück.",
        "Anmelden",
        (
            "Die Konten liegen auf dem Server der Kommune. Das Zentrum hat darauf **keinen Zugriff** und gibt sich auch keinen.",
            "Verweisen Sie an die Administration des Hauses. Ist dort niemand erreichbar, rufen Sie die Ansprechperson aus der Vereinbarung an.",
        ),
        internal=True,
    ),
)
