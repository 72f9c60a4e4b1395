"""A batch whose cards are prepared ahead: planned once, prepared in chunks, whatever is cut off."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from crypto.keystore import KeyStore
from issuance import audit, batches, cards
from issuance.book_columns import Range
from issuance.book_errors import LifecycleError
from issuance.database import reading, transaction
from issuance.models import Application, Card, Chunk
from issuance.preparation import chunk_rows, completion, worker
from issuance.preparation.chunk_preparation import prepare
from issuance.preparation.content import ChunkContent
from issuance.preparation.engine import Resources, prepare_batch
from issuance.preparation.errors import BlanksMissingError
from issuance.preparation.start import begin
from issuance.states import ApplicationState, BatchState, CardState, Signing
from reader.authenticity import Verdict, verify_record
from tests.bureau import CHIEF, CLERK, MAKER, NOW, Bureau, bureau, chance, rows
from tests.desk import PASSPHRASE, Desk

FIRST_BLANK = int.from_bytes(bytes.fromhex("8660 000000001000"), "big")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return Desk.open(tmp_path).store


class Blanks:
    """A stock that gives blanks of one range, each once."""

    def __init__(self, there: int = 10_000) -> None:
        self.next, self.end = FIRST_BLANK, FIRST_BLANK + there

    def allot(self, _session: Any, _batch: str, size: int) -> list[Range]:
        taken = min(size, self.end - self.next)
        first, self.next = self.next, self.next + taken
        return [[first, taken]] if taken else []


def requested(desk: Bureau, count: int, signing: Signing = Signing.MERKLE, seed: int = 5) -> str:
    booking = desk.book(rows(count, seed=seed), file=f"{seed}.csv")
    with transaction(desk.engine) as session:
        batch = batches.request(
            session,
            intake_id=booking.intake_id,
            profile="v3.00",
            signing=signing,
            by=CLERK,
            at=NOW,
        ).id
    desk.approve(batch, CHIEF)
    return batch


def begun(desk: Bureau, batch: str, *, blanks: Blanks | None = None, size: int = 4) -> int:
    with transaction(desk.engine) as session:
        return begin(
            session,
            batch,
            by=MAKER,
            at=NOW,
            random=chance(),
            allot=(blanks or Blanks()).allot,
            size=size,
        )


def waiting(engine: Engine, batch: str) -> list[chunk_rows.ChunkKey]:
    with reading(engine) as session:
        return chunk_rows.waiting(session, batches.get(session, batch))


def computed(desk: Bureau, key: chunk_rows.ChunkKey, store: KeyStore) -> Any:
    with reading(desk.engine) as session:
        work = chunk_rows.work_of(session, key)
    return completion.finished(work, prepare(work.task, store, random=chance()))


def book(desk: Bureau, done: Any) -> int:
    with transaction(desk.engine) as session:
        return completion.complete(session, done, by=MAKER, at=NOW)


def test_a_plan_names_every_card_before_one_is_made(desk: Bureau) -> None:
    batch = requested(desk, 10)
    assert begun(desk, batch) == 3
    with reading(desk.engine) as session:
        chunks = session.scalars(select(Chunk).order_by(Chunk.number)).all()
    assert [(one.first_row, one.last_row, one.size) for one in chunks] == [
        (1, 4, 4),
        (5, 8, 4),
        (9, 10, 2),
    ]
    assert [one.numbers for one in chunks] == [[[0, 0, 4]], [[0, 4, 4]], [[0, 8, 2]]]
    assert [one.blanks for one in chunks] == [
        [[FIRST_BLANK, 4]],
        [[FIRST_BLANK + 4, 4]],
        [[FIRST_BLANK + 8, 2]],
    ]


def test_a_second_beginning_plans_nothing(desk: Bureau) -> None:
    batch, blanks = requested(desk, 10), Blanks()
    begun(desk, batch, blanks=blanks)
    assert begun(desk, batch, blanks=blanks) == 0


def test_a_batch_that_nobody_released_is_not_begun(desk: Bureau) -> None:
    booking = desk.book(rows(1))
    with transaction(desk.engine) as session:
        batch = batches.request(
            session, intake_id=booking.intake_id, profile="v3.00", by=CLERK, at=NOW
        ).id
    with pytest.raises(LifecycleError):
        begun(desk, batch)


def test_too_few_blanks_plan_nothing_and_take_no_number(desk: Bureau) -> None:
    batch = requested(desk, 10)
    with pytest.raises(BlanksMissingError) as missing:
        begun(desk, batch, blanks=Blanks(7))
    assert (missing.value.wanted, missing.value.there) == (10, 7)
    assert waiting(desk.engine, batch) == []
    begun(desk, batch)
    with reading(desk.engine) as session:
        assert session.scalar(select(Chunk.numbers).where(Chunk.number == 0)) == [[0, 0, 4]]


@pytest.mark.parametrize("signing", [Signing.CARD, Signing.MERKLE, Signing.MERKLE_ON_CARD])
def test_a_pool_prepares_every_card(
    desk: Bureau, store: KeyStore, tmp_path: Path, signing: Signing
) -> None:
    batch = requested(desk, 10, signing)
    begun(desk, batch)
    resources = Resources(
        book=str(tmp_path / "book.sqlite3"), keys=tmp_path / "keys.json", passphrase=PASSPHRASE
    )
    counts = list(
        prepare_batch(
            desk.engine, batch, resources, workers=2, by=MAKER, clock=lambda: datetime.now(UTC)
        )
    )
    assert sorted(counts) == [2, 4, 4]
    made = desk.cards(batch)
    assert [card.row for card in made] == list(range(1, 11))
    assert {card.state for card in made} == {CardState.PREPARED}
    trust = store.public_keys()
    verdicts = {verify_record(card.record or b"", trust=trust, now=NOW).verdict for card in made}
    assert verdicts <= {Verdict.GENUINE, Verdict.NOT_YET_VALID}
    with reading(desk.engine) as session:
        status = batches.status(session, batch)
        audit.verify(session)
    assert status.applications == {ApplicationState.CARDED: 10}
    assert status.batch.state is BatchState.PRODUCING


def test_the_station_finds_its_card_in_the_chunk(desk: Bureau, store: KeyStore) -> None:
    batch = requested(desk, 6)
    begun(desk, batch)
    for key in waiting(desk.engine, batch):
        book(desk, computed(desk, key, store))
    with reading(desk.engine) as session:
        blank = (FIRST_BLANK + 5).to_bytes(8, "big")
        card = session.scalars(select(Card).where(Card.blank == blank)).one()
        content = session.scalar(
            select(Chunk.content).where(Chunk.batch_id == batch, Chunk.number == card.chunk)
        )
        person = session.get_one(Application, (card.region, card.intake_id, card.row))
    assert content is not None
    assert card.place is not None
    printed = ChunkContent(content, store).card(card.place).printed
    assert printed[:3] == (person.name, person.social_security_number, card.number)


def test_a_chunk_booked_twice_counts_once(desk: Bureau, store: KeyStore) -> None:
    batch = requested(desk, 3)
    begun(desk, batch)
    (key,) = waiting(desk.engine, batch)
    done = computed(desk, key, store)
    assert book(desk, done) == 3
    assert book(desk, done) == 0
    assert len(desk.cards(batch)) == 3


def test_a_chunk_prepared_again_after_a_crash_has_the_same_names(
    desk: Bureau, store: KeyStore
) -> None:
    batch = requested(desk, 3)
    begun(desk, batch)
    (key,) = waiting(desk.engine, batch)
    lost, kept = computed(desk, key, store), computed(desk, key, store)
    book(desk, kept)
    names = [(row[0], row[4], row[5], row[7]) for row in lost.cards]
    assert names == [(row[0], row[4], row[5], row[7]) for row in kept.cards]
    assert [card.record for card in desk.cards(batch)] == [row[8] for row in kept.cards]


def test_an_application_cancelled_after_the_plan_gets_no_card(
    desk: Bureau, store: KeyStore
) -> None:
    batch = requested(desk, 4)
    begun(desk, batch)
    with transaction(desk.engine) as session:
        one = session.scalars(select(Application).where(Application.row == 2)).one()
        one.state = ApplicationState.CANCELLED
    (key,) = waiting(desk.engine, batch)
    assert book(desk, computed(desk, key, store)) == 3
    assert [card.row for card in desk.cards(batch)] == [1, 3, 4]


def test_a_card_made_again_is_planned_with_a_new_blank(desk: Bureau, store: KeyStore) -> None:
    batch, blanks = requested(desk, 2), Blanks()
    begun(desk, batch, blanks=blanks)
    (key,) = waiting(desk.engine, batch)
    book(desk, computed(desk, key, store))
    with transaction(desk.engine) as session:
        spoilt = desk.cards(batch)[0]
        found = cards.get(session, spoilt.number)
        found.state = CardState.REJECTED
        session.flush()
        kept = ("region", "batch_id", "intake_id", "row", "social_security_number", "issued_on")
        again = Card(
            **{name: getattr(found, name) for name in kept},
            number="A0000002X",
            remakes=found.number,
            expires_on=found.expires_on,
            status_list=found.status_list,
            status_index=(found.status_index + 1) % 8_192,
            state=CardState.NUMBERED,
            changed_at=NOW,
        )
        session.add(again)
    assert begun(desk, batch, blanks=blanks) == 1
    (key,) = waiting(desk.engine, batch)
    assert book(desk, computed(desk, key, store)) == 1
    with reading(desk.engine) as session:
        remade = cards.get(session, "A0000002X")
    assert (remade.state, remade.chunk, remade.place) == (CardState.PREPARED, 1, 0)
    assert remade.blank == (FIRST_BLANK + 2).to_bytes(8, "big")
    assert remade.record


def test_a_worker_books_by_itself_where_the_book_is_a_servers(
    desk: Bureau, store: KeyStore, tmp_path: Path
) -> None:
    batch = requested(desk, 5)
    begun(desk, batch)
    assert store.has("data-transport")
    worker.open_resources(str(tmp_path / "book.sqlite3"), str(tmp_path / "keys.json"), PASSPHRASE)
    first, second = waiting(desk.engine, batch)
    assert worker.compute_and_book(first, MAKER) == 4
    assert worker.compute_and_book(first, MAKER) == 0
    assert worker.compute_and_book(second, MAKER) == 1
