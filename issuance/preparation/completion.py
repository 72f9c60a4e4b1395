"""A prepared chunk on its way into the book: cards, applications and audit entry at once."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from issuance import audit, bulk, lifecycle
from issuance.instants import last_valid_day
from issuance.intake.checks import REPLACEMENT
from issuance.models import Application, Card, Chunk
from issuance.preparation.chunk_preparation import PreparedChunk
from issuance.preparation.chunk_rows import ChunkKey, ChunkWork, claim, is_chunk
from issuance.states import (
    ApplicationEvent,
    ApplicationState,
    CardEvent,
    CardState,
    Signing,
)
from issuance.storage_errors import CrossedError

_CARD_COLUMNS = (
    "number",
    "row",
    "social_security_number",
    "replaces",
    "status_list",
    "status_index",
    "place",
    "blank",
    "record",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedChunk:
    """A prepared chunk on its way into the book; a row of *cards* is in the order of the columns
    that the book is given."""

    key: ChunkKey
    intake_id: int
    issued_on: date
    signing: Signing
    again: bool
    cards: list[tuple[Any, ...]] = field(repr=False)
    root: bytes
    content: bytes = field(repr=False)


def finished(work: ChunkWork, made: PreparedChunk) -> FinishedChunk:
    """What was prepared, as rows for the book."""
    task, columns = work.task, work.task.columns
    replaced = [
        old if kind == REPLACEMENT else None
        for kind, old in zip(columns["application_type"], columns["old_card_number"], strict=True)
    ]
    lists, indexes = zip(*task.places, strict=True) if task.places else ((), ())
    rows = zip(
        task.numbers,
        work.rows,
        columns["social_security_number"],
        replaced,
        lists,
        indexes,
        range(len(work.rows)),
        task.blanks,
        made.records,
        strict=True,
    )
    return FinishedChunk(
        key=work.key,
        intake_id=work.intake_id,
        issued_on=task.issued_on,
        signing=task.signing,
        again=work.again,
        cards=list(rows),
        root=made.root,
        content=made.content,
    )


def complete(session: Session, done: FinishedChunk, *, by: str, at: datetime) -> int:
    """Book a prepared chunk, all of it; the number of its cards, 0 where it was booked before."""
    if not claim(session, done.key):
        return 0
    if done.again:
        _book_again(session, done, at)
    elif done.cards:
        bulk.add(session, Card, _CARD_COLUMNS, done.cards, same=_of_all(done, at))
        _mark_carded(session, done)
    session.execute(
        update(Chunk)
        .where(*is_chunk(done.key))
        .values(
            prepared_at=at,
            prepared_by=by,
            root=done.root,
            content=done.content,
            size=len(done.cards),
        )
    )
    detail: audit.Detail = {
        "cards": len(done.cards),
        "first": done.cards[0][0] if done.cards else None,
        "last": done.cards[-1][0] if done.cards else None,
        "root": done.root.hex(),
        "signing": done.signing.value,
    }
    # One entry for the chunk; each of its cards is a leaf of the tree with this root.
    subject, region = f"chunk {done.key.batch_id}/{done.key.number}", done.key.region
    audit.append(session, "card.prepare", [(subject, detail)], chain=region, by=by, at=at)
    return len(done.cards)


def _of_all(done: FinishedChunk, at: datetime) -> dict[str, Any]:
    """What is the same for all cards of a chunk."""
    return {
        "region": done.key.region,
        "batch_id": done.key.batch_id,
        "intake_id": done.intake_id,
        "chunk": done.key.number,
        "state": lifecycle.after(lifecycle.CARD, CardState.NUMBERED, CardEvent.PREPARE),
        "issued_on": done.issued_on,
        "expires_on": last_valid_day(done.issued_on),
        "prepared_at": at,
        "changed_at": at,
    }


def _book_again(session: Session, done: FinishedChunk, at: datetime) -> None:
    """Cards that are in the book already, numbered when the spoilt ones were rejected."""
    names = ("place", "blank", "record")
    same = _of_all(done, at)
    for card in done.cards:
        found = dict(zip(_CARD_COLUMNS, card, strict=True))
        session.execute(
            update(Card)
            .where(
                Card.region == done.key.region,
                Card.number == found["number"],
                Card.state == CardState.NUMBERED,
            )
            .values(**{name: found[name] for name in names}, **same)
            .execution_options(synchronize_session=False)
        )


def _mark_carded(session: Session, done: FinishedChunk) -> None:
    """Raises CrossedError where an application was cancelled while its card was prepared."""
    carded = lifecycle.after(
        lifecycle.APPLICATION, ApplicationState.APPROVED, ApplicationEvent.CARD
    )
    row = _CARD_COLUMNS.index("row")
    moved = session.connection().execute(
        update(Application)
        .where(
            Application.region == done.key.region,
            Application.intake_id == done.intake_id,
            Application.row.between(done.cards[0][row], done.cards[-1][row]),
            Application.batch_id == done.key.batch_id,
            Application.state == ApplicationState.APPROVED,
        )
        .values(state=carded)
    )
    if moved.rowcount != len(done.cards):
        raise CrossedError
