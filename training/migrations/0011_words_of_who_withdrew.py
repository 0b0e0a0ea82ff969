from django.db import migrations, models

STATES = [
    ("awaiting_approval", "Awaiting approval"),
    ("waiting", "On the waiting list"),
    ("offered", "Place offered"),
    ("enrolled", "Enrolled"),
    ("withdrawn", "Withdrawn from the course"),
    ("refused", "Not approved"),
    ("declined", "Offer declined"),
    ("expired", "Offer expired"),
    ("cancelled", "Date cancelled"),
]


class Migration(migrations.Migration):
    """Whoever left a course has words of her own, no longer those of an article that was withdrawn; nothing changes in the table."""

    dependencies = [("training", "0010_notices_of_codes_and_minimum")]

    operations = [
        migrations.AlterField(
            model_name="enrolment", name="state", field=models.CharField(choices=STATES, max_length=20, verbose_name="State")
        )
    ]
