"""Cards whose record was signed, or whose blank was chosen, before the bureau made them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from crypto.envelope import sign
from crypto.keystore import SoftKeyStore
from issuance.database import transaction
from issuance.exchange.errors import (
    ReconciliationError,
)
from issuance.models import Card
from reader.card_profile.profiles import PROFILES
from reader.card_profile.values import CardNumber, SocialSecurityNumber
from reader.card_record import CardRecord, StatusReference
from tests.bureau import NOW, code
from tests.exchange import Exchange, exchange, good
from tests.key_store import PASSPHRASE


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Exchange]:
    with exchange(tmp_path) as opened:
        yield opened


def signed_ahead(post: Exchange, batch: str, serial: int) -> CardRecord:
    """The batch's only card gets a record for the chip of this serial, before it is made."""
    card = post.desk.cards(batch)[0]
    suite = PROFILES["v3.00"].suite
    record = CardRecord(
        card_number=CardNumber(card.number),
        social_security_number=SocialSecurityNumber(card.social_security_number),
        name="张三",
        sex="2",
        identification_code=code(serial),
        data_digest=bytes(16),
        issued_at=NOW,
        expires_at=NOW + timedelta(days=3650),
        status=StatusReference(card.status_list, card.status_index),
        chip_key=suite.signature.generate_key().public_key,
    )
    store = SoftKeyStore.create(post.folder / "keys.json", PASSPHRASE, cost=2)
    store.create_signing_key("record", suite)
    encoded = sign(record.claims(suite), store.signer("record"))
    with transaction(post.desk.engine) as session:
        session.execute(update(Card).values(record=encoded))
    return record


def test_a_card_whose_record_was_signed_ahead_keeps_it_with_its_key(post: Exchange) -> None:
    batch = post.prepared(1)
    record = signed_ahead(post, batch, 8)
    [volume] = post.send(batch)
    header, (card,) = post.answer_of(volume.name)
    post.receive(post.sealed(header, [good(1, card, 8)]))
    assert post.desk.cards(batch)[0].chip_public_key == record.chip_key


def test_a_record_signed_ahead_is_for_one_chip(post: Exchange) -> None:
    batch = post.prepared(1)
    signed_ahead(post, batch, 8)
    [volume] = post.send(batch)
    header, (card,) = post.answer_of(volume.name)
    with pytest.raises(ReconciliationError, match="not the one that its record was signed for"):
        post.receive(post.sealed(header, [good(1, card, 9)]))


def test_a_blank_that_was_bound_ahead_is_the_one(post: Exchange) -> None:
    batch = post.prepared(1)
    with transaction(post.desk.engine) as session:
        session.execute(update(Card).values(blank=bytes(8)))
    [volume] = post.send(batch)
    with pytest.raises(ReconciliationError, match="and was prepared for 0000000000000000"):
        post.receive(post.all_good(volume.name))
