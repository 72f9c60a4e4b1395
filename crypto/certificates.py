"""Certificates (X.509, RFC 5280) of those who exchange files: read, held against a pinned one.

Nobody here trusts a list of authorities: whoever exchanges files was given the other's certificate
by hand, or that of the authority which issues it, and pins that one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from crypto.cms_errors import CertificateError, CmsSignerError

MIN_RSA_BITS: Final = 2048
MAX_CHAIN: Final = 4  # certificates between a signer and the pinned authority, both counted
CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
E = TypeVar("E", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and what is shown of it; its key is P-256, P-384, P-521 or RSA."""

    der: bytes = field(repr=False)
    subject: str
    common_name: str
    not_before: datetime
    not_after: datetime
    parsed: x509.Certificate = field(repr=False, compare=False)
    public_key: PublicKey = field(repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the whole certificate, in hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def key_identifier(self) -> bytes | None:
        """The subject key identifier, if the certificate has one (RFC 5280, 4.2.1.2)."""
        found = _extension(self.parsed, x509.SubjectKeyIdentifier)
        return found.digest if found else None

    def valid_at(self, at: datetime) -> bool:
        """Whether that moment lies within its validity."""
        return self.not_before <= at <= self.not_after


def load_certificate(data: bytes) -> Certificate:
    """The certificate in PEM or DER bytes. Raises CertificateError."""
    try:
        pem = data.lstrip().startswith(b"-----BEGIN")
        found = (
            x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
        )
        return _certificate(found)
    except CertificateError:
        raise
    except Exception as error:  # whatever a stranger's bytes do to the parser
        raise CertificateError("not a certificate in PEM or DER", "不是 PEM 或 DER 证书") from error


def check_recipient(certificate: Certificate, at: datetime) -> None:
    """Raise CertificateError unless one may encrypt to this certificate at that moment."""
    _check_valid(certificate, at)
    usage = _extension(certificate.parsed, x509.KeyUsage)
    elliptic = isinstance(certificate.public_key, ec.EllipticCurvePublicKey)
    if usage and not (usage.key_agreement if elliptic else usage.key_encipherment):
        raise CertificateError(
            f"the certificate of {certificate.subject} does not allow encrypting to it",
            f"{certificate.subject} 的证书不允许用于加密",
        )


def check_signer(
    signer: Certificate, *, pinned: Certificate, others: Sequence[Certificate], at: datetime
) -> None:
    """Raise CmsSignerError unless *signer* is the pinned certificate, or one issued below it.

    *others* are certificates that came along: each lies in between, or above the pinned one.
    """
    try:
        chain = _chain(signer, pinned, others)
        for certificate in chain:
            _check_valid(certificate, at)
        _check_belong(others, chain)
    except CertificateError as error:
        raise CmsSignerError(str(error), error.zh) from error
    usage = _extension(signer.parsed, x509.KeyUsage)
    if usage and not usage.digital_signature and not usage.content_commitment:
        raise CmsSignerError(
            f"the certificate of {signer.subject} does not allow signing",
            f"{signer.subject} 的证书不允许用于签名",
        )


def _certificate(found: x509.Certificate) -> Certificate:
    key, _ = found.public_key(), found.extensions  # both are parsed here, or refused here
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES:
        kept: PublicKey = key
    elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
        kept = key
    else:
        raise CertificateError(
            f"a key that does not serve here; taken are {', '.join(CURVES)} and RSA of "
            f"{MIN_RSA_BITS} bits and more",
            f"证书的密钥不适用；可用 {'、'.join(CURVES)} 及 {MIN_RSA_BITS} 位以上 RSA",
        )
    names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return Certificate(
        der=found.public_bytes(Encoding.DER),
        subject=found.subject.rfc4514_string(),
        common_name=str(names[0].value) if names else "",
        not_before=found.not_valid_before_utc.astimezone(UTC),
        not_after=found.not_valid_after_utc.astimezone(UTC),
        parsed=found,
        public_key=kept,
    )


def _chain(
    signer: Certificate, pinned: Certificate, others: Sequence[Certificate]
) -> list[Certificate]:
    """From the signer up to the pinned certificate."""
    chain = [signer]
    while chain[-1].der != pinned.der:
        above = next((one for one in (pinned, *others) if _issued(chain, by=one)), None)
        if above is None or len(chain) >= MAX_CHAIN:
            raise CertificateError(
                f"signed with the certificate of {signer.subject}, which is neither the pinned one "
                f"({pinned.subject}) nor issued by it",
                f"签名证书（{signer.subject}）既非指定证书（{pinned.subject}）也非其签发",
            )
        chain.append(above)
    return chain


def _issued(chain: Sequence[Certificate], *, by: Certificate) -> bool:
    """Whether *by* issued the last of the chain, and may (RFC 5280, 4.2.1.3, 4.2.1.9)."""
    constraints = _extension(by.parsed, x509.BasicConstraints)
    usage = _extension(by.parsed, x509.KeyUsage)
    if constraints is None or not constraints.ca or (usage and not usage.key_cert_sign):
        return False
    if constraints.path_length is not None and constraints.path_length < len(chain) - 1:
        return False
    try:
        chain[-1].parsed.verify_directly_issued_by(by.parsed)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _check_belong(others: Sequence[Certificate], chain: Sequence[Certificate]) -> None:
    """Raise CertificateError for one that is no part of the chain and issued none of it."""
    known = list(chain)
    waiting = [one for one in others if one.der not in {part.der for part in chain}]
    while waiting:
        names = {one.subject for one in known}
        above = [
            one
            for one in waiting
            if one.subject not in names and any(_issued([below], by=one) for below in known)
        ]
        if not above:
            raise CertificateError(
                f"the certificate of {waiting[0].subject} came along and does not belong there",
                f"随文件附上的 {waiting[0].subject} 的证书与签名者无关",
            )
        known += above
        waiting = [one for one in waiting if one not in above]


def _check_valid(certificate: Certificate, at: datetime) -> None:
    if not certificate.valid_at(at):
        days = f"{certificate.not_before:%Y-%m-%d} – {certificate.not_after:%Y-%m-%d}"
        raise CertificateError(
            f"the certificate of {certificate.subject} is valid {days} only",
            f"{certificate.subject} 的证书仅在 {days} 内有效",
        )


def _extension(found: x509.Certificate, kind: type[E]) -> E | None:
    try:
        return found.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
