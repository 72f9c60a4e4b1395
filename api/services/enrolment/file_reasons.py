"""Why a row of a contribution file is refused: a stable code, the cause, and what to do."""

from enum import StrEnum, unique
from typing import Final, NamedTuple

Text = tuple[str, str]


@unique
class RowReason(StrEnum):
    """In the order in which a row is looked at."""

    COLUMN_COUNT = "column-count"
    INSURANCE = "insurance"
    MONTH = "month"
    AMOUNT = "amount"
    MONTH_TO_COME = "month-to-come"
    EMPLOYER_UNKNOWN = "employer-unknown"
    EMPLOYER_CLOSED = "employer-closed"
    PERSON_UNKNOWN = "person-unknown"
    NAME_DIFFERS = "name-differs"
    NOT_ENROLLED = "not-enrolled"
    OUTSIDE_ENROLMENT = "outside-enrolment"
    TOO_LATE = "too-late"
    PARAMETER_MISSING = "parameter-missing"
    TIER = "tier"
    BASE_BELOW = "base-below"
    BASE_ABOVE = "base-above"
    EMPLOYER_PART = "employer-part"
    OWN_PART = "own-part"
    TWICE_IN_FILE = "twice-in-file"
    PAID_ALREADY = "paid-already"
    NOT_PAID = "not-paid"


class Fault(NamedTuple):
    """What is wrong with a row: why, in which column, and what the sentences are filled with."""

    reason: str
    column: str
    facts: tuple[str, ...] = ()

    @property
    def cause(self) -> Text:
        """What is wrong (English, Chinese)."""
        return _filled(SENTENCES[RowReason(self.reason)][0], self.facts)

    @property
    def remedy(self) -> Text:
        """What to do (English, Chinese)."""
        return _filled(SENTENCES[RowReason(self.reason)][1], self.facts)


# Cause and remedy; {0}, {1} … are the facts of a fault.
SENTENCES: Final[dict[RowReason, tuple[Text, Text]]] = {
    RowReason.COLUMN_COUNT: (
        ("The row has {0} fields, the header {1}.", "该行有 {0} 列，表头有 {1} 列。"),
        ("Look for a missing or superfluous comma.", "请检查是否缺少或多出逗号。"),
    ),
    RowReason.INSURANCE: (
        ("There is no insurance {0} in these files.", "险种 {0} 不在本文件范围内。"),
        ("Write 110, 170, 210 or 410.", "请填写 110、170、210 或 410。"),
    ),
    RowReason.MONTH: (
        ("{0} is not a month.", "费款所属期 {0} 不是年月。"),
        ("Write it like 202611.", "请按 202611 的形式填写。"),
    ),
    RowReason.AMOUNT: (
        ("{0} is not an amount.", "金额 {0} 格式有误。"),
        (
            "Write yuan in plain digits with at most two decimals, without separators.",
            "请填写元，最多两位小数，不加分节符。",
        ),
    ),
    RowReason.MONTH_TO_COME: (
        ("The month {0} is still to come.", "费款所属期 {0} 尚未到来。"),
        ("Hand it in from that month on.", "请自该月起报送。"),
    ),
    RowReason.EMPLOYER_UNKNOWN: (
        ("There is no employer {0}.", "没有单位 {0}。"),
        (
            "Correct the code, or register the employer first.",
            "请更正单位代码，或先办理单位参保登记。",
        ),
    ),
    RowReason.EMPLOYER_CLOSED: (
        ("The registration of the employer {0} was ended on {1}.", "单位 {0} 已于 {1} 注销。"),
        ("Correct the code, or register the employer again.", "请更正单位代码，或重新登记。"),
    ),
    RowReason.PERSON_UNKNOWN: (
        ("There is no insured person with this number.", "没有该社会保障号码的参保人。"),
        ("Correct the number, or enrol the person first.", "请更正号码，或先办理参保登记。"),
    ),
    RowReason.NAME_DIFFERS: (
        ("The name differs from that of the record.", "姓名与参保登记不一致。"),
        (
            "Compare number and name; a changed name has to be registered.",
            "请核对号码与姓名；姓名变更须先办理登记。",
        ),
    ),
    RowReason.NOT_ENROLLED: (
        (
            "The person is not enrolled in insurance {0} with this employer.",
            "该人员未在本单位参加险种 {0}。",
        ),
        (
            "Enrol the person with this employer, or take the row out.",
            "请办理人员增加，或删除该行。",
        ),
    ),
    RowReason.OUTSIDE_ENROLMENT: (
        (
            "{0} lies outside the enrolment with this employer ({1} to {2}).",
            "{0} 不在本单位参保期间（{1} 至 {2}）内。",
        ),
        ("Correct the month, or the enrolment.", "请更正费款所属期或参保登记。"),
    ),
    RowReason.TOO_LATE: (
        (
            "Who pays himself may pay {0} months back; {1} lies before.",
            "个人缴费最多可补 {0} 个月，{1} 已超期。",
        ),
        ("Take the row out.", "请删除该行。"),
    ),
    RowReason.PARAMETER_MISSING: (
        ("Region {1} has not set {0} for {2}.", "地区 {1} 未设置 {2} 的参数 {0}。"),
        (
            "Set it: onecard services parameters set {0} --region {1} --from {2}",
            "请设置：onecard services parameters set {0} --region {1} --from {2}",
        ),
    ),
    RowReason.TIER: (
        ("The region offers no yearly tier of {0} yuan.", "当地未设 {0} 元的年缴费档次。"),
        ("Choose one of the region's tiers.", "请选择当地所设档次。"),
    ),
    RowReason.BASE_BELOW: (
        ("The base {0} is below the least, {1}.", "缴费基数 {0} 低于下限 {1}。"),
        ("Pay by {1}.", "请按 {1} 缴费。"),
    ),
    RowReason.BASE_ABOVE: (
        ("The base {0} is above the greatest, {1}.", "缴费基数 {0} 高于上限 {1}。"),
        ("Pay by {1}.", "请按 {1} 缴费。"),
    ),
    RowReason.EMPLOYER_PART: (
        (
            "The employer's share of the base {1} is {2}, not {0}.",
            "缴费基数 {1} 对应的单位缴费应为 {2}，不是 {0}。",
        ),
        ("Write {2}, or correct the base.", "请填写 {2}，或更正缴费基数。"),
    ),
    RowReason.OWN_PART: (
        (
            "The person's share of the base {1} is {2}, not {0}.",
            "缴费基数 {1} 对应的个人缴费应为 {2}，不是 {0}。",
        ),
        ("Write {2}, or correct the base.", "请填写 {2}，或更正缴费基数。"),
    ),
    RowReason.TWICE_IN_FILE: (
        (
            "The person stands for this insurance and month in the file already.",
            "该人员本险种该月在文件中重复。",
        ),
        ("Leave one of the rows.", "请只保留一行。"),
    ),
    RowReason.PAID_ALREADY: (
        (
            "A contribution for this insurance and month is in the book already (paid in {0}).",
            "该险种该月已有缴费记录（{0} 到账）。",
        ),
        (
            "Take the row out; a correction goes by: onecard services contributions correct",
            "请删除该行；更正请用：onecard services contributions correct",
        ),
    ),
    RowReason.NOT_PAID: (
        (
            "There is no contribution for this insurance and month to correct.",
            "该险种该月没有可更正的缴费记录。",
        ),
        (
            "Post it: onecard services contributions post",
            "请入账：onecard services contributions post",
        ),
    ),
}


def _filled(text: Text, facts: tuple[str, ...]) -> Text:
    return text[0].format(*facts), text[1].format(*facts)
