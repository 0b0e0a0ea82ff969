"""A desk has a queue from its first day: requests are taken in before anybody has thought about teams."""

from typing import Any

from django.db import migrations


def make(apps: Any, editor: Any) -> None:
    queues = apps.get_model("hotline", "Queue").objects.using(editor.connection.alias)
    if not queues.exists():
        queues.create(key="hotline", name="Hotline", position=0)


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
