"""Exercises in keeping a file: notes, reminders, paper that leaves the house, and closing."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.models import Document, MissingSheet, Page, RecordFile, Reminder

from .shape import Attempt, Exercise, Finding

TWO_WEEKS = (timedelta(days=12), timedelta(days=16))  # a week-end more or less
NOTE = "Vermerk"


def _write_note(attempt: Attempt) -> list[Finding]:
    mine = Document.objects.visible_to(attempt.person).standing().filter(created_by=attempt.person, kind=NOTE)
    notes = list(mine.filter(file=attempt.subject.file_id).select_related("register", "current").order_by("-pk")[:5])
    if not notes:
        return [Finding(False, _("There is no note of yours in this file yet."), 3)]
    pages = Page.objects.filter(version__in=[note.current_id for note in notes]).values_list("version_id", "text")
    texts: dict[int, str] = {}
    for version, text in pages:
        texts[version] = texts.get(version, "") + " " + text
    best = max(notes, key=lambda note: _said(note, texts))
    told = sum(_said(best, texts)) == 2
    if not told and best.current is not None and best.current.being_read:
        said = _("Your note is just being read by the machine. Please check once more in a few seconds.")
    else:
        said = (
            _("It says who has called and what was agreed.")
            if told
            else _("It does not say yet who has called and to which day the party is moved.")
        )
    placed = best.register is not None and best.register.name == attempt.subject.expected["register"]
    place = _("It lies in the register for notes.") if placed else _("It does not lie in the register for notes yet.")
    return [Finding(True, _("Your note lies in the file."), 2), Finding(told, said, 3), Finding(placed, place, 4)]


def _said(note: Document, texts: dict[int, str]) -> tuple[bool, bool]:
    text = f"{note.title} {texts.get(note.current_id or 0, '')}".casefold()
    return "mertens" in text, "samstag" in text or "sonnabend" in text


def _set_reminder(attempt: Attempt) -> list[Finding]:
    mine = Reminder.objects.visible_to(attempt.person).open().filter(file=attempt.subject.file_id, created_by=attempt.person)
    found = list(mine.order_by("-pk")[:10])
    if not found:
        return [Finding(False, _("You have set no reminder for this file yet."), 2)]
    best = max(found, key=lambda reminder: (_in_two_weeks(reminder), reminder.person_id == attempt.person.pk, bool(reminder.note)))
    hers, due = best.person_id == attempt.person.pk, _in_two_weeks(best)
    return [
        Finding(True, _("There is a reminder for this file."), 1),
        Finding(due, _("It is due in two weeks.") if due else _("But it is not due in two weeks."), 2),
        Finding(hers, _("It comes back to you.") if hers else _("It comes to somebody else, not to you."), 3),
        Finding(
            bool(best.note),
            _("It says what is to be done then.") if best.note else _("It does not say what is to be done then."),
            4,
        ),
    ]


def _in_two_weeks(reminder: Reminder) -> bool:
    earliest, latest = TWO_WEEKS
    return earliest <= reminder.due_on - timezone.localdate(reminder.created_at) <= latest


def _lend_out(attempt: Attempt) -> list[Finding]:
    found = list(MissingSheet.objects.filter(file=attempt.subject.file_id, created_by=attempt.person).order_by("-pk")[:10])
    if not found:
        return [Finding(False, _("There is no missing sheet of yours in this file yet."), 2)]
    best = max(found, key=lambda sheet: (_right_borrower(sheet), sheet.returned_on is not None))
    borrower, back = _right_borrower(best), best.returned_on is not None
    return [
        Finding(True, _("A missing sheet says that the paper is away."), 1),
        Finding(borrower, _("It says who has it.") if borrower else _("The borrower that it names is not the one who asked for it."), 2),
        Finding(back, _("The paper is back, and that is noted.") if back else _("It has not been noted yet that the paper is back."), 4),
    ]


def _right_borrower(sheet: MissingSheet) -> bool:
    return "rechnungspr" in sheet.borrower.casefold()


def _close_file(attempt: Attempt) -> list[Finding]:
    document = attempt.subject.document
    waiting = Reminder.objects.open().filter(file=attempt.subject.file_id).count()
    closed = attempt.subject.file.status == RecordFile.Status.CLOSED
    return [
        _placed(attempt, document),
        Finding(
            not waiting,
            _("No reminder is waiting any more.") if not waiting else _("A reminder of this file is still waiting to be done."),
            3,
        ),
        Finding(closed, _("The file is closed.") if closed else _("The file is not closed yet."), 4),
    ]


def _placed(attempt: Attempt, document: Document | None) -> Finding:
    if document is None or document.cancelled_at is not None or document.file_id != attempt.subject.file_id:
        return Finding(False, _("The list of stall fees is no longer in the file; it must not get lost."), 2)
    if document.register is None:
        return Finding(False, _("The list of stall fees does not lie in any register yet."), 2)
    if document.register.name != attempt.subject.expected["register"]:
        return Finding(False, _("The list of stall fees lies in a register that is meant for something else."), 2)
    return Finding(True, _("The list of stall fees lies at its place."), 2)


WRITE_NOTE = Exercise(
    key="write-note",
    title=gettext_lazy("Write a note on a telephone call"),
    aim=gettext_lazy("What was agreed by telephone stands in the file, so that others can go on from there."),
    story=gettext_lazy(
        "Ms Mertens of the dance circle has called about the youth club: the summer party is moved from Friday to Saturday, at the same time. "
        "You have agreed. Now it must be written down."
    ),
    steps=(
        gettext_lazy("Open the file of the youth club."),
        gettext_lazy("Choose “New note (Vermerk)”."),
        gettext_lazy("Write who has called and what was agreed."),
        gettext_lazy("Put the note into the register for notes and file it."),
    ),
    hint=gettext_lazy("Two words must not be missing: the name of the caller and the new day of the week."),
    begins="records:files",
    examine=_write_note,
)

SET_REMINDER = Exercise(
    key="set-reminder",
    title=gettext_lazy("Set a reminder"),
    aim=gettext_lazy("You have a file put before you on the day on which you need it."),
    story=gettext_lazy(
        "The neighbour's objection has been sent on to the Kranz family. They have two weeks to answer. "
        "You do not want to keep that in your head."
    ),
    steps=(
        gettext_lazy("Open the building file of the Kranz family and go to its reminders."),
        gettext_lazy("Choose the day in two weeks."),
        gettext_lazy("Set it for yourself."),
        gettext_lazy("Write down what you will look for on that day, and save."),
    ),
    hint=gettext_lazy("Count fourteen days from today; a few days more or less because of the week-end do no harm."),
    begins="records:files",
    examine=_set_reminder,
)

LEND_OUT = Exercise(
    key="lend-out",
    title=gettext_lazy("Lend a paper out and take it back"),
    aim=gettext_lazy("A missing sheet says who has the original; when it is back, that is noted too."),
    story=gettext_lazy(
        "The audit office (Rechnungsprüfung) asks for the signed original of the contract of use from the file of the youth club. "
        "You hand it over. In the afternoon it is back already."
    ),
    steps=(
        gettext_lazy("Open the youth club's file, go to “Facts” and choose “Lend out”."),
        gettext_lazy("Say what leaves the house, and who has it."),
        gettext_lazy("Find the missing sheet again in the list of what is lent out."),
        gettext_lazy("Note that the paper is back."),
    ),
    hint=gettext_lazy("The borrower is the audit office: in German “Rechnungsprüfung”. Back is noted with a click on the missing sheet."),
    begins="records:files",
    examine=_lend_out,
)

CLOSE_FILE = Exercise(
    key="close-file",
    title=gettext_lazy("Close a file"),
    aim=gettext_lazy("You close a file, and the completeness check tells you what is missing."),
    story=gettext_lazy(
        "The autumn fair is over, all has been paid. The file can be closed. But somebody has left something lying about in it."
    ),
    steps=(
        gettext_lazy("Open the file of the autumn fair and choose “Close file”: the check names what stands in the way."),
        gettext_lazy("Put the list of stall fees into the register for bills and money."),
        gettext_lazy("Tick off the reminder that has been done."),
        gettext_lazy("Close the file."),
    ),
    hint=gettext_lazy(
        "“Deliberately directly in the file” is not meant here: the list has a register. The reminder is ticked off in the list of reminders."
    ),
    begins="records:files",
    examine=_close_file,
)
