"""Form 0003 on PostgreSQL: the large tables divided by region (docs/decisions/0022).

Sources: PostgreSQL 15, 5.11.2 (declarative partitioning), CREATE TRIGGER (transition tables). The
texts of the tables are those of SQLite, in PostgreSQL's words; no table that is divided has a
foreign key or a rule across regions of its own: `postgresql_rules` holds these.
"""

import re
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from issuance.migrations import postgresql_rules

CHUNK_COLUMNS = """
    region VARCHAR(6) NOT NULL, batch_id VARCHAR(24) NOT NULL, number INTEGER NOT NULL,
    first_row INTEGER, last_row INTEGER, size INTEGER NOT NULL, issued_on DATE NOT NULL,
    numbers JSON NOT NULL, places JSON NOT NULL, blanks JSON NOT NULL,
    planned_at TIMESTAMP WITH TIME ZONE NOT NULL, prepared_at TIMESTAMP WITH TIME ZONE,
    prepared_by VARCHAR, root BYTEA, content BYTEA, erased_at TIMESTAMP WITH TIME ZONE"""
AUDIT_COLUMNS = """
    chain VARCHAR(16) NOT NULL, number INTEGER NOT NULL, at VARCHAR(32) NOT NULL,
    by VARCHAR NOT NULL, event VARCHAR(40) NOT NULL, subject VARCHAR NOT NULL,
    detail VARCHAR NOT NULL, hash BYTEA NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (chain, number)"""
CHUNK = f"""CREATE TABLE chunk ({CHUNK_COLUMNS},
    CONSTRAINT pk_chunk PRIMARY KEY (region, batch_id, number)) PARTITION BY LIST (region)"""
AUDIT = f"CREATE TABLE audit_entry ({AUDIT_COLUMNS}) PARTITION BY LIST (chain)"
EARLIER_AUDIT = f"""CREATE TABLE audit_entry ({AUDIT_COLUMNS},
    CONSTRAINT fk_audit_entry_chain FOREIGN KEY (chain) REFERENCES audit_chain (name))"""

BATCH_GROWS = (
    "ALTER TABLE batch DROP CONSTRAINT ck_batch_batch_state",
    """ALTER TABLE batch ADD signing VARCHAR(16) NOT NULL DEFAULT 'station', ADD due_on DATE,
    ADD closed_at TIMESTAMP WITH TIME ZONE, ADD closed_by VARCHAR,
    ADD CONSTRAINT ck_batch_signing
        CHECK (signing IN ('station', 'card', 'merkle', 'merkle_on_card')),
    ADD CONSTRAINT ck_batch_batch_state CHECK (state IN ('requested', 'approved', 'producing',
        'produced', 'closed', 'rejected', 'cancelled'))""",
    "ALTER TABLE batch ALTER signing DROP DEFAULT",
)
BATCH_SHRINKS = (
    "UPDATE batch SET state = 'produced' WHERE state = 'closed'",
    """ALTER TABLE batch DROP CONSTRAINT ck_batch_batch_state, DROP signing, DROP due_on,
    DROP closed_at, DROP closed_by""",
    """ALTER TABLE batch ADD CONSTRAINT ck_batch_batch_state CHECK (state IN ('requested',
        'approved', 'producing', 'produced', 'rejected', 'cancelled'))""",
)
AUDIT_COPY = """INSERT INTO audit_entry
    SELECT chain, number, at, by, event, subject, detail, hash FROM audit_entry_old"""

# An index that would hold across regions cannot be: table `holding` holds instead.
_ACROSS = re.compile(r"INDEX uq_(application_open|card_in_making|card_in_use) ")


def upgrade(
    *, application: str, card: str, rows: tuple[str, str], indexes: tuple[str, ...]
) -> None:
    """To the new form: the two tables' texts, what fills them, the indexes, all as on SQLite."""
    for statement in BATCH_GROWS:
        op.execute(statement)
    for table in ("card", "application", "audit_entry"):
        _set_aside(table)
    for statement in (divided(application), divided(card), CHUNK, AUDIT):
        op.execute(statement)
    op.execute("ALTER TABLE chunk ALTER content SET STORAGE EXTERNAL")  # packed already
    _index(name for name in indexes if not _ACROSS.search(name))
    for statement in postgresql_rules.STATEMENTS:
        op.execute(statement)
    op.execute(
        """SELECT open_region(region) FROM (SELECT region FROM intake_file UNION
        SELECT region FROM number_block UNION SELECT region FROM batch) AS known"""
    )
    op.execute("SELECT open_partition('audit_entry', name) FROM audit_chain")
    # The rule against entries before a chain's end has to sleep while they are moved.
    op.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_follows")
    for statement in (*rows, AUDIT_COPY):
        op.execute(_renamed(statement))
    op.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_follows")
    for table in ("card", "application", "audit_entry"):
        op.drop_table(f"{table}_old")


def downgrade(
    *, application: str, card: str, rows: tuple[str, str], indexes: tuple[str, ...]
) -> None:
    """Back to tables that are not divided; chunks go."""
    for statement in postgresql_rules.REMOVAL:
        op.execute(statement)
    op.drop_table("chunk")
    for statement in BATCH_SHRINKS:
        op.execute(statement)
    for table in ("card", "application", "audit_entry"):
        _set_aside(table)
    for statement in (_whole(application), _whole(card), EARLIER_AUDIT):
        op.execute(statement)
    for statement in (*rows, AUDIT_COPY):
        op.execute(_renamed(statement))
    _index(indexes)
    for table in ("card", "application", "audit_entry"):
        op.drop_table(f"{table}_old")


def divided(statement: str) -> str:
    """SQLite's text of a table as PostgreSQL's, divided by region, without foreign keys."""
    kept = re.sub(
        r",\s*CONSTRAINT fk_\w+ FOREIGN KEY ?\([^)]*\)\s*REFERENCES \w+ \([^)]*\)", "", statement
    )
    return _words(kept).replace(") WITHOUT ROWID", ") PARTITION BY LIST (region)")


def _whole(statement: str) -> str:
    return _words(statement).replace(") WITHOUT ROWID", ")")


def _words(statement: str) -> str:
    statement = statement.replace("DATETIME", "TIMESTAMP WITH TIME ZONE").replace("BLOB", "BYTEA")
    return re.sub(r"\b(batch|application|card)_new\b", r"\1", statement)


def _renamed(statement: str) -> str:
    """SQLite fills a new table from the old one; here the old one steps aside."""
    return re.sub(r"FROM (application|card)$", r"FROM \1_old", _words(statement))


def _index(statements: Iterable[str]) -> None:
    for statement in statements:
        if " ON batch " not in statement:
            op.execute(statement)


def _set_aside(table: str) -> None:
    """Rename a table; its constraints and indexes give their names back."""
    connection = op.get_bind()
    of_table = sa.text(
        """SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname)
        FROM pg_constraint WHERE conrelid = to_regclass(:table)
        AND contype IN ('c', 'f', 'u', 'p')"""
    )
    indexes = sa.text(
        """SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index
        WHERE indrelid = to_regclass(:table)"""
    )
    for query in (of_table, indexes):
        for statement in connection.scalars(query, {"table": table}).all():
            op.execute(statement)
    op.rename_table(table, f"{table}_old")
