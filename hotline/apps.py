from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    """The ticket desk of the competence centre. Installed there only."""

    name = "hotline"
    verbose_name = _("Hotline")

    def ready(self) -> None:
        from tenants import channel, housekeeping
        from tenants.centre import ordering, receiving, topics, uniting
        from tenants.pages.views import add_to_privacy

        from . import asking, broadcasting, disclosing, notifying, retaining, topic_counts, unfinished, watching

        ordering.when_answered(channel.SHOW_BANNER, broadcasting.take_answer)
        ordering.when_answered(channel.END_BANNER, broadcasting.take_answer)
        ordering.when_answered(channel.SUPPORT_ACCESS, asking.answered)
        receiving.register(channel.SUPPORT_STATE, asking.take_state)
        housekeeping.register(disclosing.sweep)
        housekeeping.register(notifying.forget_old)
        housekeeping.register(unfinished.forget_old)
        topics.count_requests(topic_counts.asked_about)
        topics.rank_topics(topic_counts.most_asked)
        uniting.when_united(watching.follow_united)
        add_to_privacy("hotline/_privacy.html", retaining.terms)
