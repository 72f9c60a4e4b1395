"""The columns of a file, found by their header, and the row of a bureau file that is handed on."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from issuance.intake.faults import fault


class ApplicantRow(NamedTuple):
    """One accepted application, every field as text in the form that the bureau file prescribes.

    *row* is its place in the file, counted from 1. Names are normalized (separator U+00B7); what
    applies only to a replacement or only to a minor is empty for the others.
    """

    row: int
    social_security_number: str
    name: str
    sex: str
    ethnic_group: str
    birth_date: str
    birthplace: str
    document_type: str
    mobile: str
    registered_address: str
    residence_region: str
    residence_address: str
    insurance_region: str
    person_category: str
    application_type: str
    replacement_reason: str
    old_card_number: str
    bank: str
    guardian_name: str
    guardian_number: str
    photo: str


# In the order of ApplicantRow.
HEADERS: Final = (
    "序号",
    "社会保障号码",
    "姓名",
    "性别",
    "民族",
    "出生日期",
    "出生地",
    "证件类型",
    "联系手机",
    "户籍地址",
    "常住地区划",
    "常住地址",
    "参保地",
    "人员类别",
    "申请类型",
    "补换原因",
    "原卡号",
    "服务银行",
    "监护人姓名",
    "监护人号码",
    "相片",
)
NUMBER_HEADER: Final = "社会保障号码"

# Characters of one row, line breaks inside quotation marks included. No honest row is near it.
RECORD_LIMIT: Final = 8_192

REASON_HEADER: Final = "退回原因"
SENTENCE_HEADER: Final = "退回说明"

# Written into the file of refused rows; a file that comes back with them is read as if they were
# not there.
RETURN_HEADERS: Final = (REASON_HEADER, SENTENCE_HEADER)


class Columns:
    """Where the columns of one file are; *headers* are those of its kind."""

    def __init__(
        self, file: Path, header: Sequence[str], headers: tuple[str, ...] = HEADERS
    ) -> None:
        """Raises IntakeError: no header, or a column unknown, missing or there twice."""
        known = set(header) & set(headers)
        if not known:
            raise fault("no_header", file)
        allowed = {*headers, *RETURN_HEADERS}
        for name in header:
            if name not in allowed:
                raise fault("unknown_column", file, field=name)
            if header.count(name) > 1:
                raise fault("duplicate_column", file, field=name)
        for name in headers:
            if name not in known:
                raise fault("missing_column", file, field=name)
        self.count = len(header)
        # A record's fields in the order of *headers*, without those of an earlier return.
        self.arrange: Callable[[Sequence[str]], tuple[str, ...]] = (
            tuple
            if tuple(header) == headers
            else itemgetter(*(header.index(name) for name in headers))
        )
        self._number = header.index(NUMBER_HEADER)

    def numbers(self, records: Iterable[Sequence[str]]) -> list[str]:
        """The social security numbers of those *records* that have as many fields as the header."""
        return [record[self._number] for record in records if len(record) == self.count]
