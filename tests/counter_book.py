"""A clerk and a desk over the book alone, without chips: on SQLite or PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from issuance import cards
from issuance.counter import actions, tickets, visits
from issuance.counter.action_table import Action
from issuance.counter.models import CounterTicket
from issuance.counter.tickets import Ended
from issuance.database import reading, transaction
from reader.authenticity import REASONS, Verdict, Verification
from reader.card_profile.values import CardNumber, IdentificationCode, SocialSecurityNumber
from reader.card_record import CardRecord, StatusReference
from reader.issuer_server import CardFacts
from tests.bureau import CLERK, NOW, Bureau, bureau, chance, code
from tests.signer import MemorySigner

DESK = "village-7"
CARDS = 2
ATR = bytes.fromhex("3B6D0000 00812B0286 8660 371700001234")


@dataclass
class CounterBook:
    """Cards in use, and what is done with them at a counter."""

    bureau: Bureau
    numbers: list[str]
    at: datetime = NOW + timedelta(days=1)
    random: Callable[[int], bytes] = field(default_factory=lambda: chance(99))
    signer: MemorySigner = field(default_factory=MemorySigner)

    @property
    def number(self) -> str:
        return self.numbers[0]

    def change(self, work: Callable[[Session], Any]) -> Any:
        with transaction(self.bureau.engine) as session:
            return work(session)

    def look(self, work: Callable[[Session], Any]) -> Any:
        with reading(self.bureau.engine) as session:
            return work(session)

    def new(self) -> str:
        return tickets.new_id(self.random)

    def visit(self, *, clerk: str = CLERK, ticket: str | None = None, **more: Any) -> str:
        ticket = ticket or self.new()
        more = {"purpose": "pension", "clerk": clerk, "at": self.at, **more}
        self.change(lambda s: visits.open(s, ticket, **more))
        return ticket

    def found(self, place: int = 0, verdict: Verdict = Verdict.GENUINE) -> Verification:
        """What a verifier says of a card of the book whose chip was proved."""
        record = CardRecord(
            card_number=CardNumber(self.numbers[place]),
            social_security_number=SocialSecurityNumber("11010519491231002X"),
            name="张三",
            sex="2",
            identification_code=code(place + 1),
            data_digest=bytes(16),
            issued_at=NOW,
            expires_at=NOW + timedelta(days=3650),
            status=StatusReference(1, 1),
            chip_key=b"\x04" + bytes(64),
        )
        checks = ("signature", "validity", "status", "chip")
        return Verification(verdict=verdict, reason=REASONS[verdict], checks=checks, record=record)

    def show(
        self, visit: str, place: int = 0, *, desk: str = DESK, found: Verification | None = None
    ) -> str | None:
        token: str | None = self.change(
            lambda s: visits.show(
                s,
                visit,
                found or self.found(place),
                desk=desk,
                signer=self.signer,
                random=self.random,
                at=self.at,
            )
        )
        return token

    def shown(self, place: int = 0, **more: Any) -> str:
        """A visit in which the card was shown."""
        visit = self.visit(**more)
        self.show(visit, place)
        return visit

    def begin(self, action: Action, visit: str, **more: Any) -> str:
        more = {"ticket": self.new(), "identity_checked": True, "at": self.at, **more}
        ticket: str = more.pop("ticket")
        self.change(lambda s: actions.begin(s, ticket, action, visit=visit, **more))
        return ticket

    def carry_out(self, ticket: str) -> Ended:
        ended: Ended = self.change(lambda s: actions.carry_out(s, ticket, at=self.at))
        return ended

    def report(self, ticket: str, *, done: bool = True, desk: str = DESK, **more: Any) -> Ended:
        more = {"at": self.at, **more}
        ended: Ended = self.change(
            lambda s: actions.report(s, ticket, desk=desk, done=done, **more)
        )
        return ended

    def ticket(self, ticket: str) -> CounterTicket:
        found: CounterTicket = self.look(lambda s: tickets.get(s, ticket))
        return found

    def state(self, place: int = 0) -> str:
        state: str = self.look(lambda s: cards.get(s, self.numbers[place])).state.value
        return state

    def facts(self, place: int = 0) -> CardFacts:
        return CardFacts(
            atr=ATR, identification_code=IdentificationCode(code(place + 1)), version="3.00"
        )


@contextmanager
def counter_book(folder: Path, place: str | None = None) -> Iterator[CounterBook]:
    """A book with `CARDS` cards in use: a file in *folder*, or made at the URL *place*."""
    if place is None:
        content, numbers = _template()
        (folder / "book.sqlite3").write_bytes(content)
    with bureau(folder, place) as opened:
        yield CounterBook(opened, list(numbers) if place is None else opened.active(CARDS))


@cache
def _template() -> tuple[bytes, list[str]]:
    with TemporaryDirectory() as name:
        with bureau(Path(name)) as opened:
            numbers = opened.active(CARDS)
        return (Path(name) / "book.sqlite3").read_bytes(), numbers
