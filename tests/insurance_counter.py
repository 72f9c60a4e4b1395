"""A counter for tests of matters: receiving, deciding and the commands, in few words."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from api.services.cli import services
from api.services.enrolment.models import Enrolment
from api.services.insurances import Insurance
from api.services.matters import decision, reception
from api.services.matters.models import Matter
from api.services.months import Month
from api.services.people import registry
from onecard.settings import Settings
from tests.insurance import (
    CLERK,
    COUNTY,
    EMPLOYER,
    REVIEWER,
    InsuranceOffice,
    insurance_office,
)


def name_of(text: str) -> str:
    """A name for a matter, the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass
class InsuranceCounter(InsuranceOffice):
    """The office, with the short ways of a test."""

    def visit(self, person: str, *, clerk: str = CLERK) -> str:
        """As the office's, each a second later: two visits are not one."""
        self.at += timedelta(seconds=1)
        return super().visit(person, clerk=clerk)

    def live_at(self, number: str, office: str) -> str:
        """Register somebody who lives where *office* serves; the number."""
        category = None if int(number[16]) % 2 else "female50"

        def work(session: Any) -> None:
            registry.register(
                session, number, "张伟文", office=office, category=category, by=CLERK, at=self.at
            )

        self.change(work)
        return number

    def enrol(self, person: str, insurance: Insurance, *, office: str = COUNTY) -> None:
        """Enrol somebody since January 2020, without contributions."""
        self.change(
            lambda s: s.add(
                Enrolment(
                    person=person,
                    insurance=insurance,
                    number=0,
                    category="employee",
                    region=office[:6],
                    office=office,
                    employer=EMPLOYER,
                    from_month=Month.of(2020, 1),
                    at=self.at,
                    by=CLERK,
                )
            )
        )

    def receive(
        self, kind: str, person: str, *, by: str = CLERK, card: bool = True, **raw: str
    ) -> str:
        """Receive a matter; its name."""
        name = name_of(f"{kind} {person} {by} {sorted(raw.items())}")
        visit = self.visit(person, clerk=by) if card else None

        def work(session: Any) -> Matter:
            return reception.receive(
                session, name, kind, person=person, raw=raw, by=by, at=self.at, visit=visit
            )

        self.change(work)
        return name

    def propose(self, matter: str, *, by: str = CLERK) -> Any:
        """What would be decided."""
        return self.look(
            lambda s: decision.propose(s, decision.get(s, matter, by=by), by=by, at=self.at)
        )

    def decide(self, matter: str, *, by: str = CLERK, second: str | None = REVIEWER) -> Any:
        """Decide on what would be decided; the proposal."""
        proposal = self.propose(matter, by=by)
        self.change(
            lambda s: decision.decide(
                s, matter, digest=proposal.digest, by=by, second=second, at=self.at
            )
        )
        return proposal

    def run(self, *arguments: str, by: str = CLERK, language: str = "en") -> Result:
        """`onecard services` with these arguments."""
        path = Path(str(self.engine.url.database))
        settings = Settings(
            database=str(path),
            session=path.with_name("session"),
            operator=by,
            language=language,
        )
        return CliRunner().invoke(services, list(arguments), obj=settings)

    def json(self, *arguments: str, by: str = CLERK) -> Any:
        """The result as a program reads it."""
        result = self.run(*arguments, "--json", by=by)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@contextmanager
def insurance_counter(folder: Path) -> Iterator[InsuranceCounter]:
    """A counter whose book lies in *folder*."""
    with insurance_office(folder) as opened:
        yield InsuranceCounter(opened.engine, opened.at)
