"""Who may read what, as a function of the database: its plan is made once per connection, not with every request."""

from django.db import migrations

# The two unit tables and the two file tables are guardian's (direct foreign keys, so that no varchar object id is cast); a person's
# groups are her offices.
SCOPES_OF = """
CREATE FUNCTION records_scopes_of(person bigint) RETURNS TABLE (scope_id bigint, unit_id bigint, level integer)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
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
SELECT s.id, s.unit_id, greatest(coalesce(u.level, 0), 0) FROM units u JOIN records_accessscope s ON s.unit_id = u.id
UNION ALL
SELECT s.id, NULL, greatest(coalesce(CASE WHEN s.restricted THEN NULL ELSE u.level END, 0), coalesce(f.level, 0))
  FROM records_accessscope s
  JOIN records_recordfile r ON r.id = s.file_id
  LEFT JOIN units u ON u.id = r.unit_id
  LEFT JOIN files f ON f.file_id = s.file_id
 WHERE (u.level IS NOT NULL AND NOT s.restricted) OR f.level IS NOT NULL
;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0003_hindered_readings")]

    operations = [migrations.RunSQL(SCOPES_OF, "DROP FUNCTION records_scopes_of(bigint);")]
