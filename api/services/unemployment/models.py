"""Tables of unemployment: claims, and what somebody does to find work."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.months import Month
from api.services.tables import Base


class UnemploymentClaim(Base):
    """A registered unemployment, and the months that were claimed for it.

    Until the claim is decided there is no *award* and nothing is due. *paid_months* of
    contributions, up to *counted_through*, are used up by the claim; *carried* were left from the
    one before.
    """

    __tablename__ = "unemployment_claim"
    __table_args__ = (
        CheckConstraint("months_due BETWEEN 0 AND 24", name="months"),
        CheckConstraint("(award IS NULL) = (claimed_on IS NULL)", name="claimed"),
        {"sqlite_with_rowid": False},
    )

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(String(6))
    lost_on: Mapped[date]
    registered_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(2))  # 失业登记原因, code table 27
    claimed_on: Mapped[date | None]
    ending: Mapped[str | None] = mapped_column(String(16))  # how the employment ended
    paid_months: Mapped[int]
    counted_through: Mapped[Month | None]
    carried: Mapped[int]
    months_due: Mapped[int]
    award: Mapped[str | None] = mapped_column(ForeignKey("award.id"))
    matter: Mapped[str | None] = mapped_column(ForeignKey("matter.id"))  # that registered it
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
    justified: Mapped[bool]  # of a refusal: there was a good reason
    employer: Mapped[str] = mapped_column(String(70))
    note: Mapped[str] = mapped_column(String(200))
    matter: Mapped[str | None] = mapped_column(ForeignKey("matter.id"), unique=True)
    at: Mapped[datetime]
    by: Mapped[str]
