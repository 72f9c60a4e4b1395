"""Tables of the awards and of what is payable.

A past award never changes silently: an award's amounts are only added to, and what was made
payable is corrected by a further item, never by another number in the old one.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.money import Fen
from api.services.months import Month
from api.services.tables import Base


class Award(Base):
    """A benefit granted to somebody, from a month on.

    *benefit* is a name of `api.services.awards.benefits`; *person* draws it, *insured* is whose
    insurance it comes from (another one for survivors). What is paid once has the same first and
    last month.

    *unsettled*: something about it changed since its items were last made to add up. The monthly
    run goes by it, so that it need not add up the past of those of which nothing changed; only
    `api.services.awards.grants` and `payables` write it.
    """

    __tablename__ = "award"
    __table_args__ = (
        CheckConstraint("until_month IS NULL OR until_month >= from_month - 1", name="months"),
        Index("ix_award_person", "person"),
        Index("ix_award_insured", "insured"),
        Index("ix_award_region_insurance_id", "region", "insurance", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    benefit: Mapped[str] = mapped_column(String(32))
    insurance: Mapped[str] = mapped_column(String(3))
    region: Mapped[str] = mapped_column(String(6))  # whose fund pays
    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"))
    insured: Mapped[str] = mapped_column(ForeignKey("insured_person.number"))
    from_month: Mapped[Month]
    until_month: Mapped[Month | None]  # the last one; the one before from_month: none at all
    end_reason: Mapped[str | None] = mapped_column(String(64))
    matter: Mapped[str | None] = mapped_column(ForeignKey("matter.id"), index=True)
    unsettled: Mapped[bool] = mapped_column(default=True)
    granted_at: Mapped[datetime]
    granted_by: Mapped[str]


class AwardAmount(Base):
    """The monthly amount from a month on; for a month, the highest number that begins by then."""

    __tablename__ = "award_amount"
    __table_args__ = ({"sqlite_with_rowid": False},)

    award: Mapped[str] = mapped_column(ForeignKey("award.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    from_month: Mapped[Month]
    amount: Mapped[Fen]
    calculation: Mapped[str | None] = mapped_column(ForeignKey("calculation.id"))
    reason: Mapped[str] = mapped_column(String(32))  # granted, adjusted, recalculated …
    at: Mapped[datetime]
    by: Mapped[str]


class AwardPause(Base):
    """Months for which nothing is paid: until a proof of life, for instance.

    Once *lifted*, with its months paid after all (*made_good*) or lost for good.
    """

    __tablename__ = "award_pause"
    __table_args__ = ({"sqlite_with_rowid": False},)

    award: Mapped[str] = mapped_column(ForeignKey("award.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    from_month: Mapped[Month]
    until_month: Mapped[Month | None]
    reason: Mapped[str] = mapped_column(String(32))
    made_good: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[str]


class PayableItem(Base):
    """An amount for a month that a ledger takes up.

    Number 0 is the month's own; later ones correct it, and may be negative. Together they are what
    is due for that month. Items are never changed but for *taken*, the ledger's own reference.

    No foreign key stands at *award*: whoever adds an item has locked the award that it is for
    (`payables.settle`, `month_items.add`), and looking for it again costs the monthly run a third.
    """

    __tablename__ = "payable_item"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_payable_item_run", "run"),
        {"sqlite_with_rowid": False},
    )

    award: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[Month] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[Fen]
    run: Mapped[str] = mapped_column(String(48))  # the monthly run or the matter that made it
    made_at: Mapped[datetime]
    taken: Mapped[str | None] = mapped_column(String(64))


class MonthRun(Base):
    """A month of a region and insurance that is made payable, in chunks; *through* is how far.

    The region is that of the awards, never one above. *items* and *total* are those of all its
    chunks, and of those that were run again: the sum of the items that bear its name.
    """

    __tablename__ = "month_run"

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    insurance: Mapped[str] = mapped_column(String(3), primary_key=True)
    month: Mapped[Month] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    through: Mapped[str] = mapped_column(String(32))  # the last award that was looked at
    items: Mapped[int]
    total: Mapped[Fen]
    done_at: Mapped[datetime | None]
