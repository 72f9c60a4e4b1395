"""The private keys behind signed and encrypted files: from a PEM file, or in a key store.

Signing goes through `crypto.envelope.Signer`, so that the key may stay in a key store or a hardware
module. Decrypting needs a key from a file: a key store has no key for that.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from crypto.certificates import Certificate
from crypto.cms_errors import CertificateError
from crypto.envelope import Signer
from crypto.p256 import der_signature
from crypto.suites import NIST

ECDSA_SHA256: Final = "sha256_ecdsa"  # ecdsa-with-SHA256, RFC 5758, 3.2
RSA_SHA256: Final = "sha256_rsa"  # sha256WithRSAEncryption, RFC 5754, 3.2
FileKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """Who signs: a certificate, and a private key in use. `sign` gives the bytes CMS wants."""

    certificate: Certificate
    algorithm: str
    sign: Callable[[bytes], bytes] = field(repr=False)

    @classmethod
    def of_signer(cls, signer: Signer, certificate: Certificate) -> "SigningIdentity":
        """With a P-256 key of a key store. Raises CertificateError where they are no pair."""
        if signer.suite is not NIST:
            raise CertificateError(
                f"the signing key is of the suite {signer.suite.name}; such files are signed with "
                f"{NIST.name} keys",
                f"签名密钥属于 {signer.suite.name} 套件，此类文件须用 {NIST.name} 密钥签名",
            )
        point = _point(certificate)
        if point != signer.public_key:
            raise _no_pair(certificate)
        return cls(certificate, ECDSA_SHA256, lambda message: der_signature(signer.sign(message)))

    @classmethod
    def of_key(cls, key: FileKey, certificate: Certificate) -> "SigningIdentity":
        """With a key from a file: P-256 or RSA. Raises CertificateError."""
        _check_pair(key, certificate)
        if isinstance(key, rsa.RSAPrivateKey):
            return cls(certificate, RSA_SHA256, lambda message: _sign_rsa(key, message))
        if not isinstance(key.curve, ec.SECP256R1):
            raise CertificateError(
                f"files are signed with P-256 or RSA, not {key.curve.name}",
                f"文件用 P-256 或 RSA 签名，不用 {key.curve.name}",
            )
        return cls(certificate, ECDSA_SHA256, lambda m: key.sign(m, ec.ECDSA(hashes.SHA256())))


@dataclass(frozen=True, slots=True)
class DecryptionIdentity:
    """Who opens: a certificate, and its private key."""

    certificate: Certificate
    key: FileKey = field(repr=False)

    @classmethod
    def of_key(cls, key: FileKey, certificate: Certificate) -> "DecryptionIdentity":
        """Raises CertificateError where the two are no pair."""
        _check_pair(key, certificate)
        return cls(certificate, key)


def load_private_key(data: bytes, password: str | None = None) -> FileKey:
    """The private key in a PEM file (PKCS #8, RFC 5958). Raises CertificateError."""
    try:
        key = load_pem_private_key(data, password.encode() if password else None)
    except TypeError as error:
        raise CertificateError(
            "the private key is encrypted and no password was given, or a password was given for "
            "one that is not",
            "私钥已加密而未给口令，或未加密却给了口令",
        ) from error
    except Exception as error:  # whatever a stranger's bytes do to the parser
        raise CertificateError(
            "not a private key in PEM, or a wrong password", "不是 PEM 私钥，或口令错误"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise CertificateError("a private key that is neither RSA nor of an elliptic curve")
    return key


def needs_password(data: bytes) -> bool:
    """Whether the PEM file says that its key is encrypted (PKCS #8, or OpenSSL's older form)."""
    return b"ENCRYPTED" in data


def _check_pair(key: FileKey, certificate: Certificate) -> None:
    mine, theirs = (
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for public in (key.public_key(), certificate.public_key)
    )
    if mine != theirs:
        raise _no_pair(certificate)


def _no_pair(certificate: Certificate) -> CertificateError:
    return CertificateError(
        f"the private key is not that of the certificate of {certificate.subject}",
        f"私钥与 {certificate.subject} 的证书不匹配",
    )


def _point(certificate: Certificate) -> bytes:
    key = certificate.public_key
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return b""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _sign_rsa(key: rsa.RSAPrivateKey, message: bytes) -> bytes:
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
