"""How the tables of the book are declared: moments in UTC, states by name, rules as indexes."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Index, LargeBinary, MetaData, text
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from issuance.instants import utc
from issuance.states import ApplicationState, BatchState, CardState, Signing

Range = list[int]  # what it is a range of, its first, how many


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; a moment without a time zone is a mistake of the program."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the driver."""
        return None if value is None else utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the driver; SQLite gives the moment back without its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def state_column(kind: type[Enum], *, checked: bool = True) -> EnumType:
    """A state by its value in text, kept honest by the table's own check.

    The tables that take rows by the thousand declare theirs with `one_of` instead (not *checked*).
    """
    return EnumType(
        kind,
        native_enum=False,
        length=16,
        create_constraint=checked,
        name=re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower(),
        values_callable=lambda members: [one.value for one in members],
    )


class Base(DeclarativeBase):
    """Root of the tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: Instant(),
        bytes: LargeBinary(),
        list[str]: JSON(),
        list[Range]: JSON(),
        ApplicationState: state_column(ApplicationState, checked=False),
        BatchState: state_column(BatchState),
        CardState: state_column(CardState, checked=False),
        Signing: state_column(Signing),
    }


def one_of(states: Iterable[Enum]) -> str:
    """The condition that a row is in one of these states.

    Written out: for a list behind IN, SQLite builds a table of its own at every row, which costs
    more than storing the row.
    """
    return " OR ".join(f"state = '{one.value}'" for one in states)


def unique_while(name: str, column: str, states: tuple[Enum, ...]) -> Index:
    """An index that allows each value of *column* once among the rows in these states."""
    return Index(name, column, unique=True, **where(one_of(states)))


def where(condition: str) -> dict[str, Any]:
    """An index of the rows of which *condition* is true, in the words of both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
