"""Table of the card data that was begun to be written."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.tables import Base


class CardWrite(Base):
    """A counter's ticket carries data of a decided matter to a card.

    *number* is the place in `Matter.card_data`. Which card it was and how it ended stands in the
    ticket (`issuance.counter.models.CounterTicket`) and nowhere else.
    """

    __tablename__ = "card_write"
    __table_args__ = ({"sqlite_with_rowid": False},)

    ticket: Mapped[str] = mapped_column(String(32), primary_key=True)
    matter: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True, index=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by: Mapped[str]
