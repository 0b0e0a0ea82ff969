from django.apps import AppConfig


class CentreConfig(AppConfig):
    """The competence centre's side of tenants: sites, contacts and releases come with their capabilities."""

    name = "tenants.centre"
    label = "centre"
    verbose_name = "Competence centre"

    def ready(self) -> None:
        from tenants import housekeeping

        from . import checking, receiving

        housekeeping.register(checking.forget_seen)
        housekeeping.register(receiving.forget_old)
