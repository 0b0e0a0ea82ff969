"""What ends an attempt at reading is remembered: crashes of its own, and what it has to wait for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0002_rules")]
    operations = [
        migrations.AddField(model_name="reading", name="crashes", field=models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(model_name="reading", name="hindrance", field=models.CharField(blank=True, max_length=40)),
        migrations.AddField(model_name="reading", name="not_before", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(model_name="readingslice", name="crashes", field=models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(model_name="readingslice", name="hindrance", field=models.CharField(blank=True, max_length=40)),
        migrations.AddField(model_name="readingslice", name="not_before", field=models.DateTimeField(blank=True, null=True)),
    ]
