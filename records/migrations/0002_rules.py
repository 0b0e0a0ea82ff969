"""Rules that the database itself keeps: an append-only journal, files only in leaf units, dividers of the same file."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION records_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The journal is appended to, never changed.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER records_journal_append_only BEFORE UPDATE OR DELETE ON records_journalentry
    FOR EACH ROW EXECUTE FUNCTION records_journal_refuse();
CREATE TRIGGER records_journal_no_truncate BEFORE TRUNCATE ON records_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION records_journal_refuse();
"""
LEAVES_HOLD_FILES = """
CREATE FUNCTION records_file_in_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM records_fileplanunit WHERE id = NEW.unit_id FOR SHARE;
    IF EXISTS (SELECT 1 FROM records_fileplanunit WHERE parent_id = NEW.unit_id) THEN
        RAISE EXCEPTION 'Only a leaf unit holds files.' USING ERRCODE = 'check_violation', CONSTRAINT = 'file_in_leaf_unit';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_file_in_leaf BEFORE INSERT OR UPDATE OF unit_id ON records_recordfile
    FOR EACH ROW EXECUTE FUNCTION records_file_in_leaf();
CREATE FUNCTION records_unit_without_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parent_id IS NOT NULL THEN
        PERFORM 1 FROM records_fileplanunit WHERE id = NEW.parent_id FOR UPDATE;
        IF EXISTS (SELECT 1 FROM records_recordfile WHERE unit_id = NEW.parent_id) THEN
            RAISE EXCEPTION 'A unit that holds files gets no units below it.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_below_files';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_unit_without_files BEFORE INSERT OR UPDATE OF parent_id ON records_fileplanunit
    FOR EACH ROW EXECUTE FUNCTION records_unit_without_files();
"""
DIVIDER_OF_THE_SAME_FILE = """
ALTER TABLE records_document ADD CONSTRAINT document_register_of_its_file
    FOREIGN KEY (register_id, file_id) REFERENCES records_register (id, file_id) DEFERRABLE INITIALLY DEFERRED;
"""
BYTES_NEVER_CHANGE = """
CREATE FUNCTION records_version_bytes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The bytes of a version never change.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER records_version_bytes_stay BEFORE UPDATE OF sha256, size, number, document_id ON records_documentversion
    FOR EACH ROW WHEN (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.size IS DISTINCT FROM NEW.size
        OR OLD.number IS DISTINCT FROM NEW.number OR OLD.document_id IS DISTINCT FROM NEW.document_id)
    EXECUTE FUNCTION records_version_bytes_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER records_journal_append_only ON records_journalentry; DROP TRIGGER records_journal_no_truncate ON records_journalentry;"
            "DROP FUNCTION records_journal_refuse();",
        ),
        migrations.RunSQL(
            LEAVES_HOLD_FILES,
            "DROP TRIGGER records_file_in_leaf ON records_recordfile; DROP FUNCTION records_file_in_leaf();"
            "DROP TRIGGER records_unit_without_files ON records_fileplanunit; DROP FUNCTION records_unit_without_files();",
        ),
        migrations.RunSQL(DIVIDER_OF_THE_SAME_FILE, "ALTER TABLE records_document DROP CONSTRAINT document_register_of_its_file;"),
        migrations.RunSQL(
            BYTES_NEVER_CHANGE,
            "DROP TRIGGER records_version_bytes_stay ON records_documentversion; DROP FUNCTION records_version_bytes_stay();",
        ),
    ]
