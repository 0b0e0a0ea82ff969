from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0023_reasons_and_validity_of_units")]

    operations = [
        migrations.AddField(
            model_name="document", name="draft", field=models.BooleanField(db_default=False, default=False, verbose_name="Draft")
        ),
        migrations.AddField(model_name="document", name="draft_text", field=models.TextField(blank=True, db_default="", default="")),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=Q(("draft", False), ("draft_text", ""))
                | Q(("case__isnull", True), ("draft", True), ("number__isnull", True)),
                name="document_draft_without_number",
            ),
        ),
    ]
