from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser, call_command, get_commands, load_command_class

from tenants import current
from tenants.management import each


class Command(BaseCommand):
    help = "Run a command once for every municipality: each_municipality [--jobs N] [--only a,b] COMMAND [arguments]."

    def add_arguments(self, parser: CommandParser) -> None:
        each.add_arguments(parser)
        parser.add_argument("rest", nargs="...", metavar="COMMAND", help="the command and its arguments")

    def handle(self, *args: Any, jobs: int, only: str, rest: list[str], **options: Any) -> None:
        if not rest:
            raise CommandError("Name the command to run.")
        takes_database = self._takes_database(rest[0])

        def act(town: current.Municipality) -> None:
            call_command(*rest, *(["--database", town.alias] if takes_database else []), stdout=self.stdout, stderr=self.stderr)

        each.run(self, ["each_municipality", *rest], act, jobs=jobs, only=only)

    def _takes_database(self, name: str) -> bool:
        """Django's own commands are told the database, ours find the municipality in force."""
        try:
            application = get_commands()[name]
        except KeyError:
            raise CommandError(f"There is no command {name}.") from None
        command = application if isinstance(application, BaseCommand) else load_command_class(application, name)
        return any(action.dest == "database" for action in command.create_parser("manage.py", name)._actions)
