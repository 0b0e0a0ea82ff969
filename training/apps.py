from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Courses and enrolment at the competence centre. Installed there only."""

    name = "training"
    verbose_name = _("Training")
