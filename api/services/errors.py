"""What can go wrong with the services of the one card.

ServiceError
    InsuranceFormError       the book has no insurance tables, or of another form
    UnknownError             no such person, office, employer, matter, award …
    RefusedError             a rule of the services does not allow it; subjects have kinds of it
    WrongFileError           a file has rows that cannot be taken; none of it was
    WorkerGoneError          a process that computed beside this one is gone
    ParameterMissingError    a region has not set what a calculation needs for that month
    CalculationError         the input of a calculation is wrong
        UnreadableInputError     no file, not JSON, or not one object
        MissingFieldError        a field is not given
        UnknownFieldError        a field that the subject does not have
        FieldValueError          a value that cannot be: no number, negative, outside a table

Nothing is computed before the whole input is known to be right. The kinds of a subject stand in its
own `errors.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from api.errors import ApiError

MAX_SHOWN = 40  # of a name or value that came from outside


class ServiceError(ApiError):
    """Root of the errors of the services."""

    code = "service"
    cause = ("The service cannot be given.", "该业务无法办理。")
    remedy = ("Look at the person's record.", "请查看该人员的参保与待遇记录。")

    def __init__(
        self,
        cause: tuple[str, str] | None = None,
        remedy: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(cause)
        self.remedy = remedy or self.remedy


class InsuranceFormError(ServiceError):
    """The book's insurance tables are not there, or of another form."""

    code = "insurance-form"
    cause = ("The book has no insurance tables.", "台账中尚无社会保险数据表。")
    remedy = ("Run: onecard services prepare", "请执行：onecard services prepare")

    def __init__(self, form: str | None, *, newer: bool = False) -> None:
        self.form = form
        if newer:
            super().__init__(
                (
                    f"The insurance tables (form {form}) were written by a newer program.",
                    f"社会保险数据表（格式 {form}）由更新版本的程序写成。",
                ),
                ("Install the newer program.", "请安装新版本程序。"),
            )
        else:
            super().__init__()


class UnknownError(ServiceError):
    """There is no such thing; `kind` is 'person', 'office', 'employer' …"""

    code = "unknown-here"
    cause = (
        "There is no such person, office, employer, matter or award.",
        "没有该人员、机构、单位、业务或待遇。",
    )
    remedy = ("Check what was typed.", "请核对所填内容。")
    _ZH: ClassVar = {
        "person": "参保人",
        "office": "经办机构",
        "employer": "参保单位",
        "matter": "业务",
        "bundle": "一件事",
        "award": "待遇",
        "calculation": "核定",
        "recalculation": "重新核定",
        "enrolment": "参保登记",
        "transfer": "转移接续",
        "injury": "工伤",
        "claim": "失业登记",
        "account": "个人账户",
        "subject": "计算项目",
        "payable item": "待发项目",
    }

    def __init__(self, kind: str, name: str, remedy: tuple[str, str] | None = None) -> None:
        self.kind, self.name = kind, name
        super().__init__(
            (
                f"There is no {kind} {shown(name)}.",
                f"没有{self._ZH.get(kind, kind)} {shown(name)}。",
            ),
            remedy,
        )


class RefusedError(ServiceError):
    """A rule does not allow it; cause and remedy say which, and what to do."""

    code = "service-refused"
    cause = ("A rule of the services does not allow this.", "业务规则不允许该操作。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong in a file: its row (1 is the header, 0 the whole), its column, what to do."""

    row: int
    column: str
    cause: tuple[str, str]
    remedy: tuple[str, str]

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        cause, remedy = ({"en": text[0], "zh": text[1]} for text in (self.cause, self.remedy))
        return {"row": self.row, "column": self.column, "cause": cause, "remedy": remedy}


class WrongFileError(ServiceError):
    """A file has rows that cannot be taken; nothing of it was. `findings` name all of them."""

    code = "service-file"
    cause = ("The file cannot be taken; nothing of it was.", "文件有误，未作任何登记。")
    remedy = ("Correct the file and give all of it again.", "请更正后重新提交整个文件。")

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        first = self.findings[0]
        place_en = f"Row {first.row}, column {first.column}: " if first.row else ""
        place_zh = f"第 {first.row} 行“{first.column}”列：" if first.row else ""
        others = len(self.findings) - 1
        more_en = f" {others} more rows are wrong; nothing was taken." if others else ""
        more_zh = f"另有 {others} 处有误；未作任何登记。" if others else ""
        super().__init__(
            (f"{place_en}{first.cause[0]}{more_en}", f"{place_zh}{first.cause[1]}{more_zh}"),
            first.remedy,
        )


class WorkerGoneError(ServiceError):
    """A process that computed beside this one is gone: killed, or out of memory."""

    code = "service-worker-gone"
    cause = ("A worker process was ended from outside.", "一个工作进程被外部终止。")
    remedy = (
        "Run the same command again: what was done stands, and is not done twice.",
        "请重新执行同一命令：已完成部分有效，不会重复。",
    )


class ParameterMissingError(ServiceError):
    """Nobody has set a parameter for a region and month."""

    code = "parameter-missing"
    cause = (
        "A parameter is not set for this region and month.",
        "该地区该月份的参数尚未设置。",
    )
    remedy = (
        "Set it: onecard services parameters set --help",
        "请设置：onecard services parameters set --help",
    )

    def __init__(self, name: str, region: str, month: str) -> None:
        self.name, self.region, self.month = name, region, month
        super().__init__(
            (
                f"Parameter {name} is not set for region {region} and month {month}.",
                f"地区 {region} 在 {month} 的参数 {name} 尚未设置。",
            ),
            (
                f"Set it, with its source: onecard services parameters set {name} "
                f"--region {region} --from {month} --value … --source …",
                f"请连同依据一并设置：onecard services parameters set {name} "
                f"--region {region} --from {month} --value … --source …",
            ),
        )


class CalculationError(ServiceError):
    """The input of a calculation is wrong; `field` names where, empty for the whole."""

    code = "calculation-input"
    cause = ("The input of the calculation is wrong.", "待遇计算的输入有误。")
    remedy = (
        "Correct the input; docs/insurance.md lists the fields of each subject.",
        "请更正输入；各项目的字段见 docs/insurance.md。",
    )

    def __init__(self, cause: tuple[str, str], *, field: str = "") -> None:
        self.field = field
        super().__init__(cause)


class UnreadableInputError(CalculationError):
    """There is no input that can be read as one JSON object."""

    code = "calculation-unreadable"
    cause = ("The input cannot be read as one JSON object.", "输入无法读取为一个 JSON 对象。")
    remedy = (
        "Give one JSON object in UTF-8, each name once: a file, or - for standard input.",
        "请提供一个 UTF-8 编码的 JSON 对象（名称不得重复）：文件，或用 - 表示标准输入。",
    )

    def __init__(self, en: str, zh: str) -> None:
        super().__init__((f"The input cannot be used: {en}.", f"输入无法使用：{zh}。"))


class MissingFieldError(CalculationError):
    """A field that the calculation needs is not given."""

    code = "calculation-field-missing"
    cause = ("A field that the calculation needs is missing.", "缺少计算所需字段。")
    remedy = ("Add the field to the input.", "请在输入中补充该字段。")

    def __init__(self, field: str) -> None:
        super().__init__(
            (f"Field {field} is missing.", f"缺少字段 {field}。"),
            field=field,
        )
        self.remedy = (f"Add {field} to the input.", f"请在输入中补充 {field}。")


class UnknownFieldError(CalculationError):
    """A field is given that the subject does not have: a misspelt name must not be passed over."""

    code = "calculation-field-unknown"
    cause = ("A field is not one of this subject.", "存在该项目没有的字段。")
    remedy = ("Remove the field or correct its name.", "请删除该字段或更正其名称。")

    def __init__(self, field: str, known: tuple[str, ...]) -> None:
        field = shown(field)
        super().__init__(
            (f"Field {field} is not one of this subject.", f"该项目没有字段 {field}。"),
            field=field,
        )
        names = ", ".join(known)
        self.remedy = (
            f"Remove it or correct its name; the fields are: {names}.",
            f"请删除或更正名称；可用字段：{names}。",
        )


class FieldValueError(CalculationError):
    """The value of a field cannot be; the sentences say why and what it should be."""

    code = "calculation-field-value"
    cause = ("The value of a field cannot be.", "字段的值不合规定。")
    remedy = ("Correct the value of the field.", "请更正该字段的值。")

    def __init__(self, field: str, why: tuple[str, str], remedy: tuple[str, str]) -> None:
        super().__init__((f"Field {field} {why[0]}.", f"字段 {field}{why[1]}。"), field=field)
        self.remedy = remedy


def shown(outside: str) -> str:
    """Text from outside, short and printable in any terminal."""
    safe = outside if outside.isprintable() else ascii(outside)
    return safe if len(safe) <= MAX_SHOWN else f"{safe[:MAX_SHOWN]}…"
