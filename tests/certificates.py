"""Houses that exchange files, for tests: each has a key and a certificate, in memory or as PEM."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from crypto.certificates import Certificate, load_certificate
from crypto.cms_keys import DecryptionIdentity, FileKey, SigningIdentity

FIRST_DAY, LAST_DAY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """An issuer, a bureau or an authority."""

    key: FileKey
    certificate: Certificate

    @property
    def signing(self) -> SigningIdentity:
        """As it signs."""
        return SigningIdentity.of_key(self.key, self.certificate)

    @property
    def opening(self) -> DecryptionIdentity:
        """As it opens what is encrypted to it."""
        return DecryptionIdentity.of_key(self.key, self.certificate)

    def pem(self, password: str = "") -> bytes:
        """Its private key, PKCS #8."""
        how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)

    @property
    def certificate_pem(self) -> bytes:
        """Its certificate."""
        return self.certificate.parsed.public_bytes(Encoding.PEM)

    def write(self, folder: Path, name: str, password: str = "") -> tuple[str, str]:
        """Certificate and key as files; their paths."""
        paths = folder / f"{name}.pem", folder / f"{name}.key"
        paths[0].write_bytes(self.certificate_pem)
        paths[1].write_bytes(self.pem(password))
        return str(paths[0]), str(paths[1])


@cache
def house(
    name: str,
    *,
    bits: int = 0,
    issued_by: str = "",
    authority: bool = False,
    last_day: datetime = LAST_DAY,
    usage: tuple[str, ...] = (),
) -> House:
    """The house of that name: P-256, or RSA with so many bits; the same in all of a run.

    *usage*: what its key usage extension allows, by `cryptography`'s names; none without.
    """
    key: FileKey
    if bits:
        key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    else:
        key = ec.generate_private_key(ec.SECP256R1())
    above = house(issued_by, authority=True) if issued_by else None
    return House(key, certificate(key, name, above, authority, last_day, usage))


def certificate(
    key: FileKey,
    name: str,
    above: House | None = None,
    authority: bool = False,
    last_day: datetime = LAST_DAY,
    usage: tuple[str, ...] = (),
) -> Certificate:
    """A certificate for that key; issued by the house above, or by itself."""
    subject = _name(name)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above.certificate.parsed.subject if above else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FIRST_DAY)
        .not_valid_after(last_day)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if usage:
        built = built.add_extension(_usage(usage), critical=True)
    signed = built.sign(above.key if above else key, hashes.SHA256())
    return load_certificate(signed.public_bytes(Encoding.DER))


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(allowed: tuple[str, ...]) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{one: one in allowed for one in every})
