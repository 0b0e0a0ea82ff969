"""The index along which the registry's list finds the few drafts among all documents of a town."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0024_drafts_of_documents")]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("cancelled_at__isnull", True), ("draft", True)), fields=["created_at", "id"], name="document_draft"
            ),
        ),
    ]
