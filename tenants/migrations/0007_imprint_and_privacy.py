"""A town's own imprint and text on data protection; empty ones stand for those of the installation. One row in each database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0006_practice_towns")]

    operations = [
        migrations.AddField(
            model_name="municipalsettings",
            name="imprint",
            field=models.TextField(blank=True, db_default="", default="", max_length=20_000, verbose_name="Imprint"),
        ),
        migrations.AddField(
            model_name="municipalsettings",
            name="privacy",
            field=models.TextField(blank=True, db_default="", default="", max_length=20_000, verbose_name="Data protection"),
        ),
    ]
