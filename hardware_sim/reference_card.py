"""The reference card: one personalized card of each profile whose every byte is known.

For whoever tests a reader, a counter or a card against it. Its keys and PIN are public; it belongs
to nobody, and a verifier of any issuer refuses it.
"""

from dataclasses import replace
from datetime import date

from hardware_sim import factory
from hardware_sim.card.cells import KeyCell, PinCell
from hardware_sim.card.state import Persistent
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import EF05, EF06, SSSE, CardHolder, CardIssuer
from reader.card_profile.values import (
    CardNumber,
    IdentificationCode,
    InitialisingInstitution,
    RegionCode,
    SocialSecurityNumber,
)
from reader.data_items import to_records

SERIAL = bytes.fromhex("0123456789AB")
KEY = bytes.fromhex("00112233445566778899AABBCCDDEEFF")  # every application key
KEY_TRIES = 3
PIN = bytes.fromhex("123456")
REGION = RegionCode("430100")


def reference_card(profile: CardProfile) -> Persistent:
    """Its memory as it leaves the bureau; channel keys are the public test keys."""
    card = factory.blank(profile, serial=SERIAL, keys=lambda kdd: factory.test_keys())
    issuer = CardIssuer(
        identification_code=IdentificationCode.of(
            region=REGION,
            serial=bytes.fromhex("456789AB"),
            authentication_code=bytes.fromhex("DEADBEEF"),
        ),
        card_class="3",
        specification_version=profile.version,
        initialising_institution=InitialisingInstitution.of(region=REGION, seat=REGION, number=1),
        issue_date=date(2021, 12, 3),
        expiry_date=date(2031, 12, 2),
        card_number=CardNumber("B00000131"),
    )
    holder = CardHolder(
        social_security_number=SocialSecurityNumber("11010519491231002X"),
        name="张三",
        sex="2",
        ethnic_group="01",
        birthplace=REGION,
        birth_date=date(1949, 12, 31),
    )
    written = {
        (SSSE.name, file.fid): tuple(to_records(group, profile.record_file(file).slots))
        for file, group in ((EF05, issuer), (EF06, holder))
    }
    return replace(
        card,
        records={**card.records, **written},
        pin=PinCell(PIN, profile.pin_tries, profile.pin_tries),
        keys={
            (key.application, key.kid): (KeyCell(KEY, 1, KEY_TRIES, KEY_TRIES),)
            for key in profile.keys()  # noqa: SIM118  # no mapping
        },
    )
