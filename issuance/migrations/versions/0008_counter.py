"""The counter: tickets, presences, mandates, uses of keys; desks as clients; cards' history."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("mandate", "counter_ticket", "presence", "desk_key_use")
ONE_BY_ONE = "event <> 'card.prepare'"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this form; every client so far is a service system."""
    op.add_column(
        "api_client",
        sa.Column("kind", sa.String(8), server_default="service", nullable=False),
    )
    _mandates()
    _tickets()
    _presences()
    _key_uses()
    op.create_index(
        "ix_audit_entry_subject_number",
        "audit_entry",
        ["subject", "number"],
        sqlite_where=sa.text(ONE_BY_ONE),
        postgresql_where=sa.text(ONE_BY_ONE),
    )


def downgrade() -> None:
    """Back to the form before; desks lose their keys, for no one may take them for services."""
    op.execute(sa.text("DELETE FROM api_client WHERE kind <> 'service'"))
    op.drop_index("ix_audit_entry_subject_number", "audit_entry")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("api_client", "kind")


def _mandates() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("holder_number", sa.String(18), nullable=False),
        sa.Column("agent_name", sa.String(64), nullable=False),
        sa.Column("agent_number", sa.String(18), nullable=False),
        sa.Column("relation", sa.String(32), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
    )
    op.create_index("ix_mandate_holder_number", "mandate", ["holder_number"])


def _tickets() -> None:
    op.create_table(
        "counter_ticket",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("parent", sa.String(32)),
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("clerk", sa.String(), nullable=False),
        sa.Column("desk", sa.String(64)),
        sa.Column("region", sa.String(6)),
        sa.Column("card_number", sa.String(9)),
        sa.Column("identification_code", sa.LargeBinary(16)),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("mandate", sa.String(32)),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("shown_at", MOMENT),
        sa.Column("done_at", MOMENT),
        sa.Column("outcome", sa.String(8)),
        sa.Column("code", sa.String(40)),
        sa.Column("audit_chain", sa.String(16)),
        sa.Column("audit_number", sa.Integer()),
        sa.CheckConstraint(
            "(outcome IS NULL) = (audit_number IS NULL) AND (outcome IS NULL) = (done_at IS NULL)",
            name=op.f("ck_counter_ticket_ends_once"),
        ),
        sa.ForeignKeyConstraint(["parent"], ["counter_ticket.id"], name="fk_counter_ticket_parent"),
        sa.ForeignKeyConstraint(["mandate"], ["mandate.id"], name="fk_counter_ticket_mandate"),
        sa.PrimaryKeyConstraint("id", name="pk_counter_ticket"),
        sa.UniqueConstraint(
            "audit_chain", "audit_number", name="uq_counter_ticket_audit_chain_audit_number"
        ),
    )
    op.create_index("ix_counter_ticket_parent", "counter_ticket", ["parent"])
    op.create_index(
        "ix_counter_ticket_region_card_number", "counter_ticket", ["region", "card_number"]
    )


def _presences() -> None:
    op.create_table(
        "presence",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("card_number", sa.String(9), nullable=False),
        sa.Column("identification_code", sa.LargeBinary(16), nullable=False),
        sa.Column("desk", sa.String(64), nullable=False),
        sa.Column("clerk", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ticket", sa.String(32), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["counter_ticket.id"], name="fk_presence_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_presence"),
    )
    op.create_index("ix_presence_ticket", "presence", ["ticket"])
    op.create_index("ix_presence_region_card_number", "presence", ["region", "card_number"])


def _key_uses() -> None:
    op.create_table(
        "desk_key_use",
        sa.Column("identification_code", sa.LargeBinary(16), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("random", sa.LargeBinary(8), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("desk", sa.String(64), nullable=False),
        sa.Column("ticket", sa.String(32)),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("identification_code", "key", "random", name="pk_desk_key_use"),
    )
    op.create_index("ix_desk_key_use_at", "desk_key_use", ["at"])
    op.create_index("ix_desk_key_use_desk_at", "desk_key_use", ["desk", "at"])
