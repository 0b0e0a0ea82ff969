"""A running installation as a benchmark sees it: addresses and logins from var/demo.json, and the REST API over loopback."""

from __future__ import annotations

import json
import os
import statistics
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class Town:
    """One municipality's API as one of its clerks. A connection is kept, as a specialist system would."""

    def __init__(self, var: Path, slug: str, role: str = "clerk") -> None:
        demo = json.loads((var / "demo.json").read_text())
        login = next(one for one in demo["logins"] if one["host"].startswith(f"{slug}.") and one["role"] == role)
        self.host = login["host"]
        self.address = urlsplit(demo["node"]["address"])
        self._connection = HTTPConnection(self.address.hostname or "127.0.0.1", self.address.port, timeout=120)
        self.token = ""
        body = json.dumps({"username": login["username"], "password": login["password"]}).encode()
        self.token = self.call("POST", "/api/v1/auth/token/", body, "application/json")["token"]

    def call(self, method: str, path: str, body: bytes | None = None, content_type: str = "") -> Any:
        """One request; raises for anything but 2xx."""
        headers = {"Host": self.host, **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        if content_type:
            headers["Content-Type"] = content_type
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {said[:300]!r}")
        return json.loads(said) if said else None

    def new_file(self, title: str) -> str:
        """A file in the first leaf unit that the clerk may write in; gives its id."""
        cursor = "/api/v1/file-plan/?page_size=200"
        while cursor:
            page = self.call("GET", cursor)
            for unit in page["results"]:
                if unit["is_leaf"]:
                    try:
                        sent = json.dumps({"file_plan_unit": unit["id"], "title": title}).encode()
                        return str(self.call("POST", "/api/v1/files/", sent, "application/json")["id"])
                    except RuntimeError:
                        continue
            cursor = page["next"] and urlsplit(page["next"]).path + "?" + urlsplit(page["next"]).query
        raise RuntimeError("no unit to file in")

    def upload(self, file: str, path: Path) -> tuple[str, float]:
        """Upload one document; gives its id and the milliseconds until it was acknowledged."""
        boundary = "----benchmark"
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"\r\n\r\n{file}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="content"; filename="{path.name}"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        )
        body = head.encode() + path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        began = time.perf_counter()
        made = self.call("POST", "/api/v1/documents/", body, f"multipart/form-data; boundary={boundary}")
        return str(made["id"]), (time.perf_counter() - began) * 1000

    def states(self, file: str) -> dict[str, str]:
        """State of every document of a file."""
        found: dict[str, str] = {}
        cursor = f"/api/v1/documents/?file={file}&page_size=200"
        while cursor:
            page = self.call("GET", cursor)
            found |= {row["id"]: row["state"] for row in page["results"]}
            cursor = page["next"] and urlsplit(page["next"]).path + "?" + urlsplit(page["next"]).query
        return found


def var_folder() -> Path:
    return Path(os.environ.get("EAKTE_VAR", "var")).resolve()


def quantiles(values: list[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    ordered = sorted(values)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def row(*cells: object, widths: tuple[int, ...] = (26, 14, 14, 14, 14, 14, 10)) -> str:
    return "".join(
        f"{cell!s:>{width}}" if place else f"{cell!s:<{width}}" for place, (cell, width) in enumerate(zip(cells, widths, strict=False))
    )
