"""Files to and from personalization bureaus, the cards in them, and what came back."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OUTCOMES = ("good", "rejected", "recalled")


def upgrade() -> None:
    """To this form."""
    _files()
    _cards()


def downgrade() -> None:
    """Back to the form before; indexes go with their tables."""
    for table in ("return_detail", "sent_card", "exchange_file"):
        op.drop_table(table)


def _files() -> None:
    """Record files sent, return files received."""
    op.create_table(
        "exchange_file",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("direction", _state("direction", "sent", "received"), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("bureau", sa.String(256), nullable=False),
        sa.Column("batch_id", sa.String(24), nullable=False),
        sa.Column("dispatch", sa.Integer(), nullable=True),
        sa.Column("volume", sa.Integer(), nullable=True),
        sa.Column("volumes", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("certificate", sa.String(64), nullable=True),
        sa.Column("signer", sa.String(), nullable=True),
        sa.Column("answers", sa.String(32), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.String(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_by", sa.String(), nullable=True),
        sa.Column("recall_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["answers"], ["exchange_file.id"], name="fk_exchange_file_answers"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_exchange_file_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_file"),
        sa.UniqueConstraint(
            "direction",
            "region",
            "bureau",
            "sequence",
            name="uq_exchange_file_direction_region_bureau_sequence",
        ),
        sa.UniqueConstraint("sha256", name="uq_exchange_file_sha256"),
    )
    op.create_index(
        "ix_exchange_file_batch_id",
        "exchange_file",
        ["batch_id", "direction", "dispatch", "volume"],
    )


def _cards() -> None:
    """The cards of a record file, and those of a return file."""
    op.create_table(
        "sent_card",
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("file_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card_number", sa.String(9), nullable=False),
        sa.Column("outcome", _state("outcome", *OUTCOMES), nullable=True),
        sa.Column("answered_by", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["exchange_file.id"], name="fk_sent_card_answered_by"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["exchange_file.id"], name="fk_sent_card_file_id"),
        sa.PrimaryKeyConstraint("region", "file_id", "position", name="pk_sent_card"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_sent_card_out",
        "sent_card",
        ["region", "card_number"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index("ix_sent_card_region_card_number", "sent_card", ["region", "card_number"])
    op.create_table(
        "return_detail",
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("file_id", sa.String(32), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card_number", sa.String(9), nullable=False),
        sa.Column("outcome", _state("outcome", *OUTCOMES), nullable=False),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("identification_code", sa.LargeBinary(16), nullable=True),
        sa.Column("atr", sa.LargeBinary(33), nullable=True),
        sa.Column("blank_serial", sa.String(), nullable=True),
        sa.Column("bank_card_number", sa.String(), nullable=True),
        sa.Column("personal_account", sa.String(), nullable=True),
        sa.Column("box_position", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["exchange_file.id"], name="fk_return_detail_file_id"),
        sa.PrimaryKeyConstraint("region", "file_id", "row", name="pk_return_detail"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_return_detail_region_card_number", "return_detail", ["region", "card_number"]
    )


def _state(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)
