"""The insurance tables in the book: their form, there and back, on SQLite."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from api.services import book
from api.services.errors import InsuranceFormError
from api.services.metadata import METADATA
from issuance import audit
from issuance.database import open_book, reading
from tests.insurance import insurance_office
from tests.insurance_engine import granted
from tests.insurance_form import differences, downgrade


@pytest.fixture
def prepared(tmp_path: Path) -> Iterator[Engine]:
    engine = open_book(tmp_path / "book.sqlite3")
    book.prepare(engine)
    yield engine
    engine.dispose()


def schema(engine: Engine) -> dict[str, list[str]]:
    """The words of the statements that made our tables and indexes; clauses may change places."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT name, tbl_name, sql FROM sqlite_master WHERE sql > '' AND type <> 'trigger'"
            )
        )
        return {
            row.name: sorted(re.findall(r"[\w'<>=]+", row.sql))
            for row in rows
            if row.tbl_name in METADATA.tables
        }


def test_the_migrations_make_what_the_models_declare(prepared: Engine) -> None:
    assert differences(prepared) == []


def test_checks_and_partial_indexes_are_those_of_the_models(prepared: Engine) -> None:
    declared = create_engine("sqlite://")
    METADATA.create_all(declared)
    assert schema(prepared) == schema(declared)
    declared.dispose()


def test_the_program_reads_the_newest_form() -> None:
    config = Config()
    config.set_main_option("script_location", str(book.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == book.REVISION


def test_every_migration_can_be_taken_back_and_made_again(tmp_path: Path) -> None:
    with insurance_office(tmp_path) as office:
        office.change(lambda s: granted(s, 0, amount=100))
        downgrade(office.engine, "base")
        assert schema(office.engine) == {}
        with reading(office.engine) as session:
            audit.verify(session)  # the issuer's own book stays as it is
        assert book.prepare(office.engine)
        assert not book.prepare(office.engine)
        assert differences(office.engine) == []


def test_what_was_decided_before_decisions_were_kept_says_nothing(tmp_path: Path) -> None:
    with insurance_office(tmp_path) as office:
        office.change(lambda s: granted(s, 0, amount=100))
        downgrade(office.engine, "0006")
        assert book.prepare(office.engine)
        with office.engine.connect() as connection:
            kept = connection.execute(text("SELECT count(*), max(says) FROM matter")).one()
        assert tuple(kept) == (1, "[]")
        assert differences(office.engine) == []


def test_a_newer_form_is_not_touched(prepared: Engine) -> None:
    with prepared.begin() as connection:
        connection.execute(text("UPDATE insurance_version SET version_num = '9999'"))
    for refused in (book.require, book.prepare):
        with pytest.raises(InsuranceFormError, match="newer"):
            refused(prepared)


def test_a_book_without_the_tables_says_how_to_make_them(tmp_path: Path) -> None:
    open_book(tmp_path / "book.sqlite3").dispose()
    with pytest.raises(InsuranceFormError) as refused:
        book.open_insurance_book(tmp_path / "book.sqlite3")
    assert "onecard services prepare" in refused.value.remedy[0]
