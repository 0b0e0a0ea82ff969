from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from django.core.management import BaseCommand, CommandParser
from django.utils import timezone

from tenants import practising
from tenants.management.base import said_plainly


class Command(BaseCommand):
    help = "Open a practice town for one person, by hand. The centre does it for the people of a course date (order practice_open)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("golden", help="slug of the practice municipality that it is a copy of")
        parser.add_argument("name", help="what the person is called")
        parser.add_argument("--days", type=int, default=7, help="how long it is there")
        parser.add_argument("--account", default="", help="user name in the golden town that becomes hers; else that of its first clerk")
        parser.add_argument("--course", type=UUID, default=None, help="id of the course date at the centre")
        parser.add_argument("--trainee", type=UUID, default=None, help="id of the person at the centre")

    def handle(self, *args: Any, golden: str, name: str, **options: Any) -> None:
        began, now = monotonic(), timezone.now()
        with said_plainly():
            opened = practising.open_town(
                golden=golden,
                course=str(options["course"] or uuid4()),
                trainee=options["trainee"] or uuid4(),
                name=name,
                until=now + timedelta(days=options["days"]),
                account=options["account"],
                at=now,
            )
        what = f"was opened in {monotonic() - began:.1f} s" if opened.made else "is open already"
        self.stdout.write(f"{practising.name_of(opened.number)} {what}: {opened.address}")
