"""The audit trail: written with the change, unbroken or told."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from issuance import audit, database
from issuance.audit_errors import AuditError
from issuance.migrations import versions
from tests.bureau import NOW
from tests.empty_book import lay_book

CHAIN = "371700"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Engine]:
    """A book with five entries in two chains."""
    engine = database.open_book(lay_book(tmp_path / "book.sqlite3"))
    with database.transaction(engine) as session:
        things = [(f"card {n}", {"row": n}) for n in range(1, 5)]
        audit.append(session, "card.prepare", things, chain=CHAIN, by="Wang", at=NOW)
        audit.append(
            session, "client.create", [("client x", {})], chain=audit.OFFICE, by="Li", at=NOW
        )
    yield engine
    engine.dispose()


def _tamper(engine: Engine, *statements: str) -> None:
    """Change the book behind its back, as one with the file in his hands can."""
    with engine.begin() as connection:
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for (name,) in triggers.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))


def _verify(engine: Engine, *kept: audit.Head) -> list[audit.Head]:
    with database.reading(engine) as session:
        return audit.verify(session, kept=kept)


def test_an_untouched_trail_holds(book: Engine) -> None:
    assert [(head.chain, head.length) for head in _verify(book)] == [(CHAIN, 4), (audit.OFFICE, 1)]


def test_an_entry_hashes_as_a_leaf_over_its_text_and_the_hash_before(book: Engine) -> None:
    # Written out by hand from RFC 9162, 2.1.1: SHA-256(0x00 || entry).
    first = (
        '["371700",1,"2026-11-01T02:00:00.000000+00:00","Wang","card.prepare","card 1",'
        '"{\\"row\\":1}","' + "00" * 32 + '"]'
    )
    with book.connect() as connection:
        found = connection.execute(
            text("SELECT hash FROM audit_entry WHERE chain = '371700' AND number = 1")
        ).scalar()
    assert found == hashlib.sha256(b"\x00" + first.encode()).digest()


@pytest.mark.parametrize(
    ("change", "number", "fault"),
    [
        ("UPDATE audit_entry SET by = 'Zhao' WHERE number = 2", 2, "changed"),
        ("UPDATE audit_entry SET at = replace(at, '02', '03') WHERE number = 3", 3, "changed"),
        ("UPDATE audit_entry SET detail = '{}' WHERE number = 4", 4, "changed"),
        ("DELETE FROM audit_entry WHERE chain = '371700' AND number = 2", 2, "missing"),
        ("DELETE FROM audit_entry WHERE chain = '371700' AND number = 4", 4, "missing"),
        ("DELETE FROM audit_entry WHERE chain = '371700'", 4, "missing"),
        ("UPDATE audit_chain SET head = zeroblob(32) WHERE name = '371700'", 4, "missing"),
    ],
)
def test_a_changed_or_removed_entry_is_found(
    book: Engine, change: str, number: int, fault: str
) -> None:
    _tamper(book, change)
    with pytest.raises(AuditError) as broken:
        _verify(book)
    assert (broken.value.chain, broken.value.number, broken.value.fault) == (CHAIN, number, fault)


def test_entries_that_changed_places_are_found(book: Engine) -> None:
    swap = "UPDATE audit_entry SET number = {} WHERE chain = '371700' AND number = {}"
    _tamper(book, swap.format(9, 2), swap.format(2, 3), swap.format(3, 9))
    with pytest.raises(AuditError):
        _verify(book)


def test_an_inserted_entry_is_found(book: Engine) -> None:
    _tamper(
        book,
        "INSERT INTO audit_entry SELECT chain, 5, at, by, event, subject, detail, hash "
        "FROM audit_entry WHERE chain = '371700' AND number = 4",
    )
    with pytest.raises(AuditError):
        _verify(book)


def test_a_trail_cut_off_with_its_end_rewritten_is_found_by_a_kept_head(book: Engine) -> None:
    kept = _verify(book)
    _tamper(
        book,
        "DELETE FROM audit_entry WHERE chain = '371700' AND number = 4",
        "UPDATE audit_chain SET length = 3, head = (SELECT hash FROM audit_entry "
        "WHERE chain = '371700' AND number = 3) WHERE name = '371700'",
    )
    assert _verify(book)  # by itself the book looks whole
    with pytest.raises(AuditError, match="missing"):
        _verify(book, *kept)


def test_a_kept_head_lies_on_the_trail_after_it_grew(book: Engine) -> None:
    kept = _verify(book)
    with database.transaction(book) as session:
        audit.append(session, "card.cancel", [("card 1", {})], chain=CHAIN, by="Wang", at=NOW)
    assert [head.length for head in _verify(book, *kept)] == [5, 1]


def test_another_kept_head_is_told(book: Engine) -> None:
    with pytest.raises(AuditError, match="rewritten"):
        _verify(book, audit.Head(CHAIN, 2, bytes(32)))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET by = 'Zhao'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_chain",
        "UPDATE audit_chain SET length = 1, head = zeroblob(32)",
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
    ],
)
def test_the_database_itself_refuses_changes(book: Engine, change: str) -> None:
    with pytest.raises((IntegrityError, OperationalError)), book.begin() as connection:
        connection.execute(text(change))


def test_moments_are_kept_in_utc(book: Engine) -> None:
    china = datetime(2026, 11, 2, 7, 30, tzinfo=timezone(timedelta(hours=8)))
    with database.transaction(book) as session:
        audit.append(session, "card.lift", [("card 1", {})], chain=CHAIN, by="Li", at=china)
    with book.connect() as connection:
        latest = connection.execute(text("SELECT max(at) FROM audit_entry")).scalar()
    assert latest == "2026-11-01T23:30:00.000000+00:00"


def test_a_moment_without_a_time_zone_is_refused(book: Engine) -> None:
    with pytest.raises(ValueError, match="time zone"), database.transaction(book) as session:
        audit.append(session, "x", [("y", {})], chain=CHAIN, by="Li", at=NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("lost by 11010519491231002X today", "lost by 110105********002X today"),
        ("call 13166131860", "call 131****1860"),
        ("号码11010519491231002X，手机13166131860。", "号码110105********002X，手机131****1860。"),
        (
            "card A00000001, batch 371700-20261101-0001",
            "card A00000001, batch 371700-20261101-0001",
        ),
    ],
)
def test_numbers_of_persons_are_masked(plain: str, shown: str) -> None:
    assert audit.masked(plain) == shown


@given(st.binary(min_size=32, max_size=32))
def test_digests_are_never_masked(digest: bytes) -> None:
    assert audit.masked(digest.hex()) == digest.hex()


def test_details_are_masked_in_the_book(book: Engine) -> None:
    detail = {"reason": "wrong number 11010519491231002X", "row": 100000000000000000}
    with database.transaction(book) as session:
        audit.append(session, "card.fail", [("card 1", detail)], chain=CHAIN, by="Li", at=NOW)
    with book.connect() as connection:
        shown = connection.execute(
            text("SELECT detail FROM audit_entry WHERE event = 'card.fail'")
        ).scalar_one()
    assert json.loads(shown) == {**detail, "reason": "wrong number 110105********002X"}


def test_migrations_are_numbered_in_order() -> None:
    # The book's form is compared as text (issuance.database).
    folder = Path(versions.__path__[0])
    names = sorted(path.name for path in folder.glob("[0-9]*.py"))
    assert all(re.match(rf"{place:04}_\w+\.py$", name) for place, name in enumerate(names, 1))
