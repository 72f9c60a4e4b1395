"""What can go wrong in the demonstration itself: its folder, its processes."""


class DemoError(Exception):
    """Why it cannot go on, as (English, Chinese), with what to do if the cause does not say it."""

    def __init__(
        self,
        en: str,
        zh: str,
        *,
        remedy: tuple[str, str] | None = ("Run it again.", "请重新运行。"),
    ) -> None:
        self.cause = (en, zh)
        self.remedy = remedy
        super().__init__(en)
