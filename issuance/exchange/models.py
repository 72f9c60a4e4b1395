"""Tables of what went to personalization bureaus and came back.

A record file is planned with its cards, then written and sent; a return file is kept when it was
booked. Cards are named by region and number and tied by no foreign key, so that both tables of
cards can be divided by region as that of the cards is.
"""

from datetime import datetime
from enum import Enum, unique

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from issuance.book_columns import Base, state_column


@unique
class Direction(Enum):
    """Which way a file went."""

    SENT = "sent"
    RECEIVED = "received"


@unique
class Outcome(Enum):
    """What became of a card that was sent; none yet while it is out."""

    GOOD = "good"
    REJECTED = "rejected"
    RECALLED = "recalled"


class ExchangeFile(Base):
    """A file sent or received. A number between two houses, and a one-time id, are used once.

    *handled_at* is when it was sent or booked; None for one that is planned and not written yet.
    *certificate* is the SHA-256 of the recipient's or the signer's. What a result file (回盘)
    without header leaves open is None.
    """

    __tablename__ = "exchange_file"
    __table_args__ = (
        UniqueConstraint("direction", "region", "bureau", "sequence"),
        UniqueConstraint("sha256"),
        Index("ix_exchange_file_batch_id", "batch_id", "direction", "dispatch", "volume"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    direction: Mapped[Direction] = mapped_column(state_column(Direction))
    region: Mapped[str] = mapped_column(String(6))
    bureau: Mapped[str] = mapped_column(String(256))
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    dispatch: Mapped[int | None]
    volume: Mapped[int | None]
    volumes: Mapped[int | None]
    sequence: Mapped[int | None]
    cards: Mapped[int]
    good: Mapped[int]
    rejected: Mapped[int]
    name: Mapped[str | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    certificate: Mapped[str | None] = mapped_column(String(64))
    signer: Mapped[str | None]
    answers: Mapped[str | None] = mapped_column(ForeignKey("exchange_file.id"))
    planned_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str | None]
    returned_at: Mapped[datetime | None]  # the last card of a sent file came back
    recalled_at: Mapped[datetime | None]
    recalled_by: Mapped[str | None]
    recall_reason: Mapped[str | None]


class SentCard(Base):
    """A card in a record file. It is out in one file at a time."""

    __tablename__ = "sent_card"
    __table_args__ = (
        Index(
            "uq_sent_card_out",
            "region",
            "card_number",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index("ix_sent_card_region_card_number", "region", "card_number"),
        {"sqlite_with_rowid": False},
    )

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("exchange_file.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    card_number: Mapped[str] = mapped_column(String(9))
    outcome: Mapped[Outcome | None] = mapped_column(state_column(Outcome))
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("exchange_file.id"))


class ReturnDetail(Base):
    """A card of a return file as it was booked, with what the bank and the bureau say of it."""

    __tablename__ = "return_detail"
    __table_args__ = (
        Index("ix_return_detail_region_card_number", "region", "card_number"),
        {"sqlite_with_rowid": False},
    )

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("exchange_file.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    card_number: Mapped[str] = mapped_column(String(9))
    outcome: Mapped[Outcome] = mapped_column(state_column(Outcome))
    stage: Mapped[str | None]
    reason: Mapped[str | None]
    identification_code: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    atr: Mapped[bytes | None] = mapped_column(LargeBinary(33))
    blank_serial: Mapped[str | None]
    bank_card_number: Mapped[str | None]
    personal_account: Mapped[str | None]
    box_position: Mapped[str | None]
