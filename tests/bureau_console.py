"""The bureau's console for tests: a staffed book, empty or with batches in every state."""

import atexit
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from api.console import cookies
from issuance.database import transaction
from issuance.people import administration, sessions
from issuance.people.models import OperatorRole
from issuance.people.names import person_key
from issuance.people.rules import Rule
from issuance.roles import Role
from issuance.stock import closing, watch
from issuance.stock.kinds import Kind
from tests.bureau import CHECKER, CHIEF, CLERK, MAKER, NOW, rows
from tests.console import Browser, Console, console
from tests.staff import CHEAP, CHEN, STEP, ZHOU, Staff
from tests.stockroom import P1, Q1, Stockroom, figures, run

KEEPER, WITNESS, RECONCILER = "Kong", "Qian", "Feng"
CUSTODIAN, OTHER_CUSTODIAN, AUDITOR, OTHER_CHIEF = "Dong", "Jin", "Gao", "Lei"
STAFF = {
    CLERK: Role.INTAKE_CLERK,
    CHIEF: Role.APPROVER,
    OTHER_CHIEF: Role.APPROVER,
    MAKER: Role.PRODUCER,
    CHECKER: Role.INSPECTOR,
    KEEPER: Role.STOCK_KEEPER,
    WITNESS: Role.STOCK_KEEPER,
    RECONCILER: Role.RECONCILER,
    CUSTODIAN: Role.KEY_CUSTODIAN,
    OTHER_CUSTODIAN: Role.KEY_CUSTODIAN,
    AUDITOR: Role.AUDITOR,
}
STOPPED = "P9"


@dataclass
class Floor:
    """The work of a bureau with staff: batches in each state."""

    team: Staff
    room: Stockroom
    has_stock: ClassVar[bool] = False

    def give(self, name: str, role: str) -> None:
        """One role more for an operator."""
        with transaction(self.room.engine) as session:
            session.merge(OperatorRole(operator_key=person_key(name), role=Role(role)))

    def rule(self, rule: Rule, value: int) -> None:
        """Two administrators set a rule of the book."""
        with transaction(self.room.engine) as session:
            administration.set_rule(session, rule, value, by=CHEN, second=ZHOU, at=NOW)

    def requested(self, seed: int = 50, size: int = 2) -> str:
        """A batch that waits for its release."""
        return self.room.request(rows(size, seed=seed), file=f"requested-{seed}.csv")

    def approved(self, seed: int = 60, size: int = 2) -> str:
        """A batch that was released."""
        batch = self.room.request(rows(size, seed=seed), file=f"approved-{seed}.csv")
        self.room.approve(batch)
        return batch

    def produced(self, size: int = 4, spare: int = 2) -> str:
        """A batch that was made and inspected, one card of it twice; nobody counted it yet."""
        room = self.room
        batch = room.prepared(rows(size))
        if not self.has_stock:
            room.receive(1_000, by=KEEPER, second=WITNESS)
        room.issue(batch, run(0, size + spare), by=KEEPER)
        for place, number in enumerate(room.numbers(batch)):
            room.make(number, place)
        first = room.numbers(batch)[0]
        remake = room.spoil(first, station=P1).number
        room.make(remake, size)
        for card in room.cards(batch):
            if card.number != first:
                room.look_at(card.number)
        return batch

    def counted(self, size: int = 4) -> str:
        """The same, counted: it balances."""
        batch = self.produced(size)
        self.room.give_back(run(size + 1, 1), by=KEEPER, second=WITNESS)
        for station, kind, counted in (
            (P1, Kind.BLANK, figures(received=size + 2, good=size, rejected=1, returned=1)),
            (P1, Kind.CARD, figures(received=size + 1, good=size, rejected=1)),
            (Q1, Kind.CARD, figures(received=size, good=size)),
        ):
            assert self.room.count(batch, station, kind, counted, by=RECONCILER) == []
        return batch

    def closed(self) -> str:
        """The same, closed with a certificate."""
        batch = self.counted()
        signer = self.team.store.signer("record-GM")
        with transaction(self.room.engine) as session:
            closing.close(session, batch, by=RECONCILER, at=NOW, signer=signer)
        return batch

    def stop(self, station: str = STOPPED) -> None:
        """A station fails until it is stopped."""
        with transaction(self.room.engine) as session:
            for _ in range(5):
                watch.note_failure(session, station, by=MAKER, at=NOW)

    def fill(self) -> dict[str, str]:
        """Batches in each state, a stopped station; by state."""
        found = {
            "closed": self.closed(),
            "requested": self.requested(),
            "approved": self.approved(),
            "producing": self.room.prepared(rows(3, seed=70), file="producing.csv"),
        }
        self.stop()
        return found


@dataclass
class BureauConsole(Floor):
    """The console of a bureau."""

    desk: Console

    def enter(self, name: str) -> Browser:
        """A browser in which this person is logged in, without what a real password costs."""
        browser = self.desk.browser()
        value = hashlib.sha256(name.encode()).hexdigest()
        self.desk.clock.at += STEP
        begun = sessions.login(
            self.desk.team.engine,
            self.desk.team.store,
            self.desk.team.proof(name, at=self.desk.clock.at),
            machine=hashlib.sha256(value.encode()).hexdigest(),
            at=self.desk.clock.at,
            random=secrets.token_bytes,
            cost=CHEAP,
        )
        browser.client.set_cookie(cookies.BROWSER, value, path=cookies.PATH)
        browser.client.set_cookie(cookies.SESSION, begun.token, path=cookies.PATH)
        browser.get("/console/bureau/")
        return browser

    def second(self, name: str, **changed: str) -> dict[str, str]:
        """The fields of the second person in a form."""
        given = self.desk.fields(name)
        fields = {
            "second": given["name"],
            "second_password": given["password"],
            "second_code": given["code"],
        }
        return {**fields, **changed}


def fill_roles(team: Staff, name: str) -> None:
    """Give somebody every role, so that one person sees all pages."""
    with transaction(team.engine) as session:
        for role in Role:
            session.merge(OperatorRole(operator_key=person_key(name), role=role))


@contextmanager
def bureau_console() -> Iterator[BureauConsole]:
    """A console with a bureau's staff, and keys that sign; its book is as new."""
    console, book = _kept()
    console.desk.clock.at = NOW + STEP
    _lay(console, book)
    yield console


@cache
def _kept() -> tuple[BureauConsole, bytes]:
    """One for all tests, so that statements are compiled once; and the book with its staff."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="bureau-")))
    desk = stack.enter_context(console(folder))
    for name, role in STAFF.items():
        desk.team.hire(name, role)
    made = BureauConsole(desk.team, Stockroom(desk.team.engine), desk)
    return made, _laid(made)


def _laid(made: BureauConsole) -> bytes:
    """The book's file; its log is gone once nobody is connected."""
    for engine in (made.team.engine, made.desk.app.extensions["onecard"].book.engine):
        engine.dispose()
    return Path(made.desk.settings.database).read_bytes()


def _lay(made: BureauConsole, book: bytes) -> None:
    _laid(made)
    Path(made.desk.settings.database).write_bytes(book)
