"""Tables of the offices: the tree, and who works where."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.tables import Base


class Office(Base):
    """An office of one of the five tiers; its code is that of its division (12 digits)."""

    __tablename__ = "office"
    __table_args__ = (
        CheckConstraint("tier BETWEEN 1 AND 5", name="tier"),
        CheckConstraint("(tier = 1) = (parent IS NULL)", name="parent"),
    )

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    tier: Mapped[int]
    parent: Mapped[str | None] = mapped_column(ForeignKey("office.code"), index=True)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]


class OfficeClerk(Base):
    """An operator of the book works at one office."""

    __tablename__ = "office_clerk"

    person_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    office: Mapped[str] = mapped_column(ForeignKey("office.code"), index=True)
    since: Mapped[datetime]
    placed_by: Mapped[str]
