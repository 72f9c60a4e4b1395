"""How the tables of the insurances are declared; they lie in the issuer's book, beside its own.

They are a form of their own (`api.services.book`): an issuer who only makes cards has none of them.
What the book knows already (cards, presences, operators, the audit trail) is named by its key.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Dialect, Integer, LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from api.services.money import Fen
from api.services.months import Month, month_of
from issuance.book_columns import Instant


class MonthNumber(TypeDecorator[Month]):
    """A month, as the number that `Month` counts by."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Month | None, dialect: Dialect) -> int | None:
        """To the driver."""
        return None if value is None else value.number

    def process_result_value(self, value: int | None, dialect: Dialect) -> Month | None:
        """From the driver."""
        return None if value is None else month_of(value)


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
        Fen: BigInteger(),
        Month: MonthNumber(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }
