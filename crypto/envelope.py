"""The signed record: a CWT (RFC 8392) in a COSE_Sign1 (RFC 9052), one form for chip and QR code.

    18([ << {1: algorithm, 4: kid} >>, {}, << {claim key: value, …} >>, r | s ])

Strict, so that a record has one encoding and nothing unsigned rides along: deterministic CBOR
(crypto.cbor), always tag 18, exactly these two protected headers, no unprotected ones, at most
4096 bytes. SM2 is named by a number for private use (crypto.sm2), P-256 is ES256.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Protocol

from cbor2 import CBORTag

from crypto import cbor
from crypto.errors import EnvelopeError, SignatureError
from crypto.suites import KID_SIZE, Suite
from crypto.trust import TrustedKey

MAX_SIZE: Final = 4096
SIGNATURE_SIZE: Final = 64
_COSE_SIGN1: Final = 18  # RFC 9052, table 1
_ALGORITHM, _KID = 1, 4  # RFC 9052, table 3
# The type of each registered claim (RFC 8392, table 1); times in whole seconds only.
_REGISTERED_CLAIMS: Final[Mapping[int, type]] = MappingProxyType(
    {1: str, 2: str, 3: str, 4: int, 5: int, 6: int, 7: bytes}
)


class Signer(Protocol):
    """A private key in use, wherever it is kept."""

    @property
    def suite(self) -> Suite: ...

    @property
    def kid(self) -> bytes:
        """The first 8 bytes of the suite's digest of the public key."""

    @property
    def public_key(self) -> bytes:
        """04 | X | Y, 65 bytes."""

    def sign(self, message: bytes) -> bytes:
        """r | s, 64 bytes."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A well-formed signed record. Nothing in it is proven before `verify` returns.

    The claims are personal data and stay out of the repr.
    """

    kid: bytes
    algorithm: int
    claims: Mapping[int, Any] = field(repr=False)
    encoded: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    signed: bytes = field(repr=False)


def sign(claims: Mapping[int, Any], signer: Signer) -> bytes:
    """The encoded record. EnvelopeError for claims that a record cannot hold."""
    check_claims(claims)
    algorithm = signer.suite.signature.cose_algorithm
    protected = cbor.encode({_ALGORITHM: algorithm, _KID: signer.kid})
    payload = cbor.encode(claims)
    signature = signer.sign(to_be_signed(protected, payload))
    encoded = cbor.encode(CBORTag(_COSE_SIGN1, [protected, {}, payload, signature]))
    if len(encoded) > MAX_SIZE:
        raise EnvelopeError(f"a signed record has at most {MAX_SIZE} bytes")
    return encoded


def sign_encoded(payloads: Sequence[bytes], signer: Signer) -> list[bytes]:
    """The records over claims that are encoded already, each signed; the same bytes as `sign`.

    For claims that a form of ours has written: they are not looked at again.
    """
    algorithm = signer.suite.signature.cose_algorithm
    protected = cbor.encode({_ALGORITHM: algorithm, _KID: signer.kid})
    context = to_be_signed(protected, b"")[:-1]
    # The head of a COSE_Sign1 up to its payload, and what stands between payload and signature.
    start = cbor.encode(CBORTag(_COSE_SIGN1, [protected, {}, 0, 0]))[:-2]
    between = cbor.encode(bytes(SIGNATURE_SIZE))[:-SIGNATURE_SIZE]
    make_signature, head = signer.sign, cbor.bytes_head
    records = []
    for payload in payloads:
        encoded = head(len(payload)) + payload
        records.append(start + encoded + between + make_signature(context + encoded))
    if max(map(len, records), default=0) > MAX_SIZE:
        raise EnvelopeError(f"a signed record has at most {MAX_SIZE} bytes")
    return records


def parse(data: bytes) -> Envelope:
    """The record that `data` encodes; EnvelopeError for any other bytes."""
    if len(data) > MAX_SIZE:
        raise EnvelopeError(f"a signed record has at most {MAX_SIZE} bytes")
    protected, payload, signature = _parts(cbor.decode(data))
    algorithm, kid = check_headers(cbor.decode(protected))
    claims = cbor.decode(payload)
    check_claims(claims)
    signed = to_be_signed(protected, payload)
    return Envelope(kid, algorithm, MappingProxyType(claims), bytes(data), signature, signed)


def verify(envelope: Envelope, key: TrustedKey) -> None:
    """Return if this key signed the record; raise SignatureError if not.

    A kid is short and two keys may share it: try every key of the list that has it.
    """
    if (envelope.kid, envelope.algorithm) != (key.kid, key.suite.signature.cose_algorithm):
        raise SignatureError("the record was not signed by this key")
    key.suite.signature.verify(key.public_key, envelope.signed, envelope.signature)


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of a COSE_Sign1 without external data (RFC 9052, 4.4)."""
    return cbor.encode(["Signature1", protected, b"", payload])


def _parts(message: object) -> tuple[bytes, bytes, bytes]:
    """Protected headers, payload and signature of a COSE_Sign1 (RFC 9052, 4.2)."""
    if isinstance(message, CBORTag) and message.tag == _COSE_SIGN1:
        match message.value:
            case [bytes(protected), {**unprotected}, bytes(payload), bytes(signature)] if (
                not unprotected and len(signature) == SIGNATURE_SIZE
            ):
                return protected, payload, signature
    raise EnvelopeError("not a COSE_Sign1 as this system signs them")


def check_headers(headers: object, *, also: int | None = None) -> tuple[int, bytes]:
    """Algorithm and kid, which must be there and alone, but for a header that the form adds."""
    expected = {_ALGORITHM, _KID} | ({also} if also is not None else set())
    if not isinstance(headers, dict) or headers.keys() != expected:
        raise EnvelopeError("the protected headers are not algorithm and kid")
    algorithm, kid = headers[_ALGORITHM], headers[_KID]
    if type(algorithm) is not int or not isinstance(kid, bytes) or len(kid) != KID_SIZE:
        raise EnvelopeError(f"the algorithm is a number and the kid {KID_SIZE} bytes")
    return algorithm, kid


def check_claims(claims: object) -> None:
    """EnvelopeError unless they are a map of the registered claims' types."""
    if not isinstance(claims, Mapping):
        raise EnvelopeError("the claims are not a map")
    for key, value in claims.items():
        if isinstance(key, bool) or not isinstance(key, int):
            raise EnvelopeError("a claim key is not a number")
        expected = _REGISTERED_CLAIMS.get(key)
        if expected and (isinstance(value, bool) or not isinstance(value, expected)):
            raise EnvelopeError(f"claim {key} is not a {expected.__name__}")
