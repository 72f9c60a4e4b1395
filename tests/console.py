"""A console for tests: a book with staff, its service, a person at a browser without scripts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crypto.keystore import create_issuer_keys
from issuance import cards
from issuance.counter import visits
from issuance.database import open_book, reading, transaction
from issuance.issuer_keys import issuer_keys
from issuance.roles import Role
from onecard.settings import Settings
from reader.authenticity import REASONS, Verdict, Verification
from reader.card_profile.profiles import PROFILES
from reader.card_profile.values import CardNumber, IdentificationCode, SocialSecurityNumber
from reader.card_record import CardRecord, StatusReference
from tests.bureau import NOW, Bureau, chance
from tests.key_store import PASSPHRASE, reopened
from tests.office import Clock
from tests.service_app import service_app
from tests.staff import PASSWORD, STEP, Staff, staff

CLERK = "Liu"
DESK = "desk-1"
COOKIES = "onecard-session", "onecard-browser"
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


@dataclass
class Browser:
    """A person at a browser; it keeps cookies and sends forms as they stand on the page."""

    client: FlaskClient
    page: TestResponse | None = field(default=None)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page, as far as it leads on."""
        self.page = self.client.get(path, follow_redirects=True, headers=headers)
        return self.page

    def send(self, path: str, *, follow: bool = True, **fields: str) -> TestResponse:
        """Send a form of the page that is open."""
        self.page = self.client.post(
            path, data={"form_token": self.token, **fields}, follow_redirects=follow
        )
        return self.page

    @property
    def token(self) -> str:
        """What the forms of the open page carry."""
        assert self.page is not None
        found = _TOKEN.search(self.page.text)
        assert found, self.page.text
        return found[1]


@dataclass
class Console:
    """The service with its console; the time stands still until a test moves it."""

    team: Staff
    settings: Settings
    app: Flask
    clock: Clock
    numbers: list[str]
    cookies: dict[str, str]

    def browser(self) -> Browser:
        """A browser that was never here; its person reads English."""
        browser = Browser(self.app.test_client())
        browser.client.set_cookie("onecard-language", "en", path="/console")
        return browser

    def fields(self, name: str, *, password: str = PASSWORD) -> dict[str, str]:
        """What somebody fills into the form of the login; the clock moves on to his next code."""
        self.clock.at += STEP
        proof = self.team.proof(name, password=password, at=self.clock.at)
        return {"name": name, "password": proof.password, "code": proof.code}

    def logged_in(self, name: str = CLERK) -> Browser:
        """A browser in which this person has logged in; the clerk had, when the book was made."""
        browser = self.browser()
        if name == CLERK and self.cookies:
            for cookie, value in self.cookies.items():
                browser.client.set_cookie(cookie, value, path="/console")
            browser.get("/console/holders")
            return browser
        browser.get("/console/login")
        browser.send("/console/login", **self.fields(name))
        return browser

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.clock.at += timedelta(**time)

    def visit(self, browser: Browser, number: str | None = None) -> str:
        """The ticket of a visit that the desk's page opens; *number* is the card that is shown."""
        browser.get("/console/desk")
        answer = browser.send("/console/desk/visits", purpose="card-service")
        assert answer.json is not None
        ticket = str(answer.json["ticket"])
        if number is not None:
            self.show(ticket, number)
        browser.get("/console/desk")
        return ticket

    def show(self, ticket: str, number: str, verdict: Verdict = Verdict.GENUINE) -> None:
        """What the server does when a desk shows a card: here the verdict is the test's."""
        with transaction(self.team.engine) as session:
            card = cards.get(session, number)
            record = CardRecord(
                card_number=CardNumber(card.number),
                social_security_number=SocialSecurityNumber(card.social_security_number),
                name="-",
                sex="1",
                identification_code=IdentificationCode(card.identification_code or b""),
                data_digest=bytes(16),
                issued_at=NOW,
                expires_at=NOW + timedelta(days=3650),
                status=StatusReference(card.status_list, card.status_index),
                chip_key=card.chip_public_key,
            )
            proved = verdict is not Verdict.COPIED
            found = Verification(
                verdict=verdict,
                reason=REASONS[verdict],
                checks=("signature", "validity", "status", *(("chip",) if proved else ())),
                record=record,
            )
            signer = self.app.extensions["onecard"].presence
            visits.show(
                session,
                ticket,
                found,
                desk=DESK,
                signer=signer,
                random=chance(int(ticket[:8], 16)),
                at=self.clock.at,
            )

    def state(self, number: str) -> str:
        """Where a card stands in the book."""
        with reading(self.team.engine) as session:
            return cards.get(session, number).state.value


@contextmanager
def console(
    folder: Path, *, founded: bool = True, with_keys: bool = True, cards: int = 0
) -> Iterator[Console]:
    """A console in *folder*, with three administrators and a clerk unless it is to have nobody.

    *cards* are in use, made while the book had no operators yet.
    """
    if not founded:
        with staff(folder, founded=False) as team, _served(folder, team, with_keys) as opened:
            yield opened
        return
    made = _template(cards)
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    with _known(folder, {**made.secrets}) as team, _served(folder, team, with_keys) as opened:
        opened.numbers, opened.cookies = [*made.numbers], {**made.cookies}
        opened.clock.at += STEP  # when the clerk had logged in
        yield opened


@contextmanager
def _served(folder: Path, team: Staff, with_keys: bool, *, seed: int = 7) -> Iterator[Console]:
    trust = folder / "trust.json"
    trust.write_text(team.store.public_keys().dumps(), encoding="utf-8")
    settings = Settings(
        database=str(folder / "book.sqlite3"),
        keys=folder / "keys.json",
        keys_passphrase=PASSPHRASE if with_keys else None,
        trust=trust,
    )
    clock = Clock(NOW)
    with service_app(settings, now=clock, random=chance(seed)) as app:
        yield Console(team, settings, app, clock, [], {})


@contextmanager
def _known(folder: Path, secrets: dict[str, bytes]) -> Iterator[Staff]:
    engine = open_book(folder / "book.sqlite3")
    try:
        yield Staff(engine, reopened(folder / "keys.json"), secrets=secrets)
    finally:
        engine.dispose()


class _Made(NamedTuple):
    files: dict[str, bytes]
    secrets: dict[str, bytes]
    numbers: list[str]
    cookies: dict[str, str]


@cache
def _template(cards: int) -> _Made:
    """Keys, people and cards, and the clerk's login; made once, then copied."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with staff(folder, founded=False) as team:
            numbers = Bureau(team.engine).active(cards) if cards else []
            create_issuer_keys(team.store, issuer_keys(PROFILES["v3.00"]))
            team.found()
            team.hire(CLERK, Role.COUNTER_CLERK)
            with _served(folder, team, True, seed=1007) as opened:
                client = opened.logged_in().client
        found = {name: client.get_cookie(name, path="/console") for name in COOKIES}
        cookies = {name: cookie.value for name, cookie in found.items() if cookie is not None}
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        return _Made(files, team.secrets, numbers, cookies)
