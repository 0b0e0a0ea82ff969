from django.db import migrations, models


class Migration(migrations.Migration):
    """Which of the centre's keys a site has learnt, as it says itself."""

    dependencies = [("centre", "0004_practice_places")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="knows_key",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=43),
        ),
    ]
