"""The staff of a bureau for tests: operators who know their passwords and hold their telephones."""

import hmac
from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

from argon2.profiles import CHEAPEST
from sqlalchemy import Engine

from crypto.keystore import KeyStore, SoftKeyStore
from issuance.database import open_book, transaction
from issuance.people import administration, authentication, sessions
from issuance.people.authentication import Proof
from issuance.people.passwords import SALT_SIZE
from issuance.roles import Role
from tests.bureau import NOW, chance
from tests.empty_book import lay_book
from tests.key_store import PASSPHRASE

CHEAP = replace(CHEAPEST, salt_len=SALT_SIZE, hash_len=32)
PASSWORD = "a long walk by the lake"  # noqa: S105
ADMINISTRATORS = CHEN, ZHOU, SUN = "Chen", "Zhou", "Sun"
MACHINE, OTHER_MACHINE = "a" * 64, "b" * 64
STEP = timedelta(seconds=30)


def code(secret: bytes, at: datetime) -> str:
    """What an authenticator shows (RFC 6238, 4; RFC 4226, 5.3)."""
    counter = int(at.timestamp()) // 30
    digest = hmac.digest(secret, counter.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def secret_in(uri: str) -> bytes:
    """The secret that an authenticator takes from a provisioning address."""
    return b32decode(parse_qs(urlsplit(uri).query)["secret"][0])


@dataclass
class Staff:
    """A book with operators; the time goes on by a step at every proof."""

    engine: Engine
    store: KeyStore
    now: datetime = NOW
    secrets: dict[str, bytes] = field(default_factory=dict)

    def found(self, *names: str) -> None:
        """Make the administrators."""
        for place, name in enumerate(names or ADMINISTRATORS):
            second = ADMINISTRATORS[1] if place > 1 else None
            self.hire(name, Role.ADMINISTRATOR, second=second)

    def hire(self, name: str, *roles: Role, by: str = CHEN, second: str | None = ZHOU) -> None:
        """Add an operator."""
        with transaction(self.engine) as session:
            made = administration.add(
                session,
                self.store,
                name,
                roles=roles,
                password=PASSWORD,
                random=chance(len(self.secrets)),
                by=by,
                second=second,
                at=self.now,
                cost=CHEAP,
            )
        self.secrets[name] = secret_in(made.uri)

    def proof(self, name: str, *, password: str = PASSWORD, at: datetime | None = None) -> Proof:
        """The password and the code that his telephone shows."""
        return Proof(name, password, code(self.secrets[name], at or self.now))

    def login(
        self, proof: Proof | str, *, machine: str = MACHINE, after: timedelta = STEP
    ) -> sessions.Login:
        """Log somebody in, a little later."""
        self.now += after
        given = self.proof(proof) if isinstance(proof, str) else proof
        return sessions.login(
            self.engine,
            self.store,
            given,
            machine=machine,
            at=self.now,
            random=chance(int(self.now.timestamp())),
            cost=CHEAP,
        )

    def confirm(self, proof: Proof) -> str:
        """Let somebody vouch for another."""
        return authentication.confirm(
            self.engine, self.store, proof, at=self.now, random=chance(3), cost=CHEAP
        )

    def resume(self, token: str, *, machine: str = MACHINE, at: datetime | None = None) -> str:
        """Who goes on with this token."""
        with transaction(self.engine) as session:
            return sessions.resume(session, token, machine=machine, at=at or self.now)


@contextmanager
def staff(folder: Path, *, founded: bool = True) -> Iterator[Staff]:
    """A new book in *folder*, with three administrators unless said otherwise."""
    secrets = _founded(folder) if founded else {}
    keys = folder / "keys.json"
    store = (
        SoftKeyStore.open(keys, PASSPHRASE)
        if founded
        else SoftKeyStore.create(keys, PASSPHRASE, cost=2)
    )
    engine = open_book(lay_book(folder / "book.sqlite3"))
    try:
        yield Staff(engine, store, secrets=dict(secrets))
    finally:
        engine.dispose()


def _founded(folder: Path) -> dict[str, bytes]:
    """Put a key store and a book with its administrators there; made once, then copied."""
    files, secrets = _template()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return secrets


@cache
def _template() -> tuple[dict[str, bytes], dict[str, bytes]]:
    with TemporaryDirectory() as name:
        with staff(Path(name), founded=False) as made:
            made.found()
        return {path.name: path.read_bytes() for path in Path(name).iterdir()}, made.secrets
