"""A desk's offline log against what its issuer says later: who would have been refused?"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Any

from reader.authenticity import STATUS_VERDICTS
from reader.offline_chain import BREAKS, Line, ReadLog
from reader.status_list import StatusListError, StatusLists


@unique
class Outcome(StrEnum):
    """What became of a card that the desk called genuine."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"  # it would have been, with this answer at hand
    UNDECIDED = "undecided"


@unique
class Basis(StrEnum):
    """What an answer is about."""

    THEN = "then"  # the status at the moment of the verification, from the issuer's book
    LATER = "later"  # a status of after it: the card may have been good then
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What is known later; *why* says for people what an undecided one lacks."""

    outcome: Outcome
    basis: Basis = Basis.NOTHING
    status: str | None = None
    as_of: datetime | None = None
    why: tuple[str, str] | None = None


Look = Callable[[Line], Later]


@dataclass(frozen=True, slots=True)
class Found:
    """A line that said genuine, and what is known later."""

    line: Line
    later: Later

    def to_json(self) -> dict[str, Any]:
        """The line's own facts first."""
        later = self.later
        return {
            "line": self.line.number,
            **self.line.entry.to_json(),
            "outcome": later.outcome.value,
            "basis": later.basis.value,
            "status": later.status,
            "as_of": later.as_of.isoformat() if later.as_of else None,
            "reason": later.why[0] if later.why else None,
            "reason_zh": later.why[1] if later.why else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """All of it, and the state of the log."""

    log: ReadLog
    verifications: int
    found: tuple[Found, ...]

    def of(self, outcome: Outcome) -> list[Found]:
        """Those with that outcome, in the order of the log."""
        return [one for one in self.found if one.later.outcome is outcome]

    def to_json(self) -> dict[str, Any]:
        """Figures, then what a person has to look at."""
        count = Counter(one.later.outcome for one in self.found)
        return {
            "verifications": self.verifications,
            "genuine": len(self.found),
            **{outcome.value: count[outcome] for outcome in Outcome},
            "refusals": [one.to_json() for one in self.of(Outcome.REFUSED)],
            "undecided_lines": [one.to_json() for one in self.of(Outcome.UNDECIDED)],
            "chain": {
                "whole": not self.log.breaks,
                "head": self.log.head,
                "breaks": [
                    {
                        "line": one.line,
                        "reason": one.reason,
                        "reason_en": BREAKS[one.reason][0],
                        "reason_zh": BREAKS[one.reason][1],
                    }
                    for one in self.log.breaks
                ],
                "torn_bytes": self.log.torn,
                "clock_set_back": self.log.clock_set_back,
            },
        }


def reconcile(log: ReadLog, lines: Iterable[Line], look: Look) -> Reconciliation:
    """Ask *look* about each of *lines* whose clerk was told yes."""
    asked = tuple(lines)
    found = tuple(Found(line, look(line)) for line in asked if line.entry.genuine)
    return Reconciliation(log=log, verifications=len(asked), found=found)


def by_lists(lists: StatusLists) -> Look:
    """Ask signed lists: they tell the status when they were made, not that of an earlier moment."""

    def look(line: Line) -> Later:
        reference = line.entry.status
        held = lists.held(reference.list_id) if reference else None
        if reference is None or held is None:
            return _undecided("its list is not among these", "所给状态列表中没有该卡所属的列表")
        if held.issued_at <= line.entry.at:
            return _undecided(
                f"list {held.number} was made before it", f"状态列表 {held.number} 早于该次验证"
            )
        try:
            status = lists.at(reference)
        except StatusListError as error:
            return _undecided(str(error), f"状态列表有误（{error}）")
        refused = STATUS_VERDICTS.get(status)
        return Later(
            outcome=Outcome.REFUSED if refused else Outcome.CONFIRMED,
            basis=Basis.LATER,
            status=refused.value if refused else status.value,
            as_of=held.issued_at,
        )

    return look


def _undecided(english: str, chinese: str) -> Later:
    return Later(outcome=Outcome.UNDECIDED, why=(english, chinese))
