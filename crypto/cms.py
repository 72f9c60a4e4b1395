"""Files that go to another house: signed, then encrypted to the one who may read them (RFC 5652).

The content lies in a SignedData, and that, as a whole ContentInfo in DER, in an AuthEnvelopedData:
`openssl cms -decrypt` gives what `openssl cms -verify` takes. Built on asn1crypto rather than on
`cryptography`'s builders, which take neither a key that stays in a key store nor recipients with
keys of elliptic curves.
"""

from datetime import datetime

from crypto import cms_enveloped, cms_signed
from crypto.certificates import Certificate, check_recipient, check_signer
from crypto.cms_keys import DecryptionIdentity, SigningIdentity
from crypto.cms_signed import Signed

# The whole of what users of this module name, wherever it is defined.
__all__ = ["Certificate", "DecryptionIdentity", "Signed", "SigningIdentity", "open_sealed", "seal"]


def seal(content: bytes, *, signer: SigningIdentity, recipient: Certificate, at: datetime) -> bytes:
    """The content, signed by one and encrypted to the other, in DER.

    Raises CertificateError and CmsSignerError for a certificate that is not valid at that moment,
    or not for this use.
    """
    check_recipient(recipient, at)
    check_signer(signer.certificate, pinned=signer.certificate, others=(), at=at)
    return cms_enveloped.encrypt(cms_signed.sign(content, signer, at=at), recipient)


def open_sealed(
    data: bytes, *, recipient: DecryptionIdentity, signer: Certificate, at: datetime
) -> Signed:
    """The content, if it is encrypted to the one and signed by the other.

    *signer* is the sender's certificate, or that of the authority which issues it. Raises CmsError.
    """
    return cms_signed.verify(cms_enveloped.decrypt(data, recipient), pinned=signer, at=at)
