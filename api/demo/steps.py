"""The steps of the demonstration: the commands a bureau types, and a counter's look at a card."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.demo import world
from api.demo.service_system import ServiceSystem
from api.demo.world import World
from reader.authenticity import StatusSource, Verification, verify_text
from reader.card_check import answer_challenge, check_card, read_record
from reader.card_profile.ssse import CardHolder
from reader.card_record import to_text
from reader.connect import CardTransport
from reader.desk_keys import DeskKeys
from reader.session import CardSession
from reader.status_list import status_source

# Nobody approves what he requested, makes what he approved, inspects what he made.
REQUESTER, APPROVER, MAKER, INSPECTOR, CLERK = "Zhang", "Li", "Wang", "Chen", "Zhao"

Connect = Callable[[str], AbstractContextManager[CardTransport]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a counter saw of one card, and what a service system answered about it."""

    name: str
    at_counter: Verification
    online: dict[str, Any]
    offline: Verification


class Bureau:
    """Types the commands of ``onecard bureau``; *told* is called with each command line."""

    def __init__(self, world: World, told: Callable[[str], None]) -> None:
        self._world = world
        self._told = told

    def import_file(self, file: Path, dated: str | None) -> dict[str, Any]:
        """Book the file; the summary of ``onecard bureau import --json``."""
        dates = ["--date", dated] if dated else []
        rest = ["--refused", str(self._world.folder / "refused.csv"), *dates]
        rest += ["--operator", REQUESTER]
        shown = [file.name, *dates, "--refused", "refused.csv", "--operator", REQUESTER]
        booked: dict[str, Any] = self._json("import", str(file), *rest, shown=shown)
        return booked

    def make(self, batch: str, addresses: list[str]) -> int:
        """Approve, number and personalize; how many cards were made."""
        self._run("approve", batch, "--operator", APPROVER)
        self._run("produce", batch, "--operator", MAKER)
        slots = [part for address in addresses for part in ("--tcp", address)]
        rest = ["--operator", MAKER]
        shown = [batch, "--tcp", addresses[0], "…", *rest]
        made = self._json("personalize", batch, *slots, *rest, shown=shown, bar=True)
        return sum(card["error"] is None for card in made["cards"])

    def inspect(self, batch: str, addresses: list[str]) -> int:
        """Draw the cards, and see that print, chip and book agree; how many are good."""
        folder = self._world.folder / "cards"
        self._run("pictures", batch, "--out", str(folder), shown=[batch, "--out", "cards"])
        slots = [part for address in addresses for part in ("--tcp", address)]
        rest = ["--operator", INSPECTOR]
        shown = [batch, "--tcp", addresses[0], "…", "--pictures", "cards", *rest]
        looked_at = self._json(
            "inspect", batch, *slots, "--pictures", str(folder), *rest, shown=shown, bar=True
        )
        return sum(card["good"] for card in looked_at["cards"])

    def hand_over(self, batch: str) -> None:
        """Every finished card to its holder, who may use it from now."""
        self._run("activate", "--batch", batch, "--operator", CLERK)

    def report_loss(self, number: str) -> None:
        """The holder says that the card is gone."""
        self._run("loss", number, "--final", "--operator", CLERK)

    def publish(self, batch: str) -> Path:
        """The result file, and the status list, whose path comes back."""
        folder = self._world.folder
        self._run("result", batch, "--out", str(folder / "result.csv"))
        lists = folder / "status-lists.txt"
        self._run("status-list", "--out", str(lists))
        return lists

    def _json(self, *arguments: str, shown: list[str] | None = None, bar: bool = False) -> Any:
        return json.loads(self._run(*arguments, "--json", shown=shown, bar=bar))

    def _run(self, *arguments: str, shown: list[str] | None = None, bar: bool = False) -> str:
        line = arguments[1:] if shown is None else shown
        self._told(" ".join(("onecard bureau", arguments[0], *line)))
        return world.run(self._world, ["bureau", *arguments], show_progress=bar)


def look_at(
    place: World,
    connect: Connect,
    address: str,
    service: ServiceSystem,
    lists: Path,
    random: Callable[[int], bytes],
) -> Look:
    """One card on the reader: read and checked at the counter, online, and by its QR code."""
    trust, now = place.store.public_keys(), datetime.now(UTC)
    with connect(address) as transport:
        session = CardSession(transport)
        keys = DeskKeys.of(session, place.store, transport.atr, random=random)
        keys.open_holder_data(session)
        name = session.read(CardHolder).full_name or ""
        at_counter = check_card(
            session, trust=trust, now=now, random=random, shared_key=keys.proves_shared
        )
        record = read_record(session)
        text = to_text(record)
        challenge = service.challenge()
        response = answer_challenge(session, challenge, record=record)
    online = service.verify(text, challenge=challenge, response=response)
    status: StatusSource = status_source(lists.read_bytes(), trust=trust, now=now)
    offline = verify_text(text, trust=trust, now=now, status=status)
    return Look(name=name, at_counter=at_counter, online=online, offline=offline)


def looks(
    place: World,
    connect: Connect,
    addresses: list[str],
    service: ServiceSystem,
    lists: Path,
    random: Callable[[int], bytes],
) -> Iterator[Look]:
    """Every card in turn."""
    for address in addresses:
        yield look_at(place, connect, address, service, lists, random)
