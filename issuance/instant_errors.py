"""What can stop an instant issue, besides what stops a batch.

IntakeError                       (issuance.errors)
    NotOneRowError                the file does not hold one application and no more
    RefusedApplicationError       the application is refused; `reasons` says why
"""

from collections.abc import Sequence
from pathlib import Path

from issuance.errors import IntakeError
from issuance.intake.reasons import SENTENCES, Reason


class NotOneRowError(IntakeError):
    """Instant issue makes one card."""

    code = "not-one-row"
    cause = ("The file does not hold one application and no more.", "文件中不是恰好一条申请。")
    remedy = ("Use onecard bureau import for more.", "多条申请请使用 onecard bureau import。")

    def __init__(self, file: Path, rows: int) -> None:
        super().__init__(
            "not_one_row",
            file,
            cause=(
                f"{file.name} has {rows} applications; instant issue takes one.",
                f"{file.name} 有 {rows} 条申请；即时制卡仅受理一条。",
            ),
            remedy=(
                "Use onecard bureau import for more.",
                "多条申请请使用 onecard bureau import。",
            ),
        )


class RefusedApplicationError(IntakeError):
    """Nothing was booked."""

    code = "refused-application"
    cause = ("The application is refused.", "申请被退回。")
    remedy = ("Correct what is named and run the command again.", "请更正所指各项后重新执行。")

    def __init__(self, file: Path, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        english = " ".join(SENTENCES[reason][0] for reason in reasons)
        chinese = "".join(SENTENCES[reason][1] for reason in reasons)
        super().__init__(
            "refused",
            file,
            cause=(f"The application is refused: {english}", f"申请被退回：{chinese}"),
            remedy=("Correct it and run the command again.", "请更正后重新执行。"),
        )
