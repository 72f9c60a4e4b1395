"""What came out of a bureau file: rows accepted, rows refused with their reasons."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, cast

from issuance.intake.columns import ApplicantRow
from issuance.intake.csv_file import Encoding
from issuance.intake.reasons import Reason, in_order
from issuance.intake.spool import Row, Spool


class RefusedRow(NamedTuple):
    """The place of a refused row in the file, counted from 1, and why."""

    row: int
    reasons: tuple[Reason, ...]


# The same before it is put in order: place, reasons, and the fields as they stood in the file.
Refusal = tuple[int, list[Reason], Sequence[str]]


class Report:
    """The result of `check_file`. Close it, or use it in a ``with`` statement."""

    def __init__(self, file: Path, encoding: Encoding, header: Sequence[str]) -> None:
        self.file = file
        # The refused rows of a workbook are written as UTF-8 with a byte-order mark.
        self.encoding = encoding
        self.header = tuple(header)
        self.refused_rows: list[RefusedRow] = []
        # Rows in whose name a look-alike dot was replaced by U+00B7.
        self.separator_replaced: list[int] = []
        # Of the whole file, in hexadecimal; set when it was read to its end.
        self.sha256 = ""
        self._accepted = Spool(in_memory=10_000)
        self._refused = Spool(in_memory=100)

    @property
    def accepted(self) -> int:
        """Number of rows accepted."""
        return self._accepted.count

    @property
    def refused(self) -> int:
        """Number of rows refused."""
        return len(self.refused_rows)

    @property
    def rows(self) -> int:
        """Number of rows in the file."""
        return self.accepted + self.refused

    def by_reason(self) -> dict[str, int]:
        """How many rows each reason refused; a row may count under several."""
        counts = Counter(reason for refused in self.refused_rows for reason in refused.reasons)
        return {reason.value: counts[reason] for reason in sorted(counts)}

    def accept(self, rows: list[Row]) -> None:
        """Set accepted rows aside, as plain tuples in the order of ApplicantRow."""
        self._accepted.append(rows)

    def refuse(self, rows: list[Refusal]) -> None:
        """Set refused rows aside, as they stood in the file."""
        self.refused_rows += [RefusedRow(row, in_order(reasons)) for row, reasons, _ in rows]
        self._refused.append([tuple(record) for _, _, record in rows])

    def accepted_rows(self) -> Iterator[list[ApplicantRow]]:
        """The accepted rows in chunks, in the order of the file."""
        for chunk in self._accepted:
            yield [*map(ApplicantRow._make, cast(list[tuple[Any, ...]], chunk))]

    def refused_records(self) -> Iterator[tuple[RefusedRow, Sequence[str]]]:
        """The refused rows with their fields as they stood in the file."""
        records = (record for chunk in self._refused for record in chunk)
        yield from zip(self.refused_rows, cast(Iterator[Sequence[str]], records), strict=True)

    def close(self) -> None:
        """Forget the rows."""
        self._accepted.close()
        self._refused.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def check_summary(report: Report) -> dict[str, Any]:
    """The report for programs (`onecard bureau check --json`)."""
    return {
        "rows": report.rows,
        "accepted": report.accepted,
        "refused": report.refused,
        "by_reason": report.by_reason(),
        "refused_rows": [
            {"row": refused.row, "reasons": [reason.value for reason in refused.reasons]}
            for refused in report.refused_rows
        ],
        "encoding": report.encoding.value,
        "separator_replaced": report.separator_replaced,
    }
