"""Indexes along which lists of a city are read: what somebody has in hand, what of hers could not be read, how many files a unit has."""

from django.db import migrations, models

OPEN = models.Q(("status__in", ["open", "draft"]))


class Migration(migrations.Migration):
    dependencies = [("records", "0014_rights_by_range")]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(condition=models.Q(("kind", ""), _negated=True), fields=["file", "kind"], name="document_kind"),
        ),
        migrations.AddIndex(
            model_name="documentversion",
            index=models.Index(
                condition=models.Q(("state__in", ["received", "reading", "failed"])), fields=["created_by"], name="version_unread"
            ),
        ),
        migrations.AddIndex(
            model_name="recordfile",
            index=models.Index(
                condition=models.Q(("status", "cancelled"), _negated=True), fields=["unit", "scope"], name="file_standing_in_unit"
            ),
        ),
        migrations.AddIndex(
            model_name="recordfile",
            index=models.Index(condition=OPEN, fields=["created_by", "-changed_at", "-id"], name="file_open_of_person"),
        ),
        migrations.AddIndex(
            model_name="recordfile",
            index=models.Index(condition=OPEN, fields=["lead_office", "-changed_at", "-id"], name="file_open_of_office"),
        ),
    ]
