"""Progress in the book: every station sees how far any other has come with a chip.

It must be in the book. A station that knew only of its own writing could go on where another one
has written somebody else's data since.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from issuance.database import reading, transaction
from issuance.progress.models import ChipProgress
from issuance.progress.steps import Progress


def card_on(engine: Engine, chip: bytes) -> str | None:
    """The number of the card that was being written to this chip."""
    with reading(engine) as session:
        found = session.get(ChipProgress, chip)
        return found.number if found else None


def progress_of(
    engine: Engine, chip: bytes, number: str, *, clock: Callable[[], datetime]
) -> Progress:
    """How far this card has come on this chip, kept in the book from here on."""

    def keep(progress: Progress) -> None:
        with transaction(engine) as session:
            session.execute(upsert, _row(chip, progress, clock()))

    upsert = _UPSERT[engine.dialect.name]
    with reading(engine) as session:
        found = session.get(ChipProgress, chip)
    if found is None or found.number != number:
        return Progress(number=number, keep=keep)
    return Progress(
        number=number,
        content=found.content,
        reached=dict(found.reached),
        chip_key=found.chip_key,
        record=found.record,
        keep=keep,
    )


def forget(session: Session, chip: bytes) -> None:
    """The chip is finished, or what is on it is not to be relied on."""
    session.execute(delete(ChipProgress).where(ChipProgress.chip == chip))


def _row(chip: bytes, progress: Progress, at: datetime) -> dict[str, Any]:
    return {
        "chip": chip,
        "number": progress.number,
        "content": progress.content,
        "reached": progress.reached,
        "chip_key": progress.chip_key,
        "record": progress.record,
        "changed_at": at,
    }


def _upsert(insert: Any) -> Any:
    """One statement, some twenty times a card."""
    table = ChipProgress.__table__
    wanted = insert(table)
    names = [column.name for column in table.columns if column.name != "chip"]
    others = {name: wanted.excluded[name] for name in names}
    return wanted.on_conflict_do_update(index_elements=["chip"], set_=others)


_UPSERT = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
