"""Tables of the private pension: accounts, what was paid in and out."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.money import Fen
from api.services.tables import Base


class PensionAccount(Base):
    """A person's one private pension account.

    *condition* and *method* are how it may be drawn, *payment* what each payment is before tax
    (None: in one sum); *matter* decided on it. Names: `api.services.private_pension.rules`.
    """

    __tablename__ = "pension_account"

    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), primary_key=True)
    bank: Mapped[str] = mapped_column(String(40))
    opened_on: Mapped[date]
    opened_by: Mapped[str]
    drawing_since: Mapped[date | None]
    condition: Mapped[str | None] = mapped_column(String(24))
    method: Mapped[str | None] = mapped_column(String(24))
    payment: Mapped[Fen | None]
    matter: Mapped[str | None] = mapped_column(ForeignKey("matter.id"))
    closed_on: Mapped[date | None]


class PensionMovement(Base):
    """Money that came into an account (positive) or left it (negative, before tax).

    *key* is the bank's own name of the movement: the same one is booked once.
    """

    __tablename__ = "pension_movement"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("tax >= 0 AND (tax = 0 OR kind = 'payout')", name="tax"),
        {"sqlite_with_rowid": False},
    )

    person: Mapped[str] = mapped_column(ForeignKey("pension_account.person"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))  # deposit, income, payout
    on: Mapped[date]
    amount: Mapped[Fen]
    tax: Mapped[Fen]
    at: Mapped[datetime]
    by: Mapped[str]
