"""A pension made again at the counter, because the record it came from was corrected.

The pension goes by the years, the wages paid for and the account (社会保险法 第十五条, since
2011-07-01). It changes from its first month on: what lacked is paid, what was too much comes back.
"""

from sqlalchemy.orm import Session

from api.services.awards import differences, grants, recalculation
from api.services.awards.declared import DECLARED
from api.services.awards.differences import Line
from api.services.errors import RefusedError
from api.services.matters.rule import Proposal, Request, Text
from api.services.money import yuan_of


def redetermine(session: Session, request: Request) -> Proposal:
    """What comes out otherwise by today's record. Raises RefusedError where nothing does."""
    found = _lines(session, request)
    says = [text for line in found for text in _says(session, line)]
    return Proposal(says=says)


def redetermined(session: Session, request: Request, _proposal: Proposal) -> None:
    """The new calculations take the place of the old ones, the differences become payable."""
    run = f"matter {request.matter.id}"
    for line in _lines(session, request):
        recalculation.apply(session, line, run=run, by=request.by, at=request.at)


def _lines(session: Session, request: Request) -> list[Line]:
    found = differences.of_person(session, request.person.number, request.region)
    for line in found:
        if line.problem is not None:
            raise RefusedError(line.problem, _REMEDY)
    if not found:
        raise RefusedError(
            ("Everything is determined by the record as it is.", "待遇核定与现有记录一致。"),
            ("Correct the record first.", "请先更正缴费记录或个人信息。"),
        )
    return found


def _says(session: Session, line: Line) -> list[Text]:
    """From when on each award is what it was not; how the record differs."""
    told: list[Text] = []
    for change in line.awards:
        en, zh = DECLARED[grants.get(session, change.award).benefit].label
        first, before, after = change.from_month, yuan_of(change.before), yuan_of(change.after)
        told.append(
            (
                f"{en} from {first} on: {after} yuan instead of {before}.",
                f"{zh}自 {first} 起由 {before} 元调整为 {after} 元。",
            )
        )
    if not told:
        told = [("The record differs; no amount does.", "记录有变化，待遇金额不变。")]
    return told


_REMEDY = ("Decide on the award by a matter of its own.", "请另行办理待遇更正。")
