"""Proofs of life, and conversions between the two old-age insurances."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("life_proof", "pension_conversion")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this form."""
    _life_proof()
    _pension_conversion()


def downgrade() -> None:
    """Back to the form before."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _life_proof() -> None:
    op.create_table(
        "life_proof",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("presence", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("until_month", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_life_proof_person")
        ),
        sa.PrimaryKeyConstraint("person", "number", name=op.f("pk_life_proof")),
        sa.UniqueConstraint("presence", name=op.f("uq_life_proof_presence")),
        sqlite_with_rowid=False,
    )


def _pension_conversion() -> None:
    op.create_table(
        "pension_conversion",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("insurance", sa.String(length=3), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("refund", sa.BigInteger(), nullable=False),
        sa.Column("moved_on", sa.Boolean(), nullable=False),
        sa.Column("matter", sa.String(length=32), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint("account >= 0", name=op.f("ck_pension_conversion_account")),
        sa.CheckConstraint(
            "insurance IN ('110', '170')", name=op.f("ck_pension_conversion_insurance")
        ),
        sa.ForeignKeyConstraint(
            ["matter"], ["matter.id"], name=op.f("fk_pension_conversion_matter")
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_pension_conversion_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pension_conversion")),
        sa.UniqueConstraint("matter", name=op.f("uq_pension_conversion_matter")),
    )
    op.create_index("ix_pension_conversion_person", "pension_conversion", ["person"], unique=False)
