"""Many rows at once into PostgreSQL: COPY in binary form, within the session's own transaction.

Sources: PostgreSQL 15, COPY (binary format); psycopg 3, "Using COPY TO and COPY FROM". A column's
values are sent in the binary form of its own type, so each is first made what that type wants.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table
from sqlalchemy import types as sql
from sqlalchemy.exc import DBAPIError

from issuance.book_columns import Instant
from issuance.instants import utc

# A statement's rows, which its triggers look at, stay in memory (work_mem, 4 MB) below this.
CHUNK = 4_000


def copy(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    same: Mapping[str, Any],
    *,
    chunk: int = CHUNK,
) -> int:
    """Add *rows*, each in the order of *names*, with the values *same*; the count is returned.

    Dates, moments, states and JSON may come as Python's own or as the text that SQLite keeps.
    Raises IntegrityError and other DBAPIErrors, as a statement through SQLAlchemy would.
    """
    kinds = [_kind(table, name) for name in (*names, *same)]
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in (*names, *same))
    statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN (FORMAT binary)"
    types, tail = [kind.name for kind in kinds], list(same.values())
    source, count = iter(rows), 0
    while block := [[*row, *tail] for row in islice(source, chunk)]:
        _send(connection, statement, types, _fitted(block, kinds))
        count += len(block)
    return count


class _Kind(NamedTuple):
    """The type whose binary form is sent, and what makes a value (never None) that."""

    name: str
    convert: Callable[[Any], Any] | None = None
    bits: int | None = None  # of a number: the driver would cut one that is too large


def _fitted(block: list[list[Any]], kinds: Sequence[_Kind]) -> list[list[Any]]:
    for place, kind in enumerate(kinds):
        if kind.bits:
            numbers = [value for row in block if (value := row[place]) is not None]
            if numbers and max(max(numbers), ~min(numbers)) >> (kind.bits - 1):
                raise OverflowError(f"a number has more than {kind.bits} bits")
        if kind.convert:
            for row in block:
                if (value := row[place]) is not None:
                    row[place] = kind.convert(value)
    return block


def _send(
    connection: Connection, statement: str, types: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    driver: Any = connection.connection.driver_connection
    dialect = connection.dialect
    errors: Any = dialect.dbapi
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as stream:
            stream.set_types(types)
            for row in rows:
                stream.write_row(row)
    except errors.Error as error:
        raise DBAPIError.instance(statement, None, error, errors.Error, dialect=dialect) from error


def _kind(table: Table, name: str) -> _Kind:
    declared = table.columns[name].type
    # A type of somebody else's is sent as what it is made of: its rows come as the driver wants.
    within = declared.impl_instance if isinstance(declared, sql.TypeDecorator) else declared
    for type_, kind in _KINDS:
        if isinstance(declared, type_) or isinstance(within, type_):
            return kind
    raise TypeError(f"{table.name}.{name}: no binary form of {declared!r}")


def _moment(value: datetime | str) -> datetime:
    if isinstance(value, datetime):
        return utc(value)
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _state(value: Enum | str) -> str:
    return value if isinstance(value, str) else value.value


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# The first that fits. JSON's binary form is its text; a truth may come as 0 or 1.
_KINDS: Sequence[tuple[type[Any], _Kind]] = (
    (Instant, _Kind("timestamptz", _moment)),
    (sql.Enum, _Kind("text", _state)),
    (sql.JSON, _Kind("text", _json)),
    (sql.Date, _Kind("date", _day)),
    (sql.BigInteger, _Kind("int8", bits=64)),
    (sql.Integer, _Kind("int4", bits=32)),
    (sql.Boolean, _Kind("bool", bool)),
    (sql.LargeBinary, _Kind("bytea")),
    (sql.String, _Kind("text")),
)
