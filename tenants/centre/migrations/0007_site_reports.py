"""What a site reports of itself."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("centre", "0006_united")]

    operations = [
        migrations.AddField(
            "site",
            "reported_state",
            models.CharField(
                blank=True,
                choices=[("ok", "All right"), ("warning", "Needs attention"), ("critical", "Critical"), ("unknown", "Unknown")],
                db_default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            "site", "reported_problems", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)
        ),
        migrations.AddField("site", "reported_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "site",
            models.CheckConstraint(condition=Q(reported_state__in=["", "ok", "warning", "critical"]), name="site_reported_state_known"),
        ),
    ]
