"""The book's place: opening it, its form, and the one way to change it.

`transaction` is for command lines and services; use cases take the Session it gives and never
commit. An SQLite file is opened with write-ahead log, foreign keys, full synchronisation; a change
takes the write lock at its start, so that two writers wait for each other and never deadlock. On
PostgreSQL writers of different regions go on beside each other; where two are in each other's way
all the same, `attempt` does the work of one again.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from issuance import postgresql
from issuance.book_errors import BookVersionError, ForeignBookError, NoBookError, StorageError
from issuance.storage_errors import CrossedError, storage_error

REVISION = "0008"  # the form this program reads and writes: the newest migration
BUSY_SECONDS = 30
PAGE_SIZE = 8_192
LOG_PAGES = 8_192  # the log is copied into the book after 64 MiB
CACHE_KIB = 65_536  # of the book, for each connection, as far as they are used
RETRY_SECONDS = 0.01
MIGRATIONS = Path(__file__).parent / "migrations"
UNDEFINED_TABLE = "42P01"  # PostgreSQL, appendix A
TRIES = 5
AGAIN_SECONDS = 0.05

T = TypeVar("T")


def open_book(place: str | Path, *, create: bool = True) -> Engine:
    """The book at *place*: a path of an SQLite file, or an SQLAlchemy URL.

    A missing or older SQLite file is made or upgraded when *create* says so. Raises StorageError
    and its kinds; nothing foreign is ever written to.
    """
    url = _url(place)
    with _told():
        if (path := _file(url)) is not None:
            _check_file(path, create=create)
        engine = _engine(url)
        try:
            _check_form(engine, upgrade_old=create and url.get_backend_name() == "sqlite")
        except DBAPIError as error:
            engine.dispose()
            if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
                raise ForeignBookError(str(path)) from None
            raise
        except BaseException:
            engine.dispose()
            raise
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A change of the book: all of it, or nothing. Raises StorageError for what the disk says."""
    with (
        _told(),
        Session(engine.execution_options(writes=True), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


def empty_log(engine: Engine) -> None:
    """Copy SQLite's log into the book now and cut it to nothing: what was erased is not in it.

    While somebody reads an older state of the book, part of the log stays for him.
    """
    if engine.dialect.name == "sqlite":
        with _told(), closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def attempt(engine: Engine, work: Callable[[Session], T], *, tries: int = TRIES) -> T:
    """What *work* gives in a transaction of its own; done again where another was in its way.

    *work* leaves nothing behind but what it does to the session. Raises StorageError and, when
    all *tries* crossed others, CrossedError.
    """
    for turn in range(1, tries):
        try:
            with transaction(engine) as session:
                return work(session)
        except CrossedError:
            time.sleep(turn * AGAIN_SECONDS)
    with transaction(engine) as session:
        return work(session)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One consistent view of the book; what is changed in it is thrown away.

    An engine that commits by itself looks at each statement's own moment instead.
    """
    with _told(), Session(_one_view(engine), expire_on_commit=False) as session:
        yield session


def upgrade_book(place: str | Path) -> None:
    """Bring the book at *place* to this program's form, making a new one if need be.

    The way for a server's database, which `open_book` never changes. Raises StorageError.
    """
    url = _url(place)
    if url.get_backend_name() == "sqlite":
        open_book(place).dispose()
        return
    engine = _engine(url)
    try:
        with _told():
            _check_form(engine, upgrade_old=True)
    finally:
        engine.dispose()


def migrate(engine: Engine) -> None:
    """Bring the book to this program's form; in one transaction, and only by one process."""
    from alembic import command  # costs 0.2 s, and is needed once in a book's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with _told(), engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == postgresql.BACKEND:
            postgresql.prepare_migration(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, REVISION)


def _url(place: str | Path) -> URL:
    if isinstance(place, str) and "://" in place:
        try:
            return make_url(place)
        except ArgumentError as error:
            raise StorageError(f"Not a database address: {error}", "数据库地址有误。") from None
    return URL.create("sqlite", database=str(Path(place).expanduser()))


def _file(url: URL) -> Path | None:
    """The file of an SQLite book; None for a server, for memory and for SQLite's own URIs."""
    name = url.database or ""
    if url.get_backend_name() != "sqlite" or url.host or name.startswith("file:"):
        return None
    return None if name in {"", ":memory:"} else Path(name)


def _check_file(path: Path, *, create: bool) -> None:
    """Refuse a folder; make a new file readable by its owner alone.

    A file that is there is left to SQLite to open: closing it here would end the locks that this
    process holds on it (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        if path.is_dir():
            raise ForeignBookError(str(path))
        if not path.exists():
            if not create:
                raise NoBookError(str(path))
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{path}: {reason}", f"{path}：{reason}") from None


def _one_view(engine: Engine) -> Engine:
    """SQLite has one view for a transaction; PostgreSQL's usual one is of each statement."""
    if engine.dialect.name != postgresql.BACKEND or engine.get_execution_options().get(
        "isolation_level"
    ):
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def _engine(url: URL) -> Engine:
    server = url.get_backend_name() == postgresql.BACKEND
    try:
        engine = create_engine(url, **postgresql.engine_arguments(url) if server else {})
    except (NoSuchModuleError, ModuleNotFoundError, ArgumentError) as error:
        raise StorageError(
            f"No driver for this kind of database: {error}", f"缺少该数据库的驱动：{error}"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late; see _begin_sqlite
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")  # of a new book
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    # Pages that change again and again (indexes, the same tables) reach the file once in a while,
    # not with every transaction; what is committed lies in the log, and is safe there.
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")


def _use_write_ahead_log(connection: Any) -> None:
    # SQLite does not wait by itself while another connection is just making the same change.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer in the middle can only fail; a writer takes its lock first.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check_form(engine: Engine, *, upgrade_old: bool) -> None:
    found = _revision(engine)
    if found == REVISION:
        return
    if found is not None and found > REVISION:  # revisions are numbered in order
        raise BookVersionError(found, newer=True)
    if not upgrade_old:
        raise BookVersionError(found, newer=False)
    migrate(engine)


def _revision(engine: Engine) -> str | None:
    """The book's form, None when it is empty. Raises ForeignBookError for another's database."""
    with engine.connect() as connection:
        try:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except DBAPIError as error:
            connection.rollback()
            if getattr(error.orig, "sqlstate", UNDEFINED_TABLE) != UNDEFINED_TABLE:
                raise
            if inspect(connection).get_table_names():
                raise ForeignBookError(engine.url.render_as_string()) from None
            return None


@contextmanager
def _told() -> Iterator[None]:
    """Turns what driver and disk say into our words."""
    try:
        yield
    except DBAPIError as error:
        raise storage_error(error) from error
