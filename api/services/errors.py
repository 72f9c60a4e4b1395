"""What can be wrong with the input of a calculation.

CalculationError
    UnreadableInputError     no file, not JSON, or not one object
    MissingFieldError        a field is not given
    UnknownFieldError        a field that the subject does not have
    FieldValueError          a value that cannot be: no number, negative, outside a table

Nothing is computed before the whole input is known to be right.
"""

from api.errors import ApiError

MAX_SHOWN = 40  # of a name or value that came from outside


class CalculationError(ApiError):
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
