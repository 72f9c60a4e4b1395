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


class NothingAboveError(RefusedError):
    """An office hangs from one above it, and there is none that is open."""

    code = "office-above-missing"
    cause = ("There is no office above this one.", "该机构没有上级机构。")
    remedy = ("Open the office of the province first.", "请先设立省级机构。")

    def __init__(self, code: str, highest: str) -> None:
        super().__init__(
            (f"There is no office above {code}.", f"{code} 没有上级机构。"),
            (f"Open {highest} first.", f"请先设立 {highest}。"),
        )


class OfficeInUseError(RefusedError):
    """People, matters or clerks belong to it, and nobody is named to take them over."""

    code = "office-in-use"
    cause = (
        "The office still has open matters, people or clerks.",
        "该机构尚有未办结业务、参保人或经办人。",
    )
    remedy = (
        "Name the office that takes them over: --successor CODE",
        "请指定承接机构：--successor 机构代码",
    )

    def __init__(self, code: str, held: dict[str, int]) -> None:
        self.held = held
        names = {
            "matters": ("open matters", "未办结业务"),
            "people": ("people", "参保人"),
            "enrolments": ("enrolments", "参保登记"),
            "employers": ("employers", "参保单位"),
            "clerks": ("clerks", "经办人"),
        }
        en = ", ".join(f"{count} {names[name][0]}" for name, count in held.items())
        zh = "、".join(f"{names[name][1]} {count}" for name, count in held.items())
        super().__init__(
            (f"Office {code} still has: {en}.", f"机构 {code} 尚有：{zh}。"), self.remedy
        )


class OfficesBelowError(RefusedError):
    """Open offices hang from it."""

    code = "offices-below"
    cause = ("Open offices lie below this one.", "该机构下仍有未撤销的机构。")
    remedy = ("Close those first, the lowest tier first.", "请自下而上先撤销下级机构。")


class SuccessorError(RefusedError):
    """The office named cannot take over what another one had."""

    code = "office-successor"
    cause = (
        "That office cannot take over: it is the same, lies below, or is of a lower tier.",
        "该机构不能承接：为同一机构、下级机构或层级更低。",
    )
    remedy = (
        "Name an open office of the same tier or above.",
        "请指定同级或上级的在办机构。",
    )


class OfficeFileError(RefusedError):
    """The file of offices cannot be read as one."""

    code = "office-file"
    cause = ("The file of offices cannot be read.", "机构文件无法读取。")
    remedy = (
        "Give a CSV file with the columns code and name, in UTF-8 or GB18030.",
        "请提供含“机构代码”“机构名称”两列的 CSV 文件（UTF-8 或 GB18030 编码）。",
    )

    def __init__(self, en: str, zh: str) -> None:
        super().__init__((f"The file cannot be used: {en}.", f"文件无法使用：{zh}。"), self.remedy)


class OfficeRowsError(RefusedError):
    """Rows of the file are refused: none of it was booked."""

    code = "office-rows"
    cause = (
        "Rows of the file are refused; nothing was opened.",
        "文件中有行被拒收，未设立任何机构。",
    )
    remedy = ("Correct these rows, and give the file again.", "请更正所列各行后重新导入。")

    def __init__(self, count: int, first: tuple[str, str]) -> None:
        super().__init__(
            (
                f"{count} rows are refused, the first: {first[0]} Nothing was opened.",
                f"有 {count} 行被拒收，首行原因：{first[1]}未设立任何机构。",
            ),
            self.remedy,
        )
