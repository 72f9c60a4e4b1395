"""Cards that were prepared ahead, made by a bureau that has nothing but the record file."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from crypto import cbor, cms_enveloped
from crypto.cms_errors import CmsError
from crypto.errors import UnknownKeyError
from crypto.keystore import KeyStore
from crypto.sealing import SealedSeries
from hardware_sim.card.card import Card as Chip
from issuance.cli import bureau
from issuance.database import reading, transaction
from issuance.exchange import card_secrets
from issuance.exchange.card_secrets import CardSecrets, diversification_data
from issuance.exchange.errors import ExchangeFileError, ReconciliationError
from issuance.exchange.faults import FaultKind
from issuance.exchange.file_content import ChannelKeys, FileContent
from issuance.exchange.receiving import Receipt
from issuance.exchange.record_file import CardRecordEntry
from issuance.exchange.return_file import ReturnedCard
from issuance.exchange.volume import Header
from issuance.models import Chunk
from issuance.preparation.content import ChunkContent, PreparedCard
from issuance.preparation.errors import ErasedChunkError
from issuance.states import BatchState, CardState, Signing
from issuance.station import Station
from onecard.settings import Settings
from reader.card_profile.atr import ladder_factor
from tests.bureau import MAKER, NOW, code
from tests.certificates import house
from tests.desk import PASSPHRASE, Counting, counter_bytes
from tests.exchange import Exchange, answer, on_its_blank
from tests.workshop import Workshop, workshop

COUNT = 2
MODULE = house("Module of bureau A")


@dataclass
class Order:
    """Cards that were prepared for blanks, and a bureau that has these blanks and the file."""

    shop: Workshop
    post: Exchange
    header: Header
    entries: list[CardRecordEntry]

    @property
    def key(self) -> bytes:
        """The key of the file's secrets, which the bureau's module opens."""
        return cms_enveloped.decrypt(self.header.secrets_key or b"", MODULE.opening)

    @property
    def secrets(self) -> list[CardSecrets]:
        """Each card's, in the order of the entries."""
        return [
            card_secrets.opened(entry.secrets or b"", self.key, number)
            for number, entry in enumerate(self.entries, 1)
        ]

    def good(self, **changes: Any) -> list[ReturnedCard]:
        """What a bureau answers that made each card on its blank."""
        return [on_its_blank(row, entry, **changes) for row, entry in enumerate(self.entries, 1)]

    def blank(self, entry: CardRecordEntry) -> Chip:
        """The blank that a card was prepared for."""
        drawer = (self.shop.desk.blank(serial) for serial in range(1, COUNT + 1))
        return next(chip for chip in drawer if ladder_factor(chip.atr) == entry.blank)

    def make(self, entry: CardRecordEntry, secrets: CardSecrets) -> Chip:
        """The bureau's station: the file and the issuer's published keys are all it has."""
        keys = ChannelKeys(secrets, self.shop.desk.store.public_keys())
        station = Station(cast("KeyStore", keys), random=counter_bytes(7), clock=lambda: NOW)
        chip = self.blank(entry)
        station.write(Counting(chip), chip.atr, FileContent.of(self.header, entry, secrets))
        chip.reset()
        return chip

    def prepared(self) -> list[PreparedCard]:
        """What the chunk holds, in the order of the batch."""
        with reading(self.shop.office.engine) as session:
            content = session.scalars(select(Chunk.content)).one()
        chunk = ChunkContent(content or b"", self.shop.desk.store)
        return [chunk.card(card.place or 0) for card in self.shop.cards()]

    def receive(self, cards: list[ReturnedCard]) -> Receipt:
        """The bureau's answer, as the issuer takes it."""
        return self.post.receive(self.post.sealed(answer(self.header, len(cards)), cards))


@contextmanager
def unsent(folder: Path, signing: Signing) -> Iterator[tuple[Workshop, Exchange]]:
    with workshop(folder, "v3.00", COUNT, signing=signing) as shop:
        yield shop, Exchange(shop.office, folder, keys=shop.desk.store, module=MODULE)


@contextmanager
def order_of(folder: Path, signing: Signing) -> Iterator[Order]:
    with unsent(folder, signing) as (shop, post):
        [volume] = post.send(shop.batch)
        yield Order(shop, post, *post.read(volume.name))


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Order]:
    """For tests that leave it as it is."""
    with order_of(tmp_path_factory.mktemp("order"), Signing.MERKLE) as opened:
        yield opened


@pytest.mark.parametrize("signing", [Signing.CARD, Signing.MERKLE, Signing.MERKLE_ON_CARD])
def test_a_bureau_makes_prepared_cards_from_the_file_alone(
    signing: Signing, tmp_path: Path
) -> None:
    with order_of(tmp_path, signing) as order:
        ahead = [card.record for card in order.shop.cards()]
        chips = [
            order.make(entry, secret)
            for entry, secret in zip(order.entries, order.secrets, strict=True)
        ]
        receipt = order.receive(order.good())
        assert (receipt.good, receipt.faults) == (COUNT, ())
        made = order.shop.cards()
        assert {card.state for card in made} == {CardState.PERSONALIZED}
        assert [card.record for card in made] == ahead
        assert order.shop.state() is BatchState.PRODUCED
        assert all(order.shop.is_good(chip) for chip in chips)


def test_a_key_that_the_record_does_not_name_is_not_booked(tmp_path: Path) -> None:
    with order_of(tmp_path, Signing.MERKLE_ON_CARD) as order:
        own = order.shop.desk.profile.suite.signature.generate_key().public_key
        order.receive(order.good(chip_public_key=own))
        assert {card.chip_public_key for card in order.shop.cards()} == {None}


def test_an_entry_holds_what_the_chunk_holds(order: Order) -> None:
    for entry, secret, prepared in zip(order.entries, order.secrets, order.prepared(), strict=True):
        assert dict(cbor.decode(entry.chip_data)) == prepared.groupings
        assert (secret.keys, secret.scalar) == (prepared.keys, prepared.scalar)
        names = ("name", "social_security_number", "card_number")
        assert tuple(entry.print_data[name] for name in names) == prepared.printed[:3]


def test_an_entry_names_its_blank_and_carries_the_record_of_the_book(order: Order) -> None:
    booked = [(card.number, card.row, card.blank, card.record) for card in order.shop.cards()]
    found = [(one.card_number, one.order, one.blank, one.record) for one in order.entries]
    assert found == booked


def test_a_return_that_swaps_two_blanks_is_refused_by_row(order: Order) -> None:
    first, second = order.good()
    swapped = [replace(first, atr=second.atr), replace(second, atr=first.atr)]
    with pytest.raises(ReconciliationError) as refused:
        order.receive(swapped)
    assert [(fault.row, fault.kind) for fault in refused.value.faults] == [
        (1, FaultKind.CONTRADICTORY),
        (2, FaultKind.CONTRADICTORY),
    ]
    assert {card.state for card in order.shop.cards()} == {CardState.PREPARED}


def test_an_identification_code_that_the_record_does_not_say_is_refused_by_row(
    order: Order,
) -> None:
    first, second = order.good()
    with pytest.raises(ReconciliationError) as refused:
        order.receive([replace(first, identification_code=bytes(code(77))), second])
    assert [fault.row for fault in refused.value.faults] == [1]


def test_the_keys_of_one_blank_open_no_other(order: Order) -> None:
    elsewhere = replace(order.entries[0], blank=order.entries[1].blank)
    with pytest.raises(UnknownKeyError):
        order.make(elsewhere, order.secrets[0])


@pytest.mark.parametrize("count", [1, 23, 24, 80])
@pytest.mark.parametrize("scalar", [None, bytes(32)])
def test_secrets_are_the_one_encoding_of_their_map(count: int, scalar: bytes | None) -> None:
    keys = {"K" * (1 + place % 3) + f"{place}": bytes((place,)) * 16 for place in range(count)}
    channel = [bytes((place,)) * 16 for place in range(3)]
    secrets = CardSecrets(
        keys=keys,
        scalar=scalar,
        pin="123456",
        diversification_data=bytes(10),
        factory_keys=channel,
        issuer_keys=channel,
    )
    whole = {1: keys, 2: scalar, 3: "123456", 4: bytes(10), 5: channel, 6: channel}
    assert secrets.encoded() == cbor.encode(
        {number: value for number, value in whole.items() if value is not None}
    )


def test_the_example_of_the_documentation_is_what_is_written() -> None:
    secrets = CardSecrets(
        keys={"UK_SSSE": b"\x11" * 16, "IRK": b"\x22" * 16},
        scalar=bytes(range(32)),
        pin="123456",
        diversification_data=diversification_data(bytes.fromhex("8660 000000000001")),
        factory_keys=[bytes((byte,)) * 16 for byte in (0x51, 0x52, 0x53)],
        issuer_keys=[bytes((byte,)) * 16 for byte in (0x61, 0x62, 0x63)],
    )
    encoded = secrets.encoded()
    assert encoded.startswith(bytes.fromhex("a6 01 a2 63 49524b 50") + b"\x22" * 16)
    assert bytes.fromhex("04 4a 8660 0000 000000000001 05 83 50") in encoded
    [sealed] = SealedSeries(bytes(range(32))).seal([encoded])
    assert len(sealed) == 226
    assert sealed.startswith(bytes.fromhex("a8bd17bdfc7ec8ed 2a8a8b173a0eb3bb"))
    assert sealed.endswith(bytes.fromhex("710c57b4d4e0077e47aae1"))
    assert card_secrets.opened(sealed, bytes(range(32)), 1) == secrets


def test_secrets_do_not_open_in_another_cards_place(order: Order) -> None:
    with pytest.raises(ExchangeFileError, match="record 2"):
        card_secrets.opened(order.entries[0].secrets or b"", order.key, 2)


def test_whoever_opens_the_file_does_not_open_the_key_of_the_module(order: Order) -> None:
    with pytest.raises(CmsError):
        cms_enveloped.decrypt(order.header.secrets_key or b"", order.post.bureau.opening)


def test_no_secret_of_a_card_lies_open_in_the_file(order: Order) -> None:
    for entry, secret in zip(order.entries, order.secrets, strict=True):
        inside = b"".join((entry.chip_data, entry.secrets or b"", entry.record or b""))
        hidden = [*secret.keys.values(), *secret.factory_keys, *secret.issuer_keys]
        assert not any(key in inside for key in (*hidden, secret.scalar or b"?"))


def test_erased_cards_are_not_sent(tmp_path: Path) -> None:
    with unsent(tmp_path, Signing.MERKLE) as (shop, post):
        with transaction(shop.office.engine) as session:
            session.execute(update(Chunk).values(content=None, erased_at=NOW))
        with pytest.raises(ErasedChunkError, match="were erased on 2026-11-01"):
            post.send(shop.batch)
        assert post.post == {}


def test_the_command_sends_prepared_cards_for_the_module_it_is_given(tmp_path: Path) -> None:
    with unsent(tmp_path, Signing.MERKLE) as (shop, post):
        certificate, key = post.issuer.write(tmp_path, "issuer")
        to, _ = post.bureau.write(tmp_path, "bureau")
        module, _ = MODULE.write(tmp_path, "module")
        settings = Settings(
            database=str(tmp_path / "book.sqlite3"),
            keys=tmp_path / "keys.json",
            keys_passphrase=PASSPHRASE,
            operator=MAKER,
        )
        words = ["send", shop.batch, "--to", to, "--module", module, "--cert", certificate]
        more = ["--sign-key", key, "--out", str(tmp_path / "post"), "--json"]
        done = CliRunner().invoke(bureau, [*words, *more], obj=settings)
        [told] = json.loads(done.stdout)["files"]
        post.post[told["name"]] = (tmp_path / "post" / told["name"]).read_bytes()
        order = Order(shop, post, *post.read(told["name"]))
        assert [one.keys for one in order.secrets] == [one.keys for one in order.prepared()]
