"""An agent that runs in the tests' own process, and pages that speak to it."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.sync.client import ClientConnection, connect

from reader.agent.card_places import TcpPlace
from reader.agent.conversation import Conversation
from reader.agent.desk import Desk
from reader.agent.equipment import DeskServer, Equipment
from reader.agent.offline import OfflineDesk
from reader.agent.old_pages import OldPages
from reader.agent.pin_entry import Ask, PinEntry, TypedPinEntry
from reader.agent.reader_news import ReaderNews
from reader.agent.seat import Seat
from reader.agent.server import AgentServer
from reader.agent.stop import Stop
from tests.desk import counter_bytes

ORIGIN = "https://console.example"
VERSION = "0.0.test"
TOKEN = "T" * 43  # of the shape of one
NO_CARD = "127.0.0.1:1"


@dataclass
class HolderTypes:
    """A holder who types what the test says; *before* is called when the prompt is there."""

    pins: list[list[str]] = field(default_factory=list)
    before: Callable[[Stop], None] = lambda stop: None
    asked: list[Ask] = field(default_factory=list)
    name: str = "test"

    def digits(self, ask: Ask, stop: Stop) -> list[str]:
        self.asked.append(ask)
        self.before(stop)
        return self.pins.pop(0)


class Page:
    """A page that is connected."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.events: list[dict[str, Any]] = []
        self._number = 0

    def send(self, text: str | bytes) -> None:
        self.connection.send(text)

    def receive(self, seconds: float = 20) -> dict[str, Any]:
        """The next message, whatever it is."""
        return json.loads(self.connection.recv(timeout=seconds))

    def ask(self, call: str, **parameters: str) -> int:
        """Send a call; the id it has."""
        self._number += 1
        message = {"id": self._number, "call": call, "with": parameters}
        self.send(json.dumps(message))
        return self._number

    def answer(self) -> dict[str, Any]:
        """The next answer; events before it are kept."""
        while "event" in (message := self.receive()):
            self.events.append(message)
        return message

    def call(self, call: str, **parameters: str) -> dict[str, Any]:
        """The result of a call that is expected to be carried out."""
        number = self.ask(call, **parameters)
        answer = self.answer()
        assert answer["id"] == number
        assert "result" in answer, answer
        return answer["result"]

    def refused(self, call: str, **parameters: str) -> str:
        """The code of the error that answers a call."""
        number = self.ask(call, **parameters)
        answer = self.answer()
        assert answer["id"] == number
        return error_code(answer)


def error_code(answer: dict[str, Any]) -> str:
    """The code in an answer that is an error, complete in both languages; "old" in an old form."""
    old = answer.get("result", answer.get("success", answer.get("recode")))
    if old is not None:
        assert old < 0
        return "old"
    error = answer["error"]
    for part in ("cause", "remedy"):
        assert error[part]["en"]
        assert error[part]["zh"]
    return error["code"]


@dataclass
class Agent:
    """A running agent. *seat* is where events of the reader go."""

    port: int
    desk: Desk
    seat: Seat
    news: list[ReaderNews]

    def greet(self, news: ReaderNews) -> None:
        """Let pages that come hear of the readers."""
        self.news.append(news)

    @contextmanager
    def page(self, *, origin: str | None = ORIGIN, token: str = TOKEN) -> Iterator[Page]:
        with connect(self.address(token), origin=origin, proxy=None) as connection:  # type: ignore[arg-type]
            yield Page(connection)

    def address(self, token: str = TOKEN) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/{token}"


@contextmanager
def agent(
    *,
    card: str = NO_CARD,
    server: DeskServer | None = None,
    offline: OfflineDesk | None = None,
    pins: PinEntry | HolderTypes | None = None,
    origins: Sequence[str] = (ORIGIN,),
    seconds: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    ping_seconds: float = 10,
    **equipment: Any,
) -> Iterator[Agent]:
    """An agent with the card at *card*; every call may take *seconds*."""
    holder = pins or HolderTypes()
    has = Equipment(
        **{"place": TcpPlace(card), "random": counter_bytes(5), **equipment},
        pins=TypedPinEntry(holder) if isinstance(holder, HolderTypes) else holder,
        version=VERSION,
        server=server,
        offline=offline,
    )
    desk = Desk(has)
    old_pages = OldPages(has, desk.rest)
    seat = Seat()

    def converse(origin: str, send: Callable[[str], None]) -> Conversation:
        return Conversation(origin, send, desk, old_pages, seconds=seconds, clock=clock)

    news: list[ReaderNews] = []

    def greet(conversation: Conversation) -> None:
        for one in news:
            one.greet(conversation.tell)

    with AgentServer(
        converse,
        seat,
        port=0,
        origins=origins,
        token=TOKEN,
        version=VERSION,
        greet=greet,
        ping_seconds=ping_seconds,
    ) as running:
        yield Agent(running.port, desk, seat, news)
    threads = [one.name for one in threading.enumerate() if one.name == "agent-listener"]
    assert threads == []
