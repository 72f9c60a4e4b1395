"""Tables of the enrolments: employers, who is insured where, contributions, arrears, transfers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.services.money import Fen
from api.services.months import Month
from api.services.tables import Base


class Employer(Base):
    """An employer or a platform, by its unified social credit code (GB 32100)."""

    __tablename__ = "employer"

    code: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str] = mapped_column(String(70))
    office: Mapped[str] = mapped_column(ForeignKey("office.code"), index=True)
    industry: Mapped[str] = mapped_column(String(8))  # risk class 1-8, or a platform's industry
    registered_at: Mapped[datetime]
    registered_by: Mapped[str]
    closed_on: Mapped[date | None]


class Enrolment(Base):
    """Somebody is insured in an insurance at a region, from a month on; *number* counts by person.

    In one insurance somebody is enrolled at one place at a time.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("until_month IS NULL OR until_month >= from_month", name="months"),
        Index(
            "uq_enrolment_open",
            "person",
            "insurance",
            unique=True,
            sqlite_where=text("until_month IS NULL"),
            postgresql_where=text("until_month IS NULL"),
        ),
        Index("ix_enrolment_employer", "employer"),
        {"sqlite_with_rowid": False},
    )

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    insurance: Mapped[str] = mapped_column(String(3), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(String(12))  # employee, flexible, resident, platform
    region: Mapped[str] = mapped_column(String(6))
    office: Mapped[str] = mapped_column(ForeignKey("office.code"))
    employer: Mapped[str | None] = mapped_column(ForeignKey("employer.code"))
    base: Mapped[Fen | None]  # declared monthly wage or income
    from_month: Mapped[Month]
    until_month: Mapped[Month | None]
    end_reason: Mapped[str | None] = mapped_column(String(32))
    matter: Mapped[str | None] = mapped_column(ForeignKey("matter.id"))
    at: Mapped[datetime]
    by: Mapped[str]


class ContributionFile(Base):
    """A file of contributions that was posted; the same bytes once."""

    __tablename__ = "contribution_file"
    __table_args__ = (Index("ix_contribution_file_employer_month", "employer", "month"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    employer: Mapped[str | None] = mapped_column(ForeignKey("employer.code"))  # None: of several
    month: Mapped[Month]
    rows: Mapped[int]
    total: Mapped[Fen]
    posted_at: Mapped[datetime]
    posted_by: Mapped[str]


class Contribution(Base):
    """The contribution of a person to an insurance for one month.

    Version 0 is what holds; what it was before a correction is kept as version 1, 2 …
    """

    __tablename__ = "contribution"
    __table_args__ = (
        CheckConstraint("base >= 0 AND employer_part >= 0 AND own_part >= 0", name="amounts"),
        CheckConstraint(
            "account_part >= 0 AND account_part <= employer_part + own_part", name="account"
        ),
        Index("ix_contribution_file", "file"),
        {"sqlite_with_rowid": False},
    )

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    insurance: Mapped[str] = mapped_column(String(3), primary_key=True)
    month: Mapped[Month] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(String(6))
    employer: Mapped[str | None] = mapped_column(ForeignKey("employer.code"))
    category: Mapped[str] = mapped_column(String(12))
    base: Mapped[Fen]
    employer_part: Mapped[Fen]
    own_part: Mapped[Fen]
    account_part: Mapped[Fen]  # of both, what goes to the person's account
    paid_month: Mapped[Month]  # when it came: interest begins then
    kind: Mapped[str] = mapped_column(String(12))  # regular, late, corrected, transferred
    file: Mapped[str | None] = mapped_column(ForeignKey("contribution_file.id"))
    row: Mapped[int | None]
    at: Mapped[datetime]
    by: Mapped[str]


class Arrear(Base):
    """A month that an employer or a person owes; settled by a later contribution."""

    __tablename__ = "arrear"
    __table_args__ = (
        Index("ix_arrear_employer", "employer"),
        {"sqlite_with_rowid": False},
    )

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    insurance: Mapped[str] = mapped_column(String(3), primary_key=True)
    month: Mapped[Month] = mapped_column(primary_key=True)
    employer: Mapped[str | None] = mapped_column(ForeignKey("employer.code"))
    region: Mapped[str] = mapped_column(String(6))
    base: Mapped[Fen]
    amount: Mapped[Fen]
    due_on: Mapped[date]
    settled_on: Mapped[date | None]
    late_fee: Mapped[Fen | None]  # fixed when it is settled
    noted_at: Mapped[datetime]


class DeemedPeriod(Base):
    """Years of work before there were contributions, recognized as if they had been paid."""

    __tablename__ = "deemed_period"

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    insurance: Mapped[str] = mapped_column(String(3), primary_key=True)
    from_month: Mapped[Month] = mapped_column(primary_key=True)
    until_month: Mapped[Month]
    index: Mapped[str] = mapped_column(String(12))  # a decimal, as text: no database rounds it
    source: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class AccountYear(Base):
    """The year of a person's account in a province, closed with its interest (记账利率).

    *weighted* is the sum of each amount times the months it lay in the account (月积数). Version 0
    is what holds; what it was before a correction is kept as version 1, 2 …
    """

    __tablename__ = "account_year"
    __table_args__ = ({"sqlite_with_rowid": False},)

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    insurance: Mapped[str] = mapped_column(String(3), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)  # the province's
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0 holds
    opening: Mapped[Fen]
    credited: Mapped[Fen]
    weighted: Mapped[int] = mapped_column(BigInteger)
    rate: Mapped[str] = mapped_column(String(12))
    interest: Mapped[Fen]
    closing: Mapped[Fen]
    closed_at: Mapped[datetime]


class Transfer(Base):
    """An account and its months that move from one region to another.

    *sheet* is what the region that is left says of them (参保缴费信息表), *doubled* the months that
    both regions had: which of the two stays, what of the other goes back to the person.
    """

    __tablename__ = "transfer"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), index=True)
    insurance: Mapped[str] = mapped_column(String(3))
    from_region: Mapped[str] = mapped_column(String(6))
    to_region: Mapped[str] = mapped_column(String(6))
    state: Mapped[str] = mapped_column(String(12))  # asked, sent, booked
    keep: Mapped[str] = mapped_column(String(8))  # of doubled months: those here, or there
    sheet: Mapped[dict[str, Any] | None]
    doubled: Mapped[list[Any]]
    months: Mapped[int | None]
    account: Mapped[Fen | None]
    fund: Mapped[Fen | None]  # of the pooled fund, that goes with it
    refund: Mapped[Fen | None]  # of doubled months, to the person
    matter: Mapped[str | None] = mapped_column(ForeignKey("matter.id"), unique=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str | None]
    booked_at: Mapped[datetime | None]
    booked_by: Mapped[str | None]
