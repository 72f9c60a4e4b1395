"""A lost card is replaced while its holder waits: the server works the blank in the desk's reader,
over real HTTP, pauses for the printed code, and goes on after any cut."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from hardware_sim.card.card import Card
from issuance import cards, clients, delivery, print_data
from issuance.book_errors import BookError
from issuance.cards import Loss
from issuance.clients import ClientKind
from issuance.counter import actions, spot_replacement, tickets, visits
from issuance.counter.action_table import Action
from issuance.database import reading, transaction
from issuance.states import CardState
from onecard.settings import Settings
from reader.connect import CardTransport
from reader.relay import carry_out
from reader.server_client import HttpIssuerServer
from reader.server_errors import ServerRefusedError
from tests.bureau import CHECKER, CHIEF, CLERK, NOW, chance
from tests.desk import PASSPHRASE
from tests.service_app import service_app
from tests.workshop import Cut, Line, Workshop, workshop

VISIT, TICKET = "a" * 32, "b" * 32


@dataclass
class Counter:
    """A desk with a blank in its reader, and the issuer's server behind it."""

    shop: Workshop
    server: HttpIssuerServer
    lost: str
    blank: Card
    cut: Cut | None = None

    def begin(self, ticket: str = TICKET, **given: str) -> None:
        values = {"reason": "1", "second": CHIEF} | given
        with transaction(self.shop.office.engine) as session:
            visits.open(session, VISIT, purpose="replacement", clerk=CLERK, at=NOW)
            actions.begin(
                session,
                ticket,
                Action.REPLACE,
                visit=VISIT,
                number=self.lost,
                given=values,
                identity_checked=True,
                at=NOW,
            )

    def go_on(self) -> dict[str, object]:
        """`card.do` at the agent."""
        return dict(carry_out(self.server, TICKET, self.open_card))

    @contextmanager
    def open_card(self) -> Iterator[CardTransport]:
        yield Line(self.blank, self.cut)

    def scan(self, number: str) -> None:
        """Somebody holds the printed card under the scanner."""
        with transaction(self.shop.office.engine) as session:
            text = print_data.record_text(session, number)
            spot_replacement.note_scan(session, TICKET, text, at=NOW)

    def state(self, number: str) -> CardState:
        with reading(self.shop.office.engine) as session:
            return cards.get(session, number).state


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with workshop(tmp_path, "international", 1) as shop:
        shop.finished(1)
        (row,) = shop.cards()
        with transaction(shop.office.engine) as session:
            delivery.inspect(session, row.number, by=CHECKER, at=NOW)
            cards.activate(session, row.number, by=CLERK, at=NOW)
            cards.report_loss(session, row.number, loss=Loss.FINAL, by=CLERK, at=NOW)
            key = clients.create(
                session, "desk 1", random=chance(), by=CLERK, at=NOW, kind=ClientKind.DESK
            )
        with served(tmp_path, shop) as address:
            yield Counter(shop, HttpIssuerServer(address, key), row.number, shop.desk.blank(7))


@contextmanager
def served(folder: Path, shop: Workshop) -> Iterator[str]:
    """The service over the shop's book and keys."""
    (folder / "trust.json").write_text(shop.desk.store.public_keys().dumps(), encoding="utf-8")
    settings = Settings(
        database=str(folder / "book.sqlite3"),
        keys=folder / "keys.json",
        keys_passphrase=PASSPHRASE,
        trust=folder / "trust.json",
        profile="international",
    )
    with service_app(settings, now=lambda: NOW, random=os.urandom) as app:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.002,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def test_a_lost_card_is_replaced_on_the_spot(counter: Counter) -> None:
    counter.begin()
    printed = counter.go_on()
    number = str(printed["stages"]["printed"])
    assert (printed["done"], counter.state(number)) == (False, CardState.PERSONALIZED)
    counter.scan(number)
    done = counter.go_on()
    assert done["done"] is True
    assert done["stages"]["active"] == number
    assert (counter.state(counter.lost), counter.state(number)) == (
        CardState.LOST,
        CardState.ACTIVE,
    )
    with reading(counter.shop.office.engine) as session:
        ticket = tickets.get(session, TICKET)
        assert tickets.ended(ticket).audit == done["audit"]


@pytest.mark.parametrize("commands", [0, 3, 9, 20, 31])
def test_a_card_taken_away_is_made_by_the_next_try(counter: Counter, commands: int) -> None:
    counter.begin()
    counter.cut = Cut(commands)
    told = counter.go_on()
    assert told["error"]["code"] == "card-removed"
    counter.cut = None
    number = str(counter.go_on()["stages"]["printed"])
    counter.scan(number)
    assert counter.go_on()["done"] is True
    assert counter.state(number) is CardState.ACTIVE


def test_the_code_of_another_card_is_not_accepted(counter: Counter) -> None:
    counter.begin()
    counter.go_on()
    with transaction(counter.shop.office.engine) as session:
        (first,) = counter.shop.cards()
        other = print_data.record_text(session, first.number)
        spot_replacement.note_scan(session, TICKET, other, at=NOW)
    told = counter.go_on()
    assert told["error"]["code"]
    with reading(counter.shop.office.engine) as session:
        assert tickets.ended(tickets.get(session, TICKET)) is None


def test_another_desk_gets_no_orders(counter: Counter) -> None:
    counter.begin()
    counter.go_on()
    with transaction(counter.shop.office.engine) as session:
        key = clients.create(
            session, "desk 2", random=chance(9), by=CLERK, at=NOW, kind=ClientKind.DESK
        )
    with pytest.raises(ServerRefusedError):
        HttpIssuerServer(counter.server.address, key).relay(TICKET, None)


def test_one_person_cannot_replace_a_card_alone(counter: Counter) -> None:
    counter.begin(second=CLERK)
    assert counter.go_on()["error"]["code"] == "duty"


@pytest.mark.parametrize("given", [{"reason": "9"}, {"second": ""}, {"photo": "bm90IGEgSlBFRw=="}])
def test_what_is_asked_for_is_checked(counter: Counter, given: dict[str, str]) -> None:
    with pytest.raises(BookError):
        counter.begin(**given)
