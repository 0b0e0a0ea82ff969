from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "Records"

    def ready(self) -> None:
        from tenants import handover, municipal_settings
        from tenants import journal as tenants_journal

        from . import journal, references, reminding

        tenants_journal.register_writer(journal.enter)
        handover.register(reminding.OpenReminders())
        municipal_settings.register_template_check(references.check_template, references.BadTemplate)
