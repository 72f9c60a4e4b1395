"""From the insurance of residents to that of employees, and back (城乡养老保险制度衔接暂行办法).

人社部发〔2014〕17号 (since 2014-07-01). Whoever has reached the age of the law goes by his years as
an employee: with the minimum of them the residents' account joins that of employees, and its years
do not count there (第三条, 第五条); without, the account and the years of employment join those of
residents (第六条). The account moves whole. Months that were paid for in both count once; what
somebody paid for them as a resident goes back to him (第七条).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from api.services.awards.grants import AwardPlan
from api.services.enrolment import accounts, versions
from api.services.enrolment.models import Contribution
from api.services.enrolment.record import record as employees_record
from api.services.explanation import Calculation, Step
from api.services.insurances import NAMES, Insurance
from api.services.matters.rule import CardData, Proposal, Request
from api.services.money import Fen, yuan_of
from api.services.months import Month
from api.services.old_age.eligibility import legal_month, minimum_months
from api.services.resident_old_age import record, rules
from api.services.resident_old_age.award import require_no_pension
from api.services.resident_old_age.benefits import REFUND
from api.services.resident_old_age.errors import ConversionError
from api.services.retirement_age.rules import CATEGORIES

TO_RESIDENTS, TO_EMPLOYEES = "to_residents", "to_employees"
DIRECTIONS: Final = {
    TO_RESIDENTS: ("employees to residents", "职工转入城乡居民"),
    TO_EMPLOYEES: ("residents to employees", "城乡居民转入职工"),
}
TARGETS: Final = {
    TO_RESIDENTS: Insurance.RESIDENT_OLD_AGE,
    TO_EMPLOYEES: Insurance.OLD_AGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What moves: from and to which insurance, months that count there, the account, the refunds.

    *refunds* are by year, in fen, of residents' contributions for doubled months.
    """

    origin: Insurance
    target: Insurance
    months: Sequence[Contribution]
    account: Fen
    refunds: Mapping[int, Fen]

    @property
    def refund(self) -> Fen:
        """All refunds together."""
        return Fen(sum(self.refunds.values()))


def convert(session: Session, request: Request) -> Proposal:
    """What would move. Raises ConversionError, OtherPensionError."""
    move = move_of(session, request)
    person, region = request.person.number, request.region
    plans = []
    if move.refund:
        plans.append(
            AwardPlan(
                benefit=REFUND,
                region=region,
                person=person,
                insured=person,
                from_month=request.month,
                amount=move.refund,
            )
        )
    en, zh = NAMES[move.target]
    account = yuan_of(move.account)
    said = [
        (
            f"{account} yuan move to the {en}; {len(move.months)} months count there.",
            f"个人账户 {account} 元转入{zh}，缴费年限 {len(move.months)} 个月合并计算。",
        )
    ]
    if move.refund:
        printed = yuan_of(move.refund)
        said.append(
            (
                f"{printed} yuan for months that were paid for twice go back to the person.",
                f"重复缴费时段个人缴费 {printed} 元退还本人。",
            )
        )
    return Proposal(
        calculation=_explained(move),
        awards=plans,
        card_data=[
            CardData(
                application="DF03",
                group="pension_insurance",
                items={
                    "scheme": move.target.value,
                    "insured_region": region,
                    "update_date": request.today.isoformat(),
                },
            )
        ],
        says=said,
    )


def move_of(session: Session, request: Request) -> Move:
    """What moves. Raises ConversionError, OtherPensionError."""
    person, now = request.person, request.month
    require_no_pension(session, person.number)
    employed = employees_record(session, person.number, Insurance.OLD_AGE, until=now)
    legal = legal_month(CATEGORIES[person.category], Month.of_day(person.birth))
    direction = request.given["direction"]
    _require(
        direction,
        legal=legal,
        now=now,
        months=employed.paid_months + employed.deemed_months,
        needed=minimum_months(legal.year),
    )
    target = TARGETS[direction]
    origin = next(one for one in TARGETS.values() if one is not target)
    residents = residents_of(session, request)
    refunds = _refunds(residents, [one.month for one in employed.paid])
    account = accounts.balance(
        session,
        person.number,
        origin,
        until=now,
        region=request.region,
        parameters=request.parameters.view(),
    )
    months: Sequence[Contribution] = ()
    if target is Insurance.RESIDENT_OLD_AGE:
        covered = {row.month.year for row in residents}
        held = versions.of_person(session, person.number, origin.value)
        months = [row for row in held if row.month.year not in covered]
    else:
        account = Fen(account - sum(refunds.values()))
    if not account and not months:
        raise ConversionError(
            ("There is nothing that could move.", "没有可转移的个人账户和缴费年限。"),
            ConversionError.remedy,
        )
    return Move(origin=origin, target=target, months=months, account=account, refunds=refunds)


def _require(direction: str, *, legal: Month, now: Month, months: int, needed: int) -> None:
    """第三条: after the age of the law; with the minimum of years one way, without it the other."""
    if now < legal:
        raise ConversionError(
            (
                f"Not before the age of the law, {legal}.",
                f"须达到法定退休年龄（{legal}）后办理。",
            ),
            ("Come back in that month.", "请届时办理。"),
        )
    if direction == TO_EMPLOYEES and months < needed:
        missing = needed - months
        raise ConversionError(
            (
                f"{missing} months as an employee are missing.",
                f"职工养老保险缴费年限尚缺 {missing} 个月。",
            ),
            (
                "Pay on as an employee first, or move to the insurance of residents.",
                "请先延长缴费，或申请转入城乡居民养老保险。",
            ),
        )
    if direction == TO_RESIDENTS and months >= needed:
        raise ConversionError(
            (
                "Who has the minimum of years draws the pension of employees.",
                "已达到职工养老保险最低缴费年限。",
            ),
            ("Receive the matter old_age.retire.", "请办理退休待遇申领。"),
        )


def residents_of(session: Session, request: Request) -> Sequence[Contribution]:
    """The contributions that somebody paid as a resident."""
    rows = record.contributions(session, request.person.number, until=request.month)
    return [row for row in rows if row.kind != record.MOVED]


def _refunds(residents: Sequence[Contribution], employed: Sequence[Month]) -> dict[int, Fen]:
    """By year, what goes back of a resident's contribution (第七条)."""
    found = {}
    for row in residents:
        doubled = sum(month.year == row.month.year for month in employed)
        if back := rules.refund_of(row.own_part, doubled):
            found[row.month.year] = back
    return found


def _explained(move: Move) -> Calculation:
    steps = [
        Step(
            name=("The account that moves", "转移个人账户储存额"),
            formula="{saved}",
            numbers={"saved": yuan_of(move.account)},
            result=yuan_of(move.account),
            source=rules.CONVERSION_RULE,
        )
    ]
    if move.refund:
        steps.append(
            Step(
                name=("For months that were paid for twice", "重复缴费清退"),
                formula="{refund}",
                numbers={"refund": yuan_of(move.refund)},
                result=yuan_of(move.refund),
                source=rules.CONVERSION_RULE,
            )
        )
    return Calculation(
        results={
            "saved": yuan_of(move.account),
            "contribution_months": len(move.months),
            "refund": yuan_of(move.refund) if move.refund else None,
        },
        steps=tuple(steps),
    )
