from typing import Any

from django.core.management import BaseCommand

from tenants import registry


class Command(BaseCommand):
    help = "List the municipalities of this node: slug, name, hosts, database (without its password), store."

    def handle(self, *args: Any, **options: Any) -> None:
        for row in registry.rows():
            database = registry.database_from_url(row["database_url"])
            place = f"{database['HOST'] or 'local'}{':' + database['PORT'] if database['PORT'] else ''}/{database['NAME']}"
            state = row.get("state", "active")
            marks = [*(["practice"] if row.get("practice") else []), *([state] if state != "active" else [])]
            self.stdout.write("\t".join([row["slug"], row.get("name", ""), ",".join(row["hosts"]), place, row["store"], *marks]))
