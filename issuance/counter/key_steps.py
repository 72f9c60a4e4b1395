"""Uses of a card's keys for a desk: the master keys stay here, what they make of a challenge goes.

Each request is one entry of the audit trail that names desk, card, ticket and keys, and never a
value. A random number serves once for each key of a card; how often a desk may ask in a minute is
a rule of the book (`Rule.DESK_KEY_USES`), counted in the book, so that it holds for all workers of
the service together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crypto.errors import KeyMaterialError
from crypto.keystore import KeyStore
from issuance import audit, batches, cards
from issuance.book_errors import NotFoundError
from issuance.counter import key_rules, tickets
from issuance.counter.action_table import ACTIONS, VISIT, Action
from issuance.counter.errors import (
    ForeignDeskError,
    KeyNotLentError,
    KeysAbsentError,
    NotOfferedError,
    ParameterError,
    RandomUsedError,
    TooManyUsesError,
    UnlikeCardError,
    WrongCardError,
)
from issuance.counter.key_rules import Loan
from issuance.counter.models import CounterTicket, DeskKeyUse
from issuance.models import Card
from issuance.people import rules
from issuance.people.rules import Rule
from issuance.regions import with_code
from reader.card_keys import CardKeys, master_key_name
from reader.card_profile.atr import ladder_factor
from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import PROFILES, CardProfile
from reader.issuer_server import CardFacts, KeyStep, StepKind

MAX_STEPS = 16
RANDOM_SIZE = FACTOR_SIZE = 8
YES = b"\x01"  # what a CHECK answers; b"" otherwise
WINDOW = timedelta(minutes=1)
KEPT = timedelta(days=30)  # uses remembered against a random number that comes again


class _Use(NamedTuple):
    step: KeyStep
    key: CardKey


@dataclass(frozen=True, slots=True)
class CardInBook:
    """A card as the book knows it, with its profile and its factor."""

    card: Card
    profile: CardProfile
    factor: bytes


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

    The results are to leave the server only after the commit: what was not noted was not done.
    Raises NotFoundError, UnlikeCardError, KeyNotLentError, RandomUsedError, TooManyUsesError,
    KeysAbsentError, ParameterError; with a ticket also TicketOverError, ForeignDeskError,
    WrongCardError, NotOfferedError.
    """
    _require_pace(session, desk, len(steps), at)
    known = find_card(session, facts)
    given = _ticket(session, ticket, known, desk, at) if ticket else None
    loans = _loans(session, given, known, at)
    uses = [_permitted(step, known.profile, loans) for step in steps]
    _require_keys(store, known.profile, uses)
    _remember(session, uses, known.card, desk=desk, ticket=ticket, at=at)
    region = facts.identification_code.region
    keys = CardKeys(store, known.profile, region, known.factor) if store else None
    results = [_do(keys, one) for one in uses] if keys else []
    _note(session, uses, results, known.card, given, desk=desk, at=at)
    return results


def find_card(session: Session, facts: CardFacts) -> CardInBook:
    """The card in the book, if the chip is like it; version "" where nobody read one.

    Raises NotFoundError, UnlikeCardError.
    """
    code = bytes(facts.identification_code)
    card = session.scalar(select(Card).where(with_code(code)))
    if card is None or card.atr is None:
        raise NotFoundError("card", code.hex().upper())
    profile = PROFILES[batches.get(session, card.batch_id).profile]
    try:
        alike = ladder_factor(facts.atr) == ladder_factor(card.atr)
    except ValueError:
        alike = False
    if not alike or facts.version not in ("", profile.version, *profile.also_versions):
        raise UnlikeCardError
    return CardInBook(card, profile, ladder_factor(card.atr))


def forget(session: Session, *, at: datetime) -> None:
    """Drop the uses that are too old to matter; the audit trail keeps them."""
    session.execute(delete(DeskKeyUse).where(DeskKeyUse.at < at - KEPT))


def _require_pace(session: Session, desk: str, wanted: int, at: datetime) -> None:
    if not 0 < wanted <= MAX_STEPS:
        raise ParameterError("steps", f"1 to {MAX_STEPS}", f"须为 1 至 {MAX_STEPS} 步")
    lately = session.scalar(
        select(func.count())
        .select_from(DeskKeyUse)
        .where(DeskKeyUse.desk == desk, DeskKeyUse.at > at - WINDOW)
    )
    if (lately or 0) + wanted > rules.value(session, Rule.DESK_KEY_USES):
        raise TooManyUsesError


def _ticket(
    session: Session, ticket: str, known: CardInBook, desk: str, at: datetime
) -> CounterTicket:
    found = tickets.get(session, ticket)
    tickets.require_open(found, at=at)
    unclaimed = found.action == VISIT and found.desk is None
    if not unclaimed and found.desk != desk:
        raise ForeignDeskError
    if found.identification_code not in (None, known.card.identification_code):
        raise WrongCardError
    return found


def _loans(
    session: Session, ticket: CounterTicket | None, known: CardInBook, at: datetime
) -> tuple[Loan, ...]:
    if ticket is None or ticket.action == VISIT:
        return ()
    action = Action(ticket.action)
    rule, state = ACTIONS[action], cards.status(session, known.card.number, at=at).state
    if state not in rule.states:
        raise NotOfferedError(rule.label, state.value)
    return key_rules.loans(action, ticket.parameters, known.profile)


def _permitted(step: KeyStep, profile: CardProfile, loans: Sequence[Loan]) -> _Use:
    _check_form(step)
    try:
        key = profile.key(step.key)
    except LookupError:
        raise KeyNotLentError(step.key[:16], step.kind.value) from None
    if not key_rules.lent(key, step, loans):
        raise KeyNotLentError(key.name, step.kind.value)
    return _Use(step, key)


def _check_form(step: KeyStep) -> None:
    wanted = {StepKind.CRYPTOGRAM: FACTOR_SIZE, StepKind.CHECK: 2 * FACTOR_SIZE}.get(step.kind)
    secured = step.kind in (StepKind.SEAL, StepKind.MAC)
    fits = wanted is None or len(step.data) == wanted
    if len(step.random) != RANDOM_SIZE or not fits or len(step.header) != (4 if secured else 0):
        raise ParameterError("steps", f"a {step.kind} of other sizes", f"{step.kind} 的长度不符")


def _require_keys(store: KeyStore | None, profile: CardProfile, uses: Sequence[_Use]) -> None:
    if store is None or not all(store.has(master_key_name(profile, one.key)) for one in uses):
        raise KeysAbsentError


def _remember(
    session: Session,
    uses: Sequence[_Use],
    card: Card,
    *,
    desk: str,
    ticket: str | None,
    at: datetime,
) -> None:
    code = card.identification_code or b""
    for step, key in uses:
        if session.get(DeskKeyUse, (code, key.name, step.random)) is not None:
            raise RandomUsedError
        session.add(
            DeskKeyUse(
                identification_code=code,
                key=key.name,
                random=step.random,
                kind=step.kind.value,
                desk=desk,
                ticket=ticket,
                at=at,
            )
        )
        session.flush()  # the same random number twice in one request meets itself


def _do(keys: CardKeys, use: _Use) -> bytes:
    step, key = use
    factor, answer = step.data[:FACTOR_SIZE], step.data[FACTOR_SIZE:]
    try:
        match step.kind:
            case StepKind.CRYPTOGRAM:
                return keys.cryptogram(key, step.random, factor)
            case StepKind.CHECK:
                return YES if keys.confirms(key, step.random, factor, answer) else b""
            case StepKind.SEAL:
                return keys.seal(key, step.random, step.header, step.data)
            case StepKind.MAC:
                return keys.mac(key, step.random, step.header, step.data)
    except KeyMaterialError as error:
        raise ParameterError("steps", str(error), error.zh) from error


def _note(
    session: Session,
    uses: Sequence[_Use],
    results: Sequence[bytes],
    card: Card,
    ticket: CounterTicket | None,
    *,
    desk: str,
    at: datetime,
) -> None:
    words = [
        f"{key.name} {step.kind}{'' if result else ': no'}"
        for (step, key), result in zip(uses, results, strict=True)
    ]
    detail = {"desk": desk, "keys": ", ".join(words), "ticket": ticket.id if ticket else None}
    kept = {name: value for name, value in detail.items() if value}
    by = ticket.clerk if ticket else desk
    things: list[tuple[str, audit.Detail]] = [(f"card {card.number}", kept)]
    audit.append(session, "counter.key_use", things, chain=card.region, by=by, at=at)
