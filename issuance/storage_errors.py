"""What driver and disk say, in our words."""

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError

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


def storage_error(error: DBAPIError) -> BookError:
    """The book's error for a driver's."""
    if isinstance(error, IntegrityError):
        return ConflictError(
            f"The change breaks a rule of the book: {_first_line(error)}", "该变更违反台账规则。"
        )
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code in _SQLITE:
            cause, remedy = _SQLITE[code]
            return StorageError(*cause, remedy=remedy)
    said = _first_line(error)
    return StorageError(f"The database refused: {said}", f"数据库拒绝：{said}")


def _first_line(error: DBAPIError) -> str:
    # Further lines of a server's answer may hold the values, which are personal data.
    return (str(error.orig).splitlines() or [""])[0]
