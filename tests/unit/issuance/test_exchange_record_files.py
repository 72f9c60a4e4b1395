"""Record files and return files in their plain form: their bytes, and what is refused."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.block_ciphers import AES
from crypto.diversification import SP800_108
from crypto.errors import UnknownKeyError
from crypto.keystore import Purpose, SoftKeyStore, create_key
from issuance.exchange.chain import Chain, mac_chain
from issuance.exchange.errors import ExchangeFileError
from issuance.exchange.faults import FILE_FAULTS
from issuance.exchange.fields import FieldError
from issuance.exchange.record_file import CardRecordEntry, read_records, write_records
from issuance.exchange.return_file import CardResult, ReturnedCard, read_return, write_return
from tests.exchange import HEADER, answer, digests, entry, good, number, rejected
from tests.key_store import PASSPHRASE

THREE = replace(HEADER, count=3)
RECORDS = write_records(THREE, map(entry, (1, 2, 3)))

PAGE = Path(__file__).parents[3] / "docs" / "exchange-files.md"


def refusal(data: bytes) -> ExchangeFileError:
    with pytest.raises(ExchangeFileError) as refused:
        read_records(data, file="v1.cbor", chain_of=digests)
    return refused.value


def items(data: bytes) -> list[bytes]:
    """The parts of a sequence, cut apart by another's reader."""
    stream, parts = io.BytesIO(data), []
    while stream.tell() < len(data):
        start = stream.tell()
        cbor2.CBORDecoder(stream, read_size=1).decode()
        parts.append(data[start : stream.tell()])
    return parts


def test_the_bytes_are_those_of_the_documentation() -> None:
    # Written there by hand from RFC 8949, a note behind each line.
    [example] = re.findall(r"```\n(ac .*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    shown = [line[:54] for line in example.splitlines()]
    assert write_records(HEADER, [entry(1)]) == bytes.fromhex("".join(shown))


def test_the_links_are_digests_of_digests() -> None:
    header, card, _ = items(write_records(HEADER, [entry(1)]))
    record, link = cbor2.loads(card)
    assert link == sha256(sha256(header).digest() + record).digest()


def test_what_is_written_is_read_again() -> None:
    header, entries = read_records(RECORDS, chain_of=digests)
    assert (header, entries) == (THREE, [entry(1), entry(2), entry(3)])


@given(
    st.lists(
        st.builds(
            CardRecordEntry,
            order=st.integers(1, 1_000_000),
            card_number=st.integers(0, 9_999_999).map(number),
            print_data=st.dictionaries(
                st.text(max_size=5), st.none() | st.integers(-5, 5) | st.text(max_size=9)
            ),
            chip_data=st.binary(min_size=1, max_size=40),
            secrets=st.none() | st.binary(min_size=1, max_size=20),
            record=st.none() | st.binary(min_size=1, max_size=20),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_cards_are_read_as_they_were_written(entries: list[CardRecordEntry]) -> None:
    data = write_records(replace(HEADER, count=len(entries)), entries)
    assert read_records(data, chain_of=digests)[1] == entries


@given(st.binary(max_size=300))
def test_any_bytes_are_a_file_or_an_error_of_ours(data: bytes) -> None:
    assert refusal(data).file == "v1.cbor"
    assert refusal(RECORDS[:150] + data).file == "v1.cbor"


@given(st.integers(0, len(RECORDS) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_wherever_it_is(place: int, change: int) -> None:
    data = bytearray(RECORDS)
    data[place] ^= change
    assert refusal(bytes(data)).reason in FILE_FAULTS


@given(st.integers(0, len(RECORDS) - 1))
def test_a_file_that_was_cut_is_refused(size: int) -> None:
    assert refusal(RECORDS[:size]).reason in {"cut_short", "form"}


Change = Callable[[list[bytes]], list[bytes]]


@pytest.mark.parametrize(
    ("change", "reason", "record"),
    [
        (lambda parts: [parts[0], *parts[2:]], "chain", 1),  # the first dropped
        (lambda parts: [*parts[:3], parts[4]], "count", None),  # the last dropped
        (lambda parts: [parts[0], parts[2], parts[1], *parts[3:]], "chain", 1),  # exchanged
        (lambda parts: [*parts[:2], parts[1], *parts[2:]], "chain", 2),  # doubled
        (lambda parts: parts[:-1], "cut_short", None),
        (lambda parts: [*parts, b"\x00"], "behind_trailer", None),
        (lambda parts: parts[1:], "form", None),
    ],
)  # fmt: skip
def test_records_cannot_be_moved(change: Change, reason: str, record: int | None) -> None:
    found = refusal(b"".join(change(items(RECORDS))))
    assert (found.reason, found.record) == (reason, record)


def test_a_record_of_another_volume_does_not_fit_in() -> None:
    other = items(write_records(replace(THREE, volume=2), map(entry, (4, 5, 6))))
    mixed = items(RECORDS)
    mixed[2] = other[2]
    assert (refusal(b"".join(mixed)).reason, refusal(b"".join(mixed)).record) == ("chain", 2)


def test_another_version_is_told() -> None:
    data = bytearray(RECORDS)
    data[data.index(b"\x02\x01\x03\x66") + 1] = 2
    assert str(refusal(bytes(data))) == (
        "v1.cbor: it has form version 2, and this program reads 1."
    )


def test_a_return_file_is_no_record_file() -> None:
    data = write_return(answer(HEADER, 1), [good(1, number(1))])
    assert refusal(data).reason == "form"


def test_a_return_file_is_read_as_it_was_written() -> None:
    cards = [good(1, number(1)), rejected(2, number(2))]
    header = answer(HEADER, 2)
    data = write_return(header, cards)
    assert read_return(data, file="r", chain_of=digests) == (header, cards)


@pytest.mark.parametrize(
    "card",
    [
        ReturnedCard(row=1, card_number="A00000001", result=CardResult.GOOD),  # wrong check
        replace(good(1, number(1)), atr=bytes(34)),
        replace(good(1, number(1)), identification_code=bytes(16)),
        replace(good(1, number(1)), chip_public_key=bytes(33)),
        replace(good(1, number(1)), box_position="a\nb"),
    ],
)
def test_a_card_that_no_file_can_carry_is_not_written(card: ReturnedCard) -> None:
    with pytest.raises(FieldError):
        write_return(answer(HEADER, 1), [card])


def test_more_or_fewer_cards_than_the_header_says_are_not_written() -> None:
    with pytest.raises(FieldError, match="3 named, 2 written"):
        write_records(THREE, map(entry, (1, 2)))


@pytest.fixture
def store(tmp_path: Path) -> SoftKeyStore:
    store = SoftKeyStore.create(tmp_path / "keys.json", PASSPHRASE, cost=2)
    create_key(store, "exchange-A", Purpose.MASTER, "AES")
    create_key(store, "an SM4 key", Purpose.MASTER, "SM4")
    return store


def with_macs(store: SoftKeyStore) -> tuple[bytes, Chain]:
    chain = mac_chain(store, "exchange-A", HEADER.file_id)
    header = replace(THREE, mac_key="exchange-A")
    return write_records(header, map(entry, (1, 2, 3)), chain), chain


def test_records_with_a_mac_need_the_key(store: SoftKeyStore) -> None:
    data, chain = with_macs(store)
    assert read_records(data, chain_of=lambda _, __: chain)[1] == [entry(1), entry(2), entry(3)]
    assert refusal(data).reason == "mac_key"


def test_a_mac_of_another_file_does_not_hold(store: SoftKeyStore) -> None:
    data, _ = with_macs(store)
    other = mac_chain(store, "exchange-A", bytes(16))
    with pytest.raises(ExchangeFileError, match="record 1: it does not follow"):
        read_records(data, chain_of=lambda _, __: other)


def test_the_mac_is_aes_cmac_under_a_key_of_two_steps(store: SoftKeyStore) -> None:
    halves = [HEADER.file_id[:8], HEADER.file_id[8:]]
    key = store.diversify("exchange-A", SP800_108, halves, b"onecard exchange MAC")
    expected = AES.cmac(key, b"record")
    assert mac_chain(store, "exchange-A", HEADER.file_id).link(b"record") == expected


def test_an_sm4_key_makes_no_macs(store: SoftKeyStore) -> None:
    with pytest.raises(UnknownKeyError):
        mac_chain(store, "an SM4 key", HEADER.file_id)
