"""A platform's file of orders, read row by row: each is right, or refused with its line.

CSV in UTF-8; the first line names the columns, in English or Chinese. Income may be left empty.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from api.services.errors import shown
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.platform_work.errors import OrderFileError, RefusedRow

COLUMNS: Final = ("platform", "region", "month", "person", "orders", "income")
CHINESE: Final = ("平台", "地区", "月份", "社会保障号码", "订单数", "收入")
MOST_BYTES: Final = 64_000_000
MOST_ORDERS: Final = 20_000  # of a person in a month; a slip of the hand has more
_REGION = re.compile(r"[0-9]{6}")
_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_WHOLE = re.compile(r"[1-9][0-9]{0,8}")
_YUAN = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_WRITE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "platform": ("Give the platform's 18-character code", "请填写 18 位统一社会信用代码"),
        "region": ("Give the 6 digits of the region", "请填写 6 位行政区划代码"),
        "month": ("Write the month like 2026-10", "请按 2026-10 的形式填写月份"),
        "person": ("Give the social security number", "请填写 18 位社会保障号码"),
        "orders": (
            f"Give whole orders, 1 to {MOST_ORDERS}",
            f"请填写 1 至 {MOST_ORDERS} 的整数",
        ),
        "income": ("Give yuan with at most two decimals", "请填写元，最多两位小数"),
    }
)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """The orders of a person on a platform in a region and month."""

    line: int
    platform: str
    region: str
    month: Month
    person: str
    orders: int
    income: Fen | None


def sha256_of(content: bytes) -> str:
    """What the same bytes are known by."""
    return hashlib.sha256(content).hexdigest()


def rows(content: bytes) -> Iterator[OrderRow | RefusedRow]:
    """Every row of the file, in order. Raises OrderFileError where it cannot be read at all."""
    if len(content) > MOST_BYTES:
        raise OrderFileError(("The file is too long.", "文件过大。"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OrderFileError(
            (f"Byte {error.start} is not UTF-8.", f"第 {error.start} 字节不是 UTF-8 编码。")
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = tuple(name.strip() for name in next(reader, []))
        if header not in (COLUMNS, CHINESE):
            raise OrderFileError(("The first line names other columns.", "首行列名有误。"))
        for cells in reader:
            if cells:
                yield _row(reader.line_num, [cell.strip() for cell in cells])
    except csv.Error as error:
        raise OrderFileError(
            (f"Line {reader.line_num}: {error}.", f"第 {reader.line_num} 行格式有误。")
        ) from None


def _row(line: int, cells: list[str]) -> OrderRow | RefusedRow:
    if len(cells) != len(COLUMNS):
        return RefusedRow(
            line,
            "",
            (f"{len(cells)} values instead of {len(COLUMNS)}", f"应有 {len(COLUMNS)} 列"),
            ("Give all columns, income may be empty", "请填写全部列，收入可留空"),
        )
    platform, region, month, person, orders, income = cells
    checks = {
        "platform": bool(platform),
        "region": bool(_REGION.fullmatch(region)),
        "month": _is_month(month),
        "person": bool(_NUMBER.fullmatch(person)),
        "orders": bool(_WHOLE.fullmatch(orders)) and int(orders) <= MOST_ORDERS,
        "income": not income or bool(_YUAN.fullmatch(income)),
    }
    wrong = next((name for name, is_right in checks.items() if not is_right), None)
    if wrong is not None:
        value = shown(dict(zip(COLUMNS, cells, strict=True))[wrong])
        zh = CHINESE[COLUMNS.index(wrong)]
        why = (f"{wrong} {value!r} cannot be", f"{zh}“{value}”有误")
        return RefusedRow(line, wrong, why, _WRITE[wrong])
    return OrderRow(
        line,
        platform,
        region,
        Month.parse(month),
        person,
        int(orders),
        fen_of(Decimal(income)) if income else None,
    )


def _is_month(text: str) -> bool:
    try:
        Month.parse(text)
    except ValueError:
        return False
    return True
