"""A card in place of a lost, damaged or expired one, made while its holder waits.

The application is that of `issuance.counter.replacement`; everything else is instant issue as the
bureau does it (`issuance.instant_issue`), on a card that lies at a
desk. It pauses between print and inspection: somebody has to scan what came out of the printer.
"""

import tempfile
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crypto.keystore import KeyStore
from issuance import print_data
from issuance.book_errors import NotFoundError
from issuance.card_face import CardFace
from issuance.counter import card_sheet, tickets
from issuance.counter.errors import ParameterError
from issuance.counter.models import CounterTicket
from issuance.counter.replacement import application_file
from issuance.counter.replacement_reasons import Reason
from issuance.counter.tickets import Ended
from issuance.instant_issue import Counter, Request, Stage
from issuance.instants import local_day
from issuance.printed_codes import Codes, scanned
from issuance.slots import Slot

FILE_NAME = "replacement.csv"
MADE, SCANNED = "made", "scanned"  # beside what the ticket asks for
MAX_SCAN = 4096  # characters; as of any record in text


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What making a card takes: the book, the keys, the profile of new cards, time and chance."""

    engine: Engine
    store: KeyStore = field(repr=False)
    profile: str
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it came; *ended* once the card is in use."""

    stages: Mapping[str, str]
    ended: Ended | None = None

    def to_json(self) -> dict[str, Any]:
        """For the desk and its page."""
        return {
            "stages": dict(self.stages),
            "done": self.ended is not None,
            "audit": self.ended.audit if self.ended else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a ticket asks to be made: the file, who makes it and who vouches, the photo."""

    ticket: str
    clerk: str
    second: str
    station: str
    content: bytes = field(repr=False)
    photo: bytes | None = field(default=None, repr=False)
    scanned: str | None = None

    @classmethod
    def of(cls, session: Session, ticket: CounterTicket) -> "Order":
        """The order in a ticket of the action "replace". Raises NotFoundError."""
        given = ticket.parameters
        photo = given.get("photo")
        return cls(
            ticket=ticket.id,
            clerk=ticket.clerk,
            second=str(given["second"]),
            station=f"counter/{ticket.desk}",
            content=_file(session, ticket, Reason(given["reason"])),
            photo=b64decode(photo) if photo else None,
            scanned=given.get(SCANNED),
        )


def make(order: Order, means: Means, slot: Slot) -> Progress:
    """Go on with the card as far as it goes now: to the print, or, once scanned, to its end.

    Raises IntakeError, BookError, StationError, ReaderError, CryptoError; the same again goes on.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / FILE_NAME).write_bytes(order.content)
        codes: Codes = scanned(order.scanned or "")
        counter = Counter(
            engine=means.engine,
            store=means.store,
            profile=means.profile,
            by=order.clerk,
            second=order.second,
            clock=means.clock,
            random=means.random,
            station=order.station,
            out=folder,
            codes=codes,
        )
        request = Request.of(folder / FILE_NAME, on=local_day(means.clock()), photo=order.photo)
        stages: dict[str, str] = {}
        for done in counter.issue(request, slot):
            if done.stage is Stage.PRINTED:
                stages[done.stage.value] = stages[Stage.NUMBERED.value]
                if order.scanned is None:
                    break
            else:
                stages[done.stage.value] = done.what
    return Progress(stages=stages)


def end(session: Session, ticket: str, made: Progress, *, at: datetime) -> Progress:
    """Note how far it came; once the card is in use, give the ticket its outcome.

    The photo is not kept longer than that.
    """
    found = tickets.get(session, ticket, lock=True)
    if Stage.PRINTED.value in made.stages:
        found.parameters = {**found.parameters, MADE: made.stages[Stage.NUMBERED.value]}
    if Stage.ACTIVE.value not in made.stages:
        return made
    ended = tickets.ended(found)
    if ended is None:
        follower = made.stages[Stage.NUMBERED.value]
        ended = tickets.end(session, found, at=at, follower=follower)
    found.parameters = {k: v for k, v in found.parameters.items() if k != "photo"}
    return Progress(stages=made.stages, ended=ended)


def made_under(ticket: CounterTicket) -> str | None:
    """The number of the card that was written under a ticket, once it can be printed."""
    number = ticket.parameters.get(MADE)
    return str(number) if number else None


def face(session: Session, ticket: CounterTicket) -> CardFace:
    """What is to be printed on the card made under *ticket*. Raises NotFoundError, ConflictError,
    PictureError."""
    number, photo = made_under(ticket), ticket.parameters.get("photo")
    if number is None:
        raise NotFoundError("card", "")
    return print_data.face_of(session, number, photo=b64decode(photo) if photo else None)


def _file(session: Session, ticket: CounterTicket, reason: Reason) -> bytes:
    """The same for the ticket whenever it is made: a run that was cut off finds its batch by it."""
    sheet = card_sheet.card_sheet(session, ticket.card_number or "", at=ticket.opened_at)
    return application_file(sheet, reason)


def note_scan(session: Session, ticket: str, text: str, *, at: datetime) -> None:
    """Keep what a scanner read from the printed card.

    Raises NotFoundError, TicketOverError, ParameterError.
    """
    found = tickets.get(session, ticket, lock=True)
    tickets.require_open(found, at=at)
    if not text.strip():
        raise ParameterError("code", "missing", "缺少二维码内容")
    found.parameters = {**found.parameters, SCANNED: text.strip()[:MAX_SCAN]}
