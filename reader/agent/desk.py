"""What a page may ask of the desk: the card that lies there is shown, read and worked on.

What a page believes of a card comes from the issuer's server; this desk fetches and carries.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from reader.agent.card_actions import ACTIONS, Doing
from reader.agent.card_in_hand import CardInHand, OpenCard
from reader.agent.equipment import Equipment, Visitor
from reader.agent.errors import (
    AgentFaultError,
    NoIssuerServerError,
    NotReportedError,
    OtherCardError,
    TicketNeededError,
    UnknownActionError,
)
from reader.agent.outcomes import Outcome, Outcomes
from reader.agent.protocol import Call, told
from reader.agent.relayed_work import WatchedLine
from reader.agent.stop import Stop
from reader.card_check import answer_challenge, read_record
from reader.card_profile.df0a import DF0A, EF0C
from reader.card_profile.ssse import EF08, SSSE, Photo
from reader.card_reading import read_card
from reader.desk_keys import DeskKeys
from reader.errors import CardRefusedError, ReaderError
from reader.iso7816.status import SW
from reader.issuer_server import Work
from reader.relay import carry_out
from reader.server_client import facts_of
from reader.session import CardSession

Answer = dict[str, Any]
BIOMETRIC = ("photo", "fingerprint")  # not among the content: the photo has its own call
HAND_OVER_SECONDS = 3.0  # how long a call that was given up may go on holding the card
RELAYED = frozenset({"replace"})  # actions for which the server works the card itself
RELAY_SECONDS = 600.0  # a chip's key pair alone may take half a minute
RELAY_HAND_OVER_SECONDS = 10.0  # one that was given up ends at the server's next order


class Desk:
    """One at a time: `perform` is called again only when it has returned or was given up."""

    def __init__(self, equipment: Equipment) -> None:
        self._has = equipment
        self._hand = CardInHand(equipment.place)
        self._outcomes = Outcomes(equipment.server) if equipment.server else None
        self._visit: str | None = None
        self._calls: Mapping[str, Callable[[Call, Visitor, Stop], Answer]] = {
            "desk.status": self._status,
            "card.present": self._present,
            "card.photo": self._photo,
            "card.everything": self._everything,
            "card.do": self._do,
            "pin.verify": self._verify_pin,
        }

    def perform(self, call: Call, visitor: Visitor, stop: Stop) -> Answer:
        """The result of *call*. Raises ReaderError."""
        return self._calls[call.name](call, visitor, stop)

    def left(self, reader: str = "") -> None:
        """The card in *reader*, or the page, went away: all that is known of it is forgotten."""
        if self._has.place.concerns(reader):
            self._visit = None
            self._hand.left()

    def rest(self) -> None:
        """Nobody asked for a while: let go of the card, with the rights that were opened on it."""
        if self._hand.lock.acquire(blocking=False):
            try:
                self._hand.let_go()
            finally:
                self._hand.lock.release()

    def _status(self, call: Call, visitor: Visitor, stop: Stop) -> Answer:
        server, offline = self._has.server, self._has.offline
        answer: Answer = {
            "version": self._has.version,
            "readers": [],
            "cards": [],
            "card": {"shown": self._hand.has_shown},
            "server": {
                "connected": server is not None,
                "offline": offline.age() if server is None and offline else None,
            },
            "pin_entry": self._has.pins.name,
        }
        try:
            answer["readers"] = self._has.place.readers()
            answer["cards"] = [
                {"reader": reader, "interface": interface.value}
                for reader, interface in self._has.place.cards().items()
            ]
        except ReaderError as error:
            answer["problem"] = told(error)
        return answer

    def _present(self, call: Call, visitor: Visitor, stop: Stop) -> Answer:
        ticket = call.parameters.get("ticket")
        if self._has.server is not None and ticket is None:
            raise TicketNeededError
        with (
            self._held(stop, anew=True, reader=call.parameters.get("reader")) as (hand, card),
            self._has.keys(card, ticket) as keys,
        ):
            shown = read_card(card.session, keys=keys).to_json()
            basics = {**(shown["issuer"] or {}), **(shown["holder"] or {})}
            basics |= {"version": card.session.profile.version, "refused": shown["refused"]}
            visitor.tell("basics", **basics)
            answer = {"basics": basics, **self._judge(card, keys, ticket)}
            hand.show(card)
            self._visit = ticket
        return answer

    def _judge(self, card: OpenCard, keys: DeskKeys | None, ticket: str | None) -> Answer:
        server, offline, session = self._has.server, self._has.offline, card.session
        _open_record(session, keys)
        if server is not None and ticket is not None:
            record, challenge = read_record(session), server.challenge()
            response = answer_challenge(session, challenge, record=record)
            found = server.show(
                facts_of(session, card.atr),
                record=record,
                challenge=challenge,
                response=response,
                ticket=ticket,
            )
            return {"verification": dict(found.verification), "token": found.token}
        if offline is None:
            raise NoIssuerServerError
        verification = offline.judge(session, keys.proves_shared if keys else None)
        return {"verification": verification, "token": None}

    def _photo(self, call: Call, visitor: Visitor, stop: Stop) -> Answer:
        with self._shown(stop) as card, self._has.keys(card, self._visit) as keys:
            image = _image(card, keys)
        if not image:
            return {"media_type": None, "base64": None}
        return {"media_type": "image/jpeg", "base64": b64encode(image).decode("ascii")}

    def _everything(self, call: Call, visitor: Visitor, stop: Stop) -> Answer:
        with self._shown(stop) as card, self._has.keys(card, self._visit) as keys:
            content = read_card(card.session, keys=keys, everything=True).to_json()
        return {name: group for name, group in content.items() if name not in BIOMETRIC}

    def _verify_pin(self, call: Call, visitor: Visitor, stop: Stop) -> Answer:
        with self._held(stop, fresh=True) as (_, card):
            asking = self._has.asking(visitor, stop, card.demand_same)
            asking.verify(card)
        return {}

    def _do(self, call: Call, visitor: Visitor, stop: Stop) -> Answer:
        ticket, server, outcomes = call.parameters["ticket"], self._has.server, self._outcomes
        if server is None or outcomes is None:
            raise NoIssuerServerError
        outcome = outcomes.of(ticket)
        if outcome is None:
            work = server.work(ticket)
            if work.action in RELAYED:
                return self._relay(work, call.parameters.get("reader"), visitor, stop)
            outcome = self._work(work, outcomes, visitor, stop)
        audit = outcomes.report(ticket, outcome)
        return {"action": outcome.action, "done": outcome.done, "audit": audit}

    def _work(self, work: Work, outcomes: Outcomes, visitor: Visitor, stop: Stop) -> Outcome:
        """Do it. What fails once the work has begun is reported, and raised."""
        if (action := ACTIONS.get(work.action)) is None:
            raise UnknownActionError(work.action)
        with self._held(stop, fresh=True) as (hand, card):
            hand.demand_shown(card)
            if work.identification_code not in {None, card.session.identification_code}:
                raise OtherCardError
            try:
                action(self._doing(hand, card, work, visitor, stop))
            except Exception as error:
                code = error.code if isinstance(error, ReaderError) else AgentFaultError.code
                with suppress(NotReportedError):
                    outcomes.report(work.ticket, Outcome(work.action, done=False, code=code))
                raise
        return Outcome(work.action, done=True)

    def _relay(self, work: Work, reader: str | None, visitor: Visitor, stop: Stop) -> Answer:
        """The server works the card that lies there, and ends the ticket by itself."""
        if self._has.server is None:
            raise NoIssuerServerError
        stop.extend(RELAY_SECONDS)
        with self._hand_for(RELAY_HAND_OVER_SECONDS) as hand:
            self._visit = None
            line = WatchedLine(self._has.server, visitor.tell)
            opened = partial(hand.cold, stop, reader=reader)
            result = carry_out(line, work.ticket, opened)
        return {"action": work.action, **result}

    def _doing(
        self, hand: CardInHand, card: OpenCard, work: Work, visitor: Visitor, stop: Stop
    ) -> Doing:
        keys = self._has.server_keys(card, work.ticket)
        if keys is None:
            raise NoIssuerServerError
        return Doing(
            card=card,
            keys=keys,
            pins=self._has.asking(visitor, stop, partial(hand.demand_shown, card)),
            parameters=work.parameters,
        )

    @contextmanager
    def _shown(self, stop: Stop) -> Iterator[OpenCard]:
        """The card of this visit."""
        with self._held(stop) as (hand, card):
            hand.demand_shown(card)
            yield card

    @contextmanager
    def _held(
        self,
        stop: Stop,
        *,
        anew: bool = False,
        fresh: bool = False,
        reader: str | None = None,
    ) -> Iterator[tuple[CardInHand, OpenCard]]:
        """The card, for this call alone; *anew*, *fresh* and *reader* as in `CardInHand.card`."""
        with (
            self._hand_for(min(HAND_OVER_SECONDS, stop.remaining / 2)) as hand,
            hand.card(stop, anew=anew, fresh=fresh, reader=reader) as card,
        ):
            yield hand, card

    @contextmanager
    def _hand_for(self, seconds: float) -> Iterator[CardInHand]:
        """The hand that holds the card, for this call alone; waited for at most so long."""
        hand = self._hand
        if not hand.lock.acquire(timeout=seconds):
            # A call that was given up hangs in the reader. It may keep what it has: go on anew.
            hand = self._hand = CardInHand(self._has.place)
            hand.lock.acquire()
        try:
            yield hand
        finally:
            if hand is not self._hand:
                hand.forget()
            hand.lock.release()


def _open_record(session: CardSession, keys: DeskKeys | None) -> None:
    """Raise why the keys do not open the record: the card itself would only say no."""
    if keys is not None:
        record = session.profile.application(DF0A.name).file(EF0C.fid)
        keys.open_for_reading(session, record)


def _image(card: OpenCard, keys: DeskKeys | None) -> bytes:
    """The photo on the chip; b"" where there is none."""
    session = card.session
    try:
        if keys is not None:
            keys.open_for_reading(session, session.profile.application(SSSE.name).file(EF08.fid))
        image = session.read(Photo).image or b""
    except CardRefusedError as error:
        if error.sw != SW.FILE_NOT_FOUND:
            raise
        return b""
    return image.rstrip(b"\x00")
