"""What driver, server and disk say, in our words."""

import sqlite3
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from issuance.book_errors import BookError, ConflictError, StorageError

_Sentence = tuple[str, str]

# By SQLite's primary result code (https://sqlite.org/rescode.html): cause, remedy.
_SQLITE: dict[int, tuple[_Sentence, _Sentence]] = {
    5: (  # SQLITE_BUSY
        ("Another program holds the book.", "台账正被其他程序占用。"),
        ("Wait until it is done, then run the command again.", "请稍候重试。"),
    ),
    8: (  # SQLITE_READONLY
        ("The book is read-only.", "台账是只读的。"),
        ("Give this account the right to write the file and its folder.", "请授予写权限。"),
    ),
    10: (  # SQLITE_IOERR
        ("The disk fails.", "磁盘读写出错。"),
        ("Check the disk; nothing was written.", "请检查磁盘；未写入任何内容。"),
    ),
    11: (  # SQLITE_CORRUPT
        ("The book is damaged.", "台账已损坏。"),
        ("Restore it from a backup.", "请从备份恢复。"),
    ),
    13: (  # SQLITE_FULL
        ("The disk is full; nothing was written.", "磁盘已满；未写入任何内容。"),
        ("Free some space and run the command again.", "请清理空间后重新执行。"),
    ),
    14: (  # SQLITE_CANTOPEN
        ("The book cannot be opened.", "台账无法打开。"),
        ("Check the folder and its rights.", "请检查目录及其权限。"),
    ),
    26: (  # SQLITE_NOTADB
        ("The file is not a database.", "该文件不是数据库。"),
        ("Point ONECARD_DATABASE to another place.", "请将 ONECARD_DATABASE 指向其他位置。"),
    ),
}


_SERVER = (
    ("The database server has gone.", "数据库服务器已断开。"),
    (
        "Check ONECARD_DATABASE and the server, then try again.",
        "请检查 ONECARD_DATABASE 与服务器后重试。",
    ),
)
_FULL = (
    ("The server's disk is full; nothing was written.", "服务器磁盘已满；未写入任何内容。"),
    ("Free some space there and run the command again.", "请清理空间后重新执行。"),
)
_BUSY_SERVER = (
    ("The server has no more connections or memory to give.", "服务器连接数或内存已用尽。"),
    ("Wait, or see docs/large-book.md (connections).", "请稍候，或参阅 docs/large-book.md。"),
)
# By SQLSTATE, or its class of two characters (PostgreSQL 15, appendix A): cause, remedy.
_SQLSTATES: dict[str, tuple[_Sentence, _Sentence]] = {
    "08": _SERVER,  # connection exception
    "57P01": _SERVER,  # admin_shutdown
    "57P02": _SERVER,  # crash_shutdown
    "57P03": _SERVER,  # cannot_connect_now
    "25006": (  # read_only_sql_transaction
        ("The server is read-only: a copy that follows another.", "该服务器只读（备机）。"),
        ("Point ONECARD_DATABASE to the primary.", "请将 ONECARD_DATABASE 指向主库。"),
    ),
    "42501": (  # insufficient_privilege
        ("This login has not the right to do that.", "该登录没有相应权限。"),
        ("See docs/large-book.md (roles).", "请参阅 docs/large-book.md（角色）。"),
    ),
    "53100": _FULL,  # disk_full
    "53": _BUSY_SERVER,  # insufficient resources
    "58": (  # system error
        ("The server's disk fails.", "服务器磁盘读写出错。"),
        ("Check the disk; nothing was written.", "请检查磁盘；未写入任何内容。"),
    ),
    "XX": (  # internal error, corrupted data or index
        ("The server reports a damaged database.", "服务器报告数据库损坏。"),
        ("Restore it from a backup.", "请从备份恢复。"),
    ),
}
# Another transaction was in the way; the same work may well succeed when it is done again:
# serialization_failure, deadlock_detected, lock_not_available.
_CROSSED = {"40001", "40P01", "55P03"}
# unique_violation of a primary key: two at once took the same number, or did the same thing; who
# does it again finds the other's, and goes on from there.
_TAKEN, _PRIMARY = "23505", "pk_"


# How SQLite names the columns of the indexes that `holding` stands for on a server.
_ONE_EACH = (": application.social_security_number", ": card.social_security_number")


class CrossedError(ConflictError):
    """Two transactions were in each other's way, and this one gave in: nothing of it was kept."""

    code = "crossed"
    cause = ("Another change of the book was in the way.", "与台账的另一项变更冲突。")
    remedy = (
        "Nothing of it was kept: run the same command once more.",
        "本次未作任何更改，请重新执行同一命令。",
    )

    def __init__(self) -> None:
        super().__init__(
            "Another change of the book was in the way; nothing was changed.",
            "与另一项变更冲突；未作任何更改。",
        )


def storage_error(error: DBAPIError) -> BookError:
    """The book's error for a driver's."""
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error, error.orig)
    return _of_server(error)


def _of_sqlite(error: DBAPIError, said: sqlite3.Error) -> BookError:
    if isinstance(error, IntegrityError):
        return _held_already() if str(said).endswith(_ONE_EACH) else _rule(error)
    code = getattr(said, "sqlite_errorcode", 0) & 0xFF
    if code in _SQLITE:
        cause, remedy = _SQLITE[code]
        return StorageError(*cause, remedy=remedy)
    return _refused(error)


def _of_server(error: DBAPIError) -> BookError:
    driver: Any = error.orig
    state: str = getattr(driver, "sqlstate", None) or ""
    constraint: str = getattr(getattr(driver, "diag", None), "constraint_name", None) or ""
    if state in _CROSSED or (state == _TAKEN and constraint.startswith(_PRIMARY)):
        return CrossedError()
    if constraint.startswith("holding"):
        return _held_already()
    if isinstance(error, IntegrityError):
        return _rule(error)
    if isinstance(error, DataError):  # too long, NUL: what the server says of it may hold the value
        return ConflictError(
            "A value is too long for the book, or holds what it cannot keep.",
            "所填内容过长，或含有台账无法保存的字符。",
        )
    if not state and isinstance(error, OperationalError):
        # Nobody there, no such database, a login that is not accepted: the server's own words.
        said = _first_line(error)
        cause = (f"No connection to the database: {said}", f"无法连接数据库：{said}")
        return StorageError(*cause, remedy=_SERVER[1])
    for known in (state, state[:2]):
        if known in _SQLSTATES:
            cause, remedy = _SQLSTATES[known]
            return StorageError(*cause, remedy=remedy)
    return _refused(error)


def _held_already() -> ConflictError:
    return ConflictError(
        "A person has an open application, a card in the making or a card in use already.",
        "此人已有未办结的申请、制作中的卡或使用中的卡。",
    )


def _rule(error: DBAPIError) -> ConflictError:
    return ConflictError(
        f"The change breaks a rule of the book: {_first_line(error)}", "该变更违反台账规则。"
    )


def _refused(error: DBAPIError) -> StorageError:
    said = _first_line(error)
    return StorageError(f"The database refused: {said}", f"数据库拒绝：{said}")


def _first_line(error: DBAPIError) -> str:
    # Further lines of a server's answer may hold the values, which are personal data.
    return (str(error.orig).splitlines() or [""])[0]
