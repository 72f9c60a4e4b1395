"""Data of matters that tickets carry to cards."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this form."""
    op.create_table(
        "card_write",
        sa.Column("ticket", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["matter"], ["matter.id"], name=op.f("fk_card_write_matter")),
        sa.PrimaryKeyConstraint("ticket", "matter", "number", name=op.f("pk_card_write")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_card_write_matter"), "card_write", ["matter"], unique=False)


def downgrade() -> None:
    """Back to the form before."""
    op.drop_table("card_write")
