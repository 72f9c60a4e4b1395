"""Exchanged files for tests: headers, cards to make, cards that came back."""

from dataclasses import replace
from datetime import UTC, datetime

from issuance.exchange.chain import Chain, digest_chain
from issuance.exchange.record_file import CardRecordEntry
from issuance.exchange.return_file import CardResult, ReturnedCard
from issuance.exchange.volume import Form, Header
from reader.card_profile.values import CardNumber
from tests.bureau import code

ATR = bytes.fromhex("3B6D0000 00812B0286 8660 371700001234")

HEADER = Header(
    form=Form.RECORDS,
    region="371700",
    bureau="Bureau A",
    batch="371700-20261101-0001",
    dispatch=1,
    volume=1,
    volumes=2,
    sequence=7,
    count=1,
    created=datetime(2026, 11, 1, 2, 0, tzinfo=UTC),
    file_id=bytes(range(16)),
)


def number(place: int) -> str:
    """The card number of that place."""
    return CardNumber.of(f"A{place:07}")


def entry(place: int) -> CardRecordEntry:
    """A card to make."""
    return CardRecordEntry(
        order=place,
        card_number=number(place),
        print_data={"name": "张三", "photo": b"\xff\xd8"},
        chip_data=b"chip" + bytes([place % 256]),
        secrets=b"wrapped",
    )


def good(row: int, card: str, serial: int | None = None) -> ReturnedCard:
    """A card that came back well, on the chip with this serial."""
    return ReturnedCard(
        row=row,
        card_number=card,
        result=CardResult.GOOD,
        identification_code=bytes(code(row if serial is None else serial)),
        atr=ATR,
        box_position="1-1",
    )


def rejected(row: int, card: str) -> ReturnedCard:
    """A card that could not be made."""
    return ReturnedCard(
        row=row, card_number=card, result=CardResult.REJECTED, stage="制卡", reason="芯片无应答"
    )


def answer(header: Header, count: int, *, sequence: int = 1, file_id: bytes = b"r" * 16) -> Header:
    """The header of the return file for that record file."""
    return replace(
        header,
        form=Form.RETURN,
        sequence=sequence,
        count=count,
        file_id=file_id,
        answers=header.file_id,
        mac_key=None,
    )


def digests(key_name: str | None, _file_id: bytes) -> Chain | None:
    """The chain of a reader without a key store."""
    return digest_chain() if key_name is None else None
