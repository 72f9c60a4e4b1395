"""A bureau file becomes a batch, and two people release it."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance import applications, audit, batches, duties
from issuance.applications import COLUMNS
from issuance.book_errors import (
    BookError,
    ConflictError,
    DutyError,
    LifecycleError,
    NotFoundError,
)
from issuance.database import reading, transaction
from issuance.intake.reasons import Reason
from issuance.models import Application, Batch
from issuance.states import ApplicationState, BatchState, Signing
from tests.bureau import CHIEF, CLERK, NOW, REGION, TODAY, Bureau, bureau, facts, rows

UNKNOWN = "371700-20261101-0099"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened


def _applications(desk: Bureau) -> list[Application]:
    with reading(desk.engine) as session:
        return list(session.query(Application).order_by(Application.intake_id, Application.row))


def _trail(desk: Bureau) -> list[str]:
    """The events in the chain of the region; the whole chain is verified."""
    with reading(desk.engine) as session:
        audit.verify(session)
    with sqlite3.connect(str(desk.engine.url.database)) as raw:
        found = raw.execute("SELECT event FROM audit_entry ORDER BY chain, number").fetchall()
    raw.close()
    return [event for (event,) in found]


def test_accepted_rows_are_booked_as_they_were_written(desk: Bureau) -> None:
    wanted = rows(3)
    booking = desk.book(wanted)
    assert (booking.accepted, booking.refused, booking.already) == (3, 0, False)
    booked = _applications(desk)
    assert [tuple(getattr(one, name) for name in COLUMNS) for one in booked] == wanted
    assert {one.state for one in booked} == {ApplicationState.CHECKED}


def test_refused_rows_come_back_as_they_were_reported(desk: Bureau) -> None:
    refused = [((2, (Reason.PHONE, Reason.SEX_MISMATCH)), ["2", "12,3", "", '"'])]
    with transaction(desk.engine) as session:
        booking = applications.book(session, rows(1), refused, file=facts(), by=CLERK, at=NOW)
    with (
        reading(desk.engine) as session,
        applications.refused_again(session, booking.intake_id) as report,
    ):
        assert [(*one, fields) for one, fields in report.refused_records()] == [
            (2, (Reason.SEX_MISMATCH, Reason.PHONE), ("2", "12,3", "", '"'))
        ]
        assert (report.encoding.value, report.header) == ("GB18030", facts().header)


def test_the_same_file_is_booked_once_and_gives_the_same_batch(desk: Bureau) -> None:
    batch = desk.request(rows(3))
    again = desk.book(iter(()))
    assert (again.accepted, again.already) == (3, True)
    assert desk.request(rows(3)) == batch
    assert len(_applications(desk)) == 3
    assert _trail(desk) == ["file.book", "batch.request"]


def test_a_person_cannot_have_two_open_applications(desk: Bureau) -> None:
    desk.book(rows(3))
    with pytest.raises(ConflictError):
        desk.book(rows(1), file="again.csv")
    assert len(_applications(desk)) == 3


def test_an_error_while_rows_arrive_leaves_nothing(desk: Bureau) -> None:
    def breaking() -> Iterator[tuple[int, *tuple[str, ...]]]:
        yield from rows(2_500)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        desk.book(breaking())
    assert _applications(desk) == []
    assert _trail(desk) == []
    assert not desk.book(rows(1)).already


def test_the_book_knows_open_applications_and_live_cards(desk: Bureau) -> None:
    open_row, carded_row, stranger = rows(3)
    desk.prepared([carded_row], file="carded.csv")
    desk.request([open_row], file="open.csv")
    numbers = [row[1] for row in (open_row, carded_row, stranger)]
    with reading(desk.engine) as session:
        found = applications.known(session, numbers, on=TODAY)
    assert found.live_cards == {carded_row[1]}
    assert found.cards_in_making == {carded_row[1]}
    assert found.open_applications == {open_row[1]}


def test_a_first_card_for_one_who_got_a_card_meanwhile_is_not_booked(desk: Bureau) -> None:
    desk.prepared(rows(2))
    with pytest.raises(ConflictError):
        desk.book(rows(1), file="again.csv")


def test_a_replacement_for_one_who_has_a_card_is_booked(desk: Bureau) -> None:
    [number] = desk.active()
    [row] = rows(1)
    replacement = (*row[:14], "1", "2", number, *row[17:])
    assert desk.book([replacement], file="replacement.csv").accepted == 1


def test_a_replacement_for_one_whose_card_is_in_the_making_is_not_booked(desk: Bureau) -> None:
    # Booked, it would keep its whole batch from being made: a person has one card in the making.
    [row] = rows(1)
    desk.prepared([row])
    replacement = (*row[:14], "1", "2", "A00000003", *row[17:])
    with pytest.raises(ConflictError):
        desk.book([replacement], file="replacement.csv")


def test_a_batch_is_named_by_region_day_and_place(desk: Bureau) -> None:
    one, other, elsewhere = rows(3)
    assert desk.request([one], file="a") == "371700-20261101-0001"
    assert desk.request([other], file="b") == "371700-20261101-0002"
    assert desk.request([elsewhere], file="c", region="110101") == "110101-20261101-0001"


def test_the_ten_thousandth_batch_of_a_day_is_followed_by_another(desk: Bureau) -> None:
    # Counters that issue at once request a batch for every card.
    with transaction(desk.engine) as session:
        one = {"region": REGION, "profile": "v3.00", "signing": Signing.STATION, "size": 1}
        one |= {"state": BatchState.REQUESTED, "requested_at": NOW, "requested_by": CLERK}
        session.add(Batch(id="371700-20261101-9999", **one))
    one, other = rows(2)
    assert desk.request([one], file="a") == "371700-20261101-10000"
    assert desk.request([other], file="b") == "371700-20261101-10001"


def test_a_file_without_accepted_rows_gives_no_batch(desk: Bureau) -> None:
    with pytest.raises(ConflictError):
        desk.request([])


def test_another_person_approves(desk: Bureau) -> None:
    batch = desk.request(rows(3))
    assert desk.approve(batch, CHIEF)
    with reading(desk.engine) as session:
        found = batches.status(session, batch)
    assert found.batch.state is BatchState.APPROVED
    assert (found.batch.approved_by, found.batch.approved_at) == (CHIEF, NOW)
    assert found.applications == {ApplicationState.APPROVED: 3}
    assert _trail(desk)[-1] == "batch.approve"


@pytest.mark.parametrize("same", [CLERK, "zhang", " ZHANG ", "Ｚｈａｎｇ", "Zh ang"])
def test_who_requested_may_not_approve_whatever_the_spelling(desk: Bureau, same: str) -> None:
    batch = desk.request(rows(1))
    with pytest.raises(DutyError):
        desk.approve(batch, same)
    with reading(desk.engine) as session:
        assert batches.get(session, batch).state is BatchState.REQUESTED


def test_approving_twice_by_one_person_changes_nothing(desk: Bureau) -> None:
    batch = desk.request(rows(1))
    desk.approve(batch)
    before = _trail(desk)
    assert not desk.approve(batch, "LI")
    assert _trail(desk) == before


def test_a_third_person_cannot_approve_again(desk: Bureau) -> None:
    batch = desk.request(rows(1))
    desk.approve(batch)
    with pytest.raises(LifecycleError):
        desk.approve(batch, "Zhao")


def test_of_two_who_approve_at_once_one_is_refused(desk: Bureau) -> None:
    batch = desk.request(rows(1))
    results: list[object] = []

    def approve(by: str) -> None:
        try:
            results.append(desk.approve(batch, by))
        except BookError as error:
            results.append(type(error))

    threads = [threading.Thread(target=approve, args=(by,)) for by in ("Li", "Zhao")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == sorted(map(str, (True, LifecycleError)))
    assert _trail(desk).count("batch.approve") == 1


def test_a_rejected_file_can_be_handed_in_again(desk: Bureau) -> None:
    batch = desk.request(rows(2))
    with transaction(desk.engine) as session:
        assert batches.reject(session, batch, reason="wrong region", by=CHIEF, at=NOW)
        assert not batches.reject(session, batch, reason="twice", by=CHIEF, at=NOW)
    with reading(desk.engine) as session:
        assert batches.status(session, batch).applications == {ApplicationState.REFUSED: 2}
    again = desk.request(rows(2))
    assert again != batch
    assert desk.approve(again)


def test_an_approved_batch_can_be_withdrawn_but_not_rejected(desk: Bureau) -> None:
    batch = desk.request(rows(2))
    desk.approve(batch)
    with pytest.raises(LifecycleError), transaction(desk.engine) as session:
        batches.reject(session, batch, reason="late", by=CHIEF, at=NOW)
    with transaction(desk.engine) as session:
        assert batches.cancel(session, batch, reason="moved", by=CHIEF, at=NOW)
    with reading(desk.engine) as session:
        found = batches.status(session, batch)
    assert found.applications == {ApplicationState.CANCELLED: 2}
    assert (found.batch.ended_by, found.batch.end_reason) == (CHIEF, "moved")


def test_a_batch_in_production_is_not_withdrawn(desk: Bureau) -> None:
    batch = desk.prepared(rows(1))
    with pytest.raises(LifecycleError), transaction(desk.engine) as session:
        batches.cancel(session, batch, reason="late", by=CHIEF, at=NOW)


def test_an_unknown_batch_is_told(desk: Bureau) -> None:
    with pytest.raises(NotFoundError):
        desk.approve(UNKNOWN)


def test_the_newest_batches_are_listed(desk: Bureau) -> None:
    one, other = rows(2)
    wanted = {desk.request([one], file="a"), desk.request([other], file="b")}
    with reading(desk.engine) as session:
        assert {batch.id for batch in batches.listing(session)} == wanted
        assert len(batches.listing(session, limit=1)) == 1


def test_booking_is_in_the_trail_with_the_digest_of_the_file(desk: Bureau) -> None:
    desk.book(rows(2))
    with sqlite3.connect(str(desk.engine.url.database)) as raw:
        [(chain, by, detail)] = raw.execute("SELECT chain, by, detail FROM audit_entry")
    raw.close()
    assert (chain, by) == (REGION, CLERK)
    assert facts().sha256 in detail


@given(st.text().filter(lambda name: name.strip()))
def test_a_person_is_the_same_as_himself(name: str) -> None:
    assert duties.same_person(name, f" {name.upper().lower()} ") or name.upper().lower() != name
    assert duties.same_person(name, name)


def test_nobody_is_no_person() -> None:
    with pytest.raises(ValueError, match="name"):
        duties.same_person(" ", "Li")
