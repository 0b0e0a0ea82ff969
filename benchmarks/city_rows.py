"""Rows of a city, made by the database itself: offices, clerks, a file plan, files and documents in any number.

`ground` is what every benchmark of rights needs (300 clerks in 60 offices, 5,060 units, files); `further` adds what lies in the files and on the
desks. No act of the product is used, because a million of them takes a day; what an act would keep in step (counters, scopes, positions) is kept
in step here. Documents lie in their table by the time at which they came in, as in life: those of one file are scattered.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

PLAN = ((1, 10), (2, 5), (3, 4), (4, 24))  # level, units below each one above
WIDE = "00.00.01"  # has 240 units below it
BUSY = 5_000  # of 100,003 documents one clerk has taken in herself: she scanned the archive
BIG = ("00.00.00.05", "03.02.01.07")  # leaf units that hold files by the thousand

PEOPLE = """
INSERT INTO auth_group (name) SELECT 'office:' || n FROM generate_series(1, 60) n;
INSERT INTO tenants_office (public_id, code, name, group_id, is_active)
  SELECT gen_random_uuid(), n::text, 'Amt ' || n, g.id, true FROM generate_series(1, 60) n JOIN auth_group g ON g.name = 'office:' || n;
INSERT INTO tenants_user (password, is_superuser, public_id, username, display_name, email, telephone, is_active, is_guest, created_at, theme, density, shortcuts)
  SELECT '', false, gen_random_uuid(), 'clerk' || n, 'Person ' || n, '', '', true, false, now(), 'system', 'compact', true FROM generate_series(1, 300) n;
INSERT INTO tenants_membership (user_id, office_id, is_lead, since)
  SELECT u.id, o.id, false, '2025-01-01' FROM tenants_user u JOIN tenants_office o ON o.code = ((substr(u.username, 6)::int - 1) / 5 + 1)::text;
INSERT INTO tenants_user_groups (user_id, group_id) SELECT m.user_id, o.group_id FROM tenants_membership m JOIN tenants_office o ON o.id = m.office_id;
"""
# Every tenth of the files lies in a few large units, where there are such; the others are spread evenly.
FILES = """
CREATE TEMP TABLE leaves AS SELECT u.id, s.id AS scope_id, u.classification_code AS code, u.sort_key AS key, row_number() OVER (ORDER BY u.id) - 1 AS place
  FROM records_fileplanunit u JOIN records_accessscope s ON s.unit_id = u.id WHERE u.level = 4;
CREATE TEMP TABLE put AS
SELECT n, CASE WHEN n %% 10 = 0 AND b.ids <> '{{}}' THEN b.ids[1 + n / 10 %% cardinality(b.ids)] ELSE l.id END AS unit_id
  FROM generate_series(1, {files}) n
  JOIN leaves l ON l.place = (n * 2654435761 >> 7) %% (SELECT count(*) FROM leaves)
 CROSS JOIN (SELECT coalesce(array_agg(id), '{{}}') AS ids FROM leaves WHERE code = ANY(%(big)s)) b;
INSERT INTO records_recordfile (public_id, unit_id, scope_id, number, year, file_reference, reference_key, title, status, external_system,
  external_reference, medium, location, protection_need, disposal_action, retention_reason, retention_starts_with, last_document_number,
  last_case_number, retention_unlimited, created_at, created_by_id, changed_at, revision, lead_office_id, closed_at)
SELECT gen_random_uuid(), l.id, l.scope_id, number, %(year)s, l.code || '-' || %(year)s || '/' || lpad(number::text, greatest(4, length(number::text)), '0'),
  l.key || '-04' || %(year)s || '/' || lpad(length(number::text)::text, 2, '0') || number,
  (ARRAY['Bauantrag', 'Nutzungsänderung', 'Entwässerung', 'Stellplätze', 'Widerspruch', 'Grundstück', 'Förderung', 'Vertrag'])[1 + n * 31 %% 8] || ' '
    || (ARRAY['Müller', 'Schmidt', 'Yılmaz', 'Weiß', 'Kowalski', 'Größer', 'Nguyen', 'Lehmann', 'Öztürk', 'Becker', 'Wolf'])[1 + n * 17 %% 11] || ', '
    || (ARRAY['Lindenstraße', 'Am Markt', 'Bachweg', 'Hauptstraße', 'Schulgasse', 'Dorfplatz', 'Gartenweg'])[1 + n * 13 %% 7] || ' ' || n %% 120,
  status, '', '', 'electronic', '', 'normal', '', '', '', 0, 0, false, opened, u.first + n %% 300, opened, 1, o.first + n %% 60,
  CASE status WHEN 'closed' THEN now() END
FROM (SELECT n, unit_id, row_number() OVER (PARTITION BY unit_id ORDER BY n) AS number, CASE WHEN n / 7 %% 5 < 2 THEN 'closed' ELSE 'open' END AS status,
        now() - n * 7919::bigint %% 3650 * interval '1 day' AS opened FROM put) p
JOIN leaves l ON l.id = p.unit_id
CROSS JOIN (SELECT min(id) AS first FROM tenants_user) u CROSS JOIN (SELECT min(id) AS first FROM tenants_office) o ORDER BY n;
INSERT INTO records_referencecounter (unit_id, year, last_number) SELECT unit_id, year, max(number) FROM records_recordfile GROUP BY unit_id, year;
INSERT INTO records_accessscope (file_id, restricted) SELECT id, row_number() OVER (ORDER BY id) <= 200 FROM (
  SELECT id FROM records_recordfile ORDER BY id LIMIT 500) own;
UPDATE records_recordfile f SET scope_id = s.id FROM records_accessscope s WHERE s.file_id = f.id;
INSERT INTO records_fileusergrant (permission_id, user_id, content_object_id)
  SELECT p.id, (SELECT min(id) FROM tenants_user) + s.file_id %% 300, s.file_id FROM records_accessscope s
  JOIN auth_permission p ON p.codename = 'manage_records'
  JOIN django_content_type t ON t.id = p.content_type_id AND t.model = 'recordfile' WHERE s.file_id IS NOT NULL;
DROP TABLE leaves, put
"""
REGISTERS = """
INSERT INTO records_register (public_id, file_id, position, name, colour)
  SELECT gen_random_uuid(), f.id, n, (ARRAY['Antrag', 'Prüfung', 'Schriftverkehr', 'Bescheid'])[n], '' FROM records_recordfile f, generate_series(1, 4) n;
"""
# The binder of 300 documents and 2,000 sheets lies in the first of the big units, and is foliated.
DOCUMENTS = """
CREATE TEMP TABLE thick AS SELECT f.id FROM records_recordfile f JOIN records_fileplanunit u ON u.id = f.unit_id
  JOIN records_accessscope s ON s.id = f.scope_id WHERE u.classification_code = %(big)s AND s.unit_id IS NOT NULL AND f.status = 'open' ORDER BY f.id LIMIT 1;
CREATE TEMP TABLE filed AS
SELECT row_number() OVER (ORDER BY at, file_id, n) AS id, file_id, n, at, CASE WHEN clerk < {busy} THEN u.first ELSE u.first + clerk %% 300 END AS clerk_id
  FROM (SELECT f.id AS file_id, n, now() - (f.id * 19 + n) * 104729 %% 5000000 * interval '1 minute' AS at, (f.id * 7 + n) * 9973 %% 100003 AS clerk
          FROM records_recordfile f, generate_series(1, CASE WHEN f.id IN (SELECT id FROM thick) THEN 300 ELSE 1 + f.id * 7919 %% ({each} * 2 - 1) END) n) d
 CROSS JOIN (SELECT min(id) AS first FROM tenants_user) u;
INSERT INTO records_document (id, public_id, file_id, register_id, rank, title, received_on, kind, direction, keywords, protection_need, number,
  directly_in_file, text_exception, current_id, created_at, created_by_id, revision)
SELECT d.id, gen_random_uuid(), d.file_id, r.id, d.n * 1024,
  (ARRAY['Antrag', 'Bescheid', 'Stellungnahme', 'Anschreiben', 'Gutachten', 'Lageplan', 'Rechnung', 'Vermerk', 'Niederschrift'])[1 + d.id * 31 %% 9] || ' vom '
    || to_char(d.at, 'DD.MM.YYYY') || ' ' || (ARRAY['Bauamt', 'Nachbar', 'Antragsteller', 'Kreis', 'Planungsbüro'])[1 + d.id * 7 %% 5],
  d.at::date, '', (ARRAY['incoming', 'outgoing', 'internal'])[1 + d.id %% 3], '{{}}', CASE WHEN d.id %% 500 = 0 THEN 'high' ELSE 'normal' END, d.n,
  r.id IS NULL, '', d.id, d.at, d.clerk_id, 1
FROM filed d LEFT JOIN records_register r ON r.file_id = d.file_id AND r.position = d.n %% 5 ORDER BY d.id;
UPDATE records_recordfile f SET last_document_number = d.most FROM (SELECT file_id, max(n) AS most FROM filed GROUP BY 1) d WHERE d.file_id = f.id;
INSERT INTO records_documentversion (id, public_id, document_id, number, sha256, size, media_type, family, original_name, comment, state, failure, notices,
  page_count, searchable_sha256, created_at, created_by_id, ready_at)
SELECT d.id, gen_random_uuid(), d.id, 1, md5(d.id::text) || md5('v' || d.id), 40000 + d.id %% 100000, 'application/pdf', 'pdf', 'Scan ' || d.id || '.pdf', '',
  CASE WHEN d.id %% 500 = 7 THEN 'failed' ELSE 'ready' END, CASE WHEN d.id %% 500 = 7 THEN 'interrupted' ELSE '' END, '{{}}',
  CASE WHEN t.id IS NULL THEN 1 + d.id %% 3 ELSE 6 + (d.n %% 3 > 0)::int END, md5(d.id::text) || md5('s' || d.id), d.at, d.clerk_id, d.at
FROM filed d LEFT JOIN thick t ON t.id = d.file_id ORDER BY d.id;
"""
PAGES = """
INSERT INTO records_page (version_id, number, text, width, height)
SELECT v.id, n, 'Seite ' || n || ' Sehr geehrte Damen und Herren, hiermit übersenden wir die Unterlagen ' || v.id, 595, 842
FROM records_documentversion v, generate_series(1, v.page_count) n WHERE v.state = 'ready';
INSERT INTO records_folio (file_id, document_id, page, number, suffix, back, given_at)
SELECT f.id, d.id, p.number, row_number() OVER (ORDER BY d.rank, p.number), '', false, now()
  FROM thick f JOIN records_document d ON d.file_id = f.id JOIN records_page p ON p.version_id = d.current_id;
UPDATE records_recordfile SET foliated_at = now() WHERE id IN (SELECT id FROM thick);
DROP TABLE thick, filed
"""
FACTS = """
INSERT INTO records_indexfield (public_id, unit_id, name, kind, position)
  SELECT gen_random_uuid(), id, 'Grundstück', 'address', 1 FROM records_fileplanunit WHERE level = 1;
INSERT INTO records_indexvalue (file_id, field_id, position, text, parts)
  SELECT f.id, x.id, 1, (ARRAY['Lindenstraße', 'Am Markt', 'Bachweg', 'Hauptstraße'])[1 + f.id %% 4] || ' ' || f.id %% 200, '{{}}'
  FROM records_recordfile f JOIN records_fileplanunit u ON u.id = f.unit_id JOIN records_indexfield x ON u.path LIKE '/' || x.unit_id || '/%%' WHERE f.id %% 2 = 0;
INSERT INTO records_participant (public_id, file_id, kind, name, role, address, email, telephone, disclosure_block)
  SELECT gen_random_uuid(), id, 'person', 'Beteiligte ' || id, 'Antragsteller', '', '', '', id %% 1000 = 0 FROM records_recordfile;
INSERT INTO records_externalreference (file_id, system, reference) SELECT id, 'Fachverfahren', 'X-' || id FROM records_recordfile WHERE id %% 5 = 0;
INSERT INTO records_formerreference (file_id, file_reference, until) SELECT id, 'ALT ' || id, now() FROM records_recordfile WHERE id %% 50 = 0;
"""
# On each desk; `busy` gets ten times as much, and the most favourites there can be.
DESKS = """
CREATE TEMP TABLE open_files AS SELECT f.id, f.created_by_id, row_number() OVER (ORDER BY f.id * 7919 %% 100003) AS place FROM records_recordfile f WHERE f.status = 'open';
CREATE TEMP TABLE desks AS SELECT u.id, (row_number() OVER (ORDER BY u.id) - 1) AS place, CASE WHEN u.username = 'clerk1' THEN 10 ELSE 1 END AS times FROM tenants_user u;
CREATE TEMP TABLE lying AS SELECT d.id AS user_id, d.times, n, f.id AS file_id FROM desks d CROSS JOIN LATERAL generate_series(1, 300 * d.times) n
  JOIN open_files f ON f.place = 1 + (d.place * 317 + n * 11) %% (SELECT count(*) FROM open_files);
INSERT INTO records_readingplace (user_id, file_id, sheet, at) SELECT user_id, file_id, 3, now() - n * interval '3 hours' FROM lying ON CONFLICT DO NOTHING;
INSERT INTO records_favourite (user_id, file_id, at) SELECT user_id, file_id, now() FROM lying WHERE n <= 10 * times ON CONFLICT DO NOTHING;
INSERT INTO records_favourite (user_id, unit_id, at) SELECT d.id, u.id, now() FROM desks d CROSS JOIN LATERAL (
  SELECT id FROM records_fileplanunit ORDER BY (id * 7919 + d.place * 13) %% 100003 LIMIT 5 * d.times) u;
INSERT INTO records_reminder (public_id, file_id, due_on, person_id, note, created_at, created_by_id, done_at, done_by_id, revision)
  SELECT gen_random_uuid(), file_id, current_date + 20 - n, user_id, 'Nachfragen ' || n, now(), user_id, done, CASE WHEN done IS NOT NULL THEN user_id END, 1
  FROM (SELECT *, CASE WHEN n > 30 * times THEN now() END AS done FROM lying WHERE n <= 100 * times) r;
INSERT INTO records_reminder (public_id, file_id, due_on, office_id, note, created_at, created_by_id, revision)
  SELECT gen_random_uuid(), file_id, current_date + 20 - n, m.office_id, 'Für das Amt ' || n, now(), l.user_id, 1
  FROM lying l JOIN tenants_membership m ON m.user_id = l.user_id WHERE n <= 20;
UPDATE records_document d SET checked_out_by_id = x.user_id, checked_out_at = now()
  FROM lying x WHERE x.file_id = d.file_id AND d.number = 1 AND x.n <= 5 * x.times;
UPDATE tenants_membership SET is_lead = true WHERE user_id IN (SELECT id FROM desks WHERE place %% 5 = 0);
INSERT INTO tenants_membership (user_id, office_id, is_lead, since)
  SELECT d.id, o.id, true, '2025-01-01' FROM desks d, tenants_office o WHERE d.times > 1 AND o.code IN ('11', '21', '31', '41');
DROP TABLE open_files, desks, lying
"""
# Not a chain that could be checked: what is measured reads entries, and never their hashes.
JOURNAL = """
INSERT INTO records_journalentry (sequence, at, act, actor, actor_kind, actor_id, on_behalf_of, object_kind, object_id, file_id, digests, previous_hash, hash)
SELECT s, at, act, u.display_name, 'person', u.public_id, '', kind, object_id, file_id, '{{}}', md5((s - 1)::text) || md5('h' || s - 1), md5(s::text) || md5('h' || s)
FROM (SELECT row_number() OVER (ORDER BY at) AS s, e.* FROM (
        SELECT created_at AS at, 'create' AS act, 'RecordFile' AS kind, public_id AS object_id, public_id AS file_id, created_by_id AS by FROM records_recordfile
        UNION ALL
        SELECT d.created_at, 'file', 'Document', d.public_id, f.public_id, d.created_by_id FROM records_document d JOIN records_recordfile f ON f.id = d.file_id) e) o
JOIN tenants_user u ON u.id = o.by;
INSERT INTO records_journalvalue (entry_id, field, old, new, old_salt, new_salt)
SELECT sequence, 'title', NULL, 'Titel ' || sequence, md5('o' || sequence), md5('n' || sequence) FROM records_journalentry;
"""
COUNTED = ("records_document", "records_documentversion", "records_page")
# Checked when a row is written, one by one; a million rows are in a third of the time without, and each index is made whole afterwards.
DROPPED = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i WHERE NOT indisunique AND indrelid::regclass::text = ANY(%s)
"""


def ground(*, files: int, big: Iterable[str] = (), wide: bool = False) -> None:
    """Offices and clerks; ten branches of 20 × 24 units; files in the lowest ones; an office may write in some units and read in a branch."""
    from django.utils import timezone

    run("people", PEOPLE)
    plan(wide)
    said = {"big": list(big), "year": str(timezone.localdate().year)}
    run("files", FILES, said, files=files)
    give_rights()
    run("statistics", "ANALYZE")


def further(*, documents_each: int = 10) -> None:
    """What lies in the files of a city, on its desks, and in its journal."""
    tables = [*COUNTED, "records_journalentry", "records_journalvalue", "records_readingplace", "records_participant", "records_indexvalue"]
    from tenants import current

    with current.connection().cursor() as cursor:
        cursor.execute(DROPPED, [tables])
        indexes = cursor.fetchall()
        cursor.execute("; ".join(f"DROP INDEX {name}" for name, _made in indexes))
    run("registers", REGISTERS)
    run("documents", DOCUMENTS, {"big": BIG[0]}, each=documents_each, busy=BUSY)
    run("pages and folio numbers", PAGES)
    run("facts", FACTS)
    run("desks", DESKS)
    run("journal", JOURNAL)
    sequences = "; ".join(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))" for table in COUNTED)
    run("indexes", "SET maintenance_work_mem = '1GB'; " + "; ".join([made for _name, made in indexes]) + "; " + sequences)
    with current.connection().cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def run(what: str, sql: str, values: dict[str, Any] | None = None, **numbers: int) -> None:
    """Execute statements without triggers (foreign keys are kept by what is generated) and say how long it took."""
    from tenants import current

    began = time.perf_counter()
    with current.connection().cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET work_mem = '256MB'; SET session_replication_role = replica")
        cursor.execute(sql.format(**numbers), values or {})
        cursor.execute("RESET session_replication_role; RESET work_mem; RESET statement_timeout")
    print(f"  {what}: {time.perf_counter() - began:.0f} s", flush=True)


def plan(wide: bool) -> None:
    from records.models import AccessScope, FilePlanUnit
    from records.references import natural_key

    above: list[Any] = [None]
    for level, width in PLAN:
        units = []
        for parent in above:
            for n in range(240 if wide and parent and parent.classification_code == WIDE else width):
                code = f"{parent.classification_code}.{n:02}" if parent else f"{n:02}"
                units.append(
                    FilePlanUnit(classification_code=code, title=f"Betreff {code}", parent=parent, level=level, sort_key=natural_key(code))
                )
        above = FilePlanUnit.objects.bulk_create(units)
        for unit in above:
            unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        FilePlanUnit.objects.bulk_update(above, ["path"], batch_size=500)
    AccessScope.objects.bulk_create([AccessScope(unit=unit) for unit in FilePlanUnit.objects.all()])


def give_rights() -> None:
    from guardian.shortcuts import assign_perm

    from records.models import FilePlanUnit
    from tenants.models import Office

    tops, middle = (list(FilePlanUnit.objects.filter(level=level).order_by("sort_key")) for level in (1, 3))
    for place, office in enumerate(Office.objects.order_by("pk").select_related("group")):
        assign_perm("read_records", office.group, tops[place % 10])
        for unit in middle[place * 3 : place * 3 + 3]:
            assign_perm("write_records", office.group, unit)
