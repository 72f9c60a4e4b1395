"""Reporting an injury, in time; and an old one that came back."""

from datetime import date

from sqlalchemy.orm import Session

from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.matters.rule import CardData, Proposal, Request
from api.services.work_injury import injuries, rules
from api.services.work_injury.errors import InjuryUnknownError, ReportTooLateError
from api.services.work_injury.models import Injury
from api.services.work_injury.scheme import WORK_INJURY, Scheme

RECURRENCE = "60"  # 工伤职工旧伤复发确认, code table 31
CONFIRMED = "1"  # code table 35


def report(session: Session, request: Request) -> Proposal:
    """The report of an injury at work (工伤保险条例 第十七条, since 2011-01-01)."""
    require_in_time(request)
    injury = reported_injury(request, WORK_INJURY, request.region)
    require_new(session, injury)
    return Proposal(says=[in_time(request), _insured_or_not(session, injury)])


def reported(session: Session, request: Request, _proposal: Proposal) -> None:
    """Write it."""
    write(session, request, reported_injury(request, WORK_INJURY, request.region))


def recur(session: Session, request: Request) -> Proposal:
    """An old injury came back, and it is confirmed that it has to be treated (第三十八条)."""
    old = _original(session, request)
    on: date = request.given["on"]
    if not old.happened_on < on <= request.today:
        raise RefusedError(
            (f"{on} is not after the injury.", f"{on} 不晚于工伤发生日期。"),
            ("Give the day of the confirmation.", "请填写旧伤复发确认日期。"),
        )
    name = injuries.name_of(request.matter.id)
    injuries.require_free_number(session, name, determination=request.given["number"])
    return Proposal(
        card_data=[
            CardData(
                application="DF03",
                group="work_capacity_appraisal",
                items={
                    "confirmations": [
                        {
                            "matter": RECURRENCE,
                            "finding": CONFIRMED,
                            "confirmation_date": on.isoformat(),
                            "confirmation_body": request.given["body"],
                        }
                    ]
                },
            )
        ],
        says=[
            (
                "Treatment, aids and paid leave are due again, as for the first time (article 38).",
                "可再次享受工伤医疗、辅助器具和停工留薪期待遇（工伤保险条例第三十八条）。",
            )
        ],
    )


def recurred(session: Session, request: Request, _proposal: Proposal) -> None:
    """Write it beside the first one."""
    old, given = _original(session, request), request.given
    injury = Injury(
        id=injuries.name_of(request.matter.id),
        person=old.person,
        insurance=old.insurance,
        employer=old.employer,
        region=old.region,
        happened_on=given["on"],
        what=given["what"],
        circumstance=old.circumstance,
        reported_on=request.today,
        recurrence_of=old.id,
        determination=given["number"],
        finding=old.finding,
        determined_on=given["on"],
        determined_by=given["body"],
        matter=request.matter.id,
        at=request.at,
        by=request.by,
    )
    session.add(injury)
    session.flush()
    injuries.note(session, "injury.recur", injury, request, of=old.id)


def require_in_time(request: Request) -> None:
    """Raise ReportTooLateError after the deadline.

    An employer's may be extended by the authority in special cases, as a field says.
    """
    given = request.given
    happened, by_employer = given["happened_on"], given["reporter"] == "employer"
    if happened > request.today:
        raise RefusedError(
            (f"{happened} has not come yet.", f"{happened} 尚未到来。"),
            ("Give the day of the accident or diagnosis.", "请填写事故或诊断日期。"),
        )
    last = rules.report_deadline(happened, by_employer=by_employer)
    if request.today <= last or (by_employer and given["extended"]):
        return
    if by_employer:
        raise ReportTooLateError(
            (
                f"The employer's 30 days ended on {last}.",
                f"用人单位申请时限（30日）已于 {last} 届满。",
            ),
            (
                "The person or his family may report within a year (article 17).",
                "职工本人或近亲属可在1年内提出申请（条例第十七条）。",
            ),
        )
    raise ReportTooLateError(
        (f"The year for the report ended on {last}.", f"申请时限（1年）已于 {last} 届满。"),
        ("Only delays that were not his own count off.", "非本人原因的耽误时间可依法扣除。"),
    )


def require_new(session: Session, injury: Injury) -> None:
    """Raise RefusedError where the same day was reported already."""
    rows = injuries.of_person(session, injury.person, Insurance(injury.insurance))
    if any(
        row.happened_on == injury.happened_on and row.employer == injury.employer for row in rows
    ):
        raise RefusedError(
            ("This injury was reported already.", "该工伤已申报。"),
            ("Go on with the one that is there.", "请就已申报的记录继续办理。"),
        )


def in_time(request: Request) -> tuple[str, str]:
    """What is said about the report."""
    day = request.given["happened_on"]
    return (
        f"Reported within the time of the law; it happened on {day}.",
        f"已在法定时限内申报，发生日期 {day}。",
    )


def write(session: Session, request: Request, injury: Injury) -> None:
    """Write the injury that was reported."""
    session.add(injury)
    session.flush()
    injuries.note(session, "injury.report", injury, request, circumstance=injury.circumstance)


def reported_injury(request: Request, scheme: Scheme, region: str) -> Injury:
    """The injury as it was reported; its benefits go by *region*.

    Raises RefusedError for one after the death that is recorded.
    """
    given, died_on = request.given, request.person.died_on
    if died_on is not None and given["happened_on"] > died_on:
        raise RefusedError(
            (f"This person died on {died_on}.", f"该人员已于 {died_on} 死亡。"),
            ("Check the day and the person.", "请核对日期和人员。"),
        )
    return Injury(
        id=injuries.name_of(request.matter.id),
        person=request.person.number,
        insurance=scheme.insurance.value,
        employer=given["employer"],
        region=region,
        happened_on=given["happened_on"],
        what=given["what"],
        circumstance=given["circumstance"],
        order_number=given.get("order"),
        reported_on=request.today,
        matter=request.matter.id,
        at=request.at,
        by=request.by,
    )


def _insured_or_not(session: Session, injury: Injury) -> tuple[str, str]:
    if injuries.was_insured(session, injury):
        return ("The employer had insured him.", "发生时已参加工伤保险。")
    return (
        "He was not insured then: the employer pays (article 62).",
        "发生时未参保：由用人单位支付待遇（工伤保险条例第六十二条）。",
    )


def _original(session: Session, request: Request) -> Injury:
    found = injuries.choose(
        session,
        request,
        Insurance.WORK_INJURY,
        lambda row: injuries.is_recognized(row) and injuries.is_original(row),
    )
    if found.died_on is not None:
        raise InjuryUnknownError
    return found
