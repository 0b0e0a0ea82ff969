from django.db import migrations, models
from django.db.models import F, Q

REASONS = {
    "retention_starts_with_reason": "Reason for a start of its own",
    "transfer_years_reason": "Reason for a transfer period of its own",
    "disposal_action_reason": "Reason for a disposal action of its own",
    "register_set_reason": "Reason for a register set of its own",
    "registration_reason": "Reason for a rule of its own on who opens files",
    "legal_basis_reason": "Reason for a legal basis of its own",
}
# Until now a unit with a last day was one that an edition had dropped; an edition in preparation knew of no validity.
FILL = """
UPDATE records_fileplanunit SET dropped = TRUE WHERE valid_until IS NOT NULL;
UPDATE records_plannedunit planned SET valid_from = unit.valid_from
  FROM records_fileplanunit unit WHERE unit.id = planned.unit_id AND unit.valid_from IS NOT NULL;
"""


def reasons(model):
    return [
        migrations.AddField(
            model_name=model,
            name=name,
            field=models.CharField(blank=True, db_default="", default="", max_length=500, verbose_name=words),
        )
        for name, words in REASONS.items()
    ]


class Migration(migrations.Migration):
    dependencies = [("records", "0022_places_of_stand_ins")]

    operations = [
        *reasons("fileplanunit"),
        *reasons("plannedunit"),
        migrations.AddField(
            model_name="fileplanunit", name="dropped", field=models.BooleanField(db_default=False, default=False, editable=False)
        ),
        migrations.AddField(
            model_name="plannedunit", name="valid_from", field=models.DateField(blank=True, null=True, verbose_name="Valid from")
        ),
        migrations.AddField(
            model_name="plannedunit", name="valid_until", field=models.DateField(blank=True, null=True, verbose_name="Valid until")
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="fileplanunit",
            constraint=models.CheckConstraint(
                condition=Q(("dropped", False), ("valid_until__isnull", False), _connector="OR"), name="unit_dropped_has_a_last_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedunit",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("valid_from__isnull", True), ("valid_until__isnull", True), ("valid_until__gte", F("valid_from")), _connector="OR"
                ),
                name="planned_validity",
            ),
        ),
    ]
