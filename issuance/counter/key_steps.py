"""Uses of a card's keys for a desk: the master keys stay here, what they make of a challenge goes.

Which key may be used for what is `issuance.counter.key_rules`' to say; what is remembered of it
`issuance.counter.key_book`'s. The results are to leave the server only after the commit: what was
not noted was not done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from crypto.errors import KeyMaterialError
from crypto.keystore import KeyStore
from issuance import cards
from issuance.counter import key_book, key_rules
from issuance.counter.action_table import ACTIONS, VISIT, Action
from issuance.counter.errors import (
    KeyNotLentError,
    KeysAbsentError,
    NotOfferedError,
    ParameterError,
)
from issuance.counter.key_book import Asked, CardInBook, Noted
from issuance.counter.key_rules import Loan
from reader.card_keys import CardKeys, master_key_name
from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import CardProfile
from reader.card_profile.values import IdentificationCode, RegionCode
from reader.issuer_server import CardFacts, KeyStep, StepKind

RANDOM_SIZE = FACTOR_SIZE = 8
HEADER_SIZE = 4
DATA_SIZES = {StepKind.CRYPTOGRAM: FACTOR_SIZE, StepKind.CHECK: 2 * FACTOR_SIZE}
SECURED = (StepKind.SEAL, StepKind.MAC)
YES = b"\x01"  # what a CHECK answers; b"" otherwise


@dataclass(frozen=True, slots=True)
class Use:
    """A use that was permitted: of which key, what for, and how."""

    key: CardKey
    kind: str
    random: bytes
    work: Callable[[CardKeys], bytes]


def use(
    session: Session,
    store: KeyStore | None,
    facts: CardFacts,
    steps: Sequence[KeyStep],
    *,
    desk: str,
    ticket: str | None = None,
    at: datetime,
) -> list[bytes]:
    """What the keys make of each step.

    Raises CardNotInBookError, UnlikeCardError, KeyNotLentError, RandomUsedError, TooManyUsesError,
    KeysAbsentError, ParameterError; with a ticket also TicketOverError, ForeignDeskError,
    WrongCardError, NotOfferedError.
    """
    key_book.require_pace(session, desk, len(steps), at=at)
    known = key_book.find_card(session, facts)
    asked = key_book.asked(session, known, desk=desk, ticket=ticket, at=at)
    loans = loans_of(session, known, asked)
    uses = [permitted(step, known.profile, loans) for step in steps]
    return perform(session, store, known, uses, asked)


def permitted(step: KeyStep, profile: CardProfile, loans: Sequence[Loan]) -> Use:
    """The use that *step* asks for. Raises KeyNotLentError, ParameterError."""
    _check_form(step)
    try:
        key = profile.key(step.key)
    except LookupError:
        raise KeyNotLentError(step.key[:16], step.kind.value) from None
    if not key_rules.lent(key, step, loans):
        raise KeyNotLentError(key.name, step.kind.value)
    return Use(key, step.kind.value, step.random, partial(_do, step, key))


def perform(
    session: Session,
    store: KeyStore | None,
    known: CardInBook,
    uses: Sequence[Use],
    asked: Asked,
) -> list[bytes]:
    """Remember the uses, do them, and write them into the trail: one entry for all."""
    if store is None or not all(store.has(master_key_name(known.profile, u.key)) for u in uses):
        raise KeysAbsentError
    noted = [Noted(one.key.name, one.kind, one.random) for one in uses]
    key_book.remember(session, noted, known.card, asked)
    keys = CardKeys(store, known.profile, _region(known), known.factor)
    try:
        results = [one.work(keys) for one in uses]
    except KeyMaterialError as error:
        raise ParameterError("steps", str(error), error.zh) from error
    words = [
        f"{one.key.name} {one.kind}{'' if result else ': no'}"
        for one, result in zip(uses, results, strict=True)
    ]
    key_book.note(session, ", ".join(words), known.card, asked)
    return results


def _region(known: CardInBook) -> RegionCode:
    return IdentificationCode(known.card.identification_code or b"").region


def loans_of(session: Session, known: CardInBook, asked: Asked) -> tuple[Loan, ...]:
    """What the ticket lends, as long as the card is in a state for its action. NotOfferedError."""
    ticket = asked.ticket
    if ticket is None or ticket.action == VISIT:
        return ()
    action = Action(ticket.action)
    rule, state = ACTIONS[action], cards.status(session, known.card.number, at=asked.at).state
    if state not in rule.states:
        raise NotOfferedError(rule.label, state.value)
    return key_rules.loans(action, ticket.parameters, known.profile)


def _check_form(step: KeyStep) -> None:
    fits = len(step.data) == DATA_SIZES.get(step.kind, len(step.data))
    header = HEADER_SIZE if step.kind in SECURED else 0
    if len(step.random) != RANDOM_SIZE or not fits or len(step.header) != header:
        raise ParameterError("steps", f"a {step.kind} of other sizes", f"{step.kind} 的长度不符")


def _do(step: KeyStep, key: CardKey, keys: CardKeys) -> bytes:
    factor, answer = step.data[:FACTOR_SIZE], step.data[FACTOR_SIZE:]
    match step.kind:
        case StepKind.CRYPTOGRAM:
            return keys.cryptogram(key, step.random, factor)
        case StepKind.CHECK:
            return YES if keys.confirms(key, step.random, factor, answer) else b""
        case StepKind.SEAL:
            return keys.seal(key, step.random, step.header, step.data)
        case StepKind.MAC:
            return keys.mac(key, step.random, step.header, step.data)
