import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Missing sheets and cross-references may say behind which document they stand. Nullable columns: nothing is rewritten."""

    dependencies = [("records", "0021_lifetime_by_document_date")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="behind",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="records.document"
            ),
        )
        for name in ("crossreference", "missingsheet")
    ]
