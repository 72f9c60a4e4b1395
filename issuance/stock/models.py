"""Tables of the stock and the accounts.

A blank is named by maker (2 bytes) and serial (6 bytes): the eight bytes that its answer to reset
ends with (`reader.card_profile.atr.ladder_factor`). Blanks are kept in ranges of serials, never a
row each. What holds whoever writes (ranges do not overlap, a counted count does not change, a
batch closes only in balance) is in `issuance.migrations.stock_rules`.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from issuance.book_columns import Base, state_column
from issuance.states import BlankState
from issuance.stock.kinds import Kind, Work

SERIALS = 1 << 48  # of one maker
MAKERS = 1 << 16
_FIGURES = ("received", "carried_in", "good", "rejected", "samples", "returned", "carried_out")
_KIND: Enum = state_column(Kind)
_WORK: Enum = state_column(Work)
_BLANK: Enum = state_column(BlankState)


class BlankLot(Base):
    """Blanks with consecutive serials that came in with one delivery note."""

    __tablename__ = "blank_lot"
    __table_args__ = (
        CheckConstraint(f"maker >= 0 AND maker < {MAKERS}", name="maker"),
        CheckConstraint(f"first >= 0 AND count > 0 AND first + count <= {SERIALS}", name="serials"),
        {"sqlite_with_rowid": False},
    )

    maker: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(BigInteger)
    profile: Mapped[str] = mapped_column(String(16))
    delivery_note: Mapped[str]
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    received_with: Mapped[str]  # the second person


class BlankRange(Base):
    """Neighbouring blanks of one lot in one state and place; every blank is in exactly one."""

    __tablename__ = "blank_range"
    __table_args__ = (
        ForeignKeyConstraint(["maker", "lot"], ["blank_lot.maker", "blank_lot.first"]),
        CheckConstraint("last >= first", name="order"),
        CheckConstraint(
            "CASE WHEN state IN ('issued', 'used') THEN batch_id IS NOT NULL"
            " WHEN state = 'in_stock' THEN batch_id IS NULL ELSE 1 = 1 END",
            name="place",
        ),
        Index("ix_blank_range_batch_id_state", "batch_id", "state"),
        {"sqlite_with_rowid": False},
    )

    maker: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)
    lot: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[BlankState] = mapped_column(_BLANK)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batch.id"))  # kept when it is spoilt
    station: Mapped[str | None] = mapped_column(String(32))
    allotted: Mapped[bool]  # to a chunk of cards that are prepared for these very blanks


class BlankMovement(Base):
    """The ledger of the stock: every change of state, append-only.

    *turn* counts the movements of blanks beginning at the same serial.
    """

    __tablename__ = "blank_movement"
    __table_args__ = (
        ForeignKeyConstraint(["maker", "lot"], ["blank_lot.maker", "blank_lot.first"]),
        Index("ix_blank_movement_day", "day"),
        Index("ix_blank_movement_batch_id_event", "batch_id", "event"),
        {"sqlite_with_rowid": False},
    )

    maker: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)
    lot: Mapped[int] = mapped_column(BigInteger)
    event: Mapped[str] = mapped_column(String(16))
    was: Mapped[str | None] = mapped_column(String(16))
    state: Mapped[BlankState] = mapped_column(_BLANK)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batch.id"))
    station: Mapped[str | None] = mapped_column(String(32))
    document: Mapped[str | None]  # delivery note, or the record of a destruction
    reason: Mapped[str | None]
    day: Mapped[date]  # of *at*, in China
    at: Mapped[datetime]
    by: Mapped[str]
    second: Mapped[str | None]


class StationCount(Base):
    """One count (a shift) of cards or blanks of a batch at a station; the figures of its counter.

    Until `counted_at` is set, all figures are 0.
    """

    __tablename__ = "station_count"
    __table_args__ = (
        CheckConstraint(
            "counted_at IS NULL OR"
            " received + carried_in = good + rejected + samples + returned + carried_out",
            name="balance",
        ),
        CheckConstraint(" AND ".join(f"{name} >= 0" for name in _FIGURES), name="figures"),
        {"sqlite_with_rowid": False},
    )

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    station: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[Kind] = mapped_column(_KIND, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    work: Mapped[Work] = mapped_column(_WORK)
    opened_at: Mapped[datetime]
    received: Mapped[int]
    carried_in: Mapped[int]
    good: Mapped[int]
    rejected: Mapped[int]
    samples: Mapped[int]
    returned: Mapped[int]
    carried_out: Mapped[int]
    counted_at: Mapped[datetime | None]
    counted_by: Mapped[str | None]


class StationEvent(Base):
    """Something that happened to cards or blanks at a station, within a count; append-only.

    *subject* is the card's number or the blank's sixteen hexadecimal digits; empty for many.
    """

    __tablename__ = "station_event"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region", "batch_id", "station", "kind", "number"],
            [
                "station_count.region",
                "station_count.batch_id",
                "station_count.station",
                "station_count.kind",
                "station_count.number",
            ],
        ),
        Index("ix_station_event_batch_id_kind_subject", "batch_id", "kind", "subject"),
        {"sqlite_with_rowid": False},
    )

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    batch_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    station: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[Kind] = mapped_column(_KIND, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    work: Mapped[Work] = mapped_column(_WORK)
    subject: Mapped[str] = mapped_column(String(16))
    received: Mapped[int]
    good: Mapped[int]
    rejected: Mapped[int]
    samples: Mapped[int]
    returned: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str]


class CountTry(Base):
    """A blind count that did not agree with the book: what was entered, and where it differs."""

    __tablename__ = "count_try"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region", "batch_id", "station", "kind", "number"],
            [
                "station_count.region",
                "station_count.batch_id",
                "station_count.station",
                "station_count.kind",
                "station_count.number",
            ],
        ),
        {"sqlite_with_rowid": False},
    )

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    batch_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    station: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[Kind] = mapped_column(_KIND, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received: Mapped[int]
    carried_in: Mapped[int]
    good: Mapped[int]
    rejected: Mapped[int]
    samples: Mapped[int]
    returned: Mapped[int]
    carried_out: Mapped[int]
    differs: Mapped[list[str]]
    at: Mapped[datetime]
    by: Mapped[str]


class StationWatch(Base):
    """How many failures in a row a station had, and whether it was stopped for it."""

    __tablename__ = "station_watch"

    station: Mapped[str] = mapped_column(String(32), primary_key=True)
    failures: Mapped[int]
    failed_by: Mapped[str]
    stopped_at: Mapped[datetime | None]


class Destruction(Base):
    """A record of destruction: how many, why, and before which two people."""

    __tablename__ = "destruction"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    reason: Mapped[str]
    count: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[str]
    second: Mapped[str]
    at: Mapped[datetime]


class BatchCertificate(Base):
    """The signed certificate of a closed batch."""

    __tablename__ = "batch_certificate"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    by: Mapped[str]
