"""An external reference may stand on a file that the clerk does not know of: the database must not refuse it, or it would tell."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0004_scopes_of")]

    operations = [
        migrations.RemoveConstraint(model_name="recordfile", name="file_external_reference_once"),
        migrations.AddIndex(
            model_name="recordfile",
            index=models.Index(
                condition=models.Q(("external_reference", ""), _negated=True),
                fields=["external_system", "external_reference"],
                name="file_external_reference",
            ),
        ),
    ]
