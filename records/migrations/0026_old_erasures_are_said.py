"""Erasures that were approved before the journal said which values had gone with the document ("erase_said") say so now (decision 0051).

Only here, once, and into the chain itself: afterwards nothing but the chain excuses a missing value, whenever somebody approves an erasure. Said is
what such an approval took and nothing else, so what somebody has deleted by hand stays a finding:

- a document was erased by two persons, and the journal has that act of that moment;
- before it, the other object had lost all of its values, not some of them;
- it stood beside that document: a participant or a cross-reference that is there no more (a participant of a file in which the document lay), or the
  document's own reminder.

A town without an approved erasure is asked one question of a small table.
"""

from datetime import UTC, datetime

from django.db import migrations

from foundation import chain

LOCK = 0x65416B7465  # records.journal: writers of the chain take turns
ANY = "SELECT EXISTS (SELECT FROM records_erasurerequest WHERE approved_at IS NOT NULL)"
LOST = """
WITH erased AS MATERIALIZED (
    SELECT document.id, act.sequence, ARRAY(
        SELECT told.file_id FROM records_journalentry told WHERE told.object_id = document.public_id AND told.file_id IS NOT NULL
    ) AS files
    FROM records_erasurerequest request
    JOIN records_document document ON document.id = request.document_id AND document.erased_at IS NOT NULL
    JOIN records_journalentry act ON act.object_id = document.public_id AND act.act = 'erase' AND act.at = request.approved_at
    WHERE request.approved_by_id IS NOT NULL
), emptied AS (
    SELECT entry.object_id, entry.object_kind, entry.file_id, entry.sequence FROM records_journalentry entry
    WHERE entry.object_kind IN ('Participant', 'CrossReference', 'Reminder') AND entry.digests <> '{}'
      AND NOT EXISTS (SELECT FROM records_journalvalue value WHERE value.entry_id = entry.sequence)
      AND NOT EXISTS (
          SELECT FROM records_journalentry said
          WHERE said.object_id = entry.object_id AND said.sequence > entry.sequence AND said.act IN ('erase', 'erase_said')
      )
), lost AS (
    SELECT object_id, object_kind, max(sequence) AS last, array_agg(file_id) AS files, (array_agg(file_id ORDER BY sequence DESC))[1] AS file_id
    FROM emptied GROUP BY object_id, object_kind
)
SELECT object_kind, object_id, file_id FROM lost WHERE EXISTS (
    SELECT FROM erased WHERE erased.sequence > lost.last
    AND NOT EXISTS (
        SELECT FROM records_journalentry kept JOIN records_journalvalue value ON value.entry_id = kept.sequence
        WHERE kept.object_id = lost.object_id AND kept.sequence < erased.sequence
    )
    AND CASE lost.object_kind
        WHEN 'Reminder' THEN EXISTS (
            SELECT FROM records_reminder own WHERE own.public_id = lost.object_id AND own.document_id = erased.id
        )
        WHEN 'Participant' THEN lost.files && erased.files AND NOT EXISTS (
            SELECT FROM records_participant there WHERE there.public_id = lost.object_id
        )
        ELSE NOT EXISTS (SELECT FROM records_crossreference there WHERE there.public_id = lost.object_id)
    END
)
ORDER BY last
"""
LAST = "SELECT sequence, hash FROM records_journalentry ORDER BY sequence DESC LIMIT 1"
ENTER = """
INSERT INTO records_journalentry (
    sequence, at, act, actor, actor_kind, actor_id, on_behalf_of, object_kind, object_id, file_id, digests, previous_hash, hash
) VALUES (%s, %s, 'erase_said', 'System', 'system', NULL, '', %s, %s, %s, '{}', %s, %s)
"""


def say_old_erasures(apps, editor):
    """Append "erase_said" for what went with documents that were erased before; in words of the chain as it is at this migration."""
    with editor.connection.cursor() as cursor:
        cursor.execute(ANY)
        if not cursor.fetchone()[0]:
            return
        cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [LOCK])
        cursor.execute(LOST)
        rows = cursor.fetchall()
        cursor.execute(LAST)
        sequence, previous = cursor.fetchone() or (0, chain.GENESIS)
        for kind, object_id, file_id in rows:
            sequence, at = sequence + 1, datetime.now(UTC)
            said = {"act": "erase_said", "actor": "System", "actor_kind": "system", "object_kind": kind, "object_id": str(object_id)}
            written = chain.entry_hash(
                previous=previous, sequence=sequence, at=at, digests={}, file_id=str(file_id) if file_id else None, **said
            )
            cursor.execute(ENTER, [sequence, at, kind, object_id, file_id, previous, written])
            previous = written


class Migration(migrations.Migration):
    dependencies = [("records", "0025_drafts_in_a_list")]

    operations = [migrations.RunPython(say_old_erasures, migrations.RunPython.noop)]
