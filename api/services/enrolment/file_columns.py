"""The columns of a contribution file, and one row of it read.

| column | what it holds |
|---|---|
| 单位代码 | unified social credit code; empty: the person pays himself |
| 费款所属期 | the month it is for, 202611 or 2026-11; of residents the year, 2026 |
| 社会保障号码 | the person's number |
| 姓名 | the person's name |
| 险种 | 110, 170, 210, 410 (人社信息函〔2012〕37号, table 41) |
| 缴费基数 | the base in yuan; of residents the yearly tier |
| 单位缴费 | the employer's share in yuan; of residents the government's subsidy |
| 个人缴费 | the person's share in yuan |
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from api.services.enrolment.file_reasons import Fault, RowReason
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month

EMPLOYER, MONTH, PERSON, NAME = "单位代码", "费款所属期", "社会保障号码", "姓名"
INSURANCE, BASE, EMPLOYER_PART, OWN_PART = "险种", "缴费基数", "单位缴费", "个人缴费"
HEADERS: Final = (EMPLOYER, MONTH, PERSON, NAME, INSURANCE, BASE, EMPLOYER_PART, OWN_PART)

PAID_BY_FILE: Final = {
    one.value: one
    for one in (
        Insurance.OLD_AGE,
        Insurance.RESIDENT_OLD_AGE,
        Insurance.UNEMPLOYMENT,
        Insurance.WORK_INJURY,
    )
}
_MONTH: Final = re.compile(r"([12][0-9]{3})-?(0[1-9]|1[0-2])")
_YEAR: Final = re.compile(r"[12][0-9]{3}")
_AMOUNT: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")  # yuan
_AMOUNTS: Final = re.compile(";".join([_AMOUNT.pattern] * 3))


class FileRow(NamedTuple):
    """A row as it is read; amounts in fen, *employer* empty where the person pays himself."""

    place: int
    employer: str
    month: Month
    person: str
    name: str
    insurance: Insurance
    base: Fen
    employer_part: Fen
    own_part: Fen


def read(place: int, fields: Sequence[str]) -> FileRow | list[Fault]:
    """The row, or what is wrong with its form. *fields* are in the order of HEADERS."""
    employer, month, person, name, insurance, *amounts = map(str.strip, fields)
    kind = PAID_BY_FILE.get(insurance)
    if (
        kind
        and (when := month_of(month, kind))
        and (found := _AMOUNTS.fullmatch(";".join(amounts)))
    ):
        base, base_part, ours, ours_part, own, own_part = found.groups("")
        return FileRow(
            place,
            employer,
            when,
            person,
            name,
            kind,
            _fen(base, base_part),
            _fen(ours, ours_part),
            _fen(own, own_part),
        )
    faults: list[Fault] = []
    if kind is None:
        faults.append(Fault(RowReason.INSURANCE, INSURANCE, (insurance,)))
    when = month_of(month, kind)
    if when is None:
        faults.append(Fault(RowReason.MONTH, MONTH, (month,)))
    for column, text in zip((BASE, EMPLOYER_PART, OWN_PART), amounts, strict=True):
        if not _AMOUNT.fullmatch(text):
            faults.append(Fault(RowReason.AMOUNT, column, (text,)))
    return faults


@lru_cache(maxsize=1_024)
def month_of(text: str, insurance: Insurance | None) -> Month | None:
    """The month; a resident's year stands at its January, whichever of its months is written."""
    if insurance is Insurance.RESIDENT_OLD_AGE and _YEAR.fullmatch(text):
        return Month.of(int(text), 1)
    if not (found := _MONTH.fullmatch(text)):
        return None
    month = 1 if insurance is Insurance.RESIDENT_OLD_AGE else int(found[2])
    return Month.of(int(found[1]), month)


def _fen(yuan: str, part: str) -> Fen:
    return Fen(int(yuan) * 100 + int(part.ljust(2, "0")))
