from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Courses and enrolment at the competence centre. Installed there only."""

    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from tenants import housekeeping
        from tenants.centre import arriving, parting, receiving, topics, uniting

        from . import certifying, practising, proposing, standing, welcoming

        arriving.when_arrived(standing.keep_in_step)
        housekeeping.register(standing.forget_ended)
        housekeeping.register(welcoming.forget_old)
        housekeeping.register(practising.forget)
        parting.when_anonymised(certifying.forget_sheets)
        receiving.register(practising.PROGRESS, practising.take_progress)
        topics.offer_courses(proposing.courses_on)
        uniting.when_united(standing.follow_united)
