"""A file of offices, such as the villages of a whole county: all of it is checked, then opened.

Two columns, code and name (机构代码, 机构名称), in CSV. One row that is refused refuses the file:
half a tree would scope somebody's sight wrongly.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from api.services.errors import RefusedError, shown
from api.services.offices import tree
from api.services.offices.errors import OfficeFileError, OfficeRowsError
from api.services.offices.models import Office
from api.services.offices.tree import Tier
from issuance import audit
from reader.gb18030 import decode_text

MAX_BYTES: Final = 32_000_000
CODE_NAMES: Final = ("code", "机构代码")
NAME_NAMES: Final = ("name", "机构名称")

Text = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be: its number as a spreadsheet counts, what its code was, and why."""

    row: int
    code: str
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What a file would open: *new* are code and name; *known* are there already, the same."""

    new: Sequence[tuple[str, str]]
    known: int
    refused: Sequence[Refusal]


def check(session: Session, content: bytes) -> CheckedFile:
    """Look at every row; nothing is changed. Raises OfficeFileError for what is no such file."""
    rows = list(_rows(content))
    book = {one.code: one for one in session.scalars(select(Office))}
    open_codes = {code for code, one in book.items() if one.closed_at is None}
    there = open_codes | {code for _row, code, _name in rows}
    new: dict[str, str] = {}
    refused: list[Refusal] = []
    known = 0
    seen: set[str] = set()
    for row, code, name in rows:
        why = _objection(code, name, seen=seen, there=there, open_one=book.get(code))
        seen.add(code)
        if why is not None:
            refused.append(Refusal(row, shown(code), why))
        elif code in open_codes:
            known += 1
        else:
            new[code] = name
    return CheckedFile(new=sorted(new.items()), known=known, refused=refused)


def open_all(session: Session, content: bytes, *, by: str, at: datetime) -> CheckedFile:
    """Open what the file names, all of it or nothing; the same file again opens nothing.

    Raises OfficeFileError, OfficeRowsError.
    """
    checked = check(session, content)
    if checked.refused:
        first = checked.refused[0]
        raise OfficeRowsError(
            len(checked.refused),
            (f"row {first.row}: {first.why[0]}", f"第 {first.row} 行，{first.why[1]}"),
        )
    closed = set(session.scalars(select(Office.code).where(Office.closed_at.is_not(None))))
    there = set(session.scalars(select(Office.code).where(Office.closed_at.is_(None))))
    there.update(code for code, _name in checked.new)
    fresh = [(tree.tier_of(code), code, name) for code, name in checked.new if code not in closed]
    if fresh:
        rows = [
            {
                "code": code,
                "name": name,
                "tier": int(tier),
                "parent": next((one for one in reversed(tree.above(code)) if one in there), None),
                "opened_at": at,
                "opened_by": by,
            }
            for tier, code, name in sorted(fresh)
        ]
        session.execute(insert(Office), rows)
        for tier, code, _name in sorted(fresh):
            if tier < Tier.VILLAGE:
                tree.take_in(session, session.get_one(Office, code))
        _note(session, [(code, name) for _tier, code, name in fresh], by=by, at=at)
    for code, name in checked.new:
        if code in closed:
            tree.open_office(session, code, name, by=by, at=at)
    session.expire_all()
    return checked


def _note(session: Session, opened: list[tuple[str, str]], *, by: str, at: datetime) -> None:
    """One entry for each office, in the chain of its region."""
    regions: dict[str, list[tuple[str, audit.Detail]]] = {}
    for code, name in opened:
        things = regions.setdefault(tree.region_of(code), [])
        things.append((f"office {code}", {"name": name, "from": "file"}))
    for region, things in sorted(regions.items()):
        audit.append(session, "office.open", things, chain=region, by=by, at=at)


def _objection(
    code: str, name: str, *, seen: set[str], there: set[str], open_one: Office | None
) -> Text | None:
    try:
        tier = tree.tier_of(code)
        tree.check_name(name)
    except RefusedError as error:
        return error.cause
    if code in seen:
        return f"{code} stands in the file twice.", f"{code} 在文件中重复。"
    if open_one is not None and open_one.closed_at is None and open_one.name != name:
        return (
            f"{code} is open under another name; rename it by hand.",
            f"{code} 已以其他名称设立，请单独更名。",
        )
    if tier is not Tier.PROVINCE and there.isdisjoint(tree.above(code)):
        return (
            f"there is no office above {code}, in the book or in the file.",
            f"{code} 在台账和文件中均无上级机构。",
        )
    return None


def _rows(content: bytes) -> Iterator[tuple[int, str, str]]:
    if len(content) > MAX_BYTES:
        raise OfficeFileError("it is too long", "文件过大")
    records = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(records, [])]
        code, name = _column(header, CODE_NAMES), _column(header, NAME_NAMES)
        empty = True
        for row, record in enumerate(records, start=2):
            if not any(value.strip() for value in record):
                continue
            if len(record) != len(header):
                raise OfficeFileError(
                    f"row {row} has {len(record)} columns, not {len(header)}",
                    f"第 {row} 行为 {len(record)} 列，应为 {len(header)} 列",
                )
            empty = False
            yield row, record[code].strip(), record[name].strip()
    except csv.Error:
        raise OfficeFileError("it is not CSV", "不是有效的 CSV") from None
    if empty:
        raise OfficeFileError("it has no rows", "没有数据行")


def _column(header: list[str], names: tuple[str, str]) -> int:
    for name in names:
        if name in header:
            return header.index(name)
    raise OfficeFileError(f"it has no column {names[0]}", f"缺少列“{names[1]}”")


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return decode_text(content)
    except ValueError:
        raise OfficeFileError(
            "it is neither UTF-8 nor GB18030", "既非 UTF-8 也非 GB18030 编码"
        ) from None
