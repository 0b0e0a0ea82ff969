"""Screens of the ticket desk."""

from django.urls import path

from .views import articles, editing, figures, operating, tickets, webhooks

app_name = "hotline"
TICKET = "anfragen/<uuid:ticket>/"
ARTICLE = "wissen/<uuid:article>/"
QUEUE = "verwaltung/warteschlangen/<uuid:queue>/"
WEBHOOK = "verwaltung/webhooks/<uuid:webhook>/"

urlpatterns = [
    path("anfragen/", tickets.ticket_list, name="tickets"),
    path("anfragen/neu/", tickets.ticket_new, name="ticket_new"),
    path(TICKET, tickets.ticket, name="ticket"),
    path(f"{TICKET}uebernehmen/", tickets.ticket_take, name="ticket_take"),
    path(f"{TICKET}einordnen/", tickets.ticket_place, name="ticket_place"),
    path(f"{TICKET}schliessen/", tickets.ticket_close, name="ticket_close"),
    path(f"{TICKET}wieder-oeffnen/", tickets.ticket_reopen, name="ticket_reopen"),
    path(f"{TICKET}artikel/", editing.article_from_ticket, name="article_from_ticket"),
    path("wissen/", articles.article_list, name="articles"),
    path("wissen/neu/", editing.article_new, name="article_new"),
    path("wissen/vorschlaege/", articles.article_suggestions, name="article_suggestions"),
    path("wissen/bilder/<uuid:picture>/", articles.article_picture, name="article_picture"),
    path(ARTICLE, articles.article, name="article"),
    path(f"{ARTICLE}bewerten/", articles.article_rate, name="article_rate"),
    path(f"{ARTICLE}hat-geholfen/", articles.article_spared, name="article_spared"),
    path(f"{ARTICLE}bearbeiten/", editing.article_edit, name="article_edit"),
    path(f"{ARTICLE}veroeffentlichen/", editing.article_publish, name="article_publish"),
    path(f"{ARTICLE}gilt-noch/", editing.article_confirm, name="article_confirm"),
    path(f"{ARTICLE}verwerfen/", editing.article_discard, name="article_discard"),
    path(f"{ARTICLE}zurueckziehen/", editing.article_withdraw, name="article_withdraw"),
    path(f"{ARTICLE}wieder-zeigen/", editing.article_put_back, name="article_put_back"),
    path(f"{ARTICLE}fassungen/<int:number>/", editing.article_version, name="article_version"),
    path("statistik/", figures.figures, name="figures"),
    path("statistik/tabelle/<str:kind>/", figures.figures_sheet, name="figures_sheet"),
    path("verwaltung/warteschlangen/", operating.queues, name="queues"),
    path(QUEUE, operating.queue, name="queue"),
    path(f"{QUEUE}ausser-dienst/", operating.queue_close, name="queue_close"),
    path(f"{QUEUE}in-dienst/", operating.queue_open, name="queue_open"),
    path(f"{QUEUE}verschieben/", operating.queue_move, name="queue_move"),
    path("verwaltung/erreichbarkeit/", operating.reach, name="reach"),
    path("verwaltung/kommunen/", operating.municipalities, name="municipalities"),
    path("verwaltung/kommunen/<uuid:municipality>/", operating.municipality, name="municipality"),
    path("verwaltung/webhooks/", webhooks.webhooks, name="webhooks"),
    path(WEBHOOK, webhooks.webhook, name="webhook"),
    path(f"{WEBHOOK}schalten/", webhooks.webhook_switch, name="webhook_switch"),
    path(f"{WEBHOOK}schluessel/", webhooks.webhook_secret, name="webhook_secret"),
    path(f"{WEBHOOK}aufrufe/<uuid:call>/noch-einmal/", webhooks.webhook_again, name="webhook_again"),
]
