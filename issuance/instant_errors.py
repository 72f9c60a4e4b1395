"""What can stop an instant issue, besides what stops a batch.

IntakeError                       (issuance.errors)
    NotOneRowError                the file does not hold one application and no more
    RefusedApplicationError       the application is refused; `reasons` says why
KeysNotEnabledError               (issuance.book_errors)
    DayNotEnabledError            no two custodians enabled the keys for the counters' day
"""

from collections.abc import Sequence
from pathlib import Path

from issuance.errors import IntakeError
from issuance.intake.reasons import SENTENCES, Reason
from issuance.key_use_errors import KeysNotEnabledError


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


class DayNotEnabledError(KeysNotEnabledError):
    """Not for what the counters of *region* (6 digits) issue today."""

    code = "day-not-enabled"
    cause = (
        "The issuer's keys are not enabled today for these counters.",
        "今日尚未为该地区柜台启用发卡密钥。",
    )
    remedy = (
        "Two key custodians run: onecard bureau enable-keys --at-counters REGION --second NAME",
        "请两名密钥管理员执行：onecard bureau enable-keys --at-counters 区划 --second 姓名",
    )

    def __init__(self, region: str) -> None:
        super().__init__("")
        self.region = region
        self.cause = (
            f"The issuer's keys are not enabled today for counters of {region}.",
            f"今日尚未为 {region} 柜台启用发卡密钥。",
        )
        command = f"onecard bureau enable-keys --at-counters {region} --second"
        self.remedy = (
            f"Two key custodians run: {command} NAME; then go on.",
            f"请两名密钥管理员执行：{command} 姓名；然后继续。",
        )
