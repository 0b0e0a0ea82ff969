from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from foundation import signed
from tenants.centre import rotating


class Command(BaseCommand):
    help = "Change the key that the centre signs with: nodes learn the next one with their next call. With --status: who knows it by now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=14, help="until the new key signs, 0 to 90 (default: 14); 0: at once")
        parser.add_argument("--status", action="store_true", help="change nothing, say how far a change is")

    def handle(self, *args: Any, days: int, status: bool, **options: Any) -> None:
        now = timezone.now()
        try:
            if not status:
                rotating.announce(changes_at=now + timedelta(days=days), at=now)
            rotation = rotating.under_way(at=now)
            newest, behind = rotating.newest(at=now), rotating.behind(at=now)
        except (rotating.CannotRotate, signed.BrokenKey, OverflowError) as refusal:
            raise CommandError(str(refusal)) from refusal
        if rotation is None:
            self.stdout.write(f"{newest[:12]} signs.")
        else:
            signs_from = timezone.localtime(rotation.changes_at).isoformat(timespec="minutes")
            self.stdout.write(f"{rotation.next[:12]} signs from {signs_from} on, until then {rotation.present[:12]}.")
        for site in behind:
            self.stdout.write(f"Does not know it yet: {site} (last heard of: {site.last_heartbeat_at or 'never'})")
