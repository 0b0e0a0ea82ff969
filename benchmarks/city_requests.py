"""Requests to the product's own WSGI application in this process, and over HTTP to gunicorn."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from io import BytesIO
from itertools import cycle
from typing import Any

from city_town import load, quantile


class Caller:
    """A person at her screens (session) and with a program of hers at the API (token)."""

    def __init__(self, person: Any, host: str) -> None:
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from knox.models import AuthToken

        from ebehoerdenakte.wsgi import application
        from tenants.sessions import SessionStore

        self.application, self.host, self.size = application, host, 0
        session = SessionStore()
        now = int(time.time())
        session.update(
            {
                SESSION_KEY: str(person.pk),
                BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                HASH_SESSION_KEY: person.get_session_auth_hash(),
                "begun": now,
                "seen": now,
            }
        )
        session.create()
        self.cookie = f"sessionid={session.session_key}"
        self.token = AuthToken.objects.create(user=person)[1]

    def headers(self, path: str) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.token}"} if path.startswith("/api/") else {"Cookie": self.cookie}
        return {"Host": self.host, "Accept-Encoding": "gzip", **own}

    def get(self, address: str) -> bytes:
        """The answer's body. Raises RuntimeError for anything but 200."""
        path, _mark, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "", "SERVER_NAME": self.host, "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers(path).items()}
        status: list[str] = []
        answer = self.application(environ, lambda said, _headers, _failure=None: status.append(said))
        try:
            body = b"".join(answer)
        finally:
            answer.close()
        if not status[0].startswith("200"):
            raise RuntimeError(f"{address}: {status[0]} {body[:300]!r}")
        self.size = len(body)
        return body

    def queries(self, address: str) -> list[str]:
        """The SQL queries of a request with their values, prepared statements among them."""
        from tenants import current

        seen: list[str] = []

        def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
            seen.append(context["connection"].ops.compose_sql(sql, values) if values and not many else sql)
            return execute(sql, values, many, context)

        with current.connection().execute_wrapper(note):
            self.get(address)
        return seen


def over_http(screens: list[tuple[str, Caller, list[str]]], each: int) -> None:
    """The same once more through gunicorn (one worker) on a kept connection: what a browser beside the server would wait for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["gunicorn", "-c", "ebehoerdenakte/gunicorn.py", "--bind", f"127.0.0.1:{port}", "ebehoerdenakte.wsgi:application"]
    server = subprocess.Popen([sys.executable, "-m", *command], env={**os.environ, "EAKTE_WEB_WORKERS": "1"}, stderr=subprocess.DEVNULL)
    try:
        connection = _connected(port)
        print(f"{'over HTTP':<62}{'p50 ms':>8}{'p95 ms':>8}")
        for name, caller, paths in screens:
            asked, taken = cycle(paths), []
            for turn in range(each + max(15, len(paths))):  # its threads take turns, and each warms a connection of its own
                address = next(asked)
                began = time.perf_counter()
                connection.request("GET", address, headers=caller.headers(address))
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{address}: {answer.status}")
                if turn >= max(15, len(paths)):
                    taken.append((time.perf_counter() - began) * 1000)
            print(f"{name:<62}{quantile(taken, 0.5):>8.1f}{quantile(taken, 0.95):>8.1f}", flush=True)
        print(load())
    finally:
        server.terminate()
        server.wait()


def _connected(port: int) -> http.client.HTTPConnection:
    until = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return connection
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
