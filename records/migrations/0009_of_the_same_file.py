"""What the database itself keeps: cases, volumes and attachments are those of the document's own file; and numbers for drafts."""

from django.db import migrations

OF_THE_SAME_FILE = """
ALTER TABLE records_document ADD CONSTRAINT document_case_of_its_file
    FOREIGN KEY (case_id, file_id) REFERENCES records_case (id, file_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE records_document ADD CONSTRAINT document_volume_of_its_file
    FOREIGN KEY (volume_id, file_id) REFERENCES records_volume (id, file_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE records_document ADD CONSTRAINT document_parent_of_its_file
    FOREIGN KEY (parent_id, file_id) REFERENCES records_document (id, file_id) DEFERRABLE INITIALLY DEFERRED;
"""
NO_LONGER = """
ALTER TABLE records_document DROP CONSTRAINT document_case_of_its_file;
ALTER TABLE records_document DROP CONSTRAINT document_volume_of_its_file;
ALTER TABLE records_document DROP CONSTRAINT document_parent_of_its_file;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0008_binder_in_depth")]

    operations = [
        migrations.RunSQL(OF_THE_SAME_FILE, NO_LONGER),
        migrations.RunSQL("CREATE SEQUENCE records_draft_number;", "DROP SEQUENCE records_draft_number;"),
    ]
