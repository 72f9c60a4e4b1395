"""What SM2 encryption gives, in its two forms (GM/T 0003.4-2012, 6.1; GM/T 0009-2012, 7.2).

Raw is C1 | C3 | C2: 04 | X | Y, the digest (32 bytes), and as many bytes as the message has. DER is
SEQUENCE { X INTEGER, Y INTEGER, digest OCTET STRING, cipher text OCTET STRING }. Drafts and old
programs put C2 before C3; nothing here does.
"""

from typing import Final

from crypto import der
from crypto.curves import POINT_SIZE, SM2P256V1
from crypto.errors import KeyMaterialError

DIGEST_SIZE: Final = 32
OVERHEAD: Final = POINT_SIZE + DIGEST_SIZE
# Keys travel so, not files: what every provider takes.
MAX_MESSAGE_SIZE: Final = 255
_COORDINATE: Final = 32


def check(raw: bytes) -> None:
    """KeyMaterialError unless it is of this form, and C1 a point of the curve."""
    if not 0 < len(raw) - OVERHEAD <= MAX_MESSAGE_SIZE:
        raise KeyMaterialError(f"{len(raw)} bytes are no SM2 ciphertext")
    SM2P256V1.decode(raw[:POINT_SIZE])


def to_der(raw: bytes) -> bytes:
    """The DER form of a raw ciphertext."""
    check(raw)
    return der.encode(
        der.SEQUENCE,
        der.encode_unsigned(raw[1 : 1 + _COORDINATE]),
        der.encode_unsigned(raw[1 + _COORDINATE : POINT_SIZE]),
        der.encode(der.OCTET_STRING, raw[POINT_SIZE:OVERHEAD]),
        der.encode(der.OCTET_STRING, raw[OVERHEAD:]),
    )


def from_der(data: bytes) -> bytes:
    """The raw form of a ciphertext in DER; KeyMaterialError if it is none."""
    (content,) = der.contents(data, der.SEQUENCE)
    x, y, digest, cipher_text = der.contents(
        content, der.INTEGER, der.INTEGER, der.OCTET_STRING, der.OCTET_STRING
    )
    if len(digest) != DIGEST_SIZE:
        raise KeyMaterialError(f"a digest of {len(digest)} bytes in an SM2 ciphertext")
    point = b"\x04" + der.unsigned(x, _COORDINATE) + der.unsigned(y, _COORDINATE)
    raw = point + digest + cipher_text
    check(raw)
    return raw
