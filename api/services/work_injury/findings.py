"""The finding whether it was an injury at work, and the appraisal of what it left behind."""

from datetime import date

from sqlalchemy.orm import Session

from api.services.matters.rule import CardData, Proposal, Request
from api.services.work_injury import injuries, rules
from api.services.work_injury.circumstances import RECOGNIZED, findings
from api.services.work_injury.errors import AppraisalError, FindingError
from api.services.work_injury.models import Injury
from api.services.work_injury.scheme import Scheme
from reader.card_profile.codes_insurance import WORK_INJURY_FINDING

FIRST_APPRAISAL = "10"  # 工伤职工劳动能力鉴定, code table 31


def determine(scheme: Scheme, session: Session, request: Request) -> Proposal:
    """The finding of the authority (工伤保险条例 第十四条至第二十条, since 2011-01-01)."""
    injury = _undetermined(scheme, session, request)
    given, on = request.given, request.given["on"]
    if not injury.happened_on <= on <= request.today:
        raise FindingError(
            (f"{on} is not between the injury and today.", f"{on} 不在受伤日期与今日之间。"),
            ("Give the day of the finding.", "请填写认定日期。"),
        )
    allowed = findings(injury.circumstance, excluded="excluded" in given)
    if given["finding"] not in allowed:
        names = [WORK_INJURY_FINDING.find(code) for code in sorted(allowed)]
        raise FindingError(
            (
                "The finding does not go with what was reported.",
                "认定结论与申报情形（条例第十四条至第十六条）不符。",
            ),
            (
                f"It may be: {', '.join(one.en for one in names if one)}.",
                f"可选结论：{'、'.join(one.zh for one in names if one)}。",
            ),
        )
    injuries.require_free_number(session, injury.id, determination=given["number"])
    recognized = given["finding"] in RECOGNIZED
    said = WORK_INJURY_FINDING.find(given["finding"])
    return Proposal(
        card_data=[_finding_on_card(session, injury, request)]
        if recognized and scheme.on_card
        else [],
        says=[(f"Finding: {said.en}.", f"认定结论：{said.zh}。")] if said else [],
    )


def determined(scheme: Scheme, session: Session, request: Request, _proposal: Proposal) -> None:
    """Write it."""
    injury, given = _undetermined(scheme, session, request), request.given
    injury.determination, injury.finding = given["number"], given["finding"]
    injury.determined_on, injury.determined_by = given["on"], given["body"]
    session.flush()
    injuries.note(session, "injury.determine", injury, request, finding=given["finding"])


def appraise(scheme: Scheme, session: Session, request: Request) -> Proposal:
    """The grades of disability and care (第二十一条至第二十八条, since 2011-01-01).

    A further one is a review: a year after the one before, at the earliest (第二十八条).
    """
    injury = _recognized(scheme, session, request)
    given, on = request.given, request.given["on"]
    if injury.determined_on is None or not injury.determined_on <= on <= request.today:
        raise AppraisalError(
            (f"{on} is not between the finding and today.", f"{on} 不在认定日期与今日之间。"),
            ("Give the day of the appraisal.", "请填写鉴定日期。"),
        )
    if injury.appraised_on is not None and on < rules.year_after(injury.appraised_on):
        raise AppraisalError(
            (
                f"The last appraisal was on {injury.appraised_on}; a review takes a year.",
                f"上次鉴定日期 {injury.appraised_on}，满1年后方可申请复查鉴定。",
            ),
            (
                f"A review is due from {rules.year_after(injury.appraised_on)} on (article 28).",
                f"可于 {rules.year_after(injury.appraised_on)} 起申请（条例第二十八条）。",
            ),
        )
    injuries.require_free_number(session, injury.id, appraisal=given["number"])
    grade = int(given["grade"])
    said = ("below the grades", "未达等级") if grade > 10 else (f"grade {grade}", f"{grade}级")
    return Proposal(
        card_data=[_appraisal_on_card(request)],
        says=[(f"Appraised: {said[0]}.", f"劳动能力鉴定结论：{said[1]}。")],
    )


def appraised(scheme: Scheme, session: Session, request: Request, _proposal: Proposal) -> None:
    """Write it; the matter keeps what was given, so that earlier ones stay readable."""
    injury, given = _recognized(scheme, session, request), request.given
    injury.appraisal, injury.grade, injury.care = given["number"], given["grade"], given["care"]
    injury.incapacity = given["incapacity"]
    injury.appraised_on, injury.appraised_by = given["on"], given["body"]
    session.flush()
    injuries.note(session, "injury.appraise", injury, request, grade=given["grade"])


def _undetermined(scheme: Scheme, session: Session, request: Request) -> Injury:
    return injuries.choose(
        session, request, scheme.insurance, lambda row: row.determined_on is None
    )


def _recognized(scheme: Scheme, session: Session, request: Request) -> Injury:
    rows = injuries.of_person(session, request.person.number, scheme.insurance)
    if rows and not any(injuries.is_recognized(row) for row in rows):
        raise AppraisalError
    return injuries.choose(
        session,
        request,
        scheme.insurance,
        lambda row: injuries.is_recognized(row) and injuries.is_original(row),
    )


def _finding_on_card(session: Session, injury: Injury, request: Request) -> CardData:
    given, on = request.given, request.given["on"]
    return CardData(
        application="DF03",
        group="work_injury_determination",
        items={
            "determination_number": given["number"],
            "employer_name": injuries.employer_name(session, injury),
            "finding": given["finding"],
            "determination_date": on.isoformat(),
            "determination_body": given["body"],
        },
    )


def _appraisal_on_card(request: Request) -> CardData:
    given = request.given
    on: date = given["on"]
    return CardData(
        application="DF03",
        group="work_capacity_appraisal",
        items={
            "appraisal_number": given["number"],
            "matter": FIRST_APPRAISAL,
            "disability_grade": given["grade"],
            "self_care_grade": given["care"],
            "incapacity_finding": given["incapacity"],
            "appraisal_date": on.isoformat(),
            "appraisal_body": given["body"],
        },
    )
