"""The book's first form: files, applications, batches, numbers, cards."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "intake_file",
    "refused_row",
    "batch",
    "application",
    "number_block",
    "status_list",
    "card",
)


def upgrade() -> None:
    """To this form."""
    _files()
    _cards()


def downgrade() -> None:
    """Back to an empty database; indexes go with their tables."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _files() -> None:
    """Bureau files, their applications and the rows that were refused; batches."""
    op.create_table(
        "intake_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("encoding", sa.String(16), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_intake_file"),
    )
    op.create_index(
        "uq_intake_file_sha256",
        "intake_file",
        ["sha256"],
        unique=True,
        **_while("withdrawn_at IS NULL"),
    )
    op.create_table(
        "refused_row",
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake_file.id"], name="fk_refused_row_intake_id"),
        sa.PrimaryKeyConstraint("intake_id", "row", name="pk_refused_row"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("profile", sa.String(16), nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "approved",
                "producing",
                "produced",
                "rejected",
                "cancelled",
                name="batch_state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by", sa.String(), nullable=True),
        sa.Column("produced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["intake_id"], ["intake_file.id"], name="fk_batch_intake_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.UniqueConstraint("intake_id", name="uq_batch_intake_id"),
    )
    op.create_index("ix_batch_region", "batch", ["region"])
    op.create_table(
        "application",
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("social_security_number", sa.String(18), nullable=False),
        sa.Column("name", sa.String(25), nullable=False),
        sa.Column("sex", sa.String(1), nullable=False),
        sa.Column("ethnic_group", sa.String(2), nullable=False),
        sa.Column("birth_date", sa.String(8), nullable=False),
        sa.Column("birthplace", sa.String(6), nullable=False),
        sa.Column("document_type", sa.String(1), nullable=False),
        sa.Column("mobile", sa.String(11), nullable=False),
        sa.Column("registered_address", sa.String(), nullable=False),
        sa.Column("residence_region", sa.String(12), nullable=False),
        sa.Column("residence_address", sa.String(), nullable=False),
        sa.Column("insurance_region", sa.String(12), nullable=False),
        sa.Column("person_category", sa.String(2), nullable=False),
        sa.Column("application_type", sa.String(1), nullable=False),
        sa.Column("replacement_reason", sa.String(1), nullable=False),
        sa.Column("old_card_number", sa.String(9), nullable=False),
        sa.Column("bank", sa.String(5), nullable=False),
        sa.Column("guardian_name", sa.String(25), nullable=False),
        sa.Column("guardian_number", sa.String(18), nullable=False),
        sa.Column("photo", sa.String(), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("batch_id", sa.String(24), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "accepted",
                "in_batch",
                "carded",
                "refused",
                "cancelled",
                name="application_state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_application_batch_id"),
        sa.ForeignKeyConstraint(["intake_id"], ["intake_file.id"], name="fk_application_intake_id"),
        sa.PrimaryKeyConstraint("intake_id", "row", name="pk_application"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_application_batch_id_state_row", "application", ["batch_id", "state", "row"]
    )
    op.create_index(
        "uq_application_open",
        "application",
        ["social_security_number"],
        unique=True,
        **_while("state IN ('accepted', 'in_batch')"),
    )


def _cards() -> None:
    """Cards, and where their numbers and places in status lists come from."""
    op.create_table(
        "number_block",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_number_block"),
    )
    op.create_index("ix_number_block_region", "number_block", ["region", "id"])
    op.create_table(
        "status_list",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("secret", sa.LargeBinary(32), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_status_list"),
    )
    op.create_index("ix_status_list_region", "status_list", ["region", "id"])
    op.create_table(
        "card",
        sa.Column("number", sa.String(9), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("batch_id", sa.String(24), nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("social_security_number", sa.String(18), nullable=False),
        sa.Column("replaces", sa.String(9), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "numbered",
                "prepared",
                "personalized",
                "active",
                "suspended",
                "lost",
                "cancelled",
                "replaced",
                "expired",
                name="card_state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("identification_code", sa.LargeBinary(16), nullable=True),
        sa.Column("atr", sa.LargeBinary(33), nullable=True),
        sa.Column("chip_public_key", sa.LargeBinary(65), nullable=True),
        sa.Column("record", sa.LargeBinary(), nullable=True),
        sa.Column("personalized_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_stage", sa.String(), nullable=True),
        sa.Column("failed_reason", sa.String(), nullable=True),
        sa.CheckConstraint("expires_on > issued_on", name=op.f("ck_card_dates")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_card_batch_id"),
        sa.ForeignKeyConstraint(
            ["intake_id", "row"],
            ["application.intake_id", "application.row"],
            name="fk_card_intake_id_row",
        ),
        sa.ForeignKeyConstraint(["status_list"], ["status_list.id"], name="fk_card_status_list"),
        sa.PrimaryKeyConstraint("number", name="pk_card"),
        sa.UniqueConstraint("identification_code", name="uq_card_identification_code"),
        sa.UniqueConstraint("status_list", "status_index", name="uq_card_status_list_status_index"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_card_batch_id_state_row", "card", ["batch_id", "state", "row"])
    op.create_index("ix_card_social_security_number", "card", ["social_security_number"])
    op.create_index(
        "uq_card_in_making",
        "card",
        ["social_security_number"],
        unique=True,
        **_while("state IN ('numbered', 'prepared', 'personalized')"),
    )
    op.create_index(
        "uq_card_in_use",
        "card",
        ["social_security_number"],
        unique=True,
        **_while("state IN ('active', 'suspended')"),
    )


def _while(condition: str) -> dict[str, Any]:
    """The condition of a partial index, for either database."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
