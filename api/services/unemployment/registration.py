"""Registering as unemployed, and what is done to find work."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.errors import RefusedError
from api.services.matters.rule import CardData, Proposal, Request
from api.services.months import Month
from api.services.people import registry
from api.services.unemployment import rules, standing
from api.services.unemployment.errors import UnemployedAlreadyError, UnemploymentConditionError
from api.services.unemployment.models import JobSearch, UnemploymentClaim

LEAST_AGE = 16  # 就业服务与就业管理规定 第六十三条
REGISTERED, CANCELLED = "10", "20"  # 失业登记类型, code table 26
# 个人就业或离退休（职）状态, code table 17 of 人社信息函〔2012〕37号.
OUT_OF_WORK = CardData(application="DF01", group="personal_state", items={"employment_state": "5"})


def register(session: Session, request: Request) -> Proposal:
    """The registration of an unemployment (社会保险法 第四十五条（三）, since 2011-07-01)."""
    lost: date = request.given["lost_on"]
    _require_past(lost, request.today)
    if rules.full_months(request.person.birth, lost) < LEAST_AGE * 12:
        raise UnemploymentConditionError(
            ("Below 16 nobody registers as unemployed.", "未满16周岁不能办理失业登记。"),
            ("Check the date of birth.", "请核对出生日期。"),
        )
    before = standing.open_claim(session, request.person.number)
    if before is not None and not _is_over(session, before, request.month):
        raise UnemployedAlreadyError
    reason = request.given["reason"]
    return Proposal(
        card_data=[
            OUT_OF_WORK,
            CardData(
                application="DF02",
                group="employment_status",
                items={
                    "unemployment_registration_date": request.today.isoformat(),
                    "unemployment_type_and_reasons": f"{REGISTERED}{reason}",
                    "unemployment_registration_region": request.region,
                },
            ),
            CardData(
                application="DF03",
                group="unemployment_insurance",
                items={"unemployment_registration_date": request.today.isoformat()},
            ),
        ],
        says=[
            (
                f"Registered as unemployed on {request.today}, out of work since {lost}.",
                f"已于 {request.today} 办理失业登记，失业日期 {lost}。",
            )
        ],
    )


def registered(session: Session, request: Request, _proposal: Proposal) -> None:
    """Write it; a registration whose months are over ends with it."""
    rows = standing.claims(session, request.person.number)
    for row in rows:
        if row.ended_on is None:
            row.ended_on, row.end_reason = request.today, "exhausted"
    session.add(
        UnemploymentClaim(
            person=request.person.number,
            number=len(rows),
            region=request.region,
            lost_on=request.given["lost_on"],
            registered_on=request.today,
            reason=request.given["reason"],
            paid_months=0,
            carried=0,
            months_due=0,
            matter=request.matter.id,
            at=request.at,
            by=request.by,
        )
    )
    session.flush()
    registry.note(session, "unemployment.register", request.person, by=request.by, at=request.at)


def search_for_work(session: Session, request: Request) -> Proposal:
    """A step to find work, or a refusal, that is kept with the registration."""
    found = standing.need_open_claim(session, request.person.number)
    on: date = request.given["on"]
    _require_past(on, request.today)
    if on < found.registered_on:
        raise RefusedError(
            ("That was before the registration.", "该日期早于失业登记日期。"),
            ("Give the day on which it happened.", "请填写发生日期。"),
        )
    says = [(f"Noted for {on}.", f"已记录 {on} 的求职情况。")]
    if request.given["kind"] == "refused" and not request.given["justified"]:
        says.append(
            (
                "Refusing without a good reason can end the benefit.",
                "无正当理由拒不接受介绍的工作或培训的，可停止领取失业保险金。",
            )
        )
    return Proposal(says=says)


def searched(session: Session, request: Request, _proposal: Proposal) -> None:
    """Write it."""
    person, given = request.person.number, request.given
    latest = session.scalar(select(func.max(JobSearch.number)).where(JobSearch.person == person))
    session.add(
        JobSearch(
            person=person,
            number=0 if latest is None else latest + 1,
            on=given["on"],
            kind=given["kind"],
            justified=given["justified"],
            employer=given["employer"],
            note=given.get("note", ""),
            matter=request.matter.id,
            at=request.at,
            by=request.by,
        )
    )
    session.flush()


def _require_past(day: date, today: date) -> None:
    if day > today:
        raise RefusedError(
            (f"{day} has not come yet.", f"{day} 尚未到来。"),
            ("Give a day up to today.", "请填写不晚于今日的日期。"),
        )


def _is_over(session: Session, claim: UnemploymentClaim, month: Month) -> bool:
    """Whether all its months have passed."""
    if claim.award is None:
        return False
    until = grants.get(session, claim.award).until_month
    return until is not None and until < month
