"""What can go wrong with enrolments and contributions, beyond the errors of all services."""

from collections.abc import Sequence

from api.services.enrolment.categories import CATEGORY_NAMES, Category
from api.services.errors import RefusedError
from api.services.insurances import NAMES, Insurance
from api.services.money import Fen, yuan_of
from api.services.months import Month


class CreditCodeError(RefusedError):
    """That is no unified social credit code."""

    code = "credit-code"
    cause = ("That is no unified social credit code.", "统一社会信用代码有误。")
    remedy = (
        "Copy the 18 characters again; letters are capital, without I, O, S, V, Z.",
        "请按证照重新填写 18 位代码；字母为大写，不含 I、O、S、V、Z。",
    )


class IndustryError(RefusedError):
    """A risk class that is none."""

    code = "risk-class"
    cause = (
        "The risk class of the industry is none of 1 to 8.",
        "行业工伤风险类别不在 1 至 8 之内。",
    )
    remedy = (
        "Find the class of the industry in the annex of the notice on rates of 2015.",
        "请按人社部发〔2015〕71号附件确定行业类别。",
    )


class EmployerClosedError(RefusedError):
    """The employer's registration was ended, or people are still enrolled with it."""

    code = "employer-closed"
    cause = ("The employer's registration was ended.", "该单位已办理注销登记。")
    remedy = ("Register it again, or name another one.", "请重新登记或填写其他单位。")


class CategoryError(RefusedError):
    """People of this category are not insured in this insurance."""

    code = "category-insurance"
    cause = ("This category is not insured in this insurance.", "该类人员不参加该险种。")
    remedy = ("Enrol the person in the right category.", "请按正确的参保类别办理。")

    def __init__(self, insurance: Insurance, category: Category) -> None:
        what, who = NAMES[insurance], CATEGORY_NAMES[category]
        super().__init__(
            (f"A {who[0]} has no {what[0]}.", f"{who[1]}不参加{what[1]}。"), self.remedy
        )


class TierError(RefusedError):
    """A yearly amount that the region does not offer residents."""

    code = "resident-tier"
    cause = ("The region does not offer this yearly tier.", "当地未设该年缴费档次。")
    remedy = ("Choose one of the tiers.", "请选择当地所设档次。")

    def __init__(self, tier: Fen, tiers: Sequence[Fen]) -> None:
        offered = ", ".join(yuan_of(one) for one in tiers) or "-"
        super().__init__(
            (
                f"The region offers no yearly tier of {yuan_of(tier)} yuan.",
                f"当地未设 {yuan_of(tier)} 元的年缴费档次。",
            ),
            (f"Choose one of: {offered}.", f"请选择：{offered}。"),
        )


class AlreadyEnrolledError(RefusedError):
    """Somebody is enrolled in this insurance already."""

    code = "already-enrolled"
    cause = ("The person is enrolled in this insurance already.", "该人员已参加该险种。")
    remedy = (
        "Handle it as a change of employer or a move: that ends the one and begins the other.",
        "请办理变更单位或关系转移：原参保关系随之终止，新参保关系随之建立。",
    )

    def __init__(self, insurance: Insurance, where: str, since: Month) -> None:
        self.insurance, self.where, self.since = insurance, where, since
        en, zh = NAMES[insurance]
        super().__init__(
            (
                f"The person is enrolled in {en} already, at {where} since {since}.",
                f"该人员自 {since} 起已在 {where} 参加{zh}。",
            ),
            self.remedy,
        )


class NotEnrolledError(RefusedError):
    """Somebody is not enrolled in this insurance."""

    code = "not-enrolled"
    cause = ("The person is not enrolled in this insurance.", "该人员未参加该险种。")
    remedy = ("Enrol the person first.", "请先办理参保登记。")

    def __init__(self, insurance: Insurance | None = None) -> None:
        if insurance is None:
            super().__init__()
        else:
            en, zh = NAMES[insurance]
            super().__init__((f"The person has no {en}.", f"该人员未参加{zh}。"), self.remedy)


class EnrolmentMonthError(RefusedError):
    """The month cannot be one in which an enrolment begins or ends."""

    code = "enrolment-month"
    cause = ("This month cannot be.", "参保年月不合规定。")
    remedy = ("Correct the month.", "请更正年月。")


class OverlapError(RefusedError):
    """Months that are recognized already, or paid for."""

    code = "months-counted"
    cause = ("Some of these months count already.", "部分月份已计入缴费年限。")
    remedy = ("Leave those months out.", "请剔除已计月份。")


class FileRefusedError(RefusedError):
    """Rows of a file are wrong: nothing of it was posted."""

    code = "contribution-file"
    cause = ("Rows of the file are wrong; nothing was posted.", "文件中有错误行，未入账任何一行。")
    remedy = (
        "Correct the refused rows, and hand in the whole file.",
        "请按所列原因更正后报送完整文件。",
    )

    def __init__(self, refused: int, rows: int) -> None:
        self.refused, self.rows = refused, rows
        super().__init__(
            (
                f"{refused} of {rows} rows are refused; nothing was posted.",
                f"共 {rows} 行，其中 {refused} 行有误，未入账任何一行。",
            ),
            self.remedy,
        )


class TransferStateError(RefusedError):
    """Not in this state of a transfer, or not by this office."""

    code = "transfer-state"
    cause = ("Not in this state of the transfer.", "转移接续处于该状态时不可办理。")
    remedy = (
        "Look at it: onecard services transfers list",
        "请查看：onecard services transfers list",
    )


class TransferSheetError(RefusedError):
    """A transfer's sheet cannot be read, or its sums are wrong."""

    code = "transfer-sheet"
    cause = ("The transfer's sheet cannot be taken.", "转移接续信息表无法受理。")
    remedy = (
        "Ask the region that sent it for a new one.",
        "请转出地重新出具。",
    )
