"""What can go wrong with old age, beyond the errors of all services."""

from api.services.errors import RefusedError
from api.services.months import Month

Text = tuple[str, str]


class TooEarlyError(RefusedError):
    """The month is before the earliest that may be chosen, or has not come yet."""

    code = "retire-too-early"
    cause = ("No pension may begin then.", "尚不能办理退休。")
    remedy = ("Come back in that month.", "请届时办理。")

    def __init__(self, earliest: Month) -> None:
        self.earliest = earliest
        super().__init__(
            (f"A pension may begin from {earliest} on.", f"最早可于 {earliest} 办理退休。"),
            self.remedy,
        )


class NoticeError(RefusedError):
    """Who retires early tells the employer in writing three months before (94号 第三条)."""

    code = "retire-notice"
    cause = (
        "Retiring early takes a written notice to the employer three months before.",
        "弹性提前退休须至少提前 3 个月书面告知所在单位。",
    )

    def __init__(self, needed: Month) -> None:
        self.needed = needed
        super().__init__(
            None,
            (
                f"Fill in its day, in {needed} or before; or choose a later month.",
                f"请填写不晚于 {needed} 的书面告知日期，或选择更晚的退休时间。",
            ),
        )


class ConsentError(RefusedError):
    """Who retires later has agreed on it with the employer in writing (94号 第四条)."""

    code = "retire-consent"
    cause = (
        "Retiring later than the law's age takes the employer's consent.",
        "弹性延迟退休须与所在单位协商一致。",
    )

    def __init__(self, legal: Month) -> None:
        self.legal = legal
        super().__init__(
            None,
            (
                f"Say that the employer agreed in writing, or choose {legal}.",
                f"请确认已与单位书面协商一致，或选择法定退休时间 {legal}。",
            ),
        )


class TooLateError(RefusedError):
    """Nobody may put it off for more than three years (办法 第三条)."""

    code = "retire-too-late"
    cause = ("Retirement may be put off for three years at most.", "弹性延迟退休最长不超过 3 年。")

    def __init__(self, latest: Month) -> None:
        self.latest = latest
        super().__init__(
            None, (f"Choose {latest} or before.", f"请选择不晚于 {latest} 的退休时间。")
        )


class MinimumYearsError(RefusedError):
    """The contributions are fewer than the minimum of the year (办法 第二条)."""

    code = "retire-minimum-years"
    cause = ("The minimum of contributions is not reached.", "未达到最低缴费年限。")

    def __init__(self, needed: int, have: int, *, of_age: bool) -> None:
        self.needed, self.have = needed, have
        missing = needed - have
        ways = (
            (
                "Pay on beyond the age, pay the rest at once where the region offers it, or move "
                "to the insurance of residents (matter resident_old_age.convert).",
                "可延长缴费、按当地规定一次性缴费，或申请转入城乡居民基本养老保险"
                "（业务 resident_old_age.convert）。",
            )
            if of_age
            else (
                "Pay on, and choose a later month.",
                "请继续缴费，选择更晚的退休时间。",
            )
        )
        super().__init__(
            (
                f"{needed} contribution months are needed; there are {have}: "
                f"{missing} are missing.",
                f"最低缴费年限为 {needed} 个月，累计缴费 {have} 个月，尚缺 {missing} 个月。",
            ),
            ways,
        )


class DrawnElsewhereError(RefusedError):
    """Another province grants the pension (国办发〔2009〕66号 第六条)."""

    code = "retire-place"
    cause = ("Another province grants this pension.", "待遇领取地不在本省。")

    def __init__(self, province: str | None) -> None:
        self.province = province
        if province is None:
            super().__init__(
                (
                    "Which province grants the pension depends on the registered household.",
                    "待遇领取地须依据户籍所在地确定。",
                ),
                (
                    "Record the region of the household, then decide again.",
                    "请登记户籍所在地后重新核定。",
                ),
            )
            return
        place = f"{province}0000"
        super().__init__(
            (f"Region {place} grants this pension.", f"待遇领取地为 {place}。"),
            (
                "Move the insurance there first: the transfer of an account between regions.",
                "请先将基本养老保险关系转移至该地。",
            ),
        )


class AlreadyDrawnError(RefusedError):
    """Somebody draws the pension already."""

    code = "pension-drawn"
    cause = ("This person draws a pension already.", "该人员已领取基本养老金。")
    remedy = ("Look at the person's awards.", "请查看该人员的待遇。")


class DeathSettledError(RefusedError):
    """What the survivors get was decided before."""

    code = "old-age-death-settled"
    cause = ("What the survivors get was decided before.", "该人员的遗属待遇已核定。")
    remedy = ("Look at what comes from this person's insurance.", "请查看该参保人的遗属待遇。")


class NothingToProveError(RefusedError):
    """Nobody draws anything that takes a proof of life."""

    code = "life-proof-none"
    cause = (
        "This person draws no benefit that takes a proof of life.",
        "该人员没有须进行资格认证的待遇。",
    )
    remedy = ("Look at the person's awards.", "请查看该人员的待遇。")
