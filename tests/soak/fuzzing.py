"""Commands that nobody would send, by the million: what a card must never do (see `fuzz`).

An input is a string of bytes that a fuzzer makes up. Its first two choose a profile and whether
its sender is a stranger, who has the card and nothing else, or an insider, who may also prove PIN
and keys. The rest is read as steps, each a command or a helpful act. After every command:

* the answer ends in a legal status word, and no exception came out;
* for a stranger, the memory is what it was but for counters, and no try came back;
* for an insider, the card's life cycle only went forward.
"""

import json
from functools import cache
from typing import Any

from hardware_sim import memory_json
from hardware_sim.card import data_application, security_domain
from hardware_sim.card.card import Card
from hardware_sim.card.piv import application as piv
from hardware_sim.card.pki import application as pki
from hardware_sim.card.state import Persistent
from hardware_sim.reference_card import reference_card
from reader.card_profile.profiles import PROFILES
from tests.desk import counter_bytes
from tests.pboc_host import HOSTS, Terminal
from tests.soak.tearing import content_of, went_up

MAX_STEPS = 64
GET_CHALLENGE = bytes.fromhex("0084000008")
HEADERS = sorted(
    {
        *data_application.COMMANDS,
        *security_domain.COMMANDS,
        *pki.COMMANDS,
        *piv.COMMANDS,
        (0x00, 0xA4),
        (0x84, 0x82),
        (0x00, 0xC0),
        (0x00, 0x70),
        *((0xB0, ins) for ins in (0x26, 0x28, 0x2A, 0x2C, 0x32)),
    }
)


class BrokenError(AssertionError):
    """The card did what a card must not do."""


@cache
def start(profile: str) -> Persistent:
    """A personalized card of the profile, with public keys throughout."""
    return reference_card(PROFILES[profile])


def selects(profile: str) -> list[bytes]:
    """SELECT of everything that has an AID, and of the security domain."""
    aids = [b"", *(one.aid for one in PROFILES[profile].on_chip)]
    return [b"\x00\xa4\x04\x00" + bytes((len(aid),)) + aid for aid in aids]


def run(data: bytes) -> int:
    """Play one input; the number of commands. Raises BrokenError, or whatever the card raised."""
    if len(data) < 2:
        return 0
    names = sorted(PROFILES)
    profile, insider = names[data[0] % len(names)], bool(data[1] & 1)
    return Play(profile, insider=insider).play(data[2:])


class Play:
    """One card, and whoever plays with it."""

    def __init__(self, profile: str, *, insider: bool) -> None:
        self.before = start(profile)
        self.card = Card(self.before, random=counter_bytes())
        self.profile, self.insider = profile, insider
        self.count = 0
        self._last = self.before

    def play(self, data: bytes) -> int:
        """Every step in *data*."""
        position = steps = 0
        while position < len(data) and steps < MAX_STEPS:
            kind, position = data[position], position + 1
            steps += 1
            size = data[position] if position < len(data) else 0
            body = data[position + 1 : position + 1 + size % 80]
            position += 1 + len(body)
            self._step(kind, body)
        changed = self._last is not self.before
        if changed and memory_json.from_json(Persistent, _through_json(self._last)) != self._last:
            raise BrokenError("a memory that does not survive its file")
        return self.count

    def _step(self, kind: int, body: bytes) -> None:
        if kind < 0x20:
            self.send(body)
        elif kind < 0x30:
            choices = selects(self.profile)
            self.send(choices[kind % len(choices)])
        elif kind < 0x34:
            self.card.reset()
        elif kind < 0x40 and self.insider:
            self._help(kind, body)
        else:
            cla, ins = HEADERS[kind % len(HEADERS)]
            p1, p2 = (*body[:2], 0, 0)[:2]
            payload = body[2:]
            form = kind >> 6
            lc = bytes((len(payload),)) + payload if payload else b""
            le = {1: b"", 2: b"\x00", 3: b"\x10"}.get(form, b"")
            self.send(bytes((cla, ins, p1, p2)) + lc + le)

    def _help(self, kind: int, body: bytes) -> None:
        """Prove the PIN, or an application key by its number."""
        if kind & 1 or self.profile not in HOSTS:
            self.send(bytes.fromhex("0020000003123456"))
        else:
            if len(self.transmit(GET_CHALLENGE)) != len(bytes(8)) + 2:
                return  # a card that gives no challenge lets nobody prove anything
            terminal = Terminal(self, self.profile)  # type: ignore[arg-type]
            terminal.authenticate(body[0] if body else 0x04)

    def transmit(self, command: bytes) -> bytes:
        """One command, judged."""
        self.send(command)
        return self.answer

    def send(self, command: bytes) -> None:
        """One command, judged."""
        self.answer = answer = self.card.transmit(command)
        self.count += 1
        if len(answer) < 2 or answer[-2] >> 4 not in (0x6, 0x9) or answer[-2] == 0x60:
            raise BrokenError(f"{command.hex()} was answered {answer.hex()}")
        now, then = self.card.persistent, self._last
        if now is then:
            return
        self._last = now
        if now.life_cycle < then.life_cycle:
            raise BrokenError(f"{command.hex()} took the life cycle back")
        if not self.insider:
            if content_of(now) != content_of(self.before):
                raise BrokenError(f"{command.hex()} changed the memory for a stranger")
            if went_up(then, now) and not _knows(command):
                raise BrokenError(f"{command.hex()} gave a try back")


def _through_json(memory: Persistent) -> Any:
    return json.loads(json.dumps(memory_json.to_json(memory)))


def _knows(command: bytes) -> bool:
    """Whether the public PIN or PUK of a test card stands in the command."""
    return any(secret in command for secret in (b"\x12\x34\x56", b"123456", b"12345678"))
