"""The claims of many cards of one issue, encoded directly.

The same bytes as `CardRecord.claims` encodes to (deterministic CBOR: RFC 8949, 4.2.1), without a
record object and its checks for each card: the caller has checked its columns.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from crypto import cbor
from crypto.suites import Suite
from reader.card_record import (
    CARD,
    CHIP_CLAIM,
    CONFIRMATION,
    COSE_KEY,
    CURVE,
    DIGEST_CLAIM,
    EC2,
    EXPIRES,
    ISSUED,
    KEY_ID,
    KTY,
    NAME_CLAIM,
    NUMBER_CLAIM,
    SEX_CLAIM,
    STATUS_CLAIM,
    SUBJECT,
    X,
    Y,
)

COORDINATE_SIZE: Final = 32
_TEXT_UP_TO_23, _TEXT_OF_ONE_BYTE_LENGTH = 0x60, 0x78  # RFC 8949, 3
_SAMPLE_BYTES = bytes(COORDINATE_SIZE)


class ClaimsForm:
    """Claims with places for what differs between cards issued and expiring together."""

    def __init__(
        self, suite: Suite, *, issued_at: datetime, expires_at: datetime, key_id: bytes | None
    ) -> None:
        """*key_id* as in `CardRecord.chip_key_id`, None where each chip has a key of its own."""
        self._own_key = key_id is None
        if key_id is None:
            curve = suite.signature.cose_curve
            key = {KTY: EC2, CURVE: curve, X: _SAMPLE_BYTES, Y: False}
            confirmation = cbor.encode({COSE_KEY: key})
            self._confirmation = confirmation[: -len(_SAMPLE_BYTES) - 2]
            self._behind_x = confirmation[-2:-1]
        else:
            self._confirmation = cbor.encode({KEY_ID: key_id})
        dates = {EXPIRES: int(expires_at.timestamp()), ISSUED: int(issued_at.timestamp())}
        map_of_five = cbor.encode({SUBJECT: 0, **dates, CONFIRMATION: 0, CARD: 0})[:1]
        self._start = map_of_five + _item(SUBJECT)
        self._dates = cbor.encode(dates)[1:] + _item(CONFIRMATION)
        card = {NUMBER_CLAIM: 0, NAME_CLAIM: 0, SEX_CLAIM: 0, CHIP_CLAIM: 0, DIGEST_CLAIM: 0}
        map_of_six = cbor.encode({**card, STATUS_CLAIM: 0})[:1]
        self._card = _item(CARD) + map_of_six + _item(NUMBER_CLAIM)
        self._name, self._sex = _item(NAME_CLAIM), _item(SEX_CLAIM)
        self._chip, self._digest = _item(CHIP_CLAIM), _item(DIGEST_CLAIM)
        self._status = _item(STATUS_CLAIM) + cbor.encode([0, 0])[:1]

    def encode(
        self,
        *,
        numbers: Sequence[bytes],
        social_security_numbers: Sequence[bytes],
        names: Sequence[bytes],
        sexes: Sequence[bytes],
        chips: Sequence[bytes],
        digests: Sequence[bytes],
        places: Sequence[tuple[int, int]],
        points: Sequence[bytes] | None,
    ) -> list[bytes]:
        """The claims of each card, from columns of the same length.

        Texts in UTF-8; *chips* without the RID (11 bytes); *points* compressed (33 bytes), None
        where the form has a key id.
        """
        start, dates, card, name_head = self._start, self._dates, self._card, self._name
        sex_head, chip_head, digest_head, status = self._sex, self._chip, self._digest, self._status
        confirmations = (
            [self._confirmation] * len(numbers) if points is None else self._keys(points)
        )
        rows = zip(
            numbers,
            confirmations,
            social_security_numbers,
            names,
            sexes,
            chips,
            digests,
            places,
            strict=True,
        )
        head, number_of = _head, cbor.number
        return [
            b"".join(
                (
                    start, head(len(number)), number,
                    dates, confirmation,
                    card, head(len(person)), person,
                    name_head, head(len(name)), name,
                    sex_head, head(len(sex)), sex,
                    chip_head, _BYTES_11, chip,
                    digest_head, _BYTES_16, digest,
                    status, number_of(place[0]), number_of(place[1]),
                )
            )
            for number, confirmation, person, name, sex, chip, digest, place in rows
        ]  # fmt: skip

    def _keys(self, points: Sequence[bytes]) -> list[bytes]:
        before, behind = self._confirmation, self._behind_x
        odd, even = cbor.encode(True), cbor.encode(False)
        # RFC 9053, 7.1.1: the sign bit of a compressed point is the Y of the key.
        return [
            before + point[1:] + behind + (odd if point[0] == 0x03 else even) for point in points
        ]


@lru_cache(maxsize=256)
def _head(size: int) -> bytes:
    """The head of a text string."""
    if size < 24:
        return bytes((_TEXT_UP_TO_23 + size,))
    return bytes((_TEXT_OF_ONE_BYTE_LENGTH, size))


def _item(key: int) -> bytes:
    return cbor.encode(key)


_BYTES_11, _BYTES_16 = cbor.encode(bytes(11))[:1], cbor.encode(bytes(16))[:1]
