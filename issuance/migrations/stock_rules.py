"""What the database itself holds of stock and accounts: one view and its triggers (form 0005).

`batch_difference` says where a batch does not balance, a line a difference: what was counted or is
there, and what it should be. A batch closes only while the view has no line of it. A later form
that builds batch, card or one of these tables anew drops the rules first and makes them again.
"""

FIGURES = ("received", "good", "rejected", "samples", "returned")
FROZEN = ("numbered", "prepared", "personalized", "rejected")  # no card becomes so after the close

_COUNT = "batch_id, kind, station, number"
_SAME_COUNT = """e.region = s.region AND e.batch_id = s.batch_id AND e.station = s.station
    AND e.kind = s.kind AND e.number = s.number"""
_LENGTH = "SUM(last - first + 1)"


def _of_batch(kind: str, what: str, found: str, wanted: str) -> str:
    """A line for the whole batch; *found* and *wanted* are sums over what belongs to b.id."""
    return f"""SELECT b.id, '{kind}', '', 0, '{what}', ({found}), ({wanted}) FROM batch b"""  # noqa: S608


def _counted(kind: str, figures: str) -> str:
    return f"""SELECT coalesce(SUM({figures}), 0) FROM station_count
        WHERE batch_id = b.id AND kind = '{kind}'"""  # noqa: S608


def _moved(condition: str) -> str:
    return f"""SELECT coalesce({_LENGTH}, 0) FROM blank_movement
        WHERE batch_id = b.id AND ({condition})"""  # noqa: S608


def _lying(condition: str) -> str:
    return f"""SELECT coalesce({_LENGTH}, 0) FROM blank_range
        WHERE batch_id = b.id AND ({condition})"""  # noqa: S608


def _cards(condition: str) -> str:
    return f"""SELECT count(*) FROM card c WHERE c.region = b.region AND c.batch_id = b.id
        AND ({condition})"""  # noqa: S608


def _card_events(figure: str, condition: str) -> str:
    return f"""coalesce((SELECT SUM(e.{figure}) FROM station_event e WHERE e.batch_id = b.id
        AND e.kind = 'card' AND e.subject = c.number{condition}), 0)"""  # noqa: S608


_MADE = "c.state <> 'rejected' AND c.personalized_at IS NOT NULL"
_LINES = (
    # Every count is counted, begins with what the one before left, and the last leaves nothing.
    f"""SELECT {_COUNT}, 'open', 1, 0 FROM station_count WHERE counted_at IS NULL""",  # noqa: S608
    f"""SELECT {_COUNT}, 'carried_in', carried_in, CASE WHEN number = 1 THEN 0 ELSE
        coalesce((SELECT e.carried_out FROM station_count e WHERE e.region = s.region
        AND e.batch_id = s.batch_id AND e.station = s.station AND e.kind = s.kind
        AND e.number = s.number - 1), -1) END FROM station_count s""",  # noqa: S608
    f"""SELECT {_COUNT}, 'carried_out', carried_out, 0 FROM station_count s
        WHERE NOT EXISTS (SELECT 1 FROM station_count e WHERE e.region = s.region
        AND e.batch_id = s.batch_id AND e.station = s.station AND e.kind = s.kind
        AND e.number = s.number + 1)""",  # noqa: S608
    # What was counted is what was booked at the station.
    *(
        f"""SELECT {_COUNT}, '{figure}', {figure}, coalesce((SELECT SUM(e.{figure})
        FROM station_event e WHERE {_SAME_COUNT}), 0)
        FROM station_count s WHERE counted_at IS NOT NULL"""  # noqa: S608
        for figure in FIGURES
    ),
    # What was booked at the stations is what the cards are.
    _of_batch("card", "unfinished", _cards(f"c.state IN {FROZEN[:3]!r}"), "0"),
    _of_batch(
        "card",
        "personalized",
        _cards(
            f"c.state <> 'rejected' AND CASE WHEN {_MADE} THEN 1 ELSE 0 END <> "
            + _card_events("good", " AND e.work = 'personalize'")
        ),
        "0",
    ),
    _of_batch(
        "card",
        "inspected",
        _cards(
            "c.state <> 'rejected' AND CASE WHEN c.inspected_at IS NULL THEN 0 ELSE 1 END <> "
            + _card_events("good", " AND e.work = 'inspect'")
        ),
        "0",
    ),
    _of_batch(
        "card",
        "rejected",
        _cards(
            "CASE WHEN c.state = 'rejected' THEN 1 ELSE 0 END <> " + _card_events("rejected", "")
        ),
        "0",
    ),
    _of_batch(
        "card",
        "unknown",
        """SELECT count(*) FROM station_event e WHERE e.batch_id = b.id AND e.kind = 'card'
        AND (e.good <> 0 OR e.rejected <> 0 OR e.samples <> 0) AND NOT EXISTS (SELECT 1
        FROM card c WHERE c.region = b.region AND c.number = e.subject AND c.batch_id = b.id)""",
        "0",
    ),
    _of_batch("card", "samples", _counted("card", "samples"), "0"),
    # What was booked at the stations is what the stock says of the blanks.
    _of_batch("blank", "received", _counted("blank", "received"), _moved("event = 'issue'")),
    _of_batch("blank", "returned", _counted("blank", "returned"), _moved("event = 'return'")),
    _of_batch("blank", "samples", _counted("blank", "samples"), _moved("event = 'sample'")),
    _of_batch(
        "blank",
        "good and rejected",
        _counted("blank", "good + rejected"),
        _moved("event = 'use' OR event = 'reject' AND was = 'issued'"),
    ),
    _of_batch("blank", "left", _lying("state = 'issued'"), "0"),
    _of_batch("blank", "used", _lying("state = 'used'"), _cards(_MADE)),
    _of_batch("blank", "cards", _moved("event = 'use'"), _cards("c.personalized_at IS NOT NULL")),
    _of_batch(
        "blank",
        "all",
        _lying("1 = 1"),
        "(" + _moved("event = 'issue'") + ") - (" + _moved("event = 'return'") + ")",
    ),
)
VIEW = (
    "CREATE VIEW batch_difference (batch_id, kind, station, number, what, found, wanted) AS\n"  # noqa: S608
    "SELECT * FROM (SELECT '' AS batch_id, '' AS kind, '' AS station, 0 AS number, '' AS what,"
    " 0 AS found, 0 AS wanted\nUNION ALL "
    + "\nUNION ALL ".join(_LINES)
    + ") AS line WHERE found <> wanted"
)

# (table, name, when, on which change, condition, words): refused while the condition holds.
_RULES = (
    (
        "blank_range",
        "lot",
        ("INSERT", "UPDATE"),
        """NOT EXISTS (SELECT 1 FROM blank_lot l WHERE l.maker = NEW.maker AND l.first = NEW.lot
        AND NEW.first >= l.first AND NEW.last < l.first + l.count)""",
        "blanks outside of their lot",
    ),
    ("blank_movement", "grows", ("UPDATE", "DELETE"), "1 = 1", "movements are never changed"),
    ("blank_lot", "stays", ("DELETE",), "1 = 1", "lots are never removed"),
    (
        "station_event",
        "open",
        ("INSERT",),
        """EXISTS (SELECT 1 FROM station_count s WHERE s.region = NEW.region
        AND s.batch_id = NEW.batch_id AND s.station = NEW.station AND s.kind = NEW.kind
        AND s.number = NEW.number AND s.counted_at IS NOT NULL)""",
        "the count is closed",
    ),
    ("station_event", "grows", ("UPDATE", "DELETE"), "1 = 1", "events are never changed"),
    (
        "station_count",
        "closed",
        ("UPDATE",),
        "OLD.counted_at IS NOT NULL",
        "a closed count is never changed",
    ),
    ("station_count", "stays", ("DELETE",), "1 = 1", "counts are never removed"),
    (
        "station_count",
        "batch",
        ("INSERT",),
        "EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch_id AND state = 'closed')",
        "the batch is closed",
    ),
    ("batch_certificate", "stays", ("UPDATE", "DELETE"), "1 = 1", "certificates are never changed"),
    (
        "batch",
        "balance",
        ("UPDATE",),
        """NEW.state = 'closed' AND OLD.state <> 'closed'
        AND EXISTS (SELECT 1 FROM batch_difference d WHERE d.batch_id = NEW.id)""",
        "the batch does not balance",
    ),
    (
        "batch",
        "closed",
        ("UPDATE",),
        "OLD.state = 'closed' AND NEW.state <> 'closed'",
        "a closed batch stays closed",
    ),
    ("batch", "new", ("INSERT",), "NEW.state = 'closed'", "no batch begins closed"),
    (
        "card",
        "closed",
        ("UPDATE",),
        f"""NEW.state <> OLD.state AND NEW.state IN {FROZEN!r}
        AND EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch_id AND state = 'closed')""",  # noqa: S608
        "the batch is closed",
    ),
)
# Ranges are disjoint, so that the one before the end of the new one is the only one to look at.
_OVERLAP = """(SELECT last FROM blank_range WHERE maker = NEW.maker AND first <= NEW.last{others}
    ORDER BY first DESC LIMIT 1) >= NEW.first"""
_NO_OVERLAP_POSTGRESQL = f"""ALTER TABLE blank_range ADD CONSTRAINT ex_blank_range_serials
    EXCLUDE USING gist (numrange(maker * {1 << 48}::numeric + first,
    maker * {1 << 48}::numeric + last, '[]') WITH &&)"""
# Cards come by the thousand: looked at once for a statement. SQLite knows triggers for each row
# only, which cost more than storing it; there the use cases look, and the certificate tells.
_NO_NEW_CARD_POSTGRESQL = (
    """CREATE FUNCTION card_batch_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF EXISTS (SELECT 1 FROM added JOIN batch ON batch.id = added.batch_id
    WHERE batch.state = 'closed')
THEN RAISE EXCEPTION 'the batch is closed' USING ERRCODE = 'check_violation'; END IF;
RETURN NULL; END $$""",
    """CREATE TRIGGER card_batch_insert AFTER INSERT ON card REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION card_batch_insert()""",
)


def statements(dialect: str) -> list[str]:
    """What makes the rules, in order."""
    made = [VIEW]
    for table, name, changes, condition, words in _RULES:
        for change in changes:
            rule = f"{table}_{name}_{change.lower()}"
            made += _trigger(dialect, rule, table, change, condition, words)
    if dialect == "sqlite":
        others = {"INSERT": "", "UPDATE": " AND first <> OLD.first"}
        for change, other in others.items():
            condition, words = _OVERLAP.format(others=other), "blanks are in one range only"
            rule = f"blank_range_overlap_{change.lower()}"
            made += _trigger(dialect, rule, "blank_range", change, condition, words)
    else:
        made += [_NO_OVERLAP_POSTGRESQL, *_NO_NEW_CARD_POSTGRESQL]
    return made


def removal(dialect: str) -> list[str]:
    """What takes the rules away; those of the subject's own tables go with them."""
    gone = []
    for table, name, changes, _, _ in _RULES:
        for change in changes:
            rule = f"{table}_{name}_{change.lower()}"
            if dialect == "sqlite":
                gone.append(f"DROP TRIGGER {rule}")
            else:
                gone += [f"DROP TRIGGER {rule} ON {table}", f"DROP FUNCTION {rule}()"]
    if dialect != "sqlite":
        gone += ["DROP TRIGGER card_batch_insert ON card", "DROP FUNCTION card_batch_insert()"]
    return [*gone, "DROP VIEW batch_difference"]


def _trigger(
    dialect: str, rule: str, table: str, change: str, condition: str, words: str
) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {rule} BEFORE {change} ON {table} WHEN {condition}\n"
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        ]
    row = "OLD" if change == "DELETE" else "NEW"
    return [
        f"CREATE FUNCTION {rule}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
        f"IF {condition} THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation';"
        f" END IF; RETURN {row}; END $$",
        f"CREATE TRIGGER {rule} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {rule}()",
    ]
