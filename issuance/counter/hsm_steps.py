"""What national drivers' strings ask the issuer's keys for; see `reader.sscard_steps`.

A string leads to the same uses of keys, under the same rules, as `key_steps`. Two are theirs alone:
the answer that a card must give with IRK goes out, because those drivers compare it themselves, and
a settlement is signed with DPK. The first would let a desk answer for a card that is not there;
random numbers that belong to a challenge of this service are therefore refused, and the rule
`driver_strings` turns it off altogether.

Only the string of iReadCardBas says which card it is: with all others goes the object `card`.
Writing, reloading and unblocking need the ticket of their action, a debit that of a visit in which
the card was shown.
"""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from crypto import pin_blocks
from crypto.errors import KeyMaterialError
from crypto.keystore import KeyStore
from issuance import challenges
from issuance.counter import key_book, key_rules, key_steps
from issuance.counter.action_table import VISIT
from issuance.counter.errors import (
    CardNotShownError,
    KeyNotLentError,
    ParameterError,
    RandomUsedError,
    UnlikeCardError,
)
from issuance.counter.key_book import Asked, CardInBook
from issuance.counter.key_steps import HEADER_SIZE, Use
from issuance.people import rules
from issuance.people.rules import Rule
from reader.card_keys import CardKeys
from reader.card_profile.atr import atr_t0
from reader.card_profile.keys import CardKey, KeyRole
from reader.card_profile.medical_account import settlement_mac1_data
from reader.card_profile.profiles import CardProfile
from reader.issuer_server import CardFacts, KeyStep, StepKind
from reader.sscard_steps import (
    REQUESTS,
    AuthenticationRequest,
    BasicsKey,
    BasicsRequest,
    Challenge,
    DebitKey,
    DebitRequest,
    MaintenanceKey,
    MaintenanceRequest,
    Proof,
    Request,
    StepStringError,
    key_at,
)

LENT_ANSWER, SETTLEMENT = "answer", "settlement"
MAC_SIZE = 4
# Drivers write the address of one or of the other where the maintenance key works.
MAINTENANCE_KEYS = frozenset({"PUK", "STK"})
FUNCTIONS = tuple(REQUESTS)  # whose output this answers


def answer(
    session: Session,
    store: KeyStore | None,
    function: str,
    step1: str,
    *,
    card: CardFacts | None,
    desk: str,
    ticket: str | None,
    at: datetime,
) -> str:
    """The string that the driver's next step takes; *function* is one of `FUNCTIONS`.

    Raises as `key_steps.use`; ParameterError for a string that is none of this function's.
    """
    key_book.require_pace(session, desk, 1, at=at)
    request = _request(function, step1)
    if isinstance(request, BasicsRequest):
        card = _card_of(request)
    if card is None:
        raise ParameterError("card", "missing", "缺少该字段")
    known = key_book.find_card(session, card)
    if request.algorithm != known.profile.algorithm_mark:
        raise UnlikeCardError
    asked = key_book.asked(session, known, desk=desk, ticket=ticket, at=at)
    match request:
        case BasicsRequest():
            return _basics(session, store, known, asked, request)
        case AuthenticationRequest():
            return _one_key(session, store, known, asked, request)
        case MaintenanceRequest():
            return _secured(session, store, known, asked, request)
        case DebitRequest():
            return _debit(session, store, known, asked, request)


def _request(function: str, step1: str) -> Request:
    try:
        return REQUESTS[function](step1)
    except StepStringError as error:
        raise ParameterError("step1", error.detail, f"字符串格式有误（{error.detail}）") from error


def _card_of(found: BasicsRequest) -> CardFacts:
    return CardFacts(
        atr=atr_t0(found.historical_bytes),
        identification_code=found.identification_code,
        version="",
    )


def _basics(
    session: Session,
    store: KeyStore | None,
    known: CardInBook,
    asked: Asked,
    found: BasicsRequest,
) -> str:
    random, factor = found.internal.random, found.internal.factor
    irk = known.profile.key("IRK")
    if not rules.value(session, Rule.DRIVER_STRINGS):
        raise KeyNotLentError(irk.name, LENT_ANSWER)
    if challenges.is_half_of_one(session, random):
        raise RandomUsedError
    uses = [Use(irk, LENT_ANSWER, random, partial(_cryptogram, irk, random, factor))]
    if found.external is not None:
        uses.append(_authentication(known, "RKSSSE", found.external, loans=()))
    results = key_steps.perform(session, store, known, uses, asked)
    external = Proof(results[1], found.external.factor) if found.external else None
    return BasicsKey(internal=Proof(results[0], factor), external=external).format()


def _one_key(
    session: Session,
    store: KeyStore | None,
    known: CardInBook,
    asked: Asked,
    found: AuthenticationRequest,
) -> str:
    key = _key(known.profile, found.address)
    loans = key_steps.loans_of(session, known, asked)
    one = _authentication(known, key.name, found.challenge, loans=loans)
    (result,) = key_steps.perform(session, store, known, [one], asked)
    return Proof(result, found.challenge.factor).format()


def _secured(
    session: Session,
    store: KeyStore | None,
    known: CardInBook,
    asked: Asked,
    found: MaintenanceRequest,
) -> str:
    kind = StepKind.SEAL if found.new_pin else StepKind.MAC
    if (named := _key(known.profile, found.address).name) not in MAINTENANCE_KEYS:
        raise KeyNotLentError(named, kind.value)
    header = found.header[:HEADER_SIZE]
    data = _packed(found.new_pin) if found.new_pin else b""
    step = KeyStep(kind=kind, key="STK", random=found.random, header=header, data=data)
    one = key_steps.permitted(step, known.profile, key_steps.loans_of(session, known, asked))
    (protected,) = key_steps.perform(session, store, known, [one], asked)
    if found.header[HEADER_SIZE] != len(protected):
        lengths = f"Lc is {found.header[HEADER_SIZE]}, {len(protected)} expected"
        raise ParameterError("step1", lengths, f"Lc 不符（{lengths}）")
    return MaintenanceKey(found.header + protected).format()


def _debit(
    session: Session,
    store: KeyStore | None,
    known: CardInBook,
    asked: Asked,
    found: DebitRequest,
) -> str:
    key = _key(known.profile, found.address)
    if key.role is not KeyRole.PURCHASE:
        raise KeyNotLentError(key.name, SETTLEMENT)
    visit = asked.ticket
    if visit is None or visit.action != VISIT or visit.shown_at is None:
        raise CardNotShownError
    one = Use(key, SETTLEMENT, found.session, partial(_settlement, key, found))
    (macs,) = key_steps.perform(session, store, known, [one], asked)
    return DebitKey(
        terminal_count=found.count, time=found.time, mac1=macs[:MAC_SIZE], mac2=macs[MAC_SIZE:]
    ).format()


def _cryptogram(key: CardKey, random: bytes, factor: bytes, keys: CardKeys) -> bytes:
    return keys.cryptogram(key, random, factor)


def _settlement(key: CardKey, asked: DebitRequest, keys: CardKeys) -> bytes:
    """MAC1, and MAC2 that the card answers with."""
    signed = settlement_mac1_data(asked.paid, bytes.fromhex(asked.terminal_number), asked.time)
    mac1 = keys.transaction_mac(key, asked.session, signed)
    return mac1 + keys.transaction_mac(key, asked.session, asked.paid.encode())


def _authentication(
    known: CardInBook, key: str, asked: Challenge, *, loans: tuple[key_rules.Loan, ...]
) -> Use:
    step = KeyStep(kind=StepKind.CRYPTOGRAM, key=key, random=asked.random, data=asked.factor)
    return key_steps.permitted(step, known.profile, loans)


def _key(profile: CardProfile, address: str) -> CardKey:
    try:
        return key_at(profile, address)
    except StepStringError:
        raise KeyNotLentError(address, "address") from None


def _packed(pin: str) -> bytes:
    try:
        return pin_blocks.pack(pin)
    except KeyMaterialError as error:
        raise ParameterError("step1", "no PIN", "密码须为4至12位数字") from error
