"""An issuer with its HTTP service for tests: a book, keys, signed records, and a way to ask.

Every answer that comes back is held against the service's own description of itself.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from api.openapi import document
from crypto.envelope import sign
from crypto.keystore import KeyStore, SoftKeyStore
from crypto.suites import PrivateKey
from issuance import batches, cards, clients, delivery
from issuance.database import transaction
from issuance.models import Card
from onecard.settings import Settings
from reader.card_profile.df0a import chip_proof_message
from reader.card_profile.profiles import PROFILES, CardProfile
from reader.card_profile.values import CardNumber, SocialSecurityNumber
from reader.card_record import CardRecord, StatusReference, to_text
from tests.bureau import CHECKER, CHIEF, CLERK, MAKER, NOW, Bureau, bureau, chance, code, rows
from tests.desk import PASSPHRASE, Desk
from tests.service_app import service_app

HOLDER = "张三"
ATR = bytes.fromhex("3B6D0000 00812B0286 8660 371700001234")


@dataclass
class Clock:
    """The time of the service, which a test moves."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class SignedCard:
    """A card of the book, with its record and the key that only its chip has."""

    number: str
    record: CardRecord
    envelope: bytes
    chip_key: PrivateKey

    @property
    def text(self) -> str:
        """The text of its QR code."""
        return to_text(self.envelope)

    def answer(self, challenge: bytes) -> bytes:
        """What the chip answers."""
        return self.chip_key.sign(chip_proof_message(self.record.identification_code, challenge))


@dataclass
class Office:
    """The issuer, its service, and one client with a key."""

    bureau: Bureau
    store: KeyStore
    settings: Settings
    app: Flask
    clock: Clock
    key: str
    made: int = field(default=0)

    def call(self, method: str, path: str, *, key: str | None = "", **more: Any) -> TestResponse:
        """One request; *key* is the client's own unless said otherwise, None for none."""
        headers = dict(more.pop("headers", {}))
        if key is not None:
            headers["Authorization"] = f"Bearer {key or self.key}"
        answer = self.app.test_client().open(path, method=method, headers=headers, **more)
        check(method, path, answer)
        return answer

    def challenge(self) -> bytes:
        """A challenge of the service."""
        return bytes.fromhex(self.call("POST", "/v1/challenges").json["challenge"])

    def verify(self, record: str, **chip: bytes) -> dict[str, Any]:
        """The service's verdict on a record, with the chip's proof if given."""
        body: dict[str, Any] = {"record": record}
        if chip:
            body["chip"] = {name: value.hex() for name, value in chip.items()}
        answer = self.call("POST", "/v1/verifications", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json

    def card(self, *, active: bool = True, days: int = 3650) -> SignedCard:
        """A new card: in the book, personalized, its record signed."""
        self.made += 1
        batch = self.bureau.prepared(rows(1, seed=self.made), file=f"{self.made}.csv")
        (row,) = self.bureau.cards(batch)
        made = self.sign(row, serial=self.made, days=days)
        with transaction(self.bureau.engine) as session:
            cards.mark_personalized(
                session,
                made.number,
                identification_code=made.record.identification_code,
                atr=ATR,
                chip_public_key=made.chip_key.public_key,
                record=made.envelope,
                by=MAKER,
                at=NOW,
            )
            if active:
                delivery.inspect(session, made.number, by=CHECKER, at=NOW)
                cards.activate(session, made.number, by=CLERK, at=NOW)
        return made

    def sign(self, row: Card, *, serial: int, days: int = 3650, key: str = "") -> SignedCard:
        """A record for a row of the book."""
        signer = self.store.signer(key or "record-GM")
        chip_key = signer.suite.signature.generate_key()
        record = CardRecord(
            card_number=CardNumber(row.number),
            social_security_number=SocialSecurityNumber(row.social_security_number),
            name=HOLDER,
            sex="2",
            identification_code=code(serial),
            data_digest=bytes(16),
            issued_at=NOW - timedelta(days=1),
            expires_at=NOW + timedelta(days=days),
            status=StatusReference(row.status_list, row.status_index),
            chip_key=chip_key.public_key,
        )
        envelope = sign(record.claims(signer.suite), signer)
        return SignedCard(row.number, record, envelope, chip_key)

    @property
    def profile(self) -> CardProfile:
        """The profile of this issuer's cards."""
        return PROFILES[self.settings.profile]

    def batch(self, count: int = 1) -> list[Card]:
        """Prepared cards of this issuer's profile."""
        booking = self.bureau.book(rows(count, seed=99))
        with transaction(self.bureau.engine) as session:
            batch = batches.request(
                session, intake_id=booking.intake_id, profile=self.profile.name, by=CLERK, at=NOW
            ).id
        self.bureau.approve(batch, CHIEF)
        self.bureau.produce(batch)
        return self.bureau.cards(batch)


@contextmanager
def office(folder: Path, *, profile: str = "v3.00", with_keys: bool = True) -> Iterator[Office]:
    """An issuer in *folder*; *with_keys* says whether its service may open the key store.

    Keys and book that are in the folder already are used: they take longest to make.
    """
    keys = folder / "keys.json"
    if keys.exists():
        store: KeyStore = SoftKeyStore.open(keys, PASSPHRASE)
    else:
        store = Desk.open(folder, profile).store
    trust = folder / "trust.json"
    trust.write_text(store.public_keys().dumps(), encoding="utf-8")
    settings = Settings(
        database=str(folder / "book.sqlite3"),
        keys=keys,
        keys_passphrase=PASSPHRASE if with_keys else None,
        trust=trust,
        profile=profile,
    )
    clock = Clock()
    with bureau(folder) as opened:
        with transaction(opened.engine) as session:
            key = clients.create(session, "pension", random=chance(5), by=CHIEF, at=NOW)
        with service_app(settings, now=clock, random=chance(77)) as app:
            yield Office(opened, store, settings, app, clock, key)


def check(method: str, path: str, answer: TestResponse) -> None:
    """Raise AssertionError unless the service describes such an answer."""
    assert answer.headers["X-Request-ID"]
    operation = _operation(method, path)
    if operation is None:
        assert answer.status_code in (404, 405, 413)
        _match({"$ref": "#/components/schemas/Problem"}, answer.json)
        return
    described = operation["responses"][str(answer.status_code)]
    content = described.get("content", {})
    if not content:
        assert not answer.data
        return
    assert answer.mimetype in content
    schema = content[answer.mimetype].get("schema")
    if schema is not None:
        _match(schema, answer.json)


def _operation(method: str, path: str) -> dict[str, Any] | None:
    parts = path.split("/")
    for template, operations in document()["paths"].items():
        wanted = template.split("/")
        if len(wanted) == len(parts) and all(
            w == p or (w[:1] == "{" and p) for w, p in zip(wanted, parts, strict=True)
        ):
            found: dict[str, Any] | None = operations.get(method.lower())
            return found
    return None


def _match(schema: dict[str, Any], value: Any) -> None:
    _validator(json.dumps(schema)).validate(value)


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": document()["components"]})
