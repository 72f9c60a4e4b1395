"""Changing: another employer, another place, another base, another category, and the end."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from api.services.enrolment import card, employers, enrolments, plans
from api.services.enrolment.categories import INSURANCES, Category
from api.services.enrolment.enrolments import EnrolmentPlan
from api.services.enrolment.errors import NotEnrolledError
from api.services.enrolment.models import Employer, Enrolment
from api.services.insurances import Insurance
from api.services.matters.rule import CardData, Field, FieldKind, MatterRule, Proposal, Request
from api.services.months import Month
from api.services.offices.tree import Tier

MOVED, CHANGED = "moved", "changed"  # why an enrolment ends
REASONS: Final = {
    "left": ("left the employer", "解除或终止劳动关系"),
    "stopped": ("stops paying himself", "停止个人缴费"),
    "retired": ("retired", "退休"),
    "died": ("died", "死亡"),
    "settled-abroad": ("settled abroad", "出国（境）定居"),
}
PROVINCE: Final = 2  # digits

INSURANCE: Final = Field(
    name="insurance",
    label=("insurance", "险种"),
    kind=FieldKind.CHOICE,
    required=False,
    options={
        one.value: names
        for one, names in (
            (Insurance.OLD_AGE, ("old age (employees)", "企业职工基本养老保险")),
            (Insurance.RESIDENT_OLD_AGE, ("old age (residents)", "城乡居民基本养老保险")),
            (Insurance.UNEMPLOYMENT, ("unemployment", "失业保险")),
            (Insurance.WORK_INJURY, ("work injury", "工伤保险")),
            (Insurance.PLATFORM_INJURY, ("platform work", "职业伤害保障")),
        )
    },
    hint=("by default all", "默认为全部险种"),
)


def _move(session: Session, request: Request) -> Proposal:
    """Another employer, here or elsewhere: the old enrolment ends, the new one begins.

    社会保险法 第十九条, 第五十二条 (since 2011-07-01): what was paid goes with the person.
    """
    wanted = plans.employee(session, request)
    ended = _open(session, request, INSURANCES[Category.EMPLOYEE])
    for plan in wanted:
        plans.require_no_pension(session, request.person.number, plan.insurance)
    employer = employers.get(session, request.given["employer"])
    last = wanted[0].from_month.after(-1)
    since = request.given["from_month"].first_day
    opened = plans.first_month(session, request.person.number, Insurance.OLD_AGE)
    return Proposal(
        calculation=plans.base_explained(request, wanted[0]),
        card_data=[
            *_left(session, request, ended, last),
            *card.employed(employer, since=since, today=request.today),
            *card.insured(wanted, opened=opened, today=request.today),
        ],
        says=[
            *plans.ending([(row, last) for row in ended]),
            *plans.told(session, wanted),
            *_transfer_needed(ended, wanted),
        ],
    )


def _carry_out_move(session: Session, request: Request, _proposal: Proposal) -> None:
    ended = _open(session, request, INSURANCES[Category.EMPLOYEE])
    _exchange(session, request, ended, plans.employee(session, request), MOVED)


def _end(session: Session, request: Request) -> Proposal:
    ended = _ending(session, request)
    last: Month = request.given["last_month"]
    return Proposal(
        card_data=_left(session, request, ended, last),
        says=plans.ending([(row, last) for row in ended]),
    )


def _carry_out_end(session: Session, request: Request, _proposal: Proposal) -> None:
    for row in _ending(session, request):
        enrolments.end(
            session,
            row,
            last=request.given["last_month"],
            reason=request.given["reason"],
            at=request.at,
            by=request.by,
        )


def _base(session: Session, request: Request) -> Proposal:
    """A new declared wage from a month on (社会保险费征缴暂行条例 第十条; 社会保险法 第六十条)."""
    ended, wanted = _with_base(session, request)
    last = request.given["from_month"].after(-1)
    return Proposal(
        calculation=plans.base_explained(request, wanted[0]),
        says=[*plans.ending([(row, last) for row in ended]), *plans.told(session, wanted)],
    )


def _carry_out_base(session: Session, request: Request, _proposal: Proposal) -> None:
    _exchange(session, request, *_with_base(session, request), CHANGED)


def _category(session: Session, request: Request) -> Proposal:
    """An employee goes on as a flexible worker (社会保险法 第十条第二款, since 2011-07-01)."""
    ended, wanted = _as_flexible(session, request)
    last = wanted[0].from_month.after(-1)
    return Proposal(
        calculation=plans.base_explained(request, wanted[0]),
        card_data=[
            *_left(session, request, ended, last),
            card.registered_work(
                card.BEGUN, card.FLEXIBLE, region=wanted[0].region, today=request.today
            ),
        ],
        says=[
            *plans.ending([(row, last) for row in ended]),
            *plans.told(session, wanted),
            *_transfer_needed(ended, wanted),
        ],
    )


def _carry_out_category(session: Session, request: Request, _proposal: Proposal) -> None:
    _exchange(session, request, *_as_flexible(session, request), CHANGED)


def _open(session: Session, request: Request, insurances: Sequence[Insurance]) -> list[Enrolment]:
    found = [
        row
        for row in enrolments.open_of(session, request.person.number)
        if row.insurance in insurances
    ]
    if not found:
        raise NotEnrolledError
    return found


def _ending(session: Session, request: Request) -> list[Enrolment]:
    named = request.given.get("insurance")
    wanted = tuple(Insurance) if named is None else (Insurance(named),)
    return _open(session, request, wanted)


def _with_base(session: Session, request: Request) -> tuple[list[Enrolment], list[EnrolmentPlan]]:
    plans.require_month(request, request.given["from_month"])
    # Residents choose a tier with each year's payment; couriers have no base.
    paid_by_month = (Category.EMPLOYEE, Category.FLEXIBLE)
    rows = [one for one in _ending(session, request) if one.category in paid_by_month]
    if not rows:
        raise NotEnrolledError
    wanted = [
        EnrolmentPlan(
            insurance=Insurance(row.insurance),
            category=Category(row.category),
            office=row.office,
            employer=row.employer,
            base=request.given["wage"],
            from_month=request.given["from_month"],
        )
        for row in rows
    ]
    return rows, wanted


def _as_flexible(session: Session, request: Request) -> tuple[list[Enrolment], list[EnrolmentPlan]]:
    rows = _open(session, request, INSURANCES[Category.EMPLOYEE])
    wanted = plans.by_himself(session, request, Category.FLEXIBLE, request.given["income"])
    return rows, wanted


def _exchange(
    session: Session,
    request: Request,
    ended: Sequence[Enrolment],
    wanted: Sequence[EnrolmentPlan],
    reason: str,
) -> None:
    last = wanted[0].from_month.after(-1)
    for row in ended:
        enrolments.end(session, row, last=last, reason=reason, at=request.at, by=request.by)
    enrolments.open_enrolments(
        session,
        request.person.number,
        wanted,
        matter=request.matter.id,
        at=request.at,
        by=request.by,
    )


def _left(
    session: Session, request: Request, ended: Sequence[Enrolment], last: Month
) -> list[CardData]:
    """The employer that is left, once."""
    for row in ended:
        if row.employer is not None and row.category == Category.EMPLOYEE:
            return card.left(
                session.get_one(Employer, row.employer),
                since=row.from_month.first_day,
                last=last,
                today=request.today,
            )
    return []


def _transfer_needed(
    ended: Sequence[Enrolment], wanted: Sequence[EnrolmentPlan]
) -> list[tuple[str, str]]:
    """Between provinces the account moves by a transfer (国办发〔2009〕66号 第三条)."""
    if all(row.region[:PROVINCE] == wanted[0].region[:PROVINCE] for row in ended):
        return []
    return [
        (
            "The account in the other province moves when a transfer is asked for.",
            "外省个人账户须另行申请关系转移接续。",
        )
    ]


MATTERS: Final = (
    MatterRule(
        kind="enrolment.move",
        living=True,
        label=("change of employer", "变更单位（含跨地区流动）"),
        about=(
            "The enrolment with the former employer ends, the one with the new employer begins.",
            "原单位参保关系终止，新单位参保关系建立；农民工及跨地区流动人员同样办理。",
        ),
        propose=_move,
        effects=_carry_out_move,
        where=plans.at_employer,
        fields=(plans.EMPLOYER, plans.FROM, plans.WAGE),
        decided_by=Tier.TOWNSHIP,
        group="enrolment",
    ),
    MatterRule(
        kind="enrolment.end",
        label=("end of enrolment", "停止参保"),
        about=("An enrolment ends with a month.", "参保关系自某月末终止。"),
        propose=_end,
        effects=_carry_out_end,
        insurance=Insurance.OLD_AGE,
        fields=(
            Field(name="last_month", label=("last month", "终止年月"), kind=FieldKind.MONTH),
            Field(name="reason", label=("reason", "原因"), kind=FieldKind.CHOICE, options=REASONS),
            INSURANCE,
        ),
        decided_by=Tier.TOWNSHIP,
        group="enrolment",
    ),
    MatterRule(
        kind="enrolment.base",
        living=True,
        label=("change of the base", "缴费基数变更"),
        about=("Another declared wage from a month on.", "自某月起变更申报工资。"),
        propose=_base,
        effects=_carry_out_base,
        insurance=Insurance.OLD_AGE,
        fields=(plans.FROM, plans.WAGE, INSURANCE),
        decided_by=Tier.TOWNSHIP,
        needs_card=False,
        group="enrolment",
    ),
    MatterRule(
        kind="enrolment.category",
        living=True,
        label=("employee becomes flexible worker", "职工转灵活就业参保"),
        about=(
            "Somebody who leaves the employer goes on paying himself.",
            "离开单位后以灵活就业人员身份继续参保。",
        ),
        propose=_category,
        effects=_carry_out_category,
        where=plans.at_office,
        insurance=Insurance.OLD_AGE,
        fields=(
            plans.FROM,
            Field(
                name="income", label=("monthly income", "月收入"), kind=FieldKind.AMOUNT, least=1
            ),
            plans.OFFICE,
        ),
        decided_by=Tier.TOWNSHIP,
        group="enrolment",
    ),
)
