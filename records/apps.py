from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "Records"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from tenants import channel, freezing, handover, housekeeping, municipal_settings, orders, outgoing, screens
        from tenants import journal as tenants_journal

        from . import holding, journal, practising, references, reminding, screen_names, support_access
        from .models import ExerciseProgress

        tenants_journal.register_writer(journal.enter)
        screens.name(screen_names.TITLES)
        handover.register(reminding.OpenReminders())
        handover.register(holding.CheckedOutDocuments())
        orders.register(channel.SUPPORT_ACCESS, support_access.carry_out)
        outgoing.name_kind(practising.PROGRESS, _("Progress of an exercise"), personal=True)
        housekeeping.register(support_access.forget_old)
        freezing.leave_out(ExerciseProgress)
        municipal_settings.register_template_check(references.check_template, references.BadTemplate)
