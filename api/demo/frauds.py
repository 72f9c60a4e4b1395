"""Six frauds on a verifier, each tried for real, each with the one answer it must get."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from api.demo.service_system import ServiceSystem
from api.demo.thief import copy_onto
from api.demo.world import World
from crypto.envelope import Signer, parse, sign
from crypto.keystore import KeyStore
from issuance.issuer_keys import signing_key_name
from issuance.personalization import CardData
from reader.authenticity import Verdict, verify_record
from reader.card_check import answer_challenge, check_card, read_record
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.card_record import CardRecord, to_text
from reader.connect import CardTransport
from reader.session import CardSession

COUNT = 6
STRANGER_KEY = "no-issuer"
YEARS_AGO = 10

Connect = Callable[[str], AbstractContextManager[CardTransport]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One fraud: what was tried (English, Chinese), the answer it must get, the one it got."""

    title: tuple[str, str]
    expected: Verdict
    answered: str
    where: str  # "online" or "offline"

    @property
    def caught(self) -> bool:
        """Whether it was refused for the right reason."""
        return self.answered == self.expected.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the frauds are tried with: two good cards, a thief's chip, and a stranger's keys."""

    world: World
    service: ServiceSystem
    connect: Connect
    good: str  # addresses
    lost: str
    thief: str
    strangers: KeyStore
    report_loss: Callable[[str], None]
    random: Callable[[int], bytes]


def attempts(scene: Scene) -> Iterator[Attempt]:
    """Try all six; the loss comes last, so that one card is enough for all of them."""
    record = _record_of(scene, scene.good)
    yield Attempt(
        title=("a record copied to another chip", "将记录复制到另一芯片"),
        expected=Verdict.COPIED,
        answered=_copied(scene),
        where="offline",
    )
    yield Attempt(
        title=("one byte of the record altered", "改动记录中的一个字节"),
        expected=Verdict.ALTERED,
        answered=scene.service.verify(to_text(_altered(record)))["verdict"],
        where="online",
    )
    yield Attempt(
        title=("a card past its last day", "已过有效期的卡"),
        expected=Verdict.EXPIRED,
        answered=_expired(scene, record),
        where="offline",
    )
    yield Attempt(
        title=("a record signed by somebody else", "由他人密钥签名的记录"),
        expected=Verdict.UNKNOWN_KEY,
        answered=_foreign(scene, record),
        where="online",
    )
    yield Attempt(
        title=("a proof that was listened to and replayed", "窃听后重放的芯片证明"),
        expected=Verdict.REPLAYED,
        answered=_replayed(scene, record),
        where="online",
    )
    yield Attempt(
        title=("a card that was reported lost", "已挂失的卡"),
        expected=Verdict.REVOKED,
        answered=_revoked(scene),
        where="online",
    )


def open_session(pin: str, transport: CardTransport) -> CardSession:
    """A session after the holder typed the PIN."""
    session = CardSession(transport)
    session.verify_pin(pin)
    return session


def _record_of(scene: Scene, address: str) -> bytes:
    with scene.connect(address) as transport:
        return read_record(open_session(scene.world.profile.transport_pin, transport))


def _copied(scene: Scene) -> str:
    profile = scene.world.profile
    with scene.connect(scene.good) as transport:
        session = open_session(profile.transport_pin, transport)
        groups = (session.read(CardIssuer), session.read(CardHolder))
        record = read_record(session)
    stolen = CardData(groups=groups, transport_pin=profile.transport_pin)
    with scene.connect(scene.thief) as transport:
        copy_onto(transport, profile, stolen, record, scene.random)
    with scene.connect(scene.thief) as transport:
        found = check_card(
            open_session(profile.transport_pin, transport),
            trust=scene.world.store.public_keys(),
            now=datetime.now(UTC),
            random=scene.random,
            shared_key=lambda record, random, factor, answer: False,
        )
    return found.verdict.value


def _altered(record: bytes) -> bytes:
    """The record with one bit of its signature turned over."""
    return record[:-1] + bytes((record[-1] ^ 0x01,))


def _revoked(scene: Scene) -> str:
    record = _record_of(scene, scene.lost)
    scene.report_loss(str(_content(scene, record).card_number))
    return str(scene.service.verify(to_text(record))["verdict"])


def _expired(scene: Scene, record: bytes) -> str:
    """A card that this issuer made ten years earlier."""
    old = _content(scene, record)
    old = replace(
        old,
        issued_at=old.issued_at.replace(year=old.issued_at.year - YEARS_AGO, day=1),
        expires_at=old.expires_at.replace(year=old.expires_at.year - YEARS_AGO, day=1),
    )
    signed = _sign(old, scene.world.store.signer(signing_key_name(scene.world.profile)))
    trust = scene.world.store.public_keys()
    return verify_record(signed, trust=trust, now=datetime.now(UTC)).verdict.value


def _foreign(scene: Scene, record: bytes) -> str:
    forged = _sign(_content(scene, record), scene.strangers.signer(STRANGER_KEY))
    return str(scene.service.verify(to_text(forged))["verdict"])


def _replayed(scene: Scene, record: bytes) -> str:
    """The same proof twice: the first time it is the card itself."""
    challenge = scene.service.challenge()
    with scene.connect(scene.good) as transport:
        response = answer_challenge(CardSession(transport), challenge)
    text = to_text(record)
    scene.service.verify(text, challenge=challenge, response=response)
    again = scene.service.verify(text, challenge=challenge, response=response)
    return str(again["verdict"])


def _content(scene: Scene, record: bytes) -> CardRecord:
    return CardRecord.from_claims(parse(record).claims, scene.world.profile.suite)


def _sign(record: CardRecord, signer: Signer) -> bytes:
    return sign(record.claims(signer.suite), signer)
