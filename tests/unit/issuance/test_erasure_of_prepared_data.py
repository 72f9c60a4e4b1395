"""What was prepared for cards is erased when their batch is done, and not before."""

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from issuance.cli import bureau
from issuance.database import reading, transaction
from issuance.models import AuditEntry, Chunk
from issuance.people.models import BookRule
from issuance.preparation import erasure
from issuance.preparation.erasure import Erasure
from issuance.preparation.errors import NotErasableError
from issuance.states import CardState, Signing
from issuance.stock import closing
from onecard.console import Exit
from onecard.settings import Settings
from tests.bureau import NOW, REGION, TODAY
from tests.exchange import RECEIVER
from tests.signer import MemorySigner
from tests.stockroom import COUNTER, Stockroom, stockroom
from tests.workshop import Line, workshop

CONTENTS = [bytes((chunk,)) + b"one of a kind" * 2_000 for chunk in range(2)]


@dataclass
class Archive:
    """A batch that was made and counted, with what was prepared for it."""

    stock: Stockroom
    batch: str

    def close(self) -> None:
        with transaction(self.stock.engine) as session:
            closing.close(session, self.batch, by=COUNTER, at=NOW, signer=MemorySigner())

    def erase(self, *, days: int = 0) -> Erasure:
        at = NOW + timedelta(days=days)
        with transaction(self.stock.engine) as session:
            return erasure.erase(session, self.batch, by=RECEIVER, at=at)

    def chunks(self) -> list[Chunk]:
        with reading(self.stock.engine) as session:
            return list(session.scalars(select(Chunk).order_by(Chunk.number)))

    def entries(self) -> list[AuditEntry]:
        with reading(self.stock.engine) as session:
            wanted = select(AuditEntry).where(AuditEntry.event == "batch.erase")
            return list(session.scalars(wanted))

    def on_disk(self) -> bytes:
        """All that the book's files hold."""
        self.stock.engine.dispose()
        place = Path(self.stock.engine.url.database or "")
        return b"".join(path.read_bytes() for path in place.parent.glob(f"{place.name}*"))

    def run(self, *words: str) -> Result:
        settings = Settings(database=self.stock.engine.url.database or "", operator=RECEIVER)
        return CliRunner().invoke(bureau, ["erase", self.batch, *words], obj=settings)


@pytest.fixture(scope="module")
def books() -> tuple[str, bytes, bytes]:
    """A batch in a book, before its close and behind it."""
    with stockroom() as stock:
        archive = Archive(stock, stock.counted_batch())
        with transaction(stock.engine) as session:
            session.add_all(_chunk(archive.batch, *one) for one in enumerate(CONTENTS))
        before = archive.on_disk()
        archive.close()
        return archive.batch, before, archive.on_disk()


@pytest.fixture
def archive(books: tuple[str, bytes, bytes]) -> Iterator[Archive]:
    with stockroom() as stock:
        yield _laid(stock, books[0], books[1])


@pytest.fixture
def closed(books: tuple[str, bytes, bytes]) -> Iterator[Archive]:
    with stockroom() as stock:
        yield _laid(stock, books[0], books[2])


def _laid(stock: Stockroom, batch: str, content: bytes) -> Archive:
    stock.engine.dispose()
    Path(stock.engine.url.database or "").write_bytes(content)
    return Archive(stock, batch)


def _chunk(batch: str, number: int, content: bytes) -> Chunk:
    return Chunk(
        region=REGION,
        batch_id=batch,
        number=number,
        size=3,
        issued_on=TODAY,
        numbers=[],
        places=[],
        blanks=[],
        planned_at=NOW,
        prepared_at=NOW,
        content=content,
    )


def test_the_data_of_a_closed_batch_are_gone_and_their_digest_is_kept(closed: Archive) -> None:
    inner = b"".join(
        bytes((0, 0, 0, number)) + hashlib.sha256(content).digest()
        for number, content in enumerate(CONTENTS)
    )
    found = closed.erase()
    assert (found.chunks, found.digest) == (2, hashlib.sha256(inner).hexdigest())
    assert [(one.content, one.erased_at) for one in closed.chunks()] == [(None, NOW)] * 2
    [entry] = closed.entries()
    assert (entry.subject, entry.by) == (f"batch {closed.batch}", RECEIVER)
    assert json.loads(entry.detail) == {"chunks": 2, "digest": found.digest}


def test_nothing_of_them_is_left_in_the_file_of_the_book(closed: Archive) -> None:
    assert b"one of a kind" in closed.on_disk()
    closed.erase()
    assert b"one of a kind" not in closed.on_disk()


def test_a_second_time_erases_and_notes_nothing(closed: Archive) -> None:
    closed.erase()
    again = closed.erase(days=1)
    assert (again.chunks, again.before, again.digest) == (0, 2, None)
    assert len(closed.entries()) == 1
    assert {one.erased_at for one in closed.chunks()} == {NOW}


def test_a_batch_that_is_not_closed_keeps_its_data(archive: Archive) -> None:
    with pytest.raises(NotErasableError, match="not closed"):
        archive.erase()
    assert [one.content for one in archive.chunks()] == CONTENTS


def test_the_book_may_say_how_many_days_they_are_kept(closed: Archive) -> None:
    with transaction(closed.stock.engine) as session:
        named = BookRule(name="prepared_data_days", value=30, changed_at=NOW, changed_by=COUNTER)
        session.add(named)
    with pytest.raises(NotErasableError, match="until 2026-12-01"):
        closed.erase(days=29)
    assert closed.erase(days=30).chunks == 2


def test_the_station_refuses_a_card_whose_data_were_erased(tmp_path: Path) -> None:
    with workshop(tmp_path, "v3.00", 1, signing=Signing.MERKLE) as shop:
        with transaction(shop.office.engine) as session:
            session.execute(update(Chunk).values(content=None, erased_at=NOW))
        [outcome] = shop.run(Line(shop.desk.blank(1)))
        assert outcome.error is not None
        assert outcome.error.code == "erased-chunk"
        assert {card.state for card in shop.cards()} == {CardState.PREPARED}


def test_the_command_leaves_nothing_in_the_log_of_a_book_that_is_open_elsewhere(
    closed: Archive,
) -> None:
    place = Path(closed.stock.engine.url.database or "")
    with contextlib.closing(sqlite3.connect(place)) as elsewhere:
        elsewhere.execute("SELECT count(*) FROM chunk").fetchall()
        assert closed.run().exit_code == 0
        held = b"".join(path.read_bytes() for path in place.parent.glob(f"{place.name}*"))
    assert b"one of a kind" not in held


def test_the_command_tells_what_it_erased(closed: Archive) -> None:
    done = closed.run("--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["chunks"], told["before"]) == (0, 2, 0)
    assert len(told["digest"]) == 64


def test_the_command_refuses_a_batch_that_is_not_closed(archive: Archive) -> None:
    refused = archive.run()
    assert refused.exit_code == Exit.STATE
    assert "not closed" in refused.stderr
