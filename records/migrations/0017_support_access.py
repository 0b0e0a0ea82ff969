"""Access for support by consent: what it is kept in, what is never shown, and the rule for rights with guests of the competence centre in it."""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BEFORE = import_module("records.migrations.0012_scopes_on_behalf").SCOPES_OF

# The one rule for what support never gets to see, whatever anybody consents to: special secrecy of the file or of a unit above it, an access
# restriction, a protection need above normal in it, a person with a disclosure block (§ 51 BMG), and what is cancelled.
WITHHELD = """
CREATE FUNCTION records_withheld_from_support(file bigint) RETURNS boolean
LANGUAGE sql STABLE STRICT AS $$
SELECT coalesce((
    SELECT r.protection_need <> 'normal' OR a.restricted OR r.status = 'cancelled'
        OR EXISTS (SELECT FROM records_document d WHERE d.file_id = r.id AND d.protection_need <> 'normal')
        OR EXISTS (SELECT FROM records_participant p WHERE p.file_id = r.id AND p.disclosure_block)
        OR EXISTS (SELECT FROM records_secrecymark m WHERE m.file_id = r.id)
        OR EXISTS (SELECT FROM records_secrecymark m WHERE m.unit_id = ANY(string_to_array(trim(BOTH '/' FROM u.path), '/')::bigint[]))
      FROM records_recordfile r
      JOIN records_accessscope a ON a.id = r.scope_id
      JOIN records_fileplanunit u ON u.id = r.unit_id
     WHERE r.id = file
), true)
$$;
"""

# A guest of the competence centre holds nothing but what was consented to, at this moment, for reading: the scope of that one file. Grants,
# substitutions and emergency access do not count for her, whoever may have written them.
GUESTS = """IF EXISTS (SELECT FROM tenants_user g WHERE g.id = person AND g.is_guest) THEN
    RETURN QUERY SELECT a.id, NULL::bigint, 1, NULL::bigint FROM records_supportaccess s
      JOIN records_recordfile r ON r.id = s.file_id
      JOIN records_accessscope a ON a.id = r.scope_id AND a.file_id = r.id
     WHERE s.guest_id = person AND s.state = 'accepted' AND s.until > moment AND NOT records_withheld_from_support(r.id);
    RETURN;
END IF;
"""
SCOPES_OF = BEFORE.replace("BEGIN\n", "BEGIN\n" + GUESTS, 1).replace(
    "DROP FUNCTION records_scopes_of(bigint);\nCREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
UNDONE = BEFORE.replace("DROP FUNCTION records_scopes_of(bigint);\nCREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0016_information_by_two_persons"),
        ("tenants", "0005_guests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("agent_id", models.UUIDField()),
                ("agent_name", models.CharField(max_length=200)),
                ("ticket", models.CharField(max_length=40, verbose_name="Request")),
                ("named", models.CharField(blank=True, max_length=120, verbose_name="File reference")),
                (
                    "area",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("settings", "Settings of the municipality"),
                            ("organisation", "Organisation: offices without people"),
                            ("register_sets", "Register sets"),
                        ],
                        max_length=20,
                        verbose_name="Area",
                    ),
                ),
                ("hours", models.PositiveSmallIntegerField(verbose_name="Hours")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                            ("ended", "Ended"),
                            ("expired", "Nobody decided"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                ("until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "file",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.recordfile"),
                ),
                (
                    "guest",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "Access for support",
            },
        ),
        migrations.CreateModel(
            name="SupportLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.UUIDField(null=True)),
                ("page", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "access",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="looks", to="records.supportaccess"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SupportSignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_id", models.CharField(max_length=100, unique=True)),
                ("at", models.DateTimeField()),
                (
                    "access",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="sign_ins", to="records.supportaccess"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SecrecyMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("personnel", "Personnel files (§ 50 BeamtStG)"),
                            ("social", "Social secrecy (§ 35 SGB I)"),
                            ("tax", "Tax secrecy (§ 30 AO)"),
                            ("other", "Another special secrecy (§ 203 StGB)"),
                        ],
                        max_length=10,
                        verbose_name="Special secrecy",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="secrecy_mark", to="records.recordfile"
                    ),
                ),
                (
                    "unit",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="secrecy_mark", to="records.fileplanunit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file__isnull", True), ("unit__isnull", False)),
                            models.Q(("file__isnull", False), ("unit__isnull", True)),
                            _connector="OR",
                        ),
                        name="secrecy_of_unit_or_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["personnel", "social", "tax", "other"])), name="secrecy_kind_known"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="supportaccess",
            index=models.Index(condition=models.Q(("state", "asked")), fields=["asked_at"], name="support_asked"),
        ),
        migrations.AddIndex(
            model_name="supportaccess",
            index=models.Index(condition=models.Q(("state", "accepted")), fields=["until"], name="support_accepted"),
        ),
        migrations.AddConstraint(
            model_name="supportaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "accepted", "refused", "ended", "expired"])), name="support_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportaccess",
            constraint=models.CheckConstraint(condition=models.Q(("hours__gte", 1), ("hours__lte", 72)), name="support_for_hours"),
        ),
        migrations.AddConstraint(
            model_name="supportaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(("area", ""), ("named", ""), _connector="XOR"), name="support_to_one_thing"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(("area", ""), ("file__isnull", True), _connector="OR"), name="support_area_is_no_file"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("guest__isnull", False),
                        ("until__isnull", False),
                        models.Q(("decided_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="support_accepted_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportaccess",
            constraint=models.UniqueConstraint(condition=models.Q(("state", "accepted")), fields=("guest",), name="support_one_at_a_time"),
        ),
        migrations.AddConstraint(
            model_name="supportlook",
            constraint=models.UniqueConstraint(fields=("access", "document", "page"), name="support_look_once", nulls_distinct=False),
        ),
        migrations.RunSQL(WITHHELD, "DROP FUNCTION records_withheld_from_support(bigint);"),
        migrations.RunSQL(SCOPES_OF, UNDONE),
    ]
