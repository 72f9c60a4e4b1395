"""What is wrong with a parameter that is to be set.

RefusedError
    SettingError             a part of it cannot be
"""

from typing import Self

from api.services.errors import RefusedError, shown


class SettingError(RefusedError):
    """A setting cannot be; `column` is its part: name, region, from, value or source."""

    code = "parameter-setting"
    cause = ("This parameter cannot be set so.", "参数设置不合规定。")
    remedy = (
        "List what may be set: onecard services parameters names",
        "请查看可设置的参数：onecard services parameters names",
    )

    def __init__(self, column: str, cause: tuple[str, str], remedy: tuple[str, str]) -> None:
        self.column = column
        super().__init__(cause, remedy)

    @classmethod
    def unknown(cls, name: str) -> Self:
        """Nobody declares a parameter of this name."""
        return cls(
            "name",
            (f"There is no parameter {shown(name)}.", f"没有参数 {shown(name)}。"),
            cls.remedy,
        )
