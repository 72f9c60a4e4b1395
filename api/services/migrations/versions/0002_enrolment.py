"""Employers, enrolments, contributions, arrears, accounts, transfers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "employer",
    "enrolment",
    "contribution_file",
    "contribution",
    "arrear",
    "deemed_period",
    "account_year",
    "transfer",
)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this form."""
    _employer()
    _enrolment()
    _contribution_file()
    _contribution()
    _arrear()
    _deemed_period()
    _account_year()
    _transfer()


def downgrade() -> None:
    """Back to the form before."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _employer() -> None:
    op.create_table(
        "employer",
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=70), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("industry", sa.String(length=8), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["office"], ["office.code"], name=op.f("fk_employer_office")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_employer")),
    )
    op.create_index(op.f("ix_employer_office"), "employer", ["office"], unique=False)


def _enrolment() -> None:
    op.create_table(
        "enrolment",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("insurance", sa.String(length=3), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("employer", sa.String(length=18), nullable=True),
        sa.Column("base", sa.BigInteger(), nullable=True),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("until_month", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.String(length=32), nullable=True),
        sa.Column("matter", sa.String(length=32), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "until_month IS NULL OR until_month >= from_month", name=op.f("ck_enrolment_months")
        ),
        sa.ForeignKeyConstraint(
            ["employer"], ["employer.code"], name=op.f("fk_enrolment_employer")
        ),
        sa.ForeignKeyConstraint(["matter"], ["matter.id"], name=op.f("fk_enrolment_matter")),
        sa.ForeignKeyConstraint(["office"], ["office.code"], name=op.f("fk_enrolment_office")),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_enrolment_person")
        ),
        sa.PrimaryKeyConstraint("person", "insurance", "number", name=op.f("pk_enrolment")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_enrolment_employer", "enrolment", ["employer"], unique=False)
    op.create_index(
        "uq_enrolment_open",
        "enrolment",
        ["person", "insurance"],
        unique=True,
        sqlite_where=sa.text("until_month IS NULL"),
        postgresql_where=sa.text("until_month IS NULL"),
    )


def _contribution_file() -> None:
    op.create_table(
        "contribution_file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("employer", sa.String(length=18), nullable=True),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", MOMENT, nullable=False),
        sa.Column("posted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer"], ["employer.code"], name=op.f("fk_contribution_file_employer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_contribution_file_sha256")),
    )
    op.create_index(
        "ix_contribution_file_employer_month",
        "contribution_file",
        ["employer", "month"],
        unique=False,
    )


def _contribution() -> None:
    op.create_table(
        "contribution",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("insurance", sa.String(length=3), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("employer", sa.String(length=18), nullable=True),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("employer_part", sa.BigInteger(), nullable=False),
        sa.Column("own_part", sa.BigInteger(), nullable=False),
        sa.Column("account_part", sa.BigInteger(), nullable=False),
        sa.Column("paid_month", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("file", sa.String(length=32), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "account_part >= 0 AND account_part <= employer_part + own_part",
            name=op.f("ck_contribution_account"),
        ),
        sa.CheckConstraint(
            "base >= 0 AND employer_part >= 0 AND own_part >= 0",
            name=op.f("ck_contribution_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["employer"], ["employer.code"], name=op.f("fk_contribution_employer")
        ),
        sa.ForeignKeyConstraint(
            ["file"], ["contribution_file.id"], name=op.f("fk_contribution_file")
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_contribution_person")
        ),
        sa.PrimaryKeyConstraint(
            "person", "insurance", "month", "version", name=op.f("pk_contribution")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_contribution_file", "contribution", ["file"], unique=False)


def _arrear() -> None:
    op.create_table(
        "arrear",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("insurance", sa.String(length=3), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("employer", sa.String(length=18), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("late_fee", sa.BigInteger(), nullable=True),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["employer"], ["employer.code"], name=op.f("fk_arrear_employer")),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_arrear_person")
        ),
        sa.PrimaryKeyConstraint("person", "insurance", "month", name=op.f("pk_arrear")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_arrear_employer", "arrear", ["employer"], unique=False)


def _deemed_period() -> None:
    op.create_table(
        "deemed_period",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("insurance", sa.String(length=3), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("until_month", sa.Integer(), nullable=False),
        sa.Column("index", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_deemed_period_person")
        ),
        sa.PrimaryKeyConstraint("person", "insurance", "from_month", name=op.f("pk_deemed_period")),
    )


def _account_year() -> None:
    op.create_table(
        "account_year",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("insurance", sa.String(length=3), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opening", sa.BigInteger(), nullable=False),
        sa.Column("credited", sa.BigInteger(), nullable=False),
        sa.Column("weighted", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.String(length=12), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("closing", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_account_year_person")
        ),
        sa.PrimaryKeyConstraint(
            "person", "insurance", "region", "year", "version", name=op.f("pk_account_year")
        ),
        sqlite_with_rowid=False,
    )


def _transfer() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("insurance", sa.String(length=3), nullable=False),
        sa.Column("from_region", sa.String(length=6), nullable=False),
        sa.Column("to_region", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("keep", sa.String(length=8), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=True),
        sa.Column("doubled", sa.JSON(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("account", sa.BigInteger(), nullable=True),
        sa.Column("fund", sa.BigInteger(), nullable=True),
        sa.Column("refund", sa.BigInteger(), nullable=True),
        sa.Column("matter", sa.String(length=32), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("sent_by", sa.String(), nullable=True),
        sa.Column("booked_at", MOMENT, nullable=True),
        sa.Column("booked_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["matter"], ["matter.id"], name=op.f("fk_transfer_matter")),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_transfer_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("matter", name=op.f("uq_transfer_matter")),
    )
    op.create_index(op.f("ix_transfer_person"), "transfer", ["person"], unique=False)
