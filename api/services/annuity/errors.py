"""What can go wrong with enterprise annuities, beyond the errors of all services."""

from api.services.errors import RefusedError, shown
from api.services.months import Month


class PlanBoundsError(RefusedError):
    """The plan asks for more than the law allows."""

    code = "annuity-plan-bounds"
    cause = ("The plan goes beyond what the law allows.", "企业年金方案超出规定限额。")
    remedy = (
        "The employer pays at most 8 % of the wages, both at most 12 %, vesting takes at most 8 "
        "years.",
        "企业缴费不超过工资总额的 8%，合计不超过 12%，完全归属期限不超过 8 年。",
    )


class NoPlanError(RefusedError):
    """The employer has no annuity plan for that month."""

    code = "annuity-no-plan"
    cause = ("The employer has no annuity plan.", "该单位没有企业年金方案。")
    remedy = (
        "Enter the plan: onecard services annuity set --help",
        "请登记方案：onecard services annuity set --help",
    )

    def __init__(self, employer: str, month: Month) -> None:
        super().__init__(
            (
                f"Employer {shown(employer)} has no annuity plan for {month}.",
                f"单位 {shown(employer)} 在 {month} 没有企业年金方案。",
            ),
            self.remedy,
        )


class PlanPastError(RefusedError):
    """A plan that contributions were posted by is not changed behind them."""

    code = "annuity-plan-past"
    cause = (
        "Contributions were posted by the plan of that month.",
        "该月已按原方案入账企业年金缴费。",
    )
    remedy = ("Let the new plan begin in a later month.", "请从以后月份起执行新方案。")


class NotInPlanError(RefusedError):
    """The person was never in an annuity."""

    code = "annuity-not-insured"
    cause = ("This person is in no enterprise annuity.", "该人员未参加企业年金。")
    remedy = ("Enrol the person in the plan of the employer first.", "请先办理企业年金参保登记。")


class AnnuityConditionError(RefusedError):
    """The condition for being paid is not met, or the method not open to it."""

    code = "annuity-condition"
    cause = (
        "An annuity is not paid before its condition is met.",
        "未达到领取条件，不得提前提取企业年金。",
    )
    remedy = ("Check the condition and its proof.", "请核对领取条件与证明材料。")


class AlreadyPaidError(RefusedError):
    """The account was paid, or is being paid."""

    code = "annuity-already-paid"
    cause = ("This annuity is being paid already.", "该人员企业年金已核定领取。")
    remedy = ("Look at the award.", "请查看已核定的待遇。")
