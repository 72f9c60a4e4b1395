"""The result file (回盘) as a return file: CSV in GB18030 or UTF-8, columns found by their names.

The columns are those of the Henan-style exchange, as `issuance.result_file` writes them; the bank's
columns are kept. A row with something in 失败环节 or 失败原因 is a card that was rejected.
"""

import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final

from issuance.exchange.errors import ExchangeFileError
from issuance.exchange.faults import Fault, FaultKind
from issuance.exchange.return_file import MAX_ATR, CardResult, ReturnedCard
from issuance.intake.csv_file import CsvFile
from reader.card_profile.values import CardNumber, IdentificationCode

CARD_NUMBER: Final = "社保卡号"
IDENTIFICATION_CODE: Final = "卡识别码"
ATR: Final = "卡复位码"
STAGE, REASON = "失败环节", "失败原因"
NEEDED: Final = (CARD_NUMBER, IDENTIFICATION_CODE, ATR, STAGE, REASON)
# Spellings that programs of the field use for the same column.
SAME: Final[Mapping[str, str]] = {
    "个人帐户": "个人账户",
    "失败环节(银行/制卡)": STAGE,
    "失败原因(50字节内)": REASON,
}


def read_result_file(data: bytes, *, file: str) -> tuple[list[ReturnedCard], list[Fault]]:
    """The cards of a result file, and those whose row cannot be read.

    An answer to reset may be whole, or its 13 historical bytes as interfaces of the field have it.
    Raises IntakeError (not CSV, another encoding), ExchangeFileError (a column is missing).
    """
    records = CsvFile(Path(file), io.BytesIO(data)).records()
    header = [_column(name) for name in next(records, [])]
    for column in NEEDED:
        if column not in header:
            raise ExchangeFileError("header", file, column=column)
    cards: list[ReturnedCard] = []
    faults: list[Fault] = []
    row = 0
    for record in records:
        if not any(field.strip() for field in record):
            continue
        row += 1
        fields = dict(zip(header, (field.strip() for field in record), strict=False))
        number = fields.get(CARD_NUMBER, "")
        try:
            if len(record) != len(header):
                raise _RowError(f"{len(record)} columns", f"有 {len(record)} 列")
            cards.append(_card(fields, row, number))
        except _RowError as error:
            faults.append(Fault(FaultKind.MALFORMED, number or "?", row, error.sentence))
    return cards, faults


class _RowError(ValueError):
    """A row that names no card; *sentence* says why, and the card becomes a fault of the file."""

    def __init__(self, english: str, chinese: str) -> None:
        self.sentence = (english, chinese)
        super().__init__(english)


def _card(fields: Mapping[str, str], row: int, number: str) -> ReturnedCard:
    try:
        CardNumber(number)
    except ValueError as error:
        raise _RowError(f"no card number ({error})", f"社保卡号有误（{error}）") from error
    rejected = bool(fields[STAGE] or fields[REASON])
    return ReturnedCard(
        row=row,
        card_number=number,
        result=CardResult.REJECTED if rejected else CardResult.GOOD,
        stage=fields[STAGE] or None,
        reason=fields[REASON] or fields[STAGE] or None,
        identification_code=None if rejected else _code(fields[IDENTIFICATION_CODE]),
        atr=None if rejected else _hex(fields[ATR], ATR, MAX_ATR),
        box_position=fields.get("装箱位置") or None,
        bank_card_number=fields.get("银行卡号") or None,
        personal_account=fields.get("个人账户") or None,
        social_security_number=fields.get("社会保障号码") or None,
        name=fields.get("姓名") or None,
        issued_on=_day(fields.get("发卡日期", ""), "发卡日期"),
        expires_on=_day(fields.get("卡有效期", ""), "卡有效期"),
    )


def _column(name: str) -> str:
    return SAME.get(name.strip(), name.strip())


def _code(text: str) -> bytes | None:
    data = _hex(text, IDENTIFICATION_CODE, 16)
    try:
        return None if data is None else IdentificationCode(data)
    except ValueError as error:
        raise _RowError(f"{IDENTIFICATION_CODE}: {error}", f"卡识别码有误（{error}）") from error


def _hex(text: str, column: str, limit: int) -> bytes | None:
    if not text:
        return None
    try:
        data = bytes.fromhex(text)
    except ValueError as error:
        raise _RowError(f"{column}: not hexadecimal", f"“{column}”不是十六进制") from error
    if len(data) > limit:
        raise _RowError(f"{column}: {len(data)} bytes", f"“{column}”有 {len(data)} 字节")
    return data


def _day(text: str, column: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007  # a day has no time zone
    except ValueError as error:
        raise _RowError(f"{column}: no day", f"“{column}”不是日期") from error
