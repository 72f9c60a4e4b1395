"""What can go wrong with offices, beyond the errors of all services."""

from api.services.errors import RefusedError, shown


class NoOfficeError(RefusedError):
    """An operator works at no office."""

    code = "no-office"
    cause = ("This operator works at no office.", "该操作员未分配经办机构。")
    remedy = (
        "An administrator says where: onecard services offices place NAME CODE",
        "请系统管理员分配：onecard services offices place 姓名 机构代码",
    )

    def __init__(self, clerk: str) -> None:
        super().__init__(
            (f"{shown(clerk)} works at no office.", f"{shown(clerk)} 未分配经办机构。"), self.remedy
        )
