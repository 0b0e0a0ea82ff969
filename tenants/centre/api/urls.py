"""Routes of the channel: what nodes send and ask."""

from django.urls import path

from . import channel, sites, tokens

app_name = "centre_api"
urlpatterns = [
    path("channel/join/", channel.JoinView.as_view(), name="join"),
    path("channel/hello/", channel.HelloView.as_view(), name="hello"),
    path("handoff/token/", tokens.HandoffTokenView.as_view(), name="handoff_token"),
    path("channel/messages/", channel.MessagesView.as_view(), name="messages"),
    path("channel/orders/", channel.OrdersView.as_view(), name="orders"),
    path("sites/", sites.SiteDoor.as_view({"get": "list"}), name="sites"),
    path("heartbeats/", sites.HeartbeatView.as_view(), name="heartbeats"),
    path("channel/keys/", channel.KeysView.as_view(), name="keys"),
]
