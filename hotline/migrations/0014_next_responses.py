from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether next responses were given in time: constants as defaults, so no row is written."""

    dependencies = [("hotline", "0013_mail_returned")]

    operations = [
        migrations.AddField(
            model_name="ticket", name="next_kept", field=models.PositiveSmallIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            model_name="ticket", name="next_missed", field=models.PositiveSmallIntegerField(db_default=0, default=0)
        ),
    ]
