"""A counter for tests: an issuer with real cards on simulated chips, its service over real HTTP,
desks with keys, and what clerk and agent do there."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask, Response, request
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from crypto.keystore import KeyStore, SoftKeyStore
from hardware_sim.card.card import Card
from issuance import cards, clients, delivery
from issuance.clients import ClientKind
from issuance.counter import actions, tickets, visits
from issuance.counter.action_table import Action
from issuance.counter.models import CounterTicket
from issuance.counter.tickets import Ended
from issuance.database import reading, transaction
from onecard.settings import Settings
from reader.card_check import answer_challenge, read_record
from reader.desk_keys import DeskKeys
from reader.issuer_server import Presence
from reader.server_client import HttpIssuerServer, ServerKeys, facts_of
from reader.session import CardSession
from tests.bureau import CHECKER, CHIEF, CLERK, Bureau, bureau, chance
from tests.bureau import NOW as MADE
from tests.desk import PASSPHRASE, Counting, counter_bytes
from tests.office import Clock, check
from tests.service_app import service_app
from tests.workshop import workshop

NOW = MADE + timedelta(days=1)
VILLAGE, TOWN = "village-7", "town-1"
PURPOSE = "pension certification"
CARDS = 2


@dataclass
class CounterWorld:
    """The issuer, and a counter with a card on the reader."""

    folder: Path
    office: Bureau
    store: KeyStore
    chips: list[Card]
    numbers: list[str]
    clock: Clock = field(default_factory=lambda: Clock(NOW))
    address: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    random: Callable[[int], bytes] = field(default_factory=lambda: chance(4242))

    @property
    def chip(self) -> Card:
        """The card on the reader, unless another is meant."""
        return self.chips[0]

    @property
    def number(self) -> str:
        """Its number."""
        return self.numbers[0]

    def server(self, desk: str = VILLAGE) -> HttpIssuerServer:
        """The server as this desk reaches it."""
        return HttpIssuerServer(self.address, self.keys[desk])

    def session(self, chip: Card | None = None) -> CardSession:
        """A conversation with the card, powered anew."""
        chip = chip or self.chip
        chip.reset()
        return CardSession(Counting(chip))

    def desk_keys(
        self, session: CardSession, *, desk: str = VILLAGE, ticket: str | None = None
    ) -> DeskKeys:
        """The keys of the card in *session*, at the server."""
        keys = ServerKeys.of(self.server(desk), session, self.chip.atr, ticket=ticket)
        return DeskKeys(keys, self.random)

    def change(self, work: Callable[[Session], Any]) -> Any:
        """Do something in the book."""
        with transaction(self.office.engine) as session:
            return work(session)

    def look(self, work: Callable[[Session], Any]) -> Any:
        """Look something up."""
        with reading(self.office.engine) as session:
            return work(session)

    def visit(self, *, clerk: str = CLERK, purpose: str = PURPOSE) -> str:
        """A clerk begins a visit; its ticket."""
        ticket = tickets.new_id(self.random)
        self.change(
            lambda s: visits.open(s, ticket, purpose=purpose, clerk=clerk, at=self.clock.at)
        )
        return ticket

    def show(self, ticket: str, *, chip: Card | None = None, desk: str = VILLAGE) -> Presence:
        """The agent shows the card on the reader."""
        chip = chip or self.chip
        server, session = self.server(desk), self.session(chip)
        facts = facts_of(session, chip.atr)
        keys = DeskKeys(ServerKeys(server, facts, ticket), self.random)
        keys.open_holder_data(session)
        record, challenge = read_record(session), server.challenge()
        return server.show(
            facts,
            record=record,
            challenge=challenge,
            response=answer_challenge(session, challenge, record=record),
            ticket=ticket,
        )

    def begin(
        self,
        action: Action,
        visit: str,
        *,
        ticket: str | None = None,
        given: Mapping[str, Any] | None = None,
        identity_checked: bool = True,
        **more: Any,
    ) -> str:
        """The clerk begins an action; its ticket."""
        ticket = ticket or tickets.new_id(self.random)
        self.change(
            lambda s: actions.begin(
                s,
                ticket,
                action,
                visit=visit,
                at=self.clock.at,
                given=given,
                identity_checked=identity_checked,
                **more,
            )
        )
        return ticket

    def carry_out(self, ticket: str) -> Ended:
        """The server does what is done in the book."""
        ended: Ended = self.change(lambda s: actions.carry_out(s, ticket, at=self.clock.at))
        return ended

    def shown(self, action: Action, **more: Any) -> str:
        """A visit with the card shown, and an action begun in it."""
        visit = self.visit()
        self.show(visit)
        return self.begin(action, visit, **more)

    def ticket(self, ticket: str) -> CounterTicket:
        """What the book says of a ticket."""
        found: CounterTicket = self.look(lambda s: tickets.get(s, ticket))
        return found


@contextmanager
def counter_world(
    folder: Path, profile: str = "v3.00", *, place: str | None = None
) -> Iterator[CounterWorld]:
    """A counter in *folder* with `CARDS` cards in use, made once for each profile.

    With *place*, an empty book there, and no cards.
    """
    files, chips, numbers = _template(profile)
    for name, content in files.items():
        if place is None or name == "keys.json":
            (folder / name).write_bytes(content)
    store = SoftKeyStore.open(folder / "keys.json", PASSPHRASE)
    (folder / "trust.json").write_text(store.public_keys().dumps(), encoding="utf-8")
    powered = [Card(deepcopy(one), random=counter_bytes(n)) for n, one in enumerate(chips, 50)]
    with bureau(folder, place) as office:
        yield CounterWorld(folder, office, store, powered, list(numbers))


@contextmanager
def served_world(folder: Path, profile: str = "v3.00") -> Iterator[CounterWorld]:
    """The same with its service at a port of this machine, and two desks with keys."""
    with counter_world(folder, profile) as world:
        with transaction(world.office.engine) as session:
            for name, kind in ((VILLAGE, ClientKind.DESK), (TOWN, ClientKind.DESK)):
                world.keys[name] = clients.create(
                    session, name, random=world.random, by=CHIEF, at=NOW, kind=kind
                )
            world.keys["pension"] = clients.create(
                session, "pension", random=world.random, by=CHIEF, at=NOW
            )
        settings = Settings(
            database=str(folder / "book.sqlite3"),
            keys=folder / "keys.json",
            keys_passphrase=PASSPHRASE,
            trust=folder / "trust.json",
            profile=profile,
        )
        with service_app(settings, now=world.clock, random=chance(77)) as app, _described(app):
            server = make_server("127.0.0.1", 0, app, threaded=True)
            thread = threading.Thread(target=server.serve_forever, args=(0.002,))
            thread.start()
            try:
                world.address = f"http://127.0.0.1:{server.server_port}"
                yield world
            finally:
                server.shutdown()
                thread.join()
                server.server_close()


@contextmanager
def _described(app: Flask) -> Iterator[None]:
    """Hold every answer against the service's own description of itself."""

    def held(answer: Response) -> Response:
        if answer.status_code != HTTPStatus.NOT_MODIFIED:  # which loses its body on the way out
            check(request.method, request.path, answer)
        return answer

    last = app.after_request_funcs[None]
    last.insert(0, held)  # the last to see an answer
    try:
        yield
    finally:
        last.remove(held)


@cache
def _template(profile: str) -> tuple[dict[str, bytes], list[Any], list[str]]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with workshop(folder, profile, CARDS) as shop:
            made = shop.finished(CARDS)
            numbers = []
            for chip in made:
                row = shop.booked(chip)
                assert row is not None
                numbers.append(row.number)
                with transaction(shop.office.engine) as session:
                    delivery.inspect(session, row.number, by=CHECKER, at=MADE)
                    cards.activate(session, row.number, by=CLERK, at=MADE)
        files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        return files, [chip.persistent for chip in made], numbers
