"""Reports of the stock: what lies where, whether each serial is there once, the day's ledger."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuance.models import Card
from issuance.states import BlankState, CardState
from issuance.stock.models import BlankLot, BlankMovement, BlankRange
from issuance.stock.serials import Run, written

Found = list[tuple[str, int]]  # first blank, how many


@dataclass(slots=True)
class LotReport:
    """One lot, with how many of its blanks are in each state, and what does not hold."""

    lot: Run
    profile: str
    delivery_note: str
    states: dict[str, int] = field(default_factory=dict)
    gaps: Found = field(default_factory=list)  # in no range
    doubles: Found = field(default_factory=list)  # in two ranges

    def to_json(self) -> dict[str, Any]:
        """For the command's answer."""
        return {
            "first": written(self.lot.maker, self.lot.first),
            "count": self.lot.size,
            "profile": self.profile,
            "delivery_note": self.delivery_note,
            "states": self.states,
            "gaps": _listed(self.gaps),
            "doubles": _listed(self.doubles),
        }


@dataclass(frozen=True, slots=True)
class DayLine:
    """The ledger of a day for one state: what was there, came, went, and is left."""

    state: str
    opening: int
    came: int
    went: int

    @property
    def closing(self) -> int:
        """What is left at the end of the day."""
        return self.opening + self.came - self.went


def lots(session: Session) -> Iterator[LotReport]:
    """Every lot: each of its serials must lie in exactly one range."""
    for lot in session.scalars(select(BlankLot).order_by(BlankLot.maker, BlankLot.first)):
        run = Run(lot.maker, lot.first, lot.first + lot.count - 1)
        report = LotReport(run, lot.profile, lot.delivery_note)
        rows = session.execute(
            select(BlankRange.first, BlankRange.last, BlankRange.state)
            .where(BlankRange.maker == lot.maker, BlankRange.lot == lot.first)
            .order_by(BlankRange.first)
        )
        expected = run.first
        for first, last, state in rows:
            if first > expected:
                report.gaps.append((written(run.maker, expected), first - expected))
            elif first < expected:
                report.doubles.append((written(run.maker, first), min(last + 1, expected) - first))
            expected = max(expected, last + 1)
            report.states[state.value] = report.states.get(state.value, 0) + last - first + 1
        if expected <= run.last:
            report.gaps.append((written(run.maker, expected), run.last + 1 - expected))
        yield report


def wrong_cards(session: Session) -> dict[str, list[str]]:
    """Blanks and cards against each other.

    "without_card": used blanks that no card was made on; "not_used": cards made on a blank that the
    stock does not call used; "twice": blanks that two cards were made on.
    """
    wrong: dict[str, list[str]] = {"without_card": [], "not_used": [], "twice": []}
    used = (one for run in _used(session) for one in range(run.number, run.number + run.size))
    serial, last = next(used, None), None
    for blank, number in _made_on(session):
        if blank == last:
            wrong["twice"].append(f"{blank:016X}")
            continue
        last = blank
        while serial is not None and serial < blank:
            wrong["without_card"].append(f"{serial:016X}")
            serial = next(used, None)
        if serial == blank:
            serial = next(used, None)
        else:
            wrong["not_used"].append(number)
    if serial is not None:
        wrong["without_card"] += (f"{one:016X}" for one in chain((serial,), used))
    return wrong


def day(session: Session, on: date) -> list[DayLine]:
    """The ledger of a day, state by state, from the movements."""
    size = BlankMovement.last - BlankMovement.first + 1
    figures = {state.value: [0, 0, 0] for state in BlankState}
    for sign, column in ((1, BlankMovement.state), (-1, BlankMovement.was)):
        rows = session.execute(
            select(column, BlankMovement.day == on, func.sum(size))
            .where(BlankMovement.day <= on, column.is_not(None))
            .group_by(column, BlankMovement.day == on)
        )
        for state, today, total in rows:
            name = state.value if isinstance(state, BlankState) else str(state)
            if not today:
                figures[name][0] += sign * int(total)
            else:
                figures[name][1 if sign > 0 else 2] += int(total)
    return [DayLine(name, *row) for name, row in figures.items()]


def in_states(session: Session) -> dict[str, int]:
    """How many blanks are in each state now, from the ranges."""
    rows = session.execute(
        select(BlankRange.state, func.sum(BlankRange.last - BlankRange.first + 1)).group_by(
            BlankRange.state
        )
    )
    return {state.value: int(total) for state, total in rows}


def _used(session: Session) -> Iterator[Run]:
    rows = session.execute(
        select(BlankRange.maker, BlankRange.first, BlankRange.last)
        .where(BlankRange.state == BlankState.USED)
        .order_by(BlankRange.maker, BlankRange.first)
        .execution_options(yield_per=5_000)
    )
    return (Run(*row) for row in rows)


def _made_on(session: Session) -> Iterator[tuple[int, str]]:
    """Blank (as a number) and number of every card made on a blank of the stock, and good."""
    rows = session.execute(
        select(Card.blank, Card.number)
        .where(
            Card.blank.is_not(None),
            Card.personalized_at.is_not(None),
            Card.state != CardState.REJECTED,
        )
        .order_by(Card.blank)
        .execution_options(yield_per=5_000)
    )
    return ((int.from_bytes(blank or b"", "big"), number) for blank, number in rows)


def _listed(found: Found) -> list[dict[str, Any]]:
    return [{"first": first, "count": count} for first, count in found]
