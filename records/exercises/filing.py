"""Exercises in filing: what comes in finds its place."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.models import Document, RecordFile

from .shape import Attempt, Exercise, Finding


def _file_scan(attempt: Attempt) -> list[Finding]:
    subject = attempt.subject
    mine = Document.objects.visible_to(attempt.person).standing().filter(created_by=attempt.person)
    copies = list(mine.filter(versions__sha256=subject.paper_sha256).select_related("register").distinct().order_by("pk"))
    if not copies:
        return [Finding(False, _("The scan has not been filed yet: you have put no document with this content into a file."), 3)]
    here = [copy for copy in copies if copy.file_id == subject.file_id]
    if not here:
        return [
            Finding(True, _("The scan has been filed, unchanged."), 2),
            Finding(False, _("But it lies in another file than the one it belongs to."), 3),
        ]
    placed = [copy for copy in here if copy.register is not None and copy.register.name == subject.expected.get("register")]
    findings = [Finding(True, _("The scan lies in the right file."), 3)]
    if placed:
        findings.append(Finding(True, _("It lies in the right register."), 4))
    elif all(copy.register is None for copy in here):
        findings.append(Finding(False, _("It does not lie in any register yet."), 4))
    else:
        findings.append(Finding(False, _("It lies in a register that is meant for something else."), 4))
    if len(copies) > 1:
        findings.append(Finding(False, _("It has been filed more than once. Please cancel the copies that are too many."), 4))
    return findings


def _describe_letter(attempt: Attempt) -> list[Finding]:
    document = _document(attempt)
    if document is None:
        return [_gone()]
    named = "rechnung" in document.title.casefold()
    day = date.fromisoformat(attempt.subject.expected["date"])
    title = _("The title says what the document is.") if named else _("The title does not say yet what kind of document it is.")
    if document.document_date is None:
        dated = _("The document date is still missing.")
    elif document.document_date == day:
        dated = _("The document date is the one on the paper.")
    else:
        dated = _("A document date has been entered, but it is not the one on the paper.")
    return [Finding(named, title, 3), Finding(document.document_date == day, dated, 4)]


def _move_letter(attempt: Attempt) -> list[Finding]:
    document = _document(attempt)
    if document is None:
        return [_gone()]
    if document.file_id != attempt.subject.file_id:
        return [Finding(False, _("The letter now lies in another file. It belongs into this file, only at another place."), 2)]
    register = document.register.name if document.register else ""
    stays = Finding(True, _("The letter lies in the right file."), 1)
    if register == attempt.subject.expected["register"]:
        return [stays, Finding(True, _("It lies in the register that is meant for it."), 3)]
    if register == attempt.subject.expected["from"]:
        return [stays, Finding(False, _("It still lies in the register into which it was put by mistake."), 3)]
    return [stays, Finding(False, _("It has been moved, but this register is not the right one either."), 3)]


def _new_file(attempt: Attempt) -> list[Finding]:
    mine = RecordFile.objects.visible_to(attempt.person).standing().filter(created_by=attempt.person, title__icontains="Flocke")
    found = list(mine.exclude(pk=attempt.subject.file_id).order_by("-pk")[:10])
    if not found:
        return [Finding(False, _("You have not opened a file yet whose title names the dog."), 3)]
    placed = [file for file in found if file.unit_id == attempt.subject.file.unit_id]
    best = next((file for file in placed if "brandt" in file.title.casefold()), (placed or found)[0])
    in_unit, named = best.unit_id == attempt.subject.file.unit_id, "brandt" in best.title.casefold()
    return [
        Finding(True, _("You have opened a file for the dog."), 1),
        Finding(
            in_unit,
            _("It lies in the right unit of the file plan.")
            if in_unit
            else _("It lies in a unit of the file plan that is meant for other matters."),
            2,
        ),
        Finding(
            named,
            _("The title names dog and owner.")
            if named
            else _("The title does not name the owner yet; without the name nobody finds the file."),
            3,
        ),
    ]


def _document(attempt: Attempt) -> Document | None:
    """The document that the exercise is about, wherever it lies by now; None when it was cancelled or is out of sight."""
    about = attempt.subject.document
    if about is None or not Document.objects.visible_to(attempt.person).standing().filter(pk=about.pk).exists():
        return None
    return about


def _gone() -> Finding:
    return Finding(False, _("The document that this is about has been cancelled or moved out of your sight. Please restore it first."), 1)


FILE_SCAN = Exercise(
    key="file-scan",
    title=gettext_lazy("File a scan"),
    aim=gettext_lazy("You file what has come in: in the right file, in the right register, once."),
    story=gettext_lazy(
        "With the morning's post an objection has come in: Ms Helga Osterkamp, who lives next door, does not agree with the Kranz family's new "
        "house in Ulmenweg. The scanning station has scanned her letter. Now it belongs into the building file."
    ),
    steps=(
        gettext_lazy("Download the scan from the page of this exercise and read it."),
        gettext_lazy("Open the building file of the Kranz family, Ulmenweg 8."),
        gettext_lazy("Put the scan into this file."),
        gettext_lazy("Choose the register into which an objection of the neighbours belongs."),
    ),
    hint=gettext_lazy("In building files, what others say about a project is collected in one register: authorities and neighbours alike."),
    begins="records:files",
    examine=_file_scan,
)

DESCRIBE_LETTER = Exercise(
    key="describe-letter",
    title=gettext_lazy("Name a document and date it"),
    aim=gettext_lazy("Whoever looks into the file after you sees at once what lies there."),
    story=gettext_lazy(
        "Somebody was in a hurry: in the file of the youth club there is a document that is called “Scan_20931” and has no date. "
        "Nobody will find it like that."
    ),
    steps=(
        gettext_lazy("Open the file of the youth club."),
        gettext_lazy("Look at the document “Scan_20931”: what is it, and of which day?"),
        gettext_lazy("Give it a title that says what it is."),
        gettext_lazy("Enter the date that stands on the paper as document date."),
    ),
    hint=gettext_lazy("Title and dates are changed on the document's own page (“Properties”). It is a bill: say so in the title."),
    begins="records:files",
    examine=_describe_letter,
)

MOVE_LETTER = Exercise(
    key="move-letter",
    title=gettext_lazy("Move a misplaced letter"),
    aim=gettext_lazy("You put right what lies at the wrong place; the journal keeps that it was moved."),
    story=gettext_lazy(
        "Ms Sonnleitner has objected to her dog tax assessment. Her objection was filed under payments by mistake. "
        "When the time limit is checked, nobody will look there."
    ),
    steps=(
        gettext_lazy("Open the file of the dog Krümel."),
        gettext_lazy("Find the objection among the payments."),
        gettext_lazy("Move it into the register that is meant for objections (“Move to …”)."),
    ),
    hint=gettext_lazy("In law, objections and complaints are called legal remedies. In the file there is a register of that name."),
    begins="records:files",
    examine=_move_letter,
)

NEW_FILE = Exercise(
    key="new-file",
    title=gettext_lazy("Open a file"),
    aim=gettext_lazy("You open a file in the right unit of the file plan, with a title by which others find it."),
    story=gettext_lazy("At the counter Mr Jens Brandt registers his dog Flocke, a Samoyed, for the dog tax. There is no file on them yet."),
    steps=(
        gettext_lazy("Open a new file (“New file”)."),
        gettext_lazy("Choose the unit of the file plan in which dog tax files lie."),
        gettext_lazy("Give it a title with the name of the owner and of the dog, and create it."),
    ),
    hint=gettext_lazy("Look how the neighbouring files are called: surname, first name, matter. Search the file plan for “Hund”."),
    begins="records:file_plan",
    examine=_new_file,
)
