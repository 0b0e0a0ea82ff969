"""Addresses that somebody typed in lead nowhere but where they may."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from foundation import outbound


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names lead to; filled by the test."""
    known: dict[str, list[str]] = {}

    def look_up(host: str, port: int, **more: Any) -> list[Any]:
        if host not in known and not host.replace(".", "").isdigit() and ":" not in host:
            raise socket.gaierror
        return [(None, None, None, "", (address, port)) for address in known.get(host, [host])]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", look_up)
    return known


class TestTargetOf:
    def test_goes_to_the_address_that_was_judged(self, names: dict[str, list[str]]) -> None:
        names["fach.example"] = ["93.184.216.34"]

        target = outbound.target_of("https://fach.example:8443/a?b=c")

        assert target == outbound.Target("https", "fach.example", 8443, "/a?b=c", ("93.184.216.34",))

    @pytest.mark.parametrize(
        "address",
        [
            "10.0.0.1",
            "172.16.3.4",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::1",
            "::",
        ],
    )
    def test_never_into_special_networks(self, names: dict[str, list[str]], address: str) -> None:
        names["fach.example"] = ["93.184.216.34", address]

        with pytest.raises(outbound.NotAllowed) as refusal:
            outbound.target_of("https://fach.example/")
        assert refusal.value.reason == "network"

    def test_unless_they_are_allowed_by_name(self, names: dict[str, list[str]]) -> None:
        names["fach.example"] = ["10.1.2.3"]

        assert outbound.target_of("https://fach.example/", allowed=["10.1.0.0/16"]).addresses == ("10.1.2.3",)

    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("http://93.184.216.34/", "scheme"),
            ("ftp://93.184.216.34/", "scheme"),
            ("file:///etc/passwd", "scheme"),
            ("https://", "form"),
            ("https://a:b@93.184.216.34/", "form"),
            ("https://93.184.216.34:99999/", "form"),
            ("https://93.184.216.34/\r\nHost: x", "form"),
            ("", "scheme"),
        ],
    )
    def test_refuses_other_forms(self, names: dict[str, list[str]], url: str, reason: str) -> None:
        with pytest.raises(outbound.NotAllowed) as refusal:
            outbound.target_of(url)
        assert refusal.value.reason == reason

    def test_http_leads_to_this_machine_only(self, names: dict[str, list[str]]) -> None:
        assert outbound.target_of("http://127.0.0.1:9/").port == 9

    def test_a_name_nobody_knows_is_unreachable(self, names: dict[str, list[str]]) -> None:
        with pytest.raises(outbound.Unreachable):
            outbound.target_of("https://gibtesnicht.example/")


class _Answering(BaseHTTPRequestHandler):
    asked: list[tuple[str, bytes, str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, body, self.headers["Host"]))
        self.send_response(302 if self.path == "/weiter" else 204)
        self.send_header("Location", "/anderswo")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        return


@pytest.fixture
def server() -> Iterator[int]:
    _Answering.asked.clear()
    with HTTPServer(("127.0.0.1", 0), _Answering) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield listening.server_port
        listening.shutdown()
        thread.join()


class TestPost:
    def test_sends_the_body_in_the_name_of_the_host(self, server: int) -> None:
        target = outbound.Target("http", "fach.example", server, "/a", ("127.0.0.1",))

        assert outbound.post(target, b"{}", headers={"X": "y"}, seconds=5) == 204
        assert _Answering.asked == [("/a", b"{}", f"fach.example:{server}")]

    def test_follows_no_redirect(self, server: int) -> None:
        target = outbound.target_of(f"http://127.0.0.1:{server}/weiter")

        assert outbound.post(target, b"{}", headers={}, seconds=5) == 302
        assert len(_Answering.asked) == 1

    def test_nobody_there_is_said(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]

        with pytest.raises(outbound.Unreachable):
            outbound.post(outbound.target_of(f"http://127.0.0.1:{port}/"), b"", headers={}, seconds=2)
