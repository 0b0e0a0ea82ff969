from django.db import migrations, models


class Migration(migrations.Migration):
    """What closing writes down of the file plan, and for which event a day was entered. Neither column rewrites the table."""

    dependencies = [("records", "0027_reminders_follow_their_document")]

    operations = [
        migrations.AddField(
            model_name="recordfile", name="plan_at_closing", field=models.TextField(blank=True, db_default="", default="", editable=False)
        ),
        migrations.AddField(
            model_name="recordfile",
            name="retention_started_with",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
    ]
