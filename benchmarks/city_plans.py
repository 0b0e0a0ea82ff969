"""How PostgreSQL answers the queries of a screen: which tables are read from end to end, and the plans of those that matter."""

from __future__ import annotations

import json
from typing import Any

LARGE = 20_000  # rows: a table that grows with the city, not with its offices
SHOWN = {  # screen → words of the query whose plan is printed: the rule of who may know of it, in a list of files, of documents, in a binder
    "all files, first page: clerk": '"records_recordfile"."scope_id" = ANY',
    "unit with 5,000 files, first page: clerk": '"records_recordfile"."scope_id" = ANY',
    "binder of 300 documents, 2,000 sheets: clerk": 'FROM "records_document"',
    "desk: narrow": '"records_document"."created_at" DESC',
    "API documents, 50: clerk": '"records_document"."created_at" DESC',
    "API documents, 50: narrow": '"records_document"."created_at" DESC',
}


class Plans:
    """Looks at the queries of screens; says at the end what it found. `wanted`: plans are printed, too."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self.printed: list[str] = []
        self.slow: list[str] = []

    def look_at(self, screen: str, queries: list[str]) -> str:
        """A remark for the screen's line: large tables that are read from end to end; the slowest query is kept for the end."""
        flaws, slowest = [], (0.0, "")
        shown = SHOWN.get(screen)
        for sql in queries:
            if not sql.startswith(("SELECT", "WITH")) or "records_scopes_of" in sql:
                continue
            plan = _explained(sql, "ANALYZE, BUFFERS, FORMAT JSON")
            plan = plan if isinstance(plan, list) else json.loads(plan)
            flaws += [f"{table} ({rows:,} rows)" for table, rows in _read_whole(plan[0]["Plan"])]
            slowest = max(slowest, (plan[0]["Execution Time"] + plan[0]["Planning Time"], sql))
            if self.wanted and shown and shown in sql:
                self.printed.append(f"{screen}\n{short(sql)}\n" + _text(sql))
                shown = None
        self.slow.append(f"{slowest[0]:7.1f} ms  {screen}: {short(slowest[1])}")
        return f"  !! reads all of {', '.join(flaws)}" if flaws else ""

    def say(self) -> None:
        if not self.wanted:
            return
        print("\nThe slowest query of each screen, planning and execution:")
        print("\n".join(sorted(self.slow, reverse=True)))
        print("\n\n".join(["\nPlans", _rights(), *self.printed]), flush=True)


def short(sql: str) -> str:
    """A query without its list of columns and most of its numbers."""
    selected, found, rest = sql.partition(" FROM ")
    text = f"{selected[:60]} …{found}{rest}" if found else sql
    start, opened, numbers = text.partition("'{")
    while opened:
        inner, closed, after = numbers.partition("}'")
        text = f"{start}'{{{inner[:12]}… {inner.count(',') + 1} numbers{closed}{after}"
        break
    return text[:700]


def _rights() -> str:
    """The rule itself for one clerk: her offices' rights, down the branches of the plan, to the scopes that files lie in."""
    from tenants.models import User

    clerk = User.objects.get(username="clerk2")
    return f"rights of one clerk\n{_text(f'SELECT scope_id, unit_id, level FROM records_own_scopes_of({clerk.pk})')}"


def _text(sql: str) -> str:
    lines = [row if isinstance(row, str) else row[0] for row in _rows(sql, "ANALYZE, BUFFERS")]
    return "\n".join(line if len(line) < 220 else line[:200] + " …" for line in lines)


def _explained(sql: str, how: str) -> Any:
    return _rows(sql, how)[0][0]


def _rows(sql: str, how: str) -> list[Any]:
    from tenants import current

    with current.connection().cursor() as cursor:
        cursor.execute(f"EXPLAIN ({how}) {sql}")
        return list(cursor.fetchall())


def _read_whole(plan: dict[str, Any]) -> list[tuple[str, int]]:
    """Large tables that this part of a plan, or one below it, reads from end to end."""
    found = []
    if plan["Node Type"] == "Seq Scan" and plan.get("Actual Loops", 1):
        rows = int((plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"])
        if rows >= LARGE or _size(plan["Relation Name"]) >= LARGE:
            found.append((plan["Relation Name"], rows))
    for part in plan.get("Plans", []):
        found += _read_whole(part)
    return found


def _size(table: str) -> int:
    from tenants import current

    with current.connection().cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])
