"""What can go wrong in the demonstration itself: its folder, its processes.

ApiError                     (api.errors)
    DemoError                it cannot go on
"""

from api.errors import ApiError

_AGAIN = (
    "Empty or change the folder (--out) and run it again.",
    "请清空或更换输出目录（--out）后重新运行。",
)


class DemoError(ApiError):
    """Why it cannot go on, as (English, Chinese), with what to do if the cause does not say it."""

    code = "demo"
    cause = ("The demonstration cannot go on.", "演示无法继续。")
    remedy = _AGAIN

    def __init__(self, en: str, zh: str, *, remedy: tuple[str, str] | None = _AGAIN) -> None:
        self.advice = remedy
        self.remedy = remedy or _AGAIN
        super().__init__((en, zh))
