"""The matters that end the benefit: a cause of the law, or death."""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.awards import funerals, grants
from api.services.awards.grants import AwardPlan
from api.services.determination.facts import Facts
from api.services.errors import RefusedError
from api.services.matters.models import Matter
from api.services.matters.rule import CardData, Proposal, Request
from api.services.money import fen_of
from api.services.months import Month
from api.services.people import changes
from api.services.unemployment import determination, rules, standing, stops
from api.services.unemployment.benefits import BEREAVEMENT, FUNERAL
from api.services.unemployment.errors import UnemploymentStopError
from api.services.unemployment.models import JobSearch, UnemploymentClaim
from api.services.unemployment.registration import CANCELLED
from issuance.instants import local_day


def stop(session: Session, request: Request) -> Proposal:
    """The benefit and the registration end (社会保险法 第五十一条, since 2011-07-01)."""
    found = standing.need_open_claim(session, request.person.number)
    reason, on = request.given["reason"], request.given["on"]
    if not found.lost_on <= on <= request.today:
        raise UnemploymentStopError(
            (f"{on} is not between the loss and today.", f"{on} 不在失业日期与今日之间。"),
            ("Give the day on which the cause arose.", "请填写停领事由发生日期。"),
        )
    if reason == "refused":
        _require_refusal(session, found)
    if reason == "no_contact":
        _require_silence(session, found, on)
    month = rules.last_month(reason, Month.of_day(on))
    return Proposal(
        card_data=[_cancelled(found, reason)],
        says=[
            (
                f"The benefit ends with {month}: {rules.STOPS[reason][0]}. "
                "Months not drawn are kept.",
                f"失业保险金发放至 {month}：{rules.STOPS[reason][1]}。未领月数予以保留。",
            )
        ],
    )


def stopped(session: Session, request: Request, _proposal: Proposal) -> None:
    """End it."""
    stops.stop(
        session,
        request.person.number,
        reason=request.given["reason"],
        on=request.given["on"],
        run=f"matter {request.matter.id}",
        at=request.at,
        by=request.by,
    )


def death(session: Session, request: Request) -> Proposal:
    """What survivors of a claimant get, once (社会保险法 第四十九条, since 2011-07-01)."""
    person, died = request.person, request.given["died_on"]
    found = _drawn_when(session, person.number, died)
    if person.died_on not in (None, died) or died > request.today:
        raise RefusedError(
            (f"{died} is not the day of death.", f"{died} 与登记的死亡日期不符。"),
            ("Check the certificate of death.", "请核对死亡证明。"),
        )
    funeral = funerals.granted(session, person.number)
    if any(one.benefit == BEREAVEMENT for one in grants.of_insured(session, person.number)):
        funerals.require_first(session, person.number)
    facts = Facts(
        region=found.region,
        month=Month.of_day(died),
        values={"funeral_paid": funeral is not None},
    )
    view = request.parameters.view()
    calculation = determination.survivors(facts, view)
    plans = [
        AwardPlan(
            benefit=benefit,
            region=found.region,
            person=request.given["payee"],
            insured=person.number,
            from_month=facts.month,
            amount=fen_of(Decimal(str(calculation.results[name]))),
        )
        for benefit, name in ((FUNERAL, "funeral"), (BEREAVEMENT, "bereavement"))
        if calculation.results[name] is not None
    ]
    return Proposal(
        calculation=calculation,
        subject="unemployment.survivors",
        facts=facts,
        used=view.used,
        awards=plans,
        says=[
            (
                "Paid once to the family; of several funeral benefits only one is due.",
                "向遗属一次性支付；同时符合多项丧葬补助金条件的，只能选领一项。",
            )
        ],
    )


def died(session: Session, request: Request, _proposal: Proposal) -> None:
    """Note the death, and end the benefit with it."""
    on = request.given["died_on"]
    changes.record_death(
        session,
        request.person.number,
        on,
        reason=f"matter {request.matter.id}",
        by=request.by,
        at=request.at,
    )
    stops.stop(
        session,
        request.person.number,
        reason="death",
        on=on,
        run=f"matter {request.matter.id}",
        at=request.at,
        by=request.by,
    )


def _cancelled(found: UnemploymentClaim, reason: str) -> CardData:
    code = rules.CANCELLATIONS[reason]
    return CardData(
        application="DF02",
        group="employment_status",
        items={"unemployment_type_and_reasons": f"{CANCELLED}{found.reason}{code}"},
    )


def _require_refusal(session: Session, found: UnemploymentClaim) -> None:
    """An unjustified refusal has to be in the record (社会保险法 第五十一条（五）)."""
    refused = session.scalar(
        select(JobSearch.number)
        .where(
            JobSearch.person == found.person,
            JobSearch.kind == "refused",
            JobSearch.justified.is_(False),
            JobSearch.on >= found.registered_on,
        )
        .limit(1)
    )
    if refused is None:
        raise UnemploymentStopError(
            (
                "No refusal without a good reason is in the record.",
                "求职记录中没有无正当理由拒绝的记录。",
            ),
            ("Record the refused offer first.", "请先登记拒绝情况。"),
        )


def _require_silence(session: Session, found: UnemploymentClaim, on: date) -> None:
    """Three months without a registration, a claim, or a step to find work (code table 28)."""
    seen = session.scalar(select(func.max(JobSearch.on)).where(JobSearch.person == found.person))
    matter = session.scalar(
        select(func.max(Matter.received_at)).where(
            Matter.person == found.person, Matter.kind == "unemployment.claim"
        )
    )
    contacts = [found.registered_on, seen, local_day(matter) if matter else None]
    last = max(day for day in contacts if day is not None)
    if rules.full_months(last, on) < rules.CONTACT_MONTHS:
        raise UnemploymentStopError(
            (f"The last contact was on {last}.", f"最近一次联系日期为 {last}。"),
            ("It takes three months without contact.", "须连续3个月未与登记机构联系。"),
        )


def _drawn_when(session: Session, person: str, died_on: date) -> UnemploymentClaim:
    """The claim that was drawn when he died."""
    month = Month.of_day(died_on)
    for row in reversed(standing.claims(session, person)):
        if row.award is None:
            continue
        award = grants.get(session, row.award)
        if award.from_month <= month and (award.until_month is None or month <= award.until_month):
            return row
    raise RefusedError(
        ("Nothing was drawn when this person died.", "死亡时未在领取失业保险金。"),
        ("Look for another insurance that pays.", "请查看其他可享受的待遇。"),
    )
