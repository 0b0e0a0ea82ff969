from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Courses and enrolment at the competence centre. Installed there only."""

    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from tenants import housekeeping
        from tenants.centre import arriving, parting, receiving, telling, topics, uniting
        from tenants.centre import practising as towns

        from . import accommodating, certifying, disclosing, practising, proposing, standing, welcoming

        arriving.when_arrived(standing.keep_in_step)
        housekeeping.register(standing.forget_ended)
        housekeeping.register(welcoming.forget_old)
        housekeeping.register(practising.forget)
        housekeeping.register(accommodating.forget)
        parting.when_anonymised(certifying.forget_sheets)
        parting.when_anonymised(accommodating.forget_of)
        receiving.register(practising.PROGRESS, practising.take_progress)
        towns.when_made_anew(practising.forget_done)
        telling.when_told("training", template="training/print/stored.html", source=disclosing.stored_of)
        topics.offer_courses(proposing.courses_on)
        uniting.when_united(standing.follow_united)
