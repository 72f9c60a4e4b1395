"""Operators, their roles and sessions; who did which step; rules of the book."""

import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("operator", "operator_role", "operator_session", "duty", "book_rule")
ROLES = (
    "intake_clerk",
    "approver",
    "producer",
    "inspector",
    "stock_keeper",
    "reconciler",
    "key_custodian",
    "counter_clerk",
    "auditor",
    "administrator",
)
STEPS = (("request", "requested"), ("approve", "approved"), ("produce", "started"))


def upgrade() -> None:
    """To this form; who requested, approved and began the batches so far is remembered."""
    _operators()
    _duties()
    _remember()


def downgrade() -> None:
    """Back to the form before; indexes go with their tables."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _operators() -> None:
    op.create_table(
        "operator",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("display_name", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=False),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_operator"),
    )
    op.create_table(
        "operator_role",
        sa.Column("operator_key", sa.String(64), nullable=False),
        sa.Column(
            "role",
            sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["operator_key"], ["operator.key"], name="fk_operator_role_operator_key"
        ),
        sa.PrimaryKeyConstraint("operator_key", "role", name="pk_operator_role"),
    )
    op.create_table(
        "operator_session",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("operator_key", sa.String(64), nullable=False),
        sa.Column("machine", sa.String(64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_key"], ["operator.key"], name="fk_operator_session_operator_key"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_operator_session"),
    )
    op.create_index("ix_operator_session_operator_key", "operator_session", ["operator_key"])


def _duties() -> None:
    op.create_table(
        "duty",
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("step", sa.String(24), nullable=False),
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", "step", "person_key", name="pk_duty"),
    )
    op.create_table(
        "book_rule",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_book_rule"),
    )


def _remember() -> None:
    # Without this, who requested a batch under the old form could approve it under the new one.
    connection = op.get_bind()
    batch = sa.table("batch", sa.column("id"), *_columns())
    duty = sa.table("duty", *map(sa.column, ("subject", "step", "person_key", "at")))
    rows = [
        {"subject": f"batch {row.id}", "step": step, "person_key": _key(by), "at": at}
        for row in connection.execute(sa.select(batch))
        for step, column in STEPS
        if (by := getattr(row, f"{column}_by")) and (at := getattr(row, f"{column}_at"))
    ]
    if rows:
        connection.execute(sa.insert(duty), rows)


def _columns() -> list[sa.ColumnClause[Any]]:
    moments = sa.DateTime(timezone=True)
    return [
        column
        for _, name in STEPS
        for column in (sa.column(f"{name}_by"), sa.column(f"{name}_at", moments))
    ]


def _key(name: str) -> str:
    """issuance.people.names.person_key as it was at this form."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
