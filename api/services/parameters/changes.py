"""Setting parameters: always a new version, by two people, with the document that says so.

What is set is master data of the book: two administrators (`issuance.duties`). The national values
that come with the program are put in when the tables are made.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.errors import shown
from api.services.months import Month
from api.services.parameters.declared import DECLARED
from api.services.parameters.errors import SettingError
from api.services.parameters.models import Parameter
from api.services.parameters.names import ParameterName, Unit
from issuance import audit, duties
from issuance.book_errors import DutyError
from issuance.duties import Step

NATIONAL: Final = "national.csv"  # in the packages that have values of the whole nation
PROGRAM: Final = "onecard"
MAX_SOURCE: Final = 200
REGION_SIZE: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is to hold from a month on."""

    name: str
    region: str
    from_month: Month
    value: str
    source: str


def set_parameter(
    session: Session, setting: Setting, *, by: str, second: str | None, at: datetime
) -> Parameter | None:
    """Add a version; None where it holds already. Raises SettingError, DutyError."""
    check(setting)
    subject = f"parameter {setting.name} {setting.region} {setting.from_month}"
    if second is None:
        raise DutyError.alone(duties.STEPS[Step.CHANGE_MASTER_DATA].names, by=by)
    row = _add(session, setting, by=by, second=second, at=at)
    if row is None:
        return None
    duties.perform(
        session, Step.CHANGE_MASTER_DATA, f"{subject} v{row.version}", by=by, second=second, at=at
    )
    detail: audit.Detail = {
        "value": setting.value,
        "source": setting.source,
        "version": row.version,
    }
    audit.append(session, "parameter.set", [(subject, detail)], chain=audit.OFFICE, by=by, at=at)
    return row


def put_national(session: Session, *, at: datetime) -> int:
    """Put in the values of the nation that come with the program; how many were new."""
    settings = list(national())
    added = [_add(session, one, by=PROGRAM, second=PROGRAM, at=at) for one in settings]
    return len([row for row in added if row is not None])


def national() -> Iterator[Setting]:
    """The values of the nation, of each subject that has some."""
    for folder in files("api.services").iterdir():
        if folder.is_dir() and (file := folder / NATIONAL).is_file():
            for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
                setting = Setting(
                    name=row["name"],
                    region=row["region"],
                    from_month=Month.parse(row["from"]),
                    value=row["value"],
                    source=row["source"],
                )
                check(setting)
                yield setting


def check(setting: Setting) -> None:
    """Raise SettingError for a setting that cannot be; its `column` says which part is wrong."""
    declared = DECLARED.get(setting.name)
    if declared is None:
        raise SettingError.unknown(setting.name)
    if len(setting.region) != REGION_SIZE or not _is_number(setting.region):
        raise SettingError(
            "region",
            (
                f"{shown(setting.region)} is no region.",
                f"{shown(setting.region)} 不是行政区划代码。",
            ),
            ("Give its 6 digits, 000000 for the nation.", "请填写 6 位代码，全国为 000000。"),
        )
    if not 0 < len(setting.source.strip()) <= MAX_SOURCE or not setting.source.isprintable():
        raise SettingError(
            "source",
            ("A parameter needs its source.", "参数须注明依据。"),
            (
                f"Name the document that sets it, in at most {MAX_SOURCE} characters.",
                f"请填写依据文件名称及文号，最多 {MAX_SOURCE} 个字符。",
            ),
        )
    if setting.value:
        _check_value(declared, setting.value)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _check_value(declared: ParameterName, text: str) -> None:
    try:
        value = Decimal(text) if text.isascii() and text.strip() == text else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    most_decimals = {Unit.YUAN: 2, Unit.MONTHS: 0}.get(declared.unit, 8)
    exponent = value.as_tuple().exponent
    plain = isinstance(exponent, int) and -most_decimals <= exponent <= 0
    if not plain or "_" in text or not declared.least <= value <= declared.most:
        low, high = declared.least, declared.most
        raise SettingError(
            "value",
            (
                f"{declared.name} cannot be {shown(text)}.",
                f"{declared.name} 的取值 {shown(text)} 不合规定。",
            ),
            (
                f"Give {declared.unit} from {low} to {high}, at most {most_decimals} decimals.",
                f"请填写 {low} 至 {high} 之间的数值（单位 {declared.unit}），"
                f"最多 {most_decimals} 位小数。",
            ),
        )


def _add(
    session: Session, setting: Setting, *, by: str, second: str, at: datetime
) -> Parameter | None:
    same = (
        Parameter.name == setting.name,
        Parameter.region == setting.region,
        Parameter.from_month == setting.from_month,
    )
    latest = session.scalar(select(func.max(Parameter.version)).where(*same))
    if latest is not None:
        held = session.scalars(select(Parameter).where(*same, Parameter.version == latest)).one()
        if (held.value, held.source) == (setting.value, setting.source):
            return None
    row = Parameter(
        name=setting.name,
        region=setting.region,
        from_month=setting.from_month,
        version=0 if latest is None else latest + 1,
        value=setting.value,
        source=setting.source,
        entered_at=at,
        entered_by=by,
        confirmed_by=second,
    )
    session.add(row)
    session.flush()
    return row
