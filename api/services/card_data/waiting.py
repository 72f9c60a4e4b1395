"""What a card lacks of what was decided: per data group, the newest word of each item.

Written is what a ticket carried to *this* card and reported done. A card that takes the place of
another begins anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.card_data import contents
from api.services.card_data.contents import Entry, Source
from api.services.card_data.fitting import LeftOut, Text, file_of, fit, group_label
from api.services.card_data.models import CardWrite
from issuance import batches
from issuance.counter.models import CounterTicket
from issuance.counter.tickets import Outcome
from issuance.models import Card
from issuance.states import CardState
from reader.card_profile.files import Structure
from reader.card_profile.profiles import PROFILES, CardProfile
from reader.card_recording import Recording
from reader.data_items_json import to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Items of a data group that a card is to get; of a cyclic file one new record.

    *items* is empty where this kind of card can hold none of them. *sources* are the matters' data
    that it settles.
    """

    group: str
    label: Text
    items: dict[str, Any]
    left_out: tuple[LeftOut, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """Items that a card should hold, or a whole record of a cyclic file."""

    group: str
    items: dict[str, Any]
    record: bool


def card_in_use(session: Session, person: str) -> Card | None:
    """The card that the person uses now; None if he has none."""
    return session.scalars(
        select(Card)
        .where(Card.social_security_number == person, Card.state == CardState.ACTIVE)
        .order_by(Card.issued_on.desc(), Card.number)
        .limit(1)
    ).first()


def profile_of(session: Session, card: Card) -> CardProfile:
    """The kind of card it is."""
    return PROFILES[batches.get(session, card.batch_id).profile]


def waiting(session: Session, card: Card) -> list[Waiting]:
    """What this card lacks; of a cyclic file each record by itself, the oldest first."""
    profile = profile_of(session, card)
    found = contents.entries(session, card.social_security_number)
    done = _written(session, found, card)
    lacks: list[Waiting] = []
    for group, of_group in contents.by_group(found).items():
        file = file_of(profile, group)
        if file is not None and file.structure is Structure.CYCLIC:
            records = (one for one in of_group[-file.cycle :] if one.source not in done)
            lacks += (_waiting(profile, [one], dict(one.items)) for one in records)
            continue
        items = {
            name: entry.items[name]
            for name, entry in contents.newest(of_group).items()
            if entry.source not in done
        }
        if items:
            settled = [one for one in of_group if one.source not in done]
            lacks.append(_waiting(profile, settled, items))
    return lacks


def expected(session: Session, card: Card) -> list[Expected]:
    """Everything that belongs on this card, as far as it has room for it."""
    profile = profile_of(session, card)
    found: list[Expected] = []
    for group, of_group in contents.by_group(
        contents.entries(session, card.social_security_number)
    ).items():
        file = file_of(profile, group)
        if file is None:
            continue
        if file.structure is Structure.CYCLIC:
            records = (fit(profile, group, one.items).recording for one in of_group[-file.cycle :])
            found += (Expected(group, to_json(one.group), True) for one in records if one)
            continue
        items = {name: one.items[name] for name, one in contents.newest(of_group).items()}
        found.append(Expected(group, _kept(fit(profile, group, items).recording), False))
    return found


def _kept(recording: Recording | None) -> dict[str, Any]:
    """The items as a card gives them when it is read."""
    if recording is None:
        return {}
    whole = to_json(recording.group)
    return {name: value for name, value in whole.items() if name in recording.items}


def _waiting(profile: CardProfile, settled: Sequence[Entry], items: dict[str, Any]) -> Waiting:
    group = settled[0].group
    found = fit(profile, group, items)
    return Waiting(
        group=group,
        label=group_label(group),
        items=_kept(found.recording),
        left_out=found.left_out,
        sources=tuple(one.source for one in settled),
    )


def _written(session: Session, found: Sequence[Entry], card: Card) -> set[Source]:
    rows = session.execute(
        select(CardWrite.matter, CardWrite.number)
        .join(CounterTicket, CounterTicket.id == CardWrite.ticket)
        .where(
            CardWrite.matter.in_({entry.source[0] for entry in found}),
            CounterTicket.outcome == Outcome.DONE,
            CounterTicket.region == card.region,
            CounterTicket.card_number == card.number,
        )
    )
    return {(row.matter, row.number) for row in rows}
