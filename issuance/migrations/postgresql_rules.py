"""What PostgreSQL itself holds from form 0003 on: partitions, parents, holdings, the audit trail.

A table divided by region can have no unique index across regions and no cheap foreign key (one
look-up a row that opens every partition). Functions that look at all rows of a statement at once
hold both (docs/decisions/0022). Errors are integrity errors, as those of constraints are.
"""

_OPEN = "'received', 'checked', 'in_review', 'approved'"
_MAKING = """'numbered', 'prepared', 'personalized', 'inspected', 'shipped', 'at_outlet',
    'handed_over'"""
_USE = "'active', 'suspended'"
HOLDING_PARTS = 16

# They act as the owner of the tables: whoever writes cards may not write `holding` himself. Every
# plan of them is made once a connection, often for a single row: only one that looks rows up by
# their keys stays right for ten thousand.
_BY_KEY = """SECURITY DEFINER SET search_path FROM CURRENT SET enable_hashjoin = off
    SET enable_mergejoin = off SET enable_seqscan = off"""


def _function(name: str, body: str, *, declare: str = "", settings: str = _BY_KEY) -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {settings} AS $$
    {declare} BEGIN {body} RETURN NULL; END $$"""


def _never(name: str, words: str) -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""


def _unless(found: str, what: str) -> str:
    return f"""IF NOT EXISTS ({found}) THEN RAISE EXCEPTION '{what}'
    USING ERRCODE = 'foreign_key_violation'; END IF;"""


# A partition is made apart and then attached: that waits for nobody who reads or writes the table.
PARTITIONS = (
    """CREATE FUNCTION open_partition(divided text, wanted text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE part text := divided || '_' || wanted;
    BEGIN
        IF to_regclass(quote_ident(part)) IS NOT NULL THEN RETURN; END IF;
        IF divided NOT IN ('application', 'card', 'chunk', 'audit_entry')
            OR wanted !~ '^[0-9A-Za-z]{1,16}$'
        THEN RAISE EXCEPTION 'no name of a partition' USING ERRCODE = 'check_violation'; END IF;
        EXECUTE format('LOCK TABLE ONLY %I IN SHARE UPDATE EXCLUSIVE MODE', divided);
        IF to_regclass(quote_ident(part)) IS NOT NULL THEN RETURN; END IF;
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS
            INCLUDING STORAGE)', part, divided);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%L)',
            divided, part, wanted);
    END $$""",
    """CREATE FUNCTION open_region(wanted text) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN
        PERFORM open_partition(divided, wanted)
        FROM unnest(ARRAY['application', 'card', 'chunk', 'audit_entry']) AS divided;
    END $$""",
    _function("region_opens", "PERFORM open_region(NEW.region);", settings=""),
    _function("chain_opens", "PERFORM open_partition('audit_entry', NEW.name);", settings=""),
    *(
        f"""CREATE TRIGGER {table}_opens_region AFTER INSERT ON {table}
        FOR EACH ROW EXECUTE FUNCTION region_opens()"""
        for table in ("intake_file", "batch", "number_block")
    ),
    """CREATE TRIGGER audit_chain_opens AFTER INSERT ON audit_chain
    FOR EACH ROW EXECUTE FUNCTION chain_opens()""",
)

HOLDING = (
    """CREATE TABLE holding (
        social_security_number VARCHAR(18) NOT NULL, kind VARCHAR(8) NOT NULL,
        region VARCHAR(6) NOT NULL, intake_id INTEGER, "row" INTEGER, number VARCHAR(9),
        expires_on DATE, CONSTRAINT pk_holding PRIMARY KEY (social_security_number, kind)
    ) PARTITION BY HASH (social_security_number)""",
    *(
        f"""CREATE TABLE holding_{part:02} PARTITION OF holding
        FOR VALUES WITH (MODULUS {HOLDING_PARTS}, REMAINDER {part})"""
        for part in range(HOLDING_PARTS)
    ),
    f"""CREATE FUNCTION application_kind(state varchar) RETURNS varchar LANGUAGE sql IMMUTABLE
    PARALLEL SAFE AS $$ SELECT CASE WHEN state IN ({_OPEN}) THEN 'applied' END $$""",
    f"""CREATE FUNCTION card_kind(state varchar) RETURNS varchar LANGUAGE sql IMMUTABLE
    PARALLEL SAFE AS $$ SELECT CASE WHEN state IN ({_MAKING}) THEN 'making'
    WHEN state IN ({_USE}) THEN 'use' END $$""",
)
_WHOLE = 'social_security_number, kind, region, intake_id, "row", number, expires_on'


def _held(table: str, rows: str) -> str:
    number, expires = ("number", "expires_on") if table == "card" else ("NULL", "NULL::date")
    place = "NULL::integer, NULL::integer" if table == "card" else 'intake_id, "row"'
    return f"""SELECT social_security_number, {table}_kind(state) AS kind, region, {place},
    {number}, {expires} FROM {rows} WHERE {table}_kind(state) IS NOT NULL"""  # noqa: S608


def _enter(held: str) -> str:
    # In one order: two statements with the same people wait for each other and do not meet.
    return f"""INSERT INTO holding ({_WHOLE}) {held} ORDER BY social_security_number;"""


def _move(table: str) -> str:
    """What no longer holds leaves before what holds now enters."""
    before, after = _held(table, "old_rows"), _held(table, "new_rows")
    return f"""IF EXISTS ({before} EXCEPT {after}) THEN
        DELETE FROM holding h USING ({before} EXCEPT {after}) AS gone
        WHERE h.social_security_number = gone.social_security_number AND h.kind = gone.kind;
    END IF;
    {_enter(f"SELECT * FROM ({after} EXCEPT {before}) AS come")}"""  # noqa: S608


def _triggers(table: str) -> tuple[str, ...]:
    return (
        f"""CREATE TRIGGER {table}_enters AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_enters()""",
        f"""CREATE TRIGGER {table}_moves AFTER UPDATE ON {table}
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_moves()""",
    )


_OF_FILE = _unless(
    "SELECT FROM intake_file WHERE id = place.intake_id AND region = place.region",
    "no such file in this region",
)
_OF_BATCH = _unless(
    "SELECT FROM batch WHERE id = place.batch_id AND region = place.region",
    "no such batch in this region",
)
_OF_LIST = _unless(
    "SELECT FROM status_list WHERE id = place.status_list AND region = place.region",
    "no such status list in this region",
)
_BATCHES = f"""FOR place IN SELECT DISTINCT region, batch_id FROM new_rows
    WHERE batch_id IS NOT NULL LOOP {_OF_BATCH} END LOOP;"""  # noqa: S608
PARENTS = (
    _function(
        "application_enters",
        f"""FOR place IN SELECT DISTINCT region, intake_id FROM new_rows LOOP {_OF_FILE} END LOOP;
        {_BATCHES}
        {_enter(_held("application", "new_rows"))}""",  # noqa: S608
        declare="DECLARE place record;",
    ),
    _function(
        "application_moves", _BATCHES + _move("application"), declare="DECLARE place record;"
    ),
    _function(
        "card_enters",
        f"""FOR place IN SELECT DISTINCT region, batch_id, status_list FROM new_rows LOOP
            {_OF_BATCH} {_OF_LIST} END LOOP;
        FOR place IN SELECT DISTINCT region FROM new_rows LOOP
            -- The region as a constant: a join through the divided table opens each of its parts.
            EXECUTE format('SELECT EXISTS (SELECT FROM new_rows n WHERE n.region = %1$L
                AND NOT EXISTS (SELECT FROM application a WHERE a.region = %1$L
                AND a.intake_id = n.intake_id AND a."row" = n."row"))', place.region) INTO missing;
            IF missing THEN RAISE EXCEPTION 'no such application in this region'
                USING ERRCODE = 'foreign_key_violation'; END IF;
        END LOOP;
        {_enter(_held("card", "new_rows"))}""",  # noqa: S608
        declare="DECLARE place record; missing boolean;",
    ),
    _function("card_moves", _move("card")),
    _function(
        "chunk_enters",
        "FOR place IN SELECT NEW.batch_id AS batch_id, NEW.region AS region LOOP"
        f" {_OF_BATCH} END LOOP;",
        declare="DECLARE place record;",
    ),
    *_triggers("application"),
    *_triggers("card"),
    """CREATE TRIGGER chunk_enters AFTER INSERT ON chunk
    FOR EACH ROW EXECUTE FUNCTION chunk_enters()""",
)

# Parents stay, with their keys: then a parent found once needs no lock.
_STAYS = {
    "intake_file": "id, region",
    "batch": "id, region",
    "status_list": "id, region",
    "application": 'region, intake_id, "row"',
    "card": 'region, number, batch_id, intake_id, "row", status_list, status_index',
    "chunk": "region, batch_id, number",
}
STAYING = (
    _never("stays", "rows of the book stay, and keep their keys"),
    *(
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE OR UPDATE OF {keys} ON {table}
        FOR EACH ROW EXECUTE FUNCTION stays()"""
        for table, keys in _STAYS.items()
    ),
    *(
        f"""CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION stays()"""
        for table in _STAYS
    ),
    # A code begins with its region (人社信息函〔2012〕37号, 8.1.1.1): once there, once everywhere.
    """ALTER TABLE card ADD CONSTRAINT ck_card_code_of_region
    CHECK (substr(identification_code, 1, 3) = decode(region, 'hex'))""",
)

AUDIT = (
    _never("audit_is_kept", "audit entries are never changed or removed"),
    _function(
        "audit_entry_follows",
        """IF EXISTS (SELECT FROM (SELECT chain, min(number) AS first FROM new_rows GROUP BY chain)
            AS n LEFT JOIN audit_chain c ON c.name = n.chain
            WHERE c.name IS NULL OR n.first <= c.length)
        THEN RAISE EXCEPTION 'audit entries are never changed'
            USING ERRCODE = 'integrity_constraint_violation'; END IF;""",
    ),
    """CREATE TRIGGER audit_entry_follows AFTER INSERT ON audit_entry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_follows()""",
    """CREATE TRIGGER audit_entry_is_kept BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept()""",
    """CREATE TRIGGER audit_entry_stays BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()""",
    """CREATE TRIGGER audit_chain_is_kept BEFORE DELETE ON audit_chain
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept()""",
    """CREATE TRIGGER audit_chain_stays BEFORE TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()""",
    """CREATE TRIGGER audit_chain_grows BEFORE UPDATE ON audit_chain FOR EACH ROW
    WHEN (NEW.name <> OLD.name OR NEW.length <= OLD.length)
    EXECUTE FUNCTION audit_is_kept()""",
)

STATEMENTS = (*PARTITIONS, *HOLDING, *PARENTS, *STAYING, *AUDIT)
_FUNCTIONS = (
    "open_partition(text, text)",
    "open_region(text)",
    "region_opens()",
    "chain_opens()",
    "application_enters()",
    "application_moves()",
    "application_kind(varchar)",
    "card_enters()",
    "card_moves()",
    "card_kind(varchar)",
    "chunk_enters()",
    "stays()",
    "audit_is_kept()",
    "audit_entry_follows()",
)
# The triggers go with their functions.
REMOVAL = (
    *(f"DROP FUNCTION {function} CASCADE" for function in _FUNCTIONS),
    "DROP TABLE holding",
    "ALTER TABLE card DROP CONSTRAINT ck_card_code_of_region",
)
