"""What can go wrong with the old age of residents, beyond the errors of all services."""

from api.services.errors import RefusedError
from api.services.months import Month


class ResidentAgeError(RefusedError):
    """The conditions are not met yet: sixty, and the years (国发〔2014〕8号 七)."""

    code = "resident-too-early"
    cause = ("No pension of residents may begin yet.", "尚未达到领取城乡居民养老金的年龄。")

    def __init__(self, earliest: Month) -> None:
        self.earliest = earliest
        super().__init__(
            (
                f"The pension begins at sixty: in {earliest}.",
                f"须年满 60 周岁，即 {earliest}。",
            ),
            ("Come back in that month.", "请届时办理。"),
        )


class ResidentYearsError(RefusedError):
    """Years of contributions are missing (国发〔2014〕8号 七)."""

    code = "resident-years"
    cause = ("Years of contributions are missing.", "缴费年限不足。")

    def __init__(self, needed: int, months: int) -> None:
        self.needed, self.months = needed, months
        missing = needed * 12 - months
        super().__init__(
            (
                f"{needed} years are needed; {missing} months are missing.",
                f"须累计缴费 {needed} 年，尚缺 {missing} 个月。",
            ),
            (
                "Pay for the years that are missing, or pay on.",
                "请按规定补缴所差年限，或继续缴费。",
            ),
        )


class OtherPensionError(RefusedError):
    """Nobody draws both pensions (人社部发〔2014〕17号 第八条)."""

    code = "resident-other-pension"
    cause = (
        "This person draws a basic pension already.",
        "该人员已领取国家规定的基本养老保障待遇。",
    )
    remedy = ("Look at the person's awards.", "请查看该人员的待遇。")


class ConversionError(RefusedError):
    """The insurance cannot be changed that way (人社部发〔2014〕17号 第三条)."""

    code = "pension-conversion"
    cause = ("The insurance cannot be changed that way.", "不符合城乡养老保险制度衔接条件。")
    remedy = ("Look at the person's record.", "请查看该人员的参保缴费记录。")
