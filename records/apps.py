from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "Records"

    def ready(self) -> None:
        from tenants import journal as tenants_journal
        from tenants import municipal_settings

        from . import journal, references

        tenants_journal.register_writer(journal.enter)
        municipal_settings.register_template_check(references.check_template, references.BadTemplate)
