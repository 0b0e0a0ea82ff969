import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """When two requests are merged that both have an open call-back, one stands behind the other, and each knows where it was asked for."""

    dependencies = [("hotline", "0017_teams_and_notices")]

    operations = [
        migrations.AddField(
            model_name="callback",
            name="home",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hotline.ticket"
            ),
        ),
        migrations.AddField(model_name="callback", name="set_aside_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=Q(set_aside_at=None) | Q(done_at__isnull=False), name="callback_set_aside_is_not_open"
            ),
        ),
    ]
