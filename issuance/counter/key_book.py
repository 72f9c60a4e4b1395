"""What the book keeps of a desk's uses of keys: how many, on which card, with which challenge.

Each request is one entry of the audit trail that names desk, card, ticket and keys, and never a
value. A random number serves once for each key of a card; how often a desk may ask in a minute is
a rule of the book (`Rule.DESK_KEY_USES`), counted in the book, so that it holds for all workers of
the service together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from issuance import audit, batches
from issuance.counter import tickets
from issuance.counter.action_table import VISIT
from issuance.counter.errors import (
    CardNotInBookError,
    ForeignDeskError,
    ParameterError,
    RandomUsedError,
    TooManyUsesError,
    UnlikeCardError,
    WrongCardError,
)
from issuance.counter.models import CounterTicket, DeskKeyUse
from issuance.models import Card
from issuance.people import rules
from issuance.people.rules import Rule
from issuance.regions import with_code
from reader.card_profile.atr import ladder_factor
from reader.card_profile.profiles import PROFILES, CardProfile
from reader.issuer_server import CardFacts

MAX_STEPS = 16
WINDOW = timedelta(minutes=1)
KEPT = timedelta(days=30)  # uses remembered against a random number that comes again


@dataclass(frozen=True, slots=True)
class CardInBook:
    """A card as the book knows it, with its profile and its factor."""

    card: Card
    profile: CardProfile
    factor: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, under which ticket, and when."""

    desk: str
    ticket: CounterTicket | None
    at: datetime

    @property
    def by(self) -> str:
        """Whom the audit trail names: the clerk, where a ticket says who that is."""
        return self.ticket.clerk if self.ticket else self.desk


@dataclass(frozen=True, slots=True)
class Noted:
    """A use of a key as it is remembered."""

    key: str
    kind: str
    random: bytes


def asked(
    session: Session, known: CardInBook, *, desk: str, ticket: str | None, at: datetime
) -> Asked:
    """The request of a desk; its ticket must be open, its own, and about this card.

    Raises NotFoundError, TicketOverError, ForeignDeskError, WrongCardError.
    """
    if ticket is None:
        return Asked(desk, None, at)
    found = tickets.get(session, ticket)
    tickets.require_open(found, at=at)
    unclaimed = found.action == VISIT and found.desk is None
    if not unclaimed and found.desk != desk:
        raise ForeignDeskError
    if found.identification_code not in (None, known.card.identification_code):
        raise WrongCardError
    return Asked(desk, found, at)


def find_card(session: Session, facts: CardFacts) -> CardInBook:
    """The card in the book, if the chip is like it; version "" where nobody read one.

    Raises CardNotInBookError, UnlikeCardError.
    """
    code = bytes(facts.identification_code)
    card = session.scalar(select(Card).where(with_code(code)))
    if card is None or card.atr is None:
        raise CardNotInBookError
    profile = PROFILES[batches.get(session, card.batch_id).profile]
    try:
        alike = ladder_factor(facts.atr) == ladder_factor(card.atr)
    except ValueError:
        alike = False
    if not alike or facts.version not in ("", profile.version, *profile.also_versions):
        raise UnlikeCardError
    return CardInBook(card, profile, ladder_factor(card.atr))


def require_pace(session: Session, desk: str, wanted: int, *, at: datetime) -> None:
    """Raise TooManyUsesError if the desk asks faster than it may, ParameterError for too many."""
    if not 0 < wanted <= MAX_STEPS:
        raise ParameterError("steps", f"1 to {MAX_STEPS}", f"须为 1 至 {MAX_STEPS} 步")
    lately = session.scalar(
        select(func.count())
        .select_from(DeskKeyUse)
        .where(DeskKeyUse.desk == desk, DeskKeyUse.at > at - WINDOW)
    )
    if (lately or 0) + wanted > rules.value(session, Rule.DESK_KEY_USES):
        raise TooManyUsesError


def remember(session: Session, uses: Sequence[Noted], card: Card, asked: Asked) -> None:
    """Keep what was used. Raises RandomUsedError."""
    code = card.identification_code or b""
    for one in uses:
        if session.get(DeskKeyUse, (code, one.key, one.random)) is not None:
            raise RandomUsedError
        session.add(
            DeskKeyUse(
                identification_code=code,
                key=one.key,
                random=one.random,
                kind=one.kind,
                desk=asked.desk,
                ticket=asked.ticket.id if asked.ticket else None,
                at=asked.at,
            )
        )
        session.flush()  # the same random number twice in one request meets itself


def note(session: Session, words: str, card: Card, asked: Asked) -> None:
    """The entry of the audit trail: *words* name the keys and what they were used for."""
    ticket = asked.ticket.id if asked.ticket else None
    detail = {"desk": asked.desk, "keys": words, **({"ticket": ticket} if ticket else {})}
    things: list[tuple[str, audit.Detail]] = [(f"card {card.number}", detail)]
    audit.append(session, "counter.key_use", things, chain=card.region, by=asked.by, at=asked.at)


def forget(session: Session, *, at: datetime) -> None:
    """Drop the uses that are too old to matter; the audit trail keeps them."""
    session.execute(delete(DeskKeyUse).where(DeskKeyUse.at < at - KEPT))
