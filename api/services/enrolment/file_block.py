"""A block of a contribution file's rows, checked against the book: here, or by a process beside."""

import marshal
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from api.services.enrolment import file_columns
from api.services.enrolment.file_columns import FileRow
from api.services.enrolment.file_lookup import Lookup
from api.services.enrolment.file_reasons import Fault, RowReason
from api.services.enrolment.posting import ContributionRow
from api.services.enrolment.row_check import RowCheck
from api.services.enrolment.seen import Key
from api.services.enrolment.tariff import Tariff
from api.services.parameters.book import ParameterBook
from issuance.intake.columns import Columns

ROWS: Final = 5_000  # in a block


class RefusedRow(NamedTuple):
    """A refused row: its place, counted from 1, what is wrong, and its fields as they stood."""

    place: int
    faults: Sequence[Fault]
    record: Sequence[str]


class Block(NamedTuple):
    """Rows of a file as they stand; *first* is the place of the first one."""

    first: int
    records: list[list[str]]


class Checked(NamedTuple):
    """What came of a block: plain tuples of `ContributionRow` in marshal's form, the refused rows,
    and the keys of those refused that could be read."""

    accepted: bytes
    refused: list[RefusedRow]
    keys: list[Key]


@dataclass(frozen=True, slots=True)
class BlockCheck:
    """How the rows of one file are checked; it goes to the processes beside as it is."""

    columns: Columns
    today: date
    correcting: bool

    def __call__(self, session: Session, block: Block) -> Checked:
        """What came of the block."""
        lookup = Lookup(session)
        tariff = Tariff(ParameterBook(session).view())
        check = RowCheck(lookup, tariff, today=self.today, correcting=self.correcting)
        read = [self._read(place, one) for place, one in enumerate(block.records, block.first)]
        known = lookup.about([one for one in read if isinstance(one, FileRow)])
        accepted: list[tuple[Any, ...]] = []
        refused: list[RefusedRow] = []
        keys: list[Key] = []
        for row, record in zip(read, block.records, strict=True):
            place = block.first + len(accepted) + len(refused)
            checked = check.check(row, known) if isinstance(row, FileRow) else row
            if isinstance(checked, ContributionRow):
                accepted.append(tuple(checked))
            else:
                faults = [checked] if isinstance(checked, Fault) else checked
                refused.append(RefusedRow(place, faults, record))
                if isinstance(row, FileRow):
                    keys.append((row.person, row.insurance.value, row.month.number, place))
        return Checked(marshal.dumps(accepted), refused, keys)

    def _read(self, place: int, record: Sequence[str]) -> FileRow | list[Fault]:
        if len(record) != self.columns.count:
            facts = str(len(record)), str(self.columns.count)
            return [Fault(RowReason.COLUMN_COUNT, "", facts)]
        return file_columns.read(place, self.columns.arrange(record))
