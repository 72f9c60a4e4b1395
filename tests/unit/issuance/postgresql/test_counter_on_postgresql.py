"""The counter's book on PostgreSQL: tickets that end once, keys that are used once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from crypto.keystore import SoftKeyStore
from issuance import audit, challenges
from issuance.book_errors import BookError
from issuance.counter import history, key_steps, reads, visits
from issuance.counter.action_table import Action
from issuance.counter.errors import RandomUsedError
from issuance.counter.models import CounterTicket, DeskKeyUse
from reader.issuer_server import KeyStep, StepKind
from tests.bureau import NOW
from tests.counter_book import DESK, CounterBook, counter_book
from tests.together import together
from tests.workshop import empty_bureau

pytestmark = pytest.mark.postgres


@pytest.fixture(name="book")
def _book(tmp_path: Path, postgres_book: str) -> Iterator[CounterBook]:
    with counter_book(tmp_path, postgres_book) as opened:
        yield opened


@pytest.fixture(name="store")
def _store(tmp_path_factory: pytest.TempPathFactory) -> SoftKeyStore:
    folder = tmp_path_factory.mktemp("keys")
    with empty_bureau(folder, "v3.00"):
        return SoftKeyStore.open(folder / "keys.json", "open sesame")


def test_the_whole_way(book: CounterBook) -> None:
    visit = book.shown()
    ticket = book.begin(Action.PIN_RELOAD, visit)
    ended = book.report(ticket)
    assert book.report(ticket) == ended
    lost = book.begin(Action.LOSS_TEMPORARY, visit)
    assert book.carry_out(lost) == book.carry_out(lost)
    assert book.state() == "suspended"
    found = book.look(lambda s: history.of_card(s, book.number))
    assert {"counter.loss_temporary", "counter.pin_reload"} <= {one.event for one in found.events}
    holder = book.look(lambda s: s.scalar(text("SELECT social_security_number FROM card LIMIT 1")))
    assert isinstance(book.look(lambda s: reads.of_person(s, holder)), list)
    book.change(lambda s: visits.close(s, visit, at=book.at))
    book.look(audit.verify)


def test_many_at_once_end_a_ticket_once(book: CounterBook) -> None:
    visit = book.shown()
    ticket = book.begin(Action.PIN_UNBLOCK, visit)
    numbers: list[str] = []
    together(*[lambda: numbers.append(book.report(ticket).audit)] * 4)
    assert len(set(numbers)) == 1
    wanted = select(func.count()).select_from(CounterTicket).where(CounterTicket.outcome == "done")
    assert book.look(lambda s: s.scalar(wanted)) == 1


def test_the_same_click_many_times_begins_once(book: CounterBook) -> None:
    visit, ticket = book.shown(), book.new()
    together(*[lambda: book.begin(Action.PIN_UNBLOCK, visit, ticket=ticket)] * 4)
    wanted = select(func.count()).select_from(CounterTicket).where(CounterTicket.id == ticket)
    assert book.look(lambda s: s.scalar(wanted)) == 1


def test_a_random_number_serves_once_however_many_ask(
    book: CounterBook, store: SoftKeyStore
) -> None:
    step = KeyStep(kind=StepKind.CRYPTOGRAM, key="RKSSSE", random=bytes(8), data=bytes(8))
    results: list[Any] = []

    def ask() -> None:
        try:
            results.extend(
                book.change(
                    lambda s: key_steps.use(s, store, book.facts(), [step], desk=DESK, at=book.at)
                )
            )
        except BookError as error:  # RandomUsedError, or the database's own word for it
            results.append(type(error))

    together(*[ask] * 4)
    assert sum(isinstance(one, bytes) for one in results) == 1
    assert book.look(lambda s: s.scalar(select(func.count()).select_from(DeskKeyUse))) == 1
    with pytest.raises(RandomUsedError):
        book.change(lambda s: key_steps.use(s, store, book.facts(), [step], desk=DESK, at=book.at))


def test_a_challenge_is_known_by_its_first_half(book: CounterBook) -> None:
    value = book.change(lambda s: challenges.issue(s, random=book.random, at=NOW))
    for half, known in ((value[:8], True), (value[8:], False)):
        assert book.look(lambda s, h=half: challenges.is_half_of_one(s, h)) is known
