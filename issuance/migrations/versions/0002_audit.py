"""The audit trail, which can only grow; clients of the service and their challenges."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A chain of hashes shows that someone changed the log; these make it harder by accident.
APPEND_ONLY_SQLITE = (
    """CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END""",
    """CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END""",
    """CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry
    WHEN new.number <= (SELECT length FROM audit_chain WHERE name = new.chain)
    BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END""",
    """CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain
    BEGIN SELECT RAISE(ABORT, 'audit chains are never removed'); END""",
    """CREATE TRIGGER audit_chain_grows BEFORE UPDATE ON audit_chain
    WHEN new.name <> old.name OR new.length <= old.length
    BEGIN SELECT RAISE(ABORT, 'audit chains only grow'); END""",
)


def upgrade() -> None:
    """To this form."""
    _audit()
    _services()
    if op.get_bind().dialect.name == "sqlite":
        for statement in APPEND_ONLY_SQLITE:
            op.execute(statement)


def downgrade() -> None:
    """Back to the form before; indexes and triggers go with their tables."""
    for table in ("challenge", "api_client", "audit_entry", "audit_chain"):
        op.drop_table(table)


def _audit() -> None:
    """The audit chains; entries can be added, never changed or removed."""
    op.create_table(
        "audit_chain",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_audit_chain"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("chain", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.ForeignKeyConstraint(["chain"], ["audit_chain.name"], name="fk_audit_entry_chain"),
        sa.PrimaryKeyConstraint("chain", "number", name="pk_audit_entry"),
        sqlite_with_rowid=False,
    )


def _services() -> None:
    """Service systems and the challenges given to them."""
    op.create_table(
        "api_client",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_api_client"),
        sa.UniqueConstraint("key_hash", name="uq_api_client_key_hash"),
    )
    op.create_table(
        "challenge",
        sa.Column("value", sa.LargeBinary(32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("value", name="pk_challenge"),
    )
    op.create_index("ix_challenge_expires_at", "challenge", ["expires_at"])
