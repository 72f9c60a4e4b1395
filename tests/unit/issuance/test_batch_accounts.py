"""received + carried in = good + rejected + samples + returned + carried out, by blind count."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from issuance.book_errors import ConflictError, DutyError, LifecycleError
from issuance.database import reading, transaction
from issuance.stock import accounting, counting, watch
from issuance.stock.errors import CountError, StationStoppedError
from issuance.stock.kinds import Kind, Outcome
from tests.bureau import CHECKER, MAKER, NOW, rows
from tests.stockroom import COUNTER, P1, Q1, Stockroom, figures, run, stockroom


@pytest.fixture
def stock() -> Iterator[Stockroom]:
    with stockroom() as made:
        yield made


def _made(stock: Stockroom, size: int = 3) -> str:
    batch = stock.batch(size)
    for place, number in enumerate(stock.numbers(batch)):
        stock.make(number, place)
    return batch


def test_a_count_that_agrees_closes(stock: Stockroom) -> None:
    batch = _made(stock)
    assert stock.count(batch, P1, Kind.CARD, figures(received=3, good=3)) == []
    with reading(stock.engine) as session:
        (row,) = [one for one in counting.counts(session, batch) if one.kind is Kind.CARD]
    assert (row.counted_by, row.good) == (COUNTER, 3)


def test_a_count_that_differs_stays_open_and_tells_no_figure(stock: Stockroom) -> None:
    batch = _made(stock)
    assert stock.count(batch, P1, Kind.CARD, figures(received=3, good=2, rejected=1)) == [
        "good",
        "rejected",
    ]
    assert ("card", P1, "open") in stock.differences(batch)
    with reading(stock.engine) as session:
        (tried,) = counting.tries(session, batch)
    assert (tried.good, tried.differs, tried.by) == (2, ["good", "rejected"], COUNTER)


def test_nobody_counts_what_he_made(stock: Stockroom) -> None:
    batch = _made(stock)
    with pytest.raises(DutyError):
        stock.count(batch, P1, Kind.CARD, figures(received=3, good=3), by=MAKER.lower())


def test_counting_twice_is_harmless(stock: Stockroom) -> None:
    batch = _made(stock)
    for _ in range(2):
        assert stock.count(batch, P1, Kind.CARD, figures(received=3, good=3)) == []
    with pytest.raises(CountError, match="closed"):
        stock.count(batch, P1, Kind.CARD, figures(received=3, good=2))


def test_what_a_shift_leaves_is_carried_into_the_next(stock: Stockroom) -> None:
    batch = stock.batch(3, spare=0)
    first, *others = stock.numbers(batch)
    stock.make(first, 0)
    counted = figures(received=3, good=1, carried_out=2)
    assert stock.count(batch, P1, Kind.BLANK, counted) == []
    for place, number in enumerate(others, 1):
        stock.make(number, place)
    assert stock.count(batch, P1, Kind.BLANK, figures(carried_in=1, good=2)) == [
        "carried_in",
    ]
    assert stock.count(batch, P1, Kind.BLANK, figures(carried_in=2, good=2)) == []


def test_a_tray_is_carried_until_it_is_done(stock: Stockroom) -> None:
    batch = _made(stock)
    stock.tray(batch, 3)
    first, *others = stock.numbers(batch)
    stock.look_at(first)
    assert stock.count(batch, Q1, Kind.CARD, figures(received=3, good=1, carried_out=2)) == []
    for number in others:
        stock.look_at(number)
    assert stock.count(batch, Q1, Kind.CARD, figures(carried_in=2, good=2)) == []


def test_a_station_gives_only_what_it_has(stock: Stockroom) -> None:
    batch = _made(stock)
    with pytest.raises(ConflictError, match="has 2, not 3"), transaction(stock.engine) as session:
        accounting.note(session, batch, P1, Kind.BLANK, Outcome.RETURNED, count=3, by=MAKER, at=NOW)


def test_a_station_does_one_kind_of_work_in_a_batch(stock: Stockroom) -> None:
    batch = _made(stock)
    with pytest.raises(ConflictError, match="other work"):
        stock.look_at(stock.numbers(batch)[0], station=P1)


def test_noting_a_made_card_again_is_harmless(stock: Stockroom) -> None:
    batch = _made(stock)
    assert not stock.make(stock.numbers(batch)[0], 0)
    stock.look_at(stock.numbers(batch)[0])
    assert not stock.look_at(stock.numbers(batch)[0])
    assert stock.count(batch, P1, Kind.CARD, figures(received=3, good=3)) == []


def test_a_batch_without_blanks_has_no_accounts(stock: Stockroom) -> None:
    batch = stock.prepared(rows(1))
    assert not stock.make(stock.numbers(batch)[0], 0)
    with reading(stock.engine) as session:
        assert counting.counts(session, batch) == []


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        ({"received": 3, "good": 2}, "CHECK"),
        ({"received": 3, "good": 4, "rejected": -1}, "CHECK"),
    ],
)
def test_the_database_refuses_a_closed_count_out_of_balance(
    stock: Stockroom, counted: dict[str, int], words: str
) -> None:
    batch = _made(stock)
    values = ", ".join(f"{name} = {value}" for name, value in counted.items())
    with pytest.raises(ConflictError, match=words), transaction(stock.engine) as session:
        session.execute(
            text(
                f"UPDATE station_count SET counted_at = '2026-11-01', {values}"  # noqa: S608
                " WHERE kind = 'card' AND batch_id = :batch"
            ),
            {"batch": batch},
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE station_count SET good = good + 1, received = received + 1",
        "DELETE FROM station_count",
        "UPDATE station_event SET good = 7",
        "DELETE FROM station_event",
        "INSERT INTO station_event SELECT region, batch_id, station, kind, number, place + 90,"
        ' work, subject, received, good, rejected, samples, returned, at, "by" FROM station_event',
    ],
)
def test_the_database_refuses_changes_to_a_closed_count(stock: Stockroom, statement: str) -> None:
    batch = _made(stock)
    stock.count(batch, P1, Kind.CARD, figures(received=3, good=3))
    with pytest.raises(ConflictError), transaction(stock.engine) as session:
        session.execute(text(statement))


def test_nothing_is_noted_in_a_batch_that_is_not_made(stock: Stockroom) -> None:
    batch = stock.request(rows(1))
    with pytest.raises(LifecycleError):
        stock.tray(batch, 1)


def test_a_station_stops_after_failures_in_a_row(stock: Stockroom) -> None:
    with transaction(stock.engine) as session:
        stopped = [watch.note_failure(session, P1, by=MAKER, at=NOW) for _ in range(5)]
        assert stopped == [False] * 4 + [True]
        with pytest.raises(StationStoppedError):
            watch.check(session, P1)


def test_a_good_card_ends_the_row(stock: Stockroom) -> None:
    batch = stock.batch(1)
    with transaction(stock.engine) as session:
        for _ in range(4):
            watch.note_failure(session, P1, by=MAKER, at=NOW)
    stock.make(stock.numbers(batch)[0], 0)
    with transaction(stock.engine) as session:
        assert not watch.note_failure(session, P1, by=MAKER, at=NOW)


def test_another_person_releases_the_station(stock: Stockroom) -> None:
    with transaction(stock.engine) as session:
        for _ in range(5):
            watch.note_failure(session, P1, by=MAKER, at=NOW)
        with pytest.raises(DutyError):
            watch.release(session, P1, by=MAKER, at=NOW)
        assert watch.release(session, P1, by=CHECKER, at=NOW)
        assert not watch.release(session, P1, by=CHECKER, at=NOW)
        watch.check(session, P1)


def test_blanks_left_at_a_station_are_told(stock: Stockroom) -> None:
    batch = _made(stock)
    stock.count(batch, P1, Kind.BLANK, figures(received=5, good=3, carried_out=2))
    assert ("blank", P1, "carried_out") in stock.differences(batch)
    stock.give_back(run(3, 2))
    assert stock.count(batch, P1, Kind.BLANK, figures(carried_in=2, returned=2)) == []
    assert not [one for one in stock.differences(batch) if one[0] == "blank"]
