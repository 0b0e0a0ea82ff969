"""Who may read what, with substitutes and emergency access: still one query, and for whoever stands in for nobody the same one as before."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("records.migrations.0004_scopes_of").SCOPES_OF

# A person's own scopes, by her grants and those of her offices. Plain SQL, so that PostgreSQL folds it into the query
# that asks.
OWN = """
CREATE FUNCTION records_own_scopes_of(person bigint) RETURNS TABLE (scope_id bigint, unit_id bigint, level integer)
LANGUAGE sql STABLE AS $$
WITH mine AS (
    SELECT g.content_object_id AS unit_id, p.codename FROM records_unitusergrant g
      JOIN auth_permission p ON p.id = g.permission_id WHERE g.user_id = person
    UNION ALL
    SELECT g.content_object_id, p.codename FROM records_unitofficegrant g
      JOIN auth_permission p ON p.id = g.permission_id
      JOIN tenants_user_groups m ON m.group_id = g.group_id WHERE m.user_id = person
), leveled AS (
    SELECT unit_id, max(CASE codename WHEN 'manage_records' THEN 3 WHEN 'write_records' THEN 2 WHEN 'read_records' THEN 1 END) AS level
    FROM mine GROUP BY unit_id
), units AS (
    SELECT below.id, max(l.level) AS level FROM leveled l
      JOIN records_fileplanunit top ON top.id = l.unit_id
      JOIN records_fileplanunit below ON below.path LIKE top.path || '%'
    GROUP BY below.id
), own AS (
    SELECT g.content_object_id AS file_id, p.codename FROM records_fileusergrant g
      JOIN auth_permission p ON p.id = g.permission_id WHERE g.user_id = person
    UNION ALL
    SELECT g.content_object_id, p.codename FROM records_fileofficegrant g
      JOIN auth_permission p ON p.id = g.permission_id
      JOIN tenants_user_groups m ON m.group_id = g.group_id WHERE m.user_id = person
), files AS (
    SELECT file_id, max(CASE codename WHEN 'manage_records' THEN 3 WHEN 'write_records' THEN 2 WHEN 'read_records' THEN 1 END) AS level
    FROM own GROUP BY file_id
)
SELECT s.id, s.unit_id, coalesce(u.level, 0) FROM units u JOIN records_accessscope s ON s.unit_id = u.id
UNION ALL
SELECT s.id, NULL, greatest(coalesce(CASE WHEN s.restricted THEN NULL ELSE u.level END, 0), coalesce(f.level, 0))
  FROM records_accessscope s
  JOIN records_recordfile r ON r.id = s.file_id
  LEFT JOIN units u ON u.id = r.unit_id
  LEFT JOIN files f ON f.file_id = s.file_id
 WHERE (u.level IS NOT NULL AND NOT s.restricted) OR f.level IS NOT NULL
$$;
"""

# `behalf` is the absent person through whom alone a level is held; empty where the person's own rights suffice for it. What an absent person
# holds by standing in for a third one is not asked: a substitute does not pass on. Days are those of the town's clock.
SCOPES_OF = """
DROP FUNCTION records_scopes_of(bigint);
CREATE FUNCTION records_scopes_of(person bigint, moment timestamptz DEFAULT clock_timestamp())
RETURNS TABLE (scope_id bigint, unit_id bigint, level integer, behalf bigint)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    today date := (moment AT TIME ZONE 'Europe/Berlin')::date;
BEGIN
IF NOT EXISTS (SELECT FROM tenants_substitute s
                WHERE s.deputy_id = person AND s.ended_at IS NULL AND s.first_day <= today AND s.last_day >= today)
   AND NOT EXISTS (SELECT FROM records_emergencyaccess e WHERE e.asked_by_id = person AND e.until > moment) THEN
    RETURN QUERY SELECT o.scope_id, o.unit_id, o.level, NULL::bigint FROM records_own_scopes_of(person) o;
    RETURN;
END IF;
RETURN QUERY
SELECT DISTINCT ON (held.scope_id) held.scope_id, held.unit_id, held.level, held.behalf FROM (
    SELECT o.scope_id, o.unit_id, o.level, NULL::bigint AS behalf FROM records_own_scopes_of(person) o
    UNION ALL
    SELECT a.id, NULL, 1, NULL FROM records_emergencyaccess e
      JOIN records_accessscope a ON a.file_id = e.file_id AND a.restricted
     WHERE e.asked_by_id = person AND e.approved_at IS NOT NULL AND e.until > moment
    UNION ALL
    SELECT o.scope_id, o.unit_id, o.level, s.absent_id FROM tenants_substitute s
      JOIN tenants_user u ON u.id = s.absent_id AND u.is_active
     CROSS JOIN LATERAL records_own_scopes_of(s.absent_id) o
      JOIN records_accessscope a ON a.id = o.scope_id
     WHERE s.deputy_id = person AND s.ended_at IS NULL AND s.first_day <= today AND s.last_day >= today
       AND (NOT a.restricted OR EXISTS (SELECT FROM records_substitutefile n WHERE n.substitute_id = s.id AND n.file_id = a.file_id))
) held
ORDER BY held.scope_id, held.level DESC, held.behalf NULLS FIRST;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0011_folios_before_the_first"), ("tenants", "0003_substitutes")]

    operations = [
        migrations.RunSQL(OWN, "DROP FUNCTION records_own_scopes_of(bigint);"),
        migrations.RunSQL(SCOPES_OF, "DROP FUNCTION records_scopes_of(bigint, timestamptz);" + BEFORE),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(condition=models.Q(("protection_need", "normal"), _negated=True), fields=["file"], name="document_protected"),
        ),
        migrations.AddIndex(
            model_name="emergencyaccess",
            index=models.Index(fields=["asked_by", "until"], name="emergency_of_person"),
        ),
        migrations.AddIndex(
            model_name="accessscope",
            index=models.Index(condition=models.Q(("restricted", True)), fields=["file"], name="scope_restricted"),
        ),
    ]
