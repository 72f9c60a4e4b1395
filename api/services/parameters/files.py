"""Files of parameters: CSV of name, region, from, value, source; all of it is checked first.

UTF-8 or GB 18030, as spreadsheets in China write it. A row that holds already is no fault, so the
same file may be given again.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from api.services.errors import Finding, WrongFileError, shown
from api.services.months import Month
from api.services.parameters import changes
from api.services.parameters.changes import Setting
from api.services.parameters.errors import SettingError

HEADER: Final = ("name", "region", "from", "value", "source")
MAX_BYTES: Final = 8 << 20
MAX_ROWS: Final = 20_000
ENCODINGS: Final = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows are new versions, and how many held already."""

    set: int
    held: int


def put(
    session: Session, content: bytes, *, by: str, second: str | None, at: datetime, file: str
) -> Imported:
    """Set all parameters of a file, or none. Raises WrongFileError, DutyError.

    *file* is its name, for the findings.
    """
    settings = read(content, file=file)
    rows = [changes.set_parameter(session, one, by=by, second=second, at=at) for one in settings]
    new = len([row for row in rows if row is not None])
    return Imported(new, len(rows) - new)


def read(content: bytes, *, file: str) -> list[Setting]:
    """The settings of a file. Raises WrongFileError, which names each row that is wrong."""
    lines = _lines(content, file)
    if not lines or tuple(cell.strip() for cell in lines[0]) != HEADER:
        wanted = ",".join(HEADER)
        cause = "The first row is not the header.", "首行不是规定的表头。"
        remedy = f"Let it be: {wanted}", f"首行应为：{wanted}"
        raise WrongFileError([Finding(row=1, column="name", cause=cause, remedy=remedy)])
    if not 1 < len(lines) <= MAX_ROWS + 1:
        cause = (
            f"{shown(file)} has {len(lines) - 1} rows.",
            f"{shown(file)} 有 {len(lines) - 1} 行。",
        )
        remedy = f"Give 1 to {MAX_ROWS} rows.", f"请提供 1 至 {MAX_ROWS} 行。"
        raise WrongFileError([Finding(row=0, column="", cause=cause, remedy=remedy)])
    found: dict[tuple[str, str, Month], int] = {}
    settings: list[Setting] = []
    findings: list[Finding] = []
    for number, cells in enumerate(lines[1:], start=2):
        setting = _setting(number, cells, found)
        if isinstance(setting, Finding):
            findings.append(setting)
        else:
            settings.append(setting)
    if findings:
        raise WrongFileError(findings)
    return settings


def _setting(
    number: int, cells: Sequence[str], found: dict[tuple[str, str, Month], int]
) -> Setting | Finding:
    """The setting of a row, or what is wrong with it."""
    if len(cells) != len(HEADER):
        cause = f"The row has {len(cells)} columns.", f"该行有 {len(cells)} 列。"
        remedy = f"Give {len(HEADER)}: {', '.join(HEADER)}.", f"应有 {len(HEADER)} 列。"
        return Finding(row=number, column=HEADER[0], cause=cause, remedy=remedy)
    name, region, first, value, source = (cell.strip() for cell in cells)
    try:
        month = Month.parse(first)
    except ValueError:
        cause = f"{shown(first)} is no month.", f"{shown(first)} 不是年月。"
        remedy = "Write it like 2026-01.", "请按 2026-01 的格式填写。"
        return Finding(row=number, column="from", cause=cause, remedy=remedy)
    setting = Setting(name=name, region=region, from_month=month, value=value, source=source)
    try:
        changes.check(setting)
    except SettingError as error:
        return Finding(row=number, column=error.column, cause=error.cause, remedy=error.remedy)
    before = found.setdefault((name, region, month), number)
    if before != number:
        cause = f"Row {before} sets the same.", f"与第 {before} 行重复设置。"
        remedy = "Leave one of them.", "请只保留其中一行。"
        return Finding(row=number, column="name", cause=cause, remedy=remedy)
    return setting


def _lines(content: bytes, file: str) -> list[list[str]]:
    """The rows that are not empty, as text."""
    if len(content) <= MAX_BYTES:
        for encoding in ENCODINGS:
            try:
                text = content.decode(encoding)
                return [row for row in csv.reader(text.splitlines(), strict=True) if row]
            except (UnicodeDecodeError, csv.Error):
                continue
    cause = f"{shown(file)} cannot be read as CSV.", f"{shown(file)} 无法按 CSV 读取。"
    remedy = (
        f"Save it as CSV in UTF-8, at most {MAX_BYTES >> 20} MB.",
        f"请另存为 UTF-8 编码的 CSV，不超过 {MAX_BYTES >> 20} MB。",
    )
    raise WrongFileError([Finding(row=0, column="", cause=cause, remedy=remedy)])
