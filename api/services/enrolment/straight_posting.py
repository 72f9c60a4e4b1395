"""A contribution file posted while it is read: most files are right from first row to last.

Rows go to the table as soon as they are found right, all within a savepoint; that a month is there
already, or stands twice in the file, the key of the table tells. At the first row that is not right
all of it is taken back: the file is then checked whole (`api.services.enrolment.file_check`), which
alone says what is wrong with which row.
"""

import marshal
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.services.beside import Beside
from api.services.enrolment import arrears, posting
from api.services.enrolment.file_columns import HEADERS
from api.services.enrolment.file_piece import PieceCheck, Right
from api.services.enrolment.models import ContributionFile
from api.services.enrolment.posting import ContributionRow, Origin
from api.services.enrolment.row_check import LATE
from api.services.money import Fen
from api.services.months import Month
from api.services.offices import tree
from issuance.instants import local_day
from issuance.intake import table_file
from issuance.intake.columns import Columns
from issuance.intake.csv_pieces import CsvPieces

_REGION: Final = ContributionRow._fields.index("region")


class _LookCloselyError(Exception):
    """The file is to be checked whole."""


def post(
    session: Session,
    path: Path,
    *,
    sha256: str,
    office: str,
    by: str,
    at: datetime,
    pool: Beside | None = None,
) -> tuple[ContributionFile, Fen] | None:
    """Post the file of these bytes, with the processes of *pool* if there is one.

    *office* is that of who posts: its rows are of regions that lie within it.

    The file as the book has it, and the late fees; None where it has to be checked whole: nothing
    is posted then. Raises IntakeError.
    """
    with table_file.opened(path) as stream:
        if table_file.is_workbook(path, stream):
            return None
        try:
            with session.begin_nested():
                return _Posting(session, path, sha256, office, by=by, at=at).read(stream, pool)
        except (_LookCloselyError, IntegrityError):
            return None


class _Posting:
    """The file on its way into the book."""

    def __init__(
        self, session: Session, path: Path, sha256: str, office: str, *, by: str, at: datetime
    ) -> None:
        self._session = session
        self._path = path
        self._sha256 = sha256
        self._office = office
        self._regions: set[str] = set()
        self._by = by
        self._at = at
        self._file: ContributionFile | None = None
        self._employers: set[str | None] = set()
        self._late_fee = 0

    def read(self, stream: BufferedReader, pool: Beside | None) -> tuple[ContributionFile, Fen]:
        """Post the pieces of *stream*, one after the other."""
        pieces = CsvPieces(self._path, stream, HEADERS)
        if pieces.header is None:
            raise _LookCloselyError
        columns = Columns(self._path, pieces.header, HEADERS)
        check = PieceCheck(columns, pieces.encoding, local_day(self._at))
        each = pool.each(check, pieces) if pool else (check(self._session, one) for one in pieces)
        for right in each:
            if right is None:
                raise _LookCloselyError
            self._add(right)
        file = self._file
        if file is None or pieces.sha256 != self._sha256:  # empty, or changed meanwhile
            raise _LookCloselyError
        if len(self._employers) == 1:
            (file.employer,) = self._employers
        posting.finish(self._session, file)
        return file, Fen(self._late_fee)

    def _add(self, right: Right) -> None:
        last = Month(right.last)
        if self._file is None:
            origin = Origin(name=self._path.name, sha256=self._sha256, month=last)
            self._file = posting.begin(self._session, origin, by=self._by, at=self._at)
        rows = marshal.loads(right.rows)  # noqa: S302  # ours
        for region in {row[_REGION] for row in rows} - self._regions:
            if not tree.contains(self._office, tree.office_code(region)):
                raise _LookCloselyError
            self._regions.add(region)
        posting.add(self._session, self._file, rows, total=right.total)
        self._file.month = max(self._file.month, last)
        self._employers |= right.employers
        if right.late:
            came = map(ContributionRow._make, rows)
            late = (arrears.of_row(row) for row in came if row.kind == LATE)
            day = local_day(self._at)
            self._late_fee += arrears.settle(self._session, late, on=day, at=self._at)
