"""An authority of the tests, and certificates of all sorts that it gives to a server on 127.0.0.1."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


class Authority:
    """Signs certificates. `file` is its own certificate: who has it trusts what it signs."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, _named(name)
        self.key = ec.generate_private_key(ec.SECP256R1())
        own = _begun(self.name, self.name, self.key.public_key(), days=(-1, 2))
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        usage = {name: name in ("key_cert_sign", "crl_sign") for name in _USAGES}
        own = own.add_extension(x509.KeyUsage(**usage), critical=True)
        own = own.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(own.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certify(self, *, into: Path, here: bool = True, days: tuple[int, int] = (-1, 1)) -> None:
        """Write a server's certificate and key (cert.pem, key.pem) into a folder: for 127.0.0.1 or for another host, valid from and until now + days."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _begun(_named("mx"), self.name, key.public_key(), days=days)
        made = made.add_extension(x509.SubjectAlternativeName([HERE if here else x509.DNSName("anderswo.example")]), critical=False)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        signed = made.add_extension(issuer, critical=False).sign(self.key, hashes.SHA256())
        (into / "key.pem").write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        (into / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))


_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, days: tuple[int, int]) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    begun = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key).serial_number(x509.random_serial_number())
    return begun.not_valid_before(now + timedelta(days=days[0])).not_valid_after(now + timedelta(days=days[1]))
