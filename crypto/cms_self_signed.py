"""A certificate for a key that stays in a key store: signed by itself (RFC 5280), to be pinned.

`cryptography` signs certificates with keys it holds, not with a `crypto.envelope.Signer`.
"""

from datetime import datetime
from typing import Final

from asn1crypto import algos, keys, pem, x509

from crypto.cms_errors import CertificateError
from crypto.envelope import Signer
from crypto.p256 import der_signature
from crypto.suites import NIST

MAX_NAME: Final = 64  # ub-common-name (RFC 5280, A.1)
SERIAL_SIZE: Final = 16


def self_signed(
    signer: Signer, name: str, *, serial: bytes, not_before: datetime, not_after: datetime
) -> bytes:
    """The certificate in PEM, for signatures only; *serial* are 16 random bytes.

    Raises CertificateError unless the key is P-256 and the name has 1 to 64 characters.
    """
    if signer.suite is not NIST:
        raise CertificateError(
            f"the key is of the suite {signer.suite.name}; files are signed with {NIST.name} keys",
            f"密钥属于 {signer.suite.name} 套件，文件须用 {NIST.name} 密钥签名",
        )
    if not 0 < len(name) <= MAX_NAME or not name.isprintable() or len(serial) != SERIAL_SIZE:
        raise CertificateError(
            f"a certificate's name has 1 to {MAX_NAME} printable characters",
            f"证书名称为 1 至 {MAX_NAME} 个可见字符",
        )
    subject = x509.Name.build({"common_name": name})
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
    parameters = keys.ECDomainParameters(name="named", value="secp256r1")
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": int.from_bytes(bytes([serial[0] & 0x7F | 0x40]) + serial[1:], "big"),
            "signature": algorithm,
            "issuer": subject,
            "validity": {"not_before": _time(not_before), "not_after": _time(not_after)},
            "subject": subject,
            "subject_public_key_info": {
                "algorithm": {"algorithm": "ec", "parameters": parameters},
                "public_key": signer.public_key,
            },
            "extensions": [
                _extension("basic_constraints", {"ca": False}),
                _extension("key_usage", {"digital_signature"}),
            ],
        }
    )
    signed = x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": algorithm,
            "signature_value": der_signature(signer.sign(body.dump())),
        }
    )
    armored: bytes = pem.armor("CERTIFICATE", signed.dump())
    return armored


def _time(at: datetime) -> x509.Time:
    return x509.Time(name="utc_time", value=at.replace(microsecond=0))


def _extension(name: str, value: object) -> dict[str, object]:
    return {"extn_id": name, "critical": True, "extn_value": value}
