"""What can go wrong with unemployment insurance, beyond the errors of all services.

RefusedError
    NotRegisteredUnemployedError   nobody is registered as unemployed
    UnemployedAlreadyError         a registration is open already
    UnemploymentConditionError     a condition of 社会保险法 第四十五条 is not met
    UnemploymentStopError          the cause for stopping is not there
"""

from api.services.errors import RefusedError


class NotRegisteredUnemployedError(RefusedError):
    """There is no open registration of an unemployment."""

    code = "not-registered-unemployed"
    cause = (
        "This person is not registered as unemployed.",
        "该人员未办理失业登记。",
    )
    remedy = ("Register the unemployment first.", "请先办理失业登记。")


class UnemployedAlreadyError(RefusedError):
    """A registration is open, and its months are not over."""

    code = "unemployed-already"
    cause = ("An unemployment is registered already.", "已有未注销的失业登记。")
    remedy = (
        "Claim for that one, or end it first.",
        "请就该登记申领，或先注销该登记。",
    )


class UnemploymentConditionError(RefusedError):
    """A condition of the law is not met; cause and remedy say which."""

    code = "unemployment-condition"
    cause = ("A condition of the law is not met.", "不符合领取失业保险金的法定条件。")


class UnemploymentStopError(RefusedError):
    """The cause that was given for stopping is not there."""

    code = "unemployment-stop"
    cause = ("Nothing shows this cause.", "没有该停领事由的记录。")
