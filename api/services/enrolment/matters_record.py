"""The record: deemed years recognized, the certificate of insurance, transfer asked for."""

from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.enrolment import deemed, record, transfers
from api.services.enrolment.errors import EnrolmentMonthError, NotEnrolledError
from api.services.enrolment.models import Contribution, Enrolment
from api.services.insurances import NAMES, Insurance
from api.services.matters.rule import CardData, Field, FieldKind, MatterRule, Proposal, Request
from api.services.money import Fen, plain, yuan_of
from api.services.months import Month
from api.services.offices.tree import Tier

# 参保凭证信息文件: which place of the four has which insurance.
PLACES: Final = {Insurance.OLD_AGE: "pension", Insurance.UNEMPLOYMENT: "unemployment"}
MOST_FEN: Final = 99_999_999  # what 4 bytes of digits hold
KEEP: Final = {
    "here": ("the months of this region", "保留转入地缴费"),
    "there": ("the months of the other region", "保留转出地缴费"),
}


def _deemed(session: Session, request: Request) -> Proposal:
    first, last = request.given["from_month"], request.given["until_month"]
    if last < first or last > request.month:
        raise EnrolmentMonthError(
            ("The last month lies before the first, or is to come.", "止月早于起月，或尚未到来。"),
            EnrolmentMonthError.remedy,
        )
    deemed.require_uncounted(session, request.person.number, Insurance.OLD_AGE, first, last)
    months, index = last.since(first) + 1, plain(request.given["index"])
    return Proposal(
        says=[
            (
                f"{months} months, {first} to {last}, count as paid with the index {index}; "
                f"shown by {request.given['source']}.",
                f"{first} 至 {last} 共 {months} 个月认定为视同缴费年限，视同缴费指数 {index}；"
                f"依据：{request.given['source']}。",
            )
        ]
    )


def _recognize(session: Session, request: Request, _proposal: Proposal) -> None:
    deemed.recognize(
        session,
        request.person.number,
        Insurance.OLD_AGE,
        first=request.given["from_month"],
        last=request.given["until_month"],
        index=request.given["index"],
        source=request.given["source"],
        region=request.region,
        at=request.at,
        by=request.by,
    )


def _certificate(session: Session, request: Request) -> Proposal:
    """The certificate for somebody who moves (国办发〔2009〕66号 第三条, since 2010-01-01)."""
    insurance = Insurance(request.given["insurance"])
    items = certificate(session, request.person.number, insurance, request)
    en, zh = NAMES[insurance]
    paid = yuan_of(Fen(items.get("contributions_paid", 0)))
    return Proposal(
        card_data=[
            CardData(
                application="DF03",
                group="insurance_certificates",
                items={PLACES[insurance]: items},
            )
        ],
        says=[
            (
                f"{en} at {items['insured_region']}: {items['contribution_months']} months paid, "
                f"{paid} yuan by the person.",
                f"{zh}，参保地 {items['insured_region']}：实际缴费 "
                f"{items['contribution_months']} 个月，个人缴费 {paid} 元。",
            )
        ],
    )


def certificate(
    session: Session, person: str, insurance: Insurance, request: Request
) -> dict[str, Any]:
    """The items of a certificate, of the region where somebody is or was insured last."""
    enrolled = record.latest(session, person, insurance)
    if enrolled is None:
        raise NotEnrolledError(insurance)
    months, paid = session.execute(
        select(func.count(), func.coalesce(func.sum(Contribution.own_part), 0)).where(
            Contribution.person == person,
            Contribution.insurance == insurance,
            Contribution.region == enrolled.region,
            Contribution.version == 0,
        )
    ).one()
    first = session.scalar(
        select(func.min(Enrolment.from_month)).where(
            Enrolment.person == person,
            Enrolment.insurance == insurance,
            Enrolment.region == enrolled.region,
        )
    )
    items: dict[str, Any] = {
        "insurance_type": insurance.value,
        "insured_region": enrolled.region,
        "start_date": (first or enrolled.from_month).first_day.isoformat(),
        "contribution_months": int(months),
        "certificate_date": request.today.isoformat(),
    }
    if paid <= MOST_FEN:
        items["contributions_paid"] = int(paid)
    if enrolled.until_month is not None:
        items["end_date"] = _last_day(enrolled.until_month)
    return items


def _last_day(month: Month) -> str:
    return month.first_day.fromordinal(month.after(1).first_day.toordinal() - 1).isoformat()


def _transfer(session: Session, request: Request) -> Proposal:
    """An account elsewhere is asked for (国办发〔2009〕66号 第八条, since 2010-01-01)."""
    ask = transfers.asked_by(session, request)
    return Proposal(
        says=[
            (
                f"{ask.from_region} is asked for the account and the months paid there; of months "
                f"paid for twice, {KEEP[ask.keep][0]} stay.",
                f"向 {ask.from_region} 申请转移个人账户和缴费月份；重复缴费月份"
                f"{KEEP[ask.keep][1]}。",
            )
        ]
    )


def _ask(session: Session, request: Request, _proposal: Proposal) -> None:
    ask = transfers.asked_by(session, request)
    transfers.ask(session, ask, at=request.at, by=request.by)


MATTERS: Final = (
    MatterRule(
        kind="enrolment.deemed",
        label=("recognition of deemed years", "视同缴费年限认定"),
        about=(
            "Work before there were contributions counts as paid.",
            "建立缴费制度前的连续工龄认定为视同缴费年限。",
        ),
        propose=_deemed,
        effects=_recognize,
        insurance=Insurance.OLD_AGE,
        fields=(
            Field(name="from_month", label=("first month", "起始年月"), kind=FieldKind.MONTH),
            Field(name="until_month", label=("last month", "截止年月"), kind=FieldKind.MONTH),
            Field(
                name="index",
                label=("index that these years have", "视同缴费指数"),
                kind=FieldKind.NUMBER,
                most=5,
            ),
            Field(
                name="source",
                label=("what shows it", "认定依据"),
                kind=FieldKind.TEXT,
                hint=("file of service, decision of recruitment", "职工档案、招工审批表等"),
            ),
        ),
        reviewed=True,
        group="enrolment",
    ),
    MatterRule(
        kind="enrolment.certificate",
        label=("certificate of insurance", "参保凭证"),
        about=("What was paid here, for another region.", "出具本地参保缴费凭证。"),
        propose=_certificate,
        insurance=Insurance.OLD_AGE,
        fields=(
            Field(
                name="insurance",
                label=("insurance", "险种"),
                kind=FieldKind.CHOICE,
                options={one.value: NAMES[one] for one in PLACES},
            ),
        ),
        decided_by=Tier.TOWNSHIP,
        group="enrolment",
    ),
    MatterRule(
        kind="enrolment.transfer",
        label=("transfer between regions", "关系转移接续申请"),
        about=(
            "The account and the months paid in another region come here.",
            "将外地养老保险关系、缴费年限和个人账户转入本地。",
        ),
        propose=_transfer,
        effects=_ask,
        insurance=Insurance.OLD_AGE,
        fields=(
            Field(
                name="from_region",
                label=("region that it comes from", "转出地区划代码"),
                kind=FieldKind.TEXT,
                least=6,
                most=6,
            ),
            Field(
                name="keep",
                label=("of months paid for twice, stay", "重复缴费月份"),
                kind=FieldKind.CHOICE,
                options=KEEP,
            ),
        ),
        group="enrolment",
    ),
)
