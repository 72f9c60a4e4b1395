"""What can go wrong with the issuer's book.

IssuanceError                     (issuance.errors)
    BookError
        StorageError              the disk, the database file or its server
            NoBookError           nothing there
            ForeignBookError      a file or database that is no book of ours
            BookVersionError      written by a newer program, or not yet upgraded
        NotFoundError             no such batch, card or client
        LifecycleError            not in this state
        DutyError                 not by this person
        LoginError, SessionError, PasswordError, AdministratorsError   (issuance.people.errors)
        KeysNotEnabledError       no two custodians enabled the keys (issuance.key_use_errors)
        ConflictError             it would break a rule of the book: two cards, two names …
        NumbersExhaustedError     no card numbers are left
        ChallengeError            unknown, used or too old
        ClientKeyError            unknown or revoked key of an API client
        CounterError              at a counter   (issuance.counter.errors)
        AuditError                the audit trail does not hold together (issuance.audit_errors)
        PictureError              a QR code or a card face that cannot be drawn

`code` is stable and meant for programs; `cause` and `remedy` are sentences in English and Chinese.
"""

from collections.abc import Iterable
from typing import ClassVar, Self

from issuance.errors import IssuanceError
from issuance.roles import ROLE_NAMES, Role
from issuance.state_words import chinese_of, chinese_thing


class BookError(IssuanceError):
    """Root of the book's errors."""

    code = "book"
    cause: tuple[str, str] = ("The issuer's book refused.", "台账拒绝了该操作。")
    remedy: tuple[str, str] = (
        "Look at it with: onecard bureau list",
        "请查看：onecard bureau list",
    )

    def __init__(self, en: str = "", zh: str = "") -> None:
        if en:
            self.cause = (en, zh or en)
        super().__init__(self.cause[0])


class StorageError(BookError):
    """The disk, the database file or its server failed; nothing was written."""

    code = "storage"
    cause = ("The book cannot be read or written.", "台账无法读写。")
    remedy = (
        "Nothing was written; put the cause right and run the command again.",
        "未写入任何内容；排除原因后请重新执行。",
    )

    def __init__(
        self, en: str = "", zh: str = "", *, remedy: tuple[str, str] | None = None
    ) -> None:
        super().__init__(en, zh)
        self.remedy = remedy or self.remedy


class NoBookError(StorageError):
    """There is no book at that place."""

    code = "no-book"
    cause = ("There is no book at that place.", "该处没有台账。")
    remedy = (
        "Check ONECARD_DATABASE; the first import makes a new book.",
        "请检查 ONECARD_DATABASE；首次导入时会新建台账。",
    )

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"There is no book at {place}.", f"{place} 处没有台账。")


class ForeignBookError(StorageError):
    """A file or database that is no book of ours; it is left untouched."""

    code = "foreign-book"
    cause = ("That file or database is not an issuer's book.", "该文件或数据库不是发卡台账。")
    remedy = ("Point ONECARD_DATABASE to another place.", "请将 ONECARD_DATABASE 指向其他位置。")

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"{place} is not an issuer's book.", f"{place} 不是发卡台账。")


class BookVersionError(StorageError):
    """The book's form does not fit this program; `revision` is the form it has."""

    code = "book-version"
    cause = ("The book's form does not fit this program.", "台账格式与本程序不符。")
    remedy = (
        "Run: onecard bureau migrate; or install the newer program.",
        "请执行 onecard bureau migrate，或安装新版本程序。",
    )

    def __init__(self, revision: str | None, *, newer: bool) -> None:
        self.revision, self.newer = revision, newer
        if newer:
            super().__init__(
                f"The book (form {revision}) was written by a newer program.",
                f"台账（格式 {revision}）由更新版本的程序写成。",
                remedy=("Install the newer program.", "请安装新版本程序。"),
            )
        else:
            super().__init__(
                f"The book has an old form ({revision}) or none yet.",
                f"台账格式过旧（{revision}）或尚未建立。",
                remedy=("Run: onecard bureau migrate", "请执行：onecard bureau migrate"),
            )


class NotFoundError(BookError):
    """The book knows no such thing; `kind` is 'batch', 'card', 'client' …"""

    code = "not-found"
    cause = (
        "The book has no such batch, card, operator or list.",
        "台账中没有该批次、卡、操作员或列表。",
    )
    _ZH: ClassVar = {
        "application": "申请",
        "batch": "批次",
        "card": "卡",
        "certificate": "证书",
        "client": "接口客户",
        "file": "报盘文件",
        "mandate": "代办委托",
        "operator": "操作员",
        "relay": "卡片中继",
        "status list": "状态列表",
        "ticket": "业务单",
    }
    _LISTED: ClassVar = {
        "client": "onecard clients list",
        "operator": "onecard bureau operators list",
    }

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        if listed := self._LISTED.get(kind):
            self.remedy = (f"See: {listed}", f"请查看：{listed}")
        super().__init__(
            f"The book has no {kind} {name}.", f"台账中没有{self._ZH.get(kind, kind)} {name}。"
        )


class LifecycleError(BookError):
    """The event is not allowed in this state (issuance/lifecycle.py)."""

    code = "lifecycle"
    cause = ("Not allowed in this state.", "当前状态不允许该操作。")
    remedy = ("See docs/lifecycles.md for what may follow.", "允许的流转见 docs/lifecycles.md。")

    def __init__(
        self, *, state: str, event: str, what: str = "it", may: Iterable[str] = ()
    ) -> None:
        self.state, self.event = state, event
        thing = "" if what == "it" else f"{chinese_thing(what)} "
        now, wanted = chinese_of(what, state), chinese_of(what, event)
        super().__init__(
            f"Not allowed: {event} while {what} is {state}.",
            f"{thing}当前为“{now}”，不允许“{wanted}”。",
        )
        if allowed := tuple(may):
            words = "、".join(chinese_of(what, one) for one in allowed)
            self.remedy = (
                f"What may follow is {', '.join(allowed)}; see docs/lifecycles.md.",
                f"当前可办理：{words}；参见 docs/lifecycles.md。",
            )


class DutyError(BookError):
    """Separation of duties: not by this person. `rule` is 'apart', 'alone', 'role', 'stranger'."""

    code = "duty"
    cause = ("Not by this person: the duties are separated.", "职责分离：不得由此人办理。")
    remedy = ("Let a second person do it (--operator).", "请由另一人办理（--operator）。")

    def __init__(self, rule: str, *, by: str, en: str, zh: str) -> None:
        self.rule, self.by = rule, by
        super().__init__(en, zh)

    @classmethod
    def apart(cls, step: tuple[str, str], *, by: str, earlier: tuple[str, str]) -> Self:
        """The same person did an earlier step; *step* and *earlier* are (English, Chinese)."""
        return cls(
            "apart",
            by=by,
            en=f"{by} may not do the {step[0]}: the same person did the {earlier[0]}.",
            zh=f"{by} 不得办理{step[1]}：{earlier[1]}由同一人办理。",
        )

    @classmethod
    def alone(cls, step: tuple[str, str], *, by: str) -> Self:
        """The step takes two people."""
        error = cls(
            "alone",
            by=by,
            en=f"The {step[0]} takes two people; {by} is alone.",
            zh=f"{step[1]}须由两人办理，目前仅有 {by}。",
        )
        error.remedy = ("Name the other one: --second NAME", "请注明另一人：--second 姓名")
        return error

    @classmethod
    def role(cls, step: tuple[str, str], *, by: str, roles: Iterable[Role]) -> Self:
        """The person has none of the roles that may do it."""
        names = [ROLE_NAMES[role] for role in roles]
        error = cls(
            "role",
            by=by,
            en=f"{by} may not do the {step[0]}: that takes the role {_either(names, 0)}.",
            zh=f"{by} 不得办理{step[1]}：须为{_either(names, 1)}。",
        )
        error.remedy = ("Let somebody log in who has it.", "请由具有该角色的人员登录办理。")
        return error

    @classmethod
    def stranger(cls, step: tuple[str, str], *, by: str) -> Self:
        """The book has operators, and this is none of them, or one who was disabled."""
        return cls(
            "stranger",
            by=by,
            en=f"{by} may not do the {step[0]}: no operator of that name may act.",
            zh=f"{by} 不得办理{step[1]}：台账中没有该操作员，或已停用。",
        )


class ConflictError(BookError):
    """The change would break a rule of the book, or another transaction was faster."""

    code = "conflict"
    cause = ("The change would break a rule of the book.", "该变更违反台账规则。")
    remedy = ("Look at the present state, then try again.", "请查看当前状态后重试。")


class NumbersExhaustedError(BookError):
    """Every card number was given."""

    code = "numbers-exhausted"
    remedy = (
        "Have the authority assign a new letter for the district before more cards are made.",
        "请向主管部门申请新的区县字母后再制卡。",
    )
    cause = ("No card numbers are left.", "卡号已用尽。")


class ChallengeError(BookError):
    """The challenge cannot be accepted; `reason` is 'unknown', 'used' or 'expired'."""

    code = "challenge"
    cause = ("The challenge is unknown, used or too old.", "随机数未知、已用过或已过期。")
    remedy = ("Ask for a new challenge.", "请重新获取随机数。")
    _SENTENCES: ClassVar = {
        "unknown": ("The challenge was not given by this service.", "该随机数不是本服务发出的。"),
        "used": ("The challenge was used before.", "该随机数已被使用过。"),
        "expired": ("The challenge is too old.", "该随机数已过期。"),
    }

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(*self._SENTENCES[reason])


class ClientKeyError(BookError):
    """No client has this key, or it was revoked. It is not said which."""

    code = "client-key"
    cause = ("The client key is not accepted.", "接口密钥无效。")
    remedy = ("Ask the issuer for a key.", "请向发卡机构申请密钥。")


class PictureError(BookError):
    """A QR code or a card face that cannot be drawn."""

    code = "picture"
    cause = ("The picture or code cannot be drawn.", "无法生成图片或二维码。")
    remedy = ("Check the text and the photo.", "请检查文本与相片。")


def _either(names: list[tuple[str, str]], language: int) -> str:
    return (" or ", "或")[language].join(name[language] for name in names)
