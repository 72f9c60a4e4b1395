"""Tables of the insured people, and of what changed about them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.tables import Base


class InsuredPerson(Base):
    """A person who is insured, or draws a benefit.

    *category* is that of the retirement tables (`api.services.retirement_age.rules.CATEGORIES`).
    Where the household is registered is a fact about somebody, never a condition.
    """

    __tablename__ = "insured_person"
    __table_args__ = (
        CheckConstraint("category IN ('male', 'female50', 'female55')", name="category"),
    )

    number: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    sex: Mapped[str] = mapped_column(String(1))
    birth: Mapped[date]
    category: Mapped[str] = mapped_column(String(8))
    office: Mapped[str] = mapped_column(ForeignKey("office.code"), index=True)  # of the residence
    household_region: Mapped[str | None] = mapped_column(String(6))
    died_on: Mapped[date | None]
    registered_at: Mapped[datetime]
    registered_by: Mapped[str]


class PersonChange(Base):
    """What was written about somebody, and what stands there now; names the people who did it."""

    __tablename__ = "insured_person_change"
    __table_args__ = ({"sqlite_with_rowid": False},)

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(String(16))  # name, office, category, birth …
    before: Mapped[str | None] = mapped_column(String(64))
    after: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    by: Mapped[str]
