from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0010_journal_actors")]

    operations = [
        migrations.RemoveConstraint(model_name="folio", name="folio_from_1"),
        migrations.AddConstraint(
            model_name="folio",
            constraint=models.CheckConstraint(condition=(Q(number__gte=1) | ~Q(suffix="")) & Q(page__gte=1), name="folio_from_1"),
        ),
    ]
