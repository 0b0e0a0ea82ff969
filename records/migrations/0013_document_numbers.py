"""Documents that were filed before there were numbers get theirs, in the order of filing; their files' counters go on from there."""

from django.db import migrations

NUMBER_ALL = """
WITH numbered AS (
    UPDATE records_document SET number = given.number FROM (
        SELECT document.id, file.last_document_number + row_number() OVER (PARTITION BY document.file_id ORDER BY document.created_at, document.id)
            AS number
        FROM records_document document JOIN records_recordfile file ON file.id = document.file_id
        WHERE document.number IS NULL AND document.case_id IS NULL
    ) given WHERE given.id = records_document.id
    RETURNING records_document.file_id, records_document.number
)
UPDATE records_recordfile SET last_document_number = last.number
FROM (SELECT file_id, max(number) AS number FROM numbered GROUP BY file_id) last WHERE last.file_id = records_recordfile.id;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0012_scopes_on_behalf")]

    operations = [migrations.RunSQL(NUMBER_ALL, migrations.RunSQL.noop)]
