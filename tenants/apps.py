from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = "Municipalities"

    def ready(self) -> None:
        from . import guardian_cache, handover, roles

        guardian_cache.install()
        post_migrate.connect(roles.make_role_groups, sender=self, dispatch_uid="tenants.roles")
        handover.register(handover.LedOffices())
        self._read_registry()
        self._know_orders()

    def _know_orders(self) -> None:
        from . import banners, catching, channel, entering, housekeeping, orders, practice_orders

        orders.register(channel.SHOW_BANNER, banners.show)
        orders.register(channel.END_BANNER, banners.end)
        orders.register(channel.PRACTICE_OPEN, practice_orders.open_towns, outside=True, private=["trainees"])
        orders.register(channel.PRACTICE_RESET, practice_orders.reset_town, outside=True)
        orders.register(channel.PRACTICE_END, practice_orders.end_towns, outside=True)
        housekeeping.register(catching.forget_old)
        housekeeping.register(entering.forget_old)

    def _read_registry(self) -> None:
        """Aliases must be known before the first `migrate --database m_…` parses its arguments."""
        from django.conf import settings

        from . import registry

        if settings.SITE == "node":
            registry.look_again()
