"""One card of each profile whose every byte is known, for transcripts."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from hardware_sim import factory
from hardware_sim.card.cells import KeyCell, PinCell
from hardware_sim.card.state import Persistent
from hardware_sim.storage import CardFile
from reader.card_profile.profiles import PROFILES
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.card_profile.values import (
    CardNumber,
    IdentificationCode,
    InitialisingInstitution,
    RegionCode,
    SocialSecurityNumber,
)
from reader.data_items import to_records

SERIAL = bytes.fromhex("0123456789AB")
KEY = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
TRIES = 3


def fixed_card(profile: str = "v2.00") -> Persistent:
    """A personalized card: PIN 123456, every application key `KEY`, three tries each."""
    chosen = PROFILES[profile]
    card = factory.blank(chosen, serial=SERIAL, keys=lambda kdd: factory.test_keys())
    region = RegionCode("430100")
    issuer = CardIssuer(
        identification_code=IdentificationCode.of(
            region=region,
            serial=bytes.fromhex("456789AB"),
            authentication_code=bytes.fromhex("DEADBEEF"),
        ),
        card_class="3",
        specification_version=chosen.version,
        initialising_institution=InitialisingInstitution.of(region=region, seat=region, number=1),
        issue_date=date(2021, 12, 3),
        expiry_date=date(2031, 12, 2),
        card_number=CardNumber("B00000131"),
    )
    holder = CardHolder(
        social_security_number=SocialSecurityNumber("11010519491231002X"),
        name="张三",
        sex="2",
        ethnic_group="01",
        birthplace=region,
        birth_date=date(1949, 12, 31),
    )
    return replace(
        card,
        records={
            **card.records,
            ("SSSE", 0xEF05): tuple(to_records(issuer)),
            ("SSSE", 0xEF06): tuple(to_records(holder)),
        },
        pin=PinCell(bytes.fromhex("123456"), chosen.pin_tries, chosen.pin_tries),
        keys={
            (key.application, key.kid): (KeyCell(KEY, 1, TRIES, TRIES),)
            for key in chosen.keys()  # noqa: SIM118  # no mapping
        },
    )


def fixed_card_file(folder: Path, profile: str = "v2.00") -> Path:
    """The same card in a file."""
    path = folder / "card.json"
    CardFile(path).create(fixed_card(profile))
    return path
