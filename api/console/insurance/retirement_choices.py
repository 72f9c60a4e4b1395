"""The months in which somebody may retire, side by side: what each would bring, and a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.console import plots
from api.console.insurance.frame import now
from api.console.language import say
from api.database import BookSession
from api.services.months import Month
from api.services.old_age.eligibility import NAMES
from api.services.old_age.what_if import Choice, what_if
from api.services.parameters.book import ParameterBook
from issuance.instants import local_day

QUESTION: Final = "retirement"
Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A month of choice. *parts* are basic, account and transition, in yuan, "" for none."""

    month: Month
    age: Sentence
    way: Sentence
    months: int
    missing: int
    parts: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Choices:
    """All of them, and the totals as a picture; "" where there are fewer than two."""

    lines: Sequence[Line]
    plot: str


def choices_of(session: BookSession, person: str) -> Choices:
    """What each month would bring. Raises ServiceError."""
    month = Month.of_day(local_day(now()))
    found = what_if(session, person, now=month, parameters=ParameterBook(session))
    lines = [_line(one) for one in found]
    return Choices(lines, _plot([one for one in lines if one.total]))


def _line(choice: Choice) -> Line:
    results = choice.calculation.results if choice.calculation else {}
    years, months = divmod(choice.age, 12)
    return Line(
        month=choice.month,
        age=(f"{years} years {months} months", f"{years}岁{months}个月"),
        way=NAMES[choice.way],
        months=choice.months,
        missing=choice.missing,
        parts=tuple(str(results.get(name) or "") for name in ("basic", "account", "transition")),
        total=str(results.get("total") or ""),
    )


def _plot(lines: Sequence[Line]) -> str:
    if len(lines) < 2:
        return ""
    first, last = lines[0], lines[-1]
    words = plots.Words(
        name="pensions",
        title=say("Pension by the month of retirement", "各退休月份的基本养老金"),
        description=say(
            "From {low} yuan in {first} to {high} yuan in {last}; the table has the numbers.",
            "{first} 为 {low} 元，{last} 为 {high} 元，数值见表。",
            low=first.total,
            first=first.month,
            high=last.total,
            last=last.month,
        ),
        x=say("month of retirement", "退休年月"),
        y=say("yuan a month", "元/月"),
    )
    points = [(float(one.month.number), float(one.total)) for one in lines]
    return plots.lines(points, words, [str(first.month), str(last.month)])
