import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What staff have written and not sent yet."""

    dependencies = [("hotline", "0014_next_responses"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Unfinished",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("reply", "Reply"), ("note", "Internal note"), ("phone", "Telephone call")], max_length=10
                    ),
                ),
                ("body", models.TextField()),
                ("at", models.DateTimeField()),
                ("ticket", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="hotline.ticket")),
                (
                    "writer",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="unfinished_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("writer", "ticket"), name="unfinished_once"),
                    models.CheckConstraint(condition=models.Q(("body", ""), _negated=True), name="unfinished_says_something"),
                ],
            },
        )
    ]
