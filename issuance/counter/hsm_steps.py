"""What national drivers' strings ask the issuer's keys for; their forms are in `hsm_strings`.

A string leads to the same uses of keys, under the same rules, as `key_steps`. Two are theirs alone:
the answer that a card must give with IRK goes out, because those drivers compare it themselves, and
a settlement is signed with DPK. The first would let a desk answer for a card that is not there;
random numbers that belong to a challenge of this service are therefore refused, and the rule
`driver_strings` turns it off altogether.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from crypto import pin_blocks
from crypto.errors import KeyMaterialError
from crypto.keystore import KeyStore
from issuance import challenges
from issuance.counter import hsm_strings, key_book, key_rules, key_steps
from issuance.counter.action_table import VISIT
from issuance.counter.errors import (
    CardNotShownError,
    KeyNotLentError,
    ParameterError,
    RandomUsedError,
    UnlikeCardError,
)
from issuance.counter.hsm_strings import Function, joined
from issuance.counter.key_book import Asked, CardInBook
from issuance.counter.key_steps import Use
from issuance.people import rules
from issuance.people.rules import Rule
from reader.card_keys import CardKeys
from reader.card_profile.atr import atr_t0
from reader.card_profile.keys import CardKey, KeyRole
from reader.card_profile.medical_account import TransactionType
from reader.card_profile.profiles import CardProfile
from reader.card_profile.values import IdentificationCode
from reader.issuer_server import CardFacts, KeyStep, StepKind

LENT_ANSWER, SETTLEMENT = "answer", "settlement"
AMOUNTS_SIZE = 12
MAC_SIZE = 4


def answer(
    session: Session,
    store: KeyStore | None,
    function: Function,
    step1: str,
    *,
    card: CardFacts | None,
    desk: str,
    ticket: str | None,
    at: datetime,
) -> str:
    """The string that the driver's next step takes. Raises as `key_steps.use`."""
    key_book.require_pace(session, desk, 1, at=at)
    if function is Function.READ_BASICS:
        card = _card_of(step1)
    if card is None:
        raise ParameterError("card", "missing", "缺少该字段")
    known = key_book.find_card(session, card)
    asked = key_book.asked(session, known, desk=desk, ticket=ticket, at=at)
    return _REQUESTS[function](session, store, known, asked, step1)


def _card_of(step1: str) -> CardFacts:
    found = hsm_strings.read_basics(step1)
    try:
        code = IdentificationCode(found.identification_code)
    except ValueError as error:
        raise ParameterError("step1", str(error), "卡识别码有误") from error
    if code.region != found.region:
        raise UnlikeCardError
    return CardFacts(atr=atr_t0(found.historical), identification_code=code, version="")


def _basics(
    session: Session, store: KeyStore | None, known: CardInBook, asked: Asked, step1: str
) -> str:
    found = hsm_strings.read_basics(step1)
    _require_algorithm(known.profile, found.algorithm)
    random, factor = found.internal
    irk = known.profile.key("IRK")
    if not rules.value(session, Rule.DRIVER_STRINGS):
        raise KeyNotLentError(irk.name, LENT_ANSWER)
    if challenges.is_half_of_one(session, random):
        raise RandomUsedError
    uses = [Use(irk, LENT_ANSWER, random, partial(_cryptogram, irk, random, factor))]
    if found.external is not None:
        uses.append(_authentication(known, "RKSSSE", *found.external, loans=()))
    results = key_steps.perform(session, store, known, uses, asked)
    internal = results[0] + factor
    external = results[1] + found.external[1] if found.external else b""
    return joined(internal, external)


def _one_key(
    session: Session, store: KeyStore | None, known: CardInBook, asked: Asked, step1: str
) -> str:
    found = hsm_strings.read_authentication(step1)
    _require_algorithm(known.profile, found.algorithm)
    key = _key(known.profile, found.key_id)
    loans = key_steps.loans_of(session, known, asked)
    one = _authentication(known, key.name, found.random, found.factor, loans=loans)
    (result,) = key_steps.perform(session, store, known, [one], asked)
    return joined(result + found.factor)


def _sealed(
    with_pin: bool,
    session: Session,
    store: KeyStore | None,
    known: CardInBook,
    asked: Asked,
    step1: str,
) -> str:
    found = hsm_strings.read_sealed(step1, with_pin=with_pin)
    _require_algorithm(known.profile, found.algorithm)
    _key(known.profile, found.key_id)
    step = KeyStep(
        kind=StepKind.SEAL if with_pin else StepKind.MAC,
        key="STK",
        random=found.random,
        header=found.header,
        data=_packed(found.pin) if with_pin else b"",
    )
    one = key_steps.permitted(step, known.profile, key_steps.loans_of(session, known, asked))
    (data,) = key_steps.perform(session, store, known, [one], asked)
    return (found.header + bytes((len(data),)) + data).hex().upper()


def _debit(
    session: Session, store: KeyStore | None, known: CardInBook, asked: Asked, step1: str
) -> str:
    found = hsm_strings.read_debit(step1)
    _require_algorithm(known.profile, found.algorithm)
    key = _key(known.profile, found.key_id)
    if key.role is not KeyRole.PURCHASE or found.data[AMOUNTS_SIZE] != TransactionType.SETTLEMENT:
        raise KeyNotLentError(key.name, SETTLEMENT)
    visit = asked.ticket
    if visit is None or visit.action != VISIT or visit.shown_at is None:
        raise CardNotShownError
    one = Use(key, SETTLEMENT, found.session, partial(_settlement, key, found.session, found.data))
    (macs,) = key_steps.perform(session, store, known, [one], asked)
    return joined(macs[:MAC_SIZE], macs[MAC_SIZE:])


def _cryptogram(key: CardKey, random: bytes, factor: bytes, keys: CardKeys) -> bytes:
    return keys.cryptogram(key, random, factor)


def _settlement(key: CardKey, made_of: bytes, data: bytes, keys: CardKeys) -> bytes:
    """MAC1, and MAC2 that the card answers with."""
    mac1 = keys.transaction_mac(key, made_of, data)
    return mac1 + keys.transaction_mac(key, made_of, data[:AMOUNTS_SIZE])


def _authentication(
    known: CardInBook,
    key: str,
    random: bytes,
    factor: bytes,
    *,
    loans: tuple[key_rules.Loan, ...],
) -> Use:
    step = KeyStep(kind=StepKind.CRYPTOGRAM, key=key, random=random, data=factor)
    return key_steps.permitted(step, known.profile, loans)


def _require_algorithm(profile: CardProfile, mark: int) -> None:
    if mark != profile.algorithm_mark:
        raise UnlikeCardError


def _key(profile: CardProfile, key_id: int) -> CardKey:
    for key in profile.keys():  # noqa: SIM118  # no mapping
        if key.psam_id == key_id:
            return key
    raise KeyNotLentError(f"{key_id:02X}", "address")


def _packed(pin: str) -> bytes:
    try:
        return pin_blocks.pack(pin)
    except KeyMaterialError as error:
        raise ParameterError("step1", "no PIN", "密码须为数字") from error


_Request = Callable[[Session, KeyStore | None, CardInBook, Asked, str], str]
_REQUESTS: Mapping[Function, _Request] = {
    Function.READ_BASICS: _basics,
    Function.READ: _one_key,
    Function.WRITE: _one_key,
    Function.RELOAD: _one_key,
    Function.UNBLOCK: _one_key,
    Function.RELOAD_SEALED: partial(_sealed, True),
    Function.UNBLOCK_SEALED: partial(_sealed, False),
    Function.DEBIT: _debit,
}
