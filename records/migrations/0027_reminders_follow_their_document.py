"""Reminders of documents that were moved before reminders went along lie where their document lies now, as records.moving leaves them today.

Reminders and their documents are read once, and only what lies elsewhere is written. Going back leaves it: that they were left behind was the fault.
"""

from django.db import migrations

FOLLOW = """
UPDATE records_reminder AS reminder SET file_id = document.file_id, case_id = NULL, revision = reminder.revision + 1
  FROM records_document AS document
 WHERE document.id = reminder.document_id AND document.file_id <> reminder.file_id;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0026_old_erasures_are_said")]

    operations = [migrations.RunSQL(FOLLOW, migrations.RunSQL.noop)]
