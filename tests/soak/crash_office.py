"""The book of the crash runs: batches to prepare, and what must hold of them afterwards."""

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from crypto.keystore import SoftKeyStore, create_issuer_keys
from crypto.receipt import parse_record
from issuance import applications, audit, batches
from issuance.book_columns import Range
from issuance.database import reading, transaction
from issuance.issuer_keys import issuer_keys
from issuance.models import Application, AuditEntry, Batch, Card, Chunk
from issuance.numbering import numbers_in
from issuance.states import ApplicationState, Signing
from reader.card_profile.profiles import PROFILES
from reader.card_record import CONFIRMATION
from tests.benchmarks.issuance import people

PROFILE = "international"
CHUNK = 100  # whose answer is longer than a pipe holds
SIZE = 2_000  # cards a batch
REGION, CLERK, CHIEF, MAKER = "371700", "Zhang", "Li", "Wang"
PASSPHRASE = "crash"  # noqa: S105
FIRST_BLANK = int.from_bytes(bytes.fromhex("8660000000000001"), "big")


def BLANKS(session: Session, _batch: str, size: int) -> list[Range]:  # noqa: N802  # a stock
    """Blanks behind all that chunks were given, as the stock's own ranges would be."""
    taken = session.scalar(select(func.coalesce(func.sum(Chunk.size), 0))) or 0
    return [[FIRST_BLANK + taken, size]]


def create_keys(folder: Path) -> None:
    """The issuer's keys, cheap to open: they are opened hundreds of times."""
    store = SoftKeyStore.create(folder / "keys.json", PASSPHRASE, cost=2**10)
    create_issuer_keys(store, issuer_keys(PROFILES[PROFILE]))


def released(engine: Engine, number: int) -> str:
    """The *number*-th batch, of people whom no other has."""
    now = datetime.now(UTC)
    rows = [
        (place, *row[1:])
        for place, row in enumerate(list(people((number + 1) * SIZE))[number * SIZE :], start=1)
    ]
    with transaction(engine) as session:
        booking = applications.book(
            session,
            rows,
            file=applications.FileFacts(
                name=f"{number}.csv",
                sha256=f"{number:064}",
                encoding="UTF-8",
                header=("",),
                dated=date(2026, 11, 1),
                region=REGION,
            ),
            by=CLERK,
            at=now,
        )
        batch = batches.request(
            session,
            intake_id=booking.intake_id,
            profile=PROFILE,
            signing=Signing.CARD,
            by=CLERK,
            at=now,
        ).id
        batches.approve(session, batch, by=CHIEF, at=now)
    return batch


def faults(engine: Engine) -> list[str]:
    """What is wrong in the book: nothing, whatever was killed."""
    found: list[str] = []
    with reading(engine) as session:
        audit.verify(session)
        chunks = session.execute(
            select(Chunk.batch_id, Chunk.number, Chunk.size, Chunk.prepared_at, Chunk.numbers)
        ).all()
        found += _numbers(session, chunks)
        found += _accounts(session, chunks)
        found += _keys(session)
    return found


def _numbers(session: Session, chunks: Any) -> list[str]:
    """Each number is of one chunk, and of one card of that chunk."""
    found, planned = [], {}
    for chunk in chunks:
        for one in chunk.numbers:
            for number in numbers_in(*one):
                if number in planned:
                    found.append(f"{number} was planned twice")
                planned[number] = (chunk.batch_id, chunk.number)
    cards = session.execute(select(Card.number, Card.batch_id, Card.chunk, Card.blank)).all()
    found += [
        f"{card.number} is not its chunk's"
        for card in cards
        if planned.get(card.number) != (card.batch_id, card.chunk)
    ]
    blanks = sorted(card.blank for card in cards)
    found += [f"blank {a.hex()} has two cards" for a, b in pairwise(blanks) if a == b]
    return found


def _accounts(session: Session, chunks: Any) -> list[str]:
    """A chunk is whole with one audit entry, or nothing of it is there."""
    found = []
    counted = session.execute(
        select(Card.batch_id, Card.chunk, func.count()).group_by(Card.batch_id, Card.chunk)
    )
    made = {(batch, chunk): count for batch, chunk, count in counted}
    entries = dict(
        session.execute(
            select(AuditEntry.subject, func.count())
            .where(AuditEntry.event == "card.prepare")
            .group_by(AuditEntry.subject)
        ).all()
    )
    for chunk in chunks:
        expected = chunk.size if chunk.prepared_at else 0
        key = (chunk.batch_id, chunk.number)
        if made.get(key, 0) != expected:
            found.append(f"chunk {key}: {made.get(key, 0)} cards, {expected} expected")
        if entries.get(f"chunk {key[0]}/{key[1]}", 0) != bool(expected):
            found.append(f"chunk {key}: audit entries {entries.get(f'chunk {key[0]}/{key[1]}')}")
    carded = session.scalar(
        select(func.count()).where(Application.state == ApplicationState.CARDED)
    )
    if carded != sum(made.values()):
        found.append(f"{carded} applications have a card, {sum(made.values())} cards are there")
    sizes = session.scalar(select(func.sum(Batch.size)))
    waiting = session.scalar(
        select(func.count()).where(Application.state == ApplicationState.APPROVED)
    )
    if sizes != (carded or 0) + (waiting or 0):
        found.append(f"{sizes} cards were asked for, {carded} made, {waiting} wait")
    return found


def _keys(session: Session) -> list[str]:
    """No two cards have one key pair."""
    found, seen = [], set()
    for number, record in session.execute(select(Card.number, Card.record)):
        key = str(parse_record(record).claims[CONFIRMATION])
        if key in seen:
            found.append(f"{number} has the key of another card")
        seen.add(key)
    return found
