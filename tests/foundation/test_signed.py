"""Signed messages: what is believed, and a table of what is not."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from foundation import signed

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY, OTHER = signed.Key.new(), signed.Key.new()
SAYS: dict[str, Any] = {
    "key": KEY,
    "purpose": "test",
    "claims": {"wer": "Łucja 🙂"},
    "issuer": "rathaus",
    "audience": "zentrum",
    "at": AT,
    "lasts": MINUTE,
}


def made(**other: Any) -> str:
    return signed.sign(**{**SAYS, **other})


def checked(token: str, **other: Any) -> signed.Signed:
    public_of: Callable[[str], str | None] = {KEY.kid: KEY.public}.get
    return signed.check(token, **{"purpose": "test", "public_of": public_of, "audience": "zentrum", "at": AT, "longest": MINUTE, **other})


def forged(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [
        base64.urlsafe_b64encode(part).rstrip(b"=").decode()
        for part in (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    ]
    return ".".join(parts)


HEADER = {"alg": "EdDSA", "kid": KEY.kid, "typ": "test+jwt"}
CLAIMS = {"iss": "rathaus", "aud": "zentrum", "iat": int(AT.timestamp()), "exp": int((AT + MINUTE).timestamp()), "jti": "1"}


def with_claims(**other: Any) -> str:
    told = {name: value for name, value in {**CLAIMS, **other}.items() if value is not None}
    return jwt.encode(told, KEY.private, "EdDSA", headers=HEADER)


def with_header(**other: Any) -> str:
    return jwt.encode(CLAIMS, KEY.private, "EdDSA", headers={**HEADER, **other})


def hmac_with_the_public_key() -> str:
    """The classic: the verifier's public key as the secret of an HMAC."""
    return jwt.encode(CLAIMS, KEY.public.encode().ljust(64, b"x"), "HS256", headers={**HEADER, "alg": "HS256"})


def with_changed_claims() -> str:
    head, _body, tail = made().split(".")
    body = base64.urlsafe_b64encode(json.dumps({**CLAIMS, "wer": "Chef"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{tail}"


NOT_BELIEVED = {
    "nothing": lambda: "",
    "rubbish": lambda: "a.b.c",
    "no token at all": lambda: "Guten Tag",
    "too long": lambda: "a" * (signed.LONGEST_TOKEN + 1),
    "deeply nested": lambda: base64.urlsafe_b64encode(b"[" * 100_000).decode() + ".e30.AA",
    "alg none": lambda: forged({**HEADER, "alg": "none"}, CLAIMS),
    "alg None with another case": lambda: forged({**HEADER, "alg": "NoNe"}, CLAIMS),
    "HS256 with the public key": hmac_with_the_public_key,
    "an empty signature": lambda: forged(HEADER, CLAIMS),
    "a signature of zeros": lambda: forged(HEADER, CLAIMS, bytes(64)),
    "changed claims": with_changed_claims,
    "another key": lambda: made(key=OTHER),
    "another key under this one's name": lambda: jwt.encode(CLAIMS, OTHER.private, "EdDSA", headers=HEADER),
    "a key in its header": lambda: jwt.encode(
        CLAIMS, OTHER.private, "EdDSA", headers={**HEADER, "jwk": {"kty": "OKP", "crv": "Ed25519", "x": OTHER.public}}
    ),
    "no kid": lambda: jwt.encode(CLAIMS, KEY.private, "EdDSA", headers={"typ": "test+jwt"}),
    "a kid that is no text": lambda: forged({**HEADER, "kid": ["x"]}, CLAIMS),
    "a critical extension": lambda: with_header(crit=["exp"]),
    "another purpose": lambda: made(purpose="anderes"),
    "no purpose": lambda: with_header(typ="JWT"),
    "another audience": lambda: made(audience="anderswo"),
    "several audiences": lambda: with_claims(aud=["zentrum", "anderswo"]),
    "expired": lambda: made(at=AT - 2 * MINUTE - timedelta(seconds=1)),
    "from the future": lambda: made(at=AT + timedelta(seconds=61)),
    "good for too long": lambda: made(lasts=timedelta(hours=1)),
    "good for ever": lambda: with_claims(exp=2**40),
    "exp beyond all calendars": lambda: with_claims(exp=10**30),
    "exp as a word": lambda: with_claims(exp="morgen"),
    "exp true": lambda: with_claims(exp=True),
    **{f"no {name}": (lambda name=name: with_claims(**{name: None})) for name in signed.REGISTERED},
}


class TestCheck:
    def test_believes_what_is_signed_for_it(self) -> None:
        told = checked(made(id="7"))

        assert (told.id, told.issuer, told.claims, told.expires_at) == ("7", "rathaus", {"wer": "Łucja 🙂"}, AT + MINUTE)

    @pytest.mark.parametrize("seconds", [-60, 60])
    def test_forgives_a_clock_that_is_a_minute_off(self, seconds: int) -> None:
        assert checked(made(at=AT + timedelta(seconds=seconds)))

    @pytest.mark.parametrize("how", NOT_BELIEVED)
    def test_refuses(self, how: str) -> None:
        with pytest.raises(signed.Refused):
            checked(NOT_BELIEVED[how]())

    def test_claims_cannot_take_the_place_of_registered_ones(self) -> None:
        assert checked(made(claims={"aud": "zentrum", "iss": "jemand anderes", "exp": 2**40})).issuer == "rathaus"


class TestIntroduced:
    def introduce(self, **other: Any) -> tuple[signed.Signed, str]:
        token = made(**{"claims": {"key": KEY.public}, **other})
        return signed.introduced(token, purpose="test", audience="zentrum", at=AT, longest=MINUTE)

    def test_takes_a_key_whose_private_half_the_stranger_holds(self) -> None:
        assert self.introduce()[1] == KEY.public

    @pytest.mark.parametrize(
        "said", [OTHER.public, "", "x", None, 7, KEY.public + "="], ids=["another", "empty", "x", "none", "7", "padded"]
    )
    def test_refuses_a_key_that_is_not_his_or_none(self, said: Any) -> None:
        with pytest.raises(signed.Refused):
            self.introduce(claims={"key": said})


class TestKeys:
    def test_come_back_from_a_file_that_only_the_owner_may_read(self, tmp_path: Path) -> None:
        path = tmp_path / "below" / "key.json"

        signed.write(path, KEY.as_jwk())

        assert signed.Key.from_jwk(json.loads(path.read_text())).kid == KEY.kid
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)

    @pytest.mark.parametrize("kept", [{}, {"d": "x"}, {"d": 7}, {**KEY.as_jwk(), "x": OTHER.public}])
    def test_a_broken_one_is_said_to_be(self, kept: dict[str, Any]) -> None:
        with pytest.raises(signed.BrokenKey):
            signed.Key.from_jwk(kept)

    def test_the_thumbprint_is_that_of_rfc_8037(self) -> None:
        assert signed.kid_of("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo") == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

    def test_a_code_names_both_keys_in_their_order(self) -> None:
        codes = {
            signed.code_of(KEY.public, OTHER.public),
            signed.code_of(OTHER.public, KEY.public),
            signed.code_of(KEY.public, signed.Key.new().public),
        }

        assert len(codes) == 3
        assert all(len(code) == 19 and code.count("-") == 3 for code in codes)
