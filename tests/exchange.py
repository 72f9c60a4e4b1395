"""Exchanged files for tests: headers, cards to make, cards that came back."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from crypto import cms, cms_enveloped
from crypto.keystore import KeyStore
from issuance.database import reading, transaction
from issuance.exchange import receiving, sending
from issuance.exchange.chain import Chain, digest_chain
from issuance.exchange.opening import Opener, open_return
from issuance.exchange.receiving import Receipt
from issuance.exchange.record_file import CardRecordEntry, read_records
from issuance.exchange.return_file import CardResult, ReturnedCard, write_return
from issuance.exchange.sending import Addressee, SentVolume
from issuance.exchange.signing import record_maker
from issuance.exchange.source import entries_from_book, source
from issuance.exchange.status import BatchExchange, of_batch
from issuance.exchange.volume import Form, Header
from issuance.models import Card
from reader.card_profile.values import CardNumber
from tests.bureau import MAKER, NOW, Bureau, bureau, code, rows
from tests.certificates import House, house

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


def on_its_blank(row: int, entry: CardRecordEntry, **changes: Any) -> ReturnedCard:
    """A card that was prepared ahead and came back on the blank it was made for."""
    historical = bytes.fromhex("00814F4310") + (entry.blank or b"")
    back = ReturnedCard(
        row=row, card_number=entry.card_number, result=CardResult.GOOD, atr=historical
    )
    return replace(back, **changes)


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


RECEIVER = "Chen"  # whoever sent the cards does not reconcile them


@dataclass
class Exchange:
    """An issuer's book, and a bureau that gets its files and answers them."""

    desk: Bureau
    folder: Path
    issuer: House = field(default_factory=lambda: house("Issuer 371700"))
    bureau: House = field(default_factory=lambda: house("Bureau A"))
    post: dict[str, bytes] = field(default_factory=dict)  # what was delivered, by name
    answers: int = 0
    keys: KeyStore | None = None  # the issuer's, where cards are prepared ahead
    module: House | None = None  # the bureau's, where it has a certificate of its own

    def addressee(self, name: str = "Bureau A", to: House | None = None) -> Addressee:
        """The bureau as the issuer writes to it."""
        recipient = (to or self.bureau).certificate
        keeper = self.module.certificate if self.module else recipient

        def seal(content: bytes, at: datetime) -> bytes:
            return cms.seal(content, signer=self.issuer.signing, recipient=recipient, at=at)

        return Addressee(
            bureau=name,
            certificate=recipient.fingerprint,
            seal=seal,
            chain=lambda _: digest_chain(),
            wrap=lambda key, _: cms_enveloped.encrypt(key, keeper),
            deliver=self.post.__setitem__,
        )

    def send(self, batch: str, *, size: int = 1_000, **to: Any) -> list[SentVolume]:
        """Send what waits."""
        sent = sending.send(
            self.desk.engine,
            batch,
            self.addressee(**to),
            source(lambda: self.keys) if self.keys else entries_from_book,
            by=MAKER,
            clock=lambda: NOW,
            random=self.desk.random,
            size=size,
        )
        return list(sent)

    def prepared(self, count: int) -> str:
        """A batch of so many cards that wait to be sent; the first thing in a new book."""
        self.desk.engine.dispose()
        content, batch = _book_with(count)
        (self.folder / "book.sqlite3").write_bytes(content)
        return batch

    def sent(self, count: int, *, size: int = 1_000) -> list[SentVolume]:
        """A batch of so many cards, sent; the first thing in a new book."""
        return self.send(self.prepared(count), size=size)

    def read(self, name: str) -> tuple[Header, list[CardRecordEntry]]:
        """A delivered file as the bureau reads it."""
        opened = cms.open_sealed(
            self.post[name],
            recipient=self.bureau.opening,
            signer=self.issuer.certificate,
            at=NOW,
        )
        return read_records(opened.content, chain_of=digests)

    def answer_of(self, name: str, **changes: Any) -> tuple[Header, list[str]]:
        """The header of the answer to a delivered file, and its cards."""
        header, entries = self.read(name)
        self.answers += 1
        made = answer(
            header,
            len(entries),
            sequence=self.answers,
            file_id=self.answers.to_bytes(16, "big"),
        )
        return replace(made, **changes), [one.card_number for one in entries]

    def all_good(self, name: str, **changes: Any) -> bytes:
        """The bureau's answer that every card of a delivered file was made."""
        header, numbers = self.answer_of(name, **changes)
        serials = enumerate(numbers, 1 + 100_000 * header.volume)
        made = [good(row, card, s) for row, (s, card) in enumerate(serials, 1)]
        return self.sealed(header, made)

    def sealed(
        self, header: Header, returned: Sequence[ReturnedCard], *, by: House | None = None
    ) -> bytes:
        """A return file on its way, *count* as it is."""
        content = write_return(replace(header, count=len(returned)), returned)
        return self.seal(content, by=by)

    def seal(self, content: bytes, *, by: House | None = None) -> bytes:
        """Whatever the bureau sends."""
        return cms.seal(
            content,
            signer=(by or self.bureau).signing,
            recipient=self.issuer.certificate,
            at=NOW,
        )

    def receive(
        self,
        data: bytes,
        *,
        name: str = "back.p7m",
        partial: bool = False,
        unsigned: bool = False,
        by: str = RECEIVER,
    ) -> Receipt:
        """What the issuer makes of it."""
        opener = Opener(
            recipient=self.issuer.opening, sender=self.bureau.certificate, chain_of=digests
        )
        arrived = open_return(data, opener, name=name, at=NOW, unsigned=unsigned)
        with transaction(self.desk.engine) as session:
            return receiving.receive(
                session,
                arrived,
                record_of=record_maker(lambda: self.keys) if self.keys else _any_record,
                partial=partial,
                by=by,
                at=NOW,
            )

    def status(self, batch: str) -> BatchExchange:
        """Where the batch's files stand."""
        with reading(self.desk.engine) as session:
            return of_batch(session, batch)


def _any_record(_session: Session, card: Card, back: ReturnedCard) -> bytes:
    return card.number.encode() + bytes(back.atr or b"")


@contextmanager
def exchange(folder: Path) -> Iterator[Exchange]:
    """An exchange with a new book in *folder*."""
    (folder / "book.sqlite3").write_bytes(_book_with(0)[0])
    with bureau(folder) as desk:
        yield Exchange(desk, folder)


@cache
def _book_with(count: int) -> tuple[bytes, str]:
    """A new book with a batch of so many prepared cards: made once for all tests of a run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.sqlite3"
        if count:
            path.write_bytes(_book_with(0)[0])
        with bureau(Path(folder)) as desk:
            batch = desk.prepared(rows(count)) if count else ""
        return path.read_bytes(), batch
