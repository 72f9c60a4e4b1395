"""SignedData (RFC 5652, 5): content inside, one signer, signed attributes.

Written: SHA-256, the signer's certificate enclosed; signed are content type, digest and time. Read:
also SHA-384 and SHA-512. Nothing unsigned rides along.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from crypto.certificates import Certificate, check_signer, load_certificate
from crypto.cms_errors import CertificateError, CmsContentError, CmsFormatError, CmsSignerError
from crypto.cms_keys import SigningIdentity
from crypto.cms_structures import (
    DATA,
    SIGNED_DATA,
    content_info,
    malformed_is_told,
    parse_content_info,
    refuse_unless,
)

_DIGEST: Final = "sha256"
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_MAX_CERTIFICATES: Final = 8


@dataclass(frozen=True, slots=True)
class Signed:
    """Content whose signature holds."""

    content: bytes = field(repr=False)
    signer: Certificate
    signed_at: datetime | None


def sign(content: bytes, identity: SigningIdentity, *, at: datetime) -> bytes:
    """The content in a SignedData, as a ContentInfo in DER."""
    certificate = asn1_x509.Certificate.load(identity.certificate.der)
    attributes = cms.CMSAttributes(
        [
            _attribute("content_type", DATA),
            _attribute("message_digest", hashlib.sha256(content).digest()),
            _attribute("signing_time", cms.Time({"utc_time": at.replace(microsecond=0)})),
        ]
    )
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": _issuer_and_serial(certificate)},
        "digest_algorithm": {"algorithm": _DIGEST},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": identity.algorithm},
        "signature": identity.sign(attributes.untag().dump()),
    }
    signed = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": _DIGEST}],
        "encap_content_info": {"content_type": DATA, "content": content},
        "certificates": [certificate],
        "signer_infos": [signer],
    }
    return content_info(SIGNED_DATA, signed)


def verify(data: bytes, *, pinned: Certificate, at: datetime) -> Signed:
    """The content, if the pinned certificate or one issued by it signed it.

    The certificate must be valid at that moment. Raises CmsFormatError, CmsContentError,
    CmsSignerError.
    """
    kind, signed = parse_content_info(data)
    refuse_unless(kind == SIGNED_DATA, f"not signed data but {kind}")
    with malformed_is_told():
        return _verify(signed, pinned, at)


def _verify(signed: Any, pinned: Certificate, at: datetime) -> Signed:
    signer_infos, encapsulated = signed["signer_infos"], signed["encap_content_info"]
    refuse_unless(len(signer_infos) == 1, f"{len(signer_infos)} signatures where one is expected")
    (info,) = signer_infos
    digest_name = _checked_form(signed, info)
    enclosed = _certificates(signed["certificates"])
    signer = _signer(info["sid"], [pinned, *enclosed])
    check_signer(signer, pinned=pinned, others=enclosed, at=at)
    content = encapsulated["content"].native
    refuse_unless(isinstance(content, bytes), "the signed content is not enclosed")
    attributes = info["signed_attrs"]
    if _only(attributes, "message_digest").native != hashlib.new(digest_name, content).digest():
        raise CmsContentError("the content is not the one that was signed", "内容与签名时不同")
    signature = info["signature"].native
    _verify_signature(signer, digest_name, info, attributes.untag().dump(), signature)
    return Signed(content, signer, _signing_time(attributes))


def _checked_form(signed: Any, info: Any) -> str:
    """The name of the digest, after all that can be held against RFC 5652, 5.1 to 5.4 and 11."""
    by_name = info["sid"].name == "issuer_and_serial_number"
    refuse_unless(info["version"].native == ("v1" if by_name else "v3"), "a wrong signer version")
    refuse_unless(signed["version"].native == info["version"].native, "a wrong version")
    refuse_unless(signed["encap_content_info"]["content_type"].native == DATA, "no plain content")
    refuse_unless(not len(signed["crls"]), "a revocation list inside")
    name = info["digest_algorithm"]["algorithm"].native
    refuse_unless(name in _HASHES, f"a digest that is not taken: {name}")
    listed = [algorithm["algorithm"].native for algorithm in signed["digest_algorithms"]]
    refuse_unless(listed == [name], "another digest than the signer's")
    refuse_unless(not len(info["unsigned_attrs"]), "attributes that nobody signed")
    refuse_unless(len(info["signed_attrs"]), "no signed attributes")
    refuse_unless(_only(info["signed_attrs"], "content_type").native == DATA, "a wrong type")
    return str(name)


def _verify_signature(
    signer: Certificate, digest_name: str, info: Any, message: bytes, signature: bytes
) -> None:
    algorithm, digest = info["signature_algorithm"]["algorithm"].native, _HASHES[digest_name]
    key = signer.public_key
    elliptic = isinstance(key, ec.EllipticCurvePublicKey)
    taken = {f"{digest_name}_{'ecdsa' if elliptic else 'rsa'}"} | (
        set() if elliptic else {"rsassa_pkcs1v15"}
    )
    refuse_unless(algorithm in taken, f"a signature algorithm that is not taken: {algorithm}")
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(digest))
        else:
            key.verify(signature, message, padding.PKCS1v15(), digest)
    except InvalidSignature as error:
        raise CmsContentError("the signature does not hold", "签名无效") from error


def _certificates(enclosed: Any) -> list[Certificate]:
    refuse_unless(len(enclosed) <= _MAX_CERTIFICATES, "too many certificates inside")
    found = []
    for one in enclosed:
        refuse_unless(one.name == "certificate", "a certificate of a kind that is not taken")
        try:
            found.append(load_certificate(one.chosen.dump()))
        except CertificateError as error:
            raise CmsFormatError(f"inside: {error}", f"文件内的证书：{error.zh}") from error
    return found


def _signer(sid: Any, candidates: list[Certificate]) -> Certificate:
    for candidate in candidates:
        if sid.name == "issuer_and_serial_number":
            mine = _issuer_and_serial(asn1_x509.Certificate.load(candidate.der))
            if cms.IssuerAndSerialNumber(mine).dump() == sid.chosen.dump():
                return candidate
        elif sid.chosen.native == candidate.key_identifier:
            return candidate
    raise CmsSignerError(
        "signed with a certificate that is neither the pinned one nor enclosed",
        "签名证书既非指定证书，也未随文件附上",
    )


def _issuer_and_serial(certificate: Any) -> dict[str, Any]:
    return {"issuer": certificate.issuer, "serial_number": certificate.serial_number}


def _attribute(name: str, value: Any) -> dict[str, Any]:
    return {"type": name, "values": [value]}


def _only(attributes: Any, name: str) -> Any:
    """The one value of the attribute, which must be there once (RFC 5652, 11.1, 11.2)."""
    found = [one for one in attributes if one["type"].native == name]
    refuse_unless(len(found) == 1 and len(found[0]["values"]) == 1, f"not one attribute {name}")
    return found[0]["values"][0]


def _signing_time(attributes: Any) -> datetime | None:
    if not any(one["type"].native == "signing_time" for one in attributes):
        return None
    at: datetime = _only(attributes, "signing_time").native
    return at
