"""Making a batch: every application gets one card, whatever happens in between."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import text

from issuance import audit, batches, cards, production
from issuance.book_errors import ConflictError, LifecycleError, StorageError
from issuance.database import reading, transaction
from issuance.instants import last_valid_day
from issuance.states import ApplicationState, BatchState, CardState
from reader.card_profile.values import CardNumber
from tests.bureau import MAKER, NOW, Bureau, bureau, chance, rows


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened


def _approved(desk: Bureau, count: int) -> str:
    batch = desk.request(rows(count))
    desk.approve(batch)
    return batch


def test_every_application_gets_a_numbered_and_prepared_card(desk: Bureau) -> None:
    batch = _approved(desk, 25)
    assert desk.produce(batch, chunk=10) == [10, 10, 5]
    made = desk.cards(batch)
    assert [card.row for card in made] == list(range(1, 26))
    assert [card.social_security_number for card in made] == [row[1] for row in rows(25)]
    assert len({CardNumber(card.number) for card in made}) == 25
    assert len({(card.status_list, card.status_index) for card in made}) == 25
    assert {card.state for card in made} == {CardState.PREPARED}
    with reading(desk.engine) as session:
        found = batches.status(session, batch)
        audit.verify(session)
    assert found.applications == {ApplicationState.CARDED: 25}
    assert found.cards == {CardState.PREPARED: 25}
    assert (found.batch.state, found.batch.started_by) == (BatchState.PRODUCING, MAKER)


def test_cards_are_valid_for_ten_years_by_the_day_in_china(desk: Bureau) -> None:
    batch = _approved(desk, 1)
    desk.produce(batch, at=datetime(2021, 12, 2, 16, 0, tzinfo=UTC))  # midnight there
    [card] = desk.cards(batch)
    assert (card.issued_on, card.expires_on) == (date(2021, 12, 3), date(2031, 12, 2))


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2016, 9, 19), date(2026, 9, 18)),
        (date(2024, 2, 29), date(2034, 2, 28)),
        (date(2022, 3, 1), date(2032, 2, 29)),
        (date(2026, 1, 1), date(2035, 12, 31)),
    ],
)
def test_the_last_day_is_ten_years_less_a_day(issued: date, last: date) -> None:
    assert last_valid_day(issued) == last


def test_an_unapproved_batch_is_not_made(desk: Bureau) -> None:
    batch = desk.request(rows(1))
    with pytest.raises(LifecycleError):
        desk.produce(batch)
    assert desk.cards(batch) == []


def test_a_run_cut_off_between_chunks_is_run_again(desk: Bureau) -> None:
    batch = _approved(desk, 25)
    run = production.produce(
        desk.engine, batch, by=MAKER, clock=lambda: NOW, random=chance(), chunk=10
    )
    assert list(islice(run, 1)) == [10]
    assert desk.produce(batch, chunk=10) == [10, 5]
    assert desk.produce(batch) == []
    assert len({card.number for card in desk.cards(batch)}) == 25


def test_a_run_cut_off_inside_a_chunk_leaves_no_trace_of_it(desk: Bureau) -> None:
    batch = _approved(desk, 5)

    def stumble() -> None:
        with transaction(desk.engine) as session:
            production.start(session, batch, by=MAKER, at=NOW)
            production.prepare(session, batch, limit=3, by=MAKER, at=NOW, random=chance())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stumble()
    with reading(desk.engine) as session:
        assert batches.status(session, batch).applications == {ApplicationState.APPROVED: 5}
    assert desk.produce(batch) == [5]
    assert desk.cards(batch)[0].number == "A00000003"


def test_two_runs_at_once_share_the_work(desk: Bureau) -> None:
    batch = _approved(desk, 200)
    faults: list[StorageError] = []

    def run(seed: int) -> None:
        try:
            Bureau(desk.engine, chance(seed)).produce(batch, chunk=10)
        except StorageError as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in (1_000, 2_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert [card.row for card in desk.cards(batch)] == list(range(1, 201))


def test_a_batch_is_finished_when_no_card_of_it_waits(desk: Bureau) -> None:
    batch = _approved(desk, 2)
    desk.produce(batch)

    def finish() -> bool:
        with transaction(desk.engine) as session:
            return production.finish(session, batch, by=MAKER, at=NOW)

    first, second = desk.cards(batch)
    desk.personalize(first.number, 1)
    assert not finish()
    with reading(desk.engine) as session:
        assert production.outstanding(session, batch) == 1
        assert [card.number for card in cards.prepared(session, batch)] == [second.number]
    desk.personalize(second.number, 2)
    assert finish()
    assert not finish()
    assert desk.produce(batch) == []
    with reading(desk.engine) as session:
        assert batches.get(session, batch).state is BatchState.PRODUCED


def test_an_interrupted_batch_is_not_finished_before_every_card_is_numbered(desk: Bureau) -> None:
    batch = _approved(desk, 2)
    with transaction(desk.engine) as session:
        production.start(session, batch, by=MAKER, at=NOW)
        assert not production.finish(session, batch, by=MAKER, at=NOW)


def test_nobody_gets_a_second_card_while_one_is_made(desk: Bureau) -> None:
    [number] = desk.active()
    [row] = rows(1)
    replacement = (*row[:14], "1", "2", number, *row[17:])
    batch = desk.request([replacement], file="replacement.csv")
    desk.approve(batch)
    with transaction(desk.engine) as session:  # by hand: no use case leads back
        session.execute(text("UPDATE card SET state = 'handed_over'"))
    with pytest.raises(ConflictError, match="a card in the making"):
        desk.produce(batch)
    assert desk.cards(batch) == []


# Makes a batch in chunks of ten and says so after each.
PRODUCE = """
import secrets, sys
from datetime import UTC, datetime
from issuance import production
from issuance.database import open_book

chunks = production.produce(
    open_book(sys.argv[1]), sys.argv[2], by="Wang",
    clock=lambda: datetime.now(UTC), random=secrets.token_bytes, chunk=10,
)
for count in chunks:
    print(count, flush=True)
"""


def test_a_killed_run_is_run_again_and_no_card_is_lost_or_doubled(desk: Bureau) -> None:
    batch = _approved(desk, 400)
    place = str(desk.engine.url.database)
    root = Path(production.__file__).parents[1]
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", PRODUCE, place, batch], stdout=subprocess.PIPE, cwd=root
        ) as run:
            assert run.stdout is not None
            run.stdout.readline()
            run.kill()
    desk.produce(batch)
    assert [card.row for card in desk.cards(batch)] == list(range(1, 401))
    assert len({card.status_index for card in desk.cards(batch)}) == 400
    with reading(desk.engine) as session:
        [head] = audit.verify(session)
    assert head.length == 400 + len(("file.book", "batch.request", "batch.approve", "batch.start"))
