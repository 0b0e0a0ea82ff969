"""The day of a document is its own date before that of its receipt (Laufzeit): indexes write anew the files in which that makes a difference.

Only the log is written to, one row a file: each machine's index follows it in the background, and searches go on meanwhile. A million documents are
read once. The lock is the journal's, so that the rows' numbers follow the order of commits (records.indexing).
"""

from django.db import migrations

NOTE_FILES = """
SELECT pg_advisory_xact_lock(434889258085);
INSERT INTO records_indexchange (kind, file_id, at)
SELECT 'file', file_id, now() FROM (
    SELECT DISTINCT file_id FROM records_document
    WHERE cancelled_at IS NULL AND document_date <> COALESCE(received_on, (created_at AT TIME ZONE 'Europe/Berlin')::date)
) AS concerned ORDER BY file_id;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0020_refused_erasures")]

    operations = [migrations.RunSQL(NOTE_FILES, migrations.RunSQL.noop)]
