from typing import Any

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


STANDS = ("waiting", "solved", "closed")


def remember_pauses(apps: Any, editor: Any) -> None:
    """Tickets that are there already: when their clocks stood, by the history of their states."""
    alias = editor.connection.alias
    pauses, open_ones = [], {}
    pause = apps.get_model("hotline", "TicketPause")
    events = apps.get_model("hotline", "TicketEvent").objects.using(alias).filter(changes__has_key="state")
    for event in events.order_by("ticket_id", "at", "pk").iterator():
        was, state = event.changes["state"]
        if was == "solved" and state == "closed":
            continue  # one pause
        if event.ticket_id in open_ones:
            open_ones.pop(event.ticket_id).until = event.at
        if state in STANDS:
            open_ones[event.ticket_id] = pause(ticket_id=event.ticket_id, since=event.at)
            pauses.append(open_ones[event.ticket_id])
    pause.objects.using(alias).bulk_create(pauses, batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('centre', '0001_initial'),
        ('hotline', '0003_desk'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='Name')),
                ('default', models.BooleanField(default=False, verbose_name='For all municipalities without an agreement of their own')),
                ('week', models.JSONField(verbose_name='Working hours')),
                ('zone', models.CharField(default='Europe/Berlin', max_length=60, verbose_name='Time zone')),
                ('land', models.CharField(blank=True, default='NW', max_length=2, verbose_name='Public holidays')),
                ('warn_percent', models.PositiveSmallIntegerField(default=75, verbose_name='Warn at')),
                ('key', models.CharField(choices=[('use', 'by use: the minutes booked for each municipality'), ('inhabitants', 'by inhabitants: all minutes, shared by the numbers of inhabitants')], default='use', max_length=20, verbose_name='Share of the time booked')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('counted', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'Agreement',
                'verbose_name_plural': 'Agreements',
            },
        ),
        migrations.CreateModel(
            name='AgreementMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inhabitants', models.PositiveIntegerField(blank=True, null=True, verbose_name='Inhabitants')),
            ],
        ),
        migrations.CreateModel(
            name='BilledQuarter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='Year')),
                ('quarter', models.PositiveSmallIntegerField(verbose_name='Quarter')),
                ('lines', models.JSONField()),
                ('billed_at', models.DateTimeField()),
                ('billed_by', models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='ClosingTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='Name')),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('start', models.PositiveSmallIntegerField(default=0)),
                ('end', models.PositiveSmallIntegerField(default=1440)),
            ],
        ),
        migrations.CreateModel(
            name='ServiceLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('priority', models.CharField(choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('urgent', 'Urgent')], max_length=10, verbose_name='Priority')),
                ('first_response', models.PositiveIntegerField(blank=True, null=True)),
                ('next_response', models.PositiveIntegerField(blank=True, null=True)),
                ('resolution', models.PositiveIntegerField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TicketPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TimeEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('day', models.DateField(verbose_name='Day')),
                ('minutes', models.IntegerField(verbose_name='Minutes')),
                ('activity', models.CharField(choices=[('answering', 'Answering'), ('telephone', 'Telephone'), ('searching', 'Finding the fault'), ('on_screen', 'Support on the screen'), ('setting_up', 'Setting up'), ('other', 'Other')], max_length=20, verbose_name='Activity')),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'Time booked',
                'verbose_name_plural': 'Time booked',
            },
        ),
        migrations.AddField(
            model_name='ticket',
            name='due_next_response',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='next_due',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='tell_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='told_first_response',
            field=models.PositiveSmallIntegerField(choices=[(0, 'Nothing'), (1, 'Warned'), (2, 'Escalated')], default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='told_next_response',
            field=models.PositiveSmallIntegerField(choices=[(0, 'Nothing'), (1, 'Warned'), (2, 'Escalated')], default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='told_resolution',
            field=models.PositiveSmallIntegerField(choices=[(0, 'Nothing'), (1, 'Warned'), (2, 'Escalated')], default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='unanswered_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('state__in', ['solved', 'closed']), _negated=True), fields=['next_due', 'number'], name='ticket_open_by_deadline'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('tell_at__isnull', False)), fields=['tell_at'], name='ticket_to_be_told'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='agreement_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('warn_percent__gte', 1), ('warn_percent__lte', 99)), name='agreement_warns_before'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('key__in', ['use', 'inhabitants'])), name='agreement_key_known'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('default', True)), fields=('default',), name='agreement_one_default'),
        ),
        migrations.AddField(
            model_name='agreementmember',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='hotline.agreement'),
        ),
        migrations.AddField(
            model_name='agreementmember',
            name='municipality',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement_member', to='centre.municipality'),
        ),
        migrations.AddConstraint(
            model_name='billedquarter',
            constraint=models.UniqueConstraint(fields=('year', 'quarter'), name='quarter_billed_once'),
        ),
        migrations.AddConstraint(
            model_name='billedquarter',
            constraint=models.CheckConstraint(condition=models.Q(('quarter__gte', 1), ('quarter__lte', 4)), name='quarter_of_a_year'),
        ),
        migrations.AddField(
            model_name='closingtime',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closings', to='hotline.agreement'),
        ),
        migrations.AddField(
            model_name='servicelevel',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='hotline.agreement'),
        ),
        migrations.AddField(
            model_name='ticketpause',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='hotline.ticket'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='booked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='corrects',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='hotline.timeentry'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='hotline.ticket'),
        ),
        migrations.AddConstraint(
            model_name='closingtime',
            constraint=models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='closing_in_order'),
        ),
        migrations.AddConstraint(
            model_name='closingtime',
            constraint=models.CheckConstraint(condition=models.Q(('end__gt', models.F('start')), ('end__lte', 1440)), name='closing_part_of_a_day'),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=models.UniqueConstraint(fields=('agreement', 'priority'), name='one_level_of_a_priority'),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=models.CheckConstraint(condition=models.Q(('priority__in', ['low', 'normal', 'high', 'urgent'])), name='level_priority_known'),
        ),
        migrations.AddConstraint(
            model_name='ticketpause',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='pause_in_order'),
        ),
        migrations.AddConstraint(
            model_name='ticketpause',
            constraint=models.UniqueConstraint(condition=models.Q(('until', None)), fields=('ticket',), name='one_open_pause'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['day'], name='time_entry_of_day'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects', None), ('minutes__gt', 0)), models.Q(('corrects__isnull', False), ('minutes__lt', 0)), _connector='OR'), name='time_entry_or_counter_entry'),
        ),
        migrations.RunPython(remember_pauses, migrations.RunPython.noop),
    ]
