"""The same rule as before, for a city: branches of the file plan are found as ranges in the index of paths, and what a desk asks has indexes."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("records.migrations.0012_scopes_on_behalf").OWN.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

# "/1/17/" and all below it lie between "/1/17/" and "/1/170" (0 is the sign after the slash), which an index finds; PostgreSQL compares LIKE
# with a pattern out of a table row by row: each unit of the plan with each right of the person.
OWN = """
CREATE OR REPLACE FUNCTION records_own_scopes_of(person bigint) RETURNS TABLE (scope_id bigint, unit_id bigint, level integer)
LANGUAGE sql STABLE AS $$
WITH rights AS (
    SELECT id, CASE codename WHEN 'manage_records' THEN 3 WHEN 'write_records' THEN 2 WHEN 'read_records' THEN 1 END AS level
      FROM auth_permission WHERE codename IN ('manage_records', 'write_records', 'read_records')
), granted AS (
    SELECT g.content_object_id AS unit_id, g.permission_id FROM records_unitusergrant g WHERE g.user_id = person
    UNION ALL
    SELECT g.content_object_id, g.permission_id FROM records_unitofficegrant g
      JOIN tenants_user_groups m ON m.group_id = g.group_id WHERE m.user_id = person
), tops AS (
    SELECT top.path, left(top.path, -1) || '0' AS beyond, max(p.level) AS level FROM granted g
      JOIN rights p ON p.id = g.permission_id
      JOIN records_fileplanunit top ON top.id = g.unit_id
    GROUP BY top.id
), units AS (
    SELECT below.id, max(t.level) AS level FROM tops t
      JOIN records_fileplanunit below ON below.path ~>=~ t.path AND below.path ~<~ t.beyond
    GROUP BY below.id
), own AS (
    SELECT g.content_object_id AS file_id, g.permission_id FROM records_fileusergrant g WHERE g.user_id = person
    UNION ALL
    SELECT g.content_object_id, g.permission_id FROM records_fileofficegrant g
      JOIN tenants_user_groups m ON m.group_id = g.group_id WHERE m.user_id = person
), files AS (
    SELECT o.file_id, max(p.level) AS level FROM own o JOIN rights p ON p.id = o.permission_id GROUP BY o.file_id
)
SELECT s.id, s.unit_id, u.level FROM units u JOIN records_accessscope s ON s.unit_id = u.id
UNION ALL
SELECT s.id, NULL, greatest(CASE WHEN s.restricted THEN NULL ELSE u.level END, f.level)
  FROM records_accessscope s
  JOIN records_recordfile r ON r.id = s.file_id
  LEFT JOIN units u ON u.id = r.unit_id
  LEFT JOIN files f ON f.file_id = s.file_id
 WHERE s.file_id IS NOT NULL AND ((u.level IS NOT NULL AND NOT s.restricted) OR f.level IS NOT NULL)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0013_document_numbers")]

    operations = [migrations.RunSQL(OWN, BEFORE)]
