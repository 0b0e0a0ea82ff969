from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    """The ticket desk of the competence centre. Installed there only."""

    name = "hotline"
    verbose_name = _("Hotline")
