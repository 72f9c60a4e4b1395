"""Blanks by serial range: in and out before two people, each blank in one place."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text

from issuance import audit
from issuance.book_errors import ConflictError, DutyError, LifecycleError
from issuance.database import reading, transaction
from issuance.states import BlankState
from issuance.stock import blanks, lots, ranges
from issuance.stock.errors import SerialError, StockError
from issuance.stock.kinds import Kind
from issuance.stock.models import BlankRange
from issuance.stock.ranges import Piece
from issuance.stock.serials import Run, joined
from tests.bureau import MAKER, NOW, rows
from tests.stockroom import FIRST, KEEPER, P1, WITNESS, Stockroom, factor, figures, run, stockroom


@pytest.fixture
def stock() -> Iterator[Stockroom]:
    with stockroom() as made:
        yield made


def _pieces(stock: Stockroom) -> list[tuple[int, int, str, bool]]:
    """First (from 0), size, state and allotted of every range."""
    with reading(stock.engine) as session:
        found = ranges.pieces_where(session)
    begin = run(0).first
    return [
        (piece.first - begin, piece.last - piece.first + 1, piece.state.value, piece.allotted)
        for _, piece in found
    ]


@pytest.mark.parametrize(
    ("written", "first", "size"),
    [
        ("4F4E000000000001", FIRST, 1),
        ("4f4e000000000001+60", FIRST, 60),
        ("4F4E000000000001-4F4E00000000003C", FIRST, 60),
        ("FFFFFFFFFFFFFFFE+2", 0xFFFF_FFFF_FFFF_FFFE, 2),
    ],
)
def test_serials_are_written_as_a_run(written: str, first: int, size: int) -> None:
    assert Run.parse(written).range == [first, size]


@pytest.mark.parametrize(
    "written",
    ["", "4F4E", "4F4E000000000001+0", "4F4EFFFFFFFFFFFF+2", "4F4E000000000002-4F4E000000000001"],
)
def test_other_text_is_no_run(written: str) -> None:
    with pytest.raises(SerialError):
        Run.parse(written)


def test_a_serial_named_twice_is_told() -> None:
    with pytest.raises(SerialError) as refused:
        joined([run(0, 3), run(2)])
    assert refused.value.text == "4F4E000000000003"


def test_a_lot_comes_in_once(stock: Stockroom) -> None:
    assert stock.receive(100)
    assert not stock.receive(100)
    assert _pieces(stock) == [(0, 100, "in_stock", False)]


@pytest.mark.parametrize("second", [None, KEEPER, "SUN"])
def test_stock_in_takes_two_people(stock: Stockroom, second: str | None) -> None:
    with pytest.raises(DutyError):
        stock.receive(100, second=second)


@pytest.mark.parametrize("second", [None, KEEPER])
def test_stock_out_takes_two_people(stock: Stockroom, second: str | None) -> None:
    batch = stock.prepared(rows(1))
    stock.receive(10)
    with pytest.raises(DutyError):
        stock.issue(batch, run(0, 2), second=second)


def test_a_blank_is_in_one_lot_only(stock: Stockroom) -> None:
    stock.receive(10)
    with pytest.raises(StockError, match="in the stock already"), transaction(stock.engine) as s:
        lots.receive(
            s, run(9, 5), profile="v3.00", delivery_note="X", by=KEEPER, second=WITNESS, at=NOW
        )


def test_the_database_refuses_ranges_that_overlap(stock: Stockroom) -> None:
    stock.receive(10)
    serial = run(5)
    with pytest.raises(ConflictError, match="one range only"), transaction(stock.engine) as session:
        session.execute(
            insert(BlankRange).values(
                maker=serial.maker,
                first=serial.first,
                last=serial.last,
                lot=run(0).first,
                state=BlankState.IN_STOCK,
                allotted=False,
            )
        )


def test_the_database_refuses_blanks_outside_of_their_lot(stock: Stockroom) -> None:
    stock.receive(10)
    with pytest.raises(ConflictError, match="outside"), transaction(stock.engine) as session:
        session.execute(text("UPDATE blank_range SET last = last + 1"))


def test_the_ledger_cannot_be_changed(stock: Stockroom) -> None:
    stock.receive(10)
    with pytest.raises(ConflictError, match="never changed"), transaction(stock.engine) as session:
        session.execute(text("UPDATE blank_movement SET last = last - 1"))


def test_blanks_are_issued_used_and_returned(stock: Stockroom) -> None:
    batch = stock.batch(3, spare=2)
    for place, number in enumerate(stock.numbers(batch)):
        assert stock.make(number, place)
    assert stock.give_back(run(3, 2))
    assert not stock.give_back(run(3, 2))
    assert _pieces(stock) == [(0, 3, "used", False), (3, 27, "in_stock", False)]


def test_issuing_again_changes_nothing(stock: Stockroom) -> None:
    batch = stock.batch(1, spare=4)
    assert not stock.issue(batch, run(1, 3))


def test_blanks_of_another_profile_are_refused(stock: Stockroom) -> None:
    batch = stock.prepared(rows(1))
    with transaction(stock.engine) as session:
        lots.receive(
            session,
            run(0, 5),
            profile="v2.00",
            delivery_note="X",
            by=KEEPER,
            second=WITNESS,
            at=NOW,
        )
    with pytest.raises(ConflictError, match=r"v2\.00"):
        stock.issue(batch, run(0, 1))


def test_blanks_that_are_not_there_are_named(stock: Stockroom) -> None:
    batch = stock.prepared(rows(1))
    stock.receive(10)
    with pytest.raises(StockError) as refused:
        stock.issue(batch, run(8, 5))
    assert refused.value.run == "4F4E00000000000B"


def test_a_blank_at_another_station_makes_no_card(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (number,) = stock.numbers(batch)
    with pytest.raises(StockError, match="P1, not P9"):
        stock.make(number, 0, station="P9")


def test_a_blank_of_another_batch_makes_no_card(stock: Stockroom) -> None:
    batch = stock.batch(1)
    (number,) = stock.numbers(batch)
    with pytest.raises(StockError, match="not issued"):
        stock.make(number, 7)


def test_each_blank_is_allotted_once(stock: Stockroom) -> None:
    batch = stock.batch(3, spare=2)
    with transaction(stock.engine) as session:
        first = blanks.allot(session, batch, 2)
        second = blanks.allot(session, batch, 9)
        assert blanks.available(session, batch) == 0
    assert (first, second) == ([[FIRST, 2]], [[FIRST + 2, 3]])


def test_spoilt_blanks_and_samples_split_their_range(stock: Stockroom) -> None:
    batch = stock.batch(3, spare=2)
    with transaction(stock.engine) as session:
        blanks.reject(session, run(1), reason="bent", by=MAKER, at=NOW)
        blanks.sample(session, run(3), reason="laboratory", by=MAKER, second=None, at=NOW)
        assert not blanks.reject(session, run(1), reason="bent", by=MAKER, at=NOW)
    assert _pieces(stock)[:5] == [
        (0, 1, "issued", False),
        (1, 1, "rejected", False),
        (2, 1, "issued", False),
        (3, 1, "sample", False),
        (4, 1, "issued", False),
    ]
    counted = figures(received=5, rejected=1, samples=1, carried_out=3)
    assert stock.count(batch, P1, Kind.BLANK, counted) == []


def test_samples_leave_the_stock_before_two_people(stock: Stockroom) -> None:
    stock.receive(5)
    with pytest.raises(DutyError), transaction(stock.engine) as session:
        blanks.sample(session, run(0), reason="laboratory", by=KEEPER, second=None, at=NOW)


def test_the_blank_of_a_card_is_rejected_with_its_card(stock: Stockroom) -> None:
    batch = stock.batch(1)
    stock.make(stock.numbers(batch)[0], 0)
    with pytest.raises(LifecycleError), transaction(stock.engine) as session:
        blanks.reject(session, run(0), reason="bent", by=MAKER, at=NOW)


def test_every_change_is_in_the_trail(stock: Stockroom) -> None:
    stock.batch(1)
    with reading(stock.engine) as session:
        events = session.execute(
            text("SELECT event FROM audit_entry WHERE event LIKE 'blank.%' ORDER BY at, event")
        ).scalars()
        assert set(events) == {"blank.receive", "blank.issue"}
        audit.verify(session)


PIECES = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(list(BlankState))), min_size=1, max_size=8
)


@given(PIECES, st.data())
def test_cutting_loses_and_doubles_no_blank(
    sizes: list[tuple[int, BlankState]], data: st.DataObject
) -> None:
    pieces, end = [], 0
    for size, state in sizes:
        pieces.append(Piece(first=end, last=end + size - 1, lot=0, state=state))
        end += size
    first = data.draw(st.integers(0, end - 1))
    last = data.draw(st.integers(first, end - 1))
    new = Piece(first=first, last=last, lot=0, state=BlankState.DESTROYED)
    before = {one: piece.state for piece in pieces for one in range(piece.first, piece.last + 1)}
    found = ranges.cut(pieces, [new])
    after = [(one, piece.state) for piece in found for one in range(piece.first, piece.last + 1)]
    wanted = before | dict.fromkeys(range(first, last + 1), BlankState.DESTROYED)
    assert after == sorted(wanted.items())
    assert not any(one.alike(other) for one, other in pairwise(found))


def test_a_blank_prepared_for_a_card_stays(stock: Stockroom) -> None:
    batch = stock.batch(1)
    with transaction(stock.engine) as session:
        blanks.allot(session, batch, 1)
        session.execute(text("UPDATE card SET blank = :blank"), {"blank": factor(0)})
    with pytest.raises(StockError, match="prepared for card"):
        stock.give_back(run(0))
