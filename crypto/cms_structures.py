"""The outer form of CMS files: ContentInfo in DER, BER or PEM (RFC 5652, 3).

asn1crypto parses on demand and says what it dislikes in many ways: here that ends in one error.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from asn1crypto import cms, core, pem

from crypto.cms_errors import CmsFormatError

DATA: Final = "data"
SIGNED_DATA: Final = "signed_data"
ENVELOPED_DATA: Final = "enveloped_data"
AUTH_ENVELOPED_DATA: Final = "authenticated_enveloped_data"
_MALFORMED: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    NotImplementedError,
    TypeError,
    ValueError,
)


def content_info(kind: str, content: Any) -> bytes:
    """A ContentInfo in DER."""
    encoded: bytes = cms.ContentInfo({"content_type": kind, "content": content}).dump()
    return encoded


def parse_content_info(data: bytes) -> tuple[str, Any]:
    """Kind and content of a ContentInfo, parsed to its end. Raises CmsFormatError."""
    with malformed_is_told():
        if data.startswith(b"-----BEGIN"):
            _, _, data = pem.unarmor(data)
        found = cms.ContentInfo.load(data, strict=True)
        _parse(found)
        return found["content_type"].native, found["content"]


@contextmanager
def malformed_is_told() -> Iterator[None]:
    """What asn1crypto raises over bytes that are not what they claim to be: CmsFormatError."""
    try:
        yield
    except _MALFORMED as error:
        raise CmsFormatError("not such a file, or one that was cut short or changed") from error


def refuse_unless(condition: object, message: str) -> None:
    """Raise CmsFormatError with that message unless the condition holds."""
    if not condition:
        raise CmsFormatError(message)


def _parse(value: Any) -> None:
    """All that is in it, now: what is left unparsed could be anything."""
    if isinstance(value, core.Choice):
        _parse(value.chosen)
    elif isinstance(value, core.Any):
        _parse(value.parsed)
    elif isinstance(value, core.Sequence | core.Set):
        for name in value:
            _parse(value[name])
    elif isinstance(value, core.SequenceOf):  # SetOf is one too
        for child in value:
            _parse(child)
    elif not isinstance(value, core.OctetString):  # large, and never looked into
        value.native  # noqa: B018  # parsed when it is asked for
        if isinstance(value, core.Integer) and not value.contents:
            raise ValueError("an INTEGER without content")  # X.690, 8.3.1
        if isinstance(value, core.OctetBitString) and value.contents[:1] != b"\x00":
            raise ValueError("a BIT STRING that does not end with an octet")
