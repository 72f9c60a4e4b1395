"""What PostgreSQL itself refuses, whoever writes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from issuance import audit, bulk, database
from issuance.audit_errors import AuditError
from issuance.book_errors import ConflictError
from issuance.models import Card
from tests.bureau import NOW, REGION, TODAY, Bureau, rows

pytestmark = pytest.mark.postgres

OTHER_REGION = "120100"

GRANTS = (
    "DO $$ BEGIN CREATE ROLE clerk LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO clerk",
    "REVOKE INSERT, UPDATE ON holding FROM clerk",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO clerk",
)


@pytest.fixture
def clerk(postgres_book: str) -> Iterator[Engine]:
    """A login that does not own the tables."""
    owner = database.open_book(postgres_book)
    for statement in GRANTS:  # docs/large-book.md
        _change(owner, statement)
    owner.dispose()
    engine = database.open_book(postgres_book.replace("onecard@", "clerk@"))
    yield engine
    engine.dispose()


def test_who_does_not_own_the_tables_works_and_opens_regions(clerk: Engine) -> None:
    assert len(Bureau(clerk).active(2)) == 2


@pytest.mark.parametrize(
    "change",
    [
        "TABLE card_371700",
        "DELETE FROM card",
        "UPDATE holding SET kind = 'use'",
        "ALTER TABLE card DISABLE TRIGGER ALL",
    ],
)
def test_who_does_not_own_the_tables_cannot_get_around_the_rules(
    clerk: Engine, change: str
) -> None:
    Bureau(clerk).book(rows(1))
    with pytest.raises(ProgrammingError):
        _change(clerk, change)


def test_a_person_has_one_open_application_in_the_whole_country(desk: Bureau) -> None:
    desk.book(rows(3))
    with pytest.raises(ConflictError):
        desk.book(rows(3)[1:], file="again.csv", region=OTHER_REGION)


def test_a_person_has_one_card_in_the_making_in_the_whole_country(desk: Bureau) -> None:
    again = [_as_replacement(rows(1)[0])]
    desk.active(1)
    other = desk.request(again, file="again.csv", region=OTHER_REGION)
    desk.approve(other)
    _change(desk.engine, "UPDATE card SET state = 'handed_over'")  # no use case leads back
    with pytest.raises(ConflictError):
        desk.produce(other)


def test_who_has_a_card_in_the_making_asks_for_none_in_another_region(desk: Bureau) -> None:
    desk.prepared(rows(1))
    with pytest.raises(ConflictError):
        desk.book([_as_replacement(rows(1)[0])], file="again.csv", region=OTHER_REGION)


def test_a_card_in_use_frees_the_place_of_the_one_in_the_making(desk: Bureau) -> None:
    desk.active(1)
    assert _all(desk.engine, "SELECT kind FROM holding") == [("use",)]


def test_the_database_itself_refuses_a_second_card_in_use(desk: Bureau) -> None:
    desk.active(1)
    with pytest.raises(IntegrityError, match="holding"):
        _change(
            desk.engine,
            "INSERT INTO holding SELECT social_security_number, 'use', region FROM card",
        )


@pytest.mark.parametrize("table", ["audit_entry", "audit_chain"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_trail_is_never_removed(settled: Bureau, table: str, change: str) -> None:
    with pytest.raises(IntegrityError, match="never"):
        _change(settled.engine, change.format(table))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET \"by\" = 'Nobody'",
        "UPDATE audit_entry_371700 SET subject = 'x'",
        "UPDATE audit_chain SET length = 0",
        "INSERT INTO audit_entry SELECT chain, 0, at, by, event, subject, detail, hash"
        " FROM audit_entry",
        "INSERT INTO audit_entry SELECT 'nowhere', 1, at, by, event, subject, detail, hash"
        " FROM audit_entry",
    ],
)
def test_the_trail_is_never_changed(settled: Bureau, change: str) -> None:
    with pytest.raises(IntegrityError):
        _change(settled.engine, change)


def test_what_gets_around_the_database_shows_in_the_chain(desk: Bureau) -> None:
    desk.book(rows(1))
    _change(desk.engine, "ALTER TABLE audit_entry_371700 DISABLE TRIGGER ALL")
    _change(desk.engine, "UPDATE audit_entry_371700 SET subject = 'file 99'")
    with pytest.raises(AuditError), database.reading(desk.engine) as session:
        audit.verify(session)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM application",
        "DELETE FROM card",
        "DELETE FROM batch",
        "UPDATE card SET number = 'A00000011'",
        "UPDATE card SET status_index = 0 - status_index",
        "UPDATE batch SET region = '120100'",
        "UPDATE application SET batch_id = 'nowhere'",
        "UPDATE card SET identification_code = decode('120100D1560000010000000161757468', 'hex')",
    ],
)
def test_a_row_stays_and_keeps_its_parents(settled: Bureau, change: str) -> None:
    with pytest.raises(IntegrityError):
        _change(settled.engine, change)


@pytest.mark.parametrize(
    "missing",
    [{"batch_id": "nowhere"}, {"status_list": 77}, {"intake_id": 77}, {"row": 77}],
    ids=lambda missing: next(iter(missing)),
)
def test_a_card_needs_its_parents(settled: Bureau, missing: dict[str, Any]) -> None:
    with database.reading(settled.engine) as session:
        made = session.scalars(select(Card)).one()
    card = {
        "region": REGION,
        "number": "A00000011",
        "batch_id": made.batch_id,
        "intake_id": made.intake_id,
        "row": made.row,
        "social_security_number": "110000199001010010",
        "state": "prepared",
        "status_list": made.status_list,
        "status_index": 0 if made.status_index else 1,
        "issued_on": TODAY,
        "expires_on": date(2036, 10, 31),
        "changed_at": NOW,
    } | missing
    names, values = list(card), list(card.values())
    with (
        pytest.raises(ConflictError, match="no such"),
        database.transaction(settled.engine) as session,
    ):
        bulk.add(session, Card, names, [values])


def _all(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query)))


def _change(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def _as_replacement(row: Any) -> Any:
    fields = list(row)
    fields[14:17] = "1", "1", "A00000003"
    return tuple(fields)
