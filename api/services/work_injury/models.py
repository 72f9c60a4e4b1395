"""Tables of the injuries at work, of employees and of platform workers, and of their awards."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.tables import Base


class Injury(Base):
    """An accident or disease: reported, determined (工伤认定), appraised (劳动能力鉴定).

    Codes: determination 工伤认定结论 (table 38), grade 伤残等级 (32), care 生活自理障碍等级 (33) of
    人社信息函〔2012〕37号. A recurrence names the injury it comes back from.
    """

    __tablename__ = "injury"
    __table_args__ = (
        CheckConstraint("insurance IN ('410', 'X41')", name="insurance"),
        CheckConstraint("grade IS NULL OR determined_on IS NOT NULL", name="order"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), index=True)
    insurance: Mapped[str] = mapped_column(String(3))
    employer: Mapped[str] = mapped_column(ForeignKey("employer.code"))  # or the platform
    region: Mapped[str] = mapped_column(String(6))
    happened_on: Mapped[date]
    what: Mapped[str] = mapped_column(String(200))
    circumstance: Mapped[str] = mapped_column(String(16))  # of 条例 第十四条, 第十五条
    order_number: Mapped[str | None] = mapped_column(String(40))  # the platform's, being carried
    reported_on: Mapped[date]
    recurrence_of: Mapped[str | None] = mapped_column(ForeignKey("injury.id"))
    determination: Mapped[str | None] = mapped_column(String(20), unique=True)
    finding: Mapped[str | None] = mapped_column(String(1))
    determined_on: Mapped[date | None]
    determined_by: Mapped[str | None] = mapped_column(String(60))
    appraisal: Mapped[str | None] = mapped_column(String(20), unique=True)
    grade: Mapped[str | None] = mapped_column(String(2))
    care: Mapped[str | None] = mapped_column(String(1))
    incapacity: Mapped[str | None] = mapped_column(String(1))
    appraised_on: Mapped[date | None]
    appraised_by: Mapped[str | None] = mapped_column(String(60))
    died_on: Mapped[date | None]
    matter: Mapped[str | None] = mapped_column(ForeignKey("matter.id"))
    at: Mapped[datetime]
    by: Mapped[str]


class InjuryAward(Base):
    """An award that comes from an injury, and the *grade* by which it holds (of care, for care)."""

    __tablename__ = "injury_award"

    award: Mapped[str] = mapped_column(ForeignKey("award.id"), primary_key=True)
    injury: Mapped[str] = mapped_column(ForeignKey("injury.id"), index=True)
    grade: Mapped[str | None] = mapped_column(String(2))


class InjuryDependant(Base):
    """Somebody whom the person who died had supported; *relationship* by code table 40."""

    __tablename__ = "injury_dependant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    injury: Mapped[str] = mapped_column(ForeignKey("injury.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"))
    relationship: Mapped[str] = mapped_column(String(1))
    alone: Mapped[bool]
    award: Mapped[str] = mapped_column(ForeignKey("award.id"), unique=True)
