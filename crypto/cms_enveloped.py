"""Encrypted content: AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084), one recipient.

Read also: EnvelopedData (RFC 5652, 6) with AES-CBC, as many tools write. What is inside must then
be signed: CBC alone does not show a change.
"""

import secrets
from typing import Any, Final

from asn1crypto import algos, core
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap

from crypto.certificates import Certificate
from crypto.cms_errors import CmsDecryptionError
from crypto.cms_keys import DecryptionIdentity
from crypto.cms_recipients import content_key, recipient_info
from crypto.cms_structures import (
    AUTH_ENVELOPED_DATA,
    DATA,
    ENVELOPED_DATA,
    content_info,
    malformed_is_told,
    parse_content_info,
    refuse_unless,
)

KEY_SIZE: Final = 32
_NONCE_SIZE: Final = 12
_TAG_SIZE: Final = 16
_KEY_SIZES: Final = {
    "aes128_cbc": 16, "aes192_cbc": 24, "aes256_cbc": 32,
    "aes128_gcm": 16, "aes192_gcm": 24, "aes256_gcm": 32,
}  # fmt: skip


class GcmParameters(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """GCMParameters (RFC 5084, 3.2)."""

    _fields: Final = [("nonce", core.OctetString), ("icv_length", core.Integer, {"default": 12})]


def encrypt(content: bytes, recipient: Certificate) -> bytes:
    """The content for this recipient alone, as a ContentInfo in DER."""
    key, nonce = secrets.token_bytes(KEY_SIZE), secrets.token_bytes(_NONCE_SIZE)
    encrypted = AESGCM(key).encrypt(nonce, content, None)
    algorithm = {
        "algorithm": "aes256_gcm",
        "parameters": GcmParameters({"nonce": nonce, "icv_length": _TAG_SIZE}),
    }
    enveloped = {
        "version": "v0",
        "recipient_infos": [recipient_info(key, recipient)],
        "auth_encrypted_content_info": {
            "content_type": DATA,
            "content_encryption_algorithm": algos.EncryptionAlgorithm(algorithm),
            "encrypted_content": encrypted[:-_TAG_SIZE],
        },
        "mac": encrypted[-_TAG_SIZE:],
    }
    return content_info(AUTH_ENVELOPED_DATA, enveloped)


def decrypt(data: bytes, identity: DecryptionIdentity) -> bytes:
    """The content. Raises CmsFormatError, CmsRecipientError, CmsDecryptionError.

    Of content in CBC nothing is proven before the signature inside holds.
    """
    kind, enveloped = parse_content_info(data)
    refuse_unless(kind in (ENVELOPED_DATA, AUTH_ENVELOPED_DATA), f"not encrypted data but {kind}")
    with malformed_is_told():
        if kind == AUTH_ENVELOPED_DATA:
            return _open_gcm(enveloped, identity)
        return _open_cbc(enveloped, identity)


def _open_gcm(enveloped: Any, identity: DecryptionIdentity) -> bytes:
    content = enveloped["auth_encrypted_content_info"]
    refuse_unless(enveloped["version"].native == "v0", "a wrong version")
    refuse_unless(not len(enveloped["unauth_attrs"]), "attributes that nobody authenticated")
    size, parameters = _algorithm(content, "gcm")
    found = GcmParameters.load(parameters.dump(), strict=True)
    nonce, mac = found["nonce"].native, enveloped["mac"].native
    refuse_unless(found["icv_length"].native == len(mac) == _TAG_SIZE, "a short MAC")
    attributes = enveloped["auth_attrs"]
    # RFC 5083, 2.2: the additional data are the attributes as a SET.
    additional = attributes.untag().dump() if len(attributes) else None
    encrypted = content["encrypted_content"].native + mac

    def open_with(key: bytes) -> bytes:
        return AESGCM(key).decrypt(nonce, encrypted, additional)

    return _opened(enveloped, identity, size, open_with)


def _open_cbc(enveloped: Any, identity: DecryptionIdentity) -> bytes:
    content = enveloped["encrypted_content_info"]
    versions = ("v0", "v2")  # RFC 5652, 6.1: without originatorInfo and passwords
    refuse_unless(enveloped["version"].native in versions, "a wrong version")
    refuse_unless(not len(enveloped["unprotected_attrs"]), "attributes that nobody protected")
    size, parameters = _algorithm(content, "cbc")
    vector, encrypted = parameters.native, content["encrypted_content"].native

    def open_with(key: bytes) -> bytes:
        decryptor = Cipher(AES(key), CBC(vector)).decryptor()
        padded = decryptor.update(encrypted) + decryptor.finalize()
        unpadder = padding.PKCS7(128).unpadder()
        return unpadder.update(padded) + unpadder.finalize()

    return _opened(enveloped, identity, size, open_with)


def _algorithm(content: Any, mode: str) -> tuple[int, Any]:
    """The size of the content key, and the parameters."""
    algorithm = content["content_encryption_algorithm"]
    name = algorithm["algorithm"].native
    refuse_unless(content["content_type"].native == DATA, "content of another type")
    refuse_unless(name in _KEY_SIZES and name.endswith(mode), f"a cipher that is not taken: {name}")
    return _KEY_SIZES[name], algorithm["parameters"]


def _opened(enveloped: Any, identity: DecryptionIdentity, size: int, open_with: Any) -> bytes:
    """The content; whatever fails from here on looks alike."""
    try:
        key = content_key(enveloped["recipient_infos"], identity)
        if len(key) != size:
            raise ValueError("a content key of another size")
        content: bytes = open_with(key)
    except (ValueError, InvalidTag, InvalidUnwrap) as error:
        raise CmsDecryptionError("the file does not decrypt") from error
    return content
