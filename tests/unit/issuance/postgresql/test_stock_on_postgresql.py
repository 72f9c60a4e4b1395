"""What PostgreSQL itself holds of stock and accounts, and two operators at once."""

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import text

from issuance import cards
from issuance.book_errors import BookError, ConflictError
from issuance.database import open_book, reading, transaction
from issuance.states import CardState
from issuance.stock import closing, reports
from issuance.stock.kinds import Kind
from tests.bureau import NOW
from tests.signer import MemorySigner
from tests.stockroom import COUNTER, P1, Q1, Stockroom, figures, run

pytestmark = pytest.mark.postgres


@pytest.fixture
def stock(postgres_book: str) -> Iterator[Stockroom]:
    engine = open_book(postgres_book)
    yield Stockroom(engine)
    engine.dispose()


def _counted_batch(stock: Stockroom) -> str:
    batch = stock.lay(2, 10)
    stock.issue(batch, run(0, 3))
    for place, number in enumerate(stock.numbers(batch)):
        stock.make(number, place)
        stock.look_at(number)
    stock.give_back(run(2))
    stock.count(batch, P1, Kind.BLANK, figures(received=3, good=2, returned=1))
    stock.count(batch, P1, Kind.CARD, figures(received=2, good=2))
    stock.count(batch, Q1, Kind.CARD, figures(received=2, good=2))
    return batch


def _do(stock: Stockroom, *statements: str) -> None:
    with transaction(stock.engine) as session:
        for statement in statements:
            session.execute(text(statement))


def _refused(stock: Stockroom, *statements: str) -> str:
    """What the database says; afterwards nothing has changed."""
    with pytest.raises(ConflictError) as refused:
        _do(stock, *statements)
    return str(refused.value)


def test_ranges_that_overlap_are_refused(stock: Stockroom) -> None:
    stock.receive(10)
    columns = "maker, first, last, lot, state, allotted"
    doubled = f"INSERT INTO blank_range ({columns}) SELECT maker, first + 5, last, lot, state,"
    assert "ex_blank_range_serials" in _refused(stock, f"{doubled} allotted FROM blank_range")


def test_blanks_outside_of_their_lot_are_refused(stock: Stockroom) -> None:
    stock.receive(10)
    assert "outside" in _refused(stock, "UPDATE blank_range SET last = last + 1")


def test_a_batch_closes_in_balance_and_stays_closed(stock: Stockroom) -> None:
    batch = _counted_batch(stock)
    for lie in (
        "UPDATE card SET state = 'rejected' WHERE number = (SELECT min(number) FROM card)",
        "UPDATE blank_range SET state = 'rejected' WHERE state = 'used'",
    ):
        said = _refused(stock, lie, "UPDATE batch SET state = 'closed'")
        assert "does not balance" in said
    with transaction(stock.engine) as session:
        closing.close(session, batch, by=COUNTER, at=NOW, signer=MemorySigner())
    assert "stays closed" in _refused(stock, "UPDATE batch SET state = 'produced'")
    assert "is closed" in _refused(stock, "UPDATE card SET state = 'rejected'")
    assert "never changed" in _refused(stock, "UPDATE station_event SET good = 2")
    assert "never changed" in _refused(stock, "UPDATE station_count SET good = 2")
    assert "never changed" in _refused(stock, "DELETE FROM blank_movement")
    assert "never changed" in _refused(stock, "DELETE FROM batch_certificate")


def test_a_count_out_of_balance_is_refused(stock: Stockroom) -> None:
    batch = stock.lay(1, 4)
    stock.issue(batch, run(0))
    statement = "UPDATE station_count SET counted_at = now(), received = 2, good = 1"
    assert "ck_station_count_balance" in _refused(stock, statement)


def test_two_operators_at_once_lose_and_double_nothing(stock: Stockroom) -> None:
    size = 6
    batch = stock.lay(size, 2 * size)
    stock.issue(batch, run(0, 2 * size))
    numbers = stock.numbers(batch)
    faults: list[Exception] = []

    def work(offset: int) -> None:
        """Both try every card, each with blanks of his own; whoever is first has it."""
        try:
            for place, number in enumerate(numbers):
                with suppress(BookError):
                    stock.make(number, place + offset, by=f"operator {offset}")
                if place == 2:
                    with suppress(BookError):
                        stock.spoil(number, by=f"operator {offset}")
        except Exception as error:  # told below, not lost in a thread
            faults.append(error)

    threads = [threading.Thread(target=work, args=(offset,)) for offset in (0, size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with reading(stock.engine) as session:
        found = cards.of_batch(session, batch)
        remakes = [card for card in found if card.remakes]
        assert [card.state for card in remakes] == [CardState.PREPARED]
        assert sum(card.state is CardState.PERSONALIZED for card in found) == size - 1
        assert not any(reports.wrong_cards(session).values())
        assert all(not lot.gaps and not lot.doubles for lot in reports.lots(session))
    good = figures(received=size, good=size - 1, rejected=1)
    assert stock.count(batch, P1, Kind.CARD, good) == []
    blank = figures(received=2 * size, good=size - 1, rejected=1, carried_out=size)
    assert stock.count(batch, P1, Kind.BLANK, blank) == []
