"""A small issuer for tests: keys, blanks and jobs, all real and all in memory."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from crypto.keystore import KeyStore, SoftKeyStore, create_issuer_keys
from hardware_sim import factory
from hardware_sim.card.card import Card
from issuance.card_job import CardJob
from issuance.issuer_keys import issuer_keys
from issuance.personalization import CardData
from issuance.station import MadeCard, Station
from reader.card_profile.df01 import HouseholdRegistration, Residence
from reader.card_profile.profiles import PROFILES, CardProfile
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.card_profile.values import (
    CardNumber,
    InitialisingInstitution,
    RegionCode,
    SocialSecurityNumber,
)
from reader.card_record import StatusReference
from reader.iso7816.apdu import ResponseApdu

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
REGION = RegionCode("430100")
PIN = "246810"
PASSPHRASE = "open sesame"  # noqa: S105


class Counting:
    """A transport to *card* that remembers what went over it."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self.log: list[tuple[bytes, bytes]] = []

    def transmit(self, command: bytes) -> bytes:
        answer = self._card.transmit(command)
        self.log.append((command, answer))
        return answer


def counter_bytes(seed: int = 0) -> Callable[[int], bytes]:
    """A source of chance that repeats from run to run, and never within one."""
    state = [seed]

    def draw(size: int) -> bytes:
        state[0] += 1
        return state[0].to_bytes(4, "big").rjust(size, b"\xa5")[-size:]

    return draw


@dataclass
class Desk:
    """An issuer with one profile."""

    store: KeyStore
    profile: CardProfile

    @classmethod
    def open(cls, folder: Path, profile: str = "v3.00") -> "Desk":
        """The issuer of a profile, keys in *folder*: made once a process, then copied."""
        (folder / "keys.json").write_bytes(_keys_of(profile))
        return cls(SoftKeyStore.open(folder / "keys.json", PASSPHRASE), PROFILES[profile])

    @classmethod
    def stranger(cls, folder: Path, profile: str = "v3.00") -> "Desk":
        """An issuer whose keys nobody else has."""
        store = SoftKeyStore.create(folder / "keys.json", PASSPHRASE, cost=2)
        create_issuer_keys(store, issuer_keys(PROFILES[profile]))
        return cls(store, PROFILES[profile])

    def blank(self, serial: int = 1) -> Card:
        """A blank of this issuer's stock."""
        persistent = factory.blank(
            self.profile,
            serial=serial.to_bytes(6, "big"),
            keys=lambda kdd: self.store.diversify_key_set("transport", kdd),
        )
        return Card(persistent, random=counter_bytes(serial))

    def job(
        self, number: int = 1, *, name: str = "张三", issued: date = date(2026, 11, 1)
    ) -> CardJob:
        """A card to make for an invented person."""
        issuer = CardIssuer(
            card_class="3",
            specification_version=self.profile.version,
            initialising_institution=InitialisingInstitution.of(
                region=REGION, seat=REGION, number=1
            ),
            issue_date=issued,
            expiry_date=issued.replace(year=issued.year + 10, day=issued.day),
            card_number=CardNumber.of(f"A{number:07d}"),
        )
        holder = CardHolder(
            social_security_number=SocialSecurityNumber("11010519491231002X"),
            name=name,
            sex="2",
            ethnic_group="01",
            birthplace=RegionCode("110105"),
            birth_date=date(1949, 12, 31),
        )
        residence = Residence(address="人民街道16弄8号", region=REGION, telephone="13800000000")
        groups = (
            issuer,
            holder,
            HouseholdRegistration(address="幸福路290号"),
            self.profile.as_kept(residence),
        )
        return CardJob(
            number=str(issuer.card_number),
            profile=self.profile,
            region=REGION,
            data=CardData(groups=groups, transport_pin=PIN),
            status=StatusReference(1, number),
            signing_key=f"record-{self.profile.suite.name}",
        )

    def make(self, card: Card, job: CardJob | None = None) -> MadeCard:
        """Personalize *card* and leave it switched off."""
        station = Station(self.store, random=counter_bytes(7), clock=lambda: NOW)
        made = station.personalize(Counting(card), card.atr, job or self.job())
        card.reset()
        return made


@cache
def _keys_of(profile: str) -> bytes:
    with TemporaryDirectory() as folder:
        Desk.stranger(Path(folder), profile)
        return (Path(folder) / "keys.json").read_bytes()


def with_group(job: CardJob, **changes: object) -> CardJob:
    """The job with other items in its issuer or holder group."""
    groups = tuple(
        replace(group, **{k: v for k, v in changes.items() if hasattr(group, k)})  # type: ignore[type-var]
        for group in job.data.groups
    )
    return replace(job, data=replace(job.data, groups=groups))


def answer(card: Card, command: str) -> str:
    """One command in hexadecimal, the whole answer too."""
    return card.transmit(bytes.fromhex(command)).hex(" ").upper()


def status_word(card: Card, command: str) -> int:
    """One command, the status word of its answer."""
    return ResponseApdu.decode(card.transmit(bytes.fromhex(command))).sw
