"""The certificate of a closed batch: a signed CWT that can be verified without the book.

One COSE_Sign1 (crypto.envelope), as cards' records are, with claims of its own (private use, below
-65536). Two Merkle roots (RFC 9162, 2.1.1, with the suite's digest) stand for every card and every
range of blanks; the list that may go with it is checked against them. As text: one line of base64.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from crypto import cbor
from crypto.envelope import Signer, parse, sign, verify
from crypto.errors import EnvelopeError, SignatureError
from crypto.merkle import MerkleTree
from crypto.suites import Suite
from crypto.trust import TrustedKey, TrustList
from issuance.stock.errors import CertificateError

SUBJECT, ISSUED = 2, 6  # RFC 8392, 4
BATCH = -65_538  # private: the map below
URN = "urn:onecard:batch:"
_MALFORMED = (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError)
COSE_SIGN1 = b"\xd2"  # CBOR tag 18: how the bytes begin
# The keys of the map, in the order of the fields of `BatchCertificate`.
(
    REGION,
    PROFILE,
    SIZE,
    CARDS,
    BLANKS,
    FIGURES,
    FIRST_CARD,
    LAST_CARD,
    CARD_ROOT,
    BLANK_ROOT,
    AUDIT,
    PEOPLE,
) = range(1, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """A card at the close of its batch."""

    number: str
    state: str
    identification_code: bytes | None
    blank: bytes | None

    def leaf(self) -> bytes:
        """The entry in the tree over the cards."""
        return cbor.encode([self.number, self.state, self.identification_code, self.blank])


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankLine:
    """A range of the batch's blanks at its close: first blank (8 bytes), how many, state."""

    first: bytes
    count: int
    state: str

    def leaf(self) -> bytes:
        """The entry in the tree over the blanks."""
        return cbor.encode([self.first, self.count, self.state])


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCertificate:
    """What a certificate says.

    *cards* and *blanks* count by state; *figures* has, for each work and kind, the seven figures of
    the equation over all counts; *audit* is the end of the region's chain with the entry of the
    close; *people* who did each step, and when.
    """

    batch_id: str
    closed_at: datetime
    region: str
    profile: str
    size: int
    cards: Mapping[str, int]
    blanks: Mapping[str, int]
    figures: Mapping[str, tuple[int, ...]]
    first_card: str
    last_card: str
    card_root: bytes
    blank_root: bytes
    audit: tuple[str, int, bytes]
    people: Mapping[str, tuple[str, int]]

    def sign(self, signer: Signer) -> bytes:
        """The signed bytes."""
        return sign(
            {
                SUBJECT: URN + self.batch_id,
                ISSUED: int(self.closed_at.timestamp()),
                BATCH: {
                    REGION: self.region,
                    PROFILE: self.profile,
                    SIZE: self.size,
                    CARDS: dict(self.cards),
                    BLANKS: dict(self.blanks),
                    FIGURES: {name: list(row) for name, row in self.figures.items()},
                    FIRST_CARD: self.first_card,
                    LAST_CARD: self.last_card,
                    CARD_ROOT: self.card_root,
                    BLANK_ROOT: self.blank_root,
                    AUDIT: list(self.audit),
                    PEOPLE: {step: list(one) for step, one in self.people.items()},
                },
            },
            signer,
        )

    @classmethod
    def of_claims(cls, claims: Mapping[Any, Any]) -> Self:
        """From the claims of an envelope. Raises CertificateError where they are not a batch's."""
        try:
            subject, batch = claims[SUBJECT], claims[BATCH]
            if not subject.startswith(URN) or batch.keys() != set(range(REGION, PEOPLE + 1)):
                raise ValueError("not these claims")
            return cls(
                batch_id=subject.removeprefix(URN),
                closed_at=datetime.fromtimestamp(claims[ISSUED], UTC),
                region=_a(str, batch[REGION]),
                profile=_a(str, batch[PROFILE]),
                size=_a(int, batch[SIZE]),
                cards={_a(str, name): _a(int, count) for name, count in batch[CARDS].items()},
                blanks={_a(str, name): _a(int, count) for name, count in batch[BLANKS].items()},
                figures={
                    _a(str, name): tuple(_a(int, one) for one in row)
                    for name, row in batch[FIGURES].items()
                },
                first_card=_a(str, batch[FIRST_CARD]),
                last_card=_a(str, batch[LAST_CARD]),
                card_root=_a(bytes, batch[CARD_ROOT]),
                blank_root=_a(bytes, batch[BLANK_ROOT]),
                audit=_head(batch[AUDIT]),
                people={_a(str, step): _person(one) for step, one in batch[PEOPLE].items()},
            )
        except (
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
            OverflowError,
            OSError,
        ) as error:
            raise CertificateError(f"Not the claims of a batch ({error}).") from error

    def to_json(self) -> dict[str, Any]:
        """What a verifier shows of it."""
        names = ("received", "carried_in", "good", "rejected", "samples", "returned", "carried_out")
        chain, length, head = self.audit
        return {
            "batch": self.batch_id,
            "closed_at": self.closed_at.isoformat(),
            "region": self.region,
            "profile": self.profile,
            "size": self.size,
            "cards": dict(self.cards),
            "blanks": dict(self.blanks),
            "figures": {
                name: dict(zip(names, row, strict=False)) for name, row in self.figures.items()
            },
            "first_card": self.first_card,
            "last_card": self.last_card,
            "card_root": self.card_root.hex(),
            "blank_root": self.blank_root.hex(),
            "audit": {"chain": chain, "length": length, "hash": head.hex()},
            "people": {
                step: {"by": name, "at": datetime.fromtimestamp(at, UTC).isoformat()}
                for step, (name, at) in self.people.items()
            },
        }


def root(lines: Iterable[CardLine] | Iterable[BlankLine], suite: Suite) -> bytes:
    """The Merkle root over cards or blanks, in their order."""
    return MerkleTree([line.leaf() for line in lines], suite.digest).root


def check(
    content: bytes,
    *,
    trust: TrustList,
    cards: Iterable[CardLine] | None = None,
    blanks: Iterable[BlankLine] | None = None,
) -> BatchCertificate:
    """The certificate in these bytes, once a trusted key has signed it.

    With *cards* and *blanks* they are compared with the roots. Raises CertificateError.
    """
    try:
        envelope = parse(content)
    except EnvelopeError as error:
        raise CertificateError(f"Not a signed certificate ({error}).") from error
    key = next((one for one in trust.find(envelope.kid) if _signed(envelope, one)), None)
    if key is None:
        raise CertificateError(
            "No trusted key signed this certificate.", "该证书不是由受信任的密钥签发。"
        )
    found = BatchCertificate.of_claims(envelope.claims)
    for wanted, lines in ((found.card_root, cards), (found.blank_root, blanks)):
        if lines is not None and root(lines, key.suite) != wanted:
            raise CertificateError(
                "The list is not the one that was certified.", "清单与证书不符。"
            )
    return found


def to_text(content: bytes) -> str:
    """One line of base64."""
    return b64encode(content).decode("ascii") + "\n"


def from_file(data: bytes) -> bytes:
    """The signed bytes in a file: as they are, or a line of base64. Raises CertificateError."""
    if data.startswith(COSE_SIGN1):
        return data
    try:
        return b64decode(b"".join(data.split()), validate=True)
    except (Base64Error, ValueError) as error:
        raise CertificateError(f"Not base64 ({error}).") from error


def _signed(envelope: Any, key: TrustedKey) -> bool:
    try:
        verify(envelope, key)
    except SignatureError:
        return False
    return True


def _a(kind: type[Any], value: object) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} wanted")
    return value


def _head(value: Any) -> tuple[str, int, bytes]:
    chain, length, head = value
    return _a(str, chain), _a(int, length), _a(bytes, head)


def _person(value: Any) -> tuple[str, int]:
    name, at = value
    return _a(str, name), _a(int, at)
