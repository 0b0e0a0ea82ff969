"""What our own mail server says of a sender."""

from __future__ import annotations

import pytest

from foundation.mail import Proof, proof_of

OURS = "mx.zentrale.example"


def said(*results: str, address: str = "h@zentrale.example", ours: str = OURS) -> Proof:
    head = "".join(f"Authentication-Results: {one}\r\n" for one in results)
    return proof_of(f"{head}From: {address}\r\n\r\nText".encode(), address=address, authserv_id=ours)


@pytest.mark.parametrize(
    ("results", "proof"),
    [
        (f"{OURS}; dmarc=pass (p=reject dis=none) header.from=zentrale.example", Proof.PROVEN),
        (f"{OURS} 1; spf=fail smtp.mailfrom=x.example; DMARC=Pass header.from=Zentrale.Example", Proof.PROVEN),
        (f"{OURS.upper()};\r\n dkim=pass header.d=zentrale.example header.s=s1;\r\n spf=none", Proof.PROVEN),
        (f"{OURS}; dkim=pass header.d=zentrale.example; dmarc=fail header.from=zentrale.example", Proof.REFUTED),
        (f"{OURS}; dmarc=fail", Proof.REFUTED),
        (f"{OURS}; dmarc=pass", Proof.UNKNOWN),
        (f"{OURS}; dmarc=pass header.from=anderswo.example", Proof.UNKNOWN),
        (f"{OURS}; dmarc=fail header.from=anderswo.example", Proof.UNKNOWN),
        (f"{OURS}; dkim=pass header.d=anderswo.example", Proof.UNKNOWN),
        (f"{OURS}; spf=pass smtp.mailfrom=zentrale.example", Proof.UNKNOWN),
        (f"{OURS}; none", Proof.UNKNOWN),
        ("mx.fremd.example; dmarc=pass header.from=zentrale.example", Proof.UNKNOWN),
        ("", Proof.UNKNOWN),
        (";;;", Proof.UNKNOWN),
        (f"{OURS}; dmarc=none (dmarc=pass header.from=zentrale.example)", Proof.UNKNOWN),
    ],
)
def test_is_believed_as_the_table_says(results: str, proof: Proof) -> None:
    assert said(results) is proof


def test_only_the_first_of_our_server_counts() -> None:
    forged = f"{OURS}; dmarc=pass header.from=zentrale.example"

    assert said(f"{OURS}; dmarc=none", forged) is Proof.UNKNOWN
    assert said("mx.fremd.example; dmarc=none", forged) is Proof.PROVEN


def test_nobody_is_believed_without_a_name_of_our_server_or_an_address() -> None:
    assert said(f"{OURS}; dmarc=pass header.from=zentrale.example", ours="") is Proof.UNKNOWN
    assert said("; dmarc=pass header.from=zentrale.example", ours="") is Proof.UNKNOWN
    assert said(f"{OURS}; dmarc=pass", address="") is Proof.UNKNOWN
    assert proof_of(b"no head at all\r\n\r\n", address="a@b.example", authserv_id=OURS) is Proof.UNKNOWN
    assert proof_of(b"", address="a@b.example", authserv_id=OURS) is Proof.UNKNOWN
