"""A batch that a personalization bureau makes on counted blanks: its accounts, and its close."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from issuance.database import transaction
from issuance.exchange.errors import ReconciliationError
from issuance.exchange.return_file import CardResult, ReturnedCard
from issuance.states import CardState
from issuance.stock import closing
from issuance.stock.errors import UnbalancedError
from issuance.stock.kinds import Kind
from reader.card_profile.atr import atr_t0
from tests.bureau import NOW, code
from tests.exchange import RECEIVER, Exchange, exchange, rejected
from tests.signer import MemorySigner
from tests.stockroom import Q1, Stockroom, factor, figures, run

BUREAU = "Bureau A"
SIGNER = MemorySigner()


@dataclass
class Order:
    """Two cards at a bureau, which has three counted blanks for them."""

    post: Exchange
    room: Stockroom
    batch: str
    volume: str

    def on_blanks(self, *places: int) -> list[ReturnedCard]:
        """The bureau's cards, each on the blank with this place in the lot."""
        _, numbers = self.post.read(self.volume)
        return [
            self.on_blank(row, entry.card_number, place)
            for row, (entry, place) in enumerate(zip(numbers, places, strict=True), 1)
        ]

    def on_blank(self, row: int, card: str, place: int) -> ReturnedCard:
        """A card that came back well, on a blank of the lot."""
        atr = atr_t0(bytes.fromhex("0081") + factor(place))
        return ReturnedCard(
            row=row,
            card_number=card,
            result=CardResult.GOOD,
            identification_code=bytes(code(place)),
            atr=atr,
        )

    def receive(self, returned: list[ReturnedCard]) -> None:
        """The bureau's answer is booked."""
        header, _ = self.post.answer_of(self.volume)
        self.post.receive(self.post.sealed(header, returned))

    def close(self, by: str = RECEIVER) -> bytes:
        """Whoever booked the answer closes the batch."""
        with transaction(self.room.engine) as session:
            return closing.close(session, self.batch, by=by, at=NOW, signer=SIGNER)

    def count(self, kind: Kind, station: str = BUREAU, **counted: int) -> list[str]:
        """What came back is counted, by whoever booked the answer."""
        return self.room.count(self.batch, station, kind, figures(**counted), by=RECEIVER)


@pytest.fixture
def order(tmp_path: Path) -> Iterator[Order]:
    with exchange(tmp_path) as post:
        batch = post.prepared(2)
        room = Stockroom(post.desk.engine)
        room.receive(10)
        room.issue(batch, run(0, 3), station=BUREAU)
        [volume] = post.send(batch)
        yield Order(post, room, batch, volume.name)


def test_whoever_books_the_answer_counts_and_closes(order: Order) -> None:
    order.receive(order.on_blanks(0, 1))
    order.room.give_back(run(2, 1))
    for number in order.room.numbers(order.batch):
        order.room.look_at(number)
    with pytest.raises(UnbalancedError):
        order.close()
    assert order.count(Kind.BLANK, received=3, good=2, returned=1) == []
    assert order.count(Kind.CARD, received=2, good=2) == []
    assert order.count(Kind.CARD, Q1, received=2, good=2) == []
    assert order.room.differences(order.batch) == []
    assert order.close()


def test_a_blank_that_the_bureau_keeps_holds_the_batch_open(order: Order) -> None:
    order.receive(order.on_blanks(0, 1))
    for number in order.room.numbers(order.batch):
        order.room.look_at(number)
    assert order.count(Kind.BLANK, received=3, good=2, carried_out=1) == []
    assert order.count(Kind.CARD, received=2, good=2) == []
    assert order.count(Kind.CARD, Q1, received=2, good=2) == []
    with pytest.raises(UnbalancedError):
        order.close()


def test_a_card_that_failed_there_is_rejected_with_its_blank(order: Order) -> None:
    first, second = order.on_blanks(0, 1)
    order.receive([first, rejected(2, second.card_number)])
    remake = order.room.spoil(second.card_number, station=BUREAU, blank=factor(1))
    assert order.count(Kind.CARD, received=2, good=1, rejected=1) == []
    assert order.count(Kind.BLANK, received=3, good=1, rejected=1, carried_out=1) == []
    assert remake.changed


@pytest.mark.parametrize(
    "places", [(0, 3), (0, 9), (0, 0)], ids=["of the stock", "of nobody", "used twice"]
)
def test_a_card_on_another_blank_is_named_and_nothing_is_booked(
    order: Order, places: tuple[int, int]
) -> None:
    cards = order.on_blanks(*places)
    if places == (0, 0):
        cards[1] = replace(cards[1], identification_code=bytes(code(5)))
    with pytest.raises(ReconciliationError) as told:
        order.receive(cards)
    assert {fault.card_number for fault in told.value.faults} <= {
        card.card_number for card in cards
    }
    assert any(fault.card_number == cards[1].card_number for fault in told.value.faults)
    assert ("blank", BUREAU, "open") in order.room.differences(order.batch)
    assert [card.state for card in order.room.cards(order.batch)] == [CardState.PREPARED] * 2
