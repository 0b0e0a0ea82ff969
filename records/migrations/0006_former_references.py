"""Former references are looked for as current ones are: by their beginning, in whatever case."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("records", "0005_external_references")]

    operations = [
        migrations.AddIndex(
            model_name="formerreference",
            index=GinIndex(OpClass(Upper("file_reference"), name="gin_trgm_ops"), name="former_reference_trgm"),
        ),
    ]
