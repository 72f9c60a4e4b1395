"""The small photo that the station writes into EF08 of the SSSE."""

from pathlib import Path

import pytest
from sqlalchemy import update

from hardware_sim.card.card import Card as Chip
from issuance.database import transaction
from issuance.models import Application
from issuance.photos.chip_photo import chip_photo
from issuance.picture_errors import PhotoError
from issuance.states import Signing
from reader.card_profile.ssse import EF08, Photo
from reader.desk_keys import DeskKeys
from reader.session import CardSession
from tests.desk import counter_bytes
from tests.portraits import portrait
from tests.workshop import Line, Workshop, workshop

NAME = "zhang.jpg"


def photos(name: str) -> bytes | None:
    return portrait() if name == NAME else None


def named(shop: Workshop, name: str) -> None:
    """The applications name this photo."""
    with transaction(shop.office.engine) as session:
        session.execute(update(Application).values(photo=name))


def on_chip(shop: Workshop, chip: Chip) -> Photo:
    """EF08, as a desk with the issuer's keys reads it."""
    session = CardSession(Line(chip))
    keys = DeskKeys.of(session, shop.desk.store, chip.atr, random=counter_bytes(9))
    keys.open_for_reading(session, EF08)
    return session.read(Photo)


@pytest.mark.parametrize("signing", [Signing.STATION, Signing.CARD])
def test_the_holder_s_photo_is_on_the_chip(signing: Signing, tmp_path: Path) -> None:
    with workshop(tmp_path, "v3.00", 1, signing=signing) as shop:
        named(shop, NAME)
        chip = shop.desk.blank(1)
        (made,) = shop.run_at({"": [Line(chip)]}, maker=shop.maker(photo=photos))
        assert made.error is None
        assert shop.is_good(chip)
        held = on_chip(shop, chip).image or b""
        assert held.rstrip(b"\x00") == chip_photo(portrait())


def test_a_missing_photo_is_told_and_the_blank_is_used_with_it(tmp_path: Path) -> None:
    with workshop(tmp_path, "v3.00", 1) as shop:
        named(shop, "li.jpg")
        chip = shop.desk.blank(1)
        (failed,) = shop.run_at({"": [Line(chip)]}, maker=shop.maker(photo=photos))
        assert isinstance(failed.error, PhotoError)
        assert (shop.cards()[0].failed_reason, shop.booked(chip)) == ("photo", None)
        named(shop, NAME)
        (made,) = shop.run_at({"": [Line(chip)]}, maker=shop.maker(photo=photos))
        assert made.error is None
        assert on_chip(shop, chip).image is not None


@pytest.mark.parametrize(("profile", "name"), [("v1.00", NAME), ("v1.00", "li.jpg"), ("v3.00", "")])
def test_without_a_file_or_a_photo_the_card_is_made_without(
    profile: str, name: str, tmp_path: Path
) -> None:
    with workshop(tmp_path, profile, 1) as shop:
        named(shop, name)
        chip = shop.desk.blank(1)
        (made,) = shop.run_at({"": [Line(chip)]}, maker=shop.maker(photo=photos))
        assert made.error is None
        assert shop.is_good(chip)
