"""What waits, for whom, and what is wrong: counted from the book, on either database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from crypto.trust import TrustList
from issuance import audit_check, batch_listing, batch_progress, batches, bureau_queues
from issuance.alarms import present, stock
from issuance.alarms.kinds import KINDS, Level
from issuance.audit_log import at_moment, page, reference
from issuance.changes import attempt, change
from issuance.database import open_book, reading, transaction
from issuance.states import BatchState, CardState
from issuance.stock import ledger, watch, yields
from issuance.stock.kinds import Kind, Work
from tests.bureau import CHIEF, CLERK, MAKER, NOW, TODAY, rows
from tests.signer import MemorySigner
from tests.stockroom import P1, Stockroom, figures, run, stockroom

LATER = NOW + timedelta(days=60)


@pytest.fixture(
    name="room",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def _room(request: pytest.FixtureRequest) -> Iterator[Stockroom]:
    if request.param == "sqlite":
        with stockroom() as opened:
            yield opened
        return
    engine = open_book(request.getfixturevalue("postgres_book"))
    yield Stockroom(engine)
    engine.dispose()


def codes(room: Stockroom, *, trust: TrustList | None = None, at: object = NOW) -> list[str]:
    with reading(room.engine) as session:
        found = present.all_of(session, trust=trust or TrustList(), at=at)  # type: ignore[arg-type]
    return [one.code for one in found]


def checked(room: Stockroom) -> None:
    """So that the age of the trail's check is no alarm."""
    with transaction(room.engine) as session:
        audit_check.advance(session, by="He", at=NOW)


def made(room: Stockroom, size: int = 3) -> str:
    """A batch that was made and inspected, with blanks left at the station."""
    batch = room.prepared(rows(size))
    room.receive(1_000)
    room.issue(batch, run(0, size + 2))
    for place, number in enumerate(room.numbers(batch)):
        room.make(number, place)
        room.look_at(number)
    return batch


def test_an_empty_book_has_one_alarm_its_trail_was_never_checked(room: Stockroom) -> None:
    assert codes(room) == ["audit-age"]
    checked(room)
    assert codes(room) == []
    assert codes(room, at=NOW + timedelta(days=8)) == ["audit-age"]


def test_each_kind_of_alarm_is_raised_by_its_cause(room: Stockroom) -> None:
    checked(room)
    batch = made(room)
    assert codes(room) == ["accounts-open"]
    assert room.count(batch, P1, Kind.CARD, figures(received=3, good=2, rejected=1)) != []
    assert codes(room) == ["count-differs", "accounts-open"]
    for _ in range(5):
        with transaction(room.engine) as session:
            watch.note_failure(session, "P2", by=MAKER, at=NOW)
    assert codes(room)[0] == "station-stopped"
    waiting = room.request(rows(1_200, seed=5), file="many.csv")
    room.approve(waiting)
    assert "stock-short" in codes(room)
    late = codes(room, at=LATER)
    assert late.count("batch-overdue") == 2
    key = MemorySigner().trust()
    ending = TrustList([replace(next(iter(key)), not_after=TODAY + timedelta(days=90))])
    assert "key-ends" in codes(room, trust=ending)
    assert "key-ends" not in codes(room, trust=key)


def test_a_low_stock_and_a_gap_in_a_lot_are_seen(room: Stockroom) -> None:
    room.receive(499)
    with transaction(room.engine) as session:
        assert [one.code for one in stock.low(session)] == ["stock-low"]
        session.execute(text("DELETE FROM blank_range"))
        (gap,) = stock.gaps(session)
    assert gap.cause[0] == "Lot 4F4E000000000001: 499 blanks came in, 0 are accounted for."


def test_every_kind_has_words_in_both_languages() -> None:
    for level, (english, chinese) in KINDS.values():
        assert isinstance(level, Level)
        assert english
        assert any("\u4e00" <= one <= "\u9fff" for one in chinese)


def test_queues_and_the_clock_follow_the_batches(room: Stockroom) -> None:
    room.book(rows(4, seed=9), file="free.csv")
    room.request(rows(2, seed=10), file="waits.csv")
    room.prepared(rows(3, seed=11), file="making.csv")
    with reading(room.engine) as session:
        waiting = {one.state: (one.count, one.size) for one in bureau_queues.applications(session)}
        open_now = {one.state: one.count for one in bureau_queues.batches(session)}
        clock = bureau_queues.promise(session, on=TODAY)
        late = bureau_queues.promise(session, on=date(2027, 1, 30))
    assert waiting == {"checked": (1, 4), "in_review": (1, 2), "approved": (0, 0)}
    assert open_now == {"requested": 1, "approved": 0, "producing": 1, "produced": 0}
    assert (clock.overdue, clock.soon, clock.later) == (0, 0, 2)
    assert (late.overdue, late.overdue_cards, late.next_day) == (2, 5, None)


def test_progress_counts_by_state_and_paces_by_time(room: Stockroom) -> None:
    batch = made(room, size=4)
    number = room.numbers(batch)[0]
    room.spoil(number)
    with transaction(room.engine) as session:
        moved = "UPDATE card SET personalized_at = :at WHERE number = :number"
        at = NOW + timedelta(minutes=3)
        session.execute(text(moved), {"at": at, "number": room.numbers(batch)[-1]})
    with reading(room.engine) as session:
        row = batches.get(session, batch)
        found = batch_progress.progress(session, row, at=NOW + timedelta(minutes=10))
        assert found.version == batch_progress.version(session, row)
    assert (found.made, found.total) == (3, 4)
    assert found.cards[CardState.REJECTED] == 1
    assert [rate.cards for rate in found.rates] == [3, 0, 0, 1]
    assert found.pace == pytest.approx(24)
    assert found.left == pytest.approx(150)


def test_yields_name_stations_people_and_lots(room: Stockroom) -> None:
    batch = made(room)
    first = room.numbers(batch)[0]
    room.spoil(first, station=P1)
    with reading(room.engine) as session:
        assert yields.newest(session) == [batch]
        stations = yields.by_station(session, [batch], Work.PERSONALIZE)
        people = yields.by_operator(session, [batch], Work.INSPECT)
        lots = yields.by_lot(session, [batch])
        (reject,) = yields.rejects(session, batch)
        assert yields.by_lot(session, []) == []
    assert [(one.name, one.good, one.rejected) for one in stations] == [(P1, 2, 1)]
    assert [(one.name, one.good, one.rejected) for one in people] == [("Zhao", 3, 0)]
    assert [(one.name, one.good, one.rejected) for one in lots] == [("4F4E000000000001", 2, 1)]
    assert (reject.number, reject.reason, reject.remake_state) == (
        first,
        "misprint",
        CardState.PREPARED,
    )


def test_pages_are_bounded_and_filtered(room: Stockroom) -> None:
    for place in range(3):
        room.request(rows(1, seed=place), file=f"{place}.csv")
    room.receive(10)
    with reading(room.engine) as session:
        first = batch_listing.search(session, state=BatchState.REQUESTED, page=-5)
        beyond = batch_listing.search(session, page=10**9)
        none = batch_listing.search(session, overdue_on=TODAY)
        lying = ledger.ranges(session)
        moved = ledger.movements(session, until=TODAY)
        assert batch_listing.regions(session) == ["371700"]
    assert [one.id[-4:] for one in first.rows] == ["0003", "0002", "0001"]
    assert (beyond.rows, beyond.number, none.rows) == ([], 10_000, [])
    assert [(one.run.size, one.profile) for one in lying.rows] == [(10, "v3.00")]
    assert [one.event for one in moved.rows] == ["receive"]


def test_the_trail_is_read_in_pages(room: Stockroom) -> None:
    batch = room.request(rows(2), file="one.csv")
    room.approve(batch)
    subject = f"batch {batch}"
    with reading(room.engine) as session:
        newest = page(session, "371700", limit=2)
        older = page(session, "371700", limit=2, before=newest.before)
        ours = page(session, "371700", subject=subject)
        one = page(session, "371700", subject=subject, limit=1)
        found = at_moment(session, "371700", NOW, subject)
        assert page(session, "nowhere").entries == []
    assert [one.number for one in (*newest.entries, *older.entries)] == [3, 2, 1]
    assert [one.event for one in ours.entries] == ["batch.approve", "batch.request"]
    assert ([entry.event for entry in one.entries], one.before) == (["batch.approve"], 3)
    assert [one.event for one in found] == ["batch.request", "batch.approve"]
    assert newest.entries[0].reference == reference("371700", 3) == "371700-000003"


def test_a_change_tells_its_number_and_an_attempt_keeps_nothing(room: Stockroom) -> None:
    batch = room.request(rows(1), file="one.csv")

    def work(session: object) -> bool:
        return batches.approve(session, batch, by=CHIEF, at=NOW)  # type: ignore[arg-type]

    tried = attempt(room.engine, work, by=CHIEF, at=NOW)
    assert (tried.value, tried.changed) == (True, True)
    with reading(room.engine) as session:
        assert batches.get(session, batch).state is BatchState.REQUESTED
    done = change(room.engine, work, by=CHIEF, at=NOW)
    assert (done.value, done.reference) == (True, "371700-000003")
    again = change(room.engine, work, by=CHIEF, at=NOW)
    assert (again.value, again.reference) == (False, "")


def test_a_check_that_lies_too_long_begins_anew(room: Stockroom) -> None:
    room.prepared(rows(3))
    with transaction(room.engine) as session:
        audit_check.advance(session, by=CLERK, at=NOW, part=3)
        after = audit_check.advance(session, by=CLERK, at=NOW + timedelta(days=1), part=3)
    assert (after.state, after.checked) == (audit_check.GOING, 3)


def test_a_removed_entry_and_a_cut_chain_are_found_by_parts(room: Stockroom) -> None:
    room.prepared(rows(3))
    with transaction(room.engine) as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER audit_entry_no_delete"))
        else:
            session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        session.execute(text("DELETE FROM audit_entry WHERE chain = '371700' AND number > 4"))
        found = audit_check.advance(session, by=CLERK, at=NOW)
    assert found.fault is not None
    assert found.fault[0] == "The audit trail 371700 is broken: entry 5 is missing."
    with reading(room.engine) as session:
        assert "audit-broken" in [
            one.code for one in present.all_of(session, trust=TrustList(), at=NOW)
        ]


def test_the_guide_has_the_table_of_alarms() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "console-bureau.md").read_text(encoding="utf-8")
    rows = [f"| `{code}` | {level.value} | {en} |" for code, (level, (en, _)) in KINDS.items()]
    assert [row for row in rows if row not in guide] == []
