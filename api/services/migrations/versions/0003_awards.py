"""Awards, their amounts and pauses, payable items, monthly runs; recalculations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "award",
    "award_amount",
    "award_pause",
    "payable_item",
    "month_run",
    "recalculation",
    "recalculation_line",
)
# Tables whose rows stay as they are, with the columns that do; empty: all of them.
STAY = {
    "calculation": "",
    "award_amount": "",
    "payable_item": "award, month, number, amount, run, made_at",
}
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this form."""
    _award()
    _award_amount()
    _award_pause()
    _payable_item()
    _month_run()
    _recalculation()
    _recalculation_line()
    for table, columns in STAY.items():
        _let_stay(table, columns)


def downgrade() -> None:
    """Back to the form before."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION insurance_stays() CASCADE")
    else:
        op.execute("DROP TRIGGER calculation_stays")
        op.execute("DROP TRIGGER calculation_is_kept")
    for table in reversed(TABLES):
        op.drop_table(table)


def _let_stay(table: str, columns: str) -> None:
    """Rows are added, never changed or taken away: what was paid, and why, is told for good."""
    of = f" OF {columns}" if columns else ""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """CREATE OR REPLACE FUNCTION insurance_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'rows of % stay as they are', TG_TABLE_NAME
            USING ERRCODE = 'check_violation'; END $$"""
        )
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE{of} OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION insurance_stays()"
        )
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} stay as they are'); END"
    op.execute(f"CREATE TRIGGER {table}_stays BEFORE UPDATE{of} ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} {refuse}")


def _award() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("benefit", sa.String(length=32), nullable=False),
        sa.Column("insurance", sa.String(length=3), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("insured", sa.String(length=18), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("until_month", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.String(length=64), nullable=True),
        sa.Column("matter", sa.String(length=32), nullable=True),
        sa.Column("unsettled", sa.Boolean(), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "until_month IS NULL OR until_month >= from_month - 1", name=op.f("ck_award_months")
        ),
        sa.ForeignKeyConstraint(
            ["insured"], ["insured_person.number"], name=op.f("fk_award_insured")
        ),
        sa.ForeignKeyConstraint(["matter"], ["matter.id"], name=op.f("fk_award_matter")),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_award_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
    )
    op.create_index("ix_award_insured", "award", ["insured"], unique=False)
    op.create_index(op.f("ix_award_matter"), "award", ["matter"], unique=False)
    op.create_index("ix_award_person", "award", ["person"], unique=False)
    op.create_index(
        "ix_award_region_insurance_id", "award", ["region", "insurance", "id"], unique=False
    )


def _award_amount() -> None:
    op.create_table(
        "award_amount",
        sa.Column("award", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("calculation", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["award"], ["award.id"], name=op.f("fk_award_amount_award")),
        sa.ForeignKeyConstraint(
            ["calculation"], ["calculation.id"], name=op.f("fk_award_amount_calculation")
        ),
        sa.PrimaryKeyConstraint("award", "number", name=op.f("pk_award_amount")),
        sqlite_with_rowid=False,
    )


def _award_pause() -> None:
    op.create_table(
        "award_pause",
        sa.Column("award", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("until_month", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("made_good", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["award"], ["award.id"], name=op.f("fk_award_pause_award")),
        sa.PrimaryKeyConstraint("award", "number", name=op.f("pk_award_pause")),
        sqlite_with_rowid=False,
    )


def _payable_item() -> None:
    op.create_table(
        "payable_item",
        sa.Column("award", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.String(length=48), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("taken", sa.String(length=64), nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_payable_item_amount")),
        sa.PrimaryKeyConstraint("award", "month", "number", name=op.f("pk_payable_item")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_payable_item_run", "payable_item", ["run"], unique=False)


def _month_run() -> None:
    op.create_table(
        "month_run",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("insurance", sa.String(length=3), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("through", sa.String(length=32), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("region", "insurance", "month", name=op.f("pk_month_run")),
    )


def _recalculation() -> None:
    op.create_table(
        "recalculation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalculation")),
    )


def _recalculation_line() -> None:
    op.create_table(
        "recalculation_line",
        sa.Column("recalculation", sa.String(length=32), nullable=False),
        sa.Column("calculation", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["calculation"], ["calculation.id"], name=op.f("fk_recalculation_line_calculation")
        ),
        sa.ForeignKeyConstraint(
            ["made"], ["calculation.id"], name=op.f("fk_recalculation_line_made")
        ),
        sa.ForeignKeyConstraint(
            ["recalculation"],
            ["recalculation.id"],
            name=op.f("fk_recalculation_line_recalculation"),
        ),
        sa.PrimaryKeyConstraint("recalculation", "calculation", name=op.f("pk_recalculation_line")),
        sqlite_with_rowid=False,
    )
