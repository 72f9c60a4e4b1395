"""What can go wrong with injuries at work, beyond the errors of all services.

RefusedError
    InjuryUnknownError      no injury of this person fits, or several do
    ReportTooLateError      the time for the report is over (条例 第十七条)
    FindingError            the finding does not go with what happened, or is there already
    AppraisalError          before the finding, too early for a review, or a number that is taken
    NotInsuredThenError     nobody had insured him when it happened: the employer pays
    InjuryAwardError        nothing is appraised, nothing new, or nothing due
"""

from collections.abc import Sequence

from api.services.errors import RefusedError


class InjuryUnknownError(RefusedError):
    """No injury of this person fits, or several do; *known* are the names of those."""

    code = "injury-unknown"
    cause = ("No injury of this person fits.", "没有符合条件的工伤记录。")
    remedy = (
        "Report the injury first, or give its name.",
        "请先办理工伤申报，或填写工伤编号。",
    )

    def __init__(self, known: Sequence[str] = ()) -> None:
        self.known = tuple(known)
        if not known:
            super().__init__()
            return
        names = ", ".join(known)
        super().__init__(
            ("Several injuries of this person fit.", "有多条符合条件的工伤记录。"),
            (f"Give one of: {names}.", f"请填写其中之一：{names}。"),
        )


class ReportTooLateError(RefusedError):
    """The time for the report is over; the sentences say since when."""

    code = "injury-report-late"
    cause = ("The time for the report is over.", "已超过工伤认定申请时限。")


class FindingError(RefusedError):
    """The finding does not go with what happened, or there is one already."""

    code = "injury-finding"
    cause = ("The finding does not go with what happened.", "认定结论与申报情形不符。")


class AppraisalError(RefusedError):
    """The appraisal cannot be: before the finding, or a review before a year is over."""

    code = "injury-appraisal"
    cause = ("There is no finding that this was an injury at work.", "尚未认定为工伤。")
    remedy = ("Enter the finding first.", "请先登记工伤认定结论。")


class NotInsuredThenError(RefusedError):
    """Nobody had insured this person when it happened."""

    code = "injury-not-insured"
    cause = (
        "This person was not insured when it happened: the fund does not pay.",
        "发生时未参保，基金不予支付。",
    )
    remedy = (
        "The employer pays what the insurance would (regulation, article 62).",
        "由用人单位按规定支付（工伤保险条例第六十二条）。",
    )


class InjuryAwardError(RefusedError):
    """There is no appraisal, or nothing that has not been awarded already."""

    code = "injury-award"
    cause = ("There is nothing to award.", "没有可核定的待遇。")
    remedy = ("Look at the injury and its awards.", "请查看工伤记录和已核定待遇。")
