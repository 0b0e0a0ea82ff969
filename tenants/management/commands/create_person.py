from typing import Any

from django.core.management import CommandError, CommandParser
from django.utils import timezone

from tenants import passwords, staffing
from tenants.management.base import MunicipalityCommand
from tenants.models import Office
from tenants.roles import of_this_site


class Command(MunicipalityCommand):
    help = "Create an account and print its one-time password: the first administrator of a municipality, people of the centre."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="name of the person")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--role", action="append", default=[], dest="roles", choices=of_this_site().values, help="may be given several times"
        )
        parser.add_argument("--office", default="", help="code of the office")

    def handle(self, *args: Any, username: str, name: str, email: str, roles: list[str], office: str, **options: Any) -> None:
        at = timezone.now()
        works_in = Office.objects.filter(code=office).first() if office else None
        if office and works_in is None:
            raise CommandError(f"There is no office {office}.")
        try:
            person = staffing.create_person(username=username, display_name=name, email=email, roles=roles, office=works_in, by=None, at=at)
        except staffing.CannotStaff as refusal:
            raise CommandError(str(refusal)) from refusal
        password = passwords.hand_out(person=person, by=None, at=at)
        self.stdout.write(f"{person.username}\t{password}")
        self.stderr.write(f"The password works once, until {timezone.localdate(person.one_time_until):%d.%m.%Y}; a new one is chosen then.")
