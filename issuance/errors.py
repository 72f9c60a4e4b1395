"""What can go wrong in the bureau.

    IssuanceError
    ├── IntakeError        the bureau file as a whole cannot be taken; no row of it was booked
    └── BookError          issuance.book_errors

Each error carries what a clerk needs: a stable `code`, a `cause` and a `remedy`, both as
(English, Chinese). `str(error)` is the English cause.
"""

from pathlib import Path
from typing import ClassVar


class IssuanceError(Exception):
    """Root of this package's errors."""

    code: ClassVar[str] = "issuance"
    cause: tuple[str, str] = ("The bureau could not do this.", "业务未能办理。")
    remedy: tuple[str, str] = ("Check the input and try again.", "请检查输入后重试。")


class IntakeError(IssuanceError):
    """The file as a whole cannot be taken.

    A row that is refused is no error: see `issuance.intake.report`. The reasons and sentences are
    in `issuance.intake.faults`. *row* counts the applications from 1, as far as the file was
    understood; *field* is the header of a column.
    """

    code = "intake"
    cause = (
        "The file as a whole cannot be taken; no row of it was booked.",
        "文件整体无法受理，未登记任何一行。",
    )
    remedy = (
        "Correct the file by the reason named, and hand it in whole.",
        "请按所示原因更正后完整报送。",
    )

    def __init__(
        self,
        reason: str,
        file: Path,
        *,
        cause: tuple[str, str],
        remedy: tuple[str, str],
        row: int | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(cause[0])
        self.reason = reason
        self.file = file
        self.cause = cause
        self.remedy = remedy
        self.row = row
        self.field = field
