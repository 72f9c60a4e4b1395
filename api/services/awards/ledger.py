"""What a ledger takes up: payable items in pages, and marked once they are its own.

Taking is safe to repeat: the same items under the same reference change nothing. What comes later
for a month that was taken is a further item, and turns up by itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from api.services.awards.models import Award, PayableItem
from api.services.errors import RefusedError, UnknownError, shown
from api.services.insurances import Insurance
from api.services.months import Month
from issuance import audit

PAGE: Final = 500
MAX_REFERENCE: Final = 64
_place: Final = tuple_(PayableItem.award, PayableItem.month, PayableItem.number)


class ItemTakenError(RefusedError):
    """A payable item was taken under another reference: paying it again would pay it twice."""

    code = "item-taken"
    cause = ("A payable item was taken before.", "该待发项目已被提取。")
    remedy = (
        "Take nothing of this list; ask for what is not taken yet.",
        "本次未提取任何项目；请重新查询尚未提取的项目。",
    )

    def __init__(self, item: str, reference: str) -> None:
        super().__init__(
            (
                f"{item} was taken before, as {shown(reference)}.",
                f"{item} 已按 {shown(reference)} 提取。",
            )
        )


@dataclass(frozen=True, slots=True, order=True)
class ItemKey:
    """The name of an item: "<award>.<month>.<number>"."""

    award: str
    month: Month
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From its text. Raises ValueError."""
        award, month, number = text.split(".")
        is_name = len(award) == 32 and award.isascii() and award.isalnum()
        if not is_name or not (number.isascii() and number.isdigit()) or len(number) > 6:
            raise ValueError("not the key of a payable item")
        return cls(award, Month.parse(month), int(number))

    def __str__(self) -> str:
        return f"{self.award}.{self.month}.{self.number}"


@dataclass(frozen=True, slots=True)
class Due:
    """An item with the award that it is of."""

    item: PayableItem
    award: Award

    @property
    def key(self) -> ItemKey:
        """Its name."""
        return ItemKey(self.item.award, self.item.month, self.item.number)


def page(
    session: Session,
    *,
    region: str,
    insurance: Insurance,
    month: Month,
    after: ItemKey | None,
    by: str,
    at: datetime,
) -> list[Due]:
    """Items for months up to *month* that nobody took, by key, at most `PAGE`; the look is noted.

    A correction of a month long past is among them: it is due as well.
    """
    wanted = (
        select(PayableItem, Award)
        .join(Award, Award.id == PayableItem.award)
        .where(
            Award.region == region,
            Award.insurance == insurance,
            PayableItem.month <= month,
            PayableItem.taken.is_(None),
        )
        # By the award's own name: the index on awards is in this order, and a page ends early.
        .order_by(Award.id, PayableItem.month, PayableItem.number)
        .limit(PAGE)
    )
    if after is not None:
        behind = _place > (after.award, after.month, after.number)
        wanted = wanted.where(Award.id >= after.award, behind)
    found = [Due(item, award) for item, award in session.execute(wanted)]
    detail: audit.Detail = {
        "insurance": insurance.value,
        "month": str(month),
        "items": len(found),
    }
    things: list[tuple[str, audit.Detail]] = [(f"ledger {by}", detail)]
    audit.append(session, "payables.look", things, chain=region, by=by, at=at)
    return found


def take(
    session: Session, keys: Sequence[ItemKey], *, reference: str, by: str, at: datetime
) -> int:
    """Mark items as the ledger's own under its *reference*; how many were not before.

    All of them or none. Raises UnknownError, ItemTakenError.
    """
    wanted = sorted(set(keys))
    rows = session.execute(
        select(PayableItem, Award.region)
        .join(Award, Award.id == PayableItem.award)
        .where(_place.in_([(one.award, one.month, one.number) for one in wanted]))
        .with_for_update(of=PayableItem)
    )
    found = {ItemKey(one.award, one.month, one.number): (one, region) for one, region in rows}
    fresh: Counter[str] = Counter()
    for key in wanted:
        if key not in found:
            raise UnknownError("payable item", str(key))
        item, region = found[key]
        if item.taken not in (None, reference):
            raise ItemTakenError(str(key), item.taken or "")
        if item.taken is None:
            item.taken = reference
            fresh[region] += 1
    for region, count in sorted(fresh.items()):
        detail: audit.Detail = {"reference": reference, "items": count}
        things: list[tuple[str, audit.Detail]] = [(f"ledger {by}", detail)]
        audit.append(session, "payables.take", things, chain=region, by=by, at=at)
    session.flush()
    return fresh.total()
