"""Cards that were prepared ahead, each for one blank: the station writes what the book has."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from crypto.errors import UnknownKeyError
from crypto.keystore import KeyStore
from issuance.database import transaction
from issuance.models import Chunk
from issuance.preparation.errors import DamagedChunkError
from issuance.states import BatchState, CardState, Signing
from issuance.station_errors import UnknownBlankError
from reader.card_check import answer_challenge
from reader.card_profile.atr import ladder_factor
from reader.desk_keys import DeskKeys
from reader.global_platform import GpIns
from reader.session import CardSession
from tests.desk import counter_bytes
from tests.workshop import Cut, Line, workshop

AHEAD = (Signing.CARD, Signing.MERKLE, Signing.MERKLE_ON_CARD)
STORE = GpIns.STORE_DATA


class WithoutMasterKeys:
    """The key store of a station that prepares nothing: no master key, and it signs nothing."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    def diversify(self, name: str, *others: Any) -> bytes:
        raise UnknownKeyError(name)

    def signer(self, name: str) -> Any:
        raise UnknownKeyError(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize(
    ("profile", "signing"),
    [*(("v3.00", signing) for signing in AHEAD), ("v2.00", Signing.MERKLE)],
)
def test_every_blank_gets_the_card_that_was_prepared_for_it(
    profile: str, signing: Signing, tmp_path: Path
) -> None:
    with workshop(tmp_path, profile, 3, signing=signing) as shop:
        chips = [shop.desk.blank(serial) for serial in (3, 1, 2)]
        made = shop.run(*map(Line, chips))
        assert [outcome.error for outcome in made] == [None] * 3
        assert all(shop.is_good(chip) for chip in chips)
        bound = {card.number: card.blank for card in shop.cards()}
        assert [bound[outcome.number] for outcome in made] == [
            ladder_factor(chip.atr) for chip in chips
        ]
        assert shop.state() is BatchState.PRODUCED


def test_a_station_needs_neither_master_keys_nor_the_signing_key(tmp_path: Path) -> None:
    with workshop(tmp_path, "v3.00", 1, signing=Signing.CARD) as shop:
        chip = shop.desk.blank(1)
        store: Any = WithoutMasterKeys(shop.desk.store)
        (made,) = shop.run_at({"": [Line(chip)]}, maker=shop.maker(store))
        assert made.error is None
        assert shop.is_good(chip)


def test_a_blank_that_no_card_was_prepared_for_stays_a_blank(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1, signing=Signing.MERKLE) as shop:
        stranger, own = shop.desk.blank(77), shop.desk.blank(1)
        before = stranger.persistent
        refused, made = shop.run(Line(stranger), Line(own))
        assert isinstance(refused.error, UnknownBlankError)
        assert ladder_factor(stranger.atr).hex().upper() in str(refused.error)
        assert stranger.persistent == before
        assert made.error is None


def test_what_was_erased_is_told_and_the_card_waits(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1, signing=Signing.CARD) as shop:
        with transaction(shop.office.engine) as session:
            session.execute(update(Chunk).values(content=None))
        (failed,) = shop.run(Line(shop.desk.blank(1)))
        assert isinstance(failed.error, DamagedChunkError)
        assert [card.state for card in shop.cards()] == [CardState.PREPARED]


def cuts(sent: Sequence[int]) -> list[Cut]:
    """Before and behind the blocks that bring keys and record, and what follows."""
    last = [place for place, ins in enumerate(sent) if ins == STORE][-4:]
    rest = [Cut(0, ins) for ins in (GpIns.PUT_KEY, GpIns.SET_STATUS)]
    return [Cut(place, heard=place % 2 == 0) for place in last] + rest


@pytest.mark.parametrize("signing", [Signing.CARD, Signing.MERKLE_ON_CARD])
def test_a_prepared_card_that_was_cut_off_goes_on_with_the_same_key_and_record(
    signing: Signing, tmp_path: Path
) -> None:
    (tmp_path / "whole").mkdir()
    with workshop(tmp_path / "whole", "international", 1, signing=signing) as shop:
        line = Line(shop.desk.blank(1))
        shop.run(line)
    places = cuts(line.sent)
    with workshop(tmp_path, "international", len(places), signing=signing) as shop:
        records = {card.number: card.record for card in shop.cards()}
        for serial, place in enumerate(places, 1):
            chip = shop.desk.blank(serial)
            cut, rest = Line(chip, place), Line(chip)
            shop.run(cut)
            (made,) = shop.run(rest)
            assert made.error is None, place
            assert shop.is_good(chip), place
            row = shop.booked(chip)
            assert row is not None
            assert row.record == records[row.number]


def test_a_cold_chip_does_not_know_the_loaded_key_of_another(tmp_path: Path) -> None:
    """Each card has a pair of its own, and the book knows its public half."""
    with workshop(tmp_path, "international", 2, signing=Signing.CARD) as shop:
        shop.random = counter_bytes(11)
        chips = [shop.desk.blank(serial) for serial in (1, 2)]
        shop.run(*map(Line, chips))
        keys = {card.chip_public_key for card in shop.cards()}
        assert len(keys) == 2
        assert None not in keys
        assert chips[0].persistent.chip_key != chips[1].persistent.chip_key


@pytest.mark.parametrize(("signing", "size"), [(Signing.MERKLE, 64), (Signing.MERKLE_ON_CARD, 8)])
def test_a_chip_answers_a_stranger_with_the_key_that_its_record_names(
    signing: Signing, size: int, tmp_path: Path
) -> None:
    with workshop(tmp_path, "v3.00", 1, signing=signing) as shop:
        chip = shop.desk.blank(1)
        shop.run(Line(chip))
        session = CardSession(Line(chip))
        DeskKeys.of(session, shop.desk.store, chip.atr, random=counter_bytes(3)).open_holder_data(
            session
        )
        assert len(answer_challenge(session, bytes(range(32)))) == size
        (card,) = shop.cards()
        assert (card.chip_public_key is None) == (size == 8)
