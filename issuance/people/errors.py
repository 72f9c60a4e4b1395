"""What can go wrong with people.

BookError                         (issuance.book_errors)
    PasswordError                 a new password that is not taken
    LoginError                    name, password or code is not right; it is not said which
        LockedError               too many wrong tries
    SessionError                  nobody is logged in here, or not any more
    AdministratorsError           too few administrators would be left, or there are some already

Who may not do a step gets DutyError.
"""

from datetime import datetime
from typing import ClassVar

from issuance.book_errors import BookError
from issuance.instants import CHINA

Sentence = tuple[str, str]


class PasswordError(BookError):
    """A new password that is not taken; `reason` is 'length' or 'name'."""

    code = "password"
    cause = ("The new password is not taken.", "新口令不符合要求。")
    remedy = (
        "Take a sentence that nobody else would: 12 to 128 characters, any of them.",
        "请用他人想不到的一句话：12 至 128 个字符，字符不限。",
    )
    _SENTENCES: ClassVar[dict[str, Sentence]] = {
        "length": ("A password has 12 to 128 characters.", "口令须为 12 至 128 个字符。"),
        "name": ("A password does not hold the operator's name.", "口令不得包含操作员姓名。"),
    }

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(*self._SENTENCES[reason])


class LoginError(BookError):
    """Name, password or code is not right, or the code was used. It is not said which."""

    code = "login"
    cause = ("Name, password or code is not right.", "姓名、口令或动态码有误。")
    remedy = (
        "Each code works once: wait for the next one, then try again.",
        "每个动态码只能使用一次：请待下一个动态码出现后重试。",
    )


class LockedError(LoginError):
    """Too many wrong tries: no try counts before *until*, not even a right one."""

    code = "locked"
    cause = ("Too many wrong tries; locked for a time.", "错误次数过多，已暂时锁定。")
    remedy = (
        "Wait until the time named, or let two administrators reset the operator.",
        "请等待至所示时间，或由两名管理员重置该操作员。",
    )

    def __init__(self, until: datetime) -> None:
        self.until = until
        when = until.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
        super().__init__(
            f"Too many wrong tries; locked until {when}.", f"错误次数过多，锁定至 {when}。"
        )
        self.remedy = (
            "Wait, or let two administrators reset the operator.",
            "请等待，或由两名管理员重置该操作员。",
        )


class SessionError(BookError):
    """Nobody is logged in; `reason` is one of the keys below."""

    code = "session"
    cause = ("Nobody is logged in here, or not any more.", "当前无人登录或登录已失效。")
    remedy = ("Log in: onecard bureau login NAME", "请登录：onecard bureau login 姓名")
    _SENTENCES: ClassVar[dict[str, Sentence]] = {
        "none": ("Nobody is logged in here.", "当前无人登录。"),
        "unknown": ("The login was ended, or is of another book.", "登录已注销，或属于其他台账。"),
        "ended": ("The login has ended: it was too long ago.", "登录已到期。"),
        "idle": (
            "The login has ended: nothing was done for too long.",
            "登录因长时间未操作已失效。",
        ),
        "machine": ("The login belongs to another machine.", "该登录属于其他机器。"),
        "disabled": ("The operator was disabled.", "该操作员已停用。"),
        "exposed": (
            "The file of the login can be read by others; it is not used.",
            "登录文件可被他人读取，已拒绝使用。",
        ),
    }

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(*self._SENTENCES[reason])


class AdministratorsError(BookError):
    """The book must have two administrators; `reason` is 'first', 'second' or 'few'."""

    code = "administrators"
    cause = ("The book must keep two administrators.", "台账须保留两名管理员。")
    remedy = (
        "A book needs two administrators, and had better have three: add another first.",
        "台账须有两名管理员，最好三名：请先增加一名。",
    )
    _SENTENCES: ClassVar[dict[str, Sentence]] = {
        "first": (
            "The first operator of a book is an administrator.",
            "台账的第一名操作员须为管理员。",
        ),
        "second": (
            "The second operator of a book is an administrator.",
            "台账的第二名操作员须为管理员。",
        ),
        "few": ("Fewer than two administrators would be left.", "管理员将少于两名。"),
    }

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(*self._SENTENCES[reason])
