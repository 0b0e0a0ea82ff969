"""Calling an address that somebody typed in, without being led astray (SSRF, CWE-918).

The name is resolved once, every address it has is judged, and the connection goes to the very address that was judged (no second look-up
that could answer otherwise: DNS rebinding). Only https, or http to this machine; no redirects; no user names in addresses; private, link-local
and other special networks only where they are allowed by name. TLS is checked against the name.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
ANSWER_READ = 64 * 1024  # bytes
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotAllowed(ValueError):
    """This address is not called; `reason` is "form", "scheme" or "network"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(Exception):
    """Nobody answered there, or not as HTTP; the message is for the log."""


@dataclass(frozen=True)
class Target:
    """Where a call goes: `addresses` have been judged."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def target_of(url: str, *, allowed: Iterable[str] = ()) -> Target:
    """Judge an address; `allowed` are private networks that may be called ("10.1.0.0/16"). Raises NotAllowed, Unreachable (no such name)."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as broken:
        raise NotAllowed("form") from broken
    host = parts.hostname
    if parts.scheme not in ("https", "http"):
        raise NotAllowed("scheme")
    if not host or parts.username is not None or parts.password is not None or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        raise NotAllowed("form")
    networks = [ipaddress.ip_network(each, strict=False) for each in allowed]
    found = _resolved(host, port)
    if not all(_may_be_called(each, networks) for each in found):
        raise NotAllowed("network")
    if parts.scheme == "http" and not all(each.is_loopback for each in found):
        raise NotAllowed("scheme")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, tuple(map(str, found)))


def post(target: Target, body: bytes, *, headers: Mapping[str, str], seconds: float) -> int:
    """POST to a judged target; returns the status of the answer, whatever it is. Each step waits `seconds` at most. Raises Unreachable."""
    failed: Exception | None = None
    for address in target.addresses:
        connection = _connection(target, address, seconds)
        try:
            connection.request("POST", target.path, body, {"Connection": "close", **headers})
            answer = connection.getresponse()
            answer.read(ANSWER_READ)
        except (OSError, http.client.HTTPException, ValueError) as error:
            failed = error
        else:
            return answer.status
        finally:
            connection.close()
    raise Unreachable(f"{type(failed).__name__}: {failed}"[:300])


def _resolved(host: str, port: int) -> list[Address]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"The name {host} has no address.") from error
    found = dict.fromkeys(ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows)
    return [_unwrapped(each) for each in found]


def _unwrapped(address: Address) -> Address:
    """An IPv4 address in the dress of an IPv6 one is judged as what it is."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if address.sixtofour:
            return address.sixtofour
    return address


def _may_be_called(address: Address, networks: Iterable[Network]) -> bool:
    if address.is_loopback or any(address in network for network in networks if network.version == address.version):
        return True
    return address.is_global and not address.is_multicast


def _connection(target: Target, address: str, seconds: float) -> http.client.HTTPConnection:
    if target.scheme == "https":
        return _PinnedTLS(target.host, target.port, address, seconds)
    return _Pinned(target.host, target.port, address, seconds)


class _Pinned(http.client.HTTPConnection):
    """Speaks to one address in the name of a host."""

    def __init__(self, host: str, port: int, address: str, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._seconds = address, seconds

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self._seconds)


class _PinnedTLS(_Pinned):
    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
