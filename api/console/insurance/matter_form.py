"""The form of a matter or a bundle: what is asked for, as fields; errors at their field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.services.errors import CalculationError, ServiceError, UnknownError
from api.services.matters.rule import Field, FieldKind, MatterRule

Sentence = tuple[str, str]
Questions = Sequence[tuple[str, Field]]  # under which name a field stands in the form
NUMBERS: Final = (FieldKind.PERSON, FieldKind.EMPLOYER)  # their letters are capitals
_SIZES: Final = {FieldKind.PERSON: 18, FieldKind.EMPLOYER: 18, FieldKind.OFFICE: 12}
_HINTS: Final[Mapping[FieldKind, Sentence]] = {
    FieldKind.MONTH: ("A month like 2026-11.", "如 2026-11。"),
    FieldKind.AMOUNT: ("Yuan, at most two decimals.", "单位：元，最多两位小数。"),
    FieldKind.PERSON: ("Citizen number, 18 characters.", "18 位公民身份号码。"),
    FieldKind.EMPLOYER: (
        "Unified social credit code, 18 characters.",
        "18 位统一社会信用代码。",
    ),
    FieldKind.OFFICE: ("Code of the office, 12 digits.", "12 位经办机构代码。"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field of the form; *error* is cause and remedy of what was wrong with it."""

    name: str
    field: Field
    value: str
    size: int
    hint: Sentence
    error: tuple[Sentence, Sentence] | None


def questions_of(rule: MatterRule) -> Questions:
    """The fields of one matter, each under its own name."""
    return [(one.name, one) for one in rule.fields]


def asked(
    questions: Questions, given: Mapping[str, str], error: ServiceError | None = None
) -> list[Asked]:
    """The fields with what was filled in."""
    wrong = field_of(questions, error)
    return [
        Asked(
            name=name,
            field=one,
            value=given.get(name, ""),
            size=_SIZES.get(one.kind, one.most if one.kind is FieldKind.TEXT else 40),
            hint=one.hint if one.hint[0] else _HINTS.get(one.kind, ("", "")),
            error=_told(one, error) if error is not None and one is wrong else None,
        )
        for name, one in questions
    ]


def given(questions: Questions, form: Mapping[str, str]) -> dict[str, str]:
    """What was filled in, as matters keep it; what was left empty is not in it."""
    found: dict[str, str] = {}
    for name, one in questions:
        value = form.get(name, "").strip()
        if one.kind in NUMBERS:
            value = value.upper()
        if value:
            found[name] = value
    return found


def field_of(questions: Questions, error: ServiceError | None) -> Field | None:
    """The field that an error is about; None where it is about the whole."""
    if isinstance(error, CalculationError):
        return next((one for _, one in questions if one.name == error.field), None)
    if isinstance(error, UnknownError):
        named = [one for _, one in questions if one.kind.value == error.kind]
        return named[0] if len(named) == 1 else None
    return None


def shown(rule: MatterRule, given: Mapping[str, str]) -> Sequence[tuple[Sentence, Sentence]]:
    """What was filled in, as a page repeats it."""
    return [(one.label, _value(one, given[one.name])) for one in rule.fields if given.get(one.name)]


def _value(field: Field, text: str) -> Sentence:
    if field.kind is FieldKind.YES_NO:
        return "yes", "是"
    return field.options.get(text, (text, text))


def _told(field: Field, error: ServiceError) -> tuple[Sentence, Sentence]:
    """Cause and remedy, with the field's label where the error has the name."""
    cause = (
        error.cause[0].replace(f"Field {field.name}", f"“{field.label[0]}”"),
        error.cause[1].replace(f"字段 {field.name}", f"“{field.label[1]}”"),
    )
    remedy = (
        error.remedy[0].replace(f"Add {field.name} to the input", "Fill it in"),
        error.remedy[1].replace(f"请在输入中补充 {field.name}", "请填写该项"),
    )
    return cause, remedy
