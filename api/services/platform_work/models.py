"""Tables of platform work: what a platform pays by the order, and who worked in a month.

Version 0 is what holds; what it was before a correction is kept as version 1, 2 …
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.money import Fen
from api.services.months import Month
from api.services.tables import Base


class PlatformMonth(Base):
    """The orders of a platform in a region and month, and what it owes for them."""

    __tablename__ = "platform_month"
    __table_args__ = (Index("ix_platform_month_file", "file"),)

    platform: Mapped[str] = mapped_column(ForeignKey("employer.code"), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    month: Mapped[Month] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    orders: Mapped[int]
    rate: Mapped[str] = mapped_column(String(12))  # yuan for an order
    amount: Mapped[Fen]
    workers: Mapped[int]
    file: Mapped[str] = mapped_column(String(64))  # SHA-256 of what was handed in
    at: Mapped[datetime]
    by: Mapped[str]


class PlatformWorkerMonth(Base):
    """Somebody took orders of a platform in a month; that makes him insured."""

    __tablename__ = "platform_worker_month"
    __table_args__ = (
        Index("ix_platform_worker_month_platform", "platform", "region", "month"),
        {"sqlite_with_rowid": False},
    )

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    month: Mapped[Month] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(ForeignKey("employer.code"), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    orders: Mapped[int]
    income: Mapped[Fen | None]
