"""The services over real HTTP: a holder whose card is at a desk, and systems that ask for him."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from api.services import book
from api.services.awards import grants, payables
from api.services.awards.grants import AwardPlan
from api.services.determination import store
from api.services.determination.facts import Facts
from api.services.money import Fen
from api.services.months import Month
from api.services.people import registry
from api.services.subjects import SUBJECTS
from issuance import cards, clients
from issuance.clients import ClientKind
from issuance.counter import tickets
from tests.bureau import CHIEF
from tests.counter_world import NOW, CounterWorld, served_world
from tests.insurance import CLERK, COUNTY, REGION, InsuranceOffice, furnish
from tests.insurance_card_data import decided_matter

LEDGER = "fund-ledger"
SERVICE = "pension"
URL = "/v1/services"


@dataclass
class Answer:
    """What came back."""

    status: int
    json: Any
    headers: dict[str, str]


@dataclass
class InsuranceService:
    """The service, its book as an insurance office sees it, the holder and his token."""

    world: CounterWorld
    office: InsuranceOffice
    person: str = ""
    token: str = ""

    def present(self, which: int = 0) -> str:
        """A card is shown at the desk; the token that the desk gets."""
        shown = self.world.show(self.world.visit(), chip=self.world.chips[which])
        assert shown.token is not None
        return shown.token

    def award(self, amount: Fen, first: Month, last: Month, *, calculation: str) -> str:
        """A pension was granted from *first* on, and made payable to *last*; its name."""
        matter = tickets.new_id(self.world.random)

        def work(session: Session) -> str:
            at, region = self.world.clock.at, REGION
            session.add(decided_matter(matter, self.person, at=at))
            session.flush()
            kept = store.keep(
                session,
                SUBJECTS["retirement-age"]({"category": "male", "birth": "1966-01"}),
                id=calculation,
                subject="old_age.pension",
                person=self.person,
                facts=Facts(region=region, month=first, values={}),
                used=[],
                at=at,
                by=CLERK,
            )
            plan = AwardPlan(
                benefit="pension",
                region=region,
                person=self.person,
                insured=self.person,
                from_month=first,
                amount=amount,
            )
            found = grants.grant(session, plan, matter=matter, calculation=kept.id, at=at, by=CLERK)
            payables.settle(session, found, through=last, run="test", at=at)
            return found.id

        name: str = self.world.change(work)
        return name

    def register(self, which: int = 0) -> str:
        """The holder of a card is insured from now on; his number."""
        number, at = self.world.numbers[which], self.office.at
        person: str = self.world.look(lambda s: cards.get(s, number)).social_security_number
        category = None if int(person[16]) % 2 else "female50"
        self.world.change(
            lambda s: registry.register(
                s, person, "张伟文", office=COUNTY, category=category, by=CLERK, at=at
            )
        )
        return person

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        client: str | None = SERVICE,
        token: str | None = None,
        body: Any = None,
        content: bytes | None = None,
        **headers: str,
    ) -> Answer:
        """One request under /v1/services."""
        if client is not None:
            headers["Authorization"] = f"Bearer {self.world.keys[client]}"
        if token is not None:
            headers["X-Presence-Token"] = token
        if body is not None:
            content = json.dumps(body).encode()
        if content is not None:
            headers.setdefault("Content-Type", "application/json")
        parts = urlsplit(self.world.address)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        connection.request(method, URL + path, body=content, headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return Answer(answer.status, json.loads(text) if text else None, dict(answer.headers))

    def read(self, path: str, **more: Any) -> Any:
        """What the holder's system reads."""
        answer = self.ask(path, token=self.token, **more)
        assert answer.status == 200, answer.json
        return answer.json

    def refused(self, path: str, **more: Any) -> tuple[int, str]:
        """Status and code of a refusal, which says in both languages what to do."""
        answer = self.ask(path, **more)
        assert answer.json["detail_zh"]
        return answer.status, answer.json["code"]


@contextmanager
def insurance_service(folder: Path) -> Iterator[InsuranceService]:
    """The holder of the first card is registered, that of the second is not."""
    with served_world(folder) as world:
        engine = world.office.engine
        book.prepare(engine)
        world.change(furnish)
        world.keys[LEDGER] = world.change(
            lambda s: clients.create(
                s, LEDGER, random=world.random, by=CHIEF, at=NOW, kind=ClientKind.LEDGER
            )
        )
        found = InsuranceService(world, InsuranceOffice(engine, world.clock.at))
        found.person, found.token = found.register(), found.present()
        yield found
