"""Which state the rights are in: an id that changes with them, so that a process that knows a person's rights can ask whether it still does."""

from django.db import migrations

# The id is random, not counted: a database that was put back from a copy never meets an id again that once stood for other rights. It changes when
# a transaction that changed rights is committed, last of all: so that nothing else waits for a lock behind it. Until then the transaction's own
# row in records_rightschange says that ids mean nothing inside it.
TABLES = """
CREATE TABLE records_rightsversion (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    version uuid NOT NULL
);
INSERT INTO records_rightsversion (version) VALUES (gen_random_uuid());
CREATE TABLE records_rightschange (transaction xid8 PRIMARY KEY);

CREATE FUNCTION records_rights_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO records_rightschange (transaction) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION records_rights_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE records_rightsversion SET version = gen_random_uuid();
    DELETE FROM records_rightschange WHERE transaction = NEW.transaction;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER rights_changed AFTER INSERT ON records_rightschange
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION records_rights_changed();
"""
FEED_ON = (
    "records_unitusergrant", "records_unitofficegrant", "records_fileusergrant", "records_fileofficegrant",
    "records_accessscope", "tenants_user_groups", "auth_permission",
)  # fmt: skip
# Files change all the time; rights hang on them only where one lies, and only for files with a scope of their own.
TRIGGERS = "".join(
    f"""
CREATE TRIGGER rights_change AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION records_rights_change();
CREATE TRIGGER rights_emptied AFTER TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION records_rights_change();
"""
    for table in FEED_ON
) + """
CREATE TRIGGER rights_change AFTER INSERT OR DELETE ON records_fileplanunit FOR EACH STATEMENT EXECUTE FUNCTION records_rights_change();
CREATE TRIGGER rights_moved AFTER UPDATE ON records_fileplanunit FOR EACH ROW
    WHEN (OLD.path IS DISTINCT FROM NEW.path OR OLD.parent_id IS DISTINCT FROM NEW.parent_id) EXECUTE FUNCTION records_rights_change();
CREATE TRIGGER rights_emptied AFTER TRUNCATE ON records_fileplanunit FOR EACH STATEMENT EXECUTE FUNCTION records_rights_change();
CREATE TRIGGER rights_moved AFTER UPDATE ON records_recordfile FOR EACH ROW
    WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id OR OLD.scope_id IS DISTINCT FROM NEW.scope_id) EXECUTE FUNCTION records_rights_change();
CREATE TRIGGER rights_emptied AFTER TRUNCATE ON records_recordfile FOR EACH STATEMENT EXECUTE FUNCTION records_rights_change();
"""
UNDONE = "".join(
    f"DROP TRIGGER rights_change ON {table};\nDROP TRIGGER rights_emptied ON {table};\n" for table in (*FEED_ON, "records_fileplanunit")
) + """
DROP TRIGGER rights_moved ON records_fileplanunit;
DROP TRIGGER rights_moved ON records_recordfile;
DROP TRIGGER rights_emptied ON records_recordfile;
DROP TABLE records_rightschange;
DROP TABLE records_rightsversion;
DROP FUNCTION records_rights_change();
DROP FUNCTION records_rights_changed();
"""
# The first row says the state: empty where the answer must not be kept, because it depends on the clock (substitutes, emergency access, guests) or
# because this transaction has changed rights itself. It is the only row if the state is the one that is known.
SCOPES_SINCE = """
CREATE FUNCTION records_scopes_since(person bigint, known uuid)
RETURNS TABLE (scope_id bigint, unit_id bigint, level integer, behalf bigint, version uuid)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    moment timestamptz := clock_timestamp();
    today date := (moment AT TIME ZONE 'Europe/Berlin')::date;
    found uuid;
BEGIN
IF NOT EXISTS (SELECT FROM tenants_user g WHERE g.id = person AND g.is_guest)
   AND NOT EXISTS (SELECT FROM tenants_substitute s
                    WHERE s.deputy_id = person AND s.ended_at IS NULL AND s.first_day <= today AND s.last_day >= today)
   AND NOT EXISTS (SELECT FROM records_emergencyaccess e WHERE e.asked_by_id = person AND e.until > moment)
   AND NOT EXISTS (SELECT FROM records_rightschange c WHERE c.transaction = pg_current_xact_id_if_assigned()) THEN
    found := (SELECT v.version FROM records_rightsversion v);
END IF;
RETURN QUERY SELECT NULL::bigint, NULL::bigint, NULL::integer, NULL::bigint, found;
IF found IS DISTINCT FROM known OR found IS NULL THEN
    RETURN QUERY SELECT o.scope_id, o.unit_id, o.level, o.behalf, NULL::uuid FROM records_scopes_of(person, moment) o;
END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0017_support_access")]

    operations = [
        migrations.RunSQL(TABLES + TRIGGERS, UNDONE),
        migrations.RunSQL(SCOPES_SINCE, "DROP FUNCTION records_scopes_since(bigint, uuid);"),
    ]
