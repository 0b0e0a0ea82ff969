from django.db import migrations, models


class Migration(migrations.Migration):
    """An answer to "Was that helpful?" can be changed or taken back at once."""

    dependencies = [("hotline", "0015_unfinished")]

    operations = [
        migrations.AddField(
            model_name="ratedonce", name="changed", field=models.PositiveSmallIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(model_name="ratedonce", name="withdrawn", field=models.BooleanField(db_default=False, default=False)),
    ]
