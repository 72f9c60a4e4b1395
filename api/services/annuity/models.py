"""Table of the annuity plans; what is paid into them are contributions like others."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.months import Month
from api.services.tables import Base


class AnnuityPlan(Base):
    """What an employer and his people pay, from a month on; rates as text ("0.05")."""

    __tablename__ = "annuity_plan"

    employer: Mapped[str] = mapped_column(ForeignKey("employer.code"), primary_key=True)
    from_month: Mapped[Month] = mapped_column(primary_key=True)
    employer_rate: Mapped[str] = mapped_column(String(12))
    own_rate: Mapped[str] = mapped_column(String(12))
    vesting_years: Mapped[int]  # after which the employer's part is the person's, 8 at most
    at: Mapped[datetime]
    by: Mapped[str]
