"""Blanks that are missing from their lot, low, or too few for what is approved."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuance.alarms.kinds import LISTED, Alarm
from issuance.models import Batch
from issuance.people import rules
from issuance.people.rules import Rule
from issuance.states import BatchState, BlankState
from issuance.stock.models import BlankLot, BlankMovement, BlankRange
from issuance.stock.serials import written


def gaps(session: Session) -> Iterator[Alarm]:
    """Lots of which not every blank lies in one range; ranges never overlap (the book's rule)."""
    lying = func.coalesce(func.sum(BlankRange.last - BlankRange.first + 1), 0)
    rows = session.execute(
        select(BlankLot.maker, BlankLot.first, BlankLot.count, lying)
        .outerjoin(
            BlankRange, (BlankRange.maker == BlankLot.maker) & (BlankRange.lot == BlankLot.first)
        )
        .group_by(BlankLot.maker, BlankLot.first, BlankLot.count)
        .having(lying != BlankLot.count)
        .order_by(BlankLot.maker, BlankLot.first)
        .limit(LISTED)
    )
    for maker, first, count, lies in rows:
        lot = written(maker, first)
        yield Alarm(
            "blank-gap",
            (
                f"Lot {lot}: {count} blanks came in, {int(lies)} are accounted for.",
                f"批号 {lot}：入库 {count} 张，账上仅 {int(lies)} 张。",
            ),
            "stock",
        )


def low(session: Session) -> Iterator[Alarm]:
    """Profiles of which too few blanks are left, for the limit or for what is approved."""
    left, limit = in_stock(session), rules.value(session, Rule.STOCK_LIMIT)
    wanted = _wanted(session)
    for profile in sorted(left.keys() | wanted.keys()):
        there = left.get(profile, 0)
        if profile in left and wanted.get(profile, 0) > there:
            yield Alarm(
                "stock-short",
                (
                    f"{wanted[profile]} blanks of {profile} are wanted for approved batches, "
                    f"{there} are in stock.",
                    f"已批准批次还需 {profile} 空白卡 {wanted[profile]} 张，库存 {there} 张。",
                ),
                "stock",
            )
        elif profile in left and there < limit:
            yield Alarm(
                "stock-low",
                (
                    f"{there} blanks of {profile} are in stock; the limit is {limit}.",
                    f"{profile} 空白卡库存 {there} 张，低于下限 {limit} 张。",
                ),
                "stock",
            )


def in_stock(session: Session) -> dict[str, int]:
    """Blanks in stock by profile; a profile of which blanks ever came in stands there with 0."""
    free = func.sum(BlankRange.last - BlankRange.first + 1).filter(
        BlankRange.state == BlankState.IN_STOCK
    )
    rows = session.execute(
        select(BlankLot.profile, func.coalesce(free, 0))
        .outerjoin(
            BlankRange, (BlankRange.maker == BlankLot.maker) & (BlankRange.lot == BlankLot.first)
        )
        .group_by(BlankLot.profile)
    )
    return {profile: int(count) for profile, count in rows}


def _wanted(session: Session) -> dict[str, int]:
    """Blanks by profile that approved batches still want; only batches that use the stock."""
    issued = (
        select(func.coalesce(func.sum(BlankMovement.last - BlankMovement.first + 1), 0))
        .where(BlankMovement.batch_id == Batch.id, BlankMovement.event == "issue")
        .scalar_subquery()
    )
    rows = session.execute(
        select(Batch.profile, Batch.size, issued)
        .where(Batch.state == BatchState.APPROVED)
        .limit(1_000)
    )
    found: dict[str, int] = {}
    for profile, size, already in rows:
        found[profile] = found.get(profile, 0) + max(size - int(already), 0)
    return found
