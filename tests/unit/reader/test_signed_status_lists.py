"""Status lists as a desk without a network reads them (draft-ietf-oauth-status-list)."""

import zlib
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import envelope
from reader import status_list
from reader.authenticity import CardStatus
from reader.status_list import SIZE, StatusList, StatusListError, TokenStatus, status_source
from tests.signer import MemorySigner

NOW = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)


@cache
def _signer() -> MemorySigner:
    return MemorySigner()


def _signed(statuses: dict[int, TokenStatus], number: int = 7) -> bytes:
    return status_list.encode(
        number, statuses, _signer(), issued_at=NOW, lifetime=DAY, time_to_live=QUARTER
    )


def _claims(**changed: object) -> dict[int, object]:
    claims: dict[int, object] = {
        2: "urn:onecard:status-list:7",
        4: int(NOW.timestamp()) + 86_400,
        6: int(NOW.timestamp()),
        65_534: 900,
        65_533: {"bits": 2, "lst": zlib.compress(bytes(2_048))},
    }
    return claims | {int(name[1:]): value for name, value in changed.items()}


def test_one_bit_statuses_of_the_draft() -> None:
    # draft-ietf-oauth-status-list-17, 4.1, first example: 16 places, one bit each.
    places = status_list.decompress(bytes.fromhex("78dadbb918000217015d"))
    assert places == bytes.fromhex("b9a3")
    one = replace(StatusList.parse(_signed({})), bits=1, places=places)
    statuses = [one.status(index) for index in range(16)]
    set_bits = [index for index, status in enumerate(statuses) if status is CardStatus.INVALID]
    assert set_bits == [0, 3, 4, 5, 7, 8, 9, 13, 15]


def test_two_bit_statuses_of_the_draft() -> None:
    # Second example: 12 places, two bits each; 3 is left to applications.
    values = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    words = {
        0: CardStatus.VALID, 1: CardStatus.INVALID, 2: CardStatus.SUSPENDED, 3: CardStatus.INACTIVE,
    }  # fmt: skip
    places = status_list.decompress(bytes.fromhex("78da3be9f2130003df0207"))
    one = replace(StatusList.parse(_signed({})), places=places)
    assert [one.status(index) for index in range(12)] == [words[value] for value in values]


def test_the_array_is_packed_and_compressed_as_in_the_draft() -> None:
    statuses = {0: TokenStatus.INVALID, 1: TokenStatus.SUSPENDED, 5: TokenStatus.INVALID}
    assert zlib.decompress(status_list.compress(statuses, size=8)) == bytes([0b1001, 0b0100])


def test_a_signed_list_says_what_was_put_in() -> None:
    one = StatusList.parse(_signed({1: TokenStatus.SUSPENDED, SIZE - 1: TokenStatus.INVALID}))
    one.verify(_signer().trust(), now=NOW)
    assert (one.number, one.issued_at, one.expires_at) == (7, NOW, NOW + DAY)
    assert one.time_to_live == QUARTER
    assert [one.status(index) for index in (0, 1, SIZE - 1)] == [
        CardStatus.VALID, CardStatus.SUSPENDED, CardStatus.INVALID,
    ]  # fmt: skip


@given(st.dictionaries(st.integers(0, SIZE - 1), st.sampled_from(TokenStatus), max_size=50))
def test_any_statuses_come_back(statuses: dict[int, TokenStatus]) -> None:
    one = StatusList.parse(_signed(statuses))
    assert {index: one.status(index) for index in statuses} == {
        index: status_list.CARD_STATUS[status] for index, status in statuses.items()
    }


def test_the_least_compressible_list_fits_a_signed_record() -> None:
    random = Random(1)  # noqa: S311  # repeatable noise
    statuses = {index: random.choice(list(TokenStatus)) for index in range(SIZE)}
    assert len(_signed(statuses)) <= envelope.MAX_SIZE


@pytest.mark.parametrize("index", [-1, SIZE, 10**9])
def test_a_place_outside_of_the_list_has_no_status(index: int) -> None:
    with pytest.raises(StatusListError):
        StatusList.parse(_signed({})).status(index)


def test_a_list_of_an_unknown_key_is_refused() -> None:
    with pytest.raises(StatusListError, match="trusted"):
        StatusList.parse(_signed({})).verify(MemorySigner().trust(), now=NOW)


def test_a_changed_list_is_refused() -> None:
    data = bytearray(_signed({}))
    data[-1] ^= 1
    with pytest.raises(StatusListError, match="trusted"):
        StatusList.parse(bytes(data)).verify(_signer().trust(), now=NOW)


def test_an_old_list_is_refused() -> None:
    one = StatusList.parse(_signed({}))
    one.verify(_signer().trust(), now=NOW + DAY - timedelta(seconds=1))
    with pytest.raises(StatusListError, match="too old"):
        one.verify(_signer().trust(), now=NOW + DAY)


@pytest.mark.parametrize(
    "claims",
    [
        _claims(_2="urn:onecard:status-list:"),
        _claims(_2="urn:onecard:status-list:٧"),
        _claims(_2="https://example.com/7"),
        _claims(_65534="900"),
        _claims(_65533=b"list"),
        _claims(_65533={"bits": 3, "lst": zlib.compress(bytes(9))}),
        _claims(_65533={"bits": 2, "lst": "text"}),
        _claims(_65533={"bits": 2, "lst": b"not compressed"}),
        _claims(_65533={"bits": 2, "lst": zlib.compress(b"")}),
        _claims(_65533={"bits": 2, "lst": zlib.compress(bytes(9)) + b"more"}),
        _claims(_65533={"bits": 2, "lst": zlib.compress(bytes(9))[:-1]}),
        _claims(_65533={"bits": 2, "lst": zlib.compress(bytes(2_000_000))}),
        {key: value for key, value in _claims().items() if key != 4},
    ],
)
def test_other_claims_are_no_status_list(claims: dict[int, object]) -> None:
    with pytest.raises(StatusListError):
        StatusList.parse(envelope.sign(claims, _signer()))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_refused(data: bytes) -> None:
    with pytest.raises(StatusListError):
        StatusList.parse(data)


def test_a_file_holds_several_lists() -> None:
    text = status_list.dumps([_signed({}, number=1), _signed({}, number=2)])
    source = status_source(text.encode(), trust=_signer().trust(), now=NOW)
    assert len(source) == 2


@pytest.mark.parametrize("text", [b"", b"\n", b"not base64!", b64encode(b"no list"), b"\xff\xfe"])
def test_other_files_are_refused(text: bytes) -> None:
    with pytest.raises(StatusListError):
        status_source(text, trust=_signer().trust(), now=NOW)
