"""Offices, insured people, parameters, calculations and matters."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "office",
    "office_clerk",
    "insured_person",
    "insured_person_change",
    "parameter",
    "calculation",
    "bundle",
    "matter",
    "matter_event",
    "office_notice",
)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this form."""
    _office()
    _office_clerk()
    _insured_person()
    _insured_person_change()
    _parameter()
    _calculation()
    _bundle()
    _matter()
    _matter_event()
    _office_notice()


def downgrade() -> None:
    """Back to the form before."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _office() -> None:
    op.create_table(
        "office",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String(length=12), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.CheckConstraint("(tier = 1) = (parent IS NULL)", name=op.f("ck_office_parent")),
        sa.CheckConstraint("tier BETWEEN 1 AND 5", name=op.f("ck_office_tier")),
        sa.ForeignKeyConstraint(["parent"], ["office.code"], name=op.f("fk_office_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_office")),
    )
    op.create_index(op.f("ix_office_parent"), "office", ["parent"], unique=False)


def _office_clerk() -> None:
    op.create_table(
        "office_clerk",
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["office.code"], name=op.f("fk_office_clerk_office")),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_office_clerk")),
    )
    op.create_index(op.f("ix_office_clerk_office"), "office_clerk", ["office"], unique=False)


def _insured_person() -> None:
    op.create_table(
        "insured_person",
        sa.Column("number", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("birth", sa.Date(), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("household_region", sa.String(length=6), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "category IN ('male', 'female50', 'female55')", name=op.f("ck_insured_person_category")
        ),
        sa.ForeignKeyConstraint(["office"], ["office.code"], name=op.f("fk_insured_person_office")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_insured_person")),
    )
    op.create_index(op.f("ix_insured_person_office"), "insured_person", ["office"], unique=False)


def _insured_person_change() -> None:
    op.create_table(
        "insured_person_change",
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=True),
        sa.Column("after", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_insured_person_change_person")
        ),
        sa.PrimaryKeyConstraint("person", "number", name=op.f("pk_insured_person_change")),
        sqlite_with_rowid=False,
    )


def _parameter() -> None:
    op.create_table(
        "parameter",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint(
            "name", "region", "from_month", "version", name=op.f("pk_parameter")
        ),
    )


def _calculation() -> None:
    op.create_table(
        "calculation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("rules", sa.String(length=16), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("replaces", sa.String(length=32), nullable=True),
        sa.Column("differences", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_calculation_person")
        ),
        sa.ForeignKeyConstraint(
            ["replaces"], ["calculation.id"], name=op.f("fk_calculation_replaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calculation")),
        sa.UniqueConstraint("replaces", name=op.f("uq_calculation_replaces")),
    )
    op.create_index(
        "ix_calculation_person_made_at", "calculation", ["person", "made_at"], unique=False
    )
    op.create_index(
        "ix_calculation_subject_region", "calculation", ["subject", "region"], unique=False
    )


def _bundle() -> None:
    op.create_table(
        "bundle",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("visit", sa.String(length=32), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["office.code"], name=op.f("fk_bundle_office")),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_bundle_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_index(op.f("ix_bundle_person"), "bundle", ["person"], unique=False)


def _matter() -> None:
    op.create_table(
        "matter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=18), nullable=False),
        sa.Column("bundle", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("received_at_office", sa.String(length=12), nullable=False),
        sa.Column("responsible", sa.String(length=12), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("visit", sa.String(length=32), nullable=True),
        sa.Column("presence", sa.String(length=32), nullable=True),
        sa.Column("mandate", sa.String(length=32), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("proposal", sa.String(length=64), nullable=True),
        sa.Column("calculation", sa.String(length=32), nullable=True),
        sa.Column("card_data", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_matter_decided")
        ),
        sa.ForeignKeyConstraint(["bundle"], ["bundle.id"], name=op.f("fk_matter_bundle")),
        sa.ForeignKeyConstraint(
            ["calculation"], ["calculation.id"], name=op.f("fk_matter_calculation")
        ),
        sa.ForeignKeyConstraint(["office"], ["office.code"], name=op.f("fk_matter_office")),
        sa.ForeignKeyConstraint(
            ["person"], ["insured_person.number"], name=op.f("fk_matter_person")
        ),
        sa.ForeignKeyConstraint(
            ["received_at_office"], ["office.code"], name=op.f("fk_matter_received_at_office")
        ),
        sa.ForeignKeyConstraint(
            ["responsible"], ["office.code"], name=op.f("fk_matter_responsible")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
    )
    op.create_index(op.f("ix_matter_bundle"), "matter", ["bundle"], unique=False)
    for name, column in (("office_state", "office"), ("responsible_state", "responsible")):
        columns = [column, "state", "received_at", "id"]
        op.create_index(f"ix_matter_{name}", "matter", columns, unique=False)
    columns = ["received_at_office", "received_at", "id"]
    op.create_index("ix_matter_received_at_office", "matter", columns, unique=False)
    op.create_index(op.f("ix_matter_person"), "matter", ["person"], unique=False)


def _matter_event() -> None:
    op.create_table(
        "matter_event",
        sa.Column("matter", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("from_office", sa.String(length=12), nullable=True),
        sa.Column("to_office", sa.String(length=12), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["matter"], ["matter.id"], name=op.f("fk_matter_event_matter")),
        sa.PrimaryKeyConstraint("matter", "number", name=op.f("pk_matter_event")),
        sqlite_with_rowid=False,
    )


def _office_notice() -> None:
    op.create_table(
        "office_notice",
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("matter", sa.String(length=32), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("read_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["matter"], ["matter.id"], name=op.f("fk_office_notice_matter")),
        sa.ForeignKeyConstraint(["office"], ["office.code"], name=op.f("fk_office_notice_office")),
        sa.PrimaryKeyConstraint("office", "matter", "event", name=op.f("pk_office_notice")),
    )
    op.create_index(
        "ix_office_notice_office_read_at", "office_notice", ["office", "read_at"], unique=False
    )
