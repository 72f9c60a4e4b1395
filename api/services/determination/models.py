"""Tables of the calculations that were made, and of those that were made again."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.money import Fen
from api.services.months import Month
from api.services.tables import Base


class StoredCalculation(Base):
    """A calculation as it was made; never changed. One made again names the one it *replaces*.

    *parameters* are the versions that were used, as `api.services.determination.store` writes them;
    *explanation* the steps as a citizen reads them.
    """

    __tablename__ = "calculation"
    __table_args__ = (
        Index("ix_calculation_person_made_at", "person", "made_at"),
        Index("ix_calculation_subject_region", "subject", "region"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject: Mapped[str] = mapped_column(String(32))
    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"))
    region: Mapped[str] = mapped_column(String(6))
    month: Mapped[Month]  # for which it holds
    facts: Mapped[dict[str, Any]]
    parameters: Mapped[list[Any]]
    rules: Mapped[str] = mapped_column(String(16))  # edition of the program's rules
    results: Mapped[dict[str, Any]]
    explanation: Mapped[list[Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    replaces: Mapped[str | None] = mapped_column(ForeignKey("calculation.id"), unique=True)
    differences: Mapped[list[Any] | None]


class Recalculation(Base):
    """Calculations that are made again because a parameter, a rule or facts changed.

    Its name is the beginning of *digest*: what two people confirmed, line by line.
    """

    __tablename__ = "recalculation"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cause: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    lines: Mapped[int]
    items: Mapped[int]  # payable items that it has added
    total: Mapped[Fen]  # and their sum; negative: more is taken back than paid
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    confirmed_by: Mapped[str]
    done_at: Mapped[datetime | None]


class RecalculationLine(Base):
    """One calculation of it, in the order of *number*: what others build on comes before them.

    *digest* is that of what was confirmed, *made* what took its place.
    """

    __tablename__ = "recalculation_line"
    __table_args__ = ({"sqlite_with_rowid": False},)

    recalculation: Mapped[str] = mapped_column(ForeignKey("recalculation.id"), primary_key=True)
    calculation: Mapped[str] = mapped_column(ForeignKey("calculation.id"), primary_key=True)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    made: Mapped[str | None] = mapped_column(ForeignKey("calculation.id"))
