"""A piece of a contribution file, looked at by itself: whether all of its rows are right.

Where one is not, the file is checked whole (`api.services.enrolment.file_check`).
"""

import marshal
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from api.services.enrolment import file_columns
from api.services.enrolment.file_columns import FileRow
from api.services.enrolment.file_lookup import Lookup
from api.services.enrolment.posting import ContributionRow
from api.services.enrolment.row_check import LATE, RowCheck
from api.services.enrolment.tariff import Tariff
from api.services.enrolment.usual_rows import Plain, UsualRows
from api.services.parameters.book import ParameterBook
from issuance.intake import csv_pieces
from issuance.intake.columns import Columns
from issuance.intake.csv_file import Encoding
from issuance.intake.csv_pieces import Piece

_month, _employer, _employer_part, _own_part, _kind = (
    itemgetter(ContributionRow._fields.index(name))
    for name in ("month", "employer", "employer_part", "own_part", "kind")
)

PLAIN: Final = 2  # the form of marshal that does not look for objects that are there twice: faster


class Right(NamedTuple):
    """The rows of a piece in marshal's form (plain tuples of `ContributionRow`), all of them right,
    and what they come to: whose, the last month they are for, the sum in fen, whether some are
    late."""

    rows: bytes
    employers: set[str | None]
    last: int
    total: int
    late: bool


@dataclass(frozen=True, slots=True)
class PieceCheck:
    """How the pieces of one file are looked at; it goes to the processes beside as it is."""

    columns: Columns
    encoding: Encoding
    today: date

    def __call__(self, session: Session, piece: Piece) -> Right | None:
        """What came of the piece; None where a row is not right, or cannot be read by itself."""
        records = csv_pieces.records(piece.content, self.encoding)
        if records is None or {*map(len, records)} != {self.columns.count}:
            return None
        rows = self._right(session, piece.first, [*map(self.columns.arrange, records)])
        if rows is None:
            return None
        return Right(
            rows=marshal.dumps(rows, PLAIN),
            employers={*map(_employer, rows)},
            last=max(map(_month, rows)),
            total=sum(map(_employer_part, rows)) + sum(map(_own_part, rows)),
            late=LATE in map(_kind, rows),
        )

    def _right(
        self, session: Session, first: int, fields: Sequence[Sequence[str]]
    ) -> list[Plain] | None:
        """The contributions: of usual rows at first sight, of the others by a close look."""
        lookup = Lookup(session)
        check = RowCheck(lookup, Tariff(ParameterBook(session).view()), today=self.today)
        found = UsualRows(session, check).found(first, fields)
        unusual: list[FileRow] = []
        for place, row in enumerate(found):
            if row is None:
                read = file_columns.read(first + place, fields[place])
                if not isinstance(read, FileRow):
                    return None
                unusual.append(read)
        if unusual:
            known = lookup.about(unusual)
            for one in unusual:
                checked = check.check(one, known)
                if not isinstance(checked, ContributionRow):
                    return None
                found[one.place - first] = tuple(checked)
        return [row for row in found if row is not None]
