"""How the content key reaches the recipient (RFC 5652, 6.2).

RSA: key transport with OAEP and SHA-256 (RFC 8017, 7.1; RFC 3560); read also PKCS #1 v1.5, which
many tools still write. Elliptic curves: a new key pair for each file, ECDH with the recipient's
(RFC 5753, 3.1), X9.63 key derivation, AES key wrap (RFC 3394).
"""

from typing import Any, Final

from asn1crypto import algos, cms, core, keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.certificates import Certificate
from crypto.cms_errors import CmsRecipientError
from crypto.cms_keys import DecryptionIdentity
from crypto.cms_structures import refuse_unless

# dhSinglePass-stdDH-…kdf-scheme (RFC 5753, 7.1.4); SHA-1 is what OpenSSL writes, and only derives.
_SCHEMES: Final[dict[str, hashes.HashAlgorithm]] = {
    "1.3.133.16.840.63.0.2": hashes.SHA1(),  # noqa: S303  # of a secret: collisions are no matter
    "1.3.132.1.11.1": hashes.SHA256(),
    "1.3.132.1.11.2": hashes.SHA384(),
    "1.3.132.1.11.3": hashes.SHA512(),
}
_STD_DH_SHA256: Final = "1.3.132.1.11.1"
_WRAPS: Final = {  # id-aes…-wrap (RFC 3565, 2.3.2): bytes of the key
    "2.16.840.1.101.3.4.1.5": 16,
    "2.16.840.1.101.3.4.1.25": 24,
    "2.16.840.1.101.3.4.1.45": 32,
}
_AES256_WRAP: Final = "2.16.840.1.101.3.4.1.45"
_OAEP_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303  # the default of RFC 8017; no collision helps anybody
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class _Wrap(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """AlgorithmIdentifier of a key wrap: no parameters (RFC 3565, 2.3.2)."""

    _fields: Final = [("algorithm", core.ObjectIdentifier)]


class _SharedInfo(core.Sequence):  # type: ignore[misc]
    """ECC-CMS-SharedInfo (RFC 5753, 7.2)."""

    _fields: Final = [
        ("key_info", _Wrap),
        ("entity_u_info", core.OctetString, {"explicit": 0, "optional": True}),
        ("supp_pub_info", core.OctetString, {"explicit": 2}),
    ]


def recipient_info(content_key: bytes, recipient: Certificate) -> Any:
    """The content key for this recipient, as a RecipientInfo."""
    if isinstance(recipient.public_key, ec.EllipticCurvePublicKey):
        agreed = _agreed(content_key, recipient, recipient.public_key)
        return cms.RecipientInfo(name="kari", value=agreed)
    transported = {
        "version": "v0",
        "rid": {"issuer_and_serial_number": _issuer_and_serial(recipient)},
        "key_encryption_algorithm": {"algorithm": "rsaes_oaep", "parameters": _oaep()},
        "encrypted_key": recipient.public_key.encrypt(content_key, _padding(_oaep())),
    }
    return cms.RecipientInfo(name="ktri", value=transported)


def content_key(infos: Any, identity: DecryptionIdentity) -> bytes:
    """The content key for this identity.

    Raises CmsRecipientError where there is none; ValueError and its like where it does not open.
    """
    for info in infos:
        if info.name == "ktri" and _is(info.chosen["rid"], identity.certificate):
            return _transported(info.chosen, identity)
        if info.name == "kari":
            for one in info.chosen["recipient_encrypted_keys"]:
                if _is(one["rid"], identity.certificate):
                    return _unwrapped(info.chosen, one["encrypted_key"].native, identity)
    raise CmsRecipientError(
        f"the file is not encrypted to the certificate of {identity.certificate.subject}",
        f"该文件不是加密给 {identity.certificate.subject} 的证书的",
    )


def _agreed(
    content_key: bytes, recipient: Certificate, public_key: ec.EllipticCurvePublicKey
) -> dict[str, Any]:
    ephemeral = ec.generate_private_key(public_key.curve)
    shared = ephemeral.exchange(ec.ECDH(), public_key)
    wrapping = _wrapping_key(shared, _STD_DH_SHA256, _Wrap({"algorithm": _AES256_WRAP}), None)
    point = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    originator = {"algorithm": {"algorithm": "ec"}, "public_key": point}
    return {
        "version": "v3",
        "originator": cms.OriginatorIdentifierOrKey(
            name="originator_key", value=keys.PublicKeyInfo(originator)
        ),
        "key_encryption_algorithm": {
            "algorithm": _STD_DH_SHA256,
            "parameters": _Wrap({"algorithm": _AES256_WRAP}),
        },
        "recipient_encrypted_keys": [
            {
                "rid": {"issuer_and_serial_number": _issuer_and_serial(recipient)},
                "encrypted_key": aes_key_wrap(wrapping, content_key),
            }
        ],
    }


def _unwrapped(info: Any, wrapped: bytes, identity: DecryptionIdentity) -> bytes:
    key, algorithm = identity.key, info["key_encryption_algorithm"]
    scheme = algorithm["algorithm"].dotted
    refuse_unless(info["version"].native == "v3", "a wrong version of key agreement")
    refuse_unless(scheme in _SCHEMES, f"a key agreement that is not taken: {scheme}")
    refuse_unless(info["originator"].name == "originator_key", "no ephemeral key")
    originator = info["originator"].chosen
    refuse_unless(originator["algorithm"]["algorithm"].native == "ec", "no elliptic curve key")
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CmsRecipientError("the content key was agreed on, and the key here is RSA")
    point = originator["public_key"].native
    peer = ec.EllipticCurvePublicKey.from_encoded_point(key.curve, bytes(point))
    wrap = _Wrap.load(algorithm["parameters"].dump(), strict=True)
    ukm = info["ukm"].native
    wrapping = _wrapping_key(key.exchange(ec.ECDH(), peer), scheme, wrap, ukm)
    return aes_key_unwrap(wrapping, wrapped)


def _wrapping_key(shared: bytes, scheme: str, wrap: Any, ukm: bytes | None) -> bytes:
    """The key that wraps the content key (RFC 5753, 7.2; ANSI X9.63, 3.6.1)."""
    name = wrap["algorithm"].dotted
    refuse_unless(name in _WRAPS, f"a key wrap that is not taken: {name}")
    size = _WRAPS[name]
    info = _SharedInfo({"key_info": wrap, "supp_pub_info": (8 * size).to_bytes(4, "big")})
    if ukm is not None:
        info["entity_u_info"] = ukm
    return X963KDF(_SCHEMES[scheme], size, info.dump()).derive(shared)


def _transported(info: Any, identity: DecryptionIdentity) -> bytes:
    algorithm, key = info["key_encryption_algorithm"], identity.key
    by_name = info["rid"].name == "issuer_and_serial_number"
    refuse_unless(info["version"].native == ("v0" if by_name else "v2"), "a wrong version")
    if not isinstance(key, rsa.RSAPrivateKey):
        raise CmsRecipientError("the content key is encrypted with RSA, and the key here is not")
    name = algorithm["algorithm"].native
    refuse_unless(
        name in ("rsaes_oaep", "rsaes_pkcs1v15"), f"a key transport that is not taken: {name}"
    )
    oaep = name == "rsaes_oaep"
    how = _padding(algorithm["parameters"]) if oaep else padding.PKCS1v15()
    return key.decrypt(info["encrypted_key"].native, how)


def _oaep() -> Any:
    """RSAES-OAEP-params with SHA-256 and MGF1 with SHA-256 (RFC 4055, 4.1)."""
    sha256 = {"algorithm": "sha256"}
    mask = {"algorithm": "mgf1", "parameters": algos.DigestAlgorithm(sha256)}
    return algos.RSAESOAEPParams({"hash_algorithm": sha256, "mask_gen_algorithm": mask})


def _padding(parameters: Any) -> padding.AsymmetricPadding:
    """OAEP as the parameters say."""
    digest = parameters["hash_algorithm"]["algorithm"].native
    mask = parameters["mask_gen_algorithm"]
    masking = mask["parameters"]["algorithm"].native
    refuse_unless(mask["algorithm"].native == "mgf1", "OAEP with another mask than MGF1")
    refuse_unless({digest, masking} <= _OAEP_HASHES.keys(), f"OAEP with {digest} and {masking}")
    label = parameters["p_source_algorithm"]["parameters"].native
    refuse_unless(not label, "OAEP with a label")
    return padding.OAEP(padding.MGF1(_OAEP_HASHES[masking]), _OAEP_HASHES[digest], None)


def _is(rid: Any, certificate: Certificate) -> bool:
    """Whether a recipient identifier, of key transport or agreement, names this certificate."""
    if rid.name == "issuer_and_serial_number":
        mine = cms.IssuerAndSerialNumber(_issuer_and_serial(certificate))
        return bool(rid.chosen.dump() == mine.dump())
    identifier = rid.chosen["subject_key_identifier"] if rid.name == "r_key_id" else rid.chosen
    return bool(identifier.native == certificate.key_identifier)


def _issuer_and_serial(certificate: Certificate) -> dict[str, Any]:
    found = asn1_x509.Certificate.load(certificate.der)
    return {"issuer": found.issuer, "serial_number": found.serial_number}
