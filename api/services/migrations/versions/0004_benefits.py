"""Unemployment, injuries, platform work, private pensions, annuities."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    "unemployment_claim",
    "job_search",
    "injury",
    "injury_award",
    "injury_dependant",
    "platform_month",
    "platform_worker_month",
    "pension_account",
    "pension_movement",
    "annuity_plan",
)
MOMENT = sa.DateTime(timezone=True)
PERSON = ["insured_person.number"]


def upgrade() -> None:
    """To this form."""
    _unemployment_claim()
    _job_search()
    _injury()
    _injury_award()
    _injury_dependant()
    _platform_month()
    _platform_worker_month()
    _pension_account()
    _pension_movement()
    _annuity_plan()


def downgrade() -> None:
    """Back to the form before."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _unemployment_claim() -> None:
    op.create_table(
        "unemployment_claim",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("lost_on", sa.Date(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=2), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.String(length=16), nullable=True),
        sa.Column("paid_months", sa.Integer(), nullable=False),
        sa.Column("counted_through", sa.Integer(), nullable=True),
        sa.Column("carried", sa.Integer(), nullable=False),
        sa.Column("months_due", sa.Integer(), nullable=False),
        sa.Column("award", sa.String(length=32), nullable=True),
        sa.Column("matter", sa.String(length=32), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=32), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "months_due BETWEEN 0 AND 24", name=op.f("ck_unemployment_claim_months")
        ),
        sa.CheckConstraint(
            "(award IS NULL) = (claimed_on IS NULL)", name=op.f("ck_unemployment_claim_claimed")
        ),
        sa.ForeignKeyConstraint(["award"], ["award.id"], name=op.f("fk_unemployment_claim_award")),
        sa.ForeignKeyConstraint(
            ["matter"], ["matter.id"], name=op.f("fk_unemployment_claim_matter")
        ),
        sa.ForeignKeyConstraint(["person"], PERSON, name=op.f("fk_unemployment_claim_person")),
        sa.PrimaryKeyConstraint("person", "number", name=op.f("pk_unemployment_claim")),
        sqlite_with_rowid=False,
    )


def _job_search() -> None:
    op.create_table(
        "job_search",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("justified", sa.Boolean(), nullable=False),
        sa.Column("employer", sa.String(length=70), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("matter", sa.String(length=32), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], PERSON, name=op.f("fk_job_search_person")),
        sa.ForeignKeyConstraint(["matter"], ["matter.id"], name=op.f("fk_job_search_matter")),
        sa.PrimaryKeyConstraint("person", "number", name=op.f("pk_job_search")),
        sa.UniqueConstraint("matter", name=op.f("uq_job_search_matter")),
        sqlite_with_rowid=False,
    )


def _injury() -> None:
    op.create_table(
        "injury",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("insurance", sa.String(length=3), nullable=False),
        sa.Column("employer", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("circumstance", sa.String(length=16), nullable=False),
        sa.Column("order_number", sa.String(length=40), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("recurrence_of", sa.String(length=32), nullable=True),
        sa.Column("determination", sa.String(length=20), nullable=True),
        sa.Column("finding", sa.String(length=1), nullable=True),
        sa.Column("determined_on", sa.Date(), nullable=True),
        sa.Column("determined_by", sa.String(length=60), nullable=True),
        sa.Column("appraisal", sa.String(length=20), nullable=True),
        sa.Column("grade", sa.String(length=2), nullable=True),
        sa.Column("care", sa.String(length=1), nullable=True),
        sa.Column("incapacity", sa.String(length=1), nullable=True),
        sa.Column("appraised_on", sa.Date(), nullable=True),
        sa.Column("appraised_by", sa.String(length=60), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("matter", sa.String(length=32), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint("insurance IN ('410', 'X41')", name=op.f("ck_injury_insurance")),
        sa.CheckConstraint(
            "grade IS NULL OR determined_on IS NOT NULL", name=op.f("ck_injury_order")
        ),
        sa.ForeignKeyConstraint(["employer"], ["employer.code"], name=op.f("fk_injury_employer")),
        sa.ForeignKeyConstraint(["matter"], ["matter.id"], name=op.f("fk_injury_matter")),
        sa.ForeignKeyConstraint(["person"], PERSON, name=op.f("fk_injury_person")),
        sa.ForeignKeyConstraint(
            ["recurrence_of"], ["injury.id"], name=op.f("fk_injury_recurrence_of")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_injury")),
        sa.UniqueConstraint("appraisal", name=op.f("uq_injury_appraisal")),
        sa.UniqueConstraint("determination", name=op.f("uq_injury_determination")),
    )
    op.create_index(op.f("ix_injury_person"), "injury", ["person"], unique=False)


def _injury_award() -> None:
    op.create_table(
        "injury_award",
        sa.Column("award", sa.String(length=32), nullable=False),
        sa.Column("injury", sa.String(length=32), nullable=False),
        sa.Column("grade", sa.String(length=2), nullable=True),
        sa.ForeignKeyConstraint(["award"], ["award.id"], name=op.f("fk_injury_award_award")),
        sa.ForeignKeyConstraint(["injury"], ["injury.id"], name=op.f("fk_injury_award_injury")),
        sa.PrimaryKeyConstraint("award", name=op.f("pk_injury_award")),
    )
    op.create_index(op.f("ix_injury_award_injury"), "injury_award", ["injury"], unique=False)


def _injury_dependant() -> None:
    op.create_table(
        "injury_dependant",
        sa.Column("injury", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("relationship", sa.String(length=1), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("award", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["award"], ["award.id"], name=op.f("fk_injury_dependant_award")),
        sa.ForeignKeyConstraint(["injury"], ["injury.id"], name=op.f("fk_injury_dependant_injury")),
        sa.ForeignKeyConstraint(["person"], PERSON, name=op.f("fk_injury_dependant_person")),
        sa.PrimaryKeyConstraint("injury", "number", name=op.f("pk_injury_dependant")),
        sa.UniqueConstraint("award", name=op.f("uq_injury_dependant_award")),
        sqlite_with_rowid=False,
    )


def _platform_month() -> None:
    op.create_table(
        "platform_month",
        sa.Column("platform", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("rate", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform"], ["employer.code"], name=op.f("fk_platform_month_platform")
        ),
        sa.PrimaryKeyConstraint(
            "platform", "region", "month", "version", name=op.f("pk_platform_month")
        ),
    )
    op.create_index("ix_platform_month_file", "platform_month", ["file"], unique=False)


def _platform_worker_month() -> None:
    op.create_table(
        "platform_worker_month",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("income", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], PERSON, name=op.f("fk_platform_worker_month_person")),
        sa.ForeignKeyConstraint(
            ["platform"], ["employer.code"], name=op.f("fk_platform_worker_month_platform")
        ),
        sa.PrimaryKeyConstraint(
            "person",
            "month",
            "platform",
            "region",
            "version",
            name=op.f("pk_platform_worker_month"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_platform_worker_month_platform",
        "platform_worker_month",
        ["platform", "region", "month"],
        unique=False,
    )


def _pension_account() -> None:
    op.create_table(
        "pension_account",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("bank", sa.String(length=40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("drawing_since", sa.Date(), nullable=True),
        sa.Column("condition", sa.String(length=24), nullable=True),
        sa.Column("method", sa.String(length=24), nullable=True),
        sa.Column("payment", sa.BigInteger(), nullable=True),
        sa.Column("matter", sa.String(length=32), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["matter"], ["matter.id"], name=op.f("fk_pension_account_matter")),
        sa.ForeignKeyConstraint(["person"], PERSON, name=op.f("fk_pension_account_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_pension_account")),
    )


def _pension_movement() -> None:
    op.create_table(
        "pension_movement",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_pension_movement_amount")),
        sa.CheckConstraint(
            "tax >= 0 AND (tax = 0 OR kind = 'payout')", name=op.f("ck_pension_movement_tax")
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["pension_account.person"], name=op.f("fk_pension_movement_person")
        ),
        sa.PrimaryKeyConstraint("person", "key", name=op.f("pk_pension_movement")),
        sqlite_with_rowid=False,
    )


def _annuity_plan() -> None:
    op.create_table(
        "annuity_plan",
        sa.Column("employer", sa.String(length=18), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("employer_rate", sa.String(length=12), nullable=False),
        sa.Column("own_rate", sa.String(length=12), nullable=False),
        sa.Column("vesting_years", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer"], ["employer.code"], name=op.f("fk_annuity_plan_employer")
        ),
        sa.PrimaryKeyConstraint("employer", "from_month", name=op.f("pk_annuity_plan")),
    )
