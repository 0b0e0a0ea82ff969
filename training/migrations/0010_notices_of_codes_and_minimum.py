from django.db import migrations, models

KINDS = [
    ("enrolled", "Enrolled"),
    ("waiting", "On the waiting list"),
    ("approval", "Approval is asked for"),
    ("refused", "Enrolment not approved"),
    ("offer", "A place is offered"),
    ("expired", "An offer has expired"),
    ("withdrawn", "You are withdrawn"),
    ("changed", "A date has changed"),
    ("cancelled", "A date is cancelled"),
    ("reminder", "Reminder of a session"),
    ("certificate", "Confirmation of attendance"),
    ("evaluation", "How was it?"),
    ("refresher", "To be refreshed"),
    ("check_in", "A code to say that you are there"),
    ("minimum", "Too few people so far"),
]


class Migration(migrations.Migration):
    """Two more kinds of notices; the program knows them, nothing changes in the table."""

    dependencies = [("training", "0009_needs")]

    operations = [migrations.AlterField(model_name="notice", name="kind", field=models.CharField(choices=KINDS, max_length=20))]
