"""A spoilt card is invalid at once, and another is made in its place."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from issuance import batches, cards, delivery
from issuance.book_errors import LifecycleError, NotFoundError
from issuance.database import reading, transaction
from issuance.states import BatchState, CardState
from issuance.stock.errors import CountError, StockError
from issuance.stock.kinds import Kind
from issuance.stock.ranges import look
from reader.authenticity import CardStatus
from tests.bureau import CHECKER, NOW, TODAY, rows
from tests.stockroom import P1, Q1, Stockroom, factor, figures, run, stockroom


@pytest.fixture
def stock() -> Iterator[Stockroom]:
    with stockroom() as made:
        yield made


def _card(stock: Stockroom, number: str) -> cards.Card:
    with reading(stock.engine) as session:
        return cards.get(session, number)


def _batch_state(stock: Stockroom, batch: str) -> BatchState:
    with reading(stock.engine) as session:
        return batches.get(session, batch).state


def _blank_state(stock: Stockroom, place: int) -> str:
    with reading(stock.engine) as session:
        (piece,) = look(session, run(place))
    return piece.state.value


def test_a_remake_takes_the_place_of_a_spoilt_card(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (spoilt,) = stock.numbers(batch)
    stock.make(spoilt, 0)
    remake = _card(stock, stock.spoil(spoilt).number)
    old = _card(stock, spoilt)
    assert (old.state, remake.state, remake.remakes) == (
        CardState.REJECTED,
        CardState.PREPARED,
        spoilt,
    )
    assert (remake.row, remake.issued_on, remake.blank) == (old.row, TODAY, None)
    assert (remake.status_list, remake.status_index) != (old.status_list, old.status_index)


def test_the_spoilt_card_is_invalid_at_once(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (spoilt,) = stock.numbers(batch)
    stock.make(spoilt, 0)
    stock.spoil(spoilt)
    with reading(stock.engine) as session:
        assert cards.status(session, spoilt, at=NOW).status is CardStatus.INVALID


def test_rejecting_twice_gives_the_same_remake(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (spoilt,) = stock.numbers(batch)
    stock.make(spoilt, 0)
    first, second = stock.spoil(spoilt), stock.spoil(spoilt)
    assert (first.changed, second.changed) == (True, False)
    assert first.number == second.number
    assert len(stock.cards(batch)) == 2


def test_the_blank_goes_with_its_card(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (spoilt,) = stock.numbers(batch)
    stock.make(spoilt, 0)
    stock.spoil(spoilt)
    assert _blank_state(stock, 0) == "rejected"


def test_a_produced_batch_opens_again(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (spoilt,) = stock.numbers(batch)
    stock.make(spoilt, 0)
    assert _batch_state(stock, batch) is BatchState.PRODUCED
    remake = stock.spoil(spoilt)
    assert _batch_state(stock, batch) is BatchState.PRODUCING
    stock.make(remake.number, 1)
    assert _batch_state(stock, batch) is BatchState.PRODUCED


def test_a_remake_is_only_numbered_where_records_are_signed_ahead(stock: Stockroom) -> None:
    batch = stock.batch(1)
    with transaction(stock.engine) as session:
        session.execute(text("UPDATE batch SET signing = 'merkle'"))
    (spoilt,) = stock.numbers(batch)
    stock.make(spoilt, 0)
    assert _card(stock, stock.spoil(spoilt).number).state is CardState.NUMBERED


def test_a_card_spoilt_in_the_shift_it_was_made_counts_as_rejected(stock: Stockroom) -> None:
    batch = stock.batch(2, spare=1)
    first, second = stock.numbers(batch)
    stock.make(first, 0)
    stock.make(second, 1)
    remake = stock.spoil(second)
    stock.make(remake.number, 2)
    blank = figures(received=3, good=2, rejected=1)
    assert stock.count(batch, P1, Kind.BLANK, blank) == []
    assert stock.count(batch, P1, Kind.CARD, figures(received=3, good=2, rejected=1)) == []


def test_a_card_found_bad_after_its_count_comes_back_as_received(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (spoilt,) = stock.numbers(batch)
    stock.make(spoilt, 0)
    assert stock.count(batch, P1, Kind.CARD, figures(received=1, good=1)) == []
    stock.spoil(spoilt)
    assert stock.count(batch, P1, Kind.CARD, figures(received=1, rejected=1)) == []


def test_a_card_that_comes_back_is_none_of_those_that_wait(stock: Stockroom) -> None:
    batch = stock.batch(2)
    first, second = stock.numbers(batch)
    stock.make(first, 0)
    stock.make(second, 1)
    stock.tray(batch, 2)
    stock.look_at(first)
    assert stock.count(batch, Q1, Kind.CARD, figures(received=2, good=1, carried_out=1)) == []
    stock.spoil(first, station=Q1)
    counted = figures(received=1, carried_in=1, rejected=1, carried_out=1)
    assert stock.count(batch, Q1, Kind.CARD, counted) == []


def test_a_card_spoilt_at_inspection_is_rejected_there(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (spoilt,) = stock.numbers(batch)
    stock.make(spoilt, 0)
    stock.tray(batch, 1)
    stock.spoil(spoilt, by=CHECKER, station=Q1)
    assert stock.count(batch, Q1, Kind.CARD, figures(received=1, rejected=1)) == []
    assert stock.count(batch, P1, Kind.CARD, figures(received=1, good=1)) == []


def test_a_chip_that_fails_before_it_is_bound_is_rejected_too(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (spoilt,) = stock.numbers(batch)
    stock.spoil(spoilt, blank=factor(0))
    assert _blank_state(stock, 0) == "rejected"
    blank = figures(received=3, rejected=1, carried_out=2)
    assert stock.count(batch, P1, Kind.BLANK, blank) == []


def test_without_station_or_blank_the_station_is_asked_for(stock: Stockroom) -> None:
    batch = stock.batch(1)
    with pytest.raises(CountError, match="At which station"):
        stock.spoil(stock.numbers(batch)[0])
    assert len(stock.cards(batch)) == 1


def test_the_blank_of_another_batch_is_not_spoilt(stock: Stockroom) -> None:
    batch = stock.batch(1)
    with pytest.raises(StockError, match="not issued"):
        stock.spoil(stock.numbers(batch)[0], blank=factor(9))


def test_a_shipped_card_is_not_remade(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (number,) = stock.numbers(batch)
    stock.make(number, 0)
    stock.look_at(number)
    with transaction(stock.engine) as session:
        delivery.ship(session, number, outlet="A", by="Sun", at=NOW)
    with pytest.raises(LifecycleError):
        stock.spoil(number)


def test_a_remake_can_be_spoilt_too(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (number,) = stock.numbers(batch)
    chain = [number]
    for place in range(3):
        stock.make(chain[-1], place)
        chain.append(stock.spoil(chain[-1]).number)
    found = {card.number: card.remakes for card in stock.cards(batch)}
    assert [found[one] for one in chain] == [None, *chain[:3]]


def test_a_batch_without_accounts_has_remakes_all_the_same(stock: Stockroom) -> None:
    batch = stock.prepared(rows(1))
    (number,) = stock.numbers(batch)
    assert stock.spoil(number).changed


def test_an_unknown_card_is_told(stock: Stockroom) -> None:
    with pytest.raises(NotFoundError):
        stock.spoil("A00000003")
