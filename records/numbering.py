"""Numbers of documents inside their file or case, and the references made of them: container, hyphen, number.

Both counters only count up. A number is given when a document is filed, and anew when it is put elsewhere; none is given twice, also not
after a document has moved away and come back.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from tenants import current

from .models import Case, Document, RecordFile, Register

# One statement gives the number and says where the register ends: taking in is measured, and each question costs a way to the database.
COUNT_SQL = """
UPDATE {table} SET last_document_number = last_document_number + %(more)s WHERE id = %(container)s{standing}
RETURNING last_document_number, (SELECT max(rank) FROM records_document WHERE file_id = %(file)s AND {place})
"""


class CaseNotOpen(Exception):
    """The case is closed or cancelled, or belongs to another file."""


def refuse_leaving(case: Case | None) -> None:
    """A closed case keeps its documents. Raises CaseNotOpen."""
    if case is not None and case.closed_at is not None:
        raise CaseNotOpen(
            _("Case %(reference)s is closed; its documents stay in it until it is reopened.") % {"reference": case.case_reference}
        )


def next_numbers(*, file: RecordFile, case: Case | None, register: Register | None, more: int = 1) -> tuple[int, int]:
    """Give `more` numbers in a file, or in one of its cases: (the last one, the highest rank in the register, 0 if it is empty).

    Must run under the file's row lock: who puts things elsewhere takes turns with who files and who closes the case. Raises CaseNotOpen.
    """
    container = case or file
    sql = COUNT_SQL.format(
        table="records_case" if case else "records_recordfile",
        standing=" AND file_id = %(file)s AND closed_at IS NULL AND cancelled_at IS NULL" if case else "",
        place="register_id = %(register)s" if register else "register_id IS NULL",
    )
    sent = {"more": more, "container": container.pk, "file": file.pk, "register": register.pk if register else None}
    with current.connection().cursor() as cursor:
        cursor.execute(sql, sent)
        row = cursor.fetchone()
    if row is None:
        raise CaseNotOpen(_("The case is closed or cancelled; nothing can be filed in it."))
    return row[0], row[1] or 0


def reference_of(document: Document) -> str:
    """Document reference: that of its case or file, hyphen, number; empty while it has no number. Expects `file` and `case` at hand."""
    if document.number is None:
        return ""
    container = document.case.case_reference if document.case_id and document.case else document.file.file_reference
    return f"{container}-{document.number}"
