"""Table of the proofs of life."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.months import Month
from api.services.tables import Base


class LifeProof(Base):
    """Somebody who draws a benefit was there with his card; good through *until_month*."""

    __tablename__ = "life_proof"
    __table_args__ = ({"sqlite_with_rowid": False},)

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    presence: Mapped[str] = mapped_column(String(32), unique=True)  # the card's presence token
    at: Mapped[datetime]
    by: Mapped[str]
    until_month: Mapped[Month]
