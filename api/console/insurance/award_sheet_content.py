"""What an award sheet says: a decided matter with its awards, and how they were computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.console.insurance.explained import Explained
from api.console.insurance.frame import amount
from api.console.insurance.matter_view import AwardShown, MatterShown
from api.database import BookSession
from api.services.matters.states import State
from issuance import audit
from issuance.counter import presences
from issuance.instants import CHINA

Sentence = tuple[str, str]
ONCE: Final = ("paid once", "一次性支付")
EVERY_MONTH: Final = ("every month", "按月支付")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRow:
    """A benefit: what, for which months, how much."""

    label: Sentence
    months: Sentence
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardSheet:
    """*token* is the presence token of the visit, empty where the card was not there."""

    title: Sentence
    facts: Sequence[tuple[Sentence, str]]
    awards: Sequence[AwardRow]
    says: Sequence[Sentence]
    explained: Explained | None
    at: datetime
    audit: str
    token: str


def sheet_of(session: BookSession, shown: MatterShown) -> AwardSheet | None:
    """The sheet of a matter that was decided; None of any other, or where nothing was awarded."""
    matter = shown.matter
    decided = matter.state == State.DECIDED and matter.decided_at is not None
    if not decided or not (shown.awards or shown.explained):
        return None
    assert matter.decided_at is not None  # noqa: S101  # for the type checker: looked at above
    return AwardSheet(
        title=shown.rule.label,
        facts=_facts(shown, matter.decided_at),
        awards=[_award(one) for one in shown.awards],
        says=shown.says,
        explained=shown.explained,
        at=matter.decided_at,
        audit=shown.audit,
        token=presences.token_of(session, matter.visit) if matter.visit else "",
    )


def _facts(shown: MatterShown, at: datetime) -> list[tuple[Sentence, str]]:
    matter = shown.matter
    found = [
        (("Name", "姓名"), shown.person.name),
        (("Citizen number", "社会保障号码"), audit.masked(shown.person.number)),
        (("Matter", "业务"), _both(shown.rule.label)),
        (("Matter number", "业务编号"), matter.id),
        (("Region", "统筹地区"), matter.region),
        (("Responsible office", "责任机构"), shown.offices[matter.responsible]),
        (("Received at", "受理机构"), shown.offices[matter.received_at_office]),
        (("Decided", "办结时间"), at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")),
        (("Decided by", "经办人"), matter.decided_by or ""),
        (("Reviewed by", "复核人"), matter.reviewed_by or ""),
        (("Audit number", "审计编号"), shown.audit),
    ]
    return [(label, value) for label, value in found if value]


def _award(one: AwardShown) -> AwardRow:
    first, last = str(one.from_month), str(one.until_month or "")
    if not one.monthly:
        months = f"{ONCE[0]}, {first}", f"{ONCE[1]}，{first}"
    elif last:
        months = f"{EVERY_MONTH[0]}, {first} to {last}", f"{EVERY_MONTH[1]}，{first} 至 {last}"
    else:
        months = f"{EVERY_MONTH[0]}, from {first}", f"{EVERY_MONTH[1]}，自 {first} 起"
    return AwardRow(label=one.label, months=months, amount=amount(one.amount))


def _both(pair: Sentence) -> str:
    return f"{pair[1]}  {pair[0][:1].upper()}{pair[0][1:]}"
