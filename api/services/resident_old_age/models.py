"""Table of the accounts that moved between the insurance of residents and that of employees."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.money import Fen
from api.services.months import Month
from api.services.tables import Base


class PensionConversion(Base):
    """An account that moved whole to the other insurance, in *month* (人社部发〔2014〕17号).

    *insurance* is the one that it went to; there the *account* earns interest from that month on.
    *moved_on*: a later one took it further.
    """

    __tablename__ = "pension_conversion"
    __table_args__ = (
        CheckConstraint("insurance IN ('110', '170')", name="insurance"),
        CheckConstraint("account >= 0", name="account"),
        Index("ix_pension_conversion_person", "person"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"))
    insurance: Mapped[str] = mapped_column(String(3))
    region: Mapped[str] = mapped_column(String(6))
    month: Mapped[Month]
    months: Mapped[int]  # that count in the insurance that it went to
    account: Mapped[Fen]
    refund: Mapped[Fen]  # of doubled months, to the person
    moved_on: Mapped[bool]
    matter: Mapped[str | None] = mapped_column(ForeignKey("matter.id"), unique=True)
    at: Mapped[datetime]
    by: Mapped[str]
