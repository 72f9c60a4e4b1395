"""PINs typed at the keys of the reader, and when the window stands in."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from reader.agent.pin_entry import (
    Ask,
    PadPinEntry,
    PinPurpose,
    TypedPinEntry,
)
from reader.agent.stop import Stop
from reader.interface import Interface, Preference
from tests.agent_at_work import ORIGIN, HolderTypes, agent
from tests.card_table import CardTable
from tests.desk import PIN
from tests.pin_pad_reader import PinPadReader

ASK = Ask(ORIGIN, PinPurpose.CHANGE)


def stop(seconds: float = 20) -> Stop:
    return Stop(seconds, time.monotonic)


# --- the keys of the reader -----------------------------------------------------------------------


@dataclass
class PadTable:
    """A table whose reader has keys, on which these are typed."""

    table: CardTable
    typed: list[str | None]
    readers_used: list[PinPadReader] = field(default_factory=list)

    @contextmanager
    def connect(
        self, preference: Preference = Preference.CONTACT_FIRST, *, reader: str | None = None
    ) -> Iterator[PinPadReader]:
        with self.table.connect(preference, reader=reader) as line:
            self.readers_used.append(PinPadReader(line, self.typed))
            yield self.readers_used[-1]

    def readers(self) -> list[str]:
        return self.table.readers()

    def cards(self) -> dict[str, Interface]:
        return self.table.cards()

    def concerns(self, reader: str) -> bool:
        return True


def pad_first(typed: list[list[str]] | None = None) -> PadPinEntry:
    holder = TypedPinEntry(HolderTypes(typed)) if typed is not None else None
    return PadPinEntry(holder, chinese=True)


def test_what_is_typed_at_the_reader_passes_by_this_machine(counter):
    place = PadTable(counter.table, [PIN])
    with (
        agent(place=place, server=counter.server, pins=pad_first()) as running,
        running.page() as page,
    ):
        assert page.call("desk.status")["pin_entry"] == "pad"
        page.call("pin.verify")
        page.call("card.present", ticket="visit-1")
    sent = b"".join(one for reader in place.readers_used for one in reader.transmitted)
    assert bytes.fromhex(PIN) not in sent
    assert [event["state"] for event in page.events if event["event"] == "pin-entry"] == [
        "waiting",
        "done",
    ]


def test_a_pin_is_changed_at_the_reader(counter):
    place = PadTable(counter.table, [PIN, "135790", "135790"])
    ticket = counter.server.ticket("t-1", "pin_change", counter.made[1])
    with (
        agent(place=place, server=counter.server, pins=pad_first()) as running,
        running.page() as page,
    ):
        page.call("card.present", ticket="visit-1")
        page.call("card.do", ticket=ticket)
    assert counter.server.reported == [("t-1", True, "")]


def test_a_new_pin_under_the_issuers_key_is_asked_for_in_the_window(counter):
    place = PadTable(counter.table, [])
    ticket = counter.server.ticket("t-1", "pin_reload", counter.made[1])
    with (
        agent(place=place, server=counter.server, pins=pad_first([["1357", "1357"]])) as running,
        running.page() as page,
    ):
        page.call("card.present", ticket="visit-1")
        assert page.call("card.do", ticket=ticket)["done"]


def test_cancel_on_the_reader_cancels_and_without_a_window_nothing_stands_in(counter):
    place = PadTable(counter.table, [None])
    with agent(place=place, server=counter.server, pins=pad_first()) as running:
        with running.page() as page:
            assert page.refused("pin.verify") == "pin-entry-cancelled"
        with running.page() as page:
            place.typed = []
            ticket = counter.server.ticket("t-1", "pin_reload", counter.made[1])
            page.call("card.present", ticket="visit-1")
            assert page.refused("card.do", ticket=ticket) == "no-pin-entry"


def test_an_old_page_has_its_pin_verified_at_the_reader_too(counter):
    place = PadTable(counter.table, [PIN])
    with (
        agent(place=place, server=counter.server, pins=pad_first()) as running,
        running.page() as page,
    ):
        page.send('{"func":"iVerifyPIN","in":["3"]}')
        assert page.answer()["result"] == 0


def test_a_reader_without_keys_leaves_it_to_the_window(counter):
    with (
        agent(place=counter.table, server=counter.server, pins=pad_first([[PIN]])) as running,
        running.page() as page,
    ):
        page.call("pin.verify")
