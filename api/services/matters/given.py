"""What was filled in for a matter, read by its fields: right, or refused with the field's name."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from api.services.enrolment.models import Employer
from api.services.errors import UnknownError
from api.services.fields import Fields
from api.services.matters.rule import Field, FieldKind, MatterRule
from api.services.months import Month
from api.services.offices import tree
from api.services.people import registry

YES = "yes"


def read(session: Session, rule: MatterRule, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The values by name; fields left empty are not in it.

    *raw* is what `Matter.given` keeps: text by name. Raises CalculationError, UnknownError.
    """
    return read_fields(session, rule.fields, raw)


def read_fields(
    session: Session, asked: tuple[Field, ...], raw: Mapping[str, Any]
) -> dict[str, Any]:
    """The same for fields that belong to no matter."""
    filled = {name: value for name, value in raw.items() if value not in (None, "")}
    fields = Fields(filled, tuple(field.name for field in asked))
    found: dict[str, Any] = {}
    for field in asked:
        if fields.has(field.name) or (field.required and field.kind is not FieldKind.YES_NO):
            found[field.name] = _READ[field.kind](session, fields, field)
        elif field.kind is FieldKind.YES_NO:
            found[field.name] = False
    return found


def _text(_session: Session, fields: Fields, field: Field) -> str:
    text = fields.text(field.name)
    if not max(field.least, 1) <= len(text) <= field.most or not text.isprintable():
        low, high = max(field.least, 1), field.most
        raise fields.wrong(
            field.name,
            (f"has not {low} to {high} printable characters", f"须为 {low} 至 {high} 个字符"),
            ("Correct the text.", "请更正文本。"),
        )
    return text


def _date(_session: Session, fields: Fields, field: Field) -> date:
    text = fields.text(field.name)
    try:
        Month.parse(text[:7])  # of a year that can be meant
        return date.fromisoformat(text)
    except ValueError:
        raise fields.wrong(
            field.name,
            ("is not a day", "不是日期"),
            ("Give a day like 2026-11-27.", "请按 2026-11-27 的形式填写。"),
        ) from None


def _month(_session: Session, fields: Fields, field: Field) -> Month:
    try:
        return Month.parse(fields.text(field.name))
    except ValueError:
        raise fields.wrong(
            field.name,
            ("is not a month", "不是年月"),
            ("Give a month like 2026-11.", "请按 2026-11 的形式填写。"),
        ) from None


def _amount(_session: Session, fields: Fields, field: Field) -> int:
    return fields.amount(field.name, least=str(field.least))


def _whole(_session: Session, fields: Fields, field: Field) -> int:
    return fields.whole(field.name, least=field.least, most=field.most)


def _number(_session: Session, fields: Fields, field: Field) -> Decimal:
    return fields.number(field.name, least=Decimal(field.least), most=Decimal(field.most))


def _yes_no(_session: Session, fields: Fields, field: Field) -> bool:
    return bool(fields.need(field.name) == YES)


def _choice(_session: Session, fields: Fields, field: Field) -> str:
    value = fields.text(field.name)
    if value not in field.options:
        names = ", ".join(field.options)
        raise fields.wrong(
            field.name,
            ("is none of the choices", "不在可选范围内"),
            (f"Give one of: {names}.", f"请填写其中之一：{names}。"),
        )
    return value


def _person(session: Session, fields: Fields, field: Field) -> str:
    return registry.get(session, fields.text(field.name)).number


def _employer(session: Session, fields: Fields, field: Field) -> str:
    code = fields.text(field.name)
    if session.get(Employer, code) is None:
        raise UnknownError(
            "employer",
            code,
            ("Register the employer first.", "请先办理单位参保登记。"),
        )
    return code


def _office(session: Session, fields: Fields, field: Field) -> str:
    return tree.get(session, fields.text(field.name)).code


_READ: Mapping[FieldKind, Callable[[Session, Fields, Field], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.DATE: _date,
    FieldKind.MONTH: _month,
    FieldKind.AMOUNT: _amount,
    FieldKind.WHOLE: _whole,
    FieldKind.NUMBER: _number,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
    FieldKind.PERSON: _person,
    FieldKind.EMPLOYER: _employer,
    FieldKind.OFFICE: _office,
}
