"""How far the writing of each chip has come."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this form."""
    op.create_table(
        "chip_progress",
        sa.Column("chip", sa.LargeBinary(8), nullable=False),
        sa.Column("number", sa.String(9), nullable=False),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("reached", sa.JSON(), nullable=False),
        sa.Column("chip_key", sa.LargeBinary(65)),
        sa.Column("record", sa.LargeBinary()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chip", name="pk_chip_progress"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Back to the form before: chips that are being written begin anew."""
    op.drop_table("chip_progress")
