"""Opening the book: its form, its file, and what a disk can say."""

import re
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from issuance import audit, clients, database
from issuance.book_errors import (
    BookVersionError,
    ForeignBookError,
    NoBookError,
    StorageError,
)
from issuance.clients import ClientKind
from issuance.tables import METADATA
from tests.bureau import CLERK, NOW, chance


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Engine]:
    engine = database.open_book(tmp_path / "book.sqlite3")
    yield engine
    engine.dispose()


def _downgrade(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def _schema(engine: Engine) -> dict[str, list[str]]:
    """The words of the statements that made tables and indexes; clauses may change places."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql > ''"
            )
        )
        return {
            row.name: sorted(re.findall(r"[\w'<>=]+", row.sql))
            for row in rows
            if row.name != "alembic_version"
        }


def test_the_migrations_make_what_the_models_declare(book: Engine) -> None:
    with book.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_checks_and_partial_indexes_are_those_of_the_models(book: Engine) -> None:
    # Alembic compares neither.
    declared = create_engine("sqlite://")
    METADATA.create_all(declared)
    assert _schema(book) == _schema(declared)
    declared.dispose()


def test_the_program_reads_the_newest_form() -> None:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == database.REVISION


def test_every_migration_can_be_taken_back_and_made_again(book: Engine) -> None:
    _downgrade(book, "base")
    assert inspect(book).get_table_names() == ["alembic_version"]
    database.migrate(book)
    with book.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_an_older_book_is_upgraded_and_keeps_its_content(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite3"
    engine = database.open_book(path)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO number_block VALUES (7, '371700', 42)"))
    _downgrade(engine, "0001")
    engine.dispose()
    engine = database.open_book(path)
    with engine.connect() as connection:
        taken = connection.execute(text("SELECT taken FROM number_block WHERE id = 7")).scalar()
    engine.dispose()
    assert taken == 42


def test_clients_of_an_older_book_are_services_and_a_desk_is_none_there(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite3"
    engine, draw = database.open_book(path), chance()
    with database.transaction(engine) as session:
        for name, kind in (("pension", ClientKind.SERVICE), ("village", ClientKind.DESK)):
            clients.create(session, name, random=draw, by=CLERK, at=NOW, kind=kind)
    _downgrade(engine, "0007")
    engine.dispose()
    engine = database.open_book(path)
    with database.reading(engine) as session:
        assert [(one.name, one.kind) for one in clients.listing(session)] == [
            ("pension", "service")
        ]
    engine.dispose()


def test_a_book_opened_twice_at_once_is_made_once(tmp_path: Path) -> None:
    faults: list[Exception] = []

    def open_it() -> None:
        try:
            database.open_book(tmp_path / "book.sqlite3").dispose()
        except StorageError as error:
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "book.sqlite3"
    database.open_book(path).dispose()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_connections_are_safe_against_power_cuts(book: Engine) -> None:
    with book.connect() as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_newer_book_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite3"
    database.open_book(path).dispose()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(BookVersionError) as refused:
        database.open_book(path)
    assert refused.value.newer


def test_without_leave_to_create_there_is_no_new_file(tmp_path: Path) -> None:
    with pytest.raises(NoBookError):
        database.open_book(tmp_path / "book.sqlite3", create=False)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_becomes_no_book_without_leave(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite3"
    path.touch()
    with pytest.raises(BookVersionError):
        database.open_book(path, create=False)


def test_a_folder_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(ForeignBookError):
        database.open_book(tmp_path)


def test_a_text_file_is_no_book_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("序号,姓名\n" * 100, encoding="utf-8")
    with pytest.raises(ForeignBookError):
        database.open_book(path)
    assert path.read_text(encoding="utf-8") == "序号,姓名\n" * 100


def test_the_database_of_another_program_is_no_book(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE bookmarks (url TEXT)")
    raw.close()
    with pytest.raises(ForeignBookError):
        database.open_book(path)


def test_a_path_through_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        database.open_book(tmp_path / "file" / "book.sqlite3")


@pytest.mark.parametrize("address", ["nosuch://x/y", "://", "sqlite://host/too/much"])
def test_an_address_of_no_database_is_told(address: str) -> None:
    with pytest.raises(StorageError):
        database.open_book(address)


def test_a_full_disk_is_told_and_nothing_is_written(book: Engine) -> None:
    with book.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()

    def fill() -> None:
        with database.transaction(book) as session:
            session.execute(text(f"PRAGMA max_page_count = {pages}"))
            things = ((f"card {n}", {"filler": "x" * 500}) for n in range(2_000))
            audit.append(session, "card.prepare", things, chain="371700", by=CLERK, at=NOW)

    with pytest.raises(StorageError, match="full"):
        fill()
    with database.reading(book) as session:
        assert session.execute(text("SELECT count(*) FROM audit_entry")).scalar() == 0


def test_an_error_in_the_middle_leaves_nothing(book: Engine) -> None:
    def stumble() -> None:
        with database.transaction(book) as session:
            audit.append(session, "file.book", [("file 1", {})], chain="371700", by=CLERK, at=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stumble()
    with database.reading(book) as session:
        assert audit.heads(session) == []


def test_what_a_reader_changes_is_thrown_away(book: Engine) -> None:
    with database.reading(book) as session:
        audit.append(session, "file.book", [("file 1", {})], chain="371700", by=CLERK, at=NOW)
    with database.reading(book) as session:
        assert audit.heads(session) == []


def test_a_read_only_book_is_told(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite3"
    database.open_book(path).dispose()
    engine = database.open_book(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(StorageError, match="read-only"), database.transaction(engine) as session:
        audit.append(session, "file.book", [("file 1", {})], chain="371700", by=CLERK, at=NOW)
    engine.dispose()
