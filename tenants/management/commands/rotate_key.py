from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from foundation import signed
from tenants import joining


class Command(BaseCommand):
    help = "Change the key that this node signs with. The centre ends the old one with the first message of the new one."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SITE != "node":
            raise CommandError("This command is for nodes.")
        try:
            self.stdout.write(joining.rotate(at=timezone.now()))
        except (joining.CannotJoin, signed.BrokenKey) as refusal:
            raise CommandError(str(refusal)) from refusal
