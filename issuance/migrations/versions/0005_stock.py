"""Blank stock by serial range, station counts and their events, certificates of closed batches."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from issuance.migrations import stock_rules

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "blank_lot",
    "blank_range",
    "blank_movement",
    "station_count",
    "station_event",
    "count_try",
    "station_watch",
    "destruction",
    "batch_certificate",
)
BLANK_STATES = ("in_stock", "issued", "used", "rejected", "sample", "destroyed")
BOOKED = ("received", "good", "rejected", "samples", "returned")
COUNTED = ("received", "carried_in", "good", "rejected", "samples", "returned", "carried_out")
COUNT_KEY = ("region", "batch_id", "station", "kind", "number")
BALANCE = (
    "counted_at IS NULL OR"
    " received + carried_in = good + rejected + samples + returned + carried_out"
)


def upgrade() -> None:
    """To this form."""
    _stock()
    _counts()
    _papers()
    for statement in stock_rules.statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Back to the form before: the stock and the accounts go, cards stay."""
    for statement in stock_rules.removal(op.get_bind().dialect.name):
        op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)


def _stock() -> None:
    op.create_table(
        "blank_lot",
        _number("maker"),
        _serial("first"),
        _serial("count"),
        sa.Column("profile", sa.String(16), nullable=False),
        _text("delivery_note"),
        _moment("received_at"),
        _text("received_by"),
        _text("received_with"),
        sa.CheckConstraint("maker >= 0 AND maker < 65536", name="maker"),
        sa.CheckConstraint(
            "first >= 0 AND count > 0 AND first + count <= 281474976710656",
            name="serials",
        ),
        sa.PrimaryKeyConstraint("maker", "first", name="pk_blank_lot"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "blank_range",
        _number("maker"),
        _serial("first"),
        _serial("last"),
        _serial("lot"),
        _choice("state", "blank_state", BLANK_STATES),
        _batch(nullable=True),
        _station(nullable=True),
        sa.Column("allotted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("last >= first", name="order"),
        sa.CheckConstraint(
            "CASE WHEN state IN ('issued', 'used') THEN batch_id IS NOT NULL"
            " WHEN state = 'in_stock' THEN batch_id IS NULL ELSE 1 = 1 END",
            name="place",
        ),
        _to_batch("blank_range"),
        _to_lot("blank_range"),
        sa.PrimaryKeyConstraint("maker", "first", name="pk_blank_range"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_blank_range_batch_id_state", "blank_range", ["batch_id", "state"])
    op.create_table(
        "blank_movement",
        _number("maker"),
        _serial("first"),
        _number("turn"),
        _serial("last"),
        _serial("lot"),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("was", sa.String(16), nullable=True),
        _choice("state", "blank_state", BLANK_STATES),
        _batch(nullable=True),
        _station(nullable=True),
        _text("document", nullable=True),
        _text("reason", nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        _moment("at"),
        _text("by"),
        _text("second", nullable=True),
        _to_batch("blank_movement"),
        _to_lot("blank_movement"),
        sa.PrimaryKeyConstraint("maker", "first", "turn", name="pk_blank_movement"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_blank_movement_day", "blank_movement", ["day"])
    op.create_index("ix_blank_movement_batch_id_event", "blank_movement", ["batch_id", "event"])


def _counts() -> None:
    op.create_table(
        "station_count",
        *_count_key(),
        _choice("work", "work", ("personalize", "inspect")),
        _moment("opened_at"),
        *map(_number, COUNTED),
        _moment("counted_at", nullable=True),
        _text("counted_by", nullable=True),
        sa.CheckConstraint(BALANCE, name="balance"),
        sa.CheckConstraint(" AND ".join(f"{name} >= 0" for name in COUNTED), name="figures"),
        _to_batch("station_count"),
        sa.PrimaryKeyConstraint(*COUNT_KEY, name="pk_station_count"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "station_event",
        *_count_key(),
        _number("place"),
        _choice("work", "work", ("personalize", "inspect")),
        sa.Column("subject", sa.String(16), nullable=False),
        *map(_number, BOOKED),
        _moment("at"),
        _text("by"),
        _to_count("station_event"),
        sa.PrimaryKeyConstraint(*COUNT_KEY, "place", name="pk_station_event"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_station_event_batch_id_kind_subject", "station_event", ["batch_id", "kind", "subject"]
    )
    op.create_table(
        "count_try",
        *_count_key(),
        _number("turn"),
        *map(_number, COUNTED),
        sa.Column("differs", sa.JSON(), nullable=False),
        _moment("at"),
        _text("by"),
        _to_count("count_try"),
        sa.PrimaryKeyConstraint(*COUNT_KEY, "turn", name="pk_count_try"),
        sqlite_with_rowid=False,
    )


def _papers() -> None:
    op.create_table(
        "station_watch",
        _station(),
        _number("failures"),
        _text("failed_by"),
        _moment("stopped_at", nullable=True),
        sa.PrimaryKeyConstraint("station", name="pk_station_watch"),
    )
    op.create_table(
        "destruction",
        sa.Column("id", sa.String(16), nullable=False),
        _text("reason"),
        _serial("count"),
        _text("by"),
        _text("second"),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name="pk_destruction"),
    )
    op.create_table(
        "batch_certificate",
        _batch(),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _moment("at"),
        _text("by"),
        _to_batch("batch_certificate"),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batch_certificate"),
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _serial(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _batch(*, nullable: bool = False) -> sa.Column[str]:
    return sa.Column("batch_id", sa.String(24), nullable=nullable)


def _station(*, nullable: bool = False) -> sa.Column[str]:
    return sa.Column("station", sa.String(32), nullable=nullable)


def _choice(column: str, name: str, values: tuple[str, ...]) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)
    return sa.Column(column, kind, nullable=False)


def _count_key() -> tuple[sa.Column[Any], ...]:
    region = sa.Column("region", sa.String(6), nullable=False)
    kind = _choice("kind", "kind", ("card", "blank"))
    return region, _batch(), _station(), kind, _number("number")


def _to_batch(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=f"fk_{table}_batch_id")


def _to_lot(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["maker", "lot"], ["blank_lot.maker", "blank_lot.first"], name=f"fk_{table}_maker_lot"
    )


def _to_count(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        list(COUNT_KEY),
        [f"station_count.{name}" for name in COUNT_KEY],
        name=f"fk_{table}_{'_'.join(COUNT_KEY)}",
    )
