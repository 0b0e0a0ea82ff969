"""Signed messages between parties that know each other's public keys: JWT (RFC 7519) signed with Ed25519 (RFC 8037), and nothing else.

The algorithm is pinned (RFC 8725, section 3.1), each purpose has a `typ` of its own, so that a message of one kind is worth nothing as another
(section 3.11), and a key is found by its `kid`, the key's thumbprint (RFC 7638): what a header says of keys beside that is not read.
Whoever receives a message keeps its `id` until it has expired, and refuses it the second time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "EdDSA"
TOLERANCE = timedelta(seconds=60)  # between two clocks
LONGEST_TOKEN = 512 * 1024  # characters
REGISTERED = ("iss", "aud", "iat", "exp", "jti")
CODE_LETTERS = 16  # of base 32: 80 bits, so that nobody finds a key whose code is that of another


class Refused(Exception):
    """A message is not to be believed; the message says why, for the log and not for its sender."""


class BrokenKey(Exception):
    """A key file cannot be used; the message says why."""


@dataclass(frozen=True)
class Key:
    """A key pair. `public` is what the other side gets (the JWK's `x`), `kid` names it in every message."""

    private: Ed25519PrivateKey

    @classmethod
    def new(cls) -> Key:
        return cls(Ed25519PrivateKey.generate())

    @property
    def public(self) -> str:
        return _encoded(self.private.public_key().public_bytes_raw())

    @property
    def kid(self) -> str:
        return kid_of(self.public)

    def as_jwk(self) -> dict[str, str]:
        """With the private half: for the owner's own disk."""
        return {"kty": "OKP", "crv": "Ed25519", "x": self.public, "d": _encoded(self.private.private_bytes_raw())}

    @classmethod
    def from_jwk(cls, kept: Mapping[str, Any]) -> Key:
        """Raises BrokenKey."""
        try:
            key = cls(Ed25519PrivateKey.from_private_bytes(_decoded(kept["d"])))
        except (KeyError, TypeError, ValueError) as error:
            raise BrokenKey("This is no Ed25519 key.") from error
        if kept.get("x") != key.public:
            raise BrokenKey("The two halves of the key do not belong together.")
        return key


@dataclass(frozen=True)
class Signed:
    """A message that was checked. `claims` are the sender's own words, without the registered ones."""

    id: str
    issuer: str
    kid: str
    issued_at: datetime
    expires_at: datetime
    claims: dict[str, Any]


def kid_of(public: str) -> str:
    """The thumbprint of a public key (RFC 7638 with the members of RFC 8037, appendix A.3). Raises BrokenKey."""
    _public(public)
    canonical = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": public}, separators=(",", ":"), sort_keys=True)
    return _encoded(hashlib.sha256(canonical.encode()).digest())


def code_of(*publics: str) -> str:
    """A code for two people to compare: whoever slips a key of his own in between makes it another one. "ABCD-EFGH-IJKL-MNOP"."""
    digest = hashlib.sha256("\n".join(kid_of(public) for public in publics).encode()).digest()
    letters = base64.b32encode(digest).decode()[:CODE_LETTERS]
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LETTERS, 4))


def sign(
    *, key: Key, purpose: str, claims: Mapping[str, Any], issuer: str, audience: str, at: datetime, lasts: timedelta, id: str = ""
) -> str:
    """Sign `claims` for one audience and one purpose; good from `at` for `lasts`. `id` is given where the message has one already."""
    registered = {
        "iss": issuer,
        "aud": audience,
        "iat": int(at.timestamp()),
        "exp": int((at + lasts).timestamp()),
        "jti": id or str(uuid4()),
    }
    return jwt.encode({**claims, **registered}, key.private, ALGORITHM, headers={"kid": key.kid, "typ": f"{purpose}+jwt"})


def check(token: str, *, purpose: str, public_of: Callable[[str], str | None], audience: str, at: datetime, longest: timedelta) -> Signed:
    """Check a message for this audience and purpose; the moment is `at`, not the machine's clock.

    `public_of` gives the public key of a `kid`, or None. A message that says it is good for longer than `longest` is refused, too.
    Raises Refused.
    """
    kid = _kid(token, purpose)
    public = public_of(kid)
    if public is None:
        raise Refused(f"unknown key {kid[:12]}")
    return _checked(token, public, kid, audience=audience, at=at, longest=longest)


def introduced(token: str, *, purpose: str, audience: str, at: datetime, longest: timedelta) -> tuple[Signed, str]:
    """Check a message of a stranger, who says his public key in it (claim `key`): that he holds the private one. Raises Refused.

    Whose key it is must be found out otherwise: see code_of.
    """
    kid = _kid(token, purpose)
    try:
        public = str(jwt.decode(token, options={"verify_signature": False}).get("key", ""))
        matches = kid_of(public) == kid
    except (jwt.PyJWTError, BrokenKey) as error:
        raise Refused("no usable key in the introduction") from error
    if not matches:
        raise Refused("the introduction names another key than it is signed with")
    return _checked(token, public, kid, audience=audience, at=at, longest=longest), public


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON that nobody but the owner may read, moved into place as a whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # 0600 from its first byte
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _kid(token: str, purpose: str) -> str:
    if len(token) > LONGEST_TOKEN:
        raise Refused("longer than any message may be")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise Refused("not a signed message at all") from error
    if header.get("alg") != ALGORITHM:
        raise Refused(f"signed with {str(header.get('alg'))[:12]!r}, not with {ALGORITHM}")
    if header.get("typ") != f"{purpose}+jwt":
        raise Refused(f"meant as {str(header.get('typ'))[:40]!r}, not as {purpose}")
    if "crit" in header or "b64" in header:
        raise Refused("its header asks for what nobody here knows")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Refused("names no key")
    return kid


def _checked(token: str, public: str, kid: str, *, audience: str, at: datetime, longest: timedelta) -> Signed:
    only_signature = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False, "verify_iss": False}
    try:
        told = jwt.decode(token, _public(public), algorithms=[ALGORITHM], options={**only_signature, "require": list(REGISTERED)})  # type: ignore[arg-type]
    except (jwt.PyJWTError, BrokenKey, ValueError, RecursionError) as error:
        raise Refused(f"the signature or the form is wrong ({type(error).__name__})") from error
    if told["aud"] != audience:
        raise Refused("meant for somebody else")
    if not all(isinstance(told[name], str) and told[name] for name in ("iss", "jti")):
        raise Refused("issuer or id is no text")
    issued, expires = (_moment(told[name], name) for name in ("iat", "exp"))
    if issued > at + TOLERANCE:
        raise Refused("comes from the future")
    if expires <= at - TOLERANCE:
        raise Refused("has expired")
    if expires - issued > longest:
        raise Refused("says that it is good for too long")
    return Signed(told["jti"], told["iss"], kid, issued, expires, {name: told[name] for name in told if name not in REGISTERED})


def _moment(told: Any, name: str) -> datetime:
    if isinstance(told, bool) or not isinstance(told, int):
        raise Refused(f"{name} is no whole number")
    try:
        return datetime.fromtimestamp(told, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refused(f"{name} is no moment") from error


def _public(public: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(_decoded(public))
    except (TypeError, ValueError) as error:
        raise BrokenKey("This is no Ed25519 public key.") from error


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(written: str) -> bytes:
    if not isinstance(written, str) or "=" in written:
        raise ValueError("not base64url without padding")
    content = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
    if _encoded(content) != written:  # one spelling for each key, so that it has one thumbprint
        raise ValueError("not in its one spelling")
    return content
