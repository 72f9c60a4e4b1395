"""A card at a desk, worked by the server: every order once, answers again, ends that are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from api.relay import Relay, Relays
from hardware_sim.card.card import Card
from issuance.slots import Slot
from reader.connect import CardTransport
from reader.errors import CardRemovedError, NoCardError, ReaderError
from reader.relay import Answer, Order, OrderKind, RelayError, carry_out
from reader.session import CardSession
from tests.desk import Counting, counter_bytes
from tests.fixed_card import fixed_card

TICKET = "a" * 32
PLACE = (TICKET, "desk 1")


class DeskCard:
    """A card in a reader of the desk."""

    def __init__(self, *, fails_after: int | None = None) -> None:
        self.card = Card(fixed_card("v2.00"), random=counter_bytes())
        self.atr = self.card.atr
        self.opened = self.closed = self.sent = 0
        self.fails_after = fails_after

    @contextmanager
    def __call__(self) -> Iterator[CardTransport]:
        self.card.reset()
        self.opened += 1
        try:
            yield self
        finally:
            self.closed += 1

    def transmit(self, command: bytes) -> bytes:
        if self.sent == self.fails_after:
            raise CardRemovedError("reader 0")
        self.sent += 1
        return self.card.transmit(command)


class Wire:
    """The line between the two; it can lose every answer once, or say something else."""

    def __init__(self, relay: Relay, *, loses: bool = False) -> None:
        self.relay, self.loses = relay, loses

    def exchange(self, ticket: str, answer: Answer | None) -> Order:
        order = self.relay.exchange(answer)
        return self.relay.exchange(answer) if self.loses else order


def at_the_desk(relay: Relay, desk: DeskCard, *, loses: bool = False) -> Any:
    wire = Wire(relay, loses=loses)

    class Line:
        def relay(self, ticket: str, answer: Answer | None) -> Order:
            return wire.exchange(ticket, answer)

    return carry_out(Line(), TICKET, desk)


def region_of_the_card(slot: Slot) -> dict[str, str]:
    with slot() as transport:
        return {"region": str(CardSession(transport).identification_code.region)}


@pytest.mark.parametrize("loses", [False, True])
def test_a_job_talks_to_the_card_at_the_desk(loses: bool) -> None:
    desk, plain = DeskCard(), Counting(Card(fixed_card("v2.00"), random=counter_bytes()))
    found = at_the_desk(Relay(region_of_the_card), desk, loses=loses)
    assert found == {"region": str(CardSession(plain).identification_code.region)}
    assert (desk.opened, desk.closed, desk.sent) == (1, 1, len(plain.log))


def test_a_job_may_open_the_card_again() -> None:
    def twice(slot: Slot) -> dict[str, str]:
        region_of_the_card(slot)
        return region_of_the_card(slot)

    desk = DeskCard()
    at_the_desk(Relay(twice), desk)
    assert (desk.opened, desk.closed) == (2, 2)


def test_the_job_learns_that_the_card_was_taken_away() -> None:
    def job(slot: Slot) -> dict[str, str]:
        try:
            return region_of_the_card(slot)
        except ReaderError as error:
            return {"code": error.code}

    desk = DeskCard(fails_after=2)
    assert at_the_desk(Relay(job), desk) == {"code": CardRemovedError.code}
    assert desk.closed == 1


def test_the_job_learns_that_no_card_is_there() -> None:
    @contextmanager
    def empty() -> Iterator[CardTransport]:
        raise NoCardError("reader 0")
        yield

    def job(slot: Slot) -> dict[str, str]:
        with pytest.raises(NoCardError), slot():
            pass
        return {"seen": "yes"}

    relay = Relay(job)

    class Line:
        def relay(self, ticket: str, answer: Answer | None) -> Order:
            return relay.exchange(answer)

    assert carry_out(Line(), TICKET, empty) == {"seen": "yes"}


def test_a_desk_that_does_not_answer_ends_the_job() -> None:
    def job(slot: Slot) -> dict[str, str]:
        try:
            return region_of_the_card(slot)
        except CardRemovedError as error:
            return {"code": error.code}

    relay = Relay(job, patience=0.05)
    assert relay.exchange(None).kind is OrderKind.OPEN
    end = relay.exchange(None)
    while end.kind is not OrderKind.END:
        end = relay.exchange(None)
    assert end.result == {"code": "card-removed"}


def test_a_fault_of_the_job_is_told_by_its_number_only(caplog: pytest.LogCaptureFixture) -> None:
    def job(slot: Slot) -> dict[str, str]:
        raise RuntimeError("a secret of the server")

    (told,) = at_the_desk(Relay(job), DeskCard()).values()
    assert told["code"] == "internal"
    assert "secret" not in str(told)
    assert told["incident"] in caplog.text


@pytest.mark.parametrize(
    "orders",
    [
        [Order(number=2, kind=OrderKind.OPEN)],
        [Order(number=1, kind=OrderKind.OPEN), Order(number=1, kind=OrderKind.CLOSE)],
        [Order(number=1, kind=OrderKind.TRANSMIT, command=bytes(5))],
        [
            Order(number=1, kind=OrderKind.OPEN),
            Order(number=2, kind=OrderKind.TRANSMIT, command=b"\x00\xa4"),
        ],
    ],
    ids=["jumps", "repeats", "before-open", "short"],
)
def test_orders_that_make_no_sense_are_not_followed(orders: list[Order]) -> None:
    desk = DeskCard()

    class Line:
        def relay(self, ticket: str, answer: Answer | None) -> Order:
            return orders.pop(0)

    with pytest.raises(RelayError):
        carry_out(Line(), TICKET, desk)
    assert desk.sent == 0
    assert desk.opened == desk.closed


def test_a_ticket_has_one_running_relay() -> None:
    relays, desk = Relays(), DeskCard()
    first = relays.begin(PLACE, lambda: region_of_the_card)
    assert relays.begin(PLACE, lambda: region_of_the_card) is first
    at_the_desk(first, desk)
    assert relays.begin(PLACE, lambda: region_of_the_card) is not first
