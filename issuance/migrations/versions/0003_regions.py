"""Tables divided by issuing region, whole lives of applications and cards, prepared chunks.

A primary key begins with the region, so that a server's database can divide the large tables by
it. On SQLite a primary key is changed by building the table anew: the child first, so that no row
of it is ever without its parent.
"""

import sqlalchemy as sa
from alembic import op

from issuance.migrations import postgresql_regions
from issuance.migrations import region_tables as texts

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this form."""
    if op.get_bind().dialect.name == "postgresql":
        postgresql_regions.upgrade(
            application=texts.NEW_APPLICATION,
            card=texts.NEW_CARD,
            rows=(texts.APPLICATIONS_ON, texts.CARDS_ON),
            indexes=texts.NEW_INDEXES,
        )
        return
    _rebuild(
        (texts.NEW_BATCH, texts.NEW_APPLICATION, texts.NEW_CARD),
        (texts.BATCHES_ON, texts.APPLICATIONS_ON, texts.CARDS_ON),
        texts.NEW_INDEXES,
    )
    op.create_table(
        "chunk",
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("batch_id", sa.String(24), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_row", sa.Integer(), nullable=True),
        sa.Column("last_row", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("blanks", sa.JSON(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("prepared_by", sa.String(), nullable=True),
        sa.Column("root", sa.LargeBinary(32), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("region", "batch_id", "number", name="pk_chunk"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_chunk_batch_id"),
    )


def downgrade() -> None:
    """Back to the form before; chunks go, and with them the prepared data."""
    if op.get_bind().dialect.name == "postgresql":
        postgresql_regions.downgrade(
            application=texts.OLD_APPLICATION,
            card=texts.OLD_CARD,
            rows=(texts.APPLICATIONS_BACK, texts.CARDS_BACK),
            indexes=texts.OLD_INDEXES,
        )
        return
    op.drop_table("chunk")
    _rebuild(
        (texts.OLD_BATCH, texts.OLD_APPLICATION, texts.OLD_CARD),
        (texts.BATCHES_BACK, texts.APPLICATIONS_BACK, texts.CARDS_BACK),
        texts.OLD_INDEXES,
    )


def _rebuild(tables: tuple[str, ...], rows: tuple[str, ...], indexes: tuple[str, ...]) -> None:
    """Parents first into the new tables, children first out of the old."""
    for statement in (*tables, *rows):
        op.execute(statement)
    for table in ("card", "application", "batch"):
        op.drop_table(table)
    for table in ("batch", "application", "card"):
        op.rename_table(f"{table}_new", table)
    for statement in indexes:
        op.execute(statement)
