"""Tables of unemployment: claims, and what somebody does to find work."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.tables import Base


class UnemploymentClaim(Base):
    """A registered unemployment with its months; *carried* were left from the claim before."""

    __tablename__ = "unemployment_claim"
    __table_args__ = (
        CheckConstraint("months_due BETWEEN 0 AND 24", name="months"),
        {"sqlite_with_rowid": False},
    )

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(String(6))
    lost_on: Mapped[date]
    registered_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(2))  # 失业登记原因, code table 27
    paid_months: Mapped[int]  # of contributions, which this claim uses up
    carried: Mapped[int]
    months_due: Mapped[int]
    award: Mapped[str | None] = mapped_column(ForeignKey("award.id"))
    matter: Mapped[str | None] = mapped_column(ForeignKey("matter.id"))
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime]
    by: Mapped[str]


class JobSearch(Base):
    """A step to find work that a claimant showed, or an offer that he refused."""

    __tablename__ = "job_search"
    __table_args__ = ({"sqlite_with_rowid": False},)

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))  # applied, interview, course, offered, refused
    employer: Mapped[str] = mapped_column(String(70))
    note: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    by: Mapped[str]
